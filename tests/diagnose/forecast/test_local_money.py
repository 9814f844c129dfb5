"""The what-if question in money: sliders, and what they do to the deficit."""

from functools import cache, partial

import numpy as np
import pandas as pd
import pytest
from money_cases import NEEDS, PROVISIONS, fixture, mitigations, s251, tables

from toolkit.aggregate import Aggregate
from toolkit.diagnose import caseload, january
from toolkit.diagnose.forecast import budget, flow_assumptions, local_mode, money_run, places_cost
from toolkit.diagnose.forecast.assumed import assumed
from toolkit.diagnose.forecast.local_money import LocalMoney

AHEAD, SIMULATIONS = 2, 60
CHANGES = mitigations(
    {"start": pd.Timestamp("2026-04-01"), "low": -30.0, "high": -20.0, "cost": 1_000.0},
    {"mitigation_id": "early", "meaning": "Early help", "flow": "join", "provisions": "",
     "low": -60.0, "high": -50.0, "start": pd.Timestamp("2026-01-01")},
)  # fmt: skip


@cache
def people() -> pd.DataFrame:
    """About 200 plans; a fifth come and a tenth go every year."""
    rng = np.random.default_rng(3)
    mix = [PROVISIONS[0]] * 7 + [PROVISIONS[1]] * 2 + [PROVISIONS[2]]
    there = [(f"p{i}", int(rng.integers(4, 20)), NEEDS[i % 2], mix[i % 10]) for i in range(200)]
    rows: list[tuple[object, ...]] = []
    for year in (2024, 2025, 2026):
        kept = [(p, a + 1, n, o) for p, a, n, o in there if rng.random() > 0.1 and a < 23]
        new = [(f"n{year}{i}", int(rng.integers(4, 16)), NEEDS[i % 2], PROVISIONS[i % 3 // 2])
               for i in range(40)]  # fmt: skip
        there = kept + new
        rows += [(year, *p) for p in there]
    made = pd.DataFrame(rows, columns=["year", "person_id", "age", "primary_need", "provision"])
    return made.assign(age_group=january.age_group(made["age"]))


@cache
def model() -> local_mode.Model:
    first = people().drop_duplicates("person_id")
    dated = pd.DataFrame(
        {"person_id": first["person_id"], "plan_cease": pd.NaT,
         "plan_start": pd.to_datetime(first["year"].sub(1).astype(str) + "-09-01")}
    )  # fmt: skip
    empty = pd.DataFrame(columns=["year", "age", "persons"])
    return local_mode.fit(people(), dated, empty, provisions=PROVISIONS)


def limit(places: float) -> np.ndarray:
    """Return places in state special schools alone, the same in each year."""
    made = np.full((AHEAD, len(model().axes.provisions)), np.inf)
    made[:, model().axes.provisions.index("state_special")] = places
    return made


@cache
def question(with_changes: bool = True, with_places: bool = False) -> LocalMoney:
    held = tables() | {"mitigations": CHANGES if with_changes else CHANGES.head(0)}
    simulate = partial(local_mode.simulate, model(), AHEAD, SIMULATIONS, 1)
    plans = caseload.plans_by(people(), sources=("Test",))
    money = money_run.run(simulate, held, people(), s251(), plans, ("Test",))
    return LocalMoney(model(), money, AHEAD, limit(20) if with_places else None, SIMULATIONS)


def deficits(asked: LocalMoney, **values: float) -> pd.Series:
    frame = asked.answer(values).aggregate.frame
    last = frame[frame["financial_year"].eq(202728)]
    return last.set_index("scenario")["value"]


def test_the_sliders_are_growth_prices_and_each_planned_change() -> None:
    assert [c.name for c in question().controls] == ["growth", "prices", "fees", "early"]
    assert [c.name for c in question(False).controls] == ["growth", "prices"]
    assert "places" in [c.name for c in question(True, True).controls]


def test_every_slider_starts_within_its_ends_on_one_of_its_steps() -> None:
    for control in question(True, True).controls:
        steps = (control.value - control.low) / control.step
        assert control.low <= control.value <= control.high
        assert steps == pytest.approx(round(steps))


def test_the_answer_is_that_of_the_simulation_itself() -> None:
    asked = question()
    asked.answer({})
    kept = asked._kept["unmitigated"][1]
    plain = local_mode.simulate(model(), AHEAD, SIMULATIONS, 1)
    assert np.array_equal(kept.counts, plain.counts)


def test_the_starting_values_give_the_forecast_as_it_stands() -> None:
    found = deficits(question())
    stands = question().money.balance("carried").frame
    stands = stands[stands["financial_year"].eq(202728)].set_index("scenario")["value"]
    assert found.to_dict() == stands.to_dict()


def test_a_planned_change_moves_its_own_scenario_alone() -> None:
    full, none = deficits(question()), deficits(question(), early=0.0, fees=0.0)
    assert full["unmitigated"] == none["unmitigated"] == none["mitigated"]
    assert full["mitigated"] > full["unmitigated"]  # less negative: a smaller deficit
    half = deficits(question(), early=50.0, fees=50.0)
    assert none["mitigated"] < half["mitigated"] < full["mitigated"]


@pytest.mark.parametrize("name", ["growth", "prices"])
def test_more_growth_and_dearer_places_deepen_both_deficits(name: str) -> None:
    control = next(c for c in question().controls if c.name == name)
    deeper = deficits(question(), **{name: control.high})
    assert (deeper < deficits(question())).all()


def test_fewer_places_near_home_cost_what_independent_schools_take() -> None:
    asked = question(True, True)
    assert asked.missing > 0
    assert (deficits(asked, places=0.0) < deficits(asked, places=asked.missing)).all()


def priced_without_new(places: float) -> Aggregate:
    limited = local_mode.simulate(model(), AHEAD, SIMULATIONS, 1, places=limit(places))
    return places_cost.if_none_is_added(question(False).money, limited, ("Test",))


def test_places_that_nobody_misses_cost_nothing() -> None:
    made = priced_without_new(10_000)
    assert (made.frame[list(places_cost.SHOWN)] == 0).all(axis=None)
    assert places_cost.finding(made) is None


def test_the_price_of_no_new_place_is_that_of_the_same_futures_with_the_places_of_today() -> None:
    made, money = priced_without_new(20), question(False).money
    limited = local_mode.simulate(model(), AHEAD, SIMULATIONS, 1, places=limit(20))
    more = budget.project(limited, money.on, money.seed).total - money.budgets["unmitigated"].total
    rows = made.frame.set_index("financial_year")
    assert rows["value"].tolist() == np.median(more, axis=0).tolist()
    assert rows["carried"].tolist() == np.median(more.cumsum(axis=1), axis=0).tolist()
    free = money.paths["unmitigated"]
    at = free.provisions.index("nmiss")
    gone = limited.by("provision")[:, -1, at] - free.by("provision")[:, -1, at]
    assert rows["children"].iloc[-1] == np.median(gone) > 0


def test_what_no_new_place_costs_is_told_with_the_children_it_is_about() -> None:
    found = places_cost.finding(priced_without_new(20))
    assert found is not None
    assert "{children} more children are in independent schools in January 2028" in found.sentence
    assert found.outcome
    assert found.low.value <= found.value.value <= found.high.value


def test_with_all_missing_places_added_the_answer_is_the_forecast_itself() -> None:
    asked = question(True, True)
    assert deficits(asked).to_dict() == deficits(question(True, False)).to_dict()


def test_the_sentence_names_the_deficit_at_the_horizon_in_both_scenarios() -> None:
    answer = question().answer({})
    assert answer.cells["year"] == "2027-28"
    assert "{unmitigated_value} without the planned changes" in answer.sentence
    assert "{mitigated_value} with the planned changes" in answer.sentence
    alone = question(False).answer({})
    assert "with the planned changes" not in alone.sentence
    assert answer.chart["since"] == "202425"


def test_growth_that_was_agreed_goes_before_the_measured_one() -> None:
    own = fixture("money/placement_costs.csv").head(0)
    assert flow_assumptions.with_assumed(model(), own) is model()
    agreed = tables(growth__joiners=12.0)["assumptions"]
    assert flow_assumptions.with_assumed(model(), agreed).growth_percent == pytest.approx(12.0)


def test_measured_flows_stand_in_the_register_with_their_rates() -> None:
    found = {a.id: a.value for a in assumed(pd.DataFrame(),
             *flow_assumptions.measured(model(), ("SEN2",)))}  # fmt: skip
    assert found["leave.rate"] == pytest.approx(10, abs=4)
    assert found["join.rate"] == pytest.approx(100 * 40 / 210, abs=3)
    assert found["move.rate"] == 0


def test_the_table_of_flows_rests_on_the_people_in_them() -> None:
    shown = flow_assumptions.table(model(), ("SEN2",))
    found = shown.frame.set_index("flow")
    assert found.at["join", "people"] == 80  # forty new plans in each of two years
    assert found.at["join", "base"] == len(people()[people()["year"].lt(2026)])
    assert shown.measure("rate").rests_on == ("people", "base")

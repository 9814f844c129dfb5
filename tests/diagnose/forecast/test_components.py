"""What a finance director asks: who comes, who goes, what is bound to come, what is cash."""

import numpy as np
import pandas as pd
import pytest
from money_cases import (
    FLAT,
    NEEDS,
    PROVISIONS,
    SEED,
    base,
    mitigations,
    paths,
    people,
    plans,
)

from toolkit.diagnose.forecast import attribution, backlog, budget, components, fans

PRICES = base().prices


def test_a_leaver_from_an_independent_school_costs_more_than_a_joiner_in_mainstream() -> None:
    rows = people()
    gone = rows[~(rows["year"].eq(2026) & rows["person_id"].isin(["nmiss0", "nmiss1"]))]
    new = pd.DataFrame(
        [(2026, f"new{i}", 5, "5-10", "ASD", "mainstream") for i in range(6)], columns=rows.columns
    )
    found = components.turnover(pd.concat([gone, new]), PRICES, ()).frame.set_index("year")
    assert found.loc[2026, ["joined", "left"]].tolist() == [6, 2]
    assert found.at[2026, "cost_joined"] == pytest.approx(5_100)
    assert found.at[2026, "cost_left"] == pytest.approx(60_000)
    assert found.at[2026, "difference"] == pytest.approx(-54_900)
    assert pd.isna(found.at[2025, "cost_left"])  # nobody left


def test_somebody_without_a_price_is_counted_and_not_costed() -> None:
    rows = people()
    new = pd.DataFrame([(2026, "new", 5, "5-10", "ASD", "unknown")], columns=rows.columns)
    found = components.turnover(pd.concat([rows, new]), PRICES, ()).frame.iloc[-1]
    assert found["joined"] == 1
    assert pd.isna(found["cost_joined"])


def test_a_phase_transfer_costs_what_it_cost_the_cohorts_before() -> None:
    rows = people().assign(age=10)
    after = rows["year"].ge(2025)
    first = rows["person_id"].eq("mainstream0")
    rows = rows.assign(provision=rows["provision"].mask(after & first, "nmiss"))
    found = components.phase_transfers(rows, PRICES, 2026, ()).frame.set_index("phase")
    assert found.index.tolist() == ["Year 7"]
    each = 54_900 / 320  # one of 160 moved in the first of two cohorts, nobody in the second
    assert found.at["Year 7", "due"] == 160
    assert found.at["Year 7", "each"] == pytest.approx(each)
    assert found.at["Year 7", "full_year"] == pytest.approx(160 * each)
    assert found.at["Year 7", "low"] == 0
    assert found.at["Year 7", "high"] == pytest.approx(54_900)
    assert found.at["Year 7", "part_year"] == pytest.approx(160 * each * 7 / 12)


def requests(*rows: tuple[str, str, str | None, str | None]) -> pd.DataFrame:
    columns = ["person_id", "request_date", "request_outcome", "assessment_outcome"]
    made = pd.DataFrame(rows, columns=columns)
    return made.assign(
        request_date=pd.to_datetime(made["request_date"]),
        tribunal=pd.array([None] * len(made), dtype="Int64"),
    )


CLOSED = [
    *[(f"y{i}", "2024-06-01", "Y", "Y") for i in range(6)],
    *[(f"n{i}", "2024-06-01", "Y", "N") for i in range(2)],
    *[(f"r{i}", "2023-06-01", "N", None) for i in range(4)],
    *[(f"p{i}", "2023-06-01", "Y", "Y") for i in range(4)],
    ("late", "2026-01-05", "N", None),  # refusals of the last year are closed early: not counted
]


def test_open_requests_bring_the_share_of_plans_that_earlier_ones_brought() -> None:
    open_ones = [("a1", "2025-12-01", "Y", "A"), ("a2", "2025-12-02", "Y", None),
                 ("d1", "2026-01-10", "A", None), ("d2", "2024-01-01", None, None)]  # fmt: skip
    made = backlog.open_assessments(requests(*CLOSED, *open_ones), 10_000.0, 202425, ())
    found = made.frame.set_index("stage")
    assert found["open"].tolist() == [2, 2]
    assert found.at["decision", "over_year"] == 1
    assert found.loc["assessment", ["issued", "closed"]].tolist() == [10, 12]
    assert found.at["assessment", "share"] == pytest.approx(100 * 10 / 12)
    assert found.loc["assessment", ["low", "high"]].tolist() == [75, 100]
    assert found.at["decision", "share"] == pytest.approx(100 * 10 / 16)
    assert found.at["assessment", "full_year"] == pytest.approx(2 * 10 / 12 * 10_000)


def test_an_area_without_closed_requests_expects_nothing_it_cannot_know() -> None:
    made = backlog.open_assessments(requests(("a", "2026-01-01", "Y", "A")), 1.0, 202425, ())
    assert made.frame["open"].tolist() == [0, 1]
    assert made.frame["expected"].isna().all()


def test_plans_after_an_appeal_stand_beside_the_others_and_add_up_to_all() -> None:
    made = requests(("nmiss0", "2023-01-01", "Y", "Y"), ("mainstream0", "2023-01-01", "Y", "Y"))
    assert not backlog.has_appeals(made)
    made = made.assign(tribunal=pd.array([1, 0], dtype="Int64"))
    assert backlog.has_appeals(made)
    found = backlog.after_appeal(people(), made, PRICES, 2026, ()).frame.set_index("appeal")
    assert found["plans"].tolist() == [1, 159]
    assert found["unit_cost"].iloc[0] == pytest.approx(60_000)
    assert found["spend"].sum() == pytest.approx(100 * 5_100 + 50 * 18_000 + 10 * 60_000)


def test_the_spend_after_an_appeal_never_tells_how_many_have_no_placement() -> None:
    made = requests(("nmiss0", "2023-01-01", "Y", "Y")).assign(tribunal=1)
    lost = people().copy()
    lost.loc[lost["person_id"].isin(["nmiss1", "nmiss2"]), "provision"] = "unknown"
    found = backlog.after_appeal(lost, made, PRICES, 2026, ()).frame
    assert (found["spend"] / found["unit_cost"]).tolist() == pytest.approx([1, 159])


def test_plans_that_do_not_grow_have_no_full_year_effect() -> None:
    on, steady = base(**FLAT), paths(growth=0.0, simulations=4)
    spent = budget.project(steady, on, SEED)
    shown = components.part_year(steady, on, spent, plans()).frame
    assert shown["value"].abs().max() < 1e-6
    assert shown["financial_year"].tolist() == [202627, 202728, 202829]


def test_plans_that_grow_cost_more_in_the_next_year_by_themselves() -> None:
    on, growing = base(**FLAT), paths(growth=0.1)
    spent = budget.project(growing, on, SEED)
    shown = components.part_year(growing, on, spent, plans()).frame
    assert (shown["low95"] > 0).all()
    held = growing.by("need", "provision")
    gap = 0.29 * ((held[:, 1] - held[:, 0]) * on.prices.by_cell).sum(axis=(1, 2))
    assert shown["value"].iloc[0] == pytest.approx(np.median(gap), rel=1e-6)


def test_what_one_who_joins_will_cost_is_the_price_of_where_they_join() -> None:
    made = paths(growth=0.1, simulations=5)
    only = np.zeros_like(made.joined)
    only[..., PROVISIONS.index("nmiss")] = 3
    futures = type(made)(made.counts, only, made.left, made.years, made.ages, NEEDS, PROVISIONS)
    shown = components.turnover_ahead(futures, base(), plans()).frame
    joined = shown[shown["flow"].eq("joined")]
    assert joined["value"].tolist() == pytest.approx([60_000] * 3)


def effects() -> attribution.Effects:
    on, made = base(**FLAT), paths()
    both = mitigations(
        {"cost": 1_000.0},
        {"mitigation_id": "top_ups", "provisions": "mainstream;nmiss", "cashable": None},
    )
    without = budget.project(made, on, SEED)
    alone = {
        name: budget.project(made, on, SEED, mitigations=both[both["mitigation_id"].eq(name)])
        for name in both["mitigation_id"]
    }
    return attribution.effects(without, alone, budget.project(made, on, SEED, mitigations=both))


def test_levers_and_their_interaction_add_up_to_the_total_in_every_simulation() -> None:
    found = effects()
    parts = sum(found.by_lever.values()) + found.interaction
    assert np.array_equal(parts, found.total)
    assert (found.interaction[:, 1:] < 0).all()  # both lower the same fees


def test_cash_and_avoided_cost_stand_apart_and_what_nobody_marked_is_no_cash() -> None:
    levers = mitigations({}, {"mitigation_id": "top_ups", "cashable": None})
    found = effects()
    shown = attribution.cash_and_avoided(found, levers, plans(), (), 2026).frame
    last = shown[shown["financial_year"].eq(202829)].set_index("kind")["value"]
    assert last["cash"] == pytest.approx(np.median(found.by_lever["fees"][:, -1]))
    assert last["avoided"] == pytest.approx(np.median(found.by_lever["top_ups"][:, -1]))
    assert last["cost"] == -1_000
    assert last["net"] == pytest.approx(np.median(found.total[:, -1]) - 1_000)


def test_the_attribution_has_a_total_for_every_year() -> None:
    found = attribution.table(effects())
    total = found[found["mitigation_id"].eq("total")]
    assert total["financial_year"].tolist() == [202526, 202627, 202728, 202829]
    assert (found["low"] <= found["high"]).all()
    assert set(found["mitigation_id"]) == {"fees", "top_ups", "interaction", "total"}


def test_every_pound_here_rests_on_people() -> None:
    on, made = base(**FLAT), paths()
    spent = budget.project(made, on, SEED)
    shown = [
        components.turnover(people(), PRICES, ()),
        components.phase_transfers(people(), PRICES, 2026, ()),
        components.part_year(made, on, spent, plans()),
        components.turnover_ahead(made, on, plans()),
        backlog.open_assessments(requests(*CLOSED), 1.0, 202425, ()),
        attribution.cash_and_avoided(effects(), mitigations({}), plans(), (), 2026),
    ]
    for aggregate in shown:
        assert aggregate.source == "local"
        for measure in aggregate.measures:
            if measure.unit in ("£", "£ per plan", "%"):
                bases = [aggregate.measure(c).unit for c in measure.rests_on]
                assert "people" in bases, (aggregate.universe, measure.column)


def test_the_share_of_a_fan_is_counted_at_the_census_that_it_starts_from() -> None:
    frame = pd.DataFrame({"financial_year": [202425, 202526, 202829]})
    found = fans.with_counts(frame, {2025: 150.0, 2026: 160.0}, 2026)
    assert found["counted_in"].tolist() == [2025, 2026, 2026]
    assert found["count"].tolist() == [150, 160, 160]

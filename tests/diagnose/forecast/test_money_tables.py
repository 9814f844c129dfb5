"""Tables of plans and money: recorded figures without a range, forecast ones with it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from money_cases import (
    FLAT,
    PROVISIONS,
    SEED,
    assumptions,
    base,
    fixture,
    mitigations,
    paths,
    people,
    plans,
    s251,
    tables,
)

from toolkit.diagnose import ledger
from toolkit.diagnose.caseload import UNIVERSE
from toolkit.diagnose.forecast import (
    budget,
    deficit,
    fans,
    income,
    money_run,
    money_tables,
    reserves,
    scenario_tables,
    summary,
)
from toolkit.diagnose.forecast.assumed import assumed
from toolkit.show.disclosure import Register

POSITION = fixture("money/dsg_position.csv")
FUTURES = paths()
ON = base(**FLAT)
SPENT = budget.project(FUTURES, ON, SEED)
CAME_IN = income.income(POSITION, ON.assumed, 202425, SPENT.financial_years, 60, SEED)
BALANCE = deficit.balance(SPENT, CAME_IN, ON.assumed)
BOTH = {"unmitigated": BALANCE, "mitigated": BALANCE}


@pytest.mark.parametrize("dimension", ["provision", "primary_need", "age_group"])
def test_parts_add_up_to_all_plans_inside_every_simulation(dimension: str) -> None:
    parts, codes = scenario_tables.parts_of(FUTURES, dimension)
    assert parts.shape[2] == len(codes)
    assert np.array_equal(parts.sum(axis=2), FUTURES.by())


def test_recorded_years_have_no_range_and_forecast_ones_rest_on_the_last_census() -> None:
    shown = scenario_tables.fan({"unmitigated": FUTURES}, plans("provision"), "provision")
    rows = shown.frame[shown.frame["provision"].eq("nmiss")].set_index("year")
    assert rows.loc[2025, ["value", "count", "counted_in"]].tolist() == [10, 10, 2025]
    assert rows.loc[[2024, 2025, 2026], "low80"].isna().all()
    assert rows.loc[2029, ["count", "counted_in"]].tolist() == [10, 2026]
    assert rows.at[2029, "low95"] <= rows.at[2029, "low80"] <= rows.at[2029, "value"]
    assert shown.universe == UNIVERSE


def test_a_count_has_one_value_in_every_table_of_a_release() -> None:
    release = Register()
    for aggregate in (
        plans(),
        plans("provision"),
        scenario_tables.fan({"unmitigated": FUTURES, "mitigated": FUTURES}, plans()),
        scenario_tables.fan({"unmitigated": FUTURES}, plans("provision"), "provision"),
        scenario_tables.fan({"unmitigated": FUTURES}, plans("age_group"), "age_group"),
        money_tables.balances(BOTH, POSITION, plans(), "carried", (), 2026),
        money_tables.probability(BOTH, plans(), (), 2026),
        money_tables.lines({"unmitigated": SPENT}, ON, plans(), 2026),
        money_tables.by_provision({"unmitigated": SPENT}, ON, plans("provision"), 2026, {}),
        reserves.beside_deficit(BOTH, ON.assumed, plans(), (), 2026),
    ):
        release.add(aggregate)
    mask = release.solve()
    assert mask.unguarded == ()
    assert mask.unresolved == ()


def test_a_deficit_is_negative_and_the_recorded_one_leads_into_the_forecast() -> None:
    shown = money_tables.balances(BOTH, POSITION, plans(), "carried", (), 2026).frame
    rows = shown[shown["scenario"].eq("unmitigated")].set_index("financial_year")["value"]
    assert rows[202324] == -380_000
    assert rows[202425] == -500_000
    assert rows[202526] == -575_000
    assert rows[202829] < rows[202526]


def test_in_real_terms_a_deficit_is_smaller_and_without_inflation_it_is_the_same() -> None:
    flat = money_tables.balances(BOTH, POSITION, plans(), "carried", (), 2026).frame
    same = money_tables.balances(BOTH, POSITION, plans(), "carried", (), 2026, np.ones(4)).frame
    later = flat[flat["financial_year"].gt(202425)]["value"].tolist()
    assert same["value"].tolist() == later
    real = money_tables.balances(
        BOTH, POSITION, plans(), "carried", (), 2026, 1.02 ** np.arange(1, 5)
    ).frame
    assert real["value"].tolist() == pytest.approx(
        [v / 1.02 ** (1 + i % 4) for i, v in enumerate(later)]
    )


def test_lines_of_the_base_year_are_the_outturn_and_add_up_to_the_block() -> None:
    shown = money_tables.lines({"unmitigated": SPENT}, ON, plans(), 2026).frame
    was = shown[shown["financial_year"].eq(202425)].set_index("line")["value"]
    kinds = ledger.by_kind(fixture("money/spend_lines.csv"), s251(), "outturn", ()).frame
    inside = kinds[kinds["kind"].isin([ledger.LINKED, ledger.OTHER_HNB])]
    assert was["All"] == was.drop("All").sum() == inside["net"].sum() + 210_000


def test_cash_real_and_plain_are_one_without_any_inflation() -> None:
    plain = budget.project(FUTURES, ON, SEED, at_base_prices=True)
    shown = money_tables.real_and_nominal(SPENT, plain, np.ones(4), ON, plans(), 2026).frame
    assert shown["value"].tolist() == shown["real"].tolist() == shown["plain"].tolist()


def test_spend_by_component_leaves_transport_apart() -> None:
    shown = money_tables.by_component(SPENT, ON, plans(), 2026).frame
    first = shown[shown["financial_year"].eq(202526)].set_index("component")["value"]
    assert first["fee"] == pytest.approx(600_000)
    assert first["transport"] == pytest.approx(200_000)
    assert first.drop("transport").sum() == pytest.approx(2_010_000)


def test_provisions_of_a_budget_rest_on_their_own_plans() -> None:
    shown = money_tables.by_provision({"unmitigated": SPENT}, ON, plans("provision"), 2026, {})
    counts = shown.frame.drop_duplicates("provision").set_index("provision")["count"]
    assert counts.to_dict() == {"mainstream": 100, "state_special": 50, "nmiss": 10}
    parts = SPENT.placements.sum(axis=2)
    assert parts == pytest.approx(SPENT.components[:, :, :-1].sum(axis=2))


def test_scenarios_stand_side_by_side_on_one_count() -> None:
    wide = fans.side_by_side(money_tables.probability(BOTH, plans(), (), 2026), "probability")
    assert wide.dimensions == ("financial_year",)
    assert wide.frame["unmitigated"].tolist() == wide.frame["mitigated"].tolist()
    keys = {key for key, _, _ in wide.counts()}
    assert keys == {(UNIVERSE, frozenset({("year", "2026")}))}


def test_reserves_stand_beside_the_deficit_at_the_end_of_the_override() -> None:
    known = assumed(assumptions(reserves__general=1_000_000.0, override__end=202627.0))
    shown = reserves.beside_deficit(BOTH, known, plans(), (), 2026)
    row = shown.frame.iloc[0]
    at = BALANCE.financial_years.index(202627)
    assert row["value"] == np.median(BALANCE.carried[:, at])
    assert row["left"] == 1_000_000 + row["value"]
    assert row["share"] == pytest.approx(-row["value"] / 10_000)
    assert "{reserves}" in reserves.told(shown)[0]


def test_without_stated_reserves_nothing_is_said_of_them() -> None:
    assert not reserves.are_known(ON.assumed)
    shown = reserves.beside_deficit(BOTH, ON.assumed, plans(), (), 2026)
    assert shown.frame["left"].isna().all()
    assert "reserves" not in reserves.told(shown)[0]


def test_this_forecast_stands_beside_the_councils_own() -> None:
    row = reserves.beside_own_forecast(BALANCE, POSITION, plans(), (), 2026).frame.iloc[0]
    assert row[["financial_year", "value", "own", "difference"]].tolist() == [
        202526, -75_000, -130_000, 55_000,
    ]  # fmt: skip


def money(changes: pd.DataFrame) -> money_run.Money:
    held = tables(**FLAT) | {"mitigations": changes}
    return money_run.run(lambda levers: FUTURES, held, people(), s251(), plans(), ("Test",))


def test_without_planned_changes_there_is_one_scenario() -> None:
    made = money(mitigations())
    assert list(made.balances) == ["unmitigated"]
    assert made.effects is None
    with pytest.raises(ValueError, match="no change is planned"):
        made.cash_and_avoided()


def test_planned_changes_leave_income_as_it_is_and_are_attributed() -> None:
    made = money(mitigations({"cost": 10_000.0}))
    assert list(made.balances) == ["unmitigated", "mitigated"]
    better = made.balances["mitigated"].in_year - made.balances["unmitigated"].in_year
    assert made.effects is not None
    assert np.array_equal(better, made.effects.total - made.effects.cost)


def test_a_kept_forecast_adds_up() -> None:
    kept = money(mitigations({})).as_version(pd.Timestamp("2026-03-02"))
    for _, rows in kept.groupby("scenario"):
        running = -500_000 + rows["in_year_balance"].cumsum()
        assert running.tolist() == rows["carried_forward"].tolist()
    saved = kept.set_index(["scenario", "financial_year"])["savings"]
    assert saved["unmitigated"].eq(0).all()
    assert saved["mitigated", 202829] > 0


def test_planned_changes_are_named_only_where_some_are_planned() -> None:
    for planned, name in (((), "If things go on as they are"), (({},), "Without the planned")):
        made = money(mitigations(*planned))
        table = scenario_tables.fan(made.paths, plans())
        found = [summary.plans(table), summary.deficit(made.balance("carried"))]
        assert all(f.sentence.startswith(name) for f in found)
        assert str(scenario_tables.told(table)[1]["changes"]).startswith(name)


def test_the_plans_forecast_are_of_one_time_however_long_the_history() -> None:
    table = scenario_tables.fan(money(mitigations()).paths, plans())
    short = replace(table, frame=table.frame[table.frame["year"].ge(2026)], period="Shorter")
    periods = [summary.plans(t).value.aggregate.period for t in (table, short)]
    assert periods == ["January 2026 to January 2029"] * 2


def test_findings_have_a_range_a_base_and_an_outcome() -> None:
    made = money(mitigations({"cost": 10_000.0}))
    table = scenario_tables.fan(made.paths, plans())
    found = [
        summary.plans(table),
        summary.deficit(made.balance("carried")),
        summary.probability(made.probability()),
        summary.changes(made.cash_and_avoided()),
    ]
    for finding in found:
        assert finding.id.startswith("13.")
        assert finding.outcome
        assert finding.base is not None
    assert [f.low is not None for f in found] == [True, True, False, True]
    assert found[1].low is not None
    assert found[1].low.value <= found[1].value.value < 0


def test_a_provision_that_nobody_is_in_yet_rests_on_nobody() -> None:
    own = plans("provision")
    gone = own.frame[own.frame["provision"].ne("nmiss")]
    recorded = type(own)(**{**own.__dict__, "frame": gone})
    shown = scenario_tables.fan({"unmitigated": FUTURES}, recorded, "provision").frame
    rows = shown[shown["provision"].eq("nmiss")]
    assert rows["count"].tolist() == [0, 0, 0]
    assert set(shown["provision"]) == set(PROVISIONS)

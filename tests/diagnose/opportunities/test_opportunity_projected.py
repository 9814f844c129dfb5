"""The total opportunity through the forecast's levers: nothing is counted twice."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from toolkit import reference
from toolkit.diagnose.forecast.attribution import Effects
from toolkit.diagnose.opportunities import projected, value
from toolkit.diagnose.opportunities.rows import ready

FIXTURES = Path(__file__).parents[1] / "fixtures" / "opportunities"
SETTINGS = reference.table("opportunity_settings")
CITED = ("Fixture",)
HORIZON = [202627, 202728]
COST = {202627: 50_000.0, 202728: 130_000.0}
REACHED = {"early_help": 120.0, "rp_places": 3.0, "All": 900.0}


@pytest.fixture
def rows() -> pd.DataFrame:
    return ready(pd.read_csv(FIXTURES / "opportunities.csv"), SETTINGS)


@pytest.fixture
def levers() -> pd.DataFrame:
    return pd.read_csv(FIXTURES / "levers.csv", parse_dates=["start"])


@pytest.fixture
def attribution() -> pd.DataFrame:
    return projected.checked(pd.read_csv(FIXTURES / "attribution.csv"))


def test_levers_and_what_they_take_from_one_another_make_the_total(
    attribution, rows, levers
) -> None:
    made = projected.projected(attribution, rows, levers, REACHED, CITED)
    for year in HORIZON:
        own = made.frame[made.frame["financial_year"].eq(year)].set_index("lever")["median"]
        assert own.drop("All").sum() == own["All"]


def test_two_opportunities_on_one_lever_are_one_line(attribution, rows, levers) -> None:
    made = projected.projected(attribution, rows, levers, REACHED, CITED)
    assert made.labels["lever"]["rp_places"] == "Places near home; Return at phase transfer"
    assert made.frame["lever"].eq("rp_places").sum() == len(HORIZON)


def test_a_lever_without_an_opportunity_keeps_its_own_words(attribution, rows, levers) -> None:
    made = projected.projected(attribution, rows.iloc[:0], levers, REACHED, CITED)
    assert made.labels["lever"]["rp_places"] == "More places in units"


@pytest.mark.parametrize(
    ("cost", "median", "said"),
    [
        (0, 1.0, ""),
        (4, 1.0, "It costs more than it is agreed to be worth."),
        (0, 1.2, "The forecast makes more of it than was agreed."),
        (0, 0.1, "The forecast makes less of it than was agreed."),
    ],
)
def test_a_lever_that_does_not_fit_what_was_agreed_of_it_says_so(
    attribution, rows, levers, cost, median, said
) -> None:
    ramped = value.ramped(rows, levers, HORIZON)
    last = ramped["financial_year"].eq(202728) & ramped["mitigation_id"].eq("rp_places")
    high = ramped.loc[last, "high"].sum()
    at = attribution["mitigation_id"].eq("rp_places")
    moved = attribution.assign(median=attribution["median"].mask(at, median * high))
    dear = levers.assign(cost=levers["mitigation_id"].eq("rp_places") * cost * high)
    made = projected.projected(moved, rows, dear, REACHED, CITED)
    table = projected.at_horizon(made, ramped, dear).frame.set_index("lever")
    row, whole = table.loc["rp_places"], table.loc["All"]
    assert whole["agreed_high"] == table["agreed_high"].drop("All").sum()
    assert (row["cost"] > high, row["agreed_high"]) == (cost > 0, high)
    assert row["reading"] == said


def test_added_up_values_stand_beside_the_total_without_overlap(attribution, rows, levers) -> None:
    made = projected.overlap(attribution, value.ramped(rows, levers, HORIZON), COST, 900, CITED)
    row = made.frame.set_index("financial_year").loc[202728]
    assert row["median"] == 470_000
    assert row["added_high"] > row["high"]


def test_what_no_lever_carries_is_in_no_total(attribution, rows, levers) -> None:
    ramped = value.ramped(rows, levers, HORIZON)
    without = value.ramped(rows[rows["mitigation_id"].ne("")], levers, HORIZON)
    both = [projected.overlap(attribution, r, COST, 900, CITED).frame for r in (ramped, without)]
    columns = ["low", "median", "high", "added_low", "added_high"]
    pd.testing.assert_frame_equal(both[0][columns], both[1][columns])
    assert both[0]["outside"].tolist() == pytest.approx([37_500, 112_500])  # 150,000 x ramp
    assert both[1]["outside"].tolist() == [0, 0]


def test_an_opportunity_listed_twice_under_one_lever_does_not_move_the_total(
    attribution, rows, levers
) -> None:
    twice = ready(pd.concat([rows, rows[rows["opportunity_id"].eq("b.1")]]), SETTINGS)
    once, again = (
        projected.overlap(attribution, value.ramped(r, levers, HORIZON), COST, 900, CITED).frame
        for r in (rows, twice)
    )
    assert once["median"].tolist() == again["median"].tolist()
    assert (again["added_high"] >= once["added_high"]).all()


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (lambda f: f.drop(columns="median"), "lacks the columns"),
        (lambda f: f[f["mitigation_id"].ne("total")], "a year without a total"),
        (lambda f: pd.concat([f, f.head(1)]), "two rows"),
    ],
)
def test_an_attribution_of_another_form_is_refused(broken, said) -> None:
    with pytest.raises(ValueError, match=said):
        projected.checked(broken(pd.read_csv(FIXTURES / "attribution.csv")))


def test_two_levers_that_halve_one_flow_save_three_quarters_of_it_and_not_all() -> None:
    alone = {name: np.full((3, 1), 50.0) for name in ("one", "two")}
    effects = Effects((202627,), alone, np.full((3, 1), 75.0), np.full((3, 1), 8.0))
    found, cost = projected.through_levers(effects)
    worth = found.set_index("mitigation_id")["median"]
    assert worth["total"] == 75
    assert worth["interaction"] == -25
    assert worth.drop("total").sum() == worth["total"]
    assert cost == {202627: 8.0}


def test_the_reach_of_a_lever_is_the_plans_of_its_ages_needs_and_provisions() -> None:
    axes = SimpleNamespace(
        ages=("3", "8"), needs=("ASD", "SEMH"), provisions=("mainstream", "nmiss")
    )
    start = np.arange(8).reshape(2, 2, 2).astype(np.int32)
    model = SimpleNamespace(axes=axes, start=start, last=2026)
    table = pd.DataFrame(
        {
            "mitigation_id": ["a", "b"],
            "flow": ["join", "move"],
            "ages": ["4-10", None],
            "needs": [None, "ASD"],
            "provisions": [None, "nmiss"],
            "low": [-10.0, -10.0],
            "high": [-5.0, -5.0],
            "start": pd.to_datetime(["2026-09-01"] * 2),
        }
    )
    assert projected.scope(model, table) == {"a": 4 + 5 + 6 + 7, "b": 1 + 5, "All": 28}


def test_the_finding_has_range_and_outcome(attribution, rows, levers) -> None:
    made = projected.overlap(attribution, value.ramped(rows, levers, HORIZON), COST, 900, CITED)
    found = projected.finding(made, ["Needs are met early", "Needs are met early"])
    assert (found.low.value, found.value.value, found.high.value) == (230_000, 470_000, 720_000)
    assert found.outcome == "Needs are met early"

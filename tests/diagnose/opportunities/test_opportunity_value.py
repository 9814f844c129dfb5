"""Value, ramp, impact and profile of the opportunities."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit import reference
from toolkit.diagnose.opportunities import impact, value
from toolkit.diagnose.opportunities.rows import ready

FIXTURES = Path(__file__).parents[1] / "fixtures" / "opportunities"
SETTINGS, KPIS = (reference.table(n) for n in ("opportunity_settings", "lever_kpis"))
CITED = ("Fixture",)
HORIZON = value.years_ahead(202526)
APRIL = pd.Timestamp("2026-04-01")


@pytest.fixture
def rows() -> pd.DataFrame:
    return ready(pd.read_csv(FIXTURES / "opportunities.csv"), SETTINGS)


@pytest.fixture
def levers() -> pd.DataFrame:
    return pd.read_csv(FIXTURES / "levers.csv", parse_dates=["start"])


def test_value_is_people_times_value_for_one(rows) -> None:
    frame = value.values(rows, CITED).frame.set_index("opportunity_id")
    assert frame.loc["a.1", "full"] == 50 * 10_000
    assert frame["full"].tolist() == (frame["volume"] * frame["unit_value"]).tolist()


def test_value_is_held_against_low_and_high(rows) -> None:
    frame = value.values(rows, CITED).frame.set_index("opportunity_id")
    assert frame["standing"].to_dict() == {
        "a.1": value.INSIDE,
        "a.2": value.ABOVE,
        "b.1": value.BELOW,
        "c.1": value.INSIDE,
    }


@pytest.mark.parametrize(
    ("full", "said"),
    [
        (99, value.BELOW),
        (100, value.INSIDE),
        (200, value.INSIDE),
        (201, value.ABOVE),
        (float("nan"), value.UNKNOWN),
    ],
)
def test_the_ends_of_the_range_lie_inside_it(full, said) -> None:
    assert value.standing(full, 100, 200) == said


def test_the_horizon_runs_from_the_last_outturn_to_the_fifth_january_ahead() -> None:
    dsg = pd.DataFrame({"financial_year": [202425, 202526], "basis": ["outturn", "forecast"]})
    people = pd.DataFrame({"year": [2025, 2026]})
    found = value.horizon(dsg, people)
    assert (found[0], found[-1]) == (202526, 203031)  # January 2031 lies in 2030-31
    assert len(value.horizon(dsg, people.iloc[:0])) == 5
    assert value.horizon(dsg.iloc[:0], people) == []


def test_the_horizon_is_five_financial_years() -> None:
    assert HORIZON == [202627, 202728, 202829, 202930, 203031]
    assert value.years_ahead(199899, 2) == [199900, 200001]


@pytest.mark.parametrize(
    ("start", "ramp", "year", "share"),
    [
        ("2026-04-01", 0, 202526, 0.0),
        ("2026-04-01", 0, 202627, 1.0),
        ("2026-10-01", 0, 202627, 0.5),  # half the year is left
        ("2026-04-01", 12, 202627, 0.5),  # a straight line from nought to all
        ("2026-04-01", 12, 202728, 1.0),
        ("2026-04-01", 24, 202627, 0.25),
        ("2026-04-01", 24, 202728, 0.75),
        ("2026-09-01", 24, 202627, 49 / 2 / 24 / 12),  # seven months, 3.5 / 24 at their middle
    ],
)
def test_the_share_of_a_year_is_the_mean_of_its_months(start, ramp, year, share) -> None:
    assert value.share_of_year(pd.Timestamp(start), ramp, year) == pytest.approx(share, abs=1e-3)


@given(
    st.dates(pd.Timestamp("2025-01-01").date(), pd.Timestamp("2030-12-31").date()),
    st.integers(0, 60),
)
def test_a_change_only_ever_grows_to_the_whole(start, ramp) -> None:
    shares = [value.share_of_year(pd.Timestamp(start), ramp, y) for y in HORIZON]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1


def test_ramped_value_is_volume_times_unit_value_times_ramp(rows, levers) -> None:
    even = rows.assign(low=rows["volume"] * rows["unit_value"])
    found = value.ramped(even.assign(high=even["low"]), levers, HORIZON)
    own = found[found["opportunity_id"].eq("a.1")].set_index("financial_year")["high"]
    assert own[202627] == pytest.approx(50 * 10_000 * 0.5)
    assert own[202728] == 50 * 10_000


def test_the_low_value_starts_late_and_the_high_one_on_time(rows, levers) -> None:
    found = value.ramped(rows, levers, HORIZON).set_index(["opportunity_id", "financial_year"])
    first = found.loc[("a.1", 202627)]
    assert first["high"] == pytest.approx(700_000 * 0.5)
    assert first["low"] == pytest.approx(300_000 * 0.125)  # six months late, six months left


def test_an_opportunity_without_a_lever_starts_with_the_first_of_the_levers(rows, levers) -> None:
    found = value.ramped(rows, levers, HORIZON).set_index(["opportunity_id", "financial_year"])
    assert found.loc[("a.2", 202627), "high"] == pytest.approx(200_000 * 0.25)


def test_without_levers_opportunities_start_with_the_second_year(rows, levers) -> None:
    found = value.ramped(rows, levers.iloc[:0], HORIZON).set_index("financial_year")
    assert found.loc[202627, "high"].sum() == 0
    assert found.loc[202728, "high"].gt(0).all()


def test_the_impact_says_what_moves_whom_it_reaches_and_when_it_works_in_full(rows, levers) -> None:
    labels = {"primary_need": {"SLCN": "Speech", "SEMH": "Mental health"}, "provision": {}}
    found = impact.impact(rows, levers, KPIS, labels, CITED)
    row = found.frame.set_index("opportunity_id").loc["a.1"]
    assert row["kpi"].endswith(": ages 4-10; speech; mental health")
    assert row["how_far"] == "4% to 14% less"
    assert row["reach"] == 50
    assert row["full_from"] == "2028-29"  # April 2026 + 12 months + 6 of delay
    assert row["money"] == impact.AVOIDED


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (-14, -4, "4% to 14% less"),
        (4, 15, "4% to 15% more"),
        (-2, 3.5, "2% less to 3.5% more"),
        (-5, -5, "5% less"),
        (0, 6, "0% to 6% more"),
        (-6, 0, "0% to 6% less"),
    ],
)
def test_how_far_a_lever_moves_its_flow_is_said_smaller_first(low, high, said) -> None:
    assert impact.how_far(low, high) == said


@pytest.mark.parametrize(
    ("start", "months", "year"),
    [("2026-04-01", 12, 202728), ("2026-04-02", 12, 202829), ("2026-09-01", 24, 202930)],
)
def test_a_change_works_in_full_from_the_first_whole_year_after_its_ramp(start, months, year):
    lever = {"start": pd.Timestamp(start), "ramp_months": months, "delay_months": None}
    assert impact.full_from(lever) == year


def test_the_cost_of_a_lever_that_carries_two_changes_stands_once(rows, levers) -> None:
    found = impact.impact(rows, levers, KPIS, {}, CITED).frame
    assert found["cost"].sum() == levers["cost"].sum()


def test_a_change_that_no_lever_carries_says_so(rows, levers) -> None:
    found = impact.impact(rows, levers, KPIS, {}, CITED).frame
    row = found.set_index("opportunity_id").loc["a.2"]
    assert row["kpi"] == impact.UNLINKED
    assert row["money"] == impact.UNSAID


def test_the_impact_by_change_ties_to_the_benefits_profile_by_workstream(rows, levers) -> None:
    ramped = value.ramped(rows, levers, HORIZON)
    by_change, by_stream = (
        impact.profile(ramped, by, CITED) for by in ("opportunity", "workstream")
    )
    assert impact.untied(by_change, by_stream).empty
    for found in (by_change, by_stream):
        parts = found.frame[found.frame[found.dimensions[0]].ne("All")]
        sums = parts.groupby("financial_year")["high"].sum()
        for year in HORIZON:
            total = found.cell("high", **{found.dimensions[0]: "All", "financial_year": year})
            assert sums[year] == pytest.approx(total.value)


def test_profiles_of_different_rows_do_not_tie(rows, levers) -> None:
    ramped = value.ramped(rows, levers, HORIZON)
    fewer = impact.profile(ramped[ramped["setting"].ne("units")], "workstream", CITED)
    assert not impact.untied(impact.profile(ramped, "opportunity", CITED), fewer).empty

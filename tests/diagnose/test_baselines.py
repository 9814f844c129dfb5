import pandas as pd
import pytest

from tests.diagnose.test_flows import FIXTURES, RETURNS
from toolkit.diagnose import baselines, flows

AGREED = pd.DataFrame({"assumption_id": ["baseline.plans"], "agreed_by": ["Head of SEND"]})


def found(values: dict[int, float], method: baselines.Method = "latest year"):
    history = pd.DataFrame(
        {"variable": "plans", "year": list(values), "value": list(values.values())}
    )
    return baselines.baselines(history, AGREED, "local", ("Fixture",), method).frame.iloc[0]


@pytest.mark.parametrize(
    ("method", "expected"), [("latest year", 130), ("mean of the years", 110), ("trend", 130)]
)
def test_each_method_gives_its_stated_value(method, expected) -> None:
    assert (
        found({2021: 90, 2022: 100, 2023: 110, 2024: 120, 2025: 130}, method)["baseline"]
        == expected
    )


def test_at_most_five_years_are_used() -> None:
    assert found({y: y for y in range(2015, 2026)})["period"] == "2021 to 2025"


def test_a_gap_is_named_and_never_bridged() -> None:
    row = found({2021: 90, 2023: 110})
    assert pd.isna(row["baseline"])
    assert row["period"] == "No baseline: 2022 missing"


def test_a_baseline_is_agreed_only_where_somebody_is_named() -> None:
    assert found({2024: 1, 2025: 2})["agreed"] == "Yes"
    nobody = pd.DataFrame(
        {"assumption_id": pd.Series(dtype=str), "agreed_by": pd.Series(dtype=str)}
    )
    history = pd.DataFrame({"variable": ["plans"], "year": [2025], "value": [5.0]})
    row = baselines.baselines(history, nobody, "local", ()).frame.iloc[0]
    assert (row["owner"], row["agreed"]) == ("Not named", "Not yet")


def counted(plans: pd.DataFrame) -> dict[tuple[str, int], float]:
    people = pd.DataFrame({"year": [2024, 2025, 2025]})
    asked = pd.DataFrame({"request_date": pd.to_datetime(["2021-03-01", "2024-05-01"])})
    history = baselines.local_history(people, plans, asked, RETURNS)
    return history.set_index(["variable", "year"])["value"].to_dict()


def test_a_plan_that_moved_in_is_no_new_plan_of_the_baseline() -> None:
    dates = ["plan_start", "plan_cease", "birth_month"]
    plans = pd.read_csv(
        FIXTURES / "plans.csv", parse_dates=dates, dtype={"cease_reason": str}
    ).assign(in_history=0)
    born_here = counted(plans)
    assert (born_here["new", 2023], born_here["moved_in", 2024]) == (2, 0)
    later = counted(plans.assign(first_census=2025))
    before = plans["plan_start"].dt.year.lt(2024).sum()
    assert ("new", 2023) not in later
    assert (later["new", 2024], later["moved_in", 2024]) == (born_here["new", 2024], before)


def test_requests_and_ceases_count_in_whole_years_alone() -> None:
    empty = pd.read_csv(FIXTURES / "plans.csv", parse_dates=["plan_start", "plan_cease"]).head(0)
    found = counted(empty.assign(birth_month=pd.Series(dtype="datetime64[us]")))
    assert set(found) == {("plans", 2024), ("plans", 2025), ("moved_in", 2024), ("requests", 2024)}
    assert flows.whole_years(RETURNS) == [2023, 2024]


def test_no_published_series_ends_with_a_january_that_looks_wrong() -> None:
    totals = pd.DataFrame(
        [(2023, "101", 2600.0, ""), (2024, "101", 2705.0, ""),
         (2025, "101", 1199.0, "Implausible: -56%")],
        columns=["year", "code", "plans", "note"],
    )  # fmt: skip
    flows = pd.DataFrame(
        [(2023, "101", "new", 400.0), (2024, "101", "new", 379.0)],
        columns=["year", "code", "flow", "people"],
    )
    history = baselines.published_history(totals, flows, "101", [2025])
    assert history.groupby("variable")["year"].max().to_dict() == {"plans": 2024, "new": 2023}
    assert "January 2025 looks wrong" in baselines.note(history, totals, "101")
    assert baselines.note(history.head(0), totals, "101") == ""

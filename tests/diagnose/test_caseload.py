import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.diagnose import caseload, january, recorded
from toolkit.intake import combine

CENSUS = pd.DataFrame(
    {
        "census_year": [2024, 2025],
        "census_date": pd.to_datetime(["2024-01-18", "2025-01-16"]),
        "origin": ["history", "return"],
    }
)
NO_NEEDS = combine.empty("earlier_needs")


def plans(**changes: object) -> pd.DataFrame:
    row = {
        "person_id": "p1",
        "plan_start": "2020-05-01",
        "plan_cease": None,
        "birth_month": "2012-03-01",
        "primary_need": "ASD",
        "sex": "M",
        "locality": "North",
        "first_census": 2025,
        "last_census": 2025,
        "in_history": True,
    }
    frame = pd.DataFrame([{**row, **changes}])
    for column in ("plan_start", "plan_cease", "birth_month"):
        frame[column] = pd.to_datetime(frame[column])
    return frame.astype({"first_census": "Int64", "last_census": "Int64"})


def placements(*rows: tuple[str, str | None, int, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["entry_date", "leaving_date", "rank", "provision_group"])
    frame["person_id"] = "p1"
    for column in ("entry_date", "leaving_date"):
        frame[column] = pd.to_datetime(frame[column])
    return frame


def years_open(frame: pd.DataFrame) -> list[int]:
    return january.stock(frame, placements(), CENSUS, NO_NEEDS)["year"].tolist()


@pytest.mark.parametrize(
    ("start", "cease", "expected"),
    [
        ("2024-01-18", None, [2024, 2025]),  # starts on the census date
        ("2024-01-19", None, [2025]),
        ("2020-05-01", "2024-01-18", []),  # has ceased by the census date
        ("2020-05-01", "2024-01-19", [2024]),
        ("2020-05-01", "2025-01-17", [2024, 2025]),
    ],
)
def test_a_plan_is_open_from_its_start_to_the_day_before_it_ceases(start, cease, expected) -> None:
    assert years_open(plans(plan_start=start, plan_cease=cease)) == expected


def test_a_returns_january_holds_only_the_plans_of_that_return() -> None:
    assert years_open(plans(first_census=pd.NA, last_census=pd.NA)) == [2024]


def test_a_january_before_the_returns_holds_only_the_plans_of_the_history() -> None:
    assert years_open(plans(in_history=False)) == [2025]


@pytest.mark.parametrize(
    ("birth", "age"), [("2012-08-01", 12), ("2012-09-01", 11), ("2024-12-01", 0)]
)
def test_age_is_in_completed_years_at_the_31_august_before(birth: str, age: int) -> None:
    assert january.age_at_31_august(pd.to_datetime(pd.Series([birth])), 2025).tolist() == [age]


@pytest.mark.parametrize(
    ("age", "group"),
    [
        (0, "0-4"),
        (4, "0-4"),
        (5, "5-10"),
        (15, "11-15"),
        (16, "16-19"),
        (20, "20-25"),
        (25, "20-25"),
    ],
)
def test_age_groups_are_those_of_the_dsg_management_plan(age: int, group: str) -> None:
    assert january.age_group(pd.Series([age], dtype="Int64")).tolist() == [group]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], "unknown"),
        ([("2020-09-01", None, 1, "mainstream")], "mainstream"),
        (
            [("2020-09-01", "2024-12-20", 1, "mainstream"), ("2025-01-06", None, 1, "nmiss")],
            "nmiss",
        ),
        ([("2020-09-01", None, 2, "nmiss"), ("2019-09-01", None, 1, "mainstream")], "mainstream"),
        ([("2025-01-17", None, 1, "nmiss")], "unknown"),  # begins the day after the census
    ],
)
def test_the_main_placement_on_the_census_date_counts(rows, expected: str) -> None:
    people = january.stock(plans(), placements(*rows), CENSUS.tail(1), NO_NEEDS)
    assert people["provision"].tolist() == [expected]


def test_a_blank_need_is_unknown_and_still_counted() -> None:
    people = january.stock(plans(primary_need=None), placements(), CENSUS, NO_NEEDS)
    assert people["primary_need"].tolist() == ["unknown", "unknown"]


def earlier(census: int | None, need: str | None) -> pd.DataFrame:
    row = {"person_id": "p1", "plan_start": pd.Timestamp("2020-05-01"), "primary_need": need}
    return pd.DataFrame([{**row, "census_year": census}]).astype({"census_year": "Int64"})


@pytest.mark.parametrize(
    ("census", "need", "expected"),
    [
        (None, "SLCN", ["SLCN", "ASD"]),  # plans.csv said otherwise than the return
        (2025, "SLCN", ["ASD", "SLCN"]),
        (2023, "SLCN", ["ASD", "ASD"]),  # a January that is not counted
        (None, None, ["unknown", "ASD"]),
    ],
)
def test_a_plan_counts_under_the_need_that_its_january_recorded(census, need, expected) -> None:
    people = january.stock(plans(), placements(), CENSUS, earlier(census, need))
    assert people["primary_need"].tolist() == expected


@pytest.mark.parametrize(("in_history", "expected"), [(True, "SLCN"), (False, "ASD")])
def test_a_new_plan_counts_under_the_need_that_was_recorded_first(in_history, expected) -> None:
    frame = plans(in_history=in_history)
    assert recorded.at_first(frame, earlier(None, "SLCN"))["primary_need"].tolist() == [expected]


def counted(values: list[tuple[int, str, int]]):
    frame = pd.DataFrame(values, columns=["year", "provision", "plans"])
    return caseload.plans_by(
        frame.loc[frame.index.repeat(frame["plans"])], "provision", sources=("Fixture",)
    )


sizes = st.lists(st.integers(1, 400), min_size=4, max_size=4)


@given(sizes)
def test_the_shares_of_a_january_add_up_to_100(sizes: list[int]) -> None:
    cells = [(2024, "mainstream"), (2024, "nmiss"), (2025, "mainstream"), (2025, "nmiss")]
    shares = caseload.shares(counted([(*c, n) for c, n in zip(cells, sizes, strict=True)])).frame
    assert shares.groupby("year")["share"].sum().round(9).eq(100).all()
    assert shares.groupby("year")["plans"].sum().eq(shares.groupby("year")["base"].first()).all()


def test_the_parts_of_a_change_add_up_to_the_total() -> None:
    values = [(2024, "mainstream", 40), (2024, "nmiss", 10), (2025, "mainstream", 55)]
    frame = caseload.change_by(counted(values), "provision", 2024, 2025).frame.set_index(
        "provision"
    )
    assert frame["change"].to_dict() == {"mainstream": 15, "nmiss": -10, "All": 5}
    assert frame["share_last"].drop("All").sum() == 100
    assert frame["contribution"].drop("All").sum() == pytest.approx(100)


def test_counts_of_two_tables_with_the_same_filters_have_the_same_key() -> None:
    values = [(2024, "mainstream", 40), (2025, "mainstream", 55)]
    plans_by_year = counted(values)
    change = caseload.change_by(plans_by_year, "provision", 2024, 2025)
    by_year = {key: value for key, value, _ in plans_by_year.counts()}
    assert all(by_year[k] == v for k, v, _ in change.counts() if k in by_year)
    assert set(by_year) <= {key for key, _, _ in change.counts()}

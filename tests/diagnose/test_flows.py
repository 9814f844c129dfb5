from pathlib import Path

import pandas as pd
import pytest

from toolkit.diagnose import flows

FIXTURES = Path(__file__).parent / "fixtures" / "patterns"
DATES = ["plan_start", "plan_cease", "birth_month"]


def censuses(*held: tuple[int, str]) -> pd.DataFrame:
    return pd.DataFrame(held, columns=["census_year", "origin"])


RETURNS = censuses((2024, "return"), (2025, "return"))


@pytest.fixture
def plans() -> pd.DataFrame:
    return pd.read_csv(FIXTURES / "plans.csv", parse_dates=DATES, dtype={"cease_reason": str})


@pytest.mark.parametrize(
    ("held", "years"),
    [
        ([(2024, "return")], [2023]),  # a return holds all of the year before it
        ([(2024, "history")], []),
        ([(2023, "history"), (2024, "history")], [2023]),
        ([(2022, "history"), (2024, "return")], [2023]),
        ([(2023, "history"), (2024, "return"), (2025, "return")], [2023, 2024]),
        ([], []),
    ],
)
def test_a_calendar_year_counts_where_nobody_can_have_come_and_gone_unseen(held, years) -> None:
    assert flows.whole_years(censuses(*held)) == years


def test_a_plan_counts_in_the_calendar_year_it_started(plans) -> None:
    started = flows.started(plans, RETURNS).set_index("person_id")["calendar_year"]
    assert started.to_dict() == {"p01": 2023, "p02": 2023, "p03": 2024, "p04": 2024}


def test_a_plan_that_came_from_another_area_later_did_not_start_here(plans) -> None:
    moved_in = plans.assign(first_census=2025)
    assert set(flows.started(moved_in, RETURNS)["person_id"]) == {"p03", "p04"}
    before = flows.started(moved_in.assign(in_history=1), RETURNS)
    assert set(before["person_id"]) == {"p01", "p02", "p03", "p04"}


def test_a_plan_that_came_from_another_area_stands_apart_in_the_year_it_came(plans) -> None:
    first_seen = plans.assign(first_census=2025, in_history=0)
    came = flows.moved_in(first_seen, RETURNS).set_index("person_id")["calendar_year"]
    began = first_seen.set_index("person_id")["plan_start"].dt.year
    assert set(came.index) == set(began.index[began < 2024])
    assert set(came) == {2024}
    assert flows.moved_in(first_seen, censuses((2025, "return"))).empty  # all are old stock


def test_no_plan_is_both_new_and_moved_in(plans) -> None:
    for first in (2024, 2025):
        seen = plans.assign(first_census=first, in_history=0)
        new, came = flows.started(seen, RETURNS), flows.moved_in(seen, RETURNS)
        assert not set(new["person_id"]) & set(came["person_id"])


def test_a_plan_counts_in_the_calendar_year_it_ceased(plans) -> None:
    ceased = flows.ceased(plans, RETURNS).set_index("person_id")
    assert ceased["calendar_year"].to_dict() == {"p02": 2024, "p06": 2024}
    assert ceased["age"].to_dict() == {"p02": 19, "p06": 17}


def test_what_is_not_recorded_is_unknown_and_still_counted(plans) -> None:
    row = flows.started(plans, RETURNS).set_index("person_id").loc["p04"]
    assert row[["sex", "locality", "primary_need", "deprivation_decile"]].eq("unknown").all()


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        ("2020-05-01", "2024-04-30", 3),
        ("2020-05-01", "2024-05-01", 4),  # the birthday counts from the month of birth on
        ("2024-05-01", "2024-05-20", 0),
        ("1995-01-01", "2024-05-20", 25),  # a plan lasts until 25
    ],
)
def test_age_is_in_completed_years_on_the_day(birth, day, age) -> None:
    found = flows.age_on(pd.to_datetime(pd.Series([birth])), pd.to_datetime(pd.Series([day])))
    assert found.tolist() == [age]

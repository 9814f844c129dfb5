from pathlib import Path

import pandas as pd
import pytest

from toolkit.diagnose import timeliness
from toolkit.show.disclosure import Register, protect

FIXTURES = Path(__file__).parent / "fixtures" / "patterns"
DATES = ["request_date", "request_outcome_date", "assessment_outcome_date"]
CENSUSES = pd.DataFrame({"census_year": [2025], "origin": ["return"]})
NOBODY = pd.DataFrame(columns=["calendar_year", *timeliness.COUNTS])


@pytest.fixture
def requests() -> pd.DataFrame:
    return pd.read_csv(FIXTURES / "requests.csv", parse_dates=DATES)


def released() -> pd.DataFrame:
    return pd.read_csv(FIXTURES / "ees_timeliness.csv", dtype={"code": str})


def counts(**columns: int) -> pd.DataFrame:
    return pd.DataFrame([{"calendar_year": 2024, **dict.fromkeys(timeliness.COUNTS, 0), **columns}])


def test_a_plan_is_on_time_up_to_the_last_day_of_week_20(requests) -> None:
    issued = timeliness.issued(requests, CENSUSES).set_index("person_id")
    assert issued["on_time"].to_dict() == {
        **{"p01": "yes", "p02": "no", "p03": "no", "p04": "yes", "p05": "no"}
    }


def test_statutory_exceptions_are_excluded_separately(requests) -> None:
    row = timeliness.counted(timeliness.issued(requests, CENSUSES)).iloc[0]
    assert row["all"] == 5
    assert row["all_on_time"] == 2
    assert row["without"] == 3
    assert row["without_on_time"] == 1
    assert row["over"] == 1


def test_cases_that_are_still_open_are_in_no_share(requests) -> None:
    assert not {"p06", "p07", "p08"} & set(timeliness.issued(requests, CENSUSES)["person_id"])


def test_only_plans_of_whole_calendar_years_count(requests) -> None:
    other = CENSUSES.assign(census_year=2024)
    assert timeliness.issued(requests, other).empty


def test_published_shares_are_those_of_the_release_and_of_england() -> None:
    here, england = (timeliness.published(released(), c) for c in ("867", "E92000001"))
    made = timeliness.by_year(here, england, "published", ("Fixture",))
    frame = made.frame.set_index("calendar_year")
    assert frame["share_without_on_time"].round(1).to_dict() == {2022: 46.3, 2024: 45.8}
    assert frame["share_all_on_time"].round(1).to_dict() == {2022: 48.1, 2024: 45.1}
    assert frame["england"].round(1)[2024] == 46.4
    assert pd.isna(frame["england"][2022])


def test_the_sentence_names_the_year_of_englands_figure_where_it_is_another() -> None:
    row = counts(all=50, without=40, without_on_time=20)
    here = pd.concat([row, row.assign(calendar_year=2025)])
    england = timeliness.published(released(), "E92000001")
    made = timeliness.by_year(here, england, "local", ("Fixture",))
    sentence, cells = timeliness.told(made)
    assert sentence.endswith("in England {england} in 2024.")
    assert cells["share"].value == 50


@pytest.mark.parametrize(("plans", "has_share"), [(9, False), (10, True)])
def test_a_share_of_fewer_than_10_plans_is_not_told(plans, has_share) -> None:
    made = timeliness.by_year(counts(all=plans, without=plans), NOBODY, "local", ("Fixture",))
    assert ("share" in timeliness.told(made)[1]) is has_share
    assert (timeliness.finding(made) is not None) is has_share


def test_the_finding_has_the_range_of_its_share() -> None:
    row = counts(all=120, without=100, without_on_time=40)
    found = timeliness.finding(timeliness.by_year(row, NOBODY, "local", ("Fixture",)))
    assert found.value.value == 40
    assert (found.low.value, found.high.value) == pytest.approx((30.94, 49.80), abs=0.01)
    assert found.base.value == 100


@pytest.mark.parametrize(
    ("excepted", "on_time", "hidden"),
    [(0, 0, False), (3, 0, True), (12, 3, True), (12, 10, True), (12, 6, False)],
)
def test_few_exceptions_are_hidden_and_the_share_without_them_stays(
    excepted, on_time, hidden
) -> None:
    row = counts(
        all=200 + excepted, all_on_time=90 + on_time, without=200, without_on_time=90, over=20
    )
    made = timeliness.by_year(row, NOBODY, "local", ("Fixture",))
    register = Register()
    register.add(made)
    shown = protect(made, register.solve()).hidden.iloc[0]
    assert not shown["share_without_on_time"]
    assert shown["share_all_on_time"] == hidden
    assert shown["issued"] == (0 < excepted <= 5)

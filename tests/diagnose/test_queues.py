from pathlib import Path

import pandas as pd
import pytest

from toolkit.diagnose import queues

FIXTURES = Path(__file__).parent / "fixtures" / "patterns"
DATES = ["request_date", "request_outcome_date", "assessment_outcome_date"]


@pytest.fixture
def requests() -> pd.DataFrame:
    return pd.read_csv(FIXTURES / "requests.csv", parse_dates=DATES)


def waiting(requests: pd.DataFrame, date: str) -> dict[str, int]:
    census = pd.DataFrame({"census_year": [2025], "census_date": pd.to_datetime([date])})
    made = queues.at_census(requests, census, ("Fixture",))
    return made.frame.set_index("waiting")["people"].to_dict()


def test_open_cases_are_kept_by_how_long_they_wait(requests) -> None:
    # p06 for 17 days; p07 for 107 and p11, refused only in February, for 46; p08 for over a year.
    assert waiting(requests, "2025-01-16") == {"to_6": 1, "to_20": 2, "over_20": 1}


def test_a_case_leaves_the_queue_on_the_day_it_is_closed(requests) -> None:
    refused = requests[requests["person_id"].eq("p09")]
    assert sum(waiting(refused, "2024-07-09").values()) == 1
    assert sum(waiting(refused, "2024-07-10").values()) == 0


def test_a_case_that_was_closed_on_an_unknown_day_is_not_called_open(requests) -> None:
    assert sum(waiting(requests[requests["person_id"].eq("p10")], "2024-12-31").values()) == 0


@pytest.mark.parametrize(
    ("days", "code"),
    [(0, "to_6"), (42, "to_6"), (43, "to_20"), (140, "to_20"), (141, "over_20")],
)
def test_the_bands_end_on_the_statutory_days(requests, days, code) -> None:
    row = requests[requests["person_id"].eq("p12")]
    date = str(row["request_date"].iloc[0] + pd.Timedelta(days=days))
    assert {c for c, n in waiting(row, date).items() if n} == {code}


def test_the_bands_add_up_to_all_who_wait(requests) -> None:
    census = pd.DataFrame(
        {"census_year": [2024, 2025], "census_date": pd.to_datetime(["2024-01-18", "2025-01-16"])}
    )
    frame = queues.at_census(requests, census, ("Fixture",)).frame
    sums = frame.groupby("year")["people"].sum()
    assert sums.to_dict() == frame.groupby("year")["base"].first().to_dict()


def test_what_is_published_without_a_decision_keeps_only_years_that_tell_it() -> None:
    columns = ["year", "code", "topic", "breakdown"]
    asked = pd.DataFrame(
        [(2022, "867", "total", "total", 219, None), (2024, "867", "total", "total", 312, 5)],
        columns=[*columns, "requests_received_in_year", "requests_decision_not_made"],
    )
    assessed = pd.DataFrame(
        [(2024, "867", "total", "total", 241, 12), (2024, "868", "total", "total", 90, 0)],
        columns=[*columns, "assess_in_year", "assess_not_made"],
    ).assign(level="la")
    made = queues.published(asked, assessed, "867", ("Fixture",))
    assert "Of 2 authorities, 1 reported any assessment without a decision in 2024" in made.method
    frame = made.frame
    assert frame["calendar_year"].tolist() == [2024]
    assert frame["share_undecided"].item() == pytest.approx(100 * 5 / 312)
    assert frame["unfinished"].item() == 12

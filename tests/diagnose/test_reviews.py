from pathlib import Path

import pandas as pd
import pytest

from toolkit.diagnose import reviews

FIXTURES = Path(__file__).parent / "fixtures" / "patterns"
CENSUSES = pd.DataFrame(
    {
        "census_year": [2024, 2025],
        "census_date": pd.to_datetime(["2024-01-18", "2025-01-16"]),
        "origin": "return",
    }
)


def met(*rows: tuple[str, str, str | None]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["person_id", "review_date", "notified_date"])
    for column in ("review_date", "notified_date"):
        frame[column] = pd.to_datetime(frame[column])
    return frame


def within(started: str, *dates: str) -> tuple[int, int]:
    people = pd.DataFrame({"year": [2025], "person_id": ["p1"]})
    plans = pd.DataFrame({"person_id": ["p1"], "plan_start": pd.to_datetime([started])})
    held = met(*(("p1", d, None) for d in dates), ("p9", "2024-06-01", None))
    frame = reviews.within_year(people, plans, held, CENSUSES, ("Fixture",)).frame
    row = frame.set_index("year").loc[2025] if len(frame) else {"due": 0, "reviewed": 0}
    return int(row["due"]), int(row["reviewed"])


@pytest.mark.parametrize(
    ("started", "dates", "expected"),
    [
        ("2020-01-01", ["2024-06-01"], (1, 1)),
        ("2020-01-01", ["2024-01-17"], (1, 1)),
        ("2024-01-16", ["2024-06-01"], (1, 1)),  # held for 12 months to the day
        ("2020-01-01", ["2024-06-01", "2024-12-01"], (1, 1)),  # two reviews of one plan
    ],
)
def test_a_plan_held_for_a_year_is_due_a_review_in_the_12_months(started, dates, expected) -> None:
    assert within(started, *dates) == expected


@pytest.mark.parametrize(
    ("started", "date"),
    [
        ("2020-01-01", "2024-01-16"),  # 12 months and a day before the census
        ("2020-01-01", "2025-01-17"),  # the day after it
        ("2024-01-17", "2024-06-01"),  # not yet due one
    ],
)
def test_a_review_outside_the_12_months_does_not_count(started, date) -> None:
    assert within(started, date) == (0, 0)  # no year with a review: no row


def decided(*rows: tuple[str, str, str | None]) -> dict[str, int]:
    frame = reviews.decided_in_time(met(*rows), CENSUSES, ("Fixture",)).frame
    return frame.set_index("calendar_year")[["due", "decided"]].T.to_dict().get(2024, {})


@pytest.mark.parametrize(
    ("held", "notified", "counted"),
    [
        ("2024-06-01", "2024-06-29", {"due": 1, "decided": 1}),  # 28 days
        ("2024-06-01", "2024-06-30", {"due": 1, "decided": 0}),
        ("2024-06-01", None, {"due": 1, "decided": 0}),  # overdue and still open
        ("2024-12-19", None, {"due": 1, "decided": 0}),  # 28 days before the census
        ("2024-12-20", None, {}),  # not yet due
    ],
)
def test_a_decision_is_due_within_four_weeks(held, notified, counted) -> None:
    assert decided(("p1", held, notified)) == counted


def test_a_year_with_few_reviews_on_record_is_shown_with_a_doubt() -> None:
    held = ((2023, 9), (2024, 30), (2025, 30))
    rows = [(f"p{i}", f"{y}-03-01", f"{y}-03-02") for y, n in held for i in range(n)]
    until_2026 = pd.concat(
        [CENSUSES, pd.DataFrame({"census_year": [2026], "census_date": [pd.Timestamp(2026, 1, 15)],
                                 "origin": ["return"]})]
    )  # fmt: skip
    frame = reviews.decided_in_time(met(*rows), until_2026, ("Fixture",)).frame
    notes = frame.set_index("calendar_year")["note"]
    assert notes.to_dict() == {2023: reviews.NOTE, 2024: "", 2025: ""}


def test_published_reviews_leave_out_meetings_of_years_before() -> None:
    released = pd.read_csv(FIXTURES / "ees_reviews.csv", dtype={"code": str})
    made = reviews.published(released, "867", "E92000001", ("Fixture",))
    frame = made.frame.set_index("part")
    assert frame["share"].round(1).to_dict() == {"held": 53.8, "decided": 23.3}
    assert frame["england"].round(1).to_dict() == {"held": 62.4, "decided": 44.4}
    assert "{held}" in reviews.told_published(made)[0]


def test_an_area_whose_reviews_are_withheld_is_told_so() -> None:
    released = pd.read_csv(FIXTURES / "ees_reviews.csv", dtype={"code": str})
    made = reviews.published(released, "886", "E92000001", ("Fixture",))
    assert made.frame.empty
    assert reviews.told_published(made) == ("No annual reviews are published for this area.", {})


def test_the_finding_rests_on_the_plans_due_a_review() -> None:
    people = pd.DataFrame({"year": 2025, "person_id": [f"p{i}" for i in range(40)]})
    plans = people.assign(plan_start=pd.Timestamp("2020-01-01"))
    held = met(*((f"p{i}", "2024-06-01", None) for i in range(30)))
    made = reviews.within_year(people, plans, held, CENSUSES, ("Fixture",))
    found = reviews.finding(made)
    assert (found.value.value, found.base.value) == (75, 40)
    assert found.low.value < 75 < found.high.value

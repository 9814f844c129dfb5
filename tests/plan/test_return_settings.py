"""The lines of table 6 that stand together, by the setting that was recorded."""

import pandas as pd

from toolkit.plan.return_settings import NOT_KNOWN, settings_table

DAY = pd.Timestamp
CENSUSES = pd.DataFrame(
    {"census_year": [2024, 2025], "census_date": [DAY("2024-01-18"), DAY("2025-01-16")]}
)
PLACED = pd.DataFrame(
    [
        ("home", "2023-09-01", None, 1, None, "EHE"),
        ("college", "2022-09-01", None, 1, "1", None),
        ("college", "2022-09-01", None, 2, "2", None),  # a second placement is not the main one
        ("moved", "2022-09-01", "2024-07-31", 1, "2", None),
        ("moved", "2024-09-01", None, 1, "3", None),
        ("class", "2020-09-01", None, 1, "4", None),
    ],
    columns=["person_id", "entry_date", "leaving_date", "rank", "urn", "sen_setting"],
).assign(
    entry_date=lambda t: pd.to_datetime(t["entry_date"]),
    leaving_date=lambda t: pd.to_datetime(t["leaving_date"]),
)
SCHOOLS = pd.DataFrame(
    {"urn": ["1", "2"], "type": ["Further education", "Special post 16 institution"]}
)
PEOPLE = pd.DataFrame(
    [
        (2024, "home", "other"),
        (2024, "college", "post16"),
        (2024, "moved", "post16"),
        (2024, "class", "mainstream"),
        (2025, "home", "other"),
        (2025, "college", "post16"),
        (2025, "moved", "nmiss"),
        (2025, "class", "mainstream"),
    ],
    columns=["year", "person_id", "provision"],
)


def test_every_recorded_cell_is_a_count_by_setting_of_the_january_after() -> None:
    made = settings_table(PEOPLE, PLACED, SCHOOLS, CENSUSES).frame["Recorded"]
    independent = f"Non-maintained special or independent schools: {NOT_KNOWN}"
    assert made.T.to_dict("list") == {
        independent: [0, 1],
        "Post-16 and further education: Further education": [1, 1],
        "Post-16 and further education: Special post 16 institution": [1, 0],
        "Other: Elective home education": [1, 1],
        "Total": [3, 3],
    }
    assert list(made.columns) == [2023, 2024]


def test_plans_in_lines_that_stand_alone_are_not_in_it() -> None:
    only = PEOPLE[PEOPLE["provision"].eq("mainstream")]
    made = settings_table(only, PLACED, SCHOOLS, CENSUSES).frame
    assert list(made.index) in ([], ["Total"])

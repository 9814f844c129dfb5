import pandas as pd
import pytest

from toolkit.diagnose import data_return

TITLES = {"plans": "EHC plans", "places": "Commissioned places"}


def test_rows_read_are_used_or_set_aside() -> None:
    accounts = pd.DataFrame(
        [
            ("plans", "CSV", 0, 10, 8, 2),
            ("plans", "CSV", 1, 5, 5, 0),
            ("places", "CSV", 2, 3, 3, 0),
        ],
        columns=["table", "kind", "file", "rows_read", "rows_used", "rows_set_aside"],
    )
    frame = data_return.rows_accounted(accounts, TITLES).frame
    assert frame["read"].eq(frame["used"] + frame["set_aside"]).all()
    assert frame.set_index("table").loc["plans", ["files", "read"]].tolist() == [2, 15]


@pytest.mark.parametrize(
    ("of_people", "counts"), [({"plans"}, ["5 or fewer", "5 or fewer"]), (set(), ["1", "2"])]
)
def test_problems_are_counted_worst_first_and_few_are_not_told(of_people, counts) -> None:
    problems = pd.DataFrame(
        [
            ("code.unknown", "warning", "plans", "A code is not known.", "Use the list."),
            ("date.impossible", "error", "plans", "A date is impossible.", "Mend it."),
            ("code.unknown", "warning", "plans", "A code is not known.", "Use the list."),
        ],
        columns=["code", "severity", "table", "rule", "remedy"],
    )
    frame = data_return.problem_counts(problems, TITLES, of_people).frame
    assert frame["code"].tolist() == ["date.impossible", "code.unknown"]
    assert frame["count"].tolist() == counts
    assert "value" not in frame.columns


def test_one_rule_that_left_out_rows_and_blanked_cells_is_told_as_both() -> None:
    one = {"code": "text.identifies", "table": "places", "rule": "A UPN.", "remedy": "Mend it."}
    problems = pd.DataFrame([{**one, "severity": s} for s in ("warning", "error", "warning")])
    frame = data_return.problem_counts(problems, TITLES, set()).frame
    assert frame[["severity", "count"]].to_numpy().tolist() == [["error", "1"], ["warning", "2"]]


def csv_files(needs: list[str]) -> list[str]:
    return [f"{need}.csv" for need in needs]


NEEDS = pd.DataFrame(
    [
        ("00", "Set-up", "stakeholders", False, False),
        ("10", "Trends", "plans", False, True),
        ("10", "Trends", "places", False, False),
        ("15", "Accounting", "dsg_position", True, False),
        ("15", "Accounting", "plans", False, False),
    ],
    columns=["number", "title", "need", "must", "one_of"],
)


@pytest.mark.parametrize(
    ("held", "states"),
    [
        ([], ["Can run in part", "Cannot run yet", "Cannot run yet"]),
        (["places"], ["Can run in part", "Cannot run yet", "Cannot run yet"]),
        (["plans"], ["Can run in part", "Can run in part", "Cannot run yet"]),
        (
            ["plans", "places", "dsg_position", "stakeholders"],
            ["Can run in full"] * 3,
        ),
    ],
)
def test_a_missing_file_holds_up_only_the_notebooks_that_need_it(held, states) -> None:
    frame = data_return.readiness(NEEDS, held, csv_files).frame
    assert frame["state"].tolist() == states


def test_the_file_that_would_fill_a_gap_is_named() -> None:
    frame = data_return.readiness(NEEDS, ["plans"], csv_files).frame
    assert frame.set_index("notebook").loc["10 Trends", "missing"] == "places.csv"


def test_the_request_has_one_row_a_table_of_the_schedule() -> None:
    tables = pd.DataFrame(
        {
            "table": list(TITLES),
            "title": list(TITLES.values()),
            "needed_by": "10",
            "comes_from": "Finance",
        }
    )
    tracker = pd.DataFrame(
        {"table": ["plans"], "owner": ["Data lead"], "deadline": pd.to_datetime(["2026-10-01"])}
    )
    frame = data_return.request_tracker(tables, tracker, ["plans"], ["places"]).frame
    assert frame["status"].tolist() == ["Received", "Received, with errors"]
    assert frame["owner"].tolist() == ["Data lead", "Not named"]
    assert frame["deadline"].tolist() == ["01 October 2026", "Not set"]


@pytest.mark.parametrize(("cells", "told"), [(100, 100), (12_399, 12_300)])
def test_data_points_are_told_in_hundreds_rounded_down(cells: int, told: int) -> None:
    assert data_return.data_points_finding(99) is None
    found = data_return.data_points_finding(cells)
    assert found.id == "01.data_points"
    assert found.value.aggregate.frame["points"].item() == told

"""Published flows beside the published caseload: what neither explains is said."""

import pandas as pd
import pytest

from toolkit.diagnose.benchmarks import reconciled

FLOWS = pd.DataFrame(
    [(2023, "101", "new", 90.0), (2023, "101", "ceased", 30.0),
     (2024, "101", "new", 100.0), (2024, "101", "ceased", 40.0),
     (2024, "102", "new", 7.0), (2024, "102", "ceased", 1.0)],
    columns=["year", "code", "flow", "people"],
)  # fmt: skip
TOTALS = pd.DataFrame(
    [(2023, "101", 500.0, ""), (2024, "101", 560.0, ""), (2025, "101", 650.0, "January 2025")],
    columns=["year", "code", "plans", "doubt"],
)


def test_what_the_flows_do_not_explain_is_the_rest_of_the_change() -> None:
    made = reconciled.reconciled(FLOWS, TOTALS, "101", ())
    assert made.frame[["year", "unexplained"]].to_numpy().tolist() == [["2023", 0], ["2024", 30]]
    assert made.cell("share", year="2024").value == pytest.approx(100 * 30 / 560)


def test_a_year_beside_a_january_that_looks_wrong_is_marked() -> None:
    made = reconciled.reconciled(FLOWS, TOTALS, "101", ())
    assert made.labels["year"] == {"2024": "2024 [u]"}


def test_the_latest_year_is_told_with_what_is_left() -> None:
    sentence, cells = reconciled.told(reconciled.reconciled(FLOWS, TOTALS, "101", ()))
    said = sentence.replace(":signed", "").format(
        **{k: v if isinstance(v, str) else f"{v.value:.0f}" for k, v in cells.items()}
    )
    assert said == (
        "In 2024, 100 plans were new and 40 ceased; the caseload went from 560 to 650. "
        "30 plans are explained by neither."
    )


def test_an_area_without_caseload_has_nothing_to_reconcile() -> None:
    assert reconciled.told(reconciled.reconciled(FLOWS, TOTALS, "102", ())) == ("", {})


def released(assessed: float, timed: float) -> dict[str, pd.DataFrame]:
    row = {"code": "101", "year": 2024, "topic": "total", "breakdown": "total"}
    return {
        "flows": FLOWS,
        "ees_assessments": pd.DataFrame([{**row, "assess_issued": assessed}]),
        "ees_timeliness": pd.DataFrame([{**row, "plans_issued_den": timed}]),
    }


def test_the_counts_of_new_plans_stand_beside_each_other_and_are_told() -> None:
    made = reconciled.new_plans(released(93, 84), "101", ())
    assert made.frame[["year", *reconciled.COUNTS]].to_numpy().tolist() == [["2024", 100, 93, 84]]
    sentence, cells = reconciled.told_new(made)
    assert sentence.startswith("For {year} the release counts {new} plans that started")
    assert [cells[name].value for name in reconciled.COUNTS] == [100, 93, 84]


def test_counts_that_agree_or_are_not_all_there_are_not_told() -> None:
    assert reconciled.told_new(reconciled.new_plans(released(100, 100), "101", ())) == ("", {})
    assert reconciled.told_new(reconciled.new_plans({"flows": FLOWS}, "101", ())) == ("", {})

"""Notebook 13: its headline figures a second way, and the whole playbook in one release."""

import csv
import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.notebooks.running import publish_area
from toolkit import start
from toolkit.intake.fictional import write_fictional_area

ZIP = (
    Path(__file__).parents[3] / "shared/data/ees_ehcp_2025/education-health-and-care-plans_2025.zip"
)
RUN_DATE = date(2026, 11, 22)
PLANS = 300
FEW = {"simulations": 60}


def findings(folder: Path) -> dict[str, dict]:
    ledger = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
    return {f["id"]: f for f in ledger["findings"]}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory):
    """Return a fictional area, and a release of every notebook for it."""
    place = tmp_path_factory.mktemp("whole")
    folder = write_fictional_area(place / "area", plans=PLANS, seed=4)
    return folder, publish_area(folder, place / "out", run_date=RUN_DATE, parameters=FEW)


def test_every_notebook_of_the_playbook_fits_into_one_release(whole) -> None:
    _, release = whole
    assert [(o.number, o.message) for o in release.outcomes if o.status != "executed"] == []


def test_the_forecast_starts_from_the_plans_that_are_open_in_the_last_january(whole) -> None:
    found = findings(whole[1].folder)["13.plans.unmitigated"]
    assert found["base"] == PLANS
    assert found["low"] < found["value"] < found["high"]


def test_the_local_tier_makes_every_finding(whole) -> None:
    made = {name for name in findings(whole[1].folder) if name.startswith("13.")}
    assert made == {
        "13.plans.unmitigated",
        "13.plans.mitigated",
        "13.deficit.unmitigated",
        "13.balance.mitigated",
        "13.changes.net",
        "13.missed.cohorts",
        "13.places.cost",
    }


def test_the_cohort_that_was_planted_is_missed_and_no_other(whole) -> None:
    folder, release = whole
    with (folder / "inputs" / "pipeline.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    missing = sum(int(row["people"]) for row in rows if row["in_forecast"] == "0")
    assert findings(release.folder)["13.missed.cohorts"]["value"] == missing


def test_the_returns_stay_in_the_private_folder_and_count_everybody(whole) -> None:
    folder, release = whole
    kept = folder / "private" / "work" / "returns.xlsx"
    book = CalamineWorkbook.from_path(kept)
    rows = book.get_sheet_by_name("LSRP 6").to_python()
    last = max(column for column, block in enumerate(rows[2]) if block == "Recorded")
    total = next(row for row in rows if row[0] == "Total")
    assert total[last] == PLANS
    assert [p for p in release.folder.rglob("*") if p.suffix == ".xlsx"] == []


def test_without_planned_changes_the_unmitigated_forecast_is_the_same(
    whole, tmp_path: Path
) -> None:
    folder = write_fictional_area(tmp_path / "area", plans=PLANS, seed=4)
    (folder / "inputs" / "mitigations.csv").unlink()
    release = publish_area(
        folder, tmp_path / "out", notebooks=["13"], run_date=RUN_DATE, parameters=FEW
    )
    assert release.failures == []
    without, both = findings(release.folder), findings(whole[1].folder)
    for name in ("13.plans.unmitigated", "13.deficit.unmitigated"):
        assert without[name]["value"] == both[name]["value"]
    assert "13.plans.mitigated" not in without


@pytest.mark.skipif(not ZIP.exists(), reason="the published release is not here")
@pytest.mark.parametrize(("code", "column"), [("867", "ehcplans"), ("886", "ehcplans")])
def test_the_published_forecast_starts_from_the_published_total(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, column: str
) -> None:
    monkeypatch.setenv("SEND_TOOLKIT_CACHE", str(tmp_path / "cache"))
    folder = start.published_area([ZIP], code, tmp_path)
    release = publish_area(
        folder, tmp_path / "out", notebooks=["13"], run_date=RUN_DATE, parameters=FEW
    )
    assert release.failures == []
    with zipfile.ZipFile(ZIP) as held, held.open("data/caseload.csv") as handle:
        rows = list(csv.DictReader(io.TextIOWrapper(handle, encoding="utf-8-sig")))
    of_area = [
        row
        for row in rows
        if row["old_la_code"] == code
        and row["time_period"] == "202425"
        and row["breakdown"] == "All EHC plans"
    ]
    found = findings(release.folder)["13.plans.unmitigated"]
    assert [found["base"]] == [float(row[column]) for row in of_area]
    report = next(release.folder.glob("13*.html")).read_text(encoding="utf-8")
    assert "What the sum gained beyond it stays in mainstream" in report

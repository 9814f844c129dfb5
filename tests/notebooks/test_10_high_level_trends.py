"""Headline figures of notebook 10, computed a second way from the files themselves."""

import csv
import io
import json
import zipfile
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from tests.notebooks.running import publish_area
from toolkit import start
from toolkit.intake.fictional import write_fictional_area

ZIP = (
    Path(__file__).parents[3] / "shared/data/ees_ehcp_2025/education-health-and-care-plans_2025.zip"
)
RUN_DATE = date(2026, 11, 22)


def findings(folder: Path) -> dict[str, dict]:
    ledger = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
    return {f["id"]: f for f in ledger["findings"]}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture(scope="module")
def fictional(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, dict]]:
    place = tmp_path_factory.mktemp("fictional")
    folder = write_fictional_area(place / "area", plans=400, seed=3)
    release = publish_area(folder, place / "out", notebooks=["10"], run_date=RUN_DATE)
    assert [o.message for o in release.failures] == []
    return folder, findings(release.folder)


def test_every_finding_of_the_local_tier_is_made(fictional) -> None:
    assert set(fictional[1]) == {
        "10.growth.plans",
        "10.spend.split",
        "10.dsg.balance",
        "10.growth.explained",
        "10.priority.spend",
        "10.priority.plans",
    }


def test_the_change_in_spend_is_that_of_the_placement_costs_in_the_file(fictional) -> None:
    folder, found = fictional
    spent: dict[str, float] = defaultdict(float)
    for row in rows_of(folder / "inputs" / "placement_costs.csv"):
        for part in ("place_funding", "top_up", "fee", "therapy"):
            spent[row["financial_year"]] += float(row[part] or 0)
    # January 2019 is the first census, so 2019-20 is the first year with one on either side.
    # 2024-25 is the last year with an outturn in spend_lines.csv.
    assert found["10.spend.split"]["value"] == pytest.approx(
        spent["202425"] - spent["201920"], abs=10
    )


def test_the_dsg_balance_is_the_outturn_carried_forward_in_the_file(fictional) -> None:
    folder, found = fictional
    outturn = [
        row for row in rows_of(folder / "inputs" / "dsg_position.csv") if row["basis"] == "outturn"
    ]
    latest = max(outturn, key=lambda row: row["financial_year"])
    assert found["10.dsg.balance"]["value"] == float(latest["carried_forward"])


def test_explained_growth_is_that_of_the_pupils_in_the_file(fictional) -> None:
    folder, found = fictional
    by_year: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in rows_of(folder / "inputs" / "pupils.csv"):
        if row["phase"] == "all":
            by_year[row["academic_year"]] = [float(row["sen_support"]), float(row["ehcp"])]
    years = sorted(by_year)[-6:]
    (support_then, plans_then), (support_now, plans_now) = by_year[years[0]], by_year[years[-1]]
    explained = plans_then * (support_now / support_then - 1) / (plans_now - plans_then)
    assert found["10.growth.explained"]["value"] == round(100 * explained)


@pytest.fixture(scope="module")
def totals() -> dict[tuple[str, str], int]:
    if not ZIP.is_file():
        pytest.skip("the published zip is not beside the repository")
    with zipfile.ZipFile(ZIP) as archive:
        text = io.TextIOWrapper(archive.open("data/caseload.csv"), encoding="utf-8-sig")
        return {
            (row["old_la_code"] or row["geographic_level"], row["time_period"]): int(
                row["ehcplans"]
            )
            for row in csv.DictReader(text)
            if row["breakdown_topic"] == "All EHC plans" and row["geographic_level"] != "Regional"
        }


@pytest.mark.published
def test_no_change_is_measured_to_a_published_january_that_looks_wrong(totals, tmp_path) -> None:
    folder = start.published_area([ZIP], "316", tmp_path / "areas")  # 2,705 plans, then 1,199
    release = publish_area(folder, tmp_path / "out", notebooks=["10"], run_date=RUN_DATE)
    finding = findings(release.folder)["10.growth.plans"]
    assert finding["value"] == round(100 * (totals["316", "202324"] / totals["316", "201819"] - 1))
    assert finding["base"] == totals["316", "202324"]
    assert finding["period"] == "January 2019 to January 2024"
    assert "looks wrong" in finding["sentence"]


@pytest.mark.published
@pytest.mark.parametrize(
    ("code", "name"), [("867", "bracknell-forest"), ("420", "isles-of-scilly")]
)
def test_growth_of_a_real_area_is_that_of_the_published_file(totals, code, name, tmp_path) -> None:
    folder = start.published_area([ZIP], code, tmp_path / "areas")
    release = publish_area(folder, tmp_path / "out", notebooks=["10"], run_date=RUN_DATE)
    assert release.failures == []
    growth = 100 * (totals[code, "202425"] / totals[code, "201819"] - 1)
    finding = findings(release.folder)["10.growth.plans"]
    assert finding["value"] == round(growth)
    assert "80% for England" in finding["sentence"]
    page = (tmp_path / "out" / name / "10_high_level_trends.html").read_text(encoding="utf-8")
    assert "638,745" in page
    assert totals["National", "202425"] == 638_745
    assert "What was left out and what would fill it" in page
    assert "placement_costs.csv" in page

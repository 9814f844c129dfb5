"""Headline figures of notebook 12, computed a second way from the files themselves."""

import csv
import io
import json
import re
import zipfile
from datetime import date
from pathlib import Path
from statistics import median

import pytest

from tests.notebooks.running import publish_area
from toolkit import start
from toolkit.intake.fictional import write_fictional_area

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared/data"
ZIP = DATA / "ees_ehcp_2025/education-health-and-care-plans_2025.zip"
TOOL = DATA / "finance/high_needs_benchmarking_2021_22_la_tidy.csv"
GRANT = DATA / "finance/dsg_allocations_2019_24_la_tidy.csv"
RUN_DATE = date(2026, 11, 22)


def findings(folder: Path) -> dict[str, dict]:
    ledger = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
    return {f["id"]: f for f in ledger["findings"]}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def member(name: str, topic: str) -> dict[tuple[str, str], dict[str, str]]:
    """Return the rows of a file of the zip that are totals of an area, by code and period."""
    with zipfile.ZipFile(ZIP) as archive:
        text = io.TextIOWrapper(archive.open(f"data/{name}.csv"), encoding="utf-8-sig")
        return {
            (row["old_la_code"] or row["geographic_level"], row["time_period"]): row
            for row in csv.DictReader(text)
            if row["breakdown_topic"] == topic and row["geographic_level"] != "Regional"
        }


@pytest.fixture(scope="module")
def plans() -> dict[tuple[str, str], dict[str, str]]:
    if not ZIP.is_file():
        pytest.skip("the published zip is not beside the repository")
    return member("caseload", "All EHC plans")


@pytest.fixture(scope="module")
def tool() -> dict[str, dict[str, str]]:
    return {row["old_la_code"].zfill(3): row for row in rows_of(TOOL)}


@pytest.fixture(scope="module")
def neighbours() -> list[str]:
    table = rows_of(ROOT / "toolkit/reference/neighbours.csv")
    return [row["neighbour_code"] for row in table if row["code"] == "867"]


def release(code: str, place: Path) -> tuple[dict[str, dict], str]:
    folder = start.published_area([ZIP, TOOL, GRANT], code, place / "areas")
    made = publish_area(folder, place / "out", notebooks=["12"], run_date=RUN_DATE)
    assert made.failures == []
    page = (made.folder / "12_benchmarking.html").read_text(encoding="utf-8")
    return findings(made.folder), re.sub(r"[\s\u00a0]+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.fixture(scope="module")
def bracknell(plans, tmp_path_factory) -> tuple[dict[str, dict], str]:
    return release("867", tmp_path_factory.mktemp("bracknell"))


@pytest.mark.published
def test_the_rate_is_the_plans_of_the_zip_over_the_population_of_the_tool(
    bracknell, plans, tool, neighbours
) -> None:
    rates = {
        code: 1000 * float(plans[code, "202425"]["ehcplans"]) / float(row["pop_2_18_mid2021"])
        for code, row in tool.items()
        if (code, "202425") in plans and float(row["pop_2_18_mid2021"] or 0) > 0
    }
    finding, page = bracknell[0]["12.rate.verdict"], bracknell[1]
    assert finding["value"] == pytest.approx(rates["867"], abs=0.05)
    assert finding["low"] < finding["value"] < finding["high"]
    england = 1000 * sum(float(plans[c, "202425"]["ehcplans"]) for c in rates)
    england /= sum(float(tool[c]["pop_2_18_mid2021"]) for c in rates)
    middle = median(rates[c] for c in neighbours)
    said = f"{rates['867']:.1f} here (rank"
    assert said in finding["sentence"]
    assert f"{england:.1f} in England, {middle:.1f} for the median neighbour" in finding["sentence"]
    assert "aged 2 to 18 (mid-2021)" in finding["sentence"]
    shown = [round(r, 1) for r in rates.values()]
    rank = sum(r > round(rates["867"], 1) for r in shown) + 1
    assert f"{rank} of {len(shown)}" in page
    assert "aligned with statistical neighbours" in finding["sentence"]


@pytest.mark.published
def test_the_provision_furthest_from_the_neighbours_is_that_of_the_zip(
    bracknell, plans, neighbours
) -> None:
    def special(code: str) -> float:
        row = plans[code, "202425"]
        known = ("special_la_maintained", "special_academy_free")
        return 100 * sum(float(row[c]) for c in known) / float(row["ehcplans"])

    finding = bracknell[0]["12.mix.furthest"]
    assert "Share of plans, maintained special schools" in finding["sentence"]
    assert finding["value"] == pytest.approx(special("867"), abs=0.05)
    assert special("867") < min(special(c) for c in neighbours)
    assert finding["sentence"].endswith("low on both tests.")


@pytest.mark.published
def test_timeliness_is_that_of_the_release(bracknell) -> None:
    own = member("timeliness_20_week", "All EHC plans issued")["867", "2024"]
    finding = bracknell[0]["12.timeliness.verdict"]
    issued = float(own["plans_issued_den_ex"])
    share = 100 * float(own["plans_issued_20_weeks_ex"]) / issued
    assert finding["value"] == pytest.approx(share, abs=0.05)
    assert finding["base"] == issued


@pytest.mark.published
def test_a_unit_cost_is_the_outturn_of_the_tool_over_the_caseload_of_the_year(
    bracknell, plans, tool
) -> None:
    finding = bracknell[0]["12.cost.furthest"]
    known = ("special_la_maintained", "special_academy_free")
    before, after = (
        sum(float(plans["867", y][c] or 0) for c in known) for y in ("202021", "202122")
    )
    cost = float(tool["867"]["outturn_topup_maint_special"]) / (0.29 * before + 0.71 * after)
    assert "special schools" in finding["sentence"]
    assert finding["value"] == pytest.approx(cost, abs=1)
    assert finding["outcome"]


@pytest.mark.published
def test_funding_is_the_allocation_over_the_caseload_and_is_called_funding(
    bracknell, plans
) -> None:
    block = next(
        float(row["high_needs_block"])
        for row in rows_of(GRANT)
        if row["la_code"] == "867" and row["financial_year"] == "2023-24"
    )
    before, after = (float(plans["867", y]["ehcplans"]) for y in ("202223", "202324"))
    finding = bracknell[0]["12.funding.plan"]
    assert finding["value"] == pytest.approx(block / (0.29 * before + 0.71 * after), abs=1)
    assert "High needs block for each plan, 2023-24" in finding["sentence"]
    assert "It is funding, never spend" in bracknell[1]


@pytest.mark.published
def test_an_implausible_point_is_told_in_every_section_and_never_judged(plans, tmp_path) -> None:
    found, page = release("316", tmp_path)
    assert float(plans["316", "202425"]["ehcplans"]) == 1199
    assert "Not judged: this area's own published figure looks wrong" in (
        found["12.rate.verdict"]["sentence"].replace("’", "'")
    )
    assert "12.mix.furthest" not in found
    assert "12.overtake.rate" not in found
    plain = page.replace("&#39;", "'")
    # At a glance, plans per 1,000, the mix, and primary need.
    assert plain.count("this area's own published figure for January 2025 looks wrong") == 4
    assert "Newham (looks wrong)" in plain


@pytest.fixture(scope="module")
def fictional(tmp_path_factory) -> tuple[dict[str, dict], str]:
    place = tmp_path_factory.mktemp("fictional")
    folder = write_fictional_area(place / "area", plans=400, seed=3)
    made = publish_area(folder, place / "out", notebooks=["12"], run_date=RUN_DATE)
    assert [o.message for o in made.failures] == []
    page = (made.folder / "12_benchmarking.html").read_text(encoding="utf-8")
    return findings(made.folder), re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_own_newer_counts_stand_beside_the_published_ones_and_are_guarded(fictional) -> None:
    page = fictional[1]
    assert "Own newest census beside published figures of the others" in page
    assert "Own plans, January 2026" in page
    assert "[c]" in page  # so few plans have small counts by provision


def test_without_a_population_the_rates_are_left_out_and_the_file_is_named(fictional) -> None:
    found, page = fictional
    assert "12.rate.verdict" not in found
    assert {"12.mix.furthest", "12.timeliness.verdict"} <= set(found)
    assert "EHC plans per 1,000 people published population the ONS population estimates" in page

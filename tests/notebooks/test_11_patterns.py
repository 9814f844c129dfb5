"""Headline figures of notebook 11, computed a second way from the files themselves."""

import csv
import io
import json
import math
import zipfile
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from statistics import mean

import pytest
from defusedxml import ElementTree

from tests.notebooks.running import publish_area
from toolkit import start
from toolkit.audit.audit import audit
from toolkit.audit.reading import read_folder
from toolkit.errors import SettingsError
from toolkit.intake.fictional import write_fictional_area

ZIP = (
    Path(__file__).parents[3] / "shared/data/ees_ehcp_2025/education-health-and-care-plans_2025.zip"
)
RUN_DATE = date(2026, 11, 22)
FIRST, LAST = date(2019, 1, 17), date(2026, 1, 15)  # the January censuses of both ends


def findings(folder: Path) -> dict[str, dict]:
    ledger = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
    return {f["id"]: f for f in ledger["findings"]}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def age(born: str, year: int, month: int) -> int:
    """Return completed years in a month; of a birthday only the month is kept."""
    return ((year - int(born[:4])) * 12 + month - int(born[5:7])) // 12


@pytest.fixture(scope="module")
def fictional(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, dict]]:
    place = tmp_path_factory.mktemp("fictional")
    folder = write_fictional_area(place / "area", plans=500, seed=3)
    release = publish_area(folder, place / "out", notebooks=["11"], run_date=RUN_DATE)
    assert [o.message for o in release.failures] == []
    return folder / "inputs", findings(release.folder)


@pytest.fixture(scope="module")
def returned(fictional) -> list:
    """Return the persons of the latest SEN2 return."""
    return list(ElementTree.parse(fictional[0] / "SEN2_2026_990.xml").iter("Person"))


def need_of(request) -> str:
    """Return the need of rank 1 of the plan that a request led to; "" where there is none."""
    ranked = request.iterfind("ActivePlans/SENneed")
    return "".join(n.findtext("SENtype") for n in ranked if n.findtext("SENtypeRank") == "1")


@pytest.fixture(scope="module")
def stocks(fictional, returned) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Return need and age at 31 August of each plan open at the first and the last census.

    The need is the one that the January recorded: plans.csv the first, the return the last.
    """
    then = [
        (row["primary_need"], age(row["birth_month"], FIRST.year - 1, 8))
        for row in rows_of(fictional[0] / "plans.csv")
        if row["plan_start"] <= str(FIRST) and not "" < row["plan_cease"] <= str(FIRST)
    ]
    now = [
        (need_of(request), age(person.findtext("PersonBirthDate"), LAST.year - 1, 8))
        for person in returned
        for request in person.iter("Requests")
        for plan in request.iter("NamedPlan")
        if not plan.findtext("CeaseDate")
    ]
    return then, now


def test_the_findings_of_the_local_tier_are_made(fictional) -> None:
    assert set(fictional[1]) >= {
        "11.age.shift",
        "11.needs.fastest",
        "11.need.ASD",
        "11.growth.population",
        "11.timeliness.weeks",
        "11.timeliness.reviews",
        "11.leaving.post16",
    }


def test_the_growth_that_goes_with_population_is_that_of_the_files(fictional, stocks) -> None:
    people = {
        (int(row["year"]), int(row["age"])): float(row["persons"])
        for row in rows_of(fictional[0] / "population.csv")
    }
    then, now = (Counter(a for _, a in stock) for stock in stocks)
    effect = 0.0
    for a in range(26):
        before, after = people[FIRST.year - 1, a], people[LAST.year - 1, a]
        effect += (after - before) * (then[a] / before + now[a] / after) / 2
    found = fictional[1]["11.growth.population"]
    assert found["base"] == len(stocks[1])
    assert found["value"] == pytest.approx(effect, abs=0.5)


def test_the_fastest_growing_need_is_that_of_the_files(fictional, stocks) -> None:
    then, now = (Counter(n for n, _ in stock) for stock in stocks)
    large = [n for n in now if n and then[n] >= 30 and now[n] >= 30]
    need = max(large, key=lambda n: now[n] / then[n])
    found = fictional[1]["11.needs.fastest"]
    yearly = 100 * ((now[need] / then[need]) ** (1 / 7) - 1)
    assert found["value"] == pytest.approx(yearly, abs=0.05)
    assert f"from {then[need]} to {now[need]} plans" in found["sentence"]
    for common in ("ASD", "SEMH", "SLCN"):
        counted = fictional[1][f"11.need.{common}"]
        assert (counted["value"], counted["base"]) == (now[common], sum(now.values()))


def test_the_age_at_the_start_is_that_of_the_files(fictional, returned) -> None:
    then = [
        age(row["birth_month"], 2019, int(row["plan_start"][5:7]))
        for row in rows_of(fictional[0] / "plans.csv")
        if row["plan_start"].startswith("2019")
    ]
    now = [
        age(person.findtext("PersonBirthDate"), 2025, int(begun[5:7]))
        for person in returned
        for begun in {p.findtext("StartDate") for p in person.iter("NamedPlan")}
        if begun.startswith("2025")
    ]
    ages = [[min(max(a, 2), 20) for a in group] for group in (then, now)]
    found = fictional[1]["11.age.shift"]
    assert found["base"] == len(now)
    assert found["value"] == pytest.approx(mean(ages[1]) - mean(ages[0]), abs=0.051)


def test_the_share_within_20_weeks_is_that_of_the_return(fictional, returned) -> None:
    weeks = []
    for request in (r for person in returned for r in person.iter("Requests")):
        done = request.findtext("Assessment/AssessmentOutcomeDate") or ""
        issued = request.findtext("Assessment/AssessmentOutcome") == "Y"
        excepted = request.findtext("Assessment/Week20") == "1"
        if issued and done.startswith("2025") and not excepted:
            asked = date.fromisoformat(request.findtext("ReceivedDate"))
            weeks.append((date.fromisoformat(done) - asked).days / 7)
    found = fictional[1]["11.timeliness.weeks"]
    assert found["base"] == len(weeks)
    on_time = 100 * sum(w <= 20 for w in weeks) / len(weeks)
    assert found["value"] == math.floor(on_time + 0.5)


Rows = dict[str, list[dict[str, str]]]


@pytest.fixture(scope="module")
def released() -> Rows:
    if not ZIP.is_file():
        pytest.skip("the published zip is not beside the repository")
    wanted = ("newplans", "sen_needs_all_plans", "sen_need_newplans", "timeliness_20_week")
    found: Rows = defaultdict(list)
    with zipfile.ZipFile(ZIP) as archive:
        for name in (*wanted, "ceased_plans"):
            with archive.open(f"data/{name}.csv") as handle:
                text = io.TextIOWrapper(handle, encoding="utf-8-sig")
                rows = csv.DictReader(text)
                found[name] = [r for r in rows if r["geographic_level"] == "Local authority"]
    return found


def run(code: str, place: Path) -> dict[str, dict]:
    folder = start.published_area([ZIP], code, place / "areas")
    release = publish_area(folder, place / "out", notebooks=["11"], run_date=RUN_DATE)
    assert [o.message for o in release.failures] == []
    return findings(release.folder)


@pytest.mark.published
def test_the_findings_of_a_real_area_are_those_of_the_published_files(released, tmp_path) -> None:
    found = run("867", tmp_path)

    def rows(name: str, year: str, topic: str) -> list[dict[str, str]]:
        of_area = [r for r in released[name] if r["old_la_code"] == "867"]
        return [r for r in of_area if (r["time_period"], r["breakdown_topic"]) == (year, topic)]

    means = []
    for year in ("2022", "2024"):
        ages = rows("newplans", year, "Age when plan started")
        named = [(r["breakdown"].split()[1], int(r["new_ehc_plans"])) for r in ages]
        means.append(sum(int(a) * n for a, n in named) / sum(n for _, n in named))
    assert found["11.age.shift"]["value"] == pytest.approx(means[1] - means[0], abs=0.051)

    stock = rows("sen_needs_all_plans", "202425", "All EHC plans")[0]
    fresh = rows("sen_need_newplans", "2024", "All EHC plans")[0]
    shares = [100 * int(r["number_semh"]) / int(r["ehc_plans"]) for r in (fresh, stock)]
    assert "social, emotional and mental health" in found["11.needs.growth"]["sentence"]
    assert found["11.needs.growth"]["value"] == pytest.approx(shares[0] - shares[1], abs=0.051)

    for need in ("ASD", "SEMH", "SLCN"):
        counted = found[f"11.need.{need}"]
        shown = int(stock[f"number_{need.lower()}"]), int(stock["ehc_plans"])
        assert (counted["value"], counted["base"]) == shown

    weeks = rows("timeliness_20_week", "2024", "All EHC plans issued")[0]
    published = float(weeks["PC_plans_issued_20_weeks_ex"])
    assert found["11.timeliness.weeks"]["value"] == math.floor(published + 0.5)

    ages = ("age 16", "age 17", "age 18", "age 19", "age 20 and over")
    gone = [r for r in rows("ceased_plans", "2024", "Age plan ceased") if r["breakdown"] in ages]
    left = ("transfer", "moved_outside_eng", "deceased")
    base = sum(int(r["total_ceased"]) - sum(int(r[c]) for c in left) for r in gone)
    moved = sum(int(r["he"]) + int(r["employ"]) for r in gone)
    assert found["11.leaving.post16"]["base"] == base
    assert found["11.leaving.post16"]["value"] == math.floor(100 * moved / base + 0.5)


@pytest.mark.published
def test_an_area_with_a_handful_of_plans_has_a_report_and_few_findings(tmp_path) -> None:
    if not ZIP.is_file():
        pytest.skip("the published zip is not beside the repository")
    assert run("420", tmp_path) == {}
    page = tmp_path / "out" / "isles-of-scilly" / "11_patterns.html"
    assert "too few" in page.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def beside(fictional, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the release with a locality, and the one before it without."""
    folder = fictional[0].parent
    given = {"notebooks": ["11"], "run_date": RUN_DATE, "parameters": {"locality": "Moor End"}}
    release = publish_area(folder, tmp_path_factory.mktemp("beside"), **given)
    assert [o.message for o in release.failures] == []
    return release.folder, folder.parent / "out" / release.folder.name


def test_a_locality_adds_up_with_elsewhere_to_the_area_wherever_all_three_are_shown(beside):
    tables = [t for t in read_folder(beside[0]).tables if "In Moor End" in t.where]
    rows = [
        [f.value for f, c in zip(row, table.columns, strict=True) if c.kind == "count"]
        for table in tables
        for row in table.cells
    ]
    whole = [r for r in rows if None not in r]
    assert len(tables) == 8
    assert len(whole) > 20
    assert all(here + elsewhere == area for here, elsewhere, area in whole)


def test_a_locality_gives_nobody_away_and_no_difference_to_the_release_before_does(beside):
    now, before = beside
    assert "One locality beside" not in (before / "11_patterns.html").read_text(encoding="utf-8")
    found = audit(now, before)
    assert found.hidden > 100
    assert found.breaches == ()


def test_an_unknown_locality_stops_a_run_before_anything_runs(fictional, tmp_path):
    given = {"run_date": RUN_DATE, "parameters": {"locality": "Moorend"}}
    with pytest.raises(SettingsError, match=r"Did you mean 'Moor End'\? They are: Castle Hill;"):
        publish_area(fictional[0].parent, tmp_path, **given)
    assert list(tmp_path.iterdir()) == []

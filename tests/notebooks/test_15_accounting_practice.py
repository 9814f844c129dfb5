"""Notebook 15: planted postings are found and no others; the briefing and what stays private."""

import csv
import json
import re
from datetime import date
from pathlib import Path

import pytest

from tests.notebooks.running import publish_area
from toolkit import reference
from toolkit.area import Area, area_toml
from toolkit.diagnose.accounting import automatic
from toolkit.intake.fictional import write_fictional_area
from toolkit.intake.store import open_area

RUN_DATE = date(2026, 11, 22)
MISPLACED = {"capital", "transport", "reserve"}  # natures that the fictional area plants


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def findings(folder: Path) -> dict[str, dict]:
    ledger = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
    return {f["id"]: f for f in ledger["findings"]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_fictional_area(tmp_path_factory.mktemp("made") / "area", plans=300, seed=4)


@pytest.fixture(scope="module")
def release(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out")
    # Together: one count must have one value in all notebooks of a release.
    together, few = ["10", "14", "15"], {"simulations": 50}
    made = publish_area(folder, out, notebooks=together, run_date=RUN_DATE, parameters=few)
    assert [o.message for o in made.failures] == []
    return made.folder


@pytest.fixture(scope="module")
def page(release: Path) -> str:
    return (release / "15_accounting_practice.html").read_text(encoding="utf-8")


def planted(folder: Path) -> list[dict[str, str]]:
    rows = rows_of(folder / "inputs" / "ledger_postings.csv")
    return [row for row in rows if row["nature"] in MISPLACED]


def test_the_misposted_amount_is_that_of_the_planted_rows(folder, release) -> None:
    found = findings(release)["15.postings.misposted"]
    assert len(planted(folder)) == 3
    assert found["value"] == sum(float(row["amount"]) for row in planted(folder))


def test_single_postings_stay_with_the_analyst(folder, release, page) -> None:
    private = folder / "private" / "work" / "postings_to_look_at.csv"
    assert {r["posting_id"] for r in rows_of(private)} == {r["posting_id"] for r in planted(folder)}
    for row in planted(folder):
        assert row["description"] not in page
        assert not re.search(rf"\b{row['posting_id']}\b", page)
    assert not list(release.glob("*.csv"))


def test_the_page_briefs_the_directors_and_records_who_signed(page) -> None:
    assert "Briefing for the directors" in page
    assert "Agreed with changes" in page
    assert "Show the reserves beside the deficit" in page
    assert "Still to decide: SEND lead." in page
    assert "Review sessions held: 2 of 2" in page


def test_every_check_stands_on_the_page_with_its_question(page) -> None:
    for question in reference.table("accounting_checks")["question"]:
        assert question.replace("'", "&#39;") in page


def test_without_the_planted_postings_nothing_is_found(folder) -> None:
    area = open_area(folder)
    names = ("dsg_position", "spend_lines", "ledger_postings", "places", "assumptions")
    held = {name: area.table_or_empty(name) for name in names}
    booked = held["ledger_postings"]
    right = booked["nature"].where(~booked["nature"].isin(MISPLACED), "revenue")
    held["ledger_postings"] = booked.assign(nature=right)
    references = (reference.table("s251_lines"), reference.table("posting_rules"))
    found = automatic.run(automatic.Accounts(*held.values(), None, "990", *references))
    assert found.hits.to_dict("records") == []
    assert len(found.tested) == 12


def test_an_area_without_accounts_is_told_what_would_fill_it(tmp_path: Path) -> None:
    place = tmp_path / "empty"
    (place / "inputs").mkdir(parents=True)
    toml = area_toml(Area(name="Exampleshire", la_code="990", fictional=True))
    (place / "area.toml").write_text(toml, encoding="utf-8")
    made = publish_area(place, tmp_path / "out", notebooks=["15"], run_date=RUN_DATE)
    assert [o.status for o in made.outcomes] == ["skipped"]
    assert "accounting_checks.csv" in made.outcomes[0].would_fill


def test_a_dsg_position_alone_makes_a_report_that_says_what_is_missing(tmp_path, folder) -> None:
    place = tmp_path / "alone"
    (place / "inputs").mkdir(parents=True)
    toml = area_toml(Area(name="Exampleshire", la_code="990", fictional=True))
    (place / "area.toml").write_text(toml, encoding="utf-8")
    given = (folder / "inputs" / "dsg_position.csv").read_bytes()
    (place / "inputs" / "dsg_position.csv").write_bytes(given)
    made = publish_area(place, tmp_path / "out", notebooks=["15"], run_date=RUN_DATE)
    assert [o.status for o in made.outcomes] == ["executed"]
    text = (made.folder / "15_accounting_practice.html").read_text(encoding="utf-8")
    assert "Until then the assessment is not complete" in text
    assert "ledger_postings.csv" in text

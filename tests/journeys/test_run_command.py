"""`toolkit run`: reports of areas in every form, with errors, and with tables missing."""

from __future__ import annotations

import html
import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests.journeys.conftest import new_area, toolkit
from toolkit.diagnose.data_return import FEW
from toolkit.intake import fictional, sen2_modules, store
from toolkit.intake.needs import in_general

DAY = "2026-11-22"
# Values so short that they stand in a report for other reasons.
EVERYWHERE = {"", "-5", "31", "actual"}


def run(area: Path, out: Path, *numbers: str) -> Path:
    """Return the folder of reports that `toolkit run` has made of some notebooks."""
    chosen = [word for number in numbers for word in ("--only", number)]
    said = toolkit("run", area, "--out", out, "--run-date", DAY, *chosen)
    assert said.code == 0, said.text
    assert "Traceback" not in said.text
    return out / "exampleshire"


def words_of(page: Path) -> str:
    """Return what a report says, without its markup."""
    text = re.sub(r"<(style|script)\b.*?</\1>", " ", page.read_text("utf-8"), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


# The data return of an area with planted errors ---------------------------------------------
@pytest.fixture(scope="module")
def report(planted: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run(planted["xml"], tmp_path_factory.mktemp("planted_report"), "01")


def test_a_report_of_the_data_return_tells_each_rule_with_its_count(
    report: Path, planted: dict[str, Path]
) -> None:
    said = words_of(report / "01_data_return.html")
    problems = store.open_area(planted["xml"]).problems
    listed = pd.read_csv(planted["xml"] / fictional.PLANTED, dtype=str)
    for code in listed["code"].unique():
        rule, remedy = in_general(code)
        assert rule in said, code
        assert remedy in said, code
        count = sum(p.code == code and p.table == "plans" for p in problems)
        told = str(count) if count > FEW else f"{FEW} or fewer"  # few records of people
        assert not count or re.search(rf"{re.escape(rule)} {told} ", said), code


def test_no_file_of_a_report_holds_a_value_that_was_planted_or_a_number_of_a_person(
    report: Path, planted: dict[str, Path]
) -> None:
    listed = pd.read_csv(planted["xml"] / fictional.PLANTED, dtype=str, keep_default_na=False)
    plans = pd.read_csv(planted["xml"] / "inputs" / "plans.csv", dtype=str)
    people = set(plans["upn"].dropna())
    names = {p.name for p in (planted["xml"] / "inputs").rglob("*") if p.is_file()}
    assert {p.suffix for p in report.iterdir()} == {".html", ".json"}
    for path in report.iterdir():
        text = path.read_text("utf-8")
        words = words_of(path) if path.suffix == ".html" else text
        assert [v for v in set(listed["value"]) - EVERYWHERE if has_word(v, words)] == [], path.name
        assert [upn for upn in people if upn in text] == [], path.name
        assert [n for n in names if n.startswith("SEN2") and n in text] == [], path.name


def has_word(value: str, text: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text))


# Forms and versions -------------------------------------------------------------------------
MIXED = {
    2023: ("csv", "1.0"),
    2024: ("workbook", "1.1"),
    2025: ("workbook", "1.3"),
    2026: ("csv", "1.2"),
}


def mixed(area: Path, place: Path) -> Path:
    """Return a copy of an area with each of its returns in another form and version."""
    shutil.copytree(area, place, ignore=shutil.ignore_patterns("store"))
    for year, (form, version) in MIXED.items():
        (path,) = (place / "inputs").glob(f"SEN2_{year}*.xml")
        modules = sen2_modules.read_modules([path])
        path.unlink()
        sen2_modules.write_modules(modules, place / "inputs" / str(year), form, version)  # type: ignore[arg-type]
    return place


def test_returns_in_any_mix_of_forms_and_versions_give_the_same_findings(
    clean: Path, tmp_path: Path
) -> None:
    found = []
    for area in (clean, mixed(clean, tmp_path / "mixed")):
        folder = run(area, tmp_path / f"out_{area.name}", "10")
        told = json.loads((folder / "findings.json").read_text("utf-8"))
        assert told["tier"] == "local"
        found.append(told["findings"])
    assert len(found[0]) > 3
    assert found[0] == found[1]


# Missing tables -----------------------------------------------------------------------------
def test_a_report_without_its_tables_names_what_is_left_out_and_the_file_that_would_fill_it(
    tmp_path: Path,
) -> None:
    area = new_area(tmp_path / "a")
    (area / "inputs" / "plans.csv").write_bytes(b"\x80\x04\x95")
    (area / "inputs" / "requests.csv").write_bytes(b"")
    said = words_of(run(area, tmp_path / "out", "01") / "01_data_return.html")
    for title, file in (
        ("Rows of the area's own files", "the SEN2 return, or any file of the data schedule"),
        ("Published files", "the DfE's zip 'Education, health and care plans'"),
        ("Tables that are hard to supply", "data_request.csv"),
    ):
        assert title in said
        assert file in said, title
    for code in ("file.binary", "file.empty"):
        assert in_general(code)[0] in said

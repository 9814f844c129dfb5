"""`toolkit check`: whatever lies among the files, what is wrong is told in plain words."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests.intake import corpus
from tests.journeys.conftest import Said, new_area, shown, toolkit
from toolkit import checkup
from toolkit.errors import InputError
from toolkit.intake import fictional, needs, opened, rules, store

FORMS = ("xml", "csv", "workbook")
# Values so short that they stand in a screen of counts for other reasons.
EVERYWHERE = {"", "-5", "31", "actual"}
# What follows from a planted error, at a row of its own or at none.
FOLLOWS = {
    "plans.vanished", "placement.no_plan", "review.no_plan", "cost.no_plan",
    "sen2.no_primary_need", "sen2.linked_by_name", "sen2.setting_from_plan",
    "sen2.review_undated", "sen2.carries_nothing", "heading.identifies",
}  # fmt: skip


def list_of(area: Path) -> pd.DataFrame:
    return pd.read_csv(area / fictional.PLANTED, dtype=str, keep_default_na=False)


# Planted errors -----------------------------------------------------------------------------
@pytest.mark.parametrize("form", FORMS)
def test_each_planted_error_of_a_table_is_told_once_at_its_file_row_and_column(
    planted: dict[str, Path], form: str
) -> None:
    said = shown(planted[form], "--values")
    assert said.code == InputError.exit_code
    assert "Traceback" not in said.text
    where = Counter(where for _, where, _ in said.problems)
    for row in list_of(planted[form]).query("module == ''").to_dict("records"):
        column = "person_id" if row["error"] == "unlinked_person" else row["column"]
        place = f"{row['file']}, row {row['row']}" + (f", {column}" if column else "")
        assert where[place] == 1, row["error"]


# How each form says where a record is; the rows of CSV files and sheets are those of the list.
PLACES = {
    "csv": "Blade-Export_29-01-2026_{module}.csv, {sheet}, row {row}",
    "workbook": "SEN2_2026_990.xlsx, sheet '{sheet}', row {row}",
}


@pytest.mark.parametrize("form", PLACES)
def test_each_planted_error_of_a_return_is_told_once_at_its_row_and_column(
    planted: dict[str, Path], form: str
) -> None:
    where = Counter(where for _, where, _ in shown(planted[form], "--values").problems)
    sheets = {
        "placementdetail": "Placement Detail", "senneed": "SEN Need", "namedplan": "Named Plan",
        "person": "Person",
    }  # fmt: skip
    for row in list_of(planted[form]).query("module != ''").to_dict("records"):
        place = PLACES[form].format(**row, sheet=sheets[row["module"]])
        at = [(w, n) for w, n in where.items() if w.startswith(f"{place}, ")]
        found = [n for w, n in at if w.rpartition(", ")[2].casefold() == row["column"]]
        assert found == [1], row["error"]


def test_planted_errors_of_xml_are_told_once_each_with_the_line(planted: dict[str, Path]) -> None:
    area = store.open_area(planted["xml"])
    lines = (planted["xml"] / "inputs" / "SEN2_2026_990.xml").read_text("utf-8").splitlines()
    met = [p for p in area.problems if p.file == "SEN2_2026_990.xml" and p.code not in FOLLOWS]
    wanted = list_of(planted["xml"]).query("module != ''")
    assert Counter(p.code for p in met) == Counter(wanted["code"])
    for p in met:
        assert p.row is not None
        assert "<" in lines[p.row - 1]
        assert f", line {p.row}" in p.where


@pytest.mark.parametrize("form", FORMS)
def test_nothing_is_told_beside_the_planted_errors_and_what_follows_from_them(
    planted: dict[str, Path], form: str
) -> None:
    codes = {p.code for p in store.open_area(planted[form]).problems}
    assert codes - FOLLOWS == set(list_of(planted[form])["code"])


@pytest.mark.parametrize("form", FORMS)
def test_what_is_told_by_default_holds_no_value_that_was_planted(
    planted: dict[str, Path], form: str
) -> None:
    by_default, asked = shown(planted[form]), shown(planted[form], "--values")
    values = set(list_of(planted[form])["value"]) - EVERYWHERE
    assert [v for v in values if v in by_default.text] == []
    assert [v for v in ("BESD", "XXX", "2099-01-01") if v not in asked.text] == []
    names = pd.read_csv(planted[form] / "inputs" / "plans.csv", dtype=str)["upn"].dropna()
    assert not [upn for upn in names if upn in by_default.text + asked.text]


def test_a_clean_area_ends_well_and_nothing_of_it_is_set_aside(clean: Path) -> None:
    said = shown(clean)
    assert said.code == 0
    assert {done for done, _, _ in said.problems} <= {"To know", "Used, with care"}
    assert all(account.rows_set_aside == 0 for account in store.open_area(clean).accounts)


def test_plans_of_a_fictional_area_end_with_the_school_year_of_the_25th_birthday(
    clean: Path,
) -> None:
    area = store.open_area(clean)
    assert not [p for p in area.problems if "over_25" in p.code]
    plans = area.table("plans").dropna(subset=["plan_cease"])
    cease, birth = plans["plan_cease"].dt, plans["birth_month"].dt
    # the July of the school year in which a person born from September on turns 25
    july = birth.year + 25 + birth.month.ge(9)
    assert (cease.year * 12 + cease.month <= july * 12 + 8).all()


def test_a_line_that_is_not_in_the_list_is_told_with_a_suggestion_and_used(tmp_path: Path) -> None:
    area = new_area(tmp_path / "a")
    corpus.put(area / "inputs", "spend_lines", corpus.changed("spend_lines", 3, line="9.9.9"))
    said = shown(area, "--values")
    ((done, where, text),) = said.problems
    assert (said.code, done, where) == (0, "Used, with care", "spend_lines.csv, row 3, line")
    assert "'9.9.9'" in text
    assert "Did you mean" in text
    assert len(store.open_area(area).table("spend_lines")) == len(corpus.clean("spend_lines"))
    assert "9.9.9" not in shown(area).text


def test_a_column_that_is_missing_is_named_without_asking_for_values(tmp_path: Path) -> None:
    area = new_area(tmp_path / "a")
    rows = [{k: v for k, v in r.items() if k != "plan_start"} for r in corpus.clean("plans")]
    corpus.put(area / "inputs", "plans", [{**r, "Smyth": "1"} for r in rows])
    (told,) = [text for done, _, text in shown(area).problems if done == "Left out"]
    assert told.startswith("The column plan_start is missing. No row was used. Add it")
    assert "Smyth" not in told


def test_a_wrong_code_is_told_with_the_codes_of_its_list_and_not_with_what_is_near_it(
    tmp_path: Path,
) -> None:
    area = new_area(tmp_path / "a")
    corpus.put(area / "inputs", "plans", corpus.changed("plans", 3, primary_need="Autsm spectrum"))
    (told,) = [text for _, where, text in shown(area).problems if where.endswith("primary_need")]
    assert told.startswith("A value is not a code of the list. Known: ")
    assert {"ASD", "SEMH", "VI"} <= set(re.findall(r"\w+", told))
    assert "Autsm" not in told
    assert "Did you mean" not in told
    assert "Did you mean ASD" in shown(area, "--values").text


def test_one_mistake_in_many_rows_is_one_line_with_the_first_rows_and_the_number(
    tmp_path: Path,
) -> None:
    area = new_area(tmp_path / "a")
    row = corpus.clean("plans")[0]
    many = [{**row, "person_id": f"p{i}", "primary_need": f"Need {i}"} for i in range(48)]
    corpus.put(area / "inputs", "plans", [*many, {**row, "plan_start": "soon"}])
    said = shown(area)
    told = [where for _, where, text in said.problems if "not a code of the list" in text]
    assert told == ["plans.csv, rows 2, 3, 4 and 45 more, primary_need"]
    assert "plans.csv, row 50, plan_start" in [where for _, where, _ in said.problems]
    assert "Problems: 50, of which 2 left something out" in said.text  # no January is covered
    assert len(shown(area, "--values").problems) == 50, "each value is another problem"
    short = toolkit("check", area, "--limit", 1)
    assert "the first 1 of 3 kinds listed" in short.text


def test_rows_beyond_what_is_kept_one_by_one_are_counted(tmp_path: Path) -> None:
    area = new_area(tmp_path / "a")
    row = corpus.clean("plans")[0]
    many = [{**row, "person_id": f"p{i}", "primary_need": "BESD"} for i in range(rules.LIMIT + 9)]
    corpus.put(area / "inputs", "plans", many)
    told = [where for _, where, text in shown(area).problems if "of the list" in text]
    assert told == ["plans.csv, rows 2, 3, 4 and 1,006 more, primary_need"]


def test_sheets_without_rows_are_named_once(tmp_path: Path) -> None:
    area = new_area(tmp_path / "a")
    with pd.ExcelWriter(area / "inputs" / "mine.xlsx", engine="xlsxwriter") as book:
        for name in ("plans", "requests", "reviews"):
            rows = pd.DataFrame(corpus.clean(name))
            (rows if name == "plans" else rows.head(0)).to_excel(book, sheet_name=name, index=False)
    opened_area = store.open_area(area, corpus.AS_OF)
    assert [line[:3] for line in checkup.rows(opened_area)[1:]] == [
        ("mine.xlsx (plans)", "plans", str(len(corpus.clean("plans"))))
    ]
    assert "Sheets without rows count as not supplied" in shown(area).text


# The corpus of bad input --------------------------------------------------------------------
@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[opened.OpenArea, list]]:
    """Return a function that gives the open area of a case, and what must be reported."""
    home = tmp_path_factory.mktemp("corpus")
    made: dict[str, list] = {}

    def open_case(name: str) -> tuple[opened.OpenArea, list]:
        if name not in made:
            area = new_area(home / name, plans_complete_from=2019)  # no extract of open plans
            made[name] = corpus.CORPUS[name](area / "inputs")
        return store.open_area(home / name, corpus.AS_OF), made[name]

    return open_case


def _rows_told(where: str) -> int:
    """Return how many rows a line speaks of, as in "plans.csv, rows 2, 3 and 45 more"."""
    several = re.search(r", (?:row|line)s ((?:[\d,]+(?:, | and |$)|[\d,]+ more)+)", where)
    told = re.split(r", | and ", several.group(1).rstrip(", ")) if several else ["1"]
    return sum(int(n.split()[0].replace(",", "")) if "more" in n else 1 for n in told)


@pytest.mark.parametrize(
    ("where", "rows"),
    [("p.csv", 1), ("p.csv, row 2, sex", 1), ("p.csv, rows 2 and 3", 2), ("s.xml, lines 2, 3", 2),
     ("p.csv, rows 2, 3, 4 and 1,006 more, sex", 1009)],
)  # fmt: skip
def test_the_rows_of_a_line_can_be_counted(where: str, rows: int) -> None:
    assert _rows_told(where) == rows


@pytest.mark.parametrize("name", corpus.CORPUS)
def test_every_case_of_the_corpus_is_told_once_with_a_remedy_in_whole_sentences(
    name: str, told: Callable
) -> None:
    area, expected = told(name)
    assert Counter((p.code, p.row) for p in area.problems) == Counter(expected)
    for values in (False, True):
        lines = checkup.problems(area, values=values, limit=1000)
        alone = {p.where for p in area.problems}
        assert sum(_rows_told(where) for _, where, _ in lines) == len(expected)
        for _, where, text in lines:
            assert where in alone or _rows_told(where) > 1
            assert where.startswith(tuple(p.file for p in area.problems))
            assert text.endswith((".", "?"))
            assert text.count(". ") + text.count("? ") >= 1, f"no remedy: {text}"
    assert checkup.has_errors(area) == any(p.severity == "error" for p in area.problems)


@pytest.mark.parametrize("name", corpus.CORPUS)
def test_no_case_of_the_corpus_shows_its_value_by_default(name: str, told: Callable) -> None:
    area, _ = told(name)
    lines = checkup.problems(area, values=False, limit=1000)
    told_here = " ".join(text for _, _, text in lines)
    # A letter or a digit alone may stand in any sentence.
    secret = {p.value for p in area.problems if len(p.value) > 3 and p.column != p.value}
    assert [
        value for value in secret if f"'{value}'" in told_here or f" {value} " in told_here
    ] == []


GAP = re.compile(r" [.,](?!\w)|,,|:\.|\(\)|''|  ")  # where a value has been taken out


def test_every_rule_is_told_in_words_that_stand_without_its_values() -> None:
    for code in {*rules.RULES, *needs._words()}:
        what, remedy = needs.in_general(code)
        assert what.endswith((".", "?")), code
        assert remedy.endswith("."), code
        for text in (what, remedy):
            assert "{" not in text
            assert not GAP.search(text), code
            assert " a a " not in text


@pytest.mark.parametrize("name", corpus.CORPUS)
def test_nothing_that_was_passed_over_stands_under_used_with_care(
    name: str, told: Callable
) -> None:
    area, _ = told(name)
    for done, _, text in checkup.problems(area, values=True, limit=1000):
        if done == "Used, with care":
            assert not re.search(r"not read\b|is not used", text), text


def test_an_area_without_any_file_is_told_what_to_supply(tmp_path: Path) -> None:
    said = shown(new_area(tmp_path / "a"))
    assert said.code == 0
    assert "Problems: none" in said.text
    assert "the SEN2 return" in said.text
    assert "stakeholders.csv" in said.text


def test_the_command_as_a_process_gives_the_same_words_and_code(planted: dict[str, Path]) -> None:
    words = ["check", str(planted["xml"]), "--limit", "1000"]
    command = [sys.executable, "-c", "from toolkit.cli import main; main()", *words]
    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", check=False,
        env={**os.environ, "NO_COLOR": "1", "PYTHONUTF8": "1"},
    )  # fmt: skip
    here = shown(planted["xml"])
    assert done.returncode == here.code
    assert Said(0, done.stdout).problems == here.problems
    assert "Traceback" not in done.stderr

"""`toolkit check`: whatever lies among the files, what is wrong is told in plain words."""

from __future__ import annotations

import errno
import os
import pickle
import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests.intake import corpus
from tests.journeys.conftest import Said, new_area, toolkit
from toolkit import checkup
from toolkit.errors import InputError, OutputError, SettingsError
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


def shown(area: Path, *options: str) -> Said:
    return toolkit("check", area, "--limit", 1000, *options)


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


@pytest.mark.parametrize("name", corpus.CORPUS)
def test_every_case_of_the_corpus_is_told_once_with_a_remedy_in_whole_sentences(
    name: str, told: Callable
) -> None:
    area, expected = told(name)
    assert Counter((p.code, p.row) for p in area.problems) == Counter(expected)
    for values in (False, True):
        lines = checkup.problems(area, values=values, limit=1000)
        alone = {p.where for p in area.problems}
        assert len(lines) <= len(expected)
        for _, where, text in lines:
            assert where in alone or re.search(r", (row|line)s \d+", where)
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


# The worst that anyone could supply ---------------------------------------------------------
Worst = tuple[str, Callable[[Path], object], str, str]


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)


def _release_bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data/caseload.csv", b"0" * 300_000_000)


ENTITY = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Message><Header>'
    "<CollectionDetails><Collection>SEN2</Collection><Year>2025</Year></CollectionDetails>"
    "</Header><Persons><Person><Surname>&e;</Surname></Person></Persons></Message>"
)
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    "<Message><Collection>SEN2</Collection><Persons>&b;</Persons></Message>"
)
CUT = "<Message><Header><CollectionDetails><Collection>SEN2</Collection>"
LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)
WORST: list[Worst] = [
    ("a zip bomb", _bomb, "plans.xlsx", "unzips to far more"),
    ("a zip bomb of a release", _release_bomb, "release.zip", "cannot be used"),
    ("an entity of XML", lambda p: p.write_text(ENTITY), "SEN2.xml", "cannot be used"),
    ("a billion laughs", lambda p: p.write_text(LAUGHS), "SEN2.xml", "cannot be used"),
    ("XML cut short", lambda p: p.write_text(CUT), "SEN2.xml", "cannot be used"),
    ("a pickle named csv", lambda p: p.write_bytes(pickle.dumps([1])), "plans.csv", "not a text"),
    ("a locked workbook", lambda p: p.write_bytes(LOCKED), "plans.xlsx", "locked with a password"),
    ("nothing but NULs", lambda p: p.write_bytes(bytes(5000)), "plans.csv", "not a text file"),
    ("an empty file", lambda p: p.write_bytes(b""), "plans.csv", "is empty"),
    ("an empty workbook", lambda p: p.write_bytes(b""), "plans.xlsx", "is empty"),
    ("a folder named as a file", lambda p: p.mkdir(), "plans.csv", "folder with the name"),
    ("a link to nowhere", lambda p: p.symlink_to("gone"), "plans.csv", "no such file"),
    ("a pipe", os.mkfifo, "plans.csv", "no such file"),
    ("a file of no known kind", lambda p: p.write_text("x"), "letter.pdf", "no kind that is known"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("make", "name", "words"), [w[1:] for w in WORST], ids=[w[0] for w in WORST]
)
def test_a_file_that_cannot_be_used_is_named_in_plain_words_and_stops_no_other(
    make: Callable[[Path], object], name: str, words: str, tmp_path: Path
) -> None:
    area = new_area(tmp_path / "a")
    corpus.put(area / "inputs", "requests", corpus.clean("requests"))
    make(area / "inputs" / name)
    for options in ((), ("--values",)):
        said = shown(area, *options)
        (told,) = [text for _, where, text in said.problems if where == name]
        assert told.count(". ") >= 1, "no remedy"
        assert "Traceback" not in said.text
        assert options or words in told
        errors = any(done == "Left out" for done, _, _ in said.problems)
        assert said.code == (InputError.exit_code if errors else 0)
    assert len(store.open_area(area).table("requests")) == len(corpus.clean("requests"))


def test_a_file_that_another_program_holds_is_named_and_read_once_it_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    area = new_area(tmp_path / "a")
    for table in ("plans", "requests"):
        corpus.put(area / "inputs", table, corpus.clean(table))
    real = Path.open

    def held(path: Path, *given: object, **named: object) -> object:
        if path.name == "plans.csv":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path, *given, **named)  # type: ignore[call-overload]

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", held)
        said = shown(area)
        assert said.code == InputError.exit_code
        assert said.problems == [
            ("Left out", "plans.csv", "The file cannot be opened. Close it in other programs, "
             "check that you may read it, and try again.")
        ]  # fmt: skip
        assert not store.open_area(area).has("plans")
        assert store.open_area(area).has("requests")
    assert shown(area).code == 0
    assert store.open_area(area).has("plans")


@pytest.mark.parametrize(
    "name",
    ["plàns d’été £ 2024.csv", "my plans 2023 (final v2).csv", f"plans {'x' * 240}.csv",
     "PLANS\u00a02024.CSV", "plans [red]2024.csv"],
)  # fmt: skip
def test_a_name_with_spaces_accents_or_great_length_is_read_as_any_other(
    name: str, tmp_path: Path
) -> None:
    area = new_area(tmp_path / "a")
    rows = corpus.changed("plans", 3, plan_start="31/02/2019", locality="Café " + "é" * 300)
    (area / "inputs" / name).write_bytes(corpus.as_csv(rows).encode("cp1252"))
    said = shown(area)
    assert said.problems[0][:2] == ("Left out", f"{name}, row 3, plan_start")
    assert len(store.open_area(area).table("plans")) == 3


def test_a_name_that_no_encoding_gives_is_told_and_not_a_crash(tmp_path: Path) -> None:
    area = new_area(tmp_path / "a")
    try:
        Path(os.fsdecode(os.fsencode(area / "inputs") + b"/plans caf\xe9.csv")).write_text("a\n1\n")
    except OSError:
        pytest.skip("this file system takes no such name")
    said = shown(area)
    assert (said.code, said.problems[0][1]) == (InputError.exit_code, "plans caf?.csv")
    assert "Rename it" in said.problems[0][2]


def test_files_of_another_la_are_not_used_row_by_row_or_as_a_return(
    clean: Path, tmp_path: Path
) -> None:
    area = new_area(tmp_path / "a")
    corpus.put(area / "inputs", "plans", [{**r, "la_code": "888"} for r in corpus.clean("plans")])
    text = (clean / "inputs" / "SEN2_2026_990.xml").read_text("utf-8")
    other = text.replace("<LEA>990</LEA>", "<LEA>888</LEA>")
    assert other != text
    (area / "inputs" / "SEN2_2026_888.xml").write_text(other, encoding="utf-8")
    said = shown(area)
    left_out = [(where, what) for done, where, what in said.problems if done == "Left out"]
    others = [where for where, what in left_out if "another local authority" in what]
    assert len(others) == 2
    assert "plans.csv, rows 2, 3, 4 and 5, la_code" in others
    assert said.code == InputError.exit_code
    assert store.open_area(area).tier == "published"


@pytest.mark.parametrize(
    ("spoil", "code", "words"),
    [
        (lambda a: (a / "area.toml").write_bytes(b"\x80\x04\x95"), 4, "not written as TOML"),
        (lambda a: (a / "area.toml").unlink(), 4, "There is no area.toml"),
        (lambda a: ((a / "inputs").rmdir(), (a / "inputs").touch()), 3, "where a folder should be"),
        (lambda a: (a / "private").touch(), 8, "cannot be written"),
        (lambda a: (a / "private/store").parent.mkdir() or (a / "private/store").touch(), 8,
         "cannot be written to"),
        (lambda a: (a / "private/key").mkdir(parents=True), 3, "key cannot be read"),
    ],
)  # fmt: skip
def test_a_folder_that_is_not_as_it_should_be_ends_in_a_sentence_with_its_code(
    spoil: Callable[[Path], object], code: int, words: str, tmp_path: Path
) -> None:
    area = new_area(tmp_path / "a")
    spoil(area)
    said = shown(area)
    assert said.code == code
    assert words in said.text
    assert "Traceback" not in said.text
    assert {InputError.exit_code, SettingsError.exit_code, OutputError.exit_code} == {3, 4, 8}


def test_a_published_file_that_nobody_knows_is_told_by_check(tmp_path: Path) -> None:
    area = new_area(tmp_path / "a", published=("p.csv", "q.csv"))
    for name in ("p.csv", "q.csv"):
        (area / name).write_text("cake,candles\n1,2\n", encoding="utf-8")
    said = shown(area)
    told = [(done, where) for done, where, _ in said.problems]
    assert told == [("Not used", "p.csv"), ("Not used", "q.csv")]


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

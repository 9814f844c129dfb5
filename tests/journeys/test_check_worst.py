"""`toolkit check` of the worst files and folders that anyone could supply."""

from __future__ import annotations

import errno
import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.intake import corpus
from tests.journeys.conftest import new_area, shown
from toolkit.errors import InputError, OutputError, SettingsError
from toolkit.intake import store

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

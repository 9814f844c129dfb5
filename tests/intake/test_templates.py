"""The templates are what the schedule says, and what they hold reads right."""

from __future__ import annotations

import csv
import io
import itertools
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.intake.corpus import AS_OF, LA_CODE
from toolkit.errors import OutputError
from toolkit.intake import schedule_files, templates
from toolkit.intake.pseudonym import Pseudonyms
from toolkit.intake.schedule import TABLES, code_lists, codes
from toolkit.intake.tabular import read

FOLDER = Path(__file__).parents[2] / "data_templates"
PSEUDONYMS = Pseudonyms(b"a key for tests, not for children")


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return templates.contents()


def parts(workbook: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_committed_templates_are_those_that_the_command_writes(made: dict[str, bytes]) -> None:
    kept = {path.name: path.read_bytes() for path in FOLDER.iterdir() if path.name[0] != "."}
    assert set(kept) == set(made)
    for name, data in made.items():
        if name.endswith(".xlsx"):  # another release of zlib may pack the same parts otherwise
            assert parts(kept[name]) == parts(data)
        else:
            assert kept[name].replace(b"\r\n", b"\n") == data, f"run: toolkit templates ({name})"


def test_the_same_schedule_gives_the_same_bytes(made: dict[str, bytes]) -> None:
    assert templates.contents() == made


@pytest.mark.parametrize("name", TABLES)
def test_every_table_has_a_blank_and_a_filled_template(name: str, made: dict[str, bytes]) -> None:
    assert made[f"{name}.csv"].decode() == ",".join(TABLES[name].names) + "\n"
    filled = list(csv.DictReader(io.StringIO(made[f"{name}_example.csv"].decode())))
    assert filled == templates.example_rows(TABLES[name])


def test_the_filled_templates_raise_no_problem(made: dict[str, bytes], tmp_path: Path) -> None:
    for name in TABLES:
        (tmp_path / f"{name}.csv").write_bytes(made[f"{name}_example.csv"])
    loaded = schedule_files.read(sorted(tmp_path.iterdir()), {}, PSEUDONYMS, LA_CODE, AS_OF)
    assert loaded.problems == []
    for name, table in loaded.tables.items():
        assert len(table) == len(templates.example_rows(TABLES[name]))


def test_a_template_that_is_left_blank_is_only_noted(
    made: dict[str, bytes], tmp_path: Path
) -> None:
    path = tmp_path / templates.WORKBOOK
    path.write_bytes(made[templates.WORKBOOK])
    loaded = schedule_files.read([path], {}, PSEUDONYMS, LA_CODE, AS_OF)
    assert [p.code for p in loaded.problems] == ["sheet.no_rows"]
    assert set(loaded.tables) == set(TABLES)
    assert schedule_files.recognise(path) == list(TABLES)


def test_the_workbook_has_a_sheet_a_table_with_its_headings(
    made: dict[str, bytes], tmp_path: Path
) -> None:
    path = tmp_path / templates.WORKBOOK
    path.write_bytes(made[templates.WORKBOOK])
    sheets = {raw.sheet: raw for raw in read(path, {"person_id"}).tables}
    assert list(sheets) == ["Read me", *TABLES, "Codes"]
    for name, table in TABLES.items():
        assert sheets[name].headings == table.names


def test_the_workbook_holds_no_formula_and_no_link(made: dict[str, bytes]) -> None:
    for name, data in parts(made[templates.WORKBOOK]).items():
        assert b"<f>" not in data
        assert b"http://" not in data.replace(b"http://schemas.", b"") or name.startswith(
            "docProps"
        )


def test_every_heading_of_the_workbook_is_explained(made: dict[str, bytes]) -> None:
    notes = b"".join(d for n, d in parts(made[templates.WORKBOOK]).items() if "comments" in n)
    assert notes.count(b"<comment ") == sum(len(t.columns) for t in TABLES.values())


def test_columns_of_codes_and_flags_have_drop_downs(made: dict[str, bytes]) -> None:
    sheets = b"".join(d for n, d in parts(made[templates.WORKBOOK]).items() if "worksheets/s" in n)
    chosen = [c for t in TABLES.values() for c in t.columns if c.type in ("code", "flag")]
    assert sheets.count(b'<dataValidation type="list"') == len(chosen)


def test_the_dictionary_has_a_row_for_every_column(made: dict[str, bytes]) -> None:
    rows = list(csv.DictReader(io.StringIO(made["data_dictionary.csv"].decode())))
    given = [(row["table"], row["column"]) for row in rows]
    assert given == [(c.table, c.name) for t in TABLES.values() for c in t.columns]
    assert all(row["meaning"] and row["how_to_write"] for row in rows)


class Page(HTMLParser):
    """Collects what an accessibility check needs from a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]


@pytest.fixture(scope="module")
def page(made: dict[str, bytes]) -> Page:
    parsed = Page()
    parsed.feed(made["data_dictionary.html"].decode())
    return parsed


def test_the_dictionary_page_stands_by_itself(made: dict[str, bytes], page: Page) -> None:
    text = made["data_dictionary.html"].decode()
    assert not page.all("script", "link", "img", "iframe")
    assert "default-src 'none'" in text
    assert not re.search(r"https?://", text)


def test_the_dictionary_page_can_be_read_by_a_screen_reader(page: Page) -> None:
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert {str(a["href"])[1:] for a in page.all("a")} <= set(ids)
    assert all(a.get("scope") in ("col", "row") for a in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table")) == len(TABLES) + len(code_lists())
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert page.all("html") == [{"lang": "en-GB"}]


def test_the_dictionary_page_names_every_code(made: dict[str, bytes]) -> None:
    text = made["data_dictionary.html"].decode()
    for name in code_lists():
        for code in codes(name):
            assert f"<code>{code}</code>" in text


def test_the_examples_are_of_nobody() -> None:
    for table in TABLES.values():
        for row in templates.example_rows(table):
            for column, value in row.items():
                assert column != "person_id" or re.fullmatch(r"p[0-9a-f]{16}|", value)
                assert not re.search(r"\b[A-Z]\d{12}\b", value)


def test_a_folder_that_cannot_be_written_to_is_an_error_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    with pytest.raises(OutputError, match="the templates cannot be written"):
        templates.write_templates(tmp_path / "taken")


def test_writing_gives_the_paths_that_it_wrote(tmp_path: Path) -> None:
    written = templates.write_templates(tmp_path / "new")
    assert sorted(written) == sorted((tmp_path / "new").iterdir())

"""Files become raw text: no cell is guessed at, no column shifts, no row is lost unnamed."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.intake.corpus import old_workbook
from toolkit.intake import tabular, tabular_workbook
from toolkit.intake.tabular import RawTable, read


def table(path: Path, text: str | bytes, known: tuple[str, ...] = ()) -> RawTable:
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return read(path, known).tables[0]


def cells(raw: RawTable) -> list[list[str]]:
    return raw.frame.drop(columns="row").fillna("").to_numpy().tolist()  # type: ignore[no-any-return]


def codes(raw: RawTable) -> list[tuple[str, int | None]]:
    return [(p.code, p.row) for p in raw.problems]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "plans.csv"


def test_no_type_is_guessed(file: Path) -> None:
    raw = table(file, "a,b,c\n007,1.0,NA\n1e5,2024-01-01,Null\n")
    assert cells(raw) == [["007", "1.0", "NA"], ["1e5", "2024-01-01", "Null"]]


def test_rows_have_the_numbers_of_a_spreadsheet(file: Path) -> None:
    raw = table(file, 'a,b\n1,"x\ny"\n\n2,z\n')
    assert raw.frame["row"].tolist() == [2, 4]
    assert codes(raw) == [("row.blank", None)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_unicode_is_read_in_every_form(encoding: str, file: Path) -> None:
    assert cells(table(file, "a,b\ncafé,£5\n".encode(encoding))) == [["café", "£5"]]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_separator_is_found(mark: str, file: Path) -> None:
    assert cells(table(file, f"a{mark}b\n1{mark}2\n")) == [["1", "2"]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_read(end: str, file: Path) -> None:
    assert cells(table(file, f"a,b{end}1,2{end}3,4{end}")) == [["1", "2"], ["3", "4"]]


def test_a_last_line_without_its_end_is_a_row(file: Path) -> None:
    assert cells(table(file, "a,b\n1,2")) == [["1", "2"]]


def test_a_heading_named_row_is_kept_apart_from_the_number(file: Path) -> None:
    raw = table(file, "row,b\n9,2\n")
    assert raw.frame["row"].tolist() == [2]
    assert raw.frame["row (of the file)"].tolist() == ["9"]


def test_a_row_that_is_too_long_is_set_aside_and_no_other(file: Path) -> None:
    raw = table(file, "a,b\n1,2\n3,4,5\n6,7\n")
    assert cells(raw) == [["1", "2"], ["6", "7"]]
    assert codes(raw) == [("row.extra_fields", 3)]
    assert (raw.rows_read, raw.set_aside) == (3, 1)


def test_one_stray_quote_costs_one_row(file: Path) -> None:
    raw = table(file, 'a,b\n1,"2\n3,4\n5,6\n')
    assert cells(raw) == [["3", "4"], ["5", "6"]]
    assert codes(raw) == [("row.unclosed_quote", 2)]
    assert raw.rows_read == 3


def test_two_stray_quotes_do_not_swallow_the_rows_between(file: Path) -> None:
    raw = table(file, 'a,b\n1,"2\n3,4\n5,"6\n7,8\n')
    assert codes(raw) == [("row.unclosed_quote", 2), ("row.unclosed_quote", 5 - 1)]
    assert cells(raw) == [["3", "4"], ["7", "8"]]


def test_a_quote_within_a_cell_is_a_character(file: Path) -> None:
    assert cells(table(file, 'a,b\n5" pipe,"say ""hi"""\n')) == [['5" pipe', 'say "hi"']]


def test_headings_are_found_below_a_title(file: Path) -> None:
    raw = table(file, "Plans of Kent\n\nperson_id,plan_start\np1,x\n", ("person_id", "plan_start"))
    assert cells(raw) == [["p1", "x"]]
    assert raw.frame["row"].tolist() == [4]
    assert codes(raw) == [("heading.not_first", 3)]


def test_headings_that_come_twice_are_named(file: Path) -> None:
    raw = table(file, "a,b,A \n1,2,3\n")
    assert raw.duplicates == ("A",)
    assert raw.headings == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.csv", b"", "file.empty"),
        ("a.csv", b"\n \n,,\n", "file.empty"),
        ("a.csv", b"\x80\x04\x95abc", "file.binary"),
        ("a.csv", b"PK\x03\x04abc", "file.binary"),
        ("a.csv", b"\xd0\xcf\x11\xe0abc", "file.binary"),
        ("a.csv", b"PAR1abc", "file.binary"),
        ("a.csv", bytes(range(32)) * 8, "file.binary"),
        ("a.csv", b"a,b\n1,\x81\n", "file.encoding"),
        ("a.csv", b"a,b\n", "file.heading_only"),
        ("a.xlsx", b"", "file.empty"),
        ("a.xlsx", b"a,b\n1,2\n", "file.workbook"),
        ("a.xlsx", b"PK\x03\x04abc", "file.workbook"),
        ("a.xls", b"\xd0\xcf\x11\xe0abc", "file.workbook"),
        ("a.ods", b"PK\x03\x04abc", "file.kind"),
        ("a.xlsb", b"PK\x03\x04abc", "file.kind"),
        ("a.pkl", b"\x80\x04", "file.kind"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_and_stops_nothing(
    name: str, data: bytes, code: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(data)
    found = read(tmp_path / name)
    assert [p.code for p in found.problems] == [code]
    assert not any(len(t.frame) for t in found.tables)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert [p.code for p in read(tmp_path / "plans.csv").problems] == ["file.missing"]


def workbook(path: Path, **options: bool) -> xlsxwriter.Workbook:
    return xlsxwriter.Workbook(str(path), options)


@pytest.mark.parametrize("date_1904", [False, True])
def test_cells_of_a_sheet_become_text_as_a_person_reads_them(
    date_1904: bool, tmp_path: Path
) -> None:
    path = tmp_path / "book.xlsx"
    with workbook(path, date_1904=date_1904) as book:
        sheet = book.add_worksheet("Plans")
        sheet.write_row(0, 0, ["a", "b", "c", "d", "e", "f"])
        sheet.write_datetime(1, 0, dt.date(2024, 2, 28), book.add_format({"num_format": 14}))
        sheet.write_number(1, 1, 1234.0)
        sheet.write_number(1, 2, 0.000001)
        sheet.write_boolean(1, 3, True)
        sheet.write_string(1, 4, "=1+1")
        sheet.write_formula(1, 5, "=1/0", None, "#DIV/0!")
    raw = read(path).tables[0]
    assert cells(raw) == [["2024-02-28", "1234", "0.000001", "true", "=1+1", "#DIV/0!"]]
    assert raw.frame["row"].tolist() == [2]


def test_a_sheet_that_starts_below_row_1_keeps_its_row_numbers(tmp_path: Path) -> None:
    with workbook(tmp_path / "book.xlsx") as book:
        sheet = book.add_worksheet("Plans")
        sheet.write_row(3, 0, ["person_id", "plan_start"])
        sheet.write_row(4, 0, ["p1", "x"])
    raw = read(tmp_path / "book.xlsx", ("person_id", "plan_start")).tables[0]
    assert raw.frame["row"].tolist() == [5]


def test_an_old_workbook_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes(old_workbook("Plans", [["a", "b"], ["1", "x"]]))
    found = read(tmp_path / "a.xls")
    assert cells(found.tables[0]) == [["1", "x"]]
    assert found.problems == []


@pytest.mark.parametrize(("rows", "said"), [(65_535, []), (65_536, ["sheet.cut"])])
def test_an_old_workbook_that_is_full_may_have_been_cut(
    rows: int, said: list[str], tmp_path: Path
) -> None:
    full = [["a"]] + [["1"]] * (rows - 1)
    (tmp_path / "a.xls").write_bytes(old_workbook("Plans", full))
    assert [p.code for p in read(tmp_path / "a.xls").problems] == said


def bomb(path: Path, sheet: bytes) -> None:
    """Write a workbook whose only sheet has the XML that is given."""
    with workbook(path) as book:
        book.add_worksheet("Plans")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = sheet
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


@pytest.mark.parametrize(
    "cell",
    [b'<c r="XFD1048576" t="str"><v>x</v></c>', b"<c\n s='1' r = 'xfd1048576'><v>1</v></c>"],
)
def test_a_cell_at_the_far_corner_is_refused_before_the_sheet_is_opened(
    cell: bytes, tmp_path: Path
) -> None:
    head = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    bomb(tmp_path / "a.xlsx", head + b"<row>" + cell + b"</row></sheetData></worksheet>")
    assert [p.code for p in read(tmp_path / "a.xlsx").problems] == ["sheet.cells"]


def test_a_zip_is_measured_and_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    bomb(path, b"<worksheet>" + b" " * 30_000_000 + b"</worksheet>")
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo("xl/worksheets/sheet1.xml")
    said = entry.file_size.to_bytes(4, "little")
    data = data.replace(said, (100).to_bytes(4, "little"))
    path.write_bytes(data)
    assert [p.code for p in read(path).problems] == ["file.too_large"]


def test_entities_in_a_workbook_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    bomb(path, b"<worksheet/>")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    doctype = b'<!DOCTYPE x [<!ENTITY a "b">]>'
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
        b"<workbook", doctype + b"<workbook", 1
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    assert [p.code for p in read(path).problems] == ["file.workbook"]


def test_a_large_honest_workbook_is_within_the_limits(tmp_path: Path) -> None:
    with workbook(tmp_path / "a.xlsx", constant_memory=True) as book:
        sheet = book.add_worksheet("Plans")
        for i in range(20_000):
            sheet.write_row(i, 0, ["a"] * 12)
    assert read(tmp_path / "a.xlsx").problems == []
    assert tabular_workbook.CELLS == 1_000_000


def test_only_the_head_of_a_long_file_is_read_to_see_what_it_is(file: Path) -> None:
    file.write_text("a,b\n" + "1,2\n" * 100_000)
    assert len(read(file, head=True).tables[0].frame) < tabular.HEAD


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=1, max_size=6))
def test_what_is_written_is_what_is_read(rows: list[list[str]], file: Path) -> None:
    head = ["first", "second", "third"]
    doubled = [[cell.replace('"', '""') for cell in row] for row in [head, *rows]]
    quoted = [",".join(f'"{cell}"' for cell in row) for row in doubled]
    raw = table(file, "\n".join(quoted) + "\n", tuple(head))
    filled = [(i, row) for i, row in enumerate(rows, start=2) if any(c.strip() for c in row)]
    assert raw.rows_read == len(filled)
    assert raw.frame["row"].tolist() == [i for i, _ in filled]
    assert cells(raw) == [[c if c.strip() else "" for c in row] for _, row in filled]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.binary(max_size=60), name=st.sampled_from(["a.csv", "a.xlsx", "a.xls"]))
def test_no_bytes_make_reading_fail(data: bytes, name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    found = read(tmp_path / name, ("person_id",))
    assert found.tables or found.problems

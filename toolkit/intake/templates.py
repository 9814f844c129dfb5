"""The templates that an LA fills in, and the data dictionary: all made from the schedule."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import jinja2
import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from toolkit.errors import OutputError
from toolkit.intake.schedule import TABLES, Column, Table, Type, code_lists, codes

WORKBOOK = "send_toolkit_data_schedule.xlsx"
DICTIONARY = "data_dictionary"
CREATED = dt.datetime(2025, 1, 1)  # noqa: DTZ001 (a fixed stamp, so that the same bytes come out)
LAST_ROW = 50_000  # of a sheet, down to which drop-downs reach
HOW_TO_WRITE: dict[Type, str] = {
    "id": "text, the same for the same person or thing in every table",
    "text": "text",
    "code": "one of the codes of the list",
    "date": "a date, as in 2024-02-28",
    "month": "a year and month, as in 2014-03",
    "integer": "a whole number",
    "number": "a number",
    "money": "an amount in pounds, without the £ sign",
    "percent": "a percentage: 85 for 85%",
    "flag": "1 for yes, 0 for no",
    "year": "a calendar year, as in 2024",
    "academic_year": "an academic year, as in 202324 for 2023/24",
    "financial_year": "a financial year, as in 202324 for 2023-24",
}
LEVELS = {
    "person": "Tables about people",
    "area": "Tables about the area",
    "setup": "Tables about the diagnostic itself",
}
READ_ME = (
    "Data schedule of the SEND Toolkit",
    "Fill in the sheets that you can, and leave the others as they are.",
    "Each sheet is one table. Keep the headings in row 1 and their wording.",
    "Point at a heading to see what the column means, and whether a row without it is used.",
    "Leave a cell blank where something is not known. Do not write N/A or a dash.",
    "Write dates as 2024-02-28 and months as 2014-03; the cells are set to text for that.",
    "The codes stand on the last sheet; columns of codes have a drop-down.",
    "person_id is a pseudonym. Where you have none, head the column upn: the Toolkit turns it",
    "into a pseudonym on reading and keeps neither it nor any name.",
    "Save the workbook into the folder 'inputs' of your area.",
)


def write_templates(folder: Path) -> list[Path]:
    """Write the blank and filled templates, the workbook and the dictionary; return their paths.

    The same schedule always gives the same bytes.

    Raises:
        OutputError: The folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made = [_write(folder / name, data) for name, data in contents().items()]
    except OSError as error:
        raise OutputError(
            f"the templates cannot be written ({error.strerror}).",
            where=folder.name,
            remedy="Close the files in other programs, and check that you may write there.",
        ) from None
    return made


def contents() -> dict[str, bytes]:
    """Return every file of the templates, by name, as bytes."""
    made: dict[str, bytes] = {}
    for table in TABLES.values():
        made[f"{table.name}.csv"] = _csv([table.names])
        rows = [list(row.values()) for row in example_rows(table)]
        made[f"{table.name}_example.csv"] = _csv([table.names, *rows])
    made[WORKBOOK] = _workbook()
    made[f"{DICTIONARY}.csv"] = _csv(_dictionary_rows())
    made[f"{DICTIONARY}.html"] = _page().encode("utf-8")
    return made


def example_rows(table: Table) -> list[dict[str, str]]:
    """Return the fictional rows of a table: for each, the text of every column.

    A column of codes without examples of its own takes the first codes of its list.
    """
    height = max(len(column.examples) for column in table.columns)
    columns = {}
    for column in table.columns:
        given = list(column.examples)
        if not given and column.codes and column.required:
            given = list(codes(column.codes))[:height]
        columns[column.name] = given + [""] * (height - len(given))
    return [{name: given[i] for name, given in columns.items()} for i in range(height)]


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Return rows as CSV, in UTF-8."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8")


def _workbook() -> bytes:
    """Return the workbook: a sheet to read first, one for each table, and the codes."""
    data = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(data, options) as book:
        book.set_properties({"title": READ_ME[0], "created": CREATED})
        first = book.add_worksheet("Read me")
        first.set_column(0, 0, 100)
        for i, line in enumerate(READ_ME):
            first.write_string(i, 0, line, book.add_format({"bold": not i}))
        sheets = {name: book.add_worksheet(name) for name in TABLES}
        ranges = _code_sheet(book)
        for name, sheet in sheets.items():
            _table_sheet(book, sheet, TABLES[name], ranges)
    return data.getvalue()


def _code_sheet(book: Workbook) -> dict[str, str]:
    """Write the lists of codes side by side; return for each list the range of its codes."""
    sheet = book.add_worksheet("Codes")
    bold = book.add_format({"bold": True})
    ranges = {}
    for i, name in enumerate(code_lists()):
        column = 3 * i
        sheet.write_string(0, column, name, bold)
        sheet.write_string(0, column + 1, "meaning", bold)
        sheet.set_column(column + 1, column + 1, 40)
        listed = codes(name)
        for row, (code, label) in enumerate(listed.items(), start=1):
            sheet.write_string(row, column, code)
            sheet.write_string(row, column + 1, label)
        letter = xlsxwriter.utility.xl_col_to_name(column, col_abs=True)
        ranges[name] = f"=Codes!{letter}$2:{letter}${len(listed) + 1}"
    sheet.freeze_panes(1, 0)
    return ranges


def _table_sheet(book: Workbook, sheet: Worksheet, table: Table, ranges: dict[str, str]) -> None:
    """Write the headings of a table, with a note on each and drop-downs below those of codes."""
    bold = book.add_format({"bold": True, "bottom": 1})
    text = book.add_format({"num_format": "@"})
    amount = book.add_format({"num_format": "#,##0.##"})
    for i, column in enumerate(table.columns):
        numeric = column.type in ("money", "number", "percent", "integer")
        sheet.set_column(i, i, max(12, len(column.name) + 2), amount if numeric else text)
        sheet.write_string(0, i, column.name, bold)
        size = {"x_scale": 2, "y_scale": 1.5, "author": "SEND Toolkit"}
        sheet.write_comment(0, i, explain(column), size)
        allowed = ranges.get(column.codes) if column.type == "code" else None
        if column.type == "flag":
            rule: dict[str, object] = {"source": ["1", "0"]}
        elif allowed:
            rule = {"source": allowed}
        else:
            continue
        about = {"validate": "list", "error_title": "Not in the list", "error_type": "stop",
                 "error_message": "Choose one of the list, or leave the cell blank."}  # fmt: skip
        sheet.data_validation(1, i, LAST_ROW, i, {**rule, **about})
    sheet.freeze_panes(1, 0)


def explain(column: Column) -> str:
    """Return what a column means and how to write it, in one short paragraph."""
    required = "Required." if column.required else "Leave blank where it is not known."
    unit = f" Unit: {column.unit}." if column.unit not in ("", "£", "%") else ""
    listed = f" List: {column.codes}." if column.codes else ""
    example = next((e for e in column.examples if e), "")
    shown = f" For example: {example}." if example else ""
    how = HOW_TO_WRITE[column.type]
    return f"{column.meaning}. {how[0].upper()}{how[1:]}.{unit}{listed}{shown} {required}"


def _dictionary_rows() -> list[list[str]]:
    """Return the dictionary: one row a column of the schedule."""
    head = ["table", "table_title", "one_row_is", "column", "required", "how_to_write", "unit",
            "list_of_codes", "least", "most", "meaning", "example"]  # fmt: skip
    rows = [
        [
            table.name, table.title, table.one_row_is, column.name,
            "yes" if column.required else "no", HOW_TO_WRITE[column.type], column.unit,
            column.codes, column.at_least, _most(column), column.meaning,
            next((e for e in column.examples if e), ""),
        ]
        for table in TABLES.values()
        for column in table.columns
    ]  # fmt: skip
    return [head, *rows]


def _most(column: Column) -> str:
    return "the day of the data" if column.at_most == "as_of" else column.at_most


def _page() -> str:
    """Return the dictionary as a page that stands by itself: no script, no request."""
    source = files("toolkit.intake").joinpath("data_dictionary.html.jinja")
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    template = environment.from_string(source.read_text(encoding="utf-8"))
    return (
        template.render(
            levels={
                title: [t for t in TABLES.values() if t.level == level]
                for level, title in LEVELS.items()
            },
            lists={name: codes(name) for name in code_lists()},
            how=HOW_TO_WRITE,
            most=_most,
            rows={name: example_rows(table) for name, table in TABLES.items()},
        )
        + "\n"
    )

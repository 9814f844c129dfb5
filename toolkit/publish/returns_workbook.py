"""The workbook of the returns: one sheet a table, values only, ready to be pasted from.

It holds small counts, because the returns ask for them. So it is kept for the analyst alone.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

import pandas as pd
import xlsxwriter

from toolkit.plan.returns import Table

OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
FIRST_WIDTH, WIDTH = 58, 12
PRIVATE = (
    "For the analyst alone. This workbook holds small counts of children, because the returns "
    "ask for them. Do not share it, and do not publish it."
)
HEAD_ROWS = 4  # title, note on sharing, block, year


def workbook(tables: Sequence[Table], area: str, fictional: bool = False) -> bytes:
    """Return a workbook with a list of its sheets, then one sheet a table.

    Args:
        tables: The tables of the returns.
        area: Name of the local area.
        fictional: Whether the area is made up; every sheet then says so.
    """
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        # The same tables give the same bytes: no time of making.
        book.set_properties({"title": f"Returns: {area}", "created": _EPOCH})
        formats = {
            "bold": book.add_format({"bold": True}),
            "note": book.add_format({"text_wrap": True, "valign": "top"}),
            "people": book.add_format({"num_format": "#,##0"}),
            "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        }
        _contents(book, tables, area, fictional, formats)
        for table in tables:
            _sheet(book, table, fictional, formats)
    return stream.getvalue()


_EPOCH = pd.Timestamp("2000-01-01").to_pydatetime()
Formats = dict[str, "xlsxwriter.format.Format"]


def _contents(
    book: xlsxwriter.Workbook,
    tables: Sequence[Table],
    area: str,
    fictional: bool,
    formats: Formats,
) -> None:
    sheet = book.add_worksheet("Contents")
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 80)
    sheet.write_string(0, 0, f"Returns: {area}", formats["bold"])
    sheet.write_string(1, 0, PRIVATE)
    if fictional:
        sheet.write_string(2, 0, "Mock data: nobody in it exists.")
    for row, table in enumerate(tables, 4):
        sheet.write_string(row, 0, table.code)
        sheet.write_string(row, 1, table.title)


def _sheet(book: xlsxwriter.Workbook, table: Table, fictional: bool, formats: Formats) -> None:
    sheet = book.add_worksheet(table.code[:31])
    sheet.set_column(0, 0, FIRST_WIDTH)
    sheet.set_column(1, len(table.frame.columns), WIDTH)
    sheet.freeze_panes(HEAD_ROWS, 1)
    mock = " Mock data: nobody in it exists." if fictional else ""
    sheet.write_string(0, 0, f"{table.code}: {table.title}", formats["bold"])
    sheet.write_string(1, 0, PRIVATE + mock)
    blocks, years = (table.frame.columns.get_level_values(level) for level in (0, 1))
    for column, (block, year) in enumerate(zip(blocks, years, strict=True), 1):
        sheet.write_string(2, column, str(block), formats["head"])
        sheet.write_number(3, column, int(year), formats["bold"])
    lines = zip(table.frame.index, table.frame.to_numpy(), strict=True)
    for row, (line, figures) in enumerate(lines, HEAD_ROWS):
        sheet.write_string(row, 0, str(line))
        for column, people in enumerate(figures, 1):
            if not pd.isna(people):
                sheet.write_number(row, column, round(float(people)), formats["people"])
    for row, note in enumerate(table.notes, HEAD_ROWS + len(table.frame) + 1):
        sheet.write_string(row, 0, note, formats["note"])

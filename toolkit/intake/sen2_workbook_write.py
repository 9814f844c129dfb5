"""A SEN2 return as a workbook: one sheet a module, as case systems export it before submission.

Parent ids stand in the sheets as tableid columns, as in COLLECT's CSV files. Where a sheet
has `requeststableid` in place of them, which is what some systems write, rows are joined by it.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from toolkit.intake.sen2_fields import HEADER, SHEETS, TABLES, Modules, fields, own_id, parent_id


def write(modules: Modules, folder: Path, version: str) -> list[Path]:
    """Write a return as one workbook, and return its path in a list."""
    year, lea = modules.header.get("Year", ""), modules.header.get("LEA", "")
    path = folder / f"SEN2_{year}_{lea}.xlsx"
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        # Without this the workbook holds the time of writing, and no two would be the same.
        made = _iso(modules.header.get("DateTime", "")) or dt.datetime(2000, 1, 1)  # noqa: DTZ001
        book.set_properties({"created": made})
        date = book.add_format({"num_format": "yyyy-mm-dd"})
        shown = [f for f in fields(HEADER) if f.held_by(version)]
        sheet = book.add_worksheet(SHEETS[HEADER])
        for at, f in enumerate(shown):
            sheet.write_string(0, at, f.column)
        for at, f in enumerate(shown):
            _write(sheet, 1, at, modules.header.get(f.element), f.type, date)
        for table in TABLES:
            _write_table(
                book.add_worksheet(SHEETS[table]), table, modules.frames[table], version, date
            )
    return [path]


def _write_table(sheet: Any, table: str, frame: pd.DataFrame, version: str, date: Any) -> None:
    """Write one table: ids as numbers, then the fields, each as its type."""
    shown = [f for f in fields(table) if f.held_by(version)]
    plan = [
        (own_id(table), own_id(table), "integer"),
        (parent_id(table), parent_id(table), "integer"),
    ]
    for f in shown:
        # The misspelling is what case systems write, and readers must cope with it.
        name = "rquestsource" if f.column == "requestsource" else f.name_in(version)[1]
        kind = "integer" if f.column in ("urn", "ukprn") else f.type
        plan.append((f.column, name, kind))
    for at, (_, name, _kind) in enumerate(plan):
        sheet.write_string(0, at, name)
    columns = [(frame[column].tolist(), kind) for column, _, kind in plan]
    for row in range(len(frame)):
        for at, (values, kind) in enumerate(columns):
            _write(sheet, row + 1, at, values[row], kind, date)


def _write(sheet: Any, row: int, at: int, value: Any, kind: str, date: Any) -> None:
    """Write one cell: flags, codes and ids in digits as numbers, dates as dates, else text."""
    if value is None or pd.isna(value) or value == "":
        return
    text = str(value)
    if kind in ("integer", "flag", "code") and text.isascii() and text.isdigit():
        sheet.write_number(row, at, int(text))
    elif kind in ("date", "datetime") and (when := _iso(text)):
        sheet.write_datetime(row, at, when, date)
    else:
        sheet.write_string(row, at, text)


def _iso(text: str) -> dt.datetime | None:
    """Return an ISO date or time that a workbook can hold, or None."""
    try:
        when = dt.datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None
    return when if when.year >= 1901 else None

"""Tables that are filled in on the screen: what stands in them now, and how they are saved.

Only set-up tables, which hold no records of people, can be filled in this way. What is saved
is the table's own CSV file in the area's inputs, read and checked like any other.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from toolkit.errors import InputError, OutputError
from toolkit.intake import schedule

Row = Mapping[str, str]


def table_to_fill(name: str) -> schedule.Table:
    """Return a set-up table of the schedule; InputError where a form must not show it."""
    table = schedule.TABLES[name]
    if table.level != "setup":
        raise InputError(
            f"'{name}' cannot be filled in on the screen.",
            remedy="Fill in its template in a spreadsheet, and put it into 'inputs'.",
        )
    return table


def rows_of(table: schedule.Table, frame: pd.DataFrame) -> list[dict[str, str]]:
    """Return a table's rows as text, dates as 2026-09-30, blanks as ""."""
    text = pd.DataFrame({name: _as_text(frame[name]) for name in table.names})
    return [{str(k): str(v) for k, v in row.items()} for row in text.to_dict("records")]


def _as_text(column: pd.Series) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(column):
        column = column.dt.strftime("%Y-%m-%d")
    text: pd.Series = column.astype("string").fillna("")
    return text


def save(inputs: Path, table: schedule.Table, rows: Sequence[Row]) -> Path:
    """Return the CSV file of a table, once it holds the rows; rows without a key are left out.

    Raises:
        OutputError: The file cannot be written, as where it is open in Excel.
    """
    path = inputs / f"{table.name}.csv"
    beside = path.with_suffix(".csv.new")
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=table.names, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(
        {name: row.get(name, "") for name in table.names}
        for row in rows
        if all(row.get(key, "").strip() for key in table.key)
    )
    try:
        beside.write_bytes(text.getvalue().encode("utf-8-sig"))
        beside.replace(path)
    except OSError as error:
        raise OutputError(
            f"it cannot be saved ({error.strerror}).",
            where=path.name,
            remedy="Close it in other programs, and press Save again.",
        ) from None
    return path

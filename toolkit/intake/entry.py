"""Tables that are filled in on the screen: what stands in them now, and how they are saved.

Set-up tables, and those that people agree round a table, can be filled in this way. Records of
people and of money come from the systems that keep them, and cannot. What is saved is the
table's own CSV file in the area's inputs, read and checked like any other.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from toolkit.errors import InputError, OutputError
from toolkit.intake import schedule

Row = Mapping[str, str]
AGREED = frozenset(
    {
        *("opportunities", "mitigations", "assumptions", "pipeline", "chain"),
        *("forecast_versions", "accounting_checks", "accounting_reviews", "sign_offs"),
    }
)  # of an area's own tables, those that people agree rather than record


def table_to_fill(name: str) -> schedule.Table:
    """Return a table that a form may show; InputError where it holds records."""
    table = schedule.TABLES[name]
    if table.level != "setup" and name not in AGREED:
        raise InputError(
            f"'{name}' cannot be filled in on the screen.",
            remedy="Fill in its template in a spreadsheet, and put it into 'inputs'.",
        )
    return table


def rows_of(table: schedule.Table, frame: pd.DataFrame) -> list[dict[str, str]]:
    """Return a table's rows as text, dates as 2026-09-30, blanks as ""."""
    text = pd.DataFrame({name: _as_text(frame[name]) for name in table.names})
    return [{str(k): str(v) for k, v in row.items()} for row in text.to_dict("records")]


def check_alone(table: schedule.Table, files: Iterable[str]) -> None:
    """Refuse a table that stands in another file too: of the two, the form's might not be read.

    Args:
        table: The table to be saved.
        files: Names of the files that it was read from.

    Raises:
        InputError: One of them is not the table's own CSV file.
    """
    for file in files:
        if file.casefold() != f"{table.name}.csv":
            raise InputError(
                f"'{table.name}' cannot be saved here, since it also stands in another file.",
                where=file,
                remedy="Change it there, or take it out of that file, open the area again and "
                "fill in the form.",
            )


def _as_text(column: pd.Series) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(column):
        column = column.dt.strftime("%Y-%m-%d")
    if pd.api.types.is_float_dtype(column):
        return pd.Series([_figure(v) for v in column], index=column.index, dtype="object")
    text: pd.Series = column.astype("string").fillna("")
    return text


def _figure(value: float) -> str:
    """Return a number as somebody would type it: 128000 and 4.5, "" where it is missing."""
    if pd.isna(value):
        return ""
    return str(int(value)) if float(value).is_integer() else str(value)


def save(inputs: Path, table: schedule.Table, rows: Sequence[Row]) -> Path:
    """Return the CSV file of a table, once it holds the rows.

    Rows without a key are left out, and so are those that a form offered and nobody filled in.

    Raises:
        OutputError: The file cannot be written, as where it is open in Excel.
    """
    path = inputs / f"{table.name}.csv"
    beside = path.with_suffix(".csv.new")
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=table.names, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(
        {name: row.get(name, "") for name in table.names} for row in rows if _is_filled(table, row)
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


def _is_filled(table: schedule.Table, row: Row) -> bool:
    """Return whether a row has its key, and anything beside it where the table asks for more."""
    if not all(row.get(key, "").strip() for key in table.key):
        return False
    others = [c for c in table.columns if c.name not in table.key]
    said = any(row.get(c.name, "").strip() not in _blank(c) for c in others)
    return said or not any(c.required for c in others)


def _blank(column: schedule.Column) -> tuple[str, ...]:
    return ("", "0") if column.type == "flag" else ("",)  # an empty box reads 0

"""The standard data schedule: the tables that the Toolkit reads, and what each column means.

It is held once, in three CSV files beside this module. Templates, the data dictionary, the
drop-downs of the workbook and the checks all come from here.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, get_args

import numpy as np
import pandas as pd

from toolkit.errors import InputError

Type = Literal[
    "id", "text", "code", "date", "month", "integer", "number", "money", "percent", "flag",
    "year", "academic_year", "financial_year",
]  # fmt: skip

TEXT = pd.StringDtype(na_value=np.nan)  # what pandas 3 calls "str"; the same on pandas 2.3
DATE = "datetime64[us]"

# Lists that stand in a reference table instead of schedule_codes.csv: (table, code, label).
REFERENCE_LISTS = {
    "activity": ("activities", "activity_id", "name"),
    "session": ("sessions", "session_id", "session"),
    "s251_line": ("s251_lines", "line", "label"),
}


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        table: The table that it belongs to.
        name: Its heading.
        type: What kind of value it holds.
        required: A row without it is not used.
        unit: What it is measured in, or "".
        codes: The list that its values are taken from, or "".
        meaning: What it says, in plain words.
        at_least: The least value that can be right, as text, or "".
        at_most: The largest; "as_of" where a date cannot lie in the future.
        also_called: Other headings by which it is known in files of others.
        examples: One made-up value for each row of the filled example.
    """

    table: str
    name: str
    type: Type
    required: bool
    unit: str
    codes: str
    meaning: str
    at_least: str = ""
    at_most: str = ""
    also_called: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table of the schedule.

    Attributes:
        name: Its name, which is also the name of its CSV file and of its sheet.
        title: Its name for a reader.
        one_row_is: What one row stands for.
        key: The columns that no two rows share.
        level: `person` where rows speak of people; `area` or `setup` where they do not.
        needed_by: Numbers of the notebooks that read it.
        comes_from: Where an LA usually holds it.
        columns: Its columns, in order.
    """

    name: str
    title: str
    one_row_is: str
    key: tuple[str, ...]
    level: Literal["person", "area", "setup"]
    needed_by: tuple[str, ...]
    comes_from: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """The names of the columns, in order."""
        return [c.name for c in self.columns]

    @property
    def required(self) -> tuple[str, ...]:
        """The columns without which a row is not used."""
        return tuple(c.name for c in self.columns if c.required)

    def column(self, name: str) -> Column:
        """Return a column; KeyError where the table has none of that name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"the table '{self.name}' has no column '{name}'")


def _rows(file: str) -> list[dict[str, str]]:
    """Return the rows of one of the CSV files; a cell that is not there is ""."""
    source = files("toolkit.intake").joinpath(file)
    with source.open(encoding="utf-8") as handle:
        return [{k: v or "" for k, v in row.items()} for row in csv.DictReader(handle)]


def _split(text: str, mark: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(mark)) if text else ()


def _column(row: Mapping[str, str]) -> Column:
    """Return a row of schedule_columns.csv as a Column; ValueError where its type is unknown."""
    if row["type"] not in get_args(Type):
        raise ValueError(f"{row['table']}.{row['column']}: '{row['type']}' is not a type.")
    return Column(
        table=row["table"],
        name=row["column"],
        type=row["type"],  # type: ignore[arg-type]
        required=row["required"] == "yes",
        unit=row["unit"],
        codes=row["codes"],
        meaning=row["meaning"],
        at_least=row.get("at_least", ""),
        at_most=row.get("at_most", ""),
        also_called=_split(row.get("also_called", ""), ";"),
        examples=_split(row.get("examples", ""), "|"),
    )


def _tables() -> Mapping[str, Table]:
    """Return the tables by name, in the order of schedule_tables.csv."""
    columns = [_column(row) for row in _rows("schedule_columns.csv")]
    made = {}
    for row in _rows("schedule_tables.csv"):
        own = tuple(c for c in columns if c.table == row["table"])
        made[row["table"]] = Table(
            name=row["table"],
            title=row["title"],
            one_row_is=row["one_row_is"],
            key=_split(row["key"], ";"),
            level=row["level"],  # type: ignore[arg-type]
            needed_by=_split(row["needed_by"], ";"),
            comes_from=row["comes_from"],
            columns=own,
        )
    return MappingProxyType(made)


TABLES: Mapping[str, Table] = _tables()


def person_tables() -> list[str]:
    """Return the names of the tables that hold a `person_id`."""
    return [name for name, table in TABLES.items() if "person_id" in table.names]


def code_lists() -> list[str]:
    """Return the names of all lists of codes that a column uses, in alphabetical order."""
    return sorted({c.codes for table in TABLES.values() for c in table.columns if c.codes})


def codes(list_name: str) -> dict[str, str]:
    """Return a list of codes: each code with its label, in order.

    Raises:
        KeyError: There is no such list.
        InputError: The list stands in a reference table that is missing or has other columns.
    """
    return dict(_codes(list_name))


@cache
def _codes(list_name: str) -> dict[str, str]:
    if list_name == "table":
        return {name: table.title for name, table in TABLES.items()}
    if list_name in REFERENCE_LISTS:
        return _reference_codes(list_name)
    own = {r["code"]: r["label"] for r in _rows("schedule_codes.csv") if r["list"] == list_name}
    if not own:
        raise KeyError(f"there is no list of codes '{list_name}'")
    return own


def _reference_codes(list_name: str) -> dict[str, str]:
    """Return a list that stands in `toolkit/reference`."""
    table, code, label = REFERENCE_LISTS[list_name]
    source = files("toolkit.reference").joinpath(f"{table}.csv")
    remedy = "Install the toolkit again: one of its own files is damaged."
    if not source.is_file():
        raise InputError("the file is missing.", where=f"{table}.csv", remedy=remedy)
    with source.open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    if not rows or not {code, label} <= set(rows[0]):
        what = f"it has no columns '{code}' and '{label}'."
        raise InputError(what, where=f"{table}.csv", remedy=remedy)
    return {row[code]: row[label] for row in rows}


def dtype(column: Column) -> object:
    """Return the pandas dtype in which a column is stored."""
    if column.type in ("id", "text", "code"):
        return TEXT
    if column.type in ("date", "month"):
        return DATE
    if column.type in ("number", "money", "percent"):
        return "float64"
    return "Int64"


def empty(table_name: str) -> pd.DataFrame:
    """Return a table without rows, its columns in order and of the stored dtypes."""
    return _empty(table_name).copy(deep=False)


@cache
def _empty(table_name: str) -> pd.DataFrame:
    columns = TABLES[table_name].columns
    return pd.DataFrame({c.name: pd.Series([], dtype=dtype(c)) for c in columns})  # type: ignore[call-overload]

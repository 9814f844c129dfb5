"""The shape of a SEN2 person-level return: its tables, its fields, and what changed when.

`toolkit/reference/sen2_fields.csv` holds the 74 fields, each with its source. All three forms
of a return (XML, COLLECT's nine CSV files, a workbook) are read into the same `Modules`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import numpy as np
import pandas as pd

from toolkit import reference
from toolkit.errors import InputError
from toolkit.intake.loaded import Problem
from toolkit.intake.schedule import TEXT

Form = Literal["xml", "csv", "workbook"]
VERSIONS = ("1.0", "1.1", "1.2", "1.3")  # of the technical specification, 2023 to 2026 returns
HEADER = "sen2"
# Table -> the table that it hangs off; parents stand before their children.
PARENTS: Mapping[str, str] = {
    "person": HEADER,
    "requests": "person",
    "assessment": "requests",
    "namedplan": "assessment",
    "plandetail": "namedplan",
    "activeplans": "requests",
    "placementdetail": "activeplans",
    "senneed": "activeplans",
}
TABLES = tuple(PARENTS)
# Names of the sheets, and of the modules as problems and accounts name them.
SHEETS: Mapping[str, str] = {
    HEADER: "Header",
    "person": "Person",
    "requests": "Requests",
    "assessment": "Assessments",
    "namedplan": "Named Plan",
    "plandetail": "Plan Detail",
    "activeplans": "Active Plan",
    "placementdetail": "Placement Detail",
    "senneed": "SEN Need",
}
ROW = "row"  # row of the file, heading = 1; line of an XML file


@dataclass(frozen=True)
class Field:
    """One field of the return.

    Attributes:
        table: COLLECT's name of its table; "sen2" for the header.
        element: Its XML element.
        column: Its column in COLLECT's CSV files: the element in lower case.
        alias: Another column name under which it is found.
        type: text, date, datetime, flag, integer or code.
        codes: For a code, the list of the schedule that it is checked against.
        since: First version that has it, "" where all have.
        until: First version that no longer has it, "" where all have.
        identity: True for what says who a person is: dropped on reading.
    """

    table: str
    element: str
    column: str
    alias: str
    type: str
    codes: str
    since: str
    until: str
    identity: bool

    def held_by(self, version: str) -> bool:
        """Return whether a version of the specification has this field."""
        return self.since <= version and (not self.until or version < self.until)

    def name_in(self, version: str) -> tuple[str, str]:
        """Return element and column as a version names them: GenderCurrent before 1.2."""
        if self.column == "sex" and version < "1.2":
            return "GenderCurrent", "gendercurrent"
        return self.element, self.column


@dataclass
class Modules:
    """A return as raw text, before anything of it is understood.

    Attributes:
        header: Element name of the header -> value, as in {"LEA": "991", "Year": "2025"}.
        frames: Table -> frame of text: `<table>tableid`, the parent's tableid,
            `<table>orderseqcolumn`, one column a field (blank = missing), and `row`.
        form: The form that it was read from.
        files: Table -> name of the file that it was read from.
        rows_read: Table -> number of rows in the file, with those set aside since.
        problems: What reading met.
    """

    header: dict[str, str]
    frames: dict[str, pd.DataFrame]
    form: Form | Literal[""] = ""
    files: dict[str, str] = field(default_factory=dict)
    rows_read: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def own_id(table: str) -> str:
    """Return the name of a table's id column, as in "persontableid"."""
    return f"{table}tableid"


def parent_id(table: str) -> str:
    """Return the name of the id column of a table's parent."""
    return own_id(PARENTS[table])


def order_column(table: str) -> str:
    """Return the name of the column that numbers a table's rows."""
    return f"{table}orderseqcolumn"


@cache
def fields(table: str) -> tuple[Field, ...]:
    """Return the fields of a table, in the order of the specification."""
    known = reference.table("sen2_fields")
    rows = known[known["table"] == table].drop(columns=["module", "parent", "meaning", "source"])
    made = [{str(k): str(v) for k, v in r.items()} for r in rows.to_dict("records")]
    return tuple(Field(**{**r, "identity": r["identity"] == "yes"}) for r in made)  # type: ignore[arg-type]


@cache
def columns(table: str) -> tuple[str, ...]:
    """Return all columns of a table's frame, in order."""
    ids = [own_id(table), *([parent_id(table)] if table != HEADER else []), order_column(table)]
    return (*ids, *(f.column for f in fields(table)), ROW)


def text_frame(table: str, rows: Iterable[Sequence[Any]], names: Sequence[str]) -> pd.DataFrame:
    """Return rows as a table's frame: every column, text without outer spaces, blank missing."""
    frame = pd.DataFrame(list(rows), columns=list(names), dtype=object)
    return tidy(table, frame)


def tidy(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with all columns of its table, in order, as text with blanks missing."""
    made = {}
    for name in columns(table):
        if name == ROW:
            continue
        if name in frame.columns:
            made[name] = _text(frame[name])
        else:
            made[name] = pd.Series(np.nan, index=frame.index, dtype=TEXT)
    numbers: Any = frame[ROW] if ROW in frame.columns else range(2, len(frame) + 2)
    made[ROW] = pd.Series(numbers, index=frame.index).astype("Int64")
    return pd.DataFrame(made).reset_index(drop=True)


def among(values: pd.Series[Any], others: Iterable[Any]) -> pd.Series[bool]:
    """Return which values are among others; on objects, since Arrow's own isin is slow."""
    return values.astype(object).isin(set(others))


def check_version(version: str) -> str:
    """Return a version that is known, or raise InputError with those that are."""
    if version not in VERSIONS:
        raise InputError(
            f"version '{version[:20]}' of the SEN2 specification is not known.",
            remedy=f"Use one of {', '.join(VERSIONS)}.",
        )
    return version


def _text(values: pd.Series[Any]) -> pd.Series[Any]:
    """Return values as text without outer white space; what is blank is missing."""
    made = values.astype(TEXT)
    if made.isna().all():  # as most columns of an old version are
        return made
    made = made.str.strip()
    return made.where(made != "")

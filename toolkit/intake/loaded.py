"""What reading a file gives: tables, problems in plain words, and an account of every row."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pandas as pd

from toolkit.intake.full_names import Names

ROWS_NAMED = 3  # of many with one and the same problem
Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Problem:
    """Something about a file that an analyst should know, and what to do about it.

    Attributes:
        code: Stable name of the rule, as in "date.impossible".
        severity: `error`: the file or the row is not used. `warning`: the row is used, but a
            value of it is left out or doubtful. `note`: nothing to mend.
        message: What is wrong, in plain English, naming the value. Private: never in a report.
        remedy: What to do about it.
        table: The table of the schedule that it concerns.
        file: Name of the file, without its folder.
        sheet: Sheet of a workbook; module of a SEN2 return.
        row: Row as a spreadsheet numbers it: the heading is row 1. For XML, the line.
        column: Heading as the file has it.
        value: The value as the file has it. Private: never in a report.
        plain: What is wrong in words that name no value, where more can be said than the general
            words of the rule: the column of ours that it concerns, the codes of a list.
        count: How many problems it stands for, where those beyond a limit are told as one.
    """

    code: str
    severity: Severity
    message: str
    remedy: str
    table: str = ""
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    plain: str = ""
    count: int = 1

    @property
    def where(self) -> str:
        """Where it is, as far as it is known: file, sheet, row (in XML: line), column."""
        return where_all([self])


def where_all(problems: Sequence[Problem]) -> str:
    """Return where problems of one file, sheet and column are, with the first of their rows."""
    first = problems[0]
    of_book = not first.file.lower().endswith((".xml", ".csv"))
    sheet = f"sheet '{first.sheet}'" if of_book and first.sheet else first.sheet
    known = [p.row for p in problems if p.row is not None]
    numbers = known if len(known) <= ROWS_NAMED + 1 else known[:ROWS_NAMED]  # never "1 more"
    more = sum(p.count for p in problems if p.row is not None) - len(numbers)
    told = [str(number) for number in numbers]
    if len(problems) > 1 and more:
        told.append(f"{more:,} more")
    rows = " and ".join(part for part in (", ".join(told[:-1]), *told[-1:]) if part)
    row = f"{row_word(first.file)}{'s' if len(told) > 1 else ''} {rows}" if rows else ""
    return ", ".join(part for part in (first.file, sheet, row, first.column) if part)


def row_word(file: str) -> str:
    """Return what a numbered row of a file is called: a line in XML."""
    return "line" if file.lower().endswith(".xml") else "row"


@dataclass(frozen=True)
class Account:
    """What became of the rows of one file: `rows_read = rows_used + rows_set_aside`, always."""

    table: str
    file: str
    sheet: str
    rows_read: int
    rows_used: int
    rows_set_aside: int

    def __post_init__(self) -> None:
        """Refuse an account that does not balance."""
        if self.rows_read != self.rows_used + self.rows_set_aside:
            raise ValueError(f"{self.file}: {self.rows_read} rows read are not accounted for.")


@dataclass(frozen=True)
class SourceFile:
    """One file that was read: enough to cite it and to tell whether it has changed.

    Attributes:
        name: Its name, without its folder.
        kind: What it was recognised as, as in "SEN2 return (XML)".
        sha256: Hash of its bytes.
        release: The release or period it speaks of, in words.
    """

    name: str
    kind: str
    sha256: str
    release: str = ""


@dataclass(frozen=True)
class Typed:
    """A text that somebody typed, and where it stands; the places are those of `Problem`."""

    text: str = field(repr=False)
    table: str = ""
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""


@dataclass
class Loaded:
    """The result of reading one or more files. Names and typed texts are never stored."""

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    sources: list[SourceFile] = field(default_factory=list)
    names: Names = field(default_factory=Names)
    typed: list[Typed] = field(default_factory=list, repr=False)


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()

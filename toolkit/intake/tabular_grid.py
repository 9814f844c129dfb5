"""Grid and RawTable: the cells of a file as text, before and after its headings are found."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pandas as pd

from toolkit.intake.loaded import Problem

ROW = "row"
INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " "})


@dataclass(frozen=True)
class Grid:
    """Cells as text.

    Attributes:
        file: Name of the file, without its folder.
        sheet: Name of the sheet, or "".
        rows: The rows, blank ones included.
        numbers: For each row, its number in a spreadsheet.
        broken: Numbers of rows whose end could not be told; they are not in `rows`.
        ragged: Whether rows can be longer or shorter than the headings: in CSV, not in a sheet.
    """

    file: str
    sheet: str
    rows: list[list[str]]
    numbers: list[int]
    broken: list[int] = field(default_factory=list)
    ragged: bool = True


@dataclass(frozen=True)
class RawTable:
    """One CSV file, or one sheet of a workbook, as text.

    Attributes:
        file: Name of the file, without its folder.
        sheet: Name of the sheet; "" for a CSV file.
        frame: One row a record, trimmed headings as columns, text with blank cells missing;
            `row` is the row as a spreadsheet numbers it, the heading being row 1. A column of
            the file that is itself headed "row" is called "row (of the file)".
        duplicates: Headings that stand above more than one column; only the first is in `frame`.
        problems: What is wrong with its structure.
        set_aside: How many records are not in `frame`, each with a problem.
    """

    file: str
    sheet: str
    frame: pd.DataFrame
    duplicates: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    set_aside: int = 0

    @property
    def rows_read(self) -> int:
        """Records in the file: those in `frame` and those set aside."""
        return len(self.frame) + self.set_aside

    @property
    def headings(self) -> list[str]:
        """The headings, in order."""
        return [str(c) for c in self.frame.columns if c != ROW]


def clean(heading: str) -> str:
    """Return a heading trimmed, without invisible characters, spaces and quotes made plain."""
    return " ".join(INVISIBLE.sub("", heading).translate(QUOTES).split())


def plain(heading: str) -> str:
    """Return a heading for comparison: letters and digits only, lower case."""
    return re.sub(r"[\W_]+", "", clean(heading).casefold())

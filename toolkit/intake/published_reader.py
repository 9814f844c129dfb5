"""What a reader of published files is, and what several of them need."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd

from toolkit.intake.loaded import Account, Loaded, Problem
from toolkit.intake.published_csv import Sheet, text_frame

# Symbols of the DfE's and ONS's files; none of them is 0.
SYMBOLS = frozenset({"", "z", "x", "c", "low", "k", "u", ":", "~", "-", ".", "..", "n/a", "na"})


@dataclass(frozen=True)
class Reader:
    """How one kind of published file is recognised and read.

    Attributes:
        kind: What it is, as a reader of a report should see it cited.
        tables: Returns the tables that a sheet gives; empty where it is not of this kind.
        read: Returns those tables.
        rank: Returns how new a sheet is among those of its kind; the highest wins where two
            hold the same.
    """

    kind: str
    tables: Callable[[Sheet], tuple[str, ...]]
    read: Callable[[Sheet], Loaded]
    rank: Callable[[Sheet], int] = lambda sheet: 0


def gives(headings: str, *tables: str) -> Callable[[Sheet], tuple[str, ...]]:
    """Return a recogniser: a sheet with all of these headings (in lower case) gives the tables."""
    needed = frozenset(headings.split("|"))

    def recognise(sheet: Sheet) -> tuple[str, ...]:
        return tables if sheet.lower >= needed else ()

    return recognise


def rows_of(sheet: Sheet) -> tuple[pd.DataFrame, list[Problem], int]:
    """Return a sheet's rows as text, the problems of reading them, and how many there were."""
    frame, problems, account = text_frame(sheet)
    return frame, problems, account.rows_read


def numbers(values: pd.Series) -> pd.Series:
    """Return text as floats: "£1,234" is 1234, "(500)" is -500, a symbol is missing."""
    plain = values.str.strip().str.lower().str.replace(r"[£,%\s]", "", regex=True)
    plain = plain.str.replace(r"^\((.*)\)$", r"-\1", regex=True)
    return pd.to_numeric(plain, errors="coerce").astype("float64")


def unread(sheet: Sheet, values: pd.Series, read: pd.Series, column: str) -> list[Problem]:
    """Return a warning where a value is neither a number nor a publisher's symbol."""
    bad = read.isna() & ~values.str.strip().str.lower().isin(SYMBOLS)
    if not bad.any():
        return []
    return [
        Problem(
            code="published.not_a_figure",
            severity="warning",
            message=f"{int(bad.sum())} values are no number. They are taken as missing.",
            remedy="Download the file again; do not edit it in a spreadsheet.",
            file=sheet.file,
            sheet=sheet.member,
            row=int(bad.to_numpy().argmax()) + 2,
            column=column,
            value=str(values[bad].iloc[0])[:60],
        )
    ]


def financial_year(values: pd.Series) -> pd.Series:
    """Return "2022-23", "2022/23" or "202223" as 202223; a wrong one as missing."""
    digits = values.str.replace(r"\D", "", regex=True)
    short = digits.where(digits.str.len() == 6, digits.str[:4] + digits.str[-2:])
    year = pd.to_numeric(short, errors="coerce")
    follows = (year // 100 + 1) % 100 == year % 100
    return year.where(follows).astype("Int64")


def without(
    sheet: Sheet, frame: pd.DataFrame, bad: pd.Series, code: str, message: str, remedy: str
) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the frame without its bad rows, and a warning that says how many and why."""
    if not bad.any():
        return frame, []
    problem = Problem(
        code=code,
        severity="warning",
        message=f"{int(bad.sum())} rows {message}. They are set aside.",
        remedy=remedy,
        file=sheet.file,
        sheet=sheet.member,
        row=int(frame.index[bad.to_numpy()][0]) + 2,
    )
    return frame[~bad.to_numpy()], [problem]


def loaded(
    sheet: Sheet,
    tables: dict[str, pd.DataFrame],
    problems: Iterable[Problem],
    read: int,
    used: int,
) -> Loaded:
    """Return tables, problems and one account, under the first table's name."""
    account = Account(next(iter(tables)), sheet.file, sheet.member, read, used, read - used)
    tidy = {name: frame.reset_index(drop=True) for name, frame in tables.items()}
    return Loaded(tables=tidy, problems=list(problems), accounts=[account])

"""From the text of a cell to a typed value, or the code of the rule that it breaks.

Every parser here works on the different texts of one column, each once, so that 50,000 rows
cost no more than the few thousand texts that they hold. A value that cannot be read for
certain is never guessed at: it is missing, and named.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.intake import values_codes, values_dates, values_numbers
from toolkit.intake.schedule import TEXT, Column, Type, dtype
from toolkit.intake.values_cells import Cells, Texts

Parser = Callable[[Texts, Column, dt.date | None], Cells]

PARSERS: dict[Type, Parser] = {
    "id": values_codes.ids,
    "text": values_codes.texts,
    "code": values_codes.codes_of,
    "flag": values_codes.flags,
    "date": values_dates.dates,
    "month": values_dates.months,
    "integer": values_numbers.integers,
    "number": values_numbers.numbers,
    "money": values_numbers.numbers,
    "percent": values_numbers.percents,
    "year": values_numbers.years,
    "academic_year": values_numbers.split_years,
    "financial_year": values_numbers.split_years,
}

FORMULA_ERROR = re.compile(
    r"#(REF!|N/A|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA|FIELD!|BUSY!)"
)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
# What people write where nothing is known. In a column of text it may be meant: a surname Null.
STANDS_FOR_BLANK = {
    "n/a", "na", "#n/a", "none", "null", "nil", "nan", "not known", "not applicable", "unknown",
    "tbc", "tba", "?", ".",
}  # fmt: skip


@dataclass(frozen=True)
class ColumnNote:
    """Something to be said once about a whole column.

    Attributes:
        code: The rule.
        position: The first row that it is about, counted from 0.
        fields: What its message names.
    """

    code: str
    position: int
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Parsed:
    """A column, read.

    Attributes:
        values: The typed values, on the index of the raw column; missing where blank or bad.
        codes: For each row, the rule that its cell breaks, or "".
        hints: For each row, what else the remedy should say, as in "Did you mean SEMH?".
        notes: What is to be said once.
    """

    values: pd.Series
    codes: npt.NDArray[np.object_]
    hints: npt.NDArray[np.object_]
    notes: tuple[ColumnNote, ...]


def parse(raw: pd.Series, column: Column, as_of: dt.date | None = None) -> Parsed:
    """Return a raw text column as typed values, with every cell that could not be read.

    Args:
        raw: Text; missing or blank cells stay missing.
        column: What the schedule says of it.
        as_of: The day after which dates lie in the future; None leaves that unchecked.
    """
    # Not pd.factorize: on pandas 2.3 it takes two texts for one that differ after a NUL.
    places: dict[str, int] = {}
    given = raw.to_numpy(dtype=object).tolist()
    inverse = np.array(
        [places.setdefault(t, len(places)) if isinstance(t, str) else -1 for t in given],
        dtype=np.int64,
    )
    stripped = [text.strip() for text in places]
    counts = np.bincount(inverse[inverse >= 0], minlength=len(stripped))
    filled = [i for i, text in enumerate(stripped) if text]
    cells = _cells([stripped[i] for i in filled], counts[filled], column, as_of)
    # One more place at the end stands for missing: that is -1.
    values: list[Any] = [None] * (len(stripped) + 1)
    codes = np.full(len(stripped) + 1, "", dtype=object)
    hints = np.full(len(stripped) + 1, "", dtype=object)
    for place, i in enumerate(filled):
        values[i], codes[i], hints[i] = (
            cells.values[place], cells.codes[place], cells.hints.get(place, ""),
        )  # fmt: skip
    notes = tuple(
        ColumnNote(note.code, int(np.argmax(inverse == filled[note.place])), note.fields)
        for note in cells.notes
    )
    typed = _typed(values, column)[inverse]
    return Parsed(pd.Series(typed, index=raw.index), codes[inverse], hints[inverse], notes)


def _cells(
    texts: list[str], counts: npt.NDArray[np.int64], column: Column, as_of: dt.date | None
) -> Cells:
    """Return the parsed texts; those that no type can hold are taken out beforehand."""
    refused = [_refused(text, column) for text in texts]
    if not any(refused):
        return PARSERS[column.type](Texts(texts, counts), column, as_of)
    kept = [i for i, code in enumerate(refused) if not code]
    inner = PARSERS[column.type](Texts([texts[i] for i in kept], counts[kept]), column, as_of)
    return inner.spread(kept, refused)


def _refused(text: str, column: Column) -> str:
    """Return the rule that a text breaks whatever the type of its column, or ""."""
    if FORMULA_ERROR.fullmatch(text):
        return "value.formula_error"
    if CONTROL.search(text):
        return "value.control"
    if column.type not in ("text", "code") and text.casefold() in STANDS_FOR_BLANK:
        return "value.stands_for_blank"
    return ""


def _typed(values: list[Any], column: Column) -> Any:
    """Return values as an array of the dtype in which the column is stored."""
    kind = dtype(column)
    if kind is TEXT:
        return pd.array(values, dtype=TEXT)
    if kind == "float64":
        return np.array([np.nan if v is None else v for v in values], dtype="float64")
    if kind == "Int64":
        return pd.array(values, dtype="Int64")
    return np.array(values, dtype="datetime64[us]")

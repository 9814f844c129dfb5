"""Numbers, amounts, shares and years, read only where they are certain."""

from __future__ import annotations

import datetime as dt
import re

from toolkit.intake.schedule import Column
from toolkit.intake.values_cells import Cells, Note, Texts

DASHES = {"-", "–", "—", "£-", "£ -", "£–"}
PLAIN = re.compile(r"\d+(?:\.\d*)?|\.\d+")
GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d*)?")
EXPONENT = re.compile(r"[-+]?\d+(?:\.\d+)?[eE][-+]?\d+")
DECIMAL_COMMA = re.compile(r"\d{1,3}(?:\.\d{3})*,\d+|\d+,\d+")
SPLIT_YEAR = re.compile(r"(\d{4}) ?([-/–—]) ?(\d{2}|\d{4})|(\d{4})(\d{2})(?:\.0+)?")
SHORT_SPLIT_YEAR = re.compile(r"'?\d{2} ?[-/–—] ?'?\d{2}")
CALENDAR_YEAR = re.compile(r"(\d{4})(?:\.0+)?")
DATE_LIKE = re.compile(r"\d{4}-\d{2}-\d{2}.*|[A-Za-z]{3}[- ]\d{2,4}|\d{1,2}/\d{1,2}/\d{2,4}")
EARLIEST, LATEST = 1990, 2099
FEWEST_FRACTIONS = 3  # fewer shares of at most 1 may well be true: 0.5% is a share too

Pair = tuple[float | None, str]


def number(text: str) -> Pair:
    """Return a text as a number, or None and the rule that it breaks.

    Reads 1200, 1,200, £1,200.50, -5, −5 and (500), the bookkeeper's minus.
    """
    if text in DASHES:
        return None, "number.dash"
    if EXPONENT.fullmatch(text):
        return None, "number.exponent"
    bare = text.replace("\u2212", "-").replace("\u00a0", " ")
    negative = bare.startswith("(") and bare.endswith(")")
    bare = bare[1:-1].strip() if negative else bare
    signed = re.fullmatch(r"([-+]?) ?£? ?([-+]?) ?([\d.,]+)", bare)
    if not signed or (signed[1] and signed[2]) or (negative and (signed[1] or signed[2])):
        return None, "number.percent" if bare.endswith("%") else "number.not_a_number"
    digits = signed[3]
    if not PLAIN.fullmatch(digits) and not GROUPED.fullmatch(digits):
        comma = DECIMAL_COMMA.fullmatch(digits)
        return None, "number.decimal_comma" if comma else "number.not_a_number"
    value = float(digits.replace(",", ""))
    minus = negative or "-" in (signed[1], signed[2])
    return (-value if minus and value else value), ""


def numbers(texts: Texts, column: Column, as_of: dt.date | None) -> Cells:
    """Return texts as floats, within the bounds of the column."""
    return _bounded([number(text) for text in texts.texts], column)


def percents(texts: Texts, column: Column, as_of: dt.date | None) -> Cells:
    """Return texts as percentages: 85 and 85% are both 85.0.

    A column that holds nothing above 1 is remarked on, since 0.85 may have been meant as 85%.
    """
    cells = _bounded([number(text.removesuffix("%").strip()) for text in texts.texts], column)
    read = [(i, v) for i, v in enumerate(cells.values) if v]
    bare = [i for i, v in read if abs(v) <= 1 and not texts.texts[i].endswith("%")]
    if len(bare) == len(read) >= FEWEST_FRACTIONS and any(0 < abs(v) < 1 for _, v in read):
        cells.notes.append(Note("percent.fraction", bare[0]))
    return cells


def integers(texts: Texts, column: Column, as_of: dt.date | None) -> Cells:
    """Return texts as whole numbers, within the bounds of the column."""
    return _bounded([_whole(*number(text)) for text in texts.texts], column)


def years(texts: Texts, column: Column, as_of: dt.date | None) -> Cells:
    """Return texts as calendar years, as in 2024."""
    return _cells([_calendar_year(text) for text in texts.texts])


def split_years(texts: Texts, column: Column, as_of: dt.date | None) -> Cells:
    """Return texts as years that begin in one calendar year and end in the next: 202324.

    2023/24 is how an academic year is written and 2023-24 a financial one. The other way is
    read too, and remarked on once, since the wrong kind of year may have been supplied.
    """
    cells = _cells([split_year(text) for text in texts.texts])
    foreign = "/" if column.type == "financial_year" else "-–—"
    odd = [
        i
        for i, text in enumerate(texts.texts)
        if not cells.codes[i] and any(mark in text for mark in foreign)
    ]
    if odd:
        count = int(texts.counts[odd].sum())
        cells.notes.append(Note(f"year.{column.type}_style", odd[0], {"count": count}))
    return cells


def split_year(text: str) -> Pair:
    """Return 2023/24, 2023-24, 2023-2024 or 202324 as 202324, or the rule that a text breaks."""
    match = SPLIT_YEAR.fullmatch(text)
    if match:
        first, second = int(match[1] or match[4]), int((match[3] or match[5])[-2:])
        century_fits = len(match[3] or "") != 4 or int(match[3]) == first + 1
        if second != (first + 1) % 100 or not century_fits:
            return None, "year.not_consecutive"
        return (first * 100 + second, "") if _plausible(first) else (None, "year.not_a_year")
    if CALENDAR_YEAR.fullmatch(text):
        return None, "year.single"
    if SHORT_SPLIT_YEAR.fullmatch(text):
        return None, "year.two_digit"
    return None, "year.became_a_date" if DATE_LIKE.fullmatch(text) else "year.not_a_year"


def _calendar_year(text: str) -> Pair:
    match = CALENDAR_YEAR.fullmatch(text)
    if match and _plausible(int(match[1])):
        return int(match[1]), ""
    return None, "year.not_calendar" if SPLIT_YEAR.fullmatch(text) else "year.not_a_year"


def _plausible(year: int) -> bool:
    return EARLIEST <= year <= LATEST


def _whole(value: float | None, code: str) -> Pair:
    if value is not None and value != int(value):
        return None, "number.not_whole"
    return value if value is None else int(value), code


def _bounded(pairs: list[Pair], column: Column) -> Cells:
    """Return the numbers, those outside the bounds of the column taken out."""
    low = float(column.at_least) if column.at_least else float("-inf")
    high = float(column.at_most) if column.at_most else float("inf")
    outside = {i for i, (v, _) in enumerate(pairs) if v is not None and not low <= v <= high}
    codes = ["number.out_of_range" if i in outside else code for i, (_, code) in enumerate(pairs)]
    values = [None if i in outside else value for i, (value, _) in enumerate(pairs)]
    return Cells(values, codes, dict.fromkeys(outside, _range(column)))


def _range(column: Column) -> str:
    if column.at_least and column.at_most:
        return f"It goes from {column.at_least} to {column.at_most}."
    bound = "least" if column.at_least else "most"
    return f"It is at {bound} {column.at_least or column.at_most}."


def _cells(pairs: list[Pair]) -> Cells:
    return Cells([value for value, _ in pairs], [code for _, code in pairs])

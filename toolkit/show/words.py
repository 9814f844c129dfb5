"""How figures are written: the only place that rounds them and gives them a unit.

Halves are rounded away from zero. Minus is U+2212, which screen readers speak; a hyphen they
pass over.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

from toolkit.aggregate import Measure, Unit

HIDDEN = "[c]"  # the mark of the Government Analysis Function for confidential
MISSING = "[x]"  # its mark for not available
NOT_APPLICABLE = "[z]"  # its mark for not applicable
LEGEND = {
    HIDDEN: "hidden, so that no child can be identified",
    MISSING: "not available",
    NOT_APPLICABLE: "not applicable",
}
MINUS = "\u2212"
MILLION, BILLION = 1_000_000, 1_000_000_000
WHOLE_POUNDS_BELOW = 100_000  # from here on pounds are rounded to the thousand in a sentence
COLUMN_IN_MILLIONS_FROM = 10_000_000
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)

UNIT_NAMES: dict[Unit, str] = {
    "people": "people",
    "£": "£",
    "£ per plan": "£ per plan",
    "%": "%",
    "pp": "percentage points",
    "per 1,000": "per 1,000",
    "number": "",
    "hours": "hours",
    "days": "days",
    "text": "",
}
DECIMALS: dict[Unit, int] = {"per 1,000": 1, "hours": 1}


def half_up(value: float, decimals: int = 0) -> Decimal:
    """Return a figure rounded to so many places, halves away from zero.

    The tenth place is rounded first: 28.5 that a sum left as 28.499999999999996 is a half.
    """
    exact = Decimal(repr(round(float(value), 10)))
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def to_five(value: float) -> float:
    """Return a count rounded to the nearest 5, as the NHS profile asks."""
    return float(half_up(value / 5) * 5)


def digits(value: float, decimals: int = 0) -> str:
    """Return a figure with thousands separated, as in "1,234" or "−0.5"; never "−0"."""
    rounded = half_up(value, decimals)
    text = f"{abs(rounded):,.{decimals}f}"
    return f"{MINUS}{text}" if rounded < 0 else text


def percent_decimals(value: float) -> int:
    """Return 1 for a percentage that prints below 10, otherwise 0."""
    small = abs(half_up(value, 1)) < 10
    return 1 if small and half_up(value, 1) != half_up(value) else 0


def places(value: float, measure: Measure) -> int:
    """Return the decimal places with which a figure of a measure is written."""
    if measure.decimals is not None:
        return measure.decimals
    if measure.unit == "%":
        return percent_decimals(value)
    if measure.unit in ("number", "days", "pp"):
        return 0 if half_up(value, 1) == half_up(value) else 1
    return DECIMALS.get(measure.unit, 0)


def pounds(value: float, decimals: int | None = None) -> str:
    """Return pounds as a sentence has them: "£12,345", "£950,000", "£1.2 million"."""
    size, sign = abs(value), MINUS if value < 0 else ""
    if decimals is not None:
        return f"{sign}£{digits(size, decimals)}"
    for step, name in ((BILLION, "billion"), (MILLION, "million")):
        if half_up(size / step, 1) >= 1:
            return f"{sign}£{_trimmed(size / step)} {name}"
    if size >= WHOLE_POUNDS_BELOW:
        return f"{sign}£{digits(float(half_up(size / 1000)) * 1000)}"
    return f"{sign if half_up(size) else ''}£{digits(size)}"


def _trimmed(value: float) -> str:
    """Return a figure with one decimal, and none where that is 0."""
    return digits(value, 1).removesuffix(".0")


def figure(value: Any, measure: Measure) -> str:
    """Return one figure with its unit, as a sentence has it."""
    if measure.unit == "text":
        return MISSING if is_missing(value) else str(value)
    if is_missing(value):
        return MISSING
    if measure.unit == "£":
        return pounds(value, measure.decimals)
    if measure.unit == "£ per plan":
        return f"{pounds(value, measure.decimals or 0)} per plan"
    return with_unit(digits(value, places(value, measure)), measure.unit)


def with_unit(text: str, unit: Unit) -> str:
    """Return digits with a unit that follows them; pounds come from `pounds`."""
    endings = {
        "%": "%",
        "pp": " percentage point" + ("" if text.lstrip(f"{MINUS}+") in ("1", "1.0") else "s"),
        "per 1,000": " per 1,000",
        "hours": " hours",
        "days": " days",
    }
    return text + endings.get(unit, "")


def is_missing(value: Any) -> bool:
    """Return whether a value is None, NaN, NA, NaT or infinite."""
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    return isinstance(value, float) and not math.isfinite(value)


@dataclass(frozen=True)
class Scale:
    """How a whole column or axis is written, so that its figures line up.

    Attributes:
        divisor: What each figure is divided by.
        decimals: Decimal places of each figure.
        unit: The unit for the heading, as in "£ million".
    """

    divisor: float
    decimals: int
    unit: str

    def text(self, value: Any) -> str:
        """Return one figure of the column, without the unit; `[x]` where it is missing."""
        if is_missing(value):
            return MISSING
        return digits(float(value) / self.divisor, self.decimals)


MILLIONS = Scale(MILLION, 1, "£ million")


def scale(values: Sequence[Any], measure: Measure) -> Scale:
    """Return how to write a column of figures of a measure."""
    known = [float(v) for v in values if not is_missing(v)]
    unit = UNIT_NAMES[measure.unit]
    largest = max((abs(v) for v in known), default=0.0)
    if measure.unit == "£" and measure.decimals is None and largest >= COLUMN_IN_MILLIONS_FROM:
        return MILLIONS
    return Scale(1, max((places(v, measure) for v in known), default=0), unit)


def in_scale(value: float, column: Scale, measure: Measure) -> str:
    """Return a figure as its column has it, with its unit: "£0.8 million" beside "£9.4 million"."""
    if measure.unit != "£":
        return figure(value, measure)
    text, unit = column.text(value), column.unit.removeprefix("£").strip()
    return (f"{MINUS}£{text.removeprefix(MINUS)}" if text.startswith(MINUS) else f"£{text}") + (
        f" {unit}" if unit else ""
    )


def year(value: Any, dimension: str = "year") -> str:
    """Return a year as its dimension has it: "2025", "2022/23", "2022-23", "January 2025"."""
    text = str(value)
    if re.fullmatch(r"\d{6}", text):
        return f"{text[:4]}{'-' if dimension.startswith('financial') else '/'}{text[4:]}"
    if re.fullmatch(r"\d{4}", text) and dimension.startswith("census"):
        return census(int(text))
    return text


def census(value: int) -> str:
    """Return a census year in words: "January 2025"."""
    return f"January {value}"


def code(value: Any, dimension: str) -> str:
    """Return a code that has no label as a reader should see it."""
    if is_missing(value) or str(value) == "":
        return "Not recorded"
    if isinstance(value, pd.Timestamp):
        return date(value)
    if "year" in dimension:
        return year(value, dimension)
    return str(value)


def date(value: pd.Timestamp) -> str:
    """Return a day in words: "16 January 2025"."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def name(column: str) -> str:
    """Return a column's name as a heading: `primary_need` is "Primary need"."""
    words = column.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def between(low: str, high: str) -> str:
    """Return a range in words: "1,200 to 1,500"; one figure where both read the same."""
    return low if low == high else f"{low} to {high}"


ENDS = {"low", "high", "lower", "upper", "lowest", "highest", "end"}  # words that tell ends apart


def range_name(low: str, high: str) -> str:
    """Return what a range is called from the headings of its ends.

    "80% range, low" and "80% range, high" are the "80% range", as are "Low end of 80%" and "High
    end of 80%"; ends that share no such words are both named.
    """
    left = [_without_ends(text) for text in (low, high)]
    if left[0] and left[0] == left[1]:
        if {"range", "limit", "limits"} & set(re.findall(r"\w+", left[0].lower())):
            return left[0]
        if re.fullmatch(r"\d+%", left[0]):
            return f"{left[0]} range"
    is_plain = high[1:2].islower()
    return f"{low} to {high[:1].lower() + high[1:] if is_plain else high}"


def _without_ends(text: str) -> str:
    kept = [w for w in text.split() if w.strip(",:;()").lower() not in ENDS]
    return " ".join(kept[1:] if kept[:1] == ["of"] else kept).rstrip(",:; ")


def listed(items: Sequence[str], last: str = "and") -> str:
    """Return words as a list: "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"

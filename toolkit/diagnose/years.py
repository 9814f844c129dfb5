"""Years: how a census, an academic year and a financial year line up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import pandas as pd

Caseload = TypeVar("Caseload", float, "pd.Series[float]")

# 1 October, the middle of a financial year, lies 71% of the way from one January census to the
# next: 16 January to 1 October is 258 of 364 days.
WEIGHT_OF_LATER_CENSUS = 0.71
ALIGNMENT = (
    "Caseload of a financial year = 29% of the January census before its middle and 71% of the "
    "one after, since 1 October lies 71% of the way between them."
)


def financial_year(start: int) -> int:
    """Return the six-digit financial year that starts in April of `start`: 2023 is 202324."""
    return start * 100 + (start + 1) % 100


def start_of(year: int) -> int:
    """Return the calendar year in which a six-digit year starts: 202324 is 2023."""
    return year // 100


def label(year: int, mark: str = "-") -> str:
    """Return a six-digit year as a reader writes it: `2023-24`, or with "/" an academic year."""
    return f"{start_of(year)}{mark}{year % 100:02d}"


def financial_years_between(census_years: Iterable[int]) -> list[int]:
    """Return the financial years that have a January census on either side of their middle.

    January 2023 and January 2024 stand around the middle of 2023-24.
    """
    years = set(census_years)
    return [financial_year(y) for y in sorted(years) if y + 1 in years]


def weigh(before: Caseload, after: Caseload) -> Caseload:
    """Return the caseload of a financial year from the censuses on either side of its middle."""
    return before * (1 - WEIGHT_OF_LATER_CENSUS) + after * WEIGHT_OF_LATER_CENSUS


def period(financial_years: pd.Series) -> str:
    """Return the first and the last of some financial years in words; "" where there is none."""
    if not len(financial_years):
        return ""
    first, last = int(financial_years.min()), int(financial_years.max())
    return label(first) if first == last else f"{label(first)} to {label(last)}"

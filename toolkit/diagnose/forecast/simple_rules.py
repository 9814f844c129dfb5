"""Simple rules: what a forecast has to beat, each in one line of arithmetic.

They read the same panel as the forecast, cut at the same January, and are computed anew in every
back-test on the rows on which the forecast is judged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from toolkit.diagnose.forecast import growth
from toolkit.diagnose.forecast.paths import Array

Rule = Callable[[Array, int], Array]


def last_growth(counts: Array, ahead: int) -> Array:
    """Return counts after the growth of the last year, again each year; flat from nothing."""
    return np.asarray(counts[:, -1] * np.exp(ahead * _own(counts, 1)))


def national_growth(counts: Array, ahead: int) -> Array:
    """Return counts after the country's growth of the last year, again each year."""
    return np.asarray(counts[:, -1] * np.exp(ahead * _country(counts, 1)))


def national_growth_of_two(counts: Array, ahead: int) -> Array:
    """Return counts after the country's yearly growth over two years, again each year."""
    return np.asarray(counts[:, -1] * np.exp(ahead * _country(counts, 2)))


def half_and_half(counts: Array, ahead: int) -> Array:
    """Return counts after half the area's and half the country's yearly growth of two years."""
    half = 0.5 * _own(counts, 2, missing=_country(counts, 2)) + 0.5 * _country(counts, 2)
    return np.asarray(counts[:, -1] * np.exp(ahead * half))


def no_change(counts: Array, ahead: int) -> Array:
    """Return the last counts."""
    return counts[:, -1] + 0.0 * ahead


RULES: Mapping[str, Rule] = {
    "last": last_growth,
    "national": national_growth,
    "national2": national_growth_of_two,
    "half": half_and_half,
    "none": no_change,
}
LABELS = {
    "last": "Last year's own growth",
    "national": "National growth of a year",
    "national2": "National growth of 2 years",
    "half": "Half own, half national, 2 years",
    "none": "No change",
}


def _own(counts: Array, years: int, missing: float = 0.0) -> Array:
    """Return each area's log growth a year over some years; `missing` from or to nothing."""
    ends = growth.log_growth(counts[:, [-1 - years, -1]])[:, 0] / years
    return np.where(np.isfinite(ends), ends, missing)


def _country(counts: Array, years: int) -> float:
    """Return the country's log growth a year over some years."""
    return float(np.nan_to_num(growth.yearly(counts[:, [-1 - years, -1]])[0])) / years

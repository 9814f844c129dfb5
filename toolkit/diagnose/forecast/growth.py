"""Growth: what past counts say of the next years' growth, in logs.

General functions on arrays of past counts or flows: one row an area, one column a year, the
newest last; a figure that is missing is NaN. The expected log growth of an area after h years is

    E(h) = h m + c(h) d,          c(h) = 1 + f + f^2 + ... (h terms, f the damping)
    d    = w own + r lead

where m is the country's growth a year, `own` how far the area's growth has been from it, and
`lead` how far its requests per plan held are from the median area's. Recent years weigh more:
0.7^age, say. So an area's departure fades, and the country's growth goes on.

Sources: damped trends, Gardner and McKenzie (1985); shrinkage of a local trend to a common one,
as in the half-and-half blend that beats both on published totals; requests as a leading
indicator: their rank correlation with the next year's growth is 0.37 to 0.58 in every January
from 2020 to 2024 (EES release 2025, 150 local authorities).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from toolkit.diagnose.forecast.paths import Array

Flags = npt.NDArray[np.bool_]


def log_growth(counts: Array) -> Array:
    """Return log growth from each year to the next, [..., years - 1]; NaN from or to nothing."""
    held = np.where(counts > 0, counts, np.nan)
    return np.diff(np.log(held), axis=-1)


def recency(years: int, decay: float) -> Array:
    """Return the weight of each year, the newest last: 1, and `decay` as much a year before."""
    return np.asarray(decay ** np.arange(years - 1, -1, -1, dtype=np.float64))


def yearly(counts: Array) -> Array:
    """Return the country's log growth each year, from the areas that have both ends of it."""
    held = np.isfinite(counts[:, :-1]) & np.isfinite(counts[:, 1:])
    before = np.where(held, counts[:, :-1], 0.0).sum(axis=0)
    after = np.where(held, counts[:, 1:], 0.0).sum(axis=0)
    usable = (before > 0) & (after > 0)
    ratio = np.where(usable, after, 1.0) / np.where(usable, before, 1.0)
    return np.where(usable, np.log(ratio), np.nan)


def typical(counts: Array, whole: Array) -> Array:
    """Return the log growth of a share each year that the middle person saw, [year - 1].

    Half of those counted at the start of a year were in areas where the share grew by less. It
    is the growth with the least absolute error over areas (least absolute deviations, whose
    solution is a weighted median: Koenker and Bassett, 1978), so the few areas that open places
    or count anew do not make it. Missing where nobody was counted, or most of them are gone.

    Args:
        counts: People, [area, year].
        whole: People that they are a share of, [area, year].
    """
    held = np.isfinite(counts) & (whole > 0)
    used = held[:, 1:] & held[:, :-1] & (counts[:, :-1] > 0)
    share = np.where(held, counts, 0.0) / np.where(held, whole, 1.0)
    ratio = np.where(used, share[:, 1:] / np.where(used, share[:, :-1], 1.0), np.inf)
    order = np.argsort(ratio, axis=0, kind="stable")
    people = np.take_along_axis(np.where(used, counts[:, :-1], 0.0), order, axis=0).cumsum(axis=0)
    middle = (people >= people[-1] / 2.0).argmax(axis=0)
    found = np.take_along_axis(np.take_along_axis(ratio, order, axis=0), middle[None], axis=0)[0]
    sound = np.isfinite(found) & (found > 0)
    return np.where(sound, np.log(np.where(sound, found, 1.0)), np.nan)


def weighted(values: Array, decay: float) -> Array:
    """Return the mean over the last axis with recency weights; 0 where nothing is held."""
    held = np.isfinite(values)
    weights = np.where(held, recency(values.shape[-1], decay), 0.0)
    summed = (weights * np.where(held, values, 0.0)).sum(axis=-1)
    total = weights.sum(axis=-1)
    return np.asarray(np.where(total > 0, summed / np.where(total > 0, total, 1.0), 0.0))


def national(counts: Array, decay: float) -> float:
    """Return the country's log growth a year, recent years weighing more."""
    return float(weighted(yearly(counts), decay))


def own(counts: Array, decay: float, limit: float, unused: Flags | None = None) -> Array:
    """Return how far each area's log growth a year has been from the country's, [area].

    Args:
        counts: People, [area, year].
        decay: Weight of a year over that of the next.
        limit: A year's departure counts no more than this: one odd census is no trend.
        unused: Growth that says nothing, as over a change of counting, [year - 1].
    """
    departure = log_growth(counts) - yearly(counts)
    if unused is not None:
        departure[:, unused] = np.nan
    return weighted(np.clip(departure, -limit, limit), decay)


def lead(requests: Array, held: Array, worth: float, limit: float) -> Array:
    """Return how far requests per plan held are from the median area's, in logs, [area].

    Args:
        requests: Requests received in the year before the census, [area]; NaN counts as usual.
        held: Plans at that census, [area].
        worth: Plans' worth of the median rate that is added to each area, so that a small
            area's few requests do not swing it.
        limit: The most that it may depart.
    """
    known = np.isfinite(requests) & (held > 0)
    if not known.any():
        return np.zeros(len(held))
    usual = float(np.median(requests[known] / held[known]))
    if usual <= 0:
        return np.zeros(len(held))
    rate = (np.where(known, requests, 0.0) + worth * usual) / (np.where(known, held, 0.0) + worth)
    return np.where(known, np.clip(np.log(rate / usual), -limit, limit), 0.0)


def damped(years: int, damping: float) -> Array:
    """Return c(h) for h = 1, 2, ...: how many years' worth of a fading growth have passed."""
    return np.cumsum(damping ** np.arange(years, dtype=np.float64))


def expected(country: float, departure: Array, years: int, damping: float) -> Array:
    """Return E(h), log growth since the last year, [area, h]."""
    ahead = np.arange(1, years + 1, dtype=np.float64)
    return country * ahead + departure[:, None] * damped(years, damping)

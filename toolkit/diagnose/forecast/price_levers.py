"""Levers on prices: planned changes of unit cost, simulated, and what all changes cost.

Needs the table `mitigations`. Levers on joining, leaving and moving act on plans and belong to
the simulation; those whose flow is `unit_cost` act here, drawn as `levers` draws all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from toolkit.diagnose import years
from toolkit.diagnose.forecast.levers import MONTHS, Lever, levers_of
from toolkit.diagnose.forecast.paths import ALL, Array, Paths
from toolkit.diagnose.forecast.unit_costs import divided

TO_APRIL = 2.5  # months from the middle of January, where a lever's year 0 begins, to 1 April
MONTH_DAYS = 30.4  # in a month, for a start within one
FULL: Mapping[str, float] = {}


def factor(
    mitigations: pd.DataFrame,
    paths: Paths,
    financial_years: Sequence[int],
    seed: int,
    strength: Mapping[str, float] = FULL,
) -> Array:
    """Return what levers make of each price: 1 where none acts.

    Args:
        mitigations: Table `mitigations`.
        paths: For the share of plans in a lever's ages.
        financial_years: The years of the forecast. In a year that ends before the forecast's
            census prices are recorded, and no lever acts.
        seed: Seed of the run.
        strength: For a lever's id, how much of it is put in place (0 to 1); 1 where unnamed.

    Returns:
        [simulation, financial year, need, provision].
    """
    shape = (paths.simulations, len(financial_years), len(paths.needs), len(paths.provisions))
    made = np.ones(shape)
    start = paths.years[0]
    acting = mitigations[mitigations["flow"].eq("unit_cost")]
    for lever in levers_of(acting, start):
        own = replace(lever, start=lever.start - TO_APRIL).scaled(strength.get(lever.id, 1.0))
        effect = own.effect(seed, 0, paths.simulations, len(paths.years))
        ahead = [years.start_of(y) - start for y in financial_years]
        change = np.stack([effect[:, k] if k >= 0 else 0 * effect[:, 0] for k in ahead], axis=1)
        scope = np.outer(_among(own.needs, paths.needs), _among(own.provisions, paths.provisions))
        made *= 1 + change[:, :, None, None] * scope * _share_of_ages(own, paths, financial_years)
    return made


def _among(named: Sequence[str], codes: Sequence[str]) -> Array:
    """Return 1 for each code that a lever names, and for all where it names none."""
    if not named or tuple(codes) == ALL:
        return np.ones(len(codes))
    return np.array([float(code in named) for code in codes])


def _share_of_ages(lever: Lever, paths: Paths, financial_years: Sequence[int]) -> Array:
    """Return the share of plans in a lever's ages: [simulation, financial year, need, provision].

    Taken at the later of the two censuses of a financial year.
    """
    if lever.ages is None or paths.ages == ALL:
        return np.ones((1, 1, 1, 1))
    inside = np.array([lever.ages[0] <= int(a) <= lever.ages[1] for a in paths.ages])
    at = [paths.years.index(max(years.start_of(y) + 1, paths.years[0])) for y in financial_years]
    counts = paths.counts[:, at]
    there = counts[:, :, inside].sum(axis=2, dtype=np.float64)
    return divided(there, counts.sum(axis=2, dtype=np.float64))


def cost_of_change(
    mitigations: pd.DataFrame, financial_years: Sequence[int], strength: Mapping[str, float] = FULL
) -> Array:
    """Return what the planned changes cost in each financial year (whole £).

    A lever's yearly cost runs from its start, whether it succeeds or not; the first year
    holds the months that are left of it.
    """
    total = np.zeros(len(financial_years))
    for name, begins, cost in zip(
        mitigations["mitigation_id"], mitigations["start"], mitigations["cost"], strict=True
    ):
        yearly = 0.0 if pd.isna(cost) else float(cost) * strength.get(str(name), 1.0)
        for at, year in enumerate(financial_years):
            total[at] += yearly * _months_within(pd.Timestamp(begins), year) / MONTHS
    return np.round(total)


def _months_within(begins: pd.Timestamp, financial_year: int) -> float:
    """Return how many months of a financial year lie after a day."""
    april = (years.start_of(financial_year) + 1) * MONTHS + 3
    months = april - (begins.year * MONTHS + begins.month - 1) - (begins.day - 1) / MONTH_DAYS
    return float(min(max(months, 0.0), MONTHS))

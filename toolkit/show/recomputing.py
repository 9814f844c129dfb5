"""How a figure follows from others of its row, found from the rows themselves.

A share of merged categories is never a mean of shares: it is made anew from the counts. Which
counts, the rows tell: a rule is taken only where every row bears it out.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.aggregate import Measure

CLOSE = 1e-9  # relative: figures of one sum that differ by less are the same
FEWEST_ROWS = 2  # that bear a rule out, besides one for each constant that was fitted
ADDS_UP = ("people", "£")
Numbers = npt.NDArray[np.float64]
Made = Callable[[Mapping[str, float]], float]
Rule = Callable[[Numbers, Numbers], Numbers]

RULES: Sequence[Rule] = (
    lambda a, b: 100 * a / b,
    lambda a, b: 1000 * a / b,
    lambda a, b: a / b,
    lambda a, b: a - b,
    lambda a, b: 100 * (a / b - 1),
)


def recipe(frame: pd.DataFrame, measure: Measure, known: Sequence[Measure]) -> Made | None:
    """Return how to make a measure of a row anew; None where no rule holds in every row.

    Args:
        frame: The rows as they were computed.
        measure: The measure.
        known: The measures that are made before it: those that add up first.
    """
    value = _numbers(frame, measure.column)
    columns = [m.column for m in known if m.unit != "text"]
    columns.sort(key=lambda c: c not in measure.rests_on)  # what it is said to rest on, first
    for a, b in itertools.permutations(columns, 2):
        for rule in RULES:
            if _holds(rule, value, _numbers(frame, a), _numbers(frame, b), 0):
                return _from_two(rule, a, b)
        if (years := _years(value, _numbers(frame, a), _numbers(frame, b))) is not None:
            return _from_two(_compound(years), a, b)
    for a in columns:
        if (factor := _factor(value, _numbers(frame, a))) is not None:
            return lambda row, a=a, factor=factor: factor * row[a]  # type: ignore[misc]
    return None


def is_mean_over(
    frame: pd.DataFrame, measure: Measure, count: str, dimension: str, others: Sequence[str]
) -> bool:
    """Return whether a figure is a mean over a count of its row: totals by a dimension tell.

    The mean times the count is then the sum, and sums add up.
    """
    rows = frame[frame[count].gt(0) & frame[measure.column].notna()]
    apart = [g for _, g in rows.groupby(list(others))] if others else [rows]
    totals = [_total_fits(g, measure.column, count, dimension) for g in apart]
    told = [fits for fits in totals if fits is not None]
    return bool(told) and all(told)


def _total_fits(rows: pd.DataFrame, column: str, count: str, dimension: str) -> bool | None:
    """Return whether parts come to the mean of their total; None where that tells nothing."""
    is_total = rows[dimension].astype(str).eq("All")
    parts, total = rows[~is_total], rows[is_total]
    if len(parts) < FEWEST_ROWS or len(total) != 1 or parts[column].nunique() < FEWEST_ROWS:
        return None
    if parts[count].sum() != total[count].iloc[0]:
        return None
    mean = (parts[column] * parts[count]).sum() / parts[count].sum()
    return bool(np.isclose(mean, total[column].iloc[0], rtol=CLOSE, atol=0))


def _from_two(rule: Rule, a: str, b: str) -> Made:
    def made(row: Mapping[str, float]) -> float:
        with np.errstate(all="ignore"):
            value = float(rule(np.array([row[a]]), np.array([row[b]]))[0])
        return value if np.isfinite(value) else float("nan")

    return made


def _holds(rule: Rule, value: Numbers, a: Numbers, b: Numbers, fitted: int) -> bool:
    """Return whether a rule gives every figure that there is, and none where there is none."""
    with np.errstate(all="ignore"):
        made = rule(a, b)
    there = np.isfinite(value)
    if len({*zip(a[there], b[there], strict=True)}) < FEWEST_ROWS + fitted:
        return False
    return bool(
        np.allclose(made[there], value[there], rtol=CLOSE, atol=CLOSE)
        and not np.isfinite(made[~there]).any()
    )


def _years(value: Numbers, a: Numbers, b: Numbers) -> float | None:
    """Return over how many years a figure is the yearly compound growth from b to a."""
    fit = np.flatnonzero(np.isfinite(value) & (value != 0) & (a > 0) & (b > 0) & (value > -100))
    if not len(fit):
        return None
    at = fit[0]
    years = float(np.log(a[at] / b[at]) / np.log1p(value[at] / 100))
    return years if years and _holds(_compound(years), value, a, b, 1) else None


def _compound(years: float) -> Rule:
    def rule(a: Numbers, b: Numbers) -> Numbers:
        made: Numbers = 100 * (np.power(a / b, 1 / years) - 1)
        return made

    return rule


def _factor(value: Numbers, a: Numbers) -> float | None:
    """Return by what a column is multiplied: the share of a whole that has no column."""
    fit = np.flatnonzero(np.isfinite(value) & (a != 0))
    if not len(fit):
        return None
    factor = float(value[fit[0]] / a[fit[0]])
    return factor if _holds(lambda x, _: factor * x, value, a, a, 1) else None


def _numbers(frame: pd.DataFrame, column: str) -> Numbers:
    found: Numbers = np.asarray(frame[column].astype("float64"), dtype=np.float64)
    return found

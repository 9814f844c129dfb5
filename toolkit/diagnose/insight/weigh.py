"""Averages over areas, with what areas weigh and how far they lie apart.

Two weights are in use, and every figure names its own: by plans (or cases), so that the figure
speaks of children; or equally, so that it speaks of areas.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd

Weights = Literal["plans", "equal"]
WEIGHTS: Mapping[str, str] = {
    "plans": "Areas weigh by the number that each figure rests on; for growth, by the plans that "
    "it started from.",
    "equal": "Every area weighs the same.",
}
BETWEEN = (
    "The 95% range comes from how far areas lie apart: a t interval around the weighed mean, "
    "with one area as one draw (Cochran, Sampling Techniques, 1977, section 6.4)."
)


def checked(weights: str) -> Weights:
    """Return the name of a way to weigh; ValueError for another."""
    if weights not in WEIGHTS:
        raise ValueError(f"weights is '{weights}'; it takes {' or '.join(WEIGHTS)}.")
    return "plans" if weights == "plans" else "equal"


def mean(
    values: pd.Series,
    size: pd.Series,
    weights: Weights,
    floor: float = -np.inf,
    ceiling: float = np.inf,
    among: int = 1,
) -> dict[str, float]:
    """Return the mean over areas and its 95% range: mean, low, high.

    Args:
        values: One figure an area.
        size: What each rests on; its weight where areas weigh by plans. An area whose size is
            missing does not enter a mean by plans.
        weights: "plans" or "equal".
        floor: Below which no figure can lie.
        ceiling: Above which none can.
        among: How many such means are read together: their ranges are widened, by Bonferroni's
            inequality, so that all of them hold together at 95%.

    Returns:
        mean, low and high; low and high are missing with fewer than 2 areas.
    """
    heavy = size if weights == "plans" else pd.Series(1.0, index=values.index)
    used = values.notna() & heavy.gt(0)
    x, w = values[used].to_numpy(float), heavy[used].to_numpy(float)
    if not len(x):
        return {"mean": float("nan"), "low": float("nan"), "high": float("nan")}
    w = w / w.sum()
    centre = float((w * x).sum())
    reach = _reach(x, w, centre, 0.05 / among)
    return {
        "mean": centre,
        "low": max(centre - reach, floor),
        "high": min(centre + reach, ceiling),
    }


def _reach(x: np.ndarray, w: np.ndarray, centre: float, outside: float) -> float:
    """Return half the width of the t interval; missing with one area."""
    from scipy import stats  # noqa: PLC0415  (0.6 s, and few notebooks need it)

    n = len(x)
    if n < 2:
        return float("nan")
    error = np.sqrt(n / (n - 1) * (w**2 * (x - centre) ** 2).sum())
    return float(stats.t.ppf(1 - outside / 2, n - 1) * error)

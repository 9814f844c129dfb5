"""Funnels: which units differ from the rest by more than chance.

A unit (a school, a locality, a month) is judged by what happened there against what would
have been expected, with exact limits of the binomial or the Poisson distribution.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd

INNER, OUTER = 0.05, 0.002  # both tails: outside the 95% and the 99.8% limits by chance alone
LIMITS: Mapping[str, float] = {
    "low95": INNER / 2,
    "high95": 1 - INNER / 2,
    "low998": OUTER / 2,
    "high998": 1 - OUTER / 2,
}
VERDICTS: Mapping[str, str] = {
    "far_above": "Above the 99.8% limit",
    "above": "Above the 95% limit",
    "within": "Within the limits",
    "below": "Below the 95% limit",
    "far_below": "Below the 99.8% limit",
}
Kind = Literal["binomial", "poisson"]


def judge(events: pd.Series, base: pd.Series, expected: pd.Series, kind: Kind) -> pd.DataFrame:
    """Return limits and verdict of each unit.

    Args:
        events: What happened (people).
        base: To how many it could have happened (people, or days).
        expected: How many would have been expected, as the rate of all x `base`.
        kind: "binomial" where each of the base is in or out; "poisson" where the base is time.
            Where the expected number was adjusted, chances differ between the members of a unit
            and scatter a little less than the binomial says: its limits are then on the wide side.

    Returns:
        The four limits of `LIMITS` as counts, and `verdict`, a code of `VERDICTS`. A limit is
        the smallest count k with P(X <= k) at least its probability, so that at most 2.5%
        (0.1%) lie beyond it on either side by chance.
    """
    from scipy import stats  # noqa: PLC0415  (0.6 s, and few notebooks need it)

    n, mean = base.to_numpy(float), expected.to_numpy(float)
    rate = np.divide(mean, n, out=np.zeros_like(mean), where=n > 0).clip(0, 1)
    law = stats.binom(np.round(n), rate) if kind == "binomial" else stats.poisson(mean)
    found = {name: np.maximum(law.ppf(q), 0.0) for name, q in LIMITS.items()}
    seen = events.to_numpy(float)
    verdict = np.select(
        [
            seen > found["high998"],
            seen > found["high95"],
            seen < found["low998"],
            seen < found["low95"],
        ],
        ["far_above", "above", "far_below", "below"],
        "within",
    )
    return pd.DataFrame({**found, "verdict": verdict}, index=events.index)


def dispersion(events: pd.Series, base: pd.Series, expected: pd.Series, kind: Kind) -> float:
    """Return how much wider units scatter than chance alone makes them; 1 is chance.

    The mean of the squared standardised differences from what was expected, the tenth at
    either end pulled in to the next (Spiegelhalter, "Funnel plots for comparing institutional
    performance", Statistics in Medicine 24, 2005). Missing with fewer than 5 units.
    """
    mean = expected.to_numpy(float)
    n = base.to_numpy(float)
    used = mean > 0
    if used.sum() < 5:
        return float("nan")
    share = (mean[used] / n[used]).clip(0, 1) if kind == "binomial" else np.zeros(int(used.sum()))
    spread = np.sqrt(mean[used] * (1 - share))
    z = (events.to_numpy(float)[used] - mean[used]) / np.where(spread > 0, spread, np.nan)
    low, high = np.nanquantile(z, [0.1, 0.9])
    return float(np.nanmean(np.clip(z, low, high) ** 2))


def pareto(events: pd.Series, share_of_units: float = 0.2) -> tuple[int, float]:
    """Return how many units make up a share of all units, and what they have of all events.

    Args:
        events: What happened in each unit.
        share_of_units: The share of units with the most events; rounded up to whole units.

    Returns:
        The number of those units, and their events.
    """
    top = int(np.ceil(share_of_units * len(events) - 1e-9))
    most = np.sort(events.to_numpy(float))[::-1][:top]
    return top, float(most.sum())


def pareto_by_chance(
    expected: pd.Series, base: pd.Series, seed: int, draws: int = 1000, share_of_units: float = 0.2
) -> tuple[float, float]:
    """Return the range of the top units' share of all events if only chance told units apart.

    Args:
        expected: How many events would have been expected in each unit.
        base: To how many it could have happened.
        seed: Makes the draws the same each time.
        draws: How many times each unit's events are drawn anew, binomially.
        share_of_units: As for `pareto`.

    Returns:
        The 2.5% and the 97.5% quantile of the share, in %; missing where nothing is expected.
    """
    n = base.to_numpy(float).round().astype(int)
    mean = expected.to_numpy(float)
    if not len(n) or mean.sum() <= 0:
        return float("nan"), float("nan")
    rate = np.divide(mean, n, out=np.zeros_like(mean), where=n > 0).clip(0, 1)
    drawn = np.random.default_rng(seed).binomial(n, rate, size=(draws, len(n)))
    top = int(np.ceil(share_of_units * len(n) - 1e-9))
    most = np.sort(drawn, axis=1)[:, ::-1][:, :top].sum(axis=1)
    share = 100 * most / np.maximum(drawn.sum(axis=1), 1)
    low, high = np.quantile(share, [0.025, 0.975])
    return float(low), float(high)

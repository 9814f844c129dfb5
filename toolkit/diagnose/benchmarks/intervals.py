"""How much chance there is in a count: an interval around a share or a rate.

A share of 17 plans moves by six points when one child moves. A difference that such an
interval covers is not called a difference.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

Z = 1.959964  # two-sided 95% of the normal distribution


def wilson(numerator: pd.Series, base: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return the ends of the 95% Wilson score interval of a share, as fractions of 1.

    Missing where the base is 0 or missing. Source: Wilson (1927), Probable inference, the law
    of succession, and statistical inference, JASA 22.
    """
    n = base.where(base > 0).astype(float)
    share = (numerator / n).clip(0.0, 1.0)
    middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return (middle - half).clip(lower=0.0), (middle + half).clip(upper=1.0)


def byar(events: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return the ends of the 95% interval of a number of events, by Byar's approximation.

    For a rate whose events are no part of its base, as new plans for each plan already held.
    Source: Breslow and Day (1987), Statistical methods in cancer research II, IARC, p. 69.
    """
    seen = events.astype(float)
    above = seen + 1
    at_least_one = seen.where(seen > 0, 1.0)
    lowest = at_least_one * (1 - 1 / (9 * at_least_one) - Z / (3 * np.sqrt(at_least_one))) ** 3
    low = lowest.where(seen > 0, 0.0).where(seen.notna())
    return low, above * (1 - 1 / (9 * above) + Z / (3 * np.sqrt(above))) ** 3


def newcombe(
    part: pd.Series, base: pd.Series, other_part: pd.Series, other_base: pd.Series
) -> tuple[pd.Series, pd.Series]:
    """Return the ends of the 95% interval of a difference of two shares, as fractions of 1.

    The difference is `part / base - other_part / other_base`. Missing where a base is 0.
    Source: Newcombe (1998), Interval estimation for the difference between independent
    proportions, Statistics in Medicine 17, method 10.
    """
    first, second = part / base.where(base > 0), other_part / other_base.where(other_base > 0)
    (low, high), (other_low, other_high) = wilson(part, base), wilson(other_part, other_base)
    gap = first - second
    below = np.sqrt((first - low) ** 2 + (other_high - second) ** 2)
    above = np.sqrt((high - first) ** 2 + (second - other_low) ** 2)
    return gap - below, gap + above


def ratio_of_ratios(
    now: pd.Series, then: pd.Series, other_now: pd.Series, other_then: pd.Series
) -> pd.DataFrame:
    """Return (now / then) / (other_now / other_then) of four Poisson counts, with its range.

    Returns:
        `ratio`, and `ratio_low` to `ratio_high` (95%, by the log-normal approximation: the
        variance of the logarithm is the sum of 1 over each count). Missing where a count is 0.
        Source: Kirkwood and Sterne (2003), Essential medical statistics, 2nd ed., ch. 23.
    """
    counts = [c.where(c > 0).astype(float) for c in (now, then, other_now, other_then)]
    ratio = (counts[0] / counts[1]) / (counts[2] / counts[3])
    factor = np.exp(Z * np.sqrt(1 / counts[0] + 1 / counts[1] + 1 / counts[2] + 1 / counts[3]))
    return pd.DataFrame({"ratio": ratio, "ratio_low": ratio / factor, "ratio_high": ratio * factor})

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

"""Outliers: figures so far from the rest that chance and ordinary spread do not explain them.

Robust throughout: the median and the median absolute deviation (MAD), which one odd area among
ten cannot move.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
# A robust z-score beyond 3.5 is an outlier: Iglewicz and Hoaglin (1993), How to detect and
# handle outliers, ASQC.
THRESHOLD = 3.5
MAD_TO_SD = 1.4826  # 1 / 0.6745, the upper quartile of the normal distribution
# In ten areas the MAD is too small on average. Croux and Rousseeuw (1992), Time-efficient
# algorithms for two highly robust estimators of scale, Computational Statistics 1.
SMALL_SAMPLE = {2: 1.196, 3: 1.495, 4: 1.363, 5: 1.206, 6: 1.200, 7: 1.140, 8: 1.129, 9: 1.107}
# Tukey's outer fence. With the z-score it flags about 1 in 80 figures of ten normal neighbours
# where nothing is odd; the z-score alone flags 1 in 40.
FENCE = 3.0
SAME_SPREAD = 0.05  # figures are printed to the tenth: with less spread they read the same
LEAST_POINTS = 1.0  # a share nearer the median than that gives nobody a question to ask
FEWEST_BASE = 30  # a share of fewer is one child's doing
FEWEST_NEIGHBOURS = 8  # with fewer, the spread of so few areas flags by chance
FEWEST_AREAS = 30  # for the test against all authorities
METHOD = (
    "Outlier: the figure, and the end of its 95% interval that lies nearer, has a robust z-score "
    "beyond 3.5 (distance from the median / 1.4826 x median absolute deviation); among "
    "neighbours it also lies more than three interquartile ranges beyond the quartiles. Not "
    f"judged with fewer than {FEWEST_NEIGHBOURS} neighbours, on a base of fewer than "
    f"{FEWEST_BASE}, where most figures read the same, or where a share lies within "
    f"{LEAST_POINTS:g} percentage point of the median."
)


def known(values: Array) -> Array:
    """Return values without those that are missing."""
    return values[~np.isnan(values)]


def median(values: Array) -> float:
    """Return the median of the values that are not missing; missing where all are."""
    held = known(values)
    return float(np.median(held)) if len(held) else float("nan")


def robust_z(value: float, others: Array) -> float:
    """Return how many robust standard deviations a value lies from the median of others.

    Missing where there are fewer than two others, or most of them read the same.
    """
    held = known(others)
    if len(held) < 2 or np.isnan(value):
        return float("nan")
    middle = median(held)
    small = SMALL_SAMPLE.get(len(held), len(held) / (len(held) - 0.8))
    spread = MAD_TO_SD * small * float(np.median(np.abs(held - middle)))
    return (value - middle) / spread if spread >= SAME_SPREAD else float("nan")


def nearer(value: float, low: float, high: float, middle: float) -> float:
    """Return the value within an interval that lies nearest a middle; the value where none is."""
    if np.isnan(low) or np.isnan(high):
        return value
    return float(min(max(middle, low), high))


def is_too_near(value: float, others: Array, unit: str) -> bool:
    """Return whether a share lies too near the median of others to be called an outlier."""
    return unit == "%" and abs(value - median(others)) < LEAST_POINTS


def is_too_few(base: float) -> bool:
    """Return whether a base is too small to call a figure an outlier; an unknown one is not."""
    return base < FEWEST_BASE


def among_neighbours(value: float, low: float, high: float, others: Array) -> bool:
    """Return whether a figure is an outlier among its neighbours, by z-score and by fence.

    Args:
        value: The area's figure.
        low: The lower end of its interval; missing where chance is not known.
        high: The upper end.
        others: The neighbours' figures; never the area's own.
    """
    held = known(others)
    if len(held) < FEWEST_NEIGHBOURS or np.isnan(value):
        return False
    near = nearer(value, low, high, median(held))
    first, third = map(float, np.quantile(held, [0.25, 0.75]))
    beyond = max(first - near, near - third) > FENCE * (third - first)
    return beyond and abs(robust_z(near, held)) > THRESHOLD


def among_all(value: float, low: float, high: float, others: Array) -> bool:
    """Return whether a figure is an outlier among all authorities, by z-score."""
    held = known(others)
    if len(held) < FEWEST_AREAS or np.isnan(value):
        return False
    near = nearer(value, low, high, median(held))
    return abs(robust_z(near, held)) > THRESHOLD

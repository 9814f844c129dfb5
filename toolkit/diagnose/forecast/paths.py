"""Paths: the futures that a forecast has simulated, and the ranges read from them.

Every figure of a forecast is computed inside each simulation first; quantiles come last. The
median of a sum is not the sum of the medians.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.signedinteger]  # of people; add up with a wider type, as `Paths.by` does
Array = npt.NDArray[np.float64]
AXES = ("age", "need", "provision")
ALL = ("All",)
QUANTILES: Mapping[str, float] = {
    "median": 0.5,
    "p2_5": 0.025,
    "p10": 0.1,
    "p90": 0.9,
    "p97_5": 0.975,
}  # the middle, the ends of the 95% range, the ends of the 80% range


@dataclass(frozen=True)
class Paths:
    """Simulated EHC plans at each January census.

    Attributes:
        counts: Plans (people): [simulation, year, age, need, provision]. Year 0 is the census
            that the forecast starts from, and is the same in every simulation.
        joined: New plans between two censuses, [simulation, year - 1, age, need, provision], by
            age and provision at the later one.
        left: Plans that ceased between two censuses, same shape, by age and provision before.
        years: The Januaries, the first being the one that the forecast starts from.
        ages: Completed years of age at the 31 August before, as text; ("All",) where not split.
        needs: Codes of primary need; ("All",) where not split.
        provisions: Codes of the provisions.
    """

    counts: Counts = field(repr=False)
    joined: Counts = field(repr=False)
    left: Counts = field(repr=False)
    years: tuple[int, ...]
    ages: tuple[str, ...]
    needs: tuple[str, ...]
    provisions: tuple[str, ...]

    def __post_init__(self) -> None:
        """Check that the arrays have the shape that the labels say."""
        cells = (len(self.ages), len(self.needs), len(self.provisions))
        flows = (self.simulations, len(self.years) - 1, *cells)
        if self.counts.shape[1:] != (len(self.years), *cells):
            raise ValueError(f"counts have the shape {self.counts.shape}, not that of the labels.")
        if self.joined.shape != flows or self.left.shape != flows:
            raise ValueError("the flows have another shape than the labels say.")

    @property
    def simulations(self) -> int:
        """How many futures there are."""
        return int(self.counts.shape[0])

    def by(self, *axes: str, of: str = "counts") -> Array:
        """Return people by simulation, year and the axes asked for, summed over the others.

        Args:
            axes: Of "age", "need", "provision", in this order; none for the total.
            of: "counts", "joined" or "left".
        """
        unknown = set(axes) - set(AXES)
        if unknown:
            raise ValueError(f"no axis {sorted(unknown)}; known: {', '.join(AXES)}.")
        gone = tuple(2 + i for i, axis in enumerate(AXES) if axis not in axes)
        summed: Array = getattr(self, of).sum(axis=gone, dtype=np.float64)
        return summed


def ranges(simulated: Array) -> dict[str, Array]:
    """Return the quantiles of `QUANTILES` over the simulations, the first axis."""
    found = np.quantile(simulated, list(QUANTILES.values()), axis=0)
    return dict(zip(QUANTILES, found, strict=True))

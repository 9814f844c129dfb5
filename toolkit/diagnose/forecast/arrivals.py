"""Arrivals: how many will join each year, at what ages, and how sure that is.

Arrivals per head of population start from their level in recent years and grow as the caseload
does: in a caseload that grows steadily, arrivals grow with it, and its growth is known far more
surely than theirs. Half of that growth is the area's own and half the national one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from toolkit.diagnose.forecast import growth, shocks
from toolkit.diagnose.forecast.paths import Array
from toolkit.diagnose.forecast.shocks import Shock
from toolkit.diagnose.forecast.transitions import DECAY

# New EHC plans of the LAs with complete series (EES release 2025), forecast from 2021: the median
# error of the log two and three years on is 0.22 and 0.24 with half own, half national growth of
# the caseload, 0.30 and 0.42 with the growth of the LA's own new plans; from 2022, two years on,
# 0.28 and 0.43. In sample: it chose this form and tuned nothing else.
OWN = 0.5
DAMPING = 0.9  # what an area's departure from the country keeps of itself each further year
# New EHC plans of 145 LAs, 2019 to 2024, same release: about each LA's own line the sd of a
# year's log is 0.18 in the median LA. Who arrives otherwise than by a new plan adds to it: stock
# less flows varies by about 0.02 of the stock (robust sd, 2022 to 2024), which is 0.12 of the
# arrivals, and sqrt(0.18^2 + 0.12^2) = 0.22.
USUAL_SHOCK = 0.22
GROWTH_SPREAD = 0.05  # sd of growth about what is expected: a choice; with it and the shocks the
# log of a fictional area's total has an sd of 0.04, 0.07 and 0.10 after 1, 2 and 3 years, where
# published totals were missed by 0.07, 0.10 and 0.11, errors of recording among them
AGE_SPREAD, AGE_WORTH = 0.01, 50.0  # 1 / size of one age's negative binomial, and its worth
RATE_WORTH = 2.0  # people that the rate of a stage is worth beside an age's own


@dataclass(frozen=True)
class Arrivals:
    """What is known of those who join.

    Attributes:
        shape: Weighted arrivals by age with the prior's, [age].
        exposure: Weighted population by age with the prior's, [age].
        seen: Arrivals by pair of censuses.
        expected: Arrivals by pair at the rates of `shape / exposure`.
        weights: Weights of the pairs.
        ago: Years from each pair to the last one.
        country: National log growth a year, which goes on; 0 where none is known.
        departure: How far the area's is expected to be from it in the first year; it fades.
        shock: Of a year, shared by all ages.
        size: Size of the negative binomial of one age, beside the shock.
        balance: Yearly gap of stock and flows over arrivals: mean and sd; 0 where there is none.
    """

    shape: Array = field(repr=False)
    exposure: Array = field(repr=False)
    seen: Array = field(repr=False)
    expected: Array = field(repr=False)
    weights: Array = field(repr=False)
    ago: Array = field(repr=False)
    country: float
    departure: float
    shock: Shock
    size: float
    balance: tuple[float, float] = (0.0, 0.0)

    def level(self, slope: Array) -> Array:
        """Return the log of arrivals over expected ones in the last year, [simulation].

        Args:
            slope: How far log growth a year departs from what is expected, [simulation].
        """
        yearly = self.country + self.departure + slope
        raised = self.seen * np.exp(yearly[:, None] * self.ago)
        return np.asarray(
            np.log((raised * self.weights).sum(axis=1) / (self.expected * self.weights).sum())
        )

    def ahead(self, years: int) -> tuple[Array, Array]:
        """Return log growth since the last year seen, and how much of a slope, by year ahead."""
        path = growth.expected(self.country, np.array([self.departure]), years, DAMPING)[0]
        return path, growth.damped(years, DAMPING)


def fit(
    joined: Array,
    population: Array,
    weights: Array,
    years: Array,
    stages: npt.NDArray[np.int64],
    grown: Array,
    national: float | None,
) -> Arrivals:
    """Return what is known of arrivals.

    Args:
        joined: Arrivals, [pair, age].
        population: People at the later census of each pair, [pair, age].
        weights: Weights of the pairs.
        years: The earlier census of each pair.
        stages: The stage of each age, for rates of ages at which few join.
        grown: Log growth of plans between the censuses of each pair.
        national: National log growth of plans a year; None where it is not known.
    """
    shape, exposure = _rates(joined, population, weights, stages)
    expected = (population * shape / exposure).sum(axis=1)
    seen = joined.sum(axis=1)
    ago = years.max() - years
    log = np.log((seen + 0.5) / (expected + 0.5))
    shock = shocks.of_line(log, -ago, weights, seen, USUAL_SHOCK)
    of_people = growth.weighted(growth.log_growth(expected), DECAY)
    own = float(growth.weighted(grown, DECAY) - of_people)
    country, departure = (0.0, own) if national is None else (national, OWN * (own - national))
    size = _size(joined, population * shape / exposure)
    return Arrivals(shape, exposure, seen, expected, weights, ago, country, departure, shock, size)


def _rates(
    joined: Array, population: Array, weights: Array, stages: npt.NDArray[np.int64]
) -> tuple[Array, Array]:
    """Return weighted arrivals and population by age, each with a little of its stage's."""
    seen, people = (np.tensordot(weights, x, axes=1) for x in (joined, population))
    of_stage = [np.bincount(stages, x, minlength=stages.max() + 1) for x in (seen, people)]
    rate = (of_stage[0] + 0.5) / np.maximum(of_stage[1], 1.0)
    return seen + RATE_WORTH, people + RATE_WORTH / rate[stages]


def _size(joined: Array, fitted: Array) -> float:
    """Return the size of an age's negative binomial, from ages' departures within each year."""
    expected = fitted * (joined.sum(axis=1) / fitted.sum(axis=1))[:, None]
    square = np.square(expected)
    worth = AGE_WORTH * square.mean()
    excess = (np.square(joined - expected) - expected).sum()
    spread = (excess + AGE_SPREAD * worth) / (square.sum() + worth)
    return float(1.0 / np.clip(spread, 0.001, 0.2))

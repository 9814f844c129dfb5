"""Shocks: how far one year departs from what the rates say, beyond chance.

Real years differ by more than the chance of who happens to join, leave or move. How much is
learned from the area's own years, with what is usual among local authorities as a prior.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from toolkit.diagnose.forecast.paths import Array

WORTH = 5.0  # years that the prior is worth: the spread of such variances over 145 LAs


@dataclass(frozen=True)
class Shock:
    """The variance of a year's log departure, one a group, known as `worth` years would know it.

    Attributes:
        variance: By group.
        worth: Degrees of freedom of its scaled inverse chi-squared.
        level_sd: Sd of the level over the years seen, in shocks of one year.
    """

    variance: Array = field(repr=False)
    worth: float
    level_sd: float

    def draw(self, source: np.random.Generator, simulations: int) -> tuple[Array, Array]:
        """Return the sd of a year and the departure of the level, each [simulation, group]."""
        shape = (simulations, len(self.variance))
        sd = np.sqrt(self.variance * self.worth / source.chisquare(self.worth, shape))
        return sd, self.level_sd * sd * source.standard_normal(shape)


def factor(level: Array, sd: Array, noise: Array) -> Array:
    """Return a year's factor, [simulation, group]; its median is that of the level.

    Past errors were even about nothing in logs, so the range is too.
    """
    return np.asarray(np.exp(level + sd * noise))


def of_line(log: Array, year: Array, weights: Array, seen: Array, usual: float) -> Shock:
    """Return the shock of a series about its own line.

    Args:
        log: Log of seen over expected, by year.
        year: The years.
        weights: Their weights.
        seen: Counts, whose chance is no shock.
        usual: Sd that is usual among LAs.
    """
    share = weights / weights.sum()
    centred = year - (share * year).sum()
    squares = (weights * np.square(centred)).sum()
    slope = (weights * centred * log).sum() / squares if squares > 0 else 0.0
    departure = log - (share * log).sum() - slope * centred
    return _shock(departure[:, None], seen[:, None], weights, 2, np.array([usual**2]))


def of_counts(seen: Array, expected: Array, weights: Array, usual: float) -> Shock:
    """Return the shock of each group about its own mean.

    Args:
        seen: Counts, [year, group].
        expected: What the rates say, same shape.
        weights: Weights of the years.
        usual: Sd that is usual; with several groups, they inform each other's as well.
    """
    log = np.log((seen + 0.5) / (expected + 0.5))
    departure = log - np.average(log, axis=0, weights=weights)
    prior = np.array([usual**2])
    if seen.shape[1] > 1:
        every = _shock(departure, seen, weights, 1, prior)
        prior = np.average(every.variance, weights=seen.sum(axis=0) + 1.0, keepdims=True)
    return _shock(departure, seen, weights, 1, prior)


def _shock(departure: Array, seen: Array, weights: Array, lost: int, prior: Array) -> Shock:
    """Return shocks from departures, the chance of small counts taken out."""
    years = len(departure)
    degrees = max(years - lost, 0)
    chance = (1.0 / np.maximum(seen, 1.0)).sum(axis=0) * degrees / years
    squares = np.maximum(np.square(departure).sum(axis=0) - chance, 0.0) * (degrees > 0)
    level_sd = float(np.sqrt(np.square(weights).sum()) / weights.sum())
    return Shock((WORTH * prior + squares) / (WORTH + degrees), WORTH + degrees, level_sd)

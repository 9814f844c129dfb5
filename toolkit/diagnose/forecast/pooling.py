"""Pooling: how far a cell's own counts are trusted before those of the cells around it.

Few people stand in one cell of age, need and provision. Each rate is therefore a Beta whose prior
is the rate of a wider group, worth as many people as the data themselves say (empirical Bayes);
each split into destinations is a Dirichlet likewise. Sources: Gelman and others, Bayesian Data
Analysis, 3rd ed., chapter 5; Minka, Estimating a Dirichlet distribution (2000).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.special import betaln, gammaln

from toolkit.diagnose.forecast.paths import Array

STRENGTHS = np.array([1.0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096])  # people, tried
LEAST = 1e-9  # numpy's Beta and gamma need a parameter above 0


@dataclass(frozen=True)
class Level:
    """One level of pooling: counts of those who did and did not, and what the prior is worth."""

    hits: Array = field(repr=False)
    misses: Array = field(repr=False)
    strength: float


@dataclass(frozen=True)
class Nested:
    """A rate by age, need and provision, pooled from the widest group to the narrowest.

    Attributes:
        prior: The rate of the widest group, broadcast over [age, need, provision].
        levels: From wide to narrow; an axis of length 1 is pooled.
    """

    prior: Array = field(repr=False)
    levels: tuple[Level, ...]

    def mean(self) -> Array:
        """Return the expected rates, [age, need, provision]."""
        rate = self.prior
        for level in self.levels:
            seen = level.hits + level.misses
            rate = (level.strength * rate + level.hits) / (level.strength + seen)
        return np.asarray(rate)

    def draw(self, source: np.random.Generator, simulations: int) -> Array:
        """Return rates drawn once a simulation, [simulation, age, need, provision].

        The rate of a wider group is drawn first and is the prior of the narrower ones: what is
        not known of the wider group is shared by all its cells, and does not average out.
        """
        rate = np.broadcast_to(self.prior, (simulations, *self.prior.shape))
        for level in self.levels:
            first = np.maximum(level.strength * rate + level.hits, LEAST)
            second = np.maximum(level.strength * (1.0 - rate) + level.misses, LEAST)
            rate = source.beta(first, second)
        return np.asarray(rate)


def nested(prior: Array, hits: Array, misses: Array, kept: Sequence[tuple[int, ...]]) -> Nested:
    """Return a rate pooled over levels, each with the strength that its counts support.

    Args:
        prior: Rate of the widest group, broadcast over [age, need, provision].
        hits: Those who did, [age, need, provision], weighted.
        misses: Those who did not.
        kept: For each level from wide to narrow, the axes that it keeps.
    """
    made = Nested(prior, ())
    for axes in kept:
        pooled = tuple(i for i in range(hits.ndim) if i not in axes)
        yes, no = (x.sum(axis=pooled, keepdims=True) for x in (hits, misses))
        level = Level(yes, no, strength(np.broadcast_to(made.mean(), yes.shape), yes, no))
        made = Nested(prior, (*made.levels, level))
    return made


def strength(mean: Array, hits: Array, misses: Array) -> float:
    """Return what the prior is worth, in people: the Beta-binomial's most likely one."""
    m = np.clip(mean, 1e-6, 1 - 1e-6)
    fits = [
        float((betaln(k * m + hits, k * (1 - m) + misses) - betaln(k * m, k * (1 - m))).sum())
        for k in STRENGTHS
    ]
    return float(STRENGTHS[int(np.argmax(fits))])


def pooled_rate(hits: Array, seen: Array, prior: float | Array, worth: float = 1.0) -> Array:
    """Return hits over seen, with a prior worth a few people so that nothing is quite 0."""
    return np.asarray((hits + worth * prior) / (seen + worth))


def split_strength(shares: Array, counts: Array) -> float:
    """Return what prior shares are worth, in people: the Dirichlet-multinomial's most likely one.

    Args:
        shares: Prior shares, adding up to 1 over the last axis.
        counts: Counts of the same shape.
    """
    seen = counts.sum(axis=-1)
    use = seen > 0
    if not use.any():
        return float(STRENGTHS[-1])
    alpha, count, total = np.maximum(shares[use], LEAST), counts[use], seen[use]
    fits = [
        float(
            (gammaln(k) - gammaln(k + total)).sum()
            + (gammaln(k * alpha + count) - gammaln(k * alpha)).sum()
        )
        for k in STRENGTHS
    ]
    return float(STRENGTHS[int(np.argmax(fits))])


def split(counts: Array, wider: Array) -> Array:
    """Return the parameters of a Dirichlet: own counts, and the shares of a wider group.

    Args:
        counts: Own counts; the last axis is split.
        wider: Counts of the wider group, broadcast over them.

    Returns:
        Same shape as `counts`; 0 where nobody of the wider group is either, so that what does
        not exist (a nursery for a young adult) is never drawn.
    """
    total = wider.sum(axis=-1, keepdims=True)
    shares = np.divide(wider, total, out=np.zeros_like(wider), where=total > 0)
    shares = np.broadcast_to(shares, counts.shape)
    return np.asarray(counts + split_strength(shares, counts) * shares)


def draw_split(source: np.random.Generator, alpha: Array, simulations: int) -> Array:
    """Return shares drawn once a simulation, [simulation, ...]; all 0 where all of alpha is."""
    drawn = np.zeros((simulations, *alpha.shape))
    some = alpha > 0  # the others are 0 whatever is drawn: most splits have few parts
    drawn[:, some] = source.standard_gamma(alpha[some], (simulations, int(some.sum())))
    total = drawn.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(drawn, total, out=np.zeros_like(drawn), where=total > 0))

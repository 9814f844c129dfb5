"""Random numbers that two runs share: counter-based streams, and counts read off a uniform.

Each flow of each year of each block of simulations has a stream of its own, and takes one
uniform a cell whether the cell holds anybody or not. A run with a mitigation therefore meets the
same chance as the run without it, and their difference is not noise. A larger chance never gives
a smaller count for the same uniform, so that a change goes one way.

Source of the method: common random numbers by inversion (Law and Kelton, Simulation Modeling and
Analysis, chapter 11); Philox (Salmon and others, 2011); SplitMix64 (Steele and others, 2014).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from enum import IntEnum

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Words = npt.NDArray[np.uint64]

EXACT_TO = 12.0  # variance; beyond it an expansion is right but in 1 to 4 cells of 1,000
MOST_STEPS = 500.0  # mean beyond which even a skewed count is drawn by the expansion
GOLDEN = np.uint64(0x9E3779B97F4A7C15)  # SplitMix64's step: 2^64 over the golden ratio
MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
TO_UNIT = 2.0**-53


class Flow(IntEnum):
    """What a stream is for. A number is never used again for something else."""

    PARAMETERS = 1
    SHOCK = 2
    LEAVE = 3
    MOVE = 4
    WHERE = 5
    JOIN = 6
    CAPACITY = 7
    LEVER = 8


def stream(seed: int, block: int, year: int, flow: Flow, name: str = "") -> np.random.Generator:
    """Return the stream of one flow of one year of one block of simulations.

    Args:
        seed: Seed of the run, 0 or more.
        block: Which block of simulations.
        year: Years after the census that the forecast starts from.
        flow: What the numbers are for.
        name: Parts streams of the same flow, as the name of a lever does.
    """
    if seed < 0:
        raise ValueError(f"a seed of {seed} cannot be used. Use a whole number from 0.")
    key = np.array([seed, (int(flow) << 32) | zlib.crc32(name.encode())], dtype=np.uint64)
    # Philox counts up in the first word: block and year stand where it never comes to.
    counter = np.array([0, 0, block, year], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(counter=counter, key=key))


def words(source: np.random.Generator, shape: tuple[int, ...]) -> Words:
    """Return one random word a cell, from which `nth_uniform` makes as many numbers as needed."""
    return np.frombuffer(source.bytes(8 * int(np.prod(shape))), dtype="<u8").reshape(shape)


def nth_uniform(word: Words, n: int) -> Array:
    """Return the n-th uniform number of each word's own sequence (SplitMix64), in [0, 1)."""
    mixed = word + np.uint64((int(GOLDEN) * (n + 1)) % 2**64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * MIX[0]
    mixed = (mixed ^ (mixed >> np.uint64(27))) * MIX[1]
    mixed ^= mixed >> np.uint64(31)
    return np.asarray((mixed >> np.uint64(11)) * TO_UNIT)


def binomial(uniform: Array, number: Ints, chance: Array) -> Ints:
    """Return binomial counts by inversion: the fewest whose distribution reaches the uniform.

    Args:
        uniform: In [0, 1), one a cell.
        number: People in the cell, same shape.
        chance: Chance of each, 0 to 1, same shape.

    Returns:
        The exact quantile where the variance is up to `EXACT_TO`, otherwise that of an expansion
        which is at most one out, in about 1 cell of 1,000 (see the tests).
    """
    drawn = np.zeros(uniform.shape, dtype=np.int32)
    flat = drawn.reshape(-1)
    # At most the mean's share of cells is above 0 (Markov): most need no more than this line.
    here = np.flatnonzero(uniform >= 1.0 - number * chance)
    here = here[(number.reshape(-1)[here] > 0) & (chance.reshape(-1)[here] > 0)]
    n = number.reshape(-1)[here].astype(np.float64)
    p = np.minimum(chance.reshape(-1)[here], 1.0)
    u = uniform.reshape(-1)[here]
    turned = p > 0.5  # those who stay are counted, so that the recursion starts above 0
    q = np.where(turned, 1.0 - p, p)
    count = _binomial(np.where(turned, 1.0 - u, u), n, q)
    flat[here] = np.where(turned, n - count, count)
    return drawn


def _binomial(u: Array, n: Array, p: Array) -> Array:
    """Return quantiles for chances up to a half."""
    odds = p / (1.0 - p)
    variance = n * p * (1.0 - p)

    def exact(at: npt.NDArray[np.intp]) -> Array:
        first = np.exp(n[at] * np.log1p(-p[at]))
        return _recursion(u[at], first, -odds[at], (n[at] + 1.0) * odds[at], n[at])

    def beyond(at: npt.NDArray[np.intp]) -> Array:
        v = variance[at]
        skew = (1.0 - 2.0 * p[at]) * v
        fourth = v * (1.0 - 6.0 * p[at] * (1.0 - p[at]))
        return np.clip(_expansion(u[at], n[at] * p[at], v, skew, fourth), 0.0, n[at])

    return _by_size(variance > EXACT_TO, exact, beyond)


def negative_binomial(uniform: Array, mean: Array, size: Array) -> Ints:
    """Return negative binomial counts by inversion.

    Cells with the same mean / size add up to a negative binomial whose size is the sum of
    theirs, and are Dirichlet-multinomial given that sum: independent cells are an exact way to
    draw a total and to share it out.

    Args:
        uniform: In [0, 1), one a cell.
        mean: Expected count, same shape; 0 gives 0.
        size: Size, above 0 where the mean is: the variance is mean + mean^2 / size.
    """
    drawn = np.zeros(uniform.shape, dtype=np.int32)
    here = np.flatnonzero((uniform >= 1.0 - mean) & (mean > 0))  # the others are 0 (Markov)
    u, m, r = (x.reshape(-1)[here] for x in (uniform, mean, size))
    spread = m / r  # variance over mean, less 1
    share = spread / (1.0 + spread)
    variance = m * (1.0 + spread)

    def exact(at: npt.NDArray[np.intp]) -> Array:
        first = np.exp(-r[at] * np.log1p(spread[at]))
        most = np.full(len(at), np.inf)
        return _recursion(u[at], first, share[at], (r[at] - 1.0) * share[at], most)

    def beyond(at: npt.NDArray[np.intp]) -> Array:
        v, s = variance[at], spread[at]
        skew = v * (1.0 + 2.0 * s)
        fourth = v * (1.0 + 6.0 * s * (1.0 + s))
        return np.maximum(_expansion(u[at], m[at], v, skew, fourth), 0.0)

    # A skewed count is drawn exactly however large, unless that would take too many steps.
    even = EXACT_TO * np.square(1.0 + 2.0 * spread) < variance
    large = (variance > EXACT_TO) & (even | (m > MOST_STEPS))
    drawn.reshape(-1)[here] = _by_size(large, exact, beyond)
    return drawn


def _by_size(
    large: npt.NDArray[np.bool_],
    exact: Callable[[npt.NDArray[np.intp]], Array],
    beyond: Callable[[npt.NDArray[np.intp]], Array],
) -> Array:
    """Return the counts of small cells by the one way and those of large cells by the other."""
    if not large.any():
        return exact(np.arange(len(large)))
    count = np.empty(len(large))
    for part, way in ((np.flatnonzero(~large), exact), (np.flatnonzero(large), beyond)):
        count[part] = way(part)
    return count


def _recursion(u: Array, first: Array, a: Array, b: Array, most: Array) -> Array:
    """Return the fewest k whose distribution function exceeds u.

    The probabilities follow p(k) = p(k - 1) (a + b / k), as those of the binomial, the Poisson
    and the negative binomial do (Panjer's class).
    """
    count = np.zeros(len(u))
    going = np.flatnonzero((u >= first) & (most > 0))
    u, term, a, b, most = u[going], first[going], a[going], b[going], most[going]
    reached = term.copy()
    k = 0
    while len(going):
        k += 1
        term = term * (a + b / k)
        reached = reached + term
        count[going] = k
        # A term too small to move the sum ends it: a uniform next to 1 would never be reached.
        on = (u >= reached) & (k < most) & (term > reached * 1e-17)
        going, u, term, reached = going[on], u[on], term[on], reached[on]
        a, b, most = a[on], b[on], most[on]
    return count


def _expansion(u: Array, mean: Array, variance: Array, skew: Array, fourth: Array) -> Array:
    """Return quantiles of a large count from its first four cumulants (Cornish and Fisher).

    A count is a smooth quantity rounded; rounding adds a twelfth to the variance and takes 1/120
    from the fourth cumulant (Sheppard's corrections), so that much is taken off and put back.
    """
    v = variance - 1.0 / 12.0
    sd = np.sqrt(v)
    g1, g2 = skew / (v * sd), (fourth + 1.0 / 120.0) / (v * v)
    z = ndtri(np.clip(u, TO_UNIT / 2, 1.0 - TO_UNIT))
    square = z * z
    bent = z + g1 * (square - 1.0) / 6.0
    bent += g2 * z * (square - 3.0) / 24.0 - g1 * g1 * z * (2.0 * square - 5.0) / 36.0
    return np.asarray(np.ceil(mean + sd * bent - 0.5))

"""Published mode: plans by provision of any local authority, from published figures alone.

For an area with N plans at the origin, in simulation s and h years later, in logs:

    T(h) = log N + E(h) + c(h) level u + sum of step e_k          (the area)
           + h country v + sum of country_step n_k                (the country, shared by all)

E(h) and c(h) are those of `growth`; u, v and n_k are standard normal and e_k is Student's t, one
a year; u and v are drawn once a simulation. step^2 = step_sd^2 + step_count / N.

A provision with X plans first goes its own way, with the country's growth G(h) within T(h):

    M(h) = (X + seedling) exp(G(h) + h drift + c(h) moving - (1 - (1 - reversion)^h) relative)

where `drift` is the country's past change of its share, `moving` how far the area's own change
has been from the country's, and `relative` how far its share here is from the country's: each year
closes a part, `reversion`, of what is left of that gap. The country's change is that of its sum,
but the drift of a provision that is `typical` is that of the area in the middle, with half of the
plans on either side: the sum swings with the few areas that open units or count anew, and says
little of the others. What the sum would have given it beyond that stays in mainstream. M is
brought to the area's total: M exp(pull theta), with the one theta at which provisions add up to T.
Those with a small pull (places are few) keep to their own way; mainstream takes up the slack. Then

    W(h) = (sqrt(M) (1 + a/2) + b/2)^2 / (1 + var(a)/4)

with shocks that are even on the scale of square roots, on which a count's variance is the same
whatever its size: `a` grows with the plans (an area's own, the country's, and that of the change
of collection in 2023), `b` does not (scale `count` a year). So a few plans may double or vanish,
and thousands may not. An area's own shocks have the tails of their provision: most units stay as
they are, and a few are counted anew. A square has a mean above that of its root: it is divided by
what `a` adds, or provisions that swing would gain plans on average, and mainstream lose them. What
`b` adds, a few plans, is left: dividing by it too put the medians of small provisions further out.
W is brought to T again, and now the shakiest give way: each in proportion to its variance per
plan, as in the reconciliation of forecasts by generalised least squares (Wickramasuriya and
others, 2019). Rounding keeps the sum: every simulation adds up.

Every future has its mirror image among the simulations, with all shocks the other way.

Nothing after the origin is read: `known_at` takes a panel that ends there, or raises.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from toolkit.diagnose.forecast import draws, growth
from toolkit.diagnose.forecast.history import BROKEN, Flags, Panel
from toolkit.diagnose.forecast.horizon import LONGEST, check_horizon
from toolkit.diagnose.forecast.paths import ALL, Array, Counts, Paths
from toolkit.diagnose.forecast.published_known import Known, known_at, whole_numbers
from toolkit.diagnose.forecast.published_parameters import Tuned

BLOCK = 100  # simulations; part of what a seed means, so never a setting
HALF = BLOCK // 2
COUNTRY = "country"  # the stream that all areas share
STRIDE = 3.0  # the longest step to theta
NEWTON = 6  # steps to theta: the sum is convex in it, and six bring it within rounding
LEAST = 0.01  # square root of the fewest plans that a provision can have before rounding
LEAST_PULL = 0.02  # even the steadiest gives way where nothing else is left
EXTRA = LONGEST  # the place of the shock of a year that was not recorded


@dataclass(frozen=True)
class Supposed:
    """What somebody supposes of the years ahead.

    Attributes:
        growth: Times the expected growth.
        shock: Added to the country's log growth of each year.
    """

    growth: float = 1.0
    shock: float = 0.0


AS_EXPECTED = Supposed()


def forecast(
    panel: Panel,
    codes: Sequence[str],
    origin: int,
    years: int,
    simulations: int,
    seed: int,
    tuned: Tuned,
) -> dict[str, Paths]:
    """Return the simulated futures of local authorities, by code.

    Args:
        panel: What is held; nothing after the origin.
        codes: Local authorities with a total at the origin.
        origin: January that the forecast starts from.
        years: How many years ahead, 1 to 5.
        simulations: How many futures.
        seed: The same seed gives the same figures, whichever other areas are asked for, and in
            the first years however many years are.
        tuned: Parameters.

    Returns:
        Ages and needs are not split. `joined` and `left` hold the net change of each provision:
        published new and ceased plans do not add up to the change of the stock, so the two are
        not told apart here.

    Raises:
        FutureReadable: The panel holds a January after the origin.
        KeyError: No caseload is published for a code.
    """
    known = known_at(panel, codes, origin, tuned)
    counts = simulate(known, tuned, years, simulations, seed)
    return {code: paths(counts[i], origin, panel.provisions) for i, code in enumerate(codes)}


def paths(counts: Counts, origin: int, provisions: Sequence[str]) -> Paths:
    """Return the futures of one area from its counts, [simulation, year, provision]."""
    split = counts[:, :, None, None, :]
    change = np.diff(split, axis=1)
    years = tuple(range(origin, origin + counts.shape[1]))
    joined, left = np.maximum(change, 0), np.maximum(-change, 0)
    return Paths(split, joined, left, years, ALL, ALL, tuple(provisions))


def simulate(
    known: Known,
    tuned: Tuned,
    years: int,
    simulations: int,
    seed: int,
    supposed: Supposed = AS_EXPECTED,
) -> Counts:
    """Return plans, [area, simulation, year, provision]; year 0 is the origin.

    Args:
        known: What is known at the origin.
        tuned: Parameters.
        years: How many years ahead, 1 to 5.
        simulations: How many futures.
        seed: Seed of the run.
        supposed: What somebody supposes; the random numbers stay the same.
    """
    check_horizon(years)
    shape = (len(known.codes), simulations, years + 1, known.plans.shape[1])
    counts = np.empty(shape, dtype=np.int32)
    counts[:, :, 0] = known.plans[:, None]
    for at in range(0, simulations, BLOCK):
        size = min(BLOCK, simulations - at)
        chance = chance_of(known, tuned, seed, at // BLOCK)
        made = block(known, tuned, years, chance, supposed)
        counts[:, at : at + size, 1:] = made[:, :size]
    return counts


def block(
    known: Known, tuned: Tuned, years: int, chance: Chance, supposed: Supposed = AS_EXPECTED
) -> Counts:
    """Return a block of simulations, [area, simulation, year, provision], from its chance."""
    country, total = _totals(known, tuned, years, chance, supposed)
    middle = _middle(known, tuned, years)
    agreed = _together(middle[:, None] + country[..., None], total, tuned.pull)
    shaken, pull = _shaken(agreed, np.exp(middle), known, tuned, chance)
    plans = np.exp(_together(shaken, total, pull[:, None]))
    return whole_numbers(plans, total).astype(np.int32)


@dataclass(frozen=True)
class Chance:
    """The random numbers of a block of simulations; every one is standard normal or t.

    Whole blocks are drawn, and `LONGEST` years, so that a shorter run is part of a longer one.
    """

    level: Array = field(repr=False)  # [area, simulation], of an area's departure
    levels: Array = field(repr=False)  # [area, simulation, provision]
    broken: Array = field(repr=False)  # [area, simulation, provision], of the change in 2023
    steps: Array = field(repr=False)  # [area, simulation, year], of an area's total
    shares: Array = field(repr=False)  # [area, simulation, year, provision], growing with plans
    counts: Array = field(repr=False)  # [area, simulation, year, provision], of counts
    country: Array = field(repr=False)  # [simulation, 1 + year]: of growth, then of each year
    mix: Array = field(repr=False)  # [simulation, year, provision], of the country's mix
    country_broken: Array = field(repr=False)  # [simulation, provision]


def chance_of(known: Known, tuned: Tuned, seed: int, block: int) -> Chance:
    """Return the random numbers of one block: of each area by its code, and the country's."""
    parts = known.plans.shape[1]
    shared = draws.stream(seed, block, 0, draws.Flow.SHOCK, COUNTRY)
    country = _mirrored(shared.standard_normal((HALF, 1 + LONGEST)))
    mix = _mirrored(shared.standard_normal((HALF, LONGEST, parts)))
    country_broken = _mirrored(shared.standard_normal((HALF, parts)))
    tails = np.concatenate([[tuned.tails], tuned.mix_tails, tuned.mix_tails])
    once, steps = [], []
    for code in known.codes:
        source = draws.stream(seed, block, 0, draws.Flow.PARAMETERS, code)
        once.append(_mirrored(source.standard_normal((HALF, 1 + 2 * parts))))
        shocks = source.standard_t(tails, (HALF, LONGEST + 1, 1 + 2 * parts))
        steps.append(_mirrored(shocks))
    held, walked = np.stack(once), np.stack(steps)
    return Chance(
        level=held[..., 0],
        levels=held[..., 1 : 1 + parts],
        broken=held[..., 1 + parts :],
        steps=walked[..., 0],
        shares=walked[..., 1 : 1 + parts],
        counts=walked[..., 1 + parts :],
        country=country,
        mix=mix,
        country_broken=country_broken,
    )


def _mirrored(drawn: Array) -> Array:
    """Return each future with its mirror image after it, [2 x simulation, ...].

    Antithetic draws (Hammersley and Morton, 1956). The country's shocks are those of all areas:
    unpaired, they would put every median off to the same side, by the luck of the seed.
    """
    return np.stack([drawn, -drawn], axis=1).reshape((-1, *drawn.shape[1:]))


def _totals(
    known: Known, tuned: Tuned, years: int, chance: Chance, supposed: Supposed
) -> tuple[Array, Array]:
    """Return the country's log growth [1, simulation, year] and plans [area, simulation, year]."""
    ahead = np.arange(1, years + 1)
    expected = known.country * supposed.growth + supposed.shock
    country = (
        ahead * (expected + tuned.country_sd * chance.country[:, :1])
        + tuned.country_step_sd * np.cumsum(chance.country[:, 1 : 1 + years], axis=1)
    )[None]
    departure = known.departure[:, None] * supposed.growth + tuned.level_sd * chance.level
    step = np.sqrt(tuned.step_sd**2 + tuned.step_count / np.maximum(known.total, 1.0))
    shocks = _walk(chance.steps, years, known.unrecorded)
    log = country + departure[..., None] * growth.damped(years, tuned.damping)
    log = log + step[:, None, None] * shocks
    return country, np.round(np.maximum(known.total, 1.0)[:, None, None] * np.exp(log))


def _walk(shocks: Array, years: int, unrecorded: Flags) -> Array:
    """Return shocks added up over the years, [area, simulation, year, ...].

    A start that was not recorded is itself a forecast from the January before, so it brings
    the shock of one more year.
    """
    extra = np.where(unrecorded.reshape((-1,) + (1,) * (shocks.ndim - 1)), shocks[:, :, EXTRA:], 0)
    return np.asarray(np.cumsum(shocks[:, :, :years], axis=2) + extra)


def _middle(known: Known, tuned: Tuned, years: int) -> Array:
    """Return log M(h) less G(h), the way of each provision, [area, year, provision]."""
    ahead = np.arange(1, years + 1, dtype=np.float64)[:, None]
    faded = growth.damped(years, tuned.damping)[:, None]
    start = np.log(known.plans + tuned.seedling)[:, None]
    closed = 1.0 - (1.0 - tuned.reversion) ** ahead
    own = faded * known.moving[:, None] - closed * known.relative[:, None]
    return np.asarray(start + ahead * known.drift + own)


def _together(log: Array, total: Array, pull: Array) -> Array:
    """Return log plans moved by pull x theta, with the theta at which they add up to the total.

    Args:
        log: Log plans, [..., provision].
        total: Whole plans, [...].
        pull: How far each gives way, 0 or more and not all 0, [..., provision].
    """
    target = np.log(np.maximum(total, LEAST))
    theta = np.zeros_like(total)
    for _ in range(NEWTON):
        plans = np.exp(log + pull * theta[..., None])
        summed = plans.sum(axis=-1)
        step = (np.log(summed) - target) * summed / (plans * pull).sum(axis=-1)
        theta -= np.clip(step, -STRIDE, STRIDE)  # a stiff mix would be overshot
    moved = log + pull * theta[..., None]
    short = target - np.log(np.exp(moved).sum(axis=-1))
    return np.asarray(moved + short[..., None])


def _shaken(
    log: Array, usual: Array, known: Known, tuned: Tuned, chance: Chance
) -> tuple[Array, Array]:
    """Return log plans after their shocks, and how far each then gives way.

    Args:
        log: Log plans, [area, simulation, year, provision].
        usual: About how many plans, [area, year, provision].
        known: What is known at the origin.
        tuned: Parameters.
        chance: The random numbers.
    """
    years = log.shape[2]
    ahead = np.arange(1, years + 1, dtype=np.float64)[:, None]
    faded = growth.damped(years, tuned.damping)[:, None]
    within: Flags = np.asarray((known.origin < BROKEN) & (known.origin + ahead >= BROKEN))
    own = np.sqrt(1.0 - tuned.persistence) * _walk(chance.shares, years, known.mix_unrecorded)
    own += np.sqrt(tuned.persistence) * faded * chance.levels[:, :, None]
    shared = tuned.country_spread * np.cumsum(chance.mix[:, :years], axis=1)
    broken = tuned.break_spread * chance.broken + tuned.country_break * chance.country_broken
    grows = tuned.spread * own + shared + within * broken[:, :, None]
    counted = np.sqrt(tuned.count) * _walk(chance.counts, years, known.mix_unrecorded)
    root = np.exp(log / 2.0) * (1.0 + grows / 2.0) + counted / 2.0
    variance = _variance(tuned, ahead, faded, within)
    weights = usual * variance + ahead * _of_tails(tuned) * tuned.count
    pull = np.maximum(weights / weights.max(axis=-1, keepdims=True), LEAST_PULL)
    return 2.0 * np.log(np.maximum(root, LEAST)) - np.log1p(variance / 4.0), pull


def _variance(tuned: Tuned, ahead: Array, faded: Array, within: Flags) -> Array:
    """Return the variance of the shocks that grow with the plans, [year, provision]."""
    own = _of_tails(tuned) * (1.0 - tuned.persistence) * ahead + tuned.persistence * faded**2
    broken = within * (tuned.break_spread**2 + tuned.country_break**2)
    return np.asarray(tuned.spread**2 * own + tuned.country_spread**2 * ahead + broken)


def _of_tails(tuned: Tuned) -> Array:
    """Return the variance of a shock of Student's t over its squared scale, [provision]."""
    return tuned.mix_tails / (tuned.mix_tails - 2.0)

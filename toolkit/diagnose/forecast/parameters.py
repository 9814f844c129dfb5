"""Parameters: what is known of every flow, and values of it drawn once a simulation.

A value is drawn for a whole future, not for a year: what is not known of a rate stays unknown,
and does not average out over the years. That is what makes a range honest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from toolkit.diagnose.forecast import arrivals, shocks
from toolkit.diagnose.forecast.arrivals import Arrivals
from toolkit.diagnose.forecast.paths import Array
from toolkit.diagnose.forecast.pooling import Nested, draw_split, nested, pooled_rate, split
from toolkit.diagnose.forecast.shocks import Shock
from toolkit.diagnose.forecast.transitions import Axes, Transitions

# Sd of a year's log of the share of plans that cease, over 152 LAs in 2022 to 2024 (EES release
# 2025): 0.26 in the median LA, of which 0.07 is chance and some is the change of recording.
USUAL_LEAVE = 0.20
# Sd of a year's log of what a provision takes in or gives up, beyond what all do: a choice. The
# published errors by provision would imply 0.6, of which much is the recording of placements.
USUAL_PULL = 0.30
GAPS_WORTH = 3.0  # years of no gap that are set against the gaps seen
BY_AGE, BY_PLACE, BY_CELL = (0,), (0, 2), (0, 1, 2)


@dataclass(frozen=True)
class Priors:
    """What is known from outside the area. What is None is pooled from the area's own stages.

    Attributes:
        leave: National chance by age of leaving within a year, [age].
        move: National chance by age then of a move within a year, [age].
        growth: National log growth of plans a year (per head of population, where known).
        sources: Where each of them comes from, by its name here.
    """

    leave: Array | None = None
    move: Array | None = None
    growth: float | None = None
    sources: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Posterior:
    """What is known of every flow of one area.

    Attributes:
        axes: The labels.
        leave: Chance of leaving within a year.
        move: Chance of another provision a year on, by the age then and the provision before.
        where: Dirichlet of the provision moved to, [stage, need, before, then].
        arrivals: Who joins, by age.
        mix: Dirichlet of need and provision at joining, [age, need x provision].
        leave_shock: Of a year's leaving, shared by all ages.
        out_shock: Of a year's moves out of each provision.
        pull_shock: Of what each provision takes in of those who join or move, in a year.
        pooled: What had no national rate and was pooled from the area's own ages.
    """

    axes: Axes
    leave: Nested
    move: Nested
    where: Array = field(repr=False)
    arrivals: Arrivals
    mix: Array = field(repr=False)
    leave_shock: Shock
    out_shock: Shock
    pull_shock: Shock
    pooled: tuple[str, ...]


@dataclass(frozen=True)
class Parameters:
    """Values of a block of simulations; the first axis is the simulation.

    Attributes:
        leave: [simulation, age, need, provision]; 1 from the oldest age on.
        move: Same shape, by the age then and the provision before.
        where: Share of each provision among those moved to, [simulation, stage, need, before,
            then].
        rate: Arrivals per head of population by age, [simulation, age].
        mix: Share of each need and provision among them, [simulation, age, need, provision].
        slope: How far log growth departs from the expected one.
        shocks: For "join", "leave", "out" and "pull": the sd of a year's log, and the log of the
            level, each [simulation, 1 or provision].
        size: Size of the negative binomial of one age.
    """

    leave: Array
    move: Array
    where: Array
    rate: Array
    mix: Array
    slope: Array
    shocks: Mapping[str, tuple[Array, Array]]
    size: float


def fit(seen: Transitions, population: Array, priors: Priors) -> Posterior:
    """Return what transitions and priors say of every flow.

    Args:
        seen: Transitions between censuses.
        population: People at the later census of each pair, [pair, age].
        priors: What is known from outside.
    """
    axes = seen.axes
    leave, move = _leave(seen, priors.leave), _move(seen, priors.move)
    joined = seen.joined.sum(axis=(2, 3))
    years = np.array(seen.years, dtype=np.float64)
    grown = np.log(seen.closing / seen.opening)
    come = arrivals.fit(
        joined, population, seen.weights, years, axes.of_stage, grown, priors.growth
    )
    return Posterior(
        axes=axes,
        leave=leave,
        move=move,
        where=_where(seen),
        arrivals=replace(come, balance=_balance(seen)),
        mix=_mix(seen),
        leave_shock=_leave_shock(seen, leave.mean()),
        out_shock=_out_shock(seen, move.mean()),
        pull_shock=_pull_shock(seen),
        pooled=tuple(n for n in ("leave", "move", "growth") if getattr(priors, n) is None),
    )


def _by_stage(axes: Axes, counts: Array) -> Array:
    """Return counts by stage, from counts whose first axis is the age."""
    made = np.zeros((len(axes.stage_names), *counts.shape[1:]))
    np.add.at(made, axes.of_stage, counts)
    return made


def _leave(seen: Transitions, national: Array | None) -> Nested:
    """Return the chance of leaving: by age, then with provision, then with need."""
    left, stayed = seen.weighted(seen.left), seen.weighted(seen.stayed)
    if national is None:
        gone, people = (_by_stage(seen.axes, x.sum(axis=(1, 2))) for x in (left, left + stayed))
        every = float(gone.sum() / max(people.sum(), 1.0))
        national = pooled_rate(gone, people, every)[seen.axes.of_stage]
    prior = np.asarray(national)[:, None, None]
    return nested(prior, left, stayed, (BY_AGE, BY_PLACE, BY_CELL))


def _move(seen: Transitions, national: Array | None) -> Nested:
    """Return the chance of a move by the age then: with the provision before, then with need."""
    moved = seen.weighted(seen.moved)
    stayed = np.einsum("anpp->anp", moved)
    gone = moved.sum(axis=3) - stayed
    yes, no = (_by_stage(seen.axes, x.sum(axis=1)) for x in (gone, stayed))
    every = pooled_rate(yes.sum(axis=1), (yes + no).sum(axis=1), 0.1)
    prior = pooled_rate(yes, yes + no, every[:, None])[seen.axes.of_stage][:, None, :]
    if national is not None:  # the national level, with the area's own differences by provision
        own = every[seen.axes.of_stage]
        prior = np.clip(prior * (np.asarray(national) / own)[:, None, None], 0.0, 0.999)
    return nested(prior, gone, stayed, (BY_PLACE, BY_CELL))


def _where(seen: Transitions) -> Array:
    """Return the Dirichlet of the provision moved to, by stage, need and provision before."""
    counts = _by_stage(seen.axes, seen.weighted(seen.moved))
    places = range(counts.shape[2])
    counts[:, :, places, places] = 0.0
    of_stage = counts.sum(axis=(1, 2))[:, None, None, :] * np.ones((1, 1, len(places), 1))
    of_stage[:, :, places, places] = 0.0
    of_place = split(counts.sum(axis=1, keepdims=True), of_stage)
    return split(counts, of_place)


def _mix(seen: Transitions) -> Array:
    """Return the Dirichlet of need and provision at joining, by age."""
    counts = seen.weighted(seen.joined)
    stage = _by_stage(seen.axes, counts)
    wide = stage.sum(axis=0, keepdims=True)
    # A stage's cells: its own, and a little of what its margins would give if independent.
    need, place = stage.sum(axis=2, keepdims=True), stage.sum(axis=1, keepdims=True)
    total = np.maximum(stage.sum(axis=(1, 2), keepdims=True), 1.0)
    wider = stage + need * place / np.square(total) + 1e-3 * wide / max(wide.sum(), 1.0)
    flat = counts.reshape(len(counts), -1)
    return split(flat, wider[seen.axes.of_stage].reshape(flat.shape))


def _leave_shock(seen: Transitions, rate: Array) -> Shock:
    """Return how far leaving departs from its mean in one year, chance apart."""
    free = slice(0, seen.axes.oldest)
    people = (seen.stayed + seen.left)[:, free]
    left = seen.left[:, free].sum(axis=(1, 2, 3))[:, None]
    expected = (people * rate[free]).sum(axis=(1, 2, 3))[:, None]
    return shocks.of_counts(left, expected, seen.weights, USUAL_LEAVE)


def _out_shock(seen: Transitions, rate: Array) -> Shock:
    """Return how far moves out of each provision depart from their mean in one year."""
    at_risk = seen.moved.sum(axis=4)
    gone = at_risk - np.einsum("tanpp->tanp", seen.moved)
    expected = (at_risk * rate).sum(axis=(1, 2))
    return shocks.of_counts(gone.sum(axis=(1, 2)), expected, seen.weights, USUAL_PULL)


def _pull_shock(seen: Transitions) -> Shock:
    """Return how far each provision's share of those who come departs from its mean in a year."""
    into = seen.moved.sum(axis=(1, 2, 3)) - np.einsum("tanpp->tp", seen.moved)
    come = into + seen.joined.sum(axis=(1, 2))
    share = seen.weighted(come) / max(float(seen.weighted(come).sum()), 1.0)
    return shocks.of_counts(come, come.sum(axis=1)[:, None] * share, seen.weights, USUAL_PULL)


def _balance(seen: Transitions) -> tuple[float, float]:
    """Return the gap of stock and flows over arrivals: its mean, drawn to 0, and its sd."""
    gaps = seen.gaps
    if not gaps.any():
        return 0.0, 0.0
    per_arrival = float(seen.opening.sum() / seen.joined.sum())
    number = len(gaps)
    spread = float(np.sqrt(np.square(gaps).mean() / number))
    return per_arrival * float(gaps.sum()) / (number + GAPS_WORTH), per_arrival * spread


def draw(known: Posterior, source: np.random.Generator, simulations: int) -> Parameters:
    """Return values for a block of simulations.

    Nothing here depends on a mitigation, so that runs with and without one share them.
    """
    axes, come = known.axes, known.arrivals
    leave = known.leave.draw(source, simulations)
    leave[:, axes.oldest :] = 1.0
    move = known.move.draw(source, simulations)
    where = draw_split(source, known.where, simulations)
    mix = draw_split(source, known.mix, simulations).reshape((simulations, *axes.shape))
    rate = source.standard_gamma(come.shape, (simulations, len(come.shape))) / come.exposure
    slope = arrivals.GROWTH_SPREAD * source.standard_normal(simulations)
    mean, sd = come.balance
    gap = mean + sd * source.standard_normal(simulations)
    level = come.level(slope) + np.log(np.maximum(1.0 + gap, 0.1))
    spread, departure = come.shock.draw(source, simulations)
    drawn = {"join": (spread, departure + level[:, None])}
    for name in ("leave", "out", "pull"):
        drawn[name] = getattr(known, f"{name}_shock").draw(source, simulations)
    return Parameters(leave, move, where, rate, mix, slope, drawn, come.size)

"""The engine: a caseload carried forward a year at a time, in many simulations at once.

The state is [simulation, age, need, provision], whole people. Each year people leave, grow a
year older, move between provisions, and others join; then places are held against them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from toolkit.diagnose.forecast import capacity, draws, shocks
from toolkit.diagnose.forecast.draws import Flow
from toolkit.diagnose.forecast.levers import Change
from toolkit.diagnose.forecast.parameters import Parameters
from toolkit.diagnose.forecast.paths import Array, Counts
from toolkit.diagnose.forecast.transitions import Axes

Weather = Mapping[str, Array]  # for each flow a factor, [simulation, 1 or provision]


@dataclass(frozen=True)
class Chance:
    """Where the random numbers of a block come from."""

    seed: int
    block: int

    def of(self, year: int, flow: Flow) -> np.random.Generator:
        """Return the stream of one flow of one year."""
        return draws.stream(self.seed, self.block, year, flow)

    def uniform(self, year: int, flow: Flow, shape: tuple[int, ...]) -> Array:
        """Return one uniform number a cell."""
        return self.of(year, flow).random(shape)


@dataclass(frozen=True)
class Course:
    """What lies ahead of every simulation.

    Attributes:
        population: People by year ahead and age.
        growth: Expected growth of arrivals, as a log, since the last year seen, by year ahead.
        damped: How many years' worth of a departing slope stand behind it, by year ahead.
        places: Places by year ahead and provision, infinite where there is no limit; or None.
        overflow: Places in `provisions` that overflow goes down, the first preferred.
    """

    population: Array
    growth: Array
    damped: Array
    places: Array | None = None
    overflow: tuple[int, ...] = ()

    @property
    def years(self) -> int:
        """How many years are simulated."""
        return len(self.growth)


@dataclass(frozen=True)
class Block:
    """Plans, those who joined and those who left: [simulation, year, age, need, provision]."""

    counts: Counts
    joined: Counts
    left: Counts


def simulate(
    start: Counts,
    axes: Axes,
    values: Parameters,
    course: Course,
    changes: Iterable[Change],
    chance: Chance,
) -> Block:
    """Return a block of simulations.

    Args:
        start: People at the census that it starts from, [age, need, provision].
        axes: The labels.
        values: Parameters, which say how many simulations there are.
        course: What lies ahead.
        changes: What mitigations change, one a year.
        chance: The random numbers.
    """
    number = len(values.slope)
    state = np.broadcast_to(start, (number, *start.shape)).astype(np.int32)
    shape = (number, course.years, *start.shape)
    joined, left = np.empty(shape, dtype=np.int32), np.empty(shape, dtype=np.int32)
    counts = np.empty((number, course.years + 1, *start.shape), dtype=np.int32)
    counts[:, 0] = state
    for year, change in enumerate(changes):
        weather = _weather(values, chance.of(year, Flow.SHOCK))
        gone = _leavers(state, axes, values, change, weather, chance, year)
        stayed, moved = _move(age(state - gone), axes, values, change, weather, chance, year)
        come = _joiners(values, course, change, weather, chance, year)
        if course.places is not None:
            drawn = chance.uniform(year, Flow.CAPACITY, (number, *([len(axes.provisions)] * 2)))
            limit = course.places[year]
            stayed, moved, come = capacity.place(
                (stayed, moved, come), limit, course.overflow, drawn
            )
        state = stayed + moved + come
        counts[:, year + 1], joined[:, year], left[:, year] = state, come, gone
    return Block(counts, joined, left)


def _weather(values: Parameters, source: np.random.Generator) -> Weather:
    """Return how a year departs from the rates, in each simulation."""
    return {
        name: shocks.factor(level, sd, source.standard_normal(sd.shape))
        for name, (sd, level) in values.shocks.items()
    }


def age(people: Counts) -> Counts:
    """Return people a year older. Whoever is of the oldest age must have left."""
    older = np.zeros_like(people)
    older[:, 1:] = people[:, :-1]
    return older


def _leavers(
    state: Counts,
    axes: Axes,
    values: Parameters,
    change: Change,
    weather: Weather,
    chance: Chance,
    year: int,
) -> Counts:
    """Return who leaves within the year, by age and provision before."""
    rate = values.leave * weather["leave"][:, None, None]
    if change.leave is not None:
        rate *= change.leave
    rate[:, axes.oldest :] = 1.0  # the law, whatever the year and whatever the mitigation
    np.clip(rate, 0.0, 1.0, out=rate)
    return draws.binomial(chance.uniform(year, Flow.LEAVE, state.shape), state, rate)


def _move(
    older: Counts,
    axes: Axes,
    values: Parameters,
    change: Change,
    weather: Weather,
    chance: Chance,
    year: int,
) -> tuple[Counts, Counts]:
    """Return who stays in their provision, and who has moved, by the provision moved to."""
    uniform = chance.uniform(year, Flow.MOVE, older.shape)
    word = draws.words(chance.of(year, Flow.WHERE), older.shape)
    rate = values.move * weather["out"][:, None, None]
    if change.move is not None:
        rate *= _drawn(axes, values.where * weather["pull"][:, None, None, None], change.move)
    out = draws.binomial(uniform, older, np.minimum(rate, 1.0, out=rate))
    here = np.nonzero(out)
    simulation, of_age, need, before = here
    shares = values.where[simulation, axes.of_stage[of_age], need, before]
    shares = shares * weather["pull"][simulation]
    if change.move is not None:  # [simulation, age, need, provision moved to]
        shares *= change.move[simulation, of_age, need]
    then = _split(out[here], shares, word[here])
    out[here] = then.sum(axis=1)  # nobody moves who has nowhere to go
    row, place = np.nonzero(then)
    target = np.ravel_multi_index((simulation[row], of_age[row], need[row], place), out.shape)
    moved = np.bincount(target, then[row, place], out.size).astype(np.int32).reshape(out.shape)
    return older - out, moved


def _drawn(axes: Axes, where: Array, weight: Array) -> Array:
    """Return the chance of a move with a mitigation over that without, [simulation, cell]."""
    by_age = where[:, axes.of_stage]
    total = by_age.sum(axis=-1)
    with_it = np.einsum("sanpq,sanq->sanp", by_age, weight)
    return np.asarray(np.divide(with_it, total, out=np.ones_like(total), where=total > 0))


def _split(number: npt.NDArray[np.int32], shares: Array, word: draws.Words) -> Counts:
    """Return people split over the last axis of `shares` (multinomial), [row, provision].

    One provision after the other takes its part of those who are left (binomial); each has the
    next number of the cell's own sequence.
    """
    made = np.zeros(shares.shape, dtype=np.int32)
    left = number.copy()
    later = shares[:, ::-1].cumsum(axis=1)[:, ::-1]
    for place in range(shares.shape[1]):
        part = np.divide(
            shares[:, place], later[:, place], out=np.zeros(len(left)), where=later[:, place] > 0
        )
        taken = draws.binomial(draws.nth_uniform(word, place), left, part)
        made[:, place] = taken
        left = left - taken
    return made


def _joiners(
    values: Parameters, course: Course, change: Change, weather: Weather, chance: Chance, year: int
) -> Counts:
    """Return who joins within the year, by age and provision at the census after.

    Cells of one age are negative binomials that add up to one, and share it out as a
    Dirichlet-multinomial does (see `draws.negative_binomial`).
    """
    grown = course.growth[year] + values.slope * course.damped[year]
    number = values.rate * course.population[year] * np.exp(grown)[:, None] * weather["join"]
    mix = values.mix * _even(values.mix, weather["pull"])
    mean = number[:, :, None, None] * mix
    if change.join is not None:
        mean *= change.join
    uniform = chance.uniform(year, Flow.JOIN, mean.shape)
    return draws.negative_binomial(uniform, mean, values.size * mix)


def _even(mix: Array, pull: Array) -> Array:
    """Return what provisions take in over what they usually do; an age's number stays as it is."""
    share = mix.sum(axis=2)
    total = (share * pull[:, None]).sum(axis=2, keepdims=True)
    factor = np.divide(pull[:, None], total, out=np.ones_like(share), where=total > 0)
    return np.asarray(factor[:, :, None])

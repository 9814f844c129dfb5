"""Local mode: the forecast of an area's own plans by age, primary need and provision.

`fit` learns the flows from the plans of consecutive censuses; `simulate` carries them forward.
The simulations run in blocks of fixed size, each with random numbers of its own: the same seed
gives the same figures whatever the number of workers, and memory does not grow with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from toolkit.diagnose.caseload import PROVISIONS
from toolkit.diagnose.forecast import capacity, draws, engine, levers, parameters
from toolkit.diagnose.forecast import transitions as counted
from toolkit.diagnose.forecast.arrivals import Arrivals
from toolkit.diagnose.forecast.horizon import LONGEST, check_horizon
from toolkit.diagnose.forecast.levers import Lever
from toolkit.diagnose.forecast.parameters import Parameters, Posterior, Priors
from toolkit.diagnose.forecast.paths import Array, Counts, Paths
from toolkit.diagnose.forecast.transitions import Axes, Transitions
from toolkit.errors import SettingsError

BLOCK = 50  # simulations; part of what a seed means, so never a setting
SMALL = np.int16  # a cell of age, need and provision holds few plans: half of the memory
Draw = Callable[[Posterior, int, int, int], Parameters]


@dataclass(frozen=True)
class Model:
    """An area's forecast, ready to be simulated.

    Attributes:
        axes: The labels.
        start: Plans at the last census, [age, need, provision].
        last: January of that census.
        known: What is known of every flow.
        ahead: Population at each January after it, [year, age].
        seen: The transitions that it was fitted to.
        path: What arrivals are expected to grow by; as `known` says, unless it was changed.
    """

    axes: Axes
    start: Counts = field(repr=False)
    last: int
    known: Posterior = field(repr=False)
    ahead: Array = field(repr=False)
    seen: Transitions = field(repr=False)
    path: Arrivals = field(repr=False)

    @property
    def growth_percent(self) -> float:
        """Expected growth of new plans per head of population in the first year (%)."""
        return float(100 * np.expm1(self.path.country + self.path.departure))

    def with_growth(self, percent: float) -> Model:
        """Return the model with another expected growth of new plans (% in the first year).

        The level that they start from stays as it was seen.
        """
        departure = float(np.log1p(percent / 100)) - self.known.arrivals.country
        return replace(self, path=replace(self.path, departure=departure))


def fit(
    stock: pd.DataFrame,
    plans: pd.DataFrame,
    population: pd.DataFrame,
    priors: Priors | None = None,
    provisions: Sequence[str] = PROVISIONS,
) -> Model:
    """Return the model of a local authority.

    Args:
        stock: As `january.stock` returns it.
        plans: Table `plans`, for the dates on which plans started and ceased.
        population: Table `population` (`year` of the mid-year, `age`, `persons`); may be empty,
            and then arrivals are counted per year instead of per head.
        priors: National rates; what it lacks is pooled from the area's own ages.
        provisions: Codes of provision in the order to hold them.

    Raises:
        InputError: No two censuses are a year apart, or the data hold unknown codes.
    """
    axes = counted.axes_of(stock, provisions)
    seen = counted.count(stock, plans, axes)
    last = int(stock["year"].max())
    start = counted.census(stock, last, axes)
    januaries = range(min(seen.years) + 1, last + LONGEST + 1)
    people = population_at(population, januaries, axes)
    return of_counts(seen, start, last, people, priors or Priors())


def of_counts(
    seen: Transitions, start: Counts, last: int, people: pd.DataFrame, priors: Priors
) -> Model:
    """Return the model of any counts.

    Args:
        seen: Transitions between censuses.
        start: People at the last census, [age, need, provision].
        last: Its year.
        people: Population, one row a census and one column an age, from the first pair's later
            census to the last year ahead.
        priors: What is known from outside.
    """
    before = people.loc[[y + 1 for y in seen.years]].to_numpy(dtype=np.float64)
    ahead = people.loc[last + 1 :].to_numpy(dtype=np.float64)
    known = parameters.fit(seen, before, priors)
    return Model(seen.axes, start, last, known, ahead, seen, known.arrivals)


def population_at(population: pd.DataFrame, januaries: Iterable[int], axes: Axes) -> pd.DataFrame:
    """Return the population at each January census by the age at the 31 August before.

    The mid-year before the census serves: it lies two months before that 31 August. Beyond the
    last mid-year held everybody grows a year older and as many are born as before; before the
    first, each age has the people of the first.
    """
    years = list(januaries)
    if population.empty:
        return pd.DataFrame(1.0, index=years, columns=range(len(axes.ages)))
    table = population.pivot_table(index="year", columns="age", values="persons", aggfunc="sum")
    table = table.reindex(columns=range(len(axes.ages)), fill_value=0.0).astype(float)
    table.index = table.index.astype(int) + 1
    for year in range(int(table.index.max()) + 1, max(years) + 1):
        before = table.loc[year - 1]
        table.loc[year] = before.shift(1).fillna(before)
    return table.reindex(sorted({*table.index, *years})).ffill().bfill().loc[years]


def simulate(
    model: Model,
    years: int,
    simulations: int = 1000,
    seed: int = 1,
    levers: Sequence[Lever] = (),
    places: Array | None = None,
    workers: int = 1,
) -> Paths:
    """Return simulated futures; the same for the same arguments, whatever the workers.

    Args:
        model: As `fit` returns it.
        years: How many years ahead, 1 to 5.
        simulations: How many futures.
        seed: Another seed gives other random numbers, the same in every scenario.
        levers: Planned changes; with none, or none that acts, the futures are the same.
        places: Places by year ahead and provision, infinite where there is no limit; None
            where places do not matter.
        workers: How many processes share the work.

    Raises:
        SettingsError: The years or simulations cannot be used.
    """
    run = Run(model, check_horizon(years), seed, tuple(levers), places)
    return paths_of(run, simulations, workers)


def paths_of(run: Run, simulations: int, workers: int = 1, draw: Draw | None = None) -> Paths:
    """Return the futures of one scenario.

    Args:
        run: The scenario.
        simulations: How many futures.
        workers: How many processes share the work.
        draw: In place of `drawn`, a `DrawnOnce` that scenarios share; one process.
    """
    if simulations < 1:
        raise SettingsError(
            f"{simulations} simulations were asked for.", remedy="Use 1,000; 200 while exploring."
        )
    sizes = [min(BLOCK, simulations - at) for at in range(0, simulations, BLOCK)]
    axes = run.model.axes
    counts, joined, left = (
        np.empty((simulations, length, *axes.shape), dtype=SMALL)
        for length in (run.years + 1, run.years, run.years)
    )
    for at, block in enumerate(_blocks(run, sizes, workers, draw)):
        part = slice(at * BLOCK, at * BLOCK + sizes[at])
        counts = put(counts, part, block.counts)
        joined, left = put(joined, part, block.joined), put(left, part, block.left)
    ahead = tuple(range(run.model.last, run.model.last + run.years + 1))
    return Paths(counts, joined, left, ahead, axes.ages, axes.needs, axes.provisions)


def put(held: Counts, part: slice, found: Counts) -> Counts:
    """Return counts with a block in its place, wider where a cell has more than they can hold."""
    if int(found.max(initial=0)) > np.iinfo(held.dtype).max:
        held = held.astype(np.int32)
    held[part] = found
    return held


def drawn(known: Posterior, seed: int, block: int, size: int) -> Parameters:
    """Return the parameters of a block of simulations."""
    source = draws.stream(seed, block, 0, draws.Flow.PARAMETERS)
    return parameters.draw(known, source, size)


@dataclass(frozen=True)
class Run:
    """One scenario: all that a block needs besides its number."""

    model: Model
    years: int
    seed: int
    levers: tuple[Lever, ...]
    places: Array | None

    def course(self) -> engine.Course:
        """Return what lies ahead of every simulation."""
        axes = self.model.axes
        growth, damped = self.model.path.ahead(self.years)
        limit = None
        if self.places is not None:
            limit = capacity.check(self.places, self.years, len(axes.provisions))
        return engine.Course(
            population=self.model.ahead[: self.years],
            growth=growth,
            damped=damped,
            places=limit,
            overflow=tuple(
                axes.provisions.index(p) for p in capacity.OVERFLOW if p in axes.provisions
            ),
        )

    def block(self, at: int, size: int, draw: Draw = drawn) -> engine.Block:
        """Return one block of simulations."""
        axes = self.model.axes
        changed = levers.changes(self.levers, axes, self.years, self.seed, at, size)
        values = draw(self.model.known, self.seed, at, size)
        chance = engine.Chance(self.seed, at)
        return engine.simulate(self.model.start, axes, values, self.course(), changed, chance)


def _blocks(
    run: Run, sizes: Sequence[int], workers: int, draw: Draw | None
) -> Iterator[engine.Block]:
    """Yield the blocks in their order, from one process or several."""
    numbers = range(len(sizes))
    if workers <= 1 or len(sizes) == 1 or draw is not None:
        yield from (run.block(at, size, draw or drawn) for at, size in enumerate(sizes))
        return
    with ProcessPoolExecutor(min(workers, len(sizes))) as pool:
        yield from pool.map(run.block, numbers, sizes)

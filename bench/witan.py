"""The Witan SEND demo, by our engine and by a NumPy transcription of Witan's own mathematics.

Both are fitted to the demo's transitions and simulate it 1,000 times over five years; both are
then tested from each year that has one before it, against the years that followed. Time and
error stand side by side, from one run on one machine.

Witan SEND (MastodonC) in words: each year everybody grows a year older; of each cell of school
year, need and setting some leave (Beta-binomial) and some of the others move (Beta-binomial) to
other settings (Dirichlet-multinomial); of the population of each school year some join
(Beta-binomial), in needs and settings (Dirichlet-multinomial). Parameters are counts of all years
with a prior worth one person; every cell of every year draws them anew.

    python bench/witan.py FOLDER
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.diagnose.forecast import local_mode, transitions
from toolkit.diagnose.forecast.parameters import Priors
from toolkit.diagnose.forecast.transitions import NONE, Axes

ROOT = Path(__file__).parents[1]
DEMO = ROOT.parent / "shared/data/witan_demo"
FILE = "witan_send_demo_{}.csv"
ABSENT = "NONSEND"
SIMULATIONS, AHEAD = 1000, 5
SCHOOL_YEARS = range(-5, 21)  # as the demo has them: 0 is reception
STAGES = {-5: "Early years", 0: "Reception", 1: "Primary", 7: "Year 7", 8: "Secondary",
          12: "Post-16", 13: "Year 13", 14: "Post-18", 16: "Later"}  # fmt: skip
Array = npt.NDArray[np.float64]
Totals = Callable[[int, int], Array]  # last year known, years ahead -> [simulation, year]


@dataclass(frozen=True)
class Demo:
    """The demo's input: transitions as codes, population by year and school year, what is valid.

    Attributes:
        pairs: One row a person and pair of years, as `transitions.tally` takes it.
        population: One row a calendar year, one column a school year.
        needs: Codes of need.
        settings: Codes of setting.
        valid: Whether a setting has a school year, [school year, setting].
    """

    pairs: pd.DataFrame
    population: pd.DataFrame
    needs: tuple[str, ...]
    settings: tuple[str, ...]
    valid: npt.NDArray[np.bool_]


def read(folder: Path) -> Demo:
    """Return the demo's input from its folder."""
    moves = pd.read_csv(folder / FILE.format("transitions"))
    people = pd.read_csv(folder / FILE.format("population"))
    states = pd.read_csv(folder / FILE.format("valid-states"))
    settings = tuple(states["setting"])
    needs = tuple(sorted({n for text in states["needs"] for n in text.split(",")}))
    first = SCHOOL_YEARS[0]
    here, then = moves["setting-1"].ne(ABSENT), moves["setting-2"].ne(ABSENT)
    need = moves["need-1"].where(here, moves["need-2"])
    pairs = pd.DataFrame(
        {
            "year": moves["calendar-year"],
            "age": (moves["academic-year-1"] - first).where(here, NONE),
            "age_then": (moves["academic-year-2"] - first).where(then, NONE),
            "need": need.map(needs.index),
            "provision": moves["setting-1"].map(_place(settings)).fillna(NONE).astype(int),
            "provision_then": moves["setting-2"].map(_place(settings)).fillna(NONE).astype(int),
        }
    )
    table = people.pivot_table(index="calendar-year", columns="academic-year", values="population")
    table = table.reindex(columns=list(SCHOOL_YEARS)).fillna(0.0)
    table.columns = range(len(SCHOOL_YEARS))
    year = np.array(SCHOOL_YEARS)[:, None]
    valid = (year >= states["min-academic-year"].to_numpy()) & (
        year <= states["max-academic-year"].to_numpy()
    )
    return Demo(pairs, table, needs, settings, valid)


def _place(labels: tuple[str, ...]) -> dict[str, int]:
    return {label: at for at, label in enumerate(labels)}


def seen_to(demo: Demo, last: int) -> transitions.Transitions:
    """Return the transitions that end in a year or before."""
    starts = sorted(STAGES)
    axes = Axes(
        ages=tuple(str(y) for y in SCHOOL_YEARS),
        needs=demo.needs,
        provisions=demo.settings,
        stages=tuple(int(np.searchsorted(starts, y, side="right")) - 1 for y in SCHOOL_YEARS),
        stage_names=tuple(STAGES[s] for s in starts),
        oldest=len(SCHOOL_YEARS) - 1,
    )
    return transitions.tally(demo.pairs[demo.pairs["year"].lt(last)], axes)


def closing(demo: Demo, year: int) -> npt.NDArray[np.int32]:
    """Return people in a year, as the transitions that end in it have them."""
    axes = seen_to(demo, year).axes
    there = demo.pairs[demo.pairs["year"].eq(year - 1) & demo.pairs["age_then"].ne(NONE)]
    made = np.zeros(axes.shape, dtype=np.int32)
    cells = (there[c].to_numpy() for c in ("age_then", "need", "provision_then"))
    np.add.at(made, tuple(cells), 1)
    return made


def by_engine(demo: Demo, last: int, ahead: int, seed: int = 1) -> Array:
    """Return people by simulation and year from our engine, fitted to what was known in `last`."""
    seen = seen_to(demo, last)
    people = demo.population.loc[: last + ahead]
    model = local_mode.of_counts(seen, closing(demo, last), last, people, Priors())
    return local_mode.simulate(model, ahead, SIMULATIONS, seed).by()


def by_witan(demo: Demo, last: int, ahead: int, seed: int = 1) -> Array:
    """Return people by simulation and year from Witan's mathematics, with the same input."""
    rng = np.random.default_rng(seed)
    seen = seen_to(demo, last)
    rates = Witan.of(demo, seen)
    start = closing(demo, last)
    state = np.broadcast_to(start, (SIMULATIONS, *start.shape)).astype(np.int64)
    totals = [state.sum(axis=(1, 2, 3))]
    for year in range(last + 1, last + ahead + 1):
        state = rates.step(state, demo.population.loc[year].to_numpy(dtype=np.int64), rng)
        totals.append(state.sum(axis=(1, 2, 3)))
    return np.stack(totals, axis=1).astype(np.float64)


@dataclass(frozen=True)
class Witan:
    """Parameters of Witan's distributions: counts of all years, with priors worth one person.

    Attributes:
        leave: Beta of leaving, two arrays [school year, need, setting] by the year before.
        move: Beta of a move, likewise.
        where: Dirichlet of the setting moved to, [school year before, need, before, then].
        join: Beta of joining, two arrays [school year].
        mix: Dirichlet of need and setting at joining, [school year, need x setting].
    """

    leave: tuple[Array, Array]
    move: tuple[Array, Array]
    where: Array
    join: tuple[Array, Array]
    mix: Array

    @classmethod
    def of(cls, demo: Demo, seen: transitions.Transitions) -> Witan:
        """Return the parameters of the transitions."""
        left, stayed = seen.left.sum(axis=0), seen.stayed.sum(axis=0)
        moves = np.roll(seen.moved.sum(axis=0), -1, axis=0)  # by the school year before
        same = np.einsum("anpp->anp", moves)
        gone = moves.sum(axis=3) - same
        joined = seen.joined.sum(axis=0)
        return cls(
            leave=_beta(left, stayed),
            move=_beta(gone, same),
            where=_where(demo, moves),
            join=_join(demo, seen),
            mix=_mix(demo, joined),
        )

    def step(
        self, state: npt.NDArray[np.int64], population: npt.NDArray[np.int64],
        rng: np.random.Generator,
    ) -> npt.NDArray[np.int64]:  # fmt: skip
        """Return everybody a year on, in each simulation."""
        state = state - self._chosen(state, self.leave, rng)
        moving = self._chosen(state, self.move, rng)
        state = state - moving
        cells = np.nonzero(moving)
        alpha = self.where[cells[1], cells[2], cells[3]]
        target = rng.multinomial(moving[cells], _dirichlet(alpha, rng))
        row, setting = np.nonzero(target)
        place = (cells[0][row], cells[1][row], cells[2][row], setting)
        np.add.at(state, place, target[row, setting])
        older = np.zeros_like(state)
        older[:, 1:] = state[:, :-1]
        shape = (len(state), len(population))
        rate = rng.beta(*(np.broadcast_to(np.maximum(x, 1e-9), shape) for x in self.join))
        number = rng.binomial(population, np.where(self.join[0] > 0, rate, 0.0))
        shares = _dirichlet(np.broadcast_to(self.mix, (len(state), *self.mix.shape)), rng)
        return older + rng.multinomial(number, shares).reshape(state.shape)

    @staticmethod
    def _chosen(
        people: npt.NDArray[np.int64], beta: tuple[Array, Array], rng: np.random.Generator
    ) -> npt.NDArray[np.int64]:
        made = np.zeros_like(people)
        cells = np.nonzero(people)
        rate = rng.beta(*(x[cells[1:]] for x in beta))
        made[cells] = rng.binomial(people[cells], rate)
        return made


def _beta(yes: Array, no: Array) -> tuple[Array, Array]:
    """Return Beta parameters: counts, and a prior worth one person at the school year's rate."""
    first, second = (x.sum(axis=(1, 2), keepdims=True) + 0.5 for x in (yes, no))
    return yes + first / (first + second), no + second / (first + second)


def _where(demo: Demo, moves: Array) -> Array:
    """Return Dirichlet parameters of the setting moved to; its own setting is none."""
    settings = range(len(demo.settings))
    counts = moves.copy()
    counts[:, :, settings, settings] = 0.0
    usual = counts.sum(axis=(1, 2))
    before = np.vstack([usual[:1], usual[:-1]])
    usual = np.where(usual.sum(axis=1, keepdims=True) > 0, usual, before)
    after = np.vstack([demo.valid[1:], demo.valid[-1:]])
    open_to = after / np.maximum(after.sum(axis=1, keepdims=True), 1) + usual
    prior = np.broadcast_to(open_to[:, None, None, :], counts.shape).copy()
    prior[:, :, settings, settings] = 0.0
    total = prior.sum(axis=3, keepdims=True)
    return counts + np.divide(prior, total, out=np.zeros_like(prior), where=total > 0)


def _join(demo: Demo, seen: transitions.Transitions) -> tuple[Array, Array]:
    """Return Beta parameters of joining: the mean of the years, as Witan apportions it."""
    joined = seen.joined.sum(axis=(2, 3))
    people = demo.population.loc[list(seen.years)].to_numpy(dtype=np.float64)
    there = joined > 0
    share = len(seen.years)
    return joined.sum(axis=0) / share, ((people - joined) * there).sum(axis=0) / share


def _mix(demo: Demo, joined: Array) -> Array:
    """Return Dirichlet parameters of need and setting at joining, with a flat prior of one."""
    valid = np.broadcast_to(demo.valid[:, None, :], joined.shape)
    prior = valid / np.maximum(valid.sum(axis=(1, 2), keepdims=True), 1)
    return (joined + prior).reshape(len(joined), -1)


def _dirichlet(alpha: Array, rng: np.random.Generator) -> Array:
    """Return shares; all of it on the last where every parameter is 0."""
    drawn = rng.standard_gamma(alpha)
    total = drawn.sum(axis=-1, keepdims=True)
    return np.divide(drawn, total, out=np.zeros_like(drawn), where=total > 0)


def naive(demo: Demo, last: int, ahead: int) -> Array:
    """Return people by year with the growth of the last year going on, [1, year]."""
    now, before = (float(_count(demo, y)) for y in (last, last - 1))
    return (now * (now / before) ** np.arange(ahead + 1))[None, :]


def _count(demo: Demo, year: int) -> int:
    """Return the people of a year: of the transitions that end in it, or that start the first."""
    if year == demo.pairs["year"].min():
        return int((demo.pairs["year"].eq(year) & demo.pairs["age"].ne(NONE)).sum())
    return int((demo.pairs["year"].eq(year - 1) & demo.pairs["age_then"].ne(NONE)).sum())


def tested(demo: Demo, way: Totals) -> pd.DataFrame:
    """Return each forecast of a known year: how far ahead, the error (%), and whether inside."""
    newest = int(demo.pairs["year"].max()) + 1
    rows = []
    for last in range(int(demo.pairs["year"].min()) + 1, newest):
        paths = way(last, newest - last)
        for ahead in range(1, newest - last + 1):
            came = _count(demo, last + ahead)
            low, middle, high = np.quantile(paths[:, ahead], (0.025, 0.5, 0.975))
            error = 100 * (middle - came) / came
            rows.append((ahead, abs(error), error, low <= came <= high))
    return pd.DataFrame(rows, columns=["ahead", "error", "bias", "inside"])


def main() -> None:
    """Print time and error of both, and the naive forecast."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=DEMO)
    demo = read(parser.parse_args().folder)
    newest = int(demo.pairs["year"].max()) + 1
    size = len(SCHOOL_YEARS), len(demo.needs), len(demo.settings)
    print(f"Witan demo: {len(demo.pairs):,} transitions to {newest}, cells {size}; "
          f"{SIMULATIONS:,} simulations, {AHEAD} years")  # fmt: skip
    ways: dict[str, Callable[[Demo, int, int], Array]] = {
        "our engine": by_engine,
        "Witan's mathematics in NumPy": by_witan,
        "growth of the last year": naive,
    }
    for name, way in ways.items():
        start, begun = time.perf_counter(), time.process_time()
        paths = way(demo, newest, AHEAD)
        seconds, spent = time.perf_counter() - start, time.process_time() - begun
        errors = tested(demo, lambda last, ahead, way=way: way(demo, last, ahead))
        mape = errors.groupby("ahead")["error"].mean()
        low, middle, high = np.quantile(paths[:, AHEAD], (0.025, 0.5, 0.975))
        said = ", ".join(f"{ahead} y {error:.2f}%" for ahead, error in mape.items())
        inside = "" if len(paths) == 1 else (
            f", inside 95% {errors['inside'].sum()} of {len(errors)}, "
            f"{newest + AHEAD}: {low:,.0f} to {high:,.0f}")  # fmt: skip
        took = f"{seconds:6.2f} s ({spent:.2f} s CPU)"
        print(f"{name:<30} {took}, MAPE {said}{inside}, middle {middle:,.0f}")


if __name__ == "__main__":
    main()

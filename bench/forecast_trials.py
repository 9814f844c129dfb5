"""Past Januaries as trials of the published mode: errors of its middle, coverage of its ranges.

A trial is one origin. Its panel is cut at the origin and its outcomes end with the history that
was given, so that what no tuning may read is simply not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from toolkit.diagnose.caseload import PROVISIONS
from toolkit.diagnose.forecast import backtest, published_known, published_mode
from toolkit.diagnose.forecast.history import Panel
from toolkit.diagnose.forecast.horizon import LONGEST
from toolkit.diagnose.forecast.paths import Array
from toolkit.diagnose.forecast.published_mode import Chance
from toolkit.diagnose.forecast.published_parameters import Tuned

PARTS = len(PROVISIONS)  # and the total after them
SEVEN = slice(0, 7)  # two groups stand apart from the seven: few, and odd
SEED, BLOCKS = 20190117, 5  # blocks of a hundred futures
RANGES = ((0.1, 0.9), (0.025, 0.975))  # of 80% and of 95%


@dataclass(frozen=True)
class Trial:
    """One origin: what was known, and what came."""

    panel: Panel
    origin: int
    codes: tuple[str, ...]
    actual: Array  # [area, year, provision and total]
    usable: npt.NDArray[np.bool_]

    @property
    def years(self) -> int:
        """Return how many years ahead there are outcomes."""
        return self.actual.shape[1]


def trials(held: Panel, codes: Sequence[str]) -> list[Trial]:
    """Return every origin of a panel that can be scored, for some local authorities."""
    return [_trial(held, origin, codes) for origin in backtest.origins(held)]


def _trial(held: Panel, origin: int, codes: Sequence[str]) -> Trial:
    rows = backtest.held(held, origin, codes)
    at, last = held.at(origin), min(held.at(origin) + backtest.LONGEST, len(held.years) - 1)
    ends = range(at + 1, last + 1)
    happened = np.concatenate([held.plans, held.total[..., None]], axis=2)[rows]
    usable = [backtest.usable(held, origin, end, rows) for end in ends]
    chosen = tuple(held.codes[i] for i in rows)
    return Trial(held.until(origin), origin, chosen, happened[:, ends], np.stack(usable, axis=1))


@dataclass(frozen=True)
class Cells:
    """One row an origin and horizon: which they are, and a score of each provision and the total.

    Attributes:
        origin: January, [cell].
        ahead: Years, [cell].
        score: [cell, provision and total].
    """

    origin: npt.NDArray[np.int64]
    ahead: npt.NDArray[np.int64]
    score: Array


def middles(trial: Trial, tuned: Tuned) -> Array:
    """Return the future in which nothing is left to chance, [area, year, part]."""
    return _simulated(trial, tuned, [_no_chance(len(trial.codes))])[:, 0]


def middle_errors(tested: Sequence[Trial], tuned: Tuned) -> Cells:
    """Return the MAPE of the total and the WAPE of each provision, of the middles."""
    return _cells(tested, [_error(trial, middles(trial, tuned)) for trial in tested])


def judged(
    tested: Sequence[Trial], tuned: Tuned, drawn: Sequence[Sequence[Chance]]
) -> tuple[Cells, Cells, Cells]:
    """Return the errors of simulated medians, and the coverage of the 80% and the 95% ranges.

    Args:
        tested: Trials.
        tuned: Parameters.
        drawn: The `chances` of each.

    Returns:
        Each in %: the error is the MAPE of the total and the WAPE of a provision.
    """
    wrong: list[Array] = []
    inside: list[list[Array]] = [[] for _ in RANGES]
    for trial, chance in zip(tested, drawn, strict=True):
        futures = _simulated(trial, tuned, chance)
        wrong.append(_error(trial, np.rint(np.median(futures, axis=1))))
        for into, ends in zip(inside, RANGES, strict=True):
            low, high = np.quantile(futures, ends, axis=1)
            there = (trial.actual >= low) & (trial.actual <= high) & trial.usable
            into.append(100.0 * there.sum(axis=0) / trial.usable.sum(axis=0))
    return _cells(tested, wrong), _cells(tested, inside[0]), _cells(tested, inside[1])


def _error(trial: Trial, middle: Array) -> Array:
    """Return the error of a forecast by year and part, in %."""
    happened = np.where(trial.usable, trial.actual, 0.0)
    weight = np.ones_like(happened)
    weight[..., -1] = 1.0 / np.maximum(happened[..., -1], 1.0)
    out = np.abs(middle - happened) * weight * trial.usable
    return np.asarray(100 * out.sum(axis=0) / (happened * weight).sum(axis=0))


def chances(trial: Trial, tuned: Tuned) -> list[Chance]:
    """Return the random numbers of a trial; of all parameters they depend on tails alone."""
    known = published_known.known_at(trial.panel, trial.codes, trial.origin, tuned)
    return [published_mode.chance_of(known, tuned, SEED, block) for block in range(BLOCKS)]


def _simulated(trial: Trial, tuned: Tuned, chances: Sequence[Chance]) -> Array:
    """Return plans by provision and in total, [area, simulation, year, part]."""
    known = published_known.known_at(trial.panel, trial.codes, trial.origin, tuned)
    parts = [published_mode.block(known, tuned, trial.years, c) for c in chances]
    counts = np.concatenate(parts, axis=1).astype(np.float64)
    return np.concatenate([counts, counts.sum(axis=3, keepdims=True)], axis=3)


def _no_chance(areas: int) -> Chance:
    """Return the one future in which nothing is left to chance."""
    return Chance(
        level=np.zeros((areas, 1)),
        levels=np.zeros((areas, 1, PARTS)),
        broken=np.zeros((areas, 1, PARTS)),
        steps=np.zeros((areas, 1, LONGEST + 1)),
        shares=np.zeros((areas, 1, LONGEST + 1, PARTS)),
        counts=np.zeros((areas, 1, LONGEST + 1, PARTS)),
        country=np.zeros((1, LONGEST + 1)),
        mix=np.zeros((1, LONGEST, PARTS)),
        country_broken=np.zeros((1, PARTS)),
    )


def _cells(tested: Sequence[Trial], scores: Sequence[Array]) -> Cells:
    origin = [t.origin for t in tested for _ in range(t.years)]
    ahead = [h for t in tested for h in range(1, t.years + 1)]
    return Cells(np.array(origin), np.array(ahead), np.concatenate(scores))

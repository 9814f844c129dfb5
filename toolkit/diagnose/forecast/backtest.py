"""Back-test: forecasts from past Januaries, beside what happened and beside simple rules.

From every January that leaves two years behind it (the rules need them), a model forecasts every
local authority one, two and three years ahead. It is given a panel that ends at the origin. While
it runs, every later figure of the whole panel is overwritten, twice and differently: a model
whose forecasts change has read the future, and the back-test stops.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import pandas as pd

from toolkit.diagnose.forecast.history import Flags, Panel
from toolkit.diagnose.forecast.paths import QUANTILES, Array, Counts, ranges
from toolkit.diagnose.forecast.published_known import FutureReadable, known_at
from toolkit.diagnose.forecast.published_mode import simulate
from toolkit.diagnose.forecast.published_parameters import Tuned
from toolkit.diagnose.forecast.simple_rules import RULES

LONGEST = 3  # years ahead; four would leave one origin
BEHIND = 2  # years before an origin, which the rules read
TOTAL = "total"
FEW = 20  # simulations of the second run, which looks for leaks
POISONS = (3.0, 7.0)  # what the future is multiplied by, in the one run and in the other

# A model returns plans, [area, simulation, year, provision], year 0 being the origin, from a
# panel that ends there, the codes, the origin, the years ahead and the number of simulations.
Model = Callable[[Panel, Sequence[str], int, int, int], Counts]


def published_model(tuned: Tuned, seed: int = 1) -> Model:
    """Return the published mode as a model."""

    def model(
        panel: Panel, codes: Sequence[str], origin: int, years: int, simulations: int
    ) -> Counts:
        known = known_at(panel, codes, origin, tuned)
        return simulate(known, tuned, years, simulations, seed)

    return model


def origins(panel: Panel) -> tuple[int, ...]:
    """Return the Januaries from which a forecast can be judged."""
    return panel.years[BEHIND:-1]


def replay(
    panel: Panel,
    model: Model,
    starts: Sequence[int] | None = None,
    simulations: int = 1000,
    codes: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Return every forecast that can be judged, beside what happened.

    Args:
        panel: The whole history.
        model: What forecasts.
        starts: Origins; by default all of `origins`.
        simulations: How many futures.
        codes: Local authorities to forecast; by default all.

    Returns:
        One row a local authority, origin, horizon and provision ("total" among them): `code`,
        `origin`, `horizon`, `year`, `provision`, `start` and `actual` (people), the quantiles
        of the forecast, the forecast of each simple rule, and `odd`: whether the published
        total of the start or of the outcome is flagged as implausible.

    Raises:
        FutureReadable: The model was given, or has read, a figure from after an origin.
    """
    wanted = panel.codes if codes is None else tuple(codes)
    parts = []
    for origin in origins(panel) if starts is None else starts:
        years = min(LONGEST, panel.years[-1] - origin)
        rows = held(panel, origin, wanted)
        chosen = [panel.codes[i] for i in rows]
        counts = _unseeing(panel, model, chosen, origin, years, simulations)
        parts += [_judged(panel, counts, rows, origin, h) for h in range(1, years + 1)]
    return pd.concat(parts, ignore_index=True)


def held(panel: Panel, origin: int, codes: Sequence[str]) -> list[int]:
    """Return the places of areas with a total at the origin and in the years that rules read."""
    at = panel.at(origin)
    there = np.asarray(np.isfinite(panel.total[:, at - BEHIND : at + 1]).all(axis=1))
    wanted = set(codes)
    return [i for i, code in enumerate(panel.codes) if there[i] and code in wanted]


def _unseeing(
    panel: Panel, model: Model, codes: Sequence[str], origin: int, years: int, simulations: int
) -> Counts:
    """Return a model's forecasts, made while the future is overwritten, in two ways.

    Raises:
        FutureReadable: The panel that it is given shows a later January, or its forecasts
            are not the same when the future is another.
    """
    made = []
    for poison, number in zip(POISONS, (simulations, min(FEW, simulations)), strict=True):
        with overwritten(panel, origin, poison):
            made.append(
                model(check_blind(panel.until(origin), origin), codes, origin, years, number)
            )
    first, second = made
    if not np.array_equal(first[:, : second.shape[1]], second):
        raise FutureReadable(
            f"the forecast from January {origin} changes with figures that are later than it."
        )
    return first


def check_blind(panel: Panel, origin: int) -> Panel:
    """Return the panel if nothing after the origin is in it or behind it; else FutureReadable."""
    arrays = [
        getattr(panel, n) for n in ("plans", "total", "requests", "carried", "repaired", "odd")
    ]
    if panel.years[-1] > origin or any(a.shape[1] > len(panel.years) for a in arrays):
        raise FutureReadable(f"the panel of January {origin} holds a later one.")
    if any(a.base is not None for a in arrays):
        raise FutureReadable(f"the panel of January {origin} is a view: more lies behind it.")
    if len(panel.excluded) and int(panel.excluded["year"].max()) > origin:
        raise FutureReadable(f"the panel of January {origin} tells of a later one.")
    return panel


@contextmanager
def overwritten(panel: Panel, origin: int, poison: float) -> Iterator[None]:
    """Overwrite everything after the origin in the panel's own arrays; put it back after."""
    later = slice(panel.at(origin) + 1, None)
    arrays = (panel.plans, panel.total, panel.requests)
    kept = [a[:, later].copy() for a in arrays]
    for array in arrays:
        array[:, later] = np.round(poison * np.nan_to_num(array[:, later], nan=11.0)) + 1.0
    try:
        yield
    finally:
        for array, was in zip(arrays, kept, strict=True):
            array[:, later] = was


def _judged(
    panel: Panel, counts: Counts, rows: Sequence[int], origin: int, ahead: int
) -> pd.DataFrame:
    """Return the rows of one origin and horizon that can be judged."""
    known = panel.until(origin)
    end = panel.at(origin) + ahead
    simulated = np.moveaxis(counts[:, :, ahead].astype(np.float64), 1, 0)
    found = ranges(np.concatenate([simulated, simulated.sum(axis=2, keepdims=True)], axis=2))
    past = np.concatenate([known.plans, known.total[..., None]], axis=2)
    happened = np.concatenate([panel.plans, panel.total[..., None]], axis=2)[:, end]
    names = (*panel.provisions, TOTAL)
    index = pd.MultiIndex.from_product(
        [[panel.codes[i] for i in rows], names], names=["code", "provision"]
    )
    columns: dict[str, Array] = {"start": past[rows, -1], "actual": happened[rows]}
    columns |= {name: found[name] for name in QUANTILES}
    for name, rule in RULES.items():
        by_part = [rule(past[..., p], ahead)[list(rows)] for p in range(len(names))]
        columns[name] = np.stack(by_part, axis=1)
    frame = pd.DataFrame({n: v.reshape(-1) for n, v in columns.items()}, index=index).reset_index()
    frame.insert(1, "origin", origin)
    frame.insert(2, "horizon", ahead)
    frame.insert(3, "year", origin + ahead)
    odd = (panel.odd[:, end] | known.odd[:, -1])[list(rows)]
    frame["odd"] = np.repeat(odd, len(names))
    return frame[usable(panel, origin, end, rows).reshape(-1)].reset_index(drop=True)


def usable(panel: Panel, origin: int, end: int, rows: Sequence[int]) -> Flags:
    """Return which cells can be judged, [area, provision and total].

    A total cannot where the start or the outcome is not held or was repaired; a provision
    cannot, besides, where the mix of either, or of a year that the rules read, was carried.
    """
    at = panel.at(origin)
    ends = [at, end]
    total = np.isfinite(panel.total[:, end]) & ~panel.repaired[:, ends].any(axis=1)
    read = [*range(at - BEHIND, at + 1), end]
    mixed = np.isfinite(panel.plans[:, read]).all(axis=(1, 2)) & ~panel.carried[:, read].any(axis=1)
    parts = len(panel.provisions)
    both = np.concatenate(
        [np.repeat((total & mixed)[:, None], parts, axis=1), total[:, None]], axis=1
    )
    return np.asarray(both[list(rows)])

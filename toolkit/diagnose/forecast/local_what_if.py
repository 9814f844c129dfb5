"""What if: growth, places and the size of each planned change moved, and the plans drawn again.

Needs the table `plans`. Parameters and random numbers stay as they were drawn, so that only what
is moved makes a difference; 200 simulations answer within a second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from toolkit.aggregate import Aggregate
from toolkit.diagnose.forecast import fans, local_mode, scenario_tables
from toolkit.diagnose.forecast.capacity import OVERFLOW
from toolkit.diagnose.forecast.futures import DrawnOnce
from toolkit.diagnose.forecast.levers import Lever
from toolkit.diagnose.forecast.local_mode import Model, Run
from toolkit.diagnose.forecast.paths import Array, Paths
from toolkit.what_if import Answer, Control

SIMULATIONS = 200
GROWTH, PLACES = "growth", "places"
FASTEST = 25.0  # growth of new plans that can be asked about, % a year
MOST_OF_PLAN = 150.0  # of a planned change, %
STEP = {GROWTH: 0.5, PLACES: 5.0}


@dataclass
class WhatIf:
    """The question: how many plans there will be, with other growth, places and changes.

    Attributes:
        model: As `local_mode.fit` returns it.
        plans: Recorded plans by `year`, of the censuses that the model was fitted to.
        levers: The planned changes; those on unit cost move no plans and get no slider.
        places: Places by year ahead and provision; None where they do not matter.
        names: What a provision is called.
        years: How many years ahead.
        seed: Seed of the simulations.
    """

    model: Model
    plans: Aggregate
    levers: Sequence[Lever] = ()
    places: Array | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    years: int = 5
    seed: int = 1
    _draw: DrawnOnce = field(default_factory=DrawnOnce, init=False, repr=False)
    _without: tuple[tuple[float, ...], Paths] | None = field(default=None, init=False, repr=False)

    @property
    def controls(self) -> Sequence[Control]:
        """Growth of new plans, the share of each change that is put in place, added places."""
        now = round(self.model.growth_percent * 2) / 2
        growth = Control(
            *(GROWTH, "Growth of new plans in the first year", min(-10.0, now), max(FASTEST, now)),
            *(STEP[GROWTH], now, "%"),
        )
        changes = [
            Control(
                lever.id, lever.meaning or lever.id, 0.0, MOST_OF_PLAN, 10.0, 100.0, "% of plan"
            )
            for lever in self._moving
        ]
        places = [
            Control(_places(p), f"More places: {self.names.get(p, p)}", 0.0, _most(here),
                    STEP[PLACES], 0.0, "places")
            for p, here in self._limited.items()
        ]  # fmt: skip
        return [growth, *changes, *places]

    @property
    def _moving(self) -> list[Lever]:
        return [lever for lever in self.levers if lever.flow != "unit_cost"]

    @property
    def _limited(self) -> dict[str, float]:
        """Return the provisions of the preference list that have places, with those now."""
        if self.places is None:
            return {}
        provisions = self.model.axes.provisions
        now = {p: float(self.places[0, provisions.index(p)]) for p in OVERFLOW if p in provisions}
        return {p: number for p, number in now.items() if np.isfinite(number)}

    def scenarios(self, values: Mapping[str, float]) -> dict[str, Paths]:
        """Return the futures without and with the planned changes, for values of the controls."""
        asked = {c.name: float(values.get(c.name, c.value)) for c in self.controls}
        model = self.model
        if asked[GROWTH] != round(model.growth_percent * 2) / 2:
            model = model.with_growth(asked[GROWTH])
        run = Run(model, self.years, self.seed, (), self._raised(asked))
        levers = tuple(lever.scaled(asked[lever.id] / 100) for lever in self._moving)
        without = self._kept(run, (asked[GROWTH], *(asked[_places(p)] for p in self._limited)))
        if not levers:
            return {fans.UNMITIGATED: without}
        return {
            fans.UNMITIGATED: without,
            fans.MITIGATED: self._simulated(replace(run, levers=levers)),
        }

    def _raised(self, asked: Mapping[str, float]) -> Array | None:
        """Return places with those that were added, in every year ahead."""
        if self.places is None:
            return None
        made = self.places.copy()
        for provision in self._limited:
            made[:, self.model.axes.provisions.index(provision)] += asked[_places(provision)]
        return made

    def _kept(self, run: Run, key: tuple[float, ...]) -> Paths:
        """Return the futures without changes; those last asked for are kept."""
        if self._without is None or self._without[0] != key:
            self._without = key, self._simulated(run)
        return self._without[1]

    def _simulated(self, run: Run) -> Paths:
        return local_mode.paths_of(run, SIMULATIONS, draw=self._draw)

    def answer(self, values: Mapping[str, float]) -> Answer:
        """Return the plans of each January for values of the controls, with their ranges."""
        scenarios = self.scenarios(values)
        table = scenario_tables.fan(scenarios, self.plans)
        shown = fans.MITIGATED if fans.MITIGATED in scenarios else fans.UNMITIGATED
        sentence, cells = scenario_tables.told(table, shown)
        chart = {"mark": "line", "x": "year", "colour": "scenario", "since": self.model.last}
        return Answer(table, {**chart, **fans.RANGE}, sentence, cells)


def _places(provision: str) -> str:
    return f"{PLACES}.{provision}"


def _most(now: float) -> float:
    """Return the most places that can be added: half as many again, in whole steps, at least 20."""
    step = STEP[PLACES]
    return float(max(20.0, np.ceil(now / 2 / step) * step))

"""The what-if question in money: sliders for growth, prices, places and each planned change.

The answer is the DSG balance carried forward, without and with the planned changes. Needs what
`money_run` needs; sliders for places and changes appear where `places` and `mitigations` are held.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from toolkit.aggregate import Aggregate, Cell
from toolkit.diagnose import years
from toolkit.diagnose.forecast import budget, deficit, fans, income, local_mode, money_tables
from toolkit.diagnose.forecast.deficit import Balance
from toolkit.diagnose.forecast.futures import DrawnOnce
from toolkit.diagnose.forecast.levers import Lever, levers_of
from toolkit.diagnose.forecast.local_mode import Model, Run
from toolkit.diagnose.forecast.money_run import Money
from toolkit.diagnose.forecast.paths import Array, Paths
from toolkit.what_if import Answer, Control

SIMULATIONS = 200  # while sliders move; a report uses 1,000
GROWTH, PRICES, PLACES = "growth", "prices", "places"
MORE_PLACES_IN = "state_special"  # the first that places overflow from
PLACES_STEP = 5
WIDE, STEP = 10.0, 0.5  # of the slider of growth, in percentage points
FULL = 100.0


@dataclass(frozen=True)
class LocalMoney:
    """The question: what would the deficit be, if?

    Attributes:
        model: The model of the area's plans.
        money: The forecast as it stands, for what its money rests on.
        ahead: Years ahead, 1 to 5.
        places: Places by year ahead and provision, infinite where there is no limit; None
            where places do not matter.
        simulations: How many futures an answer takes.
    """

    model: Model
    money: Money = field(repr=False)
    ahead: int = 5
    places: Array | None = field(default=None, repr=False)
    simulations: int = SIMULATIONS
    _kept: dict[str, tuple[object, Paths]] = field(default_factory=dict, repr=False, compare=False)
    _draw: DrawnOnce = field(default_factory=DrawnOnce, init=False, repr=False, compare=False)

    @property
    def levers(self) -> tuple[Lever, ...]:
        """The planned changes, in the order of their table."""
        return levers_of(self.money.mitigations, self.model.last)

    @property
    def controls(self) -> Sequence[Control]:
        """Growth, prices, places where they are held, and each planned change."""
        own = self._own_growth
        made = [
            Control(GROWTH, "Growth of new plans", own - WIDE, own + WIDE, STEP, own, "% a year"),
            Control(PRICES, "Prices above the assumptions", -3, 5, STEP, 0,
                    "percentage points a year"),
        ]  # fmt: skip
        if self.missing:
            made.append(
                Control(
                    PLACES,
                    "Places added in state special schools by the last year",
                    0,
                    self.missing,
                    PLACES_STEP,
                    self.missing,
                    "places",
                ),
            )
        made += [
            Control(lever.id, lever.meaning or lever.id, 0, FULL, 10, FULL, "% of the plan")
            for lever in self.levers
        ]
        return made

    @property
    def missing(self) -> int:
        """Places short in state special schools in the last year, rounded up to a step.

        With so many added everybody is placed as the forecast expects, so the slider starts there.
        """
        if self.places is None or MORE_PLACES_IN not in self.model.axes.provisions:
            return 0
        at = self.model.axes.provisions.index(MORE_PLACES_IN)
        wanted = self.money.paths[fans.UNMITIGATED].by("provision")[:, self.ahead, at]
        short = float(np.median(wanted)) - float(self.places[self.ahead - 1, at])
        return (
            int(np.ceil(max(short, 0.0) / PLACES_STEP)) * PLACES_STEP if np.isfinite(short) else 0
        )

    def answer(self, values: Mapping[str, float]) -> Answer:
        """Return the balance carried forward for these values, as a chart and a sentence.

        Args:
            values: By the name of a control; those unnamed stand where they start.
        """
        stand = {c.name: c.value for c in self.controls} | dict(values)
        strength = {lever.id: stand[lever.id] / FULL for lever in self.levers}
        same = (stand[GROWTH], stand.get(PLACES, 0.0))
        paths = {fans.UNMITIGATED: self._simulated(fans.UNMITIGATED, *same, {})}
        if self.levers:
            paths[fans.MITIGATED] = self._simulated(fans.MITIGATED, *same, strength)
        found = {
            name: self._balance(own, stand[PRICES], strength if name == fans.MITIGATED else None)
            for name, own in paths.items()
        }
        money = self.money
        shown = money_tables.balances(
            found, money.position, money.plans, "carried", money.on.sources, money.start
        )
        sentence, cells = _told(shown, tuple(found))
        chart = {
            "mark": "line",
            "x": "financial_year",
            "colour": "scenario",
            **fans.RANGE,
            "since": str(money.on.financial_year),
            "title": "DSG balance carried forward, outturn and forecast",
        }
        return Answer(shown, chart, sentence, cells)

    def _simulated(
        self, scenario: str, growth: float, added: float, strength: Mapping[str, float]
    ) -> Paths:
        """Return futures. The last of each scenario are kept: most sliders leave one alone."""
        active = {name: share for name, share in strength.items() if share > 0}
        asked = (growth, added, tuple(active.items()))
        kept = self._kept.get(scenario)
        if kept is None or kept[0] != asked:
            kept = (asked, self._simulate(growth, added, active))
            self._kept[scenario] = kept
        return kept[1]

    def _simulate(self, growth: float, added: float, active: Mapping[str, float]) -> Paths:
        model = self.model if growth == self._own_growth else self.model.with_growth(growth)
        levers = [lever.scaled(active[lever.id]) for lever in self.levers if lever.id in active]
        places = self._limit(added)
        scenario = Run(model, self.ahead, self.money.seed, tuple(levers), places)
        return local_mode.paths_of(scenario, self.simulations, draw=self._draw)

    @property
    def _own_growth(self) -> float:
        """The model's own growth as the slider has it; at this value the model stays as it is."""
        return round(self.model.growth_percent / STEP) * STEP

    def _limit(self, added: float) -> Array | None:
        """Return places with so many added in state special schools, evenly up to the last year.

        None where all that are missing are added, as the forecast itself supposes.
        """
        if self.places is None or added >= self.missing:
            return None
        at = self.model.axes.provisions.index(MORE_PLACES_IN)
        limited = np.full_like(self.places, np.inf)
        by_now = added * np.arange(1, len(limited) + 1) / len(limited)
        limited[:, at] = self.places[:, at] + by_now
        return limited

    def _balance(
        self, paths: Paths, prices: float, strength: Mapping[str, float] | None
    ) -> Balance:
        """Return how the DSG would stand; `strength` is None without the planned changes."""
        money = self.money
        changes = budget.NO_CHANGES if strength is None else money.mitigations
        spent = budget.project(
            paths, money.on, money.seed, mitigations=changes, strength=strength or {}, added=prices
        )
        after = spent.financial_years
        came_in = income.income(
            money.position,
            money.on.assumed,
            money.on.financial_year,
            after,
            paths.simulations,
            money.seed,
        )
        return deficit.balance(spent, came_in, money.on.assumed)


def _told(shown: Aggregate, scenarios: Sequence[str]) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on the deficit at the horizon, in each scenario, and its cells."""
    last = int(shown.frame["financial_year"].max())
    cells: dict[str, Cell | str] = {"year": years.label(last)}
    parts = []
    for name in scenarios:
        at = {"financial_year": last, "scenario": name}
        cells |= {
            f"{name}_value": shown.cell("value", **at),
            f"{name}_low": shown.cell("low80", **at),
            f"{name}_high": shown.cell("high80", **at),
        }
        said = fans.called(scenarios)[name].lower()
        parts.append(f"{{{name}_value}} {said} ({{{name}_low}} to {{{name}_high}})")
    return f"At the end of {{year}} the DSG stands at {', and at '.join(parts)}.", cells

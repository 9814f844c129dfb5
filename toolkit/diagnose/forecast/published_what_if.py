"""The what-if question on published figures: other growth, and a year unlike the others.

The random numbers stay the same while a slider moves, so what changes is the supposition alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from toolkit.aggregate import Aggregate
from toolkit.diagnose.forecast import fans, published_known, published_mode, scenario_tables
from toolkit.diagnose.forecast.history import Panel
from toolkit.diagnose.forecast.horizon import LONGEST
from toolkit.diagnose.forecast.published_parameters import Tuned
from toolkit.what_if import Answer, Control

SIMULATIONS = 200  # while sliders move; a report uses 1,000
GROWTH, SHOCK, YEARS = "growth", "shock", "years"


@dataclass(frozen=True)
class PublishedWhatIf:
    """The question: how many plans would there be, if?

    Attributes:
        panel: The published history.
        code: Code of the area.
        plans: Recorded plans of the area by year.
        tuned: Parameters.
        ahead: Years ahead at first, 1 to 5.
        seed: Seed of the run.
    """

    panel: Panel = field(repr=False)
    code: str
    plans: Aggregate = field(repr=False)
    tuned: Tuned = field(repr=False)
    ahead: int = LONGEST
    seed: int = 1

    @property
    def controls(self) -> Sequence[Control]:
        """Growth against the expected, a push or a brake for the whole country, and the years."""
        return [
            Control(GROWTH, "Growth, against the expected", 0, 200, 10, 100, "% of it"),
            Control(SHOCK, "National growth above the expected", -5, 5, 0.5, 0,
                    "percentage points a year"),
            Control(YEARS, "Years ahead", 1, LONGEST, 1, self.ahead, "years"),
        ]  # fmt: skip

    def answer(self, values: Mapping[str, float]) -> Answer:
        """Return the forecast of all plans for these values, as a chart and a sentence.

        Args:
            values: By the name of a control; those unnamed stand where they start.
        """
        stand = {c.name: c.value for c in self.controls} | dict(values)
        supposed = published_mode.Supposed(stand[GROWTH] / 100, stand[SHOCK] / 100)
        origin = self.panel.years[-1]
        known = published_known.known_at(self.panel, [self.code], origin, self.tuned)
        counts = published_mode.simulate(
            known, self.tuned, int(stand[YEARS]), SIMULATIONS, self.seed, supposed
        )
        paths = published_mode.paths(counts[0], origin, self.panel.provisions)
        shown = scenario_tables.fan({fans.UNMITIGATED: paths}, self.plans)
        sentence, cells = scenario_tables.told(shown)
        chart = {
            "mark": "line",
            "x": "year",
            **fans.RANGE,
            "since": str(origin),
            "title": "EHC plans each January, recorded and forecast",
        }
        return Answer(fans.of_scenario(shown), chart, sentence, cells)

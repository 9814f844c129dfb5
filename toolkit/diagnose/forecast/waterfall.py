"""Waterfall: from the future without planned changes to the one with all, a step a lever.

A step is what a lever does by itself. Levers that act on the same children do less together than
the sum of their steps; that difference is a step of its own, the interaction, so that nothing is
counted twice: the steps add up in every simulation. Source of the form: nhp_model (The Strategy
Unit), whose waterfall closes with a model interaction term.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose.caseload import UNIVERSE
from toolkit.diagnose.forecast import fans
from toolkit.diagnose.forecast.levers import Lever
from toolkit.diagnose.forecast.paths import Array, Paths, ranges

WITHOUT, INTERACTION, WITH = "without", "interaction", "with"
STEPS = {
    WITHOUT: "Without the planned changes",
    INTERACTION: "Counted by two levers at once",
    WITH: "With the planned changes",
}
Simulate = Callable[[Sequence[Lever]], Paths]


@dataclass(frozen=True)
class Waterfall:
    """What each lever does to a figure, in each simulation.

    Attributes:
        without: The figure without any lever, [simulation, ...].
        alone: For each lever, what it adds by itself (below 0 where it takes away).
        together: The figure with all levers.
    """

    without: Array = field(repr=False)
    alone: Mapping[str, Array] = field(repr=False)
    together: Array = field(repr=False)

    @property
    def interaction(self) -> Array:
        """What all levers do together, less the sum of what each does by itself."""
        steps = sum(self.alone.values(), np.zeros_like(self.without))
        return np.asarray(self.together - self.without - steps)

    @property
    def steps(self) -> dict[str, Array]:
        """The steps in order: they add up from `without` to `with` in every simulation."""
        ends = {INTERACTION: self.interaction, WITH: self.together}
        return {WITHOUT: self.without, **self.alone, **ends}


def attribute(
    simulate: Simulate, levers: Sequence[Lever], of: Callable[[Paths], Array]
) -> Waterfall:
    """Return what each lever does to a figure of the futures.

    Args:
        simulate: Futures with some levers; all runs share their random numbers.
        levers: The levers.
        of: The figure, [simulation, ...]: `Paths.by`, or the £ that follow from it.
    """
    without = of(simulate(()))
    alone = {lever.id: of(simulate((lever,))) - without for lever in levers}
    return Waterfall(without, alone, of(simulate(levers)) if levers else without)


def shown(
    found: Waterfall,
    levers: Sequence[Lever],
    year: int,
    census: tuple[int, int],
    sources: tuple[str, ...],
) -> Aggregate:
    """Return the steps of plans at one January, for a chart or a table.

    Args:
        found: Plans at that January, [simulation].
        levers: The levers, for what they mean and do for children.
        year: The January.
        census: The January that the forecast starts from, and its plans.
        sources: Where the plans come from.

    Returns:
        One row a `step`: plans with ranges; `outcome` is what a lever does for children.
    """
    rows = [{"step": name, **_row(figure)} for name, figure in found.steps.items()]
    outcomes = {lever.id: lever.outcome for lever in levers}
    frame = pd.DataFrame(rows).assign(count=census[1], counted_in=census[0])
    frame["outcome"] = frame["step"].map(outcomes).fillna("")
    return Aggregate(
        frame=frame,
        universe=UNIVERSE,
        dimensions=("step",),
        measures=(
            *fans.measures("EHC plans", "number", ("step",), 0),
            Measure("outcome", "Outcome for children", "text"),
        ),
        source="local",
        sources=sources,
        method="Each lever by itself against none, in the same simulations; what all do together "
        f"beyond or below the sum of these stands apart. {fans.QUANTILES}",
        period=f"January {year}",
        not_summed=("step",),
        labels={"step": {**STEPS, **{lever.id: lever.meaning for lever in levers}}},
    )


def _row(figure: Array) -> dict[str, float]:
    found = ranges(figure)
    return {"value": float(found["median"]), **{c: float(found[q]) for c, q in fans.ENDS.items()}}

"""The flows that the forecast rests on, as assumptions: who joins, leaves and moves.

Measured on the area's own plans; growth of new plans may be agreed otherwise in `assumptions`
(`growth.joiners`). Needs `plans`, `placements` and `censuses`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose.forecast import arrivals
from toolkit.diagnose.forecast.assumed import GROWTH, MEASURED, TO_80, Assumption, assumed
from toolkit.diagnose.forecast.local_mode import Model
from toolkit.diagnose.forecast.paths import Array

MOVES = "EHC plans, and with them all spend and both balances"
UNIVERSE = "Plans followed from one January census to the next, all years held"
FLOWS = {
    "join": "New plans in a year, for 100 held",
    "leave": "Plans that end in a year",
    "move": "Plans whose provision changes in a year",
}
ENDS = 100 * arrivals.GROWTH_SPREAD * TO_80  # percentage points from the middle to either end


def with_assumed(model: Model, own: pd.DataFrame) -> Model:
    """Return the model with the growth of new plans that the area has agreed, where it has.

    Args:
        model: As `local_mode.fit` returns it.
        own: Table `assumptions`; a row `growth.joiners` holds % in the first year.
    """
    stated = assumed(own).by_id.get(GROWTH)
    if stated is None or stated.value is None:
        return model
    return model.with_growth(stated.value)


def measured(model: Model, sources: Sequence[str]) -> list[Assumption]:
    """Return what was measured of the flows, recent years weighing more.

    Args:
        model: As `local_mode.fit` returns it.
        sources: Where the plans come from.

    Returns:
        Growth of new plans with its 80% interval, new plans a year for each plan held, the
        share of plans that end in a year and the share that change provision.
    """
    origin, growth = "; ".join(sources), model.growth_percent
    made = [
        Assumption(GROWTH, "Growth of new plans in the first year, per head of population",
                   growth, growth - ENDS, growth + ENDS, "% a year", origin, MEASURED, MOVES),
    ]  # fmt: skip
    weights = model.seen.weights
    for name, (people, base) in _counted(model).items():
        rate = 100 * float(weights @ people) / float(weights @ base)
        made.append(
            Assumption(f"{name}.rate", FLOWS[name], rate, unit="% of plans a year", source=origin,
                       agreed_by=MEASURED, moves=MOVES)
        )  # fmt: skip
    return made


def _counted(model: Model) -> dict[str, tuple[Array, Array]]:
    """Return for each flow the people in it and the plans that it is a share of, by pair."""
    seen = model.seen
    moved = seen.moved.sum(axis=(1, 2))
    changed = moved.sum(axis=(1, 2)) - np.trace(moved, axis1=1, axis2=2)
    joined, left, stayed = (x.sum(axis=(1, 2, 3)) for x in (seen.joined, seen.left, seen.stayed))
    return {"join": (joined, seen.opening), "leave": (left, seen.opening),
            "move": (changed, stayed)}  # fmt: skip


def table(model: Model, sources: tuple[str, ...]) -> Aggregate:
    """Return the flows that were measured: people over all years held, and the yearly rate.

    Returns:
        One row a `flow`: `people` in it and `base`, the plans followed, over all years held
        (people), and `rate` (% a year, recent years weighing more).
    """
    weights, rows = model.seen.weights, []
    for name, (people, base) in _counted(model).items():
        rate = 100 * float(weights @ people) / float(weights @ base)
        rows.append((name, float(people.sum()), float(base.sum()), rate))
    first, last = min(model.seen.years), max(model.seen.years) + 1
    return Aggregate(
        frame=pd.DataFrame(rows, columns=["flow", "people", "base", "rate"]),
        universe=UNIVERSE,
        dimensions=("flow",),
        measures=(
            Measure("people", "In all years", "people"),
            Measure("base", "Plans followed", "people", where={"of": "base"}),
            Measure("rate", "In a year", "%", ("people", "base"), decimals=1),
        ),
        source="local",
        sources=sources,
        method="People followed from each January census to the next. Each year weighs 0.7 of the "
        "year after it.",
        period=f"January {first} to January {last}",
        not_summed=("flow", "of"),
        labels={"flow": FLOWS},
    )

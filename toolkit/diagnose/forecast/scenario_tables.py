"""Plans in tables and charts: recorded and forecast, with and without the planned changes.

Needs the tables `plans`, `placements` and `censuses`, or the published `caseload`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose.forecast import fans
from toolkit.diagnose.forecast.paths import ALL, Array, Paths
from toolkit.diagnose.january import AGE_GROUPS

AXES = {"provision": "provision", "primary_need": "need", "age_group": "age"}
EDITION = "edition"  # the filter of plans in which an estimate stands for a published figure
METHOD = (
    "Plans at each January census. Until January {start} as recorded; after it simulated, {n} "
    "times, each plan by age, need and provision where these are held."
)


def fan(
    scenarios: Mapping[str, Paths], plans: Aggregate, dimension: str | None = None
) -> Aggregate:
    """Return plans by January and scenario: recorded, then the forecast with its ranges.

    Args:
        scenarios: Simulated plans by scenario; all from one census, over the same years.
        plans: Recorded plans by `year`, and by `dimension` where it is given.
        dimension: "provision", "primary_need" or "age_group"; None for all plans.

    Returns:
        One row a January, scenario and part: `value` (plans), `low80`, `high80`, `low95`,
        `high95`, and `count`, the recorded people that it rests on.
    """
    first = next(iter(scenarios.values()))
    start = first.years[0]
    named = ["year", "scenario"] + ([dimension] if dimension else [])
    before = _recorded(plans, list(scenarios), start, dimension)
    after = pd.concat([_forecast(p, name, dimension) for name, p in scenarios.items()])
    after = _counted(after, plans, start, dimension)
    frame = pd.concat([f for f in (before, after) if len(f)], ignore_index=True)
    edition = f" Plans are {plans.filters[EDITION]}." if EDITION in plans.filters else ""
    method = METHOD.format(start=start, n=f"{first.simulations:,}")
    return Aggregate(
        frame=frame,
        universe=plans.universe,
        dimensions=tuple(named),
        measures=fans.measures("EHC plans", without=("scenario",), decimals=0),
        source=plans.source,
        sources=plans.sources,
        method=f"{method}{edition} {fans.QUANTILES}",
        period=f"January {frame['year'].min()} to January {frame['year'].max()}",
        filters=plans.filters,
        not_summed=fans.NOT_SUMMED,
        labels={**plans.labels, "scenario": fans.called(scenarios)},
    )


def _recorded(
    plans: Aggregate, scenarios: Sequence[str], start: int, dimension: str | None
) -> pd.DataFrame:
    """Return the recorded Januaries, the same in each scenario."""
    keys = ["year", *([dimension] if dimension else [])]
    own = plans.frame[plans.frame["year"].le(start)]
    summed = own.groupby(keys, sort=False)["plans"].sum().reset_index(name="value")
    empty = dict.fromkeys(fans.ENDS, np.nan)
    each = summed.assign(count=summed["value"], counted_in=summed["year"], **empty)
    return pd.concat([each.assign(scenario=s) for s in scenarios], ignore_index=True)


def _forecast(paths: Paths, scenario: str, dimension: str | None) -> pd.DataFrame:
    """Return the simulated Januaries of one scenario, with their ranges."""
    simulated, parts = parts_of(paths, dimension)
    labels = [paths.years[1:], *([parts] if dimension else [])]
    names = ["year", *([dimension] if dimension else [])]
    return fans.forecast_rows(simulated[:, 1:], labels, names).assign(scenario=scenario)


def parts_of(paths: Paths, dimension: str | None) -> tuple[Array, tuple[str, ...]]:
    """Return plans by simulation, year and the parts of a dimension, and the parts' codes.

    The parts add up to the total inside every simulation.
    """
    if dimension is None:
        return paths.by(), ()
    by_axis = paths.by(AXES[dimension])
    if dimension == "provision":
        return by_axis, paths.provisions
    if dimension == "primary_need":
        return by_axis, paths.needs
    if paths.ages == ALL:
        raise ValueError("the forecast is not split by age.")
    groups = {
        name: [i for i, a in enumerate(paths.ages) if low <= int(a) <= high]
        for name, (low, high) in AGE_GROUPS.items()
    }
    summed = [by_axis[:, :, inside].sum(axis=2) for inside in groups.values()]
    return np.stack(summed, axis=2), tuple(groups)


def _counted(
    after: pd.DataFrame, plans: Aggregate, start: int, dimension: str | None
) -> pd.DataFrame:
    """Return the forecast with the people of the last census; 0 where nobody was in a part."""
    last = plans.frame[plans.frame["year"].eq(start)]
    if dimension is None:
        return after.assign(count=float(last["plans"].sum()), counted_in=start)
    held = last.groupby(dimension)["plans"].sum()
    known = after[dimension].isin(held.index) | after["value"].gt(0) | after["high95"].gt(0)
    kept = after[known]
    count = kept[dimension].map(held)
    # A part that no record was in holds nobody; one that nothing was published of is not known.
    return kept.assign(
        count=count.fillna(0.0) if plans.source == "local" else count, counted_in=start
    )


def horizon(table: Aggregate) -> int:
    """Return the last January of a fan."""
    return int(table.frame["year"].max())


def told(table: Aggregate, scenario: str = fans.UNMITIGATED) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on all plans at the start and the end of a forecast, and its cells.

    Args:
        table: As `fan` returns it without a dimension.
        scenario: Which scenario to speak of.
    """
    start, end = int(table.frame["counted_in"].max()), horizon(table)
    sentence = (
        "{changes}, {now} EHC plans in January {start} become {then} in January {end}; 80% of "
        "simulations lie between {low} and {high}."
    )
    return sentence, {
        "now": table.cell("value", year=start, scenario=scenario),
        "start": str(start),
        "changes": fans.name_of(table, scenario),
        "then": table.cell("value", year=end, scenario=scenario),
        "end": str(end),
        "low": table.cell("low80", year=end, scenario=scenario),
        "high": table.cell("high80", year=end, scenario=scenario),
    }


def at_horizon(table: Aggregate, dimension: str, scenario: str = fans.UNMITIGATED) -> Aggregate:
    """Return each part now and at the end of the forecast, one row a part.

    Args:
        table: As `fan` returns it, by `dimension`.
        dimension: The dimension of the parts.
        scenario: Which scenario.

    Returns:
        `count` (people, now), `value`, `low80`, `high80`, `low95`, `high95` (plans then) and
        `change` (plans).
    """
    own = table.frame[table.frame["scenario"].eq(scenario)]
    frame = own[own["year"].eq(own["year"].max())].drop(columns=["year", "scenario"])
    start, end = int(frame["counted_in"].max()), horizon(table)
    frame = frame.assign(change=frame["value"] - frame["count"]).reset_index(drop=True)
    said = "" if scenario == fans.UNMITIGATED else f", {fans.name_of(table, scenario).lower()}"
    named = fans.measures(f"Forecast, January {end}{said}", without=("scenario",), decimals=0)
    count = Measure("count", f"Plans, January {start}", "people", where={"year": str(start)})
    change = Measure("change", f"Change to January {end}{said}", "number", ("count",), decimals=0)
    return Aggregate(
        frame=frame,
        universe=table.universe,
        dimensions=(dimension,),
        measures=(count, named[1], change, *named[2:]),
        source=table.source,
        sources=table.sources,
        method=f"{fans.name_of(table, scenario)}. {table.method}",
        period=f"January {start} to January {end}",
        filters=table.filters,
        not_summed=fans.NOT_SUMMED,
        labels=table.labels,
    )

"""Fans: recorded figures and the ranges of forecast ones, in one form for tables and charts.

A row is a cell of the dimensions. `count` is the people that its figure rests on: in a recorded
year those of that year, in a forecast year those of the census that the forecast starts from.
Recorded figures have no range.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate, Measure, Unit
from toolkit.diagnose import years
from toolkit.diagnose.caseload import UNIVERSE
from toolkit.diagnose.forecast.paths import Array, ranges

UNMITIGATED, MITIGATED, LIMITED = "unmitigated", "mitigated", "limited"
SCENARIOS = {
    UNMITIGATED: "Without the planned changes",
    MITIGATED: "With the planned changes",
}
AS_NOW = {UNMITIGATED: "If things go on as they are"}  # where no change is planned to be without
NO_NEW_PLACE = {LIMITED: "With the places of today"}
ENDS = {"low80": "p10", "high80": "p90", "low95": "p2_5", "high95": "p97_5"}
END_LABELS = {
    "low80": "Low end of 80%",
    "high80": "High end of 80%",
    "low95": "Low end of 95%",
    "high95": "High end of 95%",
}
SHOWN = ("value", "low80", "high80")
RANGE = {"y": "value", "low": "low95", "high": "high95", "inner": ("low80", "high80")}
NOT_SUMMED = ("year", "area", "financial_year", "scenario", "line", "component", "kind")
QUANTILES = (
    "The middle is the median of all simulations; 80% and 95% of them lie within the ranges. "
    "Medians do not add up: the median of a sum is not the sum of the medians."
)


def called(scenarios: Iterable[object]) -> Mapping[str, str]:
    """Return what scenarios are called: a pair only where changes are planned.

    That of no new place stands alone.
    """
    if LIMITED in (held := set(scenarios)):
        return NO_NEW_PLACE
    return SCENARIOS if MITIGATED in held else AS_NOW


def name_of(table: Aggregate, scenario: str) -> str:
    """Return what a table calls one of its scenarios."""
    return table.labels["scenario"][scenario]


def measures(
    label: str,
    unit: Unit = "number",
    without: Sequence[str] = (),
    decimals: int | None = None,
) -> tuple[Measure, ...]:
    """Return the measures of a fan: the count, the value and the ends of both ranges.

    Args:
        label: What the value is called.
        unit: Its unit.
        without: Dimensions that the count does not have, as "scenario".
        decimals: Decimal places of the value and its range.
    """
    apart = tuple(without)
    rests = ("count",)
    ends = tuple(Measure(c, text, unit, rests, decimals=decimals) for c, text in END_LABELS.items())
    return (
        Measure("count", "EHC plans, last census", "people",
                where_column={"year": "counted_in"}, without=apart),
        Measure("value", label, unit, rests, decimals=decimals),
        *ends,
    )  # fmt: skip


def columns_of(simulated: Array) -> dict[str, Array]:
    """Return value, low80, high80, low95 and high95 over the simulations, the first axis."""
    found = ranges(simulated)
    return {"value": found["median"], **{c: found[q] for c, q in ENDS.items()}}


def forecast_rows(simulated: Array, labels: Sequence[Sequence[object]], names: Sequence[str]
                  ) -> pd.DataFrame:  # fmt: skip
    """Return one row a cell of `simulated` ([simulation, ...]), in order, with its range.

    Args:
        simulated: Figures, computed inside each simulation.
        labels: For each axis after the first, its labels.
        names: What each of these axes is called.
    """
    index = pd.MultiIndex.from_product([list(x) for x in labels], names=list(names))
    flat = {c: v.reshape(-1) for c, v in columns_of(simulated).items()}
    return pd.DataFrame(flat, index=index).reset_index()


def plans_in(plans: Aggregate) -> dict[int, float]:
    """Return all plans of each January, from plans by year and any other dimensions."""
    summed = plans.frame.groupby("year")["plans"].sum()
    return {int(y): float(n) for y, n in zip(summed.index, summed, strict=True)}


def with_counts(frame: pd.DataFrame, counts: Mapping[int, float], start: int) -> pd.DataFrame:
    """Return rows by financial year with `count` and `counted_in`, of the whole area.

    Args:
        frame: Has `financial_year`.
        counts: All plans of each January.
        start: The January that the forecast starts from.
    """
    within = [min(years.start_of(int(y)) + 1, start) for y in frame["financial_year"]]
    held = [counts.get(y, float("nan")) for y in within]
    return frame.assign(count=held, counted_in=within)


def money(
    frame: pd.DataFrame,
    label: str,
    dimensions: Sequence[str],
    method: str,
    sources: tuple[str, ...],
    labels: Mapping[str, Mapping[str, str]] | None = None,
) -> Aggregate:
    """Return £ by financial year and other dimensions, on the plans of the whole area.

    Args:
        frame: The dimensions, `count`, `counted_in`, `value` and the ends of the ranges.
        label: What the value is called.
        dimensions: The dimensions, `financial_year` among them.
        method: How it was computed.
        sources: Where it comes from.
        labels: For a dimension, what its codes are called.
    """
    ordered = frame.reset_index(drop=True)
    return Aggregate(
        frame=ordered,
        universe=UNIVERSE,
        dimensions=tuple(dimensions),
        measures=measures(label, "£", tuple(dimensions)),
        source="local",
        sources=sources,
        method=f"{method} {QUANTILES}",
        period=years.period(ordered["financial_year"]),
        not_summed=NOT_SUMMED,
        labels={"scenario": called(ordered.get("scenario", ())), **(labels or {})},
    )


def recorded(
    values: Mapping[int, float], scenarios: Sequence[str], counts: Mapping[int, float]
) -> pd.DataFrame:
    """Return recorded figures by financial year, the same in each scenario, without a range.

    Years whose January is not held are left out: nothing says how many people they rest on.
    """
    rows = [
        {"financial_year": y, "scenario": s, "value": v, "count": counts[january],
         "counted_in": january, **dict.fromkeys(ENDS, np.nan)}
        for s in scenarios
        for y, v in values.items()
        if (january := years.start_of(y) + 1) in counts
    ]  # fmt: skip
    names = ["financial_year", "scenario", "value", "count", "counted_in", *ENDS]
    return pd.DataFrame(rows, columns=names)


def of_scenario(table: Aggregate, scenario: str = UNMITIGATED) -> Aggregate:
    """Return the rows of one scenario, as a table without that dimension."""
    frame = table.frame[table.frame["scenario"].eq(scenario)].drop(columns="scenario")
    return replace(
        table,
        frame=frame.reset_index(drop=True),
        dimensions=tuple(d for d in table.dimensions if d != "scenario"),
        measures=tuple(
            replace(m, without=tuple(d for d in m.without if d != "scenario"))
            for m in table.measures
        ),
        method=f"{name_of(table, scenario)}. {table.method}",
    )


def side_by_side(table: Aggregate, column: str = "value") -> Aggregate:
    """Return one figure with a column for each scenario, and the count that they rest on."""
    found, figure = table.measure("count"), table.measure(column)
    keys = [d for d in table.dimensions if d != "scenario"]
    names = dict.fromkeys(str(s) for s in table.frame["scenario"])
    wide = table.frame.drop_duplicates(keys)[[*keys, "count", "counted_in"]].set_index(keys)
    for name in names:
        own = table.frame[table.frame["scenario"].eq(name)].set_index(keys)
        wide[name] = own[column]
    apart = tuple(d for d in found.without if d != "scenario")
    return replace(
        table,
        frame=wide.reset_index(),
        dimensions=tuple(keys),
        measures=(
            *(replace(figure, column=name, label=name_of(table, name)) for name in names),
            replace(found, without=apart),
        ),
    )


def in_year(table: Aggregate, financial_year: int, scenario: str = UNMITIGATED) -> Aggregate:
    """Return the rows of one scenario and financial year, without these dimensions."""
    one = of_scenario(table, scenario)
    frame = one.frame[one.frame["financial_year"].eq(financial_year)]
    frame = frame.drop(columns="financial_year").reset_index(drop=True)
    return replace(
        one,
        frame=frame,
        dimensions=tuple(d for d in one.dimensions if d != "financial_year"),
        measures=tuple(
            replace(m, without=tuple(d for d in m.without if d != "financial_year"))
            for m in one.measures
        ),
        period=years.label(financial_year),
    )


def forecast_only(table: Aggregate) -> Aggregate:
    """Return the rows of the forecast: those that have a range."""
    frame = table.frame[table.frame["low80"].notna()]
    return replace(table, frame=frame.reset_index(drop=True))

"""Charts of every kind of mark over small local counts, for the tests of drawing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from tests.show.making import aggregate
from toolkit import show
from toolkit.aggregate import Aggregate, Measure

Make = Callable[[Mapping[str, int]], show.View]
COUNTS = {"ASD": 520, "SEMH": 300, "SLCN": 140, "VI": 11, "MSI": 3}  # the last two are hidden
OTHERS = {**COUNTS, "VI": 10, "MSI": 4}  # another area, that a reader must not tell from it
UNITS: Mapping[str, Measure] = {
    column: Measure(column, label, "per 1,000", ("plans",))
    for column, label in {
        **{"rate": "Rate", "low": "95% range, low", "high": "95% range, high"},
        **{"low80": "80% range, low", "high80": "80% range, high", "median": "Median"},
        **{"england": "England"},
    }.items()
}
PLACES = (Measure("column", "Column", "number"), Measure("row", "Row", "number"))


def by_need(counts: Mapping[str, int]) -> Aggregate:
    """Return plans by need with a rate, its ranges and a place, all made from the counts."""
    frame = pd.DataFrame({"need": list(counts), "plans": list(counts.values())})
    rate = frame["plans"] / 10
    frame = frame.assign(
        rate=rate, low=rate * 0.7, high=rate * 1.3, low80=rate * 0.8, high80=rate * 1.2,
        median=rate * 0.95, england=rate * 1.1, column=range(len(frame)), row=1,
    )  # fmt: skip
    return aggregate(
        frame, ["need"], (Measure("plans", "EHC plans", "people"), *UNITS.values(), *PLACES)
    )


def by_year(counts: Mapping[str, int]) -> Aggregate:
    """Return the same by year: the counts as given stand in 2024, and forecasts follow."""
    later = [by_need(counts).frame.assign(year=2024 + i) for i in range(4)]
    frame = pd.concat(later, ignore_index=True).assign(counted=2024)
    for column in UNITS:
        frame[column] += frame["year"] - 2024
    frame.loc[frame["year"] == 2024, ["low", "high", "low80", "high80"]] = None
    counted = Measure("plans", "EHC plans", "people", where_column={"year": "counted"})
    return aggregate(frame, ["year", "need"], (counted, *UNITS.values(), *PLACES))


RANGE = {"low": "low", "high": "high"}
FAN = {**RANGE, "inner": ("low80", "high80"), "since": 2024}
MARKS: Mapping[str, Make] = {
    "fan": lambda c: show.chart_view(
        by_year(c), mark="line", x="year", y="rate", facet="need", **FAN
    ),
    "line": lambda c: show.chart_view(
        by_year(c), mark="line", x="year", y="rate", colour="need", highlight=["ASD", "VI"], **FAN
    ),
    "bar": lambda c: show.chart_view(by_need(c), mark="bar", x="need", y="plans"),
    "dot": lambda c: show.chart_view(by_need(c), mark="dot", x="need", y="rate", **RANGE),
    "scatter": lambda c: show.chart_view(
        by_need(c), mark="scatter", x="plans", y="rate", colour="need"
    ),
    "heatmap": lambda c: show.chart_view(
        by_year(c), mark="heatmap", x="year", y="rate", colour="need"
    ),
    "tiles": lambda c: show.chart_view(
        by_need(c), mark="tiles", x="need", y="rate", column="column", row="row",
        highlight=["MSI", "ASD"],
    ),
    "funnel": lambda c: show.chart_view(
        by_need(c), mark="funnel", x="plans", y="rate", colour="need", inner=("low80", "high80"),
        middle="median", highlight=["MSI"], **RANGE,
    ),
    "range": lambda c: show.chart_view(
        by_need(c), mark="range", x="need", y="rate", middle="median", against="england", **RANGE
    ),
    "ranges of their own": lambda c: show.chart_view(
        by_need(c), mark="range", x="need", y="rate", middle="median", scales="each", **RANGE
    ),
}  # fmt: skip

"""Requests by month of the year: when the work comes in."""

from __future__ import annotations

import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose import funnel, variation
from toolkit.diagnose.variation_cases import YEARS

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def months(requests: pd.DataFrame, sources: tuple[str, ...]) -> Aggregate:
    """Return requests by calendar month over whole years, against an even spread over the days.

    Args:
        requests: Table `requests`. Only calendar years in which every month has a request.
        sources: Where it comes from.
    """
    when = requests["request_date"]
    held = when.dt.to_period("M").drop_duplicates().dt.year.value_counts()
    whole = sorted(int(y) for y in held[held.eq(12)].index)[-YEARS:]
    used = when[when.dt.year.isin(whole)]
    day = pd.Series(pd.date_range("2000-01-01", "2000-01-01"))
    if whole:
        every = pd.date_range(f"{whole[0]}-01-01", f"{whole[-1]}-12-31")
        day = pd.Series(every[every.year.isin(whole)])
    number = range(1, 13) if whole else range(0)
    table = pd.DataFrame({"month": list(number)})
    table["base"] = table["month"].map(day.dt.month.value_counts()).astype(float)
    table["events"] = table["month"].map(used.dt.month.value_counts()).fillna(0).astype(float)
    table["expected"] = table["base"] * len(used) / max(len(day), 1)
    judged = funnel.judge(table["events"], table["base"], table["expected"], "poisson")
    table = pd.concat([table, judged], axis=1)
    table["rate"] = 30 * table["events"] / table["base"]
    table["ratio"] = 100 * table["events"] / table["expected"]
    table[list(variation.LIMITS)] = 100 * table[list(variation.LIMITS)].div(
        table["expected"], axis=0
    )
    table["par"] = 100.0
    table["verdict"] = table["verdict"].map(funnel.VERDICTS)
    what = variation.Occurrence("Requests for an assessment, by calendar month", "", "Requests")
    return Aggregate(
        frame=table,
        universe=what.universe,
        dimensions=("month",),
        measures=variation.measures(what, Measure("base", "Days", "days")),
        source="local",
        sources=sources,
        method="Requests received in each month of the year, whole calendar years together. "
        "Expected = evenly over the days. Rate = in 30 days. Limits: exact Poisson.",
        period=f"{whole[0]} to {whole[-1]}" if whole else "",
        not_summed=("area",),
        labels={"month": {str(i): name for i, name in enumerate(MONTHS, start=1)}},
    )

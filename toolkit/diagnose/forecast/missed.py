"""Cohorts that are known to be coming and that the forecast does not count.

Needs the table `pipeline`; with unit costs, what they would add is said as well.
"""

from __future__ import annotations

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose import years
from toolkit.diagnose.caseload import NO_LABELS, Labels
from toolkit.diagnose.forecast.unit_costs import Prices

UNIVERSE = "Children and young people on the way to a placement, as services count them"
LEAST = 10  # plans that a price shown here rests on: above every disclosure threshold
COUNTED = {"yes": "In the forecast", "no": "Not in the forecast"}


def cohorts(
    pipeline: pd.DataFrame,
    sources: tuple[str, ...],
    prices: Prices | None = None,
    labels: Labels = NO_LABELS,
) -> Aggregate:
    """Return every cohort of the pipeline, those missing from the forecast first.

    Args:
        pipeline: Table `pipeline`.
        sources: Where it comes from.
        prices: Unit costs, for what a cohort costs in a full year; None leaves that out.
        labels: For a dimension, what its codes are called.

    Returns:
        One row a `cohort`: `meaning`, `people`, `counted` ("In the forecast" or not), `place`
        (provision), `due` (January), `origin`, and `full_year` (£ at base prices; missing
        where fewer than ten plans stand behind the price).
    """
    table = _readable(pipeline, labels)
    measures = [
        Measure("meaning", "Who they are", "text"),
        Measure("people", "People", "people", where_column={"in_forecast": "in_forecast"}),
        Measure("counted", "Forecast", "text"),
        Measure("place", "Provision needed", "text"),
        Measure("due", "By", "text"),
        Measure("origin", "Source", "text"),
    ]
    if prices is not None:
        each = zip(prices.provisions, prices.by_provision, prices.caseload.sum(axis=0), strict=True)
        # A price of few plans would tell what one of them costs.
        known = {name: price for name, price, plans in each if plans >= LEAST}
        cost = table["provision_group"].map(known).fillna(0.0)
        table = table.assign(full_year=(table["people"] * cost).where(cost > 0))
        base = years.label(prices.financial_year)
        measures.insert(
            2, Measure("full_year", f"Cost in a full year, {base} prices", "£", ("people",))
        )
    return Aggregate(
        frame=table,
        universe=UNIVERSE,
        dimensions=("cohort",),
        measures=tuple(measures),
        source="local",
        sources=sources,
        method="As services count them. A cohort that the forecast does not count comes on top "
        "of it, in so far as its children would not have come anyway.",
        period=_period(table["entry_year"]),
        not_summed=(),
    )


def _readable(pipeline: pd.DataFrame, labels: Labels) -> pd.DataFrame:
    """Return the pipeline in words, cohorts missing from the forecast first."""
    called = labels.get("provision", {})
    table = pipeline.assign(
        cohort=pipeline["cohort_id"].astype(str),
        place=[called.get(str(p), str(p)) for p in pipeline["provision_group"]],
        due=[f"January {int(y)}" for y in pipeline["entry_year"]],
        people=pipeline["people"].astype(float),
        in_forecast=_is_counted(pipeline).map({True: "yes", False: "no"}),
        entry_year=pipeline["entry_year"].astype(int),
        origin=pipeline["source"].fillna("Not stated"),
    )
    table = table.assign(counted=table["in_forecast"].map(COUNTED))
    return table.sort_values(["in_forecast", "entry_year", "cohort"]).reset_index(drop=True)


def _is_counted(pipeline: pd.DataFrame) -> pd.Series:
    """Return whether a cohort is marked as counted; one that nobody marked is not."""
    return pipeline["in_forecast"].fillna(0).eq(1)


def _period(entry: pd.Series) -> str:
    if entry.empty:
        return ""
    first, last = int(entry.min()), int(entry.max())
    return f"January {first}" if first == last else f"January {first} to January {last}"


def alert(pipeline: pd.DataFrame, sources: tuple[str, ...]) -> Aggregate:
    """Return how many people of the pipeline the forecast counts, and how many it misses.

    Returns:
        One row: `cohorts` (number) and `missing` (people) that it does not count.
    """
    missed = pipeline[~_is_counted(pipeline)]
    row = {"cohorts": len(missed), "missing": float(missed["people"].sum())}
    return Aggregate(
        frame=pd.DataFrame([row]),
        universe=UNIVERSE,
        dimensions=(),
        measures=(
            Measure("cohorts", "Cohorts missing from the forecast", "number", decimals=0),
            Measure("missing", "People in them", "people", where={"in_forecast": "no"}),
        ),
        source="local",
        sources=sources,
        method="Cohorts of the pipeline that are not marked as counted in the forecast.",
        not_summed=(),
    )


def is_complete(pipeline: pd.DataFrame) -> bool:
    """Return whether the forecast counts every cohort of the pipeline."""
    return bool(_is_counted(pipeline).all())


def told(found: Aggregate, pipeline: pd.DataFrame) -> tuple[str, dict[str, Cell | str]]:
    """Return the alert in one sentence, and its cells; another where nobody is missing.

    Args:
        found: As `alert` returns it.
        pipeline: Table `pipeline`.
    """
    if is_complete(pipeline):
        return "The forecast counts every cohort that services know is coming.", {}
    missed = pipeline[~_is_counted(pipeline)]
    named = "; ".join(str(m)[:1].lower() + str(m)[1:] for m in missed["meaning"])
    sentence = (
        "Missing from the forecast: {missing} children and young people whom services know to be "
        "coming ({named})."
    )
    return sentence, {"missing": found.cell("missing"), "named": named}

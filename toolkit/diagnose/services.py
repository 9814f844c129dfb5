"""Support services: how much they are used, and how often the agreed outcome is met.

Each function takes a DataFrame and returns an `Aggregate`. Nothing here opens a file, draws a
chart or knows which local area it is looking at.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose import years
from toolkit.diagnose.benchmarks.intervals import wilson

UNIVERSE = "People referred to a support service in the financial year"
FEWEST = 30  # people: with fewer, the 95% range of an outcome rate is over 30 points wide
SHOWN = ("reach", "base", "rate", "low", "high", "ranked", "quadrant")
FULL = 100.0  # % of capacity
OVER, WITHIN, UNKNOWN = "More asked than it can support", "Within its capacity", "Unknown"
EFFECTIVENESS = (
    "Outcome rate = people whose agreed outcome was met / people for whom it is known, with its "
    f"95% range (Wilson). A service with fewer than {FEWEST} such people is not ranked. Services "
    "support different children: a rate is where to ask, not a league table. Many and few, more "
    "and less often: beside the middle of the ranked services."
)


def latest_year(services: pd.DataFrame) -> int:
    """Return the latest financial year of the table."""
    return int(services["financial_year"].max())


def utilisation(services: pd.DataFrame, sources: tuple[str, ...]) -> Aggregate:
    """Return demand, capacity and utilisation of each service in each financial year.

    Args:
        services: Table `services`.
        sources: Where it comes from.

    Returns:
        One row a `financial_year` and `service`: `demand` (people), `capacity`, `waiting`
        (people), `utilisation` (% = demand / capacity) and `judged` (text). What is unknown
        stays missing; it is never 0.
    """
    columns = ["financial_year", "service", "demand", "capacity", "waiting"]
    frame = services[columns].astype(dict.fromkeys(columns[2:], "float64"))
    capacity = frame["capacity"].where(frame["capacity"] > 0)
    frame["utilisation"] = 100 * frame["demand"] / capacity
    frame["judged"] = [_judged(u) for u in frame["utilisation"]]
    return Aggregate(
        frame=frame,
        universe=UNIVERSE,
        dimensions=("financial_year", "service"),
        measures=(
            Measure("demand", "People referred", "people"),
            Measure("capacity", "Can support", "number", decimals=0),
            Measure("utilisation", "Utilisation", "%", ("demand",), decimals=0),
            Measure("waiting", "Waiting at year end", "people", where={"waiting": "yes"}),
            Measure("judged", "Demand and capacity", "text", ("demand",)),
        ),
        source="local",
        sources=sources,
        method="Utilisation = people referred in the year / people whom the service can support "
        "in a year. Where either is unknown, so is utilisation.",
        period=years.period(frame["financial_year"]),
        # One person may be referred to two services, and may wait from the year before.
        not_summed=("financial_year", "area", "service", "waiting"),
    )


def _judged(utilisation: float) -> str:
    if pd.isna(utilisation):
        return UNKNOWN
    return OVER if utilisation > FULL else WITHIN


def in_year(made: Aggregate, year: int) -> Aggregate:
    """Return the rows of one financial year, the service as their only dimension."""
    frame = made.frame[made.frame["financial_year"].eq(year)].drop(columns="financial_year")
    return replace(
        made,
        frame=frame.reset_index(drop=True),
        dimensions=("service",),
        filters={"financial_year": str(year)},
        period=years.label(year),
    )


def told(made: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on how many services can meet demand in one year, and its cells.

    Args:
        made: As `in_year` returns it. A number of services is no count of people.
    """
    judged = made.frame["judged"].value_counts()
    row = {"services": len(made.frame)}
    row |= {"over": int(judged.get(OVER, 0)), "unknown": int(judged.get(UNKNOWN, 0))}
    counted = replace(
        made,
        frame=pd.DataFrame([row]),
        universe="Support services",
        dimensions=(),
        measures=tuple(Measure(c, c.capitalize(), "number", decimals=0) for c in row),
    )
    sentence = (
        "In {year}, {over} of {services} services were asked for more than they can give; for "
        "{unknown} the demand or the capacity is not known."
    )
    return sentence, {"year": made.period} | {c: counted.cell(c) for c in row}


def effectiveness(services: pd.DataFrame, year: int, sources: tuple[str, ...]) -> Aggregate:
    """Return how often the agreed outcome was met beside how many people the service reached.

    Args:
        services: Table `services`.
        year: The financial year.
        sources: Where it comes from.

    Returns:
        One row a `service`: `reach`, `met`, `base` (people), `rate` (%) with its 95% range `low` to
        `high`, `rank` (missing where `base` is under 30 or unknown), `ranked` and `quadrant` (text:
        reach and rate beside the medians of the ranked services).
    """
    rows = services[services["financial_year"].eq(year)]
    frame = pd.DataFrame(
        {
            "service": rows["service"],
            "reach": rows["demand"].astype("float64"),
            "base": rows["outcome_base"].astype("float64"),
            "rate": rows["outcome_rate"].astype("float64"),
        }
    ).reset_index(drop=True)
    frame["met"] = (frame["rate"] / 100 * frame["base"]).round()
    low, high = wilson(frame["rate"] / 100 * frame["base"], frame["base"])
    frame["low"], frame["high"] = 100 * low, 100 * high
    enough = frame["base"].ge(FEWEST)
    frame["rank"] = frame["rate"].where(enough).rank(ascending=False, method="min")
    frame["ranked"] = [_ranked(*row) for row in frame[["base", "rate", "rank"]].to_numpy()]
    at = {"financial_year": str(year)}
    frame["quadrant"] = _quadrant(frame)
    both = ("met", "base")
    return Aggregate(
        frame=frame,
        universe=UNIVERSE,
        dimensions=("service",),
        measures=(
            Measure("reach", "People referred", "people", where=at),
            Measure("met", "Outcome met for", "people", where={**at, "outcome": "met"}),
            Measure("base", "Outcome known for", "people", where={**at, "outcome": "known"}),
            Measure("rate", "Outcome met", "%", both, decimals=0),
            Measure("low", "95% range, low", "%", both, decimals=0),
            Measure("high", "95% range, high", "%", both, decimals=0),
            Measure("rank", "Rank", "number", both, decimals=0),
            Measure("ranked", "Rank", "text", both),
            Measure("quadrant", "Reach and outcome", "text", ("reach", *both)),
        ),
        source="local",
        sources=sources,
        method=EFFECTIVENESS,
        period=years.label(year),
        not_summed=("financial_year", "area", "service", "outcome"),
    )


def _quadrant(frame: pd.DataFrame) -> pd.Series:
    """Return in words where each ranked service lies by reach and by outcome; "" for others."""
    ranked = frame.dropna(subset=["rank", "reach"])
    many = ranked["reach"].ge(ranked["reach"].median()).map({True: "many", False: "few"})
    more = ranked["rate"].ge(ranked["rate"].median()).map({True: "more", False: "less"})
    said = "Reaches " + many + ", outcome met " + more + " often"
    return said.reindex(frame.index).fillna("")


def _ranked(base: float, rate: float, rank: float) -> str:
    if pd.isna(rate):
        return "Outcome not recorded"
    if pd.isna(base) or base < FEWEST:
        return f"Not ranked: fewer than {FEWEST} people"
    return f"{rank:.0f}"


def told_effectiveness(made: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on the highest and the lowest ranked outcome rate, and its cells."""
    ranked = made.frame.dropna(subset=["rank"]).set_index("service")
    if len(ranked) < 2:
        return "Too few services have outcomes for enough people to be compared.", {}
    best, worst = str(ranked["rate"].idxmax()), str(ranked["rate"].idxmin())
    sentence = (
        "Of the services with enough people, the agreed outcome was met most often in '{best}' "
        "({high}) and least often in '{worst}' ({low})."
    )
    return sentence, {
        "best": best,
        "worst": worst,
        "high": made.cell("rate", service=best),
        "low": made.cell("rate", service=worst),
    }

"""What comes after support: how many had a plan a year later, and what families say.

Each function takes a DataFrame and returns an `Aggregate`. Nothing here opens a file, draws a
chart or knows which local area it is looking at.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose import years
from toolkit.diagnose.benchmarks.intervals import Z, wilson
from toolkit.diagnose.services import FEWEST, UNIVERSE

CONVERSION = ("converted", "base", "rate", "low", "high", "ranked")
SURVEY = ("base", "score", "low", "high", "ranked")
LOWEST, HIGHEST = 1.0, 5.0  # of a score
NOT_HELD = (
    "Plans after support, and what families say, are left out: fill the columns "
    "conversion_rate, conversion_base, survey_score and survey_base of services.csv."
)
NOT_RANKED = f"Not ranked: fewer than {FEWEST}"


def conversion(services: pd.DataFrame, year: int, sources: tuple[str, ...]) -> Aggregate:
    """Return how many of those supported without a plan had one a year later, by service.

    Args:
        services: Table `services`.
        year: The financial year.
        sources: Where it comes from.

    Returns:
        One row a `service` with a figure: `converted` and `base` (people), `rate` (%) with its
        95% range `low` to `high`, `rank` (1 is the lowest share; missing where `base` is under
        30) and `ranked` (text).
    """
    rows = _held(services, year, "conversion_rate", "conversion_base")
    frame = rows.assign(converted=(rows["rate"] / 100 * rows["base"]).round())
    low, high = wilson(frame["converted"], frame["base"])
    frame = _ranked(frame.assign(low=100 * low, high=100 * high), ascending=True)
    at, both = {"financial_year": str(year)}, ("converted", "base")
    return Aggregate(
        frame=frame,
        universe=UNIVERSE,
        dimensions=("service",),
        measures=(
            Measure("converted", "Had a plan a year later", "people", where={**at, "plan": "yes"}),
            Measure("base", "Supported without a plan", "people", where={**at, "plan": "known"}),
            Measure("rate", "Share with a plan", "%", both, decimals=0),
            Measure("low", "95% range, low", "%", both, decimals=0),
            Measure("high", "95% range, high", "%", both, decimals=0),
            Measure("rank", "Rank", "number", both, decimals=0),
            Measure("ranked", "Rank, lowest share first", "text", both),
        ),
        source="local",
        sources=sources,
        method="Share = people supported without a plan who had one a year later / people "
        "supported without a plan of whom it is known, with its 95% range (Wilson). A service "
        f"with fewer than {FEWEST} such people is not ranked. A plan after support is no failure "
        "where the child needed one.",
        period=years.label(year),
        not_summed=("financial_year", "area", "service", "plan"),
    )


def survey(services: pd.DataFrame, year: int, sources: tuple[str, ...]) -> Aggregate:
    """Return the mean score that families gave each service, 1 to 5, with its range.

    Only the mean and the number of answers are held, not their spread. So the 95% range is the
    widest that answers of 1 to 5 with such a mean can have: a variance of at most
    (5 - mean)(mean - 1). Source: Bhatia and Davis (2000), A better bound on the variance,
    American Mathematical Monthly 107.

    Args:
        services: Table `services`.
        year: The financial year.
        sources: Where it comes from.

    Returns:
        One row a `service` with a figure: `base` (people), `score` with `low` and `high`,
        `rank` (1 is the highest score; missing where `base` is under 30) and `ranked` (text).
    """
    frame = _held(services, year, "survey_score", "survey_base").rename(columns={"rate": "score"})
    spread = (HIGHEST - frame["score"]) * (frame["score"] - LOWEST)
    half = Z * np.sqrt(spread / frame["base"].where(frame["base"] > 0))
    frame["low"] = (frame["score"] - half).clip(lower=LOWEST)
    frame["high"] = (frame["score"] + half).clip(upper=HIGHEST)
    at = {"financial_year": str(year), "survey": "answered"}
    return Aggregate(
        frame=_ranked(frame, "score"),
        universe=UNIVERSE,
        dimensions=("service",),
        measures=(
            Measure("base", "People who answered", "people", where=at),
            Measure("score", "Mean score, 1 to 5", "number", ("base",), decimals=1),
            Measure("low", "95% range, low", "number", ("base",), decimals=1),
            Measure("high", "95% range, high", "number", ("base",), decimals=1),
            Measure("rank", "Rank", "number", ("base",), decimals=0),
            Measure("ranked", "Rank", "text", ("base",)),
        ),
        source="local",
        sources=sources,
        method="Mean of the answers, 5 the best. The 95% range is the widest that answers of 1 to "
        "5 with this mean allow (Bhatia-Davis), since their spread is not held. A service with "
        f"fewer than {FEWEST} answers is not ranked.",
        period=years.label(year),
        not_summed=("financial_year", "area", "service", "survey"),
    )


def _held(services: pd.DataFrame, year: int, figure: str, base: str) -> pd.DataFrame:
    """Return the services of a year that have both a figure and the people it rests on."""
    rows = services[services["financial_year"].eq(year)].dropna(subset=[figure, base])
    named = {"service": rows["service"], "rate": rows[figure], "base": rows[base]}
    frame = pd.DataFrame(named).reset_index(drop=True)
    return frame.astype({"rate": "float64", "base": "float64"})


def _ranked(frame: pd.DataFrame, by: str = "rate", *, ascending: bool = False) -> pd.DataFrame:
    rank = frame[by].where(frame["base"].ge(FEWEST)).rank(ascending=ascending, method="min")
    said = [NOT_RANKED if pd.isna(r) else f"{r:.0f}" for r in rank]
    return frame.assign(rank=rank, ranked=said)


def told(converted: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on the lowest and the highest share with a plan, and its cells.

    Args:
        converted: As `conversion` returns it.
    """
    ranked = converted.frame.dropna(subset=["rank"]).set_index("service")["rate"]
    if len(ranked) < 2:
        return "Too few services know of enough people who had a plan after support.", {}
    least, most = str(ranked.idxmin()), str(ranked.idxmax())
    sentence = (
        "Of those supported without a plan, {low} had one a year later after '{least}', and "
        "{high} after '{most}'. The services support different needs: ask why, before comparing "
        "them."
    )
    return sentence, {
        "least": least,
        "most": most,
        "low": converted.cell("rate", service=least),
        "high": converted.cell("rate", service=most),
    }

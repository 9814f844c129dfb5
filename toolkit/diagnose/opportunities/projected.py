"""The total opportunity to the horizon, through the forecast's levers: nothing counts twice.

Opportunities overlap: two that keep the same child out of the same placement cannot both save
its cost. The forecast applies all levers to the same simulated children, so what it says of
all together has no overlap in it. An opportunity that no lever carries is listed apart, and is
in no total.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose import years
from toolkit.diagnose.forecast.attribution import INTERACTION, TOTAL, Effects, table
from toolkit.diagnose.forecast.levers import levers_of
from toolkit.diagnose.forecast.local_mode import Model
from toolkit.diagnose.forecast.price_levers import cost_of_change
from toolkit.evidence import Finding

EVERY = "All"
ENDS = ("low", "median", "high")
COLUMNS = ("mitigation_id", "financial_year", *ENDS)
REACHABLE = "EHC plans within the reach of a planned change, at the last census"
SHOWN = ("low", "median", "high", "agreed_low", "agreed_high", "cost", "reading")
TOLD = ("low", "median", "high", "added_low", "added_high", "cost")
OVERLAP = ("added_low", "added_high", "low", "median", "high", "cost", "outside")
METHOD = (
    "Spend without the changes less spend with them, in the same simulated futures, after ramp, "
    "delay and the chance that a change fails. Each lever stands by itself; what all together "
    "save beyond or below the sum of these is a row of its own."
)


def through_levers(effects: Effects) -> tuple[pd.DataFrame, dict[int, float]]:
    """Return what the levers are worth, as `checked` has it, and what the changes cost by year.

    Args:
        effects: What each planned change saves, as a run of the forecast has it.
    """
    spent = np.median(effects.cost, axis=0)
    years_of = [int(y) for y in effects.financial_years]
    return checked(table(effects)), dict(zip(years_of, map(float, spent), strict=True))


def checked(attribution: pd.DataFrame) -> pd.DataFrame:
    """Return what each lever of the forecast is worth, year by year, if its form is right.

    Args:
        attribution: `mitigation_id` (a lever, "interaction" or "total"), `financial_year`, and
            `low`, `median` and `high` (£; the ends of the 80% range). The total of a year is
            computed inside each simulation, so its range is not the sum of the ranges.

    Raises:
        ValueError: A column is missing, a year has no total, or a row stands twice.
    """
    missing = [c for c in COLUMNS if c not in attribution.columns]
    if missing:
        raise ValueError(f"the attribution lacks the columns {missing}.")
    if attribution.duplicated(["mitigation_id", "financial_year"]).any():
        raise ValueError("the attribution has two rows for one lever and year.")
    held = attribution.loc[attribution["mitigation_id"].eq(TOTAL), "financial_year"]
    if set(held) != set(attribution["financial_year"]):
        raise ValueError("the attribution has a year without a total.")
    return attribution[list(COLUMNS)].reset_index(drop=True)


def scope(model: Model, mitigations: pd.DataFrame) -> dict[str, float]:
    """Return how many people with a plan each lever could reach at the last census, and all.

    Args:
        model: As `local_mode.fit` returns it.
        mitigations: Table `mitigations`.

    Returns:
        By lever, and "All": people of its ages, needs and provisions with an open plan.
    """
    start = model.start
    held = {
        lever.id: float(start[np.ix_(*lever.mask(model.axes))].sum())
        for lever in levers_of(mitigations, model.last)
    }
    return {**held, EVERY: float(start.sum())}


def projected(
    attribution: pd.DataFrame,
    opportunities: pd.DataFrame,
    levers: pd.DataFrame,
    reached: Mapping[str, float],
    sources: tuple[str, ...],
) -> Aggregate:
    """Return what each lever is worth year by year, what they share, and the total.

    Args:
        attribution: As `checked` returns it.
        opportunities: As `rows.ready` returns it.
        levers: Table `mitigations`.
        reached: As `scope` returns it; a lever that could reach few shows no £.
        sources: Where they come from.

    Returns:
        One row a `lever` and `financial_year`: `low`, `median` and `high` (£), and `reached`
        (people). The row "interaction" is what the levers take from one another; "All" is the
        total.
    """
    frame = attribution.rename(columns={"mitigation_id": "lever"})
    frame = frame.assign(lever=frame["lever"].replace(TOTAL, EVERY))
    frame["reached"] = [reached.get(str(n), reached[EVERY]) for n in frame["lever"]]
    rests = ("reached",)
    return Aggregate(
        frame=frame.astype({"financial_year": int}).reset_index(drop=True),
        universe=REACHABLE,
        dimensions=("lever", "financial_year"),
        measures=(
            Measure("low", "Low (80% range)", "£", rests),
            Measure("median", "Median", "£", rests),
            Measure("high", "High (80% range)", "£", rests),
            Measure("reached", "People within its reach", "people", without=("financial_year",)),
        ),
        source="local",
        sources=sources,
        method=f"{METHOD} A median of a total is not the sum of the medians.",
        period=years.period(frame["financial_year"]),
        not_summed=("lever", "financial_year"),
        labels={"lever": carried_by(attribution, opportunities, levers)},
    )


def at_horizon(made: Aggregate, ramped: pd.DataFrame, levers: pd.DataFrame) -> Aggregate:
    """Return what each lever is worth in the last year, beside what was agreed and what it costs.

    Args:
        made: As `projected` returns it.
        ramped: As `value.ramped` returns it, of the same years.
        levers: Table `mitigations`.

    Returns:
        One row a `lever`: `low`, `median`, `high`, `agreed_low` and `agreed_high` (the agreed
        values that it carries, ramped) and `cost` (£ a year), and `reading`, which says where
        these do not fit.
    """
    last = int(made.frame["financial_year"].max())
    frame = made.frame[made.frame["financial_year"].eq(last)].drop(columns="financial_year")
    then = ramped[ramped["financial_year"].eq(last)]
    agreed = then.groupby("mitigation_id")[["low", "high"]].sum().reindex(frame["lever"])
    frame = frame.assign(
        agreed_low=agreed["low"].to_numpy(),
        agreed_high=agreed["high"].to_numpy(),
        cost=[_cost(levers, str(lever), last) for lever in frame["lever"]],
    )
    beside = ["agreed_low", "agreed_high", "cost"]
    frame.loc[frame["lever"].eq(EVERY), beside] = frame[beside].sum().to_numpy()
    frame["reading"] = [_reading(row) for row in frame.to_dict("records")]
    rests = ("reached",)
    return replace(
        made,
        frame=frame.reset_index(drop=True),
        dimensions=("lever",),
        period=years.label(last),
        measures=(
            *(replace(m, without=()) for m in made.measures),
            Measure("agreed_low", "Agreed: low", "£"),
            Measure("agreed_high", "Agreed: high", "£"),
            Measure("cost", "Cost of the change", "£"),
            Measure("reading", "What does not fit", "text", rests),
        ),
    )


def _cost(levers: pd.DataFrame, lever: str, financial_year: int) -> float:
    """Return what one lever costs in a year; what is no lever has no cost of its own."""
    own = levers[levers["mitigation_id"].astype(str).eq(lever)]
    return float(cost_of_change(own, [financial_year])[0]) if len(own) else float("nan")


def _reading(row: Mapping[Hashable, Any]) -> str:
    """Return what does not fit between a lever's forecast, its agreed values and its cost."""
    low, high = row["agreed_low"], row["agreed_high"]
    if pd.isna(low):
        return ""
    said = []
    if row["cost"] > high:
        said.append("It costs more than it is agreed to be worth.")
    if row["median"] > high:
        said.append("The forecast makes more of it than was agreed.")
    if row["median"] < low:
        said.append("The forecast makes less of it than was agreed.")
    return " ".join(said)


def carried_by(
    attribution: pd.DataFrame, opportunities: pd.DataFrame, levers: pd.DataFrame
) -> dict[str, str]:
    """Return what each lever is called: the opportunities that it carries, or its meaning."""
    meaning = dict(zip(levers["mitigation_id"], levers["meaning"], strict=True))
    labels: dict[str, str] = {}
    for lever in attribution["mitigation_id"].drop_duplicates():
        own = opportunities.loc[opportunities["mitigation_id"].eq(lever), "area_of_opportunity"]
        labels[str(lever)] = "; ".join(dict.fromkeys(own)) or str(meaning.get(lever, lever))
    return {**labels, INTERACTION: "What they take from one another"}


def overlap(
    attribution: pd.DataFrame,
    ramped: pd.DataFrame,
    cost: Mapping[int, float],
    everybody: float,
    sources: tuple[str, ...],
) -> Aggregate:
    """Return, year by year, the agreed values added up beside what the forecast makes of them.

    Args:
        attribution: As `checked` returns it.
        ramped: As `value.ramped` returns it, of the same years.
        cost: What the changes cost (£), by financial year.
        everybody: People with a plan at the last census, whom the £ stand for.
        sources: Where they come from.

    Returns:
        One row a `financial_year`: `added_low` and `added_high` (£: the agreed values of the
        opportunities that a lever carries, ramped and added up), `low`, `median` and `high` (£:
        the forecast's total), `cost` (£), `outside` (£: the middle of those that no lever
        carries, which is in no total) and `reached` (people).
    """
    levers = set(attribution["mitigation_id"]) - {TOTAL, INTERACTION}
    within = ramped["mitigation_id"].isin(levers)
    ends = ["low", "high"]
    added = ramped[within].groupby("financial_year")[ends].sum()
    rest = ramped[~within].groupby("financial_year")[ends].sum().mean(axis=1)
    total = attribution[attribution["mitigation_id"].eq(TOTAL)].set_index("financial_year")
    frame = total[list(ENDS)].copy()
    frame["added_low"], frame["added_high"] = added["low"], added["high"]
    frame["outside"] = rest
    frame["cost"] = [float(cost.get(int(y), 0.0)) for y in frame.index]
    frame = frame.fillna({"added_low": 0.0, "added_high": 0.0, "outside": 0.0})
    frame = frame.assign(reached=everybody).sort_index().reset_index()
    rests = ("reached",)
    return Aggregate(
        frame=frame.astype({"financial_year": int}),
        universe=REACHABLE,
        dimensions=("financial_year",),
        measures=(
            Measure("added_low", "Agreed values added up: low", "£"),
            Measure("added_high", "Agreed values added up: high", "£"),
            Measure("low", "Through the forecast: low", "£", rests),
            Measure("median", "Through the forecast: median", "£", rests),
            Measure("high", "Through the forecast: high", "£", rests),
            Measure("cost", "Cost of the changes", "£"),
            Measure("outside", "Not carried by a lever: middle", "£"),
            Measure("reached", "People with a plan", "people", without=("financial_year",)),
        ),
        source="local",
        sources=sources,
        method=f"Added up: each agreed value, ramped, as if no child were reached by two changes "
        f"and every change succeeded. Through the forecast: {METHOD[:1].lower()}{METHOD[1:]} What "
        "no lever carries has not been tested, and is in neither. Cost is not taken off.",
        period=years.period(frame["financial_year"]),
        not_summed=("financial_year",),
    )


def told(made: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on the total at the horizon, and its cells.

    Args:
        made: As `overlap` returns it.
    """
    last = int(made.frame["financial_year"].max())
    cells: dict[str, Cell | str] = {n: made.cell(n, financial_year=last) for n in TOLD}
    return (
        f"In {years.label(last)} the opportunities together come to {{median}} a year (80% range "
        "{low} to {high}) through the forecast, where nothing is counted twice and each change "
        "may fail or do more than agreed; the agreed values added up one by one come to "
        "{added_low} to {added_high}. The changes themselves cost {cost} a year.",
        cells,
    )


def finding(made: Aggregate, outcomes: list[str]) -> Finding:
    """Return the finding on the total opportunity at the horizon.

    Args:
        made: As `overlap` returns it.
        outcomes: What the changes do for children.
    """
    sentence, _ = told(made)
    last = int(made.frame["financial_year"].max())
    cells = {n: made.cell(n, financial_year=last) for n in TOLD}
    return Finding(
        id="14.projected.total",
        stage="Module 1",
        sentence=sentence,
        cells=cells,
        value=cells["median"],
        low=cells["low"],
        high=cells["high"],
        outcome="; ".join(dict.fromkeys(outcomes)),
        criterion=2,
        priority=75,
    )

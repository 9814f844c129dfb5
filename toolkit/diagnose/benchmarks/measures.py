"""Every measure of every area and year, in one frame: what is compared rests on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from toolkit.diagnose.benchmarks import flows, intervals, money, plans, ready_made, rows
from toolkit.diagnose.benchmarks.catalogue import SCALE, Comparable
from toolkit.diagnose.benchmarks.rows import Tables
from toolkit.diagnose.comparators import ENGLAND

# The published tables that are used where they are held; only `caseload` has to be.
TABLES = (
    *("caseload", "flows", "ees_need_stock", "ees_requests", "ees_assessments", "ees_ceased"),
    *("ees_timeliness", "population", "population_2_18", "measures", "sen_in_england"),
    *("high_needs_benchmarking", "section251", "dsg_allocations"),
)
FIGURES = (
    *("measure", "year", "period", "code", "numerator", "base", "base_name"),
    *("value", "low", "high", "doubt"),
)


def figures(
    tables: Tables,
    comparables: Mapping[str, Comparable],
    replaced: Sequence[tuple[str, int, float]] = (),
) -> pd.DataFrame:
    """Return each measure of each area and year.

    Args:
        tables: Published tables by name, `caseload` among them.
        comparables: As `catalogue.catalogue` returns it; other measures are left out.
        replaced: Code, January and the total of plans to use instead; missing leaves it out.

    Returns:
        `measure`, `year`, `period` (in words), `code`, `numerator`, `base`, `base_name`,
        `value` (in the measure's unit), `low` and `high` (95% interval; missing where the base
        is not published or the figure is money) and `doubt`: published Januaries that it uses
        and that look wrong, or that the analyst replaced. England is as published; where its
        base is not, it is all authorities that have both, together.
    """
    known = plans.known(tables["caseload"], replaced)
    totals, people = plans.totals(known), plans.people(tables)
    in_a_year = rows.joined(
        [
            flows.per_plan(tables, totals),
            flows.reasons(tables),
            flows.requests(tables, totals, people),
            flows.assessments(tables),
            flows.timeliness(tables),
        ]
    )
    made = rows.joined(
        [
            plans.rates(known, people),
            plans.mix(known),
            plans.needs(tables, known, plans.gone(tables["caseload"], replaced)),
            flows.as_returned(in_a_year, totals),
            ready_made.pupils(tables),
            ready_made.measures(tables),
            money.unit_costs(tables, known),
            money.funding(tables, known, people),
        ]
    )
    made = made[made["measure"].isin(comparables)]
    return valued(with_england(made), comparables)


def with_england(made: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with one for England wherever it has none: its authorities together."""
    key = ["measure", "year"]
    has = made[made["code"].eq(ENGLAND)][key].assign(has=True)
    las = made[is_la(made["code"]) & made["numerator"].notna()]
    las = las.merge(has, on=key, how="left")
    las = las[las["has"].isna()]
    words = ["period", "base_name"]
    summed = las.groupby(key).agg(
        {"numerator": "sum", "base": "sum", **dict.fromkeys(words, "first")}
    )
    added = summed.reset_index().assign(code=ENGLAND, doubt="", given=np.nan)
    return rows.joined([made, added])


def valued(made: pd.DataFrame, comparables: Mapping[str, Comparable]) -> pd.DataFrame:
    """Return rows with `value`, and with `low` and `high` where chance is known."""
    scale = made["measure"].map({m.id: SCALE.get(m.unit, 1.0) for m in comparables.values()})
    chance = made["measure"].map({m.id: m.chance for m in comparables.values()})
    top, base = made["numerator"].astype(float), made["base"].astype(float)
    share_low, share_high = intervals.wilson(top, base)
    event_low, event_high = intervals.byar(top)
    is_share, is_event = chance.eq("share"), chance.eq("events")
    low = share_low.where(is_share, (event_low / base).where(is_event))
    high = share_high.where(is_share, (event_high / base).where(is_event))
    made = made.assign(
        value=(scale * top / base).where(top.notna(), made["given"].astype(float)),
        low=scale * low,
        high=scale * high,
    )
    return made[list(FIGURES)].reset_index(drop=True)


def is_la(codes: pd.Series) -> pd.Series:
    """Return for each code whether it is that of a local authority."""
    found: pd.Series = codes.astype("str").str.fullmatch(r"\d{3}")
    return found


def has(made: pd.DataFrame, code: str, measure: str) -> bool:
    """Return whether an area has a figure of a measure in any year."""
    return bool((made["code"].eq(code) & made["measure"].eq(measure)).any())


def latest(made: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of each measure's latest year in which any authority has a figure."""
    las = made[is_la(made["code"])]
    last = las.groupby("measure")["year"].max()
    return made[made["year"].eq(made["measure"].map(last))].reset_index(drop=True)


def label(comparable: Comparable, period: str, base_name: str) -> str:
    """Return what a measure is called, its base and year filled in."""
    return comparable.label.format(base=base_name or "people", period=period)

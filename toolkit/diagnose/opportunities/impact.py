"""The impact of each change: whom it reaches, what moves, what it is worth, in which year."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose import years
from toolkit.diagnose.opportunities.rows import listed
from toolkit.diagnose.opportunities.value import REACH, REACHED, whole

EVERY = "All"
OPERATIONAL = ("outcome", "reach", "kpi", "how_far", "full_from")
FINANCIAL = ("outcome", "low", "high", "cost", "money")
UNLINKED = "To be agreed: no lever of the forecast carries it"
CASH, AVOIDED, UNSAID = "Leaves the budget", "Cost that is avoided", "Not said"


def impact(
    opportunities: pd.DataFrame,
    levers: pd.DataFrame,
    kpis: pd.DataFrame,
    labels: Mapping[str, Mapping[str, str]],
    sources: tuple[str, ...],
) -> Aggregate:
    """Return the operational and financial impact expected of each change, one row a change.

    Args:
        opportunities: As `rows.ready` returns it.
        levers: Table `mitigations`.
        kpis: Reference table `lever_kpis`: what a lever of each flow moves.
        labels: What the codes of "provision" and "primary_need" are called.
        sources: Where they come from.

    Returns:
        `kpi` (what moves, and for whom), `how_far` (the lever's range in words, as agreed),
        `reach` (people a year), `low` and `high` (£ a year in full), `cost` (£ a year of the
        change), `money` (cash or avoided cost), `full_from` (the financial year from which it
        works in full) and `outcome`.
    """
    moved = dict(zip(kpis["flow"], kpis["kpi"], strict=True))
    by_id = levers.set_index("mitigation_id").to_dict("index")
    carried = [by_id.get(lever) for lever in opportunities["mitigation_id"]]
    facts = pd.DataFrame(
        [_facts(row, moved, labels) for row in carried],
        columns=["kpi", "how_far", "cost", "money", "full_from"],
        index=opportunities.index,
    )
    frame = opportunities.assign(reach=opportunities["volume"].map(whole)).join(facts)
    # A lever that carries two opportunities is paid for once: its cost stands with the first.
    again = frame["mitigation_id"].ne("") & frame.duplicated("mitigation_id")
    frame["cost"] = frame["cost"].mask(again)
    return Aggregate(
        frame=frame,
        universe=REACHED,
        dimensions=("opportunity",),
        measures=_measures(),
        source="local",
        sources=sources,
        method="What moves, how far, the cost and the start are those of the forecast's lever "
        "that carries the change, if it succeeds. It works in full from the year after its ramp "
        "has ended, late start included. Cash leaves the budget; avoided cost is growth that does "
        "not come, and frees no money by itself.",
        not_summed=("opportunity",),
    )


def _measures() -> tuple[Measure, ...]:
    return (
        Measure("kpi", "What moves", "text"),
        Measure("how_far", "How far", "text"),
        REACH,
        Measure("low", "Low value a year", "£"),
        Measure("high", "High value a year", "£"),
        Measure("cost", "Cost of the change a year", "£"),
        Measure("money", "Cash or avoided", "text"),
        Measure("full_from", "In full from", "text"),
        Measure("outcome", "What it does for children", "text"),
    )


def _facts(
    lever: Mapping[Hashable, Any] | None,
    moved: Mapping[str, str],
    labels: Mapping[str, Mapping[str, str]],
) -> dict[str, object]:
    if lever is None:
        unknown = {"how_far": "Not known", "full_from": "Not known", "cost": float("nan")}
        return {"kpi": UNLINKED, "money": UNSAID, **unknown}
    cash = {1: CASH, 0: AVOIDED}
    money = UNSAID if pd.isna(lever["cashable"]) else cash[int(lever["cashable"])]
    return {
        "kpi": f"{moved.get(str(lever['flow']), str(lever['flow']))}{_scope(lever, labels)}",
        "how_far": how_far(float(lever["low"]), float(lever["high"])),
        "cost": float(lever["cost"]),
        "money": money,
        "full_from": years.label(full_from(lever)),
    }


def how_far(low: float, high: float) -> str:
    """Return a range of change in words: "4% to 14% less", or "2% less to 3% more"."""
    near, far = sorted((low, high), key=abs)
    if low < 0 < high:
        return f"{-low:g}% less to {high:g}% more"
    way = "less" if min(low, high) < 0 else "more"
    return f"{abs(near):g}% to {abs(far):g}% {way}" if near != far else f"{abs(far):g}% {way}"


def _scope(lever: Mapping[Hashable, Any], labels: Mapping[str, Mapping[str, str]]) -> str:
    """Return whom a lever acts on, in words: ": ages 4-10; hearing impairment"."""
    held = {n: "" if pd.isna(lever[n]) else str(lever[n]) for n in ("ages", "needs", "provisions")}
    said = [f"ages {held['ages']}"] if held["ages"] else []
    for column, dimension in (("needs", "primary_need"), ("provisions", "provision")):
        known = labels.get(dimension, {})
        named = [known.get(code, code) for code in listed(held[column])]
        said += [n[:1].lower() + n[1:] for n in named]
    return f": {'; '.join(said)}" if said else ""


def full_from(lever: Mapping[Hashable, Any]) -> int:
    """Return the first financial year in which a lever works in full throughout, if late."""
    months = sum(0 if pd.isna(lever[c]) else int(lever[c]) for c in ("ramp_months", "delay_months"))
    ends = pd.Timestamp(lever["start"]) + pd.DateOffset(months=months)
    begun = ends.year if (ends.month, ends.day) <= (4, 1) else ends.year + 1
    return years.financial_year(begun)


def profile(ramped: pd.DataFrame, by: str, sources: tuple[str, ...]) -> Aggregate:
    """Return value by financial year, by change or by workstream, with the total of each year.

    Args:
        ramped: As `value.ramped` returns it.
        by: "opportunity" for the changes, or "workstream".
        sources: Where it comes from.

    Returns:
        `low`, `high` and their `middle` (£), one row a `by` and `financial_year`; "All" is the
        total.
    """
    ends = ["low", "high"]
    summed = ramped.groupby([by, "financial_year"], sort=False)[ends].sum().reset_index()
    total = ramped.groupby("financial_year")[ends].sum().reset_index().assign(**{by: EVERY})
    frame = pd.concat([summed, total], ignore_index=True)
    frame["middle"] = (frame["low"] + frame["high"]) / 2
    return Aggregate(
        frame=frame.astype({"financial_year": int}),
        universe="Value of the opportunities, year by year",
        dimensions=(by, "financial_year"),
        measures=(
            Measure("low", "Low value", "£", decimals=0),
            Measure("middle", "Middle of low and high", "£", decimals=0),
            Measure("high", "High value", "£", decimals=0),
        ),
        source="plan",
        sources=sources,
        method="Value in full x the share of it that works in the year: a straight line from the "
        "start to the end of the ramp. Low starts late, by the delay that was allowed for; high "
        "starts on time. A change that no lever carries starts with the first of the levers. "
        "Before overlap is taken out, and if every change succeeds.",
        period=years.period(frame["financial_year"]),
        not_summed=(by, "financial_year"),
    )


def untied(first: Aggregate, second: Aggregate) -> pd.DataFrame:
    """Return the years in which the totals of two profiles differ; none where they tie."""
    totals = []
    for made in (first, second):
        frame = made.frame[made.frame[made.dimensions[0]].eq(EVERY)]
        totals.append(frame.set_index("financial_year")[["low", "high"]])
    gap: pd.DataFrame = (totals[0] - totals[1]).fillna(float("inf"))
    return gap[gap.abs().gt(0.5).any(axis=1)]  # half a pound: what rounding may leave

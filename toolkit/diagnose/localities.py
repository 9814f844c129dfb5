"""The same questions for each locality of the area.

Each function takes DataFrames and returns an `Aggregate`. Nothing here opens a file, draws a
chart or knows which local area it is looking at.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose import caseload, parts, starts, timeliness
from toolkit.diagnose.caseload import Labels
from toolkit.diagnose.flows import known

LABELS = {"unknown": "Not recorded"}
WHOLE = "All"
FEWEST = 30  # new plans for each locality: with fewer, almost all by age would be hidden
SHOWN = ("plans_first", "plans_last", "change", "yearly", "contribution", "share_last")


def are_held(plans: pd.DataFrame) -> bool:
    """Return whether the records name two localities or more."""
    return int(plans["locality"].nunique()) > 1


def plans_in(people: pd.DataFrame, sources: tuple[str, ...]) -> Aggregate:
    """Return plans by locality, first January to last, as `parts.over_time` does.

    Args:
        people: As `january.stock` returns it.
        sources: Where the plans come from.

    Returns:
        One row a `locality`, "Not recorded" among them, and "All", which they add up to.
    """
    plans = caseload.plans_by(
        known(people), "locality", sources=sources, labels={"locality": LABELS}
    )
    return parts.over_time(plans, "locality")


def told(change: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on the locality that adds most to the growth, and its cells.

    Args:
        change: As `plans_in` returns it, over two Januaries or more.
    """
    parts = change.frame[~change.frame["locality"].isin([WHOLE, "unknown"])]
    top = str(parts.set_index("locality")["change"].idxmax())
    sentence = "{locality} added most plans: {share} of all growth. It holds {size} of all plans."
    return sentence, {
        "locality": top,
        "share": change.cell("contribution", locality=top),
        "size": change.cell("share_last", locality=top),
    }


def needs_in(people: pd.DataFrame, sources: tuple[str, ...], labels: Labels) -> Aggregate:
    """Return the share of each primary need in the latest January's plans of each locality.

    Args:
        people: As `january.stock` returns it.
        sources: Where the plans come from.
        labels: What the needs are called.

    Returns:
        One row a `locality` and `primary_need`: `plans`, `base` (people), `share` (%).
    """
    year = people["year"].max()
    rows = known(people[people["year"].eq(year)])
    wide = pd.crosstab(rows["locality"], rows["primary_need"])
    frame = wide.reset_index().melt("locality", var_name="primary_need", value_name="plans")
    frame["base"] = frame.groupby("locality")["plans"].transform("sum")
    frame["share"] = 100 * frame["plans"] / frame["base"]
    at = {"year": str(year)}
    return Aggregate(
        frame=frame,
        universe=caseload.UNIVERSE,
        dimensions=("locality", "primary_need"),
        measures=(
            Measure("plans", "EHC plans", "people", where=at),
            Measure("base", "All plans", "people", where=at, without=("primary_need",)),
            Measure("share", "Share of the locality's plans", "%", ("plans", "base"), decimals=0),
        ),
        source="local",
        sources=sources,
        method="Share = plans of the need / all plans of the locality.",
        period=f"January {year}",
        not_summed=("year", "area"),
        labels={**labels, "locality": LABELS},
    )


def starts_in(started: pd.DataFrame, sources: tuple[str, ...]) -> Aggregate:
    """Return the new plans of the latest calendar year by locality, and how old the children were.

    Args:
        started: As `flows.started` returns it.
        sources: Where they come from.

    Returns:
        One row a `locality`, and "All": `starts` and, where there are 30 for each locality,
        `under_5` (people) and its share (%).
    """
    year = int(started["calendar_year"].max())
    rows = started[started["calendar_year"].eq(year)]
    stages = starts.stage(rows["age"].map(starts.band))
    enough = len(rows) >= FEWEST * rows["locality"].nunique()
    flags = {"under_5": stages.eq("under_5")} if enough else {}
    return _wide(
        rows["locality"],
        flags,
        Measure("starts", "New plans", "people", where={"calendar_year": str(year)}),
        {code: (f"{starts.STAGES[code]} at the start", {"stage": code}) for code in flags},
        (starts.UNIVERSE, starts.METHOD["local"], str(year), sources),
    )


def on_time_in(issued: pd.DataFrame, plans: pd.DataFrame, sources: tuple[str, ...]) -> Aggregate:
    """Return the plans issued in the latest calendar year by locality, and how many on time.

    Args:
        issued: As `timeliness.issued` returns it.
        plans: Table `plans`, which holds the locality.
        sources: Where they come from.

    Returns:
        One row a `locality`, and "All": `without`, `on_time` (people) and `share_on_time` (%),
        statutory exceptions left out.
    """
    year = int(issued["calendar_year"].max())
    rows = issued[issued["calendar_year"].eq(year) & issued["exception"].eq("no")]
    return _wide(
        place_of(rows["person_id"], plans),
        {"on_time": rows["on_time"].eq("yes")},
        Measure("without", "Plans issued", "people", where={"calendar_year": str(year)}),
        {"on_time": ("Within 20 weeks", {"on_time": "yes"})},
        (timeliness.UNIVERSE, timeliness.METHOD["local"], str(year), sources),
    )


def place_of(person_id: pd.Series, plans: pd.DataFrame) -> pd.Series:
    """Return the locality of each person, that of the plan that started last.

    Args:
        person_id: The people; "unknown" is returned for those without a plan.
        plans: Table `plans`, which holds the locality.
    """
    latest = known(plans).sort_values("plan_start").drop_duplicates("person_id", keep="last")
    where: pd.Series = person_id.map(latest.set_index("person_id")["locality"])
    return where.fillna("unknown")


def _wide(
    locality: pd.Series,
    flags: Mapping[str, pd.Series],
    base: Measure,
    parts: Mapping[str, tuple[str, Mapping[str, str]]],
    about: tuple[str, str, str, tuple[str, ...]],
) -> Aggregate:
    """Return for each locality, and all, a base, the counts of some of it, and their shares."""
    named = {c: f.astype(int) for c, f in flags.items()}
    rows = pd.DataFrame({base.column: 1, **named}, index=locality.index)
    table = rows.groupby(locality.astype(str).to_numpy()).sum()
    table.loc[WHOLE] = table.sum()
    for column in flags:
        table[f"share_{column}"] = 100 * table[column] / table[base.column]
    counts = [
        Measure(c, label, "people", where={**base.where, **where})
        for c, (label, where) in parts.items()
    ]
    shares = [
        Measure(f"share_{c}", f"{label}, share", "%", (c, base.column), decimals=0)
        for c, (label, _) in parts.items()
    ]
    universe, method, period, sources = about
    return Aggregate(
        frame=table.rename_axis("locality").reset_index(),
        universe=universe,
        dimensions=("locality",),
        measures=(base, *counts, *shares),
        source="local",
        sources=sources,
        method=method,
        period=period,
        not_summed=("calendar_year", "area"),
        labels={"locality": LABELS},
    )

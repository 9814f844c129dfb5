"""Primary need: what all plans and new plans are for.

Each function takes DataFrames or an `Aggregate` and returns a new one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure, Source
from toolkit.diagnose import caseload, topics
from toolkit.diagnose.caseload import Labels
from toolkit.diagnose.flows import period
from toolkit.diagnose.starts import UNIVERSE as NEW_UNIVERSE
from toolkit.evidence import Finding

PREFIX = "number_"  # of the columns of the release that count the plans of a need
UNKNOWN, OTHERS = "unknown", "others"
SMALL = 10  # plans: fewer are not named in a sentence
# Needs that a finding counts, whatever their share here: the report over many areas has a chapter
# on each.
COUNTED = ("ASD", "SEMH", "SLCN")
STOCK = "Share = plans of the need / all plans of the January."


def published_mix(needs: pd.DataFrame | None, code: str) -> pd.DataFrame:
    """Return the published plans of one area by need, each year that has all of them.

    Args:
        needs: The published `ees_need_stock` or `ees_need_new`; None where it is not held.
        code: Code of the area.

    Returns:
        `year`, `primary_need` and `plans`; a year in which a need is withheld is left out.
    """
    columns = [] if needs is None else [c for c in needs.columns if c.startswith(PREFIX)]
    # A code that this release does not have yet, as DS before 2026, is nobody's need.
    held = [] if needs is None else [c for c in columns if needs[c].notna().any()]
    rows = topics.rows(needs, code, topics.TOTAL, held)
    long = rows.melt("year", held, "primary_need", "plans")
    names = long["primary_need"].str.removeprefix(PREFIX).str.upper()
    long["primary_need"] = names.replace("NEED_UNKNOWN", UNKNOWN)
    return long.astype({"year": "int64", "plans": "int64"})


def own_mix(rows: pd.DataFrame, year: str = "year") -> pd.DataFrame:
    """Return the area's own plans by need: `year`, `primary_need`, `plans`; zeros included.

    Args:
        rows: As `january.stock` or `flows.started` returns it.
        year: The column that holds the year.
    """
    counts = rows.groupby([year, "primary_need"], observed=True).size()
    needs, years = sorted(rows["primary_need"].unique()), sorted(rows[year].unique())
    every = pd.MultiIndex.from_product([years, needs], names=["year", "primary_need"])
    counts.index.names = ["year", "primary_need"]
    return counts.reindex(every, fill_value=0).rename("plans").reset_index()


def folded(mix: pd.DataFrame) -> pd.DataFrame:
    """Return a mix with the needs that fewer than 10 new plans a year are for as one.

    Their single counts would all be hidden, and others with them. "Not recorded" stays apart.
    """
    yearly = mix.groupby("primary_need")["plans"].mean()
    small = yearly.index[yearly.lt(SMALL) & (yearly.index != UNKNOWN)]
    named = mix["primary_need"].mask(mix["primary_need"].isin(small), OTHERS)
    summed = mix.assign(primary_need=named).groupby(["year", "primary_need"])["plans"].sum()
    return summed.reset_index()


def new_plans(
    mix: pd.DataFrame, source: Source, sources: tuple[str, ...], labels: Labels
) -> Aggregate:
    """Return new plans by calendar year and need, with their share of the year.

    Args:
        mix: As `published_mix` returns it of new plans, or `own_mix` of `flows.started`.
        source: "local" or "published".
        sources: Where they come from.
        labels: What the needs are called.

    Returns:
        `plans` and `base` (people) and `share` (%). The needs, "Not recorded" among them, add
        up to all new plans.
    """
    frame = mix.rename(columns={"year": "calendar_year"})
    frame["base"] = frame.groupby("calendar_year")["plans"].transform("sum")
    frame["share"] = 100 * frame["plans"] / frame["base"].where(frame["base"] > 0)
    return Aggregate(
        frame=frame,
        universe=NEW_UNIVERSE,
        dimensions=("calendar_year", "primary_need"),
        measures=(
            Measure("plans", "New plans", "people"),
            Measure("base", "All new plans", "people", without=("primary_need",)),
            Measure("share", "Share of new plans", "%", ("plans", "base")),
        ),
        source=source,
        sources=sources,
        method="The primary need as first recorded for the plan. Needs of fewer than 10 new "
        "plans a year stand together. A need that is not recorded has a row of its own.",
        period=period(frame["calendar_year"]),
        not_summed=("calendar_year", "area"),
        labels=_with_others(labels),
    )


def _with_others(labels: Labels) -> Labels:
    """Return the labels with that of the folded needs before "Not recorded"."""
    names = dict(labels.get("primary_need", {}))
    last = {UNKNOWN: names.pop(UNKNOWN)} if UNKNOWN in names else {}
    return {**labels, "primary_need": {**names, OTHERS: "All other needs", **last}}


def told_new(made: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on the most frequent need of the latest new plans, and its cells.

    Args:
        made: As `new_plans` returns it; where it names no need, there are no cells.
    """
    rows = made.frame[~made.frame["primary_need"].isin([UNKNOWN, OTHERS])]
    if rows.empty:
        return f"New plans are too few to tell their needs apart: under {SMALL} a year of each.", {}
    year = int(rows["calendar_year"].max())
    latest = rows[rows["calendar_year"].eq(year)].set_index("primary_need")
    top = str(latest["plans"].idxmax())
    sentence = "In {year}, {need} was the primary need of {share} of new plans."
    return sentence, {
        "year": str(year),
        "need": inside(name_of(made, top)),
        "share": made.cell("share", calendar_year=year, primary_need=top),
    }


def shares(plans: Aggregate) -> Aggregate:
    """Return the share of each need in the plans of its January.

    Args:
        plans: As `caseload.plans_by` returns it, by primary need.

    Returns:
        `plans`, `base` (all plans of the January) and `share` (%).
    """
    frame = plans.frame.copy()
    frame["base"] = frame.groupby("year")["plans"].transform("sum")
    frame["share"] = 100 * frame["plans"] / frame["base"]
    return replace(
        plans,
        frame=frame,
        measures=(
            caseload.PLANS,
            Measure("base", "All plans", "people", without=("primary_need",)),
            Measure("share", "Share of all plans", "%", ("plans", "base")),
        ),
        method=STOCK,
    )


def counted(mix: Aggregate, **where: int) -> list[Finding]:
    """Return a finding on how many plans are for each of the needs in `COUNTED`.

    Args:
        mix: As `need_mix.beside` or `shares` returns it.
        where: What else singles out a row: the January, in a mix of several.

    Returns:
        One a need that has a row; England's share is told where the mix holds it. Fewer than 10
        published plans are not named; of own records each is, since to leave one out would tell
        of its size. They come last among the findings of an area.
    """
    january = where.get("year", mix.measure("plans").where.get("year"))
    told = ("plans", "base", "share", "england_base", "england")
    known = tuple(m for m in mix.measures if m.column in told)
    now = replace(mix, measures=known, period=f"January {january}", method=STOCK)
    rows = now.frame
    for name, value in where.items():
        rows = rows[rows[name].eq(value)]
    least = SMALL if mix.source == "published" else 0
    there = rows.loc[rows["plans"].ge(least), "primary_need"].tolist()
    return [_count(now, need, where) for need in COUNTED if need in there]


def _count(now: Aggregate, need: str, where: Mapping[str, int]) -> Finding:
    """Return the finding on one need; a January in which England's share is missing has none."""
    told, names = "{plans} of {base} plans ({share}) have", ["plans", "base", "share"]
    tail = ""
    if "england" in now.frame and now.frame["england"].notna().all():
        tail = "; in England {england} of {england_base}"
        names += ["england", "england_base"]
    cells = {n: now.cell(n, primary_need=need, **where) for n in names}
    return Finding(
        id=f"11.need.{need}",
        stage="Module 1",
        sentence=f"{told} {inside(name_of(now, need))} as primary need{tail}.",
        cells=cells,
        value=cells["plans"],
        base=cells["base"],
        criterion=3,
    )


def name_of(made: Aggregate, need: str) -> str:
    """Return what a need is called."""
    return made.labels.get("primary_need", {}).get(need, need)


def inside(name: str) -> str:
    """Return a label as it stands within a sentence."""
    return name[:1].lower() + name[1:]

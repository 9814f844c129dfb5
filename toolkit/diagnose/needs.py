"""Primary need: what all plans and new plans are for.

Each function takes DataFrames or an `Aggregate` and returns a new one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure, Source
from toolkit.diagnose import caseload, topics
from toolkit.diagnose.benchmarks.intervals import wilson
from toolkit.diagnose.caseload import Labels
from toolkit.diagnose.flows import period
from toolkit.diagnose.starts import UNIVERSE as NEW_UNIVERSE
from toolkit.evidence import Finding

PREFIX = "number_"  # of the columns of the release that count the plans of a need
UNKNOWN, OTHERS = "unknown", "others"
MANY_BLANK = 5.0  # % of new plans: from here on a reader must know of it
SMALL = 10  # plans: fewer are not named in a sentence
NO_GROWTH = "Published statistics tell the latest mix of need, not its growth."
# Needs that a finding counts, whatever their share here: the report over many areas has a chapter
# on each.
COUNTED = ("ASD", "SEMH", "SLCN")


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
        method="Share = plans of the need / all plans of the January.",
    )


def beside(
    own: pd.DataFrame,
    new: pd.DataFrame,
    england: pd.DataFrame,
    sources: tuple[str, ...],
    labels: Labels,
) -> Aggregate:
    """Return the latest published mix of need in all plans and in new plans, beside England's.

    Args:
        own: As `published_mix` returns it of all plans.
        new: As it returns it of new plans.
        england: As it returns it of all plans of England.
        sources: The release.
        labels: What the needs are called.

    Returns:
        One row a need, and "All": `plans`, `base`, `new`, `new_base` (people), `share`,
        `england`, `new_share` (%), `lean` (new less all, pp), and `low` to `high` (its 95%
        range, pp). For local records this would set one count beside another that hides it.
    """
    january, calendar = int(own["year"].max()), int(new["year"].max())
    table = pd.DataFrame({"plans": _latest(own), "new": _latest(new)}).fillna(0)
    table["england_plans"] = _latest(england).reindex(table.index) if len(england) else None
    table = table.astype(float)
    table.loc["All"] = table.sum(min_count=1)
    whole = table.loc["All"]
    table["base"], table["new_base"] = whole["plans"], whole["new"]
    table["share"] = 100 * table["plans"] / whole["plans"]
    table["new_share"] = 100 * table["new"] / whole["new"]
    table["lean"] = table["new_share"] - table["share"]
    low, high = wilson(table["new"], table["new_base"])
    table["low"], table["high"] = 100 * low - table["share"], 100 * high - table["share"]
    table.loc["All", ["lean", "low", "high"]] = float("nan")
    table["england"] = 100 * table["england_plans"] / whole["england_plans"]
    return Aggregate(
        frame=table.rename_axis("primary_need").reset_index(),
        universe=caseload.UNIVERSE,
        dimensions=("primary_need",),
        measures=_beside_measures(january, calendar),
        source="published",
        sources=sources,
        method="Lean = share of new plans less share of all plans: where it is above 0, the need "
        "is taking up more of the caseload, unless its plans also end sooner. Its 95% range is "
        "that of the share of new plans (Wilson).",
        period=f"All plans: January {january}. New plans: {calendar}",
        not_summed=("year", "calendar_year", "area"),
        labels=labels,
    )


def _latest(mix: pd.DataFrame) -> pd.Series:
    return mix[mix["year"].eq(mix["year"].max())].set_index("primary_need")["plans"]


BESIDE = ("primary_need", "plans", "share", "england", "new", "new_share", "lean")


def _beside_measures(january: int, calendar: int) -> tuple[Measure, ...]:
    at, of = {"year": str(january)}, {"started": str(calendar)}
    new = ("new", "new_base", "plans", "base")
    return (
        Measure("plans", f"All plans, January {january}", "people", where=at),
        Measure("base", "All plans", "people", where=at, without=("primary_need",)),
        Measure("share", "Share of all plans", "%", ("plans", "base"), decimals=1),
        Measure("england", "England's share", "%", ("base",), decimals=1),
        Measure("new", f"New plans, {calendar}", "people", where=of),
        Measure("new_base", "All new plans", "people", where=of, without=("primary_need",)),
        Measure("new_share", "Share of new plans", "%", ("new", "new_base"), decimals=1),
        Measure("lean", "New less all", "pp", new, decimals=1),
        Measure("low", "95% range, low", "pp", new, decimals=1),
        Measure("high", "95% range, high", "pp", new, decimals=1),
    )


def told_beside(mixes: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return what no finding tells of a mix, in sentences, and the cells; "" where findings do.

    The most frequent need, here and in England, where it is none of `COUNTED`; and that many new
    plans have no need recorded.
    """
    needs = mixes.frame[~mixes.frame["primary_need"].isin(["All", UNKNOWN])]
    top = str(needs.set_index("primary_need")["plans"].idxmax())
    said, cells = [], dict[str, Cell | str]()
    if top not in COUNTED:
        said.append(
            "{need} is the primary need of {share} of all plans here; in England of {england}."
        )
        cells = {n: mixes.cell(n, primary_need=top) for n in ("share", "england")}
        cells["need"] = name_of(mixes, top)
    blank = mixes.frame.set_index("primary_need")["new_share"].get(UNKNOWN, 0.0)
    if blank >= MANY_BLANK:
        said.append("For {blank} of new plans no need is recorded: read the rest with care.")
        cells["blank"] = mixes.cell("new_share", primary_need=UNKNOWN)
    return " ".join(said), cells


def counted(mix: Aggregate, **where: Any) -> list[Finding]:
    """Return a finding on how many plans are for each of the needs in `COUNTED`.

    Args:
        mix: As `beside` or `shares` returns it.
        where: What else singles out a row: the January, in a mix of several.

    Returns:
        One a need that has a row; England's share is told where the mix holds it. Fewer than 10
        published plans are not named; of own records each is, since to leave one out would tell
        of its size. They come last among the findings of an area.
    """
    there = mix.frame
    for name, value in where.items():
        there = there[there[name].eq(value)]
    made = []
    for need in COUNTED:
        rows = there[there["primary_need"].eq(need)]
        if rows.empty or (mix.source == "published" and rows["plans"].iloc[0] < SMALL):
            continue
        sentence = "{{plans}} of {{base}} plans ({{share}}) have {name} as primary need{tail}."
        names, tail = ["plans", "base", "share"], ""
        if "england" in rows and rows["england"].notna().all():
            names, tail = [*names, "england"], "; in England {england}"
        cells = {n: mix.cell(n, primary_need=need, **where) for n in names}
        made.append(
            Finding(
                id=f"11.need.{need}",
                stage="Module 1",
                sentence=sentence.format(name=inside(name_of(mix, need)), tail=tail),
                cells=cells,
                value=cells["plans"],
                base=cells["base"],
                criterion=3,
            )
        )
    return made


def name_of(made: Aggregate, need: str) -> str:
    """Return what a need is called."""
    return made.labels.get("primary_need", {}).get(need, need)


def leaning(mixes: Aggregate) -> list[Finding]:
    """Return the finding on the need whose share is rising most, as new plans against all tell.

    Args:
        mixes: As `beside` returns it.

    Returns:
        One; none where no need with 10 new plans or more takes up more of them than of all plans.
    """
    rows = mixes.frame[~mixes.frame["primary_need"].isin(["All", UNKNOWN])]
    named = rows[rows["new"].ge(SMALL)].set_index("primary_need")
    if named.empty or named["lean"].max() <= 0:
        return []
    top = str(named["lean"].idxmax())
    is_clear = float(named["low"][top]) > 0
    cells = {n: mixes.cell(n, primary_need=top) for n in ("new_share", "share", "lean")}
    tail = "" if is_clear else " Chance alone could give that difference."
    if mixes.frame.set_index("primary_need")["new_share"].get(UNKNOWN, 0.0) >= MANY_BLANK:
        cells["blank"] = mixes.cell("new_share", primary_need=UNKNOWN)
        tail += " For {blank} of new plans no need is recorded: read it with care."
    found = Finding(
        id="11.needs.growth",
        stage="Module 1",
        sentence=f"New plans lean most to {inside(name_of(mixes, top))}: {{new_share}} of new "
        f"plans, {{share}} of all plans, {{lean:size}} more.{tail}",
        cells=cells,
        value=cells["lean"],
        low=mixes.cell("low", primary_need=top),
        high=mixes.cell("high", primary_need=top),
        base=mixes.cell("new", primary_need="All"),
        criterion=3,
        priority=70 if is_clear else 10,  # what chance can give is no headline
    )
    return [found]


def inside(name: str) -> str:
    """Return a label as it stands within a sentence."""
    return name[:1].lower() + name[1:]

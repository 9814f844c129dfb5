"""Why plans end, and where young people of 16 and over go when theirs does.

Each function takes DataFrames and returns a new one or an `Aggregate`. Nothing here opens a
file, draws a chart or knows which local area it is looking at.
"""

from __future__ import annotations

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure, Source
from toolkit.diagnose import topics
from toolkit.diagnose.benchmarks.intervals import wilson
from toolkit.diagnose.flows import period
from toolkit.evidence import Finding

UNIVERSE = (
    "EHC plans that ceased at 16 or over in the calendar year, other than by moving away or death"
)
# Cease reasons of the return, their columns in the release, and what they tell of a young person.
REASONS = {
    "3": ("he", "higher_education", "Higher education"),
    "4": ("employ", "employment", "Paid employment"),
    "2": ("needs_met", "needs_met", "Needs met without a plan"),
    "1": ("max_age", "max_age", "Reached the maximum age"),
    "6": ("no_engage", "no_engage", "No longer wished to engage"),
    "9": ("other", "other", "Other reason"),
    "unknown": ("not_rec", "unknown", "Reason not recorded"),
}
LEFT = ("5", "7", "8")  # moved to another LA, left England, deceased: they tell no destination
LABELS = {
    "destination": {code: label for _, code, label in REASONS.values()},
    "age_group": {"16-19": "16 to 19", "20-25": "20 to 25"},
}
MOVED_ON = ("higher_education", "employment")
FEWEST = 10  # plans: a share of fewer tells of single young people
UNLIKELY = 0.001  # so small a chance of nobody is none: a choice
ENOUGH = 100  # own plans: with fewer, a split by age would hide almost all
AGES = {"16-19": ("16", "17", "18", "19"), "20-25": ("20+",)}
METHOD = (
    "Plans that ceased at 16 or over, by the reason recorded; those of people who moved away or "
    "died are left out. A plan goes on through further education, so continuing there is no "
    "reason to cease and cannot be seen here."
)


def own(ceased: pd.DataFrame) -> pd.DataFrame:
    """Return ceased plans at 16 and over: `calendar_year`, `age_group`, `destination`, `plans`.

    Args:
        ceased: As `flows.ceased` returns it.
    """
    grown = ceased["age"].ge(16).fillna(False).astype(bool)
    rows = ceased[grown & ~ceased["cease_reason"].isin(LEFT)]
    names = {code: destination for code, (_, destination, _) in REASONS.items()}
    counts = (
        rows.assign(
            age_group=rows["age"].lt(20).map({True: "16-19", False: "20-25"}),
            destination=rows["cease_reason"].map(names).fillna("unknown"),
        )
        .groupby(["calendar_year", "age_group", "destination"])
        .size()
    )
    years = sorted(int(y) for y in rows["calendar_year"].unique())
    return _every(counts, years)


def published(ceased: pd.DataFrame | None, code: str) -> pd.DataFrame:
    """Return the published ceased plans of one area at 16 and over: as `own` does.

    Args:
        ceased: The published `ees_ceased`; None where it is not held.
        code: Code of the area. A year in which a figure is withheld is left out.
    """
    columns = {column: destination for column, destination, _ in REASONS.values()}
    rows = topics.rows(ceased, code, "age_at_cease", list(columns))
    groups = {age: group for group, ages in AGES.items() for age in ages}
    rows = rows.assign(age_group=rows["breakdown"].map(groups)).dropna(subset="age_group")
    long = rows.rename(columns=columns | {"year": "calendar_year"}).melt(
        ["calendar_year", "age_group"], list(columns.values()), "destination", "plans"
    )
    counts = long.groupby(["calendar_year", "age_group", "destination"])["plans"].sum()
    return _every(counts, sorted(int(y) for y in rows["year"].unique()))


def _every(counts: pd.Series, years: list[int]) -> pd.DataFrame:
    names = ["calendar_year", "age_group", "destination"]
    every = pd.MultiIndex.from_product([years, AGES, LABELS["destination"]], names=names)
    filled = counts.rename_axis(names).reindex(every, fill_value=0)
    return filled.astype("int64").rename("plans").reset_index()


def by_destination(
    counts: pd.DataFrame, england: pd.DataFrame, source: Source, sources: tuple[str, ...]
) -> Aggregate:
    """Return where young people of 16 and over went, in the latest year, beside England.

    Args:
        counts: As `own` or `published` returns it.
        england: The same of England, as published; it may be empty.
        source: Of the area's own counts.
        sources: Where the figures come from.

    Returns:
        One row a `destination`: `young` (16 to 19), `older` (20 to 25; neither where fewer
        than 100 own plans ceased), `plans`, `base` (people), `share` (of 10 or more) and
        `england` (%). The destinations add up to `base`.
    """
    year = int(counts["calendar_year"].max())
    of = counts[counts["calendar_year"].eq(year)].pivot_table(
        index="destination", columns="age_group", values="plans", aggfunc="sum"
    )
    table = of.rename(columns={"16-19": "young", "20-25": "older"}).rename_axis(columns=None)
    table = table.reindex(list(LABELS["destination"]))
    table["plans"] = table["young"] + table["older"]
    table["base"] = table["plans"].sum()
    table["share"] = 100 * table["plans"] / table["base"].where(table["base"] >= FEWEST)
    there = england[england["calendar_year"].le(year)]
    latest = int(there["calendar_year"].max()) if len(there) else year
    whole = there[there["calendar_year"].eq(latest)].groupby("destination")["plans"].sum()
    table["england"] = 100 * whole.reindex(table.index) / (whole.sum() or float("nan"))
    at = {"calendar_year": str(year)}
    ages = (
        Measure("young", "Aged 16 to 19", "people", where={**at, "age_group": "16-19"}),
        Measure("older", "Aged 20 to 25", "people", where={**at, "age_group": "20-25"}),
    )
    national = (Measure("england", f"Share in England, {latest}", "%", ("base",), decimals=0),)
    return Aggregate(
        frame=table.reset_index(),
        universe=UNIVERSE,
        dimensions=("destination",),
        measures=(
            *(ages if source == "published" or table["plans"].sum() >= ENOUGH else ()),
            Measure("plans", "All, 16 and over", "people", where=at),
            Measure("base", "All reasons", "people", where=at, without=("destination",)),
            Measure("share", "Share", "%", ("plans", "base"), decimals=0),
            *(national if len(there) else ()),
        ),
        source=source,
        sources=sources,
        method=METHOD,
        period=str(year),
        not_summed=("calendar_year", "area"),
        labels=LABELS,
    )


SHOWN = ("destination", "young", "older", "plans", "share", "england")


def moved_on(counts: pd.DataFrame, source: Source, sources: tuple[str, ...]) -> Aggregate:
    """Return how many went on to higher education or paid employment, by calendar year.

    Args:
        counts: As `own` or `published` returns it.
        source: "local" or "published".
        sources: Where the figures come from.

    Returns:
        One row a year: `base` and a column of `MOVED_ON` each (people), and the `share` of
        both together with its 95% range `low` to `high` (%).
    """
    wide = counts.pivot_table(
        index="calendar_year", columns="destination", values="plans", aggfunc="sum"
    )
    frame = wide[list(MOVED_ON)].assign(base=wide.sum(axis=1)).sort_index().reset_index()
    moved = frame[list(MOVED_ON)].sum(axis=1)
    low, high = wilson(moved, frame["base"])
    share = 100 * moved / frame["base"].where(frame["base"] > 0)
    rests = (*MOVED_ON, "base")
    parts = tuple(
        Measure(d, LABELS["destination"][d], "people", where={"destination": d}) for d in MOVED_ON
    )
    return Aggregate(
        frame=frame.assign(share=share, low=100 * low, high=100 * high),
        universe=UNIVERSE,
        dimensions=("calendar_year",),
        measures=(
            Measure("base", "Plans that ceased at 16 or over", "people"),
            *parts,
            Measure("share", "Both together", "%", rests, decimals=0),
            Measure("low", "95% range, low", "%", rests, decimals=0),
            Measure("high", "95% range, high", "%", rests, decimals=0),
        ),
        source=source,
        sources=sources,
        method=METHOD,
        period=period(frame["calendar_year"]),
        not_summed=("calendar_year", "area"),
    )


def told(made: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on the latest year of `moved_on`, and its cells."""
    year = int(made.frame["calendar_year"].max())
    if made.frame["base"].iloc[-1] < FEWEST:
        return (
            "Plans that ceased at 16 or over in {year}, other than by moving away or death: "
            "{base}, too few for a share.",
            {"year": str(year), "base": made.cell("base", calendar_year=year)},
        )
    sentence = (
        "Of the {base} young people whose plan ceased at 16 or over in {year}, and who neither "
        "moved away nor died, {share} went on to higher education or paid employment."
    )
    at = {"calendar_year": year}
    cells: dict[str, Cell | str] = {"year": str(year)}
    return sentence, {**cells, "base": made.cell("base", **at), "share": made.cell("share", **at)}


def doubt(ends: Aggregate) -> str:
    """Return a caution where nobody is recorded as gone where many go in England; "" otherwise.

    With England's share fewer than one in a thousand areas of this size would have none by
    chance: then it tells how reasons are recorded. Own records get none: to say that a count is
    0 is for disclosure control to allow.

    Args:
        ends: As `by_destination` returns it.
    """
    if ends.source != "published" or "england" not in ends.frame:
        return ""
    rows = ends.frame.set_index("destination").loc[list(MOVED_ON)]
    by_chance = (1 - rows["england"] / 100) ** rows["base"]
    none = rows.index[rows["plans"].eq(0) & by_chance.lt(UNLIKELY)]
    if none.empty:
        return ""
    names = " or ".join(LABELS["destination"][code].lower() for code in none)
    return (
        f"The return records nobody as gone into {names}, which is not chance: ask how the "
        "reasons are recorded before reading this as what became of them."
    )


def finding(made: Aggregate, caution: str = "") -> Finding | None:
    """Return the finding on young people of 16 and over, with its range; None for too few.

    Args:
        made: As `moved_on` returns it.
        caution: As `doubt` returns it.
    """
    sentence, cells = told(made)
    if "share" not in cells:
        return None
    year = str(cells["year"])
    at = {"calendar_year": year}
    return Finding(
        id="11.leaving.post16",
        stage="Module 1",
        sentence=sentence.replace("{year}", year),
        cells={n: c for n, c in cells.items() if isinstance(c, Cell)},
        value=made.cell("share", **at),
        low=made.cell("low", **at),
        high=made.cell("high", **at),
        base=made.cell("base", **at),
        caution=caution,
        criterion=3,
        priority=58,
    )

"""Growth of the caseload, beside England, the region and statistical neighbours.

Each function takes DataFrames and returns an `Aggregate`. Nothing here opens a file, draws a
chart or knows which local area it is looking at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose import topics
from toolkit.diagnose.caseload import UNIVERSE
from toolkit.diagnose.comparators import AREA, COUNTRY, NEIGHBOURS, REGION
from toolkit.evidence import Finding

NOT_TOLD = (
    "Growth beside England is left out: it takes two Januaries of this area that England's "
    "published figures have too."
)


def is_told(index: Aggregate, until: int | None = None) -> bool:
    """Return whether an index by group holds this area in two Januaries or more.

    Args:
        index: As `index_by_group` returns it.
        until: The last January to count; None for all.
    """
    own = index.frame.loc[index.frame["group"].eq(AREA), "year"]
    return own[own.le(until or own.max())].nunique() > 1


def index_by_group(
    plans: pd.DataFrame, groups: pd.DataFrame, sources: tuple[str, ...], local: bool = False
) -> Aggregate:
    """Return plans and an index (first January = 100) for each group of areas and January.

    Args:
        plans: `year`, `code` and `plans`, one row an area and January.
        groups: `group` and `code`, as `comparators` returns it.
        sources: Where the plans come from.
        local: Whether the plans of "This area" are counted from local records.

    Returns:
        One row a `group` and `year`: `plans`, `areas` (how many areas the group holds) and
        `index`, for the Januaries that both the area and England have. Only areas with a
        figure for every one of them are in a group, so that its growth is not the coming or
        going of an area.
    """
    own = plans[plans["code"].isin(groups.loc[groups["group"].eq(AREA), "code"])]
    years = sorted(own.loc[own["plans"].gt(0), "year"].unique())
    england = plans.loc[plans["code"].isin(groups.loc[groups["group"].eq(COUNTRY), "code"]), "year"]
    years = [y for y in years if y in set(england)]
    wanted = plans[plans["year"].isin(years) & plans["plans"].notna()]
    held = wanted.groupby("code")["year"].nunique()
    complete = held.index[held.eq(len(years))]
    joined = groups[groups["code"].isin(complete)].merge(wanted, on="code")
    table = joined.groupby(["group", "year"], sort=False).agg(
        plans=("plans", "sum"), areas=("code", "nunique")
    )
    table = table.reset_index().astype({"plans": float})
    first = table[table["year"].eq(years[0] if years else 0)].set_index("group")["plans"]
    table["index"] = 100 * table["plans"] / table["group"].map(first).astype(float)
    table["source"] = "published"
    if local:
        table["source"] = table["source"].mask(table["group"].eq(AREA), "local")
    return Aggregate(
        frame=table,
        universe=UNIVERSE,
        dimensions=("group", "year"),
        measures=(
            Measure("plans", "EHC plans", "people"),
            Measure("areas", "Areas", "number", decimals=0),
            Measure(
                "index",
                f"Index, January {years[0] if years else ''} = 100",
                "number",
                ("plans",),
                decimals=0,
            ),
        ),
        source="published",
        sources=sources,
        method="Index = plans / plans in the first January x 100. A group holds only areas with "
        "a figure in every January, and never this area itself, England apart.",
        period=f"January {years[0]} to January {years[-1]}" if years else "",
        not_summed=("year", "group", "area"),
        source_column="source",
    )


def growth_of_groups(index: Aggregate, until: int | None = None) -> Aggregate:
    """Return each group's growth from the first January to the last, one row a group.

    Args:
        index: As `index_by_group` returns it.
        until: The January to measure to, of all groups; None for the last.

    Returns:
        `plans_first`, `plans_last`, `areas`, `growth` (%) and `yearly` (% a year, compound).
    """
    frame = index.frame
    first, last = int(frame["year"].min()), until or int(frame["year"].max())
    start = frame[frame["year"].eq(first)].set_index("group")
    end = frame[frame["year"].eq(last)].set_index("group")
    table = pd.DataFrame(
        {
            "plans_first": start["plans"],
            "plans_last": end["plans"],
            "areas": end["areas"],
            "source": end["source"],
        }
    )
    ratio = table["plans_last"] / table["plans_first"]
    table["growth"] = 100 * (ratio - 1)
    table["yearly"] = 100 * (ratio ** (1 / max(last - first, 1)) - 1)
    both = ("plans_first", "plans_last")
    return replace(
        index,
        frame=table.rename_axis("group").reset_index(),
        dimensions=("group",),
        measures=(
            Measure("plans_first", f"Plans, January {first}", "people", where={"year": str(first)}),
            Measure("plans_last", f"Plans, January {last}", "people", where={"year": str(last)}),
            Measure("areas", "Areas", "number", decimals=0),
            Measure("growth", "Growth", "%", both),
            Measure("yearly", "Growth a year", "%", both, decimals=1),
        ),
        method="Growth = plans in the last January / plans in the first January - 1.",
        period=f"January {first} to January {last}",
    )


def compared(growth: Aggregate, care: str = "") -> tuple[str, dict[str, Cell]]:
    """Return one sentence that sets the area's growth beside each group there is, and its cells.

    Args:
        growth: As `growth_of_groups` returns it.
        care: What is told of published figures of this area that look wrong.
    """
    groups = set(growth.frame["group"])
    cells = {"area": growth.cell("growth", group=AREA)}
    others = [(COUNTRY, "england", "for England"), (REGION, "region", "for the rest of the region")]
    others.append((NEIGHBOURS, "neighbours", "for its statistical neighbours"))
    told = [(name, words) for group, name, words in others if group in groups]
    for group, name, _ in others:
        if group in groups:
            cells[name] = growth.cell("growth", group=group)
    listed = [f"{{{name}}} {words}" for name, words in told]
    tail = "" if not listed else ", compared with " + _listed(listed)
    sentence = f"From {growth.period}, the number of EHC plans {{area:change}}{tail}."
    return f"{sentence} {care}".rstrip(), cells


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def caution(doubtful: Sequence[int]) -> str:
    """Return what is told of published figures that look wrong; "" where none does."""
    if not doubtful:
        return ""
    named = _listed([f"January {year}" for year in doubtful])
    many = len(doubtful) > 1
    what = f"figures for {named} look" if many else f"figure for {named} looks"
    return f"Take care: this area's published {what} wrong."


def care(index: Aggregate, until: int, doubtful: Sequence[int]) -> str:
    """Return what has to be said of this area's published Januaries; "" for nothing.

    Args:
        index: As `index_by_group` returns it.
        until: The January that growth is measured to.
        doubtful: Januaries that look wrong.
    """
    said = topics.left_out(index.frame["year"], until), caution([y for y in doubtful if y <= until])
    return " ".join(filter(None, said))


def growth_finding(growth: Aggregate, care: str = "") -> Finding:
    """Return the finding on growth beside England, the region and statistical neighbours.

    Args:
        growth: As `growth_of_groups` returns it.
        care: What is told of published figures of this area that look wrong.
    """
    sentence, cells = compared(growth)
    return Finding(
        id="10.growth.plans",
        stage="Module 1",
        sentence=sentence,
        cells=cells,
        value=growth.cell("growth", group=AREA),
        base=growth.cell("plans_last", group=AREA),
        caution=care,
        criterion=2,
        priority=100,
    )

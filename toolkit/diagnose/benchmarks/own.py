"""The area's own newer census beside what is published of its neighbours."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose.caseload import PROVISIONS, UNIVERSE

METHOD = (
    "This area: its own records at its own January. The others: as published for theirs, an "
    "earlier one. A later January holds more plans almost everywhere, so read the shares, and "
    "take the rate as a first look. "
)


def newest(people: pd.DataFrame) -> int:
    """Return the latest January of the area's own records; 0 where there is none."""
    return int(people["year"].max()) if len(people) else 0


def latest_published(plans: pd.DataFrame) -> int:
    """Return the latest January of the published caseload."""
    return int(plans["year"].max()) if len(plans) else 0


def mix(
    people: pd.DataFrame,
    judged: pd.DataFrame,
    sources: tuple[str, ...],
    labels: Mapping[str, Mapping[str, str]],
) -> Aggregate:
    """Return the area's own newest mix of provision beside the published ones.

    Args:
        people: As `january.stock` returns it.
        judged: As `position.judge` returns it.
        sources: The area's own records, and the release.
        labels: What the codes of `provision` are called.

    Returns:
        One row a `provision`: `plans` and `base` (people), `share` (%), and as published,
        earlier, `published`, `median` and `england` (%).
    """
    year = newest(people)
    counted = people.loc[people["year"].eq(year), "provision"].value_counts()
    frame = counted.reindex(list(PROVISIONS), fill_value=0).rename("plans").rename_axis("provision")
    table = frame.reset_index().assign(base=int(counted.sum()))
    table["share"] = 100 * table["plans"] / table["base"]
    mixes = judged[judged["theme"].eq("mix")]
    rows = mixes.assign(provision=mixes["measure"].str.removeprefix("mix.")).set_index("provision")
    for column, name in (("area", "published"), ("median", "median"), ("england", "england")):
        table[name] = table["provision"].map(rows[column])
    period = str(mixes["period"].iloc[0]) if len(mixes) else ""
    at = {"year": str(year)}
    return Aggregate(
        frame=table,
        universe=UNIVERSE,
        dimensions=("provision",),
        measures=(
            Measure("plans", f"Own plans, January {year}", "people", where=at),
            Measure("base", "All own plans", "people", where=at, without=("provision",)),
            Measure("share", f"Own share, January {year}", "%", ("plans", "base"), decimals=1),
            Measure("published", f"This area, published, {period}, %", "number", decimals=1),
            Measure("median", f"Neighbours' median, {period}, %", "number", decimals=1),
            Measure("england", f"England, {period}, %", "number", decimals=1),
        ),
        source="local",
        sources=sources,
        method=METHOD,
        period=f"January {year}, own; {period}, published",
        not_summed=("year",),
        labels=labels,
    )


def rate(people: pd.DataFrame, judged: pd.DataFrame, sources: tuple[str, ...]) -> Aggregate | None:
    """Return the area's own newest plans per 1,000 people beside the published rates.

    The base is the one that the published rate rests on, so that only the plans differ. None
    where no rate of this area is published.
    """
    rows = judged[judged["measure"].eq("rate.total") & judged["base"].notna()]
    if rows.empty:
        return None
    row, year = rows.iloc[0], newest(people)
    plans = int(people["year"].eq(year).sum())
    frame = pd.DataFrame(
        {
            "year": [year],
            "plans": [plans],
            "rate": [1000 * plans / row["base"]],
            "published": [row["area"]],
            "median": [row["median"]],
            "england": [row["england"]],
        }
    )
    base, period = row["base_name"], row["period"]
    return Aggregate(
        frame=frame,
        universe=UNIVERSE,
        dimensions=("year",),
        measures=(
            Measure("plans", "Own plans", "people"),
            Measure("rate", f"Own plans per 1,000 {base}", "per 1,000", ("plans",)),
            Measure("published", f"This area, published, {period}", "number", decimals=1),
            Measure("median", f"Neighbours' median, {period}", "number", decimals=1),
            Measure("england", f"England, {period}", "number", decimals=1),
        ),
        source="local",
        sources=sources,
        method=METHOD,
        period=f"January {year}, own; {period}, published",
        not_summed=("year",),
    )

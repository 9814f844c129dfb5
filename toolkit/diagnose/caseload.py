"""The caseload: how many EHC plans are open each January, by what is recorded of them.

Each function takes DataFrames of the data schedule and returns a new one. Nothing here opens
a file, draws a chart or knows which local area it is looking at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure, Source

UNIVERSE = "EHC plans open at the January census"
PROVISIONS = (
    "mainstream",
    "rp_unit",
    "state_special",
    "nmiss",
    "ap_hospital",
    "post16",
    "other",
    "early_years",
    "unknown",
)  # the seven of the DSG management plan, then the two that stand apart
SHOWN = (
    *("plans_first", "plans_last", "change", "yearly"),
    *("share_first", "share_last", "share_change"),
)
MIX = ("plans_first", "plans_last", "share_first", "share_last", "share_change")
Labels = Mapping[str, Mapping[str, str]]
NO_LABELS: Labels = {}
PLANS = Measure("plans", "EHC plans", "people")


def plans_by(
    people: pd.DataFrame, *dimensions: str, sources: tuple[str, ...], labels: Labels = NO_LABELS
) -> Aggregate:
    """Return how many plans are open each January, by the dimensions given.

    Args:
        people: As `january.stock` returns it.
        dimensions: Columns of it, as in "provision"; none for the totals.
        sources: Where the plans come from, as a reader should cite it.
        labels: For a dimension, what its codes are called.
    """
    counted = people.groupby(["year", *dimensions], observed=True).size().rename("plans")
    if dimensions:
        # A part that nobody is in is a zero, not a gap: that a row is missing would tell too.
        names = ["year", *dimensions]
        every = pd.MultiIndex.from_product([sorted(people[c].unique()) for c in names], names=names)
        counted = counted.reindex(every, fill_value=0)
    return _plans_aggregate(counted.reset_index(), dimensions, "local", sources, labels)


def published_plans(
    caseload: pd.DataFrame,
    code: str,
    sources: tuple[str, ...],
    by_provision: bool = True,
    labels: Labels = NO_LABELS,
) -> Aggregate:
    """Return the published plans of one area each January, by provision or in total.

    Args:
        caseload: The published `caseload`, with `year`, `code`, `provision` and `plans`.
        code: Code of the area.
        sources: The release.
        by_provision: Whether to split by provision. Years without a split are left out.
        labels: For a dimension, what its codes are called.
    """
    own = caseload[caseload["code"].eq(code) & caseload["plans"].notna()]
    own = own[own["provision"].ne("total") if by_provision else own["provision"].eq("total")]
    columns = ["year", "provision", "plans"] if by_provision else ["year", "plans"]
    dimensions = ("provision",) if by_provision else ()
    return _plans_aggregate(own[columns], dimensions, "published", sources, labels)


def _plans_aggregate(
    frame: pd.DataFrame,
    dimensions: tuple[str, ...],
    source: Source,
    sources: tuple[str, ...],
    labels: Labels,
) -> Aggregate:
    method = {
        "local": "A plan is open at a census if it started on or before the census date and had "
        "not ceased by then. The placement is the main one on that date.",
        "published": "As published by the DfE, in the provision groups of the DSG management "
        "plan. Independent mainstream schools count with independent special schools.",
    }
    return Aggregate(
        frame=_in_order(frame, dimensions),
        universe=UNIVERSE,
        dimensions=("year", *dimensions),
        measures=(PLANS,),
        source=source,
        sources=sources,
        method=method[source],
        period=_period(frame["year"]),
        labels=labels,
    )


def _in_order(frame: pd.DataFrame, dimensions: tuple[str, ...]) -> pd.DataFrame:
    order = {name: i for i, name in enumerate(PROVISIONS)}
    ordered = frame.sort_values(
        ["year", *dimensions], key=lambda c: c.map(order) if c.name == "provision" else c
    )
    return ordered.reset_index(drop=True)


def _period(years: pd.Series) -> str:
    return f"January {years.min()} to January {years.max()}" if len(years) else ""


def shares(plans: Aggregate) -> Aggregate:
    """Return each provision's share of the plans of its year.

    Args:
        plans: Plans by `year` and `provision`.

    Returns:
        `plans`, `base` (all plans of the year) and `share` (%). The shares of a year add up
        to 100%.
    """
    frame = plans.frame.copy()
    frame["base"] = frame.groupby("year")["plans"].transform("sum")
    frame["share"] = 100 * frame["plans"] / frame["base"]
    return replace(
        plans,
        frame=frame,
        measures=(
            PLANS,
            Measure("base", "All plans", "people", without=("provision",)),
            Measure("share", "Share of all plans", "%", ("plans", "base")),
        ),
        method="Share = plans in the provision / all plans of the year.",
    )


def change_by(plans: Aggregate, dimension: str, first: int, last: int) -> Aggregate:
    """Return plans, shares and growth of each part between two Januaries, one row a part.

    Args:
        plans: Plans by `year` and `dimension`.
        dimension: As in "provision".
        first: The earlier January.
        last: The later January.

    Returns:
        `plans_first`, `plans_last`, `change` (people), `growth` (%; missing from 0),
        `yearly` (% a year, compound), `share_first` and `share_last` (%), `share_change`
        (pp) and `contribution` (% of the change of all plans). The last row, "All", is the total.
    """
    ends = plans.frame[plans.frame["year"].isin([first, last])]
    table = ends.pivot_table(index=dimension, columns="year", values="plans", aggfunc="sum")
    table = table.reindex(columns=[first, last]).fillna(0)
    table.columns = pd.Index(["plans_first", "plans_last"])
    if dimension == "provision":
        table = table.loc[[p for p in PROVISIONS if p in table.index]]
    table.loc["All"] = table.sum()
    total = table.loc["All"]
    was, now = table["plans_first"], table["plans_last"]
    table["change"] = now - was
    table["growth"] = 100 * (now / was.where(was > 0) - 1)
    table["yearly"] = 100 * ((now / was.where(was > 0)) ** (1 / (last - first)) - 1)
    table["share_first"] = 100 * was / total["plans_first"]
    table["share_last"] = 100 * now / total["plans_last"]
    table["share_change"] = table["share_last"] - table["share_first"]
    table["contribution"] = 100 * table["change"] / table["change"]["All"]
    return replace(
        plans,
        frame=table.rename_axis(dimension).reset_index(),
        dimensions=(dimension,),
        measures=_change_measures(first, last),
        method=f"Change from January {first} to January {last}. Yearly growth is compound. "
        "Share of all growth = change of the part / change of all plans.",
        period=f"January {first} to January {last}",
    )


def _change_measures(first: int, last: int) -> tuple[Measure, ...]:
    both = ("plans_first", "plans_last")
    return (
        Measure("plans_first", f"Plans, January {first}", "people", where={"year": str(first)}),
        Measure("plans_last", f"Plans, January {last}", "people", where={"year": str(last)}),
        Measure("change", "Change", "number", both, decimals=0),
        Measure("growth", "Growth", "%", both),
        Measure("yearly", "Growth a year", "%", both, decimals=1),
        Measure("share_first", f"Share, {first}", "%", ("plans_first",)),
        Measure("share_last", f"Share, {last}", "%", ("plans_last",)),
        Measure("share_change", "Change of share", "pp", both),
        Measure("contribution", "Share of all growth", "%", both),
    )


def span(plans: Aggregate) -> tuple[int, int]:
    """Return the first and the last January of an aggregate of plans by year."""
    return int(plans.frame["year"].min()), int(plans.frame["year"].max())


def biggest_move(change: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on the provision whose share moved most, and its cells.

    Args:
        change: As `change_by` returns it, by provision.
    """
    parts = change.frame[change.frame["provision"].ne("All")].set_index("provision")
    if parts["share_change"].isna().all():
        return "The mix of provision cannot be compared.", {}
    most = str(parts["share_change"].abs().idxmax())
    label = change.labels.get("provision", {}).get(most, most)
    sentence = (
        f"From {change.period}, the share of plans in {{provision}} moved most: from {{before}} to "
        "{after}."
    )
    return sentence, {
        "provision": label[:1].lower() + label[1:],
        "before": change.cell("share_first", provision=most),
        "after": change.cell("share_last", provision=most),
    }

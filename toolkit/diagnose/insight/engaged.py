"""Who took part, and what they thought of the support and of the training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from toolkit.aggregate import Aggregate
from toolkit.diagnose.benchmarks.intervals import wilson
from toolkit.diagnose.insight import build, rounded
from toolkit.diagnose.insight.pick import pick

GOOD = 4.5  # of 5: the rating that the interim insights name


def tiles(
    findings: pd.DataFrame,
    areas: pd.DataFrame,
    column: str,
    labels: Mapping[str, str],
    minimum: int,
    cited: Sequence[str],
) -> Aggregate:
    """Return how many people took part, by group: so far (all waves but the last) beside all.

    Args:
        findings: The findings of all areas.
        areas: The areas that are in.
        column: The column of waves: "tranche", "wave" or, where there are none, "region".
        labels: The groups, in order.
        minimum: A group that fewer areas count is left out.
        cited: The sources.

    Returns:
        One row a group: areas, people, tile, so_far (tile of the waves before the last; "" where
        there is one wave alone), checked (whether all is at least so far).
    """
    picked = pick(findings, "20.engaged.{group}")
    waves = sorted(set(areas[column])) if column != "region" else []
    last = set(areas.loc[areas[column].isin(waves[-1:]), "slug"])
    rows = []
    for group in labels:
        own = picked[picked["group"].eq(group)]
        before = own[~own["slug"].isin(last)]["value"].sum() if len(waves) > 1 else float("nan")
        if len(own) >= minimum:
            rows.append(_tile(group, len(own), float(own["value"].sum()), float(before)))
    columns = ["group", "areas", "people", "tile", "so_far", "checked"]
    return build.table(
        pd.DataFrame(rows, columns=columns),
        ("group",),
        (
            build.areas(),
            build.measure("people", "Counted", "people"),
            build.measure("tile", "Rounded down", "text"),
            build.measure("so_far", "Before the last wave", "text"),
            build.measure("checked", "Beside the interim count", "text"),
        ),
        called="People who took part",
        method="Added up over areas and rounded down; + where there are more. Somebody who took "
        f"part twice may be counted twice. {build.HIDDEN}",
        cited=cited,
        labels={"group": dict(labels)},
    )


def _tile(group: str, areas: int, people: float, before: float) -> dict[str, object]:
    known = before == before  # noqa: PLR0124  (NaN is the one figure that differs from itself)
    return {
        "group": group,
        "areas": areas,
        "people": people,
        "tile": rounded.tile(people),
        "so_far": rounded.tile(before) if known else "No earlier wave",
        "checked": compared(people, before) if known else "Not compared",
    }


def compared(final: float, interim: float) -> str:
    """Return how a final count stands beside the interim one; a smaller one is flagged."""
    return "At least as many" if final >= interim else "Fewer than at interim: check the counts"


def points(findings: pd.DataFrame, minimum: int, cited: Sequence[str]) -> Aggregate:
    """Return how many data points all areas read: areas, points, tile; no row with too few."""
    picked = pick(findings, "01.data_points")
    total = float(picked["value"].sum())
    row = {"all": "All", "areas": len(picked), "points": total, "tile": rounded.tile(total)}
    frame = pd.DataFrame([row] if len(picked) >= minimum else [], columns=list(row))
    return build.table(
        frame,
        ("all",),
        (
            build.areas(),
            build.measure("points", "Data points", "number", decimals=0),
            build.measure("tile", "Rounded down", "text"),
        ),
        called="Data points",
        method="Cells of the areas' files that hold something, added up over files and areas.",
        cited=cited,
    )


def satisfaction(
    findings: pd.DataFrame, labels: Mapping[str, str], minimum: int, cited: Sequence[str]
) -> Aggregate:
    """Return the mean rating of each measure over all who gave one: areas, base, mean (of 5)."""
    picked = pick(findings, "40.satisfaction.{measure}")
    rows = []
    for measure in labels:
        own = picked[picked["measure"].eq(measure) & picked["base"].gt(0)]
        if len(own) >= minimum:
            mean = (own["value"] * own["base"]).sum() / own["base"].sum()
            rows.append({"measure": measure, "areas": len(own), "base": own["base"].sum(),
                         "mean": mean})  # fmt: skip
    return build.table(
        pd.DataFrame(rows, columns=["measure", "areas", "base", "mean"]),
        ("measure",),
        (
            build.areas(),
            build.measure("base", "People who gave a rating", "people"),
            build.measure("mean", "Mean rating, of 5", "number", decimals=1),
        ),
        called="Ratings of the support received",
        method="Mean over all people who gave a rating.",
        cited=cited,
        labels={"measure": dict(labels)},
    )


def is_good(ratings: Aggregate) -> bool:
    """Return whether the lowest mean of the measures is at least `GOOD`, so that it may be said."""
    return len(ratings.frame) > 0 and float(ratings.frame["mean"].min()) >= GOOD


def training(
    findings: pd.DataFrame,
    modules: Mapping[str, str],
    measures: Mapping[str, str],
    minimum: int,
    cited: Sequence[str],
) -> Aggregate:
    """Return the share of people who rated training good or better, by module and measure.

    Returns:
        One row a module and measure: areas, count, base, share, low, high (%; Wilson interval).
    """
    picked = pick(findings, "00.training.{module}.{measure}")
    known = picked[picked["module"].isin(modules) & picked["measure"].isin(measures)]
    by = known.groupby(["module", "measure"]).agg(
        areas=("slug", "nunique"), count=("value", "sum"), base=("base", "sum")
    )
    frame = by[by["areas"].ge(minimum)].reset_index()
    low, high = wilson(frame["count"], frame["base"])
    share = 100 * frame["count"] / frame["base"]
    frame = frame.assign(share=share, low=100 * low, high=100 * high)
    return build.table(
        frame,
        ("module", "measure"),
        (
            build.areas(),
            build.measure("count", "Rated good or better", "people"),
            build.measure("base", "Gave a rating", "people"),
            build.measure("share", "Share", "%"),
            build.measure("low", "95% interval, low", "%"),
            build.measure("high", "95% interval, high", "%"),
        ),
        called="Training rated good, very good or exceptional",
        method="All people together; interval of Wilson (1927).",
        cited=cited,
        labels={"module": dict(modules), "measure": dict(measures)},
    )

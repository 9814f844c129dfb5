"""The groups that areas are compared in: tranches or waves where they are known, else regions."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose.insight import build, weigh
from toolkit.diagnose.insight.weigh import Weights

NAMES = {"tranche": "Tranche", "wave": "Wave", "region": "Region"}
SPREAD = ("areas", "mean", "low", "high", "median", "lower", "upper")


def grouping(areas: pd.DataFrame) -> str:
    """Return the column by which areas are compared: tranche, wave or region."""
    named = [c for c in ("tranche", "wave") if areas[c].ne("").any()]
    return named[0] if named else "region"


def label(column: str, code: str) -> str:
    """Return what a group is called: "Tranche 1", "South East"."""
    if not code:
        return f"{NAMES[column]} not stated"
    return code if column == "region" or not code[:1].isdigit() else f"{NAMES[column]} {code}"


def spread(  # noqa: PLR0913  (what is measured, of whom, and how it is told)
    picked: pd.DataFrame,
    areas: pd.DataFrame,
    weights: Weights,
    minimum: int,
    *,
    called: str,
    unit: str,
    cited: Sequence[str],
    size: str = "base",
) -> Aggregate:
    """Return one figure over all areas and group by group, with how far areas lie apart.

    Args:
        picked: One finding an area, as `pick` returns it.
        areas: The areas, as the ledgers have them.
        weights: "plans" or "equal".
        minimum: A group of fewer areas is left out.
        called: What the figure is, in words.
        unit: Its unit.
        cited: The sources.
        size: The column that an area weighs by.

    Returns:
        One row a group ("All" is all areas): areas, the weighed mean with its 95% range (low,
        high), the median area, and the quartiles between which half of the areas lie.
    """
    column = grouping(areas)
    group = picked["slug"].map(areas.set_index("slug")[column].to_dict()).fillna("")
    made = picked.assign(group=group)
    kept = sorted(str(g) for g, n in group.value_counts().items() if n >= minimum)
    codes = [*kept, "All"] if len(kept) > 1 else ["All"]
    rows = [
        {"group": g, **_row(made if g == "All" else made[group.eq(g)], weights, unit, size)}
        for g in codes
        if g != "All" or len(made) >= minimum
    ]
    return build.table(
        pd.DataFrame(rows, columns=["group", *SPREAD]),
        ("group",),
        _measures(called, unit),
        called=called,
        cited=cited,
        method=f"{weigh.WEIGHTS[weights]} {weigh.BETWEEN} Groups of fewer than {minimum} areas "
        "are left out; all areas hold theirs too.",
        period=build.periods(picked),
        labels={"group": {**{g: label(column, g) for g in kept}, "All": "All areas"}},
    )


def _row(rows: pd.DataFrame, weights: Weights, unit: str, size: str) -> dict[str, float]:
    share = unit == "%" and rows["value"].between(0, 100).all() and size == "base"
    bounds = (0.0, 100.0) if share else (float("-inf"), float("inf"))
    quartiles = rows["value"].quantile([0.25, 0.5, 0.75])
    return {
        "areas": len(rows),
        **weigh.mean(rows["value"], rows[size], weights, *bounds),
        "lower": quartiles[0.25],
        "median": quartiles[0.5],
        "upper": quartiles[0.75],
    }


def _measures(called: str, unit: str) -> tuple[Measure, ...]:
    decimals = None if unit != "number" else 1
    figures = (
        ("mean", called),
        ("low", "95% range of it, low"),
        ("high", "95% range of it, high"),
        ("median", "Median area"),
        ("lower", "Half of areas, from"),
        ("upper", "Half of areas, to"),
    )
    return (
        Measure("areas", "Areas", "number"),
        *(Measure(c, text, unit, decimals=decimals) for c, text in figures),  # type: ignore[arg-type]
    )

"""Which areas the evidence comes from, which are missing, and why."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose.insight.groups import grouping, label

STATUS = {"in": "In", "missing": "Missing", "failed": "Failed"}
TIERS = {"local": "Own records", "published": "Published statistics"}
COUNTED = "Areas counted by what became of them; every expected area is in one column."


def waves(areas: pd.DataFrame, cited: Sequence[str]) -> Aggregate:
    """Return how many areas are in and how many are not, by tranche, wave or region.

    Returns:
        One row a group, and "All": expected, present (areas whose ledger is in), missing,
        failed; expected is the sum of the three.
    """
    column = grouping(areas)
    groups = sorted(set(areas[column]))
    rows = [_counted(g, areas[areas[column].eq(g)]) for g in groups]
    rows.append(_counted("All", areas))
    names = (("expected", "Expected"), ("present", "In"), ("missing", "Missing"),
             ("failed", "Failed"))  # fmt: skip
    return _aggregate(
        pd.DataFrame(rows),
        "group",
        tuple(Measure(c, text, "number") for c, text in names),
        cited,
        COUNTED,
        {"group": {**{g: label(column, g) for g in groups}, "All": "All areas"}},
    )


def _counted(group: str, rows: pd.DataFrame) -> dict[str, object]:
    found = rows["status"].value_counts()
    counts = {name: int(found.get(code, 0)) for code, name in
              (("in", "present"), ("missing", "missing"), ("failed", "failed"))}  # fmt: skip
    return {"group": group, "expected": sum(counts.values()), **counts}


def absent(areas: pd.DataFrame, set_aside: pd.DataFrame, cited: Sequence[str]) -> Aggregate:
    """Return every area that is missing or failed and every folder set aside, with the reason."""
    gone = areas[areas["status"].ne("in")]
    rows = [
        {"area": name, "status": STATUS[status], "reason": reason}
        for name, status, reason in gone[["name", "status", "reason"]].to_numpy().tolist()
    ]
    rows += [
        {"area": f"Folder {what}", "status": "Set aside", "reason": why}
        for what, why in set_aside.itertuples(index=False)
    ]
    frame = pd.DataFrame(rows, columns=["area", "status", "reason"])
    measures = (Measure("status", "Status", "text"), Measure("reason", "Why", "text"))
    frame = frame.drop_duplicates("area", ignore_index=True)
    return _aggregate(frame, "area", measures, cited, "As the ledgers and the batch say.")


def members(areas: pd.DataFrame, cited: Sequence[str]) -> Aggregate:
    """Return the areas that are in, by name: group, evidence, and the day of their run."""
    column = grouping(areas)
    inside = areas[areas["status"].eq("in")].sort_values("name")
    frame = pd.DataFrame(
        {
            "area": inside["name"] + inside["fictional"].map({True: " (fictional)", False: ""}),
            "group": [label(column, g) for g in inside[column]],
            "evidence": inside["tier"].map(TIERS),
            "run_date": inside["run_date"],
        }
    )
    measures = (
        Measure("group", "Group", "text"),
        Measure("evidence", "Evidence", "text"),
        Measure("run_date", "Run on", "text"),
    )
    return _aggregate(frame, "area", measures, cited, "One line an area, in order of name.")


def kinds(areas: pd.DataFrame, cited: Sequence[str]) -> Aggregate:
    """Return how many areas are real and fictional, with own records and on published alone."""
    inside = areas[areas["status"].eq("in")]
    frame = pd.DataFrame(
        [
            {
                "all": "All",
                "areas": len(inside),
                "real": int((~inside["fictional"]).sum()),
                "made_up": int(inside["fictional"].sum()),
                "own": int(inside["tier"].eq("local").sum()),
            }
        ]
    )
    measures = tuple(
        Measure(c, text, "number")
        for c, text in (("areas", "Areas"), ("real", "Real areas"), ("made_up", "Fictional areas"),
                        ("own", "Areas with own records"))
    )  # fmt: skip
    return _aggregate(frame, "all", measures, cited, COUNTED)


def gaps(needs: pd.DataFrame, cited: Sequence[str]) -> Aggregate:
    """Return what too few areas support: what it is, and how many areas have it.

    Args:
        needs: Columns `what`, `areas` (how many have it) and `notebook`.
        cited: The sources.
    """
    frame = needs.rename(columns={"what": "finding"}).reset_index(drop=True)
    measures = (
        Measure("areas", "Areas that have it", "number"),
        Measure("notebook", "Notebook that finds it", "text"),
    )
    return _aggregate(frame, "finding", measures, cited, "Counted in the ledgers.")


def _aggregate(
    frame: pd.DataFrame,
    dimension: str,
    measures: tuple[Measure, ...],
    cited: Sequence[str],
    method: str,
    labels: dict[str, dict[str, str]] | None = None,
) -> Aggregate:
    return Aggregate(
        frame=frame.reset_index(drop=True),
        universe="Local areas",
        dimensions=(dimension,),
        measures=measures,
        source="ledger",
        sources=tuple(cited),
        method=method,
        labels=labels or {},
        not_summed=(dimension,),
    )

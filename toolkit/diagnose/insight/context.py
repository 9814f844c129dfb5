"""Which areas the evidence comes from, which are missing, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypedDict

import pandas as pd

from toolkit import reference
from toolkit.aggregate import Aggregate
from toolkit.diagnose.insight import build, labels
from toolkit.diagnose.insight.groups import grouping, label
from toolkit.diagnose.insight.pick import ALIKE, alike, pick

STATUS = {"in": "In", "missing": "Missing", "failed": "Failed"}
TIERS = {"local": "Own records", "published": "Published statistics"}


class Told(TypedDict):
    """What every table on areas says of itself."""

    called: str
    cited: Sequence[str]
    method: str


COUNTED = "Areas counted by what became of them; every expected area is in one column."


def told(cited: Sequence[str], method: str) -> Told:
    """Return what every table on areas says of itself."""
    return {"called": "Local areas", "cited": cited, "method": method}


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
    labels = {"group": {**{g: label(column, g) for g in groups}, "All": "All areas"}}
    measures = [build.measure(c, text, "number") for c, text in names]
    frame = pd.DataFrame(rows)
    return build.table(frame, ("group",), measures, **told(cited, COUNTED), labels=labels)


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
    measures = (build.measure("status", "Status", "text"), build.measure("reason", "Why", "text"))
    frame = frame.drop_duplicates("area", ignore_index=True)
    return build.table(frame, ("area",), measures, **told(cited, "As ledgers and batch say."))


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
        build.measure("group", "Group", "text"),
        build.measure("evidence", "Evidence", "text"),
        build.measure("run_date", "Run on", "text"),
    )
    return build.table(frame, ("area",), measures, **told(cited, "One line an area, by name."))


def apart(
    findings: pd.DataFrame, inside: pd.DataFrame, minimum: int, cited: Sequence[str]
) -> Aggregate:
    """Return the areas that some figures over all areas leave out, by name.

    Args:
        findings: The findings of all areas.
        inside: The areas that are in.
        minimum: Figures that fewer areas have are not printed, and leave nobody out.
        cited: The sources.

    Returns:
        One row an area: `other`, the figures that it has for another time than most areas, with
        that time; and `without`, those that it has none of.
    """
    rows = pd.DataFrame({"other": "", "without": ""}, index=pd.Index(inside["slug"]))
    for called, own, alike_ in _figures(findings):
        times, used = own.set_index("slug")["period"], set(alike_["slug"])
        if len(used) < minimum:
            continue
        for slug in rows.index.difference(pd.Index(sorted(used))):
            column = "other" if slug in times else "without"
            said = f"{called} ({times[slug]})" if slug in times else called
            rows.loc[slug, column] += f"{'; ' if rows.loc[slug, column] else ''}{said}"
    rows = rows[rows["other"].ne("") | rows["without"].ne("")]
    names = inside.set_index("slug")["name"].to_dict()
    frame = rows.assign(area=rows.index.map(names)).sort_values("area", ignore_index=True)
    measures = (
        build.measure("other", "Has another time or way of counting", "text"),
        build.measure("without", "Shows none", "text"),
    )
    return build.table(frame, ("area",), measures, **told(cited, "Counted in the ledgers."))


def _figures(findings: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """Yield each figure over areas: its name, the findings on it, those that are put together.

    A figure on each of several needs is one for each.
    """
    what = reference.table("insight_findings").set_index("id")["what"]
    for pattern in ALIKE:
        own, used = pick(findings, pattern), alike(findings, pattern)
        part = re.search(r"\{(\w+)\}", pattern)
        if part is None:
            yield what[pattern], own, used
            continue
        named = labels.labels(part[1])
        for code, rows in own.groupby(part[1]):
            called = f"{what[pattern]}: {named.get(str(code), str(code))}"
            yield called, rows, used[used[part[1]].eq(code)]


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
        build.measure(c, text, "number")
        for c, text in (("areas", "Areas"), ("real", "Real areas"), ("made_up", "Fictional areas"),
                        ("own", "Areas with own records"))
    )  # fmt: skip
    return build.table(frame, ("all",), measures, **told(cited, COUNTED))


def gaps(needs: pd.DataFrame, cited: Sequence[str]) -> Aggregate:
    """Return what too few areas support: what it is, and how many areas have it.

    Args:
        needs: Columns `what`, `areas` (how many have it) and `notebook`.
        cited: The sources.
    """
    frame = needs.rename(columns={"what": "finding"}).reset_index(drop=True)
    measures = (
        build.measure("areas", "Areas that have it", "number"),
        build.measure("notebook", "Notebook that finds it", "text"),
    )
    return build.table(frame, ("finding",), measures, **told(cited, "Counted in the ledgers."))

"""The driver tree of spend on plans, and where to look next.

Spend on placements = caseload x unit cost, in the area and in each provision; the provisions
add up to the area.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from toolkit.aggregate import Aggregate, Measure, Unit
from toolkit.diagnose import years
from toolkit.evidence import Finding

SHOWN = ("rank", "change", "contribution", "size", "growth", "reason")
NODES = {"spend": "Spend", "caseload": "Caseload", "unit_cost": "Unit cost"}


def tree(unit: Aggregate, first: int, last: int) -> Aggregate:
    """Return the driver tree of the later year, with the growth of each node since the earlier.

    Args:
        unit: As `spend.unit_costs` returns it.
        first: The earlier financial year.
        last: The later financial year.

    Returns:
        One row a provision and "All": `spend` (£), `caseload` (people), `unit_cost` (£ per
        plan) and, for each, its growth in %, as in `spend_growth`. Caseload x unit cost = spend
        in every row, and the provisions' spend and caseload add up to the row "All".
    """
    counts = ["plans_before", "plans_after"]
    then, now = (
        unit.frame[unit.frame["financial_year"].eq(y)].set_index("provision")[[*NODES, *counts]]
        for y in (first, last)
    )
    table = now.join(then.add_suffix("_first"), how="outer").fillna(dict.fromkeys(counts, 0))
    table[[f"{c}_first" for c in counts]] = table[[f"{c}_first" for c in counts]].fillna(0)
    for node in NODES:
        was = table[f"{node}_first"]
        table[f"{node}_growth"] = 100 * (table[node] / was.where(was > 0) - 1)
    table = table[table["spend"].fillna(0).ne(0)]
    order = [p for p in dict.fromkeys(unit.frame["provision"]) if p in table.index]
    return replace(
        unit,
        frame=table.loc[order].reset_index(),
        dimensions=("provision",),
        measures=_measures(unit, first, last),
        method="Spend = caseload x unit cost, in every box; the provisions add up to the total. "
        + years.ALIGNMENT,
        period=f"{years.label(last)}, growth since {years.label(first)}",
    )


def _measures(unit: Aggregate, first: int, last: int) -> tuple[Measure, ...]:
    counts = []
    for suffix, year in (("", last), ("_first", first)):
        start = years.start_of(year)
        for side, census in (("before", start), ("after", start + 1)):
            name, label = f"plans_{side}{suffix}", f"Plans, January {census}"
            counts.append(Measure(name, label, "people", where={"year": str(census)}))
    now, both = tuple(m.column for m in counts[:2]), tuple(m.column for m in counts)
    nodes = []
    for node, name in NODES.items():
        kept = unit.measure(node)
        nodes.append(replace(kept, label=f"{name}, {years.label(last)}", rests_on=now))
        growth = Measure(f"{node}_growth", f"{name}, growth since {years.label(first)}", "%", both)
        nodes.append(growth)
    return (*counts, *nodes)


def where_to_look(change: Aggregate, what: str) -> Aggregate:
    """Return the provisions ranked by how much they add to the change, with the reason in words.

    Args:
        change: Rows by `provision` and "All", with the measure `change` and, of the two ends,
            `spend_first` and `spend_last` or `plans_first` and `plans_last`.
        what: "spend" or "plans".

    Returns:
        One row a provision, largest increase first, ties in the order of the provisions:
        `rank`, `change`, `contribution` (% of the sum of all increases), `size` (% of the
        latest total), `growth` (%) and `reason`, in words.
    """
    frame = change.frame.set_index("provision")
    first, last = f"{what}_first", f"{what}_last"
    parts = frame.drop(index="All")
    parts = parts[(parts[first] > 0) | (parts[last] > 0)].copy()
    increases = parts["change"].clip(lower=0).sum()
    parts["contribution"] = 100 * parts["change"].clip(lower=0) / increases if increases else 0.0
    parts["size"] = 100 * parts[last] / float(frame[last]["All"])
    parts["growth"] = 100 * (parts[last] / parts[first].where(parts[first] > 0) - 1)
    ranked = parts.sort_values("change", ascending=False, kind="stable")
    ranked["rank"] = range(1, len(ranked) + 1)
    overall = 100 * (float(frame[last]["All"]) / float(frame[first]["All"]) - 1)
    columns = (ranked[c] for c in ("change", "size", "growth"))
    ranked["reason"] = [_reason(c, s, g, overall) for c, s, g in zip(*columns, strict=True)]
    unit: Unit = "£" if what == "spend" else "number"
    people = tuple(m for m in change.measures if m.unit == "people")
    rests = tuple(m.column for m in people)
    return replace(
        change,
        frame=ranked.reset_index(),
        labels={**change.labels, "provision": _labels_in_order(change, list(ranked.index))},
        measures=(
            *people,
            Measure("rank", "Rank", "number", decimals=0),
            Measure(
                "change", f"Change in {what}", unit, rests, decimals=None if unit == "£" else 0
            ),
            Measure("contribution", "Share of all increases", "%", rests),
            Measure("size", "Share of the latest total", "%", rests),
            Measure("growth", "Growth", "%", rests),
            Measure("reason", "Why look here", "text", rests),
        ),
        method="Ranked by the change in " + what + ". Size and growth stand beside it, since a "
        "large provision grows by much without growing fast. A rank is where to ask, not a cause.",
    )


def _labels_in_order(change: Aggregate, provisions: list[str]) -> dict[str, str]:
    """Return the labels in the order of the ranking, which is the order to show them in."""
    known = change.labels.get("provision", {})
    return {p: known.get(p, p) for p in provisions}


LARGE = 25.0  # % of the total: a quarter or more of all spend or plans
FAST = 1.5  # times the growth of the whole


def _reason(change: float, size: float, growth: float, overall: float) -> str:
    said = []
    if change <= 0:
        return "Did not grow."
    if size >= LARGE:
        said.append("large")
    if pd.isna(growth):
        said.append("new since the first year")
    elif overall > 0 and growth >= FAST * overall:
        said.append("growing much faster than the whole")
    elif growth > overall:
        said.append("growing faster than the whole")
    return (", ".join(said) or "growing, but slower than the whole").capitalize() + "."


def priority_finding(ranked: Aggregate, what: str, outcome: str) -> Finding:
    """Return the finding on the provision that adds most to the change.

    Args:
        ranked: As `where_to_look` returns it.
        what: "spend" or "plans".
        outcome: The outcome for children that stands beside the figure.
    """
    top = str(ranked.frame["provision"].iloc[0])
    name = ranked.labels.get("provision", {}).get(top, top)
    unit = " plans" if what == "plans" else ""
    return Finding(
        id=f"10.priority.{what}",
        stage="Module 1",
        sentence=f"{name} added most to the change in {what}: {{change:signed}}{unit}, {{share}} "
        "of all increases. Start there when asking why.",
        cells={
            "change": ranked.cell("change", provision=top),
            "share": ranked.cell("contribution", provision=top),
        },
        value=ranked.cell("contribution", provision=top),
        outcome=outcome,
        criterion=3,
        priority=80,
    )

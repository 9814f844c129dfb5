"""The driver tree of spend on plans, and where to look next.

Spend on placements = caseload x unit cost, in the area and in each provision; the provisions
add up to the area.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from toolkit.aggregate import Aggregate, Measure, Unit
from toolkit.diagnose import years
from toolkit.diagnose.baselines import PERSON_LEVEL
from toolkit.evidence import Finding

SHOWN = ("change", "contribution", "size", "growth", "reason")
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
    counts = ["plans_before", "plans_after", "costed"]
    then, now = (
        unit.frame[unit.frame["financial_year"].eq(y)].set_index("provision")[
            [*NODES, *counts, "largest"]
        ]
        for y in (first, last)
    )
    table = now.join(then.add_suffix("_first"), how="outer").fillna(dict.fromkeys(counts, 0))
    table[[f"{c}_first" for c in counts]] = table[[f"{c}_first" for c in counts]].fillna(0)
    for node in NODES:
        was = table[f"{node}_first"]
        table[f"{node}_growth"] = 100 * (table[node] / was.where(was > 0) - 1)
    table = table[table["spend"].fillna(0).ne(0) | table["caseload"].fillna(0).gt(0)]
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
        label = f"People with a cost, {years.label(year)}"
        where = {"financial_year": str(year)}
        counts.append(Measure(f"costed{suffix}", label, "people", where=where))
    both = tuple(m.column for m in counts)
    nodes = []
    for node, name in NODES.items():
        kept = unit.measure(node)
        nodes.append(replace(kept, label=f"{name}, {years.label(last)}"))
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
        One row a provision with at least `FEWEST` plans at both ends: `change`,
        `contribution` (% of the change of the whole; missing where others fell by so much that
        one has more than all of it), `size` (% of the latest total), `growth` (%) and `reason`,
        in words. The order is that of the provisions: to be shown largest first with
        `sort="change"`, so that the place of a hidden row gives nothing away.
    """
    frame = change.frame.set_index("provision")
    first, last = f"{what}_first", f"{what}_last"
    people = tuple(m for m in change.measures if m.unit == "people")
    rests = tuple(m.column for m in people)
    parts = frame.drop(index="All")
    parts = parts[parts[[c for c in rests if c.startswith("plans")]].ge(FEWEST).all(axis=1)].copy()
    whole = float(frame["change"]["All"])
    parts["contribution"] = 100 * parts["change"] / whole if whole > 0 else float("nan")
    if parts["contribution"].max() > WHOLE:
        parts["contribution"] = float("nan")
    parts["size"] = 100 * parts[last] / float(frame[last]["All"])
    parts["growth"] = 100 * (parts[last] / parts[first].where(parts[first] > 0) - 1)
    overall = 100 * (float(frame[last]["All"]) / float(frame[first]["All"]) - 1)
    columns = (parts[c] for c in ("change", "size", "growth"))
    parts["reason"] = [_reason(c, s, g, overall) for c, s, g in zip(*columns, strict=True)]
    unit: Unit = "£" if what == "spend" else "number"
    decimals = None if unit == "£" else 0
    return replace(
        change,
        frame=parts.reset_index(),
        measures=(
            *people,
            Measure("change", f"Change in {what}", unit, rests, decimals=decimals),
            Measure("contribution", "Share of the whole change", "%", rests),
            Measure("size", "Share of the latest total", "%", rests),
            Measure("growth", "Growth", "%", rests),
            Measure("reason", "Why look here", "text", rests),
        ),
        method=f"Ranked by the change in {what}. Size and growth stand beside it, since a large "
        f"provision grows by much without growing fast. Provisions with fewer than {FEWEST} plans "
        "are not ranked. A rank is where to ask, not a cause.",
    )


BROKEN = (
    f" Some of it may come from the DfE's collection, which changed in {PERSON_LEVEL} how "
    "placements are recorded."
)
FEWEST = 10  # plans: below this, growth is a matter of single children
WHOLE = 100.0  # %: a part of more is no share, since other parts fell
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


def _caution(ranked: Aggregate) -> str:
    """Return what to bear in mind where published figures span the change of the collection."""
    if ranked.source != "published":
        return ""
    first, last = (int(ranked.measure(f"plans_{end}").where["year"]) for end in ("first", "last"))
    return BROKEN if first < PERSON_LEVEL <= last else ""


def priority_finding(ranked: Aggregate, what: str) -> Finding | None:
    """Return the finding on the provision that adds most to the change; None where none grew.

    Args:
        ranked: As `where_to_look` returns it.
        what: "spend" or "plans".
    """
    parts = ranked.frame.set_index("provision")
    if not (parts["change"] > 0).any():
        return None
    top = str(parts["change"].idxmax())
    name = ranked.labels.get("provision", {}).get(top, top)
    cells = {"change": ranked.cell("change", provision=top)}
    unit, tail = " plans" if what == "plans" else "", ""
    if 0 < float(parts["contribution"][top]) <= WHOLE:
        cells["share"], tail = ranked.cell("contribution", provision=top), ", {share} of it"
    elif bool((parts["change"] < 0).any()):
        tail = ", while others fell"
    return Finding(
        id=f"10.priority.{what}",
        stage="Module 1",
        sentence=f"From {ranked.period}, {name[:1].lower()}{name[1:]} added most to the change in "
        f"{what}: {{change:signed}}{unit}{tail}.{_caution(ranked)} Start there when asking why.",
        cells=cells,
        value=cells.get("share", cells["change"]),
        base=ranked.cell("plans_last" if what == "plans" else "plans_after_last", provision=top),
        outcome="Ask the case reviews whether these children's needs are met in this provision.",
        criterion=3,
        priority=80,
    )

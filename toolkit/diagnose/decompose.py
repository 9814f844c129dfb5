"""Why spend changed: more plans, dearer plans, or both at once; exact to the pound.

Spend = caseload x unit cost, so between two years
change = (more plans at the old unit cost) + (old plans at the new unit cost) + (both at once).
"""

from __future__ import annotations

import itertools
from dataclasses import replace

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose import years
from toolkit.evidence import Finding

EFFECTS = ("caseload_effect", "unit_cost_effect", "interaction")
SHOWN = ("spend_first", *EFFECTS, "spend_last", "change")
METHOD = (
    "Caseload effect = change in caseload x unit cost of the first year. Unit cost effect = "
    "change in unit cost x caseload of the first year. Interaction = change in caseload x "
    "change in unit cost. Rounded to the pound; the interaction carries the rounding."
)


def two_years(unit: Aggregate, first: int, last: int) -> Aggregate:
    """Return the change in spend between two financial years, split exactly, by provision.

    Args:
        unit: Spend and caseload by `financial_year` and `provision`, as `spend.unit_costs`
            returns it; the row "All" is the total.
        first: The earlier financial year, six digits.
        last: The later financial year.

    Returns:
        One row a provision and "All", the sum of them: `spend_first`, `spend_last`, `change` and
        `EFFECTS`, all whole £, with caseload effect + unit cost effect + interaction = change
        in every row. A provision without a price in a year has a change that is all caseload.
    """
    table = _split(unit, first, last)
    parts = table.drop(index="All")
    table.loc["All", list(EFFECTS)] = parts[list(EFFECTS)].sum()
    order = list(dict.fromkeys(unit.frame["provision"]))
    return replace(
        unit,
        frame=table.loc[[p for p in order if p in table.index]].reset_index(),
        dimensions=("provision",),
        measures=_measures(first, last),
        method=f"{METHOD} The total is the sum of the provisions.",
        period=f"{years.label(first)} to {years.label(last)}",
    )


def _split(unit: Aggregate, first: int, last: int) -> pd.DataFrame:
    """Return the exact split of every row by itself; the row "All" treats the area as one."""
    before, after = (_year(unit, year) for year in (first, last))
    table = before.add_suffix("_first").join(after.add_suffix("_last"), how="outer").fillna(0)
    n0, n1 = table["caseload_first"], table["caseload_last"]
    s0, s1 = table["spend_first"], table["spend_last"]
    c0, c1 = s0 / n0.where(n0 > 0), s1 / n1.where(n1 > 0)
    table["change"] = s1 - s0
    priced = (n0 > 0) & (n1 > 0) & (s0 != 0) & (s1 != 0)
    table["caseload_effect"] = ((n1 - n0) * c0).round().where(priced, table["change"])
    table["unit_cost_effect"] = (n0 * (c1 - c0)).round().where(priced, 0.0)
    table["interaction"] = table["change"] - table["caseload_effect"] - table["unit_cost_effect"]
    return table


def _year(unit: Aggregate, year: int) -> pd.DataFrame:
    rows = unit.frame[unit.frame["financial_year"].eq(year)].set_index("provision")
    return rows[["plans_before", "plans_after", "costed", "caseload", "spend"]]


def _measures(first: int, last: int) -> tuple[Measure, ...]:
    counts = []
    for end, year in (("first", first), ("last", last)):
        start = years.start_of(year)
        for side, census in (("before", start), ("after", start + 1)):
            label = f"Plans, January {census}"
            counts.append(
                Measure(f"plans_{side}_{end}", label, "people", where={"year": str(census)})
            )
        label = f"People with a cost, {years.label(year)}"
        counts.append(
            Measure(f"costed_{end}", label, "people", where={"financial_year": str(year)})
        )
    at_first, at_last = ("costed_first",), ("costed_last",)
    both = tuple(m.column for m in counts)
    return (
        *counts,
        Measure("spend_first", f"Spend, {years.label(first)}", "£", at_first),
        Measure("caseload_effect", "More plans in it", "£", both),
        Measure("unit_cost_effect", "Higher unit cost", "£", both),
        Measure("interaction", "Both at once", "£", both),
        Measure("spend_last", f"Spend, {years.label(last)}", "£", at_last),
        Measure("change", "Change", "£", both),
    )


def year_by_year(unit: Aggregate) -> Aggregate:
    """Return the exact split of each year's change in spend, one row a financial year.

    Returns:
        `financial_year` (the later one), `spend`, `change` and `EFFECTS`, in whole £, for all
        plans together.
    """
    found = sorted(int(y) for y in unit.frame["financial_year"].unique())
    rows = []
    for first, last in itertools.pairwise(found):
        split = _split(unit, first, last).loc["All"]
        rows.append({"financial_year": last, "spend": split["spend_last"], **split})
    columns = ["financial_year", "spend", "change", *EFFECTS]
    return replace(
        unit,
        frame=pd.DataFrame(rows, columns=columns),
        dimensions=("financial_year",),
        measures=(
            Measure("spend", "Spend on placements", "£"),
            Measure("change", "Change on the year before", "£"),
            Measure("caseload_effect", "More plans", "£"),
            Measure("unit_cost_effect", "Higher unit cost", "£"),
            Measure("interaction", "Both at once", "£"),
        ),
        method=METHOD,
    )


def price_volume_mix(unit: Aggregate, first: int, last: int) -> Aggregate:
    """Return the change in spend as volume, mix of provision, price and interaction.

    Args:
        unit: As `spend.unit_costs` returns it.
        first: The earlier financial year.
        last: The later financial year.

    Returns:
        One row an `effect`: `value` (£) and `share` (% of the change). "More plans" is growth
        at the old mix and the old unit cost; "Mix of provision" what moving between provisions
        adds at old unit costs; "Price within provision" dearer plans within each provision;
        "Both at once" the interaction. They add up to the change, to the pound.
    """
    rows = _split(unit, first, last)
    parts, total = rows.drop(index="All"), rows.loc["All"]
    volume = total["caseload_effect"]
    values = {
        "More plans": volume,
        "Mix of provision": parts["caseload_effect"].sum() - volume,
        "Price within provision": parts["unit_cost_effect"].sum(),
        "Both at once": parts["interaction"].sum(),
        "All change": total["change"],
    }
    table = pd.DataFrame({"effect": list(values), "value": list(values.values())})
    table["share"] = 100 * table["value"] / total["change"]
    return replace(
        unit,
        frame=table,
        dimensions=("effect",),
        period=f"{years.label(first)} to {years.label(last)}",
        measures=(
            Measure("value", "Change in spend", "£"),
            Measure("share", "Share of the change", "%", ("value",)),
        ),
        method=f"Price, volume and mix. {METHOD} Mix of provision = sum of the caseload effects "
        "of the provisions - caseload effect of the area as a whole.",
        not_summed=("effect",),
    )


def told(effects: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on how the change in spend splits, and its cells."""
    sentence = (
        "From {period}, spend on placements {change:change}: {plans} went with more "
        "plans, {mix} with the mix of provision, {price} with higher prices within a provision "
        "and {both} with both at once."
    )
    return sentence, {
        "period": effects.period,
        "change": effects.cell("value", effect="All change"),
        "plans": effects.cell("value", effect="More plans"),
        "mix": effects.cell("value", effect="Mix of provision"),
        "price": effects.cell("value", effect="Price within provision"),
        "both": effects.cell("value", effect="Both at once"),
    }


def finding(effects: Aggregate, plans: Aggregate, last: int) -> Finding:
    """Return the finding on why spend changed, with the children it paid for beside it.

    Args:
        effects: As `price_volume_mix` returns it.
        plans: Plans by year, for the base.
        last: The later financial year; the base is the January inside it.
    """
    sentence, cells = told(effects)
    said = {name: c for name, c in cells.items() if isinstance(c, Cell)}
    for name, word in cells.items():
        if isinstance(word, str):
            sentence = sentence.replace("{" + name + "}", word)
    return Finding(
        id="10.spend.split",
        stage="Module 1",
        sentence=sentence,
        cells=said,
        value=effects.cell("value", effect="All change"),
        base=plans.cell("plans", year=years.start_of(last) + 1),
        outcome="More children and young people have a plan; whether it meets their needs is "
        "asked in the case reviews.",
        criterion=2,
        priority=95,
    )

"""What a placement is made of: place funding, top-up, and the rest, for each plan.

Each function takes DataFrames of the data schedule, or what `spend` made of them, and returns
an `Aggregate`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose import spend, years
from toolkit.diagnose.caseload import NO_LABELS, PROVISIONS, Labels

PARTS: Mapping[str, str] = {
    "core": "Core: place funding",
    "top_up": "Top-up",
    "other": "Other: fees and therapies",
}
SHOWN = ("plans_after", *PARTS, "unit_cost")
PLACES_SHOWN = ("commissioned", "on_roll", "funding", "per_place", "per_child", "empty", "unfilled")
RESTS = ("costed", "plans_before", "plans_after")
METHOD = (
    "Each part / caseload of the financial year. Core is place funding; other is fees and "
    "therapies; the three add up to the unit cost. The first part of the support of a pupil in "
    "a mainstream school is paid from the school's own budget and is not in these figures."
)


def parts(unit: Aggregate, spent: pd.DataFrame) -> Aggregate:
    """Return what the unit cost of each financial year and provision is made of.

    Args:
        unit: As `spend.unit_costs` returns it.
        spent: As `spend.placement_spend` returns it.

    Returns:
        One row a financial year and provision, "All" being the total: `core`, `top_up` and
        `other` (£ per plan) with core + top-up + other = `unit_cost`; and the same in whole £
        as `core_spend`, `top_up_spend` and `other_spend`, which add up to `spend`.
    """
    keys = ["financial_year", "provision"]
    amounts = spent.set_index(keys)[["place_funding", "top_up"]]
    totals = amounts.groupby("financial_year").sum().assign(provision="All")
    both = pd.concat([amounts.reset_index(), totals.reset_index()])
    table = unit.frame.merge(both, on=keys, how="left").fillna({"place_funding": 0, "top_up": 0})
    table["core_spend"] = table["place_funding"].round()
    table["top_up_spend"] = table["top_up"].round()
    table["other_spend"] = table["spend"] - table["core_spend"] - table["top_up_spend"]
    plans = table["caseload"].where(table["unit_cost"].notna())
    for part in PARTS:
        table[part] = table[f"{part}_spend"] / plans
    known = tuple(m for m in unit.measures if m.unit == "people")
    return replace(
        unit,
        frame=table.drop(columns="place_funding"),
        measures=(
            *known,
            unit.measure("caseload"),
            *(Measure(part, label, "£ per plan", RESTS) for part, label in PARTS.items()),
            unit.measure("unit_cost"),
            *(Measure(f"{p}_spend", f"{label}, spend", "£", RESTS) for p, label in PARTS.items()),
            unit.measure("spend"),
        ),
        method=f"{METHOD} {years.ALIGNMENT}",
    )


def stack(made: Aggregate) -> Aggregate:
    """Return the parts of the unit cost one below the other, for a chart.

    Args:
        made: As `parts` returns it.

    Returns:
        One row a financial year, provision and `part`: `amount` (£ per plan).
    """
    counts = [m for m in made.measures if m.unit == "people"]
    kept = [*made.dimensions, "census_before", "census_after", *(m.column for m in counts)]
    rows = [made.frame[kept].assign(part=p, amount=made.frame[p]) for p in PARTS]
    return replace(
        made,
        frame=pd.concat(rows, ignore_index=True),
        dimensions=(*made.dimensions, "part"),
        measures=(
            *(replace(m, without=(*m.without, "part")) for m in counts),
            Measure("amount", "Cost of one plan in a year", "£ per plan", RESTS),
        ),
        labels={**made.labels, "part": PARTS},
    )


def told(made: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on the parts of the latest year's unit cost, and its cells."""
    last = spend.span(made)[1]
    sentence = (
        "In {year}, one plan cost £{unit_cost:plain} on average: £{core:plain} for the place, "
        "£{top_up:plain} as top-up and £{other:plain} for fees and therapies."
    )
    named = (*PARTS, "unit_cost")
    cells = {name: made.cell(name, financial_year=last, provision="All") for name in named}
    return sentence, {"year": years.label(last), **cells}


def places(table: pd.DataFrame, sources: tuple[str, ...], labels: Labels = NO_LABELS) -> Aggregate:
    """Return what commissioned places cost in the latest year, for each place and each child.

    Args:
        table: Table `places`. Providers without places, people on roll or a rate stay out.
        sources: Where it comes from.
        labels: For a dimension, what its codes are called.

    Returns:
        One row a provision: `commissioned` (places), `on_roll` (people with a plan), `funding`
        (whole £, places x place rate), `per_place` and `per_child` (£ per plan), `empty`
        (places that nobody is in) and `unfilled` (whole £, what those cost).
    """
    known = table.dropna(subset=["commissioned", "on_roll", "place_rate"])
    known = known[known["academic_year"].eq(known["academic_year"].max())]
    year = int(known["academic_year"].iloc[0]) if len(known) else 0
    free = (known["commissioned"] - known["on_roll"]).clip(lower=0).astype(float)
    rate = known["place_rate"].astype(float)
    made = pd.DataFrame(
        {
            "provision": known["provision_group"],
            "commissioned": known["commissioned"].astype(float),
            "on_roll": known["on_roll"].astype(float),
            "funding": known["commissioned"].astype(float) * rate,
            "empty": free,
            "unfilled": free * rate,
        }
    )
    summed = made.groupby("provision", as_index=False).sum()
    summed["per_place"] = summed["funding"] / summed["commissioned"].where(
        summed["commissioned"].gt(0)
    )
    summed["per_child"] = summed["funding"] / summed["on_roll"].where(summed["on_roll"].gt(0))
    order = {name: i for i, name in enumerate(PROVISIONS)}
    rests = ("on_roll",)
    return Aggregate(
        frame=summed.sort_values("provision", key=lambda c: c.map(order), ignore_index=True),
        universe="People with a plan on the roll of providers with commissioned places",
        dimensions=("provision",),
        measures=(
            Measure("commissioned", "Places commissioned", "number", decimals=0),
            Measure("on_roll", "People on roll with a plan", "people"),
            Measure("funding", "Place funding", "£", rests),
            Measure("per_place", "For each place", "£", rests, decimals=0),
            Measure("per_child", "For each child on roll", "£ per plan", rests),
            Measure("empty", "Places not filled", "number", rests, decimals=0),
            Measure("unfilled", "Place funding of places not filled", "£", rests),
        ),
        source="local",
        sources=sources,
        method="Place funding = places commissioned x place rate. For each child on roll = that / "
        "people on roll with a plan. Places not filled are counted provider by provider: one "
        "that is over its number does not fill the places of another.",
        period=years.label(year, "/") if year else "",
        filters={"academic_year": str(year)} if year else {},
        # No total of all provisions, and no other year, is shown that they could be taken from.
        not_summed=("academic_year", "provision", "area"),
        labels=labels,
    )

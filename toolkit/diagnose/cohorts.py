"""Cohorts to look into: age group x primary need x provision, ranked by where it may matter.

Cohorts are disjoint and add up to the caseload. Small ones are folded into "Other cohorts", so
that they neither vanish nor point at a child. Each function takes DataFrames and returns a new
one or an `Aggregate`.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose import years
from toolkit.diagnose.caseload import NO_LABELS, PROVISIONS, Labels
from toolkit.diagnose.january import AGE_GROUPS

UNIVERSE = "EHC plans open at the January census, in cohorts of age, need and provision"
CELL = ["age_group", "primary_need", "provision"]
FEWEST = 20  # plans at the latest census: smaller cohorts are folded
SMALL = 5  # a remainder of 1 to 5 beside the cohorts that are shown would point at children
OTHER = "other"
SHOWN = ("plans_first", "plans_last", "change", "growth")
MONEY_SHOWN = ("costed", "spend", "unit_cost", "costed_elsewhere", "elsewhere", "scope")
SHORT: Mapping[str, str] = {  # names of provisions that leave room for an age and a need
    "mainstream": "mainstream",
    "rp_unit": "resourced provision or unit",
    "state_special": "state special school",
    "nmiss": "independent or non-maintained",
    "ap_hospital": "alternative provision or hospital",
    "post16": "post-16",
    "other": "otherwise than at school",
    "early_years": "non-maintained early years",
    "unknown": "placement not recorded",
}
METHOD = (
    f"A cohort has at least {FEWEST} plans at the latest census, and leaves no remainder of 1 to "
    f"{SMALL} beside it in its age group, need or provision; all others are 'Other cohorts'. "
)
MONEY = (
    "Spend is that on the people who were in the cohort in the January of the financial year, "
    "part-years as they are; over the people with a cost it is the spend for one person. The unit "
    "cost of report 10 is another figure: all spend over the caseload of the financial year. "
    "Elsewhere = people of the same need and age group in all other provisions of the area. Spend "
    "above elsewhere = (spend for one person here - elsewhere) x people, where above 0. It shows "
    "where to ask, and is no saving: needs of one name differ in how much support they take, and "
    "those placed elsewhere may be those who need less. "
)


def assign(people: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """Return the plans of all Januaries with their `cohort`: a code, or "other" where folded.

    Args:
        people: As `january.stock` returns it.
        first: The earlier January of the comparison.
        last: The later January, whose counts decide which cohorts stand alone.
    """
    cells = people.groupby([*CELL, "year"], observed=True).size().unstack("year", fill_value=0)
    for year in (first, last):
        cells[year] = cells.get(year, 0)
    alone = _unfolded(cells, first, last)
    code = people["age_group"] + "|" + people["primary_need"] + "|" + people["provision"]
    kept = {"|".join(cell) for cell in alone}
    return people.assign(cohort=code.where(code.isin(kept), OTHER))


def _unfolded(cells: pd.DataFrame, first: int, last: int) -> set[tuple[str, ...]]:
    """Return the cells that stand alone: large enough, and with no small remainder beside them.

    A reader may know the plans of a need, an age group or a provision, and at the latest
    census those of any two together. Where these less the cohorts shown would be 1 to `SMALL`,
    the smallest cohort there is folded as well.
    """
    alone = set(cells.index[cells[last] >= FEWEST])
    margins = [(list(c), last) for n in (1, 2) for c in itertools.combinations(CELL, n)]
    margins += [([name], first) for name in CELL]
    while True:
        folded = cells[~cells.index.isin(list(alone))]
        gone = {cell for m, year in margins for cell in _exposed(folded, cells, alone, m, year)}
        if not gone:
            return alone
        alone -= gone


def _exposed(
    folded: pd.DataFrame,
    cells: pd.DataFrame,
    alone: set[tuple[str, ...]],
    names: list[str],
    year: int,
) -> set[tuple[str, ...]]:
    """Return the smallest cohort beside each small remainder of a margin."""
    left = folded.groupby(level=names)[year].sum()
    small = set(left.index[left.between(1, SMALL)])
    at = [CELL.index(name) for name in names]
    beside: dict[object, list[tuple[str, ...]]] = {}
    for cell in alone:
        key = tuple(cell[i] for i in at) if len(at) > 1 else cell[at[0]]
        if key in small:
            beside.setdefault(key, []).append(cell)
    sizes = cells[year]
    return {min(found, key=lambda cell: (int(sizes[cell]), cell)) for found in beside.values()}


def found(
    assigned: pd.DataFrame,
    money: pd.DataFrame,
    ends: tuple[int, int],
    financial_year: int,
    sources: tuple[str, ...],
    labels: Labels = NO_LABELS,
) -> Aggregate:
    """Return the cohorts with their growth and, where costs are held, spend and scope.

    Args:
        assigned: As `assign` returns it.
        money: As `cohort_money.spend` returns it; empty where no costs are held.
        ends: The Januaries compared, the later one last.
        financial_year: The financial year of the spend, six digits; 0 where there is none.
        sources: Where plans and costs come from.
        labels: For a dimension, what its codes are called.

    Returns:
        One row a cohort, "Other cohorts" and "All": `plans_first`, `plans_last` (people),
        `change`, `growth` (%), `costed` (people), `spend` (£), `unit_cost`, `elsewhere` (£ per
        plan) and `scope` (£, spend above elsewhere), in the order of ages, needs, provisions.
    """
    first, last = ends
    counts = assigned[assigned["year"].isin(ends)].groupby(["cohort", "year"]).size().unstack()
    table = counts.reindex(columns=list(ends)).fillna(0).astype(float)
    table.columns = pd.Index(["plans_first", "plans_last"])
    table = table.join(money.set_index("cohort"), how="left") if len(money) else _no_money(table)
    sums = ["plans_first", "plans_last", "costed", "spend"]
    table[["costed", "spend"]] = table[["costed", "spend"]].fillna(0.0)
    table.loc["All", sums] = table[sums].sum()
    table["change"] = table["plans_last"] - table["plans_first"]
    table["growth"] = 100 * table["change"] / table["plans_first"].where(table["plans_first"] > 0)
    table["unit_cost"] = table["spend"] / table["costed"].where(table["costed"] > 0)
    gap = (table["unit_cost"] - table["elsewhere"]).clip(lower=0)
    table["scope"] = (gap * table["costed"]).round()
    table["alike"] = [f"{code}, elsewhere" for code in table.index]
    names = cohort_labels(table.index, labels)
    place = {code: i for i, code in enumerate(names)}
    table = (
        table.rename_axis("cohort")
        .reset_index()
        .sort_values("cohort", key=lambda c: c.map(place), ignore_index=True)
    )
    held = MONEY if len(money) else ""
    return Aggregate(
        frame=table,
        universe=UNIVERSE,
        dimensions=("cohort",),
        measures=_measures(first, last, financial_year if len(money) else 0),
        source="local",
        sources=sources,
        method=f"{METHOD}{held}",
        period=f"January {first} to January {last}",
        not_summed=("year", "area", "financial_year", "alike"),
        labels={**labels, "cohort": names},
    )


def _no_money(table: pd.DataFrame) -> pd.DataFrame:
    empty = dict.fromkeys(["costed", "spend", "elsewhere", "costed_elsewhere"], float("nan"))
    return table.assign(**empty)


def cohort_labels(codes: pd.Index, labels: Labels) -> dict[str, str]:
    """Return what each cohort is called, in the order of ages, needs and provisions."""
    ages, needs = labels.get("age_group", {}), labels.get("primary_need", {})
    orders = [list(AGE_GROUPS), list(needs), list(PROVISIONS)]

    def place(code: str) -> tuple[int, ...]:
        parts = zip(code.split("|"), orders, strict=True)
        return tuple(o.index(p) if p in o else len(o) for p, o in parts)

    alone = [c for c in codes if c not in (OTHER, "All")]
    named = {}
    for code in sorted(alone, key=lambda c: (place(c), c)):
        age, need, provision = code.split("|")
        where = SHORT.get(provision, provision)
        named[code] = f"{needs.get(need, need)}, {ages.get(age, age)}, {where}"
    return {**named, OTHER: "Other cohorts", "All": "All plans"}


def _measures(first: int, last: int, financial_year: int) -> tuple[Measure, ...]:
    both = ("plans_first", "plans_last")
    plans = (
        Measure("plans_first", f"Plans, January {first}", "people", where={"year": str(first)}),
        Measure("plans_last", f"Plans, January {last}", "people", where={"year": str(last)}),
        Measure("change", "Change", "number", both, decimals=0),
        Measure("growth", "Growth", "%", both),
    )
    if not financial_year:
        return plans
    label, when = years.label(financial_year), {"financial_year": str(financial_year)}
    rests = ("costed", "costed_elsewhere")
    return (
        *plans,
        Measure("costed", f"People with a cost, {label}", "people", where=when),
        Measure("costed_elsewhere", "Same need and age elsewhere", "people", where=when,
                where_column={"alike": "alike"}, without=("cohort",)),
        Measure("spend", f"Spend, {label}", "£", ("costed",)),
        Measure("unit_cost", f"Spend for one person, {label}", "£ per plan", ("costed",)),
        Measure("elsewhere", "Spend for one of them elsewhere", "£ per plan",
                ("costed_elsewhere",)),
        Measure("scope", "Spend above elsewhere", "£", rests),
    )  # fmt: skip

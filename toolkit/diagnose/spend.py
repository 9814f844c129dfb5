"""Spend: what plans cost, by provision and year.

Each function takes DataFrames of the data schedule and returns a new one or an `Aggregate`.
Spend is a local authority's own; published allocations are funding, and never stand here.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose import years
from toolkit.diagnose.caseload import PROVISIONS, UNIVERSE

# What the high needs block pays for one placement. Transport stands outside the block; the NHS
# and social care pay their contributions themselves.
SHOWN = ("caseload", "unit_cost", "spend")
SHOWN_REAL = ("unit_cost", "real", "index_value")
NOT_PRICED = (
    "No financial year can be priced: it takes placement costs of the year, and the plans of the "
    "January before it and the January in it. Put the SEN2 return of the other January into "
    "'inputs'."
)
ONE_YEAR = "What changed is left out: one financial year can be priced, and it takes two."
COMPONENTS = ("place_funding", "top_up", "fee", "therapy")


def placement_spend(costs: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Return what placements cost, one row a financial year and provision.

    Args:
        costs: Table `placement_costs`. A row without a person is the average cost of one plan
            of its provision, need and age group, and is multiplied by the plans there.
        people: As `january.stock` returns it.

    Returns:
        `financial_year`, `provision`, each of `COMPONENTS`, `transport` (all £), `spend`, the
        sum of the components, `costed`, the people whom the spend is on, and `most`, the
        spend (£) on the one of them with most; missing where only averages are held.
    """
    amounts = [*COMPONENTS, "transport"]
    named = costs[costs["person_id"].notna()].assign(people=1.0)
    averages = _times_plans(costs[costs["person_id"].isna()], people, amounts)
    both = pd.concat([named, averages]) if len(averages) else named
    both = both.assign(provision=both["provision_group"].fillna("unknown"))
    keys = ["financial_year", "provision"]
    summed = both.groupby(keys)[amounts].sum()
    on_people = both.drop_duplicates([*keys, "person_id"]) if len(named) else both
    summed["costed"] = on_people.groupby(keys)["people"].sum().round()
    each = both[list(COMPONENTS)].sum(axis=1).groupby([both[k] for k in (*keys, "person_id")])
    summed["most"] = each.sum().groupby(level=keys).max()
    summed = summed.reset_index()
    summed["financial_year"] = summed["financial_year"].astype(int)
    return summed.assign(spend=summed[list(COMPONENTS)].sum(axis=1))


def _times_plans(averages: pd.DataFrame, people: pd.DataFrame, amounts: list[str]) -> pd.DataFrame:
    if averages.empty:
        return averages.assign(people=1.0)
    rows = []
    for _, row in averages.iterrows():
        there = people[people["provision"].eq(row["provision_group"])]
        for name in ("primary_need", "age_group"):
            there = there if pd.isna(row[name]) else there[there[name].eq(row[name])]
        start = years.start_of(int(row["financial_year"]))
        held = there["year"].value_counts()
        plans = years.weigh(float(held.get(start, 0)), float(held.get(start + 1, 0)))
        rows.append({**row, **{a: row[a] * plans for a in amounts}, "people": plans})
    return pd.DataFrame(rows)


def caseload_of_financial_years(plans: Aggregate) -> pd.DataFrame:
    """Return the caseload of each financial year and provision, from the Januaries around it.

    Returns:
        `financial_year`, `provision`, `census_before`, `census_after` (Januaries),
        `plans_before`, `plans_after` (people) and `caseload` (people, weighed).
    """
    wide = plans.frame.pivot_table(
        index="provision", columns="year", values="plans", aggfunc="sum"
    ).fillna(0)
    parts = []
    for year in years.financial_years_between(int(y) for y in wide.columns):
        start = years.start_of(year)
        part = pd.DataFrame({"plans_before": wide[start], "plans_after": wide[start + 1]})
        part["caseload"] = years.weigh(part["plans_before"], part["plans_after"])
        named = part.rename_axis("provision").reset_index()
        parts.append(named.assign(financial_year=year, census_before=start, census_after=start + 1))
    columns = ["financial_year", "provision", "census_before", "census_after"]
    empty = pd.DataFrame(columns=[*columns, "plans_before", "plans_after", "caseload"])
    return pd.concat(parts, ignore_index=True) if parts else empty


def unit_costs(spend: pd.DataFrame, plans: Aggregate, sources: tuple[str, ...]) -> Aggregate:
    """Return spend, caseload and unit cost of each financial year and provision.

    Args:
        spend: As `placement_spend` returns it.
        plans: Plans by `year` and `provision`.
        sources: Where spend and plans come from.

    Returns:
        One row a financial year and provision, "All" being the total: `spend` (whole £),
        `caseload` (people), `unit_cost` (£ per plan), so that caseload x unit cost = spend.
        Only years that both hold.
    """
    keys = ["financial_year", "provision"]
    caseload = caseload_of_financial_years(plans)
    spent = spend.reindex(columns=[*keys, "spend", "costed", "most"])  # a forecast has no most
    table = caseload.merge(spent, on=keys, how="outer")
    both = set(caseload["financial_year"]) & set(spend["financial_year"])
    table = table[table["financial_year"].isin(both)]
    census = caseload.drop_duplicates("financial_year").set_index("financial_year")
    for column in ("census_before", "census_after"):
        table[column] = table["financial_year"].map(census[column]).astype(int)
    amounts = ["plans_before", "plans_after", "caseload", "spend", "costed"]
    table[amounts] = table[amounts].fillna(0)
    table["spend"] = table["spend"].round()
    by_year = table.groupby(["financial_year", "census_before", "census_after"])
    totals = by_year[amounts].sum().assign(most=by_year["most"].max())
    table = pd.concat([table, totals.reset_index().assign(provision="All")], ignore_index=True)
    table["largest"] = table["most"] / table["spend"].where(table["spend"] > 0)
    # Where nothing was recorded as spent, there is no price: it is not known to be £0.
    priced = (table["caseload"] > 0) & (table["spend"] != 0)
    table["unit_cost"] = table["spend"] / table["caseload"].where(priced)
    order = {name: i for i, name in enumerate((*PROVISIONS, "All"))}
    table = table.sort_values(keys, key=lambda c: c.map(order) if c.name == "provision" else c)
    return Aggregate(
        frame=table.reset_index(drop=True),
        universe=UNIVERSE,
        dimensions=("financial_year", "provision"),
        measures=unit_cost_measures(),
        source="local",
        sources=sources,
        method="Unit cost = spend on placements (place funding, top-up, fees, therapy; gross, "
        f"transport apart) / caseload of the financial year. {years.ALIGNMENT}",
        period=years.period(table["financial_year"]),
        not_summed=("financial_year", "year", "area"),
        labels=plans.labels,
    )


def unit_cost_measures() -> tuple[Measure, ...]:
    """Return the measures of a table of unit costs, with the people that each rests on.

    Plans are keyed by their census, people with a cost by the financial year: money on few
    people is hidden even where no plan of theirs was open in a January.
    """
    apart = ("financial_year",)
    rests = ("costed", "plans_before", "plans_after")
    return (
        Measure("plans_before", "Plans in the January before", "people",
                where_column={"year": "census_before"}, without=apart),
        Measure("plans_after", "Plans in the January after", "people",
                where_column={"year": "census_after"}, without=apart),
        Measure("costed", "People with a cost in the year", "people"),
        Measure("caseload", "Caseload of the financial year", "number",
                ("plans_before", "plans_after"), decimals=0),
        Measure("spend", "Spend on placements", "£", ("costed",), largest="largest"),
        Measure("unit_cost", "Unit cost", "£ per plan", rests),
    )  # fmt: skip


def real_terms(unit: Aggregate, deflators: pd.DataFrame) -> Aggregate:
    """Return the unit cost of all plans in cash and in the prices of the latest year.

    Args:
        unit: As `unit_costs` returns it.
        deflators: Table `deflators`.

    Returns:
        One row a financial year that both hold: `unit_cost` in cash, `index_value`, and `real`,
        in £ per plan at the prices of the latest of these years.
    """
    table = unit.frame[unit.frame["provision"].eq("All")].drop(columns="provision")
    index = deflators.set_index("financial_year")["index_value"]
    table = table.assign(index_value=table["financial_year"].map(index)).dropna(
        subset="index_value"
    )
    latest = table["index_value"].iloc[-1] if len(table) else 1.0
    table["real"] = table["unit_cost"] * latest / table["index_value"]
    rests = ("costed", "plans_before", "plans_after")
    last_year = years.label(int(table["financial_year"].max())) if len(table) else ""
    return Aggregate(
        frame=table.reset_index(drop=True),
        universe=unit.universe,
        dimensions=("financial_year",),
        measures=(
            *(m for m in unit_cost_measures() if m.unit == "people"),
            Measure("unit_cost", "Unit cost, cash", "£ per plan", rests),
            Measure("real", f"Unit cost, {last_year} prices", "£ per plan", rests),
            Measure("index_value", "GDP deflator", "number", decimals=1),
        ),
        source="local",
        sources=(*unit.sources, "GDP deflators"),
        method=f"Real terms = cash x GDP deflator of {last_year} / GDP deflator of the year.",
        period=years.period(table["financial_year"]),
        not_summed=("financial_year", "year"),
    )


def span(unit: Aggregate) -> tuple[int, int]:
    """Return the first and the last financial year of an aggregate of unit costs."""
    return int(unit.frame["financial_year"].min()), int(unit.frame["financial_year"].max())


def whole_area(unit: Aggregate) -> Aggregate:
    """Return the row "All" of each financial year: caseload, unit cost and spend of the area."""
    frame = unit.frame[unit.frame["provision"].eq("All")].drop(columns="provision")
    return replace(unit, frame=frame.reset_index(drop=True), dimensions=("financial_year",))


def provisions_only(unit: Aggregate) -> Aggregate:
    """Return the unit costs without the row "All"."""
    frame = unit.frame[unit.frame["provision"].ne("All")]
    return replace(unit, frame=frame.reset_index(drop=True))


def in_year(unit: Aggregate, financial_year: int) -> Aggregate:
    """Return the unit costs of one financial year, by provision and in total."""
    frame = unit.frame[unit.frame["financial_year"].eq(financial_year)]
    frame = frame[frame["spend"].ne(0) | frame["caseload"].ne(0)].reset_index(drop=True)
    census = {c: str(int(frame[c].iloc[0])) for c in ("census_before", "census_after")}
    measures = tuple(
        replace(
            m,
            label=f"Plans, January {census[m.where_column['year']]}",
            where={"year": census[m.where_column["year"]]},
            where_column={},
            without=(),
        )
        if m.where_column
        else replace(m, where={"financial_year": str(financial_year)})
        if m.unit == "people"
        else m
        for m in unit.measures
    )
    return replace(
        unit,
        frame=frame.drop(columns="financial_year"),
        dimensions=("provision",),
        measures=measures,
        period=years.label(financial_year),
    )


def told(whole: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on the unit cost of the first and the last year, and its cells."""
    first, last = span(whole)
    sentence = "In cash, what one plan costs a year went from {was} in {first} to {now} in {last}."
    return sentence, {
        "was": whole.cell("unit_cost", financial_year=first),
        "first": years.label(first),
        "now": whole.cell("unit_cost", financial_year=last),
        "last": years.label(last),
    }


def told_in_real_terms(real: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on the unit cost in the prices of the latest year, and its cells."""
    first, last = span(real)
    sentence = "In {last} prices, what one plan costs went from {was} in {first} to {now}."
    return sentence, {
        "last": years.label(last),
        "was": real.cell("real", financial_year=first),
        "first": years.label(first),
        "now": real.cell("real", financial_year=last),
    }


def closed_years(unit: Aggregate, lines: pd.DataFrame) -> Aggregate:
    """Return the unit costs up to the last financial year of which there is an outturn.

    Args:
        unit: As `unit_costs` returns it.
        lines: Table `spend_lines`; without an outturn in it every year stays.
    """
    outturn = lines.loc[lines["basis"].eq("outturn"), "financial_year"]
    if outturn.empty:
        return unit
    frame = unit.frame[unit.frame["financial_year"].le(int(outturn.max()))]
    return replace(
        unit, frame=frame.reset_index(drop=True), period=years.period(frame["financial_year"])
    )

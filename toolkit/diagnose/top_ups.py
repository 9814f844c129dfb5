"""Why top-ups changed: more children, higher bands, or a higher price within a band.

Top-up spend = full years of support x top-up for a full year, band by band, so that between
two years the change splits to the pound. Each function takes DataFrames of the data schedule
and returns a new one or an `Aggregate`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose import years
from toolkit.diagnose.caseload import NO_LABELS, PROVISIONS, Labels
from toolkit.evidence import Finding

UNIVERSE = "Placements with a top-up in the financial year"
NO_BAND = "not_recorded"
EFFECTS: Mapping[str, str] = {
    "volume": "More children",
    "band_mix": "Mix of bands",
    "price": "Price within a band",
}
STEPS = ("spend_first", *EFFECTS, "spend_last")
SHOWN = ("funded_last", *STEPS)
LABELS = {"band": {NO_BAND: "Not recorded"}}
FULL_YEARS = (
    "One placement counts for the part of the year that it was funded for: weeks funded / the "
    "most weeks that a placement of its provision was funded for in any year."
)
METHOD = (
    "More children = change in full years of support x average top-up of the first year. Price "
    "= full years of the later year x change of the top-up for a full year in the same band; a "
    "band that only one year has brings no change of price. Mix of bands = what is left. "
    f"Rounded to the pound. {FULL_YEARS} Costs without a person are not in these figures."
)


def funded(costs: pd.DataFrame, plans: pd.DataFrame, last: int | None = None) -> pd.DataFrame:
    """Return every placement that a top-up was paid for, one row a person, provision and year.

    Args:
        costs: Table `placement_costs`; rows without a person, or without a top-up, stay out.
        plans: Table `plans`, for the primary need.
        last: The last financial year to take; None takes all, forecasts included.

    Returns:
        `financial_year`, `provision`, `band`, `primary_need`, `top_up` (£) and `full_years`,
        the part of a year that was funded; 1 where the weeks are not recorded.
    """
    paid = costs[costs["person_id"].notna() & costs["top_up"].gt(0)]
    paid = paid if last is None else paid[paid["financial_year"].le(last)]
    need = plans.drop_duplicates("person_id", keep="last").set_index("person_id")["primary_need"]
    provision = paid["provision_group"].fillna("unknown")
    most = paid["weeks_funded"].groupby(provision).transform("max")
    part = paid["weeks_funded"].clip(lower=1) / most.where(most.gt(0))
    return pd.DataFrame(
        {
            "financial_year": paid["financial_year"].astype(int),
            "provision": provision,
            "band": paid["band"].fillna(NO_BAND),
            "primary_need": paid["person_id"].map(need).fillna("unknown"),
            "top_up": paid["top_up"].astype(float),
            "full_years": part.fillna(1.0).astype(float),
        }
    ).reset_index(drop=True)


def by(
    paid: pd.DataFrame, *dimensions: str, sources: tuple[str, ...], labels: Labels = NO_LABELS
) -> Aggregate:
    """Return the top-ups of each financial year, by the dimensions given.

    Args:
        paid: As `funded` returns it.
        dimensions: Of "provision", "band", "primary_need"; "All" is the total over the first.
        sources: Where it comes from.
        labels: For a dimension, what its codes are called.

    Returns:
        `funded` (people), `full_years`, `spend` (£), `average` (£ for a full year) and
        `share` (% of the funded of the year, over the last dimension).
    """
    names = ["financial_year", *dimensions]
    rows = paid.assign(funded=1.0)
    counted = _summed(rows, names)
    if dimensions:
        rest = [n for n in names if n != dimensions[0]]
        total = _summed(rows, rest)
        counted = pd.concat([counted, total.assign(**{dimensions[0]: "All"})], ignore_index=True)
    over = names[:-1] if dimensions else names
    parts = counted[counted[names[-1]].ne("All")] if dimensions else counted
    base = parts.groupby(over)["funded"].sum().rename("base")
    counted = counted.merge(base.reset_index(), on=over)
    counted["average"] = counted["top_up"] / counted["full_years"]
    counted["share"] = 100 * counted["funded"] / counted["base"]
    known = {**LABELS, **labels}
    return Aggregate(
        frame=_ordered(counted.rename(columns={"top_up": "spend"}), names),
        universe=UNIVERSE,
        dimensions=tuple(names),
        measures=(
            Measure("funded", "Placements with a top-up", "people"),
            Measure("base", "All of them", "people", without=tuple(dimensions[-1:])),
            Measure("share", "Share", "%", ("funded", "base")),
            Measure("full_years", "Full years of support", "number", ("funded",), decimals=0),
            Measure("spend", "Top-ups", "£", ("funded",), largest="largest"),
            Measure("average", "Top-up for a full year", "£ per plan", ("funded",)),
        ),
        source="local",
        sources=sources,
        method=f"Top-up for a full year = top-ups / full years of support. {FULL_YEARS}",
        period=years.period(counted["financial_year"]),
        not_summed=("financial_year", "area"),
        labels=known,
    )


def _summed(rows: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return sums by some columns, and which share of the top-ups the largest one is."""
    groups = rows.groupby(names)
    summed = groups[["funded", "full_years", "top_up"]].sum()
    largest = groups["top_up"].max() / summed["top_up"].where(summed["top_up"] > 0)
    return summed.assign(largest=largest).reset_index()


def _ordered(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    place = {name: i for i, name in enumerate((*PROVISIONS, "All"))}
    ordered = frame.sort_values(
        names, key=lambda c: c.map(place) if c.name == "provision" else c, kind="stable"
    )
    return ordered.reset_index(drop=True)


def at_ends(averages: Aggregate, first: int, last: int) -> Aggregate:
    """Return the rows of two financial years."""
    kept = averages.frame["financial_year"].isin([first, last])
    return replace(averages, frame=averages.frame[kept].reset_index(drop=True))


def split(averages: Aggregate, paid: pd.DataFrame, first: int, last: int) -> Aggregate:
    """Return the change in top-ups between two financial years, split to the pound.

    Args:
        averages: As `by` returns it, by provision.
        paid: As `funded` returns it.
        first: The earlier financial year, six digits.
        last: The later financial year.

    Returns:
        One row a provision and "All", the sum of them: `spend_first`, `spend_last`, `change`
        and `EFFECTS` (whole £), with more children + mix of bands + price = change in every
        row; `average_first` and `average_last` (£ for a full year), and their `growth` (%),
        parted into `mix_growth` and `price_growth`: (1 + mix) x (1 + price) = 1 + growth.
    """
    cells = paid.groupby(["provision", "band", "financial_year"])[["full_years", "top_up"]].sum()
    wide = pd.DataFrame(cells.unstack("financial_year")).reindex(
        columns=pd.MultiIndex.from_product([["full_years", "top_up"], [first, last]])
    )
    n0, n1 = wide["full_years", first].fillna(0.0), wide["full_years", last].fillna(0.0)
    t0, t1 = wide["top_up", first].fillna(0.0), wide["top_up", last].fillna(0.0)
    now = t1 / n1.where(n1 > 0)
    was = (t0 / n0.where(n0 > 0)).fillna(now)  # a new band has no price to compare with
    exact = pd.DataFrame(
        {"n0": n0, "n1": n1, "t0": t0, "t1": t1, "kept": n1 * was.fillna(0.0)}
    ).groupby("provision")
    table = _with_people(averages, exact.sum(), first, last)
    return replace(
        averages,
        frame=_ordered(table.reset_index(), ["provision"]),
        dimensions=("provision",),
        measures=_split_measures(first, last),
        method=f"{METHOD} The total is the sum of the provisions.",
        period=f"{years.label(first)} to {years.label(last)}",
    )


def _with_people(averages: Aggregate, exact: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """Return the effects of each provision, and their sum as "All", beside the people."""
    table = pd.DataFrame({"spend_first": exact["t0"].round(), "spend_last": exact["t1"].round()})
    table["change"] = table["spend_last"] - table["spend_first"]
    average = exact["t0"] / exact["n0"].where(exact["n0"] > 0)
    # A provision without a top-up in the first year has a change that is all children.
    table["volume"] = ((exact["n1"] - exact["n0"]) * average).round().fillna(table["change"])
    table["price"] = (exact["t1"] - exact["kept"]).round().where(average.notna(), 0.0)
    table["band_mix"] = table["change"] - table["volume"] - table["price"]
    table[["n0", "n1", "t1"]] = exact[["n0", "n1", "t1"]]
    table.loc["All"] = table.sum()
    people = averages.frame.pivot_table(
        index="provision", columns="financial_year", values="funded"
    )
    for name, year in (("funded_first", first), ("funded_last", last)):
        counted = people[year] if year in people else pd.Series(dtype=float)
        table[name] = counted.reindex(table.index).fillna(0.0)
    table["average_first"] = table["spend_first"] / table["n0"].where(table["n0"] > 0)
    table["average_last"] = table["spend_last"] / table["n1"].where(table["n1"] > 0)
    table["growth"] = 100 * (table["average_last"] / table["average_first"] - 1)
    at_old_prices = table["spend_last"] - table["price"]
    table["price_growth"] = 100 * table["price"] / at_old_prices.where(at_old_prices > 0)
    table["mix_growth"] = 100 * (
        (1 + table["growth"] / 100) / (1 + table["price_growth"] / 100) - 1
    )
    return table


def _split_measures(first: int, last: int) -> tuple[Measure, ...]:
    was, now = years.label(first), years.label(last)
    both = ("funded_first", "funded_last")
    at_first, at_last = {"financial_year": str(first)}, {"financial_year": str(last)}
    return (
        Measure("funded_first", f"Placements with a top-up, {was}", "people", where=at_first),
        Measure("funded_last", f"Placements with a top-up, {now}", "people", where=at_last),
        Measure("spend_first", f"Top-ups, {was}", "£", ("funded_first",)),
        *(Measure(name, label, "£", both) for name, label in EFFECTS.items()),
        Measure("spend_last", f"Top-ups, {now}", "£", ("funded_last",)),
        Measure("change", "Change", "£", both),
        Measure("average_first", f"Top-up for a full year, {was}", "£ per plan", ("funded_first",)),
        Measure("average_last", f"Top-up for a full year, {now}", "£ per plan", ("funded_last",)),
        Measure("growth", "Growth", "%", both, decimals=1),
        Measure("mix_growth", "of that, mix of bands", "%", both, decimals=1),
        Measure("price_growth", "of that, price within a band", "%", both, decimals=1),
    )


def told(parted: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on why top-ups changed, and its cells."""
    sentence = (
        "From {period}, top-ups {change:change}: {volume:signed} with more children, "
        "{band_mix:signed} with the mix of bands and {price:signed} with the price within a band."
    )
    columns = ("change", *EFFECTS)
    cells = {name: parted.cell(name, provision="All") for name in columns}
    return sentence, {"period": parted.period, **cells}


def finding(parted: Aggregate) -> Finding:
    """Return the finding on why top-ups changed, with the children whom they support."""
    sentence, cells = told(parted)
    named = {name: c for name, c in cells.items() if isinstance(c, Cell)}
    return Finding(
        id="11.topup.split",
        stage="Module 1",
        sentence=sentence.replace("{period}", parted.period),
        cells=named,
        value=parted.cell("change", provision="All"),
        base=parted.cell("funded_last", provision="All"),
        outcome="A top-up pays for support in class; whether it helped is asked in the case "
        "reviews, band by band.",
        criterion=2,
        priority=60,
    )

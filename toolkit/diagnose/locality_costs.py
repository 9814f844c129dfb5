"""What plans cost in one locality, beside the rest of its area."""

from __future__ import annotations

import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose import cohort_money, years
from toolkit.diagnose.locality_sides import METHOD, SIDES, Count, counts, heading, sums

UNIVERSE = "EHC plans open at a January census that have a cost in the financial year around it"
PER_PLAN = tuple(f"per_{side}" for side in SIDES)
COSTED = Count("plans with a cost", "costed")
SHOWN = (*PER_PLAN, "share")


def per_plan(
    costs: pd.DataFrame,
    lines: pd.DataFrame,
    people: pd.DataFrame,
    name: str,
    sources: tuple[str, ...],
) -> Aggregate:
    """Return what the plans of each January cost in the financial year around it, on each side.

    Args:
        costs: Table `placement_costs`. An average without a person is given to each plan that
            fits it, wherever in the area it is: then only the mix tells the sides apart.
        lines: Table `spend_lines`; where it has outturns, no later year counts.
        people: As `january.stock` returns it.
        name: The locality.
        sources: Where they come from.

    Returns:
        One row a `financial_year` (six digits). For each side, as in `costed_here`: `costed`
        (people), `spend` (whole £) and `per` (£ per plan); `share` (% of the area's spend that
        is here). Spend on people whose plan was not open in that January stays out.
    """
    last = cohort_money.latest(costs, lines, int(people["year"].max()))
    paid = pd.concat([_paid(costs, people, y) for y in _financial_years(people, last)] or [_none()])
    by_year = paid["financial_year"]
    frame = counts(paid["locality"], by_year, name, COSTED)
    spent = sums(paid["locality"], by_year, paid["spend"], name)
    top = _largest(paid, name)
    for side in SIDES:
        plans = frame[COSTED.of(side)]
        frame[f"spend_{side}"] = spent[side].round()
        frame[f"per_{side}"] = spent[side] / plans.where(plans > 0)
        frame[f"largest_{side}"] = top[side] / spent[side].where(spent[side] > 0)
    frame["share"] = 100 * spent["here"] / spent["area"].where(spent["area"] > 0)
    frame = frame.rename_axis("financial_year").reset_index()
    return Aggregate(
        frame=frame,
        universe=UNIVERSE,
        dimensions=("financial_year",),
        measures=(*(m for side in SIDES for m in _of(side, name)), _share(name)),
        source="local",
        sources=sources,
        method="Spend of the financial year on the plans open in its January / those plans. "
        f"{METHOD}",
        period=years.period(frame["financial_year"]),
        not_summed=("financial_year", "area"),
        labels={"financial_year": {str(y): years.label(int(y)) for y in frame["financial_year"]}},
    )


def _financial_years(people: pd.DataFrame, last: int) -> list[int]:
    """Return the financial years around the Januaries held, none after the last with costs."""
    around = (years.financial_year(int(january) - 1) for january in people["year"].unique())
    return sorted(year for year in around if year <= last)


def _none() -> pd.DataFrame:
    types = {"financial_year": "int64", "locality": "string", "spend": "float64"}
    return pd.DataFrame(columns=list(types)).astype(types)


def _paid(costs: pd.DataFrame, people: pd.DataFrame, financial_year: int) -> pd.DataFrame:
    """Return the people of the January in a financial year who have a cost in it."""
    january = years.start_of(financial_year) + 1
    there = people[people["year"].eq(january)].drop_duplicates("person_id")
    spent = there["person_id"].map(cohort_money.by_person(costs, there, financial_year))
    made = there[["locality"]].assign(financial_year=financial_year, spend=spent)
    return made.dropna(subset="spend")


def _largest(paid: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the spend on the one child with most, on each side, by financial year."""
    is_here = paid["locality"].eq(name).fillna(False).astype(bool)
    on_side = {"here": paid[is_here], "elsewhere": paid[~is_here], "area": paid}
    most = {s: rows.groupby("financial_year")["spend"].max() for s, rows in on_side.items()}
    return pd.DataFrame(most, columns=list(SIDES))


def _of(side: str, name: str) -> tuple[Measure, ...]:
    costed = COSTED.measure(side, name)
    rests, named = (costed.column,), heading(side, name)
    return (
        costed,
        Measure(f"spend_{side}", f"{named}, spend", "£", rests, largest=f"largest_{side}"),
        Measure(f"per_{side}", f"{named}, cost of one plan", "£ per plan", rests),
    )


def _share(name: str) -> Measure:
    rests = (COSTED.of("here"), COSTED.of("area"))
    return Measure("share", f"{name}, share of the area's spend", "%", rests, decimals=0)

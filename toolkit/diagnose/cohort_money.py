"""What the people of each cohort cost, beside the same need and age in other provisions."""

from __future__ import annotations

import pandas as pd

from toolkit.diagnose import years
from toolkit.diagnose.cohorts import OTHER
from toolkit.diagnose.spend import COMPONENTS

COLUMNS = ["cohort", "costed", "spend", "costed_elsewhere", "elsewhere"]


def spend(costs: pd.DataFrame, assigned: pd.DataFrame, financial_year: int) -> pd.DataFrame:
    """Return what each cohort cost in a financial year, one row a cohort.

    Args:
        costs: Table `placement_costs`. A row without a person is the average of one plan of
            its provision, need and age group, and is given to each person who fits it.
        assigned: As `cohorts.assign` returns it; people are those of the January in the year.
        financial_year: Six digits.

    Returns:
        `cohort`, `costed` (people with a cost), `spend` (£), and of the same need and age
        group in all other provisions `costed_elsewhere` (people) and `elsewhere` (£ per
        person); the last two missing for "other". Spend on people whose plan was not open in
        that January stays out.
    """
    january = years.start_of(financial_year) + 1
    people = assigned[assigned["year"].eq(january)].drop_duplicates("person_id")
    paid = people.assign(spend=people["person_id"].map(by_person(costs, people, financial_year)))
    paid = paid.dropna(subset="spend")
    if paid.empty:
        return pd.DataFrame(columns=COLUMNS).astype(dict.fromkeys(COLUMNS[1:], float))
    made = paid.groupby("cohort").agg(costed=("spend", "size"), spend=("spend", "sum"))
    alike = paid.groupby(["age_group", "primary_need"]).agg(
        n=("spend", "size"), sum=("spend", "sum")
    )
    table = made.reset_index()
    parts = table["cohort"].where(table["cohort"].ne(OTHER)).str.split("|", expand=True)
    both = ["age_group", "primary_need"]
    keys = parts.reindex(columns=[0, 1]).set_axis(both, axis=1).astype("string")
    beside = keys.merge(alike.reset_index().astype(dict.fromkeys(both, "string")), how="left")
    table["costed_elsewhere"] = beside["n"] - table["costed"]
    others = table["costed_elsewhere"].where(table["costed_elsewhere"].gt(0))
    table["elsewhere"] = (beside["sum"] - table["spend"]) / others
    table["spend"] = table["spend"].round()
    return table[COLUMNS].astype(dict.fromkeys(COLUMNS[1:], float))


def latest(costs: pd.DataFrame, lines: pd.DataFrame, january: int) -> int:
    """Return the last financial year that costs can be read from; 0 where there is none.

    Args:
        costs: Table `placement_costs`.
        lines: Table `spend_lines`; where it has outturns, no later year counts.
        january: The latest January: it lies in the financial year that began the April before.
    """
    outturn = lines.loc[lines["basis"].eq("outturn"), "financial_year"]
    end = years.financial_year(january - 1)
    end = min(end, int(outturn.max())) if len(outturn) else end
    return max((int(y) for y in costs["financial_year"].dropna() if y <= end), default=0)


def by_person(costs: pd.DataFrame, people: pd.DataFrame, financial_year: int) -> pd.Series:
    """Return the spend on each person in a financial year, £ by `person_id`.

    People without a cost of their own, and without an average that fits them, are not in it.
    """
    year = costs[costs["financial_year"].eq(financial_year)]
    amounts = year.assign(spend=year[list(COMPONENTS)].fillna(0).sum(axis=1))
    own = amounts[amounts["person_id"].notna()].groupby("person_id")["spend"].sum()
    parts = [own]
    for _, row in amounts[amounts["person_id"].isna()].iterrows():
        fits = people["provision"].eq(row["provision_group"])
        for name in ("primary_need", "age_group"):
            fits &= True if pd.isna(row[name]) else people[name].eq(row[name])
        parts.append(pd.Series(float(row["spend"]), index=people.loc[fits, "person_id"]))
    every = pd.concat(parts)
    summed: pd.Series = every.groupby(level=0).sum()
    return summed

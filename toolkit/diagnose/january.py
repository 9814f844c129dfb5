"""Who has a plan open each January: at what age, with which need, in which provision.

Each function takes DataFrames of the data schedule and returns a new one.
"""

from __future__ import annotations

import pandas as pd

from toolkit.diagnose import recorded

AGE_GROUPS = {
    "0-4": (0, 4),
    "5-10": (5, 10),
    "11-15": (11, 15),
    "16-19": (16, 19),
    "20-25": (20, 99),
}


def stock(
    plans: pd.DataFrame,
    placements: pd.DataFrame,
    censuses: pd.DataFrame,
    earlier_needs: pd.DataFrame,
) -> pd.DataFrame:
    """Return every plan open at every census, one row a plan and census.

    Args:
        plans: Table `plans`, with `first_census`, `last_census` and `in_history` as stored.
        placements: Table `placements`.
        censuses: `census_year`, `census_date` and `origin`: "return" where a SEN2 return was
            read, "history" where the plans come from plans.csv.
        earlier_needs: As `recorded.needs_at` takes it.

    Returns:
        Columns `year`, `person_id`, `age` (completed years at the 31 August before),
        `age_group`, `primary_need` (as that January's return or plans.csv has it, "unknown"
        where blank), `provision`, `sex`, `locality`.
        A plan counts in a return's year only if that return held it.
    """
    rows = censuses[["census_year", "census_date", "origin"]].itertuples(index=False, name=None)
    years = [_open_at(plans, placements, earlier_needs, *row) for row in rows]
    columns = [
        "year",
        "person_id",
        "age",
        "age_group",
        "primary_need",
        "provision",
        "sex",
        "locality",
    ]
    if not years:
        return pd.DataFrame(columns=columns)
    return pd.concat(years, ignore_index=True)[columns]


def _open_at(
    plans: pd.DataFrame,
    placements: pd.DataFrame,
    earlier_needs: pd.DataFrame,
    year: int,
    date: pd.Timestamp,
    origin: str,
) -> pd.DataFrame:
    is_open = (plans["plan_start"] <= date) & ~(plans["plan_cease"] <= date)
    held = (plans["first_census"] <= year) & (plans["last_census"] >= year)
    if origin == "history":
        held = plans["in_history"]
    asked = recorded.FROM_HISTORY if origin == "history" else year
    found = plans[is_open & held.fillna(False).astype(bool)]
    found = found.merge(main_placement(placements, date), on="person_id", how="left")
    age = age_at_31_august(found["birth_month"], year)
    return found.assign(
        year=year,
        age=age,
        age_group=age_group(age),
        primary_need=recorded.needs_at(found, earlier_needs, asked),
        provision=found["provision_group"].fillna("unknown"),
    )


def main_placement(placements: pd.DataFrame, date: pd.Timestamp) -> pd.DataFrame:
    """Return each person's main placement on a date: `person_id`, `provision_group`.

    The main placement has rank 1; of several, the one that began last.
    """
    there = (placements["entry_date"] <= date) & ~(placements["leaving_date"] < date)
    current = placements[there].sort_values(["rank", "entry_date"], ascending=[True, False])
    main: pd.DataFrame = current.drop_duplicates("person_id")[["person_id", "provision_group"]]
    return main


def age_at_31_august(birth_month: pd.Series, census_year: int) -> pd.Series:
    """Return completed years of age at the 31 August before a January census.

    A birth month is enough: everyone born in August has had the birthday by the 31st.
    """
    months = (census_year - 1) * 12 + 8 - (birth_month.dt.year * 12 + birth_month.dt.month)
    age: pd.Series = (months // 12).clip(lower=0).astype("Int64")
    return age


def age_group(age: pd.Series) -> pd.Series:
    """Return the age group of the DSG management plan for each age in years."""
    groups = pd.Series("unknown", index=age.index)
    for name, (low, high) in AGE_GROUPS.items():
        groups = groups.mask(age.between(low, high).fillna(False).astype(bool), name)
    return groups

"""What happened in a calendar year: the plans that started in it, and those that ceased.

Each function takes DataFrames of the data schedule and returns a new one. Nothing here opens
a file, draws a chart or knows which local area it is looking at.
"""

from __future__ import annotations

import pandas as pd

OLDEST = 25  # a plan can last until 25; an older age is counted as 25

ABOUT = ("primary_need", "sex", "ethnicity", "deprivation_decile", "locality")


def whole_years(censuses: pd.DataFrame) -> list[int]:
    """Return the calendar years in which nobody can have come and gone unseen.

    A SEN2 return holds all of the calendar year before it. In plans.csv a year is whole
    between two January censuses that it covers.

    Args:
        censuses: `census_year`, and `origin`: "return" or "history".
    """
    returned = {int(y) for y in censuses.loc[censuses["origin"].eq("return"), "census_year"]}
    return sorted({*years_between(censuses)} | {y - 1 for y in returned})


def period(years: pd.Series) -> str:
    """Return the first and the last year in words; "" where there is none."""
    if not len(years):
        return ""
    first, last = int(years.min()), int(years.max())
    return str(first) if first == last else f"{first} to {last}"


def started(plans: pd.DataFrame, censuses: pd.DataFrame) -> pd.DataFrame:
    """Return the plans that started in each whole calendar year, one row a plan.

    A plan that was first held in a later return came from another area, where it had started.

    Args:
        plans: Table `plans`, with `first_census` and `in_history` as stored.
        censuses: As `whole_years` takes it.

    Returns:
        Columns `calendar_year`, `person_id`, `age` (completed years on the start date) and
        those of `ABOUT`, "unknown" where blank.
    """
    began = plans["plan_start"].dt.year
    held = plans["in_history"].astype(bool) | (plans["first_census"] <= began + 1)
    rows = _in_years(plans[held.fillna(False).astype(bool)], "plan_start", censuses)
    return rows[["calendar_year", "person_id", "age", *ABOUT]]


def moved_in(plans: pd.DataFrame, censuses: pd.DataFrame) -> pd.DataFrame:
    """Return the plans that came from another area in each calendar year, one row a plan.

    The return does not date a move. A plan that had started before, and is first held in a
    January, came in the year before it; only where the January before that is held as well.

    Returns:
        Columns `calendar_year` and `person_id`.
    """
    began, seen = plans["plan_start"].dt.year, plans["first_census"]
    came = (
        ~plans["in_history"].astype(bool)
        & (seen > began + 1)
        & ((seen - 1).isin(years_between(censuses)))
    )
    rows: pd.DataFrame = plans.loc[came.fillna(False).astype(bool), ["person_id", "first_census"]]
    years = (rows.pop("first_census") - 1).astype("int64")
    return rows.assign(calendar_year=years)


def years_between(censuses: pd.DataFrame) -> list[int]:
    """Return the calendar years whose January before and January after are both held."""
    held = {int(y) for y in censuses["census_year"]}
    return sorted(y for y in held if y + 1 in held)


def ceased(plans: pd.DataFrame, censuses: pd.DataFrame) -> pd.DataFrame:
    """Return the plans that ceased in each whole calendar year, one row a plan.

    Returns:
        Columns `calendar_year`, `person_id`, `age` (completed years on the day it ceased),
        `cease_reason` and those of `ABOUT`, "unknown" where blank.
    """
    rows = _in_years(plans, "plan_cease", censuses)
    rows["cease_reason"] = rows["cease_reason"].astype("string").fillna("unknown")
    return rows[["calendar_year", "person_id", "age", "cease_reason", *ABOUT]]


def _in_years(plans: pd.DataFrame, date: str, censuses: pd.DataFrame) -> pd.DataFrame:
    years = plans[date].dt.year
    rows = plans[years.isin(whole_years(censuses))]
    return known(rows).assign(
        calendar_year=years[rows.index].astype("int64"),
        age=age_on(rows["birth_month"], rows[date]),
    )


def known(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with "unknown" where a characteristic of `ABOUT` is blank."""
    blank = {c: rows[c].astype("string").fillna("unknown") for c in ABOUT if c in rows}
    return rows.assign(**blank)


def age_on(birth_month: pd.Series, day: pd.Series) -> pd.Series:
    """Return completed years of age on a day, 0 to 25.

    Only the month of birth is held: in that month a birthday counts as having been.
    """
    months = (day.dt.year - birth_month.dt.year) * 12 + day.dt.month - birth_month.dt.month
    age: pd.Series = (months // 12).clip(0, OLDEST).astype("Int64")
    return age

"""The primary need of a plan as a January recorded it, where a later return says otherwise.

Needs are recorded anew at reviews and phase transfers. `plans` holds the need of the latest
return; the table `earlier_needs` holds what an earlier return, or plans.csv, said instead.
"""

from __future__ import annotations

import pandas as pd

UNKNOWN = "unknown"
PLAN = ["person_id", "plan_start"]
FROM_HISTORY = 0  # no census year: the row comes from plans.csv


def needs_at(plans: pd.DataFrame, earlier: pd.DataFrame, census: pd.Series | int) -> pd.Series:
    """Return the primary need of each plan as it was recorded then, "unknown" where blank.

    Args:
        plans: Of the columns of table `plans`: `person_id`, `plan_start`, `primary_need`.
        earlier: Table `earlier_needs`: `person_id`, `plan_start`, `census_year` (missing for
            plans.csv) and `primary_need` (missing where that return recorded none).
        census: The January whose return is asked for, of all plans or of each;
            `FROM_HISTORY` for what plans.csv says.
    """
    latest = plans["primary_need"].astype("str").fillna(UNKNOWN)
    if earlier.empty or plans.empty:
        return latest
    said = earlier.assign(
        census_year=earlier["census_year"].fillna(FROM_HISTORY).astype("int64"),
        then=earlier["primary_need"].astype("str").fillna(UNKNOWN),
    )
    asked = plans[PLAN].assign(census_year=census).astype({"census_year": "int64"})
    found = asked.merge(said[[*PLAN, "census_year", "then"]], how="left")["then"]
    return latest.mask(found.notna().to_numpy(), found.set_axis(latest.index))


def at_first(plans: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    """Return plans with the primary need that was recorded for each first, if earlier than now.

    Args:
        plans: Table `plans`, with `first_census` and `in_history` as stored.
        earlier: As `needs_at` takes it.
    """
    first = plans["first_census"].mask(plans["in_history"].astype(bool))
    return plans.assign(primary_need=needs_at(plans, earlier, first.fillna(FROM_HISTORY)))

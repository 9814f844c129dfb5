"""Published plans of one area by provision and age group, from the DfE's release."""

from __future__ import annotations

import pandas as pd

from toolkit.diagnose.january import age_group

COLUMNS = ("year", "provision", "age_group", "plans")
CLOSE = 0.01  # parts and total may differ by rounding; more means that a placement is withheld


def published_ages(released: pd.DataFrame, code: str, groups: pd.DataFrame) -> pd.DataFrame:
    """Return plans by `year`, `provision` and `age_group`; no rows where none are published.

    A year is left out where placements are withheld for some ages: the parts would not add up.

    Args:
        released: Published `ees_caseload`.
        code: Code of the area.
        groups: Reference table `provision_map`: `ees_column`, `provision`.
    """
    of_age = released[released["code"].eq(code) & released["topic"].eq("age")]
    here = groups[groups["ees_column"].isin(of_age.columns)]
    provision = dict(zip(here["ees_column"], here["provision"], strict=True))
    if of_age.empty or not provision:
        return pd.DataFrame(columns=list(COLUMNS))
    first = pd.to_numeric(of_age["breakdown"].str.extract(r"(\d+)", expand=False))
    young = of_age["breakdown"].str.contains("less|under", case=False)
    rows = of_age.assign(age_group=age_group(first.mask(young, 0)))
    long = rows.melt(["year", "age_group"], list(provision), "column", "plans")
    long["provision"] = long["column"].map(provision)
    keys = list(COLUMNS[:-1])
    counted = long.groupby(keys, as_index=False)["plans"].sum()
    parts, whole = counted.groupby("year")["plans"].sum(), rows.groupby("year")["ehcplans"].sum()
    whole_years = whole[((parts - whole).abs() <= CLOSE * whole) & (whole > 0)].index
    kept: pd.DataFrame = counted[counted["year"].isin(whole_years)].reset_index(drop=True)
    return kept

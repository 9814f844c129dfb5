"""Measures that are published ready-made, and those of pupils in an area's schools."""

from __future__ import annotations

import pandas as pd

from toolkit.diagnose.benchmarks import rows
from toolkit.diagnose.benchmarks.rows import Tables

# Short names of the Local Authority Interactive Tool. Left out: those without a title in the
# file, and those that the EHC plans release gives with their counts.
LAIT = {
    "SEN_AppealableDec": "appeals.rate",
    "SEN_TotStat": "pupils.ehcp",
    "SEN_TotSENSuP": "pupils.support",
    "SEN_Stat_AVG_Attain8_Score": "outcome.attainment8",
}
OF_PUPILS = {"pupils.ehcp": "ehcp", "pupils.support": "sen_support"}
# School census measures stand for a January; the other ones for the year that they name.
JANUARIES = ("pupils.ehcp", "pupils.support")


def measures(tables: Tables) -> pd.DataFrame:
    """Return LAIT's measures as published; they come without a base, so chance is not known.

    Where the counts of pupils are held, theirs are used and LAIT's shares are left out.
    """
    if "measures" not in tables:
        return rows.none()
    wanted = {k: v for k, v in LAIT.items() if v not in OF_PUPILS or "sen_in_england" not in tables}
    held = tables["measures"]
    held = held[held["measure"].isin(wanted) & held["value"].notna()]
    held = held[held["year"].str.fullmatch(r"\d{4}")]
    measure, year = held["measure"].map(wanted), held["year"].astype(int)
    made = pd.DataFrame(
        {
            "measure": measure,
            "year": year,
            "period": year.astype(str).mask(measure.isin(JANUARIES), "January " + held["year"]),
            "code": held["code"],
            "numerator": float("nan"),
            "base": float("nan"),
            "base_name": "",
            "doubt": "",
            "given": held["value"],
        }
    )
    return made.reset_index(drop=True)


def pupils(tables: Tables) -> pd.DataFrame:
    """Return the share of the pupils in an area's schools with a plan and on SEN Support."""
    if "sen_in_england" not in tables:
        return rows.none()
    held = tables["sen_in_england"]
    held = held[held["phase"].eq("all")]
    held = held.assign(year=held["academic_year"] // 100 + 1)  # the January within it
    return rows.joined(
        rows.rows(held, measure, column, "headcount", period="January {year}")
        for measure, column in OF_PUPILS.items()
    )

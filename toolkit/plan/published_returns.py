"""The tables of the returns from published figures alone: totals, provisions and a split by age.

Published figures hold no primary need over time, so tables 7 to 7.7 are not forecast here, and
age is a split of the forecast by the latest published mix, which has not been back-tested.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toolkit.diagnose.forecast.paths import Array, Paths
from toolkit.diagnose.january import AGE_GROUPS
from toolkit.plan.return_lines import AGES, LSRP_PROVISION_NOTES, LSRP_PROVISIONS
from toolkit.plan.returns import Forecast, Table, lines_of, shared_out, table

SPLIT = (
    "The forecast by age is the forecast by provision shared out by the latest published ages "
    "within each provision. It has not been back-tested."
)
CALENDAR = "Years are calendar years: a year's figure is that of the January census after it."

ASSUMED = (
    "Growth is the country's, with the part of the area's own departure from it that has lasted "
    "in the past, and what its requests per plan held say of the year ahead. Departures fade.",
    "Each provision keeps its own way within the total, as the country's mix moves.",
)


def published_tables(
    caseload: pd.DataFrame,
    ages: pd.DataFrame,
    paths: Paths,
    assumptions: Sequence[str],
) -> list[Table]:
    """Return tables 5.1 and 6 of the LSRP.

    Args:
        caseload: Published plans of the area: `year`, `provision` (without "total"), `plans`.
        ages: Published plans of the area: `year`, `provision`, `age_group`, `plans`; empty
            where none are published, and then table 5.1 is left out.
        paths: Futures by provision.
        assumptions: What the forecast assumes, in sentences.
    """
    made = [_provisions(caseload, paths, assumptions)]
    if len(ages):
        made.insert(0, _ages(ages, paths, assumptions))
    return made


def _provisions(caseload: pd.DataFrame, paths: Paths, assumptions: Sequence[str]) -> Table:
    line = {code: name for name, codes in LSRP_PROVISIONS.items() for code in codes}
    counted = caseload.groupby([caseload["provision"].map(line), caseload["year"] - 1])["plans"]
    recorded = counted.sum(min_count=1).unstack().reindex(list(LSRP_PROVISIONS))
    futures = lines_of(paths.by("provision")[:, 1:], paths.provisions, LSRP_PROVISIONS)
    forecast = Forecast(_years(paths), {"unmitigated": futures})
    notes = (*assumptions, CALENDAR, *LSRP_PROVISION_NOTES)
    return table("LSRP 6", "EHC plans by provision", _plain(recorded), forecast, notes)


def _ages(ages: pd.DataFrame, paths: Paths, assumptions: Sequence[str]) -> Table:
    line = {code: name for name, codes in AGES.items() for code in codes}
    counted = ages.groupby([ages["age_group"].map(line), ages["year"] - 1])["plans"]
    recorded = counted.sum(min_count=1).unstack().reindex(list(AGES))
    futures = shared_out(paths.by("provision")[:, 1:], age_shares(ages, paths.provisions))
    forecast = Forecast(_years(paths), {"unmitigated": futures})
    notes = (*assumptions, CALENDAR, SPLIT)
    return table("LSRP 5.1", "EHC plans by age group", _plain(recorded), forecast, notes)


def age_shares(ages: pd.DataFrame, provisions: Sequence[str]) -> Array:
    """Return each age group's share of a provision, [provision, age group], in the latest year.

    A provision that nobody was in takes the shares of all plans.
    """
    latest = ages[ages["year"].eq(ages["year"].max())]
    wide = latest.pivot_table(index="provision", columns="age_group", values="plans", aggfunc="sum")
    wide = wide.reindex(index=list(provisions), columns=list(AGE_GROUPS)).fillna(0.0)
    counts = wide.to_numpy(dtype=float)
    whole = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, whole, out=np.zeros_like(counts), where=whole > 0)
    return np.asarray(np.where(whole > 0, shares, counts.sum(axis=0) / counts.sum()))


def _years(paths: Paths) -> tuple[int, ...]:
    return tuple(y - 1 for y in paths.years[1:])


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.rename_axis(index=None, columns=None)

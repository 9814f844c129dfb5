"""National priors: what the published totals say of growth, as it was known at a census."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from toolkit.diagnose.comparators import ENGLAND
from toolkit.diagnose.forecast import growth
from toolkit.diagnose.forecast.parameters import Priors
from toolkit.diagnose.forecast.transitions import DECAY

SOURCE = "England's growth in EHC plans a year, recent years weighing more"


def of_published(totals: pd.DataFrame, until: int) -> Priors:
    """Return the national log growth of plans a year, from censuses up to `until` alone.

    Args:
        totals: As `comparators.totals` returns it: `year`, `code`, `plans`.
        until: The last January that may be used.

    Returns:
        Priors with `growth`; with nothing where England has fewer than two Januaries.
    """
    rows = totals[totals["code"].eq(ENGLAND) & totals["year"].le(until)].sort_values("year")
    plans = rows["plans"].to_numpy(dtype=float)
    if len(plans) < 2:
        return Priors()
    yearly = float(growth.weighted(growth.log_growth(plans), DECAY))
    return Priors(growth=yearly, sources={"growth": f"{SOURCE}, to January {until}"})


def by_origin(totals: pd.DataFrame, origins: Iterable[int]) -> dict[int, Priors]:
    """Return for each origin of a back-test what was known of the country then."""
    return {origin: of_published(totals, origin) for origin in origins}


def plans_of_england(totals: pd.DataFrame) -> dict[int, float]:
    """Return England's plans at each January."""
    rows = totals[totals["code"].eq(ENGLAND)]
    return {int(y): float(n) for y, n in zip(rows["year"], rows["plans"], strict=True)}

"""Commissioned places: what is paid for a place whether or not anybody is in it.

Needs the table `places`; without it, place funding follows the plans alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from toolkit.diagnose import years
from toolkit.diagnose.forecast.paths import Array
from toolkit.diagnose.forecast.unit_costs import Prices, divided

# Provisions whose places a local authority commissions and funds one by one.
PAID_BY_PLACE = ("rp_unit", "state_special", "ap_hospital")
SUMMER = 5 / 12  # April to August belong to the academic year before
AHEAD = 6  # financial years after the base year that a forecast can reach


def by_financial_year(
    places: pd.DataFrame | None, provisions: Sequence[str], base: int
) -> dict[int, Array]:
    """Return commissioned places by financial year, from `base` on: [provision].

    A financial year holds 5/12 of the academic year before and 7/12 of the one that starts in
    it. An academic year that the table does not hold is as the last before it.
    """
    if places is None or places.empty:
        return {}
    own = places[places["provision_group"].isin(PAID_BY_PLACE)]
    wide = own.pivot_table(
        index="academic_year", columns="provision_group", values="commissioned", aggfunc="sum"
    )
    start = years.start_of(base)
    wanted = [years.financial_year(y) for y in range(start - 1, start + AHEAD + 1)]
    every = sorted({*wanted, *(int(y) for y in wide.index)})
    held = wide.reindex(index=every).ffill().loc[wanted]
    held = held.reindex(columns=list(provisions)).fillna(0)
    table = held.to_numpy(dtype=np.float64)
    return {
        year: table[at] * SUMMER + table[at + 1] * (1 - SUMMER)
        for at, year in enumerate(wanted[1:])
    }


def empty(places: Mapping[int, Array], financial_year: int, held: Array) -> Array:
    """Return places that are commissioned and not filled, given plans by provision.

    Plans beyond the places commissioned need places of their own, and are paid for as plans.
    """
    there = places.get(financial_year)
    return np.zeros_like(held) if there is None else np.maximum(there - held, 0.0)


def rate(prices: Prices) -> Array:
    """Return what one place costs in a year (£): [provision]."""
    return divided(prices.spend[0], prices.caseload.sum(axis=0))

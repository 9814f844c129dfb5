"""Value: how many people x what one is worth, held against low and high, and how it builds up."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose import years

REACHED = "People whom an opportunity would reach in a year"
REACH = Measure("reach", "People reached a year", "people")
INSIDE, BELOW, ABOVE = "Inside low to high", "Below the low value", "Above the high value"
UNKNOWN = "Cannot be checked: people or value for one is blank"
AHEAD = 5  # financial years, the longest horizon of the diagnostic


def values(opportunities: pd.DataFrame, sources: tuple[str, ...]) -> Aggregate:
    """Return what each opportunity is worth in full, worked out and as agreed, and if they fit.

    Args:
        opportunities: As `rows.ready` returns it.
        sources: Where they come from.

    Returns:
        One row an `opportunity`: `reach` (people a year), `unit_value` (£ for one person a year),
        `full` (their product), `low` and `high` (£ a year, as agreed), and `standing` in words.
    """
    frame = opportunities.assign(
        reach=opportunities["volume"].map(whole),
        full=opportunities["volume"] * opportunities["unit_value"],
    )
    frame["standing"] = [
        standing(*row) for row in frame[["full", "low", "high"]].itertuples(index=False, name=None)
    ]
    return Aggregate(
        frame=frame,
        universe=REACHED,
        dimensions=("opportunity",),
        measures=(
            REACH,
            Measure("unit_value", "Value for one person a year", "£", ("reach",)),
            Measure("full", "People x value for one", "£", ("reach",)),
            Measure("low", "Low value a year", "£"),
            Measure("high", "High value a year", "£"),
            Measure("standing", "How the two fit", "text", ("reach",)),
        ),
        source="local",  # a change for a handful of children must not point at them
        sources=sources,
        method="Value in full = people a year x value for one person a year. It should lie "
        "between the low and the high value that were agreed.",
        not_summed=("opportunity",),
    )


def whole(people: float) -> float:
    """Return a planned number of people as a whole number, halves upwards; missing stays so."""
    return float(np.floor(people + 0.5)) if pd.notna(people) else float("nan")


def standing(full: float, low: float, high: float) -> str:
    """Return where a value in full lies beside the low and the high one, in words."""
    if pd.isna(full):
        return UNKNOWN
    if full < low:
        return BELOW
    return ABOVE if full > high else INSIDE


def years_ahead(last: int, count: int = AHEAD) -> list[int]:
    """Return the financial years after one, as six digits: 202425 gives 202526 and so on."""
    start = years.start_of(last)
    return [years.financial_year(start + at) for at in range(1, count + 1)]


def horizon(dsg: pd.DataFrame, people: pd.DataFrame) -> list[int]:
    """Return the financial years from the last outturn to the horizon of the forecast.

    Args:
        dsg: Table `dsg_position`; without an outturn in it there are no such years.
        people: As `january.stock` returns it: the horizon is the fifth January after its last.
            Without anybody in it, the fifth year after the outturn.
    """
    closed = dsg.loc[dsg["basis"].eq("outturn"), "financial_year"]
    if closed.empty:
        return []
    last = int(closed.max())
    count = int(people["year"].max()) + AHEAD - 1 - years.start_of(last) if len(people) else AHEAD
    return years_ahead(last, max(count, 0))


def share_of_year(start: pd.Timestamp, ramp_months: float, financial_year: int) -> float:
    """Return how much of its full value a change has in a financial year, 0 to 1.

    It grows in a straight line from nought at its start to the whole after `ramp_months`, and
    a year is the mean of its twelve months, each taken at its middle.
    """
    april = (years.start_of(financial_year), 4)
    months = (april[0] - start.year) * 12 + april[1] - start.month + np.arange(12)
    since = months + 0.5 - (start.day - 1) / 30.4375  # days in a month, on average
    working = np.where(since > 0, 1.0, 0.0)
    if ramp_months > 0:
        working = np.clip(since / ramp_months, 0.0, 1.0)
    return float(working.mean())


def ramped(opportunities: pd.DataFrame, levers: pd.DataFrame, ahead: Sequence[int]) -> pd.DataFrame:
    """Return each opportunity's value year by year, one row an opportunity and financial year.

    An opportunity that a lever of the forecast carries starts when the lever does and ramps as
    it does. Another one has its own ramp, and starts with the first of the levers; where there
    is none, with the second year of the horizon, since the first has begun.

    Args:
        opportunities: As `rows.ready` returns it.
        levers: Table `mitigations`.
        ahead: Financial years.

    Returns:
        The columns of `opportunities`, with `financial_year`, `low` (the low value, where the
        change starts late by the lever's delay) and `high` (the high value, on time), both £.
    """
    by_id = levers.set_index("mitigation_id").to_dict("index")
    otherwise = _first_start(levers, ahead)
    carried = list(zip(opportunities["mitigation_id"], opportunities["ramp_months"], strict=True))
    parts = []
    for year in ahead:
        shares = [_shares(by_id.get(lever), own, otherwise, year) for lever, own in carried]
        late, on_time = (np.array([s[end] for s in shares], dtype=float) for end in (0, 1))
        parts.append(
            opportunities.assign(
                financial_year=year,
                low=opportunities["low"] * late,
                high=opportunities["high"] * on_time,
            )
        )
    empty = opportunities.assign(financial_year=0)
    return pd.concat(parts, ignore_index=True) if parts else empty.iloc[:0]


def _first_start(levers: pd.DataFrame, ahead: Sequence[int]) -> pd.Timestamp:
    starts = levers["start"].dropna()
    if len(starts):
        return pd.Timestamp(starts.min())
    after = years.start_of(ahead[0]) + 1 if len(ahead) else 2000
    return pd.Timestamp(year=after, month=4, day=1)


def _shares(
    lever: Mapping[Hashable, Any] | None, own_ramp: float, otherwise: pd.Timestamp, year: int
) -> tuple[float, float]:
    """Return the share of the full value in a year: starting late, and on time."""
    if lever is None:
        share = share_of_year(otherwise, 0.0 if pd.isna(own_ramp) else own_ramp, year)
        return share, share
    ramp = 0.0 if pd.isna(lever["ramp_months"]) else float(lever["ramp_months"])
    delay = 0 if pd.isna(lever["delay_months"]) else int(lever["delay_months"])
    start = pd.Timestamp(lever["start"])
    late = start + pd.DateOffset(months=delay)
    return share_of_year(late, ramp, year), share_of_year(start, ramp, year)

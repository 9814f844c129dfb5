"""The parameters of the published mode, and how each of them was found.

They stand in `toolkit/reference/forecast_parameters.csv`: few, tuned on published totals up to a
cut-off by `bench/tune_forecast.py`, and the same for every local authority.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

import numpy as np
import pandas as pd

from toolkit.diagnose.caseload import PROVISIONS
from toolkit.diagnose.forecast.paths import Array

TREND = (
    "Each provision is carried forward with England's past change of its share of all plans, as "
    "far as such changes have lasted."
)
MIDDLE = (
    " {names}: England's sum swings with the few areas that open units or count anew, so the "
    "change is that of the area in the middle, with half of the plans on either side (a weighted "
    "median: Koenker and Bassett, 1978). What the sum gained beyond it stays in mainstream."
)


@dataclass(frozen=True)
class Tuned:
    """The parameters of the published mode; logs and years, unless said otherwise.

    Attributes:
        recency: Weight of a year over that of the next, in means over years.
        damping: Of each further year's departure from the country's growth.
        own: Weight of an area's own past departure.
        own_limit: The most that one year's departure counts.
        lead: Weight of requests per plan held.
        lead_worth: Plans' worth of the median rate that is added to each area.
        lead_limit: The most that requests may depart from the median area's.
        level_sd: Sd of an area's departure, drawn once a simulation.
        step_sd: Scale of an area's shock of one year.
        step_count: What a count adds to the variance of that shock, over the plans held.
        tails: Degrees of freedom of the shocks of areas (Student's t).
        country_sd: Sd of the country's growth a year, drawn once a simulation.
        country_step_sd: Sd of the country's shock of one year.
        persistence: Share of a provision's variance of one year that is drawn once a simulation.
        mix_recency: As `recency`, for the shares of provisions.
        seedling: Plans added to each provision before it grows, so that an empty one can fill.
        drift: How much of the country's past change of a provision's share goes on, [provision].
        typical: 1 where that change is the one of the area in the middle, with half of the plans
            on either side; 0 where it is that of the sum of all, [provision].
        momentum: How much of an area's own change of share goes on, [provision].
        reversion: How much of the gap between an area's share of a provision and the country's
            closes in a year, [provision].
        pull: How far a provision gives way to the area's total, [provision].
        mix_tails: As `tails`, of the shocks of provisions; more than 2, [provision].
        spread: Scale of a provision's shock of one year, [provision].
        count: Squared scale of its count in one year over its plans, chance of counts alone
            being below 1, [provision].
        country_spread: Sd of the country's shock of a provision in one year, [provision].
        break_spread: Sd that the change of collection adds, [provision].
        country_break: Sd that it adds in the whole country at once, [provision].
    """

    recency: float
    damping: float
    own: float
    own_limit: float
    lead: float
    lead_worth: float
    lead_limit: float
    level_sd: float
    step_sd: float
    step_count: float
    tails: float
    country_sd: float
    country_step_sd: float
    persistence: float
    mix_recency: float
    seedling: float
    drift: Array = field(repr=False)
    typical: Array = field(repr=False)
    momentum: Array = field(repr=False)
    reversion: Array = field(repr=False)
    pull: Array = field(repr=False)
    mix_tails: Array = field(repr=False)
    spread: Array = field(repr=False)
    count: Array = field(repr=False)
    country_spread: Array = field(repr=False)
    break_spread: Array = field(repr=False)
    country_break: Array = field(repr=False)


def read(table: pd.DataFrame) -> Tuned:
    """Return the parameters of a table with `parameter`, `provision` and `value`.

    A parameter by provision may have a row without one: it holds for those not named.

    Raises:
        ValueError: A parameter is missing, stands there twice, or is not known.
    """
    wanted = {f.name: f.type != "float" for f in fields(Tuned)}
    unknown = set(table["parameter"]) - set(wanted)
    if unknown:
        raise ValueError(f"no parameter {sorted(unknown)}; known: {', '.join(wanted)}.")
    found = table.set_index(["parameter", "provision"])["value"].astype(float)
    if not found.index.is_unique:
        raise ValueError("a parameter stands twice in the table.")
    made: dict[str, float | Array] = {}
    for name, is_split in wanted.items():
        usual = found.get((name, ""), np.nan)
        keys = [(name, p) for p in PROVISIONS] if is_split else [(name, "")]
        values = np.array([found.get(key, usual) for key in keys])
        if np.isnan(values).any():
            raise ValueError(f"the parameter {name} is missing, for all or for some provisions.")
        made[name] = values if is_split else float(values[0])
    return Tuned(**made)  # type: ignore[arg-type]


def trend_told(tuned: Tuned, names: Mapping[str, str]) -> str:
    """Return in words which trend of its share each provision goes on with.

    Args:
        tuned: Parameters.
        names: What the provisions are called, by code.
    """
    middle = [names[p] for p, is_it in zip(PROVISIONS, tuned.typical > 0, strict=True) if is_it]
    return TREND + (MIDDLE.format(names=", ".join(middle)) if middle else "")

"""What is known of local authorities at the January that a published-tier forecast starts from.

Nothing after the origin is read: `known_at` takes a panel that ends there, or raises.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from toolkit.diagnose.forecast import growth
from toolkit.diagnose.forecast.history import BROKEN, Flags, Panel
from toolkit.diagnose.forecast.paths import Array
from toolkit.diagnose.forecast.published_parameters import Tuned

WORTH = 50.0  # plans' worth of the country's mix and trend, added to an area's own
FEW = 3.0  # plans added before a share's growth is taken: 0 to 1 is no trend
MOST_MOVING = 0.3  # the most that one year's growth of a share counts
FARTHEST = 1.5  # the most that a share counts as apart from the country's, in logs


class FutureReadable(RuntimeError):
    """A model was given, or has read, a figure from after the census that it starts from."""


@dataclass(frozen=True)
class Known:
    """What is known of some local authorities at the origin.

    Attributes:
        codes: Local authorities.
        origin: January that the forecast starts from.
        total: Plans then, [area].
        plans: Plans then by provision, whole numbers that add up to it, [area, provision].
        country: Expected log growth of the country a year.
        departure: Of each area from it in the first year, [area].
        drift: Log growth of each provision's share in the country a year, [provision].
        moving: Of each area's share over the country's, in the first year, [area, provision].
        relative: Log of each provision's share over the country's, [area, provision].
        unrecorded: Where the total of the origin is an estimate, [area].
        mix_unrecorded: Where its provisions are, [area].
    """

    codes: tuple[str, ...]
    origin: int
    total: Array = field(repr=False)
    plans: Array = field(repr=False)
    country: float
    departure: Array = field(repr=False)
    drift: Array = field(repr=False)
    moving: Array = field(repr=False)
    relative: Array = field(repr=False)
    unrecorded: Flags = field(repr=False)
    mix_unrecorded: Flags = field(repr=False)


def known_at(panel: Panel, codes: Sequence[str], origin: int, tuned: Tuned) -> Known:
    """Return what a panel that ends at the origin says of some local authorities.

    Raises:
        FutureReadable: The panel holds a January after the origin.
        KeyError: No caseload is published for a code, or it has none at the origin.
    """
    if panel.years[-1] != origin:
        raise FutureReadable(
            f"a forecast from January {origin} was given a panel to {panel.years[-1]}."
        )
    rows = panel.rows(codes)
    own = growth.own(panel.total, tuned.recency, tuned.own_limit)
    lead = growth.lead(
        panel.requests[:, -1], panel.total[:, -1], tuned.lead_worth, tuned.lead_limit
    )
    share, drift = _mix(panel, tuned)
    plans, total = _start(panel, share)
    absent = [c for c, i in zip(codes, rows, strict=True) if np.isnan(total[i])]
    if absent:
        raise KeyError(f"no plans are published in January {origin} for {', '.join(absent)}.")
    return Known(
        codes=tuple(codes),
        origin=origin,
        total=total[rows],
        plans=plans[rows],
        country=growth.national(panel.total, tuned.recency),
        departure=(tuned.own * own + tuned.lead * lead)[rows],
        drift=drift,
        moving=(tuned.momentum * _moving(panel, plans, tuned))[rows],
        relative=_relative(plans, total, share)[rows],
        unrecorded=panel.repaired[rows, -1],
        mix_unrecorded=panel.carried[rows, -1] | np.isnan(panel.plans[rows, -1]).any(axis=1),
    )


def _mix(panel: Panel, tuned: Tuned) -> tuple[Array, Array]:
    """Return the country's share of each provision at the origin, and how it goes on a year.

    Areas without a recorded mix are left out; so is the year in which the collection changed.
    The growth is that of the country's sum or, where `typical` says so, of the area in the
    middle: a sum that a few areas make does not tell where the others go. What the sum would
    have given a provision more than that stays in mainstream, so that shares still add up.
    """
    recorded = np.where((panel.carried | panel.repaired)[..., None], np.nan, panel.plans)
    share = np.nansum(recorded[:, -1], axis=0)
    whole = growth.yearly(recorded.sum(axis=2))
    parts = [recorded[..., p] for p in range(recorded.shape[2])]
    summed = np.stack([growth.yearly(part) for part in parts]) - whole
    middle = np.stack([growth.typical(part, recorded.sum(axis=2)) for part in parts])
    middle = np.where(np.isfinite(middle), middle, summed)
    beyond = tuned.typical[:, None] * (summed - middle)
    summed[:, _broken(panel)] = beyond[:, _broken(panel)] = np.nan
    left = tuned.drift * growth.weighted(beyond, tuned.mix_recency)
    drift = tuned.drift * growth.weighted(summed, tuned.mix_recency) - left
    at = panel.provisions.index("mainstream")
    drift[at] += (share * left).sum() / share[at]
    return share / share.sum(), drift


def _moving(panel: Panel, plans: Array, tuned: Tuned) -> Array:
    """Return how far the growth of each area's share has been from the country's a year.

    An area's total takes its own part away; few plans make little of a trend.
    """
    past = np.where((panel.carried | panel.repaired)[..., None], np.nan, panel.plans) + FEW
    broken = _broken(panel)
    whole = growth.own(panel.total, tuned.mix_recency, MOST_MOVING, broken)
    each = [
        growth.own(past[..., p], tuned.mix_recency, MOST_MOVING, broken)
        for p in range(past.shape[2])
    ]
    return np.asarray((np.stack(each, axis=1) - whole[:, None]) * plans / (plans + WORTH))


def _broken(panel: Panel) -> Flags:
    """Return over which years, [year - 1], the collection changed and a mix with it."""
    return np.array([year == BROKEN for year in panel.years[1:]], dtype=bool)


def _start(panel: Panel, share: Array) -> tuple[Array, Array]:
    """Return plans of the origin by provision, and their totals; the country's mix where none."""
    total = np.round(panel.total[:, -1])
    plans = panel.plans[:, -1]
    plans = np.where(np.isfinite(plans), plans, total[:, None] * share)
    return whole_numbers(plans, total), total


def whole_numbers(parts: Array, total: Array) -> Array:
    """Return parts rounded so that they add up to whole totals: the largest remainders go up.

    Args:
        parts: [..., part]; they add up to the total but for rounding errors.
        total: Whole numbers, [...].
    """
    floor = np.floor(parts + 1e-9)
    short = total - floor.sum(axis=-1)
    order = np.argsort(np.argsort(floor - parts, axis=-1, kind="stable"), axis=-1, kind="stable")
    return np.asarray(floor + (order < short[..., None]))


def _relative(plans: Array, total: Array, share: Array) -> Array:
    """Return how far each area's mix is from the country's, in logs; small areas less far."""
    own = (plans + WORTH * share) / (total[:, None] + WORTH)
    return np.clip(np.log(own / share), -FARTHEST, FARTHEST)

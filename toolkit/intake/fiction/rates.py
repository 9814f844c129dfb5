"""The rates that a fictional area's people are drawn from, by age, need and provision.

The release holds no three-way table: shares are fitted to all the two-way tables that it does
hold. Moves between provisions are the fewest that turn one January's mix into the next one's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from toolkit import reference
from toolkit.intake.fiction.national import (
    AGES,
    OLDEST,
    PROVISIONS,
    UNKNOWN,
    UNPLACED,
    Array,
    by_age,
    by_age_and_need,
    by_need,
    england_plans,
    leave_rate,
    new_by_age_and_need,
    provision_share,
)

ROUNDS = 25  # of fitting: the shares are then met to a thousandth


@dataclass(frozen=True)
class Rates:
    """All rates of one fictional area.

    Attributes:
        plans: Census year -> England's plans, 2018 to 2027.
        stock: Census year -> share of plans by age, need and provision.
        joiners: Census year after joining -> share of joiners by age, need and provision.
        leave: Opening census year -> chance of ceasing before the next census, by age.
        move: Opening census year -> chance of each provision at the next census, by the age
            that the person will then have, the need then and the provision now.
        recode: Opening census year -> chance of each need at the next census, by the age that
            the person will then have and the need now: needs are recorded anew at reviews.
    """

    plans: dict[int, float]
    stock: dict[int, Array]
    joiners: dict[int, Array]
    leave: dict[int, Array]
    move: dict[int, Array]
    recode: dict[int, Array]


def rates(years: Sequence[int], lean: Array) -> Rates:
    """Return the rates of an area.

    Args:
        years: Census years, in order, without a gap.
        lean: How far the area's share of each provision differs from England's, as a factor.
    """
    plans = england_plans()
    mix = {y: _leaned(provision_share(y), lean) for y in years}
    stock = {y: _stock(y, mix[y]) for y in years}
    joiners = {y: _joiners(y, lean) for y in years[1:]}
    leave = {y: leave_rate(y) for y in years}
    move, recode = {}, {}
    for y in years[:-1]:
        joined = _joined(plans, leave, stock, joiners, y)
        stayed = _stayed(plans[y] * stock[y], leave[y])
        move[y] = _moves(stayed, joined, stock[y + 1])
        recode[y] = _recodes(stayed, joined, stock[y + 1])
    return Rates(plans, stock, joiners, leave, move, recode)


def _leaned(share: Array, lean: Array) -> Array:
    return np.asarray(share * lean / (share * lean).sum())


def _stock(year: int, mix: Array) -> Array:
    """Return shares by age, need and provision that meet all published two-way tables."""
    ages = by_age("stock", 2025 if year >= 2025 else 2024).copy()
    ages[OLDEST + 1 :] = 0.0  # the release has 1 in 1,700 who is older, against the law
    mixed = fit(ages, ages.sum(axis=1) / ages.sum(), mix)
    start = _needs_within_provisions()[None, :, :] * mixed[:, None, :]
    age_need = by_age_and_need() / by_age_and_need().sum()
    return _fit3(start, age_need, mixed)


def _joiners(year: int, lean: Array) -> Array:
    """Return shares by age, need and provision of those who are there for the first time."""
    ages = by_age("new", 2024).copy()
    new = new_by_age_and_need()
    mix = _mix_of_new(min(max(year - 1, 2019), 2024))
    ages[20:] = ages[20] / 5 * (np.arange(20, AGES) <= OLDEST)[:, None]
    mixed = fit(ages + 1e-9, new.sum(axis=1) / new.sum(), _leaned(mix, lean))
    start = _needs_within_provisions()[None, :, :] * mixed[:, None, :]
    return _fit3(start, new / new.sum(), mixed)


@cache
def _mix_of_new(year: int) -> Array:
    """Return England's new plans of a calendar year by provision, some of them not recorded."""
    table = reference.table("england_mix_new_plans")
    rows = table[table["year"] == str(year)]
    mix = np.zeros(len(PROVISIONS))
    np.add.at(mix, [PROVISIONS.index(p) for p in rows["provision"]], rows["plans"].astype(float))
    mix[UNKNOWN] = UNPLACED * mix.sum()
    return mix


@cache
def _needs_within_provisions() -> Array:
    plans = by_need() + 0.5  # so that no need is quite impossible anywhere
    return np.asarray(plans / plans.sum(axis=0))


def fit(start: Array, rows: Array, columns: Array) -> Array:
    """Return a table near `start` whose sums are `rows` and `columns` (iterative fitting)."""
    made = start / start.sum()
    for _ in range(ROUNDS):
        made = made * _ratio(columns, made.sum(axis=0))
        made = made * _ratio(rows, made.sum(axis=1))[:, None]
    return np.asarray(made / made.sum())


def _fit3(start: Array, age_need: Array, age_provision: Array) -> Array:
    """Return a three-way table near `start` that meets both two-way tables."""
    made = start / start.sum()
    for _ in range(ROUNDS):
        made = made * _ratio(age_need, made.sum(axis=2))[:, :, None]
        made = made * _ratio(age_provision, made.sum(axis=1))[:, None, :]
    return np.asarray(made / made.sum())


def _ratio(wanted: Array, found: Array) -> Array:
    return np.divide(wanted, found, out=np.zeros_like(wanted), where=found > 1e-15)


def _joined(
    plans: dict[int, float],
    leave: dict[int, Array],
    stock: dict[int, Array],
    joiners: dict[int, Array],
    year: int,
) -> Array:
    """Return the joiners that make one January's plans of the one before."""
    stay = (plans[year] * stock[year] * (1 - leave[year])[:, None, None]).sum()
    return np.asarray((plans[year + 1] - stay) * joiners[year + 1])


def _stayed(now: Array, leave: Array) -> Array:
    """Return those who stay, at the age that they will have a year on."""
    stayed = np.zeros_like(now)
    stayed[1:] = (now * (1 - leave)[:, None, None])[:-1]
    return stayed


def _moves(stayed: Array, joined: Array, after: Array) -> Array:
    """Return the chance of each provision a year on, by age then, need then and provision now.

    Provisions that would be above the mix of their age lose people to those that would be
    below it, and who goes where depends on the need: the fewest moves that give the mix.
    """
    out, room = _pressure(stayed.sum(axis=1), (stayed + joined).sum(axis=1), after.sum(axis=1))
    liking = _needs_within_provisions() / _needs_within_provisions().mean(axis=1, keepdims=True)
    to = room[:, None, :] * liking[None, :, :]
    to = to * _ratio(np.ones(to.shape[:2]), to.sum(axis=2))[:, :, None]
    return _with_staying(np.einsum("ap,anq->anpq", out, to))


def _recodes(stayed: Array, joined: Array, after: Array) -> Array:
    """Return the chance of each need a year on, by age then and need now: the fewest changes."""
    out, room = _pressure(stayed.sum(axis=2), (stayed + joined).sum(axis=2), after.sum(axis=2))
    to = room * _ratio(np.ones(len(room)), room.sum(axis=1))[:, None]
    return _with_staying(np.einsum("an,am->anm", out, to))


def _pressure(stayed: Array, before: Array, wanted: Array) -> tuple[Array, Array]:
    """Return the chance of having to go, and the room there is, by age and class.

    Args:
        stayed: People by age and class who were there a year ago.
        before: The same with those who have joined.
        wanted: Shares that the ages are to have.
    """
    wanted = wanted * _ratio(before.sum(axis=1), wanted.sum(axis=1))[:, None]
    out = np.clip(_ratio(before - wanted, stayed), 0.0, 1.0)
    return out, np.clip(wanted - before, 0.0, None)


def _with_staying(chance: Array) -> Array:
    """Return chances of going from class to class (the last two axes) with those of staying."""
    same = np.arange(chance.shape[-1])
    chance[..., same, same] += 1 - chance.sum(axis=-1)
    return np.asarray(np.clip(chance, 0.0, 1.0))

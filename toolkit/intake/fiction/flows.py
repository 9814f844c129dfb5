"""Who has a plan at each January: people join, age, move between provisions, and leave.

The number of plans at each January is set; who makes it up is drawn from England's rates.
Those without a plan at a January have the provision NONE there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from toolkit.intake.fiction.national import (
    AGES,
    NEEDS,
    PROVISIONS,
    TRANSFERRED_IN,
    Array,
)
from toolkit.intake.fiction.rates import Rates, rates

Ints = npt.NDArray[np.int64]
NONE = -1
FIRST, LAST = 2018, 2027  # Januaries that are simulated; 2027 for the requests that are under way
YEARS = range(FIRST, LAST + 1)
SHOWN_LAST = 2026  # the last January that is shown
GROWTH_SPREAD = 0.008  # sd of a year's log growth about England's: an area's, not a trend
LEAN_SPREAD = 0.12  # sd of the log of an area's share of a provision over England's


@dataclass(frozen=True)
class Stock:
    """Everyone who had a plan at any January, one entry a person.

    Attributes:
        age: Age at the 31 August before January 2018; below 0 for those not yet born.
        need: People x Januaries: place in NEEDS as recorded then; before joining, as on joining.
        provision: People x Januaries: place in PROVISIONS, or NONE.
        moved_in: Whether the plan came from another LA.
    """

    age: Ints
    need: Ints
    provision: Ints
    moved_in: npt.NDArray[np.bool_]

    @property
    def first(self) -> Ints:
        """Place in YEARS of each person's first January with a plan."""
        return np.asarray((self.provision != NONE).argmax(axis=1))

    @property
    def last(self) -> Ints:
        """Place in YEARS of each person's last January with a plan."""
        held = self.provision != NONE
        return np.asarray(held.shape[1] - 1 - held[:, ::-1].argmax(axis=1))


def lean(rng: np.random.Generator) -> Array:
    """Return how far an area's share of each provision differs from England's, as a factor."""
    made = np.exp(rng.normal(0.0, LEAN_SPREAD, len(PROVISIONS)))
    made[PROVISIONS.index("mainstream")] = 1.0
    return np.asarray(made)


def targets(plans: int, england: dict[int, float], growth: float, rng: np.random.Generator) -> Ints:
    """Return the number of plans at each of YEARS: `plans` in January 2026, England's path.

    Args:
        plans: Plans at SHOWN_LAST.
        england: Census year -> England's plans.
        growth: What is added to England's log growth in every year.
        rng: Source of chance.
    """
    own = growth + np.r_[0.0, rng.normal(0, GROWTH_SPREAD, len(YEARS) - 1)]
    path = np.log([england[y] for y in YEARS]) + own.cumsum()
    level = np.exp(path - path[SHOWN_LAST - FIRST])
    return np.asarray(np.maximum(np.rint(plans * level), 1).astype(np.int64))


def simulate(plans: int, rng: np.random.Generator, growth: float = 0.0) -> tuple[Stock, Rates]:
    """Return everyone who had a plan from January 2018 to 2027, and the rates drawn from."""
    known = rates(YEARS, lean(rng))
    wanted = targets(plans, known.plans, growth, rng)
    people = _draw(known.stock[FIRST], int(wanted[0]), 0, rng)
    for at, year in enumerate(YEARS[:-1]):
        people = _step(people, known, at, year, int(wanted[at + 1]), rng)
    return people, known


def _step(
    people: Stock, known: Rates, at: int, year: int, wanted: int, rng: np.random.Generator
) -> Stock:
    """Return the people a January on: some have left, some moved, and enough have joined."""
    here = np.flatnonzero(people.provision[:, at] != NONE)
    age = np.minimum(people.age[here] + at, AGES - 1)
    stay = here[rng.random(len(here)) >= known.leave[year][age]]
    if len(stay) > wanted:  # only where the area is very small
        stay = np.sort(rng.choice(stay, wanted, replace=False))
    need, provision = people.need.copy(), people.provision.copy()
    then = people.age[stay] + at + 1
    need[stay, at + 1 :] = choose(known.recode[year][then, need[stay, at]], rng)[:, None]
    chance = known.move[year][then, need[stay, at + 1], provision[stay, at]]
    provision[stay, at + 1] = choose(chance, rng)
    moved = Stock(people.age, need, provision, people.moved_in)
    return _joined(
        moved, _draw(known.joiners[year + 1], wanted - len(stay), at + 1, rng, moved_in=True)
    )


def _draw(
    shares: Array, number: int, at: int, rng: np.random.Generator, *, moved_in: bool = False
) -> Stock:
    """Return people drawn from shares by age, need and provision, first seen at a January."""
    cells = np.repeat(np.arange(shares.size), rng.multinomial(number, shares.ravel()))
    age, need, provision = np.unravel_index(cells, shares.shape)
    made = np.full((number, len(YEARS)), NONE, dtype=np.int64)
    made[:, at] = provision
    came = rng.random(number) < (TRANSFERRED_IN if moved_in else 0.0)
    needs = np.repeat(need.astype(np.int64)[:, None], len(YEARS), axis=1)
    return Stock(age.astype(np.int64) - at, needs, made, came)


def _joined(one: Stock, two: Stock) -> Stock:
    parts = ((getattr(one, f), getattr(two, f)) for f in Stock.__dataclass_fields__)
    return Stock(*(np.concatenate(pair) for pair in parts))


def choose(chances: Array, rng: np.random.Generator) -> Ints:
    """Return one column a row, drawn with the row's chances."""
    up_to = chances.cumsum(axis=1)
    drawn = rng.random(len(chances)) * up_to[:, -1]
    return np.asarray((up_to <= drawn[:, None]).sum(axis=1).clip(max=chances.shape[1] - 1))


def weighted(weights: Array, number: int, rng: np.random.Generator) -> Ints:
    """Return `number` places in `weights`, drawn with those weights."""
    return np.asarray(rng.choice(len(weights), number, p=weights / weights.sum()))


def need_codes(need: Ints) -> npt.NDArray[np.str_]:
    """Return needs as their codes; "" where it is not recorded."""
    return np.asarray(np.array(NEEDS)[need])

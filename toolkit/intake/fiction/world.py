"""World: everything that happens in a fictional area from 2018 to 2027, as it was."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.intake.fiction import flows, people, plans, requests, schools
from toolkit.intake.fiction.flows import FIRST
from toolkit.intake.fiction.national import NEEDS
from toolkit.intake.fiction.rates import Rates

DOWN_SYNDROME = 0.35  # share of "other" whose need is Down syndrome: a choice, no count published
SECOND_NEED = 0.35  # share of plans with a secondary need: a choice
PERSONAL_BUDGET = 0.031  # England, January 2025: 19,596 of 638,745
STREAMS = ("flows", "people", "schools", "plans", "requests", "money", "area", "others", "agreed")


@dataclass(frozen=True)
class World:
    """What happened. Rows of `people` are persons; the first `len(held)` had a plan.

    Attributes:
        la_code: Code of the area.
        people: Names, numbers, birth date, sex, ethnicity, and home (row of `postcodes`).
        stock: Who had a plan at each January.
        rates: The rates that they were drawn from.
        held: plan_start, arrived, plan_cease, cease_reason, second_need, down_syndrome,
            personal_budget, came_from (LA code, "" where the plan is the area's own).
        placements: One row a placement, `person` a row of `people`.
        requests: One row a request.
        reviews: One row a review meeting.
        schools: Establishments.
        postcodes: Postcodes with locality and deprivation decile.
        streams: A source of chance for each part, so that one does not disturb another.
    """

    la_code: str
    people: pd.DataFrame
    stock: flows.Stock
    rates: Rates
    held: pd.DataFrame
    placements: pd.DataFrame
    requests: pd.DataFrame
    reviews: pd.DataFrame
    schools: schools.Schools
    postcodes: pd.DataFrame
    streams: dict[str, np.random.Generator]

    def need_at(self, census_year: int) -> npt.NDArray[np.str_]:
        """Return each plan holder's primary need as a return of that year says it."""
        need = flows.need_codes(self.stock.need[:, census_year - FIRST])
        if census_year < 2025:  # Down syndrome has a code of its own from the 2025 return
            return need
        down = self.held["down_syndrome"].eq(1).to_numpy() & (need == "OTH")
        return np.where(down, "DS", need)


def make_world(number: int, seed: int, la_code: str, growth: float, origins: list[str]) -> World:
    """Return a fictional area with so many plans in January 2026; the same for the same seed."""
    streams = {
        name: np.random.Generator(np.random.PCG64(child))
        for name, child in zip(
            STREAMS, np.random.SeedSequence(seed).spawn(len(STREAMS)), strict=True
        )
    }
    stock, rates = flows.simulate(number, streams["flows"], growth)
    who = _plan_holders(stock, la_code, streams["people"])
    known = schools.schools(number, streams["schools"])
    attended = schools.attend(stock, known, streams["schools"])
    held = plans.plans(stock, who["birth_date"], streams["plans"])
    held = held.assign(**_facts(stock, origins, streams["plans"]))
    placed = plans.placements(stock, known, attended, held, streams["plans"])
    asked = requests.requests(held, stock.moved_in, streams["requests"])
    met = requests.reviews(held, streams["requests"])
    who = _with_askers(who, asked, len(held), la_code, rates, streams["people"])
    homes = people.postcodes(number, streams["people"])
    who = who.assign(home=people.homes(len(who), homes, streams["people"]))
    return World(la_code, who, stock, rates, held, placed, asked, met, known, homes, streams)


def _plan_holders(stock: flows.Stock, la_code: str, rng: np.random.Generator) -> pd.DataFrame:
    need = flows.need_codes(stock.need[np.arange(len(stock.first)), stock.first])
    return people.people(stock.age, need, FIRST + stock.first - 1, la_code, rng)


def _with_askers(
    who: pd.DataFrame,
    asked: pd.DataFrame,
    known: int,
    la_code: str,
    rates: Rates,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return the people with those who asked for an assessment and never had a plan here."""
    others = asked[asked["person"].ge(known)].sort_values("person")
    shares = rates.joiners[2025].sum(axis=2)
    cells = flows.weighted(shares.ravel(), len(others), rng)
    age, need = np.unravel_index(cells, shares.shape)
    year = others["request_date"].dt.year.to_numpy()
    made = people.people(
        age.astype(np.int64) - (year - FIRST + 1), np.array(NEEDS)[need], year, la_code, rng,
        start=known,
    )  # fmt: skip
    return pd.concat([who, made], ignore_index=True)


def _facts(
    stock: flows.Stock, origins: list[str], rng: np.random.Generator
) -> dict[str, npt.NDArray[np.generic]]:
    """Return what does not change over a plan's life."""
    number = len(stock.age)
    second = rng.integers(0, len(NEEDS) - 1, number)
    has_second = rng.random(number) < SECOND_NEED
    return {
        "second_need": np.where(has_second, np.array(NEEDS)[second], ""),
        "down_syndrome": (rng.random(number) < DOWN_SYNDROME).astype(int),
        "personal_budget": (rng.random(number) < PERSONAL_BUDGET).astype(int),
        "came_from": np.where(
            stock.moved_in, np.array(origins)[rng.integers(0, len(origins), number)], ""
        ),
    }

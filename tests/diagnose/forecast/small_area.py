"""A small fictional area for the tests of the local mode: people followed over some censuses."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from toolkit.diagnose.forecast import local_mode
from toolkit.diagnose.forecast.local_mode import Model
from toolkit.diagnose.forecast.parameters import Priors

PROVISIONS = ("mainstream", "rp_unit", "state_special", "nmiss", "post16")
NEEDS = ("ASD", "SEMH", "SLCN")
YEARS = range(2019, 2026)


@cache
def frames(joiners: int = 70, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return a stock, plans and population: some join, few leave or move, more join each year."""
    rng = np.random.default_rng(seed)
    people = _arrive(rng, 400, 0, 2018)
    rows = []
    for year in YEARS:
        people = people.assign(age=people["age"] + 1)
        stays = (rng.random(len(people)) > 0.06) & people["age"].lt(25)
        people = people[stays]
        moves = rng.random(len(people)) < np.where(people["age"].isin([11, 16]), 0.4, 0.04)
        young = np.array(["rp_unit", "state_special", "nmiss"])[rng.integers(0, 3, len(people))]
        target = np.where(people["age"].ge(16), "post16", young)
        people = people.assign(provision=np.where(moves, target, people["provision"]))
        number = int(rng.poisson(joiners * 1.05 ** (year - 2019)))
        people = pd.concat([people, _arrive(rng, number, 10_000 * year, year)], ignore_index=True)
        rows.append(people.assign(year=year))
    stock = pd.concat(rows, ignore_index=True)
    first = stock.drop_duplicates("person_id")
    plans = pd.DataFrame(
        {
            "person_id": first["person_id"],
            "plan_start": pd.to_datetime({"year": first["year"] - 1, "month": 6, "day": 1}),
            "plan_cease": pd.NaT,
        }
    )
    plans["plan_cease"] = pd.to_datetime(plans["plan_cease"])
    ages = pd.MultiIndex.from_product([range(2017, 2026), range(26)], names=["year", "age"])
    population = pd.DataFrame({"persons": 900}, index=ages).reset_index()
    return stock, plans, population


def _arrive(rng: np.random.Generator, number: int, start: int, year: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "person_id": [f"p{start + i}" for i in range(number)],
            "age": rng.integers(3, 15, number),
            "primary_need": np.array(NEEDS)[rng.integers(0, 3, number)],
            "provision": np.array(PROVISIONS)[rng.choice(4, number, p=[0.7, 0.1, 0.15, 0.05])],
            "year": year,
        }
    )


@cache
def model(joiners: int = 70) -> Model:
    """Return the model of the small area."""
    return local_mode.fit(*frames(joiners), Priors(growth=0.05), PROVISIONS)

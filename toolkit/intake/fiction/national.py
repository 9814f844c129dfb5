"""England as published: plans, flows and mixes as arrays by age (0 to 25), need and provision.

Everything comes from the 2025 release of "Education, health and care plans": the tables
`england_mix_*.csv` of `toolkit/reference`, each with its source.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit import reference

Array = npt.NDArray[np.float64]

AGES = 26
NEEDS = (
    "ASD", "SEMH", "SLCN", "MLD", "SLD", "PMLD", "SPLD", "HI", "VI", "MSI", "PD", "OTH", "",
)  # fmt: skip
PROVISIONS = (
    "mainstream", "rp_unit", "state_special", "nmiss", "ap_hospital", "post16", "other",
    "early_years", "unknown",
)  # fmt: skip
UNKNOWN = PROVISIONS.index("unknown")
UNPLACED = 0.012  # share without a placement; England's 3.0% of 2025 is mostly two authorities
PLANS_2018 = 319_819  # England, January 2018: statements of SEN and EHC plans 2018 (DfE)
GROWTH_AFTER_2025 = {2026: 0.098, 2027: 0.090}  # not published when written: a choice
CEASED_2018_TO_2021 = 0.066  # of opening plans: stock change less new plans, as 2022 to 2024 relate
TRANSFERRED_IN = 0.085  # of joiners: half of England's gap between flows and stocks, rounded up
OLDEST = 24  # at 31 August: a plan ends with the academic year in which its holder turns 25


@cache
def england_plans() -> dict[int, float]:
    """Return England's plans at each January from 2018, published to 2025 and carried on."""
    rows = _numbers("england_mix_placements")
    rows = rows[rows["provision"] == "total"]
    made = {2018: float(PLANS_2018)}
    made |= dict(zip(rows["census_year"].astype(int), rows["plans"].astype(float), strict=True))
    for year, growth in GROWTH_AFTER_2025.items():
        made[year] = made[year - 1] * (1 + growth)
    return made


@cache
def leave_rate(year: int) -> Array:
    """Return the chance by age at January that a plan ceases before the next January.

    Up to 15, plans that ceased in 2024 over plans in January 2024. From 16, how much each
    cohort shrank from January 2024 to 2025, its joiners counted. All are scaled alike, so that
    the year's share of all plans ceases; whoever is OLDEST leaves.
    """
    stock = {y: _plans_by_age(y) for y in (2024, 2025)}
    made = np.divide(_ceased_by_age(), stock[2024], out=np.zeros(AGES), where=stock[2024] > 0)
    new = new_by_age_and_need().sum(axis=1)
    after = slice(17, OLDEST + 1)
    gone = stock[2024][16:OLDEST] + new[after] - stock[2025][after]
    made[16:OLDEST] = gone / stock[2024][16:OLDEST]
    made[OLDEST:] = 1.0
    made *= _share_ceasing(year) / (made * stock[2024]).sum() * stock[2024].sum()
    made[OLDEST:] = 1.0
    return np.clip(made, 0.0, 1.0)


def cease_reasons() -> tuple[list[str], Array]:
    """Return the reasons' codes, and their shares at each age at ceasing (2 to 20 and over)."""
    rows = reference.table("england_mix_cease_reasons")
    rows = rows[rows["age"] != "all"]
    rows = rows.assign(age=rows["age"].astype(int), plans=rows["plans"].astype(float))
    table = rows.pivot_table(index="age", columns="reason", values="plans", aggfunc="sum")
    shares = np.zeros((AGES + 1, len(table.columns)))
    for age in range(AGES + 1):
        row = table.loc[min(max(age, 2), 20)].to_numpy(dtype=float) + 0.01
        shares[age] = row / row.sum()
    return [str(c) for c in table.columns], shares


@cache
def cease_reasons_of_all() -> tuple[list[str], Array]:
    """Return the reasons' codes, and their shares of all plans that ceased in England in 2024."""
    rows = reference.table("england_mix_cease_reasons")
    rows = rows[(rows["age"] == "all") & (rows["year"] == "2024")]
    plans = rows["plans"].to_numpy(dtype=float)
    return rows["reason"].tolist(), plans / plans.sum()


@cache
def flow(name: str) -> dict[int, float]:
    """Return one of England's published flows by calendar year, as in "requests"."""
    rows = reference.table("england_mix_flows")
    rows = rows[rows["flow"] == name]
    return dict(zip(rows["year"].astype(int), rows["people"].astype(float), strict=True))


@cache
def ees_share(year: int) -> dict[str, tuple[tuple[str, ...], Array]]:
    """Return, for each provision, the release's columns of a January and their shares of it."""
    rows = _numbers("england_mix_placements")
    rows = rows[rows["census_year"].eq(year) & rows["provision"].ne("total")]
    made = {}
    for provision, part in rows.groupby("provision", sort=False):
        plans = part["plans"].to_numpy(dtype=float)
        made[str(provision)] = tuple(part["ees_column"]), plans / plans.sum()
    return made


@cache
def _numbers(name: str) -> pd.DataFrame:
    table = reference.table(name)
    return table.assign(**{c: table[c].astype(int) for c in ("census_year", "plans")})


@cache
def by_age(kind: str, year: int) -> Array:
    """Return plans by age and provision: `stock` at a January, or `new` in a year."""
    rows = reference.table("england_mix_ages")
    rows = rows[(rows["kind"] == kind) & (rows["year"] == str(year))]
    made = np.zeros((AGES, len(PROVISIONS)))
    places = [PROVISIONS.index(p) for p in rows["provision"]]
    at = rows["age"].astype(int).to_numpy(), np.array(places)
    np.add.at(made, at, rows["plans"].astype(float))
    return made


@cache
def by_age_and_need() -> Array:
    """Return England's plans in January 2025 by age and need."""
    return _age_need("stock", 0)


@cache
def new_by_age_and_need() -> Array:
    """Return new plans by age at the January after and need; the table is a year younger."""
    return _age_need("new", 1)


def _age_need(kind: str, shift: int) -> Array:
    rows = reference.table("england_mix_needs")
    rows = rows[rows["kind"] == kind]
    made = np.zeros((AGES, len(NEEDS)))
    ages = np.minimum(rows["age"].astype(int).to_numpy() + shift, 24)
    needs = np.array([NEEDS.index(n) for n in rows["need"]])
    np.add.at(made, (ages, needs), rows["plans"].astype(float))
    return made


@cache
def by_need() -> Array:
    """Return England's plans in January 2025 by need and provision."""
    rows = reference.table("england_mix_need_by_provision")
    made = np.zeros((len(NEEDS), len(PROVISIONS)))
    at = [NEEDS.index(n) for n in rows["need"]], [PROVISIONS.index(p) for p in rows["provision"]]
    np.add.at(made, at, rows["plans"].astype(float))
    return made


@cache
def _ceased_by_age() -> Array:
    rows = reference.table("england_mix_cease_reasons")
    rows = rows[rows["age"] != "all"]
    made = np.zeros(AGES)
    np.add.at(made, rows["age"].astype(int).to_numpy(), rows["plans"].astype(float))
    return made


def _plans_by_age(year: int) -> Array:
    """Return England's plans by age, scaled to the total: two authorities gave no ages in 2024."""
    ages = by_age("stock", year).sum(axis=1)
    return np.asarray(ages * england_plans()[year] / ages.sum())


def _share_ceasing(year: int) -> float:
    """Return the year's ceased plans over those in January; from 2025 as in 2024."""
    plans, ceased = england_plans(), flow("ceased")
    if year < min(ceased):
        return CEASED_2018_TO_2021
    published = min(year, max(ceased))
    return ceased[published] / plans[published]


@cache
def provision_share(year: int) -> Array:
    """Return shares of provisions at a January; 2018 as 2019, after 2025 half the last change."""
    if year == 2018:
        return provision_share(2019)
    if year > 2025:
        before, last = provision_share(year - 2), provision_share(year - 1)
        return np.asarray((last + 0.5 * (last - before)) / (last + 0.5 * (last - before)).sum())
    rows = _numbers("england_mix_placements")
    rows = rows[(rows["census_year"] == year) & (rows["provision"] != "total")]
    made = np.zeros(len(PROVISIONS))
    np.add.at(made, [PROVISIONS.index(p) for p in rows["provision"]], rows["plans"].astype(float))
    made[UNKNOWN] = 0.0
    made *= (1 - UNPLACED) / made.sum()
    made[UNKNOWN] = UNPLACED
    return made

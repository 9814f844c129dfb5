"""What surrounds the plans: population, pupils, commissioned places, postcodes and deflators."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.intake.fiction.flows import FIRST, SHOWN_LAST
from toolkit.intake.fiction.plans import census_days
from toolkit.intake.fiction.world import World

PLANS_PER_PERSON = 0.0385  # of those aged 0 to 25: about England's share in January 2026
LAST_ESTIMATE, LAST_PROJECTION = 2024, 2030
# Births a year by year of birth, in proportion: invented, with the rise to 2012 and the fall
# since that most of England had, so that primary rolls fall while secondary rolls still rise.
BIRTH_YEARS = (1990, 2001, 2012, 2023, 2031)
BIRTHS = (700.0, 590.0, 690.0, 570.0, 560.0)
STAYING = 1.004  # net movement a year of age
STUDENTS = {18: 0.98, 19: 1.04, 20: 1.06, 21: 1.05}
ACADEMIC_YEARS = range(2018, SHOWN_LAST)  # the year in which an academic year begins
IN_SCHOOL = {
    "primary": (4, 10, 0.93),
    "secondary": (11, 15, 0.92),
    "early_years": (2, 3, 0.25),
    "post16": (16, 18, 0.36),
}
# Share of pupils with SEN Support, England, January 2019 to 2025 (Special educational needs in
# England, DfE), rounded; 2026 is carried on.
SEN_SUPPORT = {
    2019: 0.119,
    2020: 0.121,
    2021: 0.122,
    2022: 0.126,
    2023: 0.130,
    2024: 0.136,
    2025: 0.142,
    2026: 0.147,
}
SEN_SUPPORT_BY_PHASE = {
    "early_years": 0.75,
    "primary": 1.06,
    "secondary": 0.96,
    "post16": 0.45,
    "special": 0.02,
    "ap": 3.8,
}
EHCP_BY_PHASE = {"special": 0.985, "ap": 0.26}  # share of pupils with a plan there
PLACED = ("state_special", "rp_unit", "ap_hospital", "post16")
PLACE_PHASE = {"state_special": "special", "ap_hospital": "ap", "post16": "post16"}
PLACE_RATES = {"state_special": 10_000, "rp_unit": 6000, "ap_hospital": 10_000, "post16": 6000}
DEFLATORS = {
    2018: 83.6,
    2019: 85.6,
    2020: 90.2,
    2021: 89.9,
    2022: 95.6,
    2023: 100.0,
    2024: 103.8,
    2025: 106.5,
}


def years(begins: int) -> int:
    """Return an academic or financial year as 201819 from the year in which it begins."""
    return begins * 100 + (begins + 1) % 100


def population(plans: int) -> pd.DataFrame:
    """Return the table `population`, mid-2018 to mid-2030, ages 0 to 25."""
    age = np.arange(26)
    size = plans / PLANS_PER_PERSON / _shape(2025, age).sum()
    parts = []
    for year in range(FIRST, LAST_PROJECTION + 1):
        kind = "estimates" if year <= LAST_ESTIMATE else f"projections, {LAST_ESTIMATE}-based"
        persons = np.rint(size * _shape(year, age)).astype(int)
        source = f"Fictional mid-year {kind}"
        parts.append(pd.DataFrame({"year": year, "age": age, "persons": persons, "source": source}))
    return pd.concat(parts, ignore_index=True)


def _shape(year: int, age: np.ndarray) -> np.ndarray:
    born = np.interp(year - age, BIRTH_YEARS, BIRTHS)
    students = np.array([STUDENTS.get(int(a), 1.0) for a in age])
    return np.asarray(born * STAYING**age * students)


def pupils(world: World, people: pd.DataFrame) -> pd.DataFrame:
    """Return the table `pupils`, by academic year and phase, "all" as their sum."""
    rows = []
    for begins in ACADEMIC_YEARS:
        census = begins + 1
        counts = _plans_by_phase(world, census)
        headcount = _headcounts(people, begins, counts)
        part: list[tuple[int, str, int, int, int]] = []
        for phase, heads in headcount.items():
            rate = min(SEN_SUPPORT[census] * SEN_SUPPORT_BY_PHASE[phase], 0.8)
            support = round((heads - min(counts[phase], heads)) * rate)
            part.append((years(begins), phase, heads, support, counts[phase]))
        heads, support, plans = (sum(column) for column in list(zip(*part, strict=True))[2:])
        rows += [(years(begins), "all", heads, support, plans), *part]
    return pd.DataFrame(
        rows, columns=["academic_year", "phase", "headcount", "sen_support", "ehcp"]
    )


def _plans_by_phase(world: World, census: int) -> dict[str, int]:
    """Return plans at a January by phase of the state-funded school that they are at."""
    placed = at_census(world, census)
    school = placed["provision"].isin(["mainstream", "rp_unit"])
    age = world.stock.age[placed["person"]] + census - FIRST
    made = {p: int((school & (age >= a) & (age <= b)).sum()) for p, (a, b, _) in IN_SCHOOL.items()}
    made["primary"] += made.pop("early_years")  # nursery classes of primary schools
    made["post16"] = int((school & (age >= 16)).sum())
    made["early_years"] = 0
    made["special"] = int(placed["provision"].eq("state_special").sum())
    made["ap"] = int(placed["provision"].eq("ap_hospital").sum())
    return made


def _headcounts(people: pd.DataFrame, year: int, counts: dict[str, int]) -> dict[str, int]:
    of_year = people[people["year"].eq(year)].set_index("age")["persons"]
    made = {p: round(of_year.loc[a:b].sum() * share) for p, (a, b, share) in IN_SCHOOL.items()}
    made |= {p: max(round(counts[p] / share), counts[p]) for p, share in EHCP_BY_PHASE.items()}
    return made


def at_census(world: World, census: int) -> pd.DataFrame:
    """Return the main placement of each plan that is open at a January and has one."""
    day = pd.Timestamp(census_days()[census - FIRST])
    rows = world.placements[world.placements["rank"].eq(1)]
    held = world.held.loc[rows["person"]].reset_index(drop=True)
    rows = rows.reset_index(drop=True)
    open_then = held["arrived"].le(day) & ~held["plan_cease"].le(day)
    there = rows["entry_date"].le(day) & ~rows["leaving_date"].lt(day)
    return rows[open_then & there].reset_index(drop=True)


def places(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Return the table `places`: what was commissioned of whom, and how many were on roll.

    Commissioned places follow the roll of the year before; buildings hold a few more.
    """
    schools = world.schools.frame
    rows = schools[schools["provision"].isin(PLACED) & schools["urn"].ne("")]
    room = np.exp(rng.normal(0.03, 0.05, len(rows)))
    parts, before = [], None
    for begins in ACADEMIC_YEARS:
        roll = at_census(world, begins + 1)["school"].value_counts().reindex(rows.index).fillna(0)
        base = roll if before is None else np.maximum(before, 0.95 * roll)
        commissioned = np.ceil(base * room).clip(lower=1).astype(int)
        parts.append(_year_of_places(rows, begins, roll.astype(int), commissioned))
        before = roll
    return pd.concat(parts, ignore_index=True)


def _year_of_places(
    rows: pd.DataFrame, begins: int, roll: pd.Series[int], commissioned: pd.Series[int]
) -> pd.DataFrame:
    phase = rows["provision"].map(PLACE_PHASE).fillna(rows["phase"])
    return pd.DataFrame(
        {
            "academic_year": years(begins),
            "place_id": rows["urn"],
            "provision_group": rows["provision"],
            "name": rows["name"],
            "phase": phase,
            "designated_need": rows["designated_need"],
            "commissioned": commissioned,
            "capacity": (commissioned * 1.03).round().astype(int),
            "on_roll": roll,
            "place_rate": rows["provision"].map(PLACE_RATES),
        }
    )


def deflators() -> pd.DataFrame:
    """Return the table `deflators`; invented, near what prices did."""
    return pd.DataFrame(
        {
            "financial_year": [years(y) for y in DEFLATORS],
            "index_value": list(DEFLATORS.values()),
            "source": "Fictional deflators",
        }
    )


def postcode_lookup(world: World) -> pd.DataFrame:
    """Return the table `postcode_lookup`."""
    return world.postcodes[["postcode", "locality", "deprivation_decile"]]

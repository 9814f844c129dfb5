"""A tiny area with money: 100 plans in mainstream, 50 in special, 10 in independent schools."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate
from toolkit.diagnose import caseload, january
from toolkit.diagnose.forecast import budget
from toolkit.diagnose.forecast.budget import Base
from toolkit.diagnose.forecast.paths import Paths

FIXTURES = Path(__file__).parent / "fixtures"
PROVISIONS, NEEDS, AGES = ("mainstream", "state_special", "nmiss"), ("ASD", "SEMH"), ("5", "12")
PLANS = {"mainstream": 100, "state_special": 50, "nmiss": 10}
HORIZON, SEED = 3, 7


def fixture(name: str) -> pd.DataFrame:
    return pd.read_csv(FIXTURES / name)


@cache
def people() -> pd.DataFrame:
    """Half of each provision ASD, half SEMH; half aged 5, half 12; the same every January."""
    rows = [
        (year, f"{provision}{i}", age, january.age_group(pd.Series([age]))[0], need, provision)
        for year in (2024, 2025, 2026)
        for provision, number in PLANS.items()
        for i in range(number)
        for need, age in [(NEEDS[i % 2], int(AGES[i // 2 % 2]))]
    ]
    columns = ["year", "person_id", "age", "age_group", "primary_need", "provision"]
    return pd.DataFrame(rows, columns=columns)


def start() -> np.ndarray:
    """Plans of January 2026: [age, need, provision]."""
    there = people()[people()["year"].eq(2026)]
    made = np.zeros((len(AGES), len(NEEDS), len(PROVISIONS)), dtype=np.int32)
    at = (
        there["age"].astype(str).map(AGES.index),
        there["primary_need"].map(NEEDS.index),
        there["provision"].map(PROVISIONS.index),
    )
    np.add.at(made, at, 1)
    return made


def paths(growth: float = 0.05, simulations: int = 60, seed: int = SEED) -> Paths:
    """Plans that grow at random; exactly the same every year where growth is 0."""
    rng = np.random.default_rng(seed)
    years = [np.broadcast_to(start(), (simulations, *start().shape))]
    for _ in range(HORIZON):
        more = rng.binomial(years[-1], growth) if growth else 0
        years.append(years[-1] + more)
    counts = np.stack(years, axis=1).astype(np.int32)
    joined = np.diff(counts, axis=1).astype(np.int32)
    ahead = tuple(range(2026, 2026 + HORIZON + 1))
    return Paths(counts, joined, np.zeros_like(joined), ahead, AGES, NEEDS, PROVISIONS)


def _unit(name: str) -> str:
    return "£ a year" if name.startswith(("write_off", "unit_cost", "reserves")) else "% a year"


def assumptions(**values: float) -> pd.DataFrame:
    """Rows of `assumptions`, two underscores for each dot of an id."""
    rows = [
        {"assumption_id": name.replace("__", "."), "meaning": name, "value": value,
         "low": None, "high": None, "unit": _unit(name), "source": "Test", "agreed_by": "Group"}
        for name, value in values.items()
    ]  # fmt: skip
    columns = ["assumption_id", "meaning", "value", "low", "high", "unit", "source", "agreed_by"]
    return pd.DataFrame(rows, columns=columns)


FLAT = {
    f"inflation__{c}": 0.0
    for c in ("general", "place_funding", "top_up", "fee", "therapy", "transport")
}


def tables(**own: float) -> dict[str, pd.DataFrame]:
    named = {n: fixture(f"money/{n}.csv") for n in budget.NEEDED}
    empty = {n: pd.DataFrame() for n in budget.OPTIONAL}
    return {**named, **empty, "assumptions": assumptions(**own),
            "deflators": pd.DataFrame(columns=["financial_year", "index_value"])}  # fmt: skip


def s251() -> pd.DataFrame:
    return pd.read_csv(FIXTURES / "money/s251.csv", dtype=str)


def base(places: pd.DataFrame | None = None, **own: float) -> Base:
    held = tables(**own) | ({} if places is None else {"places": places})
    return budget.base(held, people(), s251(), (NEEDS, PROVISIONS), ("Test",))


def plans(*dimensions: str) -> Aggregate:
    return caseload.plans_by(people(), *dimensions, sources=("Test",))


def mitigations(*rows: dict[str, object]) -> pd.DataFrame:
    usual = {
        "mitigation_id": "fees", "meaning": "Fees agreed", "flow": "unit_cost", "ages": "",
        "needs": "", "provisions": "nmiss", "low": -10.0, "high": -10.0,
        "start": pd.Timestamp("2026-04-01"), "ramp_months": 0, "delay_months": 0,
        "probability": 100, "cost": 0.0, "cashable": 1, "outcome": "Outcomes reviewed",
    }  # fmt: skip
    return pd.DataFrame([{**usual, **row} for row in rows], columns=list(usual))

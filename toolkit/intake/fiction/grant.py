"""The Dedicated Schools Grant of a fictional area: income, spend and a deficit that grows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit import reference
from toolkit.intake.fiction.costs import YEARS
from toolkit.intake.fiction.surroundings import years

LAST_OUTTURN = 2024
HNB_LINES = (
    "1.0.2",
    "1.2.1",
    "1.2.2",
    "1.2.3",
    "1.2.4",
    "1.2.5",
    "1.2.6",
    "1.2.7",
    "1.2.8",
    "1.2.11",
    "1.2.13",
)
GRANT_GROWTH = {2018: 1 / 1.035, 2024: 1.055, 2025: 1.085}  # years not in hnb_england: choices
FIRST_GAP = 0.012  # in-year deficit of 2018-19 over spend: a choice, with what follows from it
TRANSFER = 0.012  # moved in from the schools block, of the high needs block, from 2020-21


def positions(
    lines: pd.DataFrame, recoupment: dict[int, int], rng: np.random.Generator
) -> pd.DataFrame:
    """Return the DSG position: closing = opening + in-year + write-off, to the pound."""
    hnb = lines[lines["line"].isin(HNB_LINES)].groupby(["financial_year", "basis"])["net"].sum()
    first = int(hnb[years(YEARS[0]), "outturn"]) + recoupment[YEARS[0]]
    index = _grants()
    block_2018 = first * (1 - FIRST_GAP)
    rows: list[dict[str, int | str]] = []
    carried = -round(0.005 * block_2018)
    for year in YEARS:
        block = round(block_2018 * index[year] / index[YEARS[0]])
        others = {
            "hnb_before_deductions": block,
            "recoupment": recoupment[year],
            "block_transfer_in": round(TRANSFER * block) if year >= 2020 else 0,
            "other_income": round(0.002 * block),
            "other_blocks_balance": round(float(rng.normal(0.001, 0.002)) * block),
        }
        actual = "forecast" if year > LAST_OUTTURN else "outturn"
        opening = carried
        for basis in ("budget", actual):
            row = _position(year, basis, others, opening, int(hnb[years(year), basis]))
            rows.append(row)
        carried = int(rows[-1]["carried_forward"])
    return pd.DataFrame(rows)


def _position(
    year: int, basis: str, others: dict[str, int], opening: int, spend: int
) -> dict[str, int | str]:
    in_year = (
        others["hnb_before_deductions"] - others["recoupment"] + others["block_transfer_in"]
        + others["other_income"] + others["other_blocks_balance"] - spend
    )  # fmt: skip
    return {
        "financial_year": years(year),
        "basis": basis,
        **others,
        "brought_forward": opening,
        "in_year_balance": in_year,
        "carried_forward": opening + in_year,
        "write_off": 0,
    }


def _grants() -> dict[int, float]:
    """Return the high needs block by year over that of 2019-20, as England's grew."""
    rows = reference.table("hnb_england")
    known = {
        int(y) // 100: float(v)
        for y, v in zip(rows["financial_year"], rows["high_needs_block"], strict=True)
    }
    made = {y: v / known[2019] for y, v in known.items()}
    made[2018] = made[2019] * GRANT_GROWTH[2018]
    for year in (2024, 2025):
        made[year] = made[year - 1] * GRANT_GROWTH[year]
    return made

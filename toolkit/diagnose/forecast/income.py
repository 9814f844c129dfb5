"""Income: what the high needs block gets, year by year, before deductions.

Needs the table `dsg_position`; `assumptions` say how the block grows once nothing is announced.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from toolkit.diagnose import years
from toolkit.diagnose.forecast.assumed import Assumed
from toolkit.diagnose.forecast.paths import Array
from toolkit.errors import InputError

KNOWN = ("outturn", "forecast", "budget")  # which basis goes before which, year by year
BLOCK, TRANSFER, OTHER = "hnb_before_deductions", "block_transfer_in", "other_income"
OTHER_BLOCKS, WRITE_OFF = "other_blocks_balance", "write_off"
# What stands in for a year that nothing is recorded or announced of.
ASSUMED = {
    TRANSFER: "income.block_transfer",
    OTHER_BLOCKS: "dsg.other_blocks",
    WRITE_OFF: "write_off",
}
COLUMNS = (BLOCK, TRANSFER, OTHER, OTHER_BLOCKS, WRITE_OFF)
Row = Mapping[str, float]


@dataclass(frozen=True)
class Income:
    """What comes in, in whole £ (before deductions).

    Attributes:
        financial_years: The years.
        block: High needs block: [simulation, financial year].
        transfers: Moved in from other blocks: [simulation, financial year].
        other: Other income: [simulation, financial year].
        other_blocks: In-year balance of the other blocks: [simulation, financial year].
        write_off: Written off or paid by an agreement: [simulation, financial year].
        opening: Balance of the DSG at the end of the base year; a deficit is negative.
        base_year: The last closed year.
        known_to: The last year whose block is recorded or announced.
    """

    financial_years: tuple[int, ...]
    block: Array = field(repr=False)
    transfers: Array = field(repr=False)
    other: Array = field(repr=False)
    other_blocks: Array = field(repr=False)
    write_off: Array = field(repr=False)
    opening: float
    base_year: int
    known_to: int

    @property
    def available(self) -> Array:
        """What the block has to spend: [simulation, financial year]."""
        return self.block + self.transfers + self.other


def income(
    position: pd.DataFrame,
    assumed: Assumed,
    base_year: int,
    financial_years: Sequence[int],
    simulations: int,
    seed: int,
) -> Income:
    """Return what comes in, year by year, in each simulation.

    Args:
        position: Table `dsg_position`. Of one year the outturn goes before the forecast, and
            that before the budget.
        assumed: The assumptions: `income.*`, `dsg.other_blocks` and `write_off`.
        base_year: The last closed year; its outturn gives the opening balance.
        financial_years: The years after it.
        simulations: How many futures.
        seed: Seed of the run.

    Raises:
        InputError: The base year has no outturn.
    """
    opening = _opening(position, base_year)
    known = _known(position)
    found = {c: np.zeros((simulations, len(financial_years))) for c in COLUMNS}
    last: dict[str, Array] = {c: np.full(simulations, known[base_year][c]) for c in (BLOCK, OTHER)}
    for f, year in enumerate(financial_years):
        now = _recorded(known[year], simulations) if year in known else (
            _expected(assumed, last, year, seed))  # fmt: skip
        for column in COLUMNS:
            found[column][:, f] = np.round(now[column])
        last = now
    return Income(
        financial_years=tuple(financial_years),
        block=found[BLOCK],
        transfers=found[TRANSFER],
        other=found[OTHER],
        other_blocks=found[OTHER_BLOCKS],
        write_off=found[WRITE_OFF],
        opening=opening,
        base_year=base_year,
        known_to=max([base_year, *(y for y in financial_years if y in known)]),
    )


def _opening(position: pd.DataFrame, base_year: int) -> float:
    closed = position["financial_year"].eq(base_year) & position["basis"].eq("outturn")
    if not closed.any():
        raise InputError(
            f"there is no outturn of {years.label(base_year)}, with which the forecast opens.",
            where="dsg_position",
            remedy="Add the row of that year with the basis 'outturn'.",
        )
    return float(position.loc[closed, "carried_forward"].round().iloc[0])


def _known(position: pd.DataFrame) -> dict[int, Row]:
    """Return the best row of each financial year, its blanks as 0."""
    order = position["basis"].map({basis: i for i, basis in enumerate(KNOWN)})
    best = position.assign(order=order).sort_values(["financial_year", "order"])
    best = best.drop_duplicates("financial_year")
    rows = best[list(COLUMNS)].fillna(0).astype(float).to_dict("records")
    every = zip(best["financial_year"].astype(int).tolist(), rows, strict=True)
    return {year: {str(k): float(v) for k, v in row.items()} for year, row in every}


def _recorded(row: Row, simulations: int) -> dict[str, Array]:
    return {column: np.full(simulations, row[column]) for column in COLUMNS}


def _expected(
    assumed: Assumed, last: Mapping[str, Array], year: int, seed: int
) -> dict[str, Array]:
    """Return what a year brings of which nothing is recorded or announced."""
    simulations = len(last[BLOCK])
    block = last[BLOCK] * (1 + assumed.drawn("income.hnb", simulations, seed, year) / 100)
    stated = assumed.value("income.other", year)
    other = last[OTHER] if stated is None else np.full(simulations, stated)
    amounts = {c: _amount(assumed, name, year, block, seed) for c, name in ASSUMED.items()}
    return {BLOCK: block, OTHER: other, **amounts}


def _amount(assumed: Assumed, name: str, year: int, block: Array, seed: int) -> Array:
    """Return an amount a year, stated in £ or in % of the block."""
    drawn = assumed.drawn(name, len(block), seed, year)
    return drawn / 100 * block if "%" in assumed.get(name, year).unit else drawn

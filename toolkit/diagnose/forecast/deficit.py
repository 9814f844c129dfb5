"""The deficit: what the high needs block gets, what it lacks, and how that adds up.

Deficits are negative, as in `dsg_position`. Needs the tables `dsg_position` and, for the
council's own figures, `assumptions`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from toolkit.diagnose.forecast.assumed import Assumed
from toolkit.diagnose.forecast.budget import Budget
from toolkit.diagnose.forecast.income import Income
from toolkit.diagnose.forecast.paths import Array
from toolkit.errors import InputError

METHOD = (
    "In-year balance = high needs block before deductions + transfers in + other income - spend "
    "+ other blocks. Income that is recorded or announced is taken as it is; after it the block "
    "grows by income.hnb. Balance carried forward = brought forward + in-year + written off, "
    "in each simulation. Deficits are negative."
)


@dataclass(frozen=True)
class Balance:
    """How the DSG stands, in whole £ in each simulation: [simulation, financial year].

    Attributes:
        financial_years: The years.
        opening: Balance at the end of the base year.
        in_year: In-year balance; a deficit is negative.
        written_off: Written off, paid by an agreement, or taken by central government.
        carried: Balance carried forward: opening, and the running sum of the two.
    """

    financial_years: tuple[int, ...]
    opening: float
    in_year: Array = field(repr=False)
    written_off: Array = field(repr=False)
    carried: Array = field(repr=False)


def balance(spent: Budget, came_in: Income, assumed: Assumed) -> Balance:
    """Return the in-year balance and the balance carried forward, in each simulation.

    Args:
        spent: What the block will spend.
        came_in: What comes in, of the same years.
        assumed: The assumptions: `government.*`.

    Raises:
        ValueError: Spend and income are of different years.
        InputError: Central government takes a share, and nobody said when.
    """
    if spent.financial_years != came_in.financial_years:
        raise ValueError("spend and income are of different years.")
    in_year = came_in.available - spent.total + came_in.other_blocks
    carried, written = np.empty_like(in_year), came_in.write_off.copy()
    standing = np.full(len(in_year), came_in.opening)
    once, yearly = _share(assumed, "share", "year"), _share(assumed, "in_year", "from")
    for f, year in enumerate(came_in.financial_years):
        if yearly and year >= yearly[1]:
            written[:, f] += np.round(np.maximum(-in_year[:, f], 0) * yearly[0])
        standing = standing + in_year[:, f] + written[:, f]
        if once and year == once[1]:
            taken = np.round(np.maximum(-standing, 0) * once[0])
            written[:, f] += taken
            standing = standing + taken
        carried[:, f] = standing
    return Balance(came_in.financial_years, came_in.opening, in_year, np.round(written), carried)


def _share(assumed: Assumed, name: str, dated: str) -> tuple[float, int] | None:
    """Return a share that central government takes and its year; None where it takes none."""
    share = assumed.value(f"government.{name}") or 0.0
    if not share:
        return None
    year = assumed.value(f"government.{name}.{dated}")
    if year is None:
        raise InputError(
            f"central government takes {share:g}% of a deficit, and no year is given.",
            where="assumptions",
            remedy=f"Add a row 'government.{name}.{dated}' with the financial year, as 202627.",
        )
    return share / 100, int(year)


def probability_of_balance(found: Balance) -> Array:
    """Return the share of simulations (%) without an in-year deficit: [financial year]."""
    return np.asarray(100 * (found.in_year >= 0).mean(axis=0))


def year_of_balance(found: Balance) -> tuple[int | None, float]:
    """Return the first year from which the middle in-year balance stays at 0 or above.

    Returns:
        The financial year, None where there is none in the forecast; and the share of
        simulations (%) that end the forecast without an in-year deficit.
    """
    in_balance = np.median(found.in_year, axis=0) >= 0
    stays = np.cumprod(in_balance[::-1])[::-1].astype(bool)
    first = next((y for y, ok in zip(found.financial_years, stays, strict=True) if ok), None)
    return first, float(probability_of_balance(found)[-1])


def in_real_terms(amount: Array, deflator: Array) -> Array:
    """Return £ at the prices of the base year: [simulation, financial year]."""
    return amount / deflator

"""Inflation: how prices rise, component by component, and what money is worth in real terms.

Needs the tables `assumptions` (a default of the model stands in for a missing row) and, for
real terms, `deflators`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose import years
from toolkit.diagnose.forecast.assumed import FOLLOWED, Assumed
from toolkit.diagnose.forecast.paths import Array

COMPONENTS = {
    "general": "Prices in general",
    "place_funding": "Place funding",
    "top_up": "Top-up",
    "fee": "Fees",
    "therapy": "Therapy",
    "transport": "Transport, outside the block",
}


def years_after(base: int, last_january: int) -> tuple[int, ...]:
    """Return the financial years after `base` whose middle lies before a January.

    January 2031 closes 2030-31: after 2024-25 the years are 2025-26 to 2030-31.
    """
    return tuple(years.financial_year(y) for y in range(years.start_of(base) + 1, last_january))


def index(
    assumed: Assumed,
    names: Sequence[str],
    financial_years: Sequence[int],
    simulations: int,
    seed: int,
    added: float = 0.0,
) -> Array:
    """Return prices over those of the year before the first, in each simulation.

    Args:
        assumed: The assumptions.
        names: Ids of yearly rises, as in "inflation.fee" or "line.1.2.5".
        financial_years: Consecutive years, the first following the year of the prices.
        simulations: How many futures.
        seed: Seed of the run.
        added: Percentage points added to every rise, for a what-if question.

    Returns:
        [simulation, financial year, name]; exactly 1 throughout where every rise is 0%.
    """
    rises = np.empty((simulations, len(financial_years), len(names)))
    for n, name in enumerate(names):
        for f, year in enumerate(financial_years):
            rises[:, f, n] = assumed.drawn(name, simulations, seed, year) + added
    return np.asarray(np.cumprod(1 + rises / 100, axis=1))


def deflator(
    deflators: pd.DataFrame, assumed: Assumed, base: int, financial_years: Sequence[int]
) -> Array:
    """Return the GDP deflator of each year over that of `base`: [financial year].

    Years that the table does not hold go on from the last with the middle value of
    `inflation.general`.
    """
    held = deflators.set_index("financial_year")["index_value"].dropna()
    known = {int(y): float(v) for y, v in held.items()}  # type: ignore[call-overload]
    level, found = 1.0, []
    last = base
    for year in financial_years:
        if year in known and last in known:
            level *= known[year] / known[last]
        else:
            level *= 1 + (assumed.value(FOLLOWED, year) or 0.0) / 100
        found.append(level)
        last = year
    return np.array(found)


def table(assumed: Assumed, names: Sequence[str], financial_years: Sequence[int]) -> Aggregate:
    """Return the yearly rise of each component: value, low, high, who agreed it, the source."""
    rows = []
    for name in names:
        for year in financial_years:
            one = assumed.get(name, year)
            value = one.value
            low = value if one.low is None else one.low
            high = value if one.high is None else one.high
            agreed = f"{one.source} ({one.agreed_by})"
            rows.append((name.removeprefix("inflation."), year, value, low, high, agreed))
    columns = ["component", "financial_year", "rise", "low", "high", "source"]
    return Aggregate(
        frame=pd.DataFrame(rows, columns=columns),
        universe="Yearly rise of prices",
        dimensions=("component", "financial_year"),
        measures=(
            Measure("rise", "Rise", "%", decimals=1),
            Measure("low", "Low end of 80%", "%", decimals=1),
            Measure("high", "High end of 80%", "%", decimals=1),
            Measure("source", "Source, and who agreed it", "text"),
        ),
        source="plan",
        sources=("Forecast assumptions",),
        method="All components rise and fall together in a simulation, which keeps the range of "
        "a sum from looking too narrow.",
        period=years.period(pd.Series(list(financial_years))),
        not_summed=("component", "financial_year"),
        labels={"component": COMPONENTS},
    )

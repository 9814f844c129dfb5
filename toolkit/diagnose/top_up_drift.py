"""Top-ups against inflation: does a band still buy what it did?

Each function takes what `top_ups` returns, with GDP deflators, and returns an `Aggregate`.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose import top_ups, years

SHOWN = ("funded_last", "growth", "mix_growth", "price_growth", "inflation", "drift")


def real_terms(averages: Aggregate, deflators: pd.DataFrame) -> Aggregate:
    """Return the average top-up for a full year in cash and in the prices of the latest year.

    Args:
        averages: As `by` returns it, by provision or in total.
        deflators: Table `deflators`.

    Returns:
        The rows of the years that both hold: `average` in cash and `real`, £ for a full year.
    """
    index = deflators.set_index("financial_year")["index_value"].astype(float)
    table = averages.frame.assign(index_value=averages.frame["financial_year"].map(index))
    table = table.dropna(subset="index_value")
    latest = int(table["financial_year"].max()) if len(table) else 0
    table["real"] = table["average"] * index.get(latest, 1.0) / table["index_value"]
    prices = f"{years.label(latest)} prices" if latest else "real terms"
    return replace(
        averages,
        frame=table.reset_index(drop=True),
        measures=(
            *averages.measures,
            Measure("real", f"Top-up for a full year, {prices}", "£ per plan", ("funded",)),
        ),
        sources=(*averages.sources, "GDP deflators"),
        method=f"{averages.method} Real terms = cash x GDP deflator of the latest year / GDP "
        "deflator of the year.",
    )


def whole_area(real: Aggregate) -> Aggregate:
    """Return the row "All" of each financial year of what `real_terms` returns by provision."""
    frame = real.frame[real.frame["provision"].eq("All")].drop(columns="provision")
    return replace(real, frame=frame.reset_index(drop=True), dimensions=("financial_year",))


def drift(parted: Aggregate, deflators: pd.DataFrame, first: int, last: int) -> Aggregate:
    """Return how far the price of a top-up has drifted from inflation, one row a provision.

    Args:
        parted: As `split` returns it.
        deflators: Table `deflators`; inflation is missing where it lacks one of the years.
        first: The earlier financial year.
        last: The later financial year.

    Returns:
        The rows of `parted` with `inflation` (%) over the same time, and `drift` (pp): growth
        of the price within a band less inflation. Below 0, bands buy less than they did.
    """
    index = deflators.set_index("financial_year")["index_value"].astype(float)
    missing = float("nan")
    inflation = 100 * (float(index.get(last, missing)) / float(index.get(first, missing)) - 1)
    table = parted.frame.assign(inflation=inflation)
    table["drift"] = table["price_growth"] - inflation
    both = ("funded_first", "funded_last")
    return replace(
        parted,
        frame=table,
        measures=(
            *parted.measures,
            Measure("inflation", "Inflation", "%", both, decimals=1),
            Measure("drift", "Price within a band over inflation", "pp", both, decimals=1),
        ),
        sources=(*parted.sources, "GDP deflators"),
        method="Growth of the top-up for a full year = mix of bands x price within a band. Drift "
        "= growth of the price within a band - growth of the GDP deflator. In the total, the mix "
        f"is that of bands and of provisions. {top_ups.FULL_YEARS}",
    )


def told_drift(drifted: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on the price within a band against inflation, and its cells."""
    sentence = (
        "Over the same time the price within a band {price:change} and general prices "
        "{inflation:change}."
    )
    return sentence, {
        "price": drifted.cell("price_growth", provision="All"),
        "inflation": drifted.cell("inflation", provision="All"),
    }

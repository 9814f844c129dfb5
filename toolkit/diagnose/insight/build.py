"""How every table of the insight report is put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from toolkit.aggregate import Aggregate, Measure, Unit

HIDDEN = (
    "Figures that an area hid to protect children are missing and are never guessed, so a total "
    "is that of the areas that show theirs."
)


def table(  # noqa: PLR0913  (the parts of an aggregate)
    frame: pd.DataFrame,
    dimensions: Sequence[str],
    measures: Iterable[Measure],
    *,
    called: str,
    method: str,
    cited: Sequence[str],
    period: str = "",
    labels: Mapping[str, Mapping[str, str]] | None = None,
) -> Aggregate:
    """Return figures from areas' ledgers as an Aggregate, with the columns that it needs alone."""
    kept = list(measures)
    return Aggregate(
        frame=frame[[*dimensions, *(m.column for m in kept)]].reset_index(drop=True),
        universe=called,
        dimensions=tuple(dimensions),
        measures=tuple(kept),
        source="ledger",
        sources=tuple(cited),
        method=method,
        period=period,
        labels=labels or {},
        not_summed=tuple(dimensions),
    )


def periods(picked: pd.DataFrame) -> str:
    """Return the periods that findings speak of, in words."""
    return "; ".join(sorted(set(picked["period"]) - {""}))


def areas() -> Measure:
    """Return the measure of how many areas a figure comes from."""
    return Measure("areas", "Areas", "number")


def measure(column: str, label: str, unit: Unit, *, decimals: int | None = None) -> Measure:
    """Return a measure of a ledger; it rests on nothing that could still be hidden."""
    return Measure(column, label, unit, decimals=decimals)

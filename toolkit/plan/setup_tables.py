"""What the set-up modules share: the words for codes, and the making of text tables.

Set-up tables hold posts and bodies, never people with a plan, so their aggregates have the
source `plan` (the area's own entries) or `reference` (the catalogue), and need no protection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure, Source, Unit

STAGES = {  # the five stages of the diagnostic, in order
    "setup": "Evaluation & Setup",
    "module_1": "Module 1",
    "module_2": "Module 2",
    "module_3": "Module 3",
    "grant": "Grant application",
}
GROUPS = {  # groups of stakeholders, as the diagnostic pack names them
    "la": "Local authority",
    "education": "Education",
    "health": "Health",
    "parent_carers": "Parents and carers",
    "cyp": "Children and young people",
    "other": "Other partners",
}
MUST_BE_HEARD = ("la", "education", "health", "parent_carers", "cyp")  # without these, a gap
STATUS = {"not_started": "Not started", "under_way": "Under way", "done": "Done"}
PACK = "DBV diagnostic, early introduction pack for Tranche 3"
OWN = "The area's own set-up tables"

Columns = Mapping[str, tuple[str, Unit]]  # column: (heading, unit)


def plan_aggregate(  # noqa: PLR0913 - each says another thing about the one table
    frame: pd.DataFrame,
    universe: str,
    dimensions: Sequence[str],
    columns: Columns,
    *,
    method: str,
    source: Source = "plan",
    sources: tuple[str, ...] = (OWN, PACK),
    labels: Mapping[str, Mapping[str, str]] | None = None,
) -> Aggregate:
    """Return a frame as an aggregate without people: the dimensions, then the columns named."""
    kept = frame[[*dimensions, *columns]].reset_index(drop=True)
    measures = tuple(
        Measure(column, label, unit, decimals=_decimals(kept[column], unit))
        for column, (label, unit) in columns.items()
    )
    return Aggregate(
        frame=kept,
        universe=universe,
        dimensions=tuple(dimensions),
        measures=measures,
        source=source,
        sources=sources,
        method=method,
        not_summed=tuple(dimensions),
        labels=labels or {},
    )


def _decimals(column: pd.Series, unit: Unit) -> int | None:
    """Return 0 for a column of whole hours, which would otherwise print as "31.0"."""
    whole = unit == "hours" and column.dropna().mod(1).eq(0).all()
    return 0 if whole else None


def counted(
    figures: Mapping[str, tuple[float | str, str, Unit]],
    universe: str,
    *,
    method: str,
    source: Source = "plan",
    sources: tuple[str, ...] = (OWN,),
) -> Aggregate:
    """Return figures of one whole as an aggregate of one row, for sentences and findings.

    Args:
        figures: column: (value, heading, unit).
        universe: What is counted, in words.
        method: How, in one sentence.
        source: As in `Aggregate`.
        sources: Where the figures come from.
    """
    frame = pd.DataFrame([{"part": "All", **{name: each[0] for name, each in figures.items()}}])
    columns: Columns = {name: (each[1], each[2]) for name, each in figures.items()}
    return plan_aggregate(
        frame, universe, ["part"], columns, method=method, source=source, sources=sources
    )


def cells(made: Aggregate, *names: str) -> dict[str, Cell]:
    """Return the figures named of an aggregate of one row, by name, for a sentence."""
    return {name: made.cell(name) for name in names}


def text(column: pd.Series, missing: str = "") -> pd.Series:
    """Return a column as text, stripped, with `missing` where nothing was entered."""
    stripped = column.astype("object").where(column.notna(), "").map(lambda v: str(v).strip())
    return stripped.where(stripped.ne(""), missing)


def number(column: pd.Series) -> pd.Series:
    """Return a column of catalogue text, or of entered numbers, as floats; blank is missing."""
    return pd.to_numeric(column, errors="coerce").astype("float64")


def entered(table: pd.DataFrame | None, columns: Sequence[str]) -> pd.DataFrame:
    """Return a set-up table with at least the columns named; no rows where there is no table.

    A column that the area's file leaves out is added, empty.
    """
    if table is None:
        return pd.DataFrame({column: pd.Series(dtype="object") for column in columns})
    absent = [column for column in columns if column not in table.columns]
    return table.assign(**{column: pd.Series(pd.NA, index=table.index) for column in absent})


def worded(codes: pd.Series, words: Mapping[str, str], missing: str = "") -> pd.Series:
    """Return codes as words; `missing` where a code is blank or has none."""
    found = [words.get(str(code), missing) for code in codes]
    return pd.Series(found, index=codes.index, dtype="object")


def listed(values: str) -> list[str]:
    """Return the parts of a text that are parted by semicolons, stripped, without blanks."""
    return [part.strip() for part in str(values).split(";") if part.strip()]


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as dictionaries by column name."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def unique(column: pd.Series) -> pd.Series:
    """Return a text column with " (2)", " (3)" after repeats, so that each row is a cell."""
    repeat = column.groupby(column).cumcount() + 1
    return column.where(repeat.eq(1), column + " (" + repeat.astype("str") + ")")

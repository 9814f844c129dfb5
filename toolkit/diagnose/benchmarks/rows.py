"""Rows of figures: one a measure, year and area, with what each rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from toolkit.diagnose import years

Tables = Mapping[str, pd.DataFrame]
COLUMNS = (
    *("measure", "year", "period", "code", "numerator", "base", "base_name", "doubt", "given"),
)
MARK = "Implausible"  # how the note of a published point that looks wrong begins
REPLACED = "Replaced"


def rows(
    frame: pd.DataFrame,
    measure: str | pd.Series,
    numerator: str | pd.Series,
    base: str | pd.Series,
    *,
    period: str = "{year}",
    base_name: str | pd.Series = "",
) -> pd.DataFrame:
    """Return rows of a measure from a frame with `year`, `code` and, where it has it, `doubt`.

    Args:
        frame: One row an area and year.
        measure: The id, or one a row.
        numerator: A column, or its values.
        base: A column, or its values.
        period: What the figure speaks of, with `{year}` for the year.
        base_name: What the base counts, with its year, where a reader has to be told.
    """
    made = pd.DataFrame(
        {
            "measure": measure,
            "year": frame["year"].astype(int),
            "period": [period.format(year=_label(y)) for y in frame["year"]],
            "code": frame["code"],
            "numerator": frame[numerator] if isinstance(numerator, str) else numerator,
            "base": frame[base] if isinstance(base, str) else base,
            "base_name": base_name,
            "doubt": frame.get("doubt", ""),
            "given": float("nan"),
        },
        index=frame.index,
    )
    return made[made["numerator"].notna() & made["base"].gt(0)].reset_index(drop=True)


def _label(year: int) -> str:
    return years.label(int(year)) if int(year) > 9999 else str(int(year))


def none() -> pd.DataFrame:
    """Return no rows."""
    return pd.DataFrame(columns=list(COLUMNS))


def joined(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return several frames of rows as one."""
    held = [part for part in parts if len(part)]
    return pd.concat(held, ignore_index=True) if held else none()


def totals_of(tables: Tables, name: str) -> pd.DataFrame:
    """Return the rows of a published table that speak of an area as a whole; often none."""
    if name not in tables:
        return pd.DataFrame(columns=["year", "code"])
    frame = tables[name]
    return frame[frame["topic"].eq("total")].drop(columns=["level", "name"])


def listed(*doubts: pd.Series) -> pd.Series:
    """Return several columns of doubts as one, each doubt once."""
    pairs = zip(*(d.fillna("") for d in doubts), strict=True)
    said = [", ".join(dict.fromkeys(p for pair in row for p in pair.split(", ") if p))
            for row in pairs]  # fmt: skip
    return pd.Series(said, index=doubts[0].index, dtype="object")

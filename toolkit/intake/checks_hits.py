"""What a check takes and gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from toolkit.intake.schedule_part import BAD, FILE, NUMBER, PART, SHEET

__all__ = ["BAD", "FILE", "NUMBER", "PART", "SHEET", "Frames", "bad", "hits", "iso", "pounds"]


@dataclass(frozen=True)
class Frames:
    """All tables at hand, and every person with a plan, of rows set aside too."""

    tables: Mapping[str, pd.DataFrame]
    people: frozenset[str] | None = None

    @property
    def with_plan(self) -> frozenset[str] | None:
        """Everyone with a plan; None where there is no table of plans to look in."""
        if "plans" not in self.tables:
            return None
        return self.people or frozenset(self.tables["plans"]["person_id"].dropna())


def hits(frame: pd.DataFrame, wrong: pd.Series, **about: object) -> pd.DataFrame:
    """Return what a message names, for the rows that are wrong and on their index.

    Args:
        frame: The rows checked.
        wrong: Which of them break the rule; missing is no.
        **about: What the message names: a series on the frame's index, or one value for all.
    """
    chosen = frame.index[wrong.fillna(False).to_numpy(dtype=bool)]
    named = {
        name: value.loc[chosen] if isinstance(value, pd.Series) else value
        for name, value in about.items()
    }
    return pd.DataFrame(named, index=chosen)


def bad(frame: pd.DataFrame, column: str) -> pd.Series:
    """Return for which rows a cell of the column was given and could not be read."""
    if BAD + column not in frame:
        return pd.Series(False, index=frame.index)
    return frame[BAD + column].fillna(False).astype(bool)


def iso(dates: pd.Series, form: str = "%Y-%m-%d") -> pd.Series:
    """Return dates as text."""
    text: pd.Series = dates.dt.strftime(form)
    return text


def pounds(amounts: pd.Series) -> pd.Series:
    """Return amounts as text for a message: £1,200, or -£1,200.50."""
    return amounts.map(_pounds)


def _pounds(amount: float) -> str:
    digits = f"{abs(amount):,.2f}".removesuffix(".00")
    return f"{'-' if amount < 0 else ''}£{digits}"

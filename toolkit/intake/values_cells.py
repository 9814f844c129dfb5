"""What the parsers of `values` take and give: the different texts of a column, and their cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Texts:
    """The different texts of a column, trimmed, none blank, and how many cells hold each."""

    texts: Sequence[str]
    counts: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Note:
    """Something to be said once about a column: the rule, the first text it is about."""

    code: str
    place: int
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Cells:
    """One value and one rule for each text, in their order.

    Attributes:
        values: The value, or None where it could not be read.
        codes: The rule that the text breaks, or "".
        hints: For some texts, what else the remedy should say.
        notes: What is to be said once.
    """

    values: list[Any]
    codes: list[str]
    hints: dict[int, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def spread(self, kept: Sequence[int], codes: Sequence[str]) -> Cells:
        """Return the cells laid out over a longer list of texts, of which they were `kept`."""
        values: list[Any] = [None] * len(codes)
        spread = list(codes)
        for place, i in enumerate(kept):
            values[i], spread[i] = self.values[place], self.codes[place]
        hints = {kept[place]: hint for place, hint in self.hints.items()}
        notes = [Note(n.code, kept[n.place], n.fields) for n in self.notes]
        return Cells(values, spread, hints, notes)


def first(codes: Sequence[str], code: str) -> int:
    """Return the place of the first text that breaks a rule; ValueError where none does."""
    return list(codes).index(code)

"""A view as a reader may see it: its aggregates protected, its templates filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from toolkit.aggregate import Measure
from toolkit.show import templates, words
from toolkit.show.disclosure import Mask, Protected, protect

if TYPE_CHECKING:  # a view can draw itself, so views need this module first
    from toolkit.show.views import View


@dataclass(frozen=True)
class Figure:
    """One protected figure. `value` is None where it is hidden or missing."""

    value: Any
    hidden: bool
    measure: Measure | None

    @property
    def text(self) -> str:
        """The figure with its unit, or its mark."""
        return self.write("")

    def write(self, spec: str) -> str:
        """Return the figure in one of the formats of `templates.FORMATS`."""
        if self.hidden:
            return HIDDEN_WORDS.get(spec, words.HIDDEN)
        if self.measure is None:
            return str(self.value)
        if self.measure.unit == "text":
            return words.figure(self.value, self.measure)
        if words.is_missing(self.value):
            return words.MISSING
        return _written(float(self.value), self.measure, spec)


# A hidden figure leaves the sentence readable and says nothing of its sign or size.
HIDDEN_WORDS = {
    "change": f"changed by {words.HIDDEN}",
    "than": f"{words.HIDDEN} compared with",
    "than_by": f"{words.HIDDEN} compared with",
}


def _written(value: float, measure: Measure, spec: str) -> str:
    decimals = words.places(value, measure)
    full, size = words.figure(value, measure), words.figure(abs(value), measure)
    # What rounds to nothing has no direction: "grew by 0%" would be untrue either way.
    rounded = words.half_up(value, decimals)
    at = 1 if rounded == 0 else (0 if value < 0 else 2)
    written: dict[str, tuple[str, str, str]] = {  # where it is below, at and above nought
        "": (full, full, full),
        "plain": (words.digits(abs(value), decimals),) * 3,
        "size": (size, size, size),
        "signed": (full, size, f"+{full}"),
        "change": (f"fell by {size}", "did not change", f"grew by {size}"),
        "direction": ("down", "unchanged", "up"),
        "than": ("lower than", "the same as", "higher than"),
        "than_by": (f"{size} lower than", "the same as", f"{size} higher than"),
        "more": (f"{size} fewer", "the same number", f"{size} more"),
    }
    return written[spec][at]


@dataclass(frozen=True)
class Shown:
    """A view with its mask."""

    view: View
    mask: Mask = field(repr=False)

    @cached_property
    def protected(self) -> tuple[Protected, ...]:
        """The view's aggregates, protected."""
        return tuple(protect(a, self.mask) for a in self.view.aggregates)

    @property
    def spec(self) -> Mapping[str, Any]:
        """How to draw it."""
        return self.view.spec

    def figure(self, reference: Mapping[str, Any] | None) -> Figure | None:
        """Return the figure that a reference of the view's spec stands for."""
        if reference is None:
            return None
        if "text" in reference:
            return Figure(reference["text"], False, None)
        protected = self.protected[reference["aggregate"]]
        if reference.get("unseen"):  # one of several merged categories
            return Figure(None, True, protected.aggregate.measure(reference["column"]))
        at = protected.at((name, value) for name, value in reference["filters"])
        return figure(protected, at, reference["column"])

    def fill(self, template: str, cells: Mapping[str, Any]) -> str:
        """Return a template with its cells written out, as plain text."""
        text = ""
        for piece in templates.pieces(template):
            text += piece.text
            if piece.name:
                found = self.figure(cells[piece.name])
                text += "" if found is None else found.write(piece.format)
        # A line must not end between a sign and its pounds.
        for sign in (words.MINUS, "+"):
            text = text.replace(f"{sign}£", f"{sign}\u2060£")
        return text


def figure(protected: Protected, at: int, column: str) -> Figure:
    """Return the figure in one row and column of a protected aggregate."""
    value, hidden = protected.figures(column)[at]
    missing = hidden or words.is_missing(value)
    return Figure(None if missing else value, hidden, protected.aggregate.measure(column))


def label(protected: Protected, dimension: str, code: Any) -> str:
    """Return what a reader sees for a code of a dimension."""
    labels = protected.aggregate.labels.get(dimension, {})
    if str(code) in labels:
        return labels[str(code)]
    return "Total" if str(code) == "All" else words.code(code, dimension)


def ordered(protected: Protected, dimension: str) -> list[str]:
    """Return the codes of a dimension that the frame holds, as text, in the order to show them.

    Labelled codes come in the order of their labels, others as the frame has them, "All" last.
    """
    present = list(dict.fromkeys(_code(v) for v in protected.frame[dimension]))
    labels = list(protected.aggregate.labels.get(dimension, {}))
    known = [c for c in labels if c in present and c != "All"]
    others = [c for c in present if c not in known and c != "All"]
    return known + others + (["All"] if "All" in present else [])


def _code(value: Any) -> str:
    return "" if words.is_missing(value) else str(value)


def codes(protected: Protected, dimension: str) -> pd.Series:
    """Return a dimension's column as text; "" where it is missing."""
    return protected.frame[dimension].map(_code).astype("object")

"""A table as an outsider reads it: labels, figures, marks, and which rows are totals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

HIDDEN_MARKS = {"[c]", "c"}  # of the Government Analysis Function, and as the DfE has it
YEAR = re.compile(r"(?:,?\s*\b(?:january|jan)\s+)?\b((?:19|20)\d\d(?:[-/]\d\d)?)\b", re.IGNORECASE)
TOTAL = re.compile(r"(?:all|total)\b.*", re.IGNORECASE)
NUMBER = re.compile(r"[+−-]?£?\d[\d,]*(?:\.\d+)?%?")
NO_COUNT = ("£", "%", "per ", "percentage", "hours", "days", "share", "rate", "mean", "median")

Kind = Literal["count", "ratio"]


@dataclass(frozen=True)
class Figure:
    """One cell of figures: its value, whether it is hidden, and the half-width of its rounding."""

    value: float | None = None
    hidden: bool = False
    half: float = 0.0


@dataclass(frozen=True)
class Column:
    """A column of figures.

    Attributes:
        name: What it measures, its years taken out, in lower case.
        labels: Years and groups that its heading names, as (dimension, label).
        kind: `count` for whole numbers of people, `ratio` for anything else.
        is_money: Whether its figures are in £.
    """

    name: str
    labels: tuple[tuple[str, str], ...]
    kind: Kind
    is_money: bool = False


@dataclass(frozen=True)
class Table:
    """A table of a published file.

    Attributes:
        where: The file and the caption.
        rows: For each row its labels as (heading, label); totals are left out of them.
        columns: Its columns of figures.
        cells: Figures, row by row.
        caption_years: The years that the caption names.
    """

    where: str
    rows: tuple[tuple[tuple[str, str], ...], ...]
    columns: tuple[Column, ...]
    cells: tuple[tuple[Figure, ...], ...]
    caption_years: tuple[str, ...] = ()

    @property
    def counts(self) -> list[float]:
        """The counts of people that it shows."""
        return [
            found.value
            for row in self.cells
            for found, heading in zip(row, self.columns, strict=True)
            if heading.kind == "count" and found.value is not None
        ]


def figure(text: str) -> Figure:
    """Return what a cell says; a cell that is no figure and no mark has no value."""
    plain = text.strip().replace("\u2060", "")
    if plain in HIDDEN_MARKS:
        return Figure(hidden=True)
    if not NUMBER.fullmatch(plain):
        return Figure()
    digits = re.sub(r"[£,%+]", "", plain).replace("−", "-")
    decimals = len(digits.partition(".")[2])
    return Figure(float(digits), half=0.5 * 10**-decimals)


def is_figure(text: str) -> bool:
    """Return whether a cell holds a figure or the mark of a hidden one."""
    found = figure(text)
    return found.hidden or found.value is not None


def years_of(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text without its years, in lower case, and the years."""
    years = tuple(m.group(1) for m in YEAR.finditer(text))
    rest = YEAR.sub(" ", text).replace("(people)", " ")
    return " ".join(rest.replace(",", " ").split()).lower(), years


def column(heading: str, group: str, unit: str, values: Sequence[Figure]) -> Column:
    """Return a column by its heading, the group above it, its unit and its figures."""
    name, years = years_of(heading)
    labels = [("year", y) for y in years]
    above, above_years = years_of(group)
    labels += [("year", y) for y in above_years]
    if above and not TOTAL.fullmatch(above):
        labels.append(("group", above))
    told = f"{heading} {unit}".lower()
    whole = all(v.value is None or float(v.value).is_integer() for v in values)
    is_count = whole and not any(word in told for word in NO_COUNT)
    return Column(name, tuple(labels), "count" if is_count else "ratio", "£" in told)


def row_labels(headings: Sequence[str], texts: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return the labels of a row, years as years, totals left out."""
    found = []
    for heading, text in zip(headings, texts, strict=True):
        if TOTAL.fullmatch(text.strip()):
            continue
        rest, years = years_of(text)
        found += [("year", y) for y in years]
        if rest:
            found.append((heading.strip().lower(), rest))
    return tuple(found)

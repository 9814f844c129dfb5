"""A table as text, before it is HTML or a sheet: headings, rows, and what stands under it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from toolkit.aggregate import Aggregate, Measure
from toolkit.show import words
from toolkit.show.disclosure import Protected
from toolkit.show.shown import codes, label, ordered


@dataclass(frozen=True)
class Heading:
    """The heading of a column.

    Attributes:
        text: What it says.
        unit: The unit of its figures, or "".
        group: What it shares with the columns beside it, or "".
        is_number: Whether its cells are figures.
        is_row_heading: Whether its cells name their rows.
    """

    text: str
    unit: str = ""
    group: str = ""
    is_number: bool = False
    is_row_heading: bool = False


@dataclass(frozen=True)
class GridCell:
    """One cell: what a reader sees, and the figure behind it where there is one to see."""

    text: str
    value: float | None = None
    hidden: bool = False


@dataclass(frozen=True)
class Grid:
    """A protected table as text.

    Attributes:
        headings: One for each column.
        rows: One tuple of cells for each row.
        totals: For each row whether it is a total.
        unit: What all figures are measured in, where the headings leave it out.
    """

    headings: tuple[Heading, ...]
    rows: tuple[tuple[GridCell, ...], ...]
    totals: tuple[bool, ...]
    unit: str = ""

    @property
    def marks(self) -> list[str]:
        """The marks for hidden and missing figures that occur in it."""
        texts = {cell.text for row in self.rows for cell in row}
        return [mark for mark in words.LEGEND if mark in texts]


def grid(
    protected: Protected,
    columns: Sequence[str] | None = None,
    across: str | None = None,
    sort: str | None = None,
) -> Grid:
    """Return a protected aggregate as a table.

    Args:
        protected: What to print.
        columns: Which columns, in which order; None prints all. The count that a share rests
            on is added where it was not asked for.
        across: A dimension whose values become columns.
        sort: A measure to order the rows by, largest first, hidden and missing ones last.
    """
    dimensions, measures = _chosen(protected.aggregate, columns)
    if across:
        return _crossed(protected, [d for d in dimensions if d != across], measures, across)
    order = _order(protected, dimensions, sort)
    scales = _scales(protected, measures)
    headings = [Heading(words.name(d), is_row_heading=True) for d in dimensions]
    headings += [_heading(m, scales[m.column]) for m in measures]
    place = {d: codes(protected, d).tolist() for d in dimensions}
    rows = []
    for at in order:
        cells = [GridCell(label(protected, d, place[d][at])) for d in dimensions]
        cells += [_cell(protected, at, m, scales[m.column]) for m in measures]
        rows.append(tuple(cells))
    totals = tuple(any(place[d][at] == "All" for d in dimensions) for at in order)
    return Grid(tuple(headings), tuple(rows), totals)


def _chosen(aggregate: Aggregate, columns: Sequence[str] | None) -> tuple[list[str], list[Measure]]:
    """Return the dimensions and measures to print, with the base of each share."""
    if columns is None:
        return list(aggregate.dimensions), list(aggregate.measures)
    dimensions = [c for c in columns if c in aggregate.dimensions]
    dimensions += [d for d in aggregate.dimensions if d not in dimensions]
    wanted: dict[str, Measure] = {}
    for column in columns:
        if column in aggregate.dimensions:
            continue
        measure = aggregate.measure(column)
        wanted[column] = measure
        base = aggregate.measure(measure.rests_on[-1]) if measure.rests_on else None
        if measure.unit in ("%", "per 1,000", "£ per plan") and base is not None:
            wanted.setdefault(base.column, base)
    return dimensions, list(wanted.values())


def _order(protected: Protected, dimensions: Sequence[str], sort: str | None = None) -> list[int]:
    """Return the places of the rows in the order of their labels, the first dimension first.

    Where a measure is given: by it, the largest first, what is hidden or missing last.
    """
    ranks = []
    for dimension in dimensions:
        place = {c: i for i, c in enumerate(ordered(protected, dimension))}
        ranks.append([place[c] for c in codes(protected, dimension)])
    order = sorted(range(len(protected.frame)), key=lambda at: [rank[at] for rank in ranks])
    if sort is None:
        return order
    by = [v for v, _ in protected.figures(sort)]
    known = [at for at in order if not words.is_missing(by[at])]
    return sorted(known, key=lambda at: by[at], reverse=True) + [
        at for at in order if words.is_missing(by[at])
    ]


def _scales(protected: Protected, measures: Sequence[Measure]) -> dict[str, words.Scale | None]:
    return {m.column: _scale([v for v, _ in protected.figures(m.column)], m) for m in measures}


def _scale(values: list[Any], measure: Measure) -> words.Scale | None:
    """Return how a column is written; £ to the pound, so that the columns of a table add up."""
    if measure.unit == "text":
        return None
    if measure.unit == "£" and measure.decimals is None:
        measure = replace(measure, decimals=0)
    return words.scale(values, measure)


def _heading(measure: Measure, scale: words.Scale | None, group: str = "") -> Heading:
    if scale is None:
        return Heading(measure.label, group=group)
    return Heading(measure.label, scale.unit, group, is_number=True)


def _cell(protected: Protected, at: int, measure: Measure, scale: words.Scale | None) -> GridCell:
    value, hidden = protected.figures(measure.column)[at]
    if hidden:
        return GridCell(words.HIDDEN, hidden=True)
    if scale is None:
        return GridCell("" if words.is_missing(value) else str(value))
    if words.is_missing(value):
        return GridCell(words.MISSING)
    sign = "+" if measure.unit == "pp" and words.half_up(value, scale.decimals) > 0 else ""
    return GridCell(sign + scale.text(value), float(value))


def _crossed(
    protected: Protected, dimensions: list[str], measures: list[Measure], across: str
) -> Grid:
    """Return a table in which the values of one dimension stand side by side."""
    tops = ordered(protected, across)
    scales = _scales(protected, measures)
    headings = [Heading(words.name(d), is_row_heading=True) for d in dimensions]
    headings += [_crossed_heading(protected, across, top, m, scales, len(measures) > 1)
                 for top in tops for m in measures]  # fmt: skip
    place = {d: codes(protected, d).tolist() for d in [*dimensions, across]}
    at: dict[tuple[str, ...], dict[str, int]] = {}
    for row in _order(protected, dimensions):
        key = tuple(place[d][row] for d in dimensions)
        at.setdefault(key, {})[place[across][row]] = row
    rows = []
    for key, found in at.items():
        cells = [GridCell(label(protected, d, c)) for d, c in zip(dimensions, key, strict=True)]
        for top in tops:
            for m in measures:
                cells.append(
                    _cell(protected, found[top], m, scales[m.column])
                    if top in found
                    else GridCell(words.MISSING)
                )
        rows.append(tuple(cells))
    totals = tuple("All" in key for key in at)
    return Grid(tuple(headings), tuple(rows), totals, _one_unit(measures, scales))


def _one_unit(measures: Sequence[Measure], scales: Mapping[str, words.Scale | None]) -> str:
    """Return what the figures are, where one measure fills the table and no heading names it."""
    scale = scales[measures[0].column]
    if len(measures) > 1 or scale is None:
        return ""
    label = measures[0].label
    return f"{label}, {scale.unit}" if scale.unit and scale.unit not in label else label


def _crossed_heading(
    protected: Protected,
    across: str,
    top: str,
    measure: Measure,
    scales: Mapping[str, words.Scale | None],
    is_grouped: bool,
) -> Heading:
    name, scale = label(protected, across, top), scales[measure.column]
    if is_grouped:
        return _heading(measure, scale, group=name)
    return Heading(name, is_number=scale is not None)

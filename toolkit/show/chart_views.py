"""Charts as views: the marks there are, and what each of their channels means.

Channels of a chart:

aggregate: What to draw.
mark: `line`, `bar`, `stacked`, `waterfall`, `dot`, `scatter`, `heatmap` (a cell for
    each x and colour, in steps of one hue), `tiles` (a tile map of areas), `funnel`
    (a rate beside its base, between limits) or `range` (a figure within the range of
    others, one row each).
x: For a line, a stack or a heat map the dimension along the bottom; for a bar, a dot,
    a range or a waterfall the dimension of its categories; for tiles the dimension
    that names the areas; for a scatter or a funnel a measure.
y: The measure to draw.
colour: The dimension that the lines or the parts of a stack stand for; for a scatter
    or a funnel the dimension that names the points; for a heat map that of its rows.
facet: A dimension that gives each of its values a panel.
low: The measure of the lower end of a range, with `high` the upper end. For a funnel
    the outer limits; for `range` the lowest and the highest of the others.
high: See `low`.
inner: The measures of the ends of a narrower range within: (low, high). For a fan the
    80% range within the 95% range, for a funnel the inner limits.
since: For a line, the last recorded value of x: a rule stands there with the word
    "forecast", and the lines are dashed after it.
middle: For `range` the measure of the middle of the others, as their median; for a
    funnel the rate of all together.
against: For `range` a measure to stand against, as England's figure.
column: For tiles the measure that says in which column a tile stands, from the left.
row: For tiles the measure that says in which row a tile stands, from the top.
steps: For a waterfall over the columns of one row, its measures in order; the first
    and the last are levels, the others changes.
levels: For a waterfall over rows, the codes of `x` that are levels; left empty, the
    first and the last are.
highlight: Codes of `colour` (of `x` for bars, dots, ranges and tiles) to bring
    forward; the others go grey. On tiles the first has a thick outline and the others
    a thin one.
where: Which rows: for a dimension, its value or a list of values.
order: Bars, dots and ranges by `value`, largest first, or in the order of their
    `labels`.
scales: For `range`: all rows on `one` axis, or `each` row from its own lowest to its
    own highest, where rows are measures that cannot share an axis.
title: The finding, as a template in words with `{name}` for a cell.
cells: The cells, or words, that the title names.
note: A footnote.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

from toolkit.aggregate import Aggregate, Cell
from toolkit.show.views import View, known_columns, references

# fmt: off
Mark = Literal[
    "line", "bar", "stacked", "waterfall", "dot", "scatter", "heatmap", "tiles", "funnel", "range",
]
# fmt: on
NEEDS: Mapping[str, tuple[str, ...]] = {  # channels that a mark cannot do without
    "heatmap": ("x", "y", "colour"),
    "tiles": ("x", "y", "column", "row"),
    "funnel": ("x", "y", "colour", "low", "high"),
    "range": ("x", "y", "low", "high"),
}


def chart_view(  # noqa: PLR0913  (each is a channel of the drawing)
    aggregate: Aggregate,
    *,
    mark: Mark,
    x: str | None = None,
    y: str | None = None,
    colour: str | None = None,
    facet: str | None = None,
    low: str | None = None,
    high: str | None = None,
    inner: Sequence[str] = (),
    since: object = None,
    middle: str | None = None,
    against: str | None = None,
    column: str | None = None,
    row: str | None = None,
    steps: Sequence[str] = (),
    levels: Sequence[str] = (),
    highlight: Sequence[str] = (),
    where: Mapping[str, object] | None = None,
    order: Literal["value", "labels"] = "value",
    scales: Literal["one", "each"] = "one",
    title: str = "",
    cells: Mapping[str, Cell | str] | None = None,
    note: str = "",
) -> View:
    """Return a chart of an aggregate; its channels are explained at the head of this module."""
    picks = {k: _texts(v) for k, v in (where or {}).items()}
    channels = {"x": x, "y": y, "colour": colour, "facet": facet, "low": low, "high": high}
    channels |= {"middle": middle, "against": against, "column": column, "row": row}
    _check(mark, channels, steps, inner)
    named = [*channels.values(), *inner, *steps, *picks]
    known_columns(aggregate, [c for c in named if c])
    aggregates = [aggregate]
    spec: dict[str, Any] = {
        **{"mark": mark, **channels, "where": picks, "inner": list(inner)},
        **{"since": None if since is None else str(since), "scales": scales},
        **{"steps": list(steps), "levels": list(levels), "highlight": _texts(highlight)},
        **{"order": order, "note": note, "title": title},
        "cells": references(cells or {}, aggregates, title),
    }
    return View("chart", tuple(aggregates), spec)


def _check(
    mark: str, channels: Mapping[str, str | None], steps: Sequence[str], inner: Sequence[str]
) -> None:
    """Refuse a mark that is none, and one without the channels that it needs."""
    if mark not in get_args(Mark):
        raise ValueError(f"'{mark}' is no mark; known: {', '.join(get_args(Mark))}.")
    if not steps and not (channels["x"] and channels["y"]):
        raise ValueError("A chart needs x and y, or for a waterfall steps.")
    if missing := [c for c in NEEDS.get(mark, ()) if not channels[c]]:
        raise ValueError(f"A chart of the mark '{mark}' needs {', '.join(missing)} as well.")
    if len(inner) not in (0, 2) or (inner and not channels["low"]):
        raise ValueError("inner is a pair of measures, low and high, within the range low to high.")


def _texts(value: object) -> list[str]:
    """Return one value, or several, as the texts of their codes."""
    many = value if isinstance(value, (list, tuple, set, frozenset)) else [value]
    return [str(v) for v in many]

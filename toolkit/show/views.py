"""Views: what a notebook shows, as data. A release protects it and draws it again.

A view holds raw aggregates and how to draw them, never a formatted number. Its JSON form
stays in the area's private folder; only `show.draw(view, mask, ids)` makes what leaves.
"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from markupsafe import Markup

from toolkit.aggregate import Aggregate, Cell
from toolkit.errors import DisclosureError
from toolkit.evidence import Finding
from toolkit.show import drawing, templates, wire

MIME = "application/vnd.send-toolkit.view+json"
VERSION = 2
DATA_ALONE = "SEND_TOOLKIT_DATA_ALONE"  # a run sets it: it draws with the mask, once, at its end
Kind = Literal["table", "chart", "sentence", "finding", "left_out", "tree"]

_numbers = itertools.count(1)  # ids of working views; a page of a release brings its own


@dataclass(frozen=True, eq=False)
class View:
    """One thing to show.

    Attributes:
        kind: What it is; the drawing code is chosen by it.
        aggregates: All that it takes figures from, each once.
        spec: How to draw it, as plain JSON values; cells are references into `aggregates`.
    """

    kind: Kind
    # Out of the repr: a traceback or a print would show raw figures.
    aggregates: tuple[Aggregate, ...] = field(repr=False)
    spec: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Refuse anything but aggregates: a bare frame cannot be protected."""
        for aggregate in self.aggregates:
            if not isinstance(aggregate, Aggregate):
                raise DisclosureError(
                    f"a {type(aggregate).__name__} cannot be shown.",
                    where=f"show.{self.kind}",
                    remedy="Show the Aggregate that a function of toolkit.diagnose returns.",
                )

    def to_json(self) -> dict[str, Any]:
        """Return the view as plain JSON values, raw figures included."""
        return {
            "version": VERSION,
            "kind": self.kind,
            "aggregates": [wire.aggregate_to_json(a) for a in self.aggregates],
            "spec": json.loads(json.dumps(dict(self.spec), allow_nan=False)),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> View:
        """Return the view that `to_json` wrote; DisclosureError where it is no such thing."""
        if data.get("version") != VERSION or data.get("kind") not in get_args(Kind):
            raise DisclosureError(
                "an output is no view of this version of the toolkit.",
                remedy="Run the notebook again, so that its outputs are made anew.",
            )
        aggregates = tuple(wire.aggregate_from_json(a) for a in data["aggregates"])
        return cls(data["kind"], aggregates, dict(data["spec"]))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Return what JupyterLab shows: a working view, and the JSON form beside it."""
        shown = {"text/plain": f"[{self.kind}]", MIME: self.to_json()}
        return shown if os.environ.get(DATA_ALONE) else {"text/html": str(working(self)), **shown}


def working(*views: View) -> Markup:
    """Return views together as a working view in HTML, with ids that no other one has."""
    return drawing.draw_working(views, f"w{next(_numbers)}")


def table_view(
    aggregate: Aggregate,
    caption: str,
    columns: Sequence[str] | None = None,
    note: str = "",
    *,
    across: str | None = None,
    sort: str | None = None,
) -> View:
    """Return a table of an aggregate.

    Args:
        aggregate: What to print.
        caption: What the table shows, in words.
        columns: Which columns, in which order; None prints all.
        note: A footnote.
        across: A dimension whose values become columns, as the years of a trend.
        sort: A measure to order the rows by, largest first. The order is that of the figures
            that a reader may see: hidden rows come last, in the order of their labels.
    """
    known_columns(aggregate, [*(columns or []), *(c for c in (across, sort) if c)])
    spec = {"caption": caption, "note": note, "across": across, "sort": sort}
    return View("table", _only(aggregate), {**spec, "columns": list(columns) if columns else None})


def sentence_view(template: str, cells: Mapping[str, Cell | str]) -> View:
    """Return a sentence whose `{name:format}` places stand for cells."""
    aggregates: list[Aggregate] = []
    spec = {"template": template, "cells": references(cells, aggregates, template)}
    return View("sentence", tuple(aggregates), spec)


def finding_view(finding: Finding) -> View:
    """Return a finding as a box: its sentence, range, base, source, method and outcome."""
    aggregates: list[Aggregate] = []
    spec: dict[str, Any] = {
        "cells": references(finding.cells, aggregates, finding.sentence),
        **{n: getattr(finding, n) for n in ("id", "stage", "sentence", "caution", "outcome")},
        **{n: getattr(finding, n) for n in ("criterion", "priority")},
    }
    for name in ("value", "low", "high", "base"):
        cell = getattr(finding, name)
        spec[name] = None if cell is None else _reference(cell, aggregates)
    return View("finding", tuple(aggregates), spec)


def left_out_view(title: str, missing: Sequence[str], files: Sequence[str]) -> View:
    """Return a note that a section is left out: what is missing, and what would fill it."""
    spec = {"title": title, "missing": list(missing), "files": list(files)}
    return View("left_out", (), spec)


def tree_view(  # noqa: PLR0913  (each is a level of the tree)
    aggregate: Aggregate,
    *,
    by: str,
    value: str,
    parts: Sequence[str] = (),
    changes: Mapping[str, str] | None = None,
    where: Mapping[str, object] | None = None,
    title: str = "",
    cells: Mapping[str, Cell | str] | None = None,
    note: str = "",
) -> View:
    """Return a tree of drivers: a total, the factors that make it, and each again by group.

    Args:
        aggregate: Has a row "All" of the dimension `by`, and a row for each of its groups.
        by: The dimension that the total splits into, as in "provision".
        value: The measure at the root, as in "spend".
        parts: The measures whose product it is, as in ("plans", "unit_cost").
        changes: For a measure, the measure that says how it changed.
        where: Filters for the other dimensions, as in {"year": 2025}.
        title: The finding, as a template.
        cells: The cells that the title names.
        note: A footnote.
    """
    named = [by, value, *parts, *(changes or {}), *(changes or {}).values(), *(where or {})]
    known_columns(aggregate, named)
    aggregates = list(_only(aggregate))
    spec = {
        **{"by": by, "value": value, "parts": list(parts), "changes": dict(changes or {})},
        **{"where": {k: str(v) for k, v in (where or {}).items()}, "title": title, "note": note},
        "cells": references(cells or {}, aggregates, title),
    }
    return View("tree", tuple(aggregates), spec)


def _only(aggregate: Aggregate) -> tuple[Aggregate, ...]:
    return (aggregate,)


def known_columns(aggregate: Aggregate, columns: Sequence[str]) -> None:
    """Refuse a column that is neither a dimension nor a measure."""
    if not isinstance(aggregate, Aggregate):
        return  # View says it better
    known = [*aggregate.dimensions, *(m.column for m in aggregate.measures)]
    for column in columns:
        if column not in known:
            raise ValueError(f"'{column}' is no column here; known: {', '.join(known)}.")


def references(
    cells: Mapping[str, Cell | str], aggregates: list[Aggregate], template: str
) -> dict[str, Any]:
    """Return cells as references, and add their aggregates to the list."""
    templates.check(template, cells)
    return {name: _reference(cell, aggregates) for name, cell in cells.items()}


def _reference(cell: Cell | str, aggregates: list[Aggregate]) -> Any:
    if isinstance(cell, str):
        return {"text": cell}
    if not isinstance(cell, Cell):
        raise DisclosureError(
            f"a {type(cell).__name__} stands where a cell should.",
            remedy="Name the figure with aggregate.cell(column, ...), so that it is protected.",
        )
    if not any(cell.aggregate is a for a in aggregates):
        aggregates.append(cell.aggregate)
    at = next(i for i, a in enumerate(aggregates) if a is cell.aggregate)
    return {"aggregate": at, "column": cell.column, "filters": [list(f) for f in cell.filters]}

"""Trees of drivers: what a total is made of, as a nested list that anybody can follow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from toolkit.show import words
from toolkit.show.disclosure import Protected
from toolkit.show.markup import join, tag
from toolkit.show.sentences import marks_in
from toolkit.show.shown import Shown, codes, figure, label, ordered
from toolkit.show.tables import footnotes


def draw_tree(shown: Shown, ids: str) -> Markup:
    """Return a tree view as a figure: boxes for the eye, a nested list for the ear.

    The list is the drawing: its boxes and lines are style, so that both say the same, at any
    width, in print and in greyscale.
    """
    spec, protected = shown.spec, shown.protected[0]
    title = shown.fill(spec["title"], spec["cells"])
    root = _row(protected, spec, "All")
    factors = [tag("li", _box(protected, root, c, spec)) for c in spec["parts"]]
    groups = [
        tag("li", _group(protected, _row(protected, spec, code), spec, code))
        for code in ordered(protected, spec["by"])
        if code != "All" and _row(protected, spec, code) is not None
    ]
    body = tag(
        "ul",
        tag(
            "li",
            _box(protected, root, spec["value"], spec),
            _level("is the product of", factors, "st-factors"),
            _level(f"and the sum of, by {words.name(spec['by']).lower()}", groups, "st-groups"),
        ),
        class_="st-tree",
        aria_labelledby=f"{ids}-heading",
    )
    name = title or protected.aggregate.measure(spec["value"]).label
    notes = [spec["note"]]
    return tag(
        "figure",
        tag("figcaption", tag("p", name, class_="st-title", id=f"{ids}-heading")),
        body,
        marks_in(str(body)),
        footnotes(notes, [protected.aggregate]),
        class_="st-figure",
        aria_labelledby=f"{ids}-heading",
    )


def _level(words_: str, items: list[Markup], css: str) -> Markup | None:
    if not items:
        return None
    return join([tag("p", words_, class_="st-joins"), tag("ul", *items, class_=css)])


def _row(protected: Protected, spec: Mapping[str, Any], code: str) -> int | None:
    """Return the number of the row of a group; None where the tree has no such row."""
    wanted = {**spec["where"], spec["by"]: code}
    fits = pd.Series(True, index=protected.frame.index)
    for dimension, value in wanted.items():
        fits &= codes(protected, dimension) == value
    if fits.sum() > 1:
        raise ValueError(f"{wanted} fits {fits.sum()} rows of the tree: add filters to where.")
    return int(fits.to_numpy().argmax()) if fits.any() else None


def _group(protected: Protected, at: int | None, spec: Mapping[str, Any], code: str) -> Markup:
    """Return the box of one group: its name, its figure, and its own factors."""
    name = tag("b", label(protected, spec["by"], code), class_="st-node-name")
    parts = [_figures(protected, at, c, spec) for c in (spec["value"], *spec["parts"])]
    return tag("div", name, *parts, class_="st-node")


def _box(protected: Protected, at: int | None, column: str, spec: Mapping[str, Any]) -> Markup:
    return tag("div", _figures(protected, at, column, spec), class_="st-node st-main")


def _figures(protected: Protected, at: int | None, column: str, spec: Mapping[str, Any]) -> Markup:
    """Return a measure of a row in words: its name, its figure, and how it changed."""
    measure = protected.aggregate.measure(column)
    value = words.MISSING if at is None else figure(protected, at, column).text
    change = spec["changes"].get(column)
    said = None
    if change and at is not None:
        shown = figure(protected, at, change)
        said = tag("span", _change(shown.write("change")), class_="st-change")
    return tag(
        "p",
        tag("span", f"{measure.label}: ", class_="st-measure"),
        tag("span", value, class_="st-figure-value"),
        join([" ", said]) if said else None,
    )


def _change(text: str) -> str:
    return f"({text})"

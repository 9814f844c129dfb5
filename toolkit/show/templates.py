"""Templates of sentences: plain text in which `{name}` or `{name:format}` stands for a cell."""

from __future__ import annotations

import string
from collections.abc import Collection, Iterator
from dataclasses import dataclass

FORMATS = {
    "": "the figure with its unit: 1,234, 54%, £1.2 million",
    "plain": "the figure without its unit or sign: 54",
    "size": "the figure with its unit, without its sign: £1.2 million",
    "signed": "the figure with its unit and its sign: +54%",
    "change": "what a change did: grew by 54%, fell by 3%, did not change",
    "direction": "which way a change went: up, down, unchanged",
    "than": "how a difference compares: higher than, lower than, the same as",
    "than_by": "the same with its size: 3 percentage points higher than",
    "more": "a difference in people: 12 more, 3 fewer, the same number",
}


@dataclass(frozen=True)
class Piece:
    """A stretch of text, and the cell that follows it; `name` is "" at the end."""

    text: str
    name: str = ""
    format: str = ""


def pieces(template: str) -> Iterator[Piece]:
    """Yield the pieces of a template, in order.

    Raises:
        ValueError: It has unbalanced braces, or a place that is more than a name and a format.
    """
    try:
        parsed = list(string.Formatter().parse(template))
    except ValueError:
        raise ValueError(f"'{template}' has a brace without its pair.") from None
    for text, name, spec, conversion in parsed:
        if name is None:
            yield Piece(text)
            continue
        if not name.isidentifier() or conversion or "{" in (spec or ""):
            raise ValueError(f"'{{{name}}}' in '{template}' is not the plain name of a cell.")
        yield Piece(text, name, spec or "")


def check(template: str, names: Collection[str]) -> str:
    """Return the template; ValueError where it and the cells that were given do not match."""
    places = [p for p in pieces(template) if p.name]
    used = {p.name for p in places}
    if missing := sorted(used - set(names)):
        raise ValueError(f"'{template}' names {missing}, which were not given.")
    if unused := sorted(set(names) - used):
        raise ValueError(f"'{template}' does not name {unused}, which were given.")
    for piece in places:
        if piece.format not in FORMATS:
            known = ", ".join(f for f in FORMATS if f)
            raise ValueError(f"'{piece.format}' is no format of a sentence; known: {known}.")
    return template

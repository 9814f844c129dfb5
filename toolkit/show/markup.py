"""HTML as text: every element is made here, and every text in it is escaped here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from markupsafe import Markup, escape

VOID = frozenset({"br", "col", "hr"})
OPEN, END, CLOSE, EQUALS, QUOTE = map(Markup, ("<", "</", ">", '="', '"'))


def tag(name: str, *children: Any, **attributes: Any) -> Markup:
    """Return an element. Text and attributes are escaped; only Markup passes as it is.

    An attribute's trailing underscore falls away (`class_`), others become hyphens
    (`aria_label`); one that is None or False is left out, True stands without a value.
    """
    known = [(k, v) for k, v in attributes.items() if v is not None and v is not False]
    start = join([OPEN, Markup(_plain_name(name)), *(_attribute(k, v) for k, v in known), CLOSE])  # noqa: S704
    if name in VOID:
        return start
    return join([start, *children, END, Markup(_plain_name(name)), CLOSE])  # noqa: S704


def _attribute(key: str, value: Any) -> Markup:
    name = Markup(" " + _plain_name(key.rstrip("_").replace("_", "-")))  # noqa: S704
    return name if value is True else join([name, EQUALS, clean(value), QUOTE])


def _plain_name(name: str) -> str:
    """Return a name of an element or an attribute; ValueError where it is more than a name."""
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        raise ValueError(f"'{name}' is no name of an element or an attribute.")
    return name


def join(children: Iterable[Any]) -> Markup:
    """Return children one after another, escaped; None is left out."""
    return Markup("").join(clean(child) for child in children if child is not None)


def clean(text: Any) -> Markup:
    """Return a text escaped, without the control characters that no document may hold."""
    if isinstance(text, Markup):
        return text
    return escape(plain(str(text)))


def plain(text: str) -> str:
    """Return a text without control characters and lone surrogates; a tab becomes a space."""
    spaced = text.replace("\t", " ").replace("\r", " ")
    return "".join(c for c in spaced if c == "\n" or _is_allowed(ord(c)))


def _is_allowed(point: int) -> bool:
    """Return whether XML 1.0 lets a character stand in a document (2.2 Characters)."""
    return (
        0x20 <= point < 0x7F
        or 0xA0 <= point < 0xD800
        or 0xE000 <= point < 0xFFFE
        or (point >= 0x10000)
    )

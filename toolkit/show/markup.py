"""HTML as text: every element is made here, and every text in it is escaped here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from markupsafe import Markup, escape

VOID = frozenset({"br", "col", "hr"})
# What XML 1.0 lets no document hold (2.2 Characters), a line break apart.
FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def tag(name: str, *children: Any, **attributes: Any) -> Markup:
    """Return an element. Text and attributes are escaped; only Markup passes as it is.

    An attribute's trailing underscore falls away (`class_`), others become hyphens
    (`aria_label`); one that is None or False is left out, True stands without a value.
    """
    known = [(k, v) for k, v in attributes.items() if v is not None and v is not False]
    start = f"<{_plain_name(name)}{''.join([_attribute(k, v) for k, v in known])}>"
    if name in VOID:
        return Markup(start)  # noqa: S704
    return Markup(f"{start}{join(children)}</{name}>")  # noqa: S704


def _attribute(key: str, value: Any) -> str:
    name = _plain_name(key.rstrip("_").replace("_", "-"))
    return f" {name}" if value is True else f' {name}="{clean(value)}"'


@cache
def _plain_name(name: str) -> str:
    """Return a name of an element or an attribute; ValueError where it is more than a name."""
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        raise ValueError(f"'{name}' is no name of an element or an attribute.")
    return name


def join(children: Iterable[Any]) -> Markup:
    """Return children one after another, escaped; None is left out."""
    return Markup("".join([clean(child) for child in children if child is not None]))  # noqa: S704


def clean(text: Any) -> Markup:
    """Return a text escaped, without the control characters that no document may hold."""
    if isinstance(text, Markup):
        return text
    return escape(plain(str(text)))


def plain(text: str) -> str:
    """Return a text without control characters and lone surrogates; a tab becomes a space."""
    return FORBIDDEN.sub("", text.replace("\t", " ").replace("\r", " "))

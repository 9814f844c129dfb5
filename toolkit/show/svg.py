"""Altair charts as SVG that stands in any page: no script, no link, one name for a reader."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element, tostring

import vl_convert
from defusedxml.ElementTree import fromstring
from markupsafe import Markup

from toolkit.errors import DisclosureError
from toolkit.show import canvas, fonts, palette
from toolkit.show.layout import Size
from toolkit.show.markup import plain

NAMESPACE = "{http://www.w3.org/2000/svg}"
ELEMENTS = frozenset(
    {"svg", "g", "path", "rect", "line", "circle", "text", "tspan", "defs", "clipPath"}
)
ATTRIBUTES = frozenset(
    {
        *("d", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height", "dx", "dy"),
        *("transform", "viewBox", "fill", "fill-opacity", "opacity", "clip-path", "id"),
        *("stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linecap"),
        *("stroke-linejoin", "stroke-miterlimit", "font-family", "font-size", "font-weight"),
        *("font-style", "text-anchor", "dominant-baseline", "display"),
    }
)


def to_svg(chart: canvas.Drawing, ids: str, size: Size, title: str, description: str) -> Markup:
    """Return a chart as an SVG element.

    Args:
        chart: What to draw.
        ids: What its ids start with; no two drawings of a page may share it.
        size: How wide it is meant to be; its name is in the class.
        title: Its name.
        description: Its alt text.
    """
    drawn = _drawn(json.dumps(_cleaned(chart.to_dict()), allow_nan=False))
    root = fromstring(drawn, forbid_dtd=True)
    _strip(root)
    _rename_ids(root, ids)
    _name(root, ids, size, title, description)
    return Markup(tostring(root, encoding="unicode", short_empty_elements=True))  # noqa: S704


@lru_cache(maxsize=64)  # a chapter of a report draws what the whole report has drawn
def _drawn(spec: str) -> str:
    """Return what the library draws of a specification."""
    fonts.use_own()
    return str(vl_convert.vegalite_to_svg(spec))


def _cleaned(spec: Any) -> Any:
    """Return a specification without control characters: a NUL in a name ends the process."""
    if isinstance(spec, str):
        return plain(spec)
    if isinstance(spec, dict):
        return {key: _cleaned(value) for key, value in spec.items()}
    return [_cleaned(value) for value in spec] if isinstance(spec, list) else spec


def _strip(element: Element) -> None:
    """Keep only what draws: Vega's labels hold raw values, and links and scripts have no place."""
    name = element.tag.removeprefix(NAMESPACE)
    if name not in ELEMENTS:
        raise DisclosureError(
            f"a chart holds an element '{name[:40]}' that draws nothing.",
            remedy="Draw it with the marks of toolkit.show alone.",
        )
    element.tag = name
    for key in list(element.attrib):
        if key not in ATTRIBUTES:
            del element.attrib[key]
    if "font-family" in element.attrib:  # measured in one font, read in what the reader has
        element.set("font-family", palette.FONT)
    for child in list(element):
        _strip(child)
        if _draws_nothing(child):
            element.remove(child)


def _draws_nothing(element: Element) -> bool:
    if element.tag == "path":
        return not element.get("d") or element.get("display") == "none"
    return element.tag == "g" and len(element) == 0


def _rename_ids(root: Element, ids: str) -> None:
    """Give every id the prefix and a number of its own drawing, and every reference to it.

    Vega numbers its ids on and on through a run, so that a drawing would never be the same twice.
    """
    named = [own for element in root.iter() if (own := element.get("id"))]
    new = {own: f"{ids}-clip{at}" for at, own in enumerate(dict.fromkeys(named))}
    for element in root.iter():
        if own := element.get("id"):
            element.set("id", new[own])
        for key, value in element.attrib.items():
            if found := re.search(r"url\(['\"]?#([\w-]+)['\"]?\)", value):
                element.set(key, f"url(#{new[found[1]]})")


def _name(root: Element, ids: str, size: Size, title: str, description: str) -> None:
    # All drawings of one size share a width, so that their text is shown at one size.
    width, height = max(float(root.get("width", 0)), size.width), float(root.get("height", 0))
    root.attrib.clear()
    root.attrib.update(
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": f"chart-{size.name}",
            "role": "img",
            "aria-labelledby": f"{ids}-title {ids}-desc",
            "viewBox": f"0 0 {width:g} {height:g}",
            "width": "100%",
            "preserveAspectRatio": "xMinYMin meet",
        }
    )
    for at, (name, text) in enumerate((("title", title), ("desc", description))):
        named = Element(name, {"id": f"{ids}-{name}"})
        named.text = plain(text)
        root.insert(at, named)

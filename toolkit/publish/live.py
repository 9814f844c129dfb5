"""What in a page would run or would ask the network for something: none of it may leave.

Read with a parser, since string matching misses what a browser does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

REFUSED = {
    *("script", "iframe", "object", "embed", "applet", "form", "base", "link", "frame"),
    *("frameset", "portal", "foreignobject", "audio", "video", "source", "track"),
    *("animate", "set"),  # SVG animations can set an address
}
ADDRESSES = {
    *("href", "src", "xlink:href", "srcset", "action", "formaction", "data", "poster"),
    *("background", "cite", "longdesc", "ping", "manifest", "srcdoc"),
}
UNENDING = {"style", "title", "textarea"}  # to a browser the stroke in <style/> is nothing
HARMLESS_META = ("", "content-security-policy")
FILE = r"[\w-]+(?:\.[\w-]+)*\.(?:html|json|xlsx|docx|csv)"
INSIDE = re.compile(
    rf"#[\w.:-]*|(?:[\w-]+/)?{FILE}(?:#[\w.:-]*)?"
)  # the index of a batch links down
IMAGE = re.compile(r"data:image/(?:png|jpeg|gif);base64,[A-Za-z0-9+/=\s]+")
STYLE_REQUEST = re.compile(r"@import|expression\s*\(|url\(\s*['\"]?(?!#|data:image/png)", re.I)

# Most tags of a page are of a drawing or a table, and hold nothing that could do anything: no
# address, no handler, no entity. They are passed over, and a page is read three times as quick.
HARMLESS = (
    "svg g path rect line circle text tspan defs table thead tbody tr th td caption "
    "p b span div section dl dt dd ul li h2 h3 code"
)
PLAIN = (
    "d x y x1 y1 x2 y2 cx cy r dx dy width height transform opacity class id scope role colspan "
    "stroke stroke-width stroke-opacity stroke-dasharray stroke-linecap stroke-linejoin "
    "stroke-miterlimit fill-opacity font-family font-size font-weight text-anchor"
)
_TAG, _NAME = ("|".join(names.split()) for names in (HARMLESS, PLAIN))
_START = rf"""<(?:{_TAG})(?: (?:{_NAME})="[^"&<>:]*"| fill="[^"&<>:(]*")* ?/?>"""
_END = rf"</(?:{_TAG})>"
# What follows, up to the next tag that may do something, is passed over with it: outside a
# style, text does nothing. Possessive: a long page is never gone through twice.
STARTS = re.compile(rf"{_START}(?:[^<]++|{_START}|{_END})*+", re.ASCII)
ENDS = re.compile(rf"{_END}(?:[^<]++|{_START}|{_END})*+", re.ASCII)


class _Reader(HTMLParser):
    """Collects the kinds of live content of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, None] = {}  # in the order found, each once
        self._in_style = False

    def parse_starttag(self, i: int) -> int:
        """Return where a tag ends; pass over one that holds nothing, and more of them after it."""
        harmless = STARTS.match(self.rawdata, i)
        if harmless is None:
            return super().parse_starttag(i)
        self._in_style = False
        return harmless.end()

    def parse_endtag(self, i: int) -> int:
        """Return where a tag ends, as above."""
        harmless = ENDS.match(self.rawdata, i) if self.cdata_elem is None else None
        return super().parse_endtag(i) if harmless is None else harmless.end()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        if tag in REFUSED:
            self.found[f"a <{tag}>"] = None
        # One by one: of two of a name a browser takes the first, and a dict would hold the last.
        for name, value in attrs:
            self._attribute(name, value or "")
            if (tag, name) == ("meta", "http-equiv") and (value or "").lower() not in HARMLESS_META:
                self.found["a redirect"] = None

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)
        if tag in UNENDING:
            self.found["an element that a browser does not end where it seems to"] = None

    def handle_endtag(self, tag: str) -> None:
        if tag == "style":
            self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style and STYLE_REQUEST.search(data):
            self.found["a style that asks the network"] = None
        if self._in_style and "<" in data:  # in a drawing a browser takes it for a tag
            self.found["a tag within a style"] = None

    def handle_comment(self, data: str) -> None:
        self._hidden()

    def handle_pi(self, data: str) -> None:
        if not data.startswith("xml "):  # as each part of a workbook begins
            self._hidden()

    def unknown_decl(self, data: str) -> None:
        self._hidden()

    def _hidden(self) -> None:
        """Note what nobody sees, and what browsers end at another place than this parser."""
        self.found["a comment"] = None

    def _attribute(self, name: str, value: str) -> None:
        squeezed = re.sub(r"[\s\x00-\x20]+", "", value).lower()
        if name.startswith("on"):
            self.found["an event handler"] = None
        if squeezed.startswith(("javascript:", "vbscript:")):
            self.found["a script address"] = None
        elif name in ADDRESSES and not (INSIDE.fullmatch(value) or IMAGE.fullmatch(value)):
            self.found["an address outside the report"] = None
        if name in ("style", "filter", "fill", "clip-path", "mask") and STYLE_REQUEST.search(value):
            self.found["a style that asks the network"] = None


def found_in(page: str) -> Iterator[str]:
    """Yield the kinds of live content of a page, each once."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    found = dict(reader.found)
    if "<script" in page.lower():
        found["a <script>"] = None
    yield from found

"""The words of a notebook as HTML: no raw HTML, no script, no address that asks the network.

Links go to a heading of the page or to another report of the release. Other addresses are
printed, since a reader may be offline, and a printed page has no links.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from html import escape, unescape
from typing import Any

import mistune

LEFT_OUT = ("# ", "**Question", "**Needs", "**Gives")  # said by the page's own header
FENCE = re.compile(r"\s{0,3}(```|~~~)")
INSIDE = re.compile(r"([\w.-]+\.html)?(#[\w.:-]+)?")
ADDRESS = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """A stretch of a notebook's words: a section's title, or "" before the first, and the rest."""

    title: str
    text: str


def parts(source: str) -> list[Part]:
    """Return a markdown cell cut at its first- and second-level headings."""
    found: list[tuple[str, list[str]]] = [("", [])]
    fenced = False
    for line in source.splitlines():
        fenced = fenced != bool(FENCE.match(line))
        heading = None if fenced else re.match(r"#{1,2}\s+(.+?)\s*#*$", line)
        if heading:
            found.append((heading.group(1), []))
        else:
            found[-1][1].append(line)
    made = [Part(title, "\n".join(lines).strip()) for title, lines in found]
    return [part for part in made if part.title or part.text]


def without_header(source: str) -> str:
    """Return a notebook's first cell without what the page's header says already."""
    lines = source.splitlines()
    return "\n".join(line for line in lines if not line.startswith(LEFT_OUT)).strip()


class Ids:
    """Gives each heading of a page an id of its own, made from its words."""

    def __init__(self, taken: Collection[str] = ()) -> None:
        """Start with the ids that the page itself uses."""
        self._taken = set(taken)

    def of(self, title: str) -> str:
        """Return an id that no heading before it has."""
        plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
        base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "section"
        numbered: Iterator[str] = (f"{base}-{n}" if n > 1 else base for n in range(1, 10_000))
        made = next(name for name in numbered if name not in self._taken)
        self._taken.add(made)
        return made


class _Renderer(mistune.HTMLRenderer):
    """Mistune's renderer with escaping on, our headings, and links that stay inside."""

    def __init__(self, ids: Ids, pages: Collection[str]) -> None:
        super().__init__(escape=True)
        self._ids, self._pages = ids, pages

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        level = max(3, level)  # the page has the first level, its sections the second
        return f'<h{level} id="{self._ids.of(plain_text(text))}">{text}</h{level}>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        page = re.sub(r"\.ipynb(?=#|$)", ".html", url)
        inside = INSIDE.fullmatch(page)
        if page and inside and inside.group(1) in (None, *self._pages):
            return f'<a href="{escape(page)}">{text}</a>'
        if not ADDRESS.match(url):
            return text
        address = escape(ADDRESS.sub("", url).rstrip("/"))
        return text if plain_text(text).endswith(address) else f"{text} ({address})"

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return escape(plain_text(text))

    def block_code(self, code: str, info: str | None = None) -> str:
        return f'<pre tabindex="0"><code>{escape(code)}</code></pre>\n'


def renderer(ids: Ids, pages: Collection[str] = ()) -> Callable[[str], str]:
    """Return a function from markdown to HTML for one page.

    Args:
        ids: The ids that the page's headings take.
        pages: File names of the reports that links may go to.
    """
    markdown = mistune.create_markdown(
        renderer=_Renderer(ids, pages), plugins=["table", "strikethrough"]
    )
    numbers = itertools.count(1)
    return lambda source: _scrolling(str(markdown(source)), numbers)


def inline(text: str) -> str:
    """Return one line of markdown, such as a title, as HTML without a paragraph around it."""
    made = renderer(Ids())(text).strip()
    return made.removeprefix("<p>").removesuffix("</p>")


def plain_text(html: str) -> str:
    """Return the words of a piece of HTML, entities kept."""
    return re.sub(r"<[^>]*>", "", html)


def title_text(html: str) -> str:
    """Return a title as plain characters, for a place that escapes them itself."""
    return unescape(plain_text(html))


def _scrolling(html: str, numbers: Iterator[int]) -> str:
    """Let a wide table scroll by itself, by keyboard too, so that the page never does."""

    def opened(_: re.Match[str]) -> str:
        label = f"Table {next(numbers)} in the text"  # a region needs a name of its own
        return f'<div class="scroll" role="region" tabindex="0" aria-label="{label}"><table>'

    return re.sub("<table>", opened, html).replace("</table>", "</table></div>")

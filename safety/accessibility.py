"""Section 6: every report read by axe, by keyboard, narrow, in grey, and on paper."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from safety.rows import Row
from tests.browser import chrome
from toolkit.intake import fictional
from toolkit.show import palette

RELEASE = (Path(__file__).parents[1] / "../shared/data/ees_ehcp_2025").resolve()
REAL = "867"  # Bracknell Forest
SHORTEST, LONGEST = 40, 400  # characters of an alternative text
APART = 1.3  # contrast in grey with which two areas or lines are told apart
CATEGORIES = {f"rgb({', '.join(str(int(c[i : i + 2], 16)) for i in (1, 3, 5))})"
              for c in palette.CATEGORIES}  # fmt: skip
NUMBER = r"(?<![\d.])\d+(?:\.\d+)?"
# How large a chart is, and how wide a range: words about it that no cell has.
SIZES = (r"\d+ (?:categories|panels|lines|points|rows|columns|groups|bars|areas)|\d+% range"
         r"|place \d+ of \d+")  # fmt: skip
STOPS = 600  # presses of Tab, more than any page has
# Every chart of a page: its words, its table, the colours of its marks, what else tells them.
CHARTS = """
() => [...document.querySelectorAll('figure')].filter(f => f.querySelector('svg')).map(f => {
  const svg = f.querySelector('svg');
  const marks = [...svg.querySelectorAll('path, rect, circle, line')].filter(e => {
    const box = e.getBoundingClientRect(); return box.width * box.height > 4 || box.width > 12; });
  const paint = e => { const s = getComputedStyle(e);
    return s.fill !== 'none' && s.fill !== 'rgba(0, 0, 0, 0)' ? s.fill : s.stroke; };
  return {
    alts: [...f.querySelectorAll('svg')].map(s => s.querySelector('desc')?.textContent || ''),
    named: [...f.querySelectorAll('svg')].every(s => s.getAttribute('role') === 'img' &&
      s.getAttribute('aria-labelledby').split(' ').every(id => document.getElementById(id))),
    table: [...f.querySelectorAll('table th, table td')].map(c => c.textContent).join(' | '),
    colours: [...new Set(marks.map(paint))],
    dashes: new Set(marks.map(e => getComputedStyle(e).strokeDasharray)).size,
    labels: [...svg.querySelectorAll('text')]
      .filter(e => parseInt(getComputedStyle(e).fontWeight) >= 600).length,
  }; })
"""
FOCUS = """
() => { const e = document.activeElement, s = getComputedStyle(e), b = e.getBoundingClientRect();
  const shown = (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2)
    || s.boxShadow !== 'none';
  e.dataset.reached = '1';
  return [e === document.body, shown && b.right > 0 && b.bottom > 0,
          e.textContent.trim().slice(0, 40)]; }
"""
REGIONS = """
() => [...document.querySelectorAll('main *')].filter(e => e.scrollWidth > e.clientWidth + 1
  && ['auto', 'scroll'].includes(getComputedStyle(e).overflowX)).map(e => e.dataset.reached || '')
"""


def rows(short: bool) -> Iterator[Row]:
    """Yield the lines of section 6."""
    with tempfile.TemporaryDirectory() as folder:
        pages = _pages(Path(folder), short)
        names = Counter(path.parent.name for path in pages)
        yield Row("reports and indexes looked at, by folder",
                  ", ".join(f"{n} {name}" for name, n in names.items()),
                  short or {"exampleshire", "batch"} < set(names))  # fmt: skip
        if not short and not RELEASE.is_dir():
            yield Row("one real LA", "not measured: no published release beside the project", False)
        with chrome.started() as browser:
            yield from _axe(browser, pages)
            yield from _keyboard(browser, pages)
            yield from _charts(browser, pages)
            yield _printed(browser, pages)


def _pages(home: Path, short: bool) -> list[Path]:
    """Return the pages of a fictional area, of a real one, and of a batch."""
    area = fictional.write_fictional_area(home / "areas" / "demo", plans=150 if short else 1000)
    only = ["--only", "10"] if short else []
    _toolkit("run", area, "--out", home / "out", *only)
    found = sorted((home / "out" / "exampleshire").glob("*.html"))
    if short:
        return found
    if RELEASE.is_dir():
        _toolkit("run", "--published", RELEASE, "--area", REAL, "--out", home / "real")
        found += sorted(p for p in (home / "real").glob("*/*.html"))
    _toolkit("batch", home / "areas", "--out", home / "batch", "--only", "01")
    return [*found, *sorted((home / "batch").glob("*.html"))]


def _toolkit(*words: object) -> None:
    command = [sys.executable, "-c", "from toolkit.cli import main; main()", *map(str, words)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603


def _axe(browser: Any, pages: Sequence[Path]) -> Iterator[Row]:
    """Yield what axe finds at both widths, and which pages scroll sideways."""
    wrong, unsure, sideways, seen = Counter[str](), Counter[str](), 0, 0
    for path in pages:
        for width in chrome.WIDTHS:
            page = chrome.visited(browser, path, width)
            chrome.unfold(page)
            sideways += page.evaluate("document.documentElement.scrollWidth") > width
            violations, open_ = chrome.faults(page)
            wrong += Counter(dict.fromkeys(violations, 1))
            unsure += Counter(rule for rule, _ in open_)
            seen += 1
            page.close()
    where = f"{seen} looks (1280 and 320 px)"
    yield Row("axe, wcag2a to 22aa and best-practice: violations",
              _told(wrong, where), not wrong and seen > 0)  # fmt: skip
    yield Row("axe: unreviewed 'incomplete', contrast settled by measuring what is seen",
              _told(unsure, where), not unsure and seen > 0)  # fmt: skip
    yield Row("pages that scroll sideways at 1280 or 320 px", f"{sideways} in {seen}",
              sideways == 0)  # fmt: skip


def _told(found: Counter[str], where: str) -> str:
    listed = ", ".join(f"{n} {rule}" for rule, n in found.items())
    return f"{found.total()} in {where}{': ' + listed if listed else ''}"


def _keyboard(browser: Any, pages: Sequence[Path]) -> Iterator[Row]:
    """Yield what a reader with a keyboard alone cannot reach or see."""
    skips, unseen, unreached, regions, stops = 0, 0, 0, 0, 0
    for path in pages:
        page = chrome.visited(browser, path, 320)
        chrome.unfold(page)
        for press in range(STOPS):
            page.keyboard.press("Tab")
            is_body, is_seen, text = page.evaluate(FOCUS)
            if is_body:
                break
            skips += press == 0 and text == "Skip to main content"
            stops += 1
            unseen += not is_seen
        reached = page.evaluate(REGIONS)
        regions += len(reached)
        unreached += reached.count("")
        page.close()
    yield Row("the first Tab reaches the skip link, in pages", f"{skips} of {len(pages)}",
              skips == len(pages))  # fmt: skip
    yield Row("stops of Tab at 320 px whose focus is not seen", f"{unseen} of {stops}",
              unseen == 0 < stops)  # fmt: skip
    yield Row("regions that scroll and cannot be reached by Tab", f"{unreached} of {regions}",
              unreached == 0)  # fmt: skip


def _charts(browser: Any, pages: Sequence[Path]) -> Iterator[Row]:
    """Yield what the charts lack for readers who do not see them, or see them in grey."""
    charts, lengths, twice, unnamed, bare, untold, alike = 0, list[int](), 0, 0, 0, 0, 0
    for path in pages:
        page = chrome.visited(browser, path)
        chrome.unfold(page)
        found = page.evaluate(CHARTS)
        page.close()
        charts += len(found)
        own = [chart["alts"][0] for chart in found]
        twice += len(own) - len(set(own))
        lengths += [len(alt) for chart in found for alt in chart["alts"]]
        unnamed += sum(not chart["named"] for chart in found)
        bare += sum(not re.search(r"\d|\[c\]", chart["table"]) for chart in found)
        untold += sum(bool(_untold(c["alts"][0], c["table"])) for c in found)
        alike += sum(_alike(chart) for chart in found)
    short = sum(not SHORTEST <= length <= LONGEST for length in lengths)
    spread = f"{min(lengths, default=0)} to {max(lengths, default=0)} characters"
    yield Row(f"charts whose alternative text has not {SHORTEST} to {LONGEST} characters",
              f"{short} of {charts} ({spread})", short == 0 < charts)  # fmt: skip
    yield Row("charts with the same alternative text as another, or not named by it",
              f"{twice + unnamed} of {charts}", twice + unnamed == 0)  # fmt: skip
    yield Row("charts without a table, or whose table lacks a figure of the text",
              f"{bare + untold} of {charts}", bare + untold == 0)  # fmt: skip
    yield Row("charts whose series only colour tells apart, in grey",
              f"{alike} of {charts}", alike == 0)  # fmt: skip


def _untold(alt: str, table: str) -> list[str]:
    """Return the figures of a text that no cell of the table has, rounded as the text has them."""
    said = re.sub(SIZES, "", alt).replace(",", "")
    cells = [float(n) for n in re.findall(NUMBER, table.replace(",", ""))]
    if "(£ million)" in table:  # its years stay as they are
        cells += [1e6 * cell for cell in cells]
    return [
        number + unit for number, unit in re.findall(rf"({NUMBER})( million)?", said)
        if not any(_rounds_to(cell, number, bool(unit)) for cell in cells)
    ]  # fmt: skip


def _rounds_to(cell: float, number: str, in_millions: bool) -> bool:
    """Return whether a figure of a table is the one that the words give with fewer digits."""
    value = float(number)
    if in_millions:
        return abs(cell / 1e6 - value) <= 0.051
    step = 10 ** -len(number.partition(".")[2])
    if value >= 100_000 and value % 1000 == 0:
        step = 1000
    return abs(cell - value) <= step * 0.51


def _alike(chart: dict[str, Any]) -> bool:
    """Return whether two of a chart's colours are one grey, with no dash or label beside.

    A label in bold stands at each line or part of a bar; shades of one hue are told by figures.
    """
    colours = [c for c in chart["colours"] if c in CATEGORIES]
    light = [_luminance(colour) for colour in colours]
    pairs = [(max(p) + 0.05) / (min(p) + 0.05) for p in combinations(light, 2)]
    told_otherwise = chart["dashes"] > 2 or chart["labels"] >= len(colours)  # one dash is a grid's
    return min(pairs, default=9) < APART and not told_otherwise


def _luminance(colour: str) -> float:
    """Return the relative luminance of "rgb(r, g, b)", as WCAG defines it."""
    parts = [float(v) / 255 for v in re.findall(r"[\d.]+", colour)[:3]] or [1.0, 1.0, 1.0]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return sum(w * v for w, v in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _printed(browser: Any, pages: Sequence[Path]) -> Row:
    """Return whether each page prints, with every chart's table open and nothing cut off."""
    whole, sheets = 0, 0
    for path in pages:
        page = chrome.visited(browser, path)
        page.emulate_media(media="print")
        hidden = page.evaluate(
            "[...document.querySelectorAll('details table')].filter(t => !t.checkVisibility())"
            ".length")  # fmt: skip
        pdf = page.pdf(prefer_css_page_size=True)
        count = len(re.findall(rb"/Type\s*/Page[^s]", pdf))
        whole += hidden == 0 and count > 0
        sheets += count
        page.close()
    return Row("pages that print to PDF with every table of a chart on paper",
               f"{whole} of {len(pages)} ({sheets} sheets)", whole == len(pages))  # fmt: skip

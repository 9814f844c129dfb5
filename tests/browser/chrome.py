"""Debian's Chromium, the pages that it opens, and what is measured in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--disable-dev-shm-usage",
]
WIDTHS = (1280, 320)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# What axe cannot judge, text in SVG and in a region that is scrolled away, is measured here:
# the contrast of a text's colour with what is seen behind its middle (WCAG 2.2, 1.4.3).
CONTRAST = """
selector => {
  const text = document.querySelector(selector);
  text.scrollIntoView({block: 'center', inline: 'center'});
  const box = text.getBoundingClientRect();
  const isShape = e => e instanceof SVGElement;
  const paint = e => isShape(e)
    ? (e.tagName === 'svg' || e.tagName === 'g' ? 'none' : getComputedStyle(e).fill)
    : getComputedStyle(e).backgroundColor;
  // Shapes may be seen through, as the shade of a range is: mix all that lie behind.
  const parts = c => { const p = (c.match(/[0-9.]+/g) || [0, 0, 0, 0]).map(Number);
    return [...p.slice(0, 3), p.length > 3 ? p[3] : 1]; };
  const alpha = e => isShape(e)
    ? parseFloat(getComputedStyle(e).fillOpacity) * parseFloat(getComputedStyle(e).opacity) : 1;
  const layers = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2)
    .filter(e => (e === text ? !isShape(e) : !text.contains(e)) && e.tagName !== 'text')
    .filter(e => paint(e) !== 'none')
    .map(e => { const [r, g, b, a] = parts(paint(e)); return [[r, g, b], a * alpha(e)]; });
  const mixed = layers.reduceRight(
    (under, [colour, a]) => under.map((v, i) => v * (1 - a) + colour[i] * a), [255, 255, 255]);
  const behind = `rgb(${mixed.join(',')})`;
  const own = isShape(text) ? getComputedStyle(text).fill : getComputedStyle(text).color;
  const light = colour => colour.match(/[0-9.]+/g).slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const [a, b] = [light(own), light(behind)].sort((x, y) => y - x);
  return (a + 0.05) / (b + 0.05);
}
"""


@contextmanager
def started() -> Iterator[Any]:
    """Yield a browser that asks nobody for anything by itself."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  (missing on some machines)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def visited(browser: Any, path: Path, width: int = 1280) -> Any:
    """Return an open page that notes what it asks for (`asked`) and dialogs (`said`)."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.asked, page.said = [], []
    page.on("dialog", lambda dialog: (page.said.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(path.as_uri(), wait_until="load")
    return page


def unfold(page: Any) -> None:
    """Open every part of a page that a reader may open."""
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")


def faults(page: Any) -> tuple[Mapping[str, str], list[tuple[str, str]]]:
    """Return what axe finds wrong, by rule, and what it is unsure of and no measure settles."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415

    options = {"runOnly": RULES, "resultTypes": ["violations", "incomplete"]}  # passes take time
    found = Axe().run(page, options=options).response
    wrong = {v["id"]: v["nodes"][0]["html"][:200] for v in found["violations"]}
    unsure = [(v["id"], node) for v in found["incomplete"] for node in v["nodes"]]
    return wrong, [(rule, node["html"][:200]) for rule, node in unsure
                   if rule != "color-contrast"
                   or page.evaluate(CONTRAST, node["target"][0]) < 4.5]  # fmt: skip

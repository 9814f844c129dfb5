"""Every kind of chart in a real browser: readable by all, and no wider than the page."""

from dataclasses import replace

import pytest

from tests.browser import chrome
from tests.browser.chrome import WIDTHS
from tests.show.making import drawn
from tests.show.marks import COUNTS, MARKS
from toolkit import show

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGE = (
    "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Charts</title>"
    "<meta name='viewport' content='width=device-width'>"
    "<style>body {{margin: 1rem}} {style}</style>"
    "</head><body><main><h1>Charts</h1><div class='st'>{body}</div></main></body></html>"
)

# Each text that is seen: whether its drawing holds it, and how tall it is on the page.
TEXTS = """
() => [...document.querySelectorAll('svg text')].filter(t => t.checkVisibility()).map(t => {
  const svg = t.closest('svg');
  const [own, whole] = [t.getBoundingClientRect(), svg.getBoundingClientRect()];
  const within = own.left >= whole.left - 1.5 && own.right <= whole.right + 1.5;
  const size = parseFloat(getComputedStyle(t).fontSize);
  return [t.textContent, within, size * whole.width / svg.viewBox.baseVal.width];
})
"""


def titled(view, title):
    return replace(view, spec={**view.spec, "title": title})


@pytest.fixture(scope="module")
def charts(tmp_path_factory):
    """Return a page with a chart of every mark, some of their figures hidden."""
    path = tmp_path_factory.mktemp("marks") / "charts.html"
    views = [titled(make(COUNTS), f"A {name}") for name, make in MARKS.items()]
    body = "".join(drawn(view, f"c{at}") for at, view in enumerate(views))
    path.write_text(PAGE.format(style=show.style(), body=body), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_wrong_and_no_text_too_faint(charts, visit, width):
    pytest.importorskip("axe_playwright_python.sync_playwright")
    page = visit(charts, width)
    chrome.unfold(page)
    assert chrome.faults(page) == ({}, [])


@pytest.mark.parametrize("width", [*WIDTHS, 768])
def test_no_chart_makes_the_page_scroll_sideways(charts, visit, width):
    page = visit(charts, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", WIDTHS)
def test_no_text_of_a_chart_is_cut_off_or_too_small(charts, visit, width):
    page = visit(charts, width)
    texts = page.evaluate(TEXTS)
    assert len(texts) > 50
    assert [text for text, is_within, _ in texts if not is_within] == []
    assert min(height for *_, height in texts) >= 11.5

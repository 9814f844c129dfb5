"""Finished pages in a real browser: readable by all, at any width, and with nothing live."""

import pytest

from tests.browser import chrome
from tests.browser.chrome import WIDTHS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAMES = ("10_high_level_trends.html", "index.html")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing_wrong_and_nothing_unsure(release, visit, name, width):
    pytest.importorskip("axe_playwright_python.sync_playwright")
    page = visit(release / name, width)
    chrome.unfold(page)
    assert chrome.faults(page) == ({}, [])


@pytest.mark.parametrize("width", [*WIDTHS, 768])
@pytest.mark.parametrize("name", NAMES)
def test_no_page_scrolls_sideways(release, visit, name, width):
    page = visit(release / name, width)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", NAMES)
def test_a_page_asks_for_nothing_but_itself(release, visit, name):
    page = visit(release / name)
    assert page.asked == [(release / name).as_uri()]


@pytest.mark.parametrize("name", NAMES)
def test_the_first_tab_reaches_the_skip_link_and_it_leads_to_the_main_content(release, visit, name):
    page = visit(release / name)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_somewhere(release, visit, name):
    page = visit(release / name)
    for link in page.evaluate("[...document.links].map(a => a.getAttribute('href'))"):
        file, _, anchor = link.partition("#")
        target = release / (file or name)
        assert target.is_file(), link
        assert not anchor or f'id="{anchor}"' in target.read_text(), link


def test_every_view_can_be_reached_by_keyboard_alone(release, visit):
    page = visit(release / NAMES[0], 320)
    wide = page.evaluate(
        "[...document.querySelectorAll('main *')].filter(e => e.scrollWidth > e.clientWidth + 1"
        " && ['auto', 'scroll'].includes(getComputedStyle(e).overflowX))"
        ".map(e => [e.className, e.tabIndex])"
    )
    assert [name for name, tab in wide if tab != 0] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_fictional_banner_is_seen_on_screen_and_in_print(release, visit, name):
    page = visit(release / name)
    for media in ("screen", "print"):
        page.emulate_media(media=media)
        assert page.locator(".fictional").is_visible()
        assert "Fictional data" in page.locator(".fictional").inner_text().capitalize()


def test_a_printed_page_shows_each_charts_table_and_no_link_back(release, visit):
    page = visit(release / NAMES[0])
    page.emulate_media(media="print")
    assert page.locator(".top").first.is_hidden()
    assert page.locator("details table").first.is_visible()
    assert len(page.pdf(prefer_css_page_size=True)) > 20_000


@pytest.mark.parametrize("name", NAMES)
def test_the_policy_refuses_a_script_and_a_picture_even_on_a_broken_page(
    release, visit, tmp_path, listener, name
):
    live = (
        f"<script>window.__pwn = 1</script><script src='{listener.url}/x.js'></script>"
        f"<img src='{listener.url}/x.png' onerror='window.__pwn = 1'>"
        f"<link rel=stylesheet href='{listener.url}/x.css'>"
        f"<iframe src='{listener.url}/x.html'></iframe>"
    )
    (tmp_path / name).write_text((release / name).read_text().replace("</main>", f"{live}</main>"))
    page = visit(tmp_path / name)
    page.wait_for_timeout(300)
    assert page.evaluate("window.__pwn") is None
    assert listener.heard == []
    page.goto(f"{listener.url}/itself")  # so that silence above means something
    assert listener.heard[0] == "/itself"


@pytest.mark.parametrize(
    ("colour", "behind", "ratio"),
    [("#767676", "#fff", 4.54), ("#aaa", "#fff", 2.32), ("#000", "#000", 1)],
)
def test_the_measure_of_contrast_agrees_with_known_pairs(browser, colour, behind, ratio):
    page = browser.new_page()
    page.set_content(f"<p style='color: {colour}; background: {behind}'>text</p>")
    assert page.evaluate(chrome.CONTRAST, "p") == pytest.approx(ratio, abs=0.01)
    page.close()

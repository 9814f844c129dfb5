"""Finished pages in a real browser: readable by all, at any width, and with nothing live."""

import pytest

from tests.browser.conftest import WIDTHS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAMES = ("10_high_level_trends.html", "index.html")
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


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing_wrong_and_nothing_unsure(release, visit, name, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = visit(release / name, width)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = axe.Axe().run(page, options={"runOnly": RULES}).response
    said = {v["id"]: v["nodes"][0]["html"][:200] for v in found["violations"]}
    assert said == {}
    unsure = [(v["id"], n) for v in found["incomplete"] for n in v["nodes"]]
    assert {rule for rule, _ in unsure} <= {"color-contrast"}
    faint = [n["html"][:200] for _, n in unsure if page.evaluate(CONTRAST, n["target"][0]) < 4.5]
    assert faint == []


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
    assert page.evaluate(CONTRAST, "p") == pytest.approx(ratio, abs=0.01)
    page.close()

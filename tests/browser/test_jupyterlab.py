"""JupyterLab in a real browser: sliders redraw the answer, and forms save what is filled in."""

import pytest

from tests.browser import lab as jupyter
from toolkit.area import Area, area_toml

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUESTION = """
import pandas as pd
from toolkit import show
from toolkit.aggregate import Aggregate, Measure
from toolkit.what_if import Answer, Control

class Deficit:
    controls = (Control("growth", "Growth in plans", 0, 10, 0.5, 4, "% a year"),
                Control("price", "Inflation of prices", 0, 8, 0.5, 2, "% a year"))

    def answer(self, values):
        rate = (values["growth"] + values["price"]) / 100
        balance = [-1e6 * (1 + rate) ** i for i in range(5)]
        frame = pd.DataFrame({"year": range(2026, 2031), "balance": balance})
        told = Aggregate(frame=frame, universe="Deficit", dimensions=("year",), source="plan",
                         measures=(Measure("balance", "Balance", "£"),), sources=("Fictional",),
                         method="A million that grows by growth and inflation.")
        chart = {"mark": "line", "x": "year", "y": "balance", "title": "The deficit"}
        return Answer(told, chart, "The balance in 2030 is {last}.",
                      {"last": told.cell("balance", year=2030)})
"""
FORM = """
from toolkit import show
from toolkit.intake.store import open_area
show.form(open_area({folder!r}), "checklist", keys=["S4"])
"""


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    with jupyter.started(tmp_path_factory.mktemp("lab")) as started:
        yield started


def answer_of(page):
    """Return the sentence and the drawing that stand under the sliders."""
    page.locator(".st-sentence").wait_for()
    return page.inner_text(".st-sentence").replace("\u2060", ""), page.inner_html("svg.chart-wide")


def test_a_slider_moved_by_keyboard_redraws_the_chart_and_its_sentence(browser, lab, tmp_path):
    jupyter.write(lab.work, "what_if.ipynb", QUESTION, "show.explore(Deficit())")
    with jupyter.opened(browser, lab, "what_if.ipynb", tmp_path / "seen.png") as page:
        slider = page.get_by_role("slider", name="Growth in plans")
        slider.wait_for(timeout=jupyter.START * 1000)
        sentence, drawing = answer_of(page)
        assert sentence == "The balance in 2030 is −£1.3 million."
        slider.focus()
        for _ in range(4):
            page.keyboard.press("ArrowRight")
        page.get_by_text("£1.4 million").first.wait_for()
        again, redrawn = answer_of(page)
        assert again == "The balance in 2030 is −£1.4 million."
        assert redrawn != drawing
        assert "Working view, not for sharing" in page.inner_text(".widget-vbox")


def test_a_form_saves_what_is_filled_in(browser, lab, tmp_path):
    folder = tmp_path / "exampleshire"
    (folder / "inputs").mkdir(parents=True)
    settings = Area(name="Exampleshire", la_code="990", fictional=True)
    (folder / "area.toml").write_text(area_toml(settings), encoding="utf-8")
    jupyter.write(lab.work, "form.ipynb", FORM.format(folder=str(folder)))
    with jupyter.opened(browser, lab, "form.ipynb", tmp_path / "seen.png") as page:
        save = page.locator("button.widget-button", has_text="Save")
        save.wait_for(timeout=jupyter.START * 1000)
        page.locator(".widget-gridbox input[type=text]").nth(1).fill("SEND lead")
        page.keyboard.press("Tab")
        save.click()
        page.get_by_text("inputs/checklist.csv").wait_for()
    assert "S4" in (folder / "inputs" / "checklist.csv").read_text()
    assert "SEND lead" in (folder / "inputs" / "checklist.csv").read_text()

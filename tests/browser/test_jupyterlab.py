"""JupyterLab in a real browser: sliders redraw the answer, and forms save what is filled in."""

from pathlib import Path

import pytest

from tests.browser import lab as jupyter
from toolkit.area import Area, area_toml
from toolkit.intake.fictional import write_fictional_area

FORECAST = Path(__file__).parents[2] / "notebooks" / "13_forecast.ipynb"
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
    """Return the sentence and the drawing that stand under the first sliders of the page."""
    box = page.locator(".widget-vbox:has(.st-slider)").first
    box.locator("svg.chart-wide").wait_for()
    sentence = box.locator(".st-sentence").inner_text().replace("\u2060", "")
    return sentence, box.locator("svg.chart-wide").inner_html()


def moved(page, key, times):
    """Press a key on the first slider, and return the answer once its sentence is another."""
    slider = page.get_by_role("slider").first
    slider.wait_for(timeout=jupyter.RUN * 1000)
    # Moved while cells ran under load, it was once never answered: JupyterLab then tells of moves
    # in a thread of its own.
    page.wait_for_function(jupyter.ALL_RUN, timeout=jupyter.RUN * 1000)
    before = answer_of(page)
    slider.focus()
    for _ in range(times):
        page.keyboard.press(key)
    page.wait_for_function(CHANGED, arg=before[0], timeout=jupyter.RUN * 1000)
    return before, answer_of(page)


CHANGED = """
before => [...document.querySelectorAll('.widget-vbox:has(.st-slider) .st-sentence')].slice(0, 1)
  .some(s => s.innerText.replaceAll('\u2060', '') !== before)
"""


def test_a_slider_moved_by_keyboard_redraws_the_chart_and_its_sentence(browser, lab, tmp_path):
    jupyter.write(lab.work, "what_if.ipynb", QUESTION, "show.explore(Deficit())")
    with jupyter.opened(browser, lab, "what_if.ipynb", tmp_path / "seen.png") as page:
        before, after = moved(page, "ArrowRight", 4)
        assert before[0] == "The balance in 2030 is −£1.3 million."
        assert after[0] == "The balance in 2030 is −£1.4 million."
        assert after[1] != before[1]
        assert page.get_by_role("slider", name="Growth in plans").input_value() == "6"
        said = page.locator(".widget-vbox:has(.st-slider)").inner_text()
        assert said.count("Working view, not for sharing") == 1


@pytest.mark.skipif(not FORECAST.exists(), reason="there is no notebook of the forecast")
def test_the_forecast_answers_to_its_sliders(browser, lab, tmp_path):
    area = write_fictional_area(tmp_path / "area", plans=150, seed=4)
    told = f"area_folder = {str(area)!r}\nsimulations = 40"
    jupyter.copy(lab.work, FORECAST, told)
    with jupyter.opened(browser, lab, FORECAST.name, tmp_path / "seen.png") as page:
        before, after = moved(page, "ArrowRight", 3)
        assert before[0] != after[0]
        assert before[1] != after[1]


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

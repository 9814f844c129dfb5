"""What-if questions, driven through their sliders as a person would, and as a run shows them."""

import asyncio
import threading
import time
from collections.abc import Iterator

import pandas as pd
import pytest

from toolkit import show
from toolkit.aggregate import Aggregate, Measure
from toolkit.errors import InputError
from toolkit.show import explorer
from toolkit.what_if import Answer, Control

GROWTH = Control("growth", "Growth in plans", 0, 10, 0.5, 4, "% a year")


@pytest.fixture(autouse=True)
def _no_loop() -> Iterator[None]:
    """Let no event loop seem to run: a browser that another test started leaves its own behind."""
    before = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(before)


class Question:
    """Plans that grow from 1,000 at the rate of the slider; counts the answers asked for."""

    controls = (GROWTH,)

    def __init__(self):
        self.asked = []

    def answer(self, values):
        self.asked.append(values["growth"])
        if values["growth"] == 9:
            raise InputError("the growth is not one that the records bear out.")
        if values["growth"] == 10:
            raise ZeroDivisionError("division by nought")
        plans = [1000 * (1 + values["growth"] / 100) ** i for i in range(3)]
        told = Aggregate(
            frame=pd.DataFrame({"year": [2025, 2026, 2027], "plans": plans}), universe="Forecast",
            dimensions=("year",), measures=(Measure("plans", "EHC plans", "number", decimals=0),),
            source="plan", sources=("Fictional",), method="A thousand that grows.",
        )  # fmt: skip
        last = told.cell("plans", year=2027)
        chart = {"mark": "line", "x": "year", "y": "plans", "since": 2025}
        return Answer(told, chart, "There are {last} plans in 2027.", {"last": last})


@pytest.fixture
def shown(monkeypatch):
    seen = []
    monkeypatch.setattr("toolkit.show.calls.display", seen.append)
    return seen


def test_a_slider_has_its_label_its_unit_and_its_starting_value():
    slider = explorer.Explorer(Question()).sliders["growth"]
    assert (slider.label, slider.unit, slider.value) == ("Growth in plans", "% a year", 4)
    assert (slider.min, slider.max, slider.step, slider.decimals) == (0, 10, 0.5, 1)


def test_moving_a_slider_draws_the_sentence_and_the_chart_anew():
    made = explorer.Explorer(Question())
    first = made.picture.value
    assert "There are 1,082 plans in 2027." in first
    made.sliders["growth"].value = 6
    assert "There are 1,124 plans in 2027." in made.picture.value
    assert made.picture.value.count("<svg") == first.count("<svg") == 2
    assert first != made.picture.value


def test_the_answer_is_marked_as_a_working_view_once():
    assert explorer.Explorer(Question()).picture.value.count("Working view, not for sharing") == 1


def test_the_button_takes_every_slider_back_to_its_start():
    made = explorer.Explorer(Question())
    made.sliders["growth"].value = 6
    made.reset.click()
    assert made.values == {"growth": 4}
    assert "There are 1,082 plans" in made.picture.value


def test_what_is_wrong_is_said_in_words_and_no_old_answer_stays_beside_it():
    made = explorer.Explorer(Question())
    made.sliders["growth"].value = 9
    assert "the growth is not one that the records bear out." in made.said.value
    assert made.picture.value == ""
    made.sliders["growth"].value = 5
    assert made.said.value == ""
    assert "<svg" in made.picture.value


def test_an_error_of_the_toolkits_own_is_said_and_goes_on_to_the_log():
    made = explorer.Explorer(Question())
    with pytest.raises(ZeroDivisionError):
        made.sliders["growth"].value = 10
    assert "something went wrong in working it out (ZeroDivisionError:" in made.said.value
    assert made.picture.value == ""


def test_moves_in_quick_succession_ask_for_one_answer(monkeypatch):
    monkeypatch.setattr(explorer, "WAIT", 0.02)
    question = Question()

    async def hold_the_key():
        made = explorer.Explorer(question)
        for value in (4.5, 5, 5.5, 6):
            made.sliders["growth"].value = value
        await asyncio.sleep(0.2)

    asyncio.run(hold_the_key())
    assert question.asked == [4, 6]


def test_a_move_told_in_another_thread_is_answered_in_the_first_once_its_cell_has_ended(
    monkeypatch,
):
    monkeypatch.setattr(explorer, "WAIT", 0.01)
    answered = []

    async def a_cell_while_a_slider_moves():
        later = explorer.Later(lambda: answered.append(threading.current_thread()))
        mover = threading.Thread(target=lambda: [later.ask() for _ in range(3)])
        mover.start()
        mover.join()
        time.sleep(0.05)  # the cell still runs
        assert answered == []
        await asyncio.sleep(0.1)

    asyncio.run(a_cell_while_a_slider_moves())
    assert answered == [threading.main_thread()]


def test_in_jupyterlab_the_sliders_stand_above_the_answer(shown):
    show.explore(Question())
    (widget,) = shown
    kinds = [type(child).__name__ for child in widget.children]
    assert kinds == ["Slider", "Button", "HTML", "HTML"]


def test_a_run_shows_the_answer_at_the_starting_values_as_ordinary_views(shown):
    question = Question()
    show.explore(question, interactive=False)
    assert [view.kind for view in shown] == ["sentence", "chart"]
    assert question.asked == [4]
    assert all(isinstance(view, show.View) for view in shown)

"""What-if questions: sliders above a chart and a sentence that are drawn anew as they move.

A release holds the answer at the starting values alone, as ordinary views: a control on a
finished page would do nothing, and what it showed would never pass disclosure control.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import ipywidgets as widgets

from toolkit.errors import ToolkitError
from toolkit.show import calls, views
from toolkit.show.chart_views import chart_view
from toolkit.show.markup import tag
from toolkit.show.slider import slider
from toolkit.what_if import Answer, Question

WAIT = 0.3  # seconds after the last move: a held arrow key asks for one answer, not for ten
WORKING_OUT = "Working out the answer."
FAILED = "There is no answer for these values, because something went wrong in working it out"


class Explorer:
    """Sliders for the controls of a question, and its answer under them."""

    def __init__(self, question: Question) -> None:
        """Lay out a slider for each control, and show the answer at the starting values."""
        self.question = question
        self.controls = {c.name: c for c in question.controls}
        self.sliders = {name: slider(c) for name, c in self.controls.items()}
        self.said = widgets.HTML()
        self.picture = widgets.HTML()
        self.reset = widgets.Button(description="Starting values", icon="undo")
        self._later = Later(self.redraw)
        for moved in self.sliders.values():
            moved.observe(lambda _: self._later.ask(), names="value")
        self.reset.on_click(lambda _: self.start_again())
        self.redraw()

    @property
    def widget(self) -> widgets.Widget:
        """The sliders and the answer as one widget."""
        return widgets.VBox([*self.sliders.values(), self.reset, self.said, self.picture])

    @property
    def values(self) -> dict[str, float]:
        """Where the sliders stand."""
        return {name: float(slider.value) for name, slider in self.sliders.items()}

    def start_again(self) -> None:
        """Put every slider back to where it started."""
        for name, control in self.controls.items():
            self.sliders[name].value = control.value

    def redraw(self) -> None:
        """Show the answer for where the sliders stand, or say why there is none."""
        self.said.value = _status(WORKING_OUT)
        try:
            shown = answer_views(self.question.answer(self.values))
            drawn = views.working(*shown)
        except ToolkitError as error:
            self.said.value, self.picture.value = _status(error.message), ""
        except Exception as error:
            self.said.value = _status(f"{FAILED} ({type(error).__name__}: {error}).")
            self.picture.value = ""
            raise  # into the log of JupyterLab
        else:
            self.said.value, self.picture.value = "", str(drawn)


class Later:
    """Calls a function a short while after it was last asked for, where and when cells run.

    JupyterLab tells of a move in a thread of its own, at once even while a cell runs. Neither
    the cells nor what draws is made for two threads, so the call waits in the event loop that
    this was made in, as it would between two cells.
    """

    def __init__(self, call: Callable[[], None]) -> None:
        """Keep the function, which nothing has asked for yet."""
        self._call = call
        self._waiting: asyncio.TimerHandle | None = None
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None

    def ask(self) -> None:
        """Call it soon, and once only; at once where there is no event loop to wait in."""
        if self._loop is None:
            self._call()
        else:
            self._loop.call_soon_threadsafe(self._wait, self._loop)

    def _wait(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to wait, from the start where it was waiting."""
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = loop.call_later(WAIT, self._call)


def _status(text: str) -> str:
    return str(tag("p", text, role="status"))


def answer_views(answer: Answer) -> list[views.View]:
    """Return an answer as a sentence, which stays in sight of the sliders, and a chart."""
    chart = chart_view(answer.aggregate, **answer.chart)
    return [views.sentence_view(answer.sentence, answer.cells), chart]


def starting_values(question: Question) -> Mapping[str, float]:
    """Return the value at which each control starts."""
    return {control.name: control.value for control in question.controls}


def explore(question: Question, *, interactive: bool = True) -> None:
    """Show a what-if question: with sliders, or in a run its answer at the starting values.

    Args:
        question: Its controls, and how its answer is worked out from their values.
        interactive: False in a run by papermill, whose pages hold no control.
    """
    if not interactive:
        for view in answer_views(question.answer(starting_values(question))):
            calls.display(view)
        return
    calls.display(Explorer(question).widget)

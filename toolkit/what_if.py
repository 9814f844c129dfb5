"""What-if questions: controls that somebody moves, and the answer that is drawn again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from toolkit.aggregate import Aggregate, Cell


@dataclass(frozen=True)
class Control:
    """One thing that can be moved, as a slider.

    Attributes:
        name: Its key in the values.
        label: What it is called for a reader.
        low: Its lowest value.
        high: Its highest value.
        step: The step between two values.
        value: Where it stands at first.
        unit: What it is measured in, as in "% a year".
    """

    name: str
    label: str
    low: float
    high: float
    step: float
    value: float
    unit: str = ""


@dataclass(frozen=True)
class Answer:
    """What is shown for some values of the controls.

    Attributes:
        aggregate: What the chart draws.
        chart: The channels of the chart, as `show.chart` takes them.
        sentence: A template in words; `{name}` stands for a cell.
        cells: The cells that the sentence names.
    """

    aggregate: Aggregate
    chart: Mapping[str, Any]
    sentence: str
    cells: Mapping[str, Cell | str] = field(default_factory=dict)


class Question(Protocol):
    """A what-if question: its controls, and an answer for any values of them."""

    @property
    def controls(self) -> Sequence[Control]:
        """What can be moved."""

    def answer(self, values: Mapping[str, float]) -> Answer:
        """Return the answer for values by the name of their control."""

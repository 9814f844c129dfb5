"""Findings: what a notebook concludes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.aggregate import Aggregate, Cell


@dataclass(frozen=True)
class Finding:
    """One plain sentence of evidence, with all that a reader needs to weigh it.

    Numbers are references to cells, never formatted: a release protects them before it
    writes them down.

    Attributes:
        id: Stable name, as in "10.growth.plans"; the next run compares by it.
        stage: The stage of the diagnostic, as in "Module 1".
        sentence: A template in words; `{name}` or `{name:format}` stands for a cell.
        cells: The cells that the sentence names.
        value: The figure that the finding is about.
        low: The lower end of its range, where it is an estimate.
        high: The upper end of its range, where it is an estimate.
        base: The count that a share or a mean rests on.
        caution: What makes the figure doubtful, as a sentence: told after the finding's own, and
            marked wherever the figure stands without it.
        outcome: For a £ figure, the outcome for children that stands beside it.
        criterion: The end-of-phase criterion that it supports, 1 to 5.
        priority: A larger number comes first on the area's page.
    """

    id: str
    stage: str
    sentence: str
    cells: Mapping[str, Cell]
    value: Cell
    low: Cell | None = None
    high: Cell | None = None
    base: Cell | None = None
    caution: str = ""
    outcome: str = ""
    criterion: int | None = None
    priority: int = 0

    @property
    def aggregates(self) -> list[Aggregate]:
        """Every aggregate that the finding refers to, each once, in order."""
        references = [*self.cells.values(), self.value, self.low, self.high, self.base]
        found: list[Aggregate] = []
        for cell in references:
            if cell is not None and not any(cell.aggregate is a for a in found):
                found.append(cell.aggregate)
        return found

    @property
    def sources(self) -> tuple[str, ...]:
        """Every source of the figures, each once."""
        return tuple(dict.fromkeys(s for a in self.aggregates for s in a.sources))

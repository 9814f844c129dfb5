"""The chapters of a report over many areas, each a page of its own beside the full report."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, replace
from typing import Any

from toolkit.publish.execute import Outcome
from toolkit.publish.playbook import Step
from toolkit.publish.release import views_of
from toolkit.show import words
from toolkit.show.views import MIME

TAG = "chapter-"
WHOLE, PARTS, ASIDE = "Full report", "Chapters", "Beside the report"


@dataclass(frozen=True)
class Chapter:
    """One chapter: the tag of its first cell, its place in the report, and what it asks."""

    code: str
    number: str
    title: str
    question: str

    @property
    def heading(self) -> str:
        """What it is called: "Section 4a: Autism (ASC)"."""
        return f"Section {self.number}: {self.title}" if self.number else self.title

    @property
    def is_aside(self) -> bool:
        """Whether it stands beside the full report and not in it."""
        return not self.number


# The order is that of the Phase One insight report, and is fixed.
CHAPTERS = (
    Chapter("context", "1", "Context", "Which areas speak here, and which are missing?"),
    Chapter("key", "2", "Key findings", "What do the areas find together?"),
    Chapter("focus", "3", "High-impact focus areas", "Where would change matter most to children?"),
    Chapter("asc", "4a", "Autism (ASC)", "What do the areas find of children with autism?"),
    Chapter("semh", "4a", "Social, emotional and mental health (SEMH)",
            "What do the areas find of children with SEMH needs?"),
    Chapter("slcn", "4a", "Speech, language and communication (SLCN)",
            "What do the areas find of children with SLCN?"),
    Chapter("journey", "4b", "Key points in the educational journey",
            "At which points of a child's journey do things go well or wrong?"),
    Chapter("themes", "5", "Key themes and grant expenditure",
            "What do areas plan, and what is the grant spent on?"),
    Chapter("next", "6", "Next steps", "What should follow from this evidence?"),
    Chapter("appendix", "7", "Appendix", "How was this made, and what can it not say?"),
    Chapter("waves", "", "Waves and regions compared", "How do groups of areas differ?"),
)  # fmt: skip


def parts(outcome: Outcome) -> list[Outcome]:
    """Return the full report and each chapter as outcomes of their own, in order.

    A chapter that shows nothing but what it lacks is left out, with what would fill it; the full
    report keeps its heading, and lists the same.

    Args:
        outcome: The executed notebook, whose chapters begin at cells tagged "chapter-...".
    """
    made = [_chapter(outcome, chapter, letter)
            for chapter, letter in zip(CHAPTERS, "abcdefghijk", strict=True)]  # fmt: skip
    aside = {c.code for c in CHAPTERS if c.is_aside}
    about = outcome.step.about.model_copy(update={"stage": WHOLE})
    step = replace(outcome.step, about=about, node=_without(outcome.step.node, aside))
    whole = replace(outcome, step=step, notebook=_without(outcome.notebook, aside))
    return [whole, *made]


def _chapter(outcome: Outcome, chapter: Chapter, letter: str) -> Outcome:
    update = {
        "number": f"{outcome.number}{letter}",
        "title": chapter.heading,
        "stage": ASIDE if chapter.is_aside else PARTS,
        "question": chapter.question,
    }
    about = outcome.step.about.model_copy(update=update)
    stem = "_".join(p for p in (outcome.step.name, chapter.number, chapter.code) if p)
    step = Step(about, stem, _only(outcome.step.node, chapter), outcome.step.sha256)
    made = replace(outcome, step=step, notebook=_only(outcome.notebook, chapter))
    return _left_out(made)


def _left_out(made: Outcome) -> Outcome:
    """Return a chapter as left out where all that it shows is what it lacks."""
    views = [place.view for place in views_of(made)]
    if not views or any(view.kind != "left_out" for view in views):
        return made
    lacking = list(dict.fromkeys(m for v in views for m in v.spec["missing"]))
    files = list(dict.fromkeys(f for v in views for f in v.spec["files"]))
    reason = f"Too few areas have found this yet: {words.listed(lacking)}."
    return replace(made, status="skipped", reason=reason, notebook=None,
                   would_fill=words.listed(files))  # fmt: skip


def chapter_of(cells: list[Any]) -> list[str]:
    """Return the chapter that each cell belongs to; "" before the first."""
    found, now = [], ""
    for cell in cells:
        tags = cell.metadata.get("tags", [])
        now = next((t.removeprefix(TAG) for t in tags if t.startswith(TAG)), now)
        found.append(now)
    return found


def _without(node: Any, codes: set[str]) -> Any:
    """Return a copy of a notebook without the cells of some chapters."""
    return _with_cells(node, [c for c, own in _cells(node) if own not in codes])


def _only(node: Any, chapter: Chapter) -> Any:
    """Return a copy of a notebook with one chapter alone, its headings one level up."""
    cells = [copy.deepcopy(c) for c, own in _cells(node) if own == chapter.code]
    cells = [c for at, c in enumerate(cells) if at == 0 or not _leads_nowhere(cells[at : at + 2])]
    for at, cell in enumerate(cells):
        if cell.cell_type == "markdown":
            text = re.sub(r"\A## .*", f"# {chapter.title}", cell.source) if at == 0 else cell.source
            cell.source = re.sub(r"^#(#{2,})", r"\1", text, flags=re.MULTILINE)
    return _with_cells(node, cells)


def _leads_nowhere(pair: list[Any]) -> bool:
    """Return whether words lead into nothing but the note that something is left out.

    A chapter's headings are those of its page: one with nothing below it would say nothing.
    """
    if pair[0].cell_type != "markdown" or len(pair) < 2:
        return False
    shown = [o.data[MIME]["kind"] for o in pair[1].get("outputs", []) if MIME in o.get("data", {})]
    return bool(shown) and set(shown) == {"left_out"}


def _cells(node: Any) -> list[tuple[Any, str]]:
    return list(zip(node.cells, chapter_of(node.cells), strict=True))


def _with_cells(node: Any, cells: list[Any]) -> Any:
    made = copy.copy(node)
    made["cells"] = cells
    return made


def marked(outcome: Outcome, mark: str) -> Outcome:
    """Return an outcome with a mark before its title, as in "Interim: ..."."""
    about = outcome.step.about.model_copy(update={"title": f"{mark}{outcome.title}"})
    return replace(outcome, step=replace(outcome.step, about=about))

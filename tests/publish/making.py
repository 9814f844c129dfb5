"""Small notebooks and areas for the tests of publishing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from toolkit.area import Area
from toolkit.intake import combine
from toolkit.intake.loaded import Problem, SourceFile

RETURN = "SEN2 return (XML)"
PARAMETERS = 'area_folder: str = "demo"\ninteractive: bool = True'

COUNTS = """
import pandas as pd
from toolkit import show
from toolkit.aggregate import Aggregate, Measure
from toolkit.evidence import Finding

frame = pd.DataFrame({
    "year": ["2024", "2024", "2024", "2024", "2025", "2025", "2025", "2025"],
    "need": ["ASD", "SEMH", "MSI", "All"] * 2,
    "plans": [420, 310, 3, 733, 480, 350, 12, 842],
})
plans = Aggregate(
    frame=frame, universe="EHC plans at the January census", dimensions=("year", "need"),
    measures=(Measure("plans", "EHC plans", "people"),), source="local",
    sources=("Exampleshire: EHC plans, January 2025",), method="Plans open on census day.",
    period="January 2024 to January 2025",
    labels={"need": {"ASD": "Autism", "SEMH": "Social, emotional and mental health",
                     "MSI": "Multi-sensory impairment", "All": "All needs"}},
)
"""
TABLE = 'show.table(plans, caption="EHC plans by primary need")'
FINDING = """
show.finding(Finding(
    id="{number}.plans", stage="Module 1", priority={priority}, criterion=1,
    sentence="{number}: {{now}} EHC plans were open in January 2025, {{then}} a year before.",
    cells={{"now": plans.cell("plans", year=2025, need="All"),
           "then": plans.cell("plans", year=2024, need="All")}},
    value=plans.cell("plans", year=2025, need="All"),
    outcome="More children have their needs described in law.",
))
"""


def notebook(
    folder: Path,
    name: str,
    *cells: str,
    parameters: str | None = PARAMETERS,
    title: str = "",
    stage: str = "Module 1",
    words: Sequence[str] = (),
    **about: Any,
) -> Path:
    """Write a notebook: `words` are markdown cells, `cells` code, in turns; return its path."""
    number = name.partition("_")[0]
    node = new_notebook()
    shown = title or name.partition("_")[2].replace("_", " ").capitalize()
    node.cells.append(new_markdown_cell(f"# {number}. {shown}\n**Question.** What?"))
    if parameters is not None:
        node.cells.append(new_code_cell(parameters, metadata={"tags": ["parameters"]}))
    for text in words:
        node.cells.append(new_markdown_cell(text))
    for code in cells:
        kind = new_markdown_cell if code.startswith("##") else new_code_cell
        node.cells.append(kind(code.strip()))
    for at, cell in enumerate(node.cells):
        cell["id"] = f"c{at}"
    node.metadata["toolkit"] = {
        "number": number,
        "title": shown,
        "stage": stage,
        "question": "What do the records say?",
        **about,
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.ipynb"
    nbformat.write(node, path)
    return path


def finding(number: str, priority: int = 1) -> str:
    """Return the code of a cell that shows a finding."""
    return FINDING.format(number=number, priority=priority)


@dataclass
class StubArea:
    """What `open_area` returns, with what a test wants in it."""

    folder: Path
    settings: Area
    tables: tuple[str, ...] = ("plans",)
    sources: list[SourceFile] = field(
        default_factory=lambda: [SourceFile("PRIVATE name.xml", RETURN, "ab" * 32, "2025")]
    )
    problems: list[Problem] = field(default_factory=list)

    @property
    def tier(self) -> str:
        return "local" if "plans" in self.tables else "published"

    def table_or_empty(self, name: str) -> pd.DataFrame:
        return combine.empty(name)

    def has(self, *needs: str) -> bool:
        return not self.lacks(*needs)

    def lacks(self, *needs: str) -> list[str]:
        return [need for need in needs if need not in self.tables]


def area(folder: Path, name: str = "Exampleshire", **settings: Any) -> StubArea:
    """Return an open area whose folder is there."""
    folder.mkdir(parents=True, exist_ok=True)
    given = {"la_code": "990", "fictional": True, **settings}
    return StubArea(folder, Area(name=name, **given))


def shared(release):
    """Return every file of a release by name."""
    return {path.name: path.read_bytes() for path in release.folder.iterdir()}


def statuses(release):
    """Return what became of each notebook of a release, by its number."""
    return {outcome.number: outcome.status for outcome in release.outcomes}

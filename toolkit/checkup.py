"""What `toolkit check` says: rows accounted for, problems with their remedies, readiness."""

from __future__ import annotations

import pandas as pd

from toolkit.diagnose import data_return
from toolkit.intake import needs
from toolkit.intake.loaded import Problem
from toolkit.intake.needs import TITLES
from toolkit.intake.opened import OpenArea

Lines = list[tuple[str, ...]]


def has_errors(area: OpenArea) -> bool:
    """Return whether any file or row could not be used."""
    return any(p.severity == "error" for p in _met(area))


def _met(area: OpenArea) -> list[Problem]:
    """Return what is wrong with the area's own files, and with the published ones it points at."""
    of_published = [p for p in area.released.problems if p.severity != "note"]
    return [*area.problems, *of_published]


def rows(area: OpenArea) -> Lines:
    """Return what became of the rows of each file, headings first."""
    lines: Lines = [("File", "Table", "Read", "Used", "Set aside")]
    for a in area.accounts:
        name = f"{a.file} ({a.sheet})" if a.sheet else a.file
        lines.append(
            (name, a.table, *(f"{n:,}" for n in (a.rows_read, a.rows_used, a.rows_set_aside)))
        )
    return lines if len(lines) > 1 else [*lines, ("No files", "", "0", "0", "0")]


def title_of_problems(area: OpenArea, limit: int) -> str:
    """Return how many problems there are, in words."""
    met = _met(area)
    count = len(met)
    if not count:
        return "Problems: none"
    shown = f", the first {limit} listed" if count > limit else ""
    errors = sum(p.severity == "error" for p in met)
    return f"Problems: {count}, of which {errors} left something out{shown}"


def problems(area: OpenArea, *, values: bool, limit: int) -> list[tuple[str, str, str]]:
    """Return the first problems, each as what was done, where it is, and what to do about it.

    Args:
        area: The area.
        values: Whether to name the values that are wrong: for the analyst's own screen.
        limit: How many problems to list.
    """
    lines = []
    for p in _met(area)[:limit]:
        said, remedy = (p.message, p.remedy) if values else _without_values(p)
        title = "" if p.file else TITLES.get(p.table, "")
        where = ", ".join(part for part in (title, p.where) if part)
        lines.append((data_return.SEVERITIES[p.severity], where, f"{said} {remedy}".strip()))
    return lines


def _without_values(p: Problem) -> tuple[str, str]:
    said, remedy = needs.in_general(p.code)
    return p.plain or said, remedy


def readiness(area: OpenArea) -> Lines:
    """Return what each notebook can do now and what would complete it, headings first."""
    frame: pd.DataFrame = needs.readiness(area).frame
    lines: Lines = [("Notebook", "Inputs held", "State", "What would complete it")]
    for row in frame.itertuples(index=False):
        lines.append(
            (str(row.notebook), f"{float(str(row.score)):.0f}%", str(row.state), str(row.missing))
        )
    return lines

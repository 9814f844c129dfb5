"""What `toolkit check` says: rows accounted for, problems with their remedies, readiness."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from toolkit.diagnose import data_return
from toolkit.intake import needs
from toolkit.intake.loaded import Problem, where_all
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
    """Return what became of the rows of each file, headings first.

    Sheets without rows are left out where a note names them.
    """
    named = {p.file for p in area.problems if p.code == "sheet.no_rows"}
    lines: Lines = [("File", "Table", "Read", "Used", "Set aside")]
    for a in area.accounts:
        if a.file in named and not a.rows_read:
            continue
        name = f"{a.file} ({a.sheet})" if a.sheet else a.file
        lines.append(
            (name, a.table, *(f"{n:,}" for n in (a.rows_read, a.rows_used, a.rows_set_aside)))
        )
    nothing = "No rows" if area.accounts else "No files"
    return lines if len(lines) > 1 else [*lines, (nothing, "", "0", "0", "0")]


def title_of_problems(area: OpenArea, *, values: bool, limit: int) -> str:
    """Return how many problems there are, in words, and whether all are listed."""
    met = _met(area)
    count = sum(p.count for p in met)
    if not count:
        return "Problems: none"
    kinds = len(_alike(met, values))
    shown = f"; the first {limit} of {kinds} kinds listed" if kinds > limit else ""
    errors = sum(p.count for p in met if p.severity == "error")
    return f"Problems: {count:,}, of which {errors:,} left something out{shown}"


def problems(area: OpenArea, *, values: bool, limit: int) -> list[tuple[str, str, str]]:
    """Return the first problems, each as what was done, where it is, and what to do about it.

    What is said in the same words of several rows of one file and column is one line, which
    names the first rows and counts the others.

    Args:
        area: The area.
        values: Whether to name the values that are wrong: for the analyst's own screen.
        limit: How many lines to list.
    """
    lines = []
    for group in _alike(_met(area), values)[:limit]:
        p = group[0]
        title = "" if p.file else TITLES.get(p.table, "")
        where = ", ".join(part for part in (title, where_all(group)) if part)
        lines.append((data_return.SEVERITIES[needs.outcome(p)], where, _said(p, values)))
    return lines


def _alike(met: Sequence[Problem], values: bool) -> list[list[Problem]]:
    """Return problems that are told in the same words of one file and column, together."""
    groups: dict[tuple[str, ...], list[Problem]] = {}
    for p in met:
        kind = (p.severity, p.table, p.file, p.sheet, p.column, _said(p, values))
        groups.setdefault(kind, []).append(p)
    return list(groups.values())


def _said(p: Problem, values: bool) -> str:
    said, remedy = (p.message, p.remedy) if values else _without_values(p)
    return f"{said} {remedy}".strip()


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

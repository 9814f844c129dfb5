"""What `toolkit check` says: rows accounted for, problems with their remedies, readiness."""

from __future__ import annotations

import pandas as pd

from toolkit.diagnose import data_return
from toolkit.intake import needs
from toolkit.intake.store import OpenArea

Lines = list[tuple[str, ...]]


def has_errors(area: OpenArea) -> bool:
    """Return whether any file or row could not be used."""
    return any(p.severity == "error" for p in area.problems)


def report(area: OpenArea, *, values: bool, limit: int) -> list[tuple[str, Lines]]:
    """Return the sections of the check, each a title and the lines of a table.

    Args:
        area: The area.
        values: Whether to name the values that are wrong: for the analyst's own screen.
        limit: How many problems to list.
    """
    return [
        ("Rows", _rows(area)),
        (_problem_title(area, limit), _problems(area, values, limit)),
        ("What can run now", _readiness(area)),
    ]


def _rows(area: OpenArea) -> Lines:
    lines: Lines = [("File", "Table", "Read", "Used", "Set aside")]
    for a in area.accounts:
        name = f"{a.file} ({a.sheet})" if a.sheet else a.file
        lines.append(
            (name, a.table, *(f"{n:,}" for n in (a.rows_read, a.rows_used, a.rows_set_aside)))
        )
    return lines if len(lines) > 1 else [*lines, ("No files", "", "0", "0", "0")]


def _problem_title(area: OpenArea, limit: int) -> str:
    count = len(area.problems)
    if not count:
        return "Problems: none"
    shown = f", the first {limit} listed" if count > limit else ""
    errors = sum(p.severity == "error" for p in area.problems)
    return f"Problems: {count}, of which {errors} left something out{shown}"


def _problems(area: OpenArea, values: bool, limit: int) -> Lines:
    lines: Lines = [("What was done", "Where", "What is wrong", "What to do")]
    for p in area.problems[:limit]:
        said = (p.message, p.remedy) if values else needs.in_general(p.code)
        lines.append((data_return.SEVERITIES[p.severity], p.where, *said))
    return lines


def _readiness(area: OpenArea) -> Lines:
    frame: pd.DataFrame = needs.readiness(area).frame
    lines: Lines = [("Notebook", "Inputs held", "State", "What would complete it")]
    for row in frame.itertuples(index=False):
        lines.append(
            (str(row.notebook), f"{float(str(row.score)):.0f}%", str(row.state), str(row.missing))
        )
    return lines

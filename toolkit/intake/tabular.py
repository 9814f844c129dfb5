"""Safe reading of CSV files and workbooks into raw text, with the row numbers of a spreadsheet.

Nothing is guessed: every cell stays text, no column shifts, no row goes unaccounted for.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.intake import tabular_shape, tabular_text, tabular_workbook
from toolkit.intake.loaded import Problem
from toolkit.intake.rules import Place, problem
from toolkit.intake.tabular_grid import ROW, Grid, RawTable, clean, plain

__all__ = ["KINDS", "ROW", "WORKBOOK_KINDS", "RawTable", "Tabular", "clean", "plain", "read"]

TEXT_KINDS = {".csv", ".txt", ".tsv"}
WORKBOOK_KINDS = {".xlsx", ".xlsm", ".xls"}
KINDS = TEXT_KINDS | WORKBOOK_KINDS
HEAD = 65_536  # bytes: more than any row of headings


@dataclass
class Tabular:
    """What one file holds: its tables, and problems of the file as a whole."""

    tables: list[RawTable] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read(path: Path, known: Collection[str] = (), head: bool = False) -> Tabular:
    """Return the tables of a CSV file or workbook.

    A file that cannot be used gives a problem and no table, so that it stops no other file.

    Args:
        path: A file of one of KINDS.
        known: Headings to be expected, by which the row of headings is found.
        head: Whether to read only the beginning of a CSV file, to see what it is.
    """
    kind = path.suffix.lower()
    place = Place(file=path.name)
    if not path.is_file():
        return Tabular(problems=[problem("file.missing", place)])
    if kind not in KINDS:
        return Tabular(problems=[problem("file.kind", place, kind=kind or "without an ending")])
    try:
        if kind in TEXT_KINDS:
            grids, problems = tabular_text.grids(path, HEAD if head else None)
        else:
            grids, problems = tabular_workbook.grids(path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return Tabular(problems=[problem("file.unreadable", place, reason=reason)])
    tables = [tabular_shape.table(grid, known) for grid in grids]
    return Tabular(tables, [*problems, *_without_rows(grids, tables)])


def _without_rows(grids: Sequence[Grid], tables: Sequence[RawTable]) -> list[Problem]:
    """Return one note for tables that have headings and no rows, or nothing at all."""
    bare = [t for t in tables if not t.rows_read and not t.problems]
    if not bare:
        return []
    place = Place(file=bare[0].file)
    if grids[0].ragged:
        return [problem("file.heading_only", place)]
    return [problem("sheet.no_rows", place, sheets=", ".join(t.sheet for t in bare))]

"""From a grid of cells to a table: where the headings are, and rows that do not fit them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import pandas as pd

from toolkit.intake.loaded import Problem
from toolkit.intake.rules import Place, problem
from toolkit.intake.schedule import TEXT
from toolkit.intake.tabular_grid import ROW, Grid, RawTable, clean, plain

HEADING_WITHIN = 10  # rows from the top in which the headings are looked for
FEWEST_HITS = 2  # known headings in a row below the first before it is taken for the headings
LEAST_SHARE = 0.25  # and as a share of its cells

Record = tuple[int, list[str]]


@dataclass(frozen=True)
class Heads:
    """The row of headings.

    Attributes:
        at: Its place among the rows of the grid.
        names: A name for each column, "" for those that are not read.
        width: Cells in the row, blank ones included.
        headed: For each column, whether it has a heading.
        duplicates: Headings that come twice.
    """

    at: int
    names: list[str]
    width: int
    headed: list[bool]
    duplicates: tuple[str, ...]


def table(grid: Grid, known: Collection[str]) -> RawTable:
    """Return a grid as a table; where its headings cannot be told, all rows are set aside."""
    at, about_heading = _find_heading(grid, known)
    if about_heading and about_heading.severity == "error":
        lost = sum(_filled(row) for row in grid.rows[1:]) + len(grid.broken)
        return RawTable(grid.file, grid.sheet, _frame([], []), (), (about_heading,), lost)
    heads = _heads(grid, at)
    body = list(zip(grid.numbers, grid.rows, strict=True))[at + 1 :]
    filled = [(number, row) for number, row in body if _filled(row)]
    records, problems = _whole(grid, heads, filled)
    place = Place(file=grid.file, sheet=grid.sheet)
    problems += _unheaded(place, heads, records)
    blank = _blank_between(body)
    if blank:
        problems.append(problem("row.blank", place, count=blank))
    if about_heading:
        problems.append(about_heading)
    problems.sort(key=lambda p: p.row or 0)
    lost = len(filled) - len(records) + len(grid.broken)
    frame = _frame(heads.names, records)
    return RawTable(grid.file, grid.sheet, frame, heads.duplicates, tuple(problems), lost)


def _filled(row: Sequence[str]) -> bool:
    return bool("".join(row).strip())


def _find_heading(grid: Grid, known: Collection[str]) -> tuple[int, Problem | None]:
    """Return the place of the row of headings, and what is to be said of it.

    It is the first row, unless a row below holds more of the headings that are expected.
    """
    if not grid.rows:
        return 0, None
    wanted = {plain(name) for name in known}
    top = grid.rows[:HEADING_WITHIN]
    hits = [len({plain(cell) for cell in row} & wanted) for row in top]
    at = max(range(len(top)), key=lambda i: (hits[i], -i))
    filled = [sum(bool(clean(cell)) for cell in row) for row in top]
    if at and hits[at] >= max(FEWEST_HITS, LEAST_SHARE * filled[at]):
        place = Place(file=grid.file, sheet=grid.sheet, row=grid.numbers[at])
        return at, problem("heading.not_first", place, heading_row=grid.numbers[at])
    title = filled[0] <= 1 < max(filled[1:3], default=0)
    half = len(top) > 1 and filled[0] < filled[1] and not any(map(_has_digit, top[1]))
    if hits[0] < FEWEST_HITS and (title or half):
        place = Place(file=grid.file, sheet=grid.sheet, row=grid.numbers[0])
        return 0, problem("heading.two_rows", place)
    return 0, None


def _has_digit(cell: str) -> bool:
    return any(character.isdigit() for character in cell)


def _heads(grid: Grid, at: int) -> Heads:
    """Return the row of headings, each cleaned; a heading that comes again is not read."""
    row = grid.rows[at] if grid.rows else []
    cleaned = [clean(cell) for cell in row]
    seen: set[str] = set()
    names: list[str] = []
    twice: list[str] = []
    for name in cleaned:
        again = bool(name) and plain(name) in seen
        seen.add(plain(name))
        twice += [name] if again else []
        names.append("" if again else "row (of the file)" if name == ROW else name)
    while names and not cleaned[len(names) - 1]:
        names.pop()
    duplicates = tuple(dict.fromkeys(twice))
    return Heads(at, names, len(row), [bool(c) for c in cleaned], duplicates)


def _whole(
    grid: Grid, heads: Heads, filled: Sequence[Record]
) -> tuple[list[Record], list[Problem]]:
    """Return the rows that fit under the headings, and a problem for each that does not."""
    where = [Place(file=grid.file, sheet=grid.sheet, row=number) for number in grid.broken]
    problems = [problem("row.unclosed_quote", place) for place in where]
    lengths = {len(row) for _, row in filled} if grid.ragged else set()
    if lengths <= {heads.width}:
        return list(filled), problems
    # Where every row ends in the same surplus of blank cells, nothing has shifted.
    same = len(lengths) == 1 and not any(_filled(row[heads.width :]) for _, row in filled)
    if same and max(lengths) > heads.width:
        problems.append(problem("row.trailing_commas", Place(file=grid.file)))
    records: list[Record] = []
    for number, row in filled:
        place = Place(file=grid.file, row=number)
        if len(row) > heads.width and not same:
            sizes: dict[str, Any] = {"found": len(row), "expected": heads.width}
            problems.append(problem("row.extra_fields", place, **sizes))
            continue
        if len(row) < len(heads.names):
            sizes = {"found": len(row), "expected": len(heads.names)}
            problems.append(problem("row.short", place, **sizes))
        records.append((number, row))
    return records, problems


def _unheaded(place: Place, heads: Heads, records: Sequence[Record]) -> list[Problem]:
    """Return a problem for each column that has values and no heading."""
    used = [i for i, headed in enumerate(heads.headed) if not headed]
    return [
        problem("heading.blank", place, which=f"column {i + 1}")
        for i in used
        if any(i < len(row) and row[i].strip() for _, row in records)
    ]


def _blank_between(body: Sequence[Record]) -> int:
    """Return how many blank rows stand above the last row that is filled."""
    filled = [i for i, (_, row) in enumerate(body) if _filled(row)]
    return filled[-1] + 1 - len(filled) if filled else 0


def _frame(names: Sequence[str], records: Sequence[Record]) -> pd.DataFrame:
    """Return rows as a frame of text, blank cells missing, with their numbers in `row`."""
    data: dict[str, object] = {ROW: pd.array([number for number, _ in records], dtype="Int64")}
    columns = zip_longest(*(row for _, row in records), fillvalue="")
    for name, column in zip_longest(names, columns, fillvalue=()):
        if name:
            cells = [cell if cell.strip() else None for cell in column or [""] * len(records)]
            data[name] = pd.array(cells, dtype=TEXT)
    return pd.DataFrame(data)

"""What figures of published tables have to do with each other, as an outsider finds out.

A relation is believed where the figures that are shown bear it out: rows that come to their
total, columns that add up, a share that is one column over another. It is then held against
the rows in which figures are hidden.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from toolkit.audit.classes import Cell, Class, Labels, Series
from toolkit.audit.tables import Table

FEWEST_ROWS = 3  # rows that must bear a relation between columns out
CLOSE = 1e-6
MERGED = re.compile(r"(?:other )?merged: (.+)")  # a label that names what it holds together
FACTORS = (1.0, 100.0, 1000.0)  # a quotient, a percentage, a rate per 1,000


@dataclass(frozen=True)
class Relation:
    """A sum of cells, each times a factor, lies between two ends; equal ends make an equation."""

    terms: tuple[tuple[Cell, float], ...]
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Split:
    """The parts of one cell over one dimension, as one column has them."""

    dimension: str
    parent: Labels
    parts: tuple[Labels, ...]
    where: str
    is_own: bool  # whether the total stands in the same column


def splits_of(one: Class) -> list[Split]:
    """Return every split that the columns of a class show."""
    found = []
    for series in one.series:
        groups: dict[tuple[str, Labels], list[Labels]] = defaultdict(list)
        for key, dimensions in zip(series.keys, series.dimensions, strict=True):
            for dimension, label in dimensions.items():
                groups[dimension, key - {label}].append(key)
        own = set(series.keys)
        found += [
            Split(d, parent, tuple(parts), f"{series.table.where}#{series.at}", parent in own)
            for (d, parent), parts in groups.items()
            if len(parts) > 1
        ]
    return _across(one, found)


def _across(one: Class, found: list[Split]) -> list[Split]:
    """Return the splits, and those over labels that stand in the headings of a table's columns."""
    tables: dict[str, list[Series]] = defaultdict(list)
    for series in one.series:
        tables[series.table.where].append(series)
    for where, members in tables.items():
        groups: dict[tuple[str, Labels], dict[Labels, None]] = defaultdict(dict)
        keys = {k for s in members for k in s.keys}
        for series in members:
            for dimension, label in series.table.columns[series.at].labels:
                for key in series.keys:
                    groups[dimension, key - {label}][key] = None
        found += [
            Split(f"{d} across", parent, tuple(parts), where, parent in keys)
            for (d, parent), parts in groups.items()
            if len(parts) > 1 and len(members) > 1
        ]
    return found


def told_by_total(one: Class) -> set[Labels]:
    """Return hidden figures of rows that show nothing but their total: it alone narrows them."""
    return {
        key
        for split in splits_of(one)
        if _shown(one, split.parent) is not None
        and all(_is_hidden(one, part) for part in split.parts)
        for key in split.parts
    }


def of_splits(number: int, one: Class, splits: Sequence[Split]) -> Iterator[Relation]:
    """Yield the relations of a class's splits, as far as what is shown bears them out."""
    by_place: dict[tuple[str, str], list[Split]] = defaultdict(list)
    for split in splits:
        by_place[split.where, split.dimension].append(split)
    for group in by_place.values():
        sums = [(_shown_sum(one, s), _shown(one, s.parent)) for s in group]
        known = [(a, b) for a, b in sums if a is not None and b is not None]
        slack = CLOSE + one.half * (1 + max(len(s.parts) for s in group))
        over = any(a > b + slack for a, b in known)
        if over:
            continue
        exact = sum(abs(a - b) <= slack for a, b in known)
        adds_up = exact == len(known) and (exact > 0 or all(s.is_own for s in group))
        for split in group:
            if split.parent not in one.cells and not exact:
                continue
            if any(_is_hidden(one, k) for k in (*split.parts, split.parent)):
                yield _sum(number, split, exactly=adds_up)
            for within in _within(split):
                if within.parent in one.cells:
                    yield _sum(number, within, exactly=adds_up)


def of_merged(number: int, one: Class) -> Iterator[Relation]:
    """Yield what merged categories are the sum of: no table need show what they hold."""
    for key in one.cells:
        for label in key:
            if parts := merged_in(label):
                terms = [((number, key - {label} | {part}), 1.0) for part in parts]
                yield Relation((*terms, ((number, key), -1.0)), 0.0, 0.0)


def merged_in(label: str) -> list[str]:
    """Return the labels that a label of merged categories names; none where it is another."""
    found = MERGED.fullmatch(label)
    return found.group(1).split("; ") if found else []


def _within(split: Split) -> Iterator[Split]:
    """Yield the same split for each category that was merged."""
    for label in split.parent:
        for part in merged_in(label):
            parts = tuple(p - {label} | {part} for p in split.parts)
            yield replace(split, parent=split.parent - {label} | {part}, parts=parts)


def small_gaps(one: Class, splits: Sequence[Split], threshold: int) -> Iterator[tuple[Split, str]]:
    """Yield splits whose shown parts miss their total by a few, where others add up."""
    if one.half:
        return
    by_dimension: dict[str, list[Split]] = defaultdict(list)
    for split in splits:
        by_dimension[split.dimension].append(split)
    for group in by_dimension.values():
        found = [(s, _shown_sum(one, s), _shown(one, s.parent)) for s in group]
        known = [(s, a - b) for s, a, b in found if a is not None and b is not None]
        exact = [split for split, gap in known if abs(gap) < CLOSE]
        for split, gap in known:
            if exact and CLOSE < abs(gap) <= threshold and not _is_rest_of_any(split, exact):
                yield split, split.where


def _is_rest_of_any(split: Split, others: Sequence[Split]) -> bool:
    """Return whether a split leaves out parts that another shows: then nothing is missing."""
    return any(o.parent == split.parent and set(o.parts) > set(split.parts) for o in others)


def _sum(number: int, split: Split, exactly: bool) -> Relation:
    terms: list[tuple[Cell, float]] = [((number, k), 1.0) for k in split.parts]
    terms.append(((number, split.parent), -1.0))
    return Relation(tuple(terms), 0.0 if exactly else None, 0.0)


def _shown(one: Class, key: Labels) -> float | None:
    found = one.cells.get(key)
    return found.value if found else None


def _is_hidden(one: Class, key: Labels) -> bool:
    return key in one.cells and one.cells[key].hidden


def _shown_sum(one: Class, split: Split) -> float | None:
    values = [_shown(one, k) for k in split.parts]
    return None if any(v is None for v in values) else sum(v for v in values if v is not None)


# Relations between the columns of one table, row by row.


def of_columns(table: Table, cell_of: dict[tuple[int, int], Cell]) -> Iterator[Relation]:
    """Yield what the columns of a table have to do with each other, in its rows with a mark.

    Args:
        table: The table.
        cell_of: For a row and a column of counts, the cell that stands there.
    """
    marked = [i for i, row in enumerate(table.cells) if any(f.hidden for f in row)]
    if not marked:
        return
    counts = [i for i, c in enumerate(table.columns) if c.kind == "count"]
    ratios = [i for i, c in enumerate(table.columns) if c.kind == "ratio"]
    for a, b, c in itertools.permutations(counts, 3):
        if a < b and _bears_out(table, (a, b, c), lambda x, y, z: abs(x + y - z) < CLOSE):
            for row in marked:
                terms = ((row, a), 1.0), ((row, b), 1.0), ((row, c), -1.0)
                if all(at in cell_of for at, _ in terms):
                    yield Relation(tuple((cell_of[at], s) for at, s in terms), 0.0, 0.0)
    for r in ratios:
        yield from _quotients(table, cell_of, marked, counts, r)
        yield from _unit_costs(table, cell_of, marked, counts, r)


def _quotients(
    table: Table,
    cell_of: dict[tuple[int, int], Cell],
    marked: Sequence[int],
    counts: Sequence[int],
    ratio: int,
) -> Iterator[Relation]:
    """Yield ranges of a count from a share or rate that is shown beside it."""
    half = max((row[ratio].half for row in table.cells), default=0.0) * 1.001 + CLOSE
    for (a, b), factor in itertools.product(itertools.permutations(counts, 2), FACTORS):
        if not _bears_out(
            table, (a, b, ratio), lambda x, y, r, f=factor: y and abs(f * x / y - r) <= half
        ):
            continue
        for row in marked:
            share = table.cells[row][ratio].value
            if share is None or (row, a) not in cell_of or (row, b) not in cell_of:
                continue
            part, base = cell_of[row, a], cell_of[row, b]
            yield Relation(((part, factor), (base, -(share + half))), None, 0.0)
            yield Relation(((part, factor), (base, -(share - half))), 0.0, None)


def _unit_costs(
    table: Table,
    cell_of: dict[tuple[int, int], Cell],
    marked: Sequence[int],
    counts: Sequence[int],
    ratio: int,
) -> Iterator[Relation]:
    """Yield ranges of a count from a total and a mean that are both shown."""
    others = [i for i, c in enumerate(table.columns) if c.kind == "ratio" and i != ratio]
    half = max((row[ratio].half for row in table.cells), default=0.0)
    for count, total in itertools.product(counts, others):
        if not _bears_out(
            table, (total, count, ratio), lambda x, y, r: y and abs(x / y - r) <= half + CLOSE
        ):
            continue
        for row in marked:
            whole, mean = table.cells[row][total], table.cells[row][ratio]
            if whole.value is None or not mean.value or (row, count) not in cell_of:
                continue
            ends = (
                (whole.value - whole.half) / (mean.value + half),
                (whole.value + whole.half) / max(mean.value - half, CLOSE),
            )
            yield Relation(((cell_of[row, count], 1.0),), ends[0], ends[1])


def _bears_out(table: Table, columns: tuple[int, int, int], holds: Callable[..., object]) -> bool:
    """Return whether every row that shows all three figures bears a relation out."""
    rows = [[row[c] for c in columns] for row in table.cells]
    shown = [[f.value for f in row] for row in rows if all(f.value is not None for f in row)]
    if len(shown) < FEWEST_ROWS or len({tuple(r) for r in shown}) < FEWEST_ROWS:
        return False
    return all(holds(*row) for row in shown)

"""The audit of a published folder: which hidden figures an outsider can work out, and how far."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from toolkit.audit import quotients
from toolkit.audit import relations as rules
from toolkit.audit.attack import Range, ranges
from toolkit.audit.classes import Cell, Class, Series, classes_of, series_of
from toolkit.audit.known import read_published
from toolkit.audit.reading import Published, read_folder
from toolkit.audit.tables import YEAR, Table

Kind = Literal["recovered", "narrow", "told", "difference", "quotient", "text"]
CLOSE = 1e-4  # how near two ends of a range must be to be one
WHOLE = re.compile(r"(?<![\w.,£−-])\d{1,3}(?:,\d{3})*(?![\w%,]|\.\d| ?per|[\u2013-])")


@dataclass(frozen=True)
class Breach:
    """One hidden figure that can be worked out.

    Attributes:
        kind: `recovered`: exactly, and it is small. `narrow`: its range is narrower than 1 to
            one above the threshold. `told`: shown elsewhere. `difference`: two releases, or a
            table and its total, differ by a few. `quotient`: one £ over another gives a count
            that is small, or misses the one beside it by a few. `text`: a sentence or an
            alternative text names it.
        where: The file and the caption.
        labels: Which figure it is, in the words of the table.
        range: What it must lie between.
    """

    kind: Kind
    where: str
    labels: str
    range: Range


@dataclass(frozen=True)
class Audit:
    """What an audit found.

    Attributes:
        tables: How many tables were read.
        hidden: How many figures are hidden, each counted once.
        attacked: How many of them stand in some relation.
        breaches: Those that can be worked out.
        ranges: The range of each hidden figure, by its place and labels.
    """

    tables: int
    hidden: int
    attacked: int
    breaches: tuple[Breach, ...]
    ranges: dict[tuple[str, str], Range]


def audit(
    folder: Path,
    before: Path | None = None,
    published: Path | None = None,
    area: str = "",
    threshold: int = 5,
) -> Audit:
    """Return what an outsider can work out of a published folder.

    Args:
        folder: The folder.
        before: The folder of an earlier release of the same area.
        published: The DfE's zip, whose figures of the area an outsider knows.
        area: The area's name or code in it.
        threshold: Counts from 1 to this are small.
    """
    told = read_folder(folder)
    series = [s for t in told.tables for s in series_of(t)]
    if before is not None:
        series += [s for t in read_folder(before).tables for s in series_of(t, earlier=True)]
    if published is not None:
        outside = read_published(published, area)
        series += [replace(s, outside=True) for t in outside for s in series_of(t)]
    classes = classes_of(series)
    found = _ranges(classes, [s.table for s in series])
    breaches = [
        *_by_ranges(classes, found, threshold),
        *_by_comparison(classes, threshold),
        *_by_quotients(told.tables, threshold),
        *_by_text(told, classes, threshold),
    ]
    marks = {cell: ends for cell, ends in found.items() if _is_shown(classes, cell)}
    named = {_named(classes, cell): ends for cell, ends in marks.items()}
    attacked = sum(ends[0] > 1 or math.isfinite(ends[1]) for ends in marks.values())
    return Audit(len(told.tables), len(marks), attacked, tuple(dict.fromkeys(breaches)), named)


def _ranges(classes: Sequence[Class], tables: Sequence[Table]) -> dict[Cell, Range]:
    """Return the range of every hidden figure, and of those within merged categories."""
    known: dict[Cell, float] = {}
    least: dict[Cell, float | None] = {}
    half: dict[Cell, float] = {}
    made: list[rules.Relation] = []
    cells: dict[int, dict[tuple[int, int], Cell]] = {id(t): {} for t in tables}
    for number, one in enumerate(classes):
        bare = rules.told_by_total(one)
        for key, figure in one.cells.items():
            if figure.value is not None:
                known[number, key] = figure.value
                half[number, key] = one.half
            else:
                # A row of marks alone may hide zeros too; elsewhere a mark is 1 at least.
                least[number, key] = None if one.is_signed else 0.0 if key in bare else 1.0
        made += rules.of_splits(number, one, rules.splits_of(one))
        merged = list(rules.of_merged(number, one))
        made += merged
        parts = {cell for relation in merged for cell, _ in relation.terms} - known.keys()
        unshown = {c for c in parts if not any(rules.merged_in(label) for label in c[1])}
        least |= dict.fromkeys(sorted(unshown - least.keys(), key=_sorted_by), 0.0)
        for series in one.series:
            for row, key in enumerate(series.keys):
                if key in one.cells:
                    cells[id(series.table)][row, series.at] = number, key
    for table in {id(t): t for t in tables}.values():
        made += rules.of_columns(table, cells[id(table)])
    return ranges(made, known, least, half)


def _sorted_by(cell: Cell) -> tuple[int, list[str]]:
    return cell[0], sorted(cell[1])


def _by_ranges(
    classes: Sequence[Class], found: dict[Cell, Range], threshold: int
) -> Iterator[Breach]:
    bare = {(n, k) for n, one in enumerate(classes) for k in rules.told_by_total(one)}
    for cell, (low, high) in found.items():
        if low > threshold + CLOSE or high < 1 - CLOSE:
            continue
        where, labels = _named(classes, cell)
        if not math.isfinite(high - low):
            continue
        if math.floor(high + CLOSE) <= math.ceil(low - CLOSE):
            yield Breach("recovered", where, labels, (low, high))
        elif high - low < threshold - CLOSE and cell not in bare and _is_shown(classes, cell):
            yield Breach("narrow", where, labels, (low, high))


def _by_comparison(classes: Sequence[Class], threshold: int) -> Iterator[Breach]:
    """Yield figures that one table hides and another shows, and differences that are small."""
    for number, one in enumerate(classes):
        for labels, where in one.told.items():
            value = one.cells[labels].value or 0.0
            if 0 < value <= threshold or any(s.earlier for s in one.series):
                yield Breach("told", where, _named(classes, (number, labels))[1], (value, value))
        for labels, (was, is_) in one.moved.items():
            if abs(was - is_) <= threshold:
                where, name = _named(classes, (number, labels))
                yield Breach("difference", where, name, (was - is_, was - is_))
        for split, where in rules.small_gaps(one, rules.splits_of(one), threshold):
            name = f"{split.dimension}: {', '.join(sorted(split.parent))}"
            yield Breach("difference", where.partition("#")[0], name, (0.0, 0.0))


def _by_quotients(tables: Sequence[Table], threshold: int) -> Iterator[Breach]:
    """Yield small counts, and small differences from a count, that one £ over another gives."""
    for table in tables:
        for one in quotients.implied(table):
            if quotients.gaps(table, one, threshold):
                row = ", ".join(label for _, label in table.rows[one.row]) or "total"
                total, mean = (table.columns[at].name for at in (one.total, one.mean))
                many = float(one.people)
                yield Breach("quotient", table.where, f"{row}: {total} / {mean}", (many, many))


def _by_text(told: Published, classes: Sequence[Class], threshold: int) -> Iterator[Breach]:
    """Yield hidden figures that a clause outside the tables names, all their labels with it."""
    clauses = [
        (where, clause.lower())
        for where, text in told.texts
        for clause in re.split(r"[.;]\s", text)
        if _numbers(clause, threshold)
    ]
    for number, one in enumerate(classes):
        for key, figure in one.cells.items():
            if not figure.hidden or len(key) < 1:
                continue
            for where, clause in clauses:
                if all(label in clause for label in key) and one.series[0].name in clause:
                    value = _numbers(clause, threshold)[0]
                    name = _named(classes, (number, key))[1]
                    yield Breach("text", where, name, (value, value))


def _numbers(clause: str, threshold: int) -> list[float]:
    """Return the small whole numbers of a clause; a year or a percentage is none."""
    plain = YEAR.sub(" ", clause)
    found = [float(m.group().replace(",", "")) for m in WHOLE.finditer(plain)]
    return [n for n in found if 1 <= n <= threshold]


def _is_shown(classes: Sequence[Class], cell: Cell) -> bool:
    """Return whether a table has a place for a figure; what was merged has none."""
    return cell[1] in classes[cell[0]].cells


def _named(classes: Sequence[Class], cell: Cell) -> tuple[str, str]:
    """Return where a figure stands, and which it is."""
    number, key = cell
    one = classes[number]
    series: Series = next((s for s in one.series if key in s.keys), one.series[0])
    return series.table.where, f"{series.name}: {', '.join(sorted(key)) or 'total'}"

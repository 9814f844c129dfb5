"""Which columns of a folder's tables count the same thing, as an outsider tells: by their figures.

Two columns are the same where every figure that both show under the same labels agrees, and
enough of them do. From then on a figure hidden in one may be read in the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from toolkit.audit.tables import Figure, Table

Labels = frozenset[str]
Cell = tuple[int, Labels]  # the class, and the labels in it

ENOUGH = 3  # agreeing figures that tell two columns to be the same
TELLING = 100  # one agreement of a figure this large is enough
ROUNDED, ROUNDED_FROM = 5, 8  # of so many figures all are multiples: they are rounded
SIGNED = ("change", "difference", "more or fewer", "above", "below", "short")


@dataclass
class Series:
    """A column of counts of one table, under its labels.

    Attributes:
        table: The table.
        at: The column's place in it.
        keys: The labels of each row.
        dimensions: For each dimension of its labels, by row: the label in it.
        earlier: Whether it stands in an earlier release.
        outside: Whether it stands in another body's release: what it tells, everybody knows.
    """

    table: Table
    at: int
    keys: list[Labels]
    dimensions: list[dict[str, str]]
    earlier: bool = False
    outside: bool = False

    @property
    def name(self) -> str:
        """What it measures."""
        return self.table.columns[self.at].name

    def figures(self) -> Iterator[tuple[Labels, Figure]]:
        """Yield each row's labels and figure."""
        for key, row in zip(self.keys, self.table.cells, strict=True):
            yield key, row[self.at]


@dataclass
class Class:
    """Columns that count the same thing.

    Attributes:
        series: The columns.
        cells: For each set of labels the figure, shown where any of them shows it.
        told: Labels of figures that one column hides and another shows.
        moved: Labels under which two releases show figures that differ, with both.
    """

    series: list[Series]
    cells: dict[Labels, Figure] = field(default_factory=dict)
    told: dict[Labels, str] = field(default_factory=dict)
    moved: dict[Labels, tuple[float, float]] = field(default_factory=dict)

    @property
    def is_signed(self) -> bool:
        """Whether its figures may be below nought."""
        named = any(word in s.name for s in self.series for word in SIGNED)
        return named or any((f.value or 0) < 0 for f in self.cells.values())

    @cached_property
    def half(self) -> float:
        """How far a figure may be from what was counted: 2 where its tables are rounded to 5."""
        tables = {id(s.table): s.table for s in self.series}.values()
        shown = [v for table in tables for v in table.counts if v]
        rounded = len(shown) >= ROUNDED_FROM and all(v % ROUNDED == 0 for v in shown)
        return (ROUNDED - 1) / 2 if rounded else 0.0

    def fill(self) -> None:
        """Read every column, those of this release first and those of others last."""
        for one in sorted(self.series, key=lambda s: (s.outside, s.earlier)):
            for labels, found in one.figures():
                if found.value is not None or found.hidden:
                    self._read(labels, found, one)

    def _read(self, labels: Labels, found: Figure, one: Series) -> None:
        known = self.cells.get(labels)
        if known is None:
            self.cells[labels] = found
        elif known.hidden != found.hidden:
            if not one.outside:
                self.told[labels] = one.table.where
            self.cells[labels] = known if found.hidden else found
        elif known.value is not None and found.value is not None and known.value != found.value:
            self.moved[labels] = (found.value, known.value)


def series_of(table: Table, earlier: bool = False) -> list[Series]:
    """Return the columns of counts of a table, each under its labels."""
    found = []
    for at, column in enumerate(table.columns):
        if column.kind != "count":
            continue
        dimensions = [{**dict(row), **dict(column.labels)} for row in table.rows]
        if len(table.caption_years) == 1 and not any("year" in d for d in dimensions):
            dimensions = [{**d, "year": table.caption_years[0]} for d in dimensions]
        keys = [frozenset(d.values()) for d in dimensions]
        if len(set(keys)) == len(keys):
            found.append(Series(table, at, keys, dimensions, earlier))
    return found


def classes_of(series: Sequence[Series]) -> list[Class]:
    """Return the columns in classes that count the same, each with its figures."""
    parent = list(range(len(series)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    shown = [{k: f.value for k, f in s.figures() if f.value is not None} for s in series]
    for a, b in _linked(series):
        first, second = root(a), root(b)
        sure = _is_same_column(series[a], series[b]) or _is_same_table(series[a], series[b])
        if first != second and (sure or not _clashes(shown[first], shown[second])):
            parent[second] = first
            shown[first] = {**shown[second], **shown[first]}
    grouped: dict[int, list[Series]] = defaultdict(list)
    for i, one in enumerate(series):
        grouped[root(i)].append(one)
    made = [Class(members) for members in grouped.values()]
    for each in made:
        each.fill()
    return made


def _clashes(one: Mapping[Labels, float], other: Mapping[Labels, float]) -> bool:
    """Return whether two sets of figures differ somewhere: then they count different things."""
    few, many = sorted((one, other), key=len)
    return any(many.get(labels, value) != value for labels, value in few.items())


def _linked(series: Sequence[Series]) -> list[tuple[int, int]]:
    """Return pairs of columns that seem to count the same thing, the surest first."""
    at: dict[Labels, list[tuple[int, float]]] = defaultdict(list)
    for i, one in enumerate(series):
        for labels, found in one.figures():
            if found.value is not None:
                at[labels].append((i, found.value))
    agree: dict[tuple[int, int], set[float]] = defaultdict(set)
    matches: dict[tuple[int, int], int] = defaultdict(int)
    clash: dict[tuple[int, int], int] = defaultdict(int)
    for shown in at.values():
        for n, (i, value) in enumerate(shown):
            for j, other in shown[n + 1 :]:
                if value == other:
                    agree[i, j].add(value)
                    matches[i, j] += 1
                else:
                    clash[i, j] += 1
    places = [*_same_place(series), *_same_table(series)]
    sure = [
        pair
        for pair, values in agree.items()
        if not clash[pair] and (len(values) >= ENOUGH or max(values) >= TELLING)
    ]
    return [*places, *sorted(sure, key=lambda pair: (-matches[pair], pair))]


def _same_place(series: Sequence[Series]) -> Iterable[tuple[int, int]]:
    """Return pairs of one column in two releases, by its file, caption and heading."""
    before = {_place(s): i for i, s in enumerate(series) if s.earlier}
    return [
        (i, before[_place(s)])
        for i, s in enumerate(series)
        if not s.earlier and _place(s) in before
    ]


def _same_table(series: Sequence[Series]) -> Iterator[tuple[int, int]]:
    """Yield pairs of columns of one table that count the same under different headings."""
    first: dict[tuple[int, str], int] = {}
    for i, one in enumerate(series):
        at = first.setdefault((id(one.table), one.name), i)
        if at != i and _is_same_table(series[at], one):
            yield at, i


def _is_same_table(a: Series, b: Series) -> bool:
    return a.table is b.table and a.name == b.name and not set(a.keys) & set(b.keys)


def _place(one: Series) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    column = one.table.columns[one.at]
    return one.table.where, column.name, column.labels


def _is_same_column(a: Series, b: Series) -> bool:
    return a.earlier != b.earlier and _place(a) == _place(b)

"""Aggregate: the one type that `diagnose` and `plan` return and that `show` accepts.

An aggregate says what each of its figures counts, so that disclosure control need not guess.
A count of people has a *key*: its universe and the set of filters that defines it. The same
count in two tables of a report has the same key, and is protected once, in both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

Unit = Literal[
    "people", "£", "£ per plan", "%", "pp", "per 1,000", "number", "hours", "days", "text"
]
Source = Literal["local", "published", "reference", "plan", "ledger"]
Key = tuple[str, frozenset[tuple[str, str]]]
# A filter ("other than locality", "North") counts all but North, the unrecorded among them:
# with the count of ("locality", "North") it adds up to the count without either.
OTHER_THAN = "other than "
# A value "merged: MSI; VI" counts what several values of a dimension hold together.
MERGED, BETWEEN = "merged: ", "; "


@dataclass(frozen=True)
class Measure:
    """One column of figures of an aggregate.

    Attributes:
        column: Its name in the frame.
        label: Its heading for a reader, without the unit.
        unit: What it is measured in. `people` is a count and is protected by itself.
        rests_on: The count columns of the same row that it is computed from: the numerator
            first, then the base. It is hidden where any of them is.
        where: Filters that this column adds to those of its row, as in
            `{"year": "2025"}` for a column `plans_2025`.
        where_column: Filters whose value stands in a column of the row, as in
            `{"year": "census_before"}` in a table by financial year.
        without: Dimensions of the row that do not apply to this column.
        decimals: Decimal places for a reader; None leaves it to the unit.
        largest: For a sum of money the column of the frame that holds the share of it (0 to 1)
            which is one child's, the child's with most. It is never shown.
    """

    column: str
    label: str
    unit: Unit
    rests_on: tuple[str, ...] = ()
    where: Mapping[str, str] = field(default_factory=dict)
    where_column: Mapping[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    decimals: int | None = None
    largest: str = ""


@dataclass(frozen=True)
class Aggregate:
    """A frame of figures with all that is needed to protect, draw and explain it.

    Attributes:
        frame: One row a cell: the dimension columns, then one column a measure.
        universe: What is counted, in words, as in "EHC plans at the January census". Counts
            of the same universe are linked across the tables of a report.
        dimensions: The columns that say which cell a row is. A row whose value is "All" is
            the total over that dimension.
        measures: The columns of figures.
        source: `local` figures are derived from records of people and are protected;
            `published` and `reference` ones appear as published; `plan` holds no people;
            `ledger` ones were protected where they were made, in another release.
        sources: Where the figures come from, as a reader should cite it.
        method: How they were computed, in one sentence.
        period: The time they speak of, in words.
        filters: Filters that hold for the whole frame, as in `{"area": "Kent"}`.
        not_summed: Dimensions whose values do not add up to a total, such as the year of a stock.
        labels: For a dimension, what to show for each of its codes, in the order to show them.
        source_column: A column that says row by row whether it is `local` or `published`,
            where one table holds both.
    """

    frame: pd.DataFrame = field(repr=False)  # a repr ends up in tracebacks and logs
    universe: str
    dimensions: tuple[str, ...]
    measures: tuple[Measure, ...]
    source: Source
    sources: tuple[str, ...]
    method: str
    period: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    not_summed: tuple[str, ...] = ("year", "area")
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    source_column: str | None = None

    def __post_init__(self) -> None:
        """Check that the frame holds what it is said to hold, one row a cell."""
        columns = [*self.dimensions, *(m.column for m in self.measures)]
        columns += [c for m in self.measures for c in (*m.where_column.values(), m.largest) if c]
        missing = [c for c in columns if c not in self.frame.columns]
        if missing:
            raise ValueError(f"Aggregate '{self.universe}' lacks the columns {missing}.")
        if self.dimensions and self.frame.duplicated(list(self.dimensions)).any():
            raise ValueError(f"Aggregate '{self.universe}' has two rows for one cell.")
        known = {m.column for m in self.measures}
        for measure in self.measures:
            unknown = set(measure.rests_on) - known
            if unknown:
                raise ValueError(f"{measure.column} rests on {sorted(unknown)}, not measures here.")

    def measure(self, column: str) -> Measure:
        """Return the measure of a column; KeyError where there is none."""
        for measure in self.measures:
            if measure.column == column:
                return measure
        raise KeyError(f"no measure '{column}' in the aggregate '{self.universe}'")

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield each row of the frame by column: a page asks for thousands, often."""
        names = [str(column) for column in self.frame.columns]
        columns = [self.frame[column].tolist() for column in self.frame.columns]
        yield from (dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))

    def is_local(self, row: Mapping[str, Any]) -> bool:
        """Return whether a row's figures are derived from local records."""
        source = row[self.source_column] if self.source_column else self.source
        return bool(source == "local")

    def key(self, row: Mapping[str, Any], measure: Measure) -> Key:
        """Return the key of a count: the universe, and the filters that single it out."""
        dimensions = {d: str(row[d]) for d in self.dimensions if d not in measure.without}
        columns = {d: str(row[c]) for d, c in measure.where_column.items()}
        filters = {**self.filters, **dimensions, **measure.where, **columns}
        return self.universe, frozenset((d, v) for d, v in filters.items() if v != "All")

    def counts(self) -> Iterator[tuple[Key, float, bool]]:
        """Yield each count of people: its key, its value, and whether it is local."""
        people = [m for m in self.measures if m.unit == "people"]
        for row in self.rows() if people else ():
            for measure in people:
                value = row[measure.column]
                if not pd.isna(value):
                    yield self.key(row, measure), float(value), self.is_local(row)

    def dominated(self, share: float) -> Iterator[Key]:
        """Yield the keys of local counts whose money is one child's by more than a share."""
        sums = [m for m in self.measures if m.largest]
        for row in self.rows() if sums else ():
            for measure in sums:
                if (
                    self.is_local(row)
                    and not pd.isna(row[measure.largest])
                    and (row[measure.largest] > share)
                ):
                    bases = [self.measure(c) for c in measure.rests_on]
                    yield from (self.key(row, b) for b in bases if b.unit == "people")

    def cell(self, column: str, **filters: object) -> Cell:
        """Return a reference to one figure, for a sentence or a finding.

        Raises:
            KeyError: The column is no measure, or the filters do not single out one row.
        """
        self.measure(column)
        wanted = {name: str(value) for name, value in filters.items()}
        rows = self.frame
        for name, value in wanted.items():
            rows = rows[rows[name].astype(str) == value]
        if len(rows) != 1:
            raise KeyError(f"{wanted} fits {len(rows)} rows of the aggregate '{self.universe}'")
        return Cell(self, column, tuple(wanted.items()))


@dataclass(frozen=True)
class Cell:
    """A reference to one figure of an aggregate: what a sentence holds instead of a number."""

    aggregate: Aggregate
    column: str
    filters: tuple[tuple[str, str], ...]

    @property
    def row(self) -> dict[str, Any]:
        """The row of the frame that the figure stands in."""
        rows = self.aggregate.frame
        for name, value in self.filters:
            rows = rows[rows[name].astype(str) == value]
        return {str(k): v for k, v in rows.iloc[0].to_dict().items()}

    @property
    def value(self) -> float:
        """The unprotected figure. For choosing words inside `show`; never to be printed."""
        return float(self.row[self.column])

    @property
    def measure(self) -> Measure:
        """What the figure measures."""
        return self.aggregate.measure(self.column)

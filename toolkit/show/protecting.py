"""Aggregates as a reader may see them: hidden figures gone, not merely covered."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate, Key, Measure
from toolkit.errors import DisclosureError
from toolkit.show import words
from toolkit.show.earlier import Figure, FigureKey, SeenFigure
from toolkit.show.mask import Mask
from toolkit.show.wire import trimmed


@dataclass(frozen=True)
class Protected:
    """An aggregate as a reader may see it. The raw figures are gone.

    Attributes:
        frame: The aggregate's frame, with NaN (None for text) where a figure is hidden.
        hidden: A frame of the same shape: True where a figure is hidden.
        aggregate: All but the frame: universe, dimensions, measures, labels, sources.
    """

    frame: pd.DataFrame
    hidden: pd.DataFrame
    aggregate: Aggregate
    _figures: dict[str, list[tuple[Any, bool]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def any_hidden(self) -> bool:
        """Whether any figure is hidden."""
        return bool(self.hidden.to_numpy().any())

    def figures(self, column: str) -> list[tuple[Any, bool]]:
        """Return each row's figure in a column, and whether it is hidden.

        As lists, once: a page asks for thousands of cells, and a frame takes its time for each.
        """
        if column not in self._figures:
            pairs = zip(self.frame[column].tolist(), self.hidden[column].tolist(), strict=True)
            self._figures[column] = list(pairs)
        return self._figures[column]

    def at(self, filters: Iterable[tuple[str, str]]) -> int:
        """Return the number of the one row that fits the filters; KeyError where none does."""
        found, wanted = list(range(len(self.frame))), list(filters)
        for name, value in wanted:
            texts = [str(v) for v, _ in self.figures(name)]
            found = [i for i in found if texts[i] == value]
        if len(found) != 1:
            raise KeyError(f"{dict(wanted)} fits {len(found)} rows")
        return found[0]


def protect(aggregate: Aggregate, mask: Mask) -> Protected:
    """Return an aggregate as a reader may see it.

    Raises:
        DisclosureError: A local count never went through the register of the release.
    """
    aggregate = trimmed(aggregate)
    frame = aggregate.frame
    figures = {
        m.column: [_plain(v, m) for v in frame[m.column].tolist()] for m in aggregate.measures
    }
    # What is published stays as it is; a local row is protected as a whole.
    marks = np.zeros(frame.shape, dtype=bool)
    places = {name: at for at, name in enumerate(frame.columns)}
    for at, row in _local_rows(aggregate):
        shown, gone = _local_row(aggregate, row, mask)
        for m in aggregate.measures:
            marks[at, places[m.column]] = m.column in gone
            figures[m.column][at] = _empty(m) if m.column in gone else shown[m.column]
    columns: dict[str, Any] = {name: frame[name] for name in frame.columns}
    for m in aggregate.measures:
        dtype = "object" if m.unit == "text" else "float64"
        columns[m.column] = pd.Series(figures[m.column], index=frame.index, dtype=dtype)
    hidden = pd.DataFrame(marks, index=frame.index, columns=frame.columns)
    shown_frame = pd.DataFrame(columns, index=frame.index)
    return Protected(shown_frame, hidden, _without_figures(aggregate))


def _local_rows(aggregate: Aggregate) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the rows derived from local records, each with its place."""
    if aggregate.source_column is None and aggregate.source != "local":
        return
    yield from ((at, row) for at, row in enumerate(aggregate.rows()) if aggregate.is_local(row))


def _local_row(
    aggregate: Aggregate, row: Mapping[str, object], mask: Mask
) -> tuple[dict[str, object], set[str]]:
    """Return the figures of a local row as a reader may see them, and which are hidden."""
    as_before = kept_in_row(aggregate, row, mask)
    counts = {c: v for c, v in as_before.items() if aggregate.measure(c).unit == "people"}
    row = {**row, **counts}
    gone = _hidden_in_row(aggregate, row, mask) | {c for c, v in as_before.items() if v is None}
    return {**_rounded(aggregate, row, mask), **_others(aggregate, as_before)}, gone


def kept_in_row(
    aggregate: Aggregate, row: Mapping[str, object], mask: Mask
) -> dict[str, float | str | None]:
    """Return a row's figures as an earlier release showed them, where one of its counts is kept.

    With a count stays all that rests on it, and all that names no count: the new figure less
    the old one would tell of the children by whom the count differs. None where none was shown.
    A row without counts, as a sum of money by year, stays where any count of its universe does.
    """
    if not mask.kept or not aggregate.is_local(row):
        return {}
    keys = {m.column: aggregate.key(row, m) for m in aggregate.measures}
    found: dict[str, float | str | None] = {
        m.column: mask.kept[keys[m.column]]
        for m in aggregate.measures
        if m.unit == "people" and keys[m.column] in mask.kept
        and not words.is_missing(row[m.column])
    }  # fmt: skip
    if not any(m.unit == "people" for m in aggregate.measures):
        names = {
            m.column: (keys[m.column], figure_name(aggregate, row, m)) for m in aggregate.measures
        }
        bound = aggregate.universe in mask.kept_universes
        return {
            c: mask.kept_figures[n] for c, n in names.items() if bound and n in mask.kept_figures
        }
    while found:
        more = [
            m for m in aggregate.measures
            if m.column not in found
            and (set(m.rests_on) & set(found) or not (m.rests_on or m.unit == "people"))
        ]  # fmt: skip
        if not more:
            break
        found |= {
            m.column: mask.kept_figures.get((keys[m.column], figure_name(aggregate, row, m)))
            for m in more
        }
    return found


def figure_name(aggregate: Aggregate, row: Mapping[str, object], measure: Measure) -> str:
    """Return what tells a figure of a row from others: column, heading, and what it rests on.

    Two tables may have a column of one heading in rows of one label: a change from one January
    to the next, and one to the end of a forecast.
    """
    bases = [aggregate.measure(c) for c in measure.rests_on]
    keys = [aggregate.key(row, base) for base in bases if base.unit == "people"]
    filters = sorted({f"{name} {value}" for _, found in keys for name, value in found})
    return f"{measure.column}: {measure.label}" + (f" of {'; '.join(filters)}" if filters else "")


def conflicting(figures: Iterable[SeenFigure]) -> set[FigureKey]:
    """Return the names that stand for figures of different values: nobody may keep them apart."""
    first: dict[FigureKey, Figure] = {}
    return {
        (one.key, one.name)
        for one in figures
        if not _is_same(first.setdefault((one.key, one.name), one.value), one.value)
    }


def _is_same(one: Figure, other: Figure) -> bool:
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return one == other


def raw_figures(aggregate: Aggregate) -> Iterator[SeenFigure]:
    """Yield the local figures of an aggregate other than counts, as they were computed."""
    others = [m for m in aggregate.measures if m.unit != "people"]
    for row in aggregate.rows() if others else ():
        for m in others if aggregate.is_local(row) else ():
            value = words.MISSING if words.is_missing(row[m.column]) else row[m.column]
            yield SeenFigure(aggregate.key(row, m), figure_name(aggregate, row, m), value)


def _others(aggregate: Aggregate, as_before: Mapping[str, float | str | None]) -> dict[str, object]:
    """Return the figures of a row that are no counts as they were shown; `[x]` is no figure."""
    return {
        c: float("nan") if v == words.MISSING and aggregate.measure(c).unit != "text" else v
        for c, v in as_before.items()
        if aggregate.measure(c).unit != "people" and v is not None
    }


def seen_figures(aggregate: Aggregate, mask: Mask) -> list[SeenFigure]:
    """Return the local figures of an aggregate other than counts, as a reader sees them."""
    protected = protect(aggregate, mask)
    others = [m for m in aggregate.measures if m.unit != "people"]
    found = []
    for at, row in _local_rows(replace(aggregate, frame=protected.frame)):
        for m in others:
            value = words.MISSING if words.is_missing(row[m.column]) else row[m.column]
            _, hidden = protected.figures(m.column)[at]
            found.append(
                SeenFigure(
                    aggregate.key(row, m),
                    figure_name(aggregate, row, m),
                    None if hidden else value,
                )
            )
    return found


def _hidden_in_row(aggregate: Aggregate, row: Mapping[str, object], mask: Mask) -> set[str]:
    """Return the measures of a row that are hidden, and all that rest on them."""
    if not aggregate.is_local(row):
        return set()
    gone = {m.column for m in aggregate.measures if _is_hidden(aggregate, row, m, mask)}
    while True:
        more = {m.column for m in aggregate.measures if set(m.rests_on) & gone} - gone
        if not more:
            return gone
        gone |= more


def _is_hidden(
    aggregate: Aggregate, row: Mapping[str, object], measure: Measure, mask: Mask
) -> bool:
    value = row[measure.column]
    if measure.unit == "people" and not words.is_missing(value):
        key = aggregate.key(row, measure)
        if mask.known is not None and key not in mask.known:
            raise DisclosureError(
                f"a count of '{aggregate.universe}' never went through the register.",
                remedy="Add every view of the release to the register before drawing any.",
            )
        return mask.hidden(key) or _is_small_here(float(str(value)), key, mask)
    # Money over few children tells what one of them costs, whatever else is hidden.
    bases = [aggregate.measure(c) for c in measure.rests_on]
    counts = [row[b.column] for b in bases if b.unit == "people"]
    return any(0 < float(str(c)) <= mask.threshold for c in counts if not words.is_missing(c))


def _is_small_here(value: float, key: Key, mask: Mask) -> bool:
    """Return whether a local figure is small and is not what is published anyway."""
    published = mask.constants.get(key)
    return 0 < abs(value) <= mask.threshold and published != value


def _rounded(aggregate: Aggregate, row: Mapping[str, object], mask: Mask) -> dict[str, object]:
    """Return a row's figures, local counts rounded where the profile asks, shares made anew."""
    shown: dict[str, object] = {m.column: _plain(row[m.column], m) for m in aggregate.measures}
    if mask.rounded_to == 1 or not aggregate.is_local(row):
        return shown
    exact = dict(shown)
    for measure in aggregate.measures:
        value = exact[measure.column]
        if measure.unit == "people" and isinstance(value, float) and not words.is_missing(value):
            shown[measure.column] = words.to_five(value)
    for measure in aggregate.measures:
        if measure.unit == "%" and len(measure.rests_on) == 2:
            shown[measure.column] = _share(exact, shown, measure)
    return shown


def _share(exact: Mapping[str, object], shown: Mapping[str, object], measure: Measure) -> object:
    """Return a share of rounded counts, so that it does not give the exact ones away."""
    share, (part, whole) = exact[measure.column], measure.rests_on
    numbers = [share, exact[part], exact[whole], shown[part], shown[whole]]
    if not all(isinstance(n, float) and not words.is_missing(n) for n in numbers):
        return share
    given, a, b, rounded_a, rounded_b = (float(str(n)) for n in numbers)
    is_share = b != 0 and rounded_b != 0 and abs(100 * a / b - given) < 0.01
    return 100 * rounded_a / rounded_b if is_share else share


def _plain(value: object, measure: Measure) -> object:
    if measure.unit == "text":
        return None if words.is_missing(value) else str(value)
    return float("nan") if words.is_missing(value) else float(str(value))


def _empty(measure: Measure) -> object:
    return None if measure.unit == "text" else float("nan")


def _without_figures(aggregate: Aggregate) -> Aggregate:
    """Return the aggregate with an empty frame: its words, none of its figures."""
    values = {k: getattr(aggregate, k) for k in aggregate.__dataclass_fields__}
    return Aggregate(**{**values, "frame": aggregate.frame.iloc[:0]})

"""Counts that no table shows, from one £ over another: spend over a unit cost is people.

A mean may be of other people than the count beside it, as of those whose placement is known.
Its total over it then tells how many they are, and by how many the two counts differ.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

from toolkit.audit.tables import Figure, Table

BY_CHANCE = 1e-3  # of two columns that have nothing to do with each other, in all rows together
A_MEAN = ("per ", "each", "unit cost", "average", "mean", "for one")
ROUNDINGS = (1_000_000.0, 1_000.0, 100.0, 10.0)  # £


@dataclass(frozen=True)
class Implied:
    """A number of people that two figures in £ tell.

    Attributes:
        row: The row of the table.
        total, mean: The columns.
        people: How many.
    """

    row: int
    total: int
    mean: int
    people: int


def implied(table: Table) -> Iterator[Implied]:
    """Yield the counts that a column in £ over another gives, where it is no coincidence.

    Two columns belong together where every row's quotient can be a whole number, and so many
    that have nothing to do with each other would hardly be.
    """
    money = [i for i, c in enumerate(table.columns) if c.is_money]
    half = {i: _half([row[i] for row in table.cells]) for i in money}
    for total, mean in itertools.permutations(money, 2):
        if not any(word in table.columns[mean].name for word in A_MEAN):
            continue
        rows = [(at, row[total].value, row[mean].value) for at, row in enumerate(table.cells)]
        found, chance = [], 1.0
        for at, whole, each in rows:
            if whole is None or each is None or each <= half[mean] or whole < each:
                continue
            low = (whole - half[total]) / (each + half[mean])
            high = (whole + half[total]) / (each - half[mean])
            chance *= min(1.0, high - low)
            if math.floor(high) < math.ceil(low):
                break
            if math.floor(high) == math.ceil(low):
                found.append(Implied(at, total, mean, math.floor(high)))
        else:
            if chance < BY_CHANCE and any(one.people > 1 for one in found):
                yield from found


def _half(figures: list[Figure]) -> float:
    """Return how far the figures of a column may be from what was added up, in £."""
    shown = [f for f in figures if f.value]
    finest = max((f.half for f in shown), default=0.5)
    rounded = (r for r in ROUNDINGS if all((f.value or 0.0) % r == 0 for f in shown))
    return max(finest, next(rounded, 0.0) / 2)


def gaps(table: Table, one: Implied, threshold: int) -> bool:
    """Return whether an implied count is small, or misses one of its row's counts by a few.

    A count that the row shows is no news.
    """
    shown = [
        f.value
        for f, column in zip(table.cells[one.row], table.columns, strict=True)
        if not column.is_money and f.value is not None
    ]
    if one.people in shown:
        return False
    small = 1 <= one.people <= threshold
    return small or any(1 <= abs(one.people - value) <= threshold for value in shown)

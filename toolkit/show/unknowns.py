"""Hidden counts as unknowns, and what a reader knows of them as equations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from toolkit.aggregate import Key
from toolkit.show.system import Partition, System, describe, order

Unknown = Key | Partition  # a hidden count, or the unseen rest of a partition


@dataclass(frozen=True)
class Equation:
    """Hidden parts (and the unseen rest) = hidden whole + what is known."""

    partition: Partition
    parts: tuple[Unknown, ...]
    whole: Key | None
    known: float
    believed: bool = False  # by a reader who takes every figure and mark as it stands there

    @cached_property
    def terms(self) -> list[tuple[Unknown, float]]:
        """Each unknown with its sign."""
        parts = [(u, 1.0) for u in self.parts]
        return parts if self.whole is None else [*parts, (self.whole, -1.0)]


def all_equations(system: System) -> list[Equation]:
    """Return what a reader knows of the hidden counts, an equation for each partition."""
    return [e for p in system.partitions if (e := _equation(system, p)) is not None]


def _equation(system: System, partition: Partition) -> Equation | None:
    """Return the equation of a partition; None where it tells a reader of nothing small."""
    parts: list[Unknown] = [k for k in partition.parts if k in system.hidden]
    is_whole_open = partition.parent in system.hidden and not system.is_past(partition)
    whole = partition.parent if is_whole_open else None
    rest = system.rest(partition)
    if not parts and whole is None and not system.is_small(rest):
        return None
    if rest:
        parts.append(partition)
    unseen = sum(value(system, u) for u in parts)
    known = unseen - (system.value(whole) if whole else 0.0)
    return Equation(partition, tuple(parts), whole, known)


def in_all(equations: Iterable[Equation]) -> list[Unknown]:
    """Return every unknown of some equations, each once, in order."""
    return list(dict.fromkeys(u for e in equations for u, _ in e.terms))


def value(system: System, unknown: Unknown) -> float:
    """Return the true value of an unknown."""
    return system.rest(unknown) if isinstance(unknown, Partition) else system.value(unknown)


def is_sensitive(system: System, unknown: Unknown, equation: Equation) -> bool:
    """Return whether an unknown could point at a child: it is small, or what was shown is close.

    One who believes old figures may take a count for less than it is by as much as they differ.
    """
    if isinstance(unknown, Partition) and not system.virtual.isdisjoint(unknown.parts):
        return False  # no table has these parts: what is left of them is no count of anything
    most = system.threshold * (2 if equation.believed else 1)
    return unknown in system.kept or 0 < value(system, unknown) <= most


def least(system: System, unknown: Unknown, believes: bool = False) -> float:
    """Return the least that a reader knows of an unknown: 1, unless it may be a hidden 0.

    One who believes what stands there takes every mark for 1 at least, even that of a hidden
    0, but where a row shows marks alone.
    """
    if isinstance(unknown, Partition) or unknown in system.kept or unknown in system.unseen:
        return 0.0  # the unseen rest; an old figure that stands in its place; no row at all
    if believes:
        return float(system.marks_count or unknown not in system.bare)
    return float(system.value(unknown) > 0)


def floors(system: System, equations: Sequence[Equation]) -> dict[Unknown, float]:
    """Return the least that a reader knows of each unknown of some equations."""
    return {u: least(system, u, equations[0].believed) for u in in_all(equations)}


def sort_by(unknown: Unknown) -> tuple[object, ...]:
    """Return what to sort unknowns by, so that a solve is always the same."""
    if isinstance(unknown, Partition):
        return (*order(unknown.parent), unknown.dimension)
    return (*order(unknown), "")


def in_words(unknown: Unknown) -> str:
    """Return which count an unknown is, without its value."""
    if isinstance(unknown, Partition):
        return describe(unknown)
    return f"{unknown[0]} ({', '.join(f'{d} {v}' for d, v in sorted(unknown[1]))})"


def components(equations: Sequence[Equation]) -> list[list[Equation]]:
    """Return the equations in groups that share no unknown."""
    parent = list(range(len(equations)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    first: dict[Unknown, int] = {}
    for i, equation in enumerate(equations):
        for unknown, _ in equation.terms:
            parent[root(i)] = root(first.setdefault(unknown, i))
    groups: dict[int, list[Equation]] = defaultdict(list)
    for i, equation in enumerate(equations):
        groups[root(i)].append(equation)
    return list(groups.values())

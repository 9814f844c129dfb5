"""The range that a reader can work out for a hidden count: row by row, or over all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from toolkit.show.system import Partition, System
from toolkit.show.unknowns import Equation, Unknown, in_all, least, value

SOLVED, UNBOUNDED = 0, 3  # scipy.optimize.linprog, status
WIDE_ENOUGH = 1e-6  # how far a range may fall short of the width asked for, in counts
NEAR = 1e-7  # an end that moves by less has not moved
BINDS = 1e-9  # a multiplier of an equation that is not nought


class Programme:
    """What a reader knows, as a linear programme: all equations hold, no count is too small."""

    def __init__(self, system: System, equations: Sequence[Equation]) -> None:
        """Set the programme up once, to be asked about one unknown after another."""
        from scipy import sparse  # noqa: PLC0415  (0.3 s, and only a release needs it)

        self.equations = equations
        self.unknowns = in_all(equations)
        self.at = {u: i for i, u in enumerate(self.unknowns)}
        terms = [(row, self.at[u], s) for row, e in enumerate(equations) for u, s in e.terms]
        rows, columns, signs = zip(*terms, strict=True)
        shape = (len(equations), len(self.unknowns))
        self._matrix = sparse.csr_array((signs, (rows, columns)), shape=shape)
        self._known = [e.known for e in equations]
        self._bounds = [(least(system, u, equations[0].believed), None) for u in self.unknowns]

    def allows(self, solution: npt.NDArray[np.float64]) -> bool:
        """Return whether a reader cannot rule a solution out."""
        within = all(low <= x for x, (low, _) in zip(solution, self._bounds, strict=True))
        return within and bool(np.allclose(self._matrix @ solution, self._known))

    def end(self, unknown: Unknown, sign: float) -> Any:
        """Return scipy's answer for the lowest (sign 1) or highest (-1) value of an unknown."""
        from scipy import optimize  # noqa: PLC0415

        aim = np.zeros(len(self.unknowns))
        aim[self.at[unknown]] = sign
        return optimize.linprog(
            aim, A_eq=self._matrix, b_eq=self._known, bounds=self._bounds, method="highs"
        )

    def width(self, unknown: Unknown) -> float:
        """Return how far the ends of an unknown's range lie apart."""
        low, high = (self.end(unknown, sign) for sign in (1.0, -1.0))
        return float(high.x[self.at[unknown]] - low.x[self.at[unknown]])


def narrow(system: System, equations: Sequence[Equation], asked: Iterable[Unknown]) -> set[Unknown]:
    """Return those of the unknowns whose range is narrower than 1 to one above the threshold.

    Each unknown's range is between the smallest and the largest value with which all equations
    can hold, when no hidden count is below the least that a reader knows of it.
    """
    programme = Programme(system, equations)
    room = {u: min(w, system.threshold) - WIDE_ENOUGH for u, w in system.room.items()}
    truth = np.array([value(system, u) for u in programme.unknowns])
    is_right = programme.allows(truth)  # not where kept counts are taken as they are shown
    lowest, highest = (truth, truth) if is_right else (truth + np.inf, truth - np.inf)
    found = set()
    for unknown in asked:
        at = programme.at[unknown]
        wide = room.get(unknown, system.threshold - WIDE_ENOUGH)
        # Every solution found is a release that a reader cannot rule out: it widens the
        # range of all unknowns, so that most never need a programme of their own.
        for sign in (1.0, -1.0):
            if highest[at] - lowest[at] >= wide:
                break
            solved = programme.end(unknown, sign)
            if solved.status == UNBOUNDED:
                highest[at] = np.inf
            elif solved.status == SOLVED:
                lowest, highest = np.minimum(lowest, solved.x), np.maximum(highest, solved.x)
        is_near = unknown in system.kept or lowest[at] <= system.threshold + WIDE_ENOUGH
        if is_near and highest[at] - lowest[at] < wide:
            found.add(unknown)
    return found


def can_hold(system: System, equations: Sequence[Equation]) -> bool:
    """Return whether all equations can hold at once, no hidden count below its least."""
    programme = Programme(system, equations)
    return bool(programme.end(programme.unknowns[0], 0.0).status == SOLVED)


def bounds(
    system: System, equations: Sequence[Equation]
) -> tuple[dict[Unknown, float], dict[Unknown, float]]:
    """Return the lowest and highest value of each unknown, narrowed equation by equation."""
    low = {u: least(system, u, equations[0].believed) for u in in_all(equations)}
    high = dict.fromkeys(low, np.inf)
    moved = True
    while moved:
        moved = sum(_narrow(equation, low, high) for equation in equations) > 0
    return low, high


def _narrow(equation: Equation, low: dict[Unknown, float], high: dict[Unknown, float]) -> bool:
    """Narrow the ranges of one equation's unknowns; return whether any of them moved."""
    moved = False
    for unknown, sign in equation.terms:
        others = [(u, s) for u, s in equation.terms if u != unknown]
        fewest = sum(low[u] if s > 0 else -high[u] for u, s in others)
        most = sum(high[u] if s > 0 else -low[u] for u, s in others)
        ends = sorted((sign * (equation.known - fewest), sign * (equation.known - most)))
        if ends[0] > low[unknown] + NEAR or ends[1] < high[unknown] - NEAR:
            low[unknown], high[unknown] = max(low[unknown], ends[0]), min(high[unknown], ends[1])
            moved = True
    return moved


def binding(programme: Programme, unknown: Unknown) -> list[Partition]:
    """Return the partitions that keep an unknown's range from being wider, the nearest ends first.

    They are those whose equation has a multiplier at one of its ends: with another known count
    in them hidden, the end would move.
    """
    found: dict[Partition, None] = {}
    for sign in (-1.0, 1.0):
        solved = programme.end(unknown, sign)
        if solved.status == SOLVED:
            for equation, weight in zip(programme.equations, solved.eqlin.marginals, strict=True):
                if abs(weight) > BINDS:
                    found[equation.partition] = None
    return list(found)

"""The range that a reader can work out for a hidden count, by linear programming."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from toolkit.show.partitions import Partition, System
from toolkit.show.unknowns import Equation, Unknown, in_all, least, value

SOLVED, UNBOUNDED = 0, 3  # scipy.optimize.linprog, status
WIDE_ENOUGH = 1e-6  # how far a range may fall short of the width asked for, in counts
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
        self._bounds = [(least(system, u), None) for u in self.unknowns]

    def end(self, unknown: Unknown, sign: float) -> Any:
        """Return scipy's answer for the lowest (sign 1) or highest (-1) value of an unknown."""
        from scipy import optimize  # noqa: PLC0415

        aim = np.zeros(len(self.unknowns))
        aim[self.at[unknown]] = sign
        return optimize.linprog(
            aim, A_eq=self._matrix, b_eq=self._known, bounds=self._bounds, method="highs"
        )


def narrow(system: System, equations: Sequence[Equation], asked: Iterable[Unknown]) -> set[Unknown]:
    """Return those of the unknowns whose range is narrower than 1 to one above the threshold.

    Each unknown's range is between the smallest and the largest value with which all equations
    can hold, when no hidden count is below the least that a reader knows of it.
    """
    programme = Programme(system, equations)
    wide = system.threshold - WIDE_ENOUGH
    lowest = np.array([value(system, u) for u in programme.unknowns])
    highest = lowest.copy()
    found = set()
    for unknown in asked:
        at = programme.at[unknown]
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
        if highest[at] - lowest[at] < wide:
            found.add(unknown)
    return found


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

"""The range that a reader can work out for a hidden count, by linear programming."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from toolkit.show.partitions import System
from toolkit.show.unknowns import Equation, Unknown, in_all, least, most, value

UNBOUNDED = 3  # scipy.optimize.linprog, status
WIDE_ENOUGH = 1e-6  # how far a range may fall short of the width asked for, in counts


def narrow(system: System, equations: Sequence[Equation], asked: Iterable[Unknown]) -> set[Unknown]:
    """Return those of the unknowns whose range is narrower than 1 to one above the threshold.

    Each unknown's range is between the smallest and the largest value with which all equations
    can hold, when no hidden count is below the least that a reader knows of it.
    """
    from scipy import optimize, sparse  # noqa: PLC0415  (0.3 s, and only a release needs it)

    unknowns = in_all(equations)
    at = {u: i for i, u in enumerate(unknowns)}
    rows, columns, signs = [], [], []
    for row, equation in enumerate(equations):
        for unknown, sign in equation.terms:
            rows.append(row)
            columns.append(at[unknown])
            signs.append(sign)
    matrix = sparse.csr_array((signs, (rows, columns)), shape=(len(equations), len(unknowns)))
    known = [e.known for e in equations]
    bounds = [(least(system, u), most(system, u)) for u in unknowns]
    wide = system.threshold - WIDE_ENOUGH
    lowest = np.array([value(system, u) for u in unknowns])
    highest = lowest.copy()
    found = set()
    for unknown in asked:
        # Every solution found is a release that a reader cannot rule out: it widens the
        # range of all unknowns, so that most never need a programme of their own.
        for sign in (1.0, -1.0):
            if highest[at[unknown]] - lowest[at[unknown]] >= wide:
                break
            aim = np.zeros(len(unknowns))
            aim[at[unknown]] = sign
            solved = optimize.linprog(aim, A_eq=matrix, b_eq=known, bounds=bounds, method="highs")
            if solved.status == UNBOUNDED:
                highest[at[unknown]] = np.inf
            elif solved.status == 0:
                lowest, highest = np.minimum(lowest, solved.x), np.maximum(highest, solved.x)
        if highest[at[unknown]] - lowest[at[unknown]] < wide:
            found.add(unknown)
    return found

"""The range of each hidden figure, by linear programming over all relations at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from scipy import optimize, sparse

from toolkit.audit.classes import Cell
from toolkit.audit.relations import Relation

SOLVED, UNBOUNDED = 0, 3  # scipy.optimize.linprog, status

Range = tuple[float, float]


def ranges(
    relations: Sequence[Relation],
    known: Mapping[Cell, float],
    least: Mapping[Cell, float | None],
    half: Mapping[Cell, float],
) -> dict[Cell, Range]:
    """Return the lowest and highest value of each hidden figure that the relations allow.

    Args:
        relations: What the figures have to do with each other.
        known: The figures that are shown.
        least: For each hidden figure the least it can be; None where it may be below nought.
            Cells that are neither are shown nowhere, and are 0 at least.
        half: For each figure that is shown how far it may be from what was counted.
    """
    found: dict[Cell, Range] = {
        cell: (-np.inf if low is None else low, np.inf) for cell, low in least.items()
    }
    reduced = [r for r in (_reduced(r, known, half) for r in relations) if r.terms]
    for group in _components(list(dict.fromkeys(reduced))):
        found |= _solved(group, least)
    return found


def _reduced(
    relation: Relation, known: Mapping[Cell, float], half: Mapping[Cell, float]
) -> Relation:
    """Return a relation with what is shown moved to its ends, rounding and all."""
    told = sum(known[c] * f for c, f in relation.terms if c in known)
    slack = sum(abs(f) * half.get(c, 0.0) for c, f in relation.terms if c in known)
    terms: dict[Cell, float] = defaultdict(float)
    for cell, factor in relation.terms:
        if cell not in known:
            terms[cell] += factor
    low, high = relation.low, relation.high
    return Relation(
        tuple((c, f) for c, f in terms.items() if f),
        None if low is None else low - told - slack,
        None if high is None else high - told + slack,
    )


def _components(relations: Sequence[Relation]) -> Iterator[list[Relation]]:
    """Yield the relations in groups that share no cell."""
    parent: dict[Cell, Cell] = {}

    def root(cell: Cell) -> Cell:
        parent.setdefault(cell, cell)
        while parent[cell] != cell:
            parent[cell] = parent[parent[cell]]
            cell = parent[cell]
        return cell

    for relation in relations:
        for cell, _ in relation.terms:
            parent[root(cell)] = root(relation.terms[0][0])
    groups: dict[Cell, list[Relation]] = defaultdict(list)
    for relation in relations:
        groups[root(relation.terms[0][0])].append(relation)
    yield from groups.values()


def _solved(relations: Sequence[Relation], least: Mapping[Cell, float | None]) -> dict[Cell, Range]:
    """Return the ranges of one group; a group that cannot hold is tried without its leasts."""
    cells = list(dict.fromkeys(c for r in relations for c, _ in r.terms))
    at = {c: i for i, c in enumerate(cells)}
    rows: list[tuple[int, int, float]] = []
    ends: list[float] = []
    for relation in relations:
        for sign, end in ((1.0, relation.high), (-1.0, relation.low)):
            if end is not None:
                rows += [(len(ends), at[c], sign * f) for c, f in relation.terms]
                ends.append(sign * end)
    r, c, f = zip(*rows, strict=True)
    matrix = sparse.csr_array((f, (r, c)), shape=(len(ends), len(cells)))
    for floor in (None, 0.0):
        bounds = [(_floor(cell, least, floor), None) for cell in cells]
        made = _ends(matrix, ends, bounds, [(cell, at[cell]) for cell in cells if cell in least])
        if made is not None:
            return made
    return {}


def _floor(cell: Cell, least: Mapping[Cell, float | None], instead: float | None) -> float | None:
    """Return the least of a cell, or what to try where no solution has it."""
    low = least.get(cell, 0.0)
    return low if low is None or instead is None else instead


def _ends(
    matrix: sparse.csr_array,
    ends: Sequence[float],
    bounds: Sequence[tuple[float | None, None]],
    asked: Sequence[tuple[Cell, int]],
) -> dict[Cell, Range] | None:
    found: dict[Cell, Range] = {}
    for cell, place in asked:
        values = []
        for sign in (1.0, -1.0):
            aim = np.zeros(matrix.shape[1])
            aim[place] = sign
            solved = optimize.linprog(aim, A_ub=matrix, b_ub=ends, bounds=bounds, method="highs")
            if solved.status == UNBOUNDED:
                values.append(-sign * np.inf)
            elif solved.status == SOLVED:
                values.append(float(solved.x[place]))
            else:
                return None
        found[cell] = values[0], values[1]
    return found

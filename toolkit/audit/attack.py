"""The range of each hidden figure, by linear programming over all relations at once.

The solver is called directly, as the suppression does it, but by code of its own: the audit
would be no second opinion otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from toolkit.audit.classes import Cell
from toolkit.audit.relations import Relation
from toolkit.errors import DisclosureError

ANSWERS = SOLVED, UNBOUNDED, IMPOSSIBLE = "kOptimal", "kUnbounded", "kInfeasible"
# Without presolve each answer starts from the one before it.
OPTIONS: Mapping[str, bool | int | str] = {
    "output_flag": False, "threads": 1, "presolve": "off", "solver": "simplex",
}  # fmt: skip

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
    lows = [least.get(cell, 0.0) for cell in cells]
    for floors in (lows, [low if low is None else 0.0 for low in lows]):
        solver = _solver(relations, cells, floors)
        if _answer(solver) != IMPOSSIBLE:
            return {
                cell: (_end(solver, at, 1.0), _end(solver, at, -1.0))
                for at, cell in enumerate(cells) if cell in least
            }  # fmt: skip
    return {}


def _solver(
    relations: Sequence[Relation], cells: Sequence[Cell], floors: Sequence[float | None]
) -> Any:
    """Return a solver that knows the relations and the least of each cell.

    It answers one question after another, each from where the last one ended.
    """
    import highspy  # noqa: PLC0415  (0.15 s, and only an audit needs it)

    at = {cell: place for place, cell in enumerate(cells)}
    solver: Any = highspy.Highs()
    for option, setting in OPTIONS.items():
        solver.setOptionValue(option, setting)
    lows = [-np.inf if floor is None else floor for floor in floors]
    solver.addVars(len(cells), np.array(lows), np.full(len(cells), np.inf))
    lengths = [len(r.terms) for r in relations]
    solver.addRows(
        len(relations),
        np.array([-np.inf if r.low is None else r.low for r in relations]),
        np.array([np.inf if r.high is None else r.high for r in relations]),
        sum(lengths),
        np.cumsum([0, *lengths[:-1]], dtype=np.int32),
        np.array([at[c] for r in relations for c, _ in r.terms], dtype=np.int32),
        np.array([f for r in relations for _, f in r.terms]),
    )
    return solver


def _end(solver: Any, place: int, sign: float) -> float:
    """Return the lowest (sign 1) or highest (-1) value of a cell, where the relations can hold."""
    solver.changeColCost(place, sign)
    status = _answer(solver)
    if status == IMPOSSIBLE:
        raise _no_answer("found an answer, and then none")
    value = solver.getSolution().col_value[place] if status == SOLVED else -sign * np.inf
    solver.changeColCost(place, 0.0)
    return float(value)


def _answer(solver: Any) -> str:
    """Return what the solver comes to; where it comes to nothing, it starts anew once.

    Raises:
        DisclosureError: It comes to nothing then either: what it cannot attack is not safe.
    """
    for _ in range(2):
        solver.run()
        status = str(solver.getModelStatus().name)
        if status in ANSWERS:
            return status
        solver.clearSolver()
    raise _no_answer(f"stopped with '{status}'")


def _no_answer(what: str) -> DisclosureError:
    return DisclosureError(
        f"the figures could not be attacked: the solver {what}.",
        remedy="Run the audit again; until it ends, do not take the folder for safe.",
    )

"""The range that a reader can work out for a hidden count: row by row, or over all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from toolkit.errors import DisclosureError
from toolkit.show.system import Partition, System
from toolkit.show.unknowns import Equation, Unknown, floors, in_all, value

WIDE_ENOUGH = 1e-6  # how far a range may fall short of the width asked for, in counts
NEAR = 1e-7  # an end that moves by less has not moved
BINDS = 1e-9  # a multiplier of an equation that is not nought

Vector = npt.NDArray[np.float64]
Answer = Literal["solved", "unbounded", "none"]
ANSWERS: Mapping[str, Answer] = {
    "kOptimal": "solved", "kUnbounded": "unbounded", "kInfeasible": "none",
}  # fmt: skip
# One thread, and no presolve: an answer starts from the last, and is the same on every machine.
OPTIONS: Mapping[str, bool | int | str] = {
    "output_flag": False, "threads": 1, "presolve": "off", "solver": "simplex",
}  # fmt: skip


class Programme:
    """What a reader knows, as a linear programme: all equations hold, no count is too small.

    It is set up once and then asked about one unknown after another; each answer starts from
    the one before, which is why the solver is called directly.
    """

    def __init__(self, equations: Sequence[Equation], floors: Mapping[Unknown, float]) -> None:
        """Set the programme up."""
        self.equations = equations
        self.unknowns = in_all(equations)
        self.at = {u: i for i, u in enumerate(self.unknowns)}
        self.floors = np.array([floors[u] for u in self.unknowns])
        self._solver = _solver(self)
        self._aim = 0

    def allows(self, solution: Vector) -> bool:
        """Return whether a reader cannot rule a solution out."""
        at = dict(zip(self.unknowns, solution, strict=True))
        sums = [sum(sign * at[u] for u, sign in e.terms) for e in self.equations]
        known = [e.known for e in self.equations]
        return bool((solution >= self.floors).all() and np.allclose(sums, known))

    def solve(self, unknown: Unknown, sign: float) -> Answer:
        """Look for the lowest (sign 1) or highest (-1) value of an unknown; 0 asks for any."""
        self._solver.changeColCost(self._aim, 0.0)
        self._aim = self.at[unknown]
        self._solver.changeColCost(self._aim, sign)
        return self._run()

    def _run(self) -> Answer:
        """Return what the solver comes to; where it comes to nothing, it starts anew once."""
        self._solver.run()
        if self._solver.getModelStatus().name not in ANSWERS:
            self._solver.clearSolver()
            self._solver.run()
        status = self._solver.getModelStatus().name
        if status not in ANSWERS:
            raise DisclosureError(
                f"the counts could not be checked: the solver stopped with '{status}'.",
                remedy="Run again. If it stops again, leave out the newest notebook or table.",
            )
        return ANSWERS[status]

    @property
    def solution(self) -> Vector:
        """The value of every unknown in the last answer."""
        return np.array(self._solver.getSolution().col_value)

    @property
    def multipliers(self) -> Vector:
        """The multiplier of every equation in the last answer."""
        return np.array(self._solver.getSolution().row_dual)

    def give(self) -> Vector:
        """Return how far each equation has to give, where all together give as little as it takes.

        The programme is of no more use after it.
        """
        count, rows = len(self.unknowns), len(self.equations)
        self._solver.changeColCost(self._aim, 0.0)
        for row in range(rows):
            for sign in (1.0, -1.0):
                self._solver.addCol(1.0, 0.0, np.inf, 1, np.array([row]), np.array([sign]))
        self._run()
        given: Vector = self.solution[count:].reshape(rows, 2).sum(axis=1)
        return given

    def holds(self) -> bool:
        """Return whether all equations can hold at once, no hidden count below its least."""
        return self.solve(self.unknowns[0], 0.0) == "solved"

    def narrow(
        self, wide: Mapping[Unknown, float], truth: Vector | None = None
    ) -> dict[Unknown, tuple[float, float]]:
        """Return the ranges of those unknowns that are narrower than asked for.

        Args:
            wide: How wide the range of each unknown is to be.
            truth: A solution, where one is known.
        """
        known = np.full(len(self.unknowns), np.nan) if truth is None else truth
        lowest, highest, found = known.copy(), known.copy(), {}
        for unknown, width in wide.items():
            at = self.at[unknown]
            # Every solution found is a release that a reader cannot rule out: it widens the
            # range of all unknowns, so that most never need a programme of their own.
            for sign in (1.0, -1.0):
                if highest[at] - lowest[at] >= width - WIDE_ENOUGH:
                    break
                status = self.solve(unknown, sign)
                if status == "unbounded":
                    highest[at] = np.inf
                elif status == "solved":
                    lowest = np.fmin(lowest, self.solution)
                    highest = np.fmax(highest, self.solution)
            if not highest[at] - lowest[at] >= width - WIDE_ENOUGH:
                found[unknown] = float(lowest[at]), float(highest[at])
        return found


def _solver(programme: Programme) -> Any:
    """Return the solver with the programme in it."""
    import highspy  # noqa: PLC0415  (0.15 s, and only a release needs it)

    terms = [[(programme.at[u], s) for u, s in e.terms] for e in programme.equations]
    known = np.array([e.known for e in programme.equations])
    count = len(programme.unknowns)
    solver: Any = highspy.Highs()
    for option, setting in OPTIONS.items():
        solver.setOptionValue(option, setting)
    solver.addVars(count, programme.floors, np.full(count, np.inf))
    solver.addRows(
        len(terms), known, known, sum(map(len, terms)),
        np.cumsum([0, *map(len, terms[:-1])], dtype=np.int32),
        np.array([at for row in terms for at, _ in row], dtype=np.int32),
        np.array([sign for row in terms for _, sign in row]),
    )  # fmt: skip
    return solver


def narrow(system: System, equations: Sequence[Equation], asked: Iterable[Unknown]) -> set[Unknown]:
    """Return those of the unknowns whose range is narrower than 1 to one above the threshold.

    Each unknown's range is between the smallest and the largest value with which all equations
    can hold, when no hidden count is below the least that a reader knows of it.
    """
    programme = Programme(equations, floors(system, equations))
    truth = np.array([value(system, u) for u in programme.unknowns])
    is_right = programme.allows(truth)  # not where kept counts are taken as they are shown
    wide = {u: min(system.room.get(u, system.threshold), system.threshold) for u in asked}
    found = programme.narrow(wide, truth if is_right else None)
    return {
        u for u, (low, _) in found.items()
        if u in system.kept or low <= system.threshold + WIDE_ENOUGH
    }  # fmt: skip


def bounds(
    system: System, equations: Sequence[Equation]
) -> tuple[dict[Unknown, float], dict[Unknown, float]]:
    """Return the lowest and highest value of each unknown, narrowed equation by equation."""
    low = floors(system, equations)
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
        if programme.solve(unknown, sign) == "solved":
            for equation, weight in zip(programme.equations, programme.multipliers, strict=True):
                if abs(weight) > BINDS:
                    found[equation.partition] = None
    return list(found)


def that_hold(programme: Programme) -> list[Equation]:
    """Return most of the equations of a programme: those that can hold where all cannot.

    Left out are those that have to give where all together give as little as possible.
    """
    given = programme.give()
    return [e for e, by in zip(programme.equations, given, strict=True) if by < WIDE_ENOUGH]

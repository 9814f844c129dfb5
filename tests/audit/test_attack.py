"""The ranges of the audit against another solver's; and what it does where its own gives up."""

import numpy as np
import pytest
from scipy import optimize

from toolkit.audit import attack
from toolkit.audit.relations import Relation
from toolkit.errors import DisclosureError

CELLS = [(0, frozenset({name})) for name in "abcdef"]


def drawn(seed: int) -> tuple[list[Relation], dict]:
    """Return relations that hold for a drawn solution, some with room, and the leasts of cells."""
    random = np.random.default_rng(seed)
    values = random.integers(0, 9, len(CELLS))
    made = []
    for _ in range(int(random.integers(1, 5))):
        factors = random.integers(-1, 2, len(CELLS))
        total, room = float(factors @ values), float(random.integers(0, 3))
        ends = [total - room, total + room]
        if room and random.random() < 0.4:  # one end alone, so that some cells have no end
            ends[int(random.integers(2))] = None
        terms = tuple((c, float(f)) for c, f in zip(CELLS, factors, strict=True) if f)
        if terms:
            made.append(Relation(terms, *ends))
    least = {c: [None, 0.0, float(v > 0)][int(random.integers(3))]
             for c, v in zip(CELLS, values, strict=True)}  # fmt: skip
    return made, least


def by_scipy(relations: list[Relation], least: dict) -> dict:
    rows, ends = [], []
    for relation in relations:
        row = [sum(f for c, f in relation.terms if c == cell) for cell in CELLS]
        for sign, end in ((1, relation.high), (-1, relation.low)):
            if end is not None:
                rows.append([sign * f for f in row])
                ends.append(sign * end)
    found = {}
    for at, cell in enumerate(CELLS):
        both = []
        for sign in (1.0, -1.0):
            made = optimize.linprog(
                [sign * (i == at) for i in range(len(CELLS))], rows or None, ends or None,
                bounds=[(least[c], None) for c in CELLS],
                # With presolve it takes some unbounded ranges for relations that cannot hold.
                options={"presolve": False},
            )  # fmt: skip
            assert made.status in (0, 3)
            both.append(made.x[at] if made.status == 0 else -sign * np.inf)
        found[cell] = tuple(both)
    return found


@pytest.mark.parametrize("seed", range(60))
def test_every_range_is_the_one_that_another_solver_finds(seed):
    relations, least = drawn(seed)
    found, expected = attack.ranges(relations, {}, least, {}), by_scipy(relations, least)
    assert found.keys() == expected.keys()
    for cell, ends in found.items():
        assert ends == pytest.approx(expected[cell], abs=1e-6), cell


def test_leasts_that_cannot_hold_are_let_go():
    two = Relation(((CELLS[0], 1.0), (CELLS[1], 1.0)), 1.0, 1.0)  # two marks that come to 1
    assert attack.ranges([two], {}, {CELLS[0]: 1.0, CELLS[1]: 1.0}, {}) == {
        CELLS[0]: (0.0, 1.0),
        CELLS[1]: (0.0, 1.0),
    }


@pytest.mark.parametrize("answers", [["kSolveError"] * 2, ["kOptimal", "kInfeasible"]])
def test_a_solver_that_comes_to_nothing_leaves_no_figure_for_safe(answers, monkeypatch):
    real, given = attack._solver, iter(answers)

    class Stubborn:
        def __init__(self, solver):
            self._solver = solver

        def __getattr__(self, name):
            return getattr(self._solver, name)

        def getModelStatus(self):  # as the solver has it
            return type("Status", (), {"name": next(given)})

    monkeypatch.setattr(attack, "_solver", lambda *told: Stubborn(real(*told)))
    one = Relation(((CELLS[0], 1.0),), 3.0, 3.0)
    with pytest.raises(DisclosureError, match="could not be attacked"):
        attack.ranges([one], {}, {CELLS[0]: 1.0}, {})

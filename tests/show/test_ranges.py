import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from tests.show.making import aggregate
from toolkit.show import linked, ranges
from toolkit.show.disclosure import Register
from toolkit.show.partitions import protect_partitions
from toolkit.show.system import Partition
from toolkit.show.unknowns import Equation, all_equations, in_all, value


def release(cells):
    frame = pd.DataFrame(
        [(f"r{i}", f"c{j}", v) for i, row in enumerate(cells) for j, v in enumerate(row)],
        columns=["row", "column", "plans"],
    )
    register = Register()
    register.add(aggregate(frame, ["row", "column"]))
    for dimension in ("row", "column"):
        margin = frame.groupby(dimension, as_index=False)["plans"].sum()
        register.add(aggregate(margin, [dimension]))
    return register


def narrow(register):
    system = register.system(5)
    protect_partitions(system)
    linked.protect_links(system)
    equations = all_equations(system)
    small = [u for u in in_all(equations) if system.is_small(value(system, u))]
    return small, ranges.narrow(system, equations, small)


@pytest.mark.parametrize(
    "cells",
    [
        [[1, 3, 3, 5], [2, 0, 1, 3], [2, 6, 2, 4]],
        [[3, 2, 50, 60], [2, 3, 4, 70], [40, 45, 3, 5], [47, 48, 4, 3]],
        [[1, 30, 2], [25, 1, 40], [3, 2, 60]],
    ],
)
def test_no_small_count_is_left_a_range_narrower_than_the_threshold(cells):
    small, too_narrow = narrow(release(cells))
    assert small
    assert not too_narrow


def test_a_range_that_is_too_narrow_is_seen():
    system = release([[2, 40], [3, 50]]).system(5)  # small counts hidden, no complement
    equations = all_equations(system)
    small = in_all(equations)
    assert ranges.narrow(system, equations, small) == set(small)


def equation(known, *names):
    parent = ("plans", frozenset())
    return Equation(Partition(parent, "need", ()), tuple(("plans", n) for n in names), None, known)


@given(
    st.lists(st.sets(st.integers(0, 5), min_size=1), min_size=1, max_size=5),
    st.lists(st.integers(0, 9), min_size=6, max_size=6),
)
def test_one_answer_after_another_is_the_range_that_another_solver_finds_alone(rows, counts):
    equations = [equation(sum(counts[n] for n in row), *sorted(row)) for row in rows]
    programme = ranges.Programme(equations, dict.fromkeys(in_all(equations), 0.0))
    found = programme.narrow(dict.fromkeys(programme.unknowns, np.inf))
    matrix = [[float(u in e.parts) for u in programme.unknowns] for e in equations]
    for at, unknown in enumerate(programme.unknowns):
        aim = np.eye(len(programme.unknowns))[at]
        alone = [sign * linprog(sign * aim, A_eq=matrix, b_eq=[e.known for e in equations]).fun
                 for sign in (1, -1)]  # fmt: skip
        assert found[unknown] == pytest.approx(alone, abs=1e-6)


def test_of_figures_that_cannot_all_hold_the_fewest_are_left_out():
    wrong = equation(9, 0)  # one part alone is more than the whole
    right = [equation(5, 0, 1), equation(4, 1, 2), equation(6, 0, 1, 2), equation(2, 0)]
    programme = ranges.Programme([wrong, *right], {("plans", n): 0.0 for n in range(3)})
    assert (programme.holds(), ranges.that_hold(programme)) == (False, right)

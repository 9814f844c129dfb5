import pandas as pd
import pytest

from tests.show.making import aggregate
from toolkit.show import linked, ranges
from toolkit.show.disclosure import Register
from toolkit.show.partitions import protect_partitions
from toolkit.show.unknowns import all_equations, in_all, value


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

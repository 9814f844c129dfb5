"""Paths: sums inside each simulation, quantiles last."""

import itertools

import numpy as np
import pytest

from toolkit.diagnose.forecast.paths import Paths, ranges


def paths(seed: int = 1, simulations: int = 40) -> Paths:
    rng = np.random.default_rng(seed)
    shape = (3, 2, 3, 2)
    return Paths(
        counts=rng.integers(0, 50, (simulations, *shape), dtype=np.int32),
        joined=rng.integers(0, 9, (simulations, 2, *shape[1:]), dtype=np.int32),
        left=rng.integers(0, 9, (simulations, 2, *shape[1:]), dtype=np.int32),
        years=(2025, 2026, 2027),
        ages=("4", "5"),
        needs=("ASD", "SEMH", "unknown"),
        provisions=("mainstream", "nmiss"),
    )


@pytest.mark.parametrize("axes", [(), ("age",), ("need",), ("provision",), ("age", "provision")])
def test_every_split_adds_up_to_the_total_in_every_simulation(axes: tuple[str, ...]) -> None:
    made = paths()
    parts = made.by(*axes)
    assert parts.reshape(*parts.shape[:2], -1).sum(axis=2).tolist() == made.by().tolist()


def test_the_median_of_a_sum_is_not_the_sum_of_the_medians() -> None:
    made = paths()
    summed = ranges(made.by("provision"))["median"].sum(axis=-1)
    assert (summed != ranges(made.by())["median"]).any()


def test_ranges_lie_inside_each_other() -> None:
    found = ranges(paths().by("provision"))
    in_order = [found[name] for name in ("p2_5", "p10", "median", "p90", "p97_5")]
    assert all((a <= b).all() for a, b in itertools.pairwise(in_order))


def test_an_axis_that_there_is_not_is_named() -> None:
    with pytest.raises(ValueError, match="locality"):
        paths().by("locality")


def test_arrays_of_another_shape_than_the_labels_are_refused() -> None:
    made = paths()
    with pytest.raises(ValueError, match="shape"):
        Paths(made.counts, made.joined, made.left, (2025, 2026), made.ages, made.needs, ("nmiss",))

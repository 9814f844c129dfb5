import numpy as np
import pytest

from tests.diagnose.forecast import small_area
from toolkit.diagnose.forecast import local_mode, waterfall
from toolkit.diagnose.forecast.levers import Lever
from toolkit.diagnose.forecast.paths import Paths

MODEL = small_area.model()
ONE = Lever("one", "join", -60, -40, start=0, meaning="Outreach", outcome="Needs met early")
TWO = Lever("two", "join", -60, -40, start=0)
OTHER = Lever("other", "leave", 10, 20, start=0)


def found(*levers: Lever) -> waterfall.Waterfall:
    def simulate(some: tuple[Lever, ...]) -> Paths:
        return local_mode.simulate(MODEL, 3, 60, 1, levers=some)

    return waterfall.attribute(simulate, levers, lambda paths: paths.by()[:, 3])


def test_the_steps_add_up_in_every_simulation() -> None:
    made = found(ONE, TWO, OTHER)
    *steps, end = made.steps.values()
    assert np.allclose(sum(steps), end)


def test_what_two_levers_take_from_the_same_flow_is_not_counted_twice() -> None:
    made = found(ONE, TWO)
    assert made.alone["one"].mean() < 0
    assert made.interaction.mean() > 0.3 * -made.alone["one"].mean()  # half of half is a quarter
    assert (made.together >= made.without + made.alone["one"] + made.alone["two"]).mean() > 0.95


def test_without_levers_both_ends_are_the_same() -> None:
    made = found()
    assert (made.together == made.without).all()
    assert list(made.steps) == [waterfall.WITHOUT, waterfall.INTERACTION, waterfall.WITH]


def test_an_outcome_for_children_stands_beside_each_lever() -> None:
    made = found(ONE)
    table = waterfall.shown(made, (ONE,), 2028, (2025, 100), ("test",))
    row = table.frame.set_index("step").loc["one"]
    assert row["outcome"] == "Needs met early"
    assert row["value"] == pytest.approx(np.median(made.alone["one"]))
    assert table.labels["step"]["one"] == "Outreach"

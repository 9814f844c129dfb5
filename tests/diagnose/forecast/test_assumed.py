"""Assumptions: one id one row, defaults that say so, and draws that keep to their interval."""

import numpy as np
import pandas as pd
import pytest
from money_cases import assumptions

from toolkit.diagnose.forecast.assumed import Assumption, assumed
from toolkit.errors import InputError


def ranged(name: str, value: float, low: float, high: float) -> pd.DataFrame:
    return assumptions(**{name: value}).assign(low=low, high=high)


def test_two_rows_for_one_id_are_refused() -> None:
    twice = pd.concat([assumptions(inflation__fee=4.0), assumptions(inflation__fee=5.0)])
    with pytest.raises(InputError, match=r"'inflation.fee' has two rows"):
        assumed(twice)


def test_what_was_measured_and_stated_is_one_row_the_areas_own() -> None:
    measured = Assumption("unit_cost.nmiss", "Measured", 60_000.0, source="Records")
    found = assumed(assumptions(unit_cost__nmiss=65_000.0), measured)
    assert [a.value for a in found if a.id == "unit_cost.nmiss"] == [65_000.0]


def test_a_default_says_that_nobody_agreed_it() -> None:
    default = assumed(pd.DataFrame()).get("inflation.fee")
    assert default.is_default
    assert default.agreed_by == "Not yet agreed"


@pytest.mark.parametrize(("low", "high"), [(3.0, 4.0), (-1.0, 1.0)])
def test_a_range_that_does_not_hold_its_value_is_refused(low: float, high: float) -> None:
    with pytest.raises(InputError, match="does not hold its value"):
        assumed(ranged("inflation__fee", 2.0, low, high))


def test_a_row_for_one_year_holds_in_that_year_alone() -> None:
    found = assumed(assumptions(inflation__fee=4.0, **{"inflation__fee__202728": 9.0}))
    values = [found.value("inflation.fee", y) for y in (202627, 202728, 202829)]
    assert values == [4.0, 9.0, 4.0]


def test_what_is_missing_follows_prices_in_general() -> None:
    found = assumed(assumptions(inflation__general=3.5))
    assert found.value("inflation.fee") == found.value("line.1.2.5") == 3.5


def test_four_fifths_of_the_draws_lie_in_the_interval_on_both_sides_of_the_value() -> None:
    drawn = assumed(ranged("inflation__fee", 4.0, 3.0, 7.0)).drawn("inflation.fee", 40_000, 1)
    assert np.mean(drawn < 3.0) == pytest.approx(0.1, abs=0.01)
    assert np.mean(drawn > 7.0) == pytest.approx(0.1, abs=0.01)
    assert np.median(drawn) == pytest.approx(4.0, abs=0.05)


def test_prices_rise_together_and_income_by_itself() -> None:
    found = assumed(pd.DataFrame())
    fee, top_up = (found.drawn(f"inflation.{c}", 2_000, 1) for c in ("fee", "top_up"))
    assert np.corrcoef(fee, top_up)[0, 1] > 0.99
    assert abs(np.corrcoef(fee, found.drawn("income.hnb", 2_000, 1))[0, 1]) < 0.1


def test_the_same_seed_draws_the_same_and_another_does_not() -> None:
    found = assumed(pd.DataFrame())
    assert found.drawn("income.hnb", 5, 1).tolist() == found.drawn("income.hnb", 5, 1).tolist()
    assert found.drawn("income.hnb", 5, 1).tolist() != found.drawn("income.hnb", 5, 2).tolist()


@pytest.mark.parametrize("name", ["years__later_census", "leave__rate"])
def test_what_no_row_can_change_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=name.replace("__", ".")):
        assumed(assumptions(**{name: 50.0}))

"""Inflation: by component and year; 0% leaves the real line as it is."""

import numpy as np
import pandas as pd
import pytest
from money_cases import FLAT, assumptions

from toolkit.diagnose.forecast import inflation
from toolkit.diagnose.forecast.assumed import assumed

AFTER = (202526, 202627, 202728)


def test_nought_percent_is_exactly_one_throughout() -> None:
    index = inflation.index(assumed(assumptions(**FLAT)), ["inflation.fee"], AFTER, 20, 1)
    assert (index == 1.0).all()


def test_prices_compound_by_component_and_year() -> None:
    known = assumed(assumptions(inflation__fee=10.0, **{"inflation__fee__202728": 0.0}))
    index = inflation.index(known, ["inflation.fee"], AFTER, 1, 1)
    assert index[0, :, 0].tolist() == pytest.approx([1.1, 1.21, 1.21])


def test_a_what_if_adds_points_to_every_rise() -> None:
    known = assumed(assumptions(inflation__fee=2.0))
    index = inflation.index(known, ["inflation.fee"], AFTER, 1, 1, added=1.0)
    assert index[0, 0, 0] == pytest.approx(1.03)


def test_the_years_after_a_base_end_with_that_of_the_last_january() -> None:
    assert inflation.years_after(202425, 2028) == AFTER


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ({202425: 100.0, 202526: 104.0}, [1.04, 1.04 * 1.05, 1.04 * 1.05**2]),
        ({202526: 104.0}, [1.05, 1.05**2, 1.05**3]),
        ({}, [1.05, 1.05**2, 1.05**3]),
    ],
)
def test_the_deflator_goes_on_with_general_inflation_where_the_table_ends(
    held: dict[int, float], expected: list[float]
) -> None:
    table = pd.DataFrame(held.items(), columns=["financial_year", "index_value"])
    found = inflation.deflator(table, assumed(assumptions(inflation__general=5.0)), 202425, AFTER)
    assert found.tolist() == pytest.approx(expected)


def test_the_table_of_rises_names_source_and_who_agreed() -> None:
    known = assumed(assumptions(inflation__fee=4.0))
    shown = inflation.table(known, ["inflation.fee", "inflation.top_up"], AFTER).frame
    assert shown["source"].iloc[0] == "Test (Group)"
    assert "Default of the model" in shown["source"].iloc[-1]
    assert np.array_equal(shown["rise"], [4.0] * 3 + [2.0] * 3)

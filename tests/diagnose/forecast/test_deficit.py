"""The deficit: negative where money lacks, and the running sum of what each year lacks."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from money_cases import FLAT, SEED, base, fixture, paths

from toolkit.diagnose.forecast import budget, deficit, income
from toolkit.diagnose.forecast.assumed import Assumed
from toolkit.diagnose.forecast.deficit import Balance
from toolkit.errors import InputError

POSITION = fixture("money/dsg_position.csv")
STEADY = paths(growth=0.0, simulations=3)


def standing(assumed: Assumed | None = None, **own: float) -> Balance:
    on = base(**{**FLAT, "income__hnb": 0.0, **own})
    known = assumed or on.assumed
    spent = budget.project(STEADY, on, SEED)
    came_in = income.income(POSITION, known, 202425, spent.financial_years, 3, SEED)
    return deficit.balance(spent, came_in, known)


def test_in_year_balance_is_income_less_spend_and_a_deficit_is_negative() -> None:
    found = standing()
    assert found.in_year[0].tolist() == [
        2_260_000 + 10_000 + 5_000 - 2_350_000,  # announced, with what the other blocks have over
        *[2_260_000 + 10_000 - 2_350_000] * 3,
    ]


@settings(max_examples=20)
@given(
    fee=st.floats(-5, 15),
    hnb=st.floats(-5, 15),
    write_off=st.floats(0, 1e6),
    share=st.floats(0, 100),
)
def test_the_cumulative_balance_is_the_running_sum(
    fee: float, hnb: float, write_off: float, share: float
) -> None:
    on = base(inflation__fee=fee, income__hnb=hnb, write_off=write_off)
    known = on.assumed.changed("government.share", value=share)
    known = known.changed("government.share.year", value=202627.0)
    spent = budget.project(paths(simulations=8), on, SEED)
    came_in = income.income(POSITION, known, 202425, spent.financial_years, 8, SEED)
    found = deficit.balance(spent, came_in, known)
    assert np.array_equal(
        found.carried, -500_000 + np.cumsum(found.in_year + found.written_off, axis=1)
    )


def test_income_that_is_announced_is_taken_and_grows_only_after_it() -> None:
    known = base(income__hnb=10.0).assumed
    found = income.income(POSITION, known, 202425, (202526, 202627, 202728), 2, SEED)
    assert found.block[0].tolist() == [2_260_000, 2_486_000, 2_734_600]
    assert found.transfers[0].tolist() == [0, 0, 0]  # each needs a new decision
    assert found.known_to == 202526


def test_the_outturn_goes_before_the_forecast_and_that_before_the_budget() -> None:
    later = POSITION.assign(basis="forecast", hnb_before_deductions=2_300_000)
    both = pd.concat([later[later["financial_year"].ge(202425)], POSITION])
    found = income.income(both, base().assumed, 202425, (202526,), 1, SEED)
    assert found.block.tolist() == [[2_300_000]]
    assert found.opening == -500_000


def test_central_government_takes_its_share_once_at_the_end_of_the_year_named() -> None:
    known = base(**FLAT, income__hnb=0.0).assumed.changed("government.share", value=90.0)
    found = standing(known.changed("government.share.year", value=202526.0))
    before = -500_000 - 75_000
    assert found.carried[0, 0] == pytest.approx(before / 10)
    assert found.written_off[0].tolist() == [pytest.approx(-before * 0.9), 0, 0, 0]


def test_central_government_takes_in_year_deficits_from_the_year_named() -> None:
    known = base(**FLAT, income__hnb=0.0).assumed.changed("government.in_year", value=100.0)
    found = standing(known.changed("government.in_year.from", value=202728.0))
    assert found.carried[0].tolist() == [-575_000, -655_000, -655_000, -655_000]
    assert (found.in_year[0, 2:] < 0).all()  # the deficit is still there, and still shown


def test_a_share_without_a_year_is_refused() -> None:
    known = base().assumed.changed("government.share", value=90.0)
    with pytest.raises(InputError, match=r"government\.share\.year"):
        standing(known)


def test_a_write_off_lowers_the_deficit_of_its_year() -> None:
    found = standing(**{"write_off__202627": 300_000.0})
    assert found.written_off[0].tolist() == [0, 300_000, 0, 0]
    assert found.carried[0, 1] == -500_000 - 75_000 - 80_000 + 300_000


def made_up(in_year: list[list[float]]) -> Balance:
    amounts = np.array(in_year)
    years = tuple(202526 + 101 * i for i in range(amounts.shape[1]))
    return Balance(years, 0.0, amounts, np.zeros_like(amounts), np.cumsum(amounts, axis=1))


def test_the_probability_of_balance_is_the_share_of_simulations_without_a_deficit() -> None:
    found = made_up([[-1.0, 0.0, 5.0], [-2.0, -1.0, 1.0], [-3.0, 2.0, -1.0], [-4.0, 3.0, 2.0]])
    assert deficit.probability_of_balance(found).tolist() == [0, 75, 75]


@pytest.mark.parametrize(
    ("middle", "expected"),
    [
        ([-1.0, 1.0, 2.0], 202627),
        ([1.0, -1.0, 2.0], 202728),  # a year in balance that does not last is not the year
        ([-3.0, -2.0, -1.0], None),
        ([1.0, 1.0, 0.0], 202526),
    ],
)
def test_the_year_of_balance_is_the_first_from_which_it_lasts(
    middle: list[float], expected: int | None
) -> None:
    assert deficit.year_of_balance(made_up([middle] * 3))[0] == expected


def test_without_an_outturn_there_is_nothing_to_open_with() -> None:
    with pytest.raises(InputError, match="no outturn of 2024-25"):
        income.income(POSITION.assign(basis="budget"), base().assumed, 202425, (202526,), 1, 1)

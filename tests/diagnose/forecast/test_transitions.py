from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.diagnose.forecast import small_area
from toolkit.diagnose.forecast import transitions
from toolkit.errors import InputError

FIXTURES = Path(__file__).parent / "fixtures" / "local"
PROVISIONS = small_area.PROVISIONS


@pytest.fixture
def stock() -> pd.DataFrame:
    return pd.read_csv(FIXTURES / "stock.csv")


@pytest.fixture
def plans() -> pd.DataFrame:
    return pd.read_csv(FIXTURES / "plans.csv", parse_dates=["plan_start", "plan_cease"])


@pytest.fixture
def seen(stock: pd.DataFrame, plans: pd.DataFrame) -> transitions.Transitions:
    return transitions.count(stock, plans, transitions.axes_of(stock, PROVISIONS))


def test_the_balance_leads_from_one_census_to_the_next(seen: transitions.Transitions) -> None:
    expected = pd.read_csv(FIXTURES / "balance.csv")
    pd.testing.assert_frame_equal(seen.balance(), expected, check_dtype=False)


def test_a_plan_that_was_transferred_in_joins_when_it_is_first_held(
    seen: transitions.Transitions,
) -> None:
    need, place = seen.axes.needs.index("MLD"), seen.axes.provisions.index("mainstream")
    assert seen.joined[0, 8, need, place] == 1


def test_a_move_is_counted_at_the_age_then_and_with_the_need_as_last_recorded(
    seen: transitions.Transitions,
) -> None:
    before, then = (seen.axes.provisions.index(p) for p in ("mainstream", "state_special"))
    assert seen.moved[0, 11, seen.axes.needs.index("ASD"), before, then] == 1
    assert seen.stayed[1, 11, seen.axes.needs.index("SEMH"), then] == 1


def test_people_followed_leave_no_gap_between_stock_and_flows(
    seen: transitions.Transitions,
) -> None:
    assert (seen.gaps == 0).all()
    assert (seen.opening - seen.left.sum(axis=(1, 2, 3)) + seen.joined.sum(axis=(1, 2, 3))
            == seen.closing).all()  # fmt: skip


def test_every_person_of_a_larger_area_is_counted_once() -> None:
    stock, plans, _ = small_area.frames()
    seen = transitions.count(stock, plans, transitions.axes_of(stock, PROVISIONS))
    plans_by_year = stock.groupby("year").size()
    assert seen.opening.tolist() == plans_by_year.iloc[:-1].tolist()
    assert seen.closing.tolist() == plans_by_year.iloc[1:].tolist()
    assert (seen.moved.sum(axis=(1, 2, 3, 4)) == seen.stayed.sum(axis=(1, 2, 3))).all()


def test_recent_years_weigh_more(seen: transitions.Transitions) -> None:
    assert seen.weights.tolist() == [0.7, 1.0]


def test_stages_begin_where_children_change_school() -> None:
    stock, _, _ = small_area.frames()
    axes = transitions.axes_of(stock, PROVISIONS)
    named = [axes.stage_names[axes.stages[a]] for a in (3, 4, 5, 10, 11, 12, 16, 18, 19, 24)]
    assert named == ["Early years", "Reception", "Primary", "Primary", "Year 7", "Secondary",
                     "Post-16", "Post-18", "Post-18", "20 and over"]  # fmt: skip


def test_one_census_is_too_few(stock: pd.DataFrame, plans: pd.DataFrame) -> None:
    one = stock[stock["year"].eq(2023)]
    with pytest.raises(InputError, match="no two censuses are a year apart"):
        transitions.count(one, plans, transitions.axes_of(one, PROVISIONS))


def test_an_unknown_provision_is_named(stock: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="'barge' is not one of the model"):
        transitions.axes_of(stock.assign(provision="barge"), PROVISIONS)


def test_flows_that_do_not_reconcile_show_their_gap() -> None:
    stock, plans, _ = small_area.frames()
    axes = transitions.axes_of(stock, PROVISIONS)
    seen = transitions.count(stock, plans, axes)
    lost = transitions.Transitions(**{**vars(seen), "opening": seen.opening * 0.98})
    assert np.allclose(lost.gaps, -0.02)

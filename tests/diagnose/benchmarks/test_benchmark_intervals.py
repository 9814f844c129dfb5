"""Intervals are those of the books, and never leave what is possible."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from toolkit.diagnose.benchmarks import intervals


@pytest.mark.parametrize(
    ("numerator", "base", "low", "high"),
    [  # Newcombe (1998), Statistics in Medicine 17, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_intervals(numerator, base, low, high) -> None:
    ends = intervals.wilson(pd.Series([numerator]), pd.Series([base]))
    assert [e.iloc[0] for e in ends] == pytest.approx([low, high], abs=5e-5)


@pytest.mark.parametrize("events", [1, 4, 10, 50, 1000])
def test_byar_is_close_to_the_exact_poisson_interval(events) -> None:
    low, high = (e.iloc[0] for e in intervals.byar(pd.Series([events])))
    exact = chi2.ppf(0.025, 2 * events) / 2, chi2.ppf(0.975, 2 * events + 2) / 2
    assert low == pytest.approx(exact[0], rel=0.01, abs=0.015)
    assert high == pytest.approx(exact[1], rel=0.01)


def test_no_events_have_an_upper_end_alone() -> None:
    low, high = (e.iloc[0] for e in intervals.byar(pd.Series([0])))
    assert low == 0
    assert high == pytest.approx(3.69, abs=0.05)  # exact: -ln(0.025)


@given(st.integers(1, 50_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_share_lies_within_its_interval_and_the_interval_within_nought_and_one(pair) -> None:
    numerator, base = pair
    low, high = (e.iloc[0] for e in intervals.wilson(pd.Series([numerator]), pd.Series([base])))
    assert 0 <= low <= numerator / base + 1e-12
    assert numerator / base - 1e-12 <= high <= 1


def test_without_a_base_there_is_no_interval() -> None:
    low, high = intervals.wilson(pd.Series([0, 1]), pd.Series([0.0, None]))
    assert low.isna().all()
    assert high.isna().all()


def test_newcombes_interval_of_two_shares_is_the_published_one() -> None:
    counts = (pd.Series([56]), pd.Series([70]), pd.Series([48]), pd.Series([80]))
    low, high = intervals.newcombe(*counts)
    assert (low[0], high[0]) == pytest.approx((0.0524, 0.3339), abs=5e-5)  # Newcombe, table II (a)

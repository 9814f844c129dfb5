import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from toolkit.diagnose import funnel


def one(events: float, base: float, expected: float, kind: funnel.Kind) -> pd.Series:
    columns = (pd.Series([v]) for v in (events, base, expected))
    return funnel.judge(*columns, kind).iloc[0]


# Binomial(100, 0.1): P(X >= 17) = 0.0206, P(X >= 16) = 0.0399; P(X >= 21) = 0.00081,
# P(X >= 20) = 0.0020; P(X <= 4) = 0.0237, P(X <= 1) = 0.00032, P(X <= 2) = 0.0019.
@pytest.mark.parametrize(
    ("events", "verdict"),
    [
        *((16, "within"), (17, "above"), (20, "above"), (21, "far_above")),
        *((5, "within"), (4, "below"), (2, "below"), (1, "far_below")),
    ],
)
def test_binomial_limits_are_exact(events, verdict) -> None:
    assert one(events, 100, 10, "binomial")["verdict"] == verdict


# Poisson(10): P(X >= 18) = 0.0143, P(X >= 17) = 0.0270; P(X >= 22) = 0.0007, P(X >= 21) = 0.0016.
@pytest.mark.parametrize(
    ("events", "verdict"), [(17, "within"), (18, "above"), (21, "above"), (22, "far_above")]
)
def test_poisson_limits_are_exact(events, verdict) -> None:
    assert one(events, 100, 10, "poisson")["verdict"] == verdict


@given(st.integers(1, 300), st.floats(0.01, 0.99), st.integers(0, 300))
def test_beyond_a_limit_lies_no_more_than_its_probability(base, rate, events) -> None:
    events = min(events, base)
    found = one(events, base, base * rate, "binomial")["verdict"]
    tail = stats.binom.sf(events - 1, base, rate), stats.binom.cdf(events, base, rate)
    within = {"above": 0.025, "far_above": 0.001, "below": 0.025, "far_below": 0.001}
    if found != "within":
        assert min(tail) <= within[found] + 1e-9


def test_no_cases_and_no_events_are_within() -> None:
    assert one(0, 0, 0, "binomial")["verdict"] == "within"
    assert one(0, 0, 0, "poisson")["verdict"] == "within"


def test_dispersion_is_1_by_chance_and_more_where_units_differ() -> None:
    rng = np.random.default_rng(1)
    base = pd.Series(np.full(400, 200.0))
    chance = pd.Series(rng.binomial(200, 0.2, 400).astype(float))
    wide = pd.Series(rng.binomial(200, rng.beta(4, 16, 400)).astype(float))
    expected = pd.Series(np.full(400, 40.0))
    assert funnel.dispersion(chance, base, expected, "binomial") == pytest.approx(0.8, abs=0.2)
    assert funnel.dispersion(wide, base, expected, "binomial") > 3
    assert np.isnan(funnel.dispersion(chance[:4], base[:4], expected[:4], "binomial"))


@pytest.mark.parametrize(
    ("events", "top", "most"),
    [([80, 5, 5, 5, 5], 1, 80), ([10] * 10, 2, 20), ([1] * 6, 2, 2), ([], 0, 0)],
)
def test_a_pareto_takes_the_fifth_with_the_most(events, top, most) -> None:
    assert funnel.pareto(pd.Series(events, dtype=float)) == (top, most)


def test_the_range_by_chance_is_the_same_with_the_same_seed_and_holds_chance() -> None:
    expected, base = pd.Series(np.full(50, 4.0)), pd.Series(np.full(50, 20.0))
    low, high = funnel.pareto_by_chance(expected, base, seed=1)
    assert (low, high) == funnel.pareto_by_chance(expected, base, seed=1)
    drawn = np.random.default_rng(9).binomial(20, 0.2, 50)
    assert low <= 100 * funnel.pareto(pd.Series(drawn))[1] / drawn.sum() <= high
    assert 20 < low < high < 50  # equal shares would be 20%; chance alone brings more


def test_nothing_expected_has_no_range() -> None:
    none = pd.Series(dtype=float)
    assert np.isnan(funnel.pareto_by_chance(none, none, seed=1)).all()

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from toolkit.diagnose.forecast import draws
from toolkit.diagnose.forecast.draws import Flow

UNIFORM = (np.arange(20_000) + 0.5) / 20_000  # every part of a distribution, evenly


def binomial(n: int, p: float, u: np.ndarray = UNIFORM) -> np.ndarray:
    return draws.binomial(u, np.full(u.shape, n, dtype=np.int32), np.full(u.shape, p))


def negative(mean: float, size: float, u: np.ndarray = UNIFORM) -> np.ndarray:
    return draws.negative_binomial(u, np.full(u.shape, mean), np.full(u.shape, size))


@settings(max_examples=60, deadline=None)
@given(n=st.integers(0, 40), p=st.floats(0.0, 1.0))
def test_small_binomial_counts_are_the_exact_quantiles(n: int, p: float) -> None:
    if n * p * (1 - p) <= draws.EXACT_TO:
        exact = stats.binom.ppf(UNIFORM[::20], n, p)
        assert (binomial(n, p, UNIFORM[::20]) == np.maximum(exact, 0)).mean() > 0.998


@pytest.mark.parametrize(("n", "p"), [(60, 0.5), (300, 0.05), (2000, 0.1), (50_000, 0.93)])
def test_large_binomial_counts_are_at_most_one_out(n: int, p: float) -> None:
    made, exact = binomial(n, p), stats.binom.ppf(UNIFORM, n, p)
    assert np.abs(made - exact).max() <= 1
    assert (made != exact).mean() < 0.002
    assert made.mean() == pytest.approx(n * p, rel=1e-3)
    assert made.var() == pytest.approx(n * p * (1 - p), rel=0.01)


@pytest.mark.parametrize(("mean", "size"), [(0.02, 0.1), (3, 10), (12, 2), (30, 5), (8, 1e9)])
def test_small_or_skewed_negative_binomial_counts_are_the_exact_quantiles(
    mean: float, size: float
) -> None:
    exact = stats.nbinom.ppf(UNIFORM, size, size / (size + mean))
    assert (negative(mean, size) == exact).mean() > 0.999


@pytest.mark.parametrize(("mean", "size"), [(30, 100), (400, 50), (5000, 1e6)])
def test_large_negative_binomial_counts_have_the_right_mean_and_spread(
    mean: float, size: float
) -> None:
    made = negative(mean, size)
    exact = stats.nbinom.ppf(UNIFORM, size, size / (size + mean))
    assert np.abs(made - exact).max() <= 1
    assert made.mean() == pytest.approx(mean, rel=2e-3)
    assert made.var() == pytest.approx(mean + mean**2 / size, rel=0.02)


def test_cells_of_one_age_add_up_to_a_negative_binomial() -> None:
    shares = np.array([0.6, 0.3, 0.1])
    u = np.random.default_rng(1).random((40_000, 3))
    cells = draws.negative_binomial(u, *(np.broadcast_to(x * shares, u.shape) for x in (9.0, 6.0)))
    total = np.bincount(cells.sum(axis=1), minlength=60)[:60] / len(u)
    expected = stats.nbinom.pmf(np.arange(60), 6.0, 6.0 / 15.0)
    assert np.abs(total - expected).max() < 0.006


@settings(max_examples=60, deadline=None)
@given(
    n=st.integers(1, 400),
    p=st.floats(0.0, 1.0),
    less=st.floats(0.0, 1.0),
    u=st.floats(0.0, 1.0, exclude_max=True),
)
def test_a_smaller_chance_never_gives_a_larger_count(
    n: int, p: float, less: float, u: float
) -> None:
    few, many = (int(binomial(n, x, np.array([u]))[0]) for x in (p * less, p))
    # Where one side is exact and the other expanded, they may cross by the one that it is out.
    slack = int(n * p * (1 - p) > draws.EXACT_TO)
    assert few <= many + slack
    assert 0 <= few <= n


@pytest.mark.parametrize("p", [0.0, 1.0])
def test_what_is_certain_is_drawn_so(p: float) -> None:
    assert (binomial(7, p) == 7 * p).all()


def test_every_stream_is_its_own_and_comes_back_the_same() -> None:
    keys = [
        (1, 0, 0, Flow.JOIN, ""),
        (2, 0, 0, Flow.JOIN, ""),
        (1, 1, 0, Flow.JOIN, ""),
        (1, 0, 1, Flow.JOIN, ""),
        (1, 0, 0, Flow.LEAVE, ""),
        (1, 0, 0, Flow.JOIN, "x"),
    ]
    first = [draws.stream(*key).random(4).tolist() for key in keys]
    again = [draws.stream(*key).random(4).tolist() for key in keys]
    assert first == again
    assert len({tuple(row) for row in first}) == len(keys)


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(ValueError, match="whole number from 0"):
        draws.stream(-1, 0, 0, Flow.JOIN)


def test_the_numbers_of_a_cell_are_uniform_and_unrelated() -> None:
    word = draws.words(draws.stream(3, 0, 0, Flow.WHERE), (20_000,))
    made = np.array([draws.nth_uniform(word, n) for n in range(3)])
    assert made.min() >= 0
    assert made.max() < 1
    assert all(stats.kstest(row, "uniform").pvalue > 0.001 for row in made)
    assert np.abs(np.corrcoef(made) - np.eye(3)).max() < 0.03

import numpy as np
import pytest

from toolkit.diagnose.forecast import pooling

SHAPE = (6, 2, 3)


def counts(rates: np.ndarray, people: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    hits = np.random.default_rng(seed).binomial(people, rates).astype(float)
    return hits, people - hits


def test_cells_that_are_alike_lean_on_each_other() -> None:
    hits, misses = counts(np.full(SHAPE, 0.1), 30)
    assert pooling.strength(np.full(SHAPE, 0.1), hits, misses) >= 256


def test_cells_that_differ_stand_by_themselves() -> None:
    rates = np.random.default_rng(2).choice([0.02, 0.6], SHAPE)
    hits, misses = counts(rates, 200)
    assert pooling.strength(np.full(SHAPE, 0.3), hits, misses) <= 4


def test_drawn_rates_centre_on_the_expected_ones() -> None:
    hits, misses = counts(np.linspace(0.05, 0.4, 36).reshape(SHAPE), 60)
    known = pooling.nested(np.full((1, 1, 1), 0.2), hits, misses, ((0,), (0, 2), (0, 1, 2)))
    drawn = known.draw(np.random.default_rng(3), 4000)
    assert drawn.shape == (4000, *SHAPE)
    assert np.abs(drawn.mean(axis=0) - known.mean()).max() < 0.02


def test_what_is_not_known_of_an_age_is_shared_by_its_cells() -> None:
    hits, misses = counts(np.full(SHAPE, 0.1), 3)
    known = pooling.nested(np.full((1, 1, 1), 0.1), hits, misses, ((0,), (0, 1, 2)))
    drawn = known.draw(np.random.default_rng(4), 3000)[:, 0].reshape(3000, -1)
    assert np.corrcoef(drawn.T)[np.triu_indices(6, 1)].mean() > 0.4


def test_where_nobody_went_nobody_is_drawn() -> None:
    seen = np.array([[5.0, 0.0, 2.0], [0.0, 0.0, 0.0]])
    alpha = pooling.split(seen, seen.sum(axis=0, keepdims=True))
    drawn = pooling.draw_split(np.random.default_rng(5), alpha, 200)
    assert (drawn[..., 1] == 0).all()
    assert np.allclose(drawn.sum(axis=-1), 1)


def test_a_split_of_nothing_is_nothing() -> None:
    drawn = pooling.draw_split(np.random.default_rng(5), np.zeros((1, 3)), 10)
    assert (drawn == 0).all()


@pytest.mark.parametrize(("hits", "seen", "rate"), [(0, 0, 0.1), (1, 9, 0.11), (90, 899, 0.1001)])
def test_a_rate_with_few_people_stays_near_its_prior(hits: int, seen: int, rate: float) -> None:
    assert pooling.pooled_rate(np.array(hits), np.array(seen), 0.1) == pytest.approx(rate, rel=1e-3)

import numpy as np
import pytest

from tests.diagnose.forecast import small_area
from toolkit.diagnose.forecast import arrivals, local_mode, parameters, shocks
from toolkit.diagnose.forecast.parameters import Priors
from toolkit.diagnose.forecast.transitions import OLDEST

MODEL = small_area.model()
DRAWN = parameters.draw(MODEL.known, np.random.default_rng(1), 400)


def test_from_the_oldest_age_everybody_leaves() -> None:
    assert (DRAWN.leave[:, OLDEST:] == 1).all()


def test_drawn_rates_centre_on_what_the_area_did() -> None:
    ages = slice(5, 20)
    held = MODEL.seen.weighted(MODEL.seen.stayed + MODEL.seen.left)[ages]
    rate = (DRAWN.leave.mean(axis=0)[ages] * held).sum() / held.sum()
    assert rate == pytest.approx(0.06, abs=0.012)


def test_moves_have_rates_of_their_own_at_a_change_of_stage() -> None:
    mainstream = MODEL.axes.provisions.index("mainstream")
    by_age = DRAWN.move.mean(axis=(0, 2))[:, mainstream]
    assert by_age[11] > 4 * by_age[9]
    assert by_age[16] > 4 * by_age[14]


def test_nobody_moves_to_where_they_are() -> None:
    assert np.einsum("sgnpp->p", DRAWN.where).sum() == 0


def test_a_national_rate_stands_where_the_area_has_nobody() -> None:
    national = np.full(26, 0.33)
    known = local_mode.fit(
        *small_area.frames(), Priors(leave=national), small_area.PROVISIONS
    ).known
    assert known.leave.mean()[0].mean() == pytest.approx(0.33, abs=0.01)  # nobody is aged 0
    assert known.pooled == ("move", "growth")


def test_what_has_no_national_rate_is_named() -> None:
    assert MODEL.known.pooled == ("leave", "move")


def test_growth_is_half_the_area_and_half_the_country_and_the_areas_half_fades() -> None:
    come = MODEL.known.arrivals
    grown = np.log(MODEL.seen.closing / MODEL.seen.opening)
    own = np.average(grown, weights=0.7 ** np.arange(len(grown))[::-1])
    assert come.country + come.departure == pytest.approx((own + 0.05) / 2, abs=0.005)
    path, _ = come.ahead(3)
    first, later = path[0] - 0.05, path[2] - path[1] - 0.05
    assert later == pytest.approx(first * arrivals.DAMPING**2)


def test_the_level_follows_recent_arrivals() -> None:
    come = MODEL.known.arrivals
    last = np.log(come.seen[-1] / come.expected[-1])
    assert come.level(np.zeros(1))[0] == pytest.approx(last, abs=0.2)


def test_a_flow_that_does_not_reconcile_is_balanced_in_part() -> None:
    seen = MODEL.seen
    opening = seen.opening.copy()
    opening[1:] *= 0.98
    lossy = type(seen)(**{**vars(seen), "opening": opening})
    people = np.full((len(seen.years), 26), 900.0)
    mean, sd = parameters.fit(lossy, people, Priors()).arrivals.balance
    assert mean < 0
    assert sd > 0
    assert MODEL.known.arrivals.balance == (0.0, 0.0)


def test_calm_years_make_a_smaller_shock_than_wild_ones() -> None:
    weights, year = np.ones(6), np.arange(6.0)
    seen = np.full(6, 500.0)
    wild = np.array([0.4, -0.4, 0.4, -0.4, 0.4, -0.4])
    calm = shocks.of_line(0.1 * year, year, weights, seen, 0.22)
    rough = shocks.of_line(0.1 * year + wild, year, weights, seen, 0.22)
    assert calm.variance[0] < 0.22**2 < rough.variance[0]


def test_the_chance_of_small_counts_is_no_shock() -> None:
    rng = np.random.default_rng(1)
    expected = np.full((7, 3), 12.0)
    made = shocks.of_counts(rng.poisson(expected), expected, np.ones(7), 0.3)
    assert (np.sqrt(made.variance) < 0.32).all()


def test_one_pair_of_censuses_says_nothing_of_shocks() -> None:
    made = shocks.of_counts(np.array([[80.0]]), np.array([[100.0]]), np.ones(1), 0.2)
    assert np.sqrt(made.variance[0]) == pytest.approx(0.2)


def test_parameters_are_drawn_once_and_differ_between_simulations() -> None:
    assert DRAWN.rate.shape == (400, 26)
    assert DRAWN.slope.std() == pytest.approx(arrivals.GROWTH_SPREAD, rel=0.1)
    assert DRAWN.mix.sum(axis=(2, 3)) == pytest.approx(np.ones((400, 26)))

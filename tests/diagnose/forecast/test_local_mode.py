from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.diagnose.forecast import small_area
from toolkit.diagnose.forecast import local_mode
from toolkit.diagnose.forecast.futures import DrawnOnce, Futures
from toolkit.diagnose.forecast.levers import Lever
from toolkit.diagnose.forecast.paths import Paths
from toolkit.diagnose.forecast.transitions import OLDEST
from toolkit.errors import InputError, SettingsError

MODEL = small_area.model()
HELP = Lever("help", "join", -30, -20, start=0)


def bytes_of(paths: Paths) -> bytes:
    return b"".join(x.tobytes() for x in (paths.counts, paths.joined, paths.left))


@pytest.fixture(scope="module")
def base() -> Paths:
    return local_mode.simulate(MODEL, 4, 120, 1)


def test_the_same_seed_gives_the_same_bytes_with_one_worker_and_with_two(base: Paths) -> None:
    assert bytes_of(local_mode.simulate(MODEL, 4, 120, 1, workers=2)) == bytes_of(base)


def test_scenarios_that_share_what_is_drawn_have_the_bytes_of_each_alone(base: Paths) -> None:
    futures = Futures(MODEL, 4, 120, 1)
    for levers in ((HELP,), (), (HELP,)):
        alone = local_mode.simulate(MODEL, 4, 120, 1, levers=levers)
        assert bytes_of(futures(levers)) == bytes_of(alone)


def test_parameters_drawn_once_are_of_the_model_that_asks() -> None:
    once, other = DrawnOnce(), replace(MODEL.known)
    first = once(MODEL.known, 1, 0, 20)
    assert once(MODEL.known, 1, 0, 20) is first
    assert once(other, 1, 0, 20) is not first
    assert once(other, 2, 0, 20).leave.tobytes() != first.leave.tobytes()


def test_another_seed_gives_other_futures(base: Paths) -> None:
    assert bytes_of(local_mode.simulate(MODEL, 4, 120, 2)) != bytes_of(base)


@pytest.mark.parametrize("fewer", [20, 70])
def test_fewer_simulations_are_the_first_of_more(base: Paths, fewer: int) -> None:
    few = local_mode.simulate(MODEL, 4, fewer, 1)
    assert (few.counts[: fewer // 50 * 50] == base.counts[: fewer // 50 * 50]).all()


@pytest.mark.parametrize(
    "idle",
    [
        Lever("no effect", "join", 0, 0, start=0),
        Lever("no effect", "leave", 0, 0, start=0),
        Lever("no effect", "move", 0, 0, start=0),
        Lever("no chance", "join", -30, -10, start=0, probability=0),
        Lever("no chance", "move", -30, -10, start=0, probability=0),
        Lever("after the end", "leave", -30, -10, start=60),
        Lever("on prices", "unit_cost", -30, -10, start=0),
    ],
    ids=lambda lever: f"{lever.id}, {lever.flow}",
)
def test_a_lever_that_does_nothing_changes_nothing(base: Paths, idle: Lever) -> None:
    assert bytes_of(local_mode.simulate(MODEL, 4, 120, 1, levers=(idle,))) == bytes_of(base)


def test_futures_take_two_bytes_a_cell(base: Paths) -> None:
    assert {x.itemsize for x in (base.counts, base.joined, base.left)} == {2}


@pytest.mark.parametrize("people", [32_767, 32_768, 100_000])
def test_a_cell_with_many_people_holds_them_all(people: int) -> None:
    held = np.zeros((3, 2), dtype=local_mode.SMALL)
    found = np.array([[people, 1]], dtype=np.int32)
    made = local_mode.put(held, slice(1, 2), found)
    assert made.tolist() == [[0, 0], [people, 1], [0, 0]]


def test_people_are_conserved(base: Paths) -> None:
    change = base.by()[:, 1:] - base.by()[:, :-1]
    assert (change == base.by(of="joined") - base.by(of="left")).all()
    assert min(base.counts.min(), base.joined.min(), base.left.min()) >= 0


def test_who_stays_is_a_year_older_with_the_same_need(base: Paths) -> None:
    by = {of: base.by("age", "need", of=of) for of in ("counts", "joined", "left")}
    stayed = by["counts"][:, :-1] - by["left"]
    assert (by["counts"][:, 1:, 1:] == stayed[:, :, :-1] + by["joined"][:, :, 1:]).all()


def test_everybody_leaves_by_the_end_of_the_school_year_of_turning_25(base: Paths) -> None:
    ages = base.by("age"), base.by("age", of="left")
    assert (ages[0][:, :-1, OLDEST:] == ages[1][:, :, OLDEST:]).all()


def test_the_future_starts_from_the_last_census(base: Paths) -> None:
    stock, _, _ = small_area.frames()
    assert (base.by()[:, 0] == stock["year"].eq(2025).sum()).all()
    assert base.years == (2025, 2026, 2027, 2028, 2029)


def test_more_joiners_of_one_age_move_through_later_ages_and_provisions(base: Paths) -> None:
    shape = MODEL.known.arrivals.shape.copy()
    shape[6] *= 4
    come = replace(MODEL.known.arrivals, shape=shape)
    more = local_mode.simulate(replace(MODEL, known=replace(MODEL.known, arrivals=come)), 4, 120, 1)
    change = (more.by("age") - base.by("age")).mean(axis=0)
    for year in range(1, 5):
        here = np.flatnonzero(np.abs(change[year]) > 0)
        assert here.tolist() == list(range(6, 6 + year))  # nobody else is touched
    by_provision = (more.by("provision") - base.by("provision")).mean(axis=0)[4]
    assert (by_provision[:4] > 0).all()  # they join and move: every provision for children


def test_a_lever_is_seen_through_far_less_noise_than_two_seeds_have(base: Paths) -> None:
    shared = local_mode.simulate(MODEL, 4, 120, 1, levers=(HELP,)).by()[:, 4] - base.by()[:, 4]
    apart = local_mode.simulate(MODEL, 4, 120, 2, levers=(HELP,)).by()[:, 4] - base.by()[:, 4]
    assert (shared < 0).mean() > 0.98
    assert shared.std() < 0.35 * apart.std()


def test_a_lever_on_leaving_and_one_on_moves_do_what_they_say(base: Paths) -> None:
    stay = local_mode.simulate(MODEL, 4, 120, 1, levers=(Lever("x", "leave", -50, -50, start=0),))
    assert (stay.by(of="left")[:, 0] <= base.by(of="left")[:, 0]).all()
    into = Lever("x", "move", -100, -100, start=0, provisions=("nmiss",))
    moved = local_mode.simulate(MODEL, 4, 120, 1, levers=(into,))
    assert (moved.by()[:, 1] == base.by()[:, 1]).all()  # a move is no arrival
    at = base.provisions.index("nmiss")
    only_joined = moved.by("provision")[:, 1, at] - moved.by("provision", of="joined")[:, 0, at]
    assert (only_joined <= base.by("provision")[:, 0, at]).all()


@pytest.mark.parametrize("years", [0, 6])
def test_a_horizon_other_than_one_to_five_years_is_refused(years: int) -> None:
    with pytest.raises(SettingsError):
        local_mode.simulate(MODEL, years, 10, 1)


@pytest.mark.parametrize("years", [1, 5])
def test_a_horizon_of_one_to_five_years_is_taken(years: int) -> None:
    assert local_mode.simulate(MODEL, years, 5, 1).by().shape == (5, years + 1)


def test_no_simulations_are_refused() -> None:
    with pytest.raises(SettingsError, match="0 simulations"):
        local_mode.simulate(MODEL, 1, 0, 1)


def test_growth_that_is_set_moves_the_future_and_not_the_level_now(base: Paths) -> None:
    assert MODEL.with_growth(12.5).growth_percent == pytest.approx(12.5)
    faster = local_mode.simulate(MODEL.with_growth(MODEL.growth_percent + 10), 4, 120, 1)
    ratio = faster.by(of="joined").mean(axis=0) / base.by(of="joined").mean(axis=0)
    assert ratio[0] == pytest.approx(1 + 0.10 / (1 + MODEL.growth_percent / 100), abs=0.01)
    assert (np.diff(ratio) > 0).all()


def test_beyond_the_last_mid_year_everybody_grows_a_year_older() -> None:
    table = pd.DataFrame({"year": 2020, "age": range(26), "persons": range(100, 126)})
    made = local_mode.population_at(table, range(2020, 2024), MODEL.axes)
    assert made.loc[2021].tolist() == list(range(100, 126))
    assert made.loc[2020].tolist() == made.loc[2021].tolist()
    assert made.loc[2023].tolist()[:4] == [100, 100, 100, 101]


def test_without_population_arrivals_are_counted_a_year() -> None:
    stock, plans, population = small_area.frames()
    bare = local_mode.fit(stock, plans, population.iloc[:0], provisions=small_area.PROVISIONS)
    told = local_mode.simulate(bare, 2, 100, 1)
    with_it = local_mode.simulate(MODEL, 2, 100, 1)
    assert np.median(told.by()[:, 2]) == pytest.approx(np.median(with_it.by()[:, 2]), rel=0.03)


def test_inputs_are_left_as_they_were() -> None:
    stock, plans, population = (f.copy() for f in small_area.frames())
    local_mode.fit(stock, plans, population, provisions=small_area.PROVISIONS)
    for now, was in zip((stock, plans, population), small_area.frames(), strict=True):
        pd.testing.assert_frame_equal(now, was)


def test_one_census_cannot_be_forecast_from() -> None:
    stock, plans, population = small_area.frames()
    with pytest.raises(InputError, match="a year apart"):
        local_mode.fit(stock[stock["year"].eq(2025)], plans, population)

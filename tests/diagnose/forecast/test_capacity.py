from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.diagnose.forecast import small_area
from toolkit.diagnose.forecast import capacity, local_mode
from toolkit.errors import InputError

FIXTURES = Path(__file__).parent / "fixtures" / "local"
MAINSTREAM, RP, SPECIAL, NMISS = range(4)
OVERFLOW = (SPECIAL, RP, NMISS)
SHAPE = (3, 2, 2, 4)
NO_LIMIT = np.full(4, np.inf)


def people(most: int) -> st.SearchStrategy[np.ndarray]:
    return arrays(np.int32, SHAPE, elements=st.integers(0, most))


def limits() -> st.SearchStrategy[np.ndarray]:
    return arrays(np.float64, 4, elements=st.sampled_from([0.0, 3.0, 10.0, 25.0, np.inf]))


def uniform(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random((3, 4, 4))


@settings(max_examples=150, deadline=None)
@given(people(12), people(5), people(5), limits(), st.integers(0, 9))
def test_people_are_conserved_and_no_place_is_taken_twice(
    stayed: np.ndarray, moved: np.ndarray, joined: np.ndarray, places: np.ndarray, seed: int
) -> None:
    before = (stayed, moved, joined)
    after = capacity.place(before, places, OVERFLOW, uniform(seed))
    for was, now in zip(before, after, strict=True):
        assert (now >= 0).all()
        assert (was.sum(axis=3) == now.sum(axis=3)).all()  # of every age and need, in every group
    held, had = (sum(x.sum(axis=(1, 2)) for x in groups) for groups in (after, before))
    assert (held[:, MAINSTREAM] == had[:, MAINSTREAM]).all()
    for rank, full in enumerate(OVERFLOW):
        below = [held[:, to] >= places[to] for to in OVERFLOW[rank + 1 :]]
        exhausted = np.logical_and.reduce(below) if below else np.ones(3, dtype=bool)
        assert ((held[:, full] <= places[full]) | exhausted).all()


@settings(max_examples=100, deadline=None)
@given(people(12), people(5), people(5), limits(), st.integers(0, 9))
def test_those_who_are_there_keep_their_place_while_a_newcomer_can_go(
    stayed: np.ndarray, moved: np.ndarray, joined: np.ndarray, places: np.ndarray, seed: int
) -> None:
    only = np.where(np.arange(4) == SPECIAL, places, np.inf)
    after = capacity.place((stayed, moved, joined), only, OVERFLOW, uniform(seed))
    lost = (stayed - after[0])[..., SPECIAL].sum(axis=(1, 2))
    new_left = sum(x[..., SPECIAL].sum(axis=(1, 2)) for x in after[1:])
    assert ((lost == 0) | (new_left == 0)).all()


def test_displaced_children_re_appear_down_the_list() -> None:
    joined = np.zeros((1, 1, 1, 4), dtype=np.int32)
    joined[..., SPECIAL] = 10
    none = np.zeros_like(joined)
    places = np.array([np.inf, 3.0, 4.0, np.inf])
    after = capacity.place((none, none, joined), places, OVERFLOW, uniform(1)[:1])
    assert sum(after)[0, 0, 0].tolist() == [0, 3, 4, 3]


def test_when_the_list_is_at_its_end_people_stay_above_the_places() -> None:
    stayed = np.full((1, 1, 1, 4), 5, dtype=np.int32)
    none = np.zeros_like(stayed)
    places = np.array([np.inf, 5.0, 2.0, 6.0])
    after = capacity.place((stayed, none, none), places, OVERFLOW, uniform(1)[:1])
    assert sum(after)[0, 0, 0].tolist() == [5, 5, 4, 6]


def test_nothing_is_changed_in_place() -> None:
    stayed = np.full((1, 1, 1, 4), 5, dtype=np.int32)
    capacity.place((stayed, stayed * 0, stayed * 0), np.zeros(4) + 5, OVERFLOW, uniform(1)[:1])
    assert (stayed == 5).all()


@settings(max_examples=150, deadline=None)
@given(arrays(np.int32, (4, 9), elements=st.integers(0, 20)), st.floats(0, 1), st.integers(0, 9))
def test_people_are_picked_to_the_number_and_never_twice(
    there: np.ndarray, share: float, seed: int
) -> None:
    number = np.floor(there.sum(axis=1) * share).astype(np.int64)
    picked = capacity.pick(there, number, np.random.default_rng(seed).random(4))
    assert (picked.sum(axis=1) == number).all()
    assert ((picked >= 0) & (picked <= there)).all()


def test_everybody_is_as_likely_to_be_picked() -> None:
    there = np.tile(np.array([[1, 5, 14]], dtype=np.int32), (8000, 1))
    drawn = np.random.default_rng(1).random(8000)
    picked = capacity.pick(there, np.full(8000, 4), drawn).mean(axis=0)
    assert picked == pytest.approx([0.2, 1.0, 2.8], abs=0.03)


def test_places_of_an_academic_year_are_those_of_its_january() -> None:
    table = pd.read_csv(FIXTURES / "places.csv")
    made = capacity.places_ahead(
        table, ("mainstream", "rp_unit", "state_special"), (2025, 2026, 2027, 2030)
    )
    assert made.tolist() == [
        [np.inf, 20, 150], [np.inf, 20, 150], [np.inf, 20, 170], [np.inf, 20, 170],
    ]  # fmt: skip
    assert capacity.places_ahead(table, ("rp_unit",), (2025,), "commissioned").tolist() == [[18]]


@pytest.mark.parametrize(
    "wrong", [np.full((1, 3), 5.0), np.full((2, 3), -1.0), np.full((2, 3), np.nan)]
)
def test_places_that_cannot_be_meant_are_refused(wrong: np.ndarray) -> None:
    with pytest.raises(InputError, match="places"):
        capacity.check(wrong, 2, 3)


def test_the_gap_is_needed_less_places_in_every_simulation() -> None:
    model = small_area.model()
    demand = local_mode.simulate(model, 2, 60, 1)
    places = np.full((2, len(model.axes.provisions)), np.inf)
    special = model.axes.provisions.index("state_special")
    places[:, special] = (100, 120)
    table = capacity.gap(demand, places, ("test",))
    assert table.frame["provision"].unique().tolist() == ["state_special"]
    needed = np.median(demand.by("provision")[:, 2, special])
    assert table.frame["short"].iloc[1] == needed - 120
    assert (table.frame["short_low80"] <= table.frame["short_high80"]).all()


def test_places_that_nobody_misses_change_nothing() -> None:
    model = small_area.model()
    free = local_mode.simulate(model, 3, 60, 1)
    roomy = np.full((3, len(model.axes.provisions)), 1e6)
    held = local_mode.simulate(model, 3, 60, 1, places=roomy)
    assert (free.counts == held.counts).all()


def test_in_a_forecast_full_schools_send_children_on_and_lose_none() -> None:
    model = small_area.model()
    names = model.axes.provisions
    places = np.full((3, len(names)), np.inf)
    places[:, names.index("state_special")] = model.start[..., names.index("state_special")].sum()
    free = local_mode.simulate(model, 3, 100, 1)
    held = local_mode.simulate(model, 3, 100, 1, places=places)
    by = held.by("provision")
    assert (
        by[:, 1:, names.index("state_special")] <= places[0, names.index("state_special")]
    ).all()
    assert (held.by()[:, 1] == free.by()[:, 1]).all()  # displaced, not gone
    assert (
        by[:, 1, names.index("rp_unit")].mean()
        > free.by("provision")[:, 1, names.index("rp_unit")].mean()
    )

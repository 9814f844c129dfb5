from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.diagnose.forecast import small_area
from toolkit.diagnose.forecast import levers
from toolkit.diagnose.forecast.levers import Lever
from toolkit.errors import InputError

FIXTURES = Path(__file__).parent / "fixtures" / "local"
BAD = pd.read_csv(FIXTURES / "bad_levers.csv", dtype=str).to_dict("records")
GOOD = {
    **{"mitigation_id": "early_help", "meaning": "Outreach", "flow": "join", "ages": "4-10"},
    **{"needs": "SLCN; SEMH", "provisions": "", "low": -12, "high": -4, "start": "2027-01-15"},
    **{"ramp_months": 24, "delay_months": None, "probability": 70, "outcome": "Met early"},
}


@pytest.mark.parametrize("row", BAD, ids=[row["mitigation_id"] for row in BAD])
def test_a_lever_that_cannot_be_meant_is_refused_by_name(row: dict[str, str]) -> None:
    with pytest.raises(InputError, match=row["says"]) as error:
        levers.from_row(row, 2026)
    assert row["mitigation_id"] in str(error.value)


def test_a_row_of_the_table_is_read() -> None:
    made = levers.from_row(GOOD, 2026)
    assert (made.ages, made.needs, made.provisions) == ((4, 10), ("SLCN", "SEMH"), ())
    assert made.start == pytest.approx(12, abs=0.01)
    assert (made.delay_months, made.probability) == (0, 70)


def test_two_levers_of_one_name_are_refused() -> None:
    with pytest.raises(InputError, match="stands twice"):
        levers.levers_of(pd.DataFrame([GOOD, GOOD]), 2026)


@pytest.mark.parametrize(
    ("year", "share"),
    [(0, 0.0), (1, 0.25), (2, 0.75), (3, 1.0)],  # a ramp of two years from the start of year 1
)
def test_a_ramp_works_by_its_mean_over_a_year(year: int, share: float) -> None:
    lever = Lever("x", "join", -10, -10, start=12, ramp_months=24)
    assert lever.working(year, np.zeros(1))[0] == pytest.approx(share)


@pytest.mark.parametrize(("start", "share"), [(7.5, 1.0), (8.0, 0.0), (1.5, 1.0)])
def test_a_move_goes_by_how_far_the_lever_works_on_1_september(start: float, share: float) -> None:
    lever = Lever("x", "move", -10, -10, start=start)
    assert lever.working(0, np.zeros(1))[0] == share


def test_the_interval_holds_80_in_100_and_success_comes_as_often_as_it_should() -> None:
    lever = Lever("x", "leave", -12, -4, start=0, probability=70)
    effect = lever.effect(1, 0, 20_000, 1)[:, 0]
    worked = effect[effect != 0]
    assert len(worked) / len(effect) == pytest.approx(0.7, abs=0.01)
    assert ((worked > -0.12) & (worked < -0.04)).mean() == pytest.approx(0.8, abs=0.01)


def test_a_late_start_is_drawn_once_a_simulation() -> None:
    lever = Lever("x", "join", -10, -10, start=0, delay_months=6)
    effect = lever.effect(1, 0, 2000, 2)
    assert effect[:, 0].mean() == pytest.approx(-0.1 * (1 - 3 / 12), abs=0.002)
    assert np.allclose(effect[:, 1], -0.1)


def test_a_lever_draws_the_same_whoever_stands_beside_it() -> None:
    axes = small_area.model().axes
    one, two = (Lever(n, "join", -20, -5, start=0, probability=60) for n in ("one", "two"))
    alone = next(iter(levers.changes([two], axes, 1, 1, 0, 20))).join
    both = next(iter(levers.changes([one, two], axes, 1, 1, 0, 20))).join
    first = next(iter(levers.changes([one], axes, 1, 1, 0, 20))).join
    assert alone is not None
    assert both is not None
    assert first is not None
    assert np.allclose(both, first * alone)


def test_a_lever_acts_on_its_own_cells_alone() -> None:
    axes = small_area.model().axes
    lever = Lever(
        "x", "leave", 50, 50, start=0, ages=(16, 18), needs=("ASD",), provisions=("nmiss",)
    )
    factor = next(iter(levers.changes([lever], axes, 1, 1, 0, 3))).leave
    assert factor is not None
    acted = np.argwhere(factor[0] != 1)
    assert {(int(a), axes.needs[n], axes.provisions[p]) for a, n, p in acted} == {
        (a, "ASD", "nmiss") for a in (16, 17, 18)
    }


@settings(max_examples=30, deadline=None)
@given(share=st.floats(0, 1.5))
def test_a_share_of_a_lever_has_that_share_of_its_effect(share: float) -> None:
    lever = Lever("x", "join", -12, -4, start=0)
    whole, part = (x.effect(1, 0, 50, 1) for x in (lever, lever.scaled(share)))
    assert np.allclose(part, share * whole)


def test_no_lever_takes_away_more_than_there_is() -> None:
    effect = Lever("x", "join", -100, -60, start=0).effect(1, 0, 5000, 1)
    assert effect.min() >= -1

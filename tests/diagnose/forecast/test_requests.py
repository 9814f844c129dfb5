"""Requests and assessments: counted as recorded, carried forward with the errors of the past."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from toolkit.diagnose.forecast import requests
from toolkit.diagnose.forecast.requests import Flow

DAY = pd.Timestamp


def flow(**people: tuple[float, ...]) -> Flow:
    """Return a flow of the years 2021 on, from people by step."""
    rows = [(2021 + i, step, n) for step, counts in people.items() for i, n in enumerate(counts)]
    ages = [("5-10", "requests", 3), ("11-15", "requests", 1)]
    return Flow(
        pd.DataFrame(rows, columns=["year", "step", "people"]),
        pd.DataFrame(ages, columns=["age_group", "step", "people"]),
    )


STEADY = flow(requests=(200, 200, 200), assessments=(150, 150, 150), issued=(120, 120, 120))
HELD = {2021: 1000.0, 2022: 1000.0, 2023: 1000.0}


def spread(found: np.ndarray) -> float:
    """Return half the width of the middle 68%, in logs: a standard deviation where normal."""
    low, high = np.quantile(np.log(found), [0.1587, 0.8413])
    return float(high - low) / 2


def test_the_range_widens_with_the_root_of_the_years_ahead() -> None:
    published = replace(STEADY, spread=requests.ON_PLANS_HELD)
    made = requests.project(published, np.full((20_000, 4), 1000.0), HELD, seed=1)
    # An area that has never varied: four years' worth of all LAs' error and two steps of none.
    own = requests.ON_PLANS_HELD["issued"] * np.sqrt(4 / 6)
    assert spread(made["issued"][:, 0]) == pytest.approx(own, rel=0.03)
    assert spread(made["issued"][:, 3]) == pytest.approx(2 * own, rel=0.03)


def test_an_area_that_varies_more_has_a_wider_range() -> None:
    wild = flow(requests=(200, 200, 200), assessments=(150, 250, 150), issued=(80, 200, 120))
    futures = np.full((4000, 1), 1000.0)
    calm, wide = (
        spread(requests.project(f, futures, HELD, seed=1)["issued"]) for f in (STEADY, wild)
    )
    assert wide > 3 * calm


def test_the_latest_year_weighs_most() -> None:
    rising = flow(requests=(100, 100, 200), assessments=(50, 50, 100), issued=(40, 40, 80))
    made = requests.project(rising, np.full((4000, 1), 1000.0), HELD, seed=1)
    assert 150 < np.median(made["requests"]) < 200


def test_requests_and_plans_issued_move_together() -> None:
    made = requests.project(STEADY, np.full((8000, 1), 1000.0), HELD, seed=1)
    logs = np.log([made[s][:, 0] for s in ("requests", "issued")])
    assert np.corrcoef(logs)[0, 1] == pytest.approx(0.5, abs=0.06)


def test_the_same_seed_gives_the_same_figures_and_another_does_not() -> None:
    futures = np.full((50, 2), 1000.0)
    first, again, other = (
        requests.project(STEADY, futures, HELD, seed=s)["requests"] for s in (1, 1, 2)
    )
    assert (first == again).all()
    assert (first != other).any()


@pytest.mark.parametrize(
    ("held", "before"),
    [
        (flow(requests=(9,), issued=(5,)), HELD),  # no assessments
        (flow(requests=(9,), assessments=(7,), issued=(0,)), HELD),  # nothing issued
        (STEADY, {2010: 1000.0}),  # no driver in these years
    ],
)
def test_what_cannot_be_forecast_is_refused(held, before) -> None:
    assert not requests.can_project(held, before)
    with pytest.raises(ValueError, match="no year has both"):
        requests.project(held, np.ones((2, 1)), before, seed=1)


def test_published_ages_are_kept_by_year_and_a_missing_one_is_left_to_the_rest() -> None:
    rows = [
        ("990", "la", 2023, "total", "total", 40.0),
        ("990", "la", 2023, "age", "0-2", 4.0),
        ("990", "la", 2023, "age", "3", 6.0),
        ("990", "la", 2023, "age", "20+", None),
        ("990", "la", 2024, "total", "total", 50.0),
        ("990", "la", 2024, "age", "12", 50.0),
    ]
    frame = pd.DataFrame(
        rows, columns=["code", "level", "year", "topic", "breakdown", "requests_received_in_year"]
    )
    assessed = frame.rename(columns={"requests_received_in_year": "assess_in_year"})
    assessed = assessed.assign(assess_issued=assessed["assess_in_year"])
    found = requests.published_flow(frame, assessed, "990")
    known = found.known[found.known["step"].eq("requests")]
    assert known.set_index(["year", "age_group"])["people"].to_dict() == {
        (2023, "0-4"): 10,
        (2024, "11-15"): 50,
    }
    assert found.spread == requests.ON_PLANS_HELD

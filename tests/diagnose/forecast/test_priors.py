import numpy as np
import pandas as pd
import pytest

from toolkit.diagnose.comparators import ENGLAND
from toolkit.diagnose.forecast import priors

TOTALS = pd.DataFrame(
    {
        "code": [ENGLAND, "990", ENGLAND, "990", ENGLAND, "990"],
        "year": [2023, 2023, 2024, 2024, 2025, 2025],
        "plans": [100_000.0, 10.0, 110_000.0, 900.0, 999_000.0, 90_000.0],
    }
)


def test_growth_is_englands_up_to_the_census_asked_for() -> None:
    assert priors.of_published(TOTALS, 2024).growth == pytest.approx(np.log(1.1))


def test_recent_growth_weighs_more() -> None:
    first, second = np.log(1.1), np.log(9.99 / 1.1)
    assert priors.of_published(TOTALS, 2025).growth == pytest.approx((0.7 * first + second) / 1.7)


def test_one_census_says_nothing_of_growth() -> None:
    assert priors.of_published(TOTALS, 2023).growth is None


def test_each_origin_knows_its_own_past_alone() -> None:
    made = priors.by_origin(TOTALS, [2024, 2025])
    assert made[2024] == priors.of_published(TOTALS, 2024)
    assert made[2024].growth != made[2025].growth


def test_plans_of_england_are_those_of_no_other_area() -> None:
    assert priors.plans_of_england(TOTALS) == {2023: 100_000, 2024: 110_000, 2025: 999_000}

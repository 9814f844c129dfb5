"""The trend of a share: of the country's sum, or of the area in the middle."""

from dataclasses import replace

import numpy as np
import pytest
from published_cases import panel, tuned

from toolkit.diagnose import caseload
from toolkit.diagnose.forecast import growth, history, published_known, published_parameters

UNITS = caseload.PROVISIONS.index("rp_unit")
PARTS = len(caseload.PROVISIONS)


def log(*ratios: float) -> object:
    return pytest.approx(np.log(ratios))


def test_the_typical_growth_is_that_of_the_area_with_half_of_the_people_on_either_side() -> None:
    counts = np.array([[10.0, 11], [10, 9], [30, 60], [30, 36]])
    whole = np.full_like(counts, 100.0)
    assert growth.typical(counts, whole) == log(1.2)  # 20 people below it, 30 above it
    counts[2] = [90, 180]
    assert growth.typical(counts, whole) == log(2.0)


def test_it_is_growth_within_the_whole() -> None:
    counts = np.array([[10.0, 20], [10, 20], [10, 20]])
    assert growth.typical(counts, 5 * counts) == log(1.0)


def test_no_growth_of_a_share_errs_less_in_people_than_the_typical_one() -> None:
    draws = np.random.default_rng(1)
    counts = np.round(draws.lognormal(3, 1, (101, 1)) * draws.lognormal(0, 0.5, (101, 2)))
    found = float(np.exp(growth.typical(counts, np.full_like(counts, 1000.0)))[0])

    def missed(ratio: float) -> float:
        return float(np.abs(counts[:, 1] - ratio * counts[:, 0]).sum())

    summed = counts[:, 1].sum() / counts[:, 0].sum()
    others = [*np.linspace(0.5, 2, 301), summed]
    assert missed(found) <= min(missed(ratio) for ratio in others)
    assert missed(found) < missed(summed)


@pytest.mark.parametrize("absent", [np.nan, 0.0])
def test_an_area_that_is_not_recorded_or_was_empty_tells_nothing(absent: float) -> None:
    counts = np.array([[10.0, 12], [absent, 50], [10, 12]])
    whole = np.where(np.isnan(counts), np.nan, 100.0)
    before = counts.copy()
    assert growth.typical(counts, whole) == log(1.2)
    np.testing.assert_array_equal(counts, before)


def test_where_nobody_is_counted_or_the_middle_is_gone_it_is_missing() -> None:
    whole = np.full((2, 3), 100.0)
    counts = np.array([[0.0, 5, 0], [0, 5, 0]])
    assert np.isnan(growth.typical(counts, whole)).all()


def with_one_that_opens_units() -> history.Panel:
    """Return a panel in which the largest area's units hold four times as many last January."""
    held = panel()
    held.plans[-1, -1, UNITS] *= 4
    return held


@pytest.mark.parametrize(("typical", "is_steady"), [(1.0, True), (0.0, False)])
def test_an_area_that_opens_units_makes_the_trend_of_the_sum_alone(
    typical: float, is_steady: bool
) -> None:
    chosen = replace(
        tuned(), drift=np.ones(PARTS), typical=np.where(np.arange(PARTS) == UNITS, typical, 0.0)
    )
    drift = [
        published_known.known_at(held, ["900"], 2025, chosen).drift[UNITS]
        for held in (panel(), with_one_that_opens_units())
    ]
    assert drift[0] == pytest.approx(0, abs=0.005)  # shares are steady but for whole plans
    assert (abs(drift[1] - drift[0]) < 0.005) == is_steady
    assert drift[1] > 0.05 or is_steady


def test_what_the_sum_gained_beyond_the_middle_stays_in_mainstream() -> None:
    held, parts = with_one_that_opens_units(), np.arange(PARTS)
    of_sum, of_middle = (
        published_known.known_at(
            held, ["900"], 2025, replace(tuned(), drift=np.ones(PARTS), typical=typical)
        ).drift
        for typical in (np.zeros(PARTS), (parts == UNITS).astype(float))
    )
    plans = held.plans[:, -1].sum(axis=0)
    assert (plans * of_middle).sum() == pytest.approx((plans * of_sum).sum())
    assert of_middle[0] > of_sum[0]
    assert (of_middle == of_sum).sum() == PARTS - 2  # mainstream and units alone differ


def test_where_most_areas_lost_a_provision_the_trend_is_that_of_the_sum() -> None:
    held = panel()
    held.plans[:-1, -1, UNITS] = 0
    drift = [
        published_known.known_at(
            held, ["900"], 2025, replace(tuned(), drift=np.ones(PARTS), typical=typical)
        ).drift[UNITS]
        for typical in (np.ones(PARTS), np.zeros(PARTS))
    ]
    assert drift[1] < -0.5
    assert drift[0] == pytest.approx(drift[1], abs=0.001)  # but for whole plans


def test_the_words_name_the_provisions_whose_trend_is_the_typical_one() -> None:
    names = {p: p.upper() for p in caseload.PROVISIONS}
    is_typical = np.isin(caseload.PROVISIONS, ["rp_unit", "nmiss"]).astype(float)
    said = published_parameters.trend_told(replace(tuned(), typical=is_typical), names)
    assert "RP_UNIT, NMISS" in said
    assert "OTHER" not in said
    none = published_parameters.trend_told(replace(tuned(), typical=np.zeros(PARTS)), names)
    assert none == published_parameters.TREND

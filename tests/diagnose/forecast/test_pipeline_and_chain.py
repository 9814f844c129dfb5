"""Cohorts that a forecast misses, and the chain of demand."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from money_cases import base, fixture

from toolkit.diagnose.forecast import chain, missed
from toolkit.errors import InputError

PIPELINE, CHAIN = fixture("pipeline.csv"), fixture("chain.csv")


def test_120_children_of_the_early_years_left_out_raise_the_alert_with_their_number() -> None:
    found = missed.alert(PIPELINE, ())
    assert found.frame["missing"].tolist() == [120]
    sentence, cells = missed.told(found, PIPELINE)
    assert sentence.startswith("Missing from the forecast: {missing} children")
    assert cells["missing"].value == 120
    assert "early years" in cells["named"]


def test_a_forecast_that_counts_every_cohort_raises_no_alert() -> None:
    whole = PIPELINE.assign(in_forecast=1)
    assert missed.is_complete(whole)
    assert missed.told(missed.alert(whole, ()), whole)[1] == {}


def test_a_cohort_that_nobody_marked_counts_as_missing() -> None:
    blank = PIPELINE.assign(in_forecast=pd.array([0, None], dtype="Int64"))
    assert missed.alert(blank, ()).frame["missing"].tolist() == [156]


def test_cohorts_that_are_missing_come_first_and_say_what_they_would_cost() -> None:
    found = missed.cohorts(PIPELINE, (), base().prices).frame
    assert found["cohort"].tolist() == ["early_years", "post16"]
    assert found["full_year"].iloc[0] == pytest.approx(120 * 18_000)
    assert pd.isna(found["full_year"].iloc[1])  # a provision without a price costs nobody knows


def test_a_price_of_few_plans_is_not_told_through_a_cohort() -> None:
    one = PIPELINE.assign(provision_group="nmiss")
    few = base().prices
    shown = missed.cohorts(one, (), few).frame["full_year"]
    assert shown.iloc[0] == pytest.approx(120 * 60_000)  # ten plans
    fewer = replace(few, caseload=few.caseload * 0.5)
    assert missed.cohorts(one, (), fewer).frame["full_year"].isna().all()


def test_cohorts_add_up_to_the_alert_under_one_key() -> None:
    keys = {key for key, _, _ in missed.cohorts(PIPELINE, ()).counts()}
    total = next(key for key, _, _ in missed.alert(PIPELINE, ()).counts())
    filters = frozenset({("cohort", "early_years"), *total[1]})
    assert (total[0], filters) in keys  # so that a hidden cohort cannot be subtracted


def test_the_chain_prints_400_in_mainstream_and_600_elsewhere() -> None:
    found = chain.steps(CHAIN, ()).frame.set_index("step")["current"]
    assert found.to_dict() == {
        "pupils": 50_000, "sen_support": 5_000, "ehcp": 1_000, "mainstream": 400, "elsewhere": 600,
    }  # fmt: skip


@given(
    pupils=st.floats(0, 1e6),
    rates=st.tuples(st.floats(0, 100), st.floats(0, 100), st.floats(0, 100)),
)
def test_mainstream_and_elsewhere_make_up_all_plans(
    pupils: float, rates: tuple[float, float, float]
) -> None:
    values = dict(zip(chain.COMPONENTS, (pupils, *rates), strict=True))
    found = chain.multiplied(values)
    assert found["mainstream"] + found["elsewhere"] == pytest.approx(found["ehcp"])
    assert found["elsewhere"] >= -1e-9


def test_four_components_in_two_views_are_eight_cells_and_missing_ones_are_named() -> None:
    known = chain.completeness(CHAIN, ())
    assert len(known.frame) * len(chain.VIEWS) == 8
    assert chain.missing(known) == [
        "% of pupils with SEN Support that require an EHC plan: as it will be",
        "% of pupils with a plan that can be supported in mainstream: as it will be",
    ]
    sentence, cells = chain.told(chain.steps(CHAIN, ()), known)
    assert cells["held"] == "6 of 8"
    assert "{inside} in mainstream" in sentence


def test_nothing_is_filled_in_behind_a_missing_link() -> None:
    future = chain.steps(CHAIN, ()).frame.set_index("step")["future"]
    assert future["sen_support"] == pytest.approx(5_280)
    assert future[["ehcp", "mainstream", "elsewhere"]].isna().all()


def test_a_share_above_100_percent_is_refused() -> None:
    wrong = CHAIN.assign(value=CHAIN["value"].mask(CHAIN["value"].eq(40), 140))
    with pytest.raises(InputError, match="'mainstream_rate' is 140"):
        chain.steps(wrong, ())

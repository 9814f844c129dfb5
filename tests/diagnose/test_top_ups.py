from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.diagnose import top_up_drift, top_ups

FIXTURES = Path(__file__).parent / "fixtures" / "cost_parts"
COSTS = pd.read_csv(FIXTURES / "placement_costs.csv")
PLANS = pd.DataFrame({"person_id": ["p1", "p2"], "primary_need": ["ASD", "SEMH"]})
PAID = top_ups.funded(COSTS, PLANS)
EFFECTS = list(top_ups.EFFECTS)
placement = st.tuples(
    st.sampled_from([202223, 202324]),
    st.sampled_from(["mainstream", "state_special"]),
    st.sampled_from(["A", "B", None]),
    st.floats(0, 40_000, allow_nan=False),
    st.sampled_from([None, 0, 1, 20, 39, 52]),
)


def split(paid: pd.DataFrame):
    return top_ups.split(top_ups.by(paid, "provision", sources=()), paid, 202223, 202324)


def test_only_placements_with_a_top_up_count_for_the_part_of_the_year_they_were_funded() -> None:
    assert len(PAID) == 8
    assert PAID.loc[PAID["top_up"].eq(2200), "full_years"].tolist() == [0.5]
    assert PAID["primary_need"].tolist()[:3] == ["ASD", "SEMH", "unknown"]


def test_the_average_is_for_a_full_year() -> None:
    frame = top_ups.by(PAID, "band", sources=()).frame.set_index(["financial_year", "band"])
    assert frame.loc[(202324, "B"), "average"] == pytest.approx(6600 / 1.5)
    assert frame.loc[(202324, "B"), "share"] == pytest.approx(40)
    assert frame.loc[(202324, "All"), "funded"] == 5


def test_a_change_splits_into_children_bands_and_price() -> None:
    # 3 full years at 5,333.33, then 4.5: C from 8,000 to 9,000 (2), B from 4,000 to 4,400 (1.5),
    # and E, which no price of the year before stands beside.
    row = split(PAID).frame.set_index("provision").loc["All"]
    assert row["spend_first"] == 16_000
    assert row["change"] == 44_600 - 16_000
    assert row["volume"] == round(1.5 * 16_000 / 3)
    assert row["price"] == 2 * 1000 + 1.5 * 400
    assert row["band_mix"] == row["change"] - row["volume"] - row["price"]


@given(st.lists(placement, min_size=1, max_size=25))
def test_the_effects_add_up_to_the_change_to_the_pound(rows) -> None:
    columns = ["financial_year", "provision_group", "band", "top_up", "weeks_funded"]
    costs = pd.DataFrame(rows, columns=columns).assign(
        person_id=[f"p{i}" for i in range(len(rows))]
    )
    costs = costs.astype({"weeks_funded": "float64"})
    frame = split(top_ups.funded(costs, PLANS)).frame.set_index("provision")
    assert (frame[EFFECTS].sum(axis=1) == frame["change"]).all()
    assert (frame[EFFECTS] == frame[EFFECTS].round()).all(axis=None)
    parts = frame.drop(index="All")
    assert parts["change"].sum() == frame.loc["All", "change"]


def test_the_same_bands_at_a_higher_price_are_all_price() -> None:
    same = COSTS[COSTS["financial_year"].eq(202223)]
    dearer = same.assign(financial_year=202324, top_up=same["top_up"] * 1.1)
    frame = split(top_ups.funded(pd.concat([same, dearer]), PLANS)).frame.set_index("provision")
    row = frame.loc["state_special"]
    assert (row["volume"], row["band_mix"], row["price"]) == (0, 0, 1600)
    assert row["price_growth"] == pytest.approx(10)
    assert row["mix_growth"] == pytest.approx(0)


def test_drift_is_price_within_a_band_less_inflation() -> None:
    deflators = pd.DataFrame({"financial_year": [202223, 202324], "index_value": [100.0, 106.0]})
    drifted = top_up_drift.drift(split(PAID), deflators, 202223, 202324)
    row = drifted.frame.set_index("provision").loc["All"]
    assert row["inflation"] == pytest.approx(6)
    assert row["drift"] == pytest.approx(row["price_growth"] - 6)
    growth = (1 + row["mix_growth"] / 100) * (1 + row["price_growth"] / 100)
    assert growth == pytest.approx(1 + row["growth"] / 100)


def test_a_year_without_a_deflator_has_no_inflation_and_no_real_terms() -> None:
    deflators = pd.DataFrame({"financial_year": [202324], "index_value": [106.0]})
    drifted = top_up_drift.drift(split(PAID), deflators, 202223, 202324).frame
    assert drifted["inflation"].isna().all()
    averages = top_ups.by(PAID, "provision", sources=())
    real = top_up_drift.real_terms(averages, deflators).frame
    assert set(real["financial_year"]) == {202324}
    assert real["real"].tolist() == real["average"].tolist()


def test_the_finding_names_the_children_beside_the_pounds() -> None:
    found = top_ups.finding(split(PAID))
    assert found.base is not None
    assert found.base.value == 5
    assert found.value.value == 28_600
    assert "{period}" not in found.sentence
    assert found.outcome


def test_an_area_without_a_top_up_has_a_total_of_nothing() -> None:
    none = top_ups.funded(COSTS.assign(top_up=0.0), PLANS)
    frame = split(none).frame
    assert frame["provision"].tolist() == ["All"]
    assert frame[["spend_first", "spend_last", "change"]].eq(0).all(axis=None)

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.aggregate import Aggregate
from toolkit.diagnose import caseload, decompose, drivers, spend

PROVISIONS = ("mainstream", "state_special", "nmiss")
YEARS = (202223, 202324)
counts = st.integers(0, 3000)
pounds = st.integers(0, 90_000_000)
rows = st.lists(st.tuples(counts, counts, counts, pounds, pounds), min_size=3, max_size=3)


def unit_costs(values: list[tuple[int, int, int, int, int]]) -> Aggregate:
    plans, spent = [], []
    for provision, (a, b, c, first, last) in zip(PROVISIONS, values, strict=True):
        plans += [(2022, provision, a), (2023, provision, b), (2024, provision, c)]
        spent += [
            (YEARS[0], provision, first if a or b else 0),
            (YEARS[1], provision, last if b or c else 0),
        ]
    counted = pd.DataFrame(plans, columns=["year", "provision", "plans"])
    money = pd.DataFrame(spent, columns=["financial_year", "provision", "spend"]).assign(costed=100)
    people = counted.loc[counted.index.repeat(counted["plans"])]
    whole = caseload.plans_by(people, "provision", sources=("Fixture",))
    whole = replace(whole, frame=counted)  # zeros too
    return spend.unit_costs(money, whole, ("Fixture",))


@given(rows)
def test_the_effects_add_up_to_the_change_to_the_pound_in_every_provision(values) -> None:
    frame = decompose.two_years(unit_costs(values), *YEARS).frame
    for row in frame.to_dict("records"):
        parts = sum(row[e] for e in decompose.EFFECTS)
        assert parts == row["change"] == row["spend_last"] - row["spend_first"]
        assert all(float(row[e]).is_integer() for e in decompose.EFFECTS)


@given(rows)
def test_every_column_of_the_provisions_adds_up_to_the_total(values) -> None:
    frame = decompose.two_years(unit_costs(values), *YEARS).frame.set_index("provision")
    for column in ("spend_first", "spend_last", "change", *decompose.EFFECTS):
        assert frame[column].drop("All").sum() == frame[column]["All"]


@given(rows)
def test_caseload_times_unit_cost_is_spend_every_year(values) -> None:
    frame = unit_costs(values).frame.dropna(subset="unit_cost")
    assert (frame["caseload"] * frame["unit_cost"] - frame["spend"]).abs().lt(0.01).all()


@given(rows)
def test_price_volume_and_mix_add_up_to_the_change_to_the_pound(values) -> None:
    split = decompose.price_volume_mix(unit_costs(values), *YEARS)
    frame = split.frame.set_index("effect")["value"]
    assert frame.drop("All change").sum() == frame["All change"]


def test_a_pure_rise_in_plans_is_all_caseload_effect() -> None:
    values = [(100, 100, 200, 1_000_000, 1_710_000), (0, 0, 0, 0, 0), (0, 0, 0, 0, 0)]
    row = decompose.two_years(unit_costs(values), *YEARS).frame.set_index("provision").loc["All"]
    assert (row["caseload_effect"], row["unit_cost_effect"], row["interaction"]) == (710_000, 0, 0)


def test_a_pure_rise_in_price_is_all_unit_cost_effect() -> None:
    values = [(100, 100, 100, 1_000_000, 1_100_000), (0, 0, 0, 0, 0), (0, 0, 0, 0, 0)]
    row = decompose.two_years(unit_costs(values), *YEARS).frame.set_index("provision").loc["All"]
    assert (row["caseload_effect"], row["unit_cost_effect"], row["interaction"]) == (0, 100_000, 0)


def test_moving_children_to_dearer_places_shows_as_mix_not_as_price() -> None:
    values = [
        (100, 100, 0, 1_000_000, 290_000),
        (0, 0, 100, 0, 3_550_000),
        (100, 100, 100, 5_000_000, 5_000_000),
    ]
    split = decompose.price_volume_mix(unit_costs(values), *YEARS)
    frame = split.frame.set_index("effect")["value"]
    assert frame["More plans"] == 0
    assert frame["Price within provision"] == 0
    assert frame["Mix of provision"] == frame["All change"] == 2_840_000


@given(rows.filter(lambda v: any(r[1] and r[3] for r in v) and any(r[2] and r[4] for r in v)))
def test_every_box_of_the_driver_tree_multiplies_or_adds_to_its_parent(values) -> None:
    frame = drivers.tree(unit_costs(values), *YEARS).frame.set_index("provision")
    priced = frame[frame["unit_cost"].notna()]
    assert (priced["caseload"] * priced["unit_cost"] - priced["spend"]).abs().lt(0.01).all()
    assert frame["spend"].drop("All").sum() == frame["spend"]["All"]


def ranked() -> pd.DataFrame:
    values = [
        (500, 500, 600, 4_000_000, 5_000_000),
        (300, 300, 330, 7_000_000, 8_500_000),
        (100, 100, 90, 5_000_000, 4_900_000),
    ]
    change = decompose.two_years(unit_costs(values), *YEARS)
    return drivers.where_to_look(change, "spend").frame


def test_the_ranking_gives_what_each_adds_and_the_reason() -> None:
    frame = ranked()
    assert frame.set_index("provision")["change"].idxmax() == "state_special"
    assert frame.set_index("provision")["reason"]["nmiss"] == "Did not grow."
    assert frame["contribution"].sum() == pytest.approx(100)


def test_the_order_of_a_ranking_is_that_of_the_provisions_until_it_is_shown() -> None:
    # The place of a hidden row would tell how large its change is.
    assert ranked()["provision"].tolist() == ["mainstream", "state_special", "nmiss"]


def test_a_provision_with_fewer_than_ten_plans_is_not_ranked() -> None:
    values = [(500, 500, 600, 4_000_000, 5_000_000), (9, 20, 30, 70_000, 85_000), (0,) * 5]
    change = decompose.two_years(unit_costs(values), *YEARS)
    assert drivers.where_to_look(change, "spend").frame["provision"].tolist() == ["mainstream"]


def test_where_one_has_more_than_the_whole_change_no_share_of_it_is_shown() -> None:
    values = [(500, 500, 600, 4_000_000, 9_000_000), (100, 90, 60, 3_000_000, 1_000_000)]
    change = decompose.two_years(unit_costs([*values, (0,) * 5]), *YEARS)
    assert drivers.where_to_look(change, "spend").frame["contribution"].isna().all()


def test_the_ranking_is_the_same_every_time() -> None:
    pd.testing.assert_frame_equal(ranked(), ranked())


@given(rows)
def test_arguments_are_not_changed(values) -> None:
    unit = unit_costs(values)
    kept = unit.frame.copy()
    decompose.price_volume_mix(unit, *YEARS)
    pd.testing.assert_frame_equal(unit.frame, kept)


def published_change(first: int, *changes: int):
    """Return plans by provision, published, in two Januaries, each provision from 100 plans."""
    held = {2025: 0, first: 1}
    rows = [
        {"year": year, "code": "101", "provision": p, "plans": 100.0 + (0 if was else change)}
        for year, was in held.items()
        for p, change in zip(PROVISIONS, changes, strict=True)
    ]
    plans = caseload.published_plans(pd.DataFrame(rows), "101", ("Fixture",))
    return drivers.where_to_look(caseload.change_by(plans, "provision", first, 2025), "plans")


@pytest.mark.parametrize(
    ("changes", "said"),
    [((60, 40, 0), "{share} of it."), ((60, 0, -50), "while others fell.")],
)
def test_a_share_of_more_than_the_whole_change_is_not_said(changes, said: str) -> None:
    found = drivers.priority_finding(published_change(2024, *changes), "plans")
    assert found is not None
    assert said in found.sentence
    assert ("share" in found.cells) is ("{share}" in said)


def test_no_provision_is_named_where_none_grew() -> None:
    assert drivers.priority_finding(published_change(2024, 0, -5, 0), "plans") is None


@pytest.mark.parametrize(("first", "is_told"), [(2022, True), (2023, False)])
def test_a_finding_over_the_change_of_the_collection_says_so(first: int, is_told: bool) -> None:
    found = drivers.priority_finding(published_change(first, 60, 40, 0), "plans")
    assert found is not None
    assert (drivers.BROKEN in found.sentence) is is_told

from dataclasses import replace

import pandas as pd
import pytest

from tests.show.making import PLANS, aggregate, by_need, growth, mask_of, published, shown, trend
from toolkit.aggregate import OTHER_THAN, Measure
from toolkit.errors import DisclosureError
from toolkit.show import drawing, views
from toolkit.show.disclosure import Mask, protect


@pytest.mark.parametrize(
    ("count", "profile", "is_hidden"),
    [
        *((c, "dfe", True) for c in (1, 5)),
        *((c, "dfe", False) for c in (0, 6)),
        *((c, "nhs", True) for c in (1, 7)),
        *((c, "nhs", False) for c in (0, 8)),
    ],
)
def test_counts_up_to_the_threshold_are_hidden_and_zeros_are_shown(count, profile, is_hidden):
    table = by_need({"ASD": 500, "SEMH": 300, "VI": count})
    assert (shown(table, mask_of(table, profile=profile))[2] is None) is is_hidden


def test_a_lone_small_count_takes_the_next_smallest_with_it():
    table = by_need({"ASD": 520, "SEMH": 300, "VI": 11, "MSI": 3})
    assert shown(table, mask_of(table)) == [520, 300, None, None]


def test_a_zero_is_no_cover_for_a_small_count():
    table = by_need({"ASD": 520, "VI": 3, "MSI": 0})
    assert shown(table, mask_of(table)) == [None, None, 0]


def test_two_hidden_counts_with_a_small_sum_take_a_third():
    # 1 + 2 = 3 would say of each that it is 1 or 2.
    table = by_need({"ASD": 520, "SEMH": 300, "VI": 2, "MSI": 1})
    assert shown(table, mask_of(table)) == [520, None, None, None]


@pytest.mark.parametrize(("partner", "is_enough"), [(6, True), (5, True), (4, False)])
def test_the_range_of_a_hidden_count_reaches_one_above_the_threshold(partner, is_enough):
    # 2 + 5 = 7: the larger can be 6. 2 + 4 = 6: it cannot, and a third is hidden.
    table = by_need({"ASD": 520, "SEMH": 300, "VI": partner, "MSI": 2})
    assert (shown(table, mask_of(table))[1] == 300) is is_enough


def test_complements_are_hidden_though_the_total_is_not_in_the_release():
    table = by_need({"ASD": 520, "MSI": 3})
    assert shown(table, mask_of(table)) == [None, None]


def test_years_of_a_stock_are_no_parts_of_a_total():
    table = aggregate({"year": [2024, 2025], "plans": [3, 900]}, ["year"])
    assert shown(table, mask_of(table)) == [None, 900]


def test_the_rest_that_a_whole_leaves_is_protected_too():
    measures = (
        Measure("requests", "Requests", "people"),
        Measure("on_time", "In time", "people", where={"on_time": "yes"}),
        Measure("share", "Share in time", "%", ("on_time", "requests")),
    )
    rows = {"year": [2025], "requests": [300], "on_time": [297], "share": [99.0]}
    table = aggregate(rows, ["year"], measures, universe="Requests")
    mask = mask_of(table)
    assert shown(table, mask, "on_time") == [None]  # 300 - 297 would show the 3
    assert shown(table, mask, "share") == [None]
    assert shown(table, mask, "requests") == [300]


def test_the_same_count_is_hidden_in_every_table():
    years = trend()
    latest = by_need({"ASD": 520, "SEMH": 300, "VI": 11, "MSI": 4})
    mask = mask_of(years, latest)
    in_trend = dict(zip(years.frame["need"], shown(years, mask), strict=True))  # 2025 comes last
    assert list(in_trend.values()) == shown(latest, mask)


def test_hidden_parts_in_one_table_are_not_given_away_by_another():
    # By itself each table is safe; together row b and column y would give (b, y) away.
    cells = {("a", "x"): 3, ("a", "y"): 40, ("b", "x"): 50, ("b", "y"): 60}
    two_way = pd.DataFrame([(*k, v) for k, v in cells.items()], columns=["need", "sex", "plans"])
    table = aggregate(two_way, ["need", "sex"])
    rows = aggregate(two_way.groupby("need", as_index=False)["plans"].sum(), ["need"])
    columns = aggregate(two_way.groupby("sex", as_index=False)["plans"].sum(), ["sex"])
    assert shown(table, mask_of(table, rows, columns)) == [None] * 4


def test_published_counts_are_shown_and_are_no_cover():
    table = published({"year": [2025], "plans": [3]}, ["year"])
    assert shown(table, mask_of(table)) == [3]

    mixed = aggregate(
        {
            "need": ["ASD", "SEMH", "VI", "MSI"],
            "plans": [520, 300, 3, 8],
            "source": ["local", "local", "local", "published"],
        },
        ["need"],
        source_column="source",
    )
    assert shown(mixed, mask_of(mixed)) == [520, None, None, 8]


def test_a_published_total_is_never_hidden_and_its_parts_are_protected_against_it():
    total = published({"year": [2025], "plans": [823]}, ["year"], filters={"area": "Exampleshire"})
    parts = by_need({"ASD": 820, "MSI": 3})
    mask = mask_of(total, parts)
    assert shown(total, mask) == [823]
    assert shown(parts, mask) == [None, None]


def test_parts_of_a_small_published_total_are_hidden_with_their_zeros():
    total = published({"year": [2025], "plans": [3]}, ["year"], filters={"area": "Exampleshire"})
    parts = by_need({"ASD": 3, "MSI": 0})
    mask = mask_of(total, parts)
    assert shown(parts, mask) == [None, None]
    assert mask.unresolved == ()


def test_what_cannot_be_protected_is_named_so_that_nothing_is_published():
    total = published({"year": [2025], "plans": [3]}, ["year"], filters={"area": "Exampleshire"})
    parts = by_need({"ASD": 3})
    named = "EHC plans at the January census, by need (area Exampleshire, year 2025)"
    assert named in mask_of(total, parts).unresolved


@pytest.mark.parametrize(("south", "is_hidden"), [(3, True), (40, False)])
def test_a_count_of_all_but_one_value_adds_up_with_that_value_to_the_whole(south, is_hidden):
    where = {"locality": "North"}, {f"{OTHER_THAN}locality": "North"}
    sides = (Measure("here", "North", "people", where=where[0]),
             Measure("there", "Elsewhere", "people", where=where[1]), PLANS)  # fmt: skip
    rows = {"year": [2025], "here": [60], "there": [south], "plans": [60 + south]}
    made = aggregate(rows, ["year"], sides)
    assert [shown(made, mask_of(made), c)[0] for c in ("here", "there")] == (
        [None, None] if is_hidden else [60, 40]
    )
    assert shown(made, mask_of(made)) == [60 + south]


def test_where_a_whole_is_told_and_its_rest_cannot_be_hidden_the_split_is_to_be_left_out():
    where = {f"{OTHER_THAN}locality": "North"}
    told = published({"year": [2025], "plans": [3]}, ["year"], filters={"area": "Exampleshire"})
    made = by_need({"ASD": 3}, measures=[Measure("plans", "Elsewhere", "people", where=where)])
    made = replace(made, frame=made.frame.drop(columns="need"), dimensions=("year",))
    split, count = mask_of(told, made).lost
    assert (split.parent[0], split.dimension) == (count[0], "locality (North or other)")
    assert split.parts == (count,)


def test_a_share_a_rate_and_a_sum_of_money_are_hidden_with_their_count():
    measures = (
        PLANS,
        Measure("share", "Share", "%", ("plans",)),
        Measure("spend", "Spend", "£", ("plans",)),
        Measure("per_share", "Ratio", "number", ("share",)),
    )
    rows = {
        "need": ["ASD", "SEMH", "VI"],
        "plans": [500, 300, 3],
        "share": [62.3, 37.4, 0.4],
        "spend": [9e6, 5e6, 2e5],
        "per_share": [1.0, 1.0, 1.0],
    }
    table = aggregate(rows, ["need"], measures)
    mask = mask_of(table)
    for column in ("plans", "share", "spend", "per_share"):
        assert [v is None for v in shown(table, mask, column)] == [False, True, True]


def test_two_local_values_of_one_count_stop_the_release_without_naming_them():
    with pytest.raises(DisclosureError) as error:
        mask_of(by_need({"ASD": 520}), by_need({"ASD": 521}))
    assert "EHC plans at the January census" in error.value.message
    assert "need = ASD" in error.value.message
    assert "520" not in error.value.message
    assert "521" not in error.value.message


def test_a_table_that_was_never_registered_is_not_drawn():
    with pytest.raises(DisclosureError, match="never went through the register"):
        protect(by_need(), mask_of(growth(54.0)))


def test_a_protected_table_no_longer_holds_the_raw_figures():
    table = by_need({"ASD": 520, "SEMH": 300, "VI": 11, "MSI": 3})
    protected = protect(table, mask_of(table))
    assert protected.frame["plans"].isna().tolist() == [False, False, True, True]
    assert protected.aggregate.frame.empty
    assert protected.any_hidden


def test_columns_that_nobody_declared_do_not_travel():
    rows = {"need": ["ASD"], "plans": [500], "surname": ["Canary"]}
    assert "surname" not in protect(aggregate(rows, ["need"]), Mask(frozenset(), 5)).frame


def test_protecting_changes_no_argument():
    table = by_need()
    before = table.frame.copy()
    protect(table, mask_of(table))
    pd.testing.assert_frame_equal(table.frame, before)


def test_the_nhs_profile_rounds_local_counts_and_makes_their_shares_anew():
    measures = (PLANS, Measure("base", "All", "people", where={"all": "yes"}),
                Measure("share", "Share", "%", ("plans", "base")))  # fmt: skip
    rows = {"year": [2025], "plans": [43], "base": [98], "share": [100 * 43 / 98]}
    table = aggregate(rows, ["year"], measures)
    mask = mask_of(table, profile="nhs")
    assert shown(table, mask) == [45]
    assert shown(table, mask, "base") == [100]
    assert shown(table, mask, "share") == [45]


def test_a_single_cell_mask_hides_small_counts_and_nothing_else():
    table = by_need({"ASD": 520, "SEMH": 300, "VI": 11, "MSI": 3})
    assert shown(table, Mask.single_cell(table)) == [520, 300, 11, None]


def test_the_explanation_counts_what_is_hidden_and_names_no_value():
    table = by_need({"ASD": 520, "SEMH": 300, "VI": 11, "MSI": 3})
    mask = mask_of(table)
    assert mask.hidden_in == ("EHC plans at the January census, by year and need: 2 of 4",)
    assert "Counts of 1 to 5 children" in mask.explanation
    assert "In this release 2 of 4 counts are hidden." in mask.explanation
    assert "no count had to be hidden" in mask_of(by_need({"ASD": 500})).explanation


def test_local_rates_without_a_base_are_named():
    table = aggregate({"k": ["a"], "r": [4.0]}, ["k"], [Measure("r", "Rate", "per 1,000")])
    assert mask_of(table).unguarded == ("Rate (EHC plans at the January census, by k)",)


def test_figures_of_a_plan_are_no_people():
    table = by_need({"ASD": 3}, source="plan")
    assert shown(table, mask_of(table)) == [3]


def money(largest):
    measures = (PLANS, Measure("spend", "Spend", "£", ("plans",), largest="largest"))
    rows = {
        "need": ["ASD", "SEMH", "VI"],
        "plans": [500, 300, 8],
        "spend": [9e6, 5e6, 4e5],
        "largest": [0.01, 0.02, largest],
    }
    return aggregate(rows, ["need"], measures)


@pytest.mark.parametrize(("largest", "is_hidden"), [(0.86, True), (0.85, False), (None, False)])
def test_money_that_is_nearly_one_childs_is_hidden_with_the_next_smallest(largest, is_hidden):
    table = money(largest)
    seen = shown(table, mask_of(table), "spend")
    assert [v is None for v in seen] == [False, is_hidden, is_hidden]


def test_the_share_of_the_largest_is_never_shown_and_survives_the_journey_to_the_release():
    view = views.table_view(money(0.86), "Spend by need")
    again = views.View.from_json(view.to_json())
    mask = mask_of(*again.aggregates)
    assert mask.hidden_keys == mask_of(*view.aggregates).hidden_keys != frozenset()
    page = drawing.draw(again, mask, "t")
    assert "86" not in page
    assert "argest" not in page

"""What earlier releases told is known to a reader, and a small correction shows nowhere."""

import pandas as pd
import pytest

from tests.show.making import PLANS, aggregate, by_need, shown
from toolkit.aggregate import Measure
from toolkit.publish.release import seen, without_conflicts
from toolkit.show.disclosure import Register
from toolkit.show.earlier import Earlier, Told

UNIVERSE = "EHC plans at the January census"


def released(*aggregates, earlier=None, profile="dfe"):
    """Return the mask of a release, and what is told once it is out."""
    register, past = Register(), earlier or Earlier()
    for one in aggregates:
        register.add(one)
    mask = register.solve(profile, past)
    return mask, past.followed_by(seen(register, aggregates, mask), register.summed)


def one(count, **more):
    return by_need({"ASD": count, "SEMH": 300}, **more)


@pytest.mark.parametrize(
    ("before", "now", "seen_now"),
    [
        (520, 521, 520),  # a child added
        (520, 515, 520),  # as many as would be a small count
        (520, 526, 526),  # more than that
        (520, 520, 520),
        (6, 5, 6),  # it is small now, and known all the same
        (6, 0, 0),
        (0, 3, 0),
        (12, 3, None),  # it is small, and nothing close was told
    ],
)
def test_a_count_that_differs_by_a_few_stays_as_it_was_shown(before, now, seen_now):
    _, told = released(one(before))
    mask, _ = released(one(now), earlier=told)
    assert shown(one(now), mask)[0] == seen_now


def test_small_corrections_do_not_add_up_over_several_releases_unseen():
    # Each is kept until the sum of them is more than a few.
    told, values = Earlier(), []
    for count in (520, 523, 525, 526, 528):
        mask, told = released(one(count), earlier=told)
        values.append(shown(one(count), mask)[0])
    assert values == [520, 520, 520, 526, 526]


def test_a_count_that_comes_back_near_to_an_older_one_is_hidden():
    told = Earlier()
    for count in (520, 540):
        _, told = released(one(count), earlier=told)
    mask, _ = released(one(521), earlier=told)
    assert shown(one(521), mask)[0] is None


def test_what_was_hidden_stays_hidden_though_its_neighbour_is_gone():
    both = by_need({"ASD": 520, "SEMH": 300, "VI": 11, "MSI": 3})
    _, told = released(both)
    alone = by_need({"VI": 11})
    assert shown(alone, released(alone)[0]) == [11]
    assert shown(alone, released(alone, earlier=told)[0]) == [None]


@pytest.mark.parametrize("also_published", [False, True])
def test_a_new_table_does_not_give_a_kept_total_away(also_published):
    known = [by_need({"All": 1000}, source="published")] if also_published else []
    _, told = released(by_need({"All": 1000}), *known)
    areas = aggregate({"ward": ["N", "S", "E"], "plans": [400, 350, 251], "year": [2025] * 3},
                      ["year", "ward"])  # fmt: skip
    mask, _ = released(by_need({"All": 1001}), areas, *known, earlier=told)
    assert shown(by_need({"All": 1001}), mask) == [1000]
    assert shown(areas, mask).count(None) == 1  # or the wards would come to 1,001


def test_a_split_that_is_gone_tells_nothing_of_a_child_who_came_since():
    # The needs came to the old total, and do not come to the present one.
    needs = by_need({"ASD": 520, "SEMH": 300, "All": 820})
    _, told = released(needs)
    total = by_need({"All": 821})
    wards = aggregate({"ward": ["N", "S", "E"], "plans": [400, 250, 171], "year": [2025] * 3},
                      ["year", "ward"])  # fmt: skip
    mask, _ = released(total, wards, earlier=told)
    assert mask.unresolved == ()
    assert shown(total, mask) == [820]


def test_what_an_earlier_release_showed_is_no_cover_in_the_next():
    _, told = released(by_need({"ASD": 520, "SEMH": 30, "VI": 12}))
    by_sex = pd.DataFrame(
        [("VI", "F", 3), ("VI", "M", 9), ("SEMH", "F", 15), ("SEMH", "M", 15)],
        columns=["need", "sex", "plans"],
    ).assign(year=2025)
    table = aggregate(by_sex, ["year", "need", "sex"])
    mask, _ = released(table, earlier=told)
    assert shown(table, mask)[:2] == [None, None]  # 12 is known, so 9 would give 3 away


def test_all_that_rests_on_a_kept_count_stays_with_it():
    measures = (PLANS, Measure("cost", "Mean cost", "£ per plan", ("plans",)),
                Measure("spend", "Spend", "£"))  # fmt: skip

    def table(plans, cost):
        rows = {"need": ["ASD"], "plans": [plans], "cost": [cost], "spend": [plans * cost]}
        return aggregate(rows, ["need"], measures)

    _, told = released(table(100, 9000.0))
    after = table(101, 9300.0)
    mask, _ = released(after, earlier=told)
    assert shown(after, mask, "cost") == [9000.0]
    assert shown(after, mask, "spend") == [900_000.0]  # the difference is what one child costs


def test_a_sum_of_money_without_a_count_stays_while_a_count_of_its_universe_does():
    def spend(pounds):
        return aggregate({"financial_year": [202425], "spend": [pounds]}, ["financial_year"],
                         (Measure("spend", "Spend", "£"),))  # fmt: skip

    _, told = released(one(520), spend(9e6))
    mask, _ = released(one(521), spend(9.02e6), earlier=told)
    assert shown(spend(9.02e6), mask, "spend") == [9e6]
    mask, _ = released(one(540), spend(9.4e6), earlier=told)
    assert shown(spend(9.4e6), mask, "spend") == [9.4e6]


def moved(column, year, plans, change):
    """Return a table of one need's plans in a year, and their change."""
    count = Measure(column, "Plans", "people", where={"year": str(year)})
    rows = {"need": ["ASD"], column: [plans], "change": [change]}
    return aggregate(rows, ["need"], (count, Measure("change", "Change", "number", (column,))))


def test_a_figure_of_one_table_never_stands_in_another_of_the_same_heading():
    past, ahead = moved("then", 2019, 479, 454), moved("now", 2026, 933, 474)
    _, told = released(past, ahead)
    again = moved("then", 2019, 477, 456), moved("now", 2026, 933, 474)
    mask, _ = released(*again, earlier=told)
    assert [shown(table, mask, "change") for table in again] == [[454], [474]]


@pytest.mark.parametrize("both_before", [True, False])
def test_a_name_that_stands_for_two_figures_keeps_neither(both_before):
    free, limited = moved("now", 2026, 700, 344), moved("now", 2026, 700, 6)
    _, told = released(free, *([limited] if both_before else []))
    again = moved("now", 2026, 701, 343), moved("now", 2026, 701, 5)
    mask, told = released(*again, earlier=told)
    mask = without_conflicts(mask, again)
    assert [shown(table, mask, "change") for table in again] == [[None], [None]]


def test_what_was_never_shown_of_a_kept_count_is_hidden():
    _, told = released(by_need({"ASD": 100}))
    measures = (PLANS, Measure("cost", "Mean cost", "£ per plan", ("plans",)))
    rows = {"year": [2025], "need": ["ASD"], "plans": [101], "cost": [9300.0]}
    after = aggregate(rows, ["year", "need"], measures)
    mask, _ = released(after, earlier=told)
    assert shown(after, mask, "cost") == [None]


def test_the_explanation_says_that_corrections_wait_and_not_how_many():
    _, told = released(one(520))
    same, moved = (released(one(n), earlier=told)[0] for n in (520, 521))
    assert "from what an earlier release of this area showed" in same.explanation
    assert same.explanation == moved.explanation
    assert "earlier release" not in released(one(520))[0].explanation


def test_what_is_told_goes_through_json_unchanged():
    _, told = released(by_need({"ASD": 520, "SEMH": 300, "VI": 11, "MSI": 3}))
    assert Earlier.from_json(told.to_json()) == told
    assert Earlier.from_json({}) == Earlier()


def test_a_hidden_count_is_remembered_as_hidden():
    _, told = released(by_need({"ASD": 520, "SEMH": 300, "VI": 11, "MSI": 3}))
    by_code = {dict(key[1])["need"]: t for key, t in told.counts.items()}
    assert by_code["MSI"] == Told((), 3)
    assert by_code["ASD"] == Told((520,), None)


def test_a_release_that_cannot_be_protected_says_which_split_gives_it_away():
    total = {"year": [2025], "plans": [9]}
    whole = aggregate(total, ["year"], source="published")
    parts = by_need({"ASD": 9})
    mask, _ = released(whole, parts)
    assert mask.lost == ()  # 9 is nobody's secret
    mask, _ = released(
        aggregate({"year": [2025], "plans": [3]}, ["year"], source="published"),
        by_need({"ASD": 3}),
    )
    split, count = mask.lost
    assert (split.parent[0], split.dimension, split.parts) == (UNIVERSE, "need", (count,))
    assert mask.unresolved[0] == f"{UNIVERSE}, by need (area Exampleshire, year 2025)"


# Three wards by three needs; small counts are all of VI.
WARDS = {
    **{("N", "ASD"): 90, ("S", "ASD"): 80, ("E", "ASD"): 70},
    **{("N", "SEMH"): 60, ("S", "SEMH"): 50, ("E", "SEMH"): 40},
    **{("N", "VI"): 4, ("S", "VI"): 5, ("E", "VI"): 9},
}


def by_ward(counts, *dimensions, **more):
    frame = pd.DataFrame([(*k, v) for k, v in counts.items()], columns=["ward", "need", "plans"])
    grouped = frame.assign(year=2025).groupby([*dimensions, "year"], as_index=False)["plans"].sum()
    return aggregate(grouped, [*dimensions, "year"], **more)


def later_split(corrected):
    """Return the split of a second release whose first showed margins alone, as a reader has it."""
    known = by_ward(WARDS, source="published")
    _, told = released(known, by_ward(WARDS, "ward"), by_ward(WARDS, "need"))
    now = {**WARDS, corrected: WARDS[corrected] + 1}
    split = by_ward(now, "ward", "need")
    mask, _ = released(known, split, by_ward(now, "ward"), by_ward(now, "need"), earlier=told)
    return split.frame.assign(plans=shown(split, mask))


@pytest.mark.parametrize("corrected", list(WARDS))
def test_a_correction_leaves_most_large_counts_of_a_new_table_shown(corrected):
    frame = later_split(corrected)
    assert frame["plans"].isna().sum() <= 7


@pytest.mark.parametrize("corrected", list(WARDS))
def test_a_small_count_does_not_follow_from_an_old_total(corrected):
    # A reader who takes the old total of a row or column for the present one subtracts.
    frame = later_split(corrected)
    old = pd.DataFrame([(*k, v) for k, v in WARDS.items()], columns=["ward", "need", "plans"])
    for by in ("ward", "need"):
        for name, cells in frame.groupby(by):
            total = old.loc[old[by] == name, "plans"].sum()
            if cells["plans"].isna().sum() == 1:
                assert total - cells["plans"].sum() > 5, (by, name)

"""What anybody can look up is known to a reader, though no view of a release shows it."""

import pandas as pd
import pytest

from tests.show.making import aggregate, by_need, published
from toolkit.show.disclosure import Register, protect
from toolkit.show.earlier import Earlier

NEEDS = {"ASD": 520, "SEMH": 320, "MSI": 22, "VI": 3}
# All three with a vision impairment are girls.
SPLIT = {("ASD", "F"): 120, ("ASD", "M"): 400, ("SEMH", "F"): 120, ("SEMH", "M"): 200,
         ("MSI", "F"): 4, ("MSI", "M"): 18, ("VI", "F"): 3, ("VI", "M"): 0}  # fmt: skip


def own(counts=NEEDS):
    frame = pd.DataFrame([(*k, v, 2025) for k, v in SPLIT.items()],
                         columns=["need", "sex", "plans", "year"])  # fmt: skip
    return by_need(counts), aggregate(frame, ["year", "need", "sex"])


def dfe(counts):
    rows = {"year": [2025] * len(counts), "need": list(counts), "plans": list(counts.values())}
    return published(rows, ["year", "need"])


def seen(known):
    """Return what a reader sees of plans by need, and of those by need and sex."""
    register, (needs, split) = Register(), own()
    for one in known:
        register.look_up(one)
    for one in (needs, split):
        register.add(one)
    mask = register.solve()
    assert not mask.unresolved
    return _seen(needs, mask), _seen(split, mask)


def _seen(table, mask):
    made = protect(table, mask)
    rows = zip(made.frame.to_dict("records"), made.hidden["plans"], strict=True)
    return {tuple(r[d] for d in table.dimensions[1:]): None if h else r["plans"] for r, h in rows}


def test_a_whole_that_is_published_is_no_cover_for_its_only_part():
    alone, with_it = seen([]), seen([dfe(NEEDS)])
    assert (alone[0]["VI",], alone[1]["VI", "M"]) == (None, 0)
    assert with_it[1]["VI", "M"] is None  # the 3 are published, and would all be girls


def test_a_small_count_stays_hidden_here_though_the_dfe_publishes_it():
    assert seen([dfe(NEEDS)])[0]["VI",] is None


def test_what_is_hidden_from_readers_of_the_release_alone_stays_hidden():
    alone, with_it = seen([]), seen([dfe(NEEDS)])
    for before, after in zip(alone, with_it, strict=True):
        assert {k for k, v in before.items() if v is None} <= {
            k for k, v in after.items() if v is None
        }
    assert alone[0]["MSI",] is None  # it covers the 3, for whoever does not look it up


@pytest.mark.parametrize("changed", ["ASD", "SEMH", "VI"])
def test_own_counts_that_differ_from_the_published_ones_are_protected_by_themselves(changed):
    assert seen([dfe({**NEEDS, changed: NEEDS[changed] + 1})]) == seen([])


def test_published_counts_are_believed_where_nothing_that_is_seen_tells_otherwise():
    # The 22 are hidden: nobody sees that 23 are published, and the 3 published are all girls.
    assert seen([dfe({**NEEDS, "MSI": 23})])[1]["VI", "M"] is None


def test_what_splits_a_count_that_differs_is_no_more_certain():
    whole = published({"year": [2025], "plans": [sum(NEEDS.values()) + 1]}, ["year"])
    register = Register()
    for one in (whole, dfe(NEEDS)):
        register.look_up(one)
    register.add(aggregate({"year": [2025], "plans": [sum(NEEDS.values())]}, ["year"]))
    register.add(by_need(NEEDS))
    assert _seen(by_need(NEEDS), register.solve())["MSI",] is None


def test_what_is_left_of_a_published_split_is_published_too():
    # The need that own records name in addition is what the others leave of the whole.
    counts = {**NEEDS, "DS": 4}
    total = aggregate({"year": [2025], "plans": [sum(counts.values())]}, ["year"])
    register = Register()
    register.look_up(published(total.frame, ["year"]))
    register.look_up(dfe(NEEDS))
    for one in (total, by_need(counts)):
        register.add(one)
    mask = register.solve()
    assert (mask.unresolved, _seen(by_need(counts), mask)["DS",]) == ((), None)


def test_published_counts_that_an_earlier_release_differed_from_are_not_relied_on():
    # The DfE's release has no code for four of them yet, and counts them elsewhere.
    counts = {**NEEDS, "DS": 4}
    total = aggregate({"year": [2025], "plans": [sum(counts.values())]}, ["year"])
    first, later = Register(), Register()
    for one in (total, by_need(counts)):
        first.add(one)
    told = Earlier().followed_by(first.seen(first.solve()), first.summed)
    later.look_up(published(total.frame, ["year"]))
    later.look_up(dfe({**NEEDS, "ASD": NEEDS["ASD"] + 4}))
    later.add(total)
    assert later.solve(earlier=told).unresolved == ()


def test_what_no_table_shows_leaves_no_rest_to_protect():
    # Ages stand within stages of school alone. The whole year and its stages are published.
    rows = [("under_5", "0-4", 3), ("5_to_15", "5-7", 1), ("5_to_15", "8-10", 4),
            ("5_to_15", "11-15", 4)]  # fmt: skip
    ages = pd.DataFrame(rows, columns=["stage", "age", "plans"]).assign(year=2025)
    stages = ages.groupby(["year", "stage"], as_index=False)["plans"].sum()
    known = [published(stages, ["year", "stage"]),
             published({"year": [2025], "plans": [12]}, ["year"]),
             published(ages[ages["age"].eq("0-4")], ["year", "stage", "age"])]  # fmt: skip
    register = Register()
    for one in known:
        register.look_up(one)
    register.add(aggregate({"year": [2025], "plans": [12]}, ["year"]))
    register.add(aggregate(stages, ["year", "stage"]))
    register.add(aggregate(ages, ["year", "stage", "age"]))
    mask = register.solve()
    assert mask.unresolved == ()

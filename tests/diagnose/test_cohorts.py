import itertools

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.diagnose import cohort_money, cohorts, shortlist

CELL = cohorts.CELL
ENDS = (2024, 2025)
NO_MONEY = pd.DataFrame(columns=cohort_money.COLUMNS)
ages, needs = st.sampled_from(["5-10", "11-15"]), st.sampled_from(["ASD", "SEMH", "SLD"])
provisions = st.sampled_from(["mainstream", "state_special", "nmiss"])
cells = st.dictionaries(
    st.tuples(ages, needs, provisions), st.tuples(st.integers(0, 40), st.integers(0, 60))
)


def people(counts: dict[tuple[str, str, str], tuple[int, int]]) -> pd.DataFrame:
    """Return the plans of two Januaries from counts by age group, need and provision."""
    rows = [
        (year, f"{'/'.join(cell)}/{i}", *cell)
        for cell, numbers in counts.items()
        for year, n in zip(ENDS, numbers, strict=True)
        for i in range(n)
    ]
    return pd.DataFrame(rows, columns=["year", "person_id", *CELL]).astype({"year": int})


def found(rows: pd.DataFrame, costs: pd.DataFrame | None = None):
    assigned = cohorts.assign(rows, *ENDS)
    money = NO_MONEY if costs is None else cohort_money.spend(costs, assigned, 202425)
    return cohorts.found(assigned, money, ENDS, 202425, ())


def costs(**changes: object) -> pd.DataFrame:
    row = {
        **{"financial_year": 202425, "person_id": None, "provision_group": "nmiss"},
        **{"primary_need": None, "age_group": None, "place_funding": 0.0, "top_up": 0.0},
        **{"fee": 0.0, "therapy": 0.0},
    }
    return pd.DataFrame([{**row, **changes}])


@settings(max_examples=60, deadline=None)
@given(cells.filter(lambda c: sum(n for _, n in c.values()) > 0))
def test_cohorts_are_disjoint_and_add_up_to_the_caseload(counts) -> None:
    rows = people(counts)
    assigned = cohorts.assign(rows, *ENDS)
    assert len(assigned) == len(rows)  # each plan is in one cohort, and in one only
    assert assigned["cohort"].notna().all()
    frame = found(rows).frame.set_index("cohort")
    parts = frame.drop(index="All")
    for column, year in (("plans_first", 2024), ("plans_last", 2025)):
        assert parts[column].sum() == frame.loc["All", column] == rows["year"].eq(year).sum()


@settings(max_examples=60, deadline=None)
@given(cells.filter(lambda c: sum(n for _, n in c.values()) > 0))
def test_no_cohort_is_small_and_none_leaves_a_small_remainder_beside_it(counts) -> None:
    rows = people(counts)
    assigned = cohorts.assign(rows, *ENDS)
    last = assigned[assigned["year"].eq(2025)]
    alone = last[last["cohort"].ne(cohorts.OTHER)]
    assert (alone.groupby("cohort").size() >= cohorts.FEWEST).all()
    for names in [list(c) for n in (1, 2) for c in itertools.combinations(CELL, n)]:
        shown = set(map(tuple, alone[names].to_numpy()))
        rest = last[last["cohort"].eq(cohorts.OTHER)].groupby(names).size()
        for key, left in rest.items():
            cell = key if isinstance(key, tuple) else (key,)
            assert cell not in shown or left > cohorts.SMALL


def test_a_small_cohort_is_folded_and_does_not_vanish() -> None:
    rows = people(
        {
            ("5-10", "ASD", "mainstream"): (20, 50),
            ("11-15", "SLD", "nmiss"): (3, 4),
            ("11-15", "SLD", "state_special"): (10, 19),
        }
    )
    frame = found(rows).frame.set_index("cohort")
    assert frame.index.tolist() == ["5-10|ASD|mainstream", "other", "All"]
    assert frame.loc["other", ["plans_first", "plans_last"]].tolist() == [13, 23]


def test_a_cohort_whose_neighbour_could_be_told_by_subtraction_is_folded_too() -> None:
    rows = people(
        {
            ("5-10", "ASD", "mainstream"): (20, 50),
            ("5-10", "ASD", "nmiss"): (1, 2),  # all with ASD aged 5 to 10 less 50 would be 2
            ("11-15", "SEMH", "mainstream"): (20, 60),
        }
    )
    assert found(rows).frame["cohort"].tolist() == ["11-15|SEMH|mainstream", "other", "All"]


BOTH = people({("5-10", "ASD", "nmiss"): (20, 30), ("5-10", "ASD", "mainstream"): (20, 40)})


def test_scope_is_what_a_cohort_costs_above_the_same_need_and_age_elsewhere() -> None:
    every = pd.concat([costs(fee=60_000.0), costs(provision_group="mainstream", top_up=8_000.0)])
    frame = found(BOTH, every).frame.set_index("cohort")
    independent, mainstream = frame.loc["5-10|ASD|nmiss"], frame.loc["5-10|ASD|mainstream"]
    assert (independent["costed"], independent["spend"]) == (30, 1_800_000)
    assert independent["elsewhere"] == mainstream["unit_cost"] == 8_000
    assert independent["scope"] == 30 * (60_000 - 8_000)
    assert mainstream["scope"] == 0  # cheaper than elsewhere is no scope
    assert frame.loc["All", "spend"] == 1_800_000 + 320_000


def test_spend_is_on_those_who_were_in_the_cohort_in_the_january_of_the_year() -> None:
    paid = [
        costs(person_id="5-10/ASD/nmiss/0", fee=50_000.0),
        costs(person_id="5-10/ASD/nmiss/0", provision_group="mainstream", top_up=1_000.0),
        costs(person_id="5-10/ASD/nmiss/1", fee=40_000.0, financial_year=202324),
        costs(person_id="gone", fee=99_000.0),
    ]
    rows = pd.concat(paid)
    money = cohort_money.spend(rows, cohorts.assign(BOTH, *ENDS), 202425).set_index("cohort")
    assert money["spend"].to_dict() == {"5-10|ASD|nmiss": 51_000}
    assert money["costed"].to_dict() == {"5-10|ASD|nmiss": 1}
    assert money["elsewhere"].isna().all()


def test_the_shortlist_says_in_words_why_and_is_no_ranking() -> None:
    every = pd.concat([costs(fee=60_000.0), costs(provision_group="mainstream", top_up=8_000.0)])
    made = found(BOTH, every)
    listed = shortlist.of(made, top=1).frame.set_index("cohort")["reason"]
    assert listed["5-10|ASD|mainstream"] == "Among the 1 with most growth."
    assert "highest spend" in listed["5-10|ASD|nmiss"]
    assert list(listed.index) == [c for c in made.frame["cohort"] if c in listed.index]


def test_without_costs_the_list_is_by_growth_and_no_pound_is_shown() -> None:
    made = found(BOTH)
    assert not {m.unit for m in made.measures} & {"£", "£ per plan"}
    listed = set(shortlist.of(made).frame["cohort"])
    assert listed == {"5-10|ASD|nmiss", "5-10|ASD|mainstream"}
    covered = shortlist.coverage(made, shortlist.of(made))
    assert covered.cell("share").value == pytest.approx(100)
    assert "spend_share" not in covered.frame
    assert "{spend_share}" not in shortlist.finding(covered).sentence


def test_the_same_records_in_another_order_give_the_same_cohorts() -> None:
    shuffled = BOTH.sample(frac=1, random_state=3)
    first, second = found(BOTH).frame, found(shuffled).frame
    pd.testing.assert_frame_equal(first, second)


def test_an_area_too_small_for_any_cohort_has_one_other_cohort_and_an_empty_list() -> None:
    made = found(people({("5-10", "ASD", "mainstream"): (5, 9)}))
    assert made.frame["cohort"].tolist() == ["other", "All"]
    chosen = shortlist.of(made)
    assert chosen.frame.empty
    covered = shortlist.coverage(made, chosen)
    assert covered.cell("plans").value == 0
    assert shortlist.finding(covered) is None
    assert shortlist.told(covered) == (shortlist.NONE_STANDS_OUT, {})


@pytest.mark.parametrize(
    ("held", "outturn", "expected"),
    [([202324, 202425, 202526], [202425], 202425), ([202324, 202526], [], 202324), ([], [], 0)],
)
def test_the_spend_is_of_the_last_closed_year_with_a_january_in_it(held, outturn, expected) -> None:
    lines = pd.DataFrame({"financial_year": outturn, "basis": "outturn"})
    years = pd.DataFrame({"financial_year": held})
    assert cohort_money.latest(years, lines, 2025) == expected


def test_costs_of_nobody_give_no_row_of_money() -> None:
    made = cohort_money.spend(costs(person_id="gone"), cohorts.assign(BOTH, *ENDS), 202425)
    assert list(made.columns) == cohort_money.COLUMNS
    assert made.empty

"""One locality beside the rest of the area: sides add up, and what is beyond chance is told."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diagnose.locality_cases import COSTS, NEEDS, PLACES, SOURCES, stock
from toolkit.diagnose import (
    in_locality,
    locality_asked,
    locality_costs,
    locality_sides,
    locality_told,
)
from toolkit.errors import SettingsError


def adds_up(frame: pd.DataFrame, columns=("{}",)) -> bool:
    sides = ([frame[c.format(side)] for side in locality_sides.SIDES] for c in columns)
    return all((here + elsewhere).eq(area).all() for here, elsewhere, area in sides)


people_of = st.lists(
    st.tuples(
        st.sampled_from([2023, 2024]), st.sampled_from(PLACES), st.sampled_from(NEEDS),
        st.sampled_from(["mainstream", "unknown"]), st.sampled_from(["5-10", "11-15"]),
    ), min_size=1, max_size=60,
)  # fmt: skip


@given(people_of)
def test_a_locality_and_elsewhere_add_up_to_the_area_and_parts_to_their_total(rows) -> None:
    people = pd.DataFrame(
        [*rows, (2024, "North", "ASD", "mainstream", "5-10")],
        columns=["year", "locality", "primary_need", "provision", "age_group"],
    )
    assert adds_up(in_locality.by_year(people, "North", SOURCES).frame)
    for trait in in_locality.held(people):
        frame = in_locality.plans_by(people, trait, "North", SOURCES, {}).frame.set_index(trait)
        assert adds_up(frame)
        assert (frame.drop("All").sum() == frame.loc["All"])[list(locality_sides.SIDES)].all()


@given(people_of)
def test_localities_one_by_one_sum_to_the_area(rows) -> None:
    names = ("North", "South", "Coast", "unknown")
    columns = ["year", "locality", "primary_need", "provision", "age_group"]
    people = pd.DataFrame(rows, columns=columns).fillna({"locality": "unknown"})
    each = [in_locality.by_year(people, name, SOURCES).frame for name in names]
    assert sum(frame["here"] for frame in each).eq(each[0]["area"]).all()


@given(st.lists(st.tuples(st.sampled_from([2023, 2024]), st.sampled_from(PLACES)), min_size=1))
def test_new_plans_of_a_locality_and_elsewhere_add_up(rows) -> None:
    began = pd.DataFrame(rows, columns=["calendar_year", "locality"])
    assert adds_up(in_locality.new_plans(began, "North", SOURCES).frame)


def test_plans_on_time_add_up_and_those_without_a_locality_count_elsewhere() -> None:
    issued = pd.DataFrame(
        {
            "calendar_year": [2023, 2023, 2024, 2024],
            "person_id": ["a", "b", "c", "d"],
            "on_time": ["yes", "no", "no", "yes"],
            "exception": ["no", "no", "no", "yes"],
        }
    )
    plans = pd.DataFrame({"person_id": ["a", "b"], "locality": ["North", None],
                          "plan_start": pd.Timestamp("2023-05-01")})  # fmt: skip
    frame = in_locality.on_time(issued, plans, "North", SOURCES).frame.set_index("calendar_year")
    assert adds_up(frame, ("without_{}", "on_time_{}"))
    assert frame["without_elsewhere"].to_dict() == {2023: 1, 2024: 1}
    assert frame.loc[2023, "share_here"] == 100
    assert np.isnan(frame.loc[2024, "share_here"])


def test_reviews_of_a_locality_and_elsewhere_add_up_and_a_thin_year_is_noted() -> None:
    # 2024 is thin: 1 of 4 plans reviewed, where 4 of 4 were in the years around it.
    rows = [(y, p, y != 2024 or p == "a") for y in (2023, 2024, 2025) for p in "abcd"]
    due = pd.DataFrame(rows, columns=["year", "person_id", "reviewed"])
    people = due.assign(locality=due["person_id"].map({"a": "North", "b": "North", "c": "South"}))
    made = in_locality.reviewed(due, people, "North", SOURCES).frame.set_index("year")
    assert adds_up(made, ("due_{}", "reviewed_{}"))
    assert made.loc[2024, ["share_here", "share_elsewhere", "share_area"]].tolist() == [50, 0, 25]
    both = pd.concat([people, people.assign(locality="South")])  # each with a second plan
    assert in_locality.reviewed(due, both, "North", SOURCES).frame.equals(made.reset_index())
    assert made["note"].astype(bool).to_dict() == {2023: False, 2024: True, 2025: False}


def test_what_plans_cost_here_and_elsewhere_adds_up_to_the_area() -> None:
    people = pd.DataFrame(
        {"year": 2024, "person_id": list("abcd"), "locality": ["North", "North", "South", None]}
    )
    lines = pd.DataFrame({"basis": ["outturn"], "financial_year": [202425]})
    made = locality_costs.per_plan(COSTS, lines, people, "North", SOURCES)
    row = made.frame.set_index("financial_year").loc[202324]
    assert [row[f"spend_{s}"] for s in locality_sides.SIDES] == [150, 50, 200]
    assert [row[f"costed_{s}"] for s in locality_sides.SIDES] == [1, 2, 3]
    assert [row[f"per_{s}"] for s in locality_sides.SIDES] == pytest.approx([150, 25, 200 / 3])
    assert row["share"] == 75
    assert row["largest_here"] == 1
    assert row["largest_elsewhere"] == 0.6


@pytest.mark.parametrize("last_outturn", [202122, 202223])
def test_no_cost_is_told_of_a_year_that_is_not_closed(last_outturn) -> None:
    people = pd.DataFrame({"year": [2024], "person_id": ["a"], "locality": ["North"]})
    lines = pd.DataFrame({"basis": ["outturn"], "financial_year": [last_outturn]})
    assert locality_costs.per_plan(COSTS, lines, people, "North", SOURCES).frame.empty


def test_an_unknown_locality_is_refused_with_the_names_there_are() -> None:
    plans = pd.DataFrame({"locality": ["North", "Riverside", None]})
    with pytest.raises(SettingsError, match=r"Did you mean 'Riverside'\? They are: North; River"):
        locality_asked.chosen(plans, "riverside")
    with pytest.raises(SettingsError, match="no plan of this area has a locality"):
        locality_asked.chosen(plans.iloc[:0], "North")
    assert locality_asked.chosen(plans, " North ") == "North"
    assert not locality_asked.chosen(plans, "")


@pytest.mark.parametrize(("here", "beside", "enough"), [(30, 30, True), (29, 99, False),
                                                        (99, 29, False)])  # fmt: skip
def test_each_side_needs_30_plans(here, beside, enough) -> None:
    people = stock({("North", "ASD"): here, (None, "ASD"): beside})
    assert locality_asked.has_enough(people, "North") is enough


def test_only_what_chance_would_rarely_bring_is_said_to_stand_out() -> None:
    even = dict.fromkeys(product(("North", "South"), NEEDS), 40)
    labels = {"primary_need": {"SEMH": "SEMH needs"}}
    for more, part in ((50, None), (140, "SEMH needs")):
        people = stock({**even, ("North", "SEMH"): more})
        made = in_locality.plans_by(people, "primary_need", "North", SOURCES, labels)
        cells = locality_told.told(made, "primary_need", "North")[1]
        assert (cells["part"].row["group"] if "part" in cells else None) == part


def test_growth_is_told_beside_the_rest_and_not_from_one_january_or_from_nothing() -> None:
    then, now = {("North", "ASD"): 40, ("South", "ASD"): 50}, {("North", "ASD"): 60}
    years = pd.concat([stock(then, 2024), stock({**then, **now}, 2025)])
    found = locality_told.finding(in_locality.by_year(years, "North", SOURCES), "North")
    assert found.id == "11.locality.growth.north"
    assert found.cells["here"].value == pytest.approx(50)
    assert found.cells["elsewhere"].value == pytest.approx(0)
    for people in (stock(now), pd.concat([stock({("South", "ASD"): 50}, 2024), stock(now)])):
        assert locality_told.finding(in_locality.by_year(people, "North", SOURCES), "North") is None


@pytest.mark.parametrize(("now", "is_more"), [(60, False), (80, True)])
def test_growth_is_called_different_only_beyond_its_95_percent_range(now, is_more) -> None:
    then, later = {("North", "ASD"): 40, ("South", "ASD"): 500}, {("North", "ASD"): now}
    years = pd.concat([stock(then, 2024), stock({**then, **later}, 2025)])
    found = locality_told.finding(in_locality.by_year(years, "North", SOURCES), "North")
    error = np.sqrt(1 / now + 1 / 40 + 1 / 500 + 1 / 500)
    ends = [now / 40 * np.exp(sign * 1.959964 * error) for sign in (-1, 1)]
    assert [found.low.value, found.high.value] == pytest.approx(ends)
    said = found.cells["verdict"].row["verdict"]
    assert (said == in_locality.MORE_GROWTH) == is_more
    assert (said == in_locality.NO_MORE_GROWTH) != is_more


@pytest.mark.parametrize(
    ("here", "verdict"),
    [((40, 100), "no more"), ((20, 100), "more than"), ((4, 9), "too few")],
)
def test_shares_in_time_differ_only_where_chance_would_rarely_bring_it(here, verdict) -> None:
    counts = {"North": here, "South": (96, 200)}
    rows = [(2025, name, i < met) for name, (met, n) in counts.items() for i in range(n)]
    table = pd.DataFrame(rows, columns=["year", "locality", "in_time"])
    names = locality_sides.Count("a", "a"), locality_sides.Count("b", "b", {"x": "y"}), "in time"
    made = locality_sides.in_time(table, "year", "North", names, ("U", "M.", SOURCES))
    assert made.frame["verdict"].iloc[0].startswith(verdict)
    sentence, cells = locality_told.told_in_time(made, "North", "Reviewed by January")
    assert "{verdict}" in sentence
    assert cells["share_elsewhere"].value == pytest.approx(48)

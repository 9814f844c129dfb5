"""The order of the opportunities: stable, and honest about its weights."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit import reference
from toolkit.diagnose.opportunities import priority, storyline
from toolkit.diagnose.opportunities.rows import ready

FIXTURES = Path(__file__).parents[1] / "fixtures" / "opportunities"
SETTINGS = reference.table("opportunity_settings")
CITED = ("Fixture",)


@pytest.fixture
def rows() -> pd.DataFrame:
    return ready(pd.read_csv(FIXTURES / "opportunities.csv"), SETTINGS)


def order(rows: pd.DataFrame, **weights: float) -> list[str]:
    made = priority.ranked(rows, CITED, weights or priority.WEIGHTS)
    return made.frame["opportunity_id"].tolist()


def test_value_feasibility_and_evidence_stand_beside_each_other(rows) -> None:
    # value 0.77, 0.23, 1, 0.54 of the largest; feasibility 0.75, 0.5, 0.25, 1; evidence .5 0 1 1
    assert order(rows) == ["b.1", "c.1", "a.1", "a.2"]


def test_other_weights_give_another_order(rows) -> None:
    assert order(rows, value=0.2, feasibility=0.6, evidence=0.2)[0] == "c.1"


@given(st.permutations(range(4)))
def test_the_order_does_not_depend_on_the_order_of_the_rows(places) -> None:
    rows = ready(pd.read_csv(FIXTURES / "opportunities.csv"), SETTINGS)
    assert order(rows.iloc[list(places)]) == order(rows)


def test_ties_go_by_the_name_of_the_opportunity(rows) -> None:
    same = rows.assign(low=1.0, high=2.0, feasibility=3.0, evidence_grade="some")
    assert order(same) == ["a.1", "a.2", "b.1", "c.1"]


def test_what_is_not_rated_counts_as_the_lowest_and_says_so(rows) -> None:
    blank = rows.assign(feasibility=np.nan, evidence_grade="")
    frame = priority.ranked(blank, CITED).frame
    assert set(frame["feasibility"]) == set(frame["evidence"]) == {"Not rated"}
    assert frame["opportunity_id"].iloc[0] == "b.1"


def test_there_are_36_weightings_and_each_adds_up_to_one() -> None:
    assert len(priority.weightings()) == 36
    assert all(sum(w) == pytest.approx(1) and min(w) >= 0.1 for w in priority.weightings())


def test_the_best_and_the_worst_rank_hold_the_rank_given(rows) -> None:
    frame = priority.ranked(rows, CITED).frame
    assert (frame["best"] <= frame["rank"]).all()
    assert (frame["rank"] <= frame["worst"]).all()


def test_one_that_is_better_in_all_three_is_first_whatever_the_weights(rows) -> None:
    best = rows["opportunity_id"].eq("a.2")
    strong = rows.assign(
        low=rows["low"].mask(best, 9e6),
        high=rows["high"].mask(best, 9e6),
        feasibility=rows["feasibility"].mask(best, 5.0),
        evidence_grade=rows["evidence_grade"].mask(best, "strong"),
    )
    first = priority.ranked(strong, CITED).frame.iloc[0]
    assert (first["opportunity_id"], first["worst"], first["leading"]) == ("a.2", 1, 100)
    assert first["standing"] == priority.FIRM


def test_the_fourth_of_four_may_depend_on_the_weights_and_is_said_to(rows) -> None:
    frame = priority.ranked(rows, CITED).frame.set_index("opportunity_id")
    assert frame.loc["a.2", "standing"] in {priority.OPEN, priority.NEVER}
    assert frame.loc["a.2", "leading"] < 100


def test_weights_that_do_not_add_up_to_one_are_refused(rows) -> None:
    with pytest.raises(ValueError, match="add up to 1"):
        order(rows, value=0.5, feasibility=0.5, evidence=0.5)


def test_the_storyline_has_six_boxes_over_the_three_modules_and_the_grant() -> None:
    boxes = reference.table("storyline")
    found = storyline.storyline(boxes, {"plans": True}, {"plans": "EHC plans"}).frame
    assert found["box"].str[:2].tolist() == ["1.", "2.", "3.", "4.", "5.", "6."]
    assert set(found["module"]) == set(storyline.STAGES.values())


def test_a_box_says_what_the_area_has_and_what_is_to_come() -> None:
    called = {"plans": "EHC plans", "opportunities": "opportunities"}
    held = {"plans": True, "opportunities": True}
    found = storyline.storyline(reference.table("storyline"), held, called).frame
    by_box = found.set_index(found["box"].str[3:])
    assert by_box.loc["Identify priority areas", "has"] == "EHC plans"
    assert by_box.loc["Define the opportunities", "to_come"] == "All of it is there"
    assert by_box.loc["Define what good looks like", "has"] == storyline.NOTHING
    assert by_box.loc["Create the plan", "to_come"] == storyline.LATER

"""From the provision that children have to the best one: margins, scale-up, round figures."""

import pandas as pd
import pytest

from tests.diagnose.insight.insight_cases import CITED, findings, made
from toolkit.diagnose.insight import labels, rounded, shift

PROVISIONS = labels.labels("provision")


@pytest.fixture
def moves():
    return findings("moves")


def test_the_margins_of_the_matrix_are_its_cells_added_up(moves):
    frame = shift.matrix(moves, PROVISIONS, CITED).frame
    cells = frame[frame["provision"].ne("All") & frame["ideal"].ne("All")]
    total = frame.set_index(["provision", "ideal"])["cases"]
    for code, rows in cells.groupby("provision"):
        assert total[code, "All"] == rows["cases"].sum()
    columns = {code: rows["cases"].sum() for code, rows in cells.groupby("ideal")}
    told = {code: total["All", code] for code in columns if pd.notna(total["All", code])}
    assert told.items() <= columns.items()
    assert set(columns) - set(told) == {"state_special"}  # a cell of it is hidden
    assert pd.isna(total["All", "nmiss"])  # and both of this
    assert total["All", "All"] == cells["cases"].sum() == 360


def test_a_cell_that_an_area_hid_is_not_told_and_is_in_the_margin_of_its_row(moves):
    frame = shift.matrix(moves, PROVISIONS, CITED).frame
    total = frame.set_index(["provision", "ideal"])["cases"]
    assert ("nmiss", "state_special") not in total  # what the other area shows is not the whole
    assert total["nmiss", "rp_unit"] == 20
    assert total["nmiss", "hidden"] == 40
    assert total["nmiss", "All"] == 60


def test_a_matrix_of_which_areas_hid_every_case_is_left_out(moves):
    nought = {"slug": "ash", "id": "21.shift.nmiss.mainstream", "value": 0, "base": 40,
              "unit": "people"}  # fmt: skip
    hid = moves.assign(value=float("nan"), hidden=True)
    hid = pd.concat([hid, made([nought])], ignore_index=True)  # shown, and says nothing by itself
    assert len(shift.matrix(hid, PROVISIONS, CITED).frame) == 0


def test_shares_are_applied_to_the_children_of_each_area_and_added_up(moves):
    frame = shift.scaled(moves, "plans", 1, CITED).frame.set_index("shift")
    assert frame.loc["sen_support", "more"] == pytest.approx(0.3 * 1000 + 0.2 * 3000)
    mainstream = 0.6 * 600 + 0.4 * 400 + 0.25 * 200 + 0.5 * 100
    assert frame.loc["mainstream", "more"] == pytest.approx(mainstream)


def test_areas_may_weigh_equally_instead(moves):
    made = shift.scaled(moves, "equal", 1, CITED)
    assert made.frame.set_index("shift").loc["sen_support", "more"] == pytest.approx(0.25 * 4000)
    assert "Every area weighs the same" in made.method


@pytest.mark.parametrize("weights", ["plans", "equal"])
def test_children_in_resourced_provision_are_part_of_those_in_mainstream(moves, weights):
    frame = shift.scaled(moves, weights, 1, CITED).frame.set_index("shift")
    assert frame.loc["rp_unit", "more"] <= frame.loc["mainstream", "more"]
    assert (frame["low"] <= frame["more"]).all()
    assert (frame["more"] <= frame["high"]).all()


def test_shifts_are_never_added_up(moves):
    made = shift.scaled(moves, "plans", 1, CITED)
    assert "All" not in set(made.frame["shift"])
    assert "never added up" in made.method


def test_an_area_that_hid_one_cell_of_a_shift_is_not_taken_for_a_smaller_share(moves):
    hid = moves.assign(
        value=moves["value"].mask(
            moves["slug"].eq("elm") & moves["id"].eq("21.shift.mainstream.sen_support")
        )
    )
    frame = shift.scaled(hid, "plans", 1, CITED).frame
    assert "sen_support" not in set(frame["shift"])  # half of the cases are out of sight


def test_15000_more_on_4054_is_370_percent_and_gives_19054():
    made = shift.grown(15_000, 4_054)
    assert round(made["growth"]) == 370
    assert made["later"] == 19_054


def test_the_increase_sets_more_children_beside_those_there_now(moves):
    scaled = shift.scaled(moves, "plans", 1, CITED)
    row = shift.increase(scaled, moves, CITED).frame.iloc[0]
    assert row["now"] == 200
    assert row["more"] == pytest.approx(0.2 * 600 + 0.2 * 400 + 0.25 * 200 + 0.5 * 100)


def test_sectors_are_the_margins_of_the_matrix():
    moves = findings("moves")
    ash = moves[moves["slug"].eq("ash")]
    frame = shift.sectors(shift.matrix(ash, PROVISIONS, CITED), CITED).frame.set_index("provision")
    assert frame["now"].to_dict() == {"state_special": 50, "nmiss": 40}
    assert frame["ideal"].to_dict() == {"state_special": 40, "nmiss": 10}
    assert frame["share_now"].sum() == frame["share_ideal"].sum() == 100


def test_sectors_are_drawn_now_and_at_best():
    ash = findings("moves")[lambda f: f["slug"].eq("ash")]
    told = shift.sectors(shift.matrix(ash, PROVISIONS, CITED), CITED)
    drawn = shift.by_time(told).frame.set_index(["time", "provision"])["share"]
    assert drawn["now", "nmiss"] == pytest.approx(100 * 40 / 90)
    assert drawn["ideal", "nmiss"] == pytest.approx(20)


def test_sectors_are_not_told_where_areas_hid_who_would_come_from_elsewhere():
    ash = findings("moves")[lambda f: f["slug"].eq("ash")]
    moved = {"slug": "ash", "id": "21.shift.mainstream.state_special", "value": "hidden",
             "base": 100, "unit": "people"}  # fmt: skip
    known = pd.concat([ash, made([moved])], ignore_index=True)
    assert len(shift.sectors(shift.matrix(known, PROVISIONS, CITED), CITED).frame) == 0


def test_sectors_are_not_told_where_areas_hid_much(moves):
    assert len(shift.sectors(shift.matrix(moves, PROVISIONS, CITED), CITED).frame) == 0


@pytest.mark.parametrize(
    ("value", "tile", "over"),
    [
        (1553, "1,550+", "over 1,550"),
        (1650, "1,650", "1,650"),
        (7412, "7,400+", "over 7,400"),
        (800, "800", "800"),
        (806, "800+", "over 800"),
        (30_000, "30,000", "30,000"),
        (30_001, "30,000+", "over 30,000"),
        (29_999, "25,000+", "over 25,000"),
        (35_000, "35,000", "35,000"),
        (15_200, "15,000+", "over 15,000"),
        (9_120_000, "9,120,000", "9,120,000"),
        (7, "7", "7"),
        (0, "0", "0"),
    ],
)
def test_round_figures_are_rounded_down_and_over_only_where_there_is_more(value, tile, over):
    assert (rounded.tile(value), rounded.over(value)) == (tile, over)


def test_nothing_is_made_of_no_findings():
    empty = findings("moves").iloc[:0]
    assert len(shift.scaled(empty, "plans", 1, CITED).frame) == 0
    assert pd.isna(shift.matrix(empty, PROVISIONS, CITED).frame["cases"]).sum() == 0

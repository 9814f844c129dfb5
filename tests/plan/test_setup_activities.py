"""The tailored plan, the work that exists, and the checklist."""

import pandas as pd
import pytest

from toolkit import reference
from toolkit.area import Area
from toolkit.plan import activities, checklist, cover, existing_work, setup_dates

DAY = pd.Timestamp("2025-10-01")


@pytest.fixture
def catalogue():
    return reference.table("activities")


def chosen(**columns):
    dates = {k: pd.to_datetime(columns.pop(k)) for k in ("start", "end", "due") if k in columns}
    return pd.DataFrame({**columns, **dates})


def existing(*pairs):
    return pd.DataFrame(pairs, columns=["activity_id", "strength"])


def standing(plan, activity):
    return plan.set_index("activity_id").loc[activity, "standing"]


def test_without_the_areas_tables_every_activity_is_in_the_plan(catalogue):
    plan = activities.tailored(catalogue)
    assert plan["on"].all()
    assert set(plan["standing"]) == {"Owner and dates still to be set"}


def test_full_evidence_shows_as_pre_existing_and_never_as_missing(catalogue):
    plan = activities.tailored(catalogue, existing=existing(("M1.2", "full")))
    assert standing(plan, "M1.2") == "Pre-existing evidence"
    gaps = existing_work.gaps(catalogue, existing(("M1.2", "full"))).frame.set_index("activity")
    assert gaps.loc["Baseline key variables", "verdict"] == "Pre-existing evidence"
    assert not gaps["verdict"].str.contains("issing").any()


def test_full_evidence_counts_even_where_the_area_leaves_the_activity_out(catalogue):
    off = chosen(activity_id=["M1.2"], on=[0])
    plan = activities.tailored(catalogue, off, existing(("M1.2", "full")))
    assert standing(plan, "M1.2") == "Pre-existing evidence"


def test_the_strongest_piece_of_work_decides_in_any_order(catalogue):
    both = existing(("M1.2", "full"), ("M1.2", "none"), ("M1.3", "none"), ("M1.3", "partial"))
    assert activities.best_evidence(both) == {"M1.2": "full", "M1.3": "partial"}
    assert activities.best_evidence(both.iloc[::-1]) == {"M1.2": "full", "M1.3": "partial"}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"on": [0]}, "Not in this area's plan"),
        ({"on": [1], "owner": ["Finance lead"]}, "Dates still to be set"),
        ({"on": [1], "start": ["2025-10-01"], "end": ["2025-10-31"]}, "Owner still to be set"),
        (
            {"on": [1], "owner": ["X"], "start": ["2025-10-01"], "end": ["2025-10-31"]},
            "Planned",
        ),
    ],
)
def test_the_standing_of_an_activity_says_what_is_left_to_set(catalogue, row, words):
    plan = activities.tailored(catalogue, chosen(activity_id=["M1.3"], **row))
    assert standing(plan, "M1.3") == words


def test_the_activities_of_a_stage_that_is_off_are_off(catalogue):
    plan = activities.tailored(catalogue, switched_on=["setup"])
    assert plan.groupby("stage")["on"].sum().to_dict()["module_1"] == 0
    assert plan["on"].sum() == 4


def test_tailoring_leaves_its_arguments_alone(catalogue):
    table, work = chosen(activity_id=["M1.3"], on=[0]), existing(("M1.2", "full"))
    before = catalogue.copy(), table.copy(), work.copy()
    activities.tailored(catalogue, table, work)
    for frame, kept in zip((catalogue, table, work), before, strict=True):
        pd.testing.assert_frame_equal(frame, kept)


def test_the_tracker_lists_five_stages_in_order_with_their_activities(catalogue):
    plan = activities.tailored(catalogue)
    periods = setup_dates.stage_periods(reference.table("stages"), DAY, plan)
    made = existing_work.stage_tracker(reference.table("stages"), plan, periods)
    assert list(made.frame["stage"]) == ["setup", "module_1", "module_2", "module_3", "grant"]
    assert list(made.frame["listed"]) == [4, 5, 7, 8, 3]
    assert made.frame.loc[0, "starts"] == "1 October 2025"


def test_the_timeline_marks_set_dates_apart_from_proposed_ones(catalogue):
    own = chosen(activity_id=["M1.2"], on=[1], start=["2025-11-15"], end=["2025-12-05"])
    plan = activities.tailored(catalogue, own)
    periods = setup_dates.stage_periods(reference.table("stages"), DAY, plan)
    frame = activities.timeline(plan, periods).frame.set_index("activity")
    assert frame.loc["Baseline key variables", ["m202510", "m202511", "m202512"]].tolist() == [
        *("", "Set", "Set")
    ]
    assert frame.loc["Kick-off day", "m202510"] == "Proposed"


def test_a_timeline_without_dates_has_no_months(catalogue):
    plan = activities.tailored(catalogue)
    periods = setup_dates.stage_periods(reference.table("stages"), pd.NaT, plan)
    made = activities.timeline(plan, periods)
    assert [m.column for m in made.measures] == ["starts", "ends"]
    assert len(made.frame) == 27


def test_a_timeline_shows_no_more_months_than_a_page_holds(catalogue):
    own = chosen(activity_id=["M1.2"], on=[1], start=["2025-01-15"], end=["2029-12-05"])
    plan = activities.tailored(catalogue, own)
    periods = setup_dates.stage_periods(reference.table("stages"), DAY, plan)
    made = activities.timeline(plan, periods)
    assert len(made.measures) == 2 + activities.MONTHS_SHOWN


def test_the_register_names_the_activity_and_keeps_works_of_one_title_apart(catalogue):
    work = existing(("M1.2", "full"), ("X9", "odd")).assign(title="SEND review")
    frame = existing_work.register(work, catalogue).frame
    assert list(frame["title"]) == ["SEND review", "SEND review (2)"]
    assert list(frame["covers"]) == ["Baseline key variables", "No activity of the catalogue"]
    assert list(frame["strength"]) == ["Full evidence", "Not judged yet"]


def items(catalogue, own=None, work=None, table=None, day=DAY):
    return checklist.items(activities.tailored(catalogue, table, work), own, day)


def test_the_checklist_holds_the_12_starred_activities(catalogue):
    assert len(items(catalogue)) == 12
    done = checklist.progress(items(catalogue), DAY).frame.loc[0]
    assert (done["complete"], done["counted"], done["share"]) == (0, 12, 0)


def test_done_and_pre_existing_evidence_both_count_as_complete(catalogue):
    own = chosen(activity_id=["S4", "M1.1"], status=["done", "under_way"])
    rows = items(catalogue, own, existing(("M1.2", "full")))
    figures = checklist.progress(rows, DAY).frame.loc[0]
    assert (figures["complete"], figures["share"]) == (2, pytest.approx(100 * 2 / 12))
    assert rows.set_index("activity_id").loc["M1.2", "status"] == "Pre-existing evidence"


@pytest.mark.parametrize(
    ("due", "status", "overdue"),
    [
        ("2025-09-30", "not_started", True),
        ("2025-10-01", "not_started", False),  # due on the day itself is not late
        ("2025-09-30", "done", False),
        (None, "not_started", False),
    ],
)
def test_overdue_means_due_before_the_day_and_not_done(catalogue, due, status, overdue):
    rows = items(catalogue, chosen(activity_id=["S4"], status=[status], due=[due]))
    assert bool(rows.set_index("activity_id").loc["S4", "overdue"]) is overdue


def test_nothing_is_overdue_when_no_day_is_known(catalogue):
    own = chosen(activity_id=["S4"], status=["not_started"], due=["1999-01-01"])
    assert not items(catalogue, own, day=pd.NaT)["overdue"].any()


def test_an_item_taken_out_of_the_plan_does_not_count(catalogue):
    rows = items(catalogue, table=chosen(activity_id=["M1.5"], on=[0]))
    assert checklist.progress(rows, DAY).frame.loc[0, "counted"] == 11
    assert rows.set_index("activity_id").loc["M1.5", "status"] == "Not in this area's plan"


def test_a_checklist_of_no_items_has_no_percentage(catalogue):
    plan = activities.tailored(catalogue, switched_on=[])
    figures = checklist.progress(checklist.items(plan, None, DAY), DAY).frame.loc[0]
    assert figures["counted"] == 0
    assert pd.isna(figures["share"])


def test_an_owner_missing_on_the_checklist_is_taken_from_the_plan(catalogue):
    table = chosen(activity_id=["S4", "M1.1"], on=[1, 1], owner=["SEND lead", "Finance lead"])
    own = chosen(activity_id=["M1.1"], status=["done"], owner=["Workshops lead"])
    owners = items(catalogue, own, table=table).set_index("activity_id")["owner"]
    assert (owners["S4"], owners["M1.1"]) == ("SEND lead", "Workshops lead")


AUTHORITIES = pd.DataFrame(
    {"code": ["801", "802", "803"], "name": ["A", "B", "C"], "region": ["South", "South", "East"]}
)
NEIGHBOURS = pd.DataFrame(
    {"code": ["801", "801"], "rank": ["2", "1"], "neighbour_code": ["802", "803"]}
)


def test_the_cover_sheet_takes_region_and_neighbours_from_the_lists_where_not_set():
    lines = cover.items(_area(), AUTHORITIES, NEIGHBOURS, "local")
    value = lines.set_index("item")["value"]
    assert (value["Region"], value["Statistical neighbours"]) == ("South", "C; B")


def test_the_cover_sheet_says_what_is_still_to_be_set():
    lines = cover.items(_area(), AUTHORITIES, NEIGHBOURS, "local")
    shown = cover.sheet(lines).frame.set_index("item")["value"]
    assert shown["SEND lead"] == "To be set in area.toml"
    assert cover.completeness(lines).frame.loc[0, "to_set"] == 5


def test_the_areas_own_neighbours_win_over_the_list():
    lines = cover.items(_area(statistical_neighbours=("802",)), AUTHORITIES, NEIGHBOURS, "local")
    assert lines.set_index("item").loc["Statistical neighbours", "value"] == "B"


@pytest.mark.parametrize(
    ("tier", "fictional", "said"),
    [
        ("local", False, "The area's own"),
        ("published", False, "Published statistics"),
        ("local", True, "Made up"),
    ],
)
def test_the_cover_sheet_says_whose_data_were_read(tier, fictional, said) -> None:
    lines = cover.items(_area(fictional=fictional), AUTHORITIES, NEIGHBOURS, tier)
    assert lines.set_index("item").loc["Data", "value"].startswith(said)


def _area(**settings):
    return Area(name="Exampleshire", la_code="801", **settings)

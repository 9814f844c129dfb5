"""Stakeholders, engagement, membership, attendance and reviews."""

import pandas as pd
import pytest

from toolkit import reference
from toolkit.plan import (
    attendance,
    engagement,
    meetings,
    membership,
    sessions,
    stakeholders,
    workshops,
)
from toolkit.plan.setup_tables import GROUPS, STAGES

DAY = pd.Timestamp("2025-10-01")


def people(*rows):
    columns = ["stakeholder_group", "organisation", "role", "interest", "influence", "relationship"]
    return pd.DataFrame(rows, columns=columns)


MAP = people(
    ("la", "Council", "SEND lead", 5, 5, 5),
    ("health", "ICB", "Designated officer", 2, 4, 2),
    ("education", "High School", "", 4, 3, None),
    ("parent_carers", "Parent carer forum", "Chair", 5, 2, 3),
)


def test_a_group_with_nobody_on_the_map_is_flagged():
    frame = stakeholders.by_group(MAP).frame.set_index("group")
    assert frame.loc["cyp", "gap"] == "Nobody yet"
    assert frame.loc["other", "gap"] == "Nobody yet; not required"  # no group that must be heard
    assert frame.loc["la", "gap"] == "Yes"
    figures = stakeholders.coverage(MAP).frame.loc[0]
    assert (figures["covered"], figures["needed"], figures["uncovered"]) == (4, 5, 1)


def test_an_empty_map_flags_every_group_that_must_be_heard():
    assert stakeholders.coverage(None).frame.loc[0, "uncovered"] == 5
    assert stakeholders.by_group(None).frame["gap"].eq("Nobody yet").sum() == 5


def test_every_stakeholder_stands_in_one_square_of_the_map():
    frame = stakeholders.grid(MAP).frame
    assert frame["stakeholders"].sum() == len(MAP)
    assert len(frame) == 9
    square = frame.set_index(["influence", "interest"]).loc[("high", "low")]
    assert square["stakeholders"] == 1
    assert square["advice"].startswith("Keep satisfied")


@pytest.mark.parametrize(
    ("score", "band"),
    [(1, "low"), (2, "low"), (3, "medium"), (4, "high"), (5, "high"), (None, "")],
)
def test_scores_fall_into_three_bands(score, band):
    assert stakeholders.band(pd.Series([score])).tolist() == [band]


def test_those_not_judged_have_a_square_of_their_own():
    frame = stakeholders.grid(people(("la", "Council", "", None, 4, 3))).frame
    assert frame["stakeholders"].sum() == 1
    assert len(frame) == 10


def test_an_influential_stakeholder_with_a_weak_relationship_comes_with_that_advice():
    frame = stakeholders.map_table(MAP).frame.set_index("stakeholder")
    assert frame.loc["ICB, Designated officer", "advice"].startswith("Strengthen")
    assert frame.index[0] == "Council, SEND lead"


def test_the_mean_relationship_leaves_out_what_is_not_judged():
    frame = stakeholders.by_group(MAP).frame.set_index("group")
    assert frame.loc["la", "relationship"] == 5
    assert pd.isna(frame.loc["education", "relationship"])
    assert frame.loc["health", "weak"] == 1


def contacts(*rows):
    columns = ["engagement_id", "stage", "stakeholder_group", "engagement", "planned", "actual"]
    return pd.DataFrame(rows, columns=columns).assign(forum="SEND board")


PLAN = contacts(
    ("E.M2.1.health", "module_2", "health", "Case review workshops", 3, 3),
    ("E.M2.1.education", "module_2", "education", "Case review workshops", 3, 1),
    ("E.S1", "setup", "la", "Introduction", 2, 2),
    ("E.S2", "setup", "la", "Groups", 1, None),
    ("own.1", "module_3", "cyp", "Youth council", 2, 0),
)


def test_each_listed_engagement_appears_once_with_its_contacts():
    catalogue = reference.table("engagements")
    frame = engagement.listed_engagements(catalogue, PLAN).frame
    assert len(frame) == len(catalogue) == 16
    by_id = frame.set_axis(catalogue["engagement_id"])
    assert by_id.loc["E.M2.1", ["planned", "actual"]].tolist() == [6, 4]
    assert by_id["standing"].reindex(["E.M2.1", "E.S1", "E.S2", "E.M3.1"]).tolist() == [
        *("Under way", "Made", "Planned", "Not in the plan yet")
    ]


def test_the_matrix_sums_to_all_contacts_in_both_directions():
    frame = engagement.matrix(PLAN).frame.set_index(["stage", "group"])
    total = frame.loc[("All", "All")]
    assert (total["planned"], total["actual"], total["to_come"]) == (11, 6, 5)
    inner = frame.loc[[(stage, group) for stage in STAGES for group in GROUPS]]
    assert inner["planned"].sum() == 11
    assert frame.loc[[("All", group) for group in GROUPS], "actual"].sum() == 6
    assert len(frame) == (len(STAGES) + 1) * (len(GROUPS) + 1)


def test_more_contacts_than_planned_leave_none_to_come():
    frame = engagement.matrix(contacts(("E.S1", "setup", "la", "x", 1, 3))).frame
    assert frame["to_come"].min() == 0


def test_the_matrix_reads_made_of_planned():
    frame = engagement.matrix_by_group(PLAN).frame.set_index("stage")
    assert frame.loc["module_2", "education"] == "1 of 3"
    assert frame.loc["All", "All"] == "6 of 11"


def test_the_engagement_plan_counts_listed_engagements_not_rows():
    figures = engagement.coverage(reference.table("engagements"), PLAN).frame.loc[0]
    assert (figures["listed"], figures["in_plan"]) == (16, 3)
    assert engagement.coverage(reference.table("engagements"), None).frame.loc[0, "in_plan"] == 0


def test_forums_in_use_are_listed_with_the_busiest_first():
    frame = engagement.forums(PLAN.assign(forum=["A", "A", None, "B", "B"])).frame
    assert frame["forum"].tolist() == ["A", "B", "No existing forum"]


def test_any_unfilled_lead_role_is_flagged():
    roles = pd.DataFrame({"role": ["comms", "data"], "post": ["Comms officer", " "]})
    catalogue = reference.table("lead_roles")
    frame = membership.lead_roles(catalogue, roles).frame.set_index("role")
    assert len(frame) == 5
    assert frame.loc["Communications", "standing"] == "Filled"
    assert frame.loc["Data", "standing"] == "Not filled"  # a blank post is no post
    figures = membership.coverage(catalogue, roles, None).frame.loc[0]
    assert (figures["filled"], figures["unfilled"]) == (1, 4)


def test_empty_seats_of_both_groups_are_flagged():
    groups = pd.DataFrame(
        {
            "group_name": ["steering", "steering", "working"],
            "member": ["Director", "Head teacher", "SEND officer"],
            "stakeholder_group": ["la", "education", "la"],
        }
    )
    frame = membership.seats(groups).frame
    assert frame["seat"].eq("Empty").sum() == 7
    assert len(membership.members(groups).frame) == 3


def test_responsibilities_name_the_send_lead_and_the_five_roles():
    frame = membership.responsibilities(reference.table("lead_roles")).frame
    assert len(frame) == 6
    assert set(frame["setup"]) == {"Answers for it", "Does it", "Is asked"}


def came(*rows, session="setup.kick_off"):
    columns = ["attendee", "stakeholder_group", "attended"]
    return pd.DataFrame(rows, columns=columns).assign(session_id=session)


KICK_OFF = came(
    ("SEND lead", "la", 1),
    ("Head teachers' forum", "education", 1),
    ("ICB", "health", 0),
    ("Parent carer forum", "parent_carers", 1),
)


def test_the_kick_off_needs_the_send_lead_and_four_groups():
    figures = attendance.kick_off(KICK_OFF).frame.loc[0]
    assert figures[["groups", "needed", "asked", "came"]].tolist() == [3, 4, 4, 3]
    assert figures["lead"] == "there"
    standing = attendance.by_group(KICK_OFF, "setup.kick_off").frame.set_index("group")["standing"]
    assert standing["health"] == "Asked, did not come"
    assert standing["cyp"] == "Not needed"


@pytest.mark.parametrize(
    ("attendee", "attended", "post", "lead"),
    [
        ("Head of SEND", 1, "Head of SEND", "there"),
        ("Head of SEND", 1, "", "not recorded as there"),
        ("The SEND Lead of the council", 1, "", "there"),
        ("SEND lead", 0, "", "not recorded as there"),
    ],
)
def test_the_send_lead_is_known_by_the_post(attendee, attended, post, lead):
    table = came((attendee, "la", attended))
    assert attendance.kick_off(table, post).frame.loc[0, "lead"] == lead


def test_attendance_at_another_session_does_not_count():
    assert attendance.kick_off(KICK_OFF.assign(session_id="m1.training")).frame.loc[0, "came"] == 0


def test_a_row_without_a_group_is_shown_apart():
    frame = attendance.by_group(came(("Someone", None, 1)), "setup.kick_off").frame
    assert frame.set_index("group").loc["not_said", "came"] == 1


@pytest.mark.parametrize("hours", [2.0, 3.0])
def test_the_agenda_fills_the_length_of_the_kick_off(hours):
    frame = attendance.agenda(reference.table("kick_off_agenda"), hours).frame
    assert frame["minutes"].sum() == pytest.approx(hours * 60)
    assert frame["clock"].iloc[-1].endswith(f"to {hours * 60:.0f}")


def test_training_is_two_days_and_two_days_with_attendance():
    used = sessions.in_use(reference.table("sessions"))
    frame = attendance.training(used, came(("Finance", "la", 1), session="m1.training")).frame
    assert frame["days"].tolist() == [2, 2]
    assert frame["came"].tolist() == [1, 0]


def reviews():
    return pd.DataFrame(
        {
            "meeting_date": pd.to_datetime(["2025-09-15", "2025-09-08", "2025-09-08"]),
            "action": ["Ask for the ledger", "Book a room", "Ask for the ledger"],
            "owner": ["Finance", None, "Finance"],
            "due": pd.to_datetime(["2025-09-22", "2025-10-08", "2025-09-15"]),
            "status": ["under_way", None, "done"],
        }
    )


def test_late_actions_stand_first_and_done_ones_last():
    rows = meetings.actions(reviews(), DAY)
    frame = meetings.log(rows, DAY).frame
    assert frame["late"].tolist() == ["Overdue", "", ""]
    assert frame["status"].tolist() == ["Under way", "Not started", "Done"]
    assert frame["owner"].tolist() == ["Finance", "No owner yet", "Finance"]


def test_the_reviews_are_counted_by_day_and_the_actions_by_row():
    figures = meetings.progress(meetings.actions(reviews(), DAY), DAY).frame.loc[0]
    assert figures[["meetings", "actions", "done", "open", "overdue"]].tolist() == [2, 3, 1, 2, 1]


def test_nothing_is_late_when_no_day_is_known():
    assert not meetings.actions(reviews(), pd.NaT)["overdue"].any()


def test_a_kit_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(KeyError, match="no kit 'speech'; there are kick_off, case_review"):
        workshops.kit(reference.table("workshop_kits"), "speech")


@pytest.mark.parametrize(
    "make",
    [
        stakeholders.grid,
        stakeholders.map_table,
        engagement.matrix_by_group,
        engagement.forums,
        membership.members,
    ],
)
def test_an_empty_table_gives_an_aggregate_and_no_error(make):
    assert make(pd.DataFrame()).source == "plan"


def test_no_aggregate_of_the_set_up_counts_people():
    made = [
        stakeholders.grid(MAP),
        stakeholders.by_group(MAP),
        engagement.matrix(PLAN),
        attendance.by_group(KICK_OFF, "setup.kick_off"),
        membership.seats(None),
    ]
    assert not [m.column for a in made for m in a.measures if m.unit == "people"]
    assert all(not list(a.counts()) for a in made)

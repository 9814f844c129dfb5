"""The catalogues of the set-up: as many rows as the diagnostic pack has, and no loose ends."""

import re

import pandas as pd
import pytest
from dateutil.easter import easter

from toolkit import reference
from toolkit.intake import schedule
from toolkit.plan import setup_tables, workshops
from toolkit.plan.setup_tables import listed

TABLES = (
    *("activities", "sessions", "stages", "engagements", "lead_roles", "workshop_kits"),
    *("bank_holidays", "kick_off_agenda", "training_plan"),
)


def test_the_catalogue_holds_27_key_activities_in_the_order_of_the_stages():
    activities = reference.table("activities")
    counts = activities.groupby("stage", sort=False).size().to_dict()
    assert counts == {"setup": 4, "module_1": 5, "module_2": 7, "module_3": 8, "grant": 3}
    assert len(activities) == 27
    assert activities["activity_id"].is_unique


def test_12_activities_are_starred():
    activities = reference.table("activities")
    starred = activities[activities["starred"].eq("1")].groupby("stage", sort=False).size()
    assert starred.to_dict() == {"setup": 1, "module_1": 5, "module_2": 3, "module_3": 3}


def test_there_are_18_types_of_session():
    sessions = reference.table("sessions")
    counts = sessions.groupby("stage", sort=False).size().to_dict()
    assert counts == {"setup": 2, "module_1": 4, "module_2": 4, "module_3": 4, "all": 4}


def test_each_engagement_of_the_four_lists_stands_once():
    engagements = reference.table("engagements")
    counts = engagements.groupby("stage", sort=False).size().to_dict()
    assert counts == {"setup": 3, "module_1": 2, "module_2": 6, "module_3": 5}
    assert engagements["engagement"].is_unique
    assert engagements["engagement_id"].is_unique


def test_no_code_of_an_engagement_is_the_start_of_another():
    codes = list(reference.table("engagements")["engagement_id"])
    assert not [(a, b) for a in codes for b in codes if b.startswith(f"{a}.")]


def test_the_five_stages_stand_in_order():
    stages = reference.table("stages")
    assert list(stages["label"]) == [
        "Evaluation & Setup",
        "Module 1",
        "Module 2",
        "Module 3",
        "Grant application",
    ]
    assert dict(zip(stages["stage"], stages["label"], strict=True)) == setup_tables.STAGES


def test_there_are_five_lead_roles_and_each_has_a_letter_at_each_stage():
    roles = reference.table("lead_roles")
    assert list(roles["role"]) == ["comms", "finance", "voice", "workshops", "data"]
    assert set(roles[list(setup_tables.STAGES)].to_numpy().ravel()) <= {"R", "C", "I"}
    assert all("R" in set(roles[stage]) for stage in setup_tables.STAGES)


@pytest.mark.parametrize(
    ("list_name", "words"),
    [
        ("stage", setup_tables.STAGES),
        ("stakeholder_group", setup_tables.GROUPS),
        ("status", setup_tables.STATUS),
    ],
)
def test_the_words_of_the_plan_are_those_of_the_schedule(list_name, words):
    assert dict(schedule.codes(list_name)) == words


@pytest.mark.parametrize("name", TABLES)
def test_each_row_of_a_catalogue_has_its_source_and_no_cell_is_padded(name):
    table = reference.table(name)
    assert table["source"].str.len().gt(10).all()
    assert table.apply(lambda column: column.eq(column.str.strip())).all(axis=None)


@pytest.mark.parametrize("name", ["engagements", "workshop_kits", "training_plan"])
def test_every_session_that_a_catalogue_names_exists(name):
    named = set(reference.table(name)["session_id"]) - {""}
    assert named <= set(reference.table("sessions")["session_id"])


def test_every_group_and_activity_that_a_catalogue_names_exists():
    groups = reference.table("engagements")["groups"].map(listed).explode()
    assert set(groups) <= set(setup_tables.GROUPS)
    activities = set(reference.table("activities")["activity_id"])
    assert set(reference.table("sessions")["activity_id"]) - {""} <= activities


def test_the_notebook_of_an_activity_is_one_of_its_stage():
    stages = reference.table("stages").set_index("stage")["notebooks"].map(listed)
    activities = reference.table("activities")
    wrong = [
        row["activity_id"]
        for row in activities.to_dict("records")
        if row["notebook"] not in stages[row["stage"]] and row["activity_id"] != "M2.3"
    ]
    assert wrong == []  # M2.3, patterns and variation, is done in notebook 11 of Module 1


def test_the_agenda_of_the_kick_off_lasts_the_two_hours_of_the_pack():
    assert pd.to_numeric(reference.table("kick_off_agenda")["minutes"]).sum() == 120


def test_training_is_two_days_for_each_of_two_modules_with_theory_and_exercise():
    days = reference.table("training_plan").groupby(["session_id", "day"])["kind"].agg(set)
    assert len(days) == 4
    assert all(kinds == {"Theory", "Exercise"} for kinds in days)


def test_every_workshop_kit_has_all_four_parts():
    parts = reference.table("workshop_kits").groupby("kit")["part"].agg(set)
    assert all(found == set(workshops.PARTS) for found in parts)
    assert {"kick_off", "case_review", "deep_dive"} <= set(parts.index)


@pytest.mark.parametrize(("kit", "minutes"), [("kick_off", 120), ("case_review", 240)])
def test_a_kit_fills_the_length_of_its_session(kit, minutes):
    kits = reference.table("workshop_kits")
    assert pd.to_numeric(kits.loc[kits["kit"].eq(kit), "minutes"]).sum() == minutes


def test_bank_holidays_are_those_of_the_rules_and_the_extra_ones():
    table = reference.table("bank_holidays")
    dates = pd.to_datetime(table["date"])
    assert dates.is_monotonic_increasing
    assert dates.dt.dayofweek.lt(5).all()  # those on a weekend are moved to a working day
    for year, count in dates.groupby(dates.dt.year).size().items():
        assert count == {2022: 10, 2023: 9}.get(year, 8)
        good_friday = pd.Timestamp(easter(year)) - pd.Timedelta(days=2)
        assert {good_friday, good_friday + pd.Timedelta(days=3)} <= set(dates)


def test_no_text_of_a_catalogue_names_a_person():
    # Posts and bodies only: the pack quotes two people by name, who must not be copied.
    for name in TABLES:
        words = " ".join(reference.table(name).to_numpy().ravel())
        assert not re.search(r"\b(Steve|John|Knight|O'Halloran)\b", words)

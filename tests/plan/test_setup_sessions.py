"""How much time the diagnostic asks for, by default and with the area's own lengths."""

import pandas as pd
import pytest

from toolkit import reference
from toolkit.plan import activities, effort, holding, sessions, setup_dates


@pytest.fixture
def catalogue():
    return reference.table("sessions")


def own(**columns):
    return pd.DataFrame(columns)


def figures(catalogue, table=None, plan=None):
    return effort.headline(sessions.in_use(catalogue, table, plan)).frame.loc[0]


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        ("case_reviews", 12),  # 3 x 4 hours
        ("cipfa", 10),  # 8 hours of documents and 2 x 1 hour of reviews
        ("briefings", 3),  # 3 x 1 hour
        ("days", 6.5),  # 2 + 2 + 0.5 + 2
        ("fixed", 31),
        ("weekly", 0.5),
        ("types", 18),
        ("changed", 0),
        ("open", 4),  # data request, deep-dives, steering groups, partners
    ],
)
def test_the_catalogue_gives_the_time_that_the_pack_prints(catalogue, figure, value):
    assert figures(catalogue)[figure] == value


def test_the_sessions_that_make_31_hours_are_listed_with_their_hours(catalogue):
    frame = effort.fixed_list(sessions.in_use(catalogue)).frame
    assert frame["hours"].tolist() == [2, 8, 2, 12, 2, 2, 3, 31]
    assert frame["session"].iloc[-1] == "All"


def test_the_fixed_hours_leave_out_what_repeats_and_what_is_to_be_decided(catalogue):
    left_out = {"all.weekly_check_in", "m1.holding", "m2.holding", "m2.deep_dives"}
    used = sessions.in_use(catalogue)
    assert not left_out & set(used.loc[used["counted"], "session_id"])


def test_an_override_changes_the_total_and_is_marked(catalogue):
    table = own(session_id=["m2.case_reviews"], how_many=[5], hours=[3.0], why=["More cases"])
    found = figures(catalogue, table)
    assert (found["case_reviews"], found["fixed"], found["changed"]) == (15, 34, 1)
    assert found["fixed_default"] == 31
    used = sessions.in_use(catalogue, table)
    row = sessions.table(catalogue, used).frame.set_index("session").loc["Case reviews"]
    assert (row["default"], row["used"]) == ("3 x 4 hours", "5 x 3 hours")
    assert (row["change"], row["why"]) == ("Changed", "More cases")


@pytest.mark.parametrize(
    ("row", "figure", "value"),
    [
        ({"session_id": "m2.deep_dives", "how_many": 4}, "fixed", 31 + 8),
        ({"session_id": "m2.deep_dives", "how_many": 2, "hours": 3.0}, "fixed", 31 + 6),
        ({"session_id": "setup.data_request", "hours": 1.5}, "fixed", 32.5),
        ({"session_id": "all.partners", "how_many": 6, "hours": 1.0}, "fixed", 37),
        ({"session_id": "all.steering_groups", "hours": 2.0}, "fixed", 33),
        ({"session_id": "all.weekly_check_in", "hours": 1.0}, "weekly", 1),
        ({"session_id": "all.weekly_check_in", "hours": 1.0}, "fixed", 31),
        ({"session_id": "m1.training", "how_many": 2}, "days", 8.5),
        ({"session_id": "m1.training", "hours": 7.4}, "days", 5.5),  # two days become one
        ({"session_id": "m1.holding", "hours": 2.0}, "fixed", 31),
        ({"session_id": "m3.playback", "how_many": 0}, "days", 4.5),
    ],
)
def test_each_kind_of_session_takes_the_areas_own_length(catalogue, row, figure, value):
    table = pd.DataFrame([row])
    assert figures(catalogue, table)[figure] == pytest.approx(value)
    assert sessions.in_use(catalogue, table)["changed"].sum() == 1


def test_a_length_equal_to_the_default_is_no_change(catalogue):
    table = own(session_id=["m2.case_reviews"], how_many=[3], hours=[4.0])
    assert figures(catalogue, table)["changed"] == 0


def test_a_date_of_its_own_does_not_change_the_length(catalogue):
    table = own(session_id=["setup.kick_off"], first_date=pd.to_datetime(["2025-09-10"]))
    assert figures(catalogue, table)["changed"] == 0


def test_sessions_of_an_activity_that_is_off_take_no_time_and_are_marked(catalogue):
    off = pd.DataFrame({"activity_id": ["M1.5", "M2.4"], "on": [0, 0]})
    plan = activities.tailored(reference.table("activities"), off)
    found = figures(catalogue, None, plan)
    assert (found["fixed"], found["cipfa"], found["case_reviews"]) == (9, 0, 0)
    assert found["changed"] == 3
    frame = sessions.table(catalogue, sessions.in_use(catalogue, None, plan)).frame
    assert frame.set_index("session").loc["Case reviews", "used"] == "Not in this area's plan"


def test_sessions_of_a_stage_that_is_off_take_no_time(catalogue):
    plan = activities.tailored(reference.table("activities"), switched_on=["setup"])
    found = figures(catalogue, None, plan)
    assert (found["fixed"], found["days"]) == (5, 0)  # kick-off and briefings
    used = sessions.in_use(catalogue, None, plan)
    stages = setup_dates.stage_periods(reference.table("stages"), pd.NaT, plan)
    assert list(holding.holding(used, stages, pd.DatetimeIndex([])).frame["stage"]) == ["All"]


def test_time_by_stage_sums_to_the_headline(catalogue):
    used = sessions.in_use(catalogue)
    frame = effort.by_stage(used).frame.set_index("stage")
    parts = frame.drop(index="All")[["hours", "days", "open"]].sum()
    assert parts.to_dict() == {"hours": 31, "days": 6.5, "open": 4}
    assert frame.loc["All", ["hours", "days", "open"]].to_dict() == parts.to_dict()
    assert frame.loc["module_1", "hours"] == 10
    assert frame.loc["All", "daily_hours"] == 1  # Module 1 and then Module 2, never both


def test_a_role_is_asked_for_every_session_that_names_it(catalogue):
    frame = effort.by_role(sessions.in_use(catalogue)).frame.set_index("role")
    assert "All" not in frame.index  # sessions count for each role, so roles do not add up
    assert frame.loc["SEND lead", ["hours", "days", "weekly_hours"]].tolist() == [15, 4, 0.5]
    assert frame.loc["Finance", ["hours", "days", "daily_hours"]].tolist() == [10, 4, 1]
    assert frame.loc["Parents and carers", "hours"] == 14


@pytest.mark.parametrize(
    ("lengths", "words"),
    [
        ({"how_many": 3, "hours_each": 4}, "3 x 4 hours"),
        ({"how_many": 3, "hours_each": 1}, "3 x 1 hour"),
        ({"how_many": 1, "days_each": 0.5}, "half a day"),
        ({"how_many": 1, "hours_each": 0.5}, "half an hour"),
        ({"hours_each": 2}, "2 hours each, how many to be decided"),
        ({"weekly_hours": 0.5}, "30 minutes a week"),
        ({"daily_hours": 1}, "1 hour a working day"),
        ({"how_many": 0, "hours_each": 2}, "Not in this area's plan"),
        ({}, "As required"),
    ],
)
def test_a_length_is_said_in_words(lengths, words):
    row = dict.fromkeys(sessions.LENGTHS, float("nan")) | lengths
    assert sessions.say_length(row) == words


def test_holding_time_is_working_days_times_one(catalogue):
    stages = setup_dates.stage_periods(reference.table("stages"), pd.Timestamp("2025-09-01"))
    holidays = setup_dates.holidays_of(reference.table("bank_holidays"))
    frame = holding.holding(sessions.in_use(catalogue), stages, holidays).frame.set_index("stage")
    assert frame.loc["module_1", "hours"] == 30  # six weeks of five days, no bank holiday
    assert frame.loc["module_2", "hours"] == 37  # eight weeks, less 25 and 26 December, 1 January
    assert frame.loc["All", "hours"] == 67
    assert frame["hours"].equals(frame["days"])


def test_holding_time_follows_the_areas_own_hours_and_days(catalogue):
    table = own(session_id=["m1.holding", "m2.holding"], hours=[2.0, None], how_many=[None, 10])
    stages = setup_dates.stage_periods(reference.table("stages"), pd.Timestamp("2025-09-01"))
    holidays = setup_dates.holidays_of(reference.table("bank_holidays"))
    used = sessions.in_use(catalogue, table)
    frame = holding.holding(used, stages, holidays).frame.set_index("stage")
    assert frame.loc["module_1", ["default_hours", "hours"]].tolist() == [30, 60]
    assert frame.loc["module_2", ["default_hours", "hours"]].tolist() == [37, 10]


def test_holding_time_without_dates_is_missing_and_not_nought(catalogue):
    stages = setup_dates.stage_periods(reference.table("stages"), pd.NaT)
    frame = holding.holding(sessions.in_use(catalogue), stages, pd.DatetimeIndex([])).frame
    assert frame[["days", "hours"]].isna().all(axis=None)


def test_sessions_in_use_leave_their_arguments_alone(catalogue):
    table = own(session_id=["m2.case_reviews"], how_many=[5])
    before = catalogue.copy(), table.copy()
    sessions.in_use(catalogue, table)
    pd.testing.assert_frame_equal(catalogue, before[0])
    pd.testing.assert_frame_equal(table, before[1])

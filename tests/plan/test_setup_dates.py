"""Periods of the stages, working days, and the day from which a run looks."""

import pandas as pd
import pytest

from toolkit import reference
from toolkit.errors import SettingsError
from toolkit.plan import activities, setup_dates

MONDAY = pd.Timestamp("2025-09-01")


@pytest.fixture
def stages():
    return reference.table("stages")


def periods(stages, start=MONDAY, own=None, **kwargs):
    return setup_dates.stage_periods(stages, start, own, **kwargs).set_index("stage")


def dated(*rows):
    columns = ["activity_id", "on", "owner", "start", "end"]
    table = pd.DataFrame(rows, columns=columns)
    table = table.assign(start=pd.to_datetime(table["start"]), end=pd.to_datetime(table["end"]))
    return activities.tailored(reference.table("activities"), table)


def test_stages_follow_one_another_for_half_a_year(stages):
    found = periods(stages)
    assert found.loc["setup", "start"] == MONDAY
    assert found.loc["setup", "end"] == pd.Timestamp("2025-09-28")
    assert found.loc["module_1", "start"] == pd.Timestamp("2025-09-29")
    assert (found.loc["grant", "end"] - MONDAY).days + 1 == 26 * 7
    assert not found["changed"].any()


def test_dates_of_the_area_replace_the_default_and_move_what_comes_after(stages):
    own = dated(("M1.2", 1, "", "2025-10-13", "2025-12-05"))
    found = periods(stages, own=own)
    assert found.loc["module_1", "start"] == pd.Timestamp("2025-10-13")
    assert found.loc["module_2", "start"] == pd.Timestamp("2025-12-08")  # Monday after a Friday
    assert found.loc["module_2", "default_start"] == pd.Timestamp("2025-11-10")
    assert found["changed"].to_dict() == {
        "setup": False,
        "module_1": True,
        "module_2": True,
        "module_3": True,
        "grant": True,
    }


def test_dates_of_an_activity_that_is_off_do_not_count(stages):
    own = dated(("M1.2", 0, "", "2025-10-13", "2025-12-05"))
    assert not periods(stages, own=own)["changed"].any()


def test_a_stage_that_is_switched_off_takes_no_time(stages):
    found = periods(stages, switched_on=["setup", "module_2"])
    assert pd.isna(found.loc["module_1", "start"])
    assert found.loc["module_2", "start"] == pd.Timestamp("2025-09-29")


def test_without_a_start_there_are_no_dates_and_no_change(stages):
    found = periods(stages, start=pd.NaT)
    assert found[["start", "end"]].isna().all(axis=None)
    assert not found["changed"].any()


def test_an_end_before_the_start_never_gives_a_negative_stage(stages):
    own = dated(("M1.2", 1, "", "2025-12-05", "2025-10-13"))
    found = periods(stages, own=own)
    assert (found["end"] >= found["start"]).all()


def test_stage_periods_leave_their_arguments_alone(stages):
    own = dated(("M1.2", 1, "", "2025-10-13", "2025-12-05"))
    before = stages.copy(), own.copy()
    setup_dates.stage_periods(stages, MONDAY, own)
    pd.testing.assert_frame_equal(stages, before[0])
    pd.testing.assert_frame_equal(own, before[1])


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2025-09-01", "2025-09-05", 5),
        ("2025-09-06", "2025-09-07", 0),  # a weekend
        ("2025-12-22", "2026-01-02", 7),  # 25 and 26 December and 1 January are holidays
        ("2025-09-05", "2025-09-01", 0),
    ],
)
def test_working_days_leave_out_weekends_and_bank_holidays(start, end, days):
    holidays = setup_dates.holidays_of(reference.table("bank_holidays"))
    found = setup_dates.working_days(pd.Timestamp(start), pd.Timestamp(end), holidays)
    assert len(found) == days


def test_a_run_looks_from_the_day_that_was_given():
    assert setup_dates.as_of("2025-11-03", "2025-09-01") == pd.Timestamp("2025-11-03")


def test_without_a_given_day_the_latest_of_what_happened_counts():
    met = pd.Series(pd.to_datetime(["2025-09-08", "2025-09-15"]))
    nothing = pd.Series([], dtype="datetime64[ns]")
    assert setup_dates.as_of("", "2025-09-01", nothing, met) == pd.Timestamp("2025-09-15")
    assert setup_dates.as_of("", "2025-10-01", met) == pd.Timestamp("2025-10-01")
    assert pd.isna(setup_dates.as_of("", ""))


@pytest.mark.parametrize("wrong", ["31/12/2025", "2025-02-30", "soon"])
def test_a_day_that_is_no_date_is_refused_with_the_remedy(wrong):
    with pytest.raises(SettingsError, match="Write dates as 2024-02-28"):
        setup_dates.as_of(wrong, "")


def test_a_day_is_said_in_words():
    assert setup_dates.say_day(pd.Timestamp("2025-05-08")) == "8 May 2025"
    assert setup_dates.say_day(pd.NaT, "Not set") == "Not set"

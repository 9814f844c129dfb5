"""The calendar and its iCalendar text."""

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit import reference
from toolkit.area import Area
from toolkit.plan import activities, calendar, ical, sessions, setup_dates

START = pd.Timestamp("2025-09-01")
STAMP = pd.Timestamp("2025-08-20")


def holidays():
    return setup_dates.holidays_of(reference.table("bank_holidays"))


def events(start=START, own=None, plan=None):
    used = sessions.in_use(reference.table("sessions"), own, plan)
    periods = setup_dates.stage_periods(reference.table("stages"), start, plan)
    return calendar.events(used, periods, holidays())


def text(found, **kwargs):
    settings = {"area_code": "990", "title": "Exampleshire", "stamp": STAMP}
    return ical.calendar_text(found, **{**settings, "holidays": holidays(), **kwargs})


def unfolded(ics):
    return ics.replace("\r\n ", "").split("\r\n")


def test_each_session_of_set_length_has_as_many_events_as_days_or_sessions():
    counts = events().groupby("session_id").size()
    assert counts["m2.case_reviews"] == 3
    assert counts["m1.training"] == 2
    assert counts["all.briefings"] == 3
    assert counts["m3.consolidation"] == 1
    assert "all.partners" not in counts.index  # as required: no event
    assert "m2.deep_dives" not in counts.index  # how many is still to be decided


def test_every_proposed_date_is_a_working_day_inside_the_stage():
    found = events()
    periods = setup_dates.stage_periods(reference.table("stages"), START).set_index("stage")
    proposed = found[found["stage"].ne("all")]
    assert proposed["date"].dt.dayofweek.lt(5).all()
    assert not proposed["date"].isin(holidays()).any()
    starts, ends = (proposed["stage"].map(periods[column]) for column in ("start", "end"))
    assert (proposed["date"].ge(starts) & proposed["date"].le(ends)).all()


def test_a_briefing_stands_at_the_end_of_each_module():
    found = events()
    dates = found.loc[found["session_id"].eq("all.briefings"), "date"]
    assert [f"{date:%Y-%m-%d}" for date in dates] == ["2025-11-04", "2025-12-30", "2026-02-10"]


def test_a_date_of_the_area_stands_as_given_and_is_marked():
    own = pd.DataFrame(
        {"session_id": ["m2.case_reviews"], "first_date": pd.to_datetime(["2025-12-11"])}
    )
    found = events(own=own)
    found = found[found["session_id"].eq("m2.case_reviews")]
    dates = [f"{date:%Y-%m-%d}" for date in found["date"]]
    assert dates == ["2025-12-11", "2025-12-18", "2025-12-29"]  # 25 and 26 December are holidays
    assert set(found["set_by"]) == {"Area"}


def test_two_days_of_training_do_not_fall_on_a_weekend():
    own = pd.DataFrame(
        {"session_id": ["m1.training"], "first_date": pd.to_datetime(["2025-10-03"])}  # a Friday
    )
    found = events(own=own)
    dates = found.loc[found["session_id"].eq("m1.training"), "date"]
    assert [f"{date:%a %d}" for date in dates] == ["Fri 03", "Mon 06"]


def test_without_a_start_events_stay_without_dates():
    found = events(start=pd.NaT)
    assert len(found) == len(events())
    assert found["date"].isna().all()
    assert set(calendar.table(found).frame["when"]) == {"No date until the diagnostic has a start"}


def test_sessions_that_are_not_in_the_plan_are_not_in_the_calendar():
    off = pd.DataFrame({"activity_id": ["M2.4"], "on": [0]})
    plan = activities.tailored(reference.table("activities"), off)
    assert "m2.case_reviews" not in set(events(plan=plan)["session_id"])


@pytest.mark.parametrize(
    ("session", "runs", "until"),
    [("all.weekly_check_in", 4, "2025-09-22"), ("m1.holding", 7, "2025-10-07")],
)
def test_what_repeats_can_be_given_an_end(session, runs, until):
    own = pd.DataFrame({"session_id": [session], "how_many": [runs]})
    found = events(own=own).set_index("session_id")
    assert found.loc[session, "until"] == pd.Timestamp(until)


def test_the_table_of_the_calendar_says_when_in_words():
    frame = calendar.table(events()).frame.set_index("event")
    kick_off = frame.loc["System-wide kick-off"]
    assert (kick_off["when"], kick_off["length"]) == ("23 September 2025", "2 hours")
    assert frame.loc["Weekly check-in", "when"] == ("1 September 2025 to 1 March 2026, each week")


def test_every_line_is_short_and_ends_in_crlf():
    ics = text(events())
    assert ics.endswith("END:VCALENDAR\r\n")
    assert "\n" not in ics.replace("\r\n", "")
    assert max(len(line.encode("utf-8")) for line in ics.split("\r\n")) <= 75


def test_each_event_has_the_properties_that_the_standard_demands():
    ics = text(events())
    assert ics.count("BEGIN:VEVENT") == ics.count("END:VEVENT") == len(events())
    blocks = re.findall(r"BEGIN:VEVENT.*?END:VEVENT", ics.replace("\r\n ", ""), re.DOTALL)
    for block in blocks:
        assert len(re.findall(r"^UID:", block, re.MULTILINE)) == 1
        assert "DTSTAMP:20250820T000000Z" in block
        assert len(re.findall(r"^DTSTART;VALUE=DATE:\d{8}\r?$", block, re.MULTILINE)) == 1


def test_uids_are_stable_when_a_session_moves_and_differ_between_areas_and_events():
    own = pd.DataFrame(
        {"session_id": ["setup.kick_off"], "first_date": pd.to_datetime(["2025-09-10"])}
    )
    uids = [line for line in unfolded(text(events())) if line.startswith("UID:")]
    moved = [line for line in unfolded(text(events(own=own))) if line.startswith("UID:")]
    other = [line for line in unfolded(text(events(), area_code="991")) if line.startswith("UID")]
    assert sorted(uids) == sorted(moved)
    assert len(set(uids)) == len(uids)
    assert not set(uids) & set(other)


def test_the_same_calendar_is_the_same_to_the_byte():
    assert text(events()) == text(events())


def test_what_repeats_leaves_out_bank_holidays():
    lines = unfolded(text(events()))
    at = next(i for i, line in enumerate(lines) if line.startswith("UID:m2.holding"))
    block = lines[at : lines.index("END:VEVENT", at)]
    assert "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;UNTIL=20260104" in block
    assert "EXDATE;VALUE=DATE:20251225,20251226,20260101" in block


def test_events_without_a_date_are_left_out_of_the_text():
    assert "VEVENT" not in text(events(start=pd.NaT))


def test_a_calendar_without_the_day_of_its_run_is_refused():
    with pytest.raises(ValueError, match="needs the day of its run"):
        text(events(), stamp=pd.NaT)


@pytest.mark.parametrize(
    ("words", "escaped"),
    [
        ("a, b; c", r"a\, b\; c"),
        ("back\\slash", r"back\\slash"),
        ("two\nlines\r\nthree\rfour", r"two\nlines\nthree\nfour"),
        ("nul\x00 and bell\x07", "nul and bell"),
        ("END:VEVENT\r\nBEGIN:VALARM", r"END:VEVENT\nBEGIN:VALARM"),
    ],
)
def test_text_is_escaped(words, escaped):
    assert ical.escape(words) == escaped


def test_an_event_cannot_be_broken_out_of_by_its_title():
    found = events().assign(title="x\r\nEND:VEVENT\r\nBEGIN:VEVENT", attendees="y\nATTENDEE:z")
    lines = unfolded(text(found))
    assert lines.count("BEGIN:VEVENT") == len(found)
    assert not any(line.startswith("ATTENDEE") for line in lines)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=400))
def test_folding_keeps_every_character_and_never_splits_one(words):
    folded = ical.fold(words)
    assert folded.replace("\r\n ", "") == words
    assert all(len(line.encode("utf-8")) <= 75 for line in folded.split("\r\n"))


def catalogues():
    return {name: reference.table(name) for name in ical.CATALOGUES}


def tables(**own):
    return {name: own.get(name, pd.DataFrame()) for name in ical.TABLES}


def test_the_calendar_of_an_area_comes_from_its_settings_and_tables():
    area = Area(name="St. Helens", la_code="342", start="2025-09-01")
    own = pd.DataFrame(
        {"session_id": ["setup.kick_off"], "first_date": pd.to_datetime(["2025-09-10"])}
    )
    lines = unfolded(ical.area_calendar(area, tables(sessions=own), catalogues()))
    assert "X-WR-CALNAME:SEND diagnostic: St. Helens" in lines
    at = lines.index("UID:setup.kick_off.1.342@send-toolkit")
    assert lines[at + 2] == "DTSTART;VALUE=DATE:20250910"


def test_an_area_without_any_date_has_no_calendar_to_write():
    area = Area(name="St. Helens", la_code="342")
    assert ical.area_calendar(area, tables(), catalogues()) == ""

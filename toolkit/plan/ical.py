"""The calendar as the text of an iCalendar file (RFC 5545), for Outlook and the like.

The text holds sessions, dates and who takes part by role; no person is named. Hours of the
day are not known, so an event is a whole day and its title says how long it takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from toolkit.area import Area
from toolkit.plan import activities, calendar, sessions, setup_dates
from toolkit.plan.sessions import MODES, WHEN, say_length
from toolkit.plan.setup_tables import records

LINE = 75  # octets of a line, without its line break: RFC 5545, section 3.1
PRODUCT = "-//SEND Toolkit//Diagnostic calendar//EN"
TABLES = ("activities", "sessions")
CATALOGUES = ("activities", "sessions", "stages", "bank_holidays")
WORKDAYS = "MO,TU,WE,TH,FR"


def area_calendar(
    area: Area, tables: Mapping[str, pd.DataFrame], catalogues: Mapping[str, pd.DataFrame]
) -> str:
    """Return an area's whole calendar as the text of an .ics file; "" where nothing is dated.

    Args:
        area: The settings of the area.
        tables: Its set-up tables by name, those of `TABLES`; an empty one stands for none.
        catalogues: The reference tables by name, those of `CATALOGUES`.
    """
    plan = activities.tailored(
        catalogues["activities"], tables["activities"], switched_on=area.stages
    )
    used = sessions.in_use(catalogues["sessions"], tables["sessions"], plan)
    start = setup_dates.day(area.start, "start")
    periods = setup_dates.stage_periods(catalogues["stages"], start, plan, area.stages)
    holidays = setup_dates.holidays_of(catalogues["bank_holidays"])
    events = calendar.events(used, periods, holidays)
    if events["date"].isna().all():
        return ""
    stamp = start if not pd.isna(start) else events["date"].min()
    title = f"{'FICTIONAL DATA: ' if area.fictional else ''}SEND diagnostic: {area.name}"
    return calendar_text(
        events, area_code=area.la_code, title=title, stamp=stamp, holidays=holidays
    )


def calendar_text(
    events: pd.DataFrame,
    *,
    area_code: str,
    title: str,
    stamp: pd.Timestamp,
    holidays: pd.DatetimeIndex | None = None,
) -> str:
    """Return the text of an .ics file: CRLF lines, folded at 75 octets, UTF-8.

    Args:
        events: The events of `calendar.events`; those without a date are left out.
        area_code: Three-digit code of the LA, part of each UID. The UID of an event is made
            of its type and number alone, so a moved session replaces its old entry.
        title: Name of the calendar.
        stamp: The day of the run, for DTSTAMP; never the clock.
        holidays: Bank holidays, taken out of what repeats on working days.

    Raises:
        ValueError: The stamp is no date, so that the text could not be made twice alike.
    """
    if pd.isna(stamp):
        raise ValueError("a calendar needs the day of its run: set the start, or as_of")
    off = pd.DatetimeIndex([]) if holidays is None else holidays
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN"]
    lines += ["METHOD:PUBLISH", f"X-WR-CALNAME:{escape(title)}"]
    for row in records(events[events["date"].notna()]):
        lines += _event(row, area_code, stamp, off)
    lines.append("END:VCALENDAR")
    return "".join(f"{fold(line)}\r\n" for line in lines)


def _event(
    row: dict[str, Any], area_code: str, stamp: pd.Timestamp, holidays: pd.DatetimeIndex
) -> Iterator[str]:
    """Yield the lines of one event, unfolded."""
    yield "BEGIN:VEVENT"
    yield f"UID:{row['session_id']}.{row['number']}.{area_code}@send-toolkit"
    yield f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{row['date']:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{row['date'] + pd.Timedelta(days=1):%Y%m%d}"
    yield from _repetition(row, holidays)
    yield f"SUMMARY:{escape(_summary(row))}"
    how = f"How: {MODES[row['mode']]}. Stage: {WHEN[row['stage']]}. Date set by: {row['set_by']}."
    who = f"Who takes part: {row['attendees']}."
    yield f"DESCRIPTION:{escape(who)}\\n{escape(how)}"
    yield "TRANSP:TRANSPARENT"  # a proposal of a day does not mark the whole day as busy
    yield "END:VEVENT"


def _summary(row: dict[str, Any]) -> str:
    """Return the title of an event with its length."""
    none = float("nan")
    one = {"how_many": 1.0, "weekly_hours": none, "daily_hours": none}
    length = say_length(one | {"hours_each": row["hours"], "days_each": row["days"]})
    return row["title"] if length == "As required" else f"{row['title']} ({length})"


def _repetition(row: dict[str, Any], holidays: pd.DatetimeIndex) -> Iterator[str]:
    """Yield the rule of an event that repeats, and the bank holidays that it leaves out."""
    if not row["repeats"] or pd.isna(row["until"]):
        return
    days = f";BYDAY={WORKDAYS}" if row["repeats"] == "workdays" else ""
    yield f"RRULE:FREQ=WEEKLY{days};UNTIL={row['until']:%Y%m%d}"
    off = [date for date in holidays if row["date"] <= date <= row["until"]]
    if row["repeats"] == "weekly":
        off = [date for date in off if date.weekday() == row["date"].weekday()]
    if off:
        yield f"EXDATE;VALUE=DATE:{','.join(f'{date:%Y%m%d}' for date in off)}"


def escape(words: str) -> str:
    """Return words as a TEXT value: backslash, semicolon, comma and line break escaped."""
    plain = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    plain = plain.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(c for c in plain if c >= " " or c == "\t")  # control characters are not allowed


def fold(line: str) -> str:
    """Return a line cut into lines of at most 75 octets, never inside a character."""
    pieces, piece, size = [], "", 0
    for character in line:
        octets = len(character.encode("utf-8"))
        if size + octets > LINE:
            pieces.append(piece)
            piece, size = " ", 1  # a line that goes on starts with one blank, which counts
        piece, size = piece + character, size + octets
    return "\r\n".join([*pieces, piece])

"""The calendar of a diagnostic: when each session is held.

Dates that the area has not set are proposals: the first working day after the Monday of the
week that the catalogue names, one week apart. Times of day are never proposed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from toolkit.aggregate import Aggregate
from toolkit.plan.sessions import MODES, WHEN, say_length
from toolkit.plan.setup_dates import say_day, working_day_from, working_days
from toolkit.plan.setup_tables import plan_aggregate, records, unique, worded

HOLDING = {"m1.holding": "module_1", "m2.holding": "module_2"}
BRIEFED = ("module_1", "module_2", "module_3")  # a briefing at the end of each module
EVENT = ["session_id", "number", "title", "stage", "date", "hours", "days", "mode", "attendees"]
EVENT += ["set_by", "repeats", "until"]


def events(used: pd.DataFrame, periods: pd.DataFrame, holidays: pd.DatetimeIndex) -> pd.DataFrame:
    """Return the events of the calendar, by date; those without a date come last.

    Args:
        used: Sessions in use, of `sessions.in_use`.
        periods: First and last day of each stage, of `setup_dates.stage_periods`.
        holidays: Bank holidays, on which nothing is held.

    Returns:
        One row an event, a session of two days being two: session_id, number (1, 2, ... within
        the session type; stable), title, stage, date (NaT where nothing says), hours, days,
        mode, attendees, set_by ("Area" or "Default"), repeats ("", "weekly" or "workdays"),
        until (last day of what repeats). Sessions as required have no event.
    """
    spans = periods.set_index("stage")[["start", "end"]]
    found = [event for row in records(used) for event in _of_session(row, spans, holidays)]
    frame = pd.DataFrame(found, columns=EVENT)
    frame = frame.assign(date=pd.to_datetime(frame["date"]), until=pd.to_datetime(frame["until"]))
    return frame.sort_values("date", kind="stable", na_position="last").reset_index(drop=True)


def _of_session(
    row: dict[str, Any], spans: pd.DataFrame, holidays: pd.DatetimeIndex
) -> Iterator[dict[str, Any]]:
    """Yield the events of one type of session."""
    base = {key: row[key] for key in ("session_id", "stage", "mode", "attendees")}
    base |= {"set_by": "Default" if pd.isna(row["first_date"]) else "Area", "repeats": ""}
    base |= {"number": 1, "title": row["session"], "until": pd.NaT, "hours": row["hours_each"]}
    base |= {"days": float("nan")}
    if not pd.isna(row["weekly_hours"]) or not pd.isna(row["daily_hours"]):
        yield base | repeating(row, spans, holidays)
        return
    if pd.isna(row["first_week"]) and row["session_id"] != "all.briefings":
        return
    if pd.isna(row["how_many"]):
        return
    parts = _parts(row)
    starts = _starts(row, spans, holidays)
    for place, (part, date) in enumerate(_dates(starts, parts, holidays), start=1):
        many = len(starts) * len(parts)
        title = row["session"] if many == 1 else f"{row['session']}, {place} of {many}"
        yield base | {"number": place, "title": title, "date": date, "days": part}


def _parts(row: dict[str, Any]) -> list[float]:
    """Return the lengths in days of the days of one session; [nan] for one held in hours."""
    days = row["days_each"]
    if pd.isna(days):
        return [float("nan")]
    whole, rest = int(days), round(days % 1, 2)
    return [1.0] * whole + ([rest] if rest else [])


def _dates(
    starts: list[pd.Timestamp], parts: list[float], holidays: pd.DatetimeIndex
) -> Iterator[tuple[float, pd.Timestamp]]:
    """Yield the length and the date of each day of each session, on successive working days."""
    for start in starts:
        date = start
        for part in parts:
            yield part, date
            if not pd.isna(date):
                date = working_day_from(date + pd.Timedelta(days=1), holidays)


def _starts(
    row: dict[str, Any], spans: pd.DataFrame, holidays: pd.DatetimeIndex
) -> list[pd.Timestamp]:
    """Return the first day of each session of a type."""
    many = int(row["how_many"])
    if not pd.isna(row["first_date"]):
        weekly = [row["first_date"] + pd.Timedelta(days=7 * k) for k in range(many)]
        return weekly[:1] + [working_day_from(date, holidays) for date in weekly[1:]]
    if row["session_id"] == "all.briefings":
        modules = [BRIEFED[min(k, len(BRIEFED) - 1)] for k in range(many)]
        return [_in_last_week(spans, module, holidays) for module in modules]
    if row["first_week"] < 0:
        return [_in_last_week(spans, row["stage"], holidays)] * many
    weeks = [row["first_week"] - 1 + k for k in range(many)]
    return [_in_week(spans, row["stage"], week, holidays) for week in weeks]


def span(spans: pd.DataFrame, stage: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the first and the last day of a stage, or of all of them for "all"."""
    if stage == "all":
        return spans["start"].min(), spans["end"].max()
    return spans.loc[stage, "start"], spans.loc[stage, "end"]  # type: ignore[return-value]


def _in_week(
    spans: pd.DataFrame, stage: str, week: float, holidays: pd.DatetimeIndex
) -> pd.Timestamp:
    """Return the first working day after the first day of a week of a stage, weeks from 0.

    A stage that is shorter than that holds it in its last week.
    """
    start, end = span(spans, stage)
    date = start + pd.Timedelta(days=7 * week + 1)
    if pd.isna(date):
        return date
    return (
        working_day_from(date, holidays) if date <= end else _in_last_week(spans, stage, holidays)
    )


def _in_last_week(spans: pd.DataFrame, stage: str, holidays: pd.DatetimeIndex) -> pd.Timestamp:
    """Return the first working day from the fifth-last day of a stage, inside the stage."""
    start, end = span(spans, stage)
    if pd.isna(end):
        return end
    return working_day_from(max(end - pd.Timedelta(days=5), start), holidays)


def repeating(
    row: dict[str, Any], spans: pd.DataFrame, holidays: pd.DatetimeIndex
) -> dict[str, Any]:
    """Return the date, length and end of a session that is held every week or working day."""
    start, end = span(spans, HOLDING.get(row["session_id"], row["stage"]))
    weekly = not pd.isna(row["weekly_hours"])
    first = row["first_date"] if not pd.isna(row["first_date"]) else start
    first = first if pd.isna(first) else working_day_from(first, holidays)
    if not pd.isna(row["runs"]) and not pd.isna(first):
        end = _end_of_runs(first, int(row["runs"]), holidays, weekly=weekly)
    hours = row["weekly_hours"] if weekly else row["daily_hours"]
    return {
        "date": first,
        "until": end,
        "hours": hours,
        "repeats": "weekly" if weekly else "workdays",
    }


def _end_of_runs(
    first: pd.Timestamp, runs: int, holidays: pd.DatetimeIndex, *, weekly: bool
) -> pd.Timestamp:
    """Return the last of a number of weeks, or of working days, from the first."""
    if weekly:
        return first + pd.Timedelta(days=7 * (runs - 1))
    reach = first + pd.Timedelta(days=2 * runs + 30)  # beyond any weekends and bank holidays
    return working_days(first, reach, holidays)[runs - 1]


def table(found: pd.DataFrame) -> Aggregate:
    """Return the calendar as a table: event, stage, date, length, how, and who set the date."""
    frame = found.assign(
        event=unique(found["title"]),
        stage=worded(found["stage"], WHEN),
        mode=worded(found["mode"], MODES),
        when=[_say_when(row) for row in records(found)],
        length=[_say_event(row) for row in records(found)],
    )
    return plan_aggregate(
        frame,
        "Calendar of the diagnostic",
        ["event"],
        {
            "stage": ("Stage", "text"),
            "when": ("When", "text"),
            "length": ("Length", "text"),
            "mode": ("How", "text"),
            "set_by": ("Date set by", "text"),
            "attendees": ("Who takes part", "text"),
        },
        method=(
            "Default dates are proposals in the catalogue's week of each stage, moved off "
            "weekends and bank holidays; the area's own dates stand as given."
        ),
    )


def _say_when(row: dict[str, Any]) -> str:
    """Return when an event is held, in words."""
    first = say_day(row["date"], "No date until the diagnostic has a start")
    if not row["repeats"] or pd.isna(row["until"]) or pd.isna(row["date"]):
        return first
    every = "each week" if row["repeats"] == "weekly" else "each working day"
    return f"{first} to {say_day(row['until'])}, {every}"


def _say_event(row: dict[str, Any]) -> str:
    """Return how long one event takes, in words."""
    none = float("nan")
    one = {"how_many": 1.0, "weekly_hours": none, "daily_hours": none}
    length = say_length(one | {"hours_each": row["hours"], "days_each": row["days"]})
    return "No set length" if length == "As required" else length

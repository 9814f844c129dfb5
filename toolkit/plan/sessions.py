"""The 18 types of session: how long they take by default, and as this area has set them.

Lengths are those of the diagnostic pack, which calls them purely indicative: every one can
be changed in the table `sessions`, and what was changed is marked.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from toolkit.aggregate import Aggregate
from toolkit.plan.setup_tables import (
    STAGES,
    entered,
    number,
    plan_aggregate,
    records,
    text,
    worded,
)

HOURS_A_DAY = 7.4  # 37 hours a week over five days: the NJC "Green Book" for local government
WHEN = {**STAGES, "all": "Throughout"}
MODES = {"in person": "In person", "virtual": "Virtual", "any": "As agreed"}
LENGTHS = ["how_many", "hours_each", "days_each", "weekly_hours", "daily_hours"]


def in_use(
    catalogue: pd.DataFrame,
    own: pd.DataFrame | None = None,
    plan: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the sessions with their default and their length in use.

    Args:
        catalogue: session_id, session, stage, how_many, hours_each, days_each, weekly_hours,
            daily_hours, mode, roles, attendees, fixed, first_week, activity_id.
        own: The table `sessions`: session_id, hours, how_many, first_date, why. Hours stand
            for one session: a week of a weekly one, a day of a daily one. For a session in
            days they are turned into days of 7.4 hours. `how_many` counts sessions, weeks of
            a weekly one, or days of a daily one.
        plan: The tailored plan of `activities.tailored`: activity_id, stage, on. A session
            whose activity, or whose whole stage, is off takes no time. None: all are on.

    Returns:
        The catalogue's columns, those of length as in use; default_hours and default_days,
        hours and days (each missing where the length is open), runs (how many weeks or days
        of a weekly or daily session the area has set; missing by default), in_plan, counted
        (in the totals), changed (bool), first_date, why.
    """
    rows = catalogue.assign(**{column: number(catalogue[column]) for column in LENGTHS})
    rows = rows.assign(fixed=number(rows["fixed"]).eq(1), first_week=number(rows["first_week"]))
    rows = _totals(rows).rename(columns={"hours": "default_hours", "days": "default_days"})
    table = entered(own, ["session_id", "hours", "how_many", "first_date", "why"])
    table = table.set_index("session_id")[["hours", "how_many", "first_date", "why"]]
    table = table.reindex(rows["session_id"]).set_axis(rows.index)
    hours, times = number(table["hours"]), number(table["how_many"])
    in_plan = _in_plan(rows, plan)
    used = _totals(_left_out(_overridden(rows, hours, times), in_plan))
    used = used.assign(hours=used["hours"].mask(~in_plan & used["days"].isna(), 0.0))
    runs = times.where(repeats(used))
    decided = used["hours"].notna() | used["days"].notna()
    return used.assign(
        runs=runs,
        in_plan=in_plan,
        counted=decided & (rows["fixed"] | hours.notna() | times.notna()) & ~repeats(rows),
        changed=_differs(rows, used) | runs.notna(),
        first_date=pd.to_datetime(table["first_date"]),
        why=text(table["why"]),
    )


def _in_plan(rows: pd.DataFrame, plan: pd.DataFrame | None) -> pd.Series:
    """Return whether the activity of a session is on; without one, whether its stage is."""
    if plan is None:
        return pd.Series(True, index=rows.index)
    activities = set(plan.loc[plan["on"], "activity_id"])
    stages = {"all", *plan.loc[plan["on"], "stage"]}
    has_activity = text(rows["activity_id"]).ne("")
    return rows["activity_id"].isin(activities).where(has_activity, rows["stage"].isin(stages))


def _left_out(rows: pd.DataFrame, in_plan: pd.Series) -> pd.DataFrame:
    """Return the sessions with none held of those that are not in the plan."""
    return rows.assign(
        how_many=rows["how_many"].where(in_plan, 0.0),
        weekly_hours=rows["weekly_hours"].where(in_plan),
        daily_hours=rows["daily_hours"].where(in_plan),
    )


def _overridden(rows: pd.DataFrame, hours: pd.Series, times: pd.Series) -> pd.DataFrame:
    """Return the sessions with the area's hours and number in place of the defaults."""
    in_days, weekly = rows["days_each"].notna(), rows["weekly_hours"].notna()
    daily = rows["daily_hours"].notna()
    once = hours.notna() & rows["how_many"].isna() & times.isna() & rows["hours_each"].isna()
    plain = ~(in_days | weekly | daily)
    return rows.assign(
        days_each=rows["days_each"].where(~in_days | hours.isna(), hours / HOURS_A_DAY),
        weekly_hours=rows["weekly_hours"].where(~weekly | hours.isna(), hours),
        daily_hours=rows["daily_hours"].where(~daily | hours.isna(), hours),
        hours_each=rows["hours_each"].where(~plain | hours.isna(), hours),
        how_many=times.fillna(rows["how_many"]).mask(once & plain, 1.0).where(~weekly & ~daily),
    )


def _totals(rows: pd.DataFrame) -> pd.DataFrame:
    """Add `hours` and `days` of all the sessions of a type; missing where the length is open."""
    return rows.assign(
        hours=rows["how_many"] * rows["hours_each"], days=rows["how_many"] * rows["days_each"]
    )


def repeats(rows: pd.DataFrame) -> pd.Series:
    """Return whether a session is held every week or every day."""
    return rows["weekly_hours"].notna() | rows["daily_hours"].notna()


def _differs(before: pd.DataFrame, after: pd.DataFrame) -> pd.Series:
    """Return whether any length of a session differs between two frames."""
    same = before[LENGTHS].eq(after[LENGTHS]) | (before[LENGTHS].isna() & after[LENGTHS].isna())
    return ~same.all(axis="columns")


def say_length(row: dict[str, Any]) -> str:
    """Return the length of a type of session in words, as in "3 x 4 hours"."""
    many = row["how_many"]
    if many == 0:
        return "Not in this area's plan"
    if not pd.isna(row["weekly_hours"]):
        return f"{row['weekly_hours'] * 60:g} minutes a week"
    if not pd.isna(row["daily_hours"]):
        return f"{_count(row['daily_hours'], 'hour')} a working day"
    each = _count(row["days_each"], "day") if not pd.isna(row["days_each"]) else ""
    each = each or (_count(row["hours_each"], "hour") if not pd.isna(row["hours_each"]) else "")
    if not each:
        return "As required"
    if pd.isna(many):
        return f"{each} each, how many to be decided"
    return each if many == 1 else f"{many:g} x {each}"


def _in_all(row: dict[str, Any]) -> str:
    """Return the time of all the sessions of a type in words; "Open" where it is not known."""
    if not row["in_plan"]:
        return ""
    if not pd.isna(row["days"]):
        return _count(row["days"], "day")
    if not pd.isna(row["hours"]):
        return _count(row["hours"], "hour")
    repeated = not pd.isna(row["weekly_hours"]) or not pd.isna(row["daily_hours"])
    return "" if repeated else "Open"


def _count(amount: float, unit: str) -> str:
    """Return an amount with its unit, as in "half a day", "1 hour", "2 days"."""
    if amount == 0.5:
        return f"half {'an' if unit == 'hour' else 'a'} {unit}"
    shown = f"{amount:.2f}".rstrip("0").rstrip(".")
    return f"{shown} {unit}" if amount == 1 else f"{shown} {unit}s"


def table(catalogue: pd.DataFrame, used: pd.DataFrame) -> Aggregate:
    """Return every type of session: the default length beside the length in use, and why.

    Args:
        catalogue: The catalogue of sessions.
        used: The sessions in use, of `in_use`.
    """
    plain = catalogue.assign(**{column: number(catalogue[column]) for column in LENGTHS})
    in_words = [say_length(row) for row in records(used)]
    runs = used["runs"].map(lambda times: "" if pd.isna(times) else f", {times:g} times")
    frame = used.assign(
        default=[say_length(row) for row in records(plain)],
        used=pd.Series(in_words, index=used.index) + runs,
        mode=worded(used["mode"], MODES),
        in_all=[_in_all(row) for row in records(used)],
        change=used["changed"].map({True: "Changed", False: ""}),
    )
    return plan_aggregate(
        frame,
        "Types of session",
        ["stage", "session"],
        {
            "default": ("By default", "text"),
            "used": ("In this area", "text"),
            "change": ("Changed", "text"),
            "why": ("Why", "text"),
            "mode": ("How", "text"),
            "in_all": ("In all", "text"),
            "attendees": ("Who takes part", "text"),
        },
        method="Lengths are indicative; the area's own replace them and are marked.",
        labels={"stage": WHEN},
    )

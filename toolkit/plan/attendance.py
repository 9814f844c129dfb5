"""Who was asked to the kick-off and to the training, and who came.

The table `attendance` holds posts and bodies, one row for each and session. Nobody's name is
asked for, and nothing here counts a child.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from toolkit.aggregate import Aggregate
from toolkit.plan.setup_dates import say_day
from toolkit.plan.setup_tables import (
    GROUPS,
    OWN,
    PACK,
    counted,
    entered,
    number,
    plan_aggregate,
    records,
    text,
)

KICK_OFF = "setup.kick_off"
# The pack asks the SEND lead and these groups to the kick-off; children and young people may
# come, but are not asked to sit through it.
KICK_OFF_GROUPS = ("la", "education", "health", "parent_carers")
TRAINING = ("m1.training", "m2.training")
NEEDED = ["session_id", "attendee", "stakeholder_group", "attended"]


def _rows(attendance: pd.DataFrame | None, session_id: str) -> pd.DataFrame:
    """Return the attendance at one session: attendee, group, came (bool)."""
    rows = entered(attendance, NEEDED)
    rows = rows[text(rows["session_id"]).eq(session_id)]
    return pd.DataFrame(
        {
            "attendee": text(rows["attendee"]),
            "group": text(rows["stakeholder_group"], "not_said"),
            "came": rows["attended"].eq(1),
        }
    )


def by_group(attendance: pd.DataFrame | None, session_id: str) -> Aggregate:
    """Return for each group how many were asked to a session and how many came."""
    rows = _rows(attendance, session_id)
    labels = {**GROUPS, "not_said": "Group not said"}
    counts = rows.groupby("group").agg(asked=("came", "size"), came=("came", "sum"))
    present = [group for group in labels if group in GROUPS or group in counts.index]
    frame = counts.reindex(present, fill_value=0).astype("float64")
    frame = frame.rename_axis("group").reset_index()
    frame = frame.assign(
        standing=[_standing(row, needed=row["group"] in KICK_OFF_GROUPS) for row in records(frame)]
    )
    return plan_aggregate(
        frame,
        f"Attendance at {session_id}",
        ["group"],
        {
            "standing": ("Standing", "text"),
            "asked": ("Asked", "number"),
            "came": ("Came", "number"),
        },
        method="Posts and bodies, as entered; one that was asked and did not come counts as asked.",
        labels={"group": labels},
    )


def _standing(row: dict[str, Any], *, needed: bool) -> str:
    """Return in words whether a group was there."""
    if row["came"]:
        return "There"
    if row["asked"]:
        return "Asked, did not come"
    return "Not asked" if needed else "Not needed"


def kick_off(attendance: pd.DataFrame | None, send_lead: str = "") -> Aggregate:
    """Return one row: whether the SEND lead and each group that the pack asks for came.

    Args:
        attendance: The table `attendance`.
        send_lead: The post of the SEND lead in the area's settings. An attendee counts as
            the SEND lead when it is that post, or says "SEND lead".
    """
    rows = _rows(attendance, KICK_OFF)
    posts = rows.loc[rows["came"], "attendee"].str.casefold()
    wanted = {"send lead", send_lead.strip().casefold()} - {""}
    lead = any(any(post in found for post in wanted) for found in posts)
    came = set(rows.loc[rows["came"], "group"])
    groups = float(sum(group in came for group in KICK_OFF_GROUPS))
    return counted(
        {
            "lead": ("there" if lead else "not recorded as there", "SEND lead", "text"),
            "groups": (groups, "Groups there", "number"),
            "needed": (float(len(KICK_OFF_GROUPS)), "Groups needed", "number"),
            "asked": (float(len(rows)), "Asked", "number"),
            "came": (float(rows["came"].sum()), "Came", "number"),
        },
        "Kick-off, counted",
        method="Needed: SEND lead, local authority, education, health, parents and carers.",
        sources=(OWN, PACK),
    )


def agenda(items: pd.DataFrame, hours: float) -> Aggregate:
    """Return the kick-off's agenda, its minutes stretched to the hours that the area has set.

    Args:
        items: Catalogue: item, minutes, led_by, purpose. The minutes sum to two hours.
        hours: Length of the kick-off in use.
    """
    minutes = number(items["minutes"])
    scaled = minutes * (hours * 60 / minutes.sum())
    ends = scaled.cumsum()
    frame = items.assign(
        minutes=scaled,
        clock=[f"{round(e - m)} to {round(e)}" for e, m in zip(ends, scaled, strict=True)],
    )
    return plan_aggregate(
        frame,
        "Agenda of the kick-off",
        ["item"],
        {
            "clock": ("Minutes from the start", "text"),
            "led_by": ("Led by", "text"),
            "purpose": ("So that", "text"),
            "minutes": ("Minutes", "number"),
        },
        method="The items share the length of the session in fixed proportion.",
        source="reference",
        sources=(PACK,),
    )


def training(sessions: pd.DataFrame, attendance: pd.DataFrame | None) -> Aggregate:
    """Return for the training of Modules 1 and 2: days, first date, how many asked and came.

    Args:
        sessions: Sessions in use, of `sessions.in_use`: session_id, session, days, first_date.
        attendance: The table `attendance`, or None.
    """
    rows = sessions[sessions["session_id"].isin(TRAINING)]
    counts = [_rows(attendance, session) for session in rows["session_id"]]
    frame = rows.assign(
        first=[say_day(date, "By default; see the calendar") for date in rows["first_date"]],
        asked=[float(len(part)) for part in counts],
        came=[float(part["came"].sum()) for part in counts],
    )
    return plan_aggregate(
        frame,
        "Training",
        ["session"],
        {
            "days": ("Days in person", "days"),
            "first": ("First day", "text"),
            "asked": ("Asked", "number"),
            "came": ("Came", "number"),
        },
        method="Days from the catalogue unless the area changed them; attendance as entered.",
    )

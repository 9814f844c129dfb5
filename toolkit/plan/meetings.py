"""The weekly reviews of set-up: what was agreed, who does it, and what is late."""

from __future__ import annotations

import pandas as pd

from toolkit.aggregate import Aggregate
from toolkit.plan.setup_dates import say_day, say_days
from toolkit.plan.setup_tables import (
    OWN,
    STATUS,
    counted,
    entered,
    plan_aggregate,
    text,
    unique,
    worded,
)

NEEDED = ["meeting_date", "action", "owner", "due", "status"]


def actions(meetings: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return the actions in order of meeting, with `done` and `overdue`.

    Args:
        meetings: The table `meetings`: meeting_date, action, owner, due, status.
        as_of: The day from which overdue is judged; NaT: nothing is overdue.
    """
    rows = entered(meetings, NEEDED)
    status = text(rows["status"], "not_started")
    due = pd.to_datetime(rows["due"])
    done = status.eq("done")
    late = due.lt(as_of) if not pd.isna(as_of) else pd.Series(False, index=rows.index)
    made = rows.assign(
        meeting_date=pd.to_datetime(rows["meeting_date"]),
        action=text(rows["action"]),
        owner=text(rows["owner"]),
        due=due,
        status=status,
        done=done,
        overdue=late & ~done,
    )
    return made.sort_values("meeting_date", kind="stable").reset_index(drop=True)


def log(rows: pd.DataFrame, as_of: pd.Timestamp) -> Aggregate:
    """Return the action log: late ones first, then open ones, then those that are done."""
    ordered = rows.assign(rank=rows["done"].astype("int64") - rows["overdue"].astype("int64"))
    ordered = ordered.sort_values(["rank", "meeting_date"], kind="stable")
    frame = pd.DataFrame(
        {
            "action": unique(ordered["action"]),
            "agreed": say_days(ordered["meeting_date"]),
            "owner": text(ordered["owner"], "No owner yet"),
            "due": say_days(ordered["due"]),
            "status": worded(ordered["status"], STATUS, "Not started"),
            "late": ordered["overdue"].map({True: "Overdue", False: ""}),
        }
    )
    return plan_aggregate(
        frame,
        "Actions of the weekly reviews",
        ["action"],
        {
            "agreed": ("Agreed on", "text"),
            "owner": ("Owner", "text"),
            "due": ("Due", "text"),
            "status": ("Status", "text"),
            "late": ("Overdue", "text"),
        },
        method=_method(as_of),
        sources=(OWN,),
    )


def progress(rows: pd.DataFrame, as_of: pd.Timestamp) -> Aggregate:
    """Return one row: meetings held, actions agreed, done, open and overdue."""
    done, agreed = float(rows["done"].sum()), float(len(rows))
    held = float(rows["meeting_date"].dropna().nunique())
    return counted(
        {
            "meetings": (held, "Weekly reviews held", "number"),
            "actions": (agreed, "Actions agreed", "number"),
            "done": (done, "Done", "number"),
            "open": (agreed - done, "Open", "number"),
            "overdue": (float(rows["overdue"].sum()), "Overdue", "number"),
        },
        "Actions of the weekly reviews, counted",
        method=_method(as_of),
    )


def _method(as_of: pd.Timestamp) -> str:
    """Return how overdue is judged, in one sentence."""
    return f"Overdue: not done, and due before {say_day(as_of, 'the run, whose day is not set')}."

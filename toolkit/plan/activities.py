"""Which of the 27 key activities an area does, by whom, when, and what it has already.

Each function takes the catalogue of activities and the area's own tables, and returns a new
frame or an aggregate. Without the area's tables the catalogue's defaults stand.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from toolkit.aggregate import Aggregate, Unit
from toolkit.plan.setup_dates import say_days
from toolkit.plan.setup_tables import (
    PACK,
    STAGES,
    entered,
    plan_aggregate,
    records,
    text,
    worded,
)

STRENGTH = {"full": "Full evidence", "partial": "Partial evidence", "none": "No evidence"}
COVERED = "Pre-existing evidence"
MONTHS_SHOWN = 18  # a wider table than this cannot be read on paper


def tailored(
    catalogue: pd.DataFrame,
    chosen: pd.DataFrame | None = None,
    existing: pd.DataFrame | None = None,
    switched_on: Iterable[str] | None = None,
) -> pd.DataFrame:
    """Return the tailored plan: every activity of the catalogue, in its order.

    Args:
        catalogue: activity_id, name, stage, starred, notebook.
        chosen: The table `activities`: activity_id, on, owner, start, end.
        existing: The table `existing_evidence`: activity_id, strength.
        switched_on: Stages that the area runs; the activities of the others are off.

    Returns:
        The catalogue's columns and on (bool), owner (text), start and end (dates), evidence
        ("full", "partial", "none" or ""), and standing, in words.
    """
    runs = set(STAGES if switched_on is None else switched_on)
    own = entered(chosen, ["activity_id", "on", "owner", "start", "end"])
    own = own[["activity_id", "on", "owner", "start", "end"]]
    plan = catalogue.merge(own, on="activity_id", how="left", validate="1:1")
    wanted = pd.to_numeric(plan["on"], errors="coerce").fillna(1).astype("int64").eq(1)
    plan = plan.assign(
        starred=pd.to_numeric(plan["starred"]).eq(1),
        on=wanted & plan["stage"].isin(runs),
        owner=text(plan["owner"]),
        start=pd.to_datetime(plan["start"]),
        end=pd.to_datetime(plan["end"]),
        evidence=worded(plan["activity_id"], best_evidence(existing)),
    )
    return plan.assign(standing=[_standing(row) for row in records(plan)])


def best_evidence(existing: pd.DataFrame | None) -> dict[str, str]:
    """Return for each activity the strongest evidence that already exists for it."""
    rows = entered(existing, ["activity_id", "strength"])
    rank = {"none": 0, "partial": 1, "full": 2}
    found: dict[str, str] = {}
    for activity, strength in zip(text(rows["activity_id"]), text(rows["strength"]), strict=True):
        if strength in rank and rank[strength] >= rank[found.get(activity, "none")]:
            found[activity] = strength
    return found


def _standing(row: dict[str, Any]) -> str:
    """Return in words where an activity stands, from its row of the tailored plan."""
    if row["evidence"] == "full":
        return COVERED
    if not row["on"]:
        return "Not in this area's plan"
    missing = [] if row["owner"] else ["owner"]
    missing += ["dates"] if pd.isna(row["start"]) or pd.isna(row["end"]) else []
    part = "Partly covered by evidence; " if row["evidence"] == "partial" else ""
    state = "planned" if not missing else f"{' and '.join(missing)} still to be set"
    return (part + state)[0].upper() + (part + state)[1:]


def plan_table(plan: pd.DataFrame) -> Aggregate:
    """Return the tailored plan as a table: stage, activity, in the plan, owner, dates, standing."""
    frame = plan.assign(
        activity=plan["name"],
        in_plan=plan["on"].map({True: "Yes", False: "No"}),
        checklist=plan["starred"].map({True: "Yes", False: "No"}),
        owner=text(plan["owner"], "No owner yet"),
        starts=say_days(plan["start"]),
        ends=say_days(plan["end"]),
    )
    return plan_aggregate(
        frame,
        "Key activities of the diagnostic",
        ["stage", "activity"],
        {
            "standing": ("Standing", "text"),
            "in_plan": ("In the plan", "text"),
            "owner": ("Owner", "text"),
            "starts": ("Starts", "text"),
            "ends": ("Ends", "text"),
            "checklist": ("On the checklist", "text"),
            "notebook": ("Notebook", "text"),
        },
        method="Every activity is in the plan until the area takes it out or its stage is off.",
        labels={"stage": STAGES},
    )


def guide_table(catalogue: pd.DataFrame) -> Aggregate:
    """Return why and how each activity is done, in the catalogue's order."""
    return plan_aggregate(
        catalogue.assign(activity=catalogue["name"]),
        "Key activities: why and how",
        ["stage", "activity"],
        {"why": ("Why", "text"), "how": ("How", "text")},
        method="Facts of the diagnostic pack in the Toolkit's own words.",
        source="reference",
        sources=(PACK,),
        labels={"stage": STAGES},
    )


def timeline(plan: pd.DataFrame, periods: pd.DataFrame) -> Aggregate:
    """Return when each activity of the plan runs: its days, and a column for each month.

    A month reads "Set" where the area dated the activity, "Proposed" where the dates are
    those of its stage, and is blank where the activity does not run. At most 18 months are
    shown, from the first. Without any date there are no months.

    Args:
        plan: The tailored plan of `tailored`.
        periods: First and last day of each stage, of `setup_dates.stage_periods`.
    """
    rows = plan[plan["on"]].merge(periods, on="stage", how="left", suffixes=("", "_stage"))
    dated = rows["start"].notna() & rows["end"].notna()
    rows = rows.assign(
        start=rows["start"].where(dated, rows["start_stage"]),
        end=rows["end"].where(dated, rows["end_stage"]),
        word=dated.map({True: "Set", False: "Proposed"}),
    )
    months = _months(rows)
    marks = {f"m{month:%Y%m}": _runs_in(rows, month) for month in months}
    headings: dict[str, tuple[str, Unit]] = {
        f"m{month:%Y%m}": (f"{month:%b %Y}", "text") for month in months
    }
    days = {"starts": _short(rows["start"]), "ends": _short(rows["end"])}
    return plan_aggregate(
        rows.assign(activity=rows["name"], **marks, **days),
        "When each activity runs",
        ["stage", "activity"],
        {"starts": ("Starts", "text"), "ends": ("Ends", "text"), **headings},
        method="Dates that the area has not set are those of the stage, as a proposal.",
        labels={"stage": STAGES},
    )


def _short(dates: pd.Series) -> pd.Series:
    """Return dates in few letters, as in "1 Sep 2025", since the months need the room."""
    return dates.map(lambda d: "Not set" if pd.isna(d) else f"{d.day} {d:%b %Y}").astype("object")


def _months(rows: pd.DataFrame) -> list[pd.Timestamp]:
    """Return the firsts of the months that the activities span, at most 18."""
    if rows["start"].isna().all():
        return []
    first = rows["start"].min().replace(day=1)
    return list(pd.date_range(first, rows["end"].max(), freq="MS"))[:MONTHS_SHOWN]


def _runs_in(rows: pd.DataFrame, month: pd.Timestamp) -> pd.Series:
    """Return the word of each activity that runs on any day of the month, "" for the others."""
    last = month + pd.offsets.MonthEnd(0)
    return rows["word"].where(rows["start"].le(last) & rows["end"].ge(month), "")

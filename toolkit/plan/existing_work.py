"""Work that an area already has under way, and how much of each activity it covers."""

from __future__ import annotations

import pandas as pd

from toolkit.aggregate import Aggregate
from toolkit.plan.activities import COVERED, STRENGTH, best_evidence
from toolkit.plan.setup_dates import say_days
from toolkit.plan.setup_tables import (
    OWN,
    STAGES,
    counted,
    entered,
    plan_aggregate,
    text,
    unique,
    worded,
)


def register(existing: pd.DataFrame, catalogue: pd.DataFrame) -> Aggregate:
    """Return the existing diagnostics and plans, each with the activity that it covers."""
    rows = entered(existing, ["title", "date", "owner", "activity_id", "strength"])
    names = dict(zip(catalogue["activity_id"], catalogue["name"], strict=True))
    frame = pd.DataFrame(
        {
            "title": unique(text(rows["title"])),
            "covers": worded(rows["activity_id"], names, "No activity of the catalogue"),
            "strength": worded(rows["strength"], STRENGTH, "Not judged yet"),
            "date": say_days(rows["date"], "Not dated"),
            "owner": text(rows["owner"], "Not named"),
        }
    )
    return plan_aggregate(
        frame,
        "Work already under way",
        ["title"],
        {
            "covers": ("Activity that it covers", "text"),
            "strength": ("How fully", "text"),
            "date": ("Dated", "text"),
            "owner": ("Held by", "text"),
        },
        method="Entered by the area; how fully it covers the activity is the area's judgement.",
        sources=(OWN,),
    )


def gaps(catalogue: pd.DataFrame, existing: pd.DataFrame | None) -> Aggregate:
    """Return for each activity how many pieces of work bear on it, and whether it is covered.

    Full evidence reads "Pre-existing evidence", so that the activity can be left out; nothing
    at all reads "To be done", never "missing".
    """
    rows = entered(existing, ["activity_id", "strength"])
    counts = text(rows["activity_id"]).value_counts()
    best = worded(catalogue["activity_id"], best_evidence(existing))
    words = {"full": COVERED, "partial": "Partly covered; do the rest"}
    frame = catalogue.assign(
        activity=catalogue["name"],
        works=catalogue["activity_id"].map(counts).fillna(0).astype("float64"),
        verdict=worded(best, words, "To be done"),
    )
    return plan_aggregate(
        frame,
        "Evidence that exists for each activity",
        ["stage", "activity"],
        {"verdict": ("Evidence so far", "text"), "works": ("Pieces of work", "number")},
        method="The strongest piece of work decides: full, partial or none.",
        labels={"stage": STAGES},
    )


def stage_tracker(stages: pd.DataFrame, plan: pd.DataFrame, periods: pd.DataFrame) -> Aggregate:
    """Return the five stages in order: their question, period, and how their activities stand.

    Args:
        stages: Catalogue: stage, order, question.
        plan: The tailored plan of `activities.tailored`.
        periods: First and last day of each stage, of `setup_dates.stage_periods`.
    """
    ordered = stages.assign(order=pd.to_numeric(stages["order"])).sort_values("order")
    by_stage = plan.assign(
        covered=plan["evidence"].eq("full"),
        owned=plan["on"] & plan["owner"].ne(""),
    ).groupby("stage")[["on", "covered", "owned"]]
    counts = by_stage.sum().astype("float64").reset_index()
    frame = ordered[["stage", "question"]].merge(counts, on="stage", how="left")
    frame = frame.merge(periods[["stage", "start", "end"]], on="stage", how="left")
    frame = frame.assign(
        listed=frame["stage"].map(plan.groupby("stage").size()).astype("float64"),
        starts=say_days(frame["start"]),
        ends=say_days(frame["end"]),
    )
    return plan_aggregate(
        frame,
        "Stages of the diagnostic",
        ["stage"],
        {
            "question": ("Question", "text"),
            "starts": ("Starts", "text"),
            "ends": ("Ends", "text"),
            "listed": ("Key activities", "number"),
            "on": ("In the plan", "number"),
            "owned": ("With an owner", "number"),
            "covered": ("Already covered", "number"),
        },
        method="Counted from the tailored plan; dates follow one another unless the area set them.",
        labels={"stage": STAGES},
    )


def coverage(plan: pd.DataFrame) -> Aggregate:
    """Return one row of counts over the whole plan: listed, in the plan, owned, dated, covered."""
    dated = plan["start"].notna() & plan["end"].notna()
    owned = plan["on"] & plan["owner"].ne("")
    return counted(
        {
            "listed": (float(len(plan)), "Key activities", "number"),
            "on": (float(plan["on"].sum()), "In the plan", "number"),
            "owned": (float(owned.sum()), "With an owner", "number"),
            "dated": (float((plan["on"] & dated).sum()), "With dates", "number"),
            "covered": (float(plan["evidence"].eq("full").sum()), "Already covered", "number"),
        },
        "Key activities of the diagnostic, counted",
        method="Counted from the tailored plan.",
    )

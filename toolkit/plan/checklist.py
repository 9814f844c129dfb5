"""The set-up checklist: the starred activities, how far each is, and what is overdue."""

from __future__ import annotations

import pandas as pd

from toolkit.aggregate import Aggregate
from toolkit.evidence import Finding
from toolkit.plan.activities import COVERED
from toolkit.plan.setup_dates import say_day, say_days
from toolkit.plan.setup_tables import STAGES, STATUS, cells, counted, entered, plan_aggregate, text

METHOD = (
    "Complete means done, or covered by full evidence that existed before. Overdue means "
    "neither, with a due date before {day}."
)


def items(plan: pd.DataFrame, checklist: pd.DataFrame | None, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return the starred activities with their status, owner, due date and three flags.

    Args:
        plan: The tailored plan of `activities.tailored`.
        checklist: The table `checklist`: activity_id, status, owner, due.
        as_of: The day from which overdue is judged; NaT: nothing is overdue.

    Returns:
        One row a starred activity: activity_id, name, stage, status (words), owner, due,
        counts (it is in the plan or covered), complete, overdue. An owner who is missing in
        the checklist is taken from the plan.
    """
    own = entered(checklist, ["activity_id", "status", "owner", "due"])
    own = own[["activity_id", "status", "owner", "due"]].rename(columns={"owner": "own_owner"})
    rows = plan[plan["starred"]].merge(own, on="activity_id", how="left", validate="1:1")
    covered = rows["evidence"].eq("full")
    status = text(rows["status"], "not_started")
    due = pd.to_datetime(rows["due"])
    counts = rows["on"] | covered
    complete = counts & (covered | status.eq("done"))
    late = due.lt(as_of) if not pd.isna(as_of) else pd.Series(False, index=rows.index)
    owner = text(rows["own_owner"])
    return rows.assign(
        status=status.map(STATUS)
        .where(rows["on"], "Not in this area's plan")
        .where(~covered, COVERED),
        owner=owner.where(owner.ne(""), rows["owner"]),
        due=due,
        counts=counts,
        complete=complete,
        overdue=counts & ~complete & late,
    )[["activity_id", "name", "stage", "status", "owner", "due", "counts", "complete", "overdue"]]


def table(rows: pd.DataFrame, as_of: pd.Timestamp) -> Aggregate:
    """Return the checklist as a table, in the order of the catalogue, overdue items marked."""
    frame = rows.assign(
        activity=rows["name"],
        due=say_days(rows["due"]),
        owner=text(rows["owner"], "No owner yet"),
        overdue=rows["overdue"].map({True: "Overdue", False: ""}),
    )
    return plan_aggregate(
        frame,
        "Set-up checklist",
        ["stage", "activity"],
        {
            "status": ("Status", "text"),
            "owner": ("Owner", "text"),
            "due": ("Due", "text"),
            "overdue": ("Overdue", "text"),
        },
        method=METHOD.format(day=say_day(as_of, "the day of the run, which is not set")),
        labels={"stage": STAGES},
    )


def progress(rows: pd.DataFrame, as_of: pd.Timestamp) -> Aggregate:
    """Return one row: items complete, items that count, overdue, unowned, and the % complete.

    Items that the area has taken out of its plan do not count. Where none counts, the
    percentage is missing.
    """
    done, all_items = float(rows["complete"].sum()), float(rows["counts"].sum())
    unowned = rows["counts"] & rows["owner"].eq("")
    return counted(
        {
            "complete": (done, "Complete", "number"),
            "counted": (all_items, "Items in the plan", "number"),
            "overdue": (float(rows["overdue"].sum()), "Overdue", "number"),
            "unowned": (float(unowned.sum()), "Without an owner", "number"),
            "share": (100 * done / all_items if all_items else float("nan"), "Complete", "%"),
        },
        "Set-up checklist, counted",
        method=METHOD.format(day=say_day(as_of, "the day of the run, which is not set")),
    )


def finding(made: Aggregate) -> Finding:
    """Return the finding on set-up, from the row of `progress`."""
    return Finding(
        id="00.checklist",
        stage="Evaluation & Setup",
        sentence="Set-up checklist: {complete} of {counted} items complete; overdue: {overdue}.",
        cells=cells(made, "complete", "counted", "overdue"),
        value=made.cell("complete"),
        base=made.cell("counted"),
        criterion=1,
    )

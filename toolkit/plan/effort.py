"""How much time the diagnostic asks for: by session, by stage and by role.

Every figure is length times number of the sessions in use (`sessions.in_use`). By default
they give 31 fixed hours and 6.5 days in person.
"""

from __future__ import annotations

import pandas as pd

from toolkit.aggregate import Aggregate
from toolkit.evidence import Finding
from toolkit.plan.sessions import WHEN, repeats, say_length
from toolkit.plan.setup_tables import OWN, PACK, counted, listed, plan_aggregate, records

FIXED = "Fixed hours: sessions of a set length and number, without days in person"
CIPFA = ("m1.cipfa_documents", "m1.cipfa_reviews")
BASIS = (
    "Length times number. Left out of the fixed hours: the weekly check-in, the hour a day "
    "held by BI and finance, and what is still to be decided."
)


def fixed_list(used: pd.DataFrame) -> Aggregate:
    """Return the sessions that make up the fixed hours, the default beside the hours in use.

    The last row, "All", is their sum: 31 hours by default.
    """
    rows = used[used["hours"].notna() & used["counted"]]
    default = rows["default_hours"].where(rows["fixed"], 0.0).fillna(0.0)
    rows = pd.DataFrame(
        {
            "session": rows["session"],
            "length": [say_length(row) for row in records(rows)],
            "default_hours": default,
            "hours": rows["hours"],
        }
    )
    total = rows[["default_hours", "hours"]].sum()
    last = {"session": "All", "length": "", **total}
    return plan_aggregate(
        pd.DataFrame([*records(rows), last]),
        FIXED,
        ["session"],
        {
            "length": ("In this area", "text"),
            "default_hours": ("By default", "hours"),
            "hours": ("In this area", "hours"),
        },
        method=BASIS,
        labels={"session": {**{s: s for s in rows["session"]}, "All": "All fixed hours"}},
    )


def headline(used: pd.DataFrame) -> Aggregate:
    """Return one row of totals: fixed hours, days in person, and the parts that people ask for.

    The totals come twice, by default (`..._default`) and in use, with the number of types of
    session, of those changed and of those whose length is still open.
    """
    fixed = float(used.loc[used["fixed"], "default_hours"].sum())
    weekly = used.loc[used["session_id"].eq("all.weekly_check_in"), "weekly_hours"].sum()
    open_ended = used["hours"].isna() & used["days"].isna() & ~repeats(used)
    return counted(
        {
            "fixed_default": (fixed, "Fixed hours by default", "hours"),
            "fixed": (_hours(used[used["counted"]]), "Fixed hours in this area", "hours"),
            "days_default": (float(used["default_days"].sum()), "Days by default", "days"),
            "days": (float(used["days"].sum()), "Days in person in this area", "days"),
            "case_reviews": (_hours(used, "m2.case_reviews"), "Case reviews", "hours"),
            "cipfa": (_hours(used, *CIPFA), "Accounting documents and reviews", "hours"),
            "briefings": (_hours(used, "all.briefings"), "Briefings", "hours"),
            "weekly": (float(weekly), "Weekly check-in", "hours"),
            "types": (float(len(used)), "Types of session", "number"),
            "changed": (float(used["changed"].sum()), "Types changed", "number"),
            "open": (float(open_ended.sum()), "Types whose length is open", "number"),
        },
        "Time that the diagnostic asks for",
        method=BASIS,
        sources=(PACK, OWN),
    )


def finding(made: Aggregate) -> Finding:
    """Return the finding on the time that is asked for, from the row of `headline`."""
    return Finding(
        id="00.time",
        stage="Evaluation & Setup",
        sentence=(
            "The diagnostic asks for {fixed} in sessions of set length (by default "
            "{fixed_default}) and {days} in person (by default {days_default})."
        ),
        cells={
            name: made.cell(name) for name in ("fixed", "fixed_default", "days", "days_default")
        },
        value=made.cell("fixed"),
    )


def _hours(used: pd.DataFrame, *session_ids: str) -> float:
    """Return the hours of the types of session named, or of all; open lengths count as none."""
    rows = used[used["session_id"].isin(session_ids)] if session_ids else used
    return float(rows["hours"].sum())


def by_stage(used: pd.DataFrame) -> Aggregate:
    """Return hours, days in person and weekly hours by stage, with "All"; open types counted."""
    return _effort(used, "stage", WHEN, "Time by stage")


def by_role(used: pd.DataFrame) -> Aggregate:
    """Return what each role is asked for: one person's hours, days and weekly hours.

    A session counts in full for each role that takes part, so the roles do not add up.
    """
    spread = used.assign(role=used["roles"].map(listed)).explode("role")
    made = _effort(spread, "role", {}, "Time by role")
    return _without_total(made)


def _effort(rows: pd.DataFrame, dimension: str, labels: dict[str, str], universe: str) -> Aggregate:
    """Return summed time by one column, in order of first appearance, with a row "All"."""
    rows = rows.assign(
        hours=rows["hours"].where(rows["counted"], 0.0),
        open=(rows["hours"].isna() & rows["days"].isna() & ~repeats(rows)).astype("float64"),
    )
    # The hour a day of one module is over before that of the next begins: the larger counts.
    ways = dict.fromkeys(["hours", "days", "weekly_hours", "open"], "sum") | {"daily_hours": "max"}
    frame = rows.groupby(dimension, sort=False).agg(ways).fillna(0.0)
    frame.loc["All"] = rows.agg(ways).fillna(0.0)
    return plan_aggregate(
        frame.astype("float64").rename_axis(dimension).reset_index(),
        universe,
        [dimension],
        {
            "hours": ("Fixed hours", "hours"),
            "days": ("Days in person", "days"),
            "weekly_hours": ("Hours a week beside", "hours"),
            "daily_hours": ("Hours a working day beside", "hours"),
            "open": ("Types of session still open", "number"),
        },
        method=BASIS,
        sources=(PACK, OWN),
        labels={dimension: {**labels, "All": "All"}} if labels else {},
    )


def _without_total(made: Aggregate) -> Aggregate:
    """Return an aggregate without its row "All"."""
    dimension = made.dimensions[0]
    return Aggregate(**{**made.__dict__, "frame": made.frame[made.frame[dimension].ne("All")]})

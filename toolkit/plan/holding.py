"""The hour a day that BI and finance hold free through Modules 1 and 2."""

from __future__ import annotations

from typing import Any

import pandas as pd

from toolkit.aggregate import Aggregate
from toolkit.plan.calendar import HOLDING, repeating, span
from toolkit.plan.setup_dates import working_days
from toolkit.plan.setup_tables import OWN, PACK, STAGES, plan_aggregate, records


def holding(used: pd.DataFrame, periods: pd.DataFrame, holidays: pd.DatetimeIndex) -> Aggregate:
    """Return the working days of Modules 1 and 2 and the hours held by BI and finance.

    Hours = working days x hours a day (one, unless the area changed it). A stage without
    dates has missing days. The row "All" is the sum of both.
    """
    spans = periods.set_index("stage")[["start", "end"]]
    rows = records(used[used["session_id"].isin(HOLDING) & used["in_plan"]])
    found = [_held(row, spans, holidays) for row in rows]
    figures = ["days", "default_hours", "hours"]
    total = pd.DataFrame(found, columns=figures, dtype="float64").sum(min_count=1)
    frame = pd.DataFrame([*found, {"stage": "All", **total}], columns=["stage", *figures])
    last = f"{holidays.max():%Y}" if len(holidays) else "none"
    return plan_aggregate(
        frame,
        "Time held by BI and finance",
        ["stage"],
        {
            "days": ("Working days", "days"),
            "default_hours": ("Hours at one a day", "hours"),
            "hours": ("Hours in this area", "hours"),
        },
        method=(
            "Working days times hours a day. Weekends and the bank holidays of England are "
            f"taken out, as far as they are known (to {last}); school holidays are not."
        ),
        sources=(PACK, OWN, "gov.uk/bank-holidays"),
        labels={"stage": {**STAGES, "All": "Both modules"}},
    )


def _held(row: dict[str, Any], spans: pd.DataFrame, holidays: pd.DatetimeIndex) -> dict[str, Any]:
    """Return the working days and hours of one type of holding time."""
    when = repeating(row, spans, holidays)
    stage = HOLDING[row["session_id"]]
    known = not pd.isna(when["date"]) and not pd.isna(when["until"])
    days = float("nan")
    if known:
        days = float(len(working_days(when["date"], when["until"], holidays)))
    default = working_days(*span(spans, stage), holidays)
    return {
        "stage": stage,
        "days": days,
        "default_hours": float(len(default)) if known else float("nan"),
        "hours": days * float(row["daily_hours"]),
    }

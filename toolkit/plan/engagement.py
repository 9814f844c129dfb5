"""The engagement plan: which contacts each stage needs with each group, planned and made.

The catalogue lists each engagement of the diagnostic once. A row of the area's plan carries
its code; where several groups take part, the code with a dot and the group behind it, as in
`E.M2.1.health`, so that each row still has a code of its own.
"""

from __future__ import annotations

import pandas as pd

from toolkit.aggregate import Aggregate
from toolkit.evidence import Finding
from toolkit.plan.setup_tables import (
    GROUPS,
    OWN,
    PACK,
    STAGES,
    cells,
    counted,
    entered,
    listed,
    number,
    plan_aggregate,
    text,
)

COLUMNS = ["engagement_id", "stage", "stakeholder_group", "engagement", "forum"]
METHOD = "Contacts are counted as the area enters them: one workshop with one group is one."


def _rows(plan: pd.DataFrame | None) -> pd.DataFrame:
    """Return the area's plan with its codes as text and its contacts as numbers."""
    rows = entered(plan, [*COLUMNS, "planned", "actual"])
    made = {column: text(rows[column]) for column in COLUMNS}
    return pd.DataFrame(
        {**made, "planned": number(rows["planned"]), "actual": number(rows["actual"])}
    )


def listed_engagements(catalogue: pd.DataFrame, plan: pd.DataFrame | None) -> Aggregate:
    """Return each engagement of the catalogue once, with the contacts planned and made.

    Args:
        catalogue: engagement_id, engagement, stage, groups (parted by semicolons).
        plan: The table `engagement`, or None.
    """
    rows = _rows(plan)
    found = [_under(rows, code) for code in catalogue["engagement_id"]]
    frame = catalogue.assign(
        groups=[_say_groups(groups) for groups in catalogue["groups"]],
        planned=[float(part["planned"].sum()) for part in found],
        actual=[float(part["actual"].sum()) for part in found],
        standing=[_standing(part) for part in found],
    )
    return plan_aggregate(
        frame,
        "Engagements of the diagnostic",
        ["stage", "engagement"],
        {
            "standing": ("Standing", "text"),
            "groups": ("With whom", "text"),
            "planned": ("Contacts planned", "number"),
            "actual": ("Contacts made", "number"),
        },
        method=METHOD,
        labels={"stage": STAGES},
    )


def _under(rows: pd.DataFrame, code: str) -> pd.DataFrame:
    """Return the rows of the plan that stand for one engagement of the catalogue."""
    return rows[rows["engagement_id"].eq(code) | rows["engagement_id"].str.startswith(f"{code}.")]


def _say_groups(groups: str) -> str:
    """Return codes of groups, parted by semicolons, as their names, parted by commas."""
    return ", ".join(GROUPS[group] for group in listed(groups))


def _standing(part: pd.DataFrame) -> str:
    """Return in words how far one engagement is."""
    if part.empty:
        return "Not in the plan yet"
    if part["actual"].sum() == 0:
        return "Planned"
    return "Made" if part["actual"].sum() >= part["planned"].sum() else "Under way"


def matrix(plan: pd.DataFrame) -> Aggregate:
    """Return contacts planned and made for each stage and group, with totals named "All".

    A stage and group without any is 0: nobody is met there.
    """
    rows = _rows(plan)
    wanted = pd.MultiIndex.from_product(
        [[*STAGES, "All"], [*GROUPS, "All"]], names=["stage", "group"]
    )
    copies = [
        rows.assign(stage=stage, group=group)
        for stage in (rows["stage"], "All")
        for group in (rows["stakeholder_group"], "All")
    ]
    sums = pd.concat(copies).groupby(["stage", "group"])[["planned", "actual"]].sum()
    frame = sums.reindex(wanted, fill_value=0.0).reset_index()
    frame = frame.assign(to_come=(frame["planned"] - frame["actual"]).clip(lower=0.0))
    return plan_aggregate(
        frame,
        "Contacts by stage and group",
        ["stage", "group"],
        {
            "planned": ("Contacts planned", "number"),
            "actual": ("Contacts made", "number"),
            "to_come": ("Still to come", "number"),
        },
        method=METHOD,
        sources=(OWN,),
        labels={"stage": {**STAGES, "All": "All stages"}, "group": {**GROUPS, "All": "All groups"}},
    )


def matrix_by_group(plan: pd.DataFrame) -> Aggregate:
    """Return the matrix to read at a glance: a row a stage, a column a group, "made of planned"."""
    long = matrix(plan).frame
    words = [f"{a:.0f} of {p:.0f}" for a, p in zip(long["actual"], long["planned"], strict=True)]
    wide = long.assign(words=words).pivot(index="stage", columns="group", values="words")
    frame = wide.reindex([*STAGES, "All"]).rename_axis(columns=None).reset_index()
    names = {**GROUPS, "All": "All groups"}
    return plan_aggregate(
        frame,
        "Contacts made of contacts planned",
        ["stage"],
        {group: (label, "text") for group, label in names.items()},
        method=METHOD,
        sources=(OWN,),
        labels={"stage": {**STAGES, "All": "All stages"}},
    )


def forums(plan: pd.DataFrame) -> Aggregate:
    """Return the existing forums that are used, with the contacts in each, the busiest first."""
    rows = _rows(plan)
    rows = rows.assign(forum=rows["forum"].where(rows["forum"].ne(""), "No existing forum"))
    sums = rows.groupby("forum")[["planned", "actual"]].sum().reset_index()
    return plan_aggregate(
        sums.sort_values(["planned", "forum"], ascending=[False, True]),
        "Forums that are used",
        ["forum"],
        {"planned": ("Contacts planned", "number"), "actual": ("Contacts made", "number")},
        method=METHOD,
        sources=(OWN,),
    )


def coverage(catalogue: pd.DataFrame, plan: pd.DataFrame | None) -> Aggregate:
    """Return one row: engagements listed, those in the plan, contacts planned and made."""
    rows = _rows(plan)
    present = sum(not _under(rows, code).empty for code in catalogue["engagement_id"])
    return counted(
        {
            "listed": (float(len(catalogue)), "Engagements listed", "number"),
            "in_plan": (float(present), "In the plan", "number"),
            "planned": (float(rows["planned"].sum()), "Contacts planned", "number"),
            "actual": (float(rows["actual"].sum()), "Contacts made", "number"),
        },
        "Engagement plan, counted",
        method=METHOD,
        sources=(OWN, PACK),
    )


def finding(made: Aggregate) -> Finding:
    """Return the finding on the engagement plan, from the row of `coverage`."""
    return Finding(
        id="00.engagement",
        stage="Evaluation & Setup",
        sentence=(
            "{in_plan} of the {listed} engagements of the diagnostic are in the plan; "
            "{actual} of {planned} planned contacts have been made."
        ),
        cells=cells(made, "in_plan", "listed", "actual", "planned"),
        value=made.cell("in_plan"),
        base=made.cell("listed"),
        criterion=1,
    )

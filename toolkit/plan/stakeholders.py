"""Who has a stake: the map of influence and interest, relationships, and who is not on it.

The table `stakeholders` holds posts and bodies, with interest, influence and relationship
from 1 (low, weak) to 5 (high, strong).
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from toolkit.aggregate import Aggregate
from toolkit.evidence import Finding
from toolkit.plan.setup_tables import (
    GROUPS,
    MUST_BE_HEARD,
    OWN,
    cells,
    counted,
    entered,
    number,
    plan_aggregate,
    records,
    text,
    unique,
    worded,
)

BANDS = {"high": "High (4 or 5)", "medium": "Medium (3)", "low": "Low (1 or 2)", "": "Not judged"}
WEAK = 2  # a relationship of 1 or 2, on the scale of 1 to 5, is called weak
# What to do with each corner of the map: the usual reading of a power and interest grid
# (Mendelow, 1991), in our own words.
ADVICE = {
    ("high", "high"): "Work closely together",
    ("high", "low"): "Keep satisfied; find out what would interest them",
    ("low", "high"): "Keep informed, and lend them a louder voice",
    ("low", "low"): "Keep an eye on",
}
NEEDED = ["stakeholder_group", "organisation", "role", "interest", "influence", "relationship"]


def band(column: pd.Series) -> pd.Series:
    """Return scores of 1 to 5 as "low", "medium" or "high"; "" where not judged."""
    scores = number(column)
    words = pd.Series("", index=scores.index, dtype="object")
    words = words.mask(scores.le(2), "low").mask(scores.gt(2) & scores.lt(4), "medium")
    return words.mask(scores.ge(4), "high")


def grid(stakeholders: pd.DataFrame) -> Aggregate:
    """Return how many stakeholders stand in each square of influence and interest.

    Every square is there, with 0 where it is empty; those not judged have rows of their own
    only where there are any.
    """
    rows = entered(stakeholders, NEEDED)
    placed = pd.DataFrame(
        {"influence": band(rows["influence"]), "interest": band(rows["interest"])}
    )
    counts = placed.groupby(["influence", "interest"]).size()
    squares = [(a, b) for a in BANDS for b in BANDS if (a and b) or (a, b) in counts.index]
    frame = pd.DataFrame(squares, columns=["influence", "interest"])
    frame = frame.assign(stakeholders=[float(counts.get(square, 0)) for square in squares])
    advice = [ADVICE.get(pair, "Agree with each of them how") for pair in _corners(frame)]
    return plan_aggregate(
        frame.assign(advice=advice),
        "Stakeholders by influence and interest",
        ["influence", "interest"],
        {"stakeholders": ("Stakeholders", "number"), "advice": ("What it suggests", "text")},
        method="Scores of 1 or 2 are low, 3 medium, 4 or 5 high; the area's own judgement.",
        sources=(OWN,),
        labels={"influence": BANDS, "interest": BANDS},
    )


def _corners(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """Return influence and interest of each row."""
    return list(zip(frame["influence"], frame["interest"], strict=True))


def by_group(stakeholders: pd.DataFrame | None) -> Aggregate:
    """Return for each group: stakeholders, the mean relationship, weak ones, and any gap.

    A group that must be heard and has nobody on the map reads "Nobody yet".
    """
    rows = entered(stakeholders, NEEDED)
    rows = rows.assign(
        group=text(rows["stakeholder_group"]),
        score=number(rows["relationship"]),
        forum_known=text(entered(rows, ["forum"])["forum"]).ne(""),
    )
    rows = rows.assign(weak=rows["score"].le(WEAK), judged=rows["score"].notna())
    made = rows.groupby("group").agg(
        stakeholders=("group", "size"),
        relationship=("score", "mean"),
        judged=("judged", "sum"),
        weak=("weak", "sum"),
        with_forum=("forum_known", "sum"),
    )
    frame = made.reindex(list(GROUPS)).rename_axis("group").reset_index()
    counts = ["stakeholders", "judged", "weak", "with_forum"]
    frame[counts] = frame[counts].fillna(0).astype("float64")
    frame = frame.assign(gap=[_gap(row) for row in records(frame)])
    return plan_aggregate(
        frame,
        "Stakeholders by group",
        ["group"],
        {
            "gap": ("On the map", "text"),
            "stakeholders": ("Stakeholders", "number"),
            "relationship": ("Mean relationship (1 to 5)", "number"),
            "weak": ("Weak relationships (1 or 2)", "number"),
            "with_forum": ("Met in a forum that exists", "number"),
        },
        method="The mean is over the stakeholders whose relationship has been judged.",
        sources=(OWN,),
        labels={"group": GROUPS},
    )


def _gap(row: dict[str, Any]) -> str:
    """Return in words whether a group is on the map."""
    if row["stakeholders"]:
        return "Yes"
    return "Nobody yet" if row["group"] in MUST_BE_HEARD else "Nobody yet; not required"


def coverage(stakeholders: pd.DataFrame | None) -> Aggregate:
    """Return one row: the groups that must be heard, those on the map, and those not."""
    present = set(text(entered(stakeholders, NEEDED)["stakeholder_group"]))
    covered = float(sum(group in present for group in MUST_BE_HEARD))
    needed = float(len(MUST_BE_HEARD))
    return counted(
        {
            "covered": (covered, "Groups on the map", "number"),
            "needed": (needed, "Groups that must be heard", "number"),
            "uncovered": (needed - covered, "Groups with nobody", "number"),
        },
        "Groups that must be heard",
        method="Local authority, education, health, parents and carers, children and young people.",
    )


def finding(made: Aggregate) -> Finding:
    """Return the finding on who is on the map, from the row of `coverage`."""
    return Finding(
        id="00.stakeholders",
        stage="Evaluation & Setup",
        sentence="{covered} of the {needed} groups that must be heard are on the stakeholder map.",
        cells=cells(made, "covered", "needed"),
        value=made.cell("covered"),
        base=made.cell("needed"),
        criterion=1,
    )


def map_table(stakeholders: pd.DataFrame) -> Aggregate:
    """Return the stakeholders, the most influential first, with what to do about each."""
    rows = entered(stakeholders, [*NEEDED, "forum"])
    rows = rows.assign(
        stakeholder=_name(rows),
        group=worded(rows["stakeholder_group"], GROUPS, "Not said"),
        influence=number(rows["influence"]),
        interest=number(rows["interest"]),
        relationship=number(rows["relationship"]),
        forum=text(rows["forum"], "None known"),
    )
    pairs = zip(band(rows["influence"]), band(rows["interest"]), strict=True)
    advice = pd.Series([ADVICE.get(p, "Agree with them how") for p in pairs], index=rows.index)
    strengthen = rows["influence"].ge(4) & rows["relationship"].le(WEAK)
    rows = rows.assign(advice=advice.where(~strengthen, "Strengthen the relationship first"))
    rows = rows.sort_values(["influence", "interest"], ascending=False, kind="stable")
    return plan_aggregate(
        rows,
        "Stakeholder map",
        ["stakeholder"],
        {
            "group": ("Group", "text"),
            "influence": ("Influence", "number"),
            "interest": ("Interest", "number"),
            "relationship": ("Relationship", "number"),
            "forum": ("Existing forum", "text"),
            "advice": ("What it suggests", "text"),
        },
        method="Influence 4 or 5 with a relationship of 1 or 2 is to be strengthened first.",
        sources=(OWN,),
    )


def _name(rows: pd.DataFrame) -> pd.Series:
    """Return organisation and role as one text, made unique."""
    organisation, role = text(rows["organisation"], "Not named"), text(rows["role"])
    return unique(organisation.where(role.eq(""), organisation + ", " + role))

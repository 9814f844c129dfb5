"""Steering group, working group and lead roles: who is there, and what is still missing."""

from __future__ import annotations

import pandas as pd

from toolkit.aggregate import Aggregate
from toolkit.plan.setup_tables import (
    GROUPS,
    MUST_BE_HEARD,
    OWN,
    PACK,
    STAGES,
    counted,
    entered,
    plan_aggregate,
    text,
    worded,
)

GROUP_NAMES = {"steering": "Steering group", "working": "Working group"}
LETTERS = {"R": "Does it", "C": "Is asked", "I": "Is told"}


def members(groups: pd.DataFrame) -> Aggregate:
    """Return the members of the two groups, and for whom each speaks."""
    rows = entered(groups, ["group_name", "member", "stakeholder_group"])
    frame = pd.DataFrame(
        {
            "body": text(rows["group_name"]),
            "member": text(rows["member"]),
            "speaks_for": worded(rows["stakeholder_group"], GROUPS, "Not said"),
        }
    )
    frame = frame.drop_duplicates(["body", "member"]).sort_values(["body", "member"])
    return plan_aggregate(
        frame,
        "Members of the steering and working groups",
        ["body", "member"],
        {"speaks_for": ("Speaks for", "text")},
        method="Posts and bodies, as the area entered them.",
        sources=(OWN,),
        labels={"body": GROUP_NAMES},
    )


def seats(groups: pd.DataFrame | None) -> Aggregate:
    """Return for each group of stakeholders its members in both bodies, and any empty seat.

    That each body should hold all five groups that must be heard is the Toolkit's own rule:
    the pack asks for the bodies and leaves their membership to the area.
    """
    rows = entered(groups, ["group_name", "member", "stakeholder_group"])
    body, group = text(rows["group_name"]), text(rows["stakeholder_group"])
    counts = pd.DataFrame({"body": body, "group": group}).groupby(["body", "group"]).size()
    wanted = pd.MultiIndex.from_product([GROUP_NAMES, MUST_BE_HEARD], names=["body", "group"])
    frame = counts.reindex(wanted, fill_value=0).rename("members").astype("float64").reset_index()
    frame = frame.assign(seat=frame["members"].gt(0).map({True: "Filled", False: "Empty"}))
    return plan_aggregate(
        frame,
        "Seats in the steering and working groups",
        ["body", "group"],
        {"seat": ("Seat", "text"), "members": ("Members", "number")},
        method="Each body is looked at for the five groups that must be heard: the Toolkit's rule.",
        sources=(OWN,),
        labels={"body": GROUP_NAMES, "group": GROUPS},
    )


def lead_roles(catalogue: pd.DataFrame, roles: pd.DataFrame | None) -> Aggregate:
    """Return the five lead roles, the post that holds each, and "Not filled" where none does.

    Args:
        catalogue: role, label, does.
        roles: The table `roles`: role, post, team.
    """
    own = entered(roles, ["role", "post", "team"])[["role", "post", "team"]]
    rows = catalogue.merge(own, on="role", how="left", validate="1:1")
    frame = rows.assign(
        role=rows["label"],
        post=text(rows["post"], "Nobody yet"),
        team=text(rows["team"], "Not said"),
        standing=text(rows["post"]).ne("").map({True: "Filled", False: "Not filled"}),
    )
    return plan_aggregate(
        frame,
        "Lead roles",
        ["role"],
        {
            "standing": ("Standing", "text"),
            "post": ("Post", "text"),
            "team": ("Team", "text"),
            "does": ("What it does", "text"),
        },
        method="A role is filled when a post is named for it.",
    )


def responsibilities(catalogue: pd.DataFrame) -> Aggregate:
    """Return who does, is asked and is told at each stage; the SEND lead answers throughout."""
    letters = {stage: catalogue[stage].map(LETTERS) for stage in STAGES}
    lead = {"role": "SEND lead", **dict.fromkeys(STAGES, "Answers for it")}
    frame = pd.concat(
        [
            pd.DataFrame([lead]),
            pd.DataFrame({"role": catalogue["label"], **letters}),
        ],
        ignore_index=True,
    )
    return plan_aggregate(
        frame,
        "Responsibilities by stage",
        ["role"],
        {stage: (label, "text") for stage, label in STAGES.items()},
        method="The Toolkit's own proposal, for the area to change.",
        source="reference",
        sources=(PACK,),
    )


def coverage(
    catalogue: pd.DataFrame, roles: pd.DataFrame | None, groups: pd.DataFrame | None
) -> Aggregate:
    """Return one row: lead roles and those filled; seats of the two groups and those empty."""
    filled = float(lead_roles(catalogue, roles).frame["standing"].eq("Filled").sum())
    seat = seats(groups).frame["seat"]
    listed = float(len(catalogue))
    return counted(
        {
            "roles": (listed, "Lead roles", "number"),
            "filled": (filled, "Filled", "number"),
            "unfilled": (listed - filled, "Not filled", "number"),
            "seats": (float(len(seat)), "Seats looked for", "number"),
            "empty": (float(seat.eq("Empty").sum()), "Empty seats", "number"),
        },
        "Roles and seats, counted",
        method="A role is filled when a post is named; a seat when a member speaks for the group.",
        sources=(OWN, PACK),
    )

"""Placements out of the typed modules of a SEN2 return.

Placements are those of module 5b, which says where a person is. Module 4b says what the plan
names: it stands in only where a placement of 5b does not say which setting it is.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from toolkit.intake.sen2_people import PERSON
from toolkit.intake.sen2_plans import (
    ACTIVE,
    ASSESSMENT,
    NAMED,
    REQUEST,
    SET_ASIDE,
    Frames,
    first_of,
    with_date,
    without,
)
from toolkit.intake.sen2_problems import Problems, Rule
from toolkit.intake.sen2_provision import provision_groups

WHERE = ["urn", "ukprn", "sensetting"]
FLAGS = ["senunitindicator", "resourcedprovisionindicator"]
NAMED_URNS = 10  # URNs that a message names


def placements(
    frames: Frames, establishments: pd.DataFrame, year: int, problems: Problems
) -> pd.DataFrame:
    """Return the placements with an entry date, with their record's id and provision group."""
    rows = frames["placementdetail"].merge(frames["activeplans"][[ACTIVE, REQUEST]], on=ACTIVE)
    rows = rows.merge(frames["requests"][[REQUEST, PERSON]], on=REQUEST)
    rows = rows.merge(frames["people"][[PERSON, "person_id", "birth_month"]], on=PERSON)
    rows = _with_rank(rows, problems)
    rows = _with_named_setting(rows, frames, problems)
    rows = with_date(rows, "placementdetail", "entrydate", "EntryDate", "placement", problems)
    what = "The person left the placement before entering it." + SET_ASIDE
    rows = without(
        rows,
        rows["leavingdate"] < rows["entrydate"],
        ("placementdetail", "placement.leaving_before_entry", "error", what, "Check both dates."),
        "LeavingDate",
        problems,
    )
    key = ["person_id", "entrydate", "placementrank"]
    rows = first_of(rows, key, "placementdetail", "placement of the same rank and", problems)
    made = rows.assign(
        entry_date=rows["entrydate"],
        leaving_date=rows["leavingdate"],
        rank=rows["placementrank"],
        sen_setting=rows["sensetting"],
        sen_unit=rows["senunitindicator"],
        resourced_provision=rows["resourcedprovisionindicator"],
        residential=rows["res"],
        age=_age(rows["birth_month"], year),
    )
    groups = provision_groups(made, establishments)
    _report_groups(made, groups, establishments.empty, problems)
    return made.join(groups)


def _with_rank(rows: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    """Return the rows with a rank; blank counts as 1, and is said."""
    blank = rows["placementrank"].isna()
    what = "Placements without a rank, counted as the main placement"
    remedy = "Fill in PlacementRank: 1 for the main placement, 2 for a second."
    rule: Rule = ("placementdetail", "sen2.no_rank", "warning", what, remedy)
    problems.count(rows[blank], rule, "PlacementRank")
    return rows.assign(placementrank=rows["placementrank"].fillna(1))


def _with_named_setting(rows: pd.DataFrame, frames: Frames, problems: Problems) -> pd.DataFrame:
    """Return the rows, those that name no setting with the one that the plan names at that rank."""
    detail = frames["plandetail"].merge(frames["namedplan"][[NAMED, ASSESSMENT]], on=NAMED)
    detail = detail.merge(frames["assessment"][[ASSESSMENT, REQUEST]], on=ASSESSMENT)
    detail = detail[detail[WHERE].notna().any(axis=1)]
    detail = detail.assign(placementrank=detail["placementrank"].fillna(1))
    key = [REQUEST, "placementrank"]
    named = detail.drop_duplicates(key)[key + WHERE + FLAGS]
    both = rows[key].merge(named, on=key, how="left").set_axis(rows.index)
    nowhere = rows[WHERE].isna().all(axis=1)
    filled = nowhere & both[WHERE].notna().any(axis=1)
    what = "Placements that name no setting, and got the one that the plan names"
    remedy = "Fill in URN, UKPRN or SENSetting of the placement."
    problems.count(
        rows[filled], ("placementdetail", "sen2.setting_from_plan", "note", what, remedy)
    )
    new = {c: rows[c].where(~filled, both[c]).astype(rows[c].dtype) for c in WHERE + FLAGS}
    return rows.assign(**new)


def _age(birth_month: pd.Series[Any], year: int) -> pd.Series[Any]:
    """Return completed years on 31 August before the census, from the month of birth."""
    after_august = (birth_month.dt.month > 8).astype("int64")
    age: pd.Series[Any] = (year - 1 - birth_month.dt.year - after_august).astype("Int64")
    return age


def _report_groups(
    rows: pd.DataFrame, groups: pd.DataFrame, no_list: bool, problems: Problems
) -> None:
    """Report by count what the provision of placements rests on where that is no certainty."""
    unknown = groups["provision_group"] == "unknown"
    if unknown.any():
        urns = rows.loc[unknown, "urn"].dropna().unique().tolist()
        named = ", ".join(sorted(map(str, urns))[:NAMED_URNS])
        more = f", and {len(urns) - NAMED_URNS} more" if len(urns) > NAMED_URNS else ""
        which = f" URNs that no list of establishments settles: {named}{more}." if urns else ""
        remedy = (
            "Add the register of schools (edubasealldata.csv) to the inputs, or establishments.csv."
            if no_list
            else "Complete establishments.csv: give these schools a type or a provision_group."
        )
        problems.once(
            "placementdetail",
            "sen2.provision_unknown",
            "warning",
            f"Placements whose provision is unknown: {int(unknown.sum())} of {len(rows)}.{which}",
            remedy,
            column="URN",
        )
    college = groups["settled_by"] == "ukprn"
    what = "Placements with a UKPRN and no URN, counted from age 16 as post-16"
    remedy = "Give a URN where the provider has one."
    rule: Rule = ("placementdetail", "sen2.provision_by_ukprn", "note", what, remedy)
    problems.count(rows[college], rule, "UKPRN")

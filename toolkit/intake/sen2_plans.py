"""Plans, requests and reviews out of the typed modules of a SEN2 return.

A plan's start and end stand on the named plan, which hangs off an assessment, which hangs off
a request; its needs and placements hang off the active plan of the same request. For a plan
that was transferred in, StartDate is the date on which it was first issued, so no other date
may stand in for it: an active plan without a named plan is set aside.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from toolkit.intake import schedule
from toolkit.intake.schedule import TEXT
from toolkit.intake.sen2_fields import ROW, among, own_id
from toolkit.intake.sen2_people import PERSON
from toolkit.intake.sen2_problems import Problems, Rule

REQUEST, ASSESSMENT = own_id("requests"), own_id("assessment")
NAMED, ACTIVE = own_id("namedplan"), own_id("activeplans")
HISTORICAL = "H"
DS_SINCE = 2025  # Down syndrome is a type of need from the 2025 return on
SET_ASIDE = " It was set aside."
LOOK_UP = "Look them up in the case system."
ODD_PLANS = {
    "plan.reason_without_date": "Plans with a reason for ceasing and no date, counted as open",
    "sen2.no_cease_reason": "Ceased plans without a reason",
    "sen2.no_active_plan": "Open plans without an active plan, and so without need and placement",
    "sen2.no_primary_need": "Open plans without a need of rank 1, so that it is not recorded",
    "plan.overlap": "Plans that are open beside another open plan of the same person",
}
Frames = dict[str, pd.DataFrame]


def finish(name: str, frame: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return a table with the columns and dtypes of the schedule, and its census year."""
    empty = schedule.empty(name)
    made = {c: frame[c].astype(empty[c].dtype) for c in empty.columns}
    table = pd.DataFrame(made).reset_index(drop=True)
    return table.assign(census_year=pd.array([year] * len(table), dtype="Int64"))


def requests(frames: Frames, problems: Problems) -> pd.DataFrame:
    """Return the requests of this return, with their record's id.

    A request that was decided before the collection (H) stands in the return to carry a plan,
    and is no request of it. Where its assessment was decided within the collection it stays:
    without it, plans issued early in a year would have no request to count 20 weeks from.
    """
    last = _last_assessment(frames["assessment"], problems)
    rows = frames["requests"].merge(last, on=REQUEST, how="left", suffixes=("", "_assessment"))
    rows = rows.merge(frames["people"][[PERSON, "person_id"]], on=PERSON)
    over = rows["requestoutcome"].eq(HISTORICAL) & rows["assessmentoutcome"].fillna("H").eq("H")
    rows = rows[~over]
    rows = with_date(rows, "requests", "receiveddate", "ReceivedDate", "request", problems)
    what = "Requests without an outcome"
    problems.count(
        rows[rows["requestoutcome"].isna()],
        ("requests", "sen2.no_outcome", "warning", what, LOOK_UP),
        "RequestOutcome",
    )
    _check_order(rows, problems)
    rows = first_of(rows, ["person_id", "receiveddate"], "requests", "request", problems)
    return rows.assign(
        request_date=rows["receiveddate"],
        request_source=rows["requestsource"],
        request_outcome=rows["requestoutcome"],
        request_outcome_date=rows["requestoutcomedate"],
        assessment_outcome=rows["assessmentoutcome"],
        assessment_outcome_date=rows["assessmentoutcomedate"],
        week20_exception=rows["week20"],
        mediation=_any(rows, "requestmediation", "assessmentmediation", "othermediation"),
        tribunal=_any(rows, "requesttribunal", "assessmenttribunal", "othertribunal"),
    )


def plans(frames: Frames, census: dt.date, problems: Problems) -> pd.DataFrame:
    """Return the plans with a start, with their named plan's id, one row each."""
    rows = frames["namedplan"].merge(frames["assessment"][[ASSESSMENT, REQUEST]], on=ASSESSMENT)
    rows = rows.merge(frames["requests"][[REQUEST, PERSON]], on=REQUEST)
    rows = rows.merge(frames["people"].rename(columns={ROW: "row_person"}), on=PERSON)
    rows = rows.merge(needs(frames, census.year, problems), on=REQUEST, how="left")
    rows = with_date(rows, "namedplan", "startdate", "StartDate", "plan", problems)
    rows = _with_birth(rows, problems)
    what = "The plan ceased before it started." + SET_ASIDE
    rule: Rule = ("namedplan", "plan.cease_before_start", "error", what, "Check both dates.")
    rows = without(rows, rows["ceasedate"] < rows["startdate"], rule, "CeaseDate", problems)
    active = set(frames["activeplans"][REQUEST])
    rows = rows.assign(active=among(rows[REQUEST], active))
    rows = rows.sort_values("active", ascending=False, kind="stable")
    rows = first_of(rows, ["person_id", "startdate"], "namedplan", "plan", problems).sort_index()
    _report_plans(rows, frames, census, problems)
    return rows.assign(
        plan_start=rows["startdate"],
        plan_cease=rows["ceasedate"],
        cease_reason=rows["ceasereason"],
        personal_budget=rows["pb"],
    )


def _with_birth(rows: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    """Return the plans whose holder has a birth date; the others are reported at the person."""
    unborn = rows["birth_month"].isna()
    lost = "The person's plan was set aside."
    what = f"The person has no birth date. {lost}"
    rule: Rule = ("person", "sen2.no_birth_date", "error", what, "Fill in the birth date.")
    persons = rows[unborn].drop_duplicates(PERSON)
    persons = persons.assign(**{ROW: persons["row_person"]})
    column = "PersonBirthDate"
    problems.each(problems.raised(persons, rule, column, lost), rule, column)
    problems.aside.setdefault("namedplan", set()).update(rows.loc[unborn, NAMED])
    return rows[~unborn]


def needs(frames: Frames, year: int, problems: Problems) -> pd.DataFrame:
    """Return `primary_need` and `secondary_need` of each request that has an active plan."""
    rows = frames["senneed"]
    early = rows["sentype"].eq("DS") & (year < DS_SINCE)
    about = f"DS is a type of need from the {DS_SINCE} return on. It was used as it is."
    rule: Rule = ("senneed", "sen2.ds_early", "warning", about, "Check the type of need.")
    problems.each(rows[early], rule, "SENtype")
    rows = rows.merge(frames["activeplans"][[ACTIVE, REQUEST]], on=ACTIVE)
    rows = rows[rows["sentype"].notna()]
    ranked = {}
    for rank, name in ((1, "primary_need"), (2, "secondary_need")):
        of_rank = rows[rows["sentyperank"].eq(rank).fillna(False).astype(bool)]
        twice = of_rank.duplicated(REQUEST)
        what = f"Further needs of rank {rank} in the same plan, passed over"
        remedy = "Give one need rank 1 and one rank 2."
        rule = ("senneed", "sen2.rank_twice", "warning", what, remedy)
        problems.count(of_rank[twice], rule, "SENtypeRank")
        ranked[name] = of_rank[~twice].set_index(REQUEST)["sentype"]
    made = pd.DataFrame(ranked).rename_axis(REQUEST).reset_index()
    return made.astype({REQUEST: TEXT, "primary_need": TEXT, "secondary_need": TEXT})


def reviews(frames: Frames, problems: Problems) -> pd.DataFrame:
    """Return the annual reviews with a meeting, with their active plan's id."""
    rows = frames["activeplans"].merge(frames["requests"][[REQUEST, PERSON]], on=REQUEST)
    rows = rows.merge(frames["people"][[PERSON, "person_id"]], on=PERSON)
    undated = rows["reviewmeeting"].isna() & rows["lastreview"].notna()
    what = "Reviews with the date of the decision and none of the meeting, left out of reviews"
    remedy = "Nothing to mend before the return of 2024, which was the first to hold both."
    undone: Rule = ("activeplans", "sen2.review_undated", "note", what, remedy)
    problems.count(rows[undated], undone, "ReviewMeeting")
    rows = rows[rows["reviewmeeting"].notna()]
    early = rows["lastreview"] < rows["reviewmeeting"]
    what = "The decision was notified before the meeting. Both dates were used as they are."
    rule: Rule = ("activeplans", "review.notified_early", "warning", what, "Check both dates.")
    problems.each(rows[early], rule, "LastReview")
    rows = first_of(rows, ["person_id", "reviewmeeting"], "activeplans", "review", problems)
    return rows.assign(
        review_date=rows["reviewmeeting"],
        outcome=rows["reviewoutcome"],
        notified_date=rows["lastreview"],
    )


def with_date(
    rows: pd.DataFrame, module: str, column: str, element: str, thing: str, problems: Problems
) -> pd.DataFrame:
    """Return the rows that have a date; the others are reported."""
    what = f"The {thing} has no {element}." + SET_ASIDE
    rule: Rule = (module, "value.missing", "error", what, f"Fill in {element}.")
    return without(rows, rows[column].isna(), rule, element, problems)


def without(
    rows: pd.DataFrame, bad: pd.Series[Any], rule: Rule, column: str, problems: Problems
) -> pd.DataFrame:
    """Return the rows that are not bad, and report those that are."""
    lost = bad.fillna(False).astype(bool)
    left = problems.raised(rows[lost], rule, column, "The row was set aside.")
    problems.each(left, rule, column)
    problems.aside.setdefault(rule[0], set()).update(rows.loc[lost, own_id(rule[0])])
    return rows[~lost]


def first_of(
    rows: pd.DataFrame, key: list[str], module: str, thing: str, problems: Problems
) -> pd.DataFrame:
    """Return the first row of each key; the others are reported."""
    what = f"The person has an earlier {thing} of the same date." + SET_ASIDE
    rule: Rule = (module, "row.duplicate", "error", what, f"Delete one of the two {thing}s.")
    return without(rows, rows.duplicated(key), rule, "", problems)


def _last_assessment(assessment: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    """Return the latest assessment of each request; earlier ones are reported."""
    ordered = assessment.sort_values("assessmentoutcomedate", na_position="first", kind="stable")
    earlier = ordered.duplicated(REQUEST, keep="last")
    what = "The request has a later assessment, and that one counts for the request."
    rule: Rule = ("assessment", "sen2.assessment_twice", "warning", what, "Check the dates.")
    problems.each(ordered[earlier].sort_values(ROW), rule)
    return ordered[~earlier]


def _check_order(rows: pd.DataFrame, problems: Problems) -> None:
    """Report decisions that lie before what they decide on; the rows are used."""
    for module, code, early, late, column in (
        ("requests", "request.outcome_early", "requestoutcomedate", "receiveddate", ROW),
        ("assessment", "request.assessment_early", "assessmentoutcomedate", "receiveddate",
         "row_assessment"),
    ):  # fmt: skip
        bad = rows[(rows[early] < rows[late]).fillna(False)]
        what = "The decision lies before the request. Both dates were used as they are."
        rule: Rule = (module, code, "warning", what, "Check both dates.")
        problems.each(bad.assign(**{ROW: bad[column]}), rule)


def _any(rows: pd.DataFrame, *columns: str) -> pd.Series[Any]:
    """Return 1 where any flag is 1, else 0 where any is known, else missing."""
    return rows[list(columns)].max(axis=1).astype("Int64")


def _report_plans(rows: pd.DataFrame, frames: Frames, census: dt.date, problems: Problems) -> None:
    """Report plans that lack what a plan should have, and plans that overlap."""
    active = frames["activeplans"]
    named = frames["namedplan"].merge(frames["assessment"][[ASSESSMENT, REQUEST]], on=ASSESSMENT)
    what = "The active plan has no named plan, so its start is not known. It is not in plans."
    remedy = "Add the named plan: its StartDate is the date on which the plan was first issued."
    rule: Rule = ("activeplans", "sen2.plan_without_start", "error", what, remedy)
    problems.each(active[~among(active[REQUEST], named[REQUEST])], rule)
    still = rows[rows["ceasedate"].isna() | (rows["ceasedate"] > pd.Timestamp(census))]
    lacking = still["active"] & still["primary_need"].isna()
    for code, bad in (
        ("sen2.no_active_plan", still[~still["active"]]),
        ("sen2.no_primary_need", still[lacking]),
        ("plan.reason_without_date", rows[rows["ceasedate"].isna() & rows["ceasereason"].notna()]),
        ("sen2.no_cease_reason", rows[rows["ceasedate"].notna() & rows["ceasereason"].isna()]),
        ("plan.overlap", still[still.duplicated("person_id")]),
    ):
        about: Rule = (
            "namedplan",
            code,
            "warning",
            ODD_PLANS[code],
            "Look the plans up in the case system.",
        )
        problems.count(bad, about)

"""Checks of plans, requests, placements and reviews."""

from __future__ import annotations

import pandas as pd

from toolkit.intake.checks_hits import NUMBER, Frames, bad, hits, iso

OLDEST = 25  # a plan can last to the end of the academic year in which the person turns 25
STILL_OPEN = pd.Timestamp("2200-01-01")


def cease_before_start(frame: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Plans that ceased before they started."""
    wrong = frame["plan_cease"] < frame["plan_start"]
    return hits(frame, wrong, cease=iso(frame["plan_cease"]), start=iso(frame["plan_start"]))


def birth_after_start(frame: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Plans that started before the month of birth."""
    wrong = frame["birth_month"] > frame["plan_start"]
    return hits(
        frame, wrong, birth=iso(frame["birth_month"], "%Y-%m"), start=iso(frame["plan_start"])
    )


def over_25(frame: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Plans of people who were 26 or older when the plan was issued, or when it ceased."""
    at_start = _age(frame["birth_month"], frame["plan_start"])
    at_end = _age(frame["birth_month"], frame["plan_cease"])
    early = at_start > OLDEST
    age = at_start.where(early, at_end).astype("Int64")
    what = early.map({True: "was issued", False: "ceased"})
    return hits(frame, early | (at_end > OLDEST), age=age, what=what)


def _age(birth: pd.Series, day: pd.Series) -> pd.Series:
    """Return completed years, to the month; missing where either date is."""
    months: pd.Series = (day.dt.year - birth.dt.year) * 12 + day.dt.month - birth.dt.month
    return months // 12


def reason_without_date(frame: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Plans that have a reason for ceasing and no date; a date that could not be read is named."""
    open_ = frame["plan_cease"].isna() & ~bad(frame, "plan_cease")
    return hits(frame, open_ & frame["cease_reason"].notna())


def overlap(frame: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Plans that start while an earlier plan of the same person has not ceased."""
    ordered = frame.sort_values(["person_id", "plan_start"], kind="stable")
    # Where the end could not be read the plan is taken to end at once: that end is named already.
    end = ordered["plan_cease"].fillna(STILL_OPEN)
    end = end.where(~bad(ordered, "plan_cease"), ordered["plan_start"])
    latest = end.groupby(ordered["person_id"]).cummax()
    until = latest.groupby(ordered["person_id"]).shift()
    row = ordered[NUMBER].where(end.eq(latest)).groupby(ordered["person_id"]).ffill()
    other = row.groupby(ordered["person_id"]).shift()
    wrong = (ordered["plan_start"] < until).reindex(frame.index)
    return hits(frame, wrong, start=iso(frame["plan_start"]), other=other.reindex(frame.index))


def outcome_early(frame: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Requests decided before they were received."""
    wrong = frame["request_outcome_date"] < frame["request_date"]
    return hits(
        frame, wrong, outcome=iso(frame["request_outcome_date"]), request=iso(frame["request_date"])
    )


def assessment_early(frame: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Assessments that ended before the decision to assess, or before the request."""
    sound = frame["request_outcome_date"] >= frame["request_date"]
    since = frame["request_outcome_date"].where(sound, frame["request_date"])
    what = sound.map({True: "the decision", False: "the request"})
    outcome = frame["assessment_outcome_date"]
    return hits(frame, outcome < since, outcome=iso(outcome), what=what, request=iso(since))


def left_early(frame: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Placements that were left before they began."""
    wrong = frame["leaving_date"] < frame["entry_date"]
    return hits(frame, wrong, leaving=iso(frame["leaving_date"]), entry=iso(frame["entry_date"]))


def notified_early(frame: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Reviews whose decision was notified before they took place."""
    wrong = frame["notified_date"] < frame["review_date"]
    return hits(
        frame, wrong, notified=iso(frame["notified_date"]), review=iso(frame["review_date"])
    )


def review_before_plan(frame: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Reviews before the first plan of the person."""
    if "plans" not in frames.tables:
        return hits(frame, pd.Series(False, index=frame.index))
    starts = frames.tables["plans"].groupby("person_id")["plan_start"].min()
    first = frame["person_id"].map(starts)
    wrong = frame["review_date"] < first
    return hits(frame, wrong, review=iso(frame["review_date"]), start=iso(first))


def no_plan(frame: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Rows of people who have no plan, not even under an id with leading zeros."""
    return hits(frame, _orphans(frame, frames) & ~_zeros_fit(frame, frames), other="plans")


def zeros_lost(frame: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Rows of people who have a plan under the same id with leading zeros."""
    return hits(frame, _orphans(frame, frames) & _zeros_fit(frame, frames), other="plans")


def _orphans(frame: pd.DataFrame, frames: Frames) -> pd.Series:
    people = frames.with_plan
    if people is None:
        return pd.Series(False, index=frame.index)
    return frame["person_id"].notna() & ~frame["person_id"].isin(people)


def _zeros_fit(frame: pd.DataFrame, frames: Frames) -> pd.Series:
    zeroed = {p.lstrip("0") for p in frames.with_plan or () if p.startswith("0")}
    return frame["person_id"].isin(zeroed)

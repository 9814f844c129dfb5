"""What happens in a calendar year, of every area: requests, new plans, plans that cease, time."""

from __future__ import annotations

import pandas as pd

from toolkit.diagnose.benchmarks import rows
from toolkit.diagnose.benchmarks.catalogue import REASONS
from toolkit.diagnose.benchmarks.plans import KEYS, with_people
from toolkit.diagnose.benchmarks.rows import Tables

MEAN_YEARS = 3  # of years that the release holds; what is asked for is three to five
FLOWS = ("new", "ceased")


def per_plan(tables: Tables, totals: pd.DataFrame) -> pd.DataFrame:
    """Return new and ceased plans per 1,000 plans, each year and over the latest years together.

    The base is the plans open in the January that the year begins with. The mean rests on the
    years that its `period` states and on no other: an area that lacks one of them has none.
    """
    if "flows" not in tables:
        return rows.none()
    held = tables["flows"][["year", "code", "flow", "people"]].merge(totals, on=KEYS)
    made = []
    for flow in FLOWS:
        own = held[held["flow"].eq(flow) & held["people"].notna()]
        made.append(rows.rows(own, f"{flow}.rate", "people", "plans"))
        made.append(_mean(own, f"{flow}.mean"))
    return rows.joined(made)


def as_returned(made: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
    """Return rows of calendar years with the doubt of the January that they were returned in.

    An area whose count of plans looks wrong that January sent its flows in the same return.

    Args:
        made: As the other functions of this module return them.
        totals: As `plans.totals` returns it.
    """
    doubts = totals.assign(year=totals["year"] - 1)[[*KEYS, "doubt"]]
    both = made[KEYS].merge(doubts.rename(columns={"doubt": "then"}), on=KEYS, how="left")
    return made.assign(doubt=rows.listed(made["doubt"], both["then"]))


def _mean(own: pd.DataFrame, measure: str) -> pd.DataFrame:
    stated = sorted(own["year"].unique())[-MEAN_YEARS:]
    if len(stated) < MEAN_YEARS:
        return rows.none()
    held = own[own["year"].isin(stated)]
    complete = held.groupby("code")["year"].transform("nunique").eq(len(stated))
    by_area = held[complete].groupby("code")
    summed = by_area[["people", "plans"]].sum().reset_index()
    doubts = by_area["doubt"].agg(lambda d: ", ".join(x for x in d if x))
    summed = summed.assign(year=stated[-1], doubt=summed["code"].map(doubts))
    return rows.rows(summed, measure, "people", "plans", period=f"{stated[0]} to {stated[-1]}")


def reasons(tables: Tables) -> pd.DataFrame:
    """Return each reason's share of the plans that ceased, over the latest years together."""
    frame = rows.totals_of(tables, "ees_ceased")
    columns = [c for c in REASONS if c in frame]
    if frame.empty or not columns:
        return rows.none()
    stated = sorted(frame["year"].unique())[-MEAN_YEARS:]
    held = frame[frame["year"].isin(stated)].dropna(subset=columns, how="all")
    complete = held.groupby("code")["year"].transform("nunique").eq(len(stated))
    summed = held[complete].groupby("code")[columns].sum().reset_index().assign(year=stated[-1])
    summed["base"] = summed[columns].sum(axis=1)
    period = f"{stated[0]} to {stated[-1]}" if len(stated) > 1 else str(stated[-1])
    return rows.joined(rows.rows(summed, f"reason.{c}", c, "base", period=period) for c in columns)


def requests(tables: Tables, totals: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    """Return requests per 1,000 people and plans, those refused, and those decided in six weeks.

    Refused is the share of all requests of the year, as the DfE prints it, those not yet
    decided included.
    """
    frame = rows.totals_of(tables, "ees_requests")
    if frame.empty:
        return rows.none()
    received, refused = "requests_received_in_year", "requests_decided_not_to_assess"
    by_people = with_people(frame, population, before=0)
    in_six = frame["request_outcome_six_weeks"]
    decided = in_six + frame["request_outcome_over_6_weeks"]
    return rows.joined([
        rows.rows(by_people, "requests.people", received, "base",
                  base_name=by_people["base_name"]),
        rows.rows(frame.merge(totals, on=KEYS), "requests.plans", received, "plans"),
        rows.rows(frame, "requests.refused", refused, received),
        rows.rows(frame, "time.requests", in_six, decided),
    ])  # fmt: skip


def assessments(tables: Tables) -> pd.DataFrame:
    """Return the share of the assessments of a year that ended without a plan."""
    frame = rows.totals_of(tables, "ees_assessments")
    if frame.empty:
        return rows.none()
    return rows.rows(frame, "assessed.no_plan", "assess_not_issued", "assess_in_year")


def timeliness(tables: Tables) -> pd.DataFrame:
    """Return the share of new plans issued within 20 weeks, with and without exceptions."""
    frame = rows.totals_of(tables, "ees_timeliness")
    if frame.empty:
        return rows.none()
    every = rows.rows(frame, "time.plans", "plans_issued_within_20_weeks", "plans_issued_den")
    without = rows.rows(frame, "time.plans_ex", "plans_issued_20_weeks_ex", "plans_issued_den_ex")
    return rows.joined([every, without])

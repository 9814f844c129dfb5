"""Requests for an assessment, from receipt to plan or refusal, and annual reviews."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.intake.fiction.flows import FIRST, LAST, Ints, weighted
from toolkit.intake.fiction.national import flow
from toolkit.intake.fiction.people import Dates
from toolkit.intake.fiction.plans import between

NAT = np.datetime64("NaT", "D")
SOURCES = ("1", "2", "3", "4", "5")
SOURCE_SHARES = np.array([0.36, 0.56, 0.03, 0.02, 0.03])  # not published by LA: a choice
DECISION_DAYS = 42  # six weeks (SEND Regulations 2014, reg. 4)
PLAN_WEEKS = 20  # reg. 13(2)
YOUTH_ACCOMMODATION = 0.003  # England 2024: 501 of 154,489 requests
ASKED_BEFORE = 0.12  # share of refused requests of people who have a plan later: a choice
REVIEW_HELD = 0.86  # reviews held of those due, England 2024: 453,761 of 524,654
NOTIFIED_IN_TIME = 0.44  # within four weeks, England 2024
NOTIFIED_EVER = 0.80  # decisions recorded over reviews held, England 2024
NO_CHANGE = 0.38  # decisions that maintain the plan, England 2024
MEDIATED, APPEALED = 0.068, 0.030  # of requests, England 2024


def requests(
    held: pd.DataFrame, moved_in: npt.NDArray[np.bool_], rng: np.random.Generator
) -> pd.DataFrame:
    """Return one row a request, with the day of every step even where it is yet to come.

    Columns: person (place in `held`; from `len(held)` on, people who never had a plan here),
    request_date, request_source, request_outcome, request_outcome_date, assessment_outcome,
    assessment_outcome_date, week20_exception, mediation, tribunal, rya.
    """
    issued = np.flatnonzero(held["arrived"].ge(f"{FIRST}-01-01").to_numpy() & ~moved_in)
    led = _led_to_plans(issued, held, rng)
    refused = _without_plan(held, issued, led, rng)
    made = pd.concat([led, refused], ignore_index=True)
    number = len(made)
    return made.assign(
        request_source=np.array(SOURCES)[weighted(SOURCE_SHARES, number, rng)],
        mediation=(rng.random(number) < MEDIATED).astype(int),
        tribunal=(rng.random(number) < APPEALED).astype(int),
        rya=(rng.random(number) < YOUTH_ACCOMMODATION).astype(int),
    ).sort_values(["person", "request_date"], ignore_index=True)


def _led_to_plans(issued: Ints, held: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the requests behind the plans, as late as plans were in the year of issue."""
    start = held["plan_start"].to_numpy().astype("datetime64[D]")[issued]
    year = np.clip(start.astype("datetime64[Y]").astype(int) + 1970, 2019, 2024)
    exception = rng.random(len(issued)) < 1 - _ratio("timed_without_exceptions", "timed", 2024)
    on_time = _ratios("within_20_weeks_without_exceptions", "timed_without_exceptions")[year - 2019]
    drawn = rng.random(len(issued))
    weeks = np.where(
        drawn < np.where(exception, on_time / 2, on_time),
        rng.uniform(15, PLAN_WEEKS, len(issued)),
        PLAN_WEEKS + 0.2 + rng.gamma(1.6, 8.0, len(issued)),
    )
    asked = start - np.rint(weeks * 7).astype(int)
    decided = np.minimum(asked + _decision_days(len(issued), rng), start - 14)
    return pd.DataFrame(
        {
            "person": issued,
            "request_date": asked,
            "request_outcome": "Y",
            "request_outcome_date": decided,
            "assessment_outcome": "Y",
            "assessment_outcome_date": start,
            "week20_exception": exception.astype(int),
        }
    )


def _without_plan(
    held: pd.DataFrame, issued: Ints, led: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Return requests that were refused or withdrawn, and assessments that led to no plan."""
    parts = []
    for year in range(FIRST, LAST):
        plans = int(held["arrived"].iloc[issued].dt.year.eq(year).sum())
        for kind, share in _refusals(year).items():
            parts.append(_asked(kind, year, rng.poisson(plans * share), rng))
    made = pd.concat(parts, ignore_index=True)
    return made.assign(person=_askers(made, led, len(held), rng))


def _askers(made: pd.DataFrame, led: pd.DataFrame, known: int, rng: np.random.Generator) -> Ints:
    """Return who asked in vain: mostly people of their own; some have a plan a year or more on."""
    person = known + np.arange(len(made))
    again = np.flatnonzero(rng.random(len(made)) < ASKED_BEFORE)
    later = led.sample(frac=1, random_state=rng).drop_duplicates("person")
    later = later.sort_values("request_date", kind="stable")
    asked = later["request_date"].to_numpy().astype("datetime64[D]")
    used: set[int] = set()
    days = made["request_date"].to_numpy().astype("datetime64[D]")
    for i in again:
        at = int(np.searchsorted(asked, days[i] + 330))
        while at < len(later) and at in used:
            at += 1
        if at < len(later) and asked[at] < days[i] + 900:
            used.add(at)
            person[i] = int(later["person"].iloc[at])
    never = person >= known
    person[never] = known + np.arange(int(never.sum()))
    return person


def _refusals(year: int) -> dict[str, float]:
    """Return requests without a plan over plans issued, by what became of them."""
    at = min(max(year, 2019), 2024)
    plans = flow("new")[at]
    withdrawn = flow("withdrawn")
    return {
        "refused": flow("refused")[at] / plans,
        "withdrawn": withdrawn[max(at, min(withdrawn))] / flow("new")[max(at, min(withdrawn))],
        "no_plan": flow("plans_refused")[at] / plans,
    }


def _asked(kind: str, year: int, number: int, rng: np.random.Generator) -> pd.DataFrame:
    first = np.full(number, np.datetime64(f"{year - 1}-12-31"))
    last = np.full(number, np.datetime64(f"{year}-12-31"))
    asked = between(first, last, rng)
    decided = asked + _decision_days(number, rng)
    issued = decided + rng.integers(50, 130, number)
    assessed = kind == "no_plan"
    return pd.DataFrame(
        {
            "request_date": asked,
            "request_outcome": {"refused": "N", "withdrawn": "W", "no_plan": "Y"}[kind],
            "request_outcome_date": decided,
            "assessment_outcome": "N" if assessed else "",
            "assessment_outcome_date": issued if assessed else np.full(number, NAT),
            "week20_exception": 0,
        }
    )


def _decision_days(number: int, rng: np.random.Generator) -> Ints:
    """Return days from request to decision: 85 in 100 within six weeks, as in England in 2024."""
    in_time = rng.random(number) < _ratio("decided_within_6_weeks", "requests", 2024) / 0.963
    late = DECISION_DAYS + 1 + rng.geometric(0.04, number)
    return np.where(in_time, rng.integers(14, DECISION_DAYS + 1, number), late)


def _ratio(one: str, other: str, year: int) -> float:
    return flow(one)[year] / flow(other)[year]


def _ratios(one: str, other: str) -> npt.NDArray[np.float64]:
    return np.array([_ratio(one, other, y) for y in range(2019, 2025)])


def reviews(held: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a review meeting: person, review_date, outcome, notified_date, draft_date.

    A plan is due a review each year from its start. Outcomes are R (retained), A (to be
    amended) and C (to cease); a notified_date is missing where no decision was recorded.
    """
    parts = []
    start = held["arrived"].to_numpy().astype("datetime64[D]")
    cease = held["plan_cease"].to_numpy().astype("datetime64[D]")
    for year in range(FIRST, LAST):
        due = _anniversary(start, year) + rng.integers(-35, 36, len(held))
        open_then = (due > start + 200) & ~(due >= cease)
        person = np.flatnonzero(open_then & (rng.random(len(held)) < REVIEW_HELD))
        parts.append(_meetings(person, due[person], cease[person], rng))
    made = pd.concat(parts, ignore_index=True)
    return made.drop_duplicates(["person", "review_date"]).sort_values(
        ["person", "review_date"], ignore_index=True
    )


def _meetings(person: Ints, day: Dates, cease: Dates, rng: np.random.Generator) -> pd.DataFrame:
    number = len(person)
    weekday = day - np.clip((day.astype(int) + 3) % 7 - 4, 0, None)
    wait = np.where(
        rng.random(number) < NOTIFIED_IN_TIME / NOTIFIED_EVER,
        rng.integers(5, 29, number),
        rng.integers(29, 140, number),
    )
    decided = rng.random(number) < NOTIFIED_EVER
    notified = np.where(decided, weekday + wait, NAT)
    ending = ~np.isnat(cease) & (cease - weekday < np.timedelta64(120, "D"))
    outcome = np.where(rng.random(number) < NO_CHANGE, "R", "A")
    outcome = np.where(ending & (rng.random(number) < 0.5), "C", outcome)
    draft = np.where((outcome == "A") & decided, weekday + wait - 3, NAT)
    return pd.DataFrame(
        {
            "person": person,
            "review_date": weekday,
            "outcome": np.where(decided, outcome, ""),
            "notified_date": notified,
            "draft_date": draft,
        }
    )


def _anniversary(days: Dates, year: int) -> Dates:
    """Return each day's anniversary in a year; 29 February falls on 1 March."""
    into = days - days.astype("datetime64[Y]")
    return np.asarray(np.datetime64(f"{year}-01-01") + into)

"""Checks within a row, between rows and between tables: one table of them, `CHECKS`.

Each check is a function of frames that says which rows break its rule, and what the message
should name. What the rules say, and how grave they are, stands in `schedule_rules.csv`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pandas as pd

from toolkit.intake import checks_money, checks_people
from toolkit.intake.checks_hits import FILE, NUMBER, PART, SHEET, Frames, hits
from toolkit.intake.loaded import Problem
from toolkit.intake.rules import RULES, Place, problem
from toolkit.intake.schedule import TABLES

Function = Callable[[pd.DataFrame, Frames], pd.DataFrame]


@dataclass(frozen=True)
class Check:
    """One check: its rule, the table and the column it is about, and the function that finds it.

    Attributes:
        code: The rule. A rule of severity `error` sets the row aside, and no later check sees it.
        table: The table whose rows are checked.
        column: The column to point at, or "".
        function: Given the table's rows and all tables, the rows that break the rule: a frame on
            their index, one column for each thing that the message names.
        once: Whether all hits of one file are told as one problem, with their `count`.
        across: Whether it looks at other tables too.
    """

    code: str
    table: str
    column: str
    function: Function
    once: bool = False
    across: bool = False


def _same_key(table: str, frame: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Rows with the key of an earlier row of the same file."""
    key = list(TABLES[table].key)
    within = [PART, *key]
    again = frame.duplicated(within)
    if not again.any():
        return hits(frame, again)
    first = frame.groupby(within, dropna=False)[NUMBER].transform("first")
    return hits(frame, again, other=first, wanted=" and ".join(key))


def _superseded(table: str, frame: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Rows whose key comes again in a file or sheet that was read later."""
    key = list(TABLES[table].key)
    old = frame.duplicated(key, keep="last")
    if not old.any():
        return hits(frame, old)
    label = frame[FILE].where(frame[SHEET].eq(""), frame[FILE] + ", sheet '" + frame[SHEET] + "'")
    last = label.groupby([frame[k] for k in key], dropna=False).transform("last")
    return hits(frame, old, other=last, wanted=" and ".join(key))


def _reversed(low: str, high: str, frame: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Rows whose lower end is above the higher."""
    about = {"low": frame[low], "high": frame[high], "low_column": low, "high_column": high}
    return hits(frame, frame[low] > frame[high], **about)


def _checks() -> tuple[Check, ...]:
    """Return every check, those that set rows aside before those that only warn."""
    keys = [
        check
        for name in TABLES
        for check in (
            Check("row.duplicate", name, "", partial(_same_key, name)),
            Check("row.superseded", name, "", partial(_superseded, name), once=True),
        )
    ]
    people, money = checks_people, checks_money
    ends = {"assumptions": ("low", "high"), "mitigations": ("low", "high"),
            "opportunities": ("low", "high"),
            "services": ("expected_change_low", "expected_change_high")}  # fmt: skip
    return (
        *keys,
        Check("plan.cease_before_start", "plans", "plan_cease", people.cease_before_start),
        Check("plan.birth_after_start", "plans", "birth_month", people.birth_after_start),
        Check("placement.leaving_before_entry", "placements", "leaving_date", people.left_early),
        Check("cost.nobody", "placement_costs", "person_id", money.nobody),
        Check("plan.over_25", "plans", "birth_month", people.over_25),
        Check("plan.reason_without_date", "plans", "plan_cease", people.reason_without_date),
        Check("plan.overlap", "plans", "plan_start", people.overlap),
        Check("request.outcome_early", "requests", "request_outcome_date", people.outcome_early),
        Check("request.assessment_early", "requests", "assessment_outcome_date",
              people.assessment_early),
        Check("review.notified_early", "reviews", "notified_date", people.notified_early),
        Check("review.before_plan", "reviews", "review_date", people.review_before_plan,
              across=True),
        *(
            Check(code, table, "person_id", function, across=True)
            for table, none in (("placements", "placement.no_plan"), ("reviews", "review.no_plan"),
                                ("placement_costs", "cost.no_plan"))
            for code, function in (("id.zeros_lost", people.zeros_lost), (none, people.no_plan))
        ),
        *(
            Check("money.negative", table, column, partial(money.negative, column))
            for table, columns in money.POSITIVE.items()
            for column in columns
        ),
        Check("spend.net_differs", "spend_lines", "net", money.net_differs),
        Check("dsg.brought_forward_differs", "dsg_position", "brought_forward",
              money.brought_forward_differs),
        Check("dsg.carried_forward_differs", "dsg_position", "carried_forward",
              money.carried_forward_differs),
        *(
            Check("range.reversed", table, low, partial(_reversed, low, high))
            for table, (low, high) in ends.items()
        ),
    )  # fmt: skip


CHECKS: tuple[Check, ...] = _checks()


@dataclass
class Checked:
    """What checking gives: the rows that can be used, table by table, and what is wrong."""

    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def check(
    tables: Mapping[str, pd.DataFrame],
    people: frozenset[str] | None = None,
    headings: Mapping[tuple[str, str, str], Mapping[str, str]] | None = None,
    across: bool = True,
) -> Checked:
    """Return the tables without the rows that break a rule of severity `error`, and all problems.

    Args:
        tables: Typed tables. Where they have FILE, SHEET and NUMBER, problems name the row;
            stored tables, which have not, give one problem a rule, with a count.
        people: Every person with a plan, of rows set aside too; None takes those in `plans`.
        headings: For a table, file and sheet, the heading of each column.
        across: Whether to check tables against each other.
    """
    checked = Checked({name: _placed(frame) for name, frame in tables.items()})
    for one in CHECKS:
        frame = checked.frames.get(one.table)
        if frame is None or frame.empty or (one.across and not across):
            continue
        found = one.function(frame, Frames(checked.frames, people))
        if not len(found):
            continue
        checked.problems += _problems(one, frame.loc[found.index], found, headings or {})
        if RULES[one.code].severity == "error" or one.code == "row.superseded":
            checked.frames[one.table] = frame.drop(index=found.index)
    return checked


def _placed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with places, unknown where it has none, on an index of its own."""
    placed = frame.reset_index(drop=True)
    for name in (FILE, SHEET):
        placed = placed if name in placed else placed.assign(**{name: ""})
    placed = placed if PART in placed else placed.assign(**{PART: 0})
    if NUMBER in placed:
        return placed
    return placed.assign(**{NUMBER: pd.Series(pd.NA, index=placed.index, dtype="Int64")})


def _problems(
    one: Check,
    rows: pd.DataFrame,
    found: pd.DataFrame,
    headings: Mapping[tuple[str, str, str], Mapping[str, str]],
) -> list[Problem]:
    """Return the hits of one check in words."""
    made: list[Problem] = []
    groups = [FILE, SHEET, "other"] if one.once else [FILE, SHEET]
    placed = found.assign(**{c: rows[c] for c in (FILE, SHEET, NUMBER)})
    for key, group in placed.groupby(groups, sort=False):
        file, sheet = str(key[0]), str(key[1])
        known = headings.get((one.table, file, sheet), {})
        place = Place(one.table, file, sheet, None, known.get(one.column, one.column))
        records: list[dict[str, Any]] = group.to_dict("records")  # type: ignore[assignment]
        if one.once or group[NUMBER].isna().all():
            extra = "" if one.once else f"This holds for {len(group)} rows."
            fields = {**records[0], "count": len(group), "hint": extra}
            made.append(_one(one.code, place, fields))
        else:
            made += [_one(one.code, _at(place, record), record) for record in records]
    return made


def _at(place: Place, record: Mapping[str, Any]) -> Place:
    return Place(place.table, place.file, place.sheet, int(record[NUMBER]), place.column)


def _one(code: str, place: Place, fields: Mapping[str, Any]) -> Problem:
    named = {str(k): v for k, v in fields.items() if k not in (FILE, SHEET, NUMBER)}
    value = named.pop("value", "")
    hint = named.pop("hint", "")
    return problem(code, place, value=str(value), hint=str(hint), **named)

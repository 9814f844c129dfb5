"""The rule table: every problem that reading the schedule's files can report, with its remedy.

It stands in `schedule_rules.csv`, so that it can be read and reworded without code. A rule of
severity `value` concerns one cell: where the column is required the row is set aside (error),
elsewhere the row is used with the cell blank (warning).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

from toolkit.intake.loaded import Problem, Severity

LONGEST_VALUE = 60  # characters of a cell that a message repeats
LIMIT = 1000  # problems of one kind in one column that are listed one by one


@dataclass(frozen=True)
class Rule:
    """One rule: a stable code, how grave it is, and what to say."""

    code: str
    severity: Literal["error", "warning", "note", "value"]
    message: str
    remedy: str


@dataclass(frozen=True)
class Place:
    """Where a problem is, as far as it is known; the fields are those of `Problem`."""

    table: str = ""
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""


def _rules() -> Mapping[str, Rule]:
    source = files("toolkit.intake").joinpath("schedule_rules.csv")
    with source.open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    return MappingProxyType({r["code"]: Rule(**r) for r in rows})  # type: ignore[arg-type]


RULES: Mapping[str, Rule] = _rules()


def problem(
    code: str,
    place: Place,
    /,
    *,
    value: str = "",
    hint: str = "",
    required: bool = False,
    plain: str = "",
    **fields: Any,
) -> Problem:
    """Return a problem in words.

    Args:
        code: The rule; KeyError where there is none.
        place: Where it is.
        value: The value as the file has it; "" where it must not be repeated.
        hint: More to the remedy, as in "Did you mean SEMH?".
        required: For a rule about one cell, whether its column is required.
        plain: What is wrong in words that name no value, as `Problem` has it.
        **fields: What the rule's message and remedy name in braces.
    """
    rule = RULES[code]
    named = {"value": shorten(value), **fields}
    message = rule.message.format_map(named) if value or "{value}" not in rule.message else ""
    message = message or rule.message.replace("'{value}'", "the value (withheld)").replace(
        "{value}", "a value (withheld)"
    ).format_map(named)
    remedy = " ".join(part for part in (rule.remedy.format_map(named), hint) if part)
    return Problem(
        code=code,
        severity=severity(rule, required),
        message=_capital(message) + _consequence(rule, required),
        remedy=remedy,
        table=place.table,
        file=place.file,
        sheet=place.sheet,
        row=place.row,
        column=place.column,
        value=value,
        plain=plain,
    )


def severity(rule: Rule, required: bool) -> Severity:
    """Return how grave a broken rule is, in a column that is required or not."""
    if rule.severity == "value":
        return "error" if required else "warning"
    return rule.severity


def _consequence(rule: Rule, required: bool) -> str:
    """Return what became of the row, for a rule about one cell."""
    if rule.severity != "value":
        return ""
    return " The row was set aside." if required else " It was read as blank."


def shorten(value: str) -> str:
    """Return a value on one line, cut to what a message can hold."""
    line = " ".join(value.split())
    return line if len(line) <= LONGEST_VALUE else line[: LONGEST_VALUE - 1] + "…"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def limited(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems, those of one kind in one column from the thousandth on told as one.

    The one that stands for them names their number and the first of their rows.
    """
    kept: list[Problem] = []
    beyond: dict[tuple[str, ...], list[Problem]] = {}
    counts: dict[tuple[str, ...], int] = {}
    for p in problems:
        kind = (p.code, p.table, p.file, p.sheet, p.column)
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] <= LIMIT:
            kept.append(p)
        else:
            beyond.setdefault(kind, []).append(p)
    for rest in beyond.values():
        said = f"{len(rest)} more rows, from this one on: {rest[0].message}"
        kept.append(replace(rest[0], message=said, count=len(rest)))
    return kept

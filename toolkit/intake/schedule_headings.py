"""Which column of a file is which column of the schedule."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from toolkit.errors import SettingsError
from toolkit.intake import identity
from toolkit.intake.loaded import Problem
from toolkit.intake.rules import Place, problem
from toolkit.intake.schedule import TABLES, Column, Table
from toolkit.intake.tabular_grid import RawTable, plain

CLOSE = 0.72  # how alike a heading must be to one of ours before it is suggested
LISTED = 12  # headings that a note names before it counts the rest
# What a file is called besides its table: "plans 2024", "plans_final (2)", "plans 2023-24 Q1".
BESIDE = re.compile(
    r"(\d+|v\d+|q\d|fy|ay|final|copy|draft|new|all|history|example|to|of|and|data|table|"
    r"jan\w*|feb\w*|mar\w*|apr\w*|may|june?|july?|aug\w*|sep\w*|oct\w*|nov\w*|dec\w*)"
)
# Headings of the SEN2 return, of published statistics and of the register of schools: files that
# other readers take.
FOREIGN = re.compile(r"\w+tableid|nativeid|timeperiod|geographiclevel|typeofestablishmentcode")


@dataclass
class Matched:
    """Which heading stands for which column.

    Attributes:
        columns: For each of our columns that the file has, its heading.
        parts: Headings from which the pseudonym is made, where there is no person_id.
        birth_date: Heading of the birth date from which birth_month is taken, or "".
        la_code: Heading of a column that names the LA of each row, or "".
        problems: What is to be said of the headings.
    """

    columns: dict[str, str] = field(default_factory=dict)
    parts: dict[identity.Part, str] = field(default_factory=dict)
    birth_date: str = ""
    la_code: str = ""
    problems: list[Problem] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        """Whether the rows can be read."""
        return not any(p.severity == "error" for p in self.problems)


def check_map(column_map: Mapping[str, Mapping[str, str]]) -> None:
    """Check the [columns] of area.toml against the schedule.

    Raises:
        SettingsError: A table or a column is not in the schedule, or a column that identifies
            a person is to be read as one that is stored.
    """
    for table, columns in column_map.items():
        if table not in TABLES:
            raise _unknown(f"columns.{table}", table, list(TABLES), "table")
        for ours, heading in columns.items():
            if ours not in TABLES[table].names:
                raise _unknown(f"columns.{table}.{ours}", ours, TABLES[table].names, "column")
            part = identity.part(heading)
            allowed = {"person_id": ("upn", "uln"), "birth_month": ("birth_date",)}
            if TABLES[table].level == "person" and part not in (None, *allowed.get(ours, ())):
                raise SettingsError(
                    f"'{heading}' identifies a person and cannot be read as {ours}.",
                    where=f"area.toml, columns.{table}",
                    remedy="Take this line out.",
                )


def _unknown(place: str, name: str, known: Sequence[str], kind: str) -> SettingsError:
    close = difflib.get_close_matches(name, known, 1)
    remedy = f"Did you mean {close[0]}?" if close else f"Known: {', '.join(known)}."
    return SettingsError(
        f"'{place}' is no {kind} of the schedule.", where="area.toml", remedy=remedy
    )


def table_of(name: str, headings: Sequence[str], local: Mapping[str, Mapping[str, str]]) -> str:
    """Return the table that a file or sheet holds, by its name, else by its headings, else "".

    Args:
        name: Name of the file without its ending, or of the sheet.
        headings: Its headings.
        local: The [columns] of area.toml.
    """
    if any(FOREIGN.fullmatch(plain(h)) for h in headings):
        return ""
    return table_named(name) or _table_headed(headings, local)


def table_named(name: str) -> str:
    """Return the table that a name stands for, as in "plans 2024" or "EHC plans", or ""."""
    words = re.findall(r"[^\W_]+", name.lower())
    for table in sorted(TABLES.values(), key=lambda t: -len(t.name)):
        for own in (table.name, table.title.lower()):
            start = re.findall(r"[^\W_]+", own)
            rest = words[len(start) :]
            if words[: len(start)] == start and all(BESIDE.fullmatch(word) for word in rest):
                return table.name
    return ""


def _table_headed(headings: Sequence[str], local: Mapping[str, Mapping[str, str]]) -> str:
    """Return the table whose required columns are all there, and most others; "" where none."""
    best, most = "", 1  # one shared heading is no table
    for table in TABLES.values():
        matched = _columns(headings, table, local.get(table.name, {}))
        parts = {identity.part(h) for h in headings}
        found = set(matched)
        found |= {"person_id"} if {"upn", "uln"} & parts else set()
        found |= {"birth_month"} if "birth_date" in parts else set()
        if set(table.required) <= found and len(matched) > most:
            best, most = table.name, len(matched)
    return best


def match(raw: RawTable, table: Table, local: Mapping[str, str]) -> Matched:
    """Return which heading of a raw table stands for which column, with what is wrong.

    Args:
        raw: The file or sheet.
        table: The table that it holds.
        local: The LA's own headings for our columns.
    """
    matched = Matched()
    place = Place(table=table.name, file=raw.file, sheet=raw.sheet)
    matched.problems += _ambiguous(raw, table, local, place)
    columns = _columns(raw.headings, table, local)
    matched.columns = {ours: headings[0] for ours, headings in columns.items()}
    rest = [h for h in raw.headings if not any(h in hs for hs in columns.values())]
    _take_identity(matched, table, rest, place)
    if not matched.columns and not matched.parts:
        matched.problems.append(problem("heading.none", place, table=table.name))
        return matched
    rest = [h for h in rest if identity.part(h) is None]
    left = _missing(matched, table, local, rest, place)
    _name_unused(matched, table, left, place)
    return matched


def _columns(
    headings: Sequence[str], table: Table, local: Mapping[str, str]
) -> dict[str, list[str]]:
    """Return for each column the headings that stand for it: the LA's own, else ours."""
    by_plain: dict[str, list[str]] = {}
    for heading in headings:
        by_plain.setdefault(plain(heading), []).append(heading)
    found: dict[str, list[str]] = {}
    for column in table.columns:
        own = by_plain.get(plain(local.get(column.name, "")), []) if column.name in local else []
        names = [column.name, *column.also_called]
        found[column.name] = own or [h for n in names for h in by_plain.get(plain(n), [])]
    return {ours: list(dict.fromkeys(hs)) for ours, hs in found.items() if hs}


def _ambiguous(
    raw: RawTable, table: Table, local: Mapping[str, str], place: Place
) -> list[Problem]:
    """Return a problem for each of our columns that two columns of the file stand for."""
    found: list[Problem] = []
    columns = _columns(raw.headings, table, local)
    taken = {plain(h) for hs in columns.values() for h in hs}
    linking = {plain(h) for h in raw.headings if identity.part(h)}
    for heading in raw.duplicates:
        if plain(heading) in taken | linking:
            found.append(problem("heading.duplicate", place, value=heading))
    for ours, headings in columns.items():
        if len(headings) > 1:
            said = " and ".join(f"'{h}'" for h in headings)
            found.append(problem("heading.two_for_one", place, headings=said, wanted=ours))
    return found


def _take_identity(matched: Matched, table: Table, rest: Sequence[str], place: Place) -> None:
    """Take note of the columns that identify a person: some make the pseudonym, all are dropped."""
    telling = [h for h in rest if identity.part(h) is not None]
    parts: dict[identity.Part, str] = {}
    for heading in telling:
        found = identity.part(heading)
        if found:
            parts.setdefault(found, heading)
    own = matched.columns.get("person_id", "")
    if own and identity.part(own) in ("upn", "uln"):  # area.toml: person_id = "UPN"
        parts[identity.part(own) or ""] = matched.columns.pop("person_id")
        telling = [own, *telling]
    dated = matched.columns.get("birth_month", "")
    if dated and identity.part(dated) == "birth_date":
        parts["birth_date"] = matched.columns.pop("birth_month")
        telling = [dated, *telling]
    if "person_id" in table.names and "person_id" not in matched.columns:
        matched.parts = parts if identity.can_link(parts) else {}
    if "birth_month" in table.names and "birth_month" not in matched.columns:
        matched.birth_date = parts.get("birth_date", "")
    if telling:
        said = _listed(telling)
        matched.problems.append(problem("heading.identifies", place, headings=said))


def _missing(
    matched: Matched, table: Table, local: Mapping[str, str], rest: Sequence[str], place: Place
) -> list[str]:
    """Report columns that are missing, with what may be meant; return the headings left over."""
    left = list(rest)
    for column in table.columns:
        if _there(column, matched):
            continue
        close = _close(column, left)
        if column.name in local:
            code = "heading.mapped_missing" if column.required else "heading.mapped_absent"
            about: dict[str, Any] = {"value": local[column.name], "wanted": column.name}
            plain = f"The heading that area.toml names for {column.name} is not in the file."
            lost = "No row was used." if column.required else "The column was read as blank."
            about["plain"] = f"{plain} {lost}"
            matched.problems.append(problem(code, place, **about))
        elif column.required:
            hint = f"Is it '{close}'?" if close else ""
            plain = f"The column {column.name} is missing. No row was used."
            about = {"wanted": column.name, "table": table.name, "hint": hint, "plain": plain}
            matched.problems.append(problem("heading.missing", place, **about))
        elif close:
            hint = f"Did you mean {column.name}?"
            matched.problems.append(
                problem("heading.unknown", place, value=close, hint=hint, wanted=column.name)
            )
        left = [h for h in left if h != close]
    return left


def _there(column: Column, matched: Matched) -> bool:
    linked = column.name == "person_id" and bool(matched.parts)
    dated = column.name == "birth_month" and bool(matched.birth_date)
    return column.name in matched.columns or linked or dated


def _close(column: Column, headings: Sequence[str]) -> str:
    """Return the heading that looks most like a misspelt column, or ""."""
    by_plain = {plain(h): h for h in headings}
    close = difflib.get_close_matches(plain(column.name), by_plain, 1, CLOSE)
    return by_plain[close[0]] if close else ""


def _name_unused(matched: Matched, table: Table, left: Sequence[str], place: Place) -> None:
    """Name the columns that are not read, once; one may say which LA a row belongs to."""
    codes = {"la", "lea", "lacode", "leacode", "oldlacode", "localauthoritycode", "lanumber"}
    if table.name in ("plans", "requests"):
        matched.la_code = next((h for h in left if plain(h) in codes), "")
    if left and matched.usable:
        matched.problems.append(problem("heading.unused", place, headings=_listed(left)))


def _listed(headings: Sequence[str]) -> str:
    shown = ", ".join(headings[:LISTED])
    more = len(headings) - LISTED
    return f"{shown} and {more} more" if more > 0 else shown

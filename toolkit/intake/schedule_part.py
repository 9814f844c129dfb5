"""One file or sheet of a table, read: typed columns, the rows set aside, and the reasons."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.intake import identity, names, values, values_codes
from toolkit.intake.full_names import Names
from toolkit.intake.loaded import Problem, Typed
from toolkit.intake.rules import Place, problem
from toolkit.intake.schedule import TABLES, Column, Table, dtype
from toolkit.intake.schedule_headings import Matched, match
from toolkit.intake.tabular_grid import ROW, RawTable

# Where a row comes from: file, sheet, row, and which of the parts of its table. Never stored.
FILE, SHEET, NUMBER, PART = "_file", "_sheet", "_row", "_part"
BAD = "_bad_"  # before the name of a column: whether its cell could not be read
PUBLIC = ("establishments", "places")  # their names are those of schools and providers
TOTAL = re.compile(
    r"((grand|sub|overall|la|area)[ -]*)?totals?( (for|of|in|all|plans?|costs?|spend) ?.{0,30})?:?"
    r"|sum:?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Part:
    """One file or sheet of a table.

    Attributes:
        table: The table.
        file: Name of the file.
        sheet: Name of the sheet, or "".
        frame: Typed columns of the rows that can be used, with FILE, SHEET and NUMBER.
        people: Every person_id read, of rows set aside too.
        rows_read: Records in the file.
        headings: For each of our columns, its heading.
        problems: What is wrong.
        names: The full names in it, for as long as reading lasts.
        typed: Texts that people typed.
    """

    table: str
    file: str
    sheet: str
    frame: pd.DataFrame
    people: frozenset[str]
    rows_read: int
    headings: Mapping[str, str]
    problems: list[Problem]
    names: Names = field(default_factory=Names, repr=False)
    typed: list[Typed] = field(default_factory=list, repr=False)


@dataclass(frozen=True)
class How:
    """What reading needs to know of the area.

    Attributes:
        columns: The [columns] of area.toml.
        pseudonyms: The area's.
        la_code: The area's code.
        as_of: The day of the data; None leaves dates in the future unchecked.
    """

    columns: Mapping[str, Mapping[str, str]]
    pseudonyms: identity.Pseudonymiser
    la_code: str
    as_of: dt.date | None


def read_part(raw: RawTable, table_name: str, how: How) -> Part:
    """Return a raw table as a part of a table of the schedule."""
    table = TABLES[table_name]
    about = [replace(p, table=table_name) for p in raw.problems]
    if any(p.code == "heading.two_rows" for p in about):
        return _unused(raw, table, about)
    matched = match(raw, table, how.columns.get(table_name, {}))
    if not matched.usable:
        about = [p for p in about if p.severity == "error"]
        return _unused(raw, table, [*about, *matched.problems])
    problems = [*about, *matched.problems]
    frame, linked = _with_person(raw, table, matched, how, problems)
    place = _place(raw, table)
    used = ~_totals(raw.frame, place, problems)
    used &= ~_other_la(raw.frame, used, matched.la_code, how.la_code, place, problems)
    used &= ~_missing(frame, used, table, linked, place, problems)
    reader = _Reader(raw, table, matched, how, linked, problems)
    typed, good = reader.columns(frame, used)
    named = frame["person_id"].dropna() if "person_id" in frame else frame[ROW].head(0)
    people = frozenset(named.astype(str).str.strip().str.replace(r"\.0+$", "", regex=True))
    kept = typed.assign(**{FILE: raw.file, SHEET: raw.sheet}).assign(**{NUMBER: frame[ROW]})[good]
    headings = {**matched.columns, **_stand_ins(matched)}
    words = {c.name: matched.columns[c.name] for c in table.columns if _is_typed(table, c, matched)}
    known, typed_words = names.of_frame(raw.frame), names.typed_in(kept, words, place)
    return Part(
        table.name,
        raw.file,
        raw.sheet,
        kept,
        people,
        raw.rows_read,
        headings,
        problems,
        known,
        typed_words,
    )


def _is_typed(table: Table, column: Column, matched: Matched) -> bool:
    """Return whether a column of a file holds words that somebody typed, and reports may print.

    Names of schools and providers are no such words: they are public, whoever has the same.
    """
    in_words = column.type in ("text", "id") and column.name != "person_id"
    return in_words and column.name in matched.columns and table.name not in PUBLIC


def _place(raw: RawTable, table: Table) -> Place:
    return Place(table=table.name, file=raw.file, sheet=raw.sheet)


def _unused(raw: RawTable, table: Table, problems: list[Problem]) -> Part:
    """Return a part of which no row is used; a problem has said why."""
    frame = pd.DataFrame({c.name: pd.Series([], dtype=dtype(c)) for c in table.columns})  # type: ignore[call-overload]
    none = frame.assign(**{FILE: "", SHEET: ""}).assign(**{NUMBER: pd.Series([], dtype="Int64")})
    return Part(table.name, raw.file, raw.sheet, none, frozenset(), raw.rows_read, {}, problems)


def _stand_ins(matched: Matched) -> dict[str, str]:
    """Return the headings under which a person and a birth month were found otherwise."""
    found = {"person_id": " + ".join(h for p, h in matched.parts.items() if p)}
    return {k: v for k, v in {**found, "birth_month": matched.birth_date}.items() if v}


def _with_person(
    raw: RawTable, table: Table, matched: Matched, how: How, problems: list[Problem]
) -> tuple[pd.DataFrame, bool]:
    """Return the raw columns under our names, people as pseudonyms, and whether by linking.

    Nothing that identifies a person is in the frame.
    """
    source = raw.frame
    frame = pd.DataFrame({ROW: source[ROW]})
    for ours, heading in matched.columns.items():
        frame[ours] = source[heading]
    if matched.parts:
        frame["person_id"] = identity.link(source, matched.parts, how.pseudonyms)
    elif "person_id" in frame:
        frame["person_id"], count = identity.replace_upns(frame["person_id"], how.pseudonyms)
        if count:
            place = replace(_place(raw, table), column=matched.columns["person_id"])
            problems.append(problem("id.upn", place, count=count))
    if matched.birth_date:
        frame["birth_month"] = identity.birth_months(source, matched.birth_date, how.as_of)
    return frame, bool(matched.parts)


def _totals(source: pd.DataFrame, place: Place, problems: list[Problem]) -> npt.NDArray[np.bool_]:
    """Return which rows are totals: the first cell that is filled says so."""
    columns = [c for c in source.columns if c != ROW]
    if not columns:
        return np.zeros(len(source), dtype=bool)
    first = source[columns[0]]
    for column in columns[1:]:
        if not first.isna().any():
            break
        first = first.where(first.notna(), source[column])
    total = first.str.strip().str.fullmatch(TOTAL).fillna(False).to_numpy(dtype=bool)
    problems += [problem("row.total", replace(place, row=int(n))) for n in source.loc[total, ROW]]
    return total


def _other_la(
    source: pd.DataFrame,
    used: npt.NDArray[np.bool_],
    heading: str,
    la_code: str,
    place: Place,
    problems: list[Problem],
) -> npt.NDArray[np.bool_]:
    """Return which rows name another LA than this area's."""
    if not heading or not la_code:
        return np.zeros(len(source), dtype=bool)
    given = source[heading].str.strip().str.removesuffix(".0")
    other = (given.str.fullmatch(r"\d{3}") & given.ne(la_code)).fillna(False).to_numpy(dtype=bool)
    for number, code in zip(source.loc[other & used, ROW], given[other & used], strict=True):
        at = replace(place, row=int(number), column=heading)
        problems.append(problem("row.other_la", at, value=code, expected=la_code))
    return other


def _missing(
    frame: pd.DataFrame,
    used: npt.NDArray[np.bool_],
    table: Table,
    linked: bool,
    place: Place,
    problems: list[Problem],
) -> npt.NDArray[np.bool_]:
    """Return which rows lack a required value; each is named once, with all that it lacks."""
    lacks = frame[list(table.required)].apply(_is_blank).to_numpy()
    rows = np.flatnonzero(lacks.any(axis=1) & used)
    keys = [list(table.required).index(k) for k in table.key if k in table.required]
    for i in rows:
        names = [name for name, lack in zip(table.required, lacks[i], strict=True) if lack]
        at = replace(place, row=int(frame[ROW].iloc[i]))
        if keys and lacks[i][keys].all():
            code = "row.no_key"
        else:
            code = "id.unlinked" if linked and names == ["person_id"] else "value.missing"
        at = replace(at, column=names[0])
        problems.append(problem(code, at, wanted=" and ".join(names)))
    return np.asarray(lacks.any(axis=1), dtype=bool)


def _is_blank(column: pd.Series) -> pd.Series:
    return column.isna() | column.str.strip().eq("").fillna(False)


@dataclass
class _Reader:
    """Reads the columns of one raw table, and collects what cannot be read."""

    raw: RawTable
    table: Table
    matched: Matched
    how: How
    linked: bool
    problems: list[Problem]

    def columns(
        self, frame: pd.DataFrame, used: npt.NDArray[np.bool_]
    ) -> tuple[pd.DataFrame, npt.NDArray[np.bool_]]:
        """Return all columns typed, and which rows can be used."""
        typed: dict[str, object] = {}
        bad: dict[str, object] = {}
        good = used.copy()
        for column in self.table.columns:
            if column.name not in frame:
                kind = dtype(column)
                typed[column.name] = pd.Series([None] * len(frame), dtype=kind, index=frame.index)  # type: ignore[call-overload]
                continue
            # Rows that are set aside already are not read: each is reported once.
            parsed = values.parse(frame[column.name].where(used), column, self.how.as_of)
            typed[column.name] = parsed.values
            broken = parsed.codes != ""
            if broken.any():
                bad[BAD + column.name] = broken
                self._cells(frame, column, parsed)
            self._notes(frame, column, parsed)
            good &= ~broken if column.required else True
        return pd.DataFrame({**typed, **bad}, index=frame.index), good

    def _place(self, column: Column, row: int | None) -> Place:
        heading = {**self.matched.columns, **_stand_ins(self.matched)}.get(column.name, "")
        place = Place(self.table.name, self.raw.file, self.raw.sheet)
        return replace(place, row=row, column=heading or column.name)

    def _shown(self, column: Column, raw: object) -> str:
        """Return a value as it may be named: nothing that was derived from who somebody is."""
        derived = (column.name == "person_id" and self.linked) or (
            column.name == "birth_month" and bool(self.matched.birth_date)
        )
        return "" if derived or pd.isna(raw) else identity.withheld(str(raw), column)  # type: ignore[call-overload]

    def _cells(self, frame: pd.DataFrame, column: Column, parsed: values.Parsed) -> None:
        """Report each cell that could not be read."""
        for i in np.flatnonzero(parsed.codes != ""):
            code = str(parsed.codes[i])
            raw = (
                ""
                if code in ("id.name", "text.identifies")
                else self._shown(column, frame[column.name].iloc[i])
            )
            place = self._place(column, int(frame[ROW].iloc[i]))
            hint, required = str(parsed.hints[i]), column.required
            plain = values_codes.in_plain_words(code, column.codes)
            self.problems.append(
                problem(code, place, value=raw, hint=hint, required=required, plain=plain)
            )

    def _notes(self, frame: pd.DataFrame, column: Column, parsed: values.Parsed) -> None:
        """Report what is to be said once of the column."""
        for note in parsed.notes:
            raw = self._shown(column, frame[column.name].iloc[note.position])
            place = self._place(column, int(frame[ROW].iloc[note.position]))
            self.problems.append(problem(note.code, place, value=raw, **note.fields))

"""COLLECT's nine CSV files, and workbooks with a sheet a module, read into `Modules`.

Cells are read by `tabular`. Headings are matched without regard to case and spaces. Rows hang
together by their tableids; in a workbook, `requeststableid` may stand in for those of tables
further down, which is what case systems write.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.errors import InputError
from toolkit.intake import tabular
from toolkit.intake.loaded import Problem
from toolkit.intake.rules import Place, problem, shorten
from toolkit.intake.schedule import TEXT
from toolkit.intake.sen2_fields import (
    HEADER,
    PARENTS,
    ROW,
    SHEETS,
    TABLES,
    Form,
    Modules,
    columns,
    fields,
    own_id,
    parent_id,
    tidy,
)
from toolkit.intake.sen2_problems import WITHHELD
from toolkit.intake.tabular_grid import plain

ALL = (HEADER, *TABLES)
CSV_NAME = re.compile(rf"(?P<prefix>.*?)[ _.-]?(?P<table>{'|'.join(ALL)})\.csv", re.IGNORECASE)
# Columns of COLLECT's that say nothing here.
IDLE = {"nativeid", "sourceid", "recordtype", *(own_id(t) for t in ALL)}
# Without these columns a table cannot be used at all.
ESSENTIAL = {
    "person": ("personbirthdate",),
    "requests": ("receiveddate", "requestoutcome"),
    "namedplan": ("startdate",),
    "placementdetail": ("entrydate",),
    "senneed": ("sentype", "sentyperank"),
}


def table_of_sheet(name: str) -> str:
    """Return the table that a sheet holds, going by its name in any spelling, or ""."""
    short = plain(name).removesuffix("records").removesuffix("record").rstrip("s")
    for table in ALL:
        if short in {plain(SHEETS[table]).rstrip("s"), table.rstrip("s")}:
            return table
    return ""


def table_of_file(path: Path) -> str:
    """Return the table that a CSV file holds, going by the end of its name, or ""."""
    match = CSV_NAME.fullmatch(path.name)
    return match["table"].lower() if match else ""


def read_csv(paths: Sequence[Path]) -> Modules:
    """Return COLLECT's files as modules; a file that is not there is named in a problem."""
    raw: dict[str, tabular.RawTable] = {}
    problems: list[Problem] = []
    for path in paths:
        table = table_of_file(path)
        read = tabular.read(path, _known(table))
        problems += read.problems
        if read.tables:
            raw[table] = read.tables[0]
    return _modules(raw, problems, "csv", paths[0].name)


def read_workbook(path: Path) -> Modules:
    """Return a workbook as modules; a sheet that is not there is named in a problem."""
    known = {name for table in ALL for name in _known(table)}
    read = tabular.read(path, known)
    raw: dict[str, tabular.RawTable] = {}
    for sheet in read.tables:
        raw.setdefault(table_of_sheet(sheet.sheet), sheet)
    raw.pop("", None)
    return _modules(raw, read.problems, "workbook", path.name)


def _known(table: str) -> set[str]:
    """Return the headings that a table may have."""
    return {*columns(table), *(f.alias for f in fields(table) if f.alias), "NativeId"} - {ROW}


def _modules(
    raw: Mapping[str, tabular.RawTable], problems: list[Problem], form: Form, name: str
) -> Modules:
    """Return raw tables as modules."""
    if "person" not in raw:
        worst = [p for p in problems if p.severity == "error"]
        what = worst[0].message if worst else f"the module '{SHEETS['person']}' is missing."
        raise InputError(
            what[:1].lower() + what[1:],
            where=worst[0].file if worst else name,
            remedy=worst[0].remedy if worst else "Export all modules of the return again.",
        )
    found = [_safe(p) for p in problems] + [_safe(p) for t in raw.values() for p in t.problems]
    found += [_missing(t, form, name) for t in TABLES if t not in raw]
    frames, read = {}, {}
    for table in TABLES:
        frames[table], more = _frame(table, raw.get(table))
        found += more
        read[table] = raw[table].rows_read if table in raw else 0
    header = raw.get(HEADER)
    return Modules(
        header=_header(header) if header is not None else {},
        frames=_lifted(frames),
        form=form,
        files={t: raw[t].file if t in raw else name for t in ALL},
        rows_read=read,
        problems=found,
    )


def _header(raw: tabular.RawTable) -> dict[str, str]:
    """Return the one row of the header, by element."""
    frame = raw.frame.rename(columns=lambda c: plain(str(c)))
    row = frame.iloc[0] if len(frame) else pd.Series(dtype=object)
    cells = {f.element: row.get(f.column) for f in fields(HEADER)}
    return {k: "" if v is None or pd.isna(v) else str(v).strip() for k, v in cells.items()}


def _frame(table: str, raw: tabular.RawTable | None) -> tuple[pd.DataFrame, list[Problem]]:
    """Return a raw table with the columns of its module, and what is wrong with its headings."""
    if raw is None:
        return tidy(table, pd.DataFrame()), []
    aliases = {f.alias: f.column for f in fields(table) if f.alias}
    names = {c: aliases.get(plain(str(c)), plain(str(c))) for c in raw.frame.columns if c != ROW}
    frame = raw.frame.rename(columns=names)
    wanted = {f.column for f in fields(table)}
    place = Place(table="", file=raw.file, sheet=SHEETS[table])
    if len(frame) and not wanted & set(frame.columns):
        # Its first row may be a person's: what it holds must not be repeated.
        raise InputError(
            "it has no heading that a SEN2 return has.",
            where=f"{raw.file}, {SHEETS[table]}",
            remedy="Put COLLECT's column names into the first row, as in surname or receiveddate.",
        )
    found = [_no_column(place, name) for name in _lacking(table, frame) if len(frame)]
    unknown = [str(c) for c, n in names.items() if n not in wanted | IDLE and "orderseq" not in n]
    if unknown:
        found.append(problem("heading.unused", place, headings=", ".join(sorted(unknown))))
    if raw.duplicates:
        found.append(_twice(place, raw.duplicates))
    return _with_ids(table, frame), found


def _lacking(table: str, frame: pd.DataFrame) -> list[str]:
    """Return the essential columns that are not there."""
    lacking = [name for name in ESSENTIAL.get(table, ()) if name not in frame.columns]
    joined = {parent_id(table), own_id("requests")} if table != "person" else {own_id(HEADER)}
    if table != "person" and not joined & set(frame.columns):
        lacking.append(parent_id(table))
    return lacking


def _with_ids(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table's frame with clean ids; where it has no ids of its own, they are made."""
    made = tidy(table, frame)
    if own_id(table) not in frame.columns:
        made[own_id(table)] = pd.Series([f"{n}" for n in made[ROW]], dtype=TEXT)
    for name in (own_id(table), parent_id(table)):
        made[name] = made[name].str.replace(r"\.0+$", "", regex=True)
    request = own_id("requests")
    if request in frame.columns and request not in made.columns:
        made[request] = frame[request].reset_index(drop=True).str.replace(r"\.0+$", "", regex=True)
    return made


def _lifted(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the frames with the parent ids filled in that only the request's id tells."""
    request = own_id("requests")
    made = dict(frames)
    for table, parent in PARENTS.items():
        frame = made[table]
        if parent not in ("person", "requests", HEADER) and request in frame.columns:
            above = made[parent].dropna(subset=request) if request in made[parent] else None
            if above is not None and frame[parent_id(table)].isna().all():
                by_request = above.drop_duplicates(request).set_index(request)[own_id(parent)]
                found: Any = frame[request].map(by_request).astype(TEXT)
                made[table] = frame.assign(**{parent_id(table): found})
    return {t: f[[c for c in f.columns if c in columns(t)]] for t, f in made.items()}


def _missing(table: str, form: Form, name: str) -> Problem:
    """Return the problem that a module is not there."""
    what = f"_{table}.csv" if form == "csv" else f"the sheet '{SHEETS[table]}'"
    return Problem(
        code="sen2.module_missing",
        severity="error",
        message=f"The return lacks {what}: what hangs off it cannot be read either.",
        remedy=f"Export all modules again, and put {what} beside the others.",
        file=name,
        sheet=SHEETS[table],
    )


def _no_column(place: Place, name: str) -> Problem:
    """Return the problem that an essential column is not there."""
    return Problem(
        code="sen2.column_missing",
        severity="error",
        message=f"The column '{name}' is missing; the rows that need it are set aside.",
        remedy="Export the return again with all of COLLECT's columns.",
        file=place.file,
        sheet=place.sheet,
        column=name,
    )


def _twice(place: Place, headings: Sequence[str]) -> Problem:
    """Return the problem that a heading stands twice."""
    return Problem(
        code="sen2.heading_twice",
        severity="warning",
        message=f"Headings stand twice, and the first counts: {', '.join(headings)}.",
        remedy="Delete one of the columns, if they differ.",
        file=place.file,
        sheet=place.sheet,
    )


def _safe(found: Problem) -> Problem:
    """Return a problem of the file's structure without its value, which may be a name."""
    message = found.message
    for text in filter(None, (found.value, shorten(found.value))):
        message = message.replace(text, WITHHELD)
    return replace(found, message=message, value="")

"""The files that an LA fills in, CSVs and workbooks: read, checked and accounted for."""

from __future__ import annotations

import datetime as dt
import functools
import operator
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from toolkit.intake import checks, tabular
from toolkit.intake.full_names import Names
from toolkit.intake.identity import Pseudonymiser
from toolkit.intake.loaded import Account, Loaded, Problem, SourceFile, file_sha256
from toolkit.intake.rules import Place, limited, problem
from toolkit.intake.schedule import TABLES, empty
from toolkit.intake.schedule_headings import check_map, table_named, table_of
from toolkit.intake.schedule_part import PART, How, Part, read_part
from toolkit.intake.tabular import KINDS, RawTable

UNREADABLE = "unreadable"
KIND = "Data schedule: "  # of a source; the names of its tables follow, with commas
SHEETS_OF_OURS = {"Read me", "Codes"}  # sheets of the template that hold no table
ColumnMap = Mapping[str, Mapping[str, str]]


def recognise(path: Path, column_map: ColumnMap | None = None) -> list[str]:
    """Return the tables of the schedule that a CSV file or a workbook holds; [] for other files.

    A file that should be ours and cannot be opened gives [UNREADABLE]: `read` says what is
    wrong with it.

    Args:
        path: Any file.
        column_map: The [columns] of area.toml, by which local headings are known.
    """
    if path.suffix.lower() not in KINDS:
        return []
    found = tabular.read(path, _known(column_map or {}), head=True)
    held = [_table(raw, column_map or {}) for raw in found.tables]
    if not found.tables and any(p.severity == "error" for p in found.problems):
        workbook = path.suffix.lower() in tabular.WORKBOOK_KINDS
        return [UNREADABLE] if workbook or table_named(path.stem) else []
    return list(dict.fromkeys(name for name in held if name))


def read(
    paths: Sequence[Path],
    column_map: ColumnMap,
    pseudonyms: Pseudonymiser,
    la_code: str,
    as_of: dt.date | None = None,
    alone: bool = True,
) -> Loaded:
    """Return the tables of the schedule that some files hold, checked, every row accounted for.

    A table may come in several files: where two have the same key, the row of the later file
    stands. postcode_lookup is among the tables, for the reader of SEN2 returns; it is never
    to be stored.

    Args:
        paths: CSV files and workbooks.
        column_map: The [columns] of area.toml: for a table, the LA's heading of our columns.
        pseudonyms: What turns UPNs and the like into pseudonyms.
        la_code: The area's code; rows of another LA are set aside.
        as_of: The day of the data: later dates are in the future. None leaves that unchecked.
        alone: Whether no SEN2 return stands beside these files. Where one does, people may have
            their plans there, so that tables cannot be checked against each other yet.

    Raises:
        SettingsError: The column map names a table or a column that the schedule has not.
    """
    check_map(column_map)
    how = How(column_map, pseudonyms, la_code, as_of)
    loaded = Loaded()
    parts: list[Part] = []
    for path in paths:
        parts += _read_file(path, how, loaded)
    frames = {name: _together(name, parts) for name in dict.fromkeys(p.table for p in parts)}
    people = frozenset().union(*(p.people for p in parts if p.table == "plans"))
    headings = {(p.table, p.file, p.sheet): p.headings for p in parts}
    checked = checks.check(frames, people, headings, across=alone)
    loaded.problems = limited([*loaded.problems, *checked.problems])
    loaded.names = functools.reduce(operator.or_, (p.names for p in parts), Names())
    loaded.typed = [one for part in parts for one in part.typed]
    loaded.accounts = [
        _account(part, i, checked.frames[part.table]) for i, part in enumerate(parts)
    ]
    for name, frame in checked.frames.items():
        loaded.tables[name] = frame[TABLES[name].names].reset_index(drop=True)
    return loaded


def _known(column_map: ColumnMap) -> set[str]:
    """Return every heading that may be expected in a file."""
    columns = [c for table in TABLES.values() for c in table.columns]
    ours = {name for c in columns for name in (c.name, *c.also_called)}
    return ours | {heading for local in column_map.values() for heading in local.values()}


def _table(raw: RawTable, column_map: ColumnMap) -> str:
    name = raw.sheet or Path(raw.file).stem
    return table_of(name, raw.headings, column_map)


def _read_file(path: Path, how: How, loaded: Loaded) -> list[Part]:
    """Return the parts of one file; its problems and its citation are added to `loaded`."""
    place = Place(file=path.name)
    if path.stem.lower().endswith("_example"):
        loaded.problems.append(problem("file.example", place))
        return []
    found = tabular.read(path, _known(how.columns))
    loaded.problems += found.problems
    held = [(raw, _table(raw, how.columns)) for raw in found.tables]
    unknown = [raw for raw, name in held if not name]
    parts = [read_part(raw, name, how) for raw, name in held if name]
    loaded.problems += [p for part in parts for p in part.problems]
    loaded.problems += _unknown(place, unknown, bool(parts))
    if parts:
        kind = KIND + ", ".join(dict.fromkeys(p.table for p in parts))
        loaded.sources.append(SourceFile(path.name, kind, file_sha256(path)))
    return parts


def _unknown(place: Place, unknown: Sequence[RawTable], others: bool) -> list[Problem]:
    """Return what is to be said of sheets, or of a file, that hold no table of the schedule."""
    if unknown and not others:
        return [problem("file.no_table", place)]
    names = [raw.sheet for raw in unknown if raw.sheet not in SHEETS_OF_OURS and raw.rows_read]
    return [problem("sheet.unknown", place, sheets=", ".join(names))] if names else []


def _together(name: str, parts: Sequence[Part]) -> pd.DataFrame:
    """Return the parts of one table as one frame."""
    frames = [p.frame.assign(**{PART: i}) for i, p in enumerate(parts) if p.table == name]
    filled = [f for f in frames if len(f)] or frames[:1]
    together = pd.concat(filled, ignore_index=True)
    return together.astype(empty(name).dtypes.to_dict())


def _account(part: Part, number: int, used: pd.DataFrame) -> Account:
    """Return what became of the rows of one part."""
    count = int(used[PART].eq(number).sum())
    return Account(part.table, part.file, part.sheet, part.rows_read, count, part.rows_read - count)

"""Published statistics and finance: the tier that every local authority has on day one.

A file is recognised by its headings, never by its name. Tables are read when they are asked
for, and kept in a cache by the hash of the file. Where several files hold a table, they are
put together: for the same area, year and topic the newest release wins, and a note says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from toolkit.errors import InputError
from toolkit.intake.loaded import Account, Problem, SourceFile, file_sha256
from toolkit.intake.published_cache import Cache, Memory, version
from toolkit.intake.published_csv import Sheet, sheets
from toolkit.intake.published_kinds import EES_KIND, EES_SAME, READERS, RECOGNISED, SAME
from toolkit.intake.published_reader import Reader

IGNORED = {".txt", ".md", ".html", ".pdf", ".toml", ".json"}  # guidance that comes with a release


@dataclass(frozen=True)
class Part:
    """One sheet that was recognised: who reads it, what it gives, how new it is."""

    sheet: Sheet
    reader: Reader
    tables: tuple[str, ...]
    sha256: str
    rank: int


class Published:
    """The published tables that the files given hold, each read when it is first asked for.

    Attributes:
        sources: The files that are used.
        problems: What an analyst should know; grows as tables are read.
        accounts: What became of the rows of each sheet; grows as tables are read.
    """

    def __init__(
        self,
        parts: Iterable[Part] = (),
        sources: Iterable[SourceFile] = (),
        problems: Iterable[Problem] = (),
        cache: Cache | None = None,
    ) -> None:
        """Hold what `load` found."""
        self.sources, self.problems = list(sources), list(problems)
        self.accounts: list[Account] = []
        self._parts = list(parts)
        self._cache = cache or Cache(None)
        self._tables: dict[str, pd.DataFrame] = {}
        self._read: dict[tuple[str, str], Mapping[str, pd.DataFrame]] = {}
        self._noted: set[tuple[str, str]] = set()

    @property
    def names(self) -> list[str]:
        """The names of the tables there are, in alphabetical order."""
        return sorted({table for part in self._parts for table in part.tables})

    def cited(self, name: str) -> tuple[str, ...]:
        """Return how to cite the files that give a table: kind and release, never file names."""
        giving = {part.sha256 for part in self._parts if name in part.tables}
        said = [f"{s.kind}, {s.release}" if s.release else s.kind
                for s in self.sources if s.sha256 in giving]  # fmt: skip
        return tuple(dict.fromkeys(said))

    def given_by(self, name: str) -> tuple[str, ...]:
        """Return the hashes of the files that give a table, and the version of their readers."""
        giving = dict.fromkeys(part.sha256 for part in self._parts if name in part.tables)
        return (*giving, version()) if giving else ()

    def table(self, name: str) -> pd.DataFrame:
        """Return a table, which the caller may change: it is copied where and when it is.

        Raises:
            KeyError: No file gives it; the message names the tables there are.
            InputError: The file that gives it cannot be read.
        """
        if name not in self.names:
            raise KeyError(f"no published file gives '{name}'; there are: {', '.join(self.names)}")
        if name not in self._tables:
            parts = [part for part in self._parts if name in part.tables]
            frames = [(part, self._frame(part, name)) for part in parts]
            self._tables[name] = self._together(name, frames)
        return self._tables[name].copy(deep=False)

    def keep(self) -> None:
        """Read into the cache what it does not keep yet.

        Raises:
            InputError: A file cannot be read.
            OutputError: The cache cannot be written to.
        """
        for part in self._parts:
            for name in part.tables:
                if not self._cache.has(part.sha256, part.sheet.member, name):
                    self._frame(part, name)

    def everything(self) -> Memory:
        """Return every table and what is said of it, for a process to hold on to."""
        memory = Memory()
        for part in self._parts:
            key = (part.sha256, part.sheet.member)
            for name in part.tables:
                memory.tables[*key, name] = self._frame(part, name)
            memory.notes[key] = self._cache.notes(*key)
        return memory

    def _frame(self, part: Part, name: str) -> pd.DataFrame:
        key = (part.sha256, part.sheet.member)
        if key not in self._read:
            kept = self._cache.table(*key, name)
            notes = self._cache.notes(*key)
            if kept is not None and notes is not None:
                self._note(key, *notes)
                return kept
            loaded = part.reader.read(part.sheet)
            self._cache.keep(*key, loaded)
            self._note(key, loaded.problems, loaded.accounts)
            self._read[key] = loaded.tables
        return self._read[key][name]

    def _note(self, key: tuple[str, str], problems: list[Problem], accounts: list[Account]) -> None:
        if key not in self._noted:
            self._noted.add(key)
            self.problems += problems
            self.accounts += accounts

    def _together(self, name: str, frames: list[tuple[Part, pd.DataFrame]]) -> pd.DataFrame:
        """Return the frames of several files as one, the newest file's rows first in rank."""
        same = SAME.get(name, EES_SAME)
        ranked = sorted(frames, key=lambda pair: -pair[0].rank)
        taken: pd.DataFrame | None = None
        kept: list[pd.DataFrame] = []
        for part, frame in ranked:
            rows = frame if taken is None else _not_in(frame, taken)
            if len(rows) < len(frame):
                self.problems.append(_twice(name, part, len(frame) - len(rows)))
            if len(rows) or not kept:
                kept.append(rows)
            if part is not ranked[-1][0]:  # nobody asks what the last one takes
                keys = frame[same].drop_duplicates()
                taken = keys if taken is None else pd.concat([taken, keys]).drop_duplicates()
        return kept[0] if len(kept) == 1 else pd.concat(kept, ignore_index=True)


COLUMNS = {
    "caseload": ("year", "level", "code", "name", "region_code", "provision", "plans", "note"),
    "flows": ("year", "level", "code", "name", "region_code", "flow", "people"),
}


def empty(name: str) -> pd.DataFrame:
    """Return a table without rows, for a question that can do without it."""
    return pd.DataFrame(columns=list(COLUMNS[name]))


def _not_in(frame: pd.DataFrame, taken: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose key does not stand in `taken`."""
    columns = list(taken.columns)
    keys = pd.MultiIndex.from_frame(frame[columns])
    return frame[~keys.isin(pd.MultiIndex.from_frame(taken))]


def _twice(name: str, part: Part, rows: int) -> Problem:
    return Problem(
        code="published.two_files",
        severity="note",
        message=f"{rows} rows of '{name}' stand in another file too, which is newer or "
        "was given first. That one's are used.",
        remedy="Nothing to do, unless you meant to use this file: then leave the other out.",
        table=name,
        file=part.sheet.file,
        sheet=part.sheet.member,
    )


def load(paths: Iterable[Path], cache_folder: Path | None = None) -> Published:
    """Return what the files hold. Folders are searched, with the folders inside them.

    Args:
        paths: Files and folders. A file that is not recognised becomes a problem.
        cache_folder: Where to keep what was read; None keeps nothing.

    Raises:
        InputError: A file or folder is not there; or a file is of a known kind but from before
            2023, in an unknown layout, damaged, or unsafe to open.
    """
    parts: list[Part] = []
    sources: list[SourceFile] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for path, given in _files(paths):
        sha256 = file_sha256(path)
        if sha256 in seen:
            continue
        found = _parts(path, sha256)
        if found:
            seen.add(sha256)
            parts += found
            sources.append(_source(path, sha256, found))
            problems += _unused(path, found)
        else:
            problems.append(_unknown(path, given))
    return Published(parts, sources, problems, Cache(cache_folder))


def _files(paths: Iterable[Path]) -> list[tuple[Path, bool]]:
    """Return every file to look at, and whether it was named itself."""
    found: list[tuple[Path, bool]] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.is_file() and p.name[0] not in ".~")
            found += [(p, False) for p in inside if p.suffix.lower() not in IGNORED]
        elif path.is_file():
            found.append((path, True))
        else:
            raise InputError(
                f"there is no file or folder '{path.name}'.",
                where="published",
                remedy="Check the path under 'published' in area.toml.",
            )
    return found


@cache  # of files with this hash: the same in every area of a batch
def _parts(path: Path, sha256: str) -> tuple[Part, ...]:
    """Return the sheets of a file that a reader recognises, with the release they are from."""
    found = []
    for sheet in sheets(path):
        for reader in READERS:
            tables = reader.tables(sheet)
            if tables:
                found.append((sheet, reader, tables))
                break
    first = {reader.kind: (reader, sheet) for sheet, reader, _ in reversed(found)}
    # One sheet of a release tells how new all of it is, and ranking may mean reading it.
    ranks = {kind: reader.rank(sheet) for kind, (reader, sheet) in first.items()}
    return tuple(
        Part(sheet, reader, tables, sha256, ranks[reader.kind]) for sheet, reader, tables in found
    )


def _unused(path: Path, parts: Sequence[Part]) -> list[Problem]:
    """Return a note that names the CSVs inside a zip that no reader knows."""
    known = {part.sheet.member for part in parts}
    unused = [sheet.member for sheet in sheets(path) if sheet.member not in known]
    if not unused:
        return []
    return [
        Problem(
            code="published.unused_member",
            severity="note",
            message=f"Files inside that are not used: {', '.join(unused)}.",
            remedy="Nothing to do.",
            file=path.name,
        )
    ]


def _source(path: Path, sha256: str, parts: Sequence[Part]) -> SourceFile:
    release = max((part.rank for part in parts if part.reader.kind == EES_KIND), default=0)
    kinds = " and ".join(dict.fromkeys(part.reader.kind for part in parts))
    return SourceFile(path.name, kinds, sha256, f"reporting year {release}" if release else "")


def _unknown(path: Path, given: bool) -> Problem:
    return Problem(
        code="published.unknown_file",
        severity="warning" if given else "note",
        message="This is none of the published files that are known. It is not used.",
        remedy=f"Recognised by their headings: {RECOGNISED}. Save a workbook as CSV first.",
        file=path.name,
    )

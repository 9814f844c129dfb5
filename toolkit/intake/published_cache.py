"""Keeps what was read from a published file as Parquet, so that it is read once.

`<folder>/<hash of the file>/<version of the readers>/<sheet>/<table>.parquet`, and beside them
`read.json` with the problems and the account of rows. A sheet's folder is written beside and
renamed, so that it is there whole or not at all. A damaged one is built again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from toolkit.errors import OutputError
from toolkit.intake.loaded import Account, Loaded, Problem

READ = "read.json"
Notes = tuple[list[Problem], list[Account]]
READERS = [
    *("ees", "ees_caseload", "ees_checks", "ees_layout", "ees_symbols", "finance_files", "gias"),
    *("measures", "population", "published_csv", "published_kinds", "published_reader"),
]


@cache
def version() -> str:
    """Return the version of the readers: a hash of their code and of the tables they use.

    So a cache never outlives the code that filled it, and nobody has to remember a number.
    """
    digest = hashlib.sha256()
    for module in READERS:
        digest.update(files("toolkit.intake").joinpath(f"{module}.py").read_bytes())
    tables = files("toolkit.reference").iterdir()
    for entry in sorted(tables, key=lambda e: e.name):
        if entry.name.startswith(
            ("areas.py", "ees_", "provision_map", "local_auth", "school_phases")
        ):
            digest.update(entry.read_bytes())
    return digest.hexdigest()[:16]


@dataclass
class Memory:
    """Tables that a process holds on to, and what is said of them, by hash and sheet.

    A process that forks for every notebook holds the published tables once for all of them.
    """

    tables: dict[tuple[str, str, str], pd.DataFrame] = field(default_factory=dict)
    notes: dict[tuple[str, str], Notes | None] = field(default_factory=dict)


HELD = Memory()  # filled by `hold` alone; a table of it is never changed, since readers copy


def hold(memory: Memory) -> None:
    """Hold on to these tables in place of those held before."""
    HELD.tables, HELD.notes = memory.tables, memory.notes


class Cache:
    """The cache in a folder; without a folder it keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        """Use a folder, which need not exist yet."""
        self.folder = folder

    def _place(self, sha256: str, sheet: str) -> Path | None:
        if self.folder is None:
            return None
        name = hashlib.sha256(sheet.encode()).hexdigest()[:16]
        return self.folder / sha256 / version() / name

    def has(self, sha256: str, sheet: str, table: str) -> bool:
        """Return whether it keeps a table of a sheet, and what is said of it; it opens neither."""
        place = self._place(sha256, sheet)
        names = (READ, f"{table}.parquet")
        return place is not None and all((place / name).is_file() for name in names)

    def table(self, sha256: str, sheet: str, table: str) -> pd.DataFrame | None:
        """Return a table as it was read before, or None where there is none that is whole."""
        if (sha256, sheet, table) in HELD.tables:
            return HELD.tables[sha256, sheet, table]
        place = self._place(sha256, sheet)
        path = place / f"{table}.parquet" if place else None
        if path is None or not path.is_file():
            return None
        try:
            frame: pd.DataFrame = pq.read_table(path, page_checksum_verification=True).to_pandas()
        except (pa.ArrowException, OSError, ValueError):
            # Damaged: the caller reads the file again and replaces the folder.
            return None
        return frame

    def notes(self, sha256: str, sheet: str) -> Notes | None:
        """Return the problems and accounts of a sheet as it was read before, or None."""
        if (sha256, sheet) in HELD.notes:
            return HELD.notes[sha256, sheet]
        place = self._place(sha256, sheet)
        if place is None or not (place / READ).is_file():
            return None
        try:
            kept = json.loads((place / READ).read_text(encoding="utf-8"))
            return [Problem(**p) for p in kept["problems"]], [
                Account(**a) for a in kept["accounts"]
            ]
        except (ValueError, KeyError, TypeError):
            return None

    def keep(self, sha256: str, sheet: str, loaded: Loaded) -> None:
        """Write all that was read from a sheet.

        Raises:
            OutputError: The folder cannot be written to.
        """
        place = self._place(sha256, sheet)
        if place is None:
            return
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            beside = Path(tempfile.mkdtemp(prefix=".writing-", dir=place.parent))
            _write(beside, loaded)
            _swap(beside, place)
        except OSError as error:
            raise OutputError(
                f"the cache of published files cannot be written ({error.strerror}).",
                remedy="Free some space, or choose another cache folder.",
            ) from None


def _write(folder: Path, loaded: Loaded) -> None:
    for name, frame in loaded.tables.items():
        table = pa.Table.from_pandas(frame, preserve_index=False)
        pq.write_table(table, folder / f"{name}.parquet", write_page_checksum=True)
    kept = {
        "problems": [asdict(p) for p in loaded.problems],
        "accounts": [asdict(a) for a in loaded.accounts],
    }
    (folder / READ).write_text(json.dumps(kept), encoding="utf-8")


def _swap(beside: Path, place: Path) -> None:
    """Put a finished folder in its place; what stood there before goes."""
    if place.exists():
        old = Path(tempfile.mkdtemp(prefix=".old-", dir=place.parent))
        place.replace(old / "was")
        shutil.rmtree(old, ignore_errors=True)
    try:
        beside.replace(place)
    except OSError:
        # Another process has just put the same there: its copy is as good.
        if not place.exists():
            raise
        shutil.rmtree(beside, ignore_errors=True)

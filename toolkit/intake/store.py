"""The store: an area opened, its files read once, checked, and kept as Parquet.

Only this module decides what is kept. Names, UPNs, ULNs and postcodes were dropped by the
readers before a table comes here.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import platformdirs

import toolkit
from toolkit.area import Area, read_area
from toolkit.errors import InputError, OutputError, SettingsError
from toolkit.intake import combine, entry, inputs, published, schedule
from toolkit.intake.fills import called, fills
from toolkit.intake.loaded import Account, Loaded, Problem, SourceFile, file_sha256
from toolkit.reference import areas

DEMO = "demo"
MOST = 0.8  # of placements: with fewer in a known provision, no figure by provision is right
CACHE_VARIABLE = "SEND_TOOLKIT_CACHE"


@dataclass
class OpenArea:
    """One local area, with its tables.

    Attributes:
        folder: The area's folder.
        settings: Its settings.
        problems: What is wrong with the files, worst first. Private: holds values.
        accounts: What became of every row.
        local_sources: The area's own files that were read.
    """

    folder: Path
    settings: Area
    store: Path
    tables: list[str]
    problems: list[Problem] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    local_sources: list[SourceFile] = field(default_factory=list)

    @property
    def tier(self) -> str:
        """`local` where the area's own records of people were read, else `published`."""
        return "local" if "plans" in self.tables else "published"

    @cached_property
    def released(self) -> published.Published:
        """The published statistics that the area points at."""
        paths = [(self.folder / p) for p in self.settings.published]
        return published.load(paths, cache_folder())

    @property
    def sources(self) -> list[SourceFile]:
        """Every file that was read, the area's own first."""
        return [*self.local_sources, *self.released.sources]

    def has(self, *needs: str) -> bool:
        """Return whether every need is there: a table, or "published:" and a published frame."""
        return not self.lacks(*needs)

    def lacks(self, *needs: str) -> list[str]:
        """Return the needs that are not there, in the order given."""
        return [need for need in needs if not self._holds(need)]

    def _holds(self, need: str) -> bool:
        if need.startswith("published:"):
            return need.removeprefix("published:") in self.released.names
        if need == "provisions":
            return self.tier == "published" or self._most_placements_known()
        if need == "own files":
            return bool(self.accounts)
        if need in combine.NEVER_STORED:  # read, used and not kept
            return any(a.table == need and a.rows_used for a in self.accounts)
        return need in self.tables

    def _most_placements_known(self) -> bool:
        groups = self.table_or_empty("placements")["provision_group"]
        known = groups.notna() & groups.ne("unknown")
        return len(groups) > 0 and bool(known.mean() >= MOST)

    def table(self, name: str) -> pd.DataFrame:
        """Return a table of the schedule.

        Raises:
            InputError: The area has no such table; the message says which file would fill it.
        """
        if name not in self.tables:
            raise InputError(
                f"there is no table '{name}'.",
                where=self.settings.name,
                remedy=f"Put {fills(name)} into the folder 'inputs'.",
            )
        return pd.read_parquet(self.store / f"{name}.parquet")

    def table_or_empty(self, name: str) -> pd.DataFrame:
        """Return a table of the schedule, or an empty one of the same columns."""
        return self.table(name) if name in self.tables else combine.empty(name)

    def published(self, name: str) -> pd.DataFrame:
        """Return a published frame.

        Raises:
            InputError: No file that the area points at holds it.
        """
        if name not in self.released.names:
            raise InputError(
                f"no published file holds '{name}'.",
                where=self.settings.name,
                remedy=f"Add {fills('published:' + name)} under 'published' in area.toml.",
            )
        return self.released.table(name)

    def published_or_empty(self, name: str) -> pd.DataFrame:
        """Return a published frame, or an empty one of the same columns."""
        return self.published(name) if self.has(f"published:{name}") else published.empty(name)

    @property
    def labels(self) -> dict[str, dict[str, str]]:
        """What the codes of each dimension are called."""
        lists = {"provision": "provision_group", "primary_need": "primary_need",
                 "age_group": "age_group"}  # fmt: skip
        named = {d: dict(schedule.codes(c)) for d, c in lists.items()}
        for dimension in ("primary_need", "age_group"):
            named[dimension]["unknown"] = "Not recorded"
        return named

    @property
    def replaced_points(self) -> list[tuple[str, int, float]]:
        """The published totals that the analyst replaced or left out: code, year, plans."""
        missing = float("nan")
        return [
            (r.area, r.year, missing if r.plans is None else float(r.plans))
            for r in self.settings.replaced
        ]

    def cited(self, *needs: str) -> tuple[str, ...]:
        """Return how to cite the sources of some tables, for a reader: kinds, never file names."""
        said: list[str] = []
        for need in needs:
            if need.startswith("published:"):
                said += self.released.cited(need.removeprefix("published:"))
            elif need in self.tables:
                said.append(f"{self.settings.name}, own data: {schedule.TABLES[need].title}")
        return tuple(dict.fromkeys(said))

    def called(self, need: str) -> str:
        """Return what a need is called for a reader."""
        return called(need)

    def filled_by(self, need: str) -> str:
        """Return the file that would fill a need, in words."""
        return fills(need)

    def columns_to_fill(self, name: str) -> tuple[schedule.Column, ...]:
        """Return the columns of a table to fill in; InputError for one of records."""
        return entry.table_to_fill(name).columns

    def choices(self, column: schedule.Column) -> dict[str, str]:
        """Return the codes that a column takes, with their labels; empty where it takes any."""
        return dict(schedule.codes(column.codes)) if column.codes else {}

    def rows_to_fill(self, name: str) -> list[dict[str, str]]:
        """Return the rows of a table to fill in as text, for a form."""
        return entry.rows_of(entry.table_to_fill(name), self.table_or_empty(name))

    def save_rows(self, name: str, rows: Sequence[Mapping[str, str]]) -> str:
        """Return what was done, once a table is saved among the area's inputs."""
        table = entry.table_to_fill(name)
        entry.check_alone(table, (a.file for a in self.accounts if a.table == name))
        path = entry.save(self.folder / "inputs", table, rows)
        return f"Saved in inputs/{path.name}. Run the notebook again to see it in the tables."

    @property
    def neighbours(self) -> list[str]:
        """The codes of the statistical neighbours: the area's own list, else the published one."""
        if self.settings.statistical_neighbours:
            return list(self.settings.statistical_neighbours)
        return areas.statistical_neighbours(self.settings.la_code)


def cache_folder() -> Path:
    """Return where this machine keeps published files once read; they hold nobody's records."""
    chosen = os.environ.get(CACHE_VARIABLE)
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("send-toolkit"))


def open_area(folder: str | Path = DEMO, as_of: date | None = None) -> OpenArea:
    """Return an area with its files read, checked and stored; read again only what changed.

    Args:
        folder: The area's folder; "demo" is the fictional area, which is made if need be.
        as_of: The day after which a date is in the future; None is today.

    Raises:
        SettingsError: There is no such area, or its settings are wrong.
        InputError: A file cannot be used at all.
        OutputError: The folder cannot be written to.
    """
    place = _find(folder)
    settings = read_area(place)
    found, unreadable = inputs.files(place)
    mark = _fingerprint(settings, found, unreadable)
    store = place / "private" / "store"
    if _index(store).get("mark") != mark:
        loaded = inputs.read(place, settings, found, as_of or date.today())  # noqa: DTZ011 (a day, not a time)
        loaded.problems = _worst_first([*unreadable, *loaded.problems])
        _keep(place, loaded, mark)
    index = _index(store)
    return OpenArea(
        folder=place,
        settings=settings,
        store=store,
        tables=list(index["tables"]),
        problems=[Problem(**p) for p in index["problems"]],
        accounts=[Account(**a) for a in index["accounts"]],
        local_sources=[SourceFile(**s) for s in index["sources"]],
    )


def _find(folder: str | Path) -> Path:
    """Return an area's folder from its path, or from its name in the playbook's areas."""
    place, home = Path(folder), areas_home()
    if str(folder) == DEMO and not (home / DEMO / "area.toml").is_file():
        from toolkit.intake import fictional  # noqa: PLC0415  (only the first demo needs it)

        return fictional.write_fictional_area(home / DEMO)
    for tried in (place, home / place, home.parent / place):
        if (tried / "area.toml").is_file():
            return tried
    if place.is_dir():
        return place  # reading its settings says what is missing
    raise SettingsError(
        f"there is no folder '{place.name}' with an area in it.",
        remedy='Make one: toolkit new "Bracknell Forest".',
    )


def areas_home(start: Path | None = None) -> Path:
    """Return the folder `areas` of the playbook that a notebook or a command is started in."""
    here = (start or Path.cwd()).resolve()
    for place in (here, *here.parents):
        if (place / "notebooks").is_dir() and (place / "data_templates").is_dir():
            return place / "areas"
    return here / "areas"


def _fingerprint(settings: Area, found: Sequence[Path], unreadable: Sequence[Problem]) -> str:
    parts = [toolkit.__version__, schedule.fingerprint(), settings.model_dump_json()]
    parts += [f"{p.name} {file_sha256(p)}" for p in found]
    parts += [f"{p.file} {p.code}" for p in unreadable]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _index(store: Path) -> dict[str, Any]:
    """Return what the store says of itself; empty where there is none, or none that is whole."""
    try:
        found: dict[str, Any] = json.loads((store / "index.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _keep(place: Path, loaded: Loaded, mark: str) -> None:
    """Write the tables of an area and what is said of them, in the place of what was there."""
    beside = place / "private" / "store.new"
    store = place / "private" / "store"
    try:
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True)
        held = {name: t for name, t in sorted(loaded.tables.items()) if len(t)}
        for name, table in held.items():
            table.to_parquet(beside / f"{name}.parquet", index=False)
        index = {
            "mark": mark,
            "tables": list(held),
            "problems": [asdict(p) for p in loaded.problems],
            "accounts": [asdict(a) for a in loaded.accounts],
            "sources": [asdict(s) for s in loaded.sources],
        }
        text = json.dumps(index, ensure_ascii=False, indent=1)
        (beside / "index.json").write_text(text, encoding="utf-8")
        shutil.rmtree(store, ignore_errors=True)
        beside.replace(store)
    except OSError as error:
        raise OutputError(
            f"the area's folder cannot be written to ({error.strerror}).",
            where=place.name,
            remedy="Check that there is room on the disk and that no file in it is open.",
        ) from None


def _worst_first(problems: Sequence[Problem]) -> list[Problem]:
    order = {"error": 0, "warning": 1, "note": 2}
    return sorted(problems, key=lambda p: (order[p.severity], p.file, p.sheet, p.row or 0))

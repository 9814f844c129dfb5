"""An opened area: its tables and published statistics, and what can be asked of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import pandas as pd
import platformdirs

from toolkit.area import Area
from toolkit.errors import InputError
from toolkit.intake import combine, derived, entry, published, schedule, uses
from toolkit.intake.fills import called, fills
from toolkit.intake.loaded import Account, Problem, SourceFile
from toolkit.reference import areas

T = TypeVar("T")
MOST = 0.8  # of placements: with fewer in a known provision, no figure by provision is right
CACHE_VARIABLE = "SEND_TOOLKIT_CACHE"


@dataclass(frozen=True)
class Held:
    """What was read of an area's own files.

    Attributes:
        tables: Names of the tables that are kept.
        problems: What is wrong with the files, worst first. Private: holds values.
        accounts: What became of every row.
        sources: The files.
    """

    tables: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list, repr=False)
    accounts: list[Account] = field(default_factory=list)
    sources: list[SourceFile] = field(default_factory=list)


@dataclass
class OpenArea:
    """One local area, with its tables. What is read of it is written down while a run lasts.

    Attributes:
        folder: The area's folder.
        settings: Its settings.
        store: Where its tables are kept.
        held: What was read of its files.
    """

    folder: Path
    settings: Area
    store: Path
    held: Held

    @property
    def tables(self) -> list[str]:
        """The names of the tables that the area has."""
        uses.note(uses.OWN_FILES)
        return list(self.held.tables)

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with the files, worst first. Private: holds values."""
        uses.note(uses.OWN_FILES)
        return self.held.problems

    @property
    def accounts(self) -> list[Account]:
        """What became of every row."""
        uses.note(uses.OWN_FILES)
        return self.held.accounts

    @property
    def local_sources(self) -> list[SourceFile]:
        """The area's own files that were read."""
        uses.note(uses.OWN_FILES)
        return self.held.sources

    @property
    def tier(self) -> str:
        """`local` where the area's own records of people were read, else `published`."""
        return "local" if self.has("plans") else "published"

    @property
    def released(self) -> published.Published:
        """The published statistics that the area points at."""
        uses.note(uses.PUBLISHED_FILES)
        return self._released

    @cached_property
    def _released(self) -> published.Published:
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
        uses.note(uses.asked(need))
        if need.startswith("published:"):
            return need.removeprefix("published:") in self._released.names
        if need == "provisions":
            return self.tier == "published" or self._most_placements_known()
        if need == "own files":
            return bool(self.held.accounts)
        if need in combine.NEVER_STORED:  # read, used and not kept
            return any(a.table == need and a.rows_used for a in self.held.accounts)
        return need in self.held.tables

    def _most_placements_known(self) -> bool:
        groups = self.table_or_empty("placements")["provision_group"]
        known = groups.notna() & groups.ne("unknown")
        return len(groups) > 0 and bool(known.mean() >= MOST)

    def table(self, name: str) -> pd.DataFrame:
        """Return a table of the schedule.

        Raises:
            InputError: The area has no such table; the message says which file would fill it.
        """
        uses.note(uses.table(name))
        if name not in self.held.tables:
            raise InputError(
                f"the area's files hold no {called(name)}.",
                where=self.settings.name,
                remedy=f"Put {fills(name)} into the folder 'inputs'.",
            )
        return pd.read_parquet(self.store / f"{name}.parquet")

    def table_or_empty(self, name: str) -> pd.DataFrame:
        """Return a table of the schedule, or an empty one of the same columns."""
        return self.table(name) if self.has(name) else combine.empty(name)

    def published(self, name: str) -> pd.DataFrame:
        """Return a published frame.

        Raises:
            InputError: No file that the area points at holds it.
        """
        uses.note(uses.published(name))
        if name not in self._released.names:
            raise InputError(
                f"no published file holds '{name}'.",
                where=self.settings.name,
                remedy=f"Add {fills('published:' + name)} under 'published' in area.toml.",
            )
        return self._released.table(name)

    def from_published(self, work: Callable[..., T], names: Iterable[str], *more: object) -> T:
        """Return what a function gives for published tables, worked out once for the same files.

        Args:
            work: A function of a module. It is given the tables by name, as far as they are
                held, then `more`, and rests on nothing else: another area may get its result.
            names: The tables.
            more: What else it is given.
        """
        wanted = [name for name in names if self.has(f"published:{name}")]
        for name in wanted:
            uses.note(uses.published(name))
        files = {name: self._released.given_by(name) for name in wanted}

        def made() -> T:
            return work({name: self._released.table(name) for name in wanted}, *more)

        return derived.once(made, f"{work.__module__}.{work.__qualname__}", files, more)

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
                uses.note(uses.published(need.removeprefix("published:")))
                said += self._released.cited(need.removeprefix("published:"))
            elif need in schedule.TABLES and self.has(need):  # "provisions" is no table
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

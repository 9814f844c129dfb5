"""The store: an area opened, its files read once, checked, and kept as Parquet.

Only this module decides what is kept. Names, UPNs, ULNs and postcodes were dropped by the
readers before a table comes here.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from toolkit.area import Area, read_area
from toolkit.errors import OutputError, SettingsError
from toolkit.intake import inputs
from toolkit.intake.loaded import Account, Loaded, Problem, SourceFile, file_sha256
from toolkit.intake.opened import Held, OpenArea
from toolkit.package import code_sha256

DEMO = "demo"


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
    held = Held(
        tables=tuple(index["tables"]),
        problems=[Problem(**p) for p in index["problems"]],
        accounts=[Account(**a) for a in index["accounts"]],
        sources=[SourceFile(**s) for s in index["sources"]],
    )
    return OpenArea(place, settings, store, held)


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
    parts = [code_sha256(), settings.model_dump_json()]
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

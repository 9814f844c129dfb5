"""How a diagnostic starts: the folder of a new area, or of a real one on published data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit import reference
from toolkit.area import FILE, Area, area_toml, parse_area, slug
from toolkit.errors import OutputError, SettingsError
from toolkit.reference.areas import area_lookup


def new_area(name: str, la_code: str, home: Path) -> Path:
    """Return the folder of an area, made with its settings and a place for its files if need be.

    Raises:
        SettingsError: The name is none of an area.
        InputError: No code is known for the name.
        OutputError: The folder cannot be written to.
    """
    folder = home / slug(name)
    if (folder / FILE).exists():
        return folder  # never written over: it may hold settings that somebody made
    known = area_lookup(la_code or name)
    settings: dict[str, object] = {
        "name": name,
        "la_code": str(known["code"]),
        "region": str(known["region"]),
    }
    return _write(folder, parse_area(settings))


def published_area(paths: Sequence[Path], code_or_name: str, home: Path) -> Path:
    """Return the folder of a real area that has published data alone; made or brought up to date.

    An area that already has files of its own is never changed.

    Raises:
        SettingsError: No area was named, or it is none of the 153, or it has its own folder.
    """
    known = _current(code_or_name)
    folder = home / slug(str(known["name"]))
    missing = [p for p in paths if not p.exists()]
    if missing:
        raise SettingsError(f"there is no '{missing[0]}'.", remedy="Check --published.")
    refusal = own_files_refusal(folder)
    if refusal:
        raise refusal
    settings: dict[str, object] = {
        "name": str(known["name"]),
        "la_code": str(known["code"]),
        "region": str(known["region"]),
        "published": tuple(str(p.resolve()) for p in paths),
    }
    return _write(folder, parse_area(settings))


def published_home(code_or_name: str, home: Path) -> Path:
    """Return where the folder of an area on published data is, or will be.

    Raises:
        SettingsError: No area was named, or it is none of the 153.
    """
    return home / slug(str(_current(code_or_name)["name"]))


def own_files_refusal(folder: Path) -> SettingsError | None:
    """Return why an area cannot be run on published data alone; None where it has no files."""
    inputs = folder / "inputs"
    if not (inputs.is_dir() and any(inputs.iterdir())):
        return None
    return SettingsError(
        f"'{folder.name}' has files of its own.",
        remedy=f"Run it as it is: toolkit run {folder}, or use --out for another place.",
    )


def _current(code_or_name: str) -> pd.Series[Any]:
    if not code_or_name:
        raise SettingsError("--area is missing.", remedy="Name the area, as in --area 867.")
    known = area_lookup(code_or_name)
    if known["current"] == "0":
        raise _abolished(str(known["code"]), str(known["name"]))
    return known


def _abolished(code: str, name: str) -> SettingsError:
    names = reference.table("local_authorities").set_index("code")["name"]
    changes = reference.table("area_changes")
    after = [names[c] for c in changes.loc[changes["predecessor"].eq(code), "successor"]]
    return SettingsError(
        f"{name} is no longer a local authority.",
        remedy=f"Its area belongs to {' and '.join(after)} now." if after else "",
    )


def _write(folder: Path, settings: Area) -> Path:
    try:
        for part in ("inputs", "private"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        (folder / FILE).write_text(area_toml(settings), encoding="utf-8")
    except OSError as error:
        raise OutputError(
            f"'{folder.name}' cannot be made ({error.strerror}).", remedy="Use --out."
        ) from None
    return folder


def day(text: str) -> date:
    """Return a date from its ISO form, today from nothing; SettingsError from anything else."""
    if not text:
        return date.today()  # noqa: DTZ011  (a day on the wall, not a moment)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SettingsError(
            f"'{text}' is not a date.", where="--run-date", remedy="Write it as 2026-11-22."
        ) from None

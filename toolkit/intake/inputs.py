"""The files in an area's folder `inputs`: what can be opened, and all tables that they hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from toolkit import reference
from toolkit.area import Area
from toolkit.errors import InputError
from toolkit.intake import combine, names, published, schedule, schedule_files, sen2, tabular
from toolkit.intake.loaded import Loaded, Problem
from toolkit.intake.pseudonym import Pseudonyms, read_or_make_key
from toolkit.intake.rules import Place, problem

KINDS = {*tabular.KINDS, ".xml", ".zip"}  # endings that a folder has by mistake only


def files(place: Path) -> tuple[list[Path], list[Problem]]:
    """Return the files that can be opened, in order of their names, and what is wrong with others.

    A file that another program holds, or that may not be read, stops no other file.

    Raises:
        InputError: `inputs` is no folder.
    """
    inputs = place / "inputs"
    if inputs.exists() and not inputs.is_dir():
        raise InputError(
            "'inputs' is a file where a folder should be.",
            where=place.name,
            remedy="Rename it, make a folder 'inputs', and put the files into it.",
        )
    found, problems = [], []
    for path in sorted(p for p in inputs.rglob("*") if not _hidden(p)):
        trouble = _trouble(path)
        problems += [trouble] if trouble else []
        if path.is_file() and not trouble:
            found.append(path)
    return found, problems


def _hidden(path: Path) -> bool:
    return path.name.startswith((".", "~$"))  # ~$ is Excel's lock file


def _trouble(path: Path) -> Problem | None:
    """Return why a file cannot be read, or None."""
    name = path.name.encode("utf-8", "replace").decode("utf-8")
    place = Place(file=name)
    if name != path.name:
        return problem("file.name", place)
    if path.is_dir():
        return problem("file.folder", place) if path.suffix.lower() in KINDS else None
    if not path.is_file():
        return problem("file.missing", place)
    try:
        with path.open("rb") as handle:
            handle.read(1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return problem("file.unreadable", place, reason=reason)
    return None


def read(place: Path, settings: Area, given: Sequence[Path], as_of: date) -> Loaded:
    """Return every table that the area's own files hold, read, checked and put together."""
    pseudonyms = Pseudonyms(read_or_make_key(place / "private"))
    returns = sen2.recognise(given)
    of_returns = {path for r in returns for path in r.paths}
    rest = [p for p in given if p not in of_returns]
    known = [p for p in rest if schedule_files.recognise(p, settings.columns)]
    history = schedule_files.read(
        known, settings.columns, pseudonyms, settings.la_code, as_of, alone=not returns
    )
    _add_others(history, [p for p in rest if p not in known])
    establishments = history.tables.get("establishments", schedule.empty("establishments"))
    postcodes = history.tables.get("postcode_lookup", schedule.empty("postcode_lookup"))
    read = [
        sen2.read_return(r, pseudonyms, settings.la_code, establishments, postcodes)
        for r in returns
    ]
    loaded = combine.combine(history, read)
    covered = combine.censuses(loaded.tables, settings, reference.table("census_dates"))
    loaded.tables["censuses"] = covered
    loaded.problems += combine.vanished(loaded.tables, covered)
    loaded.problems += combine.extract(loaded.tables, settings, covered)
    typed = [*loaded.typed, *names.typed_in_settings(settings)]
    loaded.problems += names.problems(loaded.names, typed)
    if returns:
        loaded.problems += combine.between_tables(loaded.tables)
    return combine.without_uncounted(loaded, covered)


def _add_others(history: Loaded, paths: Sequence[Path]) -> None:
    """Add the register of schools, where one of the files is it, and name those nobody knows."""
    for path in paths:
        try:
            _add_other(history, published.load([path]))
        except InputError as error:
            history.problems.append(_unusable(path, error))


def _unusable(path: Path, error: InputError) -> Problem:
    """Return a file that stops no other as a problem."""
    return Problem(
        code="published.unusable",
        severity="error",
        message=error.what[:1].upper() + error.what[1:],
        remedy=error.remedy,
        file=path.name,
    )


def _add_other(history: Loaded, others: published.Published) -> None:
    if "establishments" in others.names and "establishments" not in history.tables:
        columns = list(schedule.empty("establishments").columns)
        register = others.table("establishments").reindex(columns=columns)
        history.tables["establishments"] = register
        history.accounts += others.accounts
    history.sources += others.sources
    history.problems += others.problems

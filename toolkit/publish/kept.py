"""Which notebooks need not run again: those whose result is still there, and still right.

An executed notebook is kept in the area's private folder with a mark: a hash of the notebook,
the code, its parameters, the settings, and the state of all that it read or asked for. Where
the mark is the same today, so is the result. What other notebooks need not know has no part
in it: a changed input runs again only what reads it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat

from toolkit.intake import uses
from toolkit.intake.opened import OpenArea
from toolkit.package import code_sha256
from toolkit.publish.execute import Outcome, executed_file
from toolkit.publish.files import write_beside
from toolkit.publish.manifest import settings_sha256, versions
from toolkit.publish.playbook import Step


def kept(step: Step, area: OpenArea, parameters: Mapping[str, Any]) -> Outcome | None:
    """Return the outcome of a notebook as it was executed before; None where it has to run."""
    path = executed_file(step, area.folder)
    try:
        record = json.loads(_record(path).read_text(encoding="utf-8"))
        data = path.read_bytes()
    except (OSError, ValueError):
        return None  # never run, or a run was killed between two files
    used = uses.read(uses.file_of(area.folder, step.number))
    right = {"mark": mark(step, area, parameters, used), "sha256": hashlib.sha256(data).hexdigest()}
    if record != right:
        return None
    node = nbformat.reads(data.decode("utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    return Outcome(step, "executed", notebook=node)


def keep(outcome: Outcome, area: OpenArea, parameters: Mapping[str, Any]) -> Outcome:
    """Return an outcome as it came, once its mark stands beside the executed notebook."""
    if outcome.status == "executed":
        step = outcome.step
        path = executed_file(step, area.folder)
        used = uses.read(uses.file_of(area.folder, step.number))
        record = {
            "mark": mark(step, area, parameters, used),
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        write_beside(_record(path), json.dumps(record).encode())
    return outcome


def mark(step: Step, area: OpenArea, parameters: Mapping[str, Any], used: frozenset[str]) -> str:
    """Return a hash of all that the result of a notebook depends on."""
    said = {
        "notebook": step.sha256,
        "code": code_sha256(),
        "versions": versions(),
        "settings": settings_sha256(area.settings),
        "parameters": dict(parameters),
        "used": {use: _state(use, area) for use in sorted(used)},
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _state(use: str, area: OpenArea) -> str:
    """Return the state of one thing that a notebook read or asked for."""
    kind, _, name = use.partition(" ")
    if use == uses.OWN_FILES:
        return _hash(area.store / "index.json")
    if use == uses.PUBLISHED_FILES:
        return " ".join(source.sha256 for source in area.released.sources)
    if use == uses.asked(name):
        return str(area.has(name))
    if use == uses.table(name):
        return _hash(area.store / f"{name}.parquet")
    if use == uses.published(name):
        return " ".join(area.released.given_by(name))
    raise ValueError(f"'{kind}' is no use that is known")


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _record(executed: Path) -> Path:
    return executed.with_suffix(".json")

"""What a notebook read of an area: written down as it runs, so that a rerun can spare it.

A notebook whose code, parameters and settings are as they were, and everything that it read
too, need not run again. What it asked for and did not find counts as well.
"""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "SEND_TOOLKIT_USES"  # names the file to write to; set for a run, and only then


OWN_FILES = "own files"  # everything that is said of them: tables, problems, rows, hashes
PUBLISHED_FILES = "published files"


def asked(need: str) -> str:
    """Return the use of a notebook that asks whether a need is there."""
    return f"asked {need}"


def table(name: str) -> str:
    """Return the use of a notebook that reads a table of the schedule."""
    return f"table {name}"


def published(name: str) -> str:
    """Return the use of a notebook that reads or cites a published table."""
    return f"published {name}"


def file_of(area_folder: Path, number: str) -> Path:
    """Return where the uses of a notebook are kept: in the area's private folder."""
    return area_folder.resolve() / "private" / "executed" / f"{number}.uses"


def note(use: str) -> None:
    """Write down that something was read or asked for, as in "table plans"; once or more."""
    path = os.environ.get(VARIABLE)
    if path:
        with Path(path).open("a", encoding="utf-8") as handle:
            handle.write(use + "\n")


def read(path: Path) -> frozenset[str]:
    """Return what was written down; empty where nothing was."""
    if not path.is_file():
        return frozenset()
    return frozenset(path.read_text(encoding="utf-8").splitlines())

"""An area's folder of outputs: whose it is, and how a release takes the place of the last."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from toolkit.errors import OutputError
from toolkit.publish import manifest
from toolkit.publish.files import plain_error, publish_files

OWN = re.compile(r"[\w-]+(?:\.[\w-]+)*\.(?:html|json|ics|csv)")


def checked(folder: Path, name: str) -> Path:
    """Return the folder of outputs of an area, once it is known to be its own and writable.

    Raises:
        OutputError: It holds the release of another area, or cannot be written to.
    """
    before = _manifest(folder)
    holder = before.get("area", {}).get("name", name)
    if holder != name:
        raise OutputError(
            f"it holds the reports of {holder}.",
            where=folder.name,
            remedy="Choose another folder to write to, so that none is lost.",
        )
    trial = folder / ".trial"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trial.write_bytes(b"")
        trial.unlink()
    except OSError as error:
        raise plain_error(error, folder.name) from None
    return folder


def replace_release(files: Mapping[str, bytes], folder: Path) -> None:
    """Put a release in place of the last one; what only the last one held is removed.

    The manifest goes last. Until it does, the old one's hashes do not fit, so that a run
    which was killed between two files is never taken for a whole one.
    """
    held = _manifest(folder).get("files", {})
    stale = [name for name in held if name not in files and OWN.fullmatch(name)]
    publish_files(files, folder, manifest.NAME, stale)


def _manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of the release that stands there; empty where there is none."""
    path = folder / manifest.NAME
    if not path.is_file():
        return {}
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return {}
    return dict(held) if isinstance(held, dict) else {}

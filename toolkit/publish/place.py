"""An area's folder of outputs: whose it is, and how a release takes the place of the last."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from toolkit.errors import OutputError, SettingsError
from toolkit.intake import schedule_files, sen2
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


def refuse_published_alone(folder: Path, kinds: Iterable[str], last_run: str) -> None:
    """Refuse to put published statistics alone in place of reports from an area's own data.

    Where the area's own folder made those reports, and its files have been taken away since,
    it may: the reports that stand there are then the last that its memory knows.

    Args:
        folder: The folder of outputs.
        kinds: What each file that was read was recognised as.
        last_run: The id of the last run that the area's private folder remembers; "" for none.

    Raises:
        SettingsError: It would.
    """
    before = _manifest(folder)
    if any(map(_is_own, kinds)) or before.get("run_id", last_run) == last_run:
        return
    if any(_is_own(source["kind"]) for source in before["inputs"]):
        raise SettingsError(
            f"'{folder.name}' holds reports from the area's own data, and published statistics "
            "alone would take their place.",
            remedy="Run the folder with the area's own data, or use --out for another place.",
        )


def _is_own(kind: str) -> bool:
    """Return whether a file of some kind is an area's own, not a published one."""
    return kind.startswith(schedule_files.KIND) or kind in sen2.KINDS.values()


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

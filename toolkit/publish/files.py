"""Writing so that nothing half-written is ever seen under its final name."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from toolkit.errors import OutputError


def write_beside(path: Path, data: bytes) -> None:
    """Write a file next to its final place, flush it to the disk, and rename it.

    Raises:
        OutputError: The folder cannot be written to, or the disk is full.
    """
    beside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_through(beside, data)
        beside.replace(path)
    except OSError as error:
        raise plain_error(error, path.name) from None


def publish_files(files: Mapping[str, bytes], out: Path, last: str, stale: Iterable[str]) -> None:
    """Put a whole release in place: all files beside first, then one rename each.

    Args:
        files: Their contents by name.
        out: The folder that is shared. Made where it is missing.
        last: The name that is renamed last; what it lists is then in place.
        stale: Names of an earlier release that this one no longer holds.

    Raises:
        OutputError: The folder cannot be written to, or the disk is full.
    """
    beside = out.with_name(f".{out.name}.part")
    try:
        out.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(beside, ignore_errors=True)  # of a run that was killed
        beside.mkdir()
        for name, data in files.items():
            _write_through(beside / name, data)
        for name in stale:
            (out / name).unlink(missing_ok=True)
        for name in sorted(files, key=lambda name: (name == last, name)):
            (beside / name).replace(out / name)
        _flush_folder(out)
    except OSError as error:
        raise plain_error(error, out.name) from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def plain_error(error: OSError, where: str) -> OutputError:
    """Return what the system says of a file or folder in plain words, without its path."""
    full = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}
    if error.errno in full:
        what, remedy = (
            "the disk is full.",
            "Free some space, or choose another folder, and run again.",
        )
    elif error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        what = "it cannot be written to."
        remedy = "Close the file if it is open, or choose a folder that you may write to."
    elif error.errno in {errno.EEXIST, errno.ENOTDIR, errno.EISDIR}:
        what, remedy = "a file stands where a folder is wanted.", "Choose another folder."
    else:
        reason = (error.strerror or type(error).__name__).lower()
        what, remedy = f"it cannot be written ({reason}).", "Choose another folder and run again."
    return OutputError(what, where=where, remedy=remedy)


def _write_through(path: Path, data: bytes) -> None:
    """Write and flush to the disk, so that a rename never outruns its contents."""
    with path.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())


def _flush_folder(folder: Path) -> None:
    """Flush the renames too, where the system can open a folder (Windows cannot)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

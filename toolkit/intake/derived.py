"""What was worked out of published tables alone: held for the next area with the same files.

A batch asks the same of the same files for every area. A process that forks for every notebook
takes over what a fork worked out, so that the next fork has it.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

T = TypeVar("T")
MOST = 8  # results: some for the files of the day, and some for areas that replaced a point
_held: dict[bytes, bytes] = {}  # oldest first; pickled, so that nobody changes what others get
_new: set[bytes] = set()


def once(work: Callable[[], T], name: str, files: Mapping[str, Sequence[str]], more: Any) -> T:
    """Return a result: as it was worked out before from the same, or worked out now.

    Args:
        work: Works it out from those files' tables and from `more`, and from nothing else.
        name: Which result it is.
        files: The hashes of the files behind each table, and the version of their readers.
        more: What else it rests on.
    """
    said = pickle.dumps((name, sorted(files.items()), more))
    key = hashlib.sha256(said).digest()
    if key not in _held:
        made = work()
        hold({key: pickle.dumps(made)})
        _new.add(key)
        return made
    result: T = pickle.loads(_held[key])  # noqa: S301  (of this process, or of a fork of it)
    return result


def new() -> dict[bytes, bytes]:
    """Return what this process worked out itself, for another to hold."""
    return {key: made for key, made in _held.items() if key in _new}


def hold(made: Mapping[bytes, bytes]) -> None:
    """Hold on to results; the oldest go where there are more than `MOST`."""
    _held.update(made)
    while len(_held) > MOST:
        del _held[next(iter(_held))]

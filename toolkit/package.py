"""The package itself: where it lies, and what state its code is in."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
PASSED_OVER = ("__pycache__", "playbook")  # notebooks have hashes of their own


@cache
def code_sha256() -> str:
    """Return a hash of every file of the package, so that no result outlives its code."""
    digest = hashlib.sha256()
    for path in sorted(FOLDER.rglob("*")):
        inside = path.relative_to(FOLDER)
        if path.is_file() and not set(PASSED_OVER) & set(inside.parts):
            digest.update(inside.as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()

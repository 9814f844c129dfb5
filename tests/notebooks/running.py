"""Runs of the playbook for tests: the quickest way, which another test holds to the plain one."""

from __future__ import annotations

import atexit
from functools import cache
from pathlib import Path
from typing import Any

from toolkit.publish import run
from toolkit.publish.chain import Way
from toolkit.publish.forking import can_fork
from toolkit.publish.warm import Warm


@cache
def way() -> Way:
    """Return the quickest way to run notebooks; its warm process lasts as long as the tests."""
    if not can_fork():
        return Way()
    warm = Warm()
    atexit.register(warm.close)
    return Way(warm)


def publish_area(area_folder: Path, out: Path, **given: Any) -> run.Release:
    """Return the release of an area, as `toolkit run` makes it."""
    return run.publish_area(area_folder, out, way=way(), **given)

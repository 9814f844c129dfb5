"""Whether processes can be forked from a warm one, and the process that workers are forked from.

Nothing here takes long to import, so that a batch can start that process before it imports
the rest itself.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from toolkit import package

WARM = "toolkit.publish.warm_import"
QUIET = {  # a thread pool that a library starts on import would make the fork unsafe
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
_STARTING = threading.Lock()  # the environment is the whole process's: one thread at a time


def can_fork() -> bool:
    """Return whether this system lets a process with libraries loaded fork safely."""
    return sys.platform == "linux" and hasattr(os, "fork")


def always() -> dict[str, str]:
    """Return the variables that are the same for every notebook."""
    given = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    path = os.pathsep.join(dict.fromkeys([str(package.FOLDER.parent), *filter(None, given)]))
    # One thread: more would sum in another order, and a run beside others gains nothing by them.
    return {"PYTHONPATH": path, "PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1"}


def variables() -> dict[str, str]:
    """Return the environment of a process that is to be warm, from its start."""
    return {**os.environ, **always(), **QUIET}


def context() -> Any:
    """Return how a worker starts: forked from a process that has imported everything once.

    That process is started at once, and imports while others wait. Where processes cannot
    fork safely, each worker starts anew.
    """
    if not can_fork():
        return multiprocessing.get_context("spawn")
    from multiprocessing import forkserver  # noqa: PLC0415  (not on Windows)

    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload([WARM])
    with _STARTING, _environment(variables()):
        forkserver.ensure_running()
    return made


@contextmanager
def _environment(given: Mapping[str, str]) -> Iterator[None]:
    """Give what is started within other variables than this process has."""
    before = dict(os.environ)
    os.environ.update(given)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)

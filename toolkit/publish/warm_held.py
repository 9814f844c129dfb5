"""Published tables in the memory of a warm process: read once, there in each of its forks."""

from __future__ import annotations

import gc
import os
import sys
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import NoReturn

from toolkit.errors import ToolkitError
from toolkit.intake import published, published_cache
from toolkit.intake.opened import cache_folder


class Held:
    """The published tables that this process holds for its forks: those of the last task.

    A fork reads them and sends them over, since to read Parquet starts threads.
    """

    def __init__(self) -> None:
        """Hold nothing yet."""
        self._paths: tuple[Path, ...] = ()

    def keep(self, paths: tuple[Path, ...]) -> None:
        """Hold what these files give, from now on."""
        if paths == self._paths:
            return
        results, results_child = Pipe(duplex=False)
        process = os.fork()
        if process == 0:
            results.close()
            _send_everything(paths, results_child)
        results_child.close()
        try:
            published_cache.hold(results.recv())
            published.load(paths)  # what recognises them is in memory too from here on
            self._paths = paths
        except (EOFError, ToolkitError):  # the notebook itself will say what is wrong with them
            published_cache.hold(published_cache.Memory())
            self._paths = ()
        finally:
            results.close()
            os.waitpid(process, 0)
        gc.collect()
        gc.freeze()


def _send_everything(paths: tuple[Path, ...], results: Connection) -> NoReturn:
    """Read published files in this fork, send all that they give, and end the process."""
    code = 1
    try:
        results.send(published.load(paths, cache_folder()).everything())
        code = 0
    except BaseException as error:
        print(repr(error), file=sys.stderr, flush=True)
    os._exit(code)

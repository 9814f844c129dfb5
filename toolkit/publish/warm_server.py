"""The warm process: it has imported everything, and forks itself for every notebook.

A fork copies one thread alone, so the process that forks must have no other: it reads no
Parquet, draws nothing, opens no ZeroMQ context and no event loop, and it counts its threads
before it forks. Whoever wants a notebook run (see `warm`) may have as many as it likes: it
speaks to this process over a pipe.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import pickle
import pkgutil
import random
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path
from typing import Any, NoReturn

from toolkit.intake import derived
from toolkit.publish.warm_held import Held

GRACE = 5.0  # seconds that a cell has to end after it was interrupted, before it is killed
ROOMS = ("reference", "intake", "diagnose", "plan", "show")  # of the toolkit: all that they hold
WARM = (  # what those import only when it is first used, and what a shell does
    *("pandas.core.methods.to_dict", "pyarrow.csv", "pyarrow.dataset", "pyarrow.parquet"),
    *("scipy.stats", "IPython.core.completerlib", "IPython.core.magics"),
    *("bdb", "pandas.core.reshape.reshape", "toolkit.evidence", "toolkit.what_if"),
    "toolkit.publish.engine",
)


@dataclass(frozen=True)
class Task:
    """One notebook to run.

    Attributes:
        node: Its cells.
        folder: The folder that it runs in.
        parameters: Its parameters.
        seconds: How long one cell may take.
        log: Where to write what it prints past Jupyter.
        environment: Variables to set for it.
        published: The published files that its area points at.
    """

    node: Any = field(repr=False)
    folder: Path
    parameters: Mapping[str, Any]
    seconds: float
    log: Path
    environment: Mapping[str, str]
    published: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What became of a task.

    Attributes:
        node: The executed notebook, pickled; empty where it did not run to its end.
        error: What papermill raised, pickled; empty where it raised nothing.
        slow: Whether a cell took longer than it may.
        end: How the process ended, where it ended before its notebook did.
        derived: What it worked out of published tables alone, for the forks after it.
    """

    node: bytes = field(default=b"", repr=False)
    error: bytes = field(default=b"", repr=False)
    slow: bool = False
    end: str = ""
    derived: Mapping[bytes, bytes] = field(default_factory=dict, repr=False)


def main() -> None:
    """Serve as a program of its own, on the pipe whose number it is given."""
    import_all()
    serve(Connection(int(sys.argv[1])))


def serve(client: Connection) -> None:
    """Answer tasks until the other end of the pipe closes, or whoever held it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the terminal: whoever started us decides
    settle()
    held = Held()
    for task in _tasks(client):
        held.keep(task.published)
        answer = _answer(task, client)
        with contextlib.suppress(ConnectionError):  # whoever asked is gone: no task follows
            client.send(answer)


def _tasks(client: Connection) -> Iterator[Task]:
    """Yield what is asked until the other end closes, or whoever held it is killed."""
    while True:
        try:
            task = client.recv()
        except (EOFError, ConnectionError):
            return
        yield task


def import_all() -> None:
    """Import what notebooks need: all that takes long about making a process warm."""
    for name in (*WARM, *_modules()):
        importlib.import_module(name)


def has_all() -> bool:
    """Return whether this process has imported what notebooks need."""
    return all(name in sys.modules for name in (*WARM, *_modules()))


def settle() -> None:
    """Make and read what every fork would, and put it where no garbage collection moves it.

    A second time it finds what it made the first time.
    """
    from toolkit import package, reference  # noqa: PLC0415  (imported by now)
    from toolkit.intake import schedule  # noqa: PLC0415  (as above)
    from toolkit.publish import engine  # noqa: PLC0415

    engine.warm_up()
    package.code_sha256()
    for name in reference.names():
        reference.table(name)
    for table in schedule.TABLES:
        schedule.empty(table)
    gc.collect()
    gc.freeze()


def _modules() -> Iterator[str]:
    """Yield the name of every module of the rooms that notebooks import from."""
    for room in ROOMS:
        package = importlib.import_module(f"toolkit.{room}")
        yield from (m.name for m in pkgutil.walk_packages(package.__path__, f"toolkit.{room}."))


def _answer(task: Task, client: Connection) -> Answer:
    """Return what became of a task, once the fork that ran it is gone with all that it started."""
    from toolkit.publish import engine  # noqa: PLC0415  (imported by now)

    if threads() != 1:
        return Answer(end=f"the warm process has {threads()} threads and cannot fork safely")
    task = replace(task, node=engine.learnt(task.node))
    results, results_child = Pipe(duplex=False)
    process = os.fork()
    if process == 0:
        results.close()
        client.close()
        _run(task, results_child)
    results_child.close()
    with contextlib.suppress(OSError):  # both do it, so that neither need wait for the other
        os.setpgid(process, process)
    try:
        return _waited(process, results, task.seconds, client)
    finally:
        _kill(process, signal.SIGKILL)
        results.close()


def _waited(process: int, results: Connection, seconds: float, client: Connection) -> Answer:
    """Return the answer of a fork; a cell that takes too long is interrupted, then killed."""
    slow, until = False, time.monotonic() + seconds
    while True:
        ready = wait([results, client], max(0.0, until - time.monotonic()))
        if client in ready:  # nobody waits for the answer any more
            _kill(process, signal.SIGKILL)
            raise SystemExit(0)
        if not ready:
            _kill(process, signal.SIGKILL if slow else signal.SIGINT)
            slow, until = True, time.monotonic() + (GRACE if not slow else 60)
            continue
        try:
            said = results.recv()
        except EOFError:
            return Answer(slow=slow, end=_end(process))
        if isinstance(said, Answer):
            derived.hold(said.derived)
            return Answer(said.node, said.error, slow)
        if not slow:  # a new cell has started
            until = time.monotonic() + seconds


def _kill(process: int, number: int) -> None:
    """Send a signal to a fork and to everything that it started."""
    try:
        os.killpg(process, number)
    except ProcessLookupError:
        return
    if number == signal.SIGKILL:
        _reap(process)


def _reap(process: int) -> int | None:
    try:
        return os.waitpid(process, 0)[1]
    except ChildProcessError:
        return None


def _end(process: int) -> str:
    """Return how a process ended, in words."""
    status = _reap(process)
    if status is None:
        return "it was killed"
    code = os.waitstatus_to_exitcode(status)
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def threads() -> int:
    """Return how many threads this process has, those that no Python code started included."""
    listed = Path("/proc/self/task")
    return len(list(listed.iterdir())) if listed.is_dir() else threading.active_count()


def _run(task: Task, results: Connection) -> NoReturn:
    """Run a task in this fork, send what became of it, and end the process."""
    try:
        _become_own(task)
        results.send(_executed(task, results))
        code = 0
    except BaseException as error:
        print(repr(error), file=sys.stderr, flush=True)
        code = 1
    os._exit(code)


def _become_own(task: Task) -> None:
    """Give this fork its own process group, streams, environment and random numbers."""
    import numpy as np  # noqa: PLC0415  (imported long since; not before the process is warm)

    os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    nothing = os.open(os.devnull, os.O_RDONLY)
    log = os.open(task.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for mine, standard in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(mine, standard)
    os.environ.update(task.environment)
    random.seed()
    np.random.seed()


def _executed(task: Task, results: Connection) -> Answer:
    """Return the answer of a task."""
    from papermill.exceptions import PapermillExecutionError  # noqa: PLC0415  (as above)

    from toolkit.publish import engine  # noqa: PLC0415

    os.chdir(task.folder)
    try:
        node = engine.executed(task.node, task.parameters, results.send)
    except PapermillExecutionError as error:
        return Answer(error=pickle.dumps(error))
    return Answer(node=pickle.dumps(node), derived=derived.new())

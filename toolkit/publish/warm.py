"""Notebooks run in forks of one warm process: many times quicker than a kernel each.

A kernel spends seconds on imports before its first cell; a fork of a process that has made
them spends hundredths. On systems where a process cannot fork safely (Windows, macOS), and
where the plain path is asked for, notebooks run in kernels: both give the same outputs.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn

from nbclient.exceptions import CellTimeoutError, DeadKernelError

from toolkit.area import read_area
from toolkit.errors import ToolkitError
from toolkit.publish.chain import Way
from toolkit.publish.forking import can_fork, variables
from toolkit.publish.kernel import environment, kernel_log
from toolkit.publish.playbook import Step
from toolkit.publish.warm_server import Answer, Task, has_all, serve, threads

START = "from toolkit.publish.warm_server import main; main()"
TRIES = 2  # the warm process itself may be killed: then a new one is started, once


@contextmanager
def quickest(fresh: bool = False, plain: bool = False) -> Iterator[Way]:
    """Yield the quickest way to run notebooks on this system.

    Args:
        fresh: Whether each is run even if its result is still there and still right.
        plain: Whether each gets a kernel of its own all the same.
    """
    if plain or not can_fork():
        yield Way(fresh=fresh)
        return
    with Warm() as runner:
        yield Way(runner, fresh)


class Warm:
    """One warm process, started when it is first needed; a context that ends it.

    It runs one notebook at a time: threads that want several at once take one each.
    """

    def __init__(self) -> None:
        """Start nothing yet."""
        self._process: subprocess.Popen[bytes] | _Fork | None = None
        self._pipe: Connection | None = None

    @classmethod
    def forked(cls) -> Warm:
        """Return one whose warm process is a fork of this one, where this is warm itself.

        Where this process has threads, or the warm process dies later, one is started anew.
        """
        made = cls()
        if can_fork() and threads() == 1 and dict(os.environ) == variables() and has_all():
            made._pipe, made._process = _fork()
        return made

    def __enter__(self) -> Warm:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the warm process."""
        self.close()

    def __call__(
        self, step: Step, folder: Path, parameters: Mapping[str, Any], seconds: float
    ) -> Any:
        """Return the executed notebook.

        Raises:
            PapermillExecutionError: A cell raised.
            CellTimeoutError: A cell took longer than `seconds`.
            DeadKernelError: The process of the notebook ended before it did.
        """
        folder = folder.resolve()  # the warm process may stand in another one
        log = kernel_log(step, folder)
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as ipython:
            given = environment(ipython, step, folder)
            task = Task(
                step.node,
                folder,
                dict(parameters),
                seconds,
                log,
                given,
                _published(folder),
            )
            return _node_of(self._asked(task))

    def close(self) -> None:
        """End the warm process, if it runs."""
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            self._process.wait()
        self._pipe, self._process = None, None

    def _asked(self, task: Task) -> Answer:
        """Return the answer of the warm process; where that dies, of another."""
        for attempt in range(1, TRIES + 1):
            try:
                pipe = self._pipe or self._start()
                pipe.send(task)
                answer: Answer = pipe.recv()
            except (EOFError, OSError):
                self.close()
                if attempt == TRIES:
                    raise DeadKernelError("The warm process was killed.") from None
            else:
                return answer
        raise AssertionError("unreachable")

    def _start(self) -> Connection:
        """Return the pipe to a new process, which answers once it is warm."""
        ours, theirs = Pipe()
        command = [sys.executable, "-c", START, str(theirs.fileno())]
        self._process = subprocess.Popen(command, env=variables(), pass_fds=[theirs.fileno()])  # noqa: S603
        theirs.close()
        self._pipe = ours
        return ours


class _Fork:
    """A fork of this process, as far as one waits for it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def wait(self) -> None:
        """Return once it has ended."""
        os.waitpid(self.pid, 0)


def _fork() -> tuple[Connection, _Fork]:
    """Return a fork of this process that answers tasks, and the pipe to it."""
    ours, theirs = Pipe()
    pid = os.fork()
    if pid == 0:
        ours.close()
        _serve(theirs)
    theirs.close()
    return ours, _Fork(pid)


def _serve(client: Connection) -> NoReturn:
    """Answer tasks in this fork, and end it; nothing of whoever forked it runs on in it."""
    code = 1
    try:
        serve(client)
        code = 0
    except SystemExit:  # nobody waits for the answer any more
        code = 0
    except BaseException as error:
        print(repr(error), file=sys.stderr, flush=True)
    os._exit(code)


def _published(folder: Path) -> tuple[Path, ...]:
    """Return the published files of an area; none where its settings cannot be read.

    The notebook reads the settings itself, and says what is wrong with them.
    """
    try:
        return tuple((folder / path).resolve() for path in read_area(folder).published)
    except ToolkitError:
        return ()


def _node_of(answer: Answer) -> Any:
    """Return the notebook of an answer, or raise what it says."""
    if answer.slow:
        raise CellTimeoutError("A cell took too long.")
    if answer.end:
        raise DeadKernelError(f"The process of the notebook ended: {answer.end}.")
    if answer.error:
        raise pickle.loads(answer.error)  # noqa: S301  (of our own process, over our own pipe)
    return pickle.loads(answer.node)  # noqa: S301

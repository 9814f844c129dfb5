"""Where jobs run: processes of this machine, or a Dask cluster. One code path for both."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import wait as wait_for
from typing import Any

from toolkit.errors import OutputError, SettingsError
from toolkit.publish import forking
from toolkit.publish.batch.jobs import Done, Job, Order
from toolkit.publish.batch.work import KILLED, begin, lost, run_area

TRIES = 2
GONE = (BrokenExecutor, EOFError, OSError)  # no worker is left, or none can be started


@dataclass(frozen=True)
class Pool:
    """Where jobs run.

    Attributes:
        workers: How many run at once.
        open: Returns a context with an executor of so many workers.
    """

    workers: int
    open: Callable[[int], AbstractContextManager[Executor]]


class Workers:
    """The workers of one batch, and others in their place where one was killed; a context.

    They stay from the first area to the report over all of them, which so finds one that has
    drawn before.
    """

    def __init__(self, pool: Pool) -> None:
        """Start none yet."""
        self.pool = pool
        self._open = ExitStack()
        self._executor: Executor | None = None

    def __enter__(self) -> Workers:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the workers."""
        self.end()

    def executor(self) -> Executor:
        """Return what gives them jobs; they are started where none are there."""
        if self._executor is None:
            self._executor = self._open.enter_context(self.pool.open(self.pool.workers))
        return self._executor

    def end(self) -> None:
        """End the workers that are there."""
        self._open.close()
        self._executor = None


def run_last(job: Callable[..., str], order: Order, workers: Workers) -> str:
    """Return what one job over all areas says, run where the areas ran.

    A worker may have been killed since: then others try it, once.
    """
    for _ in range(TRIES):
        try:
            return str(workers.executor().submit(job, order).result())
        except GONE:
            workers.end()
        except Exception as error:
            if _is_killed(error):
                return KILLED
            raise
    return KILLED


def run_jobs(
    jobs: Sequence[Job], order: Order, workers: Workers, take: Callable[[Done], None]
) -> None:
    """Run every job, and give what became of each to `take` as it comes.

    Where a worker is killed, the system tells only that one of those under way did it. They
    are tried again one by one in a pool of their own, so that only the one that kills its
    worker each time is lost.

    Args:
        jobs: What to do.
        order: What is the same for all.
        workers: Who does it.
        take: Told of each job once.
    """
    waiting, suspects = deque(jobs), list[Job]()
    while waiting:
        held = _until_broken(workers.executor(), waiting, order, workers.pool.workers, take)
        suspects += held
        if held:
            workers.end()
    for job in suspects:
        with workers.pool.open(1) as executor:
            if _until_broken(executor, deque([job]), order, 1, take):
                take(lost(job))


def _until_broken(
    executor: Executor,
    waiting: deque[Job],
    order: Order,
    workers: int,
    take: Callable[[Done], None],
) -> list[Job]:
    """Run jobs until none waits; return those that were on their way when the executor broke."""
    under_way: dict[Future[Done], Job] = {}
    while waiting or under_way:
        try:
            while waiting and len(under_way) < workers:
                under_way[executor.submit(run_area, waiting[0], order)] = waiting[0]
                waiting.popleft()
        except GONE:
            return [*under_way.values(), waiting.popleft()]
        finished, _ = wait(under_way, return_when=FIRST_COMPLETED)
        for future in finished:
            if isinstance(future.exception(), BrokenExecutor):
                return list(under_way.values())
            job = under_way.pop(future)
            take(future.result() if future.exception() is None else _not_run(job, future))
    return []


def _is_killed(error: BaseException) -> bool:
    """Return whether an error is the one of dask.distributed, which need not be there."""
    return type(error).__name__ == "KilledWorker"


def _not_run(job: Job, future: Future[Done]) -> Done:
    """Return a job as lost where its own worker died, each time; raise where the cluster did."""
    error = future.exception()
    if error is not None and _is_killed(error):
        return lost(job)
    raise OutputError(
        f"the cluster stopped answering ({type(error).__name__}).",
        remedy="Start it again, then give the same command: what is done is kept.",
    ) from error


def local(workers: int) -> Pool:
    """Return a pool of processes of this machine; 0 is one for each of its cores."""
    return Pool(workers or _cores(), _processes)


def cluster(address: str) -> Pool:
    """Return a pool of the workers of a Dask cluster, which must see the same folders.

    Raises:
        SettingsError: dask.distributed is not installed.
        OutputError: Nothing answers there, or no worker is there.
    """
    with _client(address) as client:
        workers = sum(client.nthreads().values())
    if not workers:
        raise OutputError(
            f"the Dask scheduler at {address} has no workers.",
            remedy=f"Start some, as in: dask worker {address} --nthreads 1 --nworkers 2",
        )

    @contextmanager
    def opened(_: int) -> Iterator[Executor]:
        with _client(address) as client:
            yield client.get_executor(pure=False)

    return Pool(workers, opened)


def _client(address: str) -> Any:
    """Return a client of a Dask scheduler; a context that ends it."""
    try:
        from distributed import Client  # noqa: PLC0415  (an extra that few need)
    except ImportError:
        raise SettingsError(
            "--cluster needs dask.distributed.",
            remedy="Install it: pip install send-toolkit[cluster].",
        ) from None
    try:
        return Client(address, timeout=10)  # type: ignore[no-untyped-call]
    except (OSError, ValueError):
        raise OutputError(
            f"no Dask scheduler answers at {address}.", remedy="Start it, or check --cluster."
        ) from None


@contextmanager
def _processes(workers: int) -> Iterator[Executor]:
    """Yield an executor of processes of this machine."""
    executor = ProcessPoolExecutor(workers, mp_context=forking.context(), initializer=_begin)
    try:
        yield executor
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _cores() -> int:
    """Return how many processes this one may run at once."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _begin() -> None:
    """Make this worker ready for areas: its warm process first, which no thread may precede."""
    begin()
    _end_with_parent()


def _end_with_parent() -> None:
    """End this worker when the batch that started it ends, however it ends."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        watched = (parent.sentinel, os.getppid())
        threading.Thread(target=_watch, args=watched, daemon=True).start()


def _watch(sentinel: int, forked_by: int) -> None:
    """End this process with its batch, or with whoever forked it: then the batch starts others."""
    while not wait_for([sentinel], timeout=1.0) and os.getppid() == forked_by:
        pass
    os._exit(1)

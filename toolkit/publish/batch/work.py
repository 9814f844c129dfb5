"""What a worker does with one area: run it, publish it, and say what became of it."""

from __future__ import annotations

import atexit
import hashlib
import json
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from toolkit.errors import ToolkitError
from toolkit.publish import manifest, run
from toolkit.publish.batch import page
from toolkit.publish.batch.jobs import Done, Job, Order
from toolkit.publish.chain import Way
from toolkit.publish.execute import Runner, plain
from toolkit.publish.forking import can_fork
from toolkit.publish.insight import publish_insight
from toolkit.publish.warm import Warm

LOG = Path("private") / "log" / "batch.txt"
FAILED = ("failed", "stopped")
REFUSED = "It has files of its own, which a batch on published files leaves alone."
KILLED = "Its worker was killed or ran out of memory."
_own = threading.local()  # a warm process runs one notebook at a time: a thread, a process


def run_area(job: Job, order: Order) -> Done:
    """Return what became of an area. Nothing that happens to one stops the others.

    What went wrong is told in full in the area's private log.
    """
    if job.refused:
        return _failed(job, REFUSED, job.refused)
    started = time.monotonic()
    try:
        with _log(job.folder) as say:
            status, notebooks = _published(job, order, say)
    except ToolkitError as error:  # its message may quote a file; its kind never does
        done = _failed(job, str(type(error).__doc__), error.sentence)
    except Exception as error:  # a fault of ours, of a library, of the disk: this area's alone
        reason = f"It stopped with {type(error).__name__}."
        done = _failed(job, reason, f"{reason} Details are in {LOG.as_posix()} of its folder.")
    else:
        bad = [f"Notebook {n}: {why}" for n, state, why in notebooks if state in FAILED]
        done = replace(_failed(job, *[" ".join(bad)] * 2), notebooks=notebooks) if bad else (
            Done(job.slug, job.name, job.la_code, status, notebooks=notebooks))  # fmt: skip
    return replace(done, seconds=time.monotonic() - started, peak_mb=peak_mb())


def run_insight(order: Order) -> str:
    """Publish the report over all areas of a batch, and return why not; "" where it stands."""
    out = order.out / page.INSIGHT
    try:
        publish_insight(order.out, out, run_date=order.run_date, way=Way(_runner(order)))
    except ToolkitError as error:
        return error.sentence
    return ""


def begin() -> None:
    """Make the warm process of this thread, at once where this process is warm itself."""
    _own.warm = Warm.forked()
    atexit.register(_own.warm.close)


def lost(job: Job) -> Done:
    """Return what became of an area whose worker ended before it did, each time."""
    return _failed(job, KILLED, KILLED)


def peak_mb() -> float:
    """Return the most memory that this process has held, in MB; 0 where the system does not say."""
    if sys.platform == "win32":
        return 0.0
    import resource  # noqa: PLC0415  (not on Windows)

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024.0**2 if sys.platform == "darwin" else 1024.0)


Told = tuple[Literal["done", "kept"], tuple[tuple[str, str, str], ...]]


def _published(job: Job, order: Order, say: Callable[[str], None]) -> Told:
    """Return whether the area was done or kept, and its notebooks; it stands in its place."""
    before = standing(job, order)
    if before is None:
        way = Way(_runner(order), order.fresh, playbook=order.playbook)
        run.publish_area(
            job.folder,
            order.out,
            notebooks=order.notebooks,
            run_date=order.run_date,
            progress=say,
            way=way,
        )
    made = before or _manifest(order.out / job.slug)
    notebooks = tuple((n["number"], n["status"], n["reason"]) for n in made["notebooks"])
    return ("kept" if before else "done"), notebooks


def standing(job: Job, order: Order) -> Mapping[str, Any] | None:
    """Return the manifest of a release that is whole, and is what a run would make again.

    Raises:
        ToolkitError: A setting, or a file of the area's, cannot be used.
    """
    if order.fresh:
        return None
    folder = order.out / job.slug
    held = _manifest(folder)
    if not held or held["run_id"] != _run_id(job, order):
        return None
    if any(n["status"] in FAILED for n in held["notebooks"]):
        return None
    whole = all(_sha256(folder / name) == sha for name, sha in held["files"].items())
    return held if whole else None


def _run_id(job: Job, order: Order) -> str:
    _, facts = run.planned(job.folder, order.run_date, order.notebooks, playbook=order.playbook)
    return facts.run_id


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        held = json.loads((folder / manifest.NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return dict(held) if isinstance(held, dict) else {}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _runner(order: Order) -> Runner:
    """Return what runs notebooks: this thread's warm process, which ends with the worker."""
    if order.plain or not can_fork():
        return plain
    if not hasattr(_own, "warm"):
        begin()
    found: Warm = _own.warm
    return found


def _failed(job: Job, reason: str, message: str) -> Done:
    return Done(job.slug, job.name, job.la_code, "failed", reason, message)


@contextmanager
def _log(folder: Path) -> Iterator[Callable[[str], None]]:
    """Yield a function that writes a line, with the seconds so far, into the area's log."""
    path = folder / LOG
    path.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with path.open("w", encoding="utf-8", buffering=1) as handle:

        def say(text: str) -> None:
            print(f"{time.monotonic() - started:7.1f} s  {text}", file=handle)

        try:
            yield say
        except Exception:
            say(traceback.format_exc())
            raise

"""A run of one small area in a process of its own, to be killed, and what must come of it."""

from __future__ import annotations

import datetime
import hashlib
import itertools
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.publish import many
from toolkit.errors import ToolkitError
from toolkit.publish import execute, files, forking, run, warm
from toolkit.publish.chain import Way

AREA = "ashby"
DAY = datetime.date(2026, 11, 22)
LONGEST = 300  # seconds, on a machine that is very busy


@dataclass(frozen=True)
class Run:
    """A run under way.

    Attributes:
        process: Its process.
        log: What it prints.
    """

    process: Any
    log: Path

    @property
    def pid(self) -> int:
        """The number of its process."""
        return int(self.process.pid)

    def said(self) -> str:
        """Return what it printed, once it has ended; TimeoutError where it does not end."""
        self.process.join(LONGEST)
        if self.process.exitcode is None:
            raise TimeoutError(f"a run did not end in {LONGEST} seconds")
        return self.log.read_text() if self.log.exists() else ""

    @property
    def exit_code(self) -> int:
        """How it ended; minus the number of the signal that killed it."""
        return int(self.process.exitcode)


def _run(area: Path, out: Path, playbook: Path, stop: int, plain: bool, log: Path) -> None:
    """Run an area in this very process, which kills itself at a step where `stop` is not 0."""
    with log.open("w") as told:
        for stream in (1, 2):
            os.dup2(told.fileno(), stream)
    steps = _counted(stop)
    with nullcontext() if plain else warm.Warm.forked() as runner:
        way = Way(runner or execute.plain, playbook=playbook)
        try:
            made = run.publish_area(
                area, out, run_date=DAY, way=way, progress=lambda _: next(steps)
            )
        except ToolkitError as error:
            print(error.message, flush=True)
            sys.exit(error.exit_code)
    print(next(steps) - 1, "steps")
    print(len(made.failures), "failed", flush=True)


def _counted(stop: int) -> Iterator[int]:
    """Return the steps of this process from 1 on; each write of a file takes two, as they come."""
    steps = _steps(stop)

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*given: Any, **named: Any) -> Any:
            next(steps)
            made = function(*given, **named)
            next(steps)
            return made

        return called

    if stop:
        files._write_through = counted(files._write_through)
        Path.replace, Path.unlink = counted(Path.replace), counted(Path.unlink)
    return steps


def _steps(stop: int) -> Iterator[int]:
    for number in itertools.count(1):
        if number == stop:
            os.kill(os.getpid(), signal.SIGKILL)
        yield number


@dataclass(frozen=True)
class Whole:
    """An area with a release, and what the next one must come to.

    Attributes:
        home: Holds the area, its first release, and the playbook.
        after: The files of the second release, made without a disturbance.
    """

    home: Path
    after: dict[str, bytes]

    def again(self, place: Path) -> Path:
        """Return a folder with the area and its first release, and its input changed."""
        shutil.copytree(self.home / "areas", place / "areas")
        shutil.copytree(self.home / "out", place / "out")
        change(place)
        return place

    def start(self, place: Path, stop: int = 0, plain: bool = False) -> Run:
        """Return a run of the area in a process of its own, perhaps to be killed at a step.

        The process is forked from one that has imported everything: a hundred runs would
        spend most of their time on imports.
        """
        log = place / f"said_{time.monotonic_ns()}.txt"  # its own: a killed run may say more
        given = (place / "areas" / AREA, place / "out", self.home / "playbook", stop, plain, log)
        process = forking.context().Process(target=_run, args=given)
        process.start()
        return Run(process, log)


def whole(home: Path) -> Whole:
    """Return an area with a release, and the files of the next one."""
    home.mkdir()
    many.playbook(home / "playbook")
    many.areas(home / "areas", [AREA.title()])
    first = Whole(home, {})
    ended(first.start(home))
    place = first.again(home / "next")
    ended(first.start(place))
    return Whole(home, kept_files(place))


def change(place: Path) -> None:
    """Change the area's input, so that the next run has to make everything anew."""
    path = place / "areas" / AREA / "inputs" / "deflators.csv"
    path.write_text(path.read_text().replace(",100,", ",104,"))


def kept_files(place: Path) -> dict[str, bytes]:
    """Return the release, and what is remembered of it."""
    last = place / "areas" / AREA / "private" / "releases" / "last.json"
    return {**many.files(place / "out"), "last": last.read_bytes()}


def ended(process: Run) -> str:
    """Return what a run said, once it has ended well; RuntimeError where it has not."""
    said = process.said()
    if not said.endswith("0 failed\n"):
        raise RuntimeError(f"an undisturbed run did not end well: {said}")
    return said


def faults(whole: Whole, place: Path) -> Iterator[str]:
    """Yield the faults of a place: torn or lost reports, and what is falsely marked as done."""
    before = many.files(whole.home / "out")
    now = many.files(place / "out")
    for name in {*before, *whole.after} - {"last"}:
        if now.get(name) not in (before.get(name), whole.after.get(name)):
            yield "torn or lost"
    manifest = f"{AREA}/manifest.json"
    if now.get(manifest) == whole.after[manifest]:
        held = json.loads(now[manifest])["files"]
        if any(_sha256(now.get(f"{AREA}/{n}", b"")) != sha for n, sha in held.items()):
            yield "falsely done"
    executed = place / "areas" / AREA / "private" / "executed"
    for record in executed.glob("*.json"):
        notebook = record.with_suffix(".ipynb")
        data = notebook.read_bytes() if notebook.exists() else b""
        if json.loads(record.read_text())["sha256"] != _sha256(data):
            yield "falsely done"


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

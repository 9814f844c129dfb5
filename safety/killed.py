"""A run of one small area in a process of its own, to be killed, and what must come of it."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.publish import many

SCRIPT = """
import datetime, os, signal, sys
from pathlib import Path
from dataclasses import replace
from toolkit.errors import ToolkitError
from toolkit.publish import files, run, warm
area, out, playbook, stop, plain = sys.argv[1:]
left = int(stop)
def step(*_, **__):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
def counted(function):
    def called(*given, **named):
        step()
        made = function(*given, **named)
        step()
        return made
    return called
if left:
    files._write_through = counted(files._write_through)
    Path.replace, Path.unlink = counted(Path.replace), counted(Path.unlink)
with warm.quickest(plain=plain == "plain") as way:
    try:
        made = run.publish_area(Path(area), Path(out), run_date=datetime.date(2026, 11, 22),
                                way=replace(way, playbook=Path(playbook)), progress=step)
    except ToolkitError as error:
        print(error.message)
        sys.exit(error.exit_code)
print(int(stop) - left, "steps")
print(len(made.failures), "failed")
"""
AREA = "ashby"
LONGEST = 300  # seconds, on a machine that is very busy


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

    def start(self, place: Path, stop: int = 0, plain: bool = False) -> subprocess.Popen[str]:
        """Return a run of the area in a process of its own, perhaps to be killed at a step."""
        given = (place / "areas" / AREA, place / "out", self.home / "playbook", stop,
                 "plain" if plain else "warm")  # fmt: skip
        return subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", SCRIPT, *map(str, given)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip


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


def ended(process: subprocess.Popen[str]) -> str:
    """Return what a run said, once it has ended well; RuntimeError where it has not."""
    said = process.communicate(timeout=LONGEST)[0]
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

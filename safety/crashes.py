"""Section 5: whatever is killed, and whenever, no report is lost or torn, and none falsely done.

The package must not change meanwhile: a manifest names the code, so that bytes would differ.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from safety import killed
from safety.rows import Row
from tests.publish import making, many, soak

DEAD = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"
RANDOM = 51  # kills at random moments; with one at each of 49 steps they are a hundred
NEVER = 10**6  # a step that no run comes to


def rows(short: bool) -> Iterator[Row]:
    """Yield the lines of section 5."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        whole = killed.whole(home / "whole")
        found = _random(whole, home / "random", 1 if short else RANDOM)
        yield from _kill_rows("a run killed at random, it or a process below it", found)
        found = _stepwise(whole, home / "steps", 30 if short else 1)
        yield from _kill_rows("a run killed before and after each step and each file", found)
        yield _dead_kernel(home / "dead", plain=False)
        if not short:
            yield _dead_kernel(home / "plain", plain=True)
        yield from _full_disk(whole, home)
        if not short:
            yield _batch(home / "soak")
        yield _bad_area(home / "bad")


def _random(whole: killed.Whole, home: Path, rounds: int) -> Counter[str]:
    """Return what was found after kills at random moments."""
    began = time.monotonic()
    killed.ended(whole.start(whole.again(home / "timed")))
    longest = time.monotonic() - began

    def one(number: int) -> Counter[str]:
        chance = random.Random(number)  # noqa: S311  (when to kill, nothing secret)
        place = whole.again(home / str(number))
        process = whole.start(place)
        time.sleep(chance.uniform(0.1, longest))
        below = many.descendants(process.pid) if chance.random() < 0.4 else []
        kind = _kill(chance.choice(below) if below else process.pid, process.pid)
        process.said()
        return _looked_at(whole, place) + Counter([kind])

    return _together(one, range(rounds))


def _stepwise(whole: killed.Whole, home: Path, every: int) -> Counter[str]:
    """Return what was found after a kill at each step of a run, or at every so many."""
    said = killed.ended(whole.start(whole.again(home / "counted"), NEVER))
    steps = int(said.split(" steps")[0].rpartition("\n")[2])

    def one(stop: int) -> Counter[str]:
        place = whole.again(home / str(stop))
        process = whole.start(place, stop)
        process.said()
        was_killed = process.exit_code == -signal.SIGKILL
        return _looked_at(whole, place) + Counter(["run" if was_killed else "nothing, it was over"])

    return _together(one, range(1, steps + 1, every))


def _together(one: Callable[[int], Counter[str]], numbers: Sequence[int]) -> Counter[str]:
    """Return what rounds found, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        return sum(pool.map(one, numbers), Counter())


def _kill(pid: int, run: int) -> str:
    """Kill a process of a run and return what it was."""
    kind = "run" if pid == run else _below(pid, run)
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return "nothing, it was over"
    return kind


def _below(pid: int, run: int) -> str:
    """Return what a process that a run has started is: its warm process, or a fork of that."""
    try:
        parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]
    except OSError:
        return "process that had just ended"
    return "warm process" if int(parent) == run else "notebook's fork"


def _looked_at(whole: killed.Whole, place: Path) -> Counter[str]:
    """Return the faults of a place as a kill left it, and of what it comes to when resumed."""
    found = Counter({"rounds": 1})
    found += Counter(f"fault: {fault}" for fault in killed.faults(whole, place))
    said = whole.start(place).said()
    found["fault: not finished"] += not said.endswith("0 failed\n")
    found["fault: not the same"] += killed.kept_files(place) != whole.after
    shutil.rmtree(place)
    return found


def _kill_rows(title: str, found: Counter[str]) -> Iterator[Row]:
    """Yield a row for each fault there may be."""
    kills = {k: n for k, n in found.items() if ":" not in k and k != "rounds"}
    told = ", ".join(f"{n} {kind}" for kind, n in sorted(kills.items()))
    rounds = found["rounds"]
    yield Row(f"{title}: kills", f"{rounds} ({told})", rounds > 0)
    for fault, words in {
        "torn or lost": "complete reports torn or lost",
        "falsely done": "marked as done without a matching hash",
        "not finished": "not finished when resumed",
        "not the same": "resumed and not the same, byte by byte, as never disturbed",
    }.items():
        count = found[f"fault: {fault}"]
        yield Row(f"{title}: {words}", f"{count} of {rounds}", rounds > 0 and count == 0)


def _dead_kernel(home: Path, plain: bool) -> Row:
    """Return whether a notebook whose kernel is killed counts as failed, and no other does."""
    home.mkdir()
    many.playbook(home / "playbook")
    making.notebook(home / "playbook", "12_dies", making.COUNTS, making.TABLE, DEAD)
    many.areas(home / "areas", [killed.AREA.title()])
    said = killed.Whole(home, {}).start(home, plain=plain).said()
    made = many.files(home / "out")
    listed = json.loads(made[f"{killed.AREA}/manifest.json"])["files"]
    private = home / "areas" / killed.AREA / "private" / "executed"
    good = (said.endswith("1 failed\n") and "12_dies.html" not in listed
            and {"10_deflators.html", "11_population.html"} <= set(listed)
            and not (private / "12.ipynb").exists())  # fmt: skip
    kind = "plain" if plain else "warm"
    return Row(f"a killed {kind} kernel: its notebook is failed, and the others published",
               "1 failed, 2 published" if good else said[-200:], good)  # fmt: skip


def _full_disk(whole: killed.Whole, home: Path) -> Iterator[Row]:
    """Yield what a disk that is full does to the release, and to the area's own folder."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        yield Row("a full disk", "not measured: only root can make a small disk", False)
        return
    for folder in ("out", "areas"):
        place = whole.again(home / f"full_{folder}")
        with soak.small_disk(home / f"small_{folder}", 300 + _kilobytes(place / folder)) as disk:
            shutil.copytree(place / folder, disk / folder)
            shutil.rmtree(place / folder)
            (place / folder).symlink_to(disk / folder)
            filler = disk / "filler"
            _fill(filler)
            process = whole.start(place)
            said = process.said()
            met = list(killed.faults(whole, place))
            filler.unlink()
            again = whole.start(place).said()
            same = again.endswith("0 failed\n") and killed.kept_files(place) == whole.after
            stopped = process.exit_code != 0 or not said.endswith("0 failed\n")
            line = "of the reports" if folder == "out" else "of the area's own folder"
            good = stopped and not met and same and "Traceback" not in said
            yield Row(f"a full disk {line}: torn, lost or falsely done; what it comes to with room",
                      f"{len(met)}; {'the same' if same else 'not the same'}", good)  # fmt: skip


def _kilobytes(folder: Path) -> int:
    """Return what a folder takes on a disk of pages of 4 KB."""
    return sum(4 + 4 * (p.stat().st_size // 4096) for p in folder.rglob("*"))


def _fill(path: Path) -> None:
    """Write until the disk has no room."""
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass  # that is the point


def _batch(home: Path) -> Row:
    """Return what kills of workers and other processes do to a batch."""
    home.mkdir()
    found = soak.soak(home, rounds=8, seed=3)
    faults_met = sum(found[fault] for fault in soak.FAULTS)
    kills = sum(n for k, n in found.items() if k.startswith("killed: ") and "over" not in k)
    line = (
        "a batch whose workers, kernels or main process are killed: faults (100 rounds: make soak)"
    )
    return Row(line, f"{faults_met} after {kills} kills", faults_met == 0 < kills)


def _bad_area(home: Path) -> Row:
    """Return whether one bad area stops no other, and the batch says which, and fails."""
    home.mkdir()
    areas = many.areas(home / "areas", ["Ashby", "Birchwood", "Coldbrook"])
    (areas / "birchwood" / "area.toml").write_text("name = [")
    command = [sys.executable, "-c", "from toolkit.cli import main; main()", "batch", str(areas),
               "--out", str(home / "out")]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    said = done.stdout + done.stderr
    made = [n for n in ("ashby", "coldbrook") if (home / "out" / n / "manifest.json").exists()]
    good = done.returncode != 0 and len(made) == 2 and "irchwood" in said and "Trace" not in said
    return Row("one bad area of three: others published, exit code of the batch",
               f"{len(made)} of 2, {done.returncode}", good)  # fmt: skip

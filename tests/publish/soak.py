"""Kills at random: workers, kernels, warm processes, the batch itself; and a full disk.

Each round starts a batch, waits a random while, kills one of its processes, and looks at what
stands: no report may be torn, none may be marked as done without files that fit. Then the
batch goes on, and must come to the same bytes as one that was never disturbed.

    python -m tests.publish.soak --rounds 100
"""

from __future__ import annotations

import argparse
import hashlib
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
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.publish import many

NAMES = ("Ashby", "Birchwood", "Coldbrook")
KINDS = ("batch", "server of forks", "worker", "warm process", "notebook's fork")
BELOW = {2: "worker", 3: "warm process", 4: "notebook's fork"}  # a batch, by steps
LONGEST = 600  # seconds that a batch of small areas may take, on a machine that is very busy


def soak(folder: Path, rounds: int, seed: int) -> Counter[str]:
    """Return what was found over the rounds: kills by kind of process, and every fault."""
    chance, found = random.Random(seed), Counter[str]()
    playbook, areas = many.playbook(folder / "playbook"), many.areas(folder / "areas", NAMES)
    began = time.monotonic()
    whole = _uninterrupted(areas, playbook, folder / "whole")
    longest = (time.monotonic() - began) * 0.9  # so that kills fall anywhere in a batch
    for number in range(rounds):
        out = folder / f"out{number}"
        _forget(areas)
        found[_killed(areas, playbook, out, chance, longest)] += 1
        found.update(faults(out))
        said = many.started(areas, playbook, out).communicate(timeout=LONGEST)[0]
        found["not finished"] += not said.endswith("0 failed\n")
        found["not the same in the end"] += many.files(out) != whole
        found["rounds"] += 1
        shutil.rmtree(out)
    return found


def faults(out: Path) -> Iterator[str]:
    """Yield the faults of a folder as it stands: torn files, and areas wrongly marked as done."""
    for path in out.rglob("*.html"):
        beside = path.name.startswith(".") or path.parent.name.startswith(".")
        if not beside and not path.read_bytes().rstrip().endswith(b"</html>"):
            yield "torn report"
    for area in _marked_as_done(out):
        held = json.loads((out / area / "manifest.json").read_text())
        if any(_sha256(out / area / n) != sha for n, sha in held["files"].items()):
            yield "marked as done without files that fit"


def _marked_as_done(out: Path) -> list[str]:
    path = out / "batch.json"
    rows = json.loads(path.read_text())["areas"] if path.exists() else []
    return [row["slug"] for row in rows if row["status"] in ("done", "kept")]


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def _uninterrupted(areas: Path, playbook: Path, out: Path) -> dict[str, bytes]:
    process = many.started(areas, playbook, out)
    assert process.communicate(timeout=LONGEST)[0].endswith("0 failed\n")
    return many.files(out)


def _killed(areas: Path, playbook: Path, out: Path, chance: random.Random, longest: float) -> str:
    """Start a batch, kill one of its processes at a random moment, and return which it was."""
    process, kind = many.started(areas, playbook, out), chance.choice(KINDS)
    time.sleep(chance.uniform(0.2, longest))
    victim = _found(process, kind)
    with suppress(ProcessLookupError):  # it ended just now
        if victim:
            os.kill(victim, signal.SIGKILL)
    process.communicate(timeout=LONGEST)
    if kind == "batch":
        time.sleep(1.5)  # its workers end with it
    return f"killed: {kind}" if victim else "killed: nothing, it was over"


def _found(process: subprocess.Popen[str], kind: str) -> int:
    """Return a process of a kind as soon as the batch has one; 0 where it ends before."""
    while process.poll() is None:
        if kind == "batch":
            return process.pid
        for pid in many.descendants(process.pid):
            if _kind(pid, process.pid) == kind:
                return pid
        time.sleep(0.01)
    return 0


def _kind(pid: int, batch: int) -> str:
    """Return what a process below a batch is, by how far below it stands."""
    depth, above = 0, pid
    try:
        command = Path(f"/proc/{pid}/cmdline").read_text()
        while above != batch and above > 1:
            above = int(Path(f"/proc/{above}/stat").read_text().rpartition(")")[2].split()[1])
            depth += 1
    except OSError:
        return "process that had just ended"
    if depth == 1:
        return "server of forks" if "forkserver" in command else "helper of the system's"
    return BELOW.get(depth, "process that an end left alone")


def _forget(areas: Path) -> None:
    """Take away what earlier rounds kept of the areas, so that each starts from nothing."""
    for private in areas.glob("*/private"):
        shutil.rmtree(private)


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """Yield a folder on a disk of its own of so many kilobytes; only root may make one."""
    folder.mkdir()
    size = f"size={kilobytes}k"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def full_disk(folder: Path, share: float) -> Counter[str]:
    """Return what was found where the disk holds but a share of all the reports of a batch."""
    found = Counter[str]()
    playbook, areas = many.playbook(folder / "playbook"), many.areas(folder / "areas", NAMES)
    whole = _uninterrupted(areas, playbook, folder / "whole")
    _forget(areas)
    size = sum(map(len, whole.values())) / 1024
    with small_disk(folder / "small", round(size * share)) as disk:
        many.started(areas, playbook, disk / "out").communicate(timeout=LONGEST)
        found["areas done before it was full"] = len(_marked_as_done(disk / "out"))
        found.update(faults(disk / "out"))
        subprocess.run(["mount", "-o", "remount,size=100m", str(disk)], check=True)
        said = many.started(areas, playbook, disk / "out").communicate(timeout=LONGEST)[0]
        found["not finished"] = not said.endswith("0 failed\n")
        found["not the same in the end"] = many.files(disk / "out") != whole
    return found


FAULTS = (
    "torn report",
    "marked as done without files that fit",
    "not finished",
    "not the same in the end",
)


def main() -> None:
    """Print what was found; the exit code is 1 where there was a fault."""
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=100)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "kills").mkdir()
        found = soak(Path(folder) / "kills", given.rounds, given.seed)
        if shutil.which("mount") and os.geteuid() == 0:
            (Path(folder) / "full").mkdir()
            found += full_disk(Path(folder) / "full", share=0.6)
        else:
            print("Full disk: not tried, since only root can make a small one.")
    print(f"Seed {given.seed}")
    for what in sorted({*found, *FAULTS}):
        print(f"{what}: {found[what]}")
    sys.exit(1 if any(found[fault] for fault in FAULTS) else 0)


if __name__ == "__main__":
    main()

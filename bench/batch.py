"""The same areas run and turned into HTML in four ways, one after the other in one run.

    a  a shell loop of `papermill` and `jupyter nbconvert`
    b  papermill's and nbconvert's Python API, in two processes
    c  `toolkit batch`: protection, reports and index included
    d  the code cells as plain Python in one warm process, with their views drawn
    e  `toolkit batch` with one worker, to set beside d: two processes that share a core slow
       each other, so that a second of their CPU time does less

It prints wall and CPU seconds, the peak of memory (shared pages counted once), and the ratios
a/c and b/c of wall time and c/d and e/d of CPU time. The machine may be busy: quote the ratios.

    python bench/batch.py [--areas 12] [--ways abcde] [--zip ZIP of EES]
    python bench/batch.py --flat outputs/batch.json     cost per area over a batch that was run
"""

from __future__ import annotations

import argparse
import ast
import ctypes
import json
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from unittest.mock import patch

import nbconvert
import papermill
import psutil

from toolkit import reference, start
from toolkit.publish.batch.run import read_once
from toolkit.publish.playbook import Step, find_playbook, read_playbook
from toolkit.show import calls

ROOT = Path(__file__).parents[1]
PUBLISHED = ROOT.parent / "shared/data/ees_ehcp_2025/education-health-and-care-plans_2025.zip"
BIN = Path(sys.executable).parent
RUN = {"area_folder": ".", "interactive": False}
SUBREAPER = 36  # of prctl(2)
STARTS = 3
LOCAL_ONLY = ("14", "15")  # they are left out on published files alone


def shell_loop(areas: list[Path], steps: list[Step], out: Path) -> None:
    """Way a: two commands a notebook."""
    given = [part for name, value in RUN.items() for part in ("-p", name, str(value))]
    for area in areas:
        for step in steps:
            made = out / f"{area.name}-{step.name}.ipynb"
            source = find_playbook() / f"{step.name}.ipynb"
            run = [BIN / "papermill", source, made, *given, "--cwd", area, "--no-progress-bar"]
            subprocess.run(list(map(str, run)), check=True, capture_output=True)
            show = [BIN / "jupyter", "nbconvert", "--to", "html", "--no-input", made]
            subprocess.run(list(map(str, show)), check=True, capture_output=True)


def api_one(area: Path, step: Step, out: Path) -> None:
    """Return once one notebook is executed and turned into HTML by the two libraries."""
    made = out / f"{area.name}-{step.name}.ipynb"
    source = find_playbook() / f"{step.name}.ipynb"
    for attempt in range(STARTS):
        try:
            papermill.execute_notebook(
                str(source), str(made), parameters=RUN, cwd=str(area), progress_bar=False
            )
            break
        except RuntimeError:  # kernels that start side by side lose a race for a port at times
            if attempt == STARTS - 1:
                raise
    html, _ = nbconvert.HTMLExporter(exclude_input=True).from_filename(str(made))
    made.with_suffix(".html").write_text(html, encoding="utf-8")


def api(areas: list[Path], steps: list[Step], out: Path) -> None:
    """Way b: the libraries, two processes."""
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        jobs = [pool.submit(api_one, area, step, out) for area in areas for step in steps]
        for job in jobs:
            job.result()


def ours(codes: list[str], zip_path: Path, out: Path, workers: int = 2) -> None:
    """Ways c and e: the product's own command."""
    named = [part for code in codes for part in ("--area", code)]
    command = [BIN / "toolkit", "batch", "--published", zip_path, *named]
    command += ["--workers", str(workers)]
    subprocess.run([*map(str, command), "--out", str(out)], check=True, capture_output=True)


def bare(areas: list[Path], steps: list[Step], out: Path) -> None:
    """Way d: cells as plain Python; the last value of each, where it is a view, is drawn."""
    for area in areas:
        os.chdir(area)
        for step in steps:
            names: dict[str, object] = {}
            drawn = [html for cell in step.node.cells for html in _cell(cell, names)]
            (out / f"{area.name}-{step.name}.html").write_text("\n".join(drawn), encoding="utf-8")


def _cell(cell: dict, names: dict[str, object]) -> Iterator[str]:
    """Yield what a cell shows, drawn; `show` is told to give views to a list instead of a page."""
    if cell["cell_type"] != "code":
        return
    tree = ast.parse(cell["source"])
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    shown: list[object] = []
    with patch.object(calls, "display", shown.append):
        exec(compile(tree, "cell", "exec"), names)  # noqa: S102  (the playbook's own cells)
        if "parameters" in cell["metadata"].get("tags", []):
            names |= RUN
        if last is not None:
            shown.append(eval(compile(ast.Expression(last.value), "cell", "eval"), names))  # noqa: S307
    for value in shown:
        if hasattr(value, "_repr_mimebundle_"):
            yield str(value._repr_mimebundle_()["text/html"])


class Peak(threading.Thread):
    """Watches the memory of this process and of all below it; shared pages count once."""

    def __init__(self) -> None:
        """Start at nothing."""
        super().__init__(daemon=True)
        self.most, self._over = 0.0, threading.Event()

    def run(self) -> None:
        """Look twice a second."""
        me = psutil.Process()
        while not self._over.wait(0.5):
            total = 0
            for process in me.children(recursive=True):
                try:
                    total += process.memory_full_info().pss
                except psutil.Error:
                    continue  # it has just ended
            self.most = max(self.most, total / 1e6)

    def end(self) -> float:
        """Return the peak in MB."""
        self._over.set()
        self.join()
        return self.most


def timed(job: Callable[[], None]) -> dict[str, float]:
    """Return wall and CPU seconds of a job and of all that it starts, and its peak of memory."""
    peak, before, at = Peak(), _cpu(), time.perf_counter()
    peak.start()
    job()
    wall = time.perf_counter() - at
    _wait_for_orphans()
    cpu = _cpu() - before
    return {"wall s": round(wall, 1), "CPU s": round(cpu, 1), "peak MB": round(peak.end())}


def _adopt_orphans() -> None:
    """Make this process the parent of any that outlives its own, so that none goes uncounted."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)


def _wait_for_orphans() -> None:
    """Wait for all that was started; Python's own tracker alone lasts as long as this process."""
    for child in psutil.Process().children():
        has_ended = child.status() == psutil.STATUS_ZOMBIE
        if has_ended or "resource_tracker" not in " ".join(child.cmdline()):
            child.wait()


def _cpu() -> float:
    used = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def flat(path: Path) -> None:
    """Print the cost per area over a batch, tenth by tenth."""
    areas = [a for a in json.loads(path.read_text())["areas"] if a["status"] == "done"]
    size = max(1, len(areas) // 10)
    for at in range(0, len(areas), size):
        part = areas[at : at + size]
        seconds = statistics.mean(a["seconds"] for a in part)
        peak = max(a["peak_mb"] for a in part)
        print(f"areas {at + 1}-{at + len(part)}: {seconds:.1f} s each, worker's peak {peak:.0f} MB")


def main() -> None:
    """Run the four ways and print what each took."""
    _adopt_orphans()
    options = argparse.ArgumentParser()
    options.add_argument("--areas", type=int, default=12)
    options.add_argument("--ways", default="abcde")
    options.add_argument("--zip", type=Path, default=PUBLISHED)
    options.add_argument("--flat", type=Path)
    given = options.parse_args()
    if given.flat:
        flat(given.flat)
        return
    las = reference.table("local_authorities")
    codes = list(las.loc[las["current"].eq("1"), "code"])[:: 153 // given.areas][: given.areas]
    steps = [step for step in read_playbook() if step.number not in LOCAL_ONLY]
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        areas = [start.published_area([given.zip], code, base / "areas") for code in codes]
        areas = [area.resolve() for area in areas]
        (base / "html").mkdir()
        read_once([given.zip])  # no way has to read what the one before it has
        html = base / "html"
        ways = {
            "a": lambda: shell_loop(areas, steps, html),
            "b": lambda: api(areas, steps, html),
            "c": lambda: ours(codes, given.zip, base / "batch"),
            "d": lambda: bare(areas, steps, html),
            "e": lambda: ours(codes, given.zip, base / "alone", workers=1),
        }
        found = {}
        for way in given.ways:
            if way == "d":
                bare(areas[:1], steps, html)  # what is imported on first use is warm from here on
            found[way] = timed(ways[way])
            said = ", ".join(f"{name} {value}" for name, value in found[way].items())
            print(f"{way} {said}", flush=True)  # at once: a run takes half an hour
    print(f"{len(areas)} areas x {len(steps)} notebooks")
    ratios = [("a", "c", "wall s"), ("b", "c", "wall s"), ("c", "d", "CPU s"), ("e", "d", "CPU s")]
    for one, other, unit in ratios:
        if {one, other} <= set(found):
            print(f"{one}/{other} {unit}: {found[one][unit] / found[other][unit]:.2f}")


if __name__ == "__main__":
    main()

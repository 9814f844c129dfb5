"""Section 2: nothing of a planted child leaves, whatever runs, and whatever fails."""

from __future__ import annotations

import copy
import datetime as dt
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell

from safety import canaries, planting
from safety import typed as named
from safety.rows import Row
from toolkit.errors import DisclosureError, LeakError
from toolkit.publish import run, warm
from toolkit.publish.chain import Way
from toolkit.publish.execute import CELL_SECONDS, Outcome, Runner, execute
from toolkit.publish.parameters import for_step
from toolkit.publish.playbook import Step, read_playbook
from toolkit.publish.scan import scan

DAY = dt.date(2026, 11, 22)
FORMS = {"xml": "SEN2 XML and CSV tables", "csv": "nine CSV files a return",
         "workbook": "workbooks of returns and tables"}  # fmt: skip
# A cell that says raw rows in every way that a notebook can but for displaying them.
SAID = """
import logging, os, sys, warnings
import pandas as pd
raw = pd.read_csv("inputs/plans.csv", dtype=str).head(12)
print(raw.to_string())
print(raw.to_json(), file=sys.stderr)
os.write(1, raw.to_string().encode()); os.write(2, raw.to_string().encode())
logging.getLogger("raw").error(raw.to_string())
warnings.warn(raw.to_string())
"""
SHOWN = "\nfrom IPython.display import HTML, display\ndisplay({})\n"
SHOWS = ("raw", "raw.style", "HTML(raw.to_html())")
FAILS = SHOWN.format(", ".join(SHOWS)) + "raise ValueError(raw.to_string())\n"
KINDS = {
    "a UPN": canaries.CHILDREN[0].upn, "a ULN": f"ULN {canaries.CHILDREN[0].uln}",
    "an NHS number": "943 476 5919", "a postcode": "BS8 1TH", "an e-mail address": "a@b.example",
    "a user's folder": "/home/ann/area", "a folder of Windows": "C:\\Users\\ann\\x.csv",
}  # fmt: skip


def rows(short: bool) -> Iterator[Row]:
    """Yield the lines of section 2."""
    yield _control()
    yield _blocked()
    plans = 100 if short else planting.PLANS
    chosen = ["00", "01", "11"] if short else None
    with tempfile.TemporaryDirectory() as folder:
        home, typed = Path(folder), set[str]()
        for form in ["xml"] if short else FORMS:
            area = planting.planted_area(home / form, form, plans)  # type: ignore[arg-type]
            yield _planted(area, form)
            speaking = form == "xml"
            told = _spoken(area, home, chosen) if speaking else _by_command(area, home)
            typed |= {n for n, found in told.items() if found & set(canaries.TYPED)}
            yield _released(FORMS[form], told, speaking)
        yield named.row(home, len(typed))
        yield _refused(home / "xml")
        yield _failing(home / "xml", home, short)


def _control() -> Row:
    """Return whether the search finds each canary in each form that it may take."""
    tried = [(c, form) for c in canaries.CANARIES for form in canaries.forms(c)]
    missed = [form for c, form in tried if c not in canaries.found("x", form.encode())]
    line = f"{len(canaries.CANARIES)} canaries, plain, URL-, HTML-, JSON- and base64-coded"
    return Row(f"{line}: found by the search itself", f"{len(tried) - len(missed)} of {len(tried)}",
               not missed and len(canaries.CANARIES) >= 20)  # fmt: skip


def _blocked() -> Row:
    """Return how many kinds of personal things block a release that holds one."""
    blocked = 0
    for value in KINDS.values():
        try:
            scan({"10_trends.html": f"<p>{value}</p>".encode()})
        except LeakError as error:
            blocked += value not in error.message
    return Row("publish/scan.py blocks a page that holds one, and never repeats it",
               f"{blocked} of {len(KINDS)} kinds", blocked == len(KINDS))  # fmt: skip


def _planted(area: Path, form: str) -> Row:
    """Return in how many input files of an area a canary stands."""
    held = canaries.searched(area / "inputs")
    some = sum(bool(found) for found in held.values())
    whole = {c for found in held.values() for c in found} >= set(canaries.CANARIES) - _unused()
    return Row(f"planted in every input, {FORMS[form]}", f"{some} of {len(held)} files",
               some == len(held) and whole)  # fmt: skip


def _unused() -> set[str]:
    """Return the forms of dates and postcodes that no input is written in."""
    return {c for child in canaries.CHILDREN
            for c in (*child.dates[2:], child.postcode.replace(" ", ""))}  # fmt: skip


def _released(form: str, told: dict[str, set[str]], speaking: bool) -> Row:
    """Return what of the canaries is in what a run shared or said."""
    found = {c for at in told.values() for c in at} & set(canaries.CANARIES)
    also = ", each notebook also printing, logging and warning with raw rows" if speaking else ""
    return Row(f"{form}{also}: canaries in shared files, outside private/, stdout and stderr",
               f"{len(found)} in {len(told)} files searched unpacked",
               not found and "index.html" in {Path(n).name for n in told})  # fmt: skip


def _by_command(area: Path, home: Path) -> dict[str, set[str]]:
    """Return the canaries in all that `toolkit run` leaves and says."""
    out = home / f"out_{area.name}"
    command = [sys.executable, "-c", "from toolkit.cli import main; main()"]
    few = [f"--parameter={name}={value}" for name, value in planting.FEW.items()]
    done = subprocess.run(  # noqa: S603
        [*command, "run", str(area), "--out", str(out), *few], capture_output=True, check=False
    )
    return _left(area, out) | {"stdout": canaries.found("stdout", done.stdout),
                               "stderr": canaries.found("stderr", done.stderr)}  # fmt: skip


def _spoken(area: Path, home: Path, chosen: Sequence[str] | None) -> dict[str, set[str]]:
    """Return the canaries in what a run leaves and says whose notebooks all show raw rows."""
    out, playbook = home / f"out_{area.name}", home / "playbook"
    playbook.mkdir()
    for step in read_playbook():
        node = copy.deepcopy(step.node)
        node.cells.append(new_code_cell(SAID, id="said"))
        nbformat.write(node, playbook / f"{step.name}.ipynb")
    with heard(home / "heard"), warm.quickest() as quick:
        way = replace(quick, playbook=playbook)
        few = None if chosen else planting.FEW
        release = run.publish_area(
            area, out, notebooks=chosen, run_date=DAY, parameters=few, way=way
        )
        print(*(f"{o.title}: {o.status}. {o.message}" for o in release.outcomes), sep="\n")
    return _left(area, out) | {"said": canaries.found("said", (home / "heard").read_bytes())}


def _left(area: Path, out: Path) -> dict[str, set[str]]:
    """Return the canaries in what is shared, and in an area's folder outside private/."""
    beside = canaries.searched(area, without=("inputs", "private"))
    return canaries.searched(out) | {f"area/{n}": found for n, found in beside.items()}


def _refused(folder: Path) -> Row:
    """Return how many ways to display raw rows stop a release, without repeating them."""
    _, facts = run.planned(folder, DAY)
    refused = 0
    with warm.quickest() as way:
        for shown in SHOWS:
            step = _failing_at(facts.steps[0], -1, emptied=True, code=SAID + SHOWN.format(shown))
            outcome = _executed(step, folder, facts.parameters, way)
            try:
                run.release_files([outcome], facts, {}, {})
            except DisclosureError as error:
                refused += not canaries.found_in(error.message)
    return Row("a cell that displays raw rows stops the release, and they are not repeated",
               f"{refused} of {len(SHOWS)} ways", refused == len(SHOWS))  # fmt: skip


def _failing(folder: Path, home: Path, short: bool) -> Row:
    """Return what of the canaries leaves where each notebook fails at each of its cells.

    Cells before the one that fails are emptied, which makes a failure cheap; a failure with
    all of them is run for the middle cell of each notebook.
    """
    area, facts = run.planned(folder, DAY)
    failed, found = 0, set[str]()
    with heard(home / "failing"), warm.quickest() as way:
        for spoilt in _spoilt(facts.steps, short):
            outcomes = [_executed(step, folder, facts.parameters, way) for step in spoilt]
            failed += sum(outcome.failed for outcome in outcomes)
            files, _ = run.release_files(outcomes, facts, {}, {})
            scan(files)
            print(*(outcome.message for outcome in outcomes), sep="\n", flush=True)
            found |= {c for name, data in files.items() for c in canaries.found(name, data)}
    found |= canaries.found("heard", (home / "failing").read_bytes())
    found |= {c for at in canaries.searched(folder, ("inputs", "private")).values() for c in at}
    tried = sum(len(spoilt) for spoilt in _spoilt(facts.steps, short))
    kept = any((area.folder / "private" / "log").glob("*.txt"))
    return Row(f"every notebook made to fail at {'its middle' if short else 'every'} cell with a "
               "frame of raw rows: canaries in pages, messages, stdout and stderr",
               f"{len(found)} in {failed} failures",
               not found and failed == tried and kept)  # fmt: skip


def _executed(step: Step, folder: Path, given: dict[str, object], way: Way) -> Outcome:
    runner: Runner = way.runner
    return execute(step, folder, for_step(given, step), CELL_SECONDS, runner)


def _spoilt(steps: Sequence[Step], short: bool) -> Iterator[list[Step]]:
    """Yield the notebooks that fail at their first cell, at their second, and so on."""
    yield [_failing_at(step, len(_code(step)) // 2, emptied=False) for step in steps]
    for at in range(0 if short else max(len(_code(step)) for step in steps)):
        yield [_failing_at(step, at, emptied=True) for step in steps if at < len(_code(step))]


def _code(step: Step) -> list[int]:
    """Return the places of a notebook's code cells; the one of parameters may hold no code."""
    cells = enumerate(step.node.cells)
    code = [i for i, c in cells if c.cell_type == "code" and c.source.strip()]
    return [i for i in code if "parameters" not in step.node.cells[i].metadata.get("tags", [])]


def _failing_at(step: Step, at: int, emptied: bool, code: str = SAID + FAILS) -> Step:
    """Return a notebook that says raw rows, and as a rule fails, in one of its code cells."""
    node = copy.deepcopy(step.node)
    places = _code(step)
    for place in places[:at] if emptied else []:
        node.cells[place].source = "pass"
    node.cells[places[at]].source = code
    return replace(step, node=node)


@contextmanager
def heard(path: Path) -> Iterator[None]:
    """Write to a file all that this process and those it starts say on stdout and stderr."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = os.dup(1), os.dup(2)
    with path.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        try:
            yield
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for descriptor, own in zip((1, 2), kept, strict=True):
                os.dup2(own, descriptor)
                os.close(own)

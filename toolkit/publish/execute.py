"""Run one notebook in a kernel of its own, and judge by our own account whether it ran.

Papermill's metadata calls a killed kernel complete, so it is not asked. What a notebook
prints, and every traceback, stays in the area's private folder.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import papermill
import zmq
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from toolkit.errors import ToolkitError
from toolkit.intake import uses
from toolkit.publish.files import write_beside
from toolkit.publish.kernel import private_kernel
from toolkit.publish.playbook import Step

Status = Literal["executed", "skipped", "failed", "stopped"]

CELL_SECONDS = 900  # a cell of the playbook takes seconds; a quarter of an hour is a hang
START_SECONDS = 120  # a cold start of pandas and altair on a busy laptop
STARTS = 3  # plain kernels in parallel lose a race for a port in some 5 of 300 runs
ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Outcome:
    """What became of one notebook.

    Attributes:
        step: The notebook.
        status: `executed`; `skipped`, where something that it needs is not there; `failed`;
            or `stopped`, since one that it depends on failed.
        reason: Why, in words that hold no figure and may be shared.
        message: Why, for the person at the keyboard only; may quote a value of their files.
        notebook: The executed notebook.
        would_fill: For a skipped one, the files with which it would run.
    """

    step: Step
    status: Status
    reason: str = ""
    message: str = ""
    notebook: Any = None
    would_fill: str = ""

    @property
    def number(self) -> str:
        """The notebook's number."""
        return self.step.number

    @property
    def title(self) -> str:
        """The notebook's title."""
        return self.step.about.title

    @property
    def failed(self) -> bool:
        """Whether it should have run, and did not run to its end."""
        return self.status in ("failed", "stopped")


Runner = Callable[[Step, Path, Mapping[str, Any], float], Any]


def plain(step: Step, folder: Path, parameters: Mapping[str, Any], seconds: float) -> Any:
    """Return a notebook executed in a kernel of its own: the reference for every other way.

    A kernel that does not start is tried again.
    """
    for attempt in range(1, STARTS + 1):
        try:
            with private_kernel(step, folder) as kernel:
                return papermill.execute_notebook(
                    copy.deepcopy(step.node),
                    None,
                    parameters=dict(parameters),
                    kernel_name="python3",
                    language="python",
                    cwd=folder,
                    progress_bar=False,
                    request_save_on_cell_execute=False,
                    start_timeout=START_SECONDS,
                    execution_timeout=seconds,
                    record_timing=False,
                    kernel_manager_class=kernel,
                )
        except (RuntimeError, zmq.ZMQError) as error:
            # A kernel that dies later has run cells: that is a failure, not a race.
            if isinstance(error, DeadKernelError) or attempt == STARTS:
                raise
    raise AssertionError("unreachable")


def execute(
    step: Step,
    area_folder: Path,
    parameters: Mapping[str, Any],
    cell_seconds: float,
    runner: Runner,
) -> Outcome:
    """Return the outcome of running one notebook with the area's folder as its own.

    The executed notebook, or the log of a failure, is written to the area's private folder.
    """
    private = area_folder / "private"
    _forget(step, area_folder)
    try:
        node = runner(step, area_folder, parameters, cell_seconds)
    except PapermillExecutionError as error:
        return _log(_cell_failed(step, error), private, ANSI.sub("", "\n".join(error.traceback)))
    except DeadKernelError as error:
        return _log(
            _stopped_short(step, "its kernel was killed or ran out of memory"), private, error
        )
    except CellTimeoutError as error:
        slow = f"a cell took more than {cell_seconds} seconds"
        return _log(_stopped_short(step, slow), private, error)
    except (RuntimeError, zmq.ZMQError) as error:
        return _log(_stopped_short(step, "its kernel did not start"), private, error)
    fault = fault_of(step, node)
    if fault:
        return _log(_stopped_short(step, fault), private, fault)
    # Not by `nbformat.writes`, whose line breaks make Python's encoder ten times slower.
    text = json.dumps(_scrubbed(node), sort_keys=True, ensure_ascii=False)
    write_beside(executed_file(step, area_folder), text.encode("utf-8"))
    return Outcome(step, "executed", notebook=node)


def executed_file(step: Step, area_folder: Path) -> Path:
    """Return where the executed notebook is kept, which holds raw figures."""
    return area_folder / "private" / "executed" / f"{step.number}.ipynb"


def _forget(step: Step, area_folder: Path) -> None:
    """Take away what an earlier run of a notebook left, so that none of it is taken for this."""
    executed = executed_file(step, area_folder)
    executed.parent.mkdir(parents=True, exist_ok=True)
    log = area_folder / "private" / "log" / f"{step.number}.txt"
    # The record of what was executed goes first: killed in between, it speaks of no other.
    for path in (executed.with_suffix(".json"), executed, log):
        path.unlink(missing_ok=True)
    uses.file_of(area_folder, step.number).unlink(missing_ok=True)


def fault_of(step: Step, node: Any) -> str:
    """Return why an executed notebook does not count as run to its end; empty where it does.

    Every code cell must be the playbook's own, must have run in its order, and must have
    left no error. Cells without code are not run by any kernel.
    """
    was = [(c.cell_type, c.source) for c in step.node.cells]
    if [(c.cell_type, c.source) for c in own_cells(node)] != was:
        return "what ran is not the notebook of the playbook"
    code = [c for c in node.cells if c.cell_type == "code" and c.source.strip()]
    if [c.execution_count for c in code] != list(range(1, len(code) + 1)):
        return "not every cell ran, in order"
    if any(o.output_type == "error" for c in code for o in c.outputs):
        return "a cell ended in an error"
    return ""


def own_cells(node: Any) -> list[Any]:
    """Return a notebook's cells without the one in which papermill sets the parameters."""
    return [c for c in node.cells if "injected-parameters" not in c.metadata.get("tags", [])]


def cells_run(outcome: Outcome) -> int:
    """Return how many of the notebook's own cells with code ran."""
    cells = [] if outcome.notebook is None else own_cells(outcome.notebook)
    return sum(1 for c in cells if c.cell_type == "code" and c.execution_count)


def _cell_failed(step: Step, error: PapermillExecutionError) -> Outcome:
    """Return the outcome where a cell raised: our own errors speak for themselves."""
    place = f"code cell {_code_cell(step, error.source)}"
    begins = next((line for line in error.source.splitlines() if line.strip()), "")
    ours = error.ename in _our_errors() and len(error.traceback) == 1
    said = error.evalue if ours else f"It stopped with {error.ename}. {_remedy(step)}"
    return Outcome(
        step,
        "failed",
        reason=f"It stopped at {place} ({error.ename}).",
        message=f"{step.name}, {place} (which begins: {begins.strip()[:60]}): {said}",
    )


def _stopped_short(step: Step, why: str) -> Outcome:
    reason = f"It did not run to its end: {why}."
    return Outcome(step, "failed", reason, f"{step.name}: {reason} {_remedy(step)}")


def _remedy(step: Step) -> str:
    return (
        f"Open {step.name}.ipynb in JupyterLab and run it cell by cell; "
        f"details are in private/log/{step.number}.txt."
    )


def _code_cell(step: Step, source: str) -> int:
    """Return which of the notebook's own code cells failed, from 1, as JupyterLab counts runs."""
    code = [c.source for c in step.node.cells if c.cell_type == "code" and c.source.strip()]
    return code.index(source) + 1 if source in code else 1


def _our_errors() -> set[str]:
    return {ToolkitError.__name__, *(kind.__name__ for kind in ToolkitError.__subclasses__())}


def _log(outcome: Outcome, private: Path, details: object) -> Outcome:
    """Keep what happened in the private folder, and return the outcome."""
    text = f"{outcome.message}\n\n{details}\n"
    write_beside(private / "log" / f"{outcome.step.number}.txt", text.encode("utf-8"))
    return outcome


def _scrubbed(node: Any) -> Any:
    """Return a notebook without papermill's metadata: times, and paths with a user's name."""
    return _without_papermill({**node, "cells": [_without_papermill(c) for c in node.cells]})


def _without_papermill(holder: Mapping[str, Any]) -> Any:
    metadata = {name: value for name, value in holder["metadata"].items() if name != "papermill"}
    return NotebookNode({**holder, "metadata": metadata})  # type: ignore[no-untyped-call]

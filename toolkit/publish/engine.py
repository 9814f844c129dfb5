"""A papermill engine that runs cells in this very process, in a shell of our own.

Notebooks, parameters and papermill's bookkeeping stay as they are; only the kernel is gone.
"""

from __future__ import annotations

import contextlib
import pickle
from collections.abc import Callable, Mapping
from typing import Any

import nbformat
from nbformat.v4 import new_notebook
from papermill.engines import Engine, papermill_engines
from papermill.execute import (
    prepare_notebook_metadata,
    raise_for_execution_errors,
    remove_error_markers,
)
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from toolkit.publish.shell import Shell

NAME = "send-toolkit-shell"
LANGUAGE = {"name": "python"}
_learnt: dict[bytes, Any] = {}


class ShellEngine(Engine):  # type: ignore[misc]
    """Executes a notebook's cells one after the other until one ends in an error."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        log_output: bool = False,
        stdout_file: Any = None,
        stderr_file: Any = None,
        *,
        at_cell: Callable[[int], None] = lambda _: None,
        **_: Any,
    ) -> None:
        """Run every cell; papermill raises afterwards where one holds an error.

        Args:
            nb_man: Papermill's account of the run.
            kernel_name: Not used: there is no kernel.
            log_output: Not used.
            stdout_file: Not used.
            stderr_file: Not used.
            at_cell: Told the number of each cell before it runs.
        """
        shell = Shell.instance()
        out, err = shell.streams()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            for index, cell in enumerate(nb_man.nb.cells):
                at_cell(index)
                nb_man.cell_start(cell, index)
                if not _run(shell, cell):
                    nb_man.cell_exception(cell, index)
                    return
                nb_man.cell_complete(cell, index)


def warm_up() -> None:
    """Make the shell of this process before it forks, and what checks notebooks: forks have both.

    The check is compiled from a schema when it is first needed.
    """
    Shell.instance()
    nbformat.validate(new_notebook())  # type: ignore[no-untyped-call]


def learnt(node: Any) -> Any:
    """Return a notebook as papermill loads it, its cells turned into Python in the shell.

    A process learns each notebook once: forks of it have neither to do. A fork may change what
    it gets; the process itself may not.
    """
    key = pickle.dumps(node)
    if key not in _learnt:
        made = load_notebook_node(node)
        manager = Shell.instance().input_transformer_manager
        for cell in made.cells:
            if cell.cell_type == "code":
                manager.transform_cell(cell.source)
        _learnt[key] = made
    return _learnt[key]


def executed(node: Any, parameters: Mapping[str, Any], at_cell: Callable[[int], None]) -> Any:
    """Return a notebook run with parameters, as `papermill.execute_notebook` returns it.

    By the functions that it consists of, without the ones that turn the notebook into text for
    a file that is not written.

    Args:
        node: The notebook as `learnt` returns it, which becomes the executed one.
        parameters: Its parameters.
        at_cell: Told the number of each cell before it runs.

    Raises:
        PapermillExecutionError: A cell raised.
    """
    kernel = {"kernel_name": "python3"}
    given = parameterize_notebook(
        node, dict(parameters), engine_name=NAME, language="python", **kernel
    )
    prepared = remove_error_markers(prepare_notebook_metadata(given, None, None))
    done = papermill_engines.execute_notebook_with_engine(
        NAME,
        prepared,
        input_path=None,
        output_path=None,
        progress_bar=False,
        at_cell=at_cell,
        **kernel,
    )
    raise_for_execution_errors(done, None)
    return done


def _run(shell: Shell, cell: Any) -> bool:
    """Return whether a cell ran without an error; its outputs are put into it."""
    if cell.cell_type != "code" or not cell.source.strip():
        return True
    cell.execution_count = shell.execution_count
    result = shell.run_cell(cell.source, store_history=True)  # type: ignore[no-untyped-call]
    cell.outputs = shell.outputs.taken()
    return bool(result.success)


papermill_engines.register(NAME, ShellEngine)

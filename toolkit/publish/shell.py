"""An IPython shell that keeps what a cell shows, as a kernel would have sent it.

It runs cells in the process that it lives in: no kernel is started and no socket is opened.
Only the fork of a warm process uses it (see `warm_server`); what a subprocess writes past
Python to the screen is not kept in the cell.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.inputtransformer2 import TransformerManager
from IPython.core.interactiveshell import InteractiveShell
from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_output
from traitlets.config import Config

SETTINGS = Config({"HistoryManager": {"enabled": False}, "InteractiveShell": {"colors": "nocolor"}})


class Outputs:
    """What the cell that runs has shown so far."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        self._kept: list[NotebookNode] = []
        self._parts: list[str] = []  # of the stream that is written to: joined once, when it ends
        self._clears = False
        self._by_id: dict[str, list[NotebookNode]] = {}

    def add(self, output: NotebookNode, display_id: str | None = None) -> None:
        """Keep an output after those before it."""
        self._begin()
        self._kept.append(output)
        if display_id:
            self._by_id.setdefault(display_id, []).append(output)

    def update(self, display_id: str, data: Any, metadata: Any) -> None:
        """Give every output of that id, in any cell, new data."""
        for output in self._by_id.get(display_id, []):
            output.data, output.metadata = data, metadata

    def write(self, name: str, text: str) -> None:
        """Keep what is printed; texts of one stream in a row are one output."""
        if self._clears or not (self._parts and self._kept[-1].name == name):
            self._begin()
            self._kept.append(new_output("stream", name=name))  # type: ignore[no-untyped-call]
        self._parts.append(text)

    def clear(self, wait: bool) -> None:
        """Forget what the cell has shown, at once or when the next output comes."""
        self._clears = True
        if not wait:
            self._begin()

    def taken(self) -> list[NotebookNode]:
        """Return what the cell has shown, and start anew for the next."""
        self._end_stream()
        shown, self._kept, self._clears = self._kept, [], False
        return shown

    def _begin(self) -> None:
        self._end_stream()
        if self._clears:
            self._kept, self._clears = [], False

    def _end_stream(self) -> None:
        if self._parts:
            self._kept[-1].text = "".join(self._parts)
            self._parts = []


class Stream(io.TextIOBase):
    """Stands where sys.stdout or sys.stderr stood."""

    encoding = "utf-8"

    def __init__(self, name: str, outputs: Outputs) -> None:
        """Write to the outputs under a stream's name."""
        self._name, self._outputs = name, outputs

    def writable(self) -> bool:
        """Return that it can be written to."""
        return True

    def write(self, text: str) -> int:
        """Keep a text, and return its length."""
        if text:
            self._outputs.write(self._name, str(text))
        return len(text)


class _Publisher(DisplayPublisher):
    """Keeps what `display` is given."""

    def __init__(self, outputs: Outputs, **kwargs: Any) -> None:
        """Keep into these outputs."""
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]
        self.outputs = outputs

    def publish(
        self,
        data: Mapping[str, Any],
        metadata: Mapping[str, Any] | None = None,
        source: Any = None,
        *,
        transient: Mapping[str, Any] | None = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        display_id = (transient or {}).get("display_id")
        if update and display_id:
            self.outputs.update(display_id, dict(data), dict(metadata or {}))
            return
        # Not by `new_output`, which checks it against the schema: the whole notebook is, later.
        shown = {"data": dict(data), "metadata": dict(metadata or {})}
        made = from_dict({"output_type": "display_data", **shown})  # type: ignore[no-untyped-call]
        self.outputs.add(made, display_id)

    def clear_output(self, wait: bool = False) -> None:
        self.outputs.clear(wait)


class _Hook(DisplayHook):
    """Keeps the value of a cell's last expression."""

    def __init__(self, outputs: Outputs, **kwargs: Any) -> None:
        """Keep into these outputs."""
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]
        self.outputs = outputs

    def write_output_prompt(self) -> None:
        """Write nothing: the number of the cell stands in the notebook."""

    def write_format_data(
        self, format_dict: Mapping[str, Any], md_dict: Mapping[str, Any] | None = None
    ) -> None:
        made = new_output(  # type: ignore[no-untyped-call]
            "execute_result",
            dict(format_dict),
            metadata=dict(md_dict or {}),
            execution_count=self.prompt_count,
        )
        self.outputs.add(made)

    def finish_displayhook(self) -> None:
        """Write nothing: there is no line to end."""


class _Known(TransformerManager):
    """Turns each cell into Python once: a playbook's are the same for every area."""

    def __init__(self) -> None:
        """Know none yet."""
        super().__init__()  # type: ignore[no-untyped-call]
        self._python: dict[str, str] = {}

    def transform_cell(self, cell: str) -> str:
        """Return the Python of a cell."""
        if cell not in self._python:
            self._python[cell] = super().transform_cell(cell)
        return self._python[cell]


class Shell(InteractiveShell):
    """An IPython shell whose cells' outputs can be taken."""

    def __init__(self, **kwargs: Any) -> None:
        """Start without a history and without anybody's start-up files."""
        self.outputs = Outputs()
        super().__init__(config=SETTINGS, **kwargs)  # type: ignore[no-untyped-call]
        self.input_transformer_manager = _Known()

    def init_display_pub(self) -> None:
        """Publish into the outputs."""
        self.display_pub = _Publisher(self.outputs, parent=self, shell=self)

    def init_displayhook(self) -> None:
        """Keep the values of last expressions among the outputs."""
        super().init_displayhook()  # type: ignore[no-untyped-call]
        self.displayhook = _Hook(self.outputs, parent=self, shell=self, cache_size=0)
        self.display_trap.hook = self.displayhook

    def _showtraceback(self, etype: type, evalue: Any, stb: list[str]) -> None:
        said = {"ename": etype.__name__, "evalue": str(evalue), "traceback": list(stb)}
        self.outputs.add(new_output("error", **said))  # type: ignore[no-untyped-call]

    def streams(self) -> Iterator[Stream]:
        """Yield what stands for stdout, then for stderr."""
        yield from (Stream(name, self.outputs) for name in ("stdout", "stderr"))

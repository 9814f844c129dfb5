"""The kernel that a notebook runs in: this very Python and package, and silent outside."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from toolkit.intake import uses
from toolkit.publish import forking
from toolkit.publish.playbook import Step
from toolkit.show import views

LAUNCH = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]


@contextlib.contextmanager
def private_kernel(step: Step, area_folder: Path) -> Iterator[type[AsyncKernelManager]]:
    """Yield a kernel manager whose kernels write what they print past Jupyter to a private log.

    A kernel of the same name that belongs to another environment is passed over. A person's
    IPython start-up files are left out, since they would run in every notebook.
    """
    log = kernel_log(step, area_folder)
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        log.open("wb") as handle,
    ):
        yield _manager(environment(folder, step, area_folder), handle)


def kernel_log(step: Step, area_folder: Path) -> Path:
    """Return where a notebook's kernel may write; its folder is made."""
    log = area_folder / "private" / "log" / f"{step.number}.kernel.txt"
    log.parent.mkdir(parents=True, exist_ok=True)
    return log


def environment(ipython_folder: str, step: Step, area_folder: Path) -> dict[str, str]:
    """Return the environment of a kernel, warm or not.

    Sets come out in one order in every run, sums of floats too; views hold their data alone;
    what the notebook reads of the area is written down.
    """
    return {
        **os.environ,
        **forking.always(),
        "IPYTHONDIR": ipython_folder,
        views.DATA_ALONE: "1",
        uses.VARIABLE: str(uses.file_of(area_folder, step.number)),
    }


def _manager(environment: Mapping[str, str], log: IO[bytes]) -> type[AsyncKernelManager]:
    class PrivateKernel(AsyncKernelManager):
        """Starts kernels with the settings of the enclosing call: nbclient takes a class."""

        @property
        def kernel_spec(self) -> KernelSpec:
            return KernelSpec(argv=LAUNCH, display_name="Python 3", language="python")

        async def _async_pre_start_kernel(self, **kw: Any) -> tuple[list[str], dict[str, Any]]:
            ours: dict[str, Any] = {"env": dict(environment), "stdout": log, "stderr": log}
            return await super()._async_pre_start_kernel(**kw, **ours)

        pre_start_kernel = _async_pre_start_kernel

    return PrivateKernel

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

from toolkit.publish.playbook import PACKAGE

LAUNCH = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]


@contextlib.contextmanager
def private_kernel(log: Path) -> Iterator[type[AsyncKernelManager]]:
    """Yield a kernel manager whose kernels write what they print past Jupyter to `log`.

    A kernel of the same name that belongs to another environment is passed over. A person's
    IPython start-up files are left out, since they would run in every notebook.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        log.open("wb") as handle,
    ):
        yield _manager(_environment(folder), handle)


def _environment(ipython_folder: str) -> dict[str, str]:
    """Return the environment of a kernel: sets come out in one order in every run."""
    path = os.pathsep.join(p for p in (str(PACKAGE.parent), os.environ.get("PYTHONPATH")) if p)
    wanted = {"PYTHONPATH": path, "PYTHONHASHSEED": "0", "IPYTHONDIR": ipython_folder}
    return {**os.environ, **wanted}


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

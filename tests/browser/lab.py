"""JupyterLab on this machine alone, and a browser in it: for the tests of sliders and forms."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

START, STEP, RUN = 60, 30, 240  # seconds: a machine under load is slow
# Run before its kernel is there, a notebook asks which one to take.
IDLE = "() => jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
ALL_RUN = """
() => ![...document.querySelectorAll('.jp-InputPrompt')].some(p => p.innerText.includes('*'))
"""
QUIET = {  # no news from elsewhere, and every output in the page, seen or not
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "notebook-extension/tracker": {"windowingMode": "none"},
}


@contextlib.contextmanager
def started(base: Path) -> Iterator[SimpleNamespace]:
    """Yield a JupyterLab that serves the folder `base / "work"`, with settings of its own."""
    pytest.importorskip("jupyterlab", reason="jupyterlab is not installed")
    folders = {n: base / n for n in ("work", "config", "data", "runtime", "ipython")}
    for folder in folders.values():
        folder.mkdir()
    for name, settings in QUIET.items():
        path = folders["config"] / "lab/user-settings/@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings))
    own = {f"JUPYTER_{n.upper()}_DIR": str(folders[n]) for n in ("config", "data", "runtime")}
    token = secrets.token_hex(16)
    with (base / "lab.log").open("wb") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyterlab", "--no-browser", "--expose-app-in-browser"),
                *("--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", "--allow-root"),
                f"--ServerApp.root_dir={folders['work']}",
                f"--IdentityProvider.token={token}",
            ],
            env={**os.environ, **own, "IPYTHONDIR": str(folders["ipython"])},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            url = _address(process, folders["runtime"], base / "lab.log")
            yield SimpleNamespace(url=url, token=token, work=folders["work"])
        finally:
            os.killpg(process.pid, signal.SIGTERM)  # its kernels are of its own session
            process.wait(STEP)


def _address(process: subprocess.Popen, runtime: Path, log: Path) -> str:
    """Return the address that the server wrote down once it was ready."""
    until = time.monotonic() + START
    while time.monotonic() < until and process.poll() is None:
        for path in runtime.glob("jpserver-*.json"):
            with contextlib.suppress(json.JSONDecodeError):  # still being written
                return str(json.loads(path.read_text())["url"])
        time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start: {log.read_text()[-2000:]}")


def write(folder: Path, name: str, *cells: str) -> Path:
    """Write a notebook of code cells."""
    path = folder / name
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = new_notebook(cells=[new_code_cell(c.strip()) for c in cells])
    made.metadata["kernelspec"] = kernel  # without it JupyterLab asks which one
    nbformat.write(made, path)
    return path


def copy(folder: Path, notebook: Path, parameters: str) -> Path:
    """Copy a notebook with a cell of parameters after its own, as papermill would."""
    made = nbformat.read(notebook, as_version=4)
    at = next(i for i, c in enumerate(made.cells) if "parameters" in c.metadata.get("tags", []))
    made.cells.insert(at + 1, new_code_cell(parameters))
    nbformat.write(made, folder / notebook.name)
    return folder / notebook.name


@contextlib.contextmanager
def opened(browser: Any, lab: SimpleNamespace, name: str, picture: Path) -> Iterator[Any]:
    """Yield a page with the notebook open and every cell run; keep a picture where it fails."""
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.set_default_timeout(STEP * 1000)
    try:
        page.goto(f"{lab.url}doc/tree/{name}?token={lab.token}", timeout=START * 1000)
        page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=START * 1000)
        page.wait_for_function(IDLE, timeout=START * 1000)
        # Not awaited: a kernel that hangs would hang the test, which waits for what it shows.
        page.evaluate("void jupyterapp.commands.execute('notebook:run-all-cells')")
        yield page
    except BaseException:
        page.screenshot(path=picture, full_page=True)
        print(f"what the browser saw: {picture}")
        raise
    finally:
        page.close()

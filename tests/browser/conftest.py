"""A real browser, and a sample release to look at with it."""

from __future__ import annotations

import datetime
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.browser import chrome
from tests.notebooks import running
from tests.publish import making, sample
from toolkit.publish import run


@pytest.fixture(scope="session")
def browser():
    """Yield Debian's Chromium; skip, with the reason, where it or playwright is missing."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not chrome.CHROMIUM.exists():
        pytest.skip(f"there is no {chrome.CHROMIUM}")
    with chrome.started() as browser:
        yield browser


@pytest.fixture(scope="session")
def publish_to(tmp_path_factory):
    """Return a function that publishes notebooks for an area and returns the folder."""

    def publish(write, name: str = "Exampleshire", **settings) -> Path:
        base = tmp_path_factory.mktemp("release")
        write(base / "playbook")
        area = making.area(base / "areas", name, **settings)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(run, "open_area", lambda folder: area)
            made = run.publish_area(
                area.folder,
                base / "outputs",
                run_date=datetime.date(2026, 11, 22),
                way=replace(running.way(), playbook=base / "playbook"),
            )
        return made.folder

    return publish


@pytest.fixture(scope="session")
def release(publish_to) -> Path:
    """Return the folder of a sample release with every kind of view."""
    return publish_to(sample.write)


@pytest.fixture
def listener():
    """Yield a small server on this machine that notes every request that reaches it."""
    heard = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            heard.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/plain")
            self.end_headers()

        def log_message(self, *_):
            """Say nothing on the console."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield SimpleNamespace(url=f"http://127.0.0.1:{server.server_port}", heard=heard)
        server.shutdown()


@pytest.fixture
def visit(browser):
    """Return a function that opens a page and records dialogs and requests as it does."""
    pages = []

    def visit(path: Path, width: int = 1280):
        pages.append(chrome.visited(browser, path, width))
        return pages[-1]

    yield visit
    for page in pages:
        page.close()

"""What the tests of publishing share."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from tests.notebooks import running
from tests.publish import making
from toolkit.publish import run

DAY = datetime.date(2026, 11, 22)


@pytest.fixture
def playbook(tmp_path) -> Path:
    """Return an empty folder for notebooks."""
    folder = tmp_path / "playbook"
    folder.mkdir()
    return folder


@pytest.fixture
def area(tmp_path, monkeypatch) -> making.StubArea:
    """Return an open area that `publish_area` opens."""
    made = making.area(tmp_path / "areas" / "exampleshire")
    monkeypatch.setattr(run, "open_area", lambda folder: made)
    return made


@pytest.fixture
def publish(area, playbook, tmp_path):
    """Return a function that publishes the area with the notebooks of the playbook.

    They run the quickest way; tests of what a kernel alone does ask for one.
    """

    def publish(**changes):
        given = {"run_date": DAY, "way": replace(running.way(), playbook=playbook), **changes}
        return run.publish_area(area.folder, tmp_path / "outputs", **given)

    return publish

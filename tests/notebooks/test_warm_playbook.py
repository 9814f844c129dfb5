"""Every notebook of the playbook shows the same in a fork of a warm process as in a kernel."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from tests.notebooks import running
from toolkit.intake import fictional
from toolkit.publish import forking, parameters
from toolkit.publish.execute import Outcome, execute, plain
from toolkit.publish.playbook import Step, read_playbook

STEPS = read_playbook()
GIVEN = {"simulations": 100, "as_of": datetime.date(2026, 11, 22).isoformat()}


@pytest.fixture(scope="module")
def area(tmp_path_factory) -> Path:
    return fictional.write_fictional_area(tmp_path_factory.mktemp("area"), plans=300, seed=4)


def shown(outcome: Outcome) -> list:
    cells = outcome.notebook.cells
    return [(c.cell_type, c.source, c.get("execution_count"), c.get("outputs")) for c in cells]


@pytest.mark.skipif(not forking.can_fork(), reason="this system cannot fork safely")
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.number)
def test_a_notebook_shows_the_same_warm_as_in_a_kernel(step: Step, area: Path):
    given = parameters.for_step(GIVEN, step)
    in_kernel = execute(step, area, given, 600, plain)
    in_fork = execute(step, area, given, 600, running.way().runner)
    assert in_kernel.message == ""
    assert shown(in_fork) == shown(in_kernel)

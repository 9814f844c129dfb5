"""What a run does when a notebook fails, is killed, hangs or never starts."""

import json

from tests.publish.making import COUNTS, TABLE, notebook, shared, statuses
from toolkit.publish import execute
from toolkit.publish.chain import Way


def test_a_failure_stops_what_rests_on_it_and_nothing_else(publish, playbook):
    notebook(playbook, "10_a", "1 / 0", gives=["spell table"])
    notebook(playbook, "11_b", "x = 1", needs=["spell table"])
    notebook(playbook, "12_c", "x = 1", needs_findings=["11.x"])
    notebook(playbook, "13_d", COUNTS, TABLE)
    release = publish()
    assert statuses(release) == {"10": "failed", "11": "stopped", "12": "stopped", "13": "executed"}
    assert [o.number for o in release.failures] == ["10", "11", "12"]
    files = shared(release)
    assert [name for name in sorted(files) if name[0].isdigit()] == ["13_d.html"]
    listed = json.loads(files["manifest.json"])["notebooks"]
    assert [n["status"] for n in listed] == ["failed", "stopped", "stopped", "published"]
    assert "rests on notebook 10, which failed" in listed[1]["reason"]


def test_a_failure_names_the_cell_and_keeps_values_to_the_private_log(publish, playbook, area):
    notebook(playbook, "10_a", "x = 'Zebedee Smith'", "raise KeyError(x)")
    release = publish()
    (failure,) = release.failures
    assert "code cell 3" in failure.message
    assert "raise KeyError(x)" in failure.message
    assert "JupyterLab" in failure.message
    assert "Zebedee" not in failure.message + failure.reason
    assert all(b"Zebedee" not in data for data in shared(release).values())
    assert "Zebedee" in (area.folder / "private/log/10.txt").read_text()


def test_our_own_errors_come_through_as_they_are_but_not_into_what_is_shared(publish, playbook):
    code = """
from toolkit.errors import InputError
raise InputError("31/02/2024 is no date.", where="plans.csv row 3", remedy="Mend it.")
"""
    notebook(playbook, "10_a", code)
    release = publish()
    assert "plans.csv row 3: 31/02/2024 is no date. Mend it." in release.failures[0].message
    assert all(b"31/02/2024" not in data for data in shared(release).values())


def test_a_killed_kernel_is_a_failure(publish, playbook, area):
    notebook(playbook, "10_a", COUNTS, TABLE, "import os, signal\nos.kill(os.getpid(), 9)", "x = 1")
    release = publish(way=Way(playbook=playbook))
    assert statuses(release) == {"10": "failed"}
    assert "killed" in release.failures[0].reason
    assert not (area.folder / "private/executed/10.ipynb").exists()
    assert "10_a.html" not in shared(release)


def test_a_cell_that_never_ends_is_a_failure(publish, playbook):
    notebook(playbook, "10_a", "import time\ntime.sleep(60)")
    release = publish(way=Way(playbook=playbook, cell_seconds=1))
    assert "took more than 1 seconds" in release.failures[0].reason


def test_a_kernel_that_does_not_start_is_tried_again(publish, playbook, monkeypatch):
    tries = []
    real = execute.papermill.execute_notebook

    def sometimes(*args, **kwargs):
        tries.append(1)
        if len(tries) < execute.STARTS:
            raise RuntimeError("Kernel died before replying to kernel_info")
        return real(*args, **kwargs)

    monkeypatch.setattr(execute.papermill, "execute_notebook", sometimes)
    notebook(playbook, "10_a", "x = 1")
    assert statuses(publish(way=Way(playbook=playbook))) == {"10": "executed"}
    assert len(tries) == execute.STARTS


def test_a_kernel_that_never_starts_is_a_failure_and_not_tried_for_ever(
    publish, playbook, monkeypatch
):
    def never(*args, **kwargs):
        raise RuntimeError("Kernel died before replying to kernel_info")

    monkeypatch.setattr(execute.papermill, "execute_notebook", never)
    notebook(playbook, "10_a", "x = 1")
    assert "did not start" in publish(way=Way(playbook=playbook)).failures[0].reason

"""A batch that runs here has a head start; no other command starts a process of its own."""

import pytest

from toolkit import cli, entry
from toolkit.publish import forking


@pytest.mark.parametrize(
    ("words", "starts"),
    [
        (["batch", "areas"], True),
        (["batch", "areas", "--dry-run"], False),
        (["batch", "areas", "--cluster=tcp://host:8786"], False),
        (["batch", "-h"], False),
        (["check", "batch"], False),
        ([], False),
    ],
)
def test_the_process_to_fork_from_is_started_for_a_batch_in_this_machine(
    words, starts, monkeypatch
):
    said = []
    monkeypatch.setattr("sys.argv", ["toolkit", *words])
    monkeypatch.setattr(forking, "context", lambda: said.append("started"))
    monkeypatch.setattr(cli, "main", lambda: said.append("ran"))
    entry.main()
    assert said == (["started", "ran"] if starts else ["ran"])

import os
import shutil

import pytest

from tests.publish import soak
from toolkit.publish import forking

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not forking.can_fork(), reason="kills are looked for under /proc"),
]


def test_kills_at_random_tear_nothing_and_the_batch_comes_to_the_same(tmp_path):
    found = soak.soak(tmp_path, rounds=2, seed=2)
    assert found["rounds"] == 2
    assert {fault: found[fault] for fault in soak.FAULTS if found[fault]} == {}


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can make a small disk")
@pytest.mark.skipif(shutil.which("mount") is None, reason="no mount here")
def test_a_full_disk_tears_nothing_and_the_batch_comes_to_the_same(tmp_path):
    found = soak.full_disk(tmp_path, share=0.6)
    assert found["areas done before it was full"] < len(soak.NAMES)
    assert {fault: found[fault] for fault in soak.FAULTS if found[fault]} == {}

"""Nothing half-written is ever seen under its final name."""

import errno
import hashlib
import json
import os
import subprocess
import sys
import textwrap

import pytest

from toolkit.errors import OutputError
from toolkit.publish import files
from toolkit.publish.files import publish_files, write_beside

MANIFEST = "manifest.json"


def release(mark: str, count: int = 12) -> dict[str, bytes]:
    pages = {f"{n:02}.html": f"{mark} {n}".encode() * 50_000 for n in range(count)}
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in pages.items()}
    return {**pages, MANIFEST: json.dumps(hashes).encode()}


def torn(folder) -> list[str]:
    """Return the pages that are neither the first release's nor the second's."""
    whole = [release("first"), release("second")]
    pages = [p for p in folder.glob("*.html") if p.name != MANIFEST]
    return [p.name for p in pages if p.read_bytes() not in [w[p.name] for w in whole]]


def test_the_manifest_is_put_in_place_last(tmp_path, monkeypatch):
    order = []
    real = files.Path.replace
    monkeypatch.setattr(
        files.Path, "replace", lambda self, to: (order.append(to.name), real(self, to))[1]
    )
    publish_files(release("first"), tmp_path / "out", MANIFEST, [])
    assert order[-1] == MANIFEST
    assert len(order) == 13


def test_a_full_disk_leaves_the_last_release_whole(tmp_path, monkeypatch):
    out = tmp_path / "out"
    publish_files(release("first"), out, MANIFEST, [])
    before = {p.name: p.read_bytes() for p in out.iterdir()}
    written = []

    def full(path, data):
        written.append(path)
        if len(written) > 5:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        path.write_bytes(data)

    monkeypatch.setattr(files, "_write_through", full)
    with pytest.raises(OutputError, match="the disk is full") as caught:
        publish_files(release("second"), out, MANIFEST, ["00.html"])
    assert str(tmp_path) not in caught.value.message
    assert {p.name: p.read_bytes() for p in out.iterdir()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.EPERM])
def test_a_folder_that_may_not_be_written_to_is_said_in_plain_words(tmp_path, monkeypatch, number):
    def refused(path, data):
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(files, "_write_through", refused)
    with pytest.raises(OutputError, match=r"x\.json: it cannot be written to\. Close the file"):
        write_beside(tmp_path / "x.json", b"1")


def test_what_a_killed_run_left_beside_is_cleared_away(tmp_path):
    beside = tmp_path / ".out.part"
    beside.mkdir()
    (beside / "old.html").write_text("half")
    publish_files(release("first"), tmp_path / "out", MANIFEST, [])
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from tests.publish.test_files import MANIFEST, release
from toolkit.publish.files import publish_files
print("ready", flush=True)
while True:
    for mark in ("second", "first"):
        publish_files(release(mark), Path({out!r}), MANIFEST, [])
"""


def test_a_run_killed_at_any_moment_tears_nothing(tmp_path):
    out = tmp_path / "out"
    publish_files(release("first"), out, MANIFEST, [])
    root = str(files.Path(__file__).parents[2])
    code = textwrap.dedent(KILLED).format(root=root, out=str(out))
    for kill in range(12):
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.013 * kill)
            process.kill()
        assert torn(out) == []
        listed = json.loads((out / MANIFEST).read_bytes())
        assert sorted(listed) == sorted(p.name for p in out.glob("*.html"))
    publish_files(release("second"), out, MANIFEST, [])
    assert {p.name: p.read_bytes() for p in out.iterdir()} == release("second")

"""The index over many areas: what stands beside an area's name."""

import datetime
import json
from html import unescape

import pytest

from toolkit.publish.batch import page
from toolkit.publish.batch.jobs import Done, Order


def finding(base: float | None) -> dict:
    figures = {"value": 100.0, "low": 20.7, "high": 100.0, "base": base}
    return {"id": "12.timeliness.verdict", "unit": "%", "hidden": [], "caution": "", **figures}


@pytest.mark.parametrize(
    ("base", "told"),
    [
        (1.0, "100.0 (20.7 to 100.0) of 1<"),
        (99.0, ") of 99<"),
        (100.0, "100.0)<"),
        (None, "100.0)<"),
    ],
)
def test_a_share_of_few_is_followed_by_what_it_is_of(base, told, tmp_path) -> None:
    folder = tmp_path / "ashby"
    folder.mkdir()
    held = {"area": {"fictional": True}, "findings": [finding(base)]}
    (folder / "findings.json").write_text(json.dumps(held))
    order = Order(tmp_path, datetime.date(2026, 11, 22))
    made = page.pages([Done("ashby", "Ashby", "", "done")], order, 1)
    assert told in unescape(made["by-timeliness.html"].decode())

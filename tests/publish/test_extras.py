"""Files beside the reports."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from tests.publish.making import area
from toolkit.publish.extras import extras

RAN = [SimpleNamespace(number="00", status="executed")]


def test_a_dated_diagnostic_has_its_calendar_beside_the_reports(tmp_path):
    made = extras(area(tmp_path, start="2026-09-01"), RAN)
    text = made["calendar.ics"].decode("utf-8")
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.count("BEGIN:VEVENT") >= 10
    assert "FICTIONAL DATA" in text


@pytest.mark.parametrize("status", ["failed", "skipped"])
def test_without_the_set_up_notebook_there_is_no_calendar(tmp_path, status):
    assert (
        extras(area(tmp_path, start="2026-09-01"), [SimpleNamespace(number="00", status=status)])
        == {}
    )


def test_without_a_date_there_is_no_calendar(tmp_path):
    assert extras(replace(area(tmp_path), tables=()), RAN) == {}

"""Files that stand beside the reports: the calendar of the diagnostic, for Outlook and the like."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit import reference
from toolkit.intake.opened import OpenArea
from toolkit.plan import ical
from toolkit.publish.execute import Outcome

CALENDAR = "calendar.ics"
SETUP = "00"  # the notebook that shows the calendar


def extras(area: OpenArea, outcomes: Sequence[Outcome]) -> dict[str, bytes]:
    """Return the files beside the reports, by name; none where nothing has a date."""
    if not any(o.number == SETUP and o.status == "executed" for o in outcomes):
        return {}
    tables = {name: area.table_or_empty(name) for name in ical.TABLES}
    catalogues = {name: reference.table(name) for name in ical.CATALOGUES}
    text = ical.area_calendar(area.settings, tables, catalogues)
    return {CALENDAR: text.encode("utf-8")} if text else {}

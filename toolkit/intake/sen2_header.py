"""Whose return it is and of which census: checked before a row of it is used."""

from __future__ import annotations

import calendar
import datetime as dt
import re

from toolkit import reference
from toolkit.intake.sen2_fields import HEADER, Modules
from toolkit.intake.sen2_problems import Problems
from toolkit.intake.values_dates import take_apart

FIRST = 2023  # the first person-level return; before it, SEN2 was an aggregate
YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


def census_date(year: int) -> dt.date:
    """Return the day of a January census: as listed, else the third Thursday of January."""
    listed = reference.table("census_dates").set_index("census_year")["census_date"]
    if str(year) in listed.index:
        return dt.date.fromisoformat(str(listed[str(year)]))
    thursdays = [w[calendar.THURSDAY] for w in calendar.monthcalendar(year, 1)]
    return dt.date(year, 1, [d for d in thursdays if d][2])


def census_year(modules: Modules, given: int | None, names: list[str]) -> int | None:
    """Return the census year: the header's, else the one given, else a year in the file's name."""
    year = YEAR.search(modules.header.get("Year", ""))
    if year:
        return int(year[1])
    if date := reference_date(modules):
        return date.year
    if given is not None:
        return given
    # The date of COLLECT's export, "Blade-Export_20-01-2025", is no census year.
    bare = [re.sub(r"\d{2}-\d{2}-\d{4}", "", name) for name in names]
    found = {int(m) for name in bare for m in YEAR.findall(name)}
    return found.pop() if len(found) == 1 else None


def reference_date(modules: Modules) -> dt.date | None:
    """Return the header's reference date, or None where there is none that can be read."""
    taken = take_apart(modules.header.get("ReferenceDate", "").strip())
    try:
        return None if taken.code else dt.date(taken.year, taken.month, taken.day)
    except ValueError:
        return None


def check(modules: Modules, year: int, la_code: str, problems: Problems) -> bool:
    """Return whether the return may be used: right collection, right LA, years that agree."""
    header = modules.header
    collection = header.get("Collection", "")
    lea = re.sub(r"\.0+$", "", header.get("LEA", "")).strip()
    date = reference_date(modules)
    wrong = []
    if collection and "sen2" not in re.sub(r"[\W_]", "", collection.lower()):
        wrong.append(
            ("sen2.collection", f"It is a return of '{collection[:40]}', not of SEN2", "Collection")
        )
    if lea and lea != la_code:
        wrong.append(
            ("sen2.other_la", f"It is the return of LA {lea[:10]}, not of {la_code}", "LEA")
        )
    if year < FIRST:
        wrong.append(
            ("sen2.year", f"The person-level return begins in {FIRST}; this says {year}", "Year")
        )
    if date and date.year != year:
        what = f"Its year is {year}, but its reference date is {date.isoformat()}"
        wrong.append(("sen2.year", what, "ReferenceDate"))
    for code, what, column in wrong:
        remedy = "Supply this area's own SEN2 return, as it was submitted."
        problems.once(HEADER, code, "error", f"{what}. None of it was used.", remedy, column=column)
    if not wrong:
        _doubts(lea, date, year, problems)
    return not wrong


def _doubts(lea: str, date: dt.date | None, year: int, problems: Problems) -> None:
    """Report what is odd about a header, and does not forbid to use the return."""
    expected = census_date(year)
    if not lea:
        problems.once(
            HEADER,
            "sen2.no_la",
            "note",
            "It does not say whose return it is; it was taken as this area's.",
            "Check that it is.",
            column="LEA",
        )
    if date and date != expected:
        problems.once(
            HEADER,
            "sen2.reference_date",
            "warning",
            f"Its reference date is {date.isoformat()}; the census of {year} was on "
            f"{expected.isoformat()}.",
            "Check that it is the return that was submitted.",
            column="ReferenceDate",
        )

"""Tells which file of "Education, health and care plans" a CSV is, and how its columns are called.

The names change with every release. They stand in `toolkit/reference/ees_files.csv`,
`ees_columns.csv` and `ees_aliases.csv`; a new release is a few rows there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from toolkit import reference
from toolkit.errors import InputError
from toolkit.intake.published_csv import Sheet

IDENTIFIERS = frozenset(
    {
        *("time_period", "time_identifier", "geographic_level", "country_code", "country_name"),
        *("region_code", "region_name", "new_la_code", "old_la_code", "la_name"),
    }
)
FILTERS = frozenset({"breakdown_topic", "breakdown"})
ENOUGH = 0.5  # share of a file's known columns that must be there to take it for that file
PHASE_TRANSFERS = "ees_phase_transfers"  # new in 2026; its indicators are taken as they stand


@dataclass(frozen=True)
class Layout:
    """What a CSV is and which of its headings are which of our columns.

    Attributes:
        table: Our name, as in "ees_caseload".
        release: The newest release whose layout it has; most files change rarely.
        title: What it holds, in words.
        columns: Heading in lower case -> our column, for the indicators.
    """

    table: str
    release: int
    title: str
    columns: Mapping[str, str]


def is_statistics(sheet: Sheet) -> bool:
    """Return whether a CSV has the identifying columns that every published statistic has."""
    return sheet.lower >= {"time_period", "time_identifier", "geographic_level", "country_code"}


def layout_of(sheet: Sheet) -> Layout | None:
    """Return the layout of a CSV, or None where it is no file of this publication.

    Raises:
        InputError: It is one, but from before 2023, or in a layout that is not known.
    """
    if not is_statistics(sheet):
        return None
    if "establishment_group" in sheet.lower:
        raise InputError(
            "it is from a release of EHC plans before 2023 (one row for each establishment_group).",
            where=sheet.name,
            remedy="Use the release of 2025 or later: it holds every January since 2019.",
        )
    if not sheet.lower >= FILTERS:
        return None
    table = _table_of(sheet)
    if table == PHASE_TRANSFERS:
        indicators = sorted(sheet.lower - IDENTIFIERS - FILTERS)
        return Layout(table, 2026, "Phase transfers", {name: name for name in indicators})
    return _checked(sheet, table) if table else None


def _table_of(sheet: Sheet) -> str | None:
    """Return the table that the sheet's columns fit best, or None where few of them fit any.

    The column that holds the total decides first; then whether years are calendar years, which
    tells needs of new plans from needs of all plans; then how many columns are there.
    """
    calendar = sheet.first_value("time_identifier").lower() == "calendar year"
    fits = []
    for table, facts in _tables().items():
        known = {name for release in releases() for name in columns_of(table, release)}
        share = len(known & sheet.lower) / len(known)
        if share >= ENOUGH:
            same_period = (facts["period"] == "calendar") == calendar
            fits.append((facts["total_column"] in sheet.lower, same_period, share, table))
    if fits:
        return max(fits)[-1]
    return PHASE_TRANSFERS if any(re.search(r"phase_?transfer", h) for h in sheet.lower) else None


def _checked(sheet: Sheet, table: str) -> Layout:
    """Return the newest layout that the sheet fits; percentages may be missing."""
    misses: dict[int, list[str]] = {}
    for release in sorted(releases(), reverse=True):
        columns = columns_of(table, release)
        needed = [name for name in columns if not re.search(r"(^|_)pc(_|$)", name)]
        misses[release] = [name for name in needed if name not in sheet.lower]
        if not misses[release]:
            return Layout(table, release, _tables()[table]["title"], columns)
    closest = min(misses, key=lambda release: len(misses[release]))
    raise InputError(
        f"it looks like '{_tables()[table]['title']}' of the EHC plans release, in a layout that "
        f"is not known. Closest is the {closest} release; missing: {', '.join(misses[closest])}.",
        where=sheet.name,
        remedy="Use the 2025 or 2026 release as it was downloaded. For a later one, add its "
        "headings to toolkit/reference/ees_columns.csv.",
    )


@cache
def releases() -> tuple[int, ...]:
    """Return the releases whose layout is known, in order."""
    return tuple(sorted({int(r) for r in reference.table("ees_files")["release"]}))


@cache
def _tables() -> dict[str, dict[str, str]]:
    rows = reference.table("ees_files").drop_duplicates("table")
    return {
        str(row["table"]): {str(k): str(v) for k, v in row.items()} for _, row in rows.iterrows()
    }


@cache
def columns_of(table: str, release: int) -> dict[str, str]:
    """Return heading in lower case -> our column, for the indicators of a table in a release."""
    rows = reference.table("ees_columns")
    rows = rows[rows["table"] == table]
    since = rows["since"].replace("", "0").astype(int)
    until = rows["until"].replace("", "9999").astype(int)
    rows = rows[(since <= release) & (until >= release)]
    return dict(zip(rows["heading"].str.lower(), rows["column"], strict=True))


@cache
def topics() -> dict[str, str]:
    """Return published topic in lower case -> our topic, as in "type of placement" -> placement."""
    rows = reference.table("ees_aliases")
    rows = rows[rows["kind"] == "topic"]
    return dict(zip(rows["alias"].str.lower(), rows["canonical"], strict=True))


@cache
def breakdowns() -> dict[tuple[str, str], str]:
    """Return (our topic, published label in lower case) -> our label, as in "age 7" -> "7"."""
    rows = reference.table("ees_aliases")
    rows = rows[rows["kind"] == "breakdown"]
    keys = zip(rows["topic"], rows["alias"].str.lower(), strict=True)
    return dict(zip(keys, rows["canonical"], strict=True))


def release_of(sheet: Sheet) -> int:
    """Return the year of the release that a sheet comes from: that of its last January.

    Academic year 202425 and calendar year 2024 both stand in the release of 2025.
    """
    place = [h.strip().lower() for h in sheet.headings].index("time_period")
    pattern = rb"(?m)^(?:[^,\n]*,){%d}\"?(\d{4,6})\"?," % place
    periods = {int(p) for p in re.findall(pattern, sheet.read())}
    years = [p // 100 + 1 if p > 9999 else p + 1 for p in periods]
    return max(years, default=0)

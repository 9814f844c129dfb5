"""The tables of an area that an outsider draws from the DfE's release, to subtract from a report.

The release has a column for each kind of school and a row for each year of age; reports have
the groups of the DSG management plan and of the schedule, which anybody can add up.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path

from toolkit import reference
from toolkit.audit.reading import grid_of, table_of, text_of
from toolkit.audit.tables import Table

Row = Mapping[str, str]
Sums = dict[tuple[str, str], int]  # by January and label
AREA_COLUMNS = ("new_la_code", "old_la_code", "la_name")  # of the DfE's published files
PLACE_COLUMNS = {
    *("time_identifier", "geographic_level", "country_code", "country_name"),
    *("region_code", "region_name", *AREA_COLUMNS),
}
NEED = "number_"
AGE_GROUPS = {"Under 5": 0, "5 to 10": 5, "11 to 15": 11, "16 to 19": 16, "20 to 25": 20}  # from
JANUARY = 6  # how long the name of a school year is, as in 202425: plans open in its January


def read_published(path: Path, area: str) -> list[Table]:
    """Return the tables of the DfE's zip that speak of an area, by its name or code."""
    tables: list[Table] = []
    with zipfile.ZipFile(path) as packed:
        for name in sorted(n for n in packed.namelist() if n.endswith(".csv")):
            rows = csv.DictReader(io.StringIO(text_of(packed.read(name))))
            own = [r for r in rows if area in (r.get(c) for c in AREA_COLUMNS)]
            tables += grid_of(_without_places(own), Path(name).name)
            tables += _drawn(Path(name).name, own)
    return tables


def _without_places(rows: Sequence[dict[str, str]]) -> list[list[str]]:
    """Return the rows of one area as a grid, without the columns that say where it is."""
    if not rows:
        return []
    kept = [c for c in rows[0] if c not in PLACE_COLUMNS]
    return [kept, *([row[c] for c in kept] for row in rows)]


def _drawn(file: str, rows: Sequence[Row]) -> Iterator[Table]:
    """Yield tables of the plans open each January, as the reports split them."""
    stock = [r for r in rows if len(r.get("time_period", "")) == JANUARY]
    if stock and "ehcplans" in stock[0]:
        yield from _table(file, "Provision", _by_provision(stock))
        yield from _table(file, "Age", _by_age(stock))
        yield from _table(file, "Sex", _by_label(stock, "Sex"))
    elif stock and f"{NEED}asd" in stock[0]:
        yield from _table(file, "Primary need", _by_need(stock))


def _by_provision(rows: Sequence[Row]) -> Sums:
    listed = reference.table("provision_map")
    group = dict(zip(listed["ees_column"], listed["provision"], strict=True))
    names = {**_names("provision_group"), "unknown": "Placement not recorded"}
    found: Sums = defaultdict(int)
    for row in _of(rows, "All EHC plans"):
        for column, code in group.items():
            if (count := _whole(row.get(column))) is not None:
                found[_january(row), names[code]] += count
    return found


def _by_age(rows: Sequence[Row]) -> Sums:
    found: Sums = defaultdict(int)
    for row in _of(rows, "Child or young persons age"):
        years, count = re.search(r"\d+", row["breakdown"]), _whole(row["ehcplans"])
        if years and count is not None:
            group = [g for g, first in AGE_GROUPS.items() if first <= int(years.group())][-1]
            found[_january(row), group] += count
    return found


def _by_label(rows: Sequence[Row], topic: str) -> Sums:
    made = {(_january(r), r["breakdown"]): _whole(r["ehcplans"]) for r in _of(rows, topic)}
    return {key: count for key, count in made.items() if count is not None}


def _by_need(rows: Sequence[Row]) -> Sums:
    names = {f"{NEED}{code.lower()}": name for code, name in _names("primary_need").items()}
    found: Sums = {}
    for row in _of(rows, "All EHC plans"):
        for column, name in names.items():
            if (count := _whole(row.get(column))) is not None:
                found[_january(row), name] = count
    return found


def _names(codes: str) -> dict[str, str]:
    """Return what the schedule calls the codes of a list, as every report prints them."""
    listed = resources.files("toolkit.intake") / "schedule_codes.csv"
    rows = csv.DictReader(io.StringIO(listed.read_text(encoding="utf-8")))
    return {r["code"]: r["label"] for r in rows if r["list"] == codes}


def _of(rows: Sequence[Row], topic: str) -> list[Row]:
    """Return the rows of a topic; all of them where the file has none."""
    return [r for r in rows if r.get("breakdown_topic", topic) == topic]


def _january(row: Row) -> str:
    return f"20{row['time_period'][4:6]}"


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None


def _table(file: str, dimension: str, sums: Sums) -> Iterator[Table]:
    cells = [[year, label, str(count)] for (year, label), count in sorted(sums.items())]
    headings = [("Year", ""), (dimension, ""), ("EHC plans", "")]
    yield from table_of(f"{file}: EHC plans by {dimension.lower()}", headings, cells, names=2)

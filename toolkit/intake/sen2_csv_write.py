"""COLLECT's export of a SEN2 return: nine CSV files, joined by their tableids."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.intake.sen2_fields import (
    HEADER,
    TABLES,
    Modules,
    fields,
    order_column,
    own_id,
    parent_id,
)

# As COLLECT writes months, whatever the language of the machine.
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def write(modules: Modules, folder: Path, version: str) -> list[Path]:
    """Write a return as COLLECT's nine CSV files; return their paths, the header's first."""
    header = modules.header
    made = _iso(header.get("DateTime", "")) or _iso(header.get("ReferenceDate", ""))
    stamp = f"{made:%d-%m-%Y}" if made else header.get("Year", "")
    paths = []
    for table in (HEADER, *TABLES):
        path = folder / f"Blade-Export_{stamp}_{table}.csv"
        names, rows = (
            _header_rows(modules, version) if table == HEADER else _rows(table, modules, version)
        )
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\r\n")
            writer.writerow(names)
            writer.writerows(rows)
        paths.append(path)
    return paths


def _rows(table: str, modules: Modules, version: str) -> tuple[list[str], list[list[str]]]:
    """Return column names and rows of one table as COLLECT orders them."""
    frame = modules.frames[table]
    shown = [f for f in fields(table) if f.held_by(version)]
    lea = modules.header.get("LEA", "")
    count = len(frame)
    columns: list[tuple[str, Sequence[Any]]] = [
        (own_id(table), frame[own_id(table)].tolist()),
        ("NativeId", [lea] * count),
        (order_column(table), range(1, count + 1)),
        ("sourceid", [""] * count),
        (parent_id(table), frame[parent_id(table)].tolist()),
    ]
    for f in shown:
        columns.append((f.name_in(version)[1], [_cell(f.type, v) for v in frame[f.column]]))
    rows = [
        ["" if pd.isna(v) else str(v) for v in row]
        for row in zip(*(c for _, c in columns), strict=True)
    ]
    return [name for name, _ in columns], rows


def _header_rows(modules: Modules, version: str) -> tuple[list[str], list[list[str]]]:
    """Return column names and the one row of the header's file."""
    shown = [f for f in fields(HEADER) if f.held_by(version)]
    names = [own_id(HEADER), "NativeId", order_column(HEADER), "sourceid"]
    ids = ["1", modules.header.get("LEA", ""), "1", ""]
    values = [_cell(f.type, modules.header.get(f.element, "")) for f in shown]
    return names + [f.column for f in shown], [ids + values]


def _cell(kind: str, value: Any) -> str:
    """Return a value as COLLECT writes it: dates as 2022-Sep-28 00:00:00."""
    if value is None or pd.isna(value):
        return ""
    text = str(value)
    if kind not in ("date", "datetime") or not (when := _iso(text)):
        return text
    return f"{when:%Y}-{MONTHS[when.month - 1]}-{when:%d %H:%M:%S}"


def _iso(text: str) -> dt.datetime | None:
    """Return an ISO date or time, or None for any other text."""
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None

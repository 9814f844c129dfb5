"""SEN2 XML, in and out.

The reader streams: nothing but the rows themselves is kept, whatever the size of the file.
It matches elements by name in any case and at any depth below their parent, so that a root,
a wrapper or a namespace of any name does no harm.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.errors import InputError
from toolkit.intake.sen2_fields import (
    HEADER,
    PARENTS,
    SHEETS,
    TABLES,
    Modules,
    fields,
    own_id,
    parent_id,
)

ELEMENTS = {
    "person": "Person",
    "requests": "Requests",
    "assessment": "Assessment",
    "namedplan": "NamedPlan",
    "plandetail": "PlanDetail",
    "activeplans": "ActivePlans",
    "placementdetail": "PlacementDetail",
    "senneed": "SENneed",
}
DETAILS = ("Collection", "Year", "ReferenceDate")  # of the header; the others are of its source
# Characters that XML 1.0 cannot hold in any way (W3C recommendation, section 2.2).
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(modules: Modules, folder: Path, version: str) -> list[Path]:
    """Write a return as one XML file, and return its path in a list."""
    year, lea = modules.header.get("Year", ""), modules.header.get("LEA", "")
    path = folder / f"SEN2_{year}_{lea}.xml"
    children = {t: _by_parent(t, modules.frames[t], version) for t in TABLES}
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<Message>\n')
        file.writelines(_header(modules.header, version))
        file.write("  <Persons>\n")
        for person in chain.from_iterable(children["person"].values()):
            file.writelines(_element("person", person, children, 2))
        file.write("  </Persons>\n</Message>\n")
    return [path]


Row = tuple[str, list[str]]  # a row's id, and its fields as lines of XML


def _by_parent(table: str, frame: pd.DataFrame, version: str) -> dict[str, list[Row]]:
    """Return the rows of a table as lines of XML, by the id of their parent."""
    shown = [f for f in fields(table) if f.held_by(version)]
    names = [f.name_in(version)[0] for f in shown]
    values = [[_safe(v, table, f.element) for v in frame[f.column]] for f in shown]
    made: dict[str, list[Row]] = {}
    ids = frame[own_id(table)].tolist()
    parents = frame[parent_id(table)].fillna("").tolist()
    for at, (own, parent) in enumerate(zip(ids, parents, strict=True)):
        lines = [
            f"<{n}>{column[at]}</{n}>"
            for n, column in zip(names, values, strict=True)
            if column[at]
        ]
        made.setdefault(parent, []).append((own, lines))
    return made


def _element(
    table: str, row: Row, children: dict[str, dict[str, list[Row]]], depth: int
) -> Iterator[str]:
    """Yield the lines of a row and of all that hangs off it."""
    own, lines = row
    pad = "  " * depth
    yield f"{pad}<{ELEMENTS[table]}>\n"
    for line in lines:
        yield f"{pad}  {line}\n"
    for child, parent in PARENTS.items():
        if parent == table:
            for below in children[child].get(own, []):
                yield from _element(child, below, children, depth + 1)
    yield f"{pad}</{ELEMENTS[table]}>\n"


def _header(header: dict[str, str], version: str) -> Iterator[str]:
    """Yield the lines of the header: collection details, then source."""
    known = [f.element for f in fields(HEADER) if f.held_by(version)]
    yield "  <Header>\n"
    for group, names in (
        ("CollectionDetails", DETAILS),
        ("Source", [n for n in known if n not in DETAILS]),
    ):
        yield f"    <{group}>\n"
        for name in names:
            if value := _safe(header.get(name, ""), HEADER, name):
                yield f"      <{name}>{value}</{name}>\n"
        yield f"    </{group}>\n"
    yield "  </Header>\n"


def _safe(value: Any, table: str, element: str) -> str:
    """Return a value escaped for XML, "" where it is missing."""
    if value is None or pd.isna(value):
        return ""
    text = str(value)
    if FORBIDDEN.search(text):
        raise InputError(
            "a value holds a character that XML cannot hold.",
            where=f"{SHEETS[table]}, {element}",
            remedy="Take the control characters out, or write the return as CSV.",
        )
    return html.escape(text, quote=False).replace("\r", "&#13;")

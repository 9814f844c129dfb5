"""SEN2 XML read into `Modules`.

The reader streams: nothing but the rows themselves is kept. It matches elements by name in any
case, and looks for a row's fields directly below it, so that a root, a wrapper around rows or a
namespace of any name does no harm. DTDs and entities are refused.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from toolkit.errors import InputError
from toolkit.intake.loaded import Problem
from toolkit.intake.sen2_fields import (
    HEADER,
    PARENTS,
    ROW,
    SHEETS,
    TABLES,
    Modules,
    fields,
    own_id,
    parent_id,
    text_frame,
)

CHUNK = 1 << 20  # bytes read at a time
FRAME = {"header", "collectiondetails", "source", "persons"}  # elements that hold others
# Slots of a row under way: its id, the id of its parent, its line; then the fields.
OWN, PARENT, LINE, FIRST = 0, 1, 2, 3
# Numbers of expat's errors (expat.h) that have a plainer name.
NO_ELEMENT, INVALID, UNCLOSED, BROKEN_CHARACTER, MISMATCH = 3, 4, 5, 6, 7


def read(path: Path) -> Modules:
    """Return the rows of a SEN2 XML file, with the line of each.

    Raises:
        InputError: The file is empty, is no XML, ends too early, has a DTD, or is no SEN2 return.
    """
    reader = _Reader()
    _parse(path, reader)
    if not reader.rows["person"]:
        what = "it is a SEN2 return without a person." if reader.header else "it is no SEN2 return."
        raise InputError(what, where=path.name, remedy="Export the return again, as XML.")
    names = {t: [own_id(t), parent_id(t), ROW, *(f.column for f in fields(t))] for t in TABLES}
    frames = {t: text_frame(t, reader.rows[t], names[t]) for t in TABLES}
    return Modules(
        header={f.element: reader.header.get(f.column, "") for f in fields(HEADER)},
        frames=frames,
        form="xml",
        files=dict.fromkeys(TABLES, path.name),
        rows_read={t: len(frame) for t, frame in frames.items()},
        problems=_problems(reader, path.name),
    )


class _Reader:
    """Takes expat's events and collects rows; the hot path, so plain lists and no objects."""

    def __init__(self) -> None:
        self.rows: dict[str, list[list[Any]]] = {t: [] for t in TABLES}
        self.header: dict[str, str] = {}
        self.unknown: dict[tuple[str, str], list[int]] = {}  # (element, in) -> count, first line
        self.twice: dict[tuple[str, str], list[int]] = {}
        self.line: Callable[[], int] = lambda: 0
        self._slots = {t: _slots(t) for t in TABLES}
        self._open: list[tuple[str, list[Any], int]] = []  # rows under way: table, row, depth
        self._depth = 0
        self._passed = 0  # depth of an unknown element that is being passed over
        self._leaf: Any = None  # slot, or name in the header, whose text is being collected
        self._leaf_depth = 0
        self._text: list[str] = []
        self._same: dict[str, str] = {}  # one copy of each value: codes and dates recur
        self._short: dict[str, str] = {}

    def start(self, raw: str, _attributes: Any) -> None:
        """Open a row, start to collect a field, or note an element that is not known."""
        name = self._short.get(raw)
        if name is None:
            name = self._short[raw] = raw.rpartition("}")[2].lower()
        self._depth += 1
        if self._open:
            table, _, depth = self._open[-1]
            slot = self._slots[table].get(name)
            if slot is not None and self._depth == depth + 1:
                self._collect(slot)
                return
        if name in PARENTS:
            self._open_row(name)
        elif not self._open and name in HEADER_FIELDS:
            self._collect(name)
        elif self._depth > 1 and name not in FRAME and not self._passed:
            self._passed = self._depth
            self._count(self.unknown, raw)

    def text(self, data: str) -> None:
        """Keep text of the field that is being collected."""
        if self._leaf is not None and self._depth == self._leaf_depth:
            self._text.append(data)

    def end(self, raw: str) -> None:
        """Close a field or a row."""
        if self._leaf is not None and self._depth == self._leaf_depth:
            self._keep(raw)
        elif self._open and self._open[-1][2] == self._depth:
            self._open.pop()
        if self._passed == self._depth:
            self._passed = 0
        self._depth -= 1

    def _collect(self, leaf: Any) -> None:
        self._leaf, self._leaf_depth, self._text = leaf, self._depth, []

    def _keep(self, raw: str) -> None:
        """Store the text of a field; where a field stands twice, the first counts."""
        text = "".join(self._text)
        leaf, self._leaf = self._leaf, None
        if not self._open:
            self.header.setdefault(leaf, text.strip())
            return
        row = self._open[-1][1]
        if row[leaf] is not None:
            self._count(self.twice, raw)
        else:
            row[leaf] = self._same.setdefault(text, text)

    def _open_row(self, table: str) -> None:
        """Begin a row, under the nearest open row of the table that it hangs off."""
        kept = self.rows[table]
        row: list[Any] = [None] * (FIRST + len(fields(table)))
        row[OWN], row[LINE] = str(len(kept) + 1), self.line()
        if table == "person":
            row[PARENT] = "1"
        else:
            wanted = PARENTS[table]
            row[PARENT] = next((r[OWN] for t, r, _ in reversed(self._open) if t == wanted), None)
        kept.append(row)
        self._open.append((table, row, self._depth))
        self._leaf = None

    def _count(self, seen: dict[tuple[str, str], list[int]], raw: str) -> None:
        within = SHEETS[self._open[-1][0]] if self._open else ""
        seen.setdefault((raw.rpartition("}")[2][:60], within), [0, self.line()])[0] += 1


HEADER_FIELDS = {f.column for f in fields(HEADER)}


def _slots(table: str) -> dict[str, int]:
    """Return the slot of each field of a table, by each of its names."""
    made = {f.column: FIRST + at for at, f in enumerate(fields(table))}
    return made | {f.alias: made[f.column] for f in fields(table) if f.alias}


class _Target:
    """Builds no tree: the parser asks for somebody to close."""

    def close(self) -> None:
        """Do nothing."""


def _parse(path: Path, reader: _Reader) -> None:
    """Run a file through the guarded parser, or say in plain words why not."""
    guarded = DefusedXMLParser(target=_Target(), forbid_dtd=True)
    expat = guarded.parser
    expat.DefaultHandlerExpand = None
    expat.StartElementHandler = reader.start
    expat.EndElementHandler = reader.end
    expat.CharacterDataHandler = reader.text
    reader.line = lambda: int(expat.CurrentLineNumber)
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                guarded.feed(chunk)
        guarded.close()
    except DefusedXmlException:
        raise InputError(
            "it defines entities or a document type, which a SEN2 return never does.",
            where=path.name,
            remedy="Do not use this file. Export the return again from the case system.",
        ) from None
    except ParseError as error:
        raise _not_xml(path, error.code, expat.CurrentLineNumber) from None
    except (ValueError, LookupError):
        raise InputError(
            "it is written in an encoding that is not known here.",
            where=path.name,
            remedy="Export the return again, as UTF-8.",
        ) from None
    except OSError as error:
        raise InputError(
            f"it cannot be read ({error.strerror}).", where=path.name, remedy="Close it elsewhere."
        ) from None


def _not_xml(path: Path, code: int, line: int) -> InputError:
    """Return expat's complaint as a sentence that holds nothing of the file."""
    again = "Export the return again."
    if path.stat().st_size == 0:
        what = "it is empty."
    elif code in (NO_ELEMENT, UNCLOSED, BROKEN_CHARACTER):
        what = f"it ends in the middle, at line {line}."
    elif code == INVALID:
        what = f"line {line} holds a character that does not belong in its XML or its encoding."
        again = "Export the return again, as UTF-8; do not edit it by hand."
    elif code == MISMATCH:
        what = f"it is not well-formed: an element is closed at line {line} that was not open."
    else:
        what = f"it is not well-formed XML, at line {line}."
    return InputError(what, where=path.name, remedy=again)


def _problems(reader: _Reader, file: str) -> list[Problem]:
    """Return one problem for each unknown and each doubled element."""
    made = []
    for (element, within), (count, line) in reader.unknown.items():
        what = f"<{element}> is not a field of the SEN2 return that is known here"
        made.append(
            Problem(
                code="sen2.unknown_field",
                severity="note",
                message=f"{what}; it is passed over ({count} times).",
                remedy="Nothing to do, unless a figure that you expect is missing.",
                file=file,
                sheet=within,
                row=line,
                column=element,
            )
        )
    for (element, within), (count, line) in reader.twice.items():
        made.append(
            Problem(
                code="sen2.doubled_field",
                severity="warning",
                message=f"<{element}> stands twice in one record, {count} times; the first counts.",
                remedy="Look up the records in the case system, and export again.",
                file=file,
                sheet=within,
                row=line,
                column=element,
            )
        )
    return made

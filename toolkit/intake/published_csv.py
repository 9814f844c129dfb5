"""Opens published files: a CSV, or the CSVs inside a zip as it was downloaded.

Nothing is unpacked to disk. What is in a file is told from its headings, never from its name.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv

from toolkit.errors import InputError
from toolkit.intake.loaded import Account, Problem

HEAD = 65_536  # bytes read to see the headings; the longest published heading row has 9,000
MAX_UNZIPPED = 500_000_000  # bytes; the 2025 release unzips to 37 MB
MAX_RATIO = 100  # unzipped to zipped; the 2025 release has 10
SMALL = 10_000_000  # bytes below which no ratio can do harm
MAX_MEMBERS = 1_000
DAMAGED = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError)


@dataclass(frozen=True)
class Sheet:
    """One CSV: its name for messages, its headings, its first row, and how to read it.

    Attributes:
        file: Name of the file that was supplied, without its folder.
        member: Its name inside a zip; "" where the file is the CSV itself.
        headings: As in the file, without the byte order mark.
        first: The values of the first row, as many as there are headings at most.
        read: Returns its bytes.
    """

    file: str
    member: str
    headings: tuple[str, ...]
    first: tuple[str, ...]
    read: Callable[[], bytes]

    @property
    def name(self) -> str:
        """What to call it in a message: the file, and the CSV inside it."""
        return f"{self.file}, {self.member}" if self.member else self.file

    @property
    def lower(self) -> frozenset[str]:
        """The headings in lower case, without spaces around them."""
        return frozenset(h.strip().lower() for h in self.headings)

    def first_value(self, heading: str) -> str:
        """Return the value of the first row under a heading, or "" where there is none."""
        lowered = [h.strip().lower() for h in self.headings]
        place = lowered.index(heading) if heading in lowered else len(self.first)
        return self.first[place].strip() if place < len(self.first) else ""


def sheets(path: Path) -> list[Sheet]:
    """Return the CSVs in a file: one for a CSV, one a member for a zip, none for anything else.

    Raises:
        InputError: The zip is damaged, locked, too large, or names files outside itself.
    """
    if zipfile.is_zipfile(path):
        return _zip_sheets(path)
    with path.open("rb") as handle:
        sheet = _sheet(path.name, "", handle.read(HEAD), path.read_bytes)
    return [sheet] if sheet else []


def _zip_sheets(path: Path) -> list[Sheet]:
    found = []
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_unsafe(path.name, archive)
            for member in archive.infolist():
                if member.filename.lower().endswith(".csv"):
                    with archive.open(member) as handle:
                        head = handle.read(HEAD)
                    found.append(_sheet(path.name, member.filename, head, _reader(path, member)))
    except DAMAGED as error:
        raise InputError(
            f"it cannot be opened as a zip ({error}).",
            where=path.name,
            remedy="Download it again.",
        ) from None
    return [sheet for sheet in found if sheet]


def _reader(path: Path, member: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with zipfile.ZipFile(path) as archive:
                return archive.read(member)
        except DAMAGED as error:
            raise InputError(
                f"{member.filename} cannot be read ({error}).",
                where=path.name,
                remedy="Download the zip again.",
            ) from None

    return read


def _refuse_unsafe(name: str, archive: zipfile.ZipFile) -> None:
    """Refuse a zip that would unpack outside a folder, or into far more than it seems."""
    members = archive.infolist()
    for member in members:
        path = member.filename.replace("\\", "/")
        if path.startswith("/") or ".." in path.split("/") or re.match(r"[A-Za-z]:", path):
            raise InputError(
                f"it names a file outside itself ({member.filename[:80]!r}).",
                where=name,
                remedy="It is not a release as published. Download it again from the publisher.",
            )
        if member.flag_bits & 1:
            raise InputError("it is locked with a password.", where=name, remedy="Unlock it.")
    size = sum(m.file_size for m in members)
    packed = sum(m.compress_size for m in members)
    too_dense = size > SMALL and size > MAX_RATIO * max(packed, 1)
    if size > MAX_UNZIPPED or too_dense or len(members) > MAX_MEMBERS:
        raise InputError(
            f"it unzips to {size / 1e6:,.0f} MB in {len(members):,} files, which no release does.",
            where=name,
            remedy="Download it again from the publisher.",
        )


def _sheet(file: str, member: str, head: bytes, read: Callable[[], bytes]) -> Sheet | None:
    """Return the sheet, or None where the first bytes are not text in rows."""
    if b"\x00" in head:
        return None
    complete = head if len(head) < HEAD else head[: head.rfind(b"\n") + 1]
    rows = csv.reader(io.StringIO(_text(complete or head), newline=""))
    try:
        headings, first = next(rows, []), next(rows, [])
    except csv.Error:
        return None
    return Sheet(file, member, tuple(headings), tuple(first), read) if headings else None


def _text(content: bytes) -> str:
    """Return bytes as text: UTF-8 with or without a mark, else Windows (DfE outturn files)."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def text_table(sheet: Sheet) -> tuple[pa.Table, list[Problem], Account]:
    """Return a CSV as a table of text, headings in lower case, and what became of its rows.

    A heading that stands twice keeps its first column: the 2025 annual reviews have one. Rows
    with too many or too few values are set aside and named by their number.

    Raises:
        InputError: There are no rows, or it cannot be read as rows at all.
    """
    headings = [h.strip().lower() for h in sheet.headings]
    unique = [h if h not in headings[:i] else f"{h}.{i}" for i, h in enumerate(headings)]
    bad: list[tuple[int, int]] = []

    def set_aside(row: pa_csv.InvalidRow) -> str:
        bad.append((row.number or 0, row.actual_columns))
        return "skip"

    content = _text(sheet.read()).encode()
    try:
        table = pa_csv.read_csv(
            io.BytesIO(content),
            read_options=pa_csv.ReadOptions(
                column_names=unique, skip_rows=_heading_lines(sheet), use_threads=False
            ),
            parse_options=pa_csv.ParseOptions(
                newlines_in_values=True, invalid_row_handler=set_aside
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types={name: pa.string() for name in unique}, strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        # The library's own words may hold values of the file: they are not passed on.
        raise _unreadable(sheet, "Empty CSV" in str(error)) from None
    if table.num_rows + len(bad) == 0:
        raise _unreadable(sheet, True)
    table = table.select([h for h in dict.fromkeys(headings) if h])
    problems = [_wrong_width(sheet, number, width, len(headings)) for number, width in bad[:20]]
    read = table.num_rows + len(bad)
    return table, problems, Account("", sheet.file, sheet.member, read, table.num_rows, len(bad))


def _unreadable(sheet: Sheet, empty: bool) -> InputError:
    return InputError(
        "it holds headings and no rows." if empty else "it is not a table of rows.",
        where=sheet.name,
        remedy="Download it again; do not edit it in a spreadsheet.",
    )


def _heading_lines(sheet: Sheet) -> int:
    return 1 + sum(h.count("\n") for h in sheet.headings)


def _wrong_width(sheet: Sheet, number: int, width: int, expected: int) -> Problem:
    return Problem(
        code="published.row_width",
        severity="error",
        message=f"The row has {width} values, the headings are {expected}. It is set aside.",
        remedy="Download the file again; do not edit it in a spreadsheet.",
        file=sheet.file,
        sheet=sheet.member,
        row=number or None,
    )


def text_frame(sheet: Sheet) -> tuple[pd.DataFrame, list[Problem], Account]:
    """Return a CSV as a frame of text, as in `text_table`, spaces around the values removed."""
    table, problems, account = text_table(sheet)
    frame = table.to_pandas()
    return frame.apply(lambda column: column.str.strip()), problems, account

"""CSV files as grids of text: encoding, separator and broken quotes are found out and named."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from toolkit.intake.loaded import Problem
from toolkit.intake.rules import Place, problem
from toolkit.intake.tabular_grid import Grid

SEPARATORS = ",;\t|"
# The first bytes of files that are often named .csv and are none.
MAGIC = {
    b"PK\x03\x04": "a workbook or a zip file",
    b"\xd0\xcf\x11\xe0": "an old or a locked Excel workbook",
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "a database",
    b"\x1f\x8b": "a compressed file",
    b"%PDF": "a PDF",
    b"{\\rtf": "a word processor's file",
    **{
        b"\x80" + bytes([version]): "a Python pickle, which is never opened"
        for version in range(2, 6)
    },
}
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
BINARY_SHARE, FEW = 0.02, 8  # of the characters; the odd NUL is named by its row
# What UTF-8 looks like after it was once opened as Windows-1252.
GARBLED = re.compile("Ã[\u0080-\u00bf]|Â[£°\u00a0]|â€[\u0153\u009d™˜“”]?")


def grids(path: Path, head: int | None = None) -> tuple[list[Grid], list[Problem]]:
    """Return the grid of a CSV file, in a list, and what is to be said of the file.

    The list is empty where the file cannot be used.

    Args:
        path: The file.
        head: How many bytes to read; None reads all.
    """
    with path.open("rb") as handle:
        data = handle.read(head if head is not None else -1)
    place = Place(file=path.name)
    kind = next((kind for magic, kind in MAGIC.items() if data.startswith(magic)), "")
    if kind:
        return [], [problem("file.binary", place, kind=kind)]
    text, problems = decode(data, place)
    if text is None:
        return [], problems
    if not text.strip(" \t\r\n,;|\ufeff"):
        return [], [problem("file.empty", place)]
    if len(CONTROL.findall(text[:100_000])) > max(FEW, BINARY_SHARE * len(text[:100_000])):
        return [], [problem("file.binary", place, kind="a program's own format")]
    rows, broken = records(text, separator(text))
    numbers = [n for n, row in enumerate(rows, start=1) if row is not None]
    whole = [row for row in rows if row is not None]
    return [Grid(path.name, "", whole, numbers, broken)], problems


def decode(data: bytes, place: Place) -> tuple[str | None, list[Problem]]:
    """Return bytes as text: UTF-16 and UTF-8 by their marks, else UTF-8, else Windows-1252."""
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16"), []
        if len(data) >= 4 and data[1] == 0 and data[3] == 0 and data[0] and data[2]:
            return data.decode("utf-16-le"), []
        return _remark_garbled(data.decode("utf-8-sig"), [], place)
    except UnicodeDecodeError:
        pass  # then it is older Excel's encoding, or nothing that we know
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return None, [problem("file.encoding", place)]
    return _remark_garbled(text, [problem("file.cp1252", place)], place)


def _remark_garbled(text: str, problems: list[Problem], place: Place) -> tuple[str, list[Problem]]:
    """Return the text, with a warning where it was garbled before it came here."""
    match = GARBLED.search(text)
    if match:
        problems = [*problems, problem("file.mixed_encoding", place, value=match[0])]
    return text, problems


def separator(text: str) -> str:
    """Return the mark that parts the cells, judged by the first line that holds any."""
    for line in io.StringIO(text[:100_000]):
        outside = re.sub(r'"[^"]*"', "", line)
        counts = {mark: outside.count(mark) for mark in SEPARATORS}
        if any(counts.values()):
            return max(counts, key=lambda mark: counts[mark])
    return ","


def records(text: str, mark: str) -> tuple[list[list[str] | None], list[int]]:
    """Return the records of a CSV text, None for those whose end cannot be told, and their numbers.

    Reading goes on with the line after a broken record, so that one stray quote does not
    swallow the rest of the file.
    """
    lines = list(io.StringIO(text, newline=""))
    found: list[list[str] | None] = []
    broken: list[int] = []
    at = 0
    while at < len(lines):
        reader = csv.reader(lines[at:], delimiter=mark, strict=True)
        used = 0
        try:
            for record in reader:
                spanned = lines[at + used : at + reader.line_num]
                if len(spanned) > 1 and _swallowed(record, spanned, mark, found):
                    raise csv.Error("several records in one")
                found.append(record)
                used = reader.line_num
            at = len(lines)
        except csv.Error:
            found.append(None)
            broken.append(len(found))
            at += used + 1
    return found, broken


def _swallowed(
    record: list[str], lines: list[str], mark: str, before: list[list[str] | None]
) -> bool:
    """Whether a record of several lines holds other records, for want of a closing quote."""
    width = next((len(row) for row in before if row), 0)
    whole_line = any(line.count(mark) >= width - 1 for line in lines[1:])
    return width > 1 and (len(record) != width or whole_line)

"""Workbooks as grids of text, opened only after a look at their size.

A zip of 300 KB can unzip to gigabytes, and one cell at the far corner makes a sheet of 17
billion cells: both are refused before the reader sees them.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
import zlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import python_calamine as calamine
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from toolkit.intake.loaded import Problem
from toolkit.intake.rules import Place, problem
from toolkit.intake.tabular_grid import Grid

UNZIPPED = 200 * 1024**2  # bytes
RATIO = 100  # unzipped to zipped; sheets of real data reach 10 to 20
RATIO_FROM = 5 * 1024**2  # bytes; a small workbook may well be mostly blank
CELLS = 1_000_000  # in one sheet, from A1 to the last cell
CELLS_IN_ALL = 3_000_000  # in all sheets of a workbook
OLD_ROWS = 65_536  # all that .xls can hold
CHUNK = 1024**2
ROWS = re.compile(rb"""<(?:\w+:)?row\s[^>]*?\br\s*=\s*["'](\d{1,9})["']""")
REFERENCE = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br\s*=\s*["']([A-Za-z]{1,4})(\d{1,9})["']""")
ERROR = re.compile(
    rb"""<(?:\w+:)?c\s(?=[^>]*?\bt\s*=\s*["']e["'])[^>]*?\br\s*=\s*["']([A-Za-z]{1,4})(\d{1,9})["']"""
    rb"""[^>]*>(?:<(?:\w+:)?f[^>]*>[^<]*</(?:\w+:)?f>|<(?:\w+:)?f[^>]*/>)?<(?:\w+:)?v>([^<]*)<""",
)
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
DAMAGED = (
    calamine.CalamineError,
    calamine.PasswordError,
    calamine.XmlError,
    calamine.ZipError,
    zipfile.BadZipFile,
    zlib.error,
    ElementTree.ParseError,
    DefusedXmlException,
    NotImplementedError,  # a way of zipping that Python does not know
    LookupError,  # a part that is missing, an encoding that does not exist
    EOFError,
)
Errors = dict[tuple[int, int], str]


def grids(path: Path) -> tuple[list[Grid], list[Problem]]:
    """Return a grid for each sheet that is in sight, and what is to be said of the workbook.

    The list is empty where the workbook cannot be used.
    """
    place = Place(file=path.name)
    try:
        errors, problems = _looked_through(path)
        if any(p.severity == "error" for p in problems):
            return [], problems
        with calamine.CalamineWorkbook.from_path(str(path)) as book:
            return _sheets(book, path, errors)
    except DAMAGED:
        return [], [problem("file.workbook", place)]
    except BaseException as error:
        # How the reader's own faults show, on damaged .xls files; it is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        return [], [problem("file.workbook", place)]


def _sheets(
    book: calamine.CalamineWorkbook, path: Path, errors: dict[str, Errors]
) -> tuple[list[Grid], list[Problem]]:
    """Return the sheets of an open workbook."""
    made: list[Grid] = []
    problems: list[Problem] = []
    for sheet in book.sheets_metadata:
        place = Place(file=path.name, sheet=sheet.name)
        if sheet.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        if sheet.visible != calamine.SheetVisibleEnum.Visible:
            problems.append(problem("sheet.hidden", place))
            continue
        opened = book.get_sheet_by_name(sheet.name)
        extent = opened.total_height * opened.total_width
        if extent > CELLS:  # .xls, which could not be looked at before
            return [], [problem("sheet.cells", place, cells=f"{extent:,}")]
        cells = opened.to_python(skip_empty_area=False)
        if path.suffix.lower() == ".xls" and len(cells) >= OLD_ROWS:
            problems.append(problem("sheet.cut", place))
        rows = [[as_text(cell) for cell in row] for row in cells]
        _put_errors(rows, errors.get(sheet.name, {}))
        made.append(Grid(path.name, sheet.name, rows, list(range(1, len(rows) + 1)), ragged=False))
    return made, problems


def as_text(cell: Any) -> str:
    """Return a cell of a sheet as text: dates as ISO, whole numbers without decimals."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        if cell.is_integer():
            return str(int(cell))
        text = repr(cell)
        return format(Decimal(text), "f") if "e" in text else text
    if isinstance(cell, dt.datetime) and cell.time() == dt.time(0):
        return cell.date().isoformat()
    return str(cell)


def _put_errors(rows: list[list[str]], errors: Errors) -> None:
    """Fill in the errors of formulas, which the reader leaves blank."""
    for (row, column), text in errors.items():
        if row < len(rows) and column < len(rows[row]) and not rows[row][column]:
            rows[row][column] = text


def _looked_through(path: Path) -> tuple[dict[str, Errors], list[Problem]]:
    """Return the formula errors of each sheet, and why the workbook must not be opened, if so."""
    place = Place(file=path.name)
    with path.open("rb") as handle:
        start = handle.read(4)
    if path.suffix.lower() == ".xls" and start == b"\xd0\xcf\x11\xe0":
        return {}, []  # not a zip, and of 65,536 rows at most
    if start != b"PK\x03\x04":
        empty = path.stat().st_size == 0
        return {}, [problem("file.empty" if empty else "file.workbook", place)]
    with zipfile.ZipFile(path) as archive:
        if _too_large(archive, path.stat().st_size):
            limit = f"{UNZIPPED // 1024**2} MB, or {RATIO} times its size"
            return {}, [problem("file.too_large", place, limit=limit)]
        return _looked_at_sheets(archive, place)


def _too_large(archive: zipfile.ZipFile, size: int) -> bool:
    """Whether a zip unzips to too much, measured: its own word for it is not taken."""
    limit = min(UNZIPPED, max(RATIO * size, RATIO_FROM))
    total = 0
    for entry in archive.infolist():
        entry.file_size = UNZIPPED + CHUNK  # so that reading goes to the true end
        with archive.open(entry) as handle:
            while chunk := handle.read(CHUNK):
                total += len(chunk)
                if total > limit:
                    return True
    return False


def _looked_at_sheets(
    archive: zipfile.ZipFile, place: Place
) -> tuple[dict[str, Errors], list[Problem]]:
    """Return the formula errors of each sheet; a problem where one declares too many cells."""
    errors: dict[str, Errors] = {}
    in_all = 0
    for name, part in _parts(archive).items():
        with archive.open(part) as handle:
            xml = handle.read()
        cells = _extent(xml)
        in_all += cells
        if cells > CELLS or in_all > CELLS_IN_ALL:
            sheet = Place(file=place.file, sheet=name)
            return {}, [problem("sheet.cells", sheet, cells=f"{cells:,}")]
        if b'"e"' in xml or b"'e'" in xml:
            errors[name] = {
                (int(row) - 1, _column(letters)): text.decode("ascii", "replace")
                for letters, row, text in ERROR.findall(xml)
            }
    return errors, []


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return for each sheet the part of the workbook that it stands in."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"), forbid_dtd=True)
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"), forbid_dtd=True)
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    parts = {}
    for sheet in (e for e in book.iter() if e.tag.endswith("}sheet")):
        target = targets.get(sheet.get(RELATION), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in archive.namelist():
            parts[sheet.get("name", "")] = part
    return parts


def _extent(xml: bytes) -> int:
    """Return how many cells lie between A1 and the last row and column that a sheet uses."""
    rows = max(map(int, ROWS.findall(xml)), default=0)
    references = REFERENCE.findall(xml)
    rows = max(rows, max((int(row) for _, row in references), default=0))
    return rows * max((_column(letters) + 1 for letters in {c for c, _ in references}), default=0)


def _column(letters: bytes) -> int:
    """Return the place of a column, from 0, given its letters."""
    place = 0
    for letter in letters.decode("ascii").upper():
        place = place * 26 + ord(letter) - 64
    return place - 1

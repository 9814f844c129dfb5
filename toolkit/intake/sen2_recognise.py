"""Which files of a folder are SEN2 returns, judged by a cheap look at their content."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import python_calamine

from toolkit.intake.sen2_fields import Form, own_id
from toolkit.intake.sen2_sheets import CSV_NAME, table_of_file, table_of_sheet

START = 1 << 16  # bytes of a file that are looked at
SHEETS_ENOUGH = 4  # modules that a workbook must have
OF_SEN2 = re.compile(r"<(?:\w+:)?(?:Persons?\s*>|Collection\s*>\s*SEN[\s_]?2)", re.IGNORECASE)
SHEET_NAME = re.compile(r"<(?:\w+:)?sheet\b[^>]*?\bname=[\"']([^\"']*)[\"']")


@dataclass(frozen=True)
class Return:
    """The files of one return.

    Attributes:
        form: xml, csv or workbook.
        paths: Its files, sorted by name.
        census_year: The January it speaks of, where the files do not say so themselves.
    """

    form: Form
    paths: tuple[Path, ...]
    census_year: int | None = None

    @property
    def name(self) -> str:
        """Name of its first file."""
        return self.paths[0].name


def recognise(paths: Iterable[Path]) -> list[Return]:
    """Return the SEN2 returns among files, judged by their content, in order of their names.

    A folder among the paths stands for the files in it. CSV files belong together that lie in
    the same folder and have the same name up to that of the table.
    """
    files = [f for p in paths for f in (sorted(p.iterdir()) if p.is_dir() else [p]) if f.is_file()]
    sets: dict[tuple[Path, str], list[Path]] = {}
    found = []
    for path in files:
        kind = path.suffix.lower()
        if kind == ".csv" and _is_sen2_csv(path):
            match = CSV_NAME.fullmatch(path.name)
            prefix = match["prefix"].lower() if match else ""
            sets.setdefault((path.parent, prefix), []).append(path)
        elif kind == ".xml" and _is_sen2_xml(path):
            found.append(Return("xml", (path,)))
        elif kind in (".xlsx", ".xlsm", ".xls") and _is_sen2_workbook(path):
            found.append(Return("workbook", (path,)))
    found += [Return("csv", tuple(sorted(group))) for group in sets.values()]
    return sorted(found, key=lambda r: r.name)


def _is_sen2_csv(path: Path) -> bool:
    """Whether a CSV file is one of COLLECT's: by its tableid, or by COLLECT's name for it."""
    table = table_of_file(path)
    first = _start(path).lstrip().partition("\n")[0].lower()
    return bool(table) and (own_id(table) in first or path.name.lower().startswith("blade-export"))


def _is_sen2_xml(path: Path) -> bool:
    return bool(OF_SEN2.search(_start(path)))


def _is_sen2_workbook(path: Path) -> bool:
    found = {table_of_sheet(name) for name in _sheet_names(path)} - {""}
    return "person" in found and len(found) >= SHEETS_ENOUGH


def _start(path: Path) -> str:
    """Return the beginning of a file as text, in whatever encoding; "" where it cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(START)
    except OSError:
        return ""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    return data.decode("utf-8-sig", errors="replace")


def _sheet_names(path: Path) -> list[str]:
    """Return the names of a workbook's sheets without opening the sheets; none where it is none."""
    try:
        if path.suffix.lower() == ".xls":
            return list(python_calamine.CalamineWorkbook.from_path(str(path)).sheet_names)
        with zipfile.ZipFile(path) as archive, archive.open("xl/workbook.xml") as part:
            text = part.read(START).decode("utf-8", errors="replace")
    except (OSError, KeyError, zipfile.BadZipFile, python_calamine.CalamineError, RuntimeError):
        return []
    return [html.unescape(name) for name in SHEET_NAME.findall(text)]

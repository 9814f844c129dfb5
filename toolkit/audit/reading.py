"""Published files as tables and texts: HTML pages, CSV, workbooks, JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import python_calamine
from bs4 import BeautifulSoup, Tag

from toolkit.audit.tables import (
    Table,
    column,
    figure,
    is_figure,
    row_labels,
    years_of,
)

OF_ALL = re.compile(r"\(([^()\d,]+)(?:, ([^()\d]+))?\)$")
NO_FIGURE = {"", "[x]", "[z]", "x", "z"}
YEAR_COLUMNS = {"year", "time_period", "academic year", "calendar year"}


@dataclass(frozen=True)
class Published:
    """What a folder holds: its tables, and its texts outside tables, each with its place."""

    tables: tuple[Table, ...]
    texts: tuple[tuple[str, str], ...]


def read_folder(folder: Path) -> Published:
    """Return every table and text of the files of a published folder."""
    tables: list[Table] = []
    texts: list[tuple[str, str]] = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        if path.suffix == ".html":
            soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
            tables += _html_tables(soup, name)
            texts += [(name, text) for text in _html_texts(soup)]
        elif path.suffix == ".csv":
            tables += grid_of(list(csv.reader(io.StringIO(text_of(path.read_bytes())))), name)
        elif path.suffix == ".xlsx":
            tables += _sheets(path, name)
        elif path.suffix == ".json":
            told = json.loads(path.read_text(encoding="utf-8"))
            texts += [(name, text) for text in _json_texts(told)]
    return Published(tuple(tables), tuple(texts))


def text_of(data: bytes) -> str:
    """Return the text of a file, as UTF-8 or as old spreadsheets write it."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252")


def _words(tag: Tag | None) -> str:
    return " ".join(tag.get_text(" ", strip=True).split()) if tag else ""


def _html_tables(soup: BeautifulSoup, name: str) -> Iterator[Table]:
    for tag in soup.find_all("table"):
        head = tag.find("thead")
        if not isinstance(head, Tag):
            continue
        headings = _html_headings(head)
        body = [row for part in tag.find_all("tbody") for row in part.find_all("tr")]
        cells = [[_words(c) for c in row.find_all(["th", "td"])] for row in body]
        caption = _words(tag.find("caption"))
        names = sum(cell.name == "th" for cell in body[0].find_all(["th", "td"])) if body else 0
        yield from table_of(f"{name}: {caption}", headings, cells, caption, names)


def _html_headings(head: Tag) -> list[tuple[str, str]]:
    """Return heading and group of each column, over the rows of a table's head."""
    grid: dict[tuple[int, int], str] = {}
    rows = head.find_all("tr")
    for at, row in enumerate(rows):
        place = 0
        for cell in row.find_all(["th", "td"]):
            while (at, place) in grid:
                place += 1
            wide, tall = int(str(cell.get("colspan", "1"))), int(str(cell.get("rowspan", "1")))
            for down in range(tall):
                for across in range(wide):
                    grid[at + down, place + across] = _words(cell)
            place += wide
    width = max((c for _, c in grid), default=-1) + 1
    last = len(rows) - 1
    found = []
    for c in range(width):
        low, top = grid.get((last, c), ""), grid.get((0, c), "")
        found.append((low, "" if low == top else top))
    return found


def table_of(
    where: str,
    headings: Sequence[tuple[str, str]],
    cells: Sequence[Sequence[str]],
    caption: str = "",
    names: int = 0,
) -> Iterator[Table]:
    """Yield the table that a grid of texts makes, if it holds figures.

    Its first `names` columns name its rows; where that is 0, columns of words do.
    """
    whole = [row for row in cells if len(row) == len(headings)]
    if not whole:
        return
    numeric = [
        c for c in range(names, len(headings))
        if all(is_figure(r[c]) or r[c].strip() in NO_FIGURE for r in whole)
        and any(is_figure(r[c]) for r in whole)
        and (names or headings[c][0].strip().lower() not in YEAR_COLUMNS)
    ]  # fmt: skip
    named = [c for c in range(names or len(headings)) if c not in numeric]
    if not numeric:
        return
    figures = [tuple(figure(r[c]) for c in numeric) for r in whole]
    # A caption that ends with what is counted heads a table whose columns are categories.
    measure = OF_ALL.search(caption)
    columns = tuple(
        column(*_crossed(headings[c], measure), [row[i] for row in figures])
        for i, c in enumerate(numeric)
    )
    texts = [[row[c] for c in named] for row in whole]
    heads = [headings[c][0] for c in named]
    yield Table(
        where,
        tuple(row_labels(heads, t) for t in texts),
        columns,
        tuple(figures),
        years_of(caption)[1],
    )


def _crossed(heading: tuple[str, str], measure: re.Match[str] | None) -> tuple[str, str, str]:
    """Return what a column measures, the category that it stands for, and its unit."""
    if measure is None or heading[1]:
        return *heading, ""
    return measure.group(1), heading[0], measure.group(2) or ""


def grid_of(rows: Sequence[Sequence[str]], where: str) -> Iterator[Table]:
    """Yield the table of a sheet or CSV: the first full row of words heads it."""
    width = max((len(r) for r in rows), default=0)
    for at, row in enumerate(rows):
        filled = [str(c).strip() for c in row]
        if len(filled) == width > 1 and all(filled) and sum(map(is_figure, filled)) < width - 1:
            body = [[str(c) for c in r] for r in rows[at + 1 :] if len(r) == width]
            headings = [(h, "") for h in filled]
            yield from table_of(where, headings, body)
            return


def _sheets(path: Path, name: str) -> Iterator[Table]:
    book = python_calamine.CalamineWorkbook.from_path(path)
    for sheet in book.sheet_names:
        rows = book.get_sheet_by_name(sheet).to_python()
        yield from grid_of([[_cell(c) for c in row] for row in rows], f"{name}: {sheet}")


def _cell(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _html_texts(soup: BeautifulSoup) -> Iterator[str]:
    """Yield the texts of a page outside its tables: sentences, alt texts, labels of drawings."""
    for tag in soup.select("[aria-label]"):
        yield str(tag["aria-label"])
    for tag in soup.find_all(["p", "li", "dd", "desc", "title", "figcaption", "caption", "text"]):
        if tag.find_parent("table") is None or tag.name == "caption":
            yield _words(tag)


def _json_texts(told: Any) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    elif isinstance(told, dict | list):
        for part in told.values() if isinstance(told, dict) else told:
            yield from _json_texts(part)

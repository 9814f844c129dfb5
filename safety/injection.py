"""Section 3: a hostile text stays a text, and a hostile file is refused before it is opened."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError

from safety import planting
from safety.rows import Row
from tests import hostile
from tests.browser import chrome
from tests.intake import corpus
from tests.journeys import test_check_worst
from tests.journeys.conftest import new_area
from toolkit.area import Area
from toolkit.errors import InputError, SettingsError
from toolkit.intake import fictional
from toolkit.intake.schedule import TABLES
from toolkit.intake.sen2_modules import read_modules, write_modules
from toolkit.publish import run, warm

DAY = dt.date(2026, 11, 22)
NAMES = {
    "Bristol, City of": "bristol-city-of", "St. Helens": "st-helens",
    "Kingston upon Hull, City of": "kingston-upon-hull-city-of",
    "Bournemouth, Christchurch and Poole": "bournemouth-christchurch-and-poole",
}  # fmt: skip
# XML can hold no control character, nor half a one.
IN_XML = [p for p in hostile.ALL if not re.search(r"[\x00-\x08\x0b-\x1f\ud800-\udfff]", p)]
# Columns of text with a form of their own: what has another is refused, with row and remedy.
FORMED = {"urn", "ukprn", "line", "postcode", "ages", "needs", "provisions"}
FILE_NAMES = ("=1+1", "<img src=x onerror=alert(1)>", "..", "CON", "$(touch x)",
              "[click](javascript:1)")  # fmt: skip
# Heads of cells that a spreadsheet would run; the quote before them makes text of them.
LIVE = re.compile(r"[=+\-@\t\r＝＋－＠]")
SLOWEST, MOST = 5.0, 150  # seconds and MB that a bomb may cost beyond a clean area
# Prints seconds, peak MB, the exit code and what was said.
MEASURED = """
import resource, subprocess, sys, time
began = time.monotonic()
done = subprocess.run([sys.executable, "-c", "from toolkit.cli import main; main()", "check",
                       sys.argv[1]], capture_output=True, text=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(time.monotonic() - began, peak, done.returncode)
print(done.stdout + done.stderr)
"""


def rows(short: bool) -> Iterator[Row]:
    """Yield the lines of section 3."""
    yield from _names()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        area, tried = hostile_area(home / "areas" / "a", 100 if short else 200)
        before = _files(home)
        chosen = ["00", "11"] if short else None
        with warm.quickest() as way:
            release = run.publish_area(area, home / "out", notebooks=chosen, run_date=DAY, way=way,
                                       parameters=None if short else planting.FEW)  # fmt: skip
        failed = [outcome.number for outcome in release.failures]
        line = f"{len(hostile.ALL)} payloads in every text column and heading, names and file names"
        yield Row(f"{line} ({tried:,} cells): notebooks that fail", str(len(failed)), not failed)
        yield _outside(home, before, release.folder)
        yield from _in_browser(release.folder, home / "bare")
        yield from _formulas(home)
        yield from _bombs(home / "bombs", short)
    yield _source()


def hostile_area(folder: Path, plans: int) -> tuple[Path, int]:
    """Return a fictional area with payloads in every text column and heading, and how many cells.

    Each table has a row for each payload, which stands in all of that row's columns of text.
    """
    fictional.write_fictional_area(folder, plans=plans, form="xml")
    inputs, cells = folder / "inputs", 0
    for path in sorted(inputs.glob("*.csv")):
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        texts = [c.name for c in TABLES[path.stem].columns
                 if c.type in ("text", "id", "code") and c.name in frame]  # fmt: skip
        free = [c.name for c in TABLES[path.stem].columns
                if c.type in ("text", "id") and c.name in frame]  # fmt: skip
        cells += len(hostile.ALL) * len(set(free) - FORMED)
        frame = _with_payloads(frame, free)
        if texts:  # a code that is none is reported, and so may be said
            frame.loc[frame.index[-1], texts] = hostile.ALL[0]
        heads = {f"{payload}": "x" for payload in hostile.ALL}
        frame.assign(**heads).to_csv(path, index=False, encoding="utf-8")
    for path in sorted(inputs.glob("SEN2_*.xml")):
        modules = read_modules([path])
        person = modules.frames["person"]
        texts_of = cycle(IN_XML)
        for column in ("surname", "forename"):
            person[column] = [next(texts_of) for _ in range(len(person))]
        detail = modules.frames["placementdetail"]
        if "sensettingother" in detail:
            detail["sensettingother"] = [next(texts_of) for _ in range(len(detail))]
        cells += 2 * len(person) + len(detail)
        path.unlink()
        write_modules(modules, inputs, "xml", "1.3")
    for number, name in enumerate(FILE_NAMES):
        (inputs / f"{name} {number}.csv").write_text("cake,candles\n1,2\n", encoding="utf-8")
    return folder, cells


def _with_payloads(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return a table with a row more for each payload."""
    if not columns or frame.empty:
        return frame
    more = pd.concat([frame.head(len(hostile.ALL))] * len(hostile.ALL), ignore_index=True)
    more = more.head(len(hostile.ALL)).copy()
    for column in columns:
        if column not in FORMED:
            more[column] = hostile.ALL
    return pd.concat([frame, more], ignore_index=True)


def _names() -> Iterator[Row]:
    """Yield which names of areas are refused, and which work."""
    refused = sum(_is_refused(name) for name in hostile.ALL)
    plain = [name for name in hostile.ALL if not _is_refused(name)]
    slugs = [Area(name=name, la_code="990").slug for name in plain]
    safe = all(re.fullmatch(r"[a-z0-9-]+", slug) for slug in slugs)
    yield Row("payloads as the name of an area: refused, or a plain folder name",
              f"{refused} refused, {len(plain)} plain, of {len(hostile.ALL)}", safe)  # fmt: skip
    right = sum(Area(name=n, la_code="990").slug == slug for n, slug in NAMES.items())
    yield Row("real names with commas, points and spaces work", f"{right} of {len(NAMES)}",
              right == len(NAMES))  # fmt: skip


def _is_refused(name: str) -> bool:
    try:
        Area(name=name, la_code="990")
    except (SettingsError, ValidationError):
        return True
    return False


def _files(home: Path) -> set[str]:
    return {str(p.relative_to(home)) for p in home.rglob("*") if p.is_file()}


def _outside(home: Path, before: set[str], out: Path) -> Row:
    """Return which new files lie outside the output folder and the area's private one."""
    allowed = (f"{out.relative_to(home)}/", "areas/a/private/")
    new = [name for name in _files(home) - before if not name.startswith(allowed)]
    return Row("files outside the output folder and the area's private folder", str(len(new)),
               not new and out.parent == home / "out")  # fmt: skip


def _in_browser(folder: Path, bare: Path) -> Iterator[Row]:
    """Yield what Chromium did with each page, with the policy of the page and without it."""
    bare.mkdir()
    said, pwned, asked, alive, opened, read = 0, 0, 0, 0, 0, set[str]()
    with chrome.started() as browser:
        for path in sorted(folder.glob("*.html")):
            unguarded = bare / path.name
            text = path.read_text("utf-8").replace("Content-Security-Policy", "X-None")
            unguarded.write_text(text, encoding="utf-8")
            for at in (path, unguarded):
                page = chrome.visited(browser, at)
                chrome.unfold(page)
                page.mouse.move(400, 400)
                page.wait_for_timeout(200)
                opened += 1
                said += len(page.said)
                pwned += page.evaluate("window.__pwn") is not None
                asked += len([url for url in page.asked if url != at.as_uri()])
                alive += page.evaluate("document.querySelectorAll('script, iframe, base').length")
                shown = page.evaluate("document.querySelector('main').textContent")
                read |= {payload for payload in hostile.ALL if payload.strip() in shown}
                page.close()
    yield Row("payloads that a reader sees as the text that they are, on some page",
              f"{len(read)} of {len(hostile.ALL)}, the others refused on reading or not shown",
              len(read) > len(hostile.ALL) // 2)  # fmt: skip
    where = f"in {opened} openings in Chromium, half of them without the policy"
    for words, number in (("dialogs", said), ("window.__pwn set", pwned),
                          ("network requests", asked), ("live elements", alive)):  # fmt: skip
        yield Row(f"{words} {where}", str(number), number == 0 and opened > 0)


def _formulas(home: Path) -> Iterator[Row]:
    """Yield how many cells of any workbook or CSV that a run wrote are formulas."""
    books = [p for p in home.rglob("*.xlsx") if "inputs" not in p.parts]
    tables = [p for p in home.rglob("*.csv") if "work" in p.parts or p.is_relative_to(home / "out")]
    live = sum(_formulas_of(book) for book in books)
    yield Row("formulas in workbooks that a run wrote", f"{live} in {len(books)} workbooks",
              live == 0)  # fmt: skip
    alive, cells = 0, 0
    for path in tables:
        for row in csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")):
            cells += len(row)
            alive += sum(bool(LIVE.match(cell)) and not _is_number(cell) for cell in row)
    yield Row("cells of CSV files that a spreadsheet would run", f"{alive} of {cells:,} in "
              f"{len(tables)} files", alive == 0 and cells > 0)  # fmt: skip


def _formulas_of(book: Path) -> int:
    with zipfile.ZipFile(book) as packed:
        sheets = [n for n in packed.namelist() if n.startswith("xl/worksheets/")]
        return sum(len(re.findall(rb"<f[ >]", packed.read(n))) for n in sheets)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _bombs(home: Path, short: bool) -> Iterator[Row]:
    """Yield what each bomb cost beyond a clean area, in words, seconds and memory."""
    clean = new_area(home / "clean")
    corpus.put(clean / "inputs", "plans", corpus.clean("plans"))
    usual_seconds, usual_peak, _, _ = _measured(clean)
    for title, make in _makers().items() if not short else list(_makers().items())[:2]:
        area = new_area(home / title.replace(" ", "_").replace(",", ""))
        make(area / "inputs")
        seconds, peak, code, said = _measured(area)
        more, extra = max(0.0, seconds - usual_seconds), max(0, peak - usual_peak)
        told = code == InputError.exit_code
        yield Row(f"{title}: refused in plain words", f"in {more:.1f} s and {extra:.0f} MB more "
                  f"than a clean area takes ({usual_peak:.0f} MB)",
                  told and "Traceback" not in said and "Left out" in said
                  and more < SLOWEST and extra < MOST)  # fmt: skip


def _makers() -> dict[str, Any]:
    """Return the bombs: what each is called, and what puts it into a folder of inputs."""
    worst = {name: (make, file) for name, make, file, _ in test_check_worst.WORST}
    made = {name: (lambda folder, m=m, f=f: m(folder / f)) for name, (m, f) in worst.items()
            if name in ("an entity of XML", "a billion laughs", "a pickle named csv")}  # fmt: skip
    return {"a workbook of 308 KB that unzips to 122 MB": _workbook_bomb,
            "a cell in the far corner of a sheet": corpus.CORPUS["cell_at_the_far_corner"],
            **made}  # fmt: skip


def _workbook_bomb(folder: Path) -> None:
    """Write a small workbook whose one sheet unzips to 122 MB."""
    with zipfile.ZipFile(folder / "plans.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        row = b'<row r="1"><c t="inlineStr"><is><t>x</t></is></c></row>'
        packed.writestr("xl/worksheets/sheet1.xml", row * (122_000_000 // len(row)))


def _measured(area: Path) -> tuple[float, float, int, str]:
    """Return seconds, peak memory in MB, exit code and words of `toolkit check`."""
    began = time.monotonic()
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", MEASURED, str(area)], capture_output=True, text=True, check=True
    )
    head, _, said = done.stdout.partition("\n")
    seconds, peak, code = head.split()
    return min(float(seconds), time.monotonic() - began), float(peak), int(code), said


def _source() -> Row:
    """Return what of the package would run what a file says: eval, unsafe YAML, other XML."""
    bad = re.compile(r"(?<![\w.])(?:eval|exec)\(|yaml\.(?:unsafe_)?load\(|read_pickle"
                     r"|xml\.etree\.ElementTree import .*parse|xml\.(?:dom|sax)")  # fmt: skip
    package = Path(run.__file__).parents[1]
    found = [p.name for p in package.rglob("*.py") if bad.search(p.read_text("utf-8"))]
    return Row("files of the package with eval, exec, unsafe YAML, read_pickle or plain XML",
               f"{len(found)} {', '.join(found)}".strip(), not found)  # fmt: skip

"""A child's full name, typed into words that reports print: where it is seen, and where not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from safety import canaries, planting
from safety.canaries import CHILDREN, Child
from safety.rows import Row
from toolkit.errors import LeakError
from toolkit.intake.names import CODE
from toolkit.intake.schedule import TABLES
from toolkit.intake.store import open_area
from toolkit.publish import run

PUBLIC = ("establishments", "places")  # names of schools: in a register that anybody may read
FORMS = (
    lambda c: f"{c.forename} {c.surname}",
    lambda c: f"Owner: {c.surname.upper()}, {c.forename} (tbc)",
    lambda c: f"{c.forename}  {c.surname}".lower().replace("'", "’").replace("-", " "),
    lambda c: f"of {c.surname} {c.forename}".replace("'", "").replace("é", "e").replace("ú", "u"),
)
# What may stand there by chance: half of a name, halves of two names, a name torn apart.
OTHERS = (
    lambda c: c.forename, lambda c: f"{c.surname} Road", lambda c: f"{c.forename} Park Primary",
    lambda c: f"{c.forename} and Ms {c.surname}",
)  # fmt: skip
Place = tuple[str, int, str]


def row(home: Path, unreachable: int) -> Row:
    """Return how many typed names are seen at their place and stop a release.

    Args:
        home: A folder to work in.
        unreachable: Shared files that hold a name which no column of names holds.
    """
    area = planting.planted_area(home / "typed", "xml", 100)
    clean = _named(area)
    put = set(_put(area, FORMS))
    seen = _named(area)
    put -= _set_aside(area)
    stopped = _stopped(area, home / "out_typed")
    by_chance = home / "chance"
    planting.planted_area(by_chance, "xml", 100)
    list(_put(by_chance, OTHERS))
    alarms = len(clean) + len(_named(by_chance))
    return Row(
        "a child's full name typed into words that reports print (owner, post, locality), in four "
        "forms: seen at its place, and nothing is published",
        f"{len(put & seen)} of {len(put)} places, {alarms} false alarms; a name that no column of "
        f"names holds cannot be told from a post ({unreachable} files print one)",
        put <= seen and stopped and alarms == 0 and len(put) > 20,
    )


def _named(area: Path) -> set[Place]:
    """Return the places of an area's files at which a name is reported."""
    return {(p.file, p.row or 0, p.column) for p in open_area(area).problems if p.code == CODE}


def _set_aside(area: Path) -> set[Place]:
    """Return the places that are not read, and not printed, for another reason that is said."""
    others = [p for p in open_area(area).problems if p.code != CODE and p.row]
    rows = {(p.file, p.row) for p in others if p.severity == "error"}
    cells = {(p.file, p.row or 0, p.column) for p in others}
    texts = [(f"{t.name}.csv", c.name) for t in TABLES.values() for c in t.columns]
    return cells | {(f, r or 0, c) for f, r in rows for file, c in texts if file == f}


def _stopped(area: Path, out: Path) -> bool:
    """Return whether a release is refused without a file, and without repeating the name."""
    try:
        run.publish_area(area, out, run_date=dt.date(2026, 11, 22))
    except LeakError as error:
        return not out.exists() and not canaries.found_in(error.message)
    return False


def _put(area: Path, forms: tuple) -> Iterator[Place]:
    """Yield where names were put: into each text column of each table, a row for each."""
    count = 0
    for path in sorted((area / "inputs").glob("*.csv")):
        if path.stem not in TABLES or path.stem in PUBLIC:
            continue
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        texts = [c.name for c in TABLES[path.stem].columns if c.type == "text" and c.name in frame]
        for at, column in enumerate(texts[: len(frame)]):
            child: Child = CHILDREN[count % len(CHILDREN)]
            frame.loc[at, column] = forms[count % len(forms)](child)
            yield path.name, at + 2, column
            count += 1
        frame.to_csv(path, index=False, encoding="utf-8")

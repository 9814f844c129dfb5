"""What notebooks need and what an area holds: the frames behind readiness and the data request.

What comes from here may be shown: it holds counts, kinds and rules, never a value of a record
or the name of a file.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files

import pandas as pd

from toolkit import reference
from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose import data_return
from toolkit.intake import rules, schedule
from toolkit.intake.fills import files_for
from toolkit.intake.loaded import Problem
from toolkit.intake.opened import OpenArea

TITLES = {name: table.title for name, table in schedule.TABLES.items()}
OF_PEOPLE = {name for name, table in schedule.TABLES.items() if table.level == "person"}
# Warnings of a file or a column that was passed over as a whole: nothing of it is used.
PASSED_OVER = {
    "file.example", "file.no_table", "heading.blank", "heading.unknown", "published.unknown_file",
}  # fmt: skip
ANY_FILE = ("own files",)


def published_files(area: OpenArea) -> Aggregate:
    """Return the published files that were read: one row a `file` kind, and its `release`."""
    rows = [(s.kind, s.release or "Not stated", s.sha256[:12]) for s in area.released.sources]
    frame = pd.DataFrame(rows, columns=["file", "release", "hash"]).drop_duplicates(
        ["file", "release"]
    )
    return Aggregate(
        frame=frame.reset_index(drop=True),
        universe="Published files",
        dimensions=("file", "release"),
        measures=(Measure("hash", "First digits of its SHA-256", "text"),),
        source="plan",
        sources=("The published files themselves",),
        method="Recognised by their headings, never by their names.",
    )


def of_notebooks() -> pd.DataFrame:
    """Return what each notebook of the playbook can use, one row a notebook and need.

    Returns:
        `number`, `title`, `need` (a table, or "published:" and a frame), `must` (whether it
        cannot run without it) and `one_of` (whether it needs this or another such need).
    """
    rows = []
    for notebook in reference.table("notebooks").itertuples(index=False):
        must, one_of, published = (
            [need for need in str(listed).split(";") if need]
            for listed in (notebook.needs, notebook.needs_any, notebook.published_needs)
        )
        tables = [t.name for t in schedule.TABLES.values() if notebook.number in t.needed_by]
        rows += [
            (notebook.number, notebook.title, need, need in must, need in one_of)
            for need in dict.fromkeys([*published, *must, *one_of, *tables])
        ]
    return pd.DataFrame(rows, columns=["number", "title", "need", "must", "one_of"])


def readiness(area: OpenArea) -> Aggregate:
    """Return how ready each notebook is, as `data_return.readiness` does."""
    wanted = of_notebooks()
    held = [need for need in wanted["need"].unique() if area.has(need)]
    return data_return.readiness(wanted, held, files_for)


def accounts(area: OpenArea) -> pd.DataFrame:
    """Return the account of each part of a file: `table`, `kind`, `file` (a number) and rows."""
    kinds = {s.name: s.kind for s in area.local_sources}
    numbers = {name: i for i, name in enumerate(sorted({a.file for a in area.accounts}))}
    columns = ["table", "kind", "file", "rows_read", "rows_used", "rows_set_aside"]
    rows = [
        (
            a.table,
            kinds.get(a.file, "Other"),
            numbers[a.file],
            a.rows_read,
            a.rows_used,
            a.rows_set_aside,
        )
        for a in area.accounts
    ]
    return pd.DataFrame(rows, columns=columns)


def data_points(area: OpenArea) -> int:
    """Return how many cells of the area's own files hold something, rows set aside left out.

    What the store adds to them, such as the censuses at which a plan was open, does not count.
    """
    own = {name: schedule.TABLES[name].names for name in area.held.tables if name in TITLES}
    return sum(
        int(area.table(name).reindex(columns=columns).notna().to_numpy().sum())
        for name, columns in own.items()
    )


def shared_problems(area: OpenArea) -> pd.DataFrame:
    """Return each problem in general words, one row a problem, with no value of a record.

    Returns:
        `code`, `severity`, `table`, `rule` (what was found) and `remedy`.
    """
    rows = [(p.code, outcome(p), p.table, *in_general(p.code)) for p in area.problems]
    return pd.DataFrame(rows, columns=["code", "severity", "table", "rule", "remedy"])


def outcome(problem: Problem) -> str:
    """Return what became of what a problem is about: a key of `data_return.SEVERITIES`."""
    if problem.severity == "warning" and problem.code in PASSED_OVER:
        return "unused"
    return problem.severity


def in_general(code: str) -> tuple[str, str]:
    """Return what a problem of some code is, and its remedy, without naming any value.

    A code that nobody has put into words is told as one to look up on the analyst's own screen.
    """
    known = _words().get(code)
    if known:
        return known
    rule = rules.RULES.get(code)
    if rule is None:
        return "A problem that `toolkit check` names", "Run toolkit check, and see what it says."
    return _without_places(rule.message), _without_places(rule.remedy)


# What stands for the places of a rule's message where no value may be named, in this order.
IN_PLAIN_WORDS = (
    (r"the (heading|column|identifier) '?\{(value|wanted)\}'?", r"a \1"),
    (r"row \{other\}", "another row"),
    (r"'?\{value\}'?", "a value"),
    (r"\{(count|others)\}", "some"),
    (r"the same \{wanted\}", "the same key"),
    (r"\{(wanted|which)\}", "a column"),
    (r":? ?\{\w+\}", ""),
)


@cache
def _words() -> dict[str, tuple[str, str]]:
    source = files("toolkit.intake").joinpath("problem_words.csv")
    with source.open(encoding="utf-8") as handle:
        return {r["code"]: (f"{r['words']}.", f"{r['remedy']}.") for r in csv.DictReader(handle)}


def _without_places(text: str) -> str:
    """Return a message of the rule table with its places for values filled by plain words."""
    for pattern, plain in IN_PLAIN_WORDS:
        text = re.sub(pattern, plain, text)
    said = text.strip()
    return said[:1].upper() + said[1:]


def faulty(area: OpenArea) -> list[str]:
    """Return the tables of which something could not be used."""
    return sorted({p.table for p in area.problems if p.severity == "error" and p.table})


def held(area: OpenArea) -> list[str]:
    """Return the tables of the schedule that were read, those that are never kept included."""
    return [name for name in schedule.TABLES if area.has(name)]


def tables() -> pd.DataFrame:
    """Return the tables of the schedule: `table`, `title`, `needed_by`, `comes_from`."""
    rows = [
        (t.name, t.title, ", ".join(t.needed_by), t.comes_from) for t in schedule.TABLES.values()
    ]
    return pd.DataFrame(rows, columns=["table", "title", "needed_by", "comes_from"])

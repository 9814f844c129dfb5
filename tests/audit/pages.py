"""Small published folders for the tests of the audit, written by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

Rows = Sequence[Sequence[object]]


def table(caption: str, headings: Sequence[str], rows: Rows) -> str:
    """Return an HTML table whose first column names its rows."""
    head = "".join(f'<th scope="col">{h}</th>' for h in headings)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{c}</td>" for c in row[1:])}</tr>'
        for row in rows
    )
    return (
        f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def folder(path: Path, *parts: str, name: str = "report.html") -> Path:
    """Return a folder with one page of these parts."""
    path.mkdir(parents=True, exist_ok=True)
    (path / name).write_text(f"<!DOCTYPE html><main>{''.join(parts)}</main>", encoding="utf-8")
    return path


NEEDS = ("Autism", "Speech", "Vision", "Hearing", "All")


def needs(*counts: object, caption: str = "EHC plans by need, January 2025") -> str:
    """Return a table of plans by need."""
    return table(caption, ["Need", "EHC plans (people)"], list(zip(NEEDS, counts, strict=True)))


def sexes(rows: Rows, caption: str = "EHC plans by need and sex (EHC plans, people)") -> str:
    """Return a table of plans by need and sex, with totals."""
    return table(caption, ["Need", "Boys", "Girls", "All"], rows)

"""`toolkit audit`: what an outsider could work out of a published folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from toolkit import errors
from toolkit.audit.audit import Audit, Breach, audit
from toolkit.terminal import console

WORDS = {
    "recovered": "can be worked out exactly",
    "narrow": "can be worked out to within a few",
    "told": "is hidden here and shown elsewhere",
    "difference": "differs by a few children from another figure for the same thing",
    "quotient": "gives a count that is small, or misses the one beside it by a few",
    "text": "is named outside the tables",
}
Folder = Annotated[Path, typer.Argument(help="A published folder, as in outputs/exampleshire.")]
Before = Annotated[
    Path | None, typer.Option(help="The folder of an earlier release of the same area.")
]
Known = Annotated[
    Path | None,
    typer.Option(
        "--published", help="The DfE's zip 'Education, health and care plans', as a reader has it."
    ),
]
Threshold = Annotated[int, typer.Option(help="Counts from 1 to this are small.", min=1, max=20)]
Values = Annotated[
    bool, typer.Option(help="Print what was worked out. Private: for your screen only.")
]


def audit_(
    folder: Folder,
    before: Before = None,
    published: Known = None,
    threshold: Threshold = 5,
    values: Values = False,
) -> None:
    """Attack a published folder as an outsider would, and say which hidden figures give way.

    Reads the tables, sentences, alternative texts and exports of the folder, and nothing else.
    Ends with code 6 where a hidden figure can be worked out, or must be small; a range that is
    narrow and reaches beyond what is small is told all the same.

    Example: toolkit audit outputs/exampleshire --before last_month/exampleshire
    """
    for place in (folder, before):
        if place is not None and not place.is_dir():
            raise errors.InputError(
                "it is no folder.", where=place.name, remedy="Name the folder that holds the pages."
            )
    if published is not None and not published.is_file():
        raise errors.InputError(
            "there is no such file.", where=published.name, remedy="Download it from the DfE."
        )
    area = _area(folder) if published is not None else ""
    made = audit(folder, before, published, area, threshold)
    for breach in made.breaches:
        console.print(escape(told(breach, values)))
    console.print(escape(summary(made, before is not None, threshold)))
    if any(b.kind != "narrow" or b.range[1] <= threshold for b in made.breaches):
        raise typer.Exit(errors.DisclosureError.exit_code)


def told(breach: Breach, values: bool) -> str:
    """Return one line for a figure that gives way; its value only where it is asked for."""
    line = f"{breach.where}: {breach.labels} {WORDS[breach.kind]}."
    if not values:
        return line
    low, high = breach.range
    return f"{line} ({low:g})" if low == high else f"{line} ({low:g} to {high:g})"


def summary(made: Audit, has_before: bool, threshold: int) -> str:
    """Return what was tried and what came of it, in a sentence or two."""
    against = "and an earlier release " if has_before else ""
    start = (
        f"{made.tables:,} tables {against}were read: {made.hidden:,} figures are hidden, and "
        f"{made.attacked:,} of them can be narrowed at all."
    )
    if not made.breaches:
        return f"{start} None of 1 to {threshold} can be worked out."
    return f"{start} {len(made.breaches):,} give way."


def _area(folder: Path) -> str:
    """Return the code of the area that a folder reports on."""
    path = folder / "manifest.json"
    if not path.is_file():
        raise errors.InputError(
            "it holds no manifest.json, so its area is unknown.",
            where=folder.name,
            remedy="Name a folder that the toolkit published, or leave --published out.",
        )
    return str(json.loads(path.read_text(encoding="utf-8"))["area"]["la_code"])

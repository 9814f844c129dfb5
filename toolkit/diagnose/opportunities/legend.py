"""The five enablers: their marks beside an opportunity, and the legend that explains them."""

from __future__ import annotations

import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose.opportunities.rows import listed, text


def marks_of(enablers: pd.DataFrame) -> dict[str, str]:
    """Return the mark of each enabler, by every way that it may be written."""
    named = zip(enablers["enabler"], enablers["label"], enablers["mark"], strict=True)
    return {_plain(name): mark for key, label, mark in named for name in (key, label)}


def _plain(name: str) -> str:
    return " ".join(
        name.casefold().replace("&", " and ").replace("behavioral", "behavioural").split()
    )


def marked(named: str, marks: dict[str, str]) -> list[str]:
    """Return the marks of the enablers in a text; one that is not known stands in its own words."""
    return list(dict.fromkeys(marks.get(_plain(name), name) for name in listed(named)))


def count(
    opportunities: pd.DataFrame, enablers: pd.DataFrame, sources: tuple[str, ...]
) -> Aggregate:
    """Return the legend: each of the five enablers, and how many opportunities need it.

    A name that is none of the five has a row of its own, so that it can be mended.
    """
    marks = marks_of(enablers)
    needed = [marked(named, marks) for named in text(opportunities["enablers"])]
    rows = [
        (row.label, row.mark, sum(row.mark in own for own in needed), row.means)
        for row in enablers.itertuples(index=False)
    ]
    known = set(enablers["mark"])
    others = dict.fromkeys(mark for own in needed for mark in own if mark not in known)
    rows += [(o, "", sum(o in own for own in needed), "None of the five") for o in others]
    frame = pd.DataFrame(rows, columns=["enabler", "mark", "opportunities", "means"])
    return Aggregate(
        frame=frame.astype({"opportunities": float}),
        universe="Enablers",
        dimensions=("enabler",),
        measures=(
            Measure("mark", "Mark", "text"),
            Measure("opportunities", "Opportunities that need it", "number"),
            Measure("means", "What it means", "text"),
        ),
        source="plan",
        sources=(*sources, "DBV opportunity matrix"),
        method="An opportunity can need several enablers.",
        not_summed=("enabler",),
    )

"""The findings of the insight report: what many areas say together, in one sentence each."""

from __future__ import annotations

import re
from collections.abc import Mapping

from toolkit.aggregate import Aggregate, Cell
from toolkit.evidence import Finding

STAGE = "Over many areas"


def over_areas(spread: Aggregate, name: str, sentence: str, priority: int) -> Finding:
    """Return a finding on the mean over all areas.

    Args:
        spread: As `groups.spread` returns it.
        name: What follows "50." in its id.
        sentence: Names {mean}, {lower}, {upper} and {areas}.
        priority: Where it comes among the key findings.
    """
    return made(spread, name, sentence, priority, value="mean", group="All")


def made(
    aggregate: Aggregate,
    name: str,
    sentence: str,
    priority: int,
    value: str,
    outcome: str = "",
    **where: str,
) -> Finding:
    """Return a finding on one row of an aggregate; its sentence may name any of its measures.

    The range is that of the measures `low` and `high`, the base that of `base`, `of` or `areas`.
    """
    cells = row(aggregate, sentence, **where)
    known = {m.column for m in aggregate.measures}
    ends = {c: aggregate.cell(c, **where) if c in known else None for c in ("low", "high")}
    base = next((c for c in ("base", "of", "areas") if c in known), None)
    return Finding(
        id=f"50.{name}",
        stage=STAGE,
        sentence=sentence,
        cells=cells,
        value=aggregate.cell(value, **where),
        low=ends["low"],
        high=ends["high"],
        base=aggregate.cell(base, **where) if base else None,
        outcome=outcome,
        priority=priority,
    )


def row(aggregate: Aggregate, sentence: str, **where: str) -> Mapping[str, Cell]:
    """Return the cells of one row that a sentence names by the columns they stand in."""
    places = {piece.split(":")[0] for piece in re.findall(r"\{([^}]*)\}", sentence)}
    return {
        m.column: aggregate.cell(m.column, **where)
        for m in aggregate.measures
        if m.column in places
    }

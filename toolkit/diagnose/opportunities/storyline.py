"""The storyline of a diagnostic on one page: six boxes, and what this area has in each."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose.opportunities.rows import listed

STAGES = {
    "module_1": "Module 1",
    "module_2": "Module 2",
    "module_3": "Module 3",
    "grant": "Grant application",
}
NOTHING, LATER = "Nothing yet", "Comes with a later notebook"


def storyline(
    boxes: pd.DataFrame, held: Mapping[str, bool], called: Mapping[str, str]
) -> Aggregate:
    """Return the six boxes in order, with what the area holds for each and what is to come.

    Args:
        boxes: Reference table `storyline`.
        held: For a table of the schedule, whether the area holds it.
        called: What a table is called for a reader.

    Returns:
        `box` (number and title), `module`, `asks`, `has` and `to_come`.
    """
    rows = []
    for row in boxes.itertuples(index=False):
        wanted = listed(str(row.tables))
        there = [_called(name, called) for name in wanted if held.get(name, False)]
        missing = [_called(name, called) for name in wanted if not held.get(name, False)]
        to_come = "; ".join(missing) if missing else ("" if wanted else LATER)
        module = STAGES[str(row.stage)]
        rows.append(
            (f"{row.box}. {row.title}", module, row.asks, "; ".join(there) or NOTHING, to_come)
        )
    frame = pd.DataFrame(rows, columns=["box", "module", "asks", "has", "to_come"])
    frame["to_come"] = frame["to_come"].replace("", "All of it is there")
    headings = {
        "module": "Stage",
        "asks": "Question",
        "has": "What the area has",
        "to_come": "Still to come",
    }
    return Aggregate(
        frame=frame,
        universe="Storyline of the diagnostic",
        dimensions=("box",),
        measures=tuple(Measure(name, label, "text") for name, label in headings.items()),
        source="plan",
        sources=("The area's own files", "DBV illustrative local authority experience"),
        method="A box has what the area's files hold for it. The stage of each box is the "
        "Toolkit's own reading.",
        not_summed=("box",),
    )


def _called(name: str, called: Mapping[str, str]) -> str:
    said = called.get(name, name)
    return said[:1].upper() + said[1:]

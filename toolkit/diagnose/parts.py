"""Parts of the caseload over time: by need, age, place or whatever else splits it.

Each function takes an `Aggregate` and returns a new one. Nothing here opens a file, draws a
chart or knows which local area it is looking at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from toolkit.aggregate import Aggregate
from toolkit.diagnose import caseload

ONE_JANUARY = (
    "Growth by provision is left out: it takes two Januaries, and one is held. Put the SEN2 return "
    "of another year, or plans.csv, into 'inputs'."
)


def over_time(plans: Aggregate, dimension: str) -> Aggregate:
    """Return plans, shares and growth of each part, first January to last.

    Args:
        plans: Plans by `year` and `dimension`.
        dimension: As in "primary_need".

    Returns:
        As `caseload.change_by` does; where only one January is held, its `plans_last` and
        `share_last` alone. The last row, "All", is the total.
    """
    first, last = caseload.span(plans)
    if first < last:
        return caseload.change_by(plans, dimension, first, last)
    held = caseload.change_by(plans, dimension, last - 1, last)  # all but its first January
    kept = tuple(m for m in held.measures if m.column in ("plans_last", "share_last"))
    return replace(
        held,
        frame=held.frame[[dimension, *(m.column for m in kept)]],
        measures=kept,
        method="One January is held, so that growth cannot be told.",
        period=f"January {last}",
    )


def grows(made: Aggregate) -> bool:
    """Return whether `over_time` could tell growth."""
    return "change" in made.frame


def shown(made: Aggregate, wanted: Sequence[str]) -> list[str]:
    """Return those of the columns wanted that there are."""
    held = {*made.dimensions, *(m.column for m in made.measures)}
    return [column for column in wanted if column in held]

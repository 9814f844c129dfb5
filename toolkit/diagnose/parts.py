"""Parts of the caseload over time: by need, age, place or whatever else splits it.

Each function takes an `Aggregate` and returns a new one. Nothing here opens a file, draws a
chart or knows which local area it is looking at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from toolkit.aggregate import Aggregate
from toolkit.diagnose import caseload, comparators, topics

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


def sound(plans: Aggregate, doubtful: Sequence[int]) -> tuple[Aggregate, str]:
    """Return plans up to the last January that looks right, and what has to be said of them.

    Args:
        plans: Plans by `year` and any dimension.
        doubtful: As `comparators.doubtful_years` returns it; none for local records.
    """
    years = plans.frame["year"]
    until = comparators.sound_until(years, doubtful)
    kept = replace(plans, frame=plans.frame[years.le(until)])
    said = topics.left_out(years, until), topics.caution(doubtful, *caseload.span(kept))
    return kept, " ".join(filter(None, said))


def grows(made: Aggregate) -> bool:
    """Return whether `over_time` could tell growth."""
    return "change" in made.frame


def shown(made: Aggregate, wanted: Sequence[str]) -> list[str]:
    """Return those of the columns wanted that there are."""
    held = {*made.dimensions, *(m.column for m in made.measures)}
    return [column for column in wanted if column in held]

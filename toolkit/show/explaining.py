"""What was hidden in a release and why, in words: numbers of counts, and never a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from toolkit.aggregate import Aggregate, Key
from toolkit.show import words
from toolkit.show.merges import Merge, names

EARLIER = (
    " Counts that differ by 1 to {threshold} from what an earlier release of this area showed are "
    "shown as they were then, with all that rests on them, until they differ by more: the "
    "difference would point at the children whose records have changed."
)
MERGED = (
    " Some categories are shown as one, in every table, chart and sentence, because hiding "
    "counts would not have been enough: what is published, or was in an earlier release, narrows "
    "some of them too far. Merged are, in {told}."
)
Tables = Mapping[str, set[Key]]


def title(aggregate: Aggregate) -> str:
    """Return what a table of counts is called: its universe and how it is split."""
    split = words.listed([words.name(d).lower() for d in aggregate.dimensions])
    return f"{aggregate.universe}, by {split}" if split else aggregate.universe


def rule(threshold: int, rounded_to: int) -> str:
    """Return which counts are hidden, and why.

    Args:
        threshold: Counts from 1 to this are small.
        rounded_to: Shown local counts are rounded to a multiple of this; 1 leaves them.
    """
    told = (
        f"Counts of 1 to {threshold} children or young people that come from local records are "
        f"hidden and marked {words.HIDDEN}. Other counts are hidden with them where a hidden "
        "count could otherwise be worked out by subtraction, and so is every share, rate and "
        "sum of money that rests on a hidden count. So is money of which more than 85% is one "
        "child's. Zeros are shown unless they would give a hidden count away. Published "
        "statistics are shown as published. The counts of plans among them are taken for known to "
        "every reader, whether they are shown or not."
    )
    if rounded_to > 1:
        told += f" Shown local counts are rounded to the nearest {rounded_to}."
    return told


def hidden(tables: Tables, keys: frozenset[Key]) -> str:
    """Return how many counts of a release are hidden, of all that its tables hold."""
    every = set().union(*tables.values())
    number = len(every & keys)
    if not number:
        return " In this release no count had to be hidden."
    return f" In this release {number:,} of {len(every):,} counts are hidden."


def hidden_in(tables: Tables, keys: frozenset[Key]) -> tuple[str, ...]:
    """Return how many counts are hidden in each table, of those that hide any."""
    return tuple(
        f"{name}: {len(held & keys):,} of {len(held):,}"
        for name, held in sorted(tables.items())
        if held & keys
    )


def merged(merges: Sequence[Merge], categories: Mapping[tuple[str, str], Mapping[str, str]]) -> str:
    """Return which categories were merged, where and why; nothing where none were.

    Args:
        merges: What was merged.
        categories: For a universe and a dimension, what its categories are called.
    """
    told = [
        f"'{m.universe}' by {words.name(m.dimension).lower()}: "
        + words.listed(names(m, categories[m.universe, m.dimension]))
        for m in sorted(merges, key=lambda m: (m.universe, m.dimension, m.values))
        if (m.universe, m.dimension) in categories
    ]
    return MERGED.format(told="; ".join(told)) if told else ""

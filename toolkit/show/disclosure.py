"""Nobody is disclosed: which counts of a release are hidden, in every table at once.

Counts of 1 to 5 children (1 to 7 in the NHS profile) that come from local records are hidden,
and so are as many others as it takes that none of them can be worked out by subtraction.
Zeros are shown where they can be. What the DfE publishes is shown as published: hiding it
would protect nobody, and a reader can subtract from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from toolkit.aggregate import Aggregate, Key
from toolkit.errors import DisclosureError
from toolkit.show import words
from toolkit.show.linked import protect_links
from toolkit.show.mask import ROUNDED, THRESHOLDS, Mask, Profile
from toolkit.show.partitions import System, order, protect_partitions
from toolkit.show.protecting import Protected, protect

__all__ = ["Mask", "Profile", "Protected", "Register", "protect"]

RATES = {"%", "per 1,000", "£ per plan"}
SAME = 1e-6  # counts that differ by less are the same


@dataclass
class Register:
    """Every count that a release shows, under the filters that define it."""

    _local: dict[Key, float] = field(default_factory=dict, repr=False)
    _fixed: dict[Key, float] = field(default_factory=dict, repr=False)
    _summed: dict[str, set[str]] = field(default_factory=dict, repr=False)
    _tables: dict[str, set[Key]] = field(default_factory=dict, repr=False)
    _unguarded: set[str] = field(default_factory=set, repr=False)

    def add(self, aggregate: Aggregate) -> None:
        """Take in the counts of an aggregate; adding it again changes nothing.

        Raises:
            DisclosureError: A local count has another value elsewhere in the release.
        """
        if aggregate.source in ("plan", "ledger"):
            return  # a plan holds no people; a ledger was protected in its own release
        table = self._tables.setdefault(_title(aggregate), set())
        self._summed.setdefault(aggregate.universe, set()).update(_summed(aggregate))
        self._unguarded |= set(_unguarded(aggregate))
        for key, value, local in aggregate.counts():
            if local:
                self._add_local(key, value)
                table.add(key)
            elif value >= 0:
                # Two editions of one published count: either would do, so long as the
                # order of adding does not choose.
                self._fixed[key] = min(value, self._fixed.get(key, value))

    def _add_local(self, key: Key, value: float) -> None:
        if abs(self._local.setdefault(key, value) - value) > SAME:
            filters = ", ".join(f"{d} = {v}" for d, v in sorted(key[1])) or "no filters"
            raise DisclosureError(
                f"one count has two values in this release: '{key[0]}' with {filters}.",
                remedy="Give the counts different universes or filters (Measure.where), or "
                "compute them from the same records.",
            )

    def solve(self, profile: Profile = "dfe") -> Mask:
        """Return the mask of the release; the same register always gives the same mask."""
        threshold = THRESHOLDS[profile]
        system = self._system(threshold)
        protect_partitions(system)
        protect_links(system)
        hidden = frozenset(system.hidden)
        return Mask(
            hidden_keys=hidden,
            threshold=threshold,
            rounded_to=ROUNDED[profile],
            explanation=_explain(self._tables, hidden, threshold, ROUNDED[profile]),
            unresolved=tuple(system.unresolved),
            unguarded=tuple(sorted(self._unguarded)),
            known=frozenset(self._local),
            constants=dict(self._fixed),
        )

    def _system(self, threshold: int) -> System:
        """Return the counts as a system with the small ones hidden; differences stay out."""
        local = {k: v for k, v in self._local.items() if v >= 0}
        hidden = {k for k, v in local.items() if 0 < v <= threshold and k not in self._fixed}
        summed = {u: frozenset(d) for u, d in self._summed.items()}
        return System(dict(sorted(local.items(), key=lambda i: order(i[0]))), dict(self._fixed),
                      summed, threshold, hidden)  # fmt: skip


def _summed(aggregate: Aggregate) -> set[str]:
    """Return every dimension, filters of columns included, whose values add up."""
    named = {*aggregate.dimensions, *aggregate.filters}
    named |= {d for m in aggregate.measures for d in (*m.where, *m.where_column)}
    return named - set(aggregate.not_summed)


def _unguarded(aggregate: Aggregate) -> Iterable[str]:
    if aggregate.source == "local":
        for measure in aggregate.measures:
            if measure.unit in RATES and not measure.rests_on:
                yield f"{measure.label} ({_title(aggregate)})"


def _title(aggregate: Aggregate) -> str:
    """Return what a table of counts is called in the explanation: its universe and how split."""
    split = words.listed([words.name(d).lower() for d in aggregate.dimensions])
    return f"{aggregate.universe}, by {split}" if split else aggregate.universe


def _explain(
    tables: Mapping[str, set[Key]], hidden: frozenset[Key], threshold: int, rounded_to: int
) -> str:
    """Return what was hidden and why, table by table, as numbers of counts and never values."""
    rule = (
        f"Counts of 1 to {threshold} children or young people that come from local records are "
        f"hidden and marked {words.HIDDEN}. Other counts are hidden with them where a hidden "
        "count could otherwise be worked out by subtraction, and so is every share, rate and "
        "sum of money that rests on a hidden count. Zeros are shown unless they would give a "
        "hidden count away. Published statistics are shown as published."
    )
    if rounded_to > 1:
        rule += f" Shown local counts are rounded to the nearest {rounded_to}."
    lines = [
        f"{title}: {len(keys & hidden):,} of {len(keys):,}"
        for title, keys in sorted(tables.items())
        if keys & hidden
    ]
    if not lines:
        return f"{rule} In this release no count had to be hidden."
    return f"{rule} Counts hidden in this release: {'; '.join(lines)}."

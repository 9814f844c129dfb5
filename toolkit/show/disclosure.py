"""Nobody is disclosed: which counts of a release are hidden, in every table at once.

Counts of 1 to 5 children (1 to 7 in the NHS profile) that come from local records are hidden,
and so are as many others as it takes that none of them can be worked out by subtraction.
Zeros are shown where they can be. What the DfE publishes is shown as published: hiding it
would protect nobody, and a reader can subtract from it, whether this release shows it or not.
So can they from what an earlier release told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from toolkit.aggregate import Aggregate, Key
from toolkit.errors import DisclosureError
from toolkit.show import explaining, words
from toolkit.show.constants import SAME, constants
from toolkit.show.earlier import Earlier, SeenCount
from toolkit.show.linked import hide_more, protect_links, protect_merged
from toolkit.show.literal import found_by
from toolkit.show.mask import DOMINANT, ROUNDED, THRESHOLDS, Mask, Profile
from toolkit.show.merges import Merge, candidates, with_known_sums, with_sums
from toolkit.show.partitions import protect_partitions
from toolkit.show.protecting import Protected, protect
from toolkit.show.system import Partition, System, order
from toolkit.show.unknowns import in_words

__all__ = ["Mask", "Profile", "Protected", "Register", "protect"]

RATES = {"%", "per 1,000", "£ per plan"}


@dataclass
class Register:
    """Every count that a release shows, under the filters that define it."""

    _local: dict[Key, float] = field(default_factory=dict, repr=False)
    _fixed: dict[Key, float] = field(default_factory=dict, repr=False)
    _looked_up: dict[Key, float] = field(default_factory=dict, repr=False)
    _summed: dict[str, set[str]] = field(default_factory=dict, repr=False)
    _tables: dict[str, set[Key]] = field(default_factory=dict, repr=False)
    _dominated: set[Key] = field(default_factory=set, repr=False)
    _unguarded: set[str] = field(default_factory=set, repr=False)
    _categories: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict, repr=False)
    _unseen: frozenset[Key] = field(default=frozenset(), repr=False)
    _marked: frozenset[Key] = field(default=frozenset(), repr=False)
    _merges: tuple[Merge, ...] = ()

    def add(self, aggregate: Aggregate) -> None:
        """Take in the counts of an aggregate; adding it again changes nothing.

        Raises:
            DisclosureError: A local count has another value elsewhere in the release.
        """
        if aggregate.source in ("plan", "ledger"):
            return  # a plan holds no people; a ledger was protected in its own release
        table = self._tables.setdefault(explaining.title(aggregate), set())
        self._summed.setdefault(aggregate.universe, set()).update(_summed(aggregate))
        self._unguarded |= set(_unguarded(aggregate))
        self._dominated |= set(aggregate.dominated(DOMINANT))
        self._categorise(aggregate)
        for key, value, local in aggregate.counts():
            if local:
                self._add_local(key, value)
                table.add(key)
            elif value >= 0:
                # Two editions of one published count: either would do, so long as the
                # order of adding does not choose.
                self._fixed[key] = min(value, self._fixed.get(key, value))

    def look_up(self, aggregate: Aggregate) -> None:
        """Take in published counts that anybody can look up, though no view shows them."""
        self._summed.setdefault(aggregate.universe, set()).update(_summed(aggregate))
        self._looked_up |= {key: value for key, value, _ in aggregate.counts()}

    def _add_local(self, key: Key, value: float) -> None:
        if abs(self._local.setdefault(key, value) - value) > SAME:
            filters = ", ".join(f"{d} = {v}" for d, v in sorted(key[1])) or "no filters"
            raise DisclosureError(
                f"one count has two values in this release: '{key[0]}' with {filters}.",
                remedy="Give the counts different universes or filters (Measure.where), or "
                "compute them from the same records.",
            )

    def _categorise(self, aggregate: Aggregate) -> None:
        """Remember the categories of each dimension in order, with what they are called."""
        for dimension in aggregate.dimensions:
            named = aggregate.labels.get(dimension, {})
            there = dict.fromkeys(str(v) for v in aggregate.frame[dimension] if str(v) != "All")
            codes = [*(c for c in named if c in there), *(c for c in there if c not in named)]
            found = {c: named.get(c, words.code(c, dimension)) for c in codes}
            before = self._categories.get((aggregate.universe, dimension), {})
            # The longest list; of two as long the one that comes first, whichever was added first.
            if (-len(found), list(found.items())) < (-len(before), list(before.items())):
                self._categories[aggregate.universe, dimension] = found

    def to_merge(self, lost: Sequence[Key | Partition], merges: Sequence[Merge]) -> list[Merge]:
        """Return which categories to merge for what is lost, the most promising first."""
        known = {
            (u, d): list(named)
            for (u, d), named in self._categories.items()
            if d in self._summed.get(u, ())
        }
        return candidates(self._local, self._published, lost, merges, known)

    def merged(
        self,
        aggregates: Sequence[Aggregate],
        merges: Sequence[Merge],
        beside: Sequence[Merge] = (),
        marked: Iterable[Key] = (),
    ) -> Register | None:
        """Return the register of the same release with merged categories.

        The counts that are merged stay in it, though no row shows them.

        Args:
            aggregates: What the release shows, categories merged.
            merges: What was merged.
            beside: What earlier releases merged: a reader knows those sums.
            marked: Counts that a sentence holds a mark for.

        Returns:
            None where some table lacks a category, so that its sum is another.
        """
        whole = with_sums(self._local, [*merges, *(m for m in beside if m not in merges)])
        counts = [(k, v) for a in aggregates for k, v, is_local in a.counts() if is_local]
        if any(abs(whole.get(key, value) - value) > SAME for key, value in counts):
            return None
        made = Register()
        for aggregate in aggregates:
            made.add(aggregate)
        made._categories = self._categories
        made._fixed = with_known_sums(self._fixed, self._local, merges)
        made._looked_up = with_known_sums(self._published, self._local, merges)
        made._marked = frozenset(marked)
        made._unseen = frozenset(whole) - set(made._local) - made._marked
        made._local = {**whole, **made._local}
        made._merges = tuple(merges)
        return made

    def solve(self, profile: Profile = "dfe", earlier: Earlier | None = None) -> Mask:
        """Return the mask of the release; the same register always gives the same mask.

        It holds against a reader of this release, against one who has looked up what is
        published of the area beside it, and against one who takes all of it for true, though
        figures that stay as they were or are published elsewhere may since be others.

        Args:
            profile: Which counts are small, and whether the others are rounded.
            earlier: What earlier releases of the area told: a reader still knows it.
        """
        threshold, past = THRESHOLDS[profile], earlier or Earlier()
        system = self._protected(self.system(threshold, past))
        if self._looked_up and not system.unresolved:
            wiser = self.system(threshold, past, self._published)
            wiser.hidden |= system.hidden & wiser.local.keys() - wiser.fixed.keys()
            wiser = self._protected(wiser)
            system.hidden |= wiser.hidden
            system.unresolved |= wiser.unresolved
        self._hide_from_believers(system)
        kept = dict(system.kept)
        # What anybody knows is no part of the system; here it is a small count all the same.
        told = (system.told | system.fixed.keys()) - self._fixed.keys()
        small = {k for k, v in self._local.items() if k in told and system.is_small(v)}
        small |= {k for k, v in self._local.items()  # a fall is no part of the system
                  if v < 0 and past.treatment(k, v, threshold) == "hidden"}  # fmt: skip
        hidden = frozenset(system.hidden | small) - frozenset(kept)
        return Mask(
            hidden_keys=hidden,
            threshold=threshold,
            rounded_to=ROUNDED[profile],
            explanation=explaining.rule(threshold, ROUNDED[profile])
            + explaining.hidden(self._tables, hidden)
            + explaining.merged(self._merges, self._categories)
            + (explaining.EARLIER.format(threshold=threshold) if past.counts else ""),
            hidden_in=explaining.hidden_in(self._tables, hidden),
            unresolved=tuple(dict.fromkeys(in_words(u) for u in system.unresolved)),
            lost=tuple(system.unresolved),
            unguarded=tuple(sorted(self._unguarded)),
            known=frozenset(self._local),
            constants=dict(self._fixed),
            kept=kept,
            kept_figures=past.figures if kept else {},
        )

    def _hide_from_believers(self, system: System) -> None:
        """Hide more until nobody who takes all that stands there for true is right about a few."""
        if not system.hidden or not (system.kept or self._published):
            return
        # Who knows nothing else, who has the release, and who has looked up all: each once.
        readers = [{}, self._fixed, self._published]
        readers = [r for at, r in enumerate(readers) if r not in readers[:at]]
        while not system.unresolved:
            found = {u: e for known in readers for u, e in found_by(system, known).items()}
            if not found:
                return
            if not hide_more(system, found):
                system.unresolved.update(dict.fromkeys(found))
            self._protected(system)

    def _protected(self, system: System) -> System:
        """Return a system once no attack on it gets through, or what is left is unresolved."""
        protect_partitions(system)
        protect_links(system)
        if self._merges and not system.unresolved:
            protect_merged(system)
        return system

    def seen(self, mask: Mask) -> list[SeenCount]:
        """Return what a release with this mask tells of each local count."""
        return [
            SeenCount(key, value, mask.hidden(key), key in mask.kept)
            for key, value in self._local.items()
            if key not in self._unseen
        ]

    @property
    def summed(self) -> Mapping[str, set[str]]:
        """For each universe, the dimensions whose values add up."""
        return self._summed

    @property
    def _published(self) -> dict[Key, float]:
        """Every published count, whether this release shows it or not."""
        return {**self._looked_up, **self._fixed}

    def system(
        self,
        threshold: int,
        earlier: Earlier | None = None,
        published: Mapping[Key, float] | None = None,
    ) -> System:
        """Return the counts as a system with the small ones hidden; differences stay out.

        Args:
            threshold: Counts from 1 to this are small.
            earlier: What earlier releases of the area told.
            published: The published counts that a reader has; where None, those of this release.
        """
        past = earlier or Earlier()
        shown = self._fixed if published is None else published
        local = {k: v for k, v in self._local.items() if v >= 0}
        how = {k: past.treatment(k, v, threshold) for k, v in local.items()}
        gone = {k: t for k, t in past.counts.items() if k not in local and t.last >= 0}
        every = {**local, **{k: t.last for k, t in gone.items()}}
        summed = {u: past.summed.get(u, frozenset()) | self._summed.get(u, set())
                  for u in {*self._summed, *past.summed}}  # fmt: skip
        in_order = dict(sorted(every.items(), key=lambda i: order(i[0])))
        sure = constants(shown, in_order, self._summed)
        fixed = System(in_order, sure, summed, threshold).public()
        hidden = {k for k, v in local.items() if 0 < v <= threshold and how[k] != "told"}
        hidden |= {k for k, treated in how.items() if treated in ("kept", "hidden")}
        hidden |= {k for k in self._dominated & set(local) if how[k] != "told" and local[k] > 0}
        hidden |= {k for k, told in gone.items() if told.hidden is not None}
        hidden |= {k for k in (self._unseen | self._marked) & set(local) if how[k] != "told"}
        told = {k for k, treated in how.items() if treated == "told"} | set(gone)
        marked = {k for k, t in past.counts.items() if t.hidden is not None}  # the mark is known
        kept = {k: past.counts[k].shown[-1] for k, v in self._local.items()
                if past.treatment(k, v, threshold) == "kept" and k not in fixed}  # fmt: skip
        return System(
            local=in_order,
            fixed=fixed,
            summed=summed,
            threshold=threshold,
            hidden=hidden - set(fixed),
            told=frozenset(told),
            before=frozenset(k for k, treated in how.items() if treated == "hidden"),
            gone=frozenset(gone),
            kept=kept,
            unseen=self._unseen - set(fixed) - marked,
        )


def _summed(aggregate: Aggregate) -> set[str]:
    """Return every dimension, filters of columns included, whose values add up."""
    named = {*aggregate.dimensions, *aggregate.filters}
    named |= {d for m in aggregate.measures for d in (*m.where, *m.where_column)}
    return named - set(aggregate.not_summed)


def _unguarded(aggregate: Aggregate) -> Iterable[str]:
    if aggregate.source == "local":
        for measure in aggregate.measures:
            if measure.unit in RATES and not measure.rests_on:
                yield f"{measure.label} ({explaining.title(aggregate)})"

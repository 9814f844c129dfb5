"""Counts as a system: which of them add up to which, and what a reader could subtract.

A count's key is its universe and its filters. Take one filter away and the counts that differ
in it alone are the parts of the count without it: a partition. Everything here is about
counts; nothing knows of tables, frames or words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from toolkit.aggregate import BETWEEN, MERGED, OTHER_THAN, Key

ADDS_UP = 0.5  # sums of counts that differ by less are the same


def order(key: Key) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return what to sort a key by, so that a solve never depends on the order of adding."""
    return key[0], tuple(sorted(key[1]))


@dataclass(frozen=True)
class Partition:
    """The parts that add up to one count over one dimension.

    Attributes:
        parent: The count that they add up to, shown or not.
        dimension: The dimension that tells them apart; for one of its values and all others
            together it names the value too, as in "locality (North or other)"; so it does for
            values that were merged.
        parts: The counts in it, in a fixed order.
    """

    parent: Key
    dimension: str
    parts: tuple[Key, ...] = field(hash=False)  # the other two tell partitions apart


@dataclass
class System:
    """All counts of a release, and which of them are hidden.

    Attributes:
        local: Counts derived from local records.
        fixed: Counts that anybody can look up; they are never hidden.
        summed: For a universe, the dimensions whose values add up.
        threshold: Counts from 1 to this are small.
        hidden: The counts that no reader sees. It only ever grows.
        told: Local counts that an earlier release showed: hiding them would keep nothing.
        before: Counts that an earlier release hid, or came close to.
        gone: Counts of an earlier release that this one does not hold, as they were then.
        kept: Hidden counts that stay shown as an earlier release had them, with that value.
        unseen: Hidden counts of merged categories: no table has a row, and so a mark, for them.
        virtual: Counts that no table shows, taken in so that they cannot be worked out.
        unresolved: What cannot be protected, in the order found; the values say nothing.
        marks_count: Whether one who believes marks takes each for 1 at least, without exception.
        room: For unseen counts that published figures alone narrow, how wide a range that leaves.
        near: Sums of published and own counts that differ by less are taken for the same.
    """

    local: dict[Key, float] = field(repr=False)
    fixed: Mapping[Key, float] = field(repr=False)
    summed: Mapping[str, frozenset[str]]
    threshold: int
    hidden: set[Key] = field(default_factory=set)
    told: frozenset[Key] = frozenset()
    before: frozenset[Key] = frozenset()
    gone: frozenset[Key] = frozenset()
    kept: Mapping[Key, float] = field(default_factory=dict, repr=False)
    unseen: frozenset[Key] = frozenset()
    virtual: set[Key] = field(default_factory=set)
    unresolved: dict[Key | Partition, None] = field(default_factory=dict)
    marks_count: bool = False
    room: Mapping[Key | Partition, float] = field(default_factory=dict, repr=False)
    near: float = ADDS_UP
    _bare_of: int = -1
    _bare: set[Key] = field(default_factory=set, repr=False)

    def is_small(self, value: float) -> bool:
        """Return whether a count is one that could point at a child."""
        return 0 < value <= self.threshold

    def value(self, key: Key) -> float:
        """Return a count; what is published comes before what local records say."""
        return self.fixed[key] if key in self.fixed else self.local[key]

    def is_known(self, key: Key) -> bool:
        """Return whether a reader knows a count. What nobody shows may still be published."""
        return key not in self.hidden

    @cached_property
    def partitions(self) -> list[Partition]:
        """Every partition that holds a local count and can be right, in a fixed order."""
        counts = {*self.local, *self.fixed}
        groups: dict[tuple[Key, str], list[Key]] = defaultdict(list)
        merged: list[tuple[Key, str, str]] = []
        for key in sorted(counts, key=order):
            universe, filters = key
            summed = self.summed.get(universe, frozenset())
            for pair in filters:
                parent = universe, filters - {pair}
                if pair[0].startswith(OTHER_THAN):
                    dimension, one = pair[0].removeprefix(OTHER_THAN), pair[1]
                    beside = universe, parent[1] | {(dimension, one)}
                    both = [beside, key] if beside in counts else [key]
                    groups[parent, f"{dimension} ({one} or other)"] = both
                elif pair[0] in summed and pair[1].startswith(MERGED):
                    merged.append((key, *pair))
                elif pair[0] in summed:
                    groups[parent, pair[0]].append(key)
        groups |= _of_merged(merged, groups)
        made = [
            Partition(parent, dimension, tuple(parts))
            for (parent, dimension), parts in sorted(
                groups.items(), key=lambda g: (order(g[0][0]), g[0][1])
            )
        ]
        return [p for p in made if self._can_hold(p)]

    def _can_hold(self, partition: Partition) -> bool:
        """Return whether a partition holds a local count, and any published ones add up with it."""
        own = [k in self.local for k in (partition.parent, *partition.parts)]
        is_counted = partition.parent in self.local or partition.parent in self.fixed
        return any(own) and (all(own) or not is_counted or self._adds_up(partition))

    @cached_property
    def partitions_of(self) -> dict[Key, list[Partition]]:
        """For each count, the partitions that it stands in, as a part or as the whole."""
        found: dict[Key, list[Partition]] = defaultdict(list)
        for partition in self.partitions:
            for key in (partition.parent, *partition.parts):
                found[key].append(partition)
        return found

    @property
    def bare(self) -> set[Key]:
        """The parts of shown wholes of which no part is shown: any of their marks may hide a 0."""
        if self._bare_of != len(self.hidden):  # what is hidden only ever grows
            marked = self.hidden - set(self.kept)
            shown = {*self.local, *self.fixed} - marked
            rows = [p.parts for p in self.partitions if len(p.parts) > 1 and p.parent in shown]
            self._bare = {k for parts in rows if marked.issuperset(parts) for k in parts}
            self._bare_of = len(self.hidden)
        return self._bare

    def public(self) -> dict[Key, float]:
        """Return the fixed counts, and those that follow from them by adding or subtracting."""
        found, waiting = dict(self.fixed), list(self.partitions) if self.fixed else []
        while True:
            left = []
            for partition in waiting:
                keys = (partition.parent, *partition.parts)
                missing = [k for k in keys if k not in found]
                is_split = any(k in found for k in partition.parts)  # and not by own records alone
                if len(missing) == 1 and is_split and self._adds_up(partition):
                    found[missing[0]] = self.value(missing[0])
                elif missing:
                    left.append(partition)
            if len(left) == len(waiting):
                return found
            waiting = left

    def _adds_up(self, partition: Partition) -> bool:
        """Return whether the parts of a partition come to its whole, where both are counted."""
        keys = (partition.parent, *partition.parts)
        if not all(k in self.local or k in self.fixed for k in keys):
            return False
        parts = sum(self.value(k) for k in partition.parts)
        return abs(parts - self.value(partition.parent)) < self.near

    def rest(self, partition: Partition) -> float:
        """Return what the shown parts leave of their local whole: nobody shows it.

        It is 0 where the whole is not shown, where parts are published alone, since they add
        up, and where all of it is published, since the rest then is too.
        """
        whole = self.local.get(partition.parent)
        keys = (partition.parent, *partition.parts)
        if whole is None or any(k not in self.local for k in partition.parts):
            return 0.0
        if all(k in self.fixed for k in keys):
            return 0.0
        if self.is_past(partition):
            whole = self.kept[partition.parent]
        left = whole - sum(self.value(k) for k in partition.parts)
        return max(round(left, 6), 0.0)

    def is_past(self, partition: Partition) -> bool:
        """Return whether its parts and its whole are both as an earlier release had them."""
        return partition.parent in self.kept and self.gone.issuperset(partition.parts)

    def may_hide(self, key: Key) -> bool:
        """Return whether hiding a count would keep anything from a reader."""
        is_ours = key in self.local and key not in self.fixed
        return is_ours and key not in self.hidden and key not in self.told

    def show_virtually(self, key: Key, value: float) -> None:
        """Take in a count that no table shows, as hidden, so that it cannot be worked out."""
        self.local[key] = value
        self.hidden.add(key)
        self.virtual.add(key)
        for cached in ("partitions", "partitions_of"):
            self.__dict__.pop(cached, None)


def _of_merged(
    merged: Iterable[tuple[Key, str, str]], groups: Mapping[tuple[Key, str], list[Key]]
) -> dict[tuple[Key, str], list[Key]]:
    """Return the parts of each merged count, and it as a part beside those that are not in it."""
    found: dict[tuple[Key, str], list[Key]] = {}
    for key, dimension, code in merged:
        universe, filters = key
        parent = universe, filters - {(dimension, code)}
        within = {(universe, parent[1] | {(dimension, value)}) for value in members(code)}
        apart = groups.get((parent, dimension), [])
        if inside := [k for k in apart if k in within]:
            found[key, f"{dimension} ({code})"] = inside
        found[parent, f"{dimension} ({code} or other)"] = [
            key, *(k for k in apart if k not in within)
        ]  # fmt: skip
    return found


def members(code: str) -> list[str]:
    """Return the values that a merged value holds together; none for any other value."""
    return code.removeprefix(MERGED).split(BETWEEN) if code.startswith(MERGED) else []


def describe(partition: Partition) -> str:
    """Return a partition in words, without its values."""
    universe, filters = partition.parent
    fixed = ", ".join(f"{d} {v}" for d, v in sorted(filters))
    return f"{universe}, by {partition.dimension}" + (f" ({fixed})" if fixed else "")

"""Categories shown as one, where hiding alone cannot protect the counts of a release.

What the fact of a merge tells: some count among the merged categories was small, and what is
published or was told before would have narrowed its range. It does not tell which of them, nor
which category is the larger: they are taken in an order that anybody can look up, rarest first
by the published counts, or neighbours in the order of the labels; never by the local counts.
By those a reader could bound them: of two merged because each holds fewer than the 6 of a third,
with 11 together, each would be 5 or 6. The counts of the merged categories stay in the system
as counts that no row shows, so that no other figure gives them away.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from toolkit.aggregate import BETWEEN, MERGED, OTHER_THAN, Key
from toolkit.show import words
from toolkit.show.system import Partition, members

FEWEST = 3  # categories that a merge must find: two are left
IN_ORDER = ("age", "band", "quarter", "month", "year", "week", "phase")  # in a dimension's name
Groups = Mapping[tuple[str, str], Sequence[tuple[str, ...]]]


@dataclass(frozen=True)
class Merge:
    """Categories of one dimension that a release shows as one, in all tables of a universe.

    Attributes:
        universe: What is counted.
        dimension: The dimension.
        values: The categories, as codes, sorted.
    """

    universe: str
    dimension: str
    values: tuple[str, ...]

    @property
    def code(self) -> str:
        """The code of the category that holds them all."""
        return MERGED + BETWEEN.join(self.values)

    def holds(self, filters: Iterable[tuple[str, str]]) -> bool:
        """Return whether filters single out one of the categories."""
        return any(d == self.dimension and v in self.values for d, v in filters)

    def key(self, key: Key) -> Key:
        """Return the key of the merged count that holds a count; the key itself where none does."""
        universe, filters = key
        if universe != self.universe:
            return key
        held = {(d, v) for d, v in filters if d == self.dimension and v in self.values}
        return (universe, filters - held | {(self.dimension, self.code)}) if held else key


def names(merge: Merge, labels: Mapping[str, str]) -> list[str]:
    """Return what the merged categories are called, in the order of their labels."""
    order = {code: at for at, code in enumerate(labels)}
    values = sorted(merge.values, key=lambda v: (order.get(v, len(order)), v))
    return [labels.get(v, words.code(v, merge.dimension)) for v in values]


def earlier_merges(keys: Iterable[Key]) -> list[Merge]:
    """Return every merge that earlier releases told of, those of most categories first."""
    found = {
        Merge(universe, d, tuple(members(v)))
        for universe, filters in keys
        for d, v in filters
        if v.startswith(MERGED)
    }
    return sorted(found, key=lambda m: (-len(m.values), m.universe, m.dimension, m.values))


def apart(merges: Iterable[Merge]) -> list[Merge]:
    """Return merges that share no category, of those that do the first."""
    made: list[Merge] = []
    for merge in merges:
        made = made if any(_overlap(merge, m) for m in made) else [*made, merge]
    return made


def with_sums(counts: Mapping[Key, float], merges: Sequence[Merge]) -> dict[Key, float]:
    """Return counts with those of merged categories: the sums of what they hold."""
    every = dict(counts)
    for merge in merges:
        sums: dict[Key, float] = defaultdict(float)
        for key, value in every.items():
            if (whole := merge.key(key)) != key:
                sums[whole] += value
        every |= sums
    return every


def with_known_sums(
    fixed: Mapping[Key, float], local: Iterable[Key], merges: Sequence[Merge]
) -> dict[Key, float]:
    """Return published counts with those sums of which all parts are published."""
    known, every = dict(fixed), {*fixed, *local}
    for merge in merges:
        parts: dict[Key, list[Key]] = defaultdict(list)
        for key in every:
            if (whole := merge.key(key)) != key:
                parts[whole].append(key)
        every |= set(parts)
        known |= {w: sum(known[k] for k in p) for w, p in parts.items() if known.keys() >= set(p)}
    return known


def added(merges: Sequence[Merge], merge: Merge) -> list[Merge]:
    """Return merges with one more; it takes in those that share a category with it."""
    shared = [m for m in merges if _overlap(m, merge)]
    values = {v for m in (*shared, merge) for v in m.values}
    whole = Merge(merge.universe, merge.dimension, tuple(sorted(values)))
    return [*(m for m in merges if m not in shared), whole]


def candidates(
    local: Iterable[Key],
    fixed: Mapping[Key, float],
    lost: Sequence[Key | Partition],
    merges: Sequence[Merge],
    labelled: Mapping[tuple[str, str], Sequence[str]],
) -> list[Merge]:
    """Return what to merge for counts that cannot be protected, the most promising first.

    Args:
        local: Every local count.
        fixed: The published counts.
        lost: What cannot be protected.
        merges: What is merged already.
        labelled: For a universe and a dimension that adds up, its categories in order.
    """
    affected, hits = _affected(lost)
    held = {(universe, *pair) for universe, filters in local for pair in filters}
    found = []
    for (universe, dimension), values in affected.items():
        known = labelled.get((universe, dimension), ())
        order = _in_order([v for v in known if (universe, dimension, v) in held], dimension)
        groups = [m for m in merges if (m.universe, m.dimension) == (universe, dimension)]
        if len(order) - sum(len(m.values) - 1 for m in groups) < FEWEST:
            continue
        rare = [] if is_ordered(dimension) else _rarest_first(order, universe, dimension, fixed)
        picked = _prefix(rare, values, groups) if rare else _neighbours(order, values, groups)
        if picked and len(picked) < len(order):
            rank = (-hits[universe, dimension], -len(order), universe, dimension)
            found.append((rank, Merge(universe, dimension, tuple(sorted(picked)))))
    return [merge for _, merge in sorted(found, key=lambda f: f[0])]


def is_ordered(dimension: str) -> bool:
    """Return whether the categories of a dimension come in an order, as ages do."""
    return any(word in dimension for word in IN_ORDER)


def _in_order(categories: Sequence[str], dimension: str) -> list[str]:
    """Return the categories of a dimension; those that all hold a number by it, as ages."""
    numbers = {c: found for c in categories if (found := re.search(r"\d+", c))}
    if not is_ordered(dimension) or len(numbers) < len(categories):
        return list(categories)
    below = {c: c.lower().startswith("under") for c in categories}
    return sorted(categories, key=lambda c: (int(numbers[c].group()), not below[c]))


def _affected(
    lost: Iterable[Key | Partition],
) -> tuple[dict[tuple[str, str], set[str]], Counter[tuple[str, str]]]:
    """Return the categories in which counts are lost, by universe and dimension, and how often."""
    affected: dict[tuple[str, str], set[str]] = defaultdict(set)
    hits: Counter[tuple[str, str]] = Counter()
    for one in lost:
        universe, filters = one.parent if isinstance(one, Partition) else one
        pairs = set(filters)
        if isinstance(one, Partition):
            pairs |= {p for _, f in one.parts for p in f if p[0] == one.dimension}
        for dimension, value in pairs:
            if not dimension.startswith(OTHER_THAN):
                affected[universe, dimension] |= set(members(value) or [value])
        hits.update({(universe, dimension) for dimension, _ in pairs})
    return affected, hits


def _rarest_first(
    order: Sequence[str], universe: str, dimension: str, fixed: Mapping[Key, float]
) -> list[str]:
    """Return categories by their published counts; none where not all have one."""
    known: dict[str, float] = defaultdict(float)
    for (of, filters), value in fixed.items():
        if of == universe:
            for d, v in filters:
                if d == dimension:
                    known[v] += value
    if not set(order) <= set(known):
        return []
    return sorted(order, key=lambda v: (known[v], v))


def _prefix(rare: Sequence[str], values: set[str], groups: Sequence[Merge]) -> list[str]:
    """Return the rarest categories, as many as hold an affected one, and one more than before."""
    first = next((at for at, v in enumerate(rare) if v in values), len(rare))
    before = max((len(m.values) for m in groups), default=1)
    return list(rare[: max(first + 1, before + 1)])


def _neighbours(order: Sequence[str], values: set[str], groups: Sequence[Merge]) -> list[str]:
    """Return the first affected category, with all it is merged with, and its neighbour."""
    places = [at for at, v in enumerate(order) if v in values]
    if not places:
        return []
    with_it = next((m.values for m in groups if order[places[0]] in m.values), ())
    inside = [at for at, v in enumerate(order) if v in with_it] or [places[0]]
    beside = max(inside) + 1 if max(inside) + 1 < len(order) else min(inside) - 1
    return [order[at] for at in sorted({*inside, beside})] if beside >= 0 else []


def _overlap(one: Merge, other: Merge) -> bool:
    same = (one.universe, one.dimension) == (other.universe, other.dimension)
    return same and bool(set(one.values) & set(other.values))

"""Which published counts a reader can take for an area's own."""

from __future__ import annotations

from collections.abc import Mapping, Set

from toolkit.aggregate import Key

SAME = 1e-6  # counts that differ by less are the same

Counts = Mapping[Key, float]
Kind = tuple[str, frozenset[str], frozenset[tuple[str, str]]]  # universe, dimensions, the year


def constants(published: Counts, own: Counts, summed: Mapping[str, Set[str]]) -> dict[Key, float]:
    """Return those of some published counts that a reader can take for the area's own.

    Where own counts differ anywhere from the published ones of their kind, as records that were
    put right since do, nobody can tell which of the others, or of what splits them further, are
    still the same. What is published as all of a sure count is as sure, whatever stands beside.

    Args:
        published: The published counts.
        own: The area's own.
        summed: For a universe, the dimensions whose values add up; the others tell years apart.
    """
    kinds = {key: _kind(key, summed) for key in published}
    apart = {kinds[k] for k, v in published.items() if abs(own.get(k, v) - v) > SAME}
    doubtful = {kind for kind in kinds.values() if any(_splits(kind, other) for other in apart)}
    sure = {k: v for k, v in published.items() if kinds[k] not in doubtful}
    same = {k: v for k, v in published.items() if abs(own.get(k, v) - v) <= SAME}
    return sure | {k: v for k, v in same.items() if _is_all_of_one(k, v, sure)}


def _kind(key: Key, summed: Mapping[str, Set[str]]) -> Kind:
    """Return what a count shares with those beside it: what splits them, and the year."""
    universe, filters = key
    year = frozenset(pair for pair in filters if pair[0] not in summed.get(universe, ()))
    return universe, frozenset(d for d, _ in filters), year


def _splits(kind: Kind, other: Kind) -> bool:
    """Return whether counts of a kind are parts of those of another, or are of the same."""
    return kind[0] == other[0] and kind[1] >= other[1] and kind[2] == other[2]


def _is_all_of_one(key: Key, value: float, sure: Counts) -> bool:
    universe, filters = key
    wholes = [(universe, filters - {pair}) for pair in filters]
    return any(abs(sure.get(w, -1) - value) <= SAME for w in wholes)

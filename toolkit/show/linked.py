"""What a reader could work out from all the counts of a release together.

Partitions that are safe one by one can still give a count away together: where two rows and
two columns share their hidden counts, what one of them hides besides follows. Three attacks
are tried here, the cheapest first, and more is hidden until none gets through: narrowing the
range of each small count equation by equation, solving the equations exactly, and finding
the range of each small count by linear programming over all equations at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from toolkit.aggregate import Key
from toolkit.show import ranges
from toolkit.show.partitions import Partition, System, order, protect_partitions, to_merge
from toolkit.show.ranges import Programme, binding
from toolkit.show.unknowns import (
    Equation,
    Unknown,
    all_equations,
    components,
    in_all,
    in_words,
    is_sensitive,
    least,
    sort_by,
)

PINNED = 1e-7  # how near to 1 a unit vector's part in the row space must be to be all of it


def protect_links(system: System) -> None:
    """Hide more until no attack on all counts together gets through."""
    safe: set[Unknown] = set()  # hiding more never narrows a range, so these stay safe
    while given_away := weak_counts(system, safe):
        chosen = _next_to_hide(system, given_away)
        if not chosen:
            # A correction with nothing left to hide stands among figures that were told before.
            lost = [u for u in given_away if u not in system.kept]
            system.unresolved.update({in_words(u): _mended_by(system, u) for u in lost})
            return
        system.hidden.update(chosen)
        protect_partitions(system, [p for k in chosen for p in system.partitions_of[k]])


def _mended_by(system: System, unknown: Unknown) -> str:
    """Return what would let a count be protected, in words."""
    if isinstance(unknown, Partition):
        return to_merge(system, unknown)
    inside = [p for p in system.partitions_of[unknown] if unknown in p.parts]
    least_parts = min(inside, key=lambda p: len(p.parts), default=None)
    if least_parts is None:
        return f"leave {in_words(unknown)} out"
    return to_merge(system, least_parts)


def weak_counts(system: System, safe: set[Unknown]) -> dict[Unknown, list[Equation]]:
    """Return the sensitive counts that the release pins down, or leaves too narrow a range.

    Each comes with the equations that it stands in a group with, in a fixed order. Those that
    the last attack does not get at are added to `safe`, and are not tried again.
    """
    found: dict[Unknown, list[Equation]] = {}
    for equations in components(all_equations(system)):
        small = {u for u in in_all(equations) if is_sensitive(system, u)} - safe
        if small:
            found |= dict.fromkeys(_weak(system, equations, small, safe), equations)
    return dict(sorted(found.items(), key=lambda item: sort_by(item[0])))


def _weak(
    system: System, equations: Sequence[Equation], small: set[Unknown], safe: set[Unknown]
) -> set[Unknown]:
    """Return the small counts that the first attack to succeed gets at."""
    cramped = {u for e in equations if _is_cramped(system, e) for u in e.parts}
    low, high = bounds(system, equations)
    squeezed = {u for u in small - cramped if high[u] - low[u] < system.threshold}
    # A range of no width is found by the last attack too, but not for what it leaves out.
    exact = small & cramped
    if weak := squeezed | (exact & pinned(equations) if exact else set()):
        return weak
    weak = ranges.narrow(system, equations, sorted(small - cramped, key=sort_by))
    safe |= small - weak
    return weak


def _is_cramped(system: System, equation: Equation) -> bool:
    """Return whether a published whole is itself so small that no part can range wider."""
    return equation.whole is None and equation.known - len(equation.parts) < system.threshold


def pinned(equations: Sequence[Equation]) -> set[Unknown]:
    """Return the unknowns that the equations alone determine.

    An unknown is determined where its unit vector lies in the row space of the equations.
    """
    unknowns = in_all(equations)
    at = {u: i for i, u in enumerate(unknowns)}
    matrix: npt.NDArray[np.float64] = np.zeros((len(equations), len(unknowns)))
    for row, equation in enumerate(equations):
        for unknown, sign in equation.terms:
            matrix[row, at[unknown]] += sign
    _, sizes, rows = np.linalg.svd(matrix, full_matrices=False)
    inside = (rows[sizes > PINNED] ** 2).sum(axis=0)
    return {u for u, share in zip(unknowns, inside, strict=True) if share > 1 - PINNED}


def bounds(
    system: System, equations: Sequence[Equation]
) -> tuple[dict[Unknown, float], dict[Unknown, float]]:
    """Return the lowest and highest value of each unknown, narrowed equation by equation."""
    low = {u: least(system, u) for u in in_all(equations)}
    high = dict.fromkeys(low, np.inf)
    moved = True
    while moved:
        moved = sum(_narrow(equation, low, high) for equation in equations) > 0
    return low, high


def _narrow(equation: Equation, low: dict[Unknown, float], high: dict[Unknown, float]) -> bool:
    """Narrow the ranges of one equation's unknowns; return whether any of them moved."""
    moved = False
    for unknown, sign in equation.terms:
        others = [(u, s) for u, s in equation.terms if u != unknown]
        fewest = sum(low[u] if s > 0 else -high[u] for u, s in others)
        most = sum(high[u] if s > 0 else -low[u] for u, s in others)
        ends = sorted((sign * (equation.known - fewest), sign * (equation.known - most)))
        if ends[0] > low[unknown] + PINNED or ends[1] < high[unknown] - PINNED:
            low[unknown], high[unknown] = max(low[unknown], ends[0]), min(high[unknown], ends[1])
            moved = True
    return moved


def _next_to_hide(system: System, given_away: Mapping[Unknown, list[Equation]]) -> list[Key]:
    """Return what to hide next for each count that is given away: the smallest that helps.

    First comes what stands in an equation that binds one of its ends, then what is near it;
    a zero only where nothing else is left.
    """
    programmes = {id(e): Programme(system, e) for e in given_away.values()}
    chosen: dict[Key, None] = {}
    for unknown, equations in given_away.items():
        binds = binding(programmes[id(equations)], unknown)
        key = _smallest(system, binds, zeros=False)
        key = key or _nearest(system, unknown, zeros=False)
        key = key or _nearest(system, unknown, zeros=True)
        if key is not None:
            chosen[key] = None
    return list(chosen)


def _smallest(system: System, partitions: Sequence[Partition], *, zeros: bool) -> Key | None:
    """Return the smallest count of some partitions that may be hidden."""
    keys = {k for p in partitions for k in (*p.parts, p.parent) if system.may_hide(k)}
    kept = [k for k in keys if zeros or system.value(k) > 0]
    return min(kept, key=lambda k: (system.value(k), order(k)), default=None)


def _nearest(system: System, unknown: Unknown, *, zeros: bool) -> Key | None:
    """Return the smallest count that may be hidden, of the partitions nearest to an unknown."""
    near = [unknown] if isinstance(unknown, Partition) else system.partitions_of[unknown]
    seen: set[Partition] = set()
    while near:
        if (key := _smallest(system, near, zeros=zeros)) is not None:
            return key
        seen.update(near)
        linked = (k for p in near for k in (*p.parts, p.parent) if k in system.hidden)
        near = list(
            dict.fromkeys(p for k in linked for p in system.partitions_of[k] if p not in seen)
        )
    return None

"""What a reader could work out from all the counts of a release together.

Partitions that are safe one by one can still give a count away together: where two rows and
two columns share their hidden counts, what one of them hides besides follows. Three attacks
are tried here, the cheapest first, and more is hidden until none gets through: narrowing the
range of each small count equation by equation, solving the equations exactly, and finding
the range of each small count by linear programming over all equations at once. Where counts
stay as an earlier release had them, each is tried by two readers: one who doubts those counts,
and one who believes them and adds up what stands there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from toolkit.aggregate import Key
from toolkit.show import ranges
from toolkit.show.partitions import protect_partitions
from toolkit.show.ranges import Programme, binding
from toolkit.show.readers import believed, contradicts, doubted
from toolkit.show.system import Partition, System, order
from toolkit.show.unknowns import (
    Equation,
    Unknown,
    all_equations,
    components,
    floors,
    in_all,
    is_sensitive,
    sort_by,
)

Safe = set[tuple[str, Unknown]]  # by reader: counts that are safe from them

ONE_MORE = 1 - 1e-6  # the width of a range that leaves two whole numbers
PINNED = 1e-7  # how near to 1 a unit vector's part in the row space must be to be all of it


def protect_links(system: System) -> None:
    """Hide more until no attack on all counts together gets through."""
    # Hiding more never narrows a range, so these stay safe; others would stay weak whatever.
    safe = {("doubting", u) for u in _beyond_help(system)}
    system.room = _room(system)
    while given_away := weak_counts(system, safe):
        if not hide_more(system, given_away):
            return


def hide_more(system: System, given_away: Mapping[Unknown, list[Equation]]) -> bool:
    """Hide more around counts that are given away; return False where nothing is left to hide."""
    chosen = _next_to_hide(system, given_away)
    if chosen:
        system.hidden.update(chosen)
        protect_partitions(system, [p for k in chosen for p in system.partitions_of[k]])
        return True
    # With nothing left to hide, corrections and what was hidden before stand among figures
    # that were told before.
    lost = [u for u in given_away if u not in system.kept and u not in system.before]
    system.unresolved.update(dict.fromkeys(lost))
    return False


def _beyond_help(system: System) -> set[Unknown]:
    """Return the kept counts that figures told before settle, even with all else hidden."""
    if not system.kept:
        return set()
    most = _with_all_hidden(system)
    settled = set[Unknown]()
    for equations in components(doubted(most, all_equations(most))):
        kept = {u for u in in_all(equations) if u in most.kept}
        settled |= ranges.narrow(most, equations, sorted(kept, key=sort_by)) if kept else set()
    return settled


def _with_all_hidden(system: System) -> System:
    open_ones = {k for k in system.local if system.may_hide(k)}
    return replace(system, hidden=system.hidden | open_ones)


def _room(system: System) -> dict[Unknown, float]:
    """Return how wide a range published figures leave of small unseen counts, where it is narrow.

    With no row of their own nothing that is shown need tell more of them than this does. One
    of which only a single value is left has no room: it stays to be protected.
    """
    small = {k for k in system.unseen & system.hidden if system.is_small(system.value(k))}
    most = _with_all_hidden(system)
    found: dict[Unknown, float] = {}
    for equations in components(doubted(most, all_equations(most))) if small else ():
        asked = [u for u in in_all(equations) if u in small]
        narrow = ranges.narrow(most, equations, sorted(asked, key=sort_by)) if asked else set()
        if narrow:
            programme = Programme(equations, floors(most, equations))
            wide = dict.fromkeys(sorted(narrow, key=sort_by), np.inf)
            ends = programme.narrow(wide)
            found |= {u: high - low for u, (low, high) in ends.items() if high - low >= ONE_MORE}
    return found


def protect_merged(system: System) -> None:
    """Name what a release with merged categories leaves too narrow for the strictest reader.

    That is one who takes every mark for 1 at least, whatever it hides. Merging is for the hardest
    cases, which are those of few children: there marks stand on zeros, and rows that cannot be
    wider stand beside others that then are not either.
    """
    strict = replace(system, hidden=system.hidden, marks_count=True)
    every = all_equations(strict)
    known = believed(strict, every) if strict.kept else [replace(e, believed=True) for e in every]
    for equations in components(known):
        asked = [u for u in in_all(equations) if _is_asked(strict, u)]
        holds = not asked or can_hold(strict, equations)
        weak = ranges.narrow(strict, equations, sorted(asked, key=sort_by)) if holds else asked
        system.unresolved.update(dict.fromkeys(sorted(weak, key=sort_by)))


def _is_asked(system: System, unknown: Unknown) -> bool:
    """Return whether a hidden count is small, and is not shown as an earlier release had it."""
    if isinstance(unknown, Partition) or unknown in system.kept:
        return False
    fewest = 1 if unknown in system.unseen else 0  # a mark on a zero is a mark
    return fewest <= system.value(unknown) <= system.threshold


def weak_counts(system: System, safe: Safe) -> dict[Unknown, list[Equation]]:
    """Return the sensitive counts that the release pins down, or leaves too narrow a range.

    Two readers try: one who doubts every figure that an earlier release showed too, and one
    who believes it. Each count comes with the equations that it stands in a group with, in a
    fixed order. Those that the last attack does not get at are added to `safe`, and are not
    tried again.
    """
    found: dict[Unknown, list[Equation]] = {}
    every = all_equations(system)
    readers = {"doubting": doubted(system, every), "believing": believed(system, every)}
    for reader, known in readers.items():
        sure = {u for who, u in safe if who == reader}
        for equations in components(known):
            small = {u for e in equations for u, _ in e.terms if is_sensitive(system, u, e)} - sure
            weak = _weak_to(system, equations, small, sure) if small else set()
            found = {**dict.fromkeys(weak, equations), **found}
        safe |= {(reader, u) for u in sure}
    return dict(sorted(found.items(), key=lambda item: sort_by(item[0])))


def _weak_to(
    system: System, equations: Sequence[Equation], small: set[Unknown], safe: set[Unknown]
) -> set[Unknown]:
    """Return the small counts that a reader gets at, where what they know holds together.

    It always does but for one who believes old figures. Where a row by itself contradicts its
    marks, it points at a correction; where only all rows together do, such a reader gives up.
    """
    if wrong := [e for e in equations if contradicts(system, e)]:
        return {u for e in wrong for u in e.parts} & small
    if system.kept and not can_hold(system, equations):
        return set()
    return _weak(system, equations, small, safe)


def _weak(
    system: System, equations: Sequence[Equation], small: set[Unknown], safe: set[Unknown]
) -> set[Unknown]:
    """Return the small counts that the first attack to succeed gets at."""
    cramped = {u for e in equations if _is_cramped(system, e) for u in e.parts}
    low, high = ranges.bounds(system, equations)
    tried = small - cramped - set(system.room)
    near = {u for u in tried if u in system.kept or low[u] <= system.threshold}
    squeezed = {u for u in near if high[u] - low[u] < system.threshold}
    # A range of no width is found by the last attack too, but not for what it leaves out.
    exact = small & cramped
    if weak := squeezed | (exact & pinned(equations) if exact else set()):
        return weak
    weak = ranges.narrow(system, equations, sorted(small - cramped, key=sort_by))
    safe |= small - weak
    return weak


def can_hold(system: System, equations: Sequence[Equation]) -> bool:
    """Return whether all equations can hold at once, no hidden count below its least."""
    return Programme(equations, floors(system, equations)).holds()


def _is_cramped(system: System, equation: Equation) -> bool:
    """Return whether a known whole is itself so small that no part can range wider."""
    marks = sum(u not in system.unseen for u in equation.parts)
    is_small = equation.whole is None and equation.known - marks < system.threshold
    return is_small and not any(system.may_hide(k) for k in equation.partition.parts)


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


def _next_to_hide(system: System, given_away: Mapping[Unknown, list[Equation]]) -> list[Key]:
    """Return what to hide next for each count that is given away: the smallest that helps.

    First comes what stands in an equation that binds one of its ends, then what is near it;
    a zero only where nothing else is left, or where the equations are what a reader believes.
    """
    programmes = {id(e): Programme(e, floors(system, e)) for e in given_away.values()}
    every = {k for k in system.local if system.may_hide(k)}
    some = {k for k in every if system.value(k) > 0}
    chosen: dict[Key, None] = {}
    for unknown, equations in given_away.items():
        binds = binding(programmes[id(equations)], unknown)
        key = _smallest(system, binds, some)
        if equations[0].believed:  # what is further off need not bear on what a reader believes
            key = key or _smallest(system, binds, every)
        key = key or _nearest(system, unknown, some)
        key = key or _nearest(system, unknown, every)
        if key is not None:
            chosen[key] = None
    return list(chosen)


def _smallest(system: System, partitions: Sequence[Partition], among: set[Key]) -> Key | None:
    """Return the smallest count of some partitions that is among those that may be hidden."""
    keys = {k for p in partitions for k in (*p.parts, p.parent) if k in among}
    return min(keys, key=lambda k: (system.value(k), order(k)), default=None)


def _nearest(system: System, unknown: Unknown, among: set[Key]) -> Key | None:
    """Return the smallest count that may be hidden, of the partitions nearest to an unknown."""
    near = [unknown] if isinstance(unknown, Partition) else system.partitions_of[unknown]
    seen = set(near)
    while near and among:
        if (key := _smallest(system, near, among)) is not None:
            return key
        linked = {k: None for p in near for k in (*p.parts, p.parent) if k in system.hidden}
        near = list(
            dict.fromkeys(p for k in linked for p in system.partitions_of[k] if p not in seen)
        )
        seen.update(near)
    return None

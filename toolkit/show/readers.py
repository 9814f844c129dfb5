"""Two readers of a release in which some counts stay as an earlier one had them.

One doubts those counts; the other believes them, and every mark, and adds up what stands there.
"""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.aggregate import Key
from toolkit.show.system import System
from toolkit.show.unknowns import Equation, Unknown, least

NOUGHT = 1e-6  # sums of counts that differ by less are the same


def doubted(system: System, equations: Sequence[Equation]) -> list[Equation]:
    """Return what a reader knows who takes no figure of an earlier release for the present one.

    Left out are the equations in which figures that nobody can hide, told before or published,
    settle a kept count: what they settle it at is what was shown, so that nothing is to be won
    by hiding more around it.
    """
    left, settled = list(equations), set[Unknown]()
    while settling := [e for e in left if _settles(system, e, settled)]:
        settled |= {u for e in settling for u, _ in e.terms}
        left = [e for e in left if e not in settling]
    return left


def _settles(system: System, equation: Equation, settled: set[Unknown]) -> bool:
    """Return whether an equation leaves one kept count open at most, and nothing to hide."""
    unsettled = [u for u, _ in equation.terms if u not in settled]
    keys = (equation.partition.parent, *equation.partition.parts)
    return (
        all(u in system.kept for u, _ in equation.terms)
        and len(unsettled) <= 1
        and not any(system.may_hide(k) for k in keys)
    )


def believed(system: System, equations: Sequence[Equation]) -> list[Equation]:
    """Return what a reader knows who takes every figure as it is shown for the present one.

    They differ from what holds where counts are kept. An equation with a published figure that
    cannot hold is left out: what is published may differ from local records for other reasons.
    """
    if not system.kept:
        return []
    made = [_as_shown(system, e) for e in equations]
    return [
        e for e in made
        if e.terms and not (_has_published(system, e) and contradicts(system, e))
    ]  # fmt: skip


def contradicts(system: System, equation: Equation) -> bool:
    """Return whether the parts of an equation are too few for what is known, whatever they are."""
    fewest = sum(least(system, u, equation.believed) for u in equation.parts)
    return equation.whole is None and equation.known < fewest - NOUGHT


def _as_shown(system: System, equation: Equation) -> Equation:
    """Return an equation with what is known as a reader adds it up, kept counts as shown."""
    parts = tuple(u for u in equation.parts if u not in system.kept)
    whole = None if equation.whole in system.kept else equation.whole
    known = equation.known - sum(
        sign * system.kept[u]
        for u, sign in equation.terms
        if isinstance(u, tuple) and u in system.kept
    )
    if _has_published(system, equation):
        shown = sum(_shown(system, k) for k in equation.partition.parts if k not in parts)
        known = (0.0 if whole else _shown(system, equation.partition.parent)) - shown
    return Equation(equation.partition, parts, whole, known, believed=True)


def _has_published(system: System, equation: Equation) -> bool:
    partition = equation.partition
    return any(k in system.fixed for k in (partition.parent, *partition.parts))


def _shown(system: System, key: Key) -> float:
    return system.kept[key] if key in system.kept else system.value(key)

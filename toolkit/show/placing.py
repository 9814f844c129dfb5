"""Names beside points that lie anywhere: each where it covers no other name and no point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

DOT = 7.0  # pixels from the middle of a point to its edge
GAP = 8.0  # from a point to its name
SHIFTS = (0.0, -0.7, 0.7, -1.3, 1.3, -2.0, 2.0, -3.0, 3.0, -4.0, 4.0)  # heights up or down


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels from the top left."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """Return whether the two share any pixel."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def covered(self, others: Sequence[Box]) -> float:
        """Return how many pixels the others cover, those that several cover counted again."""
        return sum(
            max(min(self.right, o.right) - max(self.left, o.left), 0.0)
            * max(min(self.bottom, o.bottom) - max(self.top, o.top), 0.0)
            for o in others
        )


@dataclass(frozen=True)
class Placed:
    """Where a name goes: on which side of its point, and how far up or down its middle lies."""

    is_left: bool
    shift: float


def beside(
    points: Sequence[tuple[float, float]],
    sizes: Sequence[tuple[float, float]],
    others: Sequence[tuple[float, float]],
    within: tuple[float, float],
) -> list[Placed]:
    """Return where the name of each point goes, as near to it as there is room.

    Args:
        points: The points to name, in pixels from the top left; the first choose first.
        sizes: The width and height of each name.
        others: Every point that no name should cover.
        within: The width and height that the names should stay within.
    """
    taken = [Box(x - DOT, y - DOT, x + DOT, y + DOT) for x, y in others]
    found = []
    for point, size in zip(points, sizes, strict=True):
        choices = _choices(point, size, within)
        free = next((c for c in choices if not any(c[1].overlaps(t) for t in taken)), None)
        placed, box = free or min(choices, key=lambda c: c[1].covered(taken))
        taken.append(box)
        found.append(placed)
    return found


def _choices(
    point: tuple[float, float], size: tuple[float, float], within: tuple[float, float]
) -> list[tuple[Placed, Box]]:
    """Return the places for a name, the nearest first; on the side with more room first."""
    (x, y), (width, height) = point, size
    sides = [False, True] if x <= within[0] / 2 else [True, False]
    found = []
    for times in SHIFTS:
        for is_left in sides:
            left = x - GAP - width if is_left else x + GAP
            middle = y + times * height
            box = Box(left, middle - height / 2, left + width, middle + height / 2)
            found.append((Placed(is_left, times * height), box))
    inside = [
        (p, b)
        for p, b in found
        if b.left >= 0 and b.right <= within[0] and b.top >= -height and b.bottom <= within[1]
    ]
    return inside or found[:2]

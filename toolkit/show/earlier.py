"""What earlier releases of an area told a reader, so that no difference between two tells more.

A figure that was published stays known. One that has since changed by a few children would,
if it were shown anew, tell of those children by subtraction; a mark in its place would point
at them. So it is shown as it was, until it differs by more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from toolkit.aggregate import Key

FigureKey = tuple[Key, str]  # the row's key, and the name of the figure in it
Figure = float | str | None  # None where it was hidden
Treatment = Literal["new", "told", "kept", "hidden"]
SAME = 1e-6  # counts that differ by less are the same


@dataclass(frozen=True)
class Told:
    """What earlier releases told of one count.

    Attributes:
        shown: Each value that was shown, the latest last.
        hidden: What it was when a release last hid it; None where none did.
    """

    shown: tuple[float, ...] = ()
    hidden: float | None = None

    @property
    def last(self) -> float:
        """What it was in the last release that held it."""
        return self.hidden if self.hidden is not None else self.shown[-1]


@dataclass(frozen=True)
class Earlier:
    """All that earlier releases of an area told; empty before the first.

    Attributes:
        counts: What was told of each local count.
        figures: The other local figures, as they were last shown.
        summed: For a universe, the dimensions whose values add up.
    """

    counts: Mapping[Key, Told] = field(default_factory=dict, repr=False)
    figures: Mapping[FigureKey, Figure] = field(default_factory=dict, repr=False)
    summed: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)

    def treatment(self, key: Key, value: float, threshold: int) -> Treatment:
        """Return what to do with a count, by what was told of it.

        `new`: nothing that bears on it was told. `told`: a reader knows it. `kept`: it is close
        to what was last shown, which is shown again. `hidden`: it was hidden before, or it is
        close to what was shown before the last change, so that nothing can be shown.
        """
        told = self.counts.get(key)
        if told is None:
            return "new"
        if told.hidden is not None:
            return "hidden"
        if abs(value - told.shown[-1]) <= SAME:
            return "told"
        if _is_close(value, told.shown[-1], threshold):
            return "kept"
        close = any(_is_close(value, shown, threshold) for shown in told.shown)
        return "hidden" if close else "new"

    def followed_by(self, release: Iterable[Seen], summed: Mapping[str, set[str]]) -> Earlier:
        """Return what is told once a release is out."""
        counts, figures = dict(self.counts), dict(self.figures)
        for seen in release:
            if isinstance(seen, SeenCount):
                counts[seen.key] = _told(counts.get(seen.key, Told()), seen)
            else:
                figures[seen.key, seen.name] = seen.value
        both = {u: self.summed.get(u, frozenset()) | summed.get(u, set())
                for u in {*self.summed, *summed}}  # fmt: skip
        return Earlier(counts, figures, both)

    def to_json(self) -> dict[str, Any]:
        """Return all of it as plain JSON values, in a fixed order."""
        counts = sorted(self.counts.items(), key=lambda item: _order(item[0]))
        figures = sorted(self.figures.items(), key=lambda item: (*_order(item[0][0]), item[0][1]))
        return {
            "counts": [[*_plain(key), list(t.shown), t.hidden] for key, t in counts],
            "figures": [[*_plain(key), name, value] for (key, name), value in figures],
            "summed": {u: sorted(d) for u, d in sorted(self.summed.items())},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Earlier:
        """Return what `to_json` wrote; nothing told where there is nothing."""
        return cls(
            {_key(u, f): Told(tuple(shown), hidden) for u, f, shown, hidden in data["counts"]},
            {(_key(u, f), name): value for u, f, name, value in data["figures"]},
            {u: frozenset(d) for u, d in data["summed"].items()},
        ) if data else cls()  # fmt: skip


@dataclass(frozen=True)
class SeenCount:
    """A local count of a release: its value, and whether the release hides it or keeps an old."""

    key: Key
    value: float
    hidden: bool
    kept: bool


@dataclass(frozen=True)
class SeenFigure:
    """Another local figure of a release, as it is shown; None where it is hidden."""

    key: Key
    name: str
    value: Figure


Seen = SeenCount | SeenFigure


def _told(before: Told, seen: SeenCount) -> Told:
    if seen.kept:
        return before
    if seen.hidden:
        return Told(before.shown, seen.value)
    if before.shown and abs(before.shown[-1] - seen.value) <= SAME:
        return Told(before.shown)
    return Told((*before.shown, seen.value))


def _is_close(value: float, shown: float, threshold: int) -> bool:
    """Return whether a count differs from another by so few that they could be told."""
    return SAME < abs(value - shown) <= threshold


def _order(key: Key) -> tuple[str, list[tuple[str, str]]]:
    return key[0], sorted(key[1])


def _plain(key: Key) -> tuple[str, dict[str, str]]:
    return key[0], dict(sorted(key[1]))


def _key(universe: str, filters: Mapping[str, str]) -> Key:
    return universe, frozenset(filters.items())

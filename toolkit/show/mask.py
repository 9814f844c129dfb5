"""Mask: which counts of a release are hidden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from toolkit.aggregate import Aggregate, Key
from toolkit.show.earlier import Figure, FigureKey
from toolkit.show.system import Partition

Profile = Literal["dfe", "nhs"]
THRESHOLDS: Mapping[Profile, int] = {
    "dfe": 5,  # DfE, Characteristics of children in need: methodology, 1 to 5 shown as c
    "nhs": 7,  # NHS Digital disclosure control: 1 to 7 suppressed, others rounded to 5
}
# A sum that is nearly one child's tells what that child costs, however many others share it.
DOMINANT = 0.85  # the (1, 85) rule: Hundepool et al., Statistical Disclosure Control, 4.2
ROUNDED: Mapping[Profile, int] = {"dfe": 1, "nhs": 5}


@dataclass(frozen=True)
class Mask:
    """Which counts of a release are hidden.

    Attributes:
        hidden_keys: The keys of the hidden counts.
        threshold: Counts from 1 to this are small.
        rounded_to: Shown local counts are rounded to a multiple of this; 1 leaves them.
        explanation: What was hidden and why, in plain English, for the report.
        hidden_in: How many counts are hidden in each table, in words.
        unresolved: Partitions that could not be protected, in words. Nothing may be published
            while there are any.
        lost: The same, as counts and partitions.
        unguarded: Local rates and means that name no count they rest on, so that nobody can
            tell whether they rest on few children.
        known: The local counts that the solve has seen; None for a single-cell mask.
        constants: Published counts by their key.
        kept: Counts that are shown as an earlier release had them, with that value.
        kept_figures: What else an earlier release showed, for the rows of those counts.
    """

    hidden_keys: frozenset[Key]
    threshold: int
    rounded_to: int = 1
    explanation: str = ""
    hidden_in: tuple[str, ...] = ()
    unresolved: tuple[str, ...] = ()
    lost: tuple[Key | Partition, ...] = field(default=(), repr=False)
    unguarded: tuple[str, ...] = ()
    known: frozenset[Key] | None = None
    constants: Mapping[Key, float] = field(default_factory=dict)
    kept: Mapping[Key, float] = field(default_factory=dict)
    kept_figures: Mapping[FigureKey, Figure] = field(default_factory=dict, repr=False)

    @cached_property
    def kept_universes(self) -> frozenset[str]:
        """The universes of which some count is kept."""
        return frozenset(universe for universe, _ in self.kept)

    def hidden(self, key: Key) -> bool:
        """Return whether a count is hidden."""
        return key in self.hidden_keys

    @classmethod
    def single_cell(cls, *aggregates: Aggregate, profile: Profile = "dfe") -> Mask:
        """Return a mask of small local counts alone: for working views, never for sharing."""
        threshold = THRESHOLDS[profile]
        small = {
            key
            for aggregate in aggregates
            for key, value, local in aggregate.counts()
            if local and 0 < abs(value) <= threshold
        }
        return cls(frozenset(small), threshold)

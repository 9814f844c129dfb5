"""A release as it can be protected: by hiding alone or, where that fails, with merged categories.

Nothing is computed anew from records and no notebook runs again: the views of a release hold
their figures raw, and what they count adds up. So a release that needs no merge is the same to
the byte as if there were none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from toolkit.aggregate import Key
from toolkit.errors import DisclosureError
from toolkit.show.disclosure import Register
from toolkit.show.earlier import Earlier
from toolkit.show.mask import Mask, Profile
from toolkit.show.merges import Merge, added, apart, earlier_merges
from toolkit.show.merging import merged_view, named
from toolkit.show.views import View

MOST_MERGES, MOST_CHOICES = 3, 2  # steps, and what is tried at each: more would cost a table


@dataclass(frozen=True)
class Settled:
    """A release with its mask.

    Attributes:
        views: What it shows, categories merged.
        register: Its counts.
        mask: What of it is hidden. It names what is unresolved where no merge helps either.
        merges: What was merged.
    """

    views: tuple[View, ...]
    register: Register
    mask: Mask
    merges: tuple[Merge, ...] = ()


def settle(
    register: Register,
    views: Sequence[View],
    profile: Profile = "dfe",
    earlier: Earlier | None = None,
) -> Settled:
    """Return a release as it can be protected; the same views always come out the same.

    Args:
        register: Every count of the views.
        views: What the release shows.
        profile: Which counts are small.
        earlier: What earlier releases told; what they merged stays merged.
    """
    past = earlier or Earlier()
    start = _start(register, views, profile, past)
    best = start
    for _ in range(MOST_MERGES):
        if not best.mask.unresolved:
            return best
        tried = list(islice(_steps(register, views, best, profile, past), MOST_CHOICES))
        if not tried:
            break
        best = min(tried, key=lambda s: len(s.mask.unresolved))  # of equals the first
    return start if best.mask.unresolved else best


def _start(register: Register, views: Sequence[View], profile: Profile, past: Earlier) -> Settled:
    """Return the release with what earlier ones merged, or as it is where that is nothing."""
    before = [m for m in earlier_merges(past.counts) if m.universe in register.summed]
    if not before:
        return Settled(tuple(views), register, register.solve(profile, past))
    made = _merged(register, views, apart(before), profile, past)
    if made is None:
        raise DisclosureError(
            f"an earlier release merged categories of '{before[0].dimension}' in "
            f"'{before[0].universe}', and a table, chart or sentence of this one cannot be made "
            "with them merged.",
            remedy="Leave out what is new, or what picks one of those categories.",
        )
    return made


def _steps(
    register: Register, views: Sequence[View], now: Settled, profile: Profile, past: Earlier
) -> Iterator[Settled]:
    """Yield the release with one merge more, the most promising first, until one resolves it."""
    for merge in register.to_merge(now.mask.lost, now.merges):
        made = _merged(register, views, added(now.merges, merge), profile, past)
        if made is not None:
            yield made
            if not made.mask.unresolved:
                return


def _merged(
    register: Register,
    views: Sequence[View],
    merges: Sequence[Merge],
    profile: Profile,
    past: Earlier,
) -> Settled | None:
    """Return a release with merged categories; None where a figure of it cannot be made anew."""
    made = [merged_view(view, merges) for view in views]
    kept = tuple(view for view in made if view is not None)
    if len(kept) < len(made):
        return None
    marked: set[Key] = {key for view in views for key in named(view, merges)}
    aggregates = [a for view in kept for a in view.aggregates]
    whole = register.merged(aggregates, merges, earlier_merges(past.counts), marked)
    if whole is None:
        return None
    return Settled(kept, whole, whole.solve(profile, past), tuple(merges))

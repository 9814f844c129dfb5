"""A report protected and written as a release is, and what is counted over many areas."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path

from safety import areas
from toolkit.aggregate import Aggregate
from toolkit.publish.release import seen
from toolkit.show.disclosure import Mask, Profile, Register
from toolkit.show.earlier import Earlier
from toolkit.show.settling import settle

SECONDS = 5.0  # a report may take
RECOVERED, NARROW = ("recovered", "told", "text"), ("narrow", "difference")

Sized = tuple[int, int]  # the seed of an area, and how many plans it has


@dataclass(frozen=True)
class Made:
    """A report as it was published, and what is told once it is out."""

    mask: Mask
    told: Earlier
    seconds: float
    merges: int = 0


class RefusedError(AssertionError):
    """A report that cannot be published."""


def publish(
    report: areas.Report,
    folder: Path,
    earlier: Earlier | None = None,
    profile: Profile = "dfe",
    known: Sequence[Aggregate] = (),
) -> Made:
    """Protect a report, for readers who know some counts already, and write it into a folder."""
    start = time.process_time()
    register = Register()
    for aggregate in known:
        register.look_up(aggregate)
    for aggregate in report.aggregates:
        register.add(aggregate)
    past = earlier or Earlier()
    settled = settle(register, report.views, profile, past)
    mask = settled.mask
    shown = replace(report, views=settled.views)
    areas.write(shown, [mask] * len(shown.views), folder)
    seconds = time.process_time() - start
    if mask.unresolved:
        raise RefusedError(f"{report.area}: {mask.unresolved}")
    aggregates = {id(a): a for view in shown.views for a in view.aggregates}
    told = past.followed_by(
        seen(settled.register, aggregates.values(), mask), settled.register.summed
    )
    return Made(mask, told, seconds, len(settled.merges))


def summed(
    pool: Executor,
    measure: Callable[[tuple[int, int]], Counter[str]],
    of: Sequence[tuple[int, int]],
) -> Counter[str]:
    """Return what was counted over areas; seconds are the largest."""
    total: Counter[str] = Counter()
    for counted in pool.map(measure, of):
        slowest = max(total["ms"], counted["ms"])
        total.update(counted)
        total["ms"] = slowest
    return total

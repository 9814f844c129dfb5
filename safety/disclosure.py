"""Section 1: nobody is disclosed. Generated areas, protected, published and attacked."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from safety import areas, broken
from safety.rows import Row
from toolkit.audit.audit import Audit, audit
from toolkit.publish.release import seen
from toolkit.show.disclosure import Mask, Profile, Register
from toolkit.show.earlier import Earlier

AREAS, SHORT = 200, 10
SECONDS = 5.0  # a report may take
LATER = (*areas.SPLITS, ("locality", "need"))  # the second release splits further


@dataclass(frozen=True)
class Made:
    """A report as it was published, and what is told once it is out."""

    report: areas.Report
    mask: Mask
    told: Earlier
    seconds: float


def publish(
    report: areas.Report, folder: Path, earlier: Earlier | None = None, profile: Profile = "dfe"
) -> Made:
    """Protect a report and write it into a folder."""
    start = time.perf_counter()
    register = Register()
    for aggregate in report.aggregates:
        register.add(aggregate)
    past = earlier or Earlier()
    mask = register.solve(profile, past)
    areas.write(report, [mask] * len(report.views), folder)
    seconds = time.perf_counter() - start
    if mask.unresolved:
        raise AssertionError(f"{report.area}: {mask.unresolved}")
    told = past.followed_by(seen(register, report.aggregates, mask), register.summed)
    return Made(report, mask, told, seconds)


def rows(short: bool = False) -> Iterator[Row]:
    """Yield the lines of section 1."""
    count = SHORT if short else AREAS
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        people = {f"Area {n}": areas.children(n, size)
                  for n, size in enumerate(areas.sizes(count), 1)}  # fmt: skip
        yield from _attacked(people, home)
        yield from _nhs(dict(list(people.items())[:: max(count // 20, 1)]), home)
        yield from broken_caught(dict(list(people.items())[:: max(count // 20, 1)]), home)
        yield from _children_added(dict(list(people.items())[:: max(count // 20, 1)]), home)


def _attacked(people: dict[str, pd.DataFrame], home: Path) -> Iterator[Row]:
    made: list[Made] = []
    audits: list[Audit] = []
    for name, frame in people.items():
        made.append(publish(areas.report(frame, name), home / name))
        audits.append(audit(home / name))
    what = f"{len(made)} areas of {areas.FEWEST} to {areas.MOST:,} plans, {len(areas.SPLITS)} linked tables each"
    hidden = sum(a.hidden for a in audits)
    for kinds, title in (
        (("recovered", "told", "text"), "figures recovered"),
        (("narrow", "difference"), "ranges too narrow"),
    ):
        found = sum(b.kind in kinds for a in audits for b in a.breaches)
        yield Row(f"{what}: {title}", f"{found} of {hidden:,} hidden", found == 0 and hidden > 0)
    slowest = max(m.seconds for m in made)
    yield Row("seconds a report, the slowest", f"{slowest:.1f}", slowest <= SECONDS)
    small, others, shown = _suppressed(made)
    yield Row(
        "share of the counts that is hidden (utility)",
        f"{100 * (small + others) / shown:.0f}% of {shown:,}: {100 * small / shown:.0f}% small, "
        f"{100 * others / shown:.0f}% to protect them",
        others < 2 * small,
    )


def _suppressed(made: Sequence[Made]) -> tuple[int, int, int]:
    """Return how many counts are hidden as small, how many to protect them, and all of them."""
    small = others = shown = 0
    for one in made:
        values = {k: v for a in one.report.aggregates for k, v, local in a.counts() if local}
        shown += sum(v > 0 for v in values.values())
        small += sum(
            0 < values[k] <= one.mask.threshold for k in one.mask.hidden_keys & set(values)
        )
        others += sum(values[k] > one.mask.threshold for k in one.mask.hidden_keys & set(values))
    return small, others, shown


def _nhs(people: dict[str, pd.DataFrame], home: Path) -> Iterator[Row]:
    breaches = 0
    for name, frame in people.items():
        publish(areas.report(frame, name), home / f"{name} nhs", profile="nhs")
        found = audit(home / f"{name} nhs", threshold=7).breaches
        breaches += sum(b.kind in ("recovered", "told", "text") for b in found)
    title = f"{len(people)} areas in the NHS profile (1 to 7, rounded to 5): figures recovered"
    yield Row(title, str(breaches), breaches == 0)


def broken_caught(people: dict[str, pd.DataFrame], home: Path) -> Iterator[Row]:
    """Yield how often the audit catches protection that was broken on purpose."""
    for title, breaks in broken.WAYS.items():
        tried = caught = 0
        for name, frame in people.items():
            report = areas.report(frame, name)
            made = publish(report, home / "whole")
            for at, (views, masks) in enumerate(breaks(report, made.mask)):
                folder = home / f"{name} {breaks.__name__} {at}"
                areas.write(replace(report, views=views), masks, folder)
                tried += 1
                caught += bool(audit(folder).breaches)
        yield Row(
            f"broken on purpose, {title}: caught", f"{caught} of {tried}", caught == tried > 0
        )


def _children_added(people: dict[str, pd.DataFrame], home: Path) -> Iterator[Row]:
    """Yield what shows of children who are added between releases, one at a time."""
    changed = breaches = moved = 0
    for name, frame in people.items():
        told, folders = Earlier(), [home / f"{name} run {n}" for n in range(4)]
        for n, folder in enumerate(folders):
            grown = pd.concat([frame, areas.children(1000 + n, n)], ignore_index=True)
            splits = LATER if n else areas.SPLITS
            told = publish(areas.report(grown, name, splits), folder, told).told
        for folder, before in zip(folders[1:], folders, strict=False):
            breaches += len(audit(folder, before).breaches)
        breaches += len(audit(folders[-1], folders[0]).breaches)
        changed += _changed(folders[1:])
        many = pd.concat([frame, areas.children(2000, len(frame) // 2)], ignore_index=True)
        publish(areas.report(many, name, LATER), home / f"{name} many", told)
        moved += _changed([folders[-1], home / f"{name} many"]) > 0
    yield Row(
        "a child added between two runs, and again: figures that change", str(changed), changed == 0
    )
    yield Row(
        "and what an outsider recovers with the earlier folders", str(breaches), breaches == 0
    )
    title = "while half as many again do show, in areas"
    yield Row(title, f"{moved} of {len(people)}", moved == len(people))


def _changed(folders: Sequence[Path]) -> int:
    """Return how many folders differ from the first in any byte."""
    first, *others = [(f / "report.html").read_bytes() + (f / "findings.json").read_bytes()
                      for f in folders]  # fmt: skip
    return sum(one != first for one in others)

"""Section 1, over several releases, and with what the DfE publishes in the outsider's hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from safety import areas
from safety.protected import RECOVERED, SECONDS, RefusedError, Sized, publish, summed
from safety.rows import Row
from toolkit import show
from toolkit.aggregate import Aggregate
from toolkit.audit.audit import Breach, audit
from toolkit.show.earlier import Earlier
from toolkit.show.mask import THRESHOLDS

FIRST = (("need",), ("age",))
SECOND = (*FIRST, ("need", "age"), ("need", "sex"))
LATER = (*areas.SPLITS, ("locality", "need"))  # a later release splits further
PUBLISHED = (("need",), ("provision",), ("age",), ("sex",))  # and their total
MARGINS = (*PUBLISHED[:3], ("locality",), ("need", "sex"), ("provision", "age"))
FEW = (15, 20, 25, 30, 40, 60)  # plans of areas in which hiding alone is often not enough
SMALL, TINY, SWEPT = (90, 130, 200, 400), (15, 25, 40, 60), 45  # plans of areas; how many
KNOWN = 10  # of so many areas one is looked at with the DfE's figures in hand
ADDED = 3  # children, one before each of the releases that follow the first


def rows(
    home: Path, pool: Executor, every: Sequence[Sized], some: Sequence[Sized], short: bool
) -> Iterator[Row]:
    """Yield the lines on more than one release."""
    more = every if short else every[::KNOWN]
    yield from _known_rows(summed(pool, partial(looked_up, home), more), len(more))
    yield from _grown_rows(summed(pool, partial(grown, home), some), len(some))
    few = [(seed, FEW[seed % len(FEW)]) for seed in range(1, 10 if short else 22)]
    yield from _merged_rows(summed(pool, partial(merged, home), few), len(few))
    for sizes in (SMALL,) if short else (SMALL, TINY):
        mix = [(seed, sizes[seed % len(sizes)]) for seed in range(1, (6 if short else SWEPT) + 1)]
        yield from _mixed_rows(summed(pool, partial(mixed, home), mix), sizes, len(mix))


def looked_up(home: Path, area: Sized) -> Counter[str]:
    """Return what an outsider recovers of one area's report with the DfE's margins in hand.

    They are shown nowhere in it. In every other area a child has been added since.
    """
    seed, plans = area
    people = areas.children(seed, plans)
    now = pd.concat([people, areas.children(1000 + seed, seed // 10 % 2)], ignore_index=True)
    report = areas.report(now, f"Area {seed}", LATER, chart=False)
    report = replace(report, aggregates=report.aggregates[:-1], views=report.views[1:])
    known = [areas.margins(people, report.area, by) for by in PUBLISHED]
    release = areas.write_release(known, home / f"{seed}.zip")
    publish(report, home / f"{seed} known", known=known)
    found = audit(home / f"{seed} known", published=release, area=report.area)
    kinds = Counter(b.kind for b in found.breaches)
    publish(report, home / f"{seed} unknown")
    unaware = audit(home / f"{seed} unknown", published=release, area=report.area)
    return Counter(
        hidden=found.hidden,
        recovered=sum(kinds[k] for k in RECOVERED),
        unaware=any(b.kind in RECOVERED for b in unaware.breaches),
    )


def _known_rows(c: Counter[str], count: int) -> Iterator[Row]:
    title = f"{count} areas, margins of the DfE that no table shows in the outsider's hand"
    yield Row(f"{title}: hidden counts recovered", f"{c['recovered']} of {c['hidden']:,}",
              c["recovered"] == 0 and c["hidden"] > 0)  # fmt: skip
    yield Row("broken on purpose, margins not taken for known: caught, in areas",
              f"{c['unaware']} of {count}", c["unaware"] > 0)  # fmt: skip


def grown(home: Path, area: Sized) -> Counter[str]:
    """Return what shows of children who are added to an area one at a time, over releases."""
    try:
        return _grown(home, *area)
    except RefusedError:
        return Counter(refused=1)


def _grown(home: Path, seed: int, plans: int) -> Counter[str]:
    people, told, folders = areas.children(seed, plans), Earlier(), []
    for n in range(ADDED + 1):
        more = pd.concat([people, areas.children(1000 + seed, n)], ignore_index=True)
        splits = LATER if n else areas.SPLITS
        report = areas.report(more, f"Area {seed}", splits, published=people, chart=False)
        folders.append(home / f"{seed} run {n}")
        told = publish(report, folders[-1], told).told
    pairs = [*zip(folders[1:], folders, strict=False), (folders[-1], folders[0])]
    half = areas.children(2000 + seed, plans // 2)
    more = pd.concat([people, half], ignore_index=True)
    many = areas.report(more, f"Area {seed}", LATER, published=people, chart=False)
    publish(many, home / f"{seed} many", told)
    kinds = Counter(b.kind for after, before in pairs for b in audit(after, before).breaches)
    return Counter(
        published=1,
        changed=_changed(folders[1:]),
        recovered=sum(kinds[k] for k in (*RECOVERED, "difference")),
        narrow=kinds["narrow"],
        moved=_changed([folders[-1], home / f"{seed} many"]),
    )


def _changed(folders: Sequence[Path]) -> int:
    """Return how many folders differ from the first in any byte of page or ledger."""
    first, *others = [
        (f / "report.html").read_bytes() + (f / "findings.json").read_bytes() for f in folders
    ]
    return sum(one != first for one in others)


def _grown_rows(c: Counter[str], count: int) -> Iterator[Row]:
    title = (f"{count} areas, a child added before each of {ADDED} more releases "
             f"({c['published']} published, {c['refused']} refused)")  # fmt: skip
    most = c["published"] > c["refused"]  # where nothing is published, nothing is measured
    for what, kind in (("reports that differ by a byte", "changed"),
                       ("recovered from two of them", "recovered"),
                       ("ranges narrower than 1 to 6", "narrow")):  # fmt: skip
        yield Row(f"{title}: {what}", str(c[kind]), c[kind] == 0 and most)
    yield Row("while half as many children again do show, in areas",
              f"{c['moved']} of {c['published']}", c["moved"] == c["published"] > 0)  # fmt: skip


def merged(home: Path, area: Sized) -> Counter[str]:
    """Return what an outsider recovers of a second, finer release of very few children."""
    seed, plans = area
    people, folders = areas.children(seed, plans), [home / f"{seed} few {n}" for n in range(2)]
    first = areas.report(people, "Few", FIRST, chart=False)
    told = publish(first, folders[0]).told
    try:
        made = publish(areas.report(people, "Few", SECOND, chart=False), folders[1], told)
    except RefusedError:
        return Counter(refused=1)
    if not made.merges:
        return Counter(plain=1)
    kinds = Counter(b.kind for b in audit(*reversed(folders)).breaches)
    return Counter(
        merged=1,
        recovered=sum(kinds[k] for k in (*RECOVERED, "difference")),
        narrow=kinds["narrow"],
        ms=round(1000 * made.seconds),
    )


def _merged_rows(c: Counter[str], count: int) -> Iterator[Row]:
    title = f"{count} areas of {min(FEW)} to {max(FEW)} plans, a finer second release"
    yield Row(f"{title}: published with merged categories, refused",
              f"{c['merged']}, {c['refused']}", c["merged"] > 0)  # fmt: skip
    yield Row(f"{title}: recovered, or too narrow, where merged",
              f"{c['recovered']}, {c['narrow']}", c["recovered"] + c["narrow"] == 0)  # fmt: skip
    yield Row(f"{title}: seconds, the slowest merged (at most 5)", f"{c['ms'] / 1000:.1f}",
              c["ms"] <= 1000 * SECONDS, timed=True)  # fmt: skip


def mixed(home: Path, area: Sized) -> Counter[str]:
    """Return what two releases of a small area tell whose tables differ, a child more in one.

    Which tables each holds, and which margins are published, is drawn at random.
    """
    seed, plans = area
    random, people = np.random.default_rng(seed), areas.children(seed, plans)
    more = pd.concat([people, areas.children(1000 + seed, 1)], ignore_index=True)
    known = _some(random, MARGINS, int(random.integers(4)))
    told, folders = Earlier(), [home / f"{seed} mixed {n}" for n in range(2)]
    for folder, children, count in zip(folders, (people, more), (3, 4), strict=True):
        report = _tables(children, _some(random, areas.SPLITS, count), people, known)
        try:
            told = publish(report, folder, told).told
        except RefusedError:
            return Counter(refused=1)
    found = audit(*reversed(folders)).breaches
    return Counter(
        published=1,
        differences=sum(b.kind == "difference" for b in found),
        given=sum(_is_true(b, more, known) for b in found),
    )


def _some(
    random: np.random.Generator, splits: Sequence[tuple[str, ...]], count: int
) -> list[tuple[str, ...]]:
    return [splits[at] for at in random.permutation(len(splits))[:count]]


def _tables(
    people: pd.DataFrame,
    splits: Sequence[tuple[str, ...]],
    published: pd.DataFrame,
    known: Sequence[tuple[str, ...]],
) -> areas.Report:
    """Return a report of tables alone: own splits, and published ones."""
    made = [areas.split(people, by, "Mixed") for by in splits]
    made += [areas.margins(published, "Mixed", by) for by in known]
    views = [_table(one) for one in made]
    return areas.Report("Mixed", tuple(made), tuple(views))


def _table(made: Aggregate) -> show.View:
    title = f"EHC plans by {' and '.join(made.dimensions)}, {made.source}"
    if len(made.dimensions) < 2:
        return show.table_view(made, title)
    return show.table_view(made, title, ["plans"], across=made.dimensions[1])


def _is_true(breach: Breach, people: pd.DataFrame, known: Sequence[tuple[str, ...]]) -> bool:
    """Return whether a breach is right about a few children whom no published table counts.

    A mark on a zero, or a wrong guess from marks that hide zeros, gives nobody away.
    """
    labels = set(breach.labels.partition(": ")[2].split(", "))
    named = [(d, c) for d, codes in areas.CODES.items() for c in codes if c.lower() in labels]
    if breach.kind == "difference" or any({d for d, _ in named} <= set(by) for by in known):
        return False
    there = len(people.loc[np.all([people[d].eq(c) for d, c in named], axis=0)]) if named else 0
    low, high = breach.range
    return 0 < there <= THRESHOLDS["dfe"] and low - 0.5 < there < high + 0.5


def _mixed_rows(c: Counter[str], sizes: Sequence[int], count: int) -> Iterator[Row]:
    title = (f"{count} areas of {min(sizes)} to {max(sizes)} plans, a child more and other "
             f"tables in the second release ({c['published']} published)")  # fmt: skip
    yield Row(f"{title}: differences of a few that show", str(c["differences"]),
              c["differences"] == 0 < c["published"])  # fmt: skip
    yield Row(f"{title}: counts of 1 to 5 that are worked out, or narrowed rightly",
              str(c["given"]), c["given"] == 0 < c["published"])  # fmt: skip

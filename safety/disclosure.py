"""Section 1: nobody is disclosed. Generated areas, protected, published and attacked."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import pandas as pd

from safety import areas, broken
from safety.rows import Row
from toolkit.aggregate import Aggregate, Key
from toolkit.audit.audit import Breach, audit
from toolkit.publish.release import seen
from toolkit.show.disclosure import Mask, Profile, Register
from toolkit.show.earlier import Earlier
from toolkit.show.mask import THRESHOLDS
from toolkit.show.settling import settle

AREAS, SHORT, CORES = 200, 8, 2
FEWER = 20  # of so many areas one is broken on purpose, and one grows
FIRST = (("need",), ("age",))
SECOND = (*FIRST, ("need", "age"), ("need", "sex"))
DRAWN = 4  # of so many areas one has a chart, which takes as long as all the rest
SECONDS = 5.0  # a report may take
RECOVERED, NARROW = ("recovered", "told", "text"), ("narrow", "difference")
LATER = (*areas.SPLITS, ("locality", "need"))  # a later release splits further
PUBLISHED = (("need",), ("provision",), ("age",), ("sex",))  # and their total
FEW = (15, 20, 25, 30, 40, 60)  # plans of areas in which hiding alone is often not enough
ADDED = 3  # children, one before each of the releases that follow the first


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


def rows(short: bool = False) -> Iterator[Row]:
    """Yield the lines of section 1."""
    sizes = areas.sizes(SHORT if short else AREAS)
    every = list(enumerate(sizes, 1))
    some = every[1::SHORT] if short else every[::FEWER]
    with tempfile.TemporaryDirectory() as place, _pool() as pool:
        home = Path(place)
        yield from _attack_rows(_summed(pool, partial(attacked, home), every), len(every))
        yield from _nhs_rows(_summed(pool, partial(attacked_nhs, home), some), len(some))
        yield from _broken_rows(_summed(pool, partial(attacked_broken, home), some))
        more = every if short else every[:: FEWER // 2]
        yield from _known_rows(_summed(pool, partial(looked_up, home), more), len(more))
        yield from _grown_rows(_summed(pool, partial(grown, home), some), len(some))
        few = [(seed, FEW[seed % len(FEW)]) for seed in range(1, (SHORT if short else FEWER) + 2)]
        yield from _merged_rows(_summed(pool, partial(merged, home), few), len(few))


def _pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(CORES, mp_context=get_context("spawn"))


def _summed(
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


def attacked(home: Path, area: Sized) -> Counter[str]:
    """Return what an outsider recovers of one area's report, and how much of it is hidden."""
    seed, plans = area
    people, chart = areas.children(seed, plans), seed % DRAWN == 1
    report = areas.report(people, f"Area {seed}", chart=chart)
    made = publish(report, home / f"{seed}")
    found = audit(home / f"{seed}")
    values = {k: v for a in report.aggregates for k, v, local in a.counts() if local and v > 0}
    gone = made.mask.hidden_keys & set(values)
    return Counter(
        hidden=found.hidden,
        recovered=sum(b.kind in RECOVERED for b in found.breaches),
        narrow=sum(b.kind in NARROW and _is_small(b, values) for b in found.breaches),
        ms=round(1000 * made.seconds),
        counts=len(values),
        small=sum(values[k] <= made.mask.threshold for k in gone),
        others=sum(values[k] > made.mask.threshold for k in gone),
    )


def _is_small(breach: Breach, values: Mapping[Key, float]) -> bool:
    """Return whether what a breach narrows is small: a range of 5 to 9 around 6 tells of nobody."""
    labels = set(breach.labels.partition(": ")[2].split(", "))
    found = [v for k, v in values.items()
             if {label.lower() for d, label in k[1] if d in areas.CODES} == labels]  # fmt: skip
    return not found or found[0] <= THRESHOLDS["dfe"]


def _attack_rows(c: Counter[str], count: int) -> Iterator[Row]:
    tables = len(areas.SPLITS)
    what = f"{count} areas of {areas.FEWEST} to {areas.MOST:,} plans, {tables} linked tables each"
    yield Row(f"{what}: hidden counts recovered", f"{c['recovered']} of {c['hidden']:,}",
              c["recovered"] == 0 and c["hidden"] > 0)  # fmt: skip
    yield Row(f"{what}: ranges narrower than 1 to 6", f"{c['narrow']} of {c['hidden']:,}",
              c["narrow"] == 0)  # fmt: skip
    slowest = c["ms"] / 1000
    yield Row(
        "seconds a report, the slowest (at most 5)",
        f"{slowest:.1f}",
        slowest <= SECONDS,
        timed=True,
    )
    share = {name: 100 * c[name] / c["counts"] for name in ("small", "others")}
    yield Row("counts hidden (fewer to protect than small ones)",
              f"{share['small']:.0f}% small, {share['others']:.0f}% to protect them, "
              f"of {c['counts']:,}", c["others"] < c["small"])  # fmt: skip


def attacked_nhs(home: Path, area: Sized) -> Counter[str]:
    """Return what an outsider recovers of one area's report in the NHS profile."""
    seed, plans = area
    report = areas.report(areas.children(seed, plans), f"Area {seed}", chart=False)
    publish(report, home / f"{seed} nhs", profile="nhs")
    found = audit(home / f"{seed} nhs", threshold=7)
    return Counter(hidden=found.hidden, recovered=sum(b.kind in RECOVERED for b in found.breaches))


def _nhs_rows(c: Counter[str], count: int) -> Iterator[Row]:
    title = f"{count} areas in the NHS profile (1 to 7, rounded to 5): hidden counts recovered"
    yield Row(title, f"{c['recovered']} of {c['hidden']:,}", c["recovered"] == 0)


def attacked_broken(home: Path, area: Sized) -> Counter[str]:
    """Return how often the audit caught one area's report with its protection broken."""
    seed, plans = area
    report = areas.report(areas.children(seed, plans), f"Area {seed}", chart=False)
    made = publish(report, home / f"{seed} whole")
    found: Counter[str] = Counter()
    for title, breaks in broken.WAYS.items():
        for at, (views, masks) in enumerate(breaks(report, made.mask)):
            folder = home / f"{seed} {title} {at}"
            areas.write(replace(report, views=views), masks, folder)
            found[f"{title}: tried"] += 1
            found[f"{title}: caught"] += bool(audit(folder).breaches)
    return found


def _broken_rows(c: Counter[str]) -> Iterator[Row]:
    for title in broken.WAYS:
        tried, caught = c[f"{title}: tried"], c[f"{title}: caught"]
        yield Row(f"broken on purpose, {title}: caught", f"{caught} of {tried}",
                  caught == tried > 0)  # fmt: skip


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
    seed, plans = area
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
    title = f"{count} areas, a child added before each of {ADDED} more releases"
    yield Row(f"{title}: reports that differ by a byte", str(c["changed"]), c["changed"] == 0)
    yield Row(f"{title}: recovered from two of them", str(c["recovered"]), c["recovered"] == 0)
    yield Row(f"{title}: ranges narrower than 1 to 6", str(c["narrow"]), c["narrow"] == 0)
    yield Row("while half as many children again do show, in areas", f"{c['moved']} of {count}",
              c["moved"] == count)  # fmt: skip


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

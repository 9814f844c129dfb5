"""Section 1: nobody is disclosed. Generated areas, protected, published and attacked."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from safety import areas, broken, releases
from safety.protected import NARROW, RECOVERED, SECONDS, Sized, publish, summed
from safety.rows import Row
from toolkit.aggregate import Key
from toolkit.audit.audit import Breach, audit
from toolkit.show.mask import THRESHOLDS

AREAS, SHORT, CORES = 200, 8, 2
FEWER = 20  # of so many areas one is broken on purpose, and one grows
DRAWN = 4  # of so many areas one has a chart, which takes as long as all the rest


def rows(short: bool = False) -> Iterator[Row]:
    """Yield the lines of section 1."""
    sizes = areas.sizes(SHORT if short else AREAS)
    every = list(enumerate(sizes, 1))
    some = every[1::SHORT] if short else every[::FEWER]
    with tempfile.TemporaryDirectory() as place, _pool() as pool:
        home = Path(place)
        yield from _attack_rows(summed(pool, partial(attacked, home), every), len(every))
        yield from _nhs_rows(summed(pool, partial(attacked_nhs, home), some), len(some))
        yield from _broken_rows(summed(pool, partial(attacked_broken, home), some))
        yield from releases.rows(home, pool, every, some, short)


def _pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(CORES, mp_context=get_context("spawn"))


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

"""A batch: every area, one after the other or side by side, and an index over all of them.

What became of each area is written down as soon as it is known, and the index with it, so
that a batch that is killed loses at most what was under way. The same command goes on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from toolkit.errors import OutputError
from toolkit.intake import published
from toolkit.intake.opened import cache_folder
from toolkit.publish import manifest
from toolkit.publish.batch import page
from toolkit.publish.batch.jobs import Done, Job, Order
from toolkit.publish.batch.pool import Pool, Workers, run_jobs, run_last
from toolkit.publish.batch.work import run_insight
from toolkit.publish.files import write_beside
from toolkit.publish.scan import scan

STATE = "batch.json"
FEWEST = 5  # areas: with fewer, the report over all of them would print next to nothing


@dataclass(frozen=True)
class Batch:
    """What a batch came to.

    Attributes:
        done: What became of each area.
        index: The page that lists them.
        no_insight: Why there is no report over all areas; "" where there is one.
    """

    done: tuple[Done, ...]
    index: Path
    no_insight: str = ""

    @property
    def failures(self) -> list[Done]:
        """The areas that failed."""
        return [d for d in self.done if d.status == "failed"]


def run_batch(jobs: Sequence[Job], order: Order, pool: Pool, take: Callable[[Done], None]) -> Batch:
    """Return what became of every area, once all are done, kept or failed.

    Args:
        jobs: The areas.
        order: What is the same for all.
        pool: Where they run.
        take: Told of each area as it is done.

    Raises:
        OutputError: The folder cannot be written to, or the cluster stopped answering.
        LeakError: The index would hold something that must not leave.
    """
    made: list[Done] = []

    def took(done: Done) -> None:
        made.append(done)
        _remember(made, jobs, order)
        take(done)

    with Workers(pool) as workers:
        run_jobs(jobs, order, workers, took)
        write_index(made, order, len(jobs))  # whatever becomes of the report over all of them
        insight = _insight(made, order, workers)
    write_index(made, order, len(jobs))
    return Batch(tuple(made), order.out / page.INDEX, insight)


def _insight(done: Sequence[Done], order: Order, workers: Workers) -> str:
    """Publish the report over all areas, and return why not; "" where it stands.

    That it cannot be made takes nothing away from the areas' own reports.
    """
    if order.notebooks is not None or order.playbook is not None:
        return "It is made from whole runs alone."
    if sum(d.status != "failed" for d in done) < FEWEST:
        return f"It needs {FEWEST} areas."
    return run_last(run_insight, order, workers)


def write_index(done: Sequence[Done], order: Order, started: int) -> None:
    """Write the index pages, once each is known to hold nothing that must not leave."""
    pages = page.pages(done, order, started)
    scan(pages)
    for name, data in pages.items():
        write_beside(order.out / name, data)
    for name in page.names():
        if name not in pages:
            (order.out / name).unlink(missing_ok=True)


def last_date(out: Path) -> date | None:
    """Return the date of a batch that did not come to its end; None where there is none.

    A batch that goes on the next morning prints one date in all its reports.
    """
    state = _state(out)
    if not state or state.get("finished"):
        return None
    return date.fromisoformat(str(state["run_date"]))


def read_once(paths: Iterable[Path]) -> None:
    """Read published files into this machine's cache, so that no area has to.

    Raises:
        InputError: A file is not there, or cannot be used.
        OutputError: The cache cannot be written to.
    """
    published.load(paths, cache_folder()).keep()


def _remember(done: Sequence[Done], jobs: Sequence[Job], order: Order) -> None:
    """Write down what became of the areas so far, and which are still to come."""
    over = {d.slug for d in done}
    rows = [d.as_json() for d in done]
    rows += [
        {"slug": j.slug, "name": j.name, "la_code": j.la_code, "status": "waiting", "reason": ""}
        for j in jobs
        if j.slug not in over
    ]
    state = {
        "run_date": order.run_date.isoformat(),
        "finished": len(over) == len(jobs),
        "areas": rows,
    }
    data = manifest.as_bytes(state)
    scan({STATE: data})
    write_beside(order.out / STATE, data)


def _state(out: Path) -> Mapping[str, Any]:
    try:
        held = json.loads((out / STATE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise OutputError(
            f"what a batch wrote down there cannot be read ({type(error).__name__}).",
            where=STATE,
            remedy="Delete it: no report is lost, and what is done is still kept.",
        ) from None
    return dict(held)

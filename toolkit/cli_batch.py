"""The command `toolkit batch`: every notebook on many areas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from toolkit import errors, start
from toolkit.intake import store
from toolkit.publish.batch import pool
from toolkit.publish.batch.jobs import Done, Job, Order, folder_jobs, published_jobs
from toolkit.publish.batch.run import Batch, last_date, read_once, run_batch
from toolkit.publish.batch.work import standing
from toolkit.terminal import console, progress

OUTPUTS = Path("outputs")  # where the reports of the areas in `areas` go too
FOLDERS = typer.Argument(help="Areas' own folders, or folders that hold them.", show_default=False)
PUBLISHED = typer.Option(help="Published file or folder; again for more.")
CODES = typer.Option(help="With --published: an area's code or name; again for more.")
ONLY = typer.Option(help="Number of a notebook; again for more. Others are taken away.")


def batch(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    folders: Annotated[list[Path] | None, FOLDERS] = None,
    published: Annotated[list[Path] | None, PUBLISHED] = None,
    area: Annotated[list[str] | None, CODES] = None,
    all_: Annotated[bool, typer.Option("--all", help="With --published: every LA.")] = False,
    out: Annotated[Path, typer.Option(help="Folder to write into.")] = OUTPUTS,
    workers: Annotated[int, typer.Option(help="Areas at once; 0: one a core.", min=0)] = 0,
    cluster: Annotated[str, typer.Option(help="A Dask scheduler, as in tcp://host:8786.")] = "",
    only: Annotated[list[str] | None, ONLY] = None,
    limit: Annotated[int, typer.Option(help="The first so many areas; 0: all.", min=0)] = 0,
    dry_run: Annotated[bool, typer.Option(help="Say what would be run, and run nothing.")] = False,
    fresh: Annotated[bool, typer.Option(help="Run even what is done and unchanged.")] = False,
    plain: Annotated[
        bool, typer.Option(help="A kernel for each notebook: slower, and the same.")
    ] = False,
    run_date: Annotated[
        str,
        typer.Option(help="Date to print; by default that of an unfinished batch, else today."),
    ] = "",
) -> None:
    """Run every notebook on many areas, and write an index over them.

    What is done and unchanged is kept, so that the same command goes on where a batch was
    stopped. One area that fails stops no other; the exit code is then 5.

    Examples: toolkit batch --published education-health-and-care-plans_2025.zip --all

    toolkit batch areas --out outputs
    """
    jobs = _jobs(folders, published, area, all_, out)[: limit or None]
    day = start.day(run_date) if run_date else (last_date(out) or start.day(""))
    order = Order(out.resolve(), day, tuple(only) if only else None, fresh, plain)
    if dry_run:
        _tell_plan(jobs, order)
        return
    where = pool.cluster(cluster) if cluster else pool.local(workers)
    if published:
        with progress("Reading the published files, once for all areas"):
            read_once(published)
    with _shown(len(jobs)) as take:
        made = run_batch(jobs, order, where, take)
    _tell(made)


def _jobs(
    folders: Sequence[Path] | None,
    published: Sequence[Path] | None,
    area: Sequence[str] | None,
    all_: bool,
    out: Path,
) -> list[Job]:
    """Return the areas that the options name."""
    if bool(folders) == bool(published):
        raise errors.SettingsError(
            "one of the two is needed: areas' folders, or --published with --all or --area.",
            remedy="As in: toolkit batch areas",
        )
    if folders:
        return folder_jobs(folders)
    if bool(area) == all_:
        raise errors.SettingsError("which areas?", remedy="Name areas with --area, or give --all.")
    own = store.areas_home() if out.resolve() == OUTPUTS.resolve() else None
    return published_jobs(published or [], area or [], out / "areas", own)


@contextmanager
def _shown(areas: int) -> Iterator[Callable[[Done], None]]:
    """Yield a function that is told of each area: how many are done, failed, and the time left."""
    text = TextColumn("{task.description}")
    columns = text, BarColumn(), TimeElapsedColumn(), TextColumn("left:"), TimeRemainingColumn()
    counts: Counter[str] = Counter()
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(f"0 of {areas} areas", total=areas)

        def take(done: Done) -> None:
            counts[done.status] += 1
            told = f"{counts.total()} of {areas} areas, {counts['failed']} failed"
            bar.update(task, advance=1, description=told)
            if done.status == "failed":
                bar.console.print(f"Failed: {escape(done.name)}. {escape(done.message)}")

        yield take


def _tell_plan(jobs: Sequence[Job], order: Order) -> None:
    """Print what a batch would do, area by area."""
    counts: Counter[str] = Counter()
    for job in jobs:
        is_kept = not job.refused and standing(job, order)
        plan = "refused" if job.refused else "kept as it stands" if is_kept else "to run"
        counts[plan] += 1
        console.print(escape(f"{job.name}: {plan}" + (f". {job.refused}" if job.refused else "")))
    refused = f", {counts['refused']} refused" if counts["refused"] else ""
    console.print(
        f"{len(jobs)} areas: {counts['to run']} to run, "
        f"{counts['kept as it stands']} kept{refused}."
    )


def _tell(made: Batch) -> None:
    """Print what a batch came to; raise where an area failed, with how to run it again."""
    counts = Counter(d.status for d in made.done)
    console.print(
        f"{len(made.done)} areas: {counts['done']} run, {counts['kept']} kept, "
        f"{counts['failed']} failed.\nIndex: {escape(str(made.index))}"
    )
    if made.no_insight:
        console.print(f"No report over all areas. {escape(made.no_insight)}")
    failed = made.failures
    if failed:
        names = ", ".join(d.name for d in failed)
        raise errors.NotebookError(
            f"{len(failed)} of {len(made.done)} areas failed: {names}.",
            remedy="Mend what is said of them above, then give the same command again: it runs "
            "these alone. The log of each is in its folder, private/log/batch.txt.",
        )

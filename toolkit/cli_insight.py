"""The command `toolkit insight`: the report over many areas."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.markup import escape

from toolkit import start
from toolkit.errors import SettingsError
from toolkit.intake.fiction import ledgers as fiction
from toolkit.publish.insight import Insight, publish_insight
from toolkit.publish.warm import quickest
from toolkit.terminal import console, progress

OUTPUTS = Path("outputs")


def insight(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    folder: Annotated[
        Path | None, typer.Argument(help="The folder of outputs, one sub-folder an area.")
    ] = None,
    areas: Annotated[
        Path | None,
        typer.Option(help="CSV of expected areas: la_code, name, tranche, wave, expected."),
    ] = None,
    weights: Annotated[
        Literal["plans", "equal"], typer.Option(help="What areas weigh in an average.")
    ] = "plans",
    minimum_areas: Annotated[
        int, typer.Option(help="With fewer areas, a figure is not printed.", min=2)
    ] = 5,
    interim: Annotated[
        bool, typer.Option("--interim", help="Mark the report: areas are still to come.")
    ] = False,
    fictional: Annotated[
        bool,
        typer.Option("--fictional", help="Make 54 fictional ledgers first, in three tranches."),
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write into; by default 'insight' in FOLDER.")
    ] = None,
    run_date: Annotated[
        str, typer.Option(help="Date to print in the pages, as in 2026-11-22; by default today.")
    ] = "",
) -> None:
    """Put the findings of many areas together, from their evidence ledgers alone.

    Examples: toolkit insight outputs --areas areas.csv

    toolkit insight --fictional --out trial
    """
    if (folder is None) != fictional:
        raise SettingsError(
            "one of the two is needed: a folder of outputs, or --fictional.",
            remedy="As in: toolkit insight outputs",
        )
    day = start.day(run_date)
    with progress("Reading the ledgers") as say:
        home = folder or fiction.write_ledgers((out or OUTPUTS) / "ledgers", day)
        chosen = {"weights": weights, "minimum_areas": minimum_areas, "interim": interim}
        target = out / "insight" if out and fictional else out or home / "insight"
        with quickest() as way:
            made = publish_insight(
                home, target, run_date=day, areas=areas, parameters=chosen, progress=say, way=way
            )
    _tell(made)


def _tell(made: Insight) -> None:
    """Print which areas are in, what was set aside, which chapters there are, and where."""
    told = made.ledgers
    console.print(f"Areas in: {told.count}, of which {told.fictional} fictional.")
    absent = told.areas.loc[told.areas["status"].ne("in"), ["name", "status", "reason"]]
    for name, status, reason in absent.to_numpy().tolist():
        console.print(f"{escape(name)}: {status}. {escape(reason)}")
    for what, why in told.set_aside.to_numpy().tolist():
        console.print(f"Set aside: {escape(what)}. {escape(why)}")
    for page in made.outcomes:
        why = f". {escape(page.reason)}" if page.reason else ""
        console.print(f"{escape(page.title)}: {page.status}{why}")
    console.print(f"Report: {escape(str(made.folder / 'index.html'))}")

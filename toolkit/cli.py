"""The command line: each command is one call into the toolkit.

A mistake of the user's prints as a sentence, without a traceback; each kind has its own exit
code (`toolkit --help` lists them).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.markup import escape

from toolkit import checkup, cli_audit, cli_batch, cli_insight, errors, forecasting, start
from toolkit.intake import fictional, store, templates
from toolkit.publish import parameters
from toolkit.publish import run as publish
from toolkit.publish.playbook import chosen, read_playbook
from toolkit.publish.warm import quickest
from toolkit.terminal import console, progress, section, table

CODES = """Exit codes: 0 done; 2 the command is misspelt; 3 a file is wrong; 4 a setting is wrong;
5 a notebook failed; 6 disclosure control refused; 7 something private would have left;
8 the place to write to cannot be written."""

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help=f"The SEND diagnostic of an English local authority, run by itself.\n\n{CODES}",
    context_settings={"help_option_names": ["-h", "--help"]},
)
OUTPUTS = Path("outputs")
Out = Annotated[
    Path | None, typer.Option(help="Folder to write into; by default areas/ and outputs/ here.")
]
Folder = Annotated[Path, typer.Argument(help="The area's folder, as in areas/exampleshire.")]
RunDate = Annotated[
    str, typer.Option(help="Date to print in the reports, as in 2026-11-22; by default today.")
]


@app.command()
def demo(
    out: Out = None,
    plans: Annotated[
        int, typer.Option(help="EHC plans of the fictional area.", min=150, max=20000)
    ] = 3000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same area.", min=0)] = 1,
    form: Annotated[
        Literal["xml", "csv", "workbook"], typer.Option(help="Form of its SEN2 returns.")
    ] = "xml",
    run_date: RunDate = "",
) -> None:
    """Make a fictional area, run every notebook on it and publish its reports.

    Example: toolkit demo --out trial
    """
    home = out / "areas" if out else store.areas_home()
    with progress("Making a fictional area") as say:
        folder = fictional.write_fictional_area(
            home / store.DEMO, plans=plans, seed=seed, form=form
        )
        with quickest() as way:
            release = publish.publish_area(
                folder, out or OUTPUTS, run_date=start.day(run_date), progress=say, way=way
            )
    _tell(release)


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="The area's name, as in 'Bristol, City of'.")],
    la_code: Annotated[
        str, typer.Option(help="Its three-digit code, where the name is not enough.")
    ] = "",
    out: Out = None,
) -> None:
    """Make the folder of a new area: its settings, and where its files go.

    Example: toolkit new "Bracknell Forest"
    """
    folder = start.new_area(name, la_code, out or store.areas_home())
    console.print(f"Made {escape(str(folder))}.")
    console.print(
        "Put your files into its folder 'inputs', then: toolkit check " + escape(str(folder))
    )


@app.command()
def check(
    folder: Folder,
    values: Annotated[
        bool, typer.Option(help="Show the values that are wrong. Private: for your screen only.")
    ] = False,
    limit: Annotated[int, typer.Option(help="How many kinds of problem to list.", min=1)] = 50,
) -> None:
    """Read the area's files and say in plain words what is wrong with them.

    Example: toolkit check areas/exampleshire --values
    """
    with progress("Reading the files"):
        area = store.open_area(folder)
    section("Rows", table(checkup.rows(area)))
    section(checkup.title_of_problems(area, values=values, limit=limit))
    for done, where, said in checkup.problems(area, values=values, limit=limit):
        console.print(f"{done}: [bold]{escape(where)}[/bold]")
        console.print(f"    {escape(said)}")
    section("What can run now", table(checkup.readiness(area)))
    raise typer.Exit(errors.InputError.exit_code if checkup.has_errors(area) else 0)


@app.command()
def run(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    folder: Annotated[
        Path | None, typer.Argument(help="The area's folder; left out with --published.")
    ] = None,
    published: Annotated[
        list[Path] | None,
        typer.Option(help="Published file or folder; may be given more than once."),
    ] = None,
    area: Annotated[str, typer.Option(help="With --published: the area's code or name.")] = "",
    only: Annotated[
        list[str] | None,
        typer.Option(
            help="Number of a notebook; may be given more than once. The release then holds "
            "these alone: earlier reports of others are taken away."
        ),
    ] = None,
    out: Out = None,
    run_date: RunDate = "",
    parameter: Annotated[
        list[str] | None,
        typer.Option(
            "--parameter",
            "-p",
            metavar="NAME=VALUE",
            help="Parameter of a notebook, as its first code cell names it; again for more.",
        ),
    ] = None,
    fresh: Annotated[
        bool, typer.Option(help="Run every notebook, even where nothing that it reads changed.")
    ] = False,
) -> None:
    """Run the notebooks on an area and publish its reports.

    Examples: toolkit run areas/exampleshire

    toolkit run areas/exampleshire --parameter locality=Northgate

    toolkit run --published education-health-and-care-plans_2025.zip --area 867
    """
    if (folder is None) == (not published):
        raise errors.SettingsError(
            "one of the two is needed: an area's folder, or --published with --area.",
            remedy="As in: toolkit run areas/exampleshire",
        )
    given = parameters.from_text(parameter or [], chosen(read_playbook(), only))
    with progress("Reading the files") as say:
        if published:
            home = out / "areas" if out else store.areas_home()
            folder = start.published_area(published, area, home)
        assert folder is not None  # noqa: S101  (one of the two is there, as checked above)
        day = start.day(run_date)
        with quickest(fresh) as way:
            release = publish.publish_area(
                folder, out or OUTPUTS, notebooks=only, run_date=day, parameters=given,
                progress=say, way=way,
            )  # fmt: skip
    _tell(release)


app.command()(cli_batch.batch)
app.command()(cli_insight.insight)
app.command("audit")(cli_audit.audit_)


PUBLISHED_PATH = typer.Argument(
    help="The DfE's zip 'Education, health and care plans', or a folder."
)
Published = Annotated[list[Path], PUBLISHED_PATH]
Simulations = Annotated[int, typer.Option(help="How many futures.", min=50, max=10_000)]
Seed = Annotated[int, typer.Option(help="The same seed gives the same figures.", min=0)]


@app.command("backtest")
def backtest_(published: Published, simulations: Simulations = 1000, seed: Seed = 1) -> None:
    """Hold the published-tier forecast against what happened, over all areas.

    Prints errors, bias and how often the ranges held, one, two and three years ahead, in total
    and by provision, beside simple rules; then what was held out of tuning by itself.

    Example: toolkit backtest education-health-and-care-plans_2025.zip
    """
    with progress("Forecasting from past Januaries"):
        held = forecasting.released(published)
        rows = forecasting.scored(held, simulations, seed)
    section("All areas, all origins", table(forecasting.score_lines(rows)))
    section("Simple rules, on the same rows", table(forecasting.rule_lines(rows)))
    console.print(forecasting.RULES)
    section("All plans, from each January", table(forecasting.origin_lines(rows)))
    later = forecasting.held_out(rows)
    if len(later):
        section("Outcomes that no tuning has read", table(forecasting.score_lines(later)))
    for sentence in forecasting.summary(rows, held):
        console.print(escape(sentence))
    section("Points that are missing or not used as published")
    for note in forecasting.notes(held):
        console.print(escape(note))


@app.command()
def forecast(
    published: Published,
    csv: Annotated[Path, typer.Option(help="The CSV file to write.")],
    area: Annotated[
        list[str] | None, typer.Option(help="An area's three-digit code; again for more.")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every local authority.")] = False,
    years: Annotated[int, typer.Option(help="Years ahead, 1 to 5.")] = 3,
    simulations: Simulations = 1000,
    seed: Seed = 1,
) -> None:
    """Forecast EHC plans by provision from published figures, and write them as CSV.

    One row an area, January and provision, with the median and the 80% and 95% ranges. Plans in
    non-maintained early years settings and those without a recorded placement are in the total
    alone.

    Example: toolkit forecast education-health-and-care-plans_2025.zip --all --csv forecast.csv
    """
    if bool(area) == all_:
        raise errors.SettingsError("which areas?", remedy="Name areas with --area, or give --all.")
    with progress("Forecasting"):
        held = forecasting.released(published)
        made = forecasting.forecast(held, area or [], years, simulations, seed)
        forecasting.write(made, csv)
    console.print(f"Wrote {len(made):,} rows: {escape(str(csv))}")
    for note in forecasting.notes(held, area or []):
        console.print(escape(note))


@app.command(name="templates")
def write_templates(
    out: Annotated[Path, typer.Option(help="Folder to write into.")] = Path("data_templates"),
) -> None:
    """Write the blank and filled templates, the workbook and the data dictionary.

    Example: toolkit templates --out templates
    """
    templates.write_templates(out)
    console.print(f"Wrote the templates into {escape(str(out))}.")


def _tell(release: publish.Release) -> None:
    """Print what became of each notebook and where the reports lie; raise if one failed."""
    for outcome in release.outcomes:
        why = outcome.message or outcome.reason
        console.print(
            f"{outcome.number} {outcome.title}: {outcome.status}{'. ' + escape(why) if why else ''}"
        )
    if release.kept:
        console.print(
            f"{release.kept:,} counts are shown as an earlier release had them, since records have "
            "been corrected for a few children only. This is for you alone: do not share how many."
        )
    console.print(f"Reports: {escape(str(release.folder / 'index.html'))}")
    if release.failures:
        first = release.failures[0]
        raise errors.NotebookError(
            f"{len(release.failures)} of {len(release.outcomes)} notebooks failed; nothing of "
            "them is published.",
            where=f"Notebook {first.number}",
            remedy=first.message or first.reason,
        )


def main() -> None:
    """Run the command line; a mistake of the user's ends it with a sentence and its code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # old Windows consoles
    try:
        app()
    except errors.ToolkitError as error:
        Console(stderr=True, soft_wrap=True, highlight=False).print(
            f"[bold]Stopped.[/bold] {escape(error.sentence)}"
        )
        sys.exit(error.exit_code)
    except OSError as error:  # the disk is full, a drive is gone, a file is held by a program
        named = isinstance(error.filename, str)
        about = f"'{Path(error.filename).name}'" if named else "A file"
        Console(stderr=True, soft_wrap=True, highlight=False).print(
            f"[bold]Stopped.[/bold] {escape(about)} cannot be opened or written "
            f"({escape(error.strerror or type(error).__name__)}). Close it in other programs, and "
            "check that the disk has room and that you may use the folder."
        )
        sys.exit(errors.OutputError.exit_code)

"""Publish the report over many areas, from their evidence ledgers and nothing else.

It leaves by the same door as an area's release: executed, protected, drawn, looked through,
and put in place whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from toolkit.diagnose.insight import weigh
from toolkit.errors import InputError, NotebookError, SettingsError
from toolkit.intake.ledgers import Ledgers, open_ledgers
from toolkit.publish import chapters, place
from toolkit.publish import parameters as settings
from toolkit.publish.chain import Way
from toolkit.publish.evidence_base import NAME, evidence_base
from toolkit.publish.execute import Outcome, execute
from toolkit.publish.manifest import Areas, Facts
from toolkit.publish.playbook import Step, find_playbook, read_step
from toolkit.publish.release import read_last, remember
from toolkit.publish.run import Release, release_files
from toolkit.publish.scan import scan

NOTEBOOK = "50_insight.ipynb"
TOGETHER = "Local areas together"
INTERIM = "Interim: "


@dataclass(frozen=True)
class Insight(Release):
    """What a run over many areas put into its folder; `outcomes` are the report and its chapters.

    Attributes:
        ledgers: The ledgers that it was made from, with the areas that are missing.
    """

    ledgers: Ledgers = field(kw_only=True)


def publish_insight(
    outputs: Path,
    out: Path,
    *,
    run_date: date,
    areas: Path | None = None,
    parameters: Mapping[str, Any] | None = None,
    progress: Callable[[str], None] | None = None,
    way: Way | None = None,
) -> Insight:
    """Return the release of the report over many areas, once it stands in the folder `out`.

    Args:
        outputs: The folder with one folder of outputs an area.
        out: The folder of this report; may lie within `outputs`.
        run_date: The date that the pages print.
        areas: A file of expected areas; by default `areas.csv` in `outputs`, where there is one.
        parameters: `weights` ("plans" or "equal"), `minimum_areas`, `interim`.
        progress: Told in words what is under way.
        way: How the notebook is run, and where the playbook is.

    Raises:
        SettingsError: A parameter is unknown or of the wrong kind.
        InputError: There is no ledger that can be used, or one changed while the notebook ran.
        NotebookError: The notebook did not run to its end. Nothing is published.
        LeakError: A finished page holds something that must not leave. Nothing is published.
        OutputError: The folder cannot be written to.
    """
    say, way = progress or (lambda _: None), way or Way()
    step = read_step((way.playbook or find_playbook()) / NOTEBOOK)
    given = settings.checked(parameters, [step])
    _refuse_weights(given)
    say("Reading the ledgers")
    ledgers = _ledgers(outputs, areas, given)
    folder = place.checked(out, TOGETHER)
    work = out.with_name(f".{out.name}-work")
    say(f"Notebook {step.number}: {step.about.title}")
    pages = _pages(_executed(step, work, outputs, areas, given, way), given)
    if _hashes(_ledgers(outputs, areas, given)) != _hashes(ledgers):
        raise InputError(
            "ledgers changed while the notebook ran, so nothing was published.",
            where=outputs.name,
            remedy="Run again once nothing writes to the folder.",
        )
    say("Protecting and drawing")
    facts = _facts(ledgers, run_date, given, step)
    base = {NAME: evidence_base(ledgers.areas, ledgers.findings)}
    files, memory = release_files(pages, facts, read_last(work), base)
    say("Checking what leaves")
    scan(files)
    remember(work, memory)
    place.replace_release(files, folder)
    found = tuple(memory["findings"])
    return Insight(folder, tuple(pages), found, facts.run_id, ledgers=ledgers)


def _refuse_weights(given: Mapping[str, Any]) -> None:
    try:
        weigh.checked(str(given.get("weights", "plans")))
    except ValueError as error:
        raise SettingsError(f"{error}", where="weights") from None


def _ledgers(outputs: Path, areas: Path | None, given: Mapping[str, Any]) -> Ledgers:
    ledgers = open_ledgers(outputs, areas or "", int(given.get("minimum_areas", 5)))
    if not ledgers.count:
        first = next(iter(ledgers.set_aside.itertuples(index=False)), None)
        why = f" The first folder, '{first.what}': {first.why}" if first else ""
        raise InputError(
            "no area's ledger in it can be used.",
            where=outputs.name,
            remedy=f"Run areas into it first: toolkit run, or toolkit batch.{why}",
        )
    return ledgers


def _hashes(ledgers: Ledgers) -> list[str]:
    return [source.sha256 for source in ledgers.sources]


def _executed(
    step: Step,
    work: Path,
    outputs: Path,
    areas: Path | None,
    given: Mapping[str, Any],
    way: Way,
) -> Outcome:
    """Return the executed notebook; NotebookError where it did not run to its end."""
    work.mkdir(parents=True, exist_ok=True)
    places = {
        "outputs_folder": str(outputs.resolve()),
        "areas_file": str(areas.resolve()) if areas else "",
        "interactive": False,
    }
    outcome = execute(step, work, {**given, **places}, way.cell_seconds, way.runner)
    if outcome.failed:
        raise NotebookError(
            "it did not run to its end, so nothing was published.",
            where=f"Notebook {step.number}",
            remedy=outcome.message,
        )
    return outcome


def _pages(outcome: Outcome, given: Mapping[str, Any]) -> list[Outcome]:
    """Return the full report and its chapters, marked where the report is interim."""
    pages = chapters.parts(outcome)
    return [chapters.marked(page, INTERIM) for page in pages] if given.get("interim") else pages


def _facts(ledgers: Ledgers, run_date: date, given: Mapping[str, Any], step: Step) -> Facts:
    together = Areas(name=TOGETHER, count=ledgers.count, made_up=ledgers.fictional)
    return Facts(together, "ledgers", run_date, given, ledgers.sources, [step])

"""The notebooks of one area, one after the other: what each needs, and what a failure stops."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.intake.fills import called, fills
from toolkit.intake.opened import OpenArea
from toolkit.publish.execute import CELL_SECONDS, Outcome, Runner, execute, plain
from toolkit.publish.kept import keep, kept
from toolkit.publish.parameters import for_step
from toolkit.publish.playbook import Step
from toolkit.show import words

SWITCHED_OFF = "This stage is switched off in area.toml."


@dataclass(frozen=True)
class Way:
    """How notebooks are run.

    Attributes:
        runner: What runs one: a kernel of its own, or a fork of a warm process.
        fresh: Whether each is run even if its result is still there and still right.
        cell_seconds: How long one cell may take.
        playbook: The folder they are in; the shipped one where None.
    """

    runner: Runner = plain
    fresh: bool = False
    cell_seconds: float = CELL_SECONDS
    playbook: Path | None = None


def run_steps(
    steps: Sequence[Step],
    area: OpenArea,
    parameters: Mapping[str, Any],
    say: Callable[[str], None],
    way: Way,
) -> list[Outcome]:
    """Return what became of each notebook, in the order given.

    One that lacks what it needs is skipped; one that depends on a failure is stopped. All
    others run: a failure costs no more than what rests on it. One whose result is still there
    and still right is not run again.
    """
    outcomes: list[Outcome] = []
    for number, step in enumerate(steps, start=1):
        say(f"Notebook {step.number} ({number} of {len(steps)}): {step.about.title}")
        own = for_step(parameters, step)
        outcomes.append(_kept_back(step, area, outcomes) or _result(step, area, own, way))
    return outcomes


def _result(step: Step, area: OpenArea, own: Mapping[str, Any], way: Way) -> Outcome:
    before = None if way.fresh else kept(step, area, own)
    if before:
        return before
    return keep(execute(step, area.folder, own, way.cell_seconds, way.runner), area, own)


def _kept_back(step: Step, area: OpenArea, before: Sequence[Outcome]) -> Outcome | None:
    """Return the outcome of a notebook that may not run; None where it may."""
    if step.stage not in area.settings.stages:
        return Outcome(step, "skipped", SWITCHED_OFF, SWITCHED_OFF)
    failed = [o for o in before if o.failed and step.depends_on(o.step)]
    if failed:
        reason = f"It rests on notebook {failed[0].number}, which failed."
        return Outcome(step, "stopped", reason, f"{step.name}: {reason}")
    done = [o for o in before if o.status == "executed"]
    unfound = [need for need in step.about.needs_findings if not _found(need, done)]
    if unfound:
        number = unfound[0].partition(".")[0]
        reason = f"It needs the findings of notebook {number}, which did not run."
        return Outcome(step, "skipped", reason, reason, would_fill=f"a run of notebook {number}")
    given = {name for o in done for name in o.step.about.gives}
    lacking = [need for need in area.lacks(*step.about.needs) if need not in given]
    choices = step.about.needs_any
    if choices and not given & set(choices) and len(area.lacks(*choices)) == len(choices):
        return _skipped(step, lacking, choices)
    return _skipped(step, lacking) if lacking else None


def _found(need: str, done: Sequence[Outcome]) -> bool:
    """Return whether a finding, or any finding of a notebook, comes from one that ran."""
    return any(
        need in o.step.about.gives or need == o.number or need.startswith(f"{o.number}.")
        for o in done
    )


def _skipped(step: Step, lacking: Sequence[str], choices: Sequence[str] = ()) -> Outcome:
    """Return a notebook that is left out, with what it needs and what would fill it."""
    needs = [called(need) for need in lacking]
    files = [fills(need) for need in lacking]
    if choices:
        needs.append(words.listed(list(dict.fromkeys(map(called, choices))), "or"))
        files.append(words.listed(list(dict.fromkeys(map(fills, choices))), "or"))
    reason = f"It needs {words.listed(needs)}."
    would_fill = words.listed(list(dict.fromkeys(files)))
    return Outcome(step, "skipped", reason, reason, would_fill=would_fill)

"""Publish an area: execute its notebooks, protect what they show, render it, let it leave.

The order is what keeps it safe. Parameters are checked before anything runs; every count is
protected before anything is drawn; every file is looked through before any is in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from toolkit.aggregate import Aggregate
from toolkit.diagnose import locality_asked
from toolkit.errors import InputError, LeakError
from toolkit.intake import names
from toolkit.intake.opened import OpenArea
from toolkit.intake.store import open_area
from toolkit.publish import index, ledger, looked_up, manifest, place, report
from toolkit.publish import parameters as settings
from toolkit.publish.chain import Way, run_steps
from toolkit.publish.execute import Outcome
from toolkit.publish.extras import extras
from toolkit.publish.manifest import Facts
from toolkit.publish.pages import Common
from toolkit.publish.playbook import chosen, in_order, read_playbook
from toolkit.publish.release import Placed, protect, read_last, register_of, remember, views_of
from toolkit.publish.scan import scan
from toolkit.show.earlier import Earlier

FINDINGS = "findings.json"


@dataclass(frozen=True)
class Release:
    """What a run put into an area's folder of outputs.

    Attributes:
        folder: That folder.
        outcomes: What became of each notebook, in the order of the run.
        findings: The evidence ledger, protected.
        run_id: The id of the run; the same for the same inputs.
        kept: How many counts are shown as an earlier release had them. For the analyst alone.
    """

    folder: Path
    outcomes: tuple[Outcome, ...]
    findings: tuple[Mapping[str, Any], ...]
    run_id: str
    kept: int = 0

    @property
    def failures(self) -> list[Outcome]:
        """The notebooks that failed, and those that were stopped because of them."""
        return [outcome for outcome in self.outcomes if outcome.failed]


def publish_area(
    area_folder: Path,
    out: Path,
    *,
    notebooks: Sequence[str] | None = None,
    run_date: date,
    parameters: Mapping[str, Any] | None = None,
    progress: Callable[[str], None] | None = None,
    way: Way | None = None,
) -> Release:
    """Return the release of an area, once it stands in `out/<the area's slug>`.

    Args:
        area_folder: The folder with the area's settings and inputs.
        out: The folder that holds one folder of outputs an area.
        notebooks: Numbers or names of notebooks; all of the playbook where None.
        run_date: The date that the reports print; part of what makes a run repeatable.
        parameters: Parameters of the notebooks beside those that the run itself sets.
        progress: Told in words what is under way.
        way: How notebooks are run; where None, those of the shipped playbook in a kernel each,
            unless their result is still there and still right.

    Raises:
        SettingsError: A notebook, a parameter or a setting is unknown or of the wrong kind, or
            published statistics alone would replace reports from the area's own data.
        InputError: A file cannot be used, or changed while the notebooks ran.
        DisclosureError: Something cannot be protected. Nothing is published.
        LeakError: A finished page holds something that must not leave, or an input holds the
            name of a child in words that reports print. Nothing is published.
        OutputError: The folder cannot be written to.
    """
    say, way = progress or (lambda _: None), way or Way()
    say("Reading the area's files")
    area, facts = planned(area_folder, run_date, notebooks, parameters, way.playbook)
    _refuse_names(area)
    folder = place.checked(out / area.settings.slug, area.settings.name)
    last = read_last(area.folder)
    place.refuse_published_alone(folder, [s.kind for s in area.sources], last.get("run_id", ""))
    outcomes = run_steps(facts.steps, area, facts.parameters, say, way)
    _refuse_changed(area)
    say("Protecting and drawing")
    published = looked_up.tables(area) if area.has("own files") else ()
    files, memory = release_files(outcomes, facts, last, extras(area, outcomes), published)
    say("Checking what leaves")
    scan(files)
    # First what is told, then the telling: a run that is killed between the two binds the next
    # one a little more than it must; the other way round a difference could show.
    remember(area.folder, memory)
    place.replace_release(files, folder)
    return Release(folder, tuple(outcomes), tuple(memory["findings"]), facts.run_id, memory["kept"])


def planned(
    area_folder: Path,
    run_date: date,
    notebooks: Sequence[str] | None = None,
    parameters: Mapping[str, Any] | None = None,
    playbook: Path | None = None,
) -> tuple[OpenArea, Facts]:
    """Return an area opened, and all that determines what a run of it would make.

    Raises:
        SettingsError: A notebook, a parameter or a setting is unknown or of the wrong kind.
        InputError: A file cannot be used.
    """
    steps = in_order(chosen(read_playbook(playbook), notebooks))
    given = settings.checked({**settings.dated(run_date, steps), **(parameters or {})}, steps)
    area = open_area(area_folder)
    if given.get("locality"):  # before anything runs: notebook 11 would stop at it later
        locality_asked.chosen(area.table_or_empty("plans"), given["locality"])
    return area, Facts(area.settings, area.tier, run_date, given, area.sources, steps)


def release_files(
    outcomes: Sequence[Outcome],
    facts: Facts,
    last: Mapping[str, Any],
    beside: Mapping[str, bytes],
    published: Iterable[Aggregate] = (),
) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Return every file of a release by name, and what to remember of it privately.

    Args:
        outcomes: What became of each notebook, in the order of the run.
        facts: What determines the result.
        last: What is remembered of the last release; empty for the first.
        beside: Files that stand beside the reports.
        published: What anybody can look up of the area.
    """
    done = [outcome for outcome in outcomes if outcome.status == "executed"]
    views = [view for outcome in done for view in views_of(outcome)]
    before = _before(facts, last)
    earlier = Earlier.from_json(before["told"])
    cover = protect(views, facts.area.disclosure, earlier, published)
    placed, mask = cover.placed, cover.mask
    findings = ledger.entries(placed, mask)
    common = Common(facts, mask, _is_local(placed), [outcome.step.page for outcome in done])
    files = {outcome.step.page: _page(outcome, placed, common) for outcome in done}
    changed = ledger.changes(findings, before["findings"]) if before["run_id"] else []
    files[index.NAME] = index.render(outcomes, placed, common, findings, changed)
    files |= beside
    files[FINDINGS] = _findings_file(facts, findings, changed, before["run_id"])
    files[manifest.NAME] = manifest.manifest(facts, outcomes, files, before["run_id"])
    told = {"told": cover.told.to_json(), "kept": len(mask.kept)}
    memory = {"run_id": facts.run_id, "findings": findings, "before": before, **told}
    return files, {**memory, "register": register_of(placed, mask)}


def _page(outcome: Outcome, placed: Sequence[Placed], common: Common) -> bytes:
    """Return the report of one notebook, with its own findings at its head."""
    own = [view for view in placed if view.outcome is outcome]
    return report.render(own, common, ledger.entries(own, common.mask), outcome)


def _before(facts: Facts, last: Mapping[str, Any]) -> dict[str, Any]:
    """Return the release to compare with: a run that is repeated is not compared with itself."""
    if last.get("run_id") == facts.run_id:
        return dict(last["before"])
    kept = {"run_id": "", "findings": [], "told": {}}
    return {name: last.get(name, value) for name, value in kept.items()}


def _is_local(placed: Sequence[Placed]) -> bool:
    """Return whether any figure of a release is derived from records of people."""
    aggregates = [a for view in placed for a in view.view.aggregates]
    return any(a.source == "local" or a.source_column for a in aggregates)


def _findings_file(
    facts: Facts,
    findings: Sequence[Mapping[str, Any]],
    changed: Sequence[Mapping[str, str]],
    before: str,
) -> bytes:
    """Return the evidence ledger as the file that other programs read."""
    told = facts.as_json()
    head = {name: told[name] for name in ("toolkit", "run_date", "area", "notice", "tier")}
    changes = {"compared_with": before, "changes": list(changed)}
    return manifest.as_bytes(
        {"run_id": facts.run_id, **head, "findings": list(findings), **changes}
    )


def _refuse_names(area: OpenArea) -> None:
    """Refuse to run while a child's full name stands among words that reports print."""
    named = [p for p in area.problems if p.code == names.CODE]
    if named:
        more = f" So do {len(named) - 1} more cells or settings." if len(named) > 1 else ""
        raise LeakError(f"{named[0].message}{more}", where=named[0].where, remedy=named[0].remedy)


def _refuse_changed(area: OpenArea) -> None:
    """Refuse a release whose notebooks may have read different files."""
    again = open_area(area.folder)
    if [s.sha256 for s in again.sources] != [s.sha256 for s in area.sources]:
        raise InputError(
            "the files changed while the notebooks ran, so nothing was published.",
            where=area.settings.name,
            remedy="Run again once nobody writes to the folder 'inputs'.",
        )

"""The area's index page: the key findings, every report and its status, what could be added."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from toolkit.intake import schedule
from toolkit.intake.schedule_files import KIND as SCHEDULE
from toolkit.publish.execute import Outcome
from toolkit.publish.ledger import by_priority
from toolkit.publish.manifest import STATUS
from toolkit.publish.pages import Common, finished
from toolkit.publish.release import Placed
from toolkit.publish.report import left_out

NAME = "index.html"
MOST_FINDINGS = 8  # a page of A4; the rest stand in the reports
CHANGES = {"new": "New", "gone": "No longer found", "changed": "Changed"}
QUESTION = "What the evidence says about children and young people with SEND and what is spent."


def render(
    outcomes: Sequence[Outcome],
    placed: Sequence[Placed],
    common: Common,
    findings: Sequence[Mapping[str, Any]],
    changed: Sequence[Mapping[str, str]],
) -> bytes:
    """Return the finished index page of a release.

    Args:
        outcomes: What became of each notebook, in order.
        placed: Every view of the release.
        common: What every page of the release says alike.
        findings: The ledger.
        changed: What changed since the release before, as `ledger.changes` returns it.
    """
    titles = {o.number: o.title for o in outcomes}
    first = by_priority(findings)[:MOST_FINDINGS]
    page = {
        **common.page(f"SEND diagnostic: {common.facts.area.name}", QUESTION),
        "window": f"All reports – {common.facts.area.name}",
        "footer": f"SEND diagnostic of {common.facts.area.name}",
        "findings": [{**f, "title": titles[str(f["notebook"])]} for f in first],
        "changes": [{**c, "words": CHANGES[c["change"]]} for c in changed],
        "stages": _stages(outcomes),
        "left_out": _left_out(_that_lack(outcomes, common), placed),
        "readiness": _readiness(outcomes, common),
        "inputs": _files(common.facts.inputs),
    }
    page["contents"] = _contents(page)
    return finished(page, "area.html.j2")


def _stages(outcomes: Sequence[Outcome]) -> list[tuple[str, list[dict[str, str]]]]:
    """Return the notebooks by stage, in order, each with its status in words."""
    by_stage = itertools.groupby(
        sorted(outcomes, key=lambda o: o.number), key=lambda o: o.step.about.stage
    )
    return [(stage, [_line(outcome) for outcome in group]) for stage, group in by_stage]


def _line(outcome: Outcome) -> dict[str, str]:
    return {
        # a chapter has a number of its own in its title
        "title": outcome.title if outcome.number[2:] else f"{outcome.number}. {outcome.title}",
        "question": outcome.step.about.question,
        "kind": outcome.status,
        "status": STATUS[outcome.status].capitalize(),
        "reason": outcome.reason,
        "page": outcome.step.page if outcome.status == "executed" else "",
    }


def _that_lack(outcomes: Sequence[Outcome], common: Common) -> Sequence[Outcome]:
    """Return the outcomes that say what they lack: of a report in chapters, the chapters."""
    return outcomes[1:] if common.facts.tier == "ledgers" else outcomes


def _left_out(outcomes: Sequence[Outcome], placed: Sequence[Placed]) -> list[tuple[str, list[str]]]:
    """Return what could be added: some files, and what they would fill, report by report."""
    gains: dict[str, dict[str, list[str]]] = {}
    for outcome in outcomes:
        own = [place for place in placed if place.outcome is outcome]
        for title, _, files in left_out(own):
            gains.setdefault(files, {}).setdefault(outcome.title, []).append(title)
        if outcome.status == "skipped" and outcome.would_fill:
            whole = gains.setdefault(outcome.would_fill, {})
            whole.setdefault(outcome.title, []).append("the whole report")
    return [
        (_capital(files), [f"{report}: {'; '.join(titles)}" for report, titles in by.items()])
        for files, by in gains.items()
    ]


def _capital(text: str) -> str:
    """Return a text with a capital first, unless it starts with a file's name."""
    return text if "." in text.partition(" ")[0] else text[:1].upper() + text[1:]


def _readiness(outcomes: Sequence[Outcome], common: Common) -> str:
    """Return in words how much of the diagnostic the data lets run."""
    ran = sum(o.status == "executed" for o in outcomes)
    if common.facts.tier == "ledgers":
        return (
            f"{ran} of {len(outcomes)} pages of this report are published. It was made from the "
            "evidence ledgers below and from nothing else."
        )
    local = (
        "The area's own records of plans were read, so figures are its own."
        if common.facts.tier == "local"
        else "No records of the area's own were read: every figure is from published statistics. "
        "With the area's SEN2 return each report goes deeper."
    )
    return f"{ran} of {len(outcomes)} notebooks of this run are published. {local}"


def _files(inputs: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """Return the files for one who only reads: those of the data schedule are one row, by title.

    Each file with its hash stands in the reports.
    """
    others = [i for i in inputs if not i["kind"].startswith(SCHEDULE)]
    ours = [i["kind"].removeprefix(SCHEDULE) for i in inputs if i not in others]
    names = dict.fromkeys(name for kind in ours for name in kind.split(", "))
    if not names:
        return others
    titles = ", ".join(sorted(schedule.TABLES[name].title for name in names))
    row = {"kind": f"The area's own files: {titles}", "release": "As given to this run"}
    return [row, *others]


def _contents(page: Mapping[str, Any]) -> list[tuple[str, str]]:
    listed = [
        ("key-findings", "Key findings", page["findings"]),
        ("reports", "Reports", True),
        ("changes", "What changed since the last run", page["changes"]),
        ("left-out", "What could be added, and with which files", page["left_out"]),
        ("readiness", "Data that this rests on", True),
    ]
    return [(id_, title) for id_, title, there in listed if there]

"""The evidence ledger: each finding of a release, protected, and what changed since the last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from toolkit.errors import SettingsError
from toolkit.publish.release import Placed
from toolkit.show.disclosure import Mask
from toolkit.show.drawing import ledger_entry

WHY_HIDDEN = "hidden, so that no child can be identified"
FIGURES = ("value", "low", "high", "base")


def entries(placed: Sequence[Placed], mask: Mask) -> list[dict[str, Any]]:
    """Return the findings of a release in the order of its notebooks, each once.

    Keys: id, notebook, page, stage, sentence, value, low, high, base (null where hidden),
    unit, hidden (which of the figures are), reason, period, sources, method, outcome,
    criterion, priority.

    Raises:
        SettingsError: Two findings that differ have one id.
    """
    found: dict[str, dict[str, Any]] = {}
    for place in placed:
        if place.view.kind != "finding":
            continue
        made = ledger_entry(place.view, mask)
        before = found.get(made["id"])
        if before is not None and before["sentence"] != made["sentence"]:
            raise SettingsError(
                f"two findings have the id '{made['id']}'.",
                where=f"Notebook {place.outcome.step.name}",
                remedy="Give each finding an id of its own.",
            )
        found.setdefault(made["id"], _placed(made, place))
    return list(found.values())


def _placed(made: Mapping[str, Any], place: Placed) -> dict[str, Any]:
    step = place.outcome.step
    where = {"notebook": step.number, "page": f"{step.page}#{place.ids}"}
    reason = WHY_HIDDEN if made["hidden"] else ""
    return {"id": made["id"], **where, **made, "reason": reason}


def by_priority(findings: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the findings that open a page: the largest priority first, otherwise as given.

    One whose figure is hidden tells a reader nothing: it stands in its section alone.
    """
    told = [f for f in findings if "value" not in f.get("hidden", ())]
    return sorted(told, key=lambda finding: -int(finding["priority"] or 0))


def changes(
    now: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]]
) -> list[dict[str, str]]:
    """Return what changed between two ledgers: one entry a finding that is new, gone or differs.

    Keys: id, change ("new", "gone" or "changed"), before, now (the sentences).
    """
    old = {str(f["id"]): f for f in before}
    new = {str(f["id"]): f for f in now}
    made: list[dict[str, str]] = []
    for name in [*new, *(n for n in old if n not in new)]:
        was, is_ = (str(f[name]["sentence"]) if name in f else "" for f in (old, new))
        if name not in old:
            made.append({"id": name, "change": "new", "before": "", "now": is_})
        elif name not in new:
            made.append({"id": name, "change": "gone", "before": was, "now": ""})
        elif was != is_ or any(old[name].get(k) != new[name].get(k) for k in FIGURES):
            made.append({"id": name, "change": "changed", "before": was, "now": is_})
    return made

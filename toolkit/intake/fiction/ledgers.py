"""Evidence ledgers of many fictional areas, so that a report over them can be seen and tested.

What they add up to follows what the programme printed of its 54 areas: 1,650 cases, 1,073 of
them with another best provision, and so on. Everything else is invented.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from toolkit.area import slug
from toolkit.intake.fiction import ledger_figures
from toolkit.intake.fiction.ledger_figures import Area, Figure
from toolkit.intake.ledger_file import LEDGER, MANIFEST
from toolkit.intake.ledgers import AREAS

TRANCHES = {"1": 20, "2": 22, "3": 12}
FIRST = ("Quill", "Brindle", "Merrow", "Tansy", "Corvel", "Fenwyn", "Harrow", "Larkmoor", "Osmer")
SECOND = ("shire", "mead", "borough", "vale", "holm", "stead")
SMALL = 5  # counts of 1 to 5 are hidden, as in the profile "dfe"
NOTICE = "Fictional data: this area and every local figure here are made up."
HIDDEN = "This finding is hidden, so that no child can be identified."
REASON = "hidden, so that no child can be identified"


def write_ledgers(
    folder: Path, run_date: date, seed: int = 1, *, hide: bool = True, without: int = 0
) -> Path:
    """Return the folder, once it holds a ledger and a manifest of each area, and `areas.csv`.

    Args:
        folder: Where to write; one sub-folder an area.
        run_date: The date of the areas' runs.
        seed: The same seed makes the same ledgers.
        hide: Whether counts of 1 to 5 are hidden, as a real release hides them.
        without: How many of the last tranche are expected and not there, as at an interim.
    """
    rng = np.random.default_rng(seed)
    areas = made_up()
    found = ledger_figures.figures(areas, rng)
    for area in areas[: len(areas) - without]:
        ledger = _ledger(area, found[area.name], run_date, hide)
        _write(folder / slug(area.name), ledger)
    rows = [f"{a.la_code},{a.name},{a.tranche},{a.tranche},yes" for a in areas]
    text = "\n".join(["la_code,name,tranche,wave,expected", *rows, ""])
    (folder / AREAS).write_text(text, encoding="utf-8")
    return folder


def made_up() -> list[Area]:
    """Return the fictional areas, tranche by tranche; codes below 100 belong to no authority."""
    names = [f"{one}{two}" for one in FIRST for two in SECOND]
    tranches = [t for t, count in TRANCHES.items() for _ in range(count)]
    return [
        Area(name, f"{at:03d}", tranche)
        for at, (name, tranche) in enumerate(zip(names, tranches, strict=True), start=1)
    ]


def _ledger(area: Area, figures: list[Figure], run_date: date, hide: bool) -> dict[str, Any]:
    whose = {"name": area.name, "la_code": area.la_code, "fictional": True}
    findings = [_finding(figure, hide) for figure in figures]
    run_id = hashlib.sha256(json.dumps([whose, findings]).encode()).hexdigest()[:16]
    return {
        "run_id": run_id,
        "toolkit": "fictional",
        "run_date": run_date.isoformat(),
        "area": whose,
        "notice": NOTICE,
        "tier": "local",
        "findings": findings,
        "compared_with": "",
        "changes": [],
    }


def _finding(figure: Figure, hide: bool) -> dict[str, Any]:
    """Return a figure as a ledger has it; a small count of people is hidden, as a release would."""
    small = hide and figure.unit == "people" and isinstance(figure.value, float)
    gone = small and 0 < float(figure.value) <= SMALL
    number = figure.id.partition(".")[0]
    return {
        "id": figure.id,
        "notebook": number,
        "page": f"{number}.html#v1",
        "stage": "Fictional",
        "caution": "",
        "outcome": figure.outcome,
        "criterion": None,
        "priority": 0,
        "sentence": HIDDEN if gone else f"Fictional: {figure.id}.",
        "value": None if gone else figure.value,
        "low": figure.low,
        "high": figure.high,
        "base": figure.base,
        "unit": figure.unit,
        "keys": {} if gone else dict(figure.keys),
        "hidden": ["value"] if gone else [],
        "period": figure.period,
        "sources": ["Fictional data"],
        "method": "Invented.",
        "reason": REASON if gone else "",
    }


def _write(folder: Path, ledger: Mapping[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    data = (json.dumps(ledger, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
    files = {LEDGER: hashlib.sha256(data).hexdigest()}
    manifest = {"run_id": ledger["run_id"], "area": ledger["area"], "disclosure": "dfe",
                "files": files}  # fmt: skip
    (folder / LEDGER).write_bytes(data)
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")

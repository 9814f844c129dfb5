"""The manifest of a release: what went in, what came out, and the id that both give.

No path, no file name of the area's own, no user, no time of day: the same inputs on the same
run date give the same bytes on any machine with the same packages.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.metadata import version
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

import toolkit
from toolkit.area import Area
from toolkit.intake.loaded import SourceFile
from toolkit.package import code_sha256
from toolkit.publish.execute import Outcome, cells_run
from toolkit.publish.playbook import Step

NAME = "manifest.json"
PACKAGES = ("pandas", "numpy", "altair", "vl-convert-python", "papermill", "nbconvert", "ipykernel")
STATUS = {
    "executed": "published",
    "skipped": "left out",
    "failed": "failed",
    "stopped": "stopped",
}
FICTIONAL = "Fictional data: this area and every local figure here are made up."


class Areas(BaseModel):
    """Many areas, of which one release speaks together; it stands where an area's settings do.

    Attributes:
        name: What they are called together.
        count: How many areas are in.
        made_up: How many of them are fictional.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    count: int
    made_up: int
    la_code: str = ""
    disclosure: Literal["dfe", "nhs"] = "dfe"

    @property
    def fictional(self) -> bool:
        """Whether any of the areas is fictional."""
        return self.made_up > 0

    @property
    def banner(self) -> str:
        """What every page says at its head where any of the areas is fictional."""
        real = self.count - self.made_up
        if not real:
            return f"All {self.count} areas are fictional. Every figure of theirs is made up."
        return (
            f"{self.made_up} of {self.count} areas are fictional and {real} real. Every figure "
            "over all areas mixes what is made up with what is real: use none of them."
        )


@dataclass(frozen=True)
class Facts:
    """All that determines the result of a run.

    Attributes:
        area: The settings, or what many areas are called together.
        tier: `local`, or `published` where no records of the area's own were read; `ledgers`
            for a release over many areas, which is made from their findings alone.
        run_date: The date printed on the reports.
        parameters: The parameters of the run.
        sources: The files that were read.
        steps: The notebooks.
    """

    area: Area | Areas
    tier: str
    run_date: date
    parameters: Mapping[str, Any]
    sources: Sequence[SourceFile]
    steps: Sequence[Step]

    @property
    def notice(self) -> str:
        """What says that the data is fictional; empty where it is not."""
        if isinstance(self.area, Areas):
            return f"Fictional data: {self.area.banner}" if self.area.fictional else ""
        return FICTIONAL if self.area.fictional else ""

    @property
    def inputs(self) -> list[dict[str, str]]:
        """The files that were read: kind, release and hash, never a name."""
        listed = {(s.kind, s.release, s.sha256) for s in self.sources}
        return [dict(zip(("kind", "release", "sha256"), s, strict=True)) for s in sorted(listed)]

    @property
    def run_id(self) -> str:
        """The id of the run: the same for the same inputs, notebooks, settings and packages."""
        return short_hash({**self.as_json(), "notebooks": [[s.name, s.sha256] for s in self.steps]})

    def as_json(self) -> dict[str, Any]:
        """Return the facts as plain JSON values."""
        return {
            "toolkit": toolkit.__version__,
            "code_sha256": code_sha256(),
            "versions": versions(),
            "run_date": self.run_date.isoformat(),
            "area": {n: getattr(self.area, n) for n in ("name", "la_code", "fictional")},
            **({"scope": "insight"} if isinstance(self.area, Areas) else {}),
            "notice": self.notice,
            "tier": self.tier,
            "disclosure": self.area.disclosure,
            "settings_sha256": settings_sha256(self.area),
            "parameters": dict(sorted(self.parameters.items())),
            "inputs": self.inputs,
        }


def settings_sha256(area: Area | Areas) -> str:
    """Return a hash of the settings; where the published files lie is not part of the result."""
    return _hash(area.model_dump(mode="json", exclude={"published"}))


@cache
def versions() -> Mapping[str, str]:
    """Return the version of Python and of each package that can change a report."""
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def manifest(
    facts: Facts, outcomes: Iterable[Outcome], files: Mapping[str, bytes], compared_with: str
) -> bytes:
    """Return the manifest of a release as JSON.

    Args:
        facts: What went in.
        outcomes: What became of each notebook.
        files: What came out, by name.
        compared_with: The run id of the release that changes are told against, or "".
    """
    made = {
        "run_id": facts.run_id,
        **facts.as_json(),
        "compared_with": compared_with,
        "notebooks": [_notebook(outcome) for outcome in outcomes],
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
    }
    return as_bytes(made)


def as_bytes(value: Any) -> bytes:
    """Return a value as JSON that a person can read too; NaN is refused."""
    return (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _notebook(outcome: Outcome) -> dict[str, Any]:
    step = outcome.step
    return {
        "number": step.number,
        "title": step.about.title,
        "sha256": step.sha256,
        "cells": sum(1 for c in step.node.cells if c.cell_type == "code" and c.source.strip()),
        "executed": cells_run(outcome),
        "status": STATUS[outcome.status],
        "reason": outcome.reason,
        "page": step.page if outcome.status == "executed" else None,
    }


def short_hash(value: Any) -> str:
    """Return a short hash of plain JSON values: the id of a run."""
    return _hash(value)[:16]


def _hash(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()

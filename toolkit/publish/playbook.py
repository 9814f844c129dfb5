"""The playbook: which notebooks there are, what each needs and gives, and their order.

A notebook says so itself, in `metadata.toolkit`. Nothing here runs one.
"""

from __future__ import annotations

import difflib
import graphlib
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from toolkit import package
from toolkit.errors import SettingsError

STAGES = {"0": "setup", "1": "module_1", "2": "module_2", "3": "module_3", "4": "grant"}


class About(BaseModel):
    """What a notebook says of itself in `metadata.toolkit`; unknown keys are refused.

    Attributes:
        number: Its number, as in "10"; the first digit is the stage.
        title: What the report is called.
        stage: The stage of the diagnostic, for a reader.
        question: The question that it answers.
        needs: Tables or published frames without which it cannot run.
        needs_any: Of these at least one is needed.
        needs_findings: Ids of findings, or numbers of notebooks, that must have run before.
        gives: Names of what it stores for other notebooks.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    number: str = Field(pattern=r"^\d{2}[a-z]?$")
    title: str = Field(min_length=1)
    stage: str = Field(min_length=1)
    question: str = Field(min_length=1)
    needs: tuple[str, ...] = ()
    needs_any: tuple[str, ...] = ()
    needs_findings: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """One notebook of the playbook, as it is before a run.

    Attributes:
        about: What it says of itself.
        name: Its file's name without the ending; the report is called the same.
        node: Its cells. Never changed: a run works on a copy.
        sha256: Hash of the cells' kinds and sources, so that a saved output changes nothing.
    """

    about: About
    name: str
    node: Any
    sha256: str

    @property
    def number(self) -> str:
        """The notebook's number, as in "10"."""
        return self.about.number

    @property
    def page(self) -> str:
        """The file name of its report."""
        return f"{self.name}.html"

    @property
    def stage(self) -> str:
        """The stage as `area.toml` calls it; empty for a notebook over many areas."""
        return STAGES.get(self.number[0], "")

    def depends_on(self, other: Step) -> bool:
        """Return whether this notebook uses what the other gives or finds."""
        wanted = {*self.about.needs, *self.about.needs_any, *self.about.needs_findings}
        finds = any(
            need == other.number or need.startswith(f"{other.number}.")
            for need in self.about.needs_findings
        )
        return other is not self and (finds or bool(wanted & set(other.about.gives)))


def find_playbook() -> Path:
    """Return the folder of the notebooks: inside an installed package, or beside a checkout's."""
    for folder in (package.FOLDER / "playbook", package.FOLDER.parent / "notebooks"):
        if folder.is_dir():
            return folder
    raise SettingsError("the notebooks are missing.", remedy="Install the toolkit again.")


def read_playbook(folder: Path | None = None) -> list[Step]:
    """Return the notebooks of an area's run, by number; the default folder is the shipped one.

    Raises:
        SettingsError: A notebook says nothing of itself, or two have one number.
    """
    paths = sorted((folder or find_playbook()).glob("[0-9][0-9]*.ipynb"))
    steps = [step for step in map(read_step, paths) if step.stage]
    numbers = [step.number for step in steps]
    twice = sorted({n for n in numbers if numbers.count(n) > 1})
    if twice:
        raise SettingsError(f"two notebooks have the number {twice[0]}.", remedy="Renumber one.")
    return sorted(steps, key=lambda step: step.number)


def read_step(path: Path) -> Step:
    """Return one notebook; SettingsError where it is none, or says nothing of itself."""
    try:
        node = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, UnicodeDecodeError):
        raise SettingsError(
            "it is not a notebook.", where=path.name, remedy="Replace it."
        ) from None
    try:
        about = About.model_validate(dict(node.metadata.get("toolkit", {})))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise SettingsError(
            f"its metadata 'toolkit' is wrong at '{key}': {first['msg'].lower()}.",
            where=path.name,
            remedy=f"It may hold: {', '.join(About.model_fields)}.",
        ) from None
    return Step(about, path.stem, node, source_hash(node))


def source_hash(node: Any) -> str:
    """Return the SHA-256 of what a notebook says and does: metadata.toolkit, kinds, sources."""
    said = [dict(node.metadata.get("toolkit", {})), [[c.cell_type, c.source] for c in node.cells]]
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def chosen(steps: Sequence[Step], names: Iterable[str] | None) -> list[Step]:
    """Return the notebooks that are named by number or by file; all of them where names is None.

    Raises:
        SettingsError: A name fits no notebook; the message says which there are.
    """
    if names is None:
        return list(steps)
    known = {key: step for step in steps for key in (step.number, step.name)}
    picked: list[Step] = []
    for name in names:
        step = known.get(name.removesuffix(".ipynb"))
        if step is None:
            close = difflib.get_close_matches(name, list(known), 1)
            hint = f"Did you mean {close[0]}?" if close else f"There are: {', '.join(known)}."
            raise SettingsError(f"there is no notebook '{name}'.", remedy=hint)
        picked.append(step)
    return [step for step in steps if any(step is p for p in picked)]


def in_order(steps: Sequence[Step]) -> list[Step]:
    """Return the notebooks so that each comes after those it uses; otherwise by number.

    Raises:
        SettingsError: Two notebooks need each other.
    """
    by_number = {step.number: step for step in steps}
    uses: Mapping[str, list[str]] = {
        step.number: [other.number for other in steps if step.depends_on(other)] for step in steps
    }
    sorter = graphlib.TopologicalSorter(uses)
    try:
        sorter.prepare()
    except graphlib.CycleError as error:
        circle = " and ".join(sorted(set(error.args[1])))
        raise SettingsError(
            f"the notebooks {circle} need each other.", remedy="Mend their 'needs' and 'gives'."
        ) from None
    ordered: list[Step] = []
    ready = list(sorter.get_ready())
    while ready:
        number = min(ready)  # the lowest number that may run, so that the order never varies
        ready.remove(number)
        ordered.append(by_number[number])
        sorter.done(number)
        ready += sorter.get_ready()
    return ordered

"""One area's evidence ledger, read strictly: what does not fit is refused in plain words.

A ledger comes from another place than this one, so nothing of it is taken on trust: its size,
the kind of every value, that each number is finite, and that it is the file that its manifest
lists.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from toolkit.aggregate import Unit
from toolkit.errors import InputError

LEDGER, MANIFEST = "findings.json", "manifest.json"
MOST_BYTES = 8_000_000  # a ledger of a thousand findings takes less than one


# Codes and names go into sentences, where a brace stands for a figure, and into pages.
Plain = Annotated[str, Field(pattern=r"^[^{}<>\x00-\x1f]{0,120}$")]


class Entry(BaseModel):
    """One finding of a ledger; the names are those of `publish.ledger.entries`."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)
    id: str = Field(pattern=r"^\d{2}[a-z]?\.[\w.&-]{1,100}$")
    notebook: str = Field(pattern=r"^\d{2}[a-z]?$")
    page: str = Field(max_length=200)
    stage: str = Field(max_length=80)
    sentence: str = Field(max_length=2000)
    value: float | str | None
    low: float | str | None
    high: float | str | None
    base: float | str | None
    unit: Unit | Literal[""]
    keys: dict[Annotated[str, Field(pattern=r"^\w{1,60}$")], Plain] = {}
    hidden: list[Literal["value", "low", "high", "base"]]
    reason: str = Field(max_length=300)
    period: str = Field(max_length=300)
    sources: list[str]
    method: str = Field(max_length=4000)
    caution: str = Field(max_length=500)
    outcome: str = Field(max_length=1000)
    criterion: int | None
    priority: int | None


class Whose(BaseModel):
    """The area that a ledger speaks of."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    name: Annotated[Plain, Field(min_length=2, max_length=80)]
    la_code: str = Field(pattern=r"^\d{3}$")
    fictional: bool


class Ledger(BaseModel):
    """What a file `findings.json` holds."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    run_id: str = Field(pattern=r"^[0-9a-f]{16}$")
    toolkit: str = Field(max_length=20)
    run_date: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    area: Whose
    notice: str = Field(max_length=300)
    tier: Literal["local", "published"]
    findings: list[Entry] = Field(max_length=5000)
    compared_with: str
    changes: list[dict[str, str]]


@dataclass(frozen=True)
class Read:
    """A ledger that was read, the hash of its file, and the profile that protected it."""

    ledger: Ledger
    sha256: str
    disclosure: str


def read_ledger(folder: Path) -> Read:
    """Return the ledger in an area's folder of outputs.

    Raises:
        InputError: It is missing, too large, broken or foreign, or is not the file that the
            manifest beside it lists; the message says which, and how to mend it.
    """
    data = _bytes(folder, LEDGER)
    manifest = _json(_bytes(folder, MANIFEST), MANIFEST)
    ledger = _checked(_json(data, LEDGER))
    sha256 = hashlib.sha256(data).hexdigest()
    listed = manifest.get("files")
    if not isinstance(listed, dict) or listed.get(LEDGER) != sha256:
        raise _refused(LEDGER, "it is not the file that its manifest lists")
    if manifest.get("run_id") != ledger.run_id:
        raise _refused(MANIFEST, "it belongs to another run")
    _refuse_guesses(ledger)
    return Read(ledger, sha256, str(manifest.get("disclosure", "")))


def _refuse_guesses(ledger: Ledger) -> None:
    """Refuse a ledger that says a figure is hidden and gives it, or has two findings of one id."""
    ids = [entry.id for entry in ledger.findings]
    if len(set(ids)) < len(ids):
        raise _refused(LEDGER, "two findings have one id")
    for entry in ledger.findings:
        if any(getattr(entry, name) is not None for name in entry.hidden):
            raise _refused(LEDGER, f"the finding '{entry.id}' gives a figure that it calls hidden")


def _bytes(folder: Path, name: str) -> bytes:
    path = folder / name
    try:
        if not path.is_file():
            raise _refused(name, "it is missing")
        if path.stat().st_size > MOST_BYTES:
            raise _refused(name, f"it is larger than {MOST_BYTES // 1_000_000} MB")
        return path.read_bytes()
    except OSError as error:
        raise _refused(name, f"it cannot be read ({error.strerror})") from None


def _json(data: bytes, name: str) -> dict[str, Any]:
    """Return an object of JSON; a number that is none of JSON's is refused."""
    try:
        found = json.loads(data.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise _refused(name, "it is not whole, or not JSON") from None
    if not isinstance(found, dict):
        raise _refused(name, "it is not an object of JSON")
    return found


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number")


def _checked(data: dict[str, Any]) -> Ledger:
    try:
        return Ledger.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise _refused(LEDGER, f"'{place}' is wrong ({first['msg'].lower()})") from None


def _refused(name: str, why: str) -> InputError:
    return InputError(
        f"{why}.", where=name, remedy="Run the area again with this version of the toolkit."
    )

"""Area: the settings of one local area, read from `area.toml` and checked.

A setting that is not known stops the run and says what is known, since a misspelt setting
that is passed over gives a wrong report.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
import unicodedata
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from toolkit.errors import SettingsError

FILE = "area.toml"
SLUG_LENGTH = 60  # well below what Windows allows for a path with a report's name behind it
RESERVED = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))}


class People(BaseModel):
    """Posts that answer for the diagnostic. Posts, not names: the report prints them."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    send_lead: str = ""
    director_of_childrens_services: str = ""
    section_151_officer: str = ""


class Replaced(BaseModel):
    """A published figure that the analyst leaves out or replaces, with the reason in writing."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    area: str
    year: int
    plans: int | None = Field(default=None, ge=0)
    why: str = Field(min_length=10)


class Area(BaseModel):
    """The settings of one local area.

    Attributes:
        name: As people write it, as in "Bristol, City of".
        la_code: The three-digit code of the DfE; 990 to 999 are fictional.
        fictional: True where the data is made up. Every page then says so.
        statistical_neighbours: Ten codes; where empty, the published list is used.
        published: Files and folders of published statistics, relative to the area's folder.
        columns: For a table, the LA's own heading for each of our columns.
        plans_complete_from: The first January for which plans.csv holds every plan then open.
        stages: Stages that are switched on.
        start: The first day of the diagnostic, for the calendar.
        disclosure: `dfe` protects counts of 1 to 5; `nhs` protects 1 to 7 and rounds to 5.
        replaced: Published figures left out or replaced, each with a reason.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=2, max_length=80)
    la_code: str = Field(pattern=r"^\d{3}$")
    fictional: bool = False
    region: str = ""
    tranche: str = ""
    people: People = People()
    statistical_neighbours: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    columns: dict[str, dict[str, str]] = Field(default_factory=dict)
    plans_complete_from: int | None = Field(default=None, ge=2015, le=2100)
    stages: tuple[str, ...] = ("setup", "module_1", "module_2", "module_3", "grant")
    start: str = Field(default="", pattern=r"^(\d{4}-\d{2}-\d{2})?$")
    disclosure: Literal["dfe", "nhs"] = "dfe"
    replaced: tuple[Replaced, ...] = ()

    @field_validator("name")
    @classmethod
    def _plain(cls, name: str) -> str:
        slug(name)
        return name

    @field_validator("statistical_neighbours")
    @classmethod
    def _codes(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        bad = [c for c in codes if not re.fullmatch(r"\d{3}", c)]
        if bad:
            raise ValueError(f"{bad[0]!r} is no three-digit LA code")
        return codes

    @property
    def slug(self) -> str:
        """The name as a folder: lower case, plain letters, digits and hyphens."""
        return slug(self.name)


def slug(name: str) -> str:
    """Return a name as a folder name that is safe on every system.

    Raises:
        SettingsError: The name holds characters that no area's name has, or nothing is left.
    """
    if not re.fullmatch(r"[\w .,'’&()\-]+", name) or "_" in name or ".." in name:
        raise SettingsError(
            f"{name[:80]!r} is not a name of a local area.",
            remedy="Use letters, digits, spaces and . , ' & ( ) - only.",
        )
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    made = re.sub(r"[^a-z0-9]+", "-", plain.lower().replace("'", "")).strip("-")[:SLUG_LENGTH]
    if not made or made in RESERVED:
        raise SettingsError(f"{name!r} gives no folder name.", remedy="Use another name.")
    return made.rstrip("-")


def read_area(folder: Path) -> Area:
    """Return the settings in the folder's `area.toml`.

    Raises:
        SettingsError: There is no such file, it is not TOML, or a setting is unknown or wrong.
    """
    path = folder / FILE
    if not path.is_file():
        raise SettingsError(
            f"there is no {FILE} in the folder '{folder.name}'.",
            remedy='Make an area first: toolkit new "Exampleshire".',
        )
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"it is not written as TOML ({error}).",
            where=FILE,
            remedy='Write each setting as name = "value", and save the file as UTF-8.',
        ) from None
    return parse_area(settings)


def parse_area(settings: dict[str, object]) -> Area:
    """Return settings as an Area; SettingsError names the first that is unknown or wrong."""
    try:
        return Area.model_validate(settings)
    except ValidationError as error:
        raise _plain_error(error) from None


def _plain_error(error: ValidationError) -> SettingsError:
    """Return pydantic's first complaint as a sentence that says what to do."""
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        known = sorted(Area.model_fields)
        close = difflib.get_close_matches(str(first["loc"][-1]), known, 1)
        hint = f"Did you mean {close[0]}?" if close else f"Known settings: {', '.join(known)}."
        return SettingsError(f"'{place}' is not a setting.", where=FILE, remedy=hint)
    if first["type"] == "missing":
        return SettingsError(f"'{place}' is missing.", where=FILE, remedy="Add it.")
    given = str(first.get("input", ""))[:60]
    return SettingsError(
        f"'{place}' is {given!r}: {first['msg'].lower()}.", where=FILE, remedy="Mend this setting."
    )


def area_toml(area: Area) -> str:
    """Return the settings as the text of an `area.toml`, with a word on each line."""
    listed = ", ".join(_quoted(p) for p in area.published)
    neighbours = ", ".join(_quoted(c) for c in area.statistical_neighbours)
    lines = [
        "# Settings of this local area. A misspelt setting stops the run and is named.",
        f"name = {_quoted(area.name)}",
        f"la_code = {_quoted(area.la_code)}  # three digits, as the DfE writes it",
        f"region = {_quoted(area.region)}",
    ]
    if area.fictional:
        lines.append("fictional = true  # every page made from this area says so")
    if area.plans_complete_from is not None:
        lines.append(
            f"plans_complete_from = {area.plans_complete_from}"
            "  # first January for which plans.csv holds every plan then open"
        )
    lines += [
        f"start = {_quoted(area.start)}  # first day of the diagnostic, as in 2026-09-01",
        f"disclosure = {_quoted(area.disclosure)}  # dfe hides counts of 1 to 5; nhs 1 to 7",
        f"published = [{listed}]  # files or folders of published statistics",
        f"statistical_neighbours = [{neighbours}]  # empty: the published list",
        "",
        "[people]  # posts, not names: reports print them",
        f"send_lead = {_quoted(area.people.send_lead)}",
        "director_of_childrens_services = " + _quoted(area.people.director_of_childrens_services),
        f"section_151_officer = {_quoted(area.people.section_151_officer)}",
        "",
        "# Where your files have other headings, say so, one table at a time:",
        "# [columns.plans]",
        '# plan_start = "Start date of EHCP"',
        "",
    ]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    """Return text as a TOML string; JSON's escapes are TOML's too."""
    return json.dumps(text, ensure_ascii=False)

"""Columns that say who somebody is: known by their headings, turned into pseudonyms, dropped."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Literal, Protocol

import pandas as pd

from toolkit.intake import values
from toolkit.intake.pseudonym import upn_text
from toolkit.intake.schedule import TEXT, Column
from toolkit.intake.tabular_grid import plain

Part = Literal["upn", "uln", "surname", "forename", "birth_date", ""]

HEADINGS: dict[Part, str] = {
    "upn": "upn uniquepupilnumber pupilupn childupn",
    "uln": "uln uniquelearnernumber",
    "surname": "surname lastname familyname legalsurname pupilsurname childsurname",
    "forename": "forename forenames firstname givenname legalforename legalfirstname "
    "pupilforename childforename",
    "birth_date": "dob dateofbirth birthdate personbirthdate pupildob childdob birthday",
}
PARTS: dict[str, Part] = {name: kind for kind, names in HEADINGS.items() for name in names.split()}
OTHER = re.compile(
    r"(pupil|child|student|person|parent|carer|guardian|mother|father|full|middle|preferred|"
    r"chosen|known|contact|legal|client|service ?user)*(s|as)?names?\d*"
    r"|(home|current|pupil|child|parent)*(postcode|address|addressline)\d*(line\d)?"
    r"|(street|housenumber|housename|town|uprn)"
    r"|nhs(number|no|num)?|(ni|nationalinsurance)(number|no)?|nino|formerupn|previousupn|tempupn"
    r"|(\w*)(email|emailaddress|phone|telephone|mobile|phonenumber|mobilenumber)\d*"
    r"|uniquecandidateindicator|uci|passport(number|no)?"
)
# A UPN, a ULN or NHS number, a postcode, an e-mail address, wherever it stands.
TELLS_WHO = re.compile(
    r"\b[A-Z]\d{11}[0-9A-Z]\b|\b\d{3} ?\d{3} ?\d{4}\b|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"
    r"|\S+@\S+\.\S+",
    re.IGNORECASE,
)
BIRTH_DATE = Column("", "birth_date", "date", False, "", "", "", at_most="as_of")


class Pseudonymiser(Protocol):
    """What makes pseudonyms: `toolkit.intake.pseudonym.Pseudonyms`."""

    def of_frame(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return `person_id` and `linked_by` for the rows of a frame of identifying columns."""
        ...


def part(heading: str) -> Part | None:
    """Return what a heading says about a person: a part to link by, "" for others, None if none."""
    name = plain(heading)
    if name in PARTS:
        return PARTS[name]
    return "" if OTHER.fullmatch(name) else None


def can_link(parts: Mapping[Part, str]) -> bool:
    """Return whether the columns that are there can identify a person."""
    return bool({"upn", "uln"} & set(parts)) or {"surname", "forename", "birth_date"} <= set(parts)


def link(frame: pd.DataFrame, parts: Mapping[Part, str], pseudonyms: Pseudonymiser) -> pd.Series:
    """Return a pseudonym for each row, missing where nothing identifies the person.

    Args:
        frame: Raw text.
        parts: For each part, the heading of its column.
        pseudonyms: The area's.
    """
    given = pd.DataFrame(
        {p: frame[heading] for p, heading in parts.items() if p}, index=frame.index
    )
    if "birth_date" in given:
        given = given.assign(birth_date=values.parse(given["birth_date"], BIRTH_DATE).values)
    made = pseudonyms.of_frame(given)["person_id"].astype(TEXT)
    return made.where(made.ne(""))


def replace_upns(ids: pd.Series, pseudonyms: Pseudonymiser) -> tuple[pd.Series, int]:
    """Return a person_id column with everything that looks like a UPN turned into a pseudonym.

    The count of the cells that did comes second.
    """
    shaped = ids.map(upn_text, na_action="ignore").fillna("").ne("")
    if not shaped.any():
        return ids, 0
    made = pseudonyms.of_frame(pd.DataFrame({"upn": ids[shaped]}))["person_id"]
    return ids.where(~shaped, made.reindex(ids.index)).astype(TEXT), int(shaped.sum())


def withheld(value: str, column: Column) -> str:
    """Return a value as a problem may name it: "" where it tells who somebody is."""
    if TELLS_WHO.search(value) or (column.type == "month" and len(value.strip()) > len("2014-03")):
        return ""
    return value


def birth_months(frame: pd.DataFrame, heading: str, as_of: dt.date | None) -> pd.Series:
    """Return a column of birth dates as raw text of year and month, as the schedule has it.

    A date that cannot be read stays as it is, so that it is reported.
    """
    raw = frame[heading]
    read = values.parse(raw, BIRTH_DATE, as_of).values
    months: pd.Series = read.dt.strftime("%Y-%m").astype(TEXT).where(read.notna(), raw)
    return months

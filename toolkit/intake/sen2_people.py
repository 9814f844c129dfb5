"""The person module without the persons: pseudonyms, month of birth, locality.

Names, UPN, ULN, postcode and birth date go in here and nothing of them comes out.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from stdnum.gb import upn as gb_upn

from toolkit.intake.pseudonym import Pseudonyms, upn_text
from toolkit.intake.schedule import DATE, TEXT
from toolkit.intake.sen2_fields import ROW, own_id
from toolkit.intake.sen2_problems import Problems, Rule

PERSON = own_id("person")
OLDEST = 25  # a plan can last to the end of the academic year in which the person turns 25


def people(
    person: pd.DataFrame,
    pseudonyms: Pseudonyms,
    census: pd.Timestamp,
    postcodes: pd.DataFrame,
    problems: Problems,
) -> pd.DataFrame:
    """Return one row a person record, without anything that says who it is.

    Columns: persontableid, person_id, birth_month, sex, ethnicity, locality,
    deprivation_decile, row. A record that identifies nobody gets an id of its own, that holds
    for this return alone, so that it still counts.

    Args:
        person: The module, with birth dates typed.
        pseudonyms: The area's.
        census: The census date.
        postcodes: postcode, locality, deprivation_decile; may be empty.
        problems: Where to report.
    """
    linked = _linked(person, pseudonyms, census, problems)
    born = person["personbirthdate"]
    _check_ages(person, census, problems)
    made = {
        PERSON: person[PERSON],
        "person_id": linked["person_id"],
        "birth_month": born.dt.to_period("M").dt.to_timestamp().astype(DATE),
        "sex": person["sex"],
        "ethnicity": person["ethnicity"],
        ROW: person[ROW],
    }
    frame = pd.DataFrame(made).join(_places(person, postcodes, problems))
    early = born > census
    return frame.assign(birth_month=frame["birth_month"].mask(early))


def _linked(
    person: pd.DataFrame, pseudonyms: Pseudonyms, census: pd.Timestamp, problems: Problems
) -> pd.DataFrame:
    """Return `person_id` and `linked_by` for each record."""
    who = pd.DataFrame(
        {
            "upn": person["upn"].map(upn_text, na_action="ignore"),
            "uln": person["uniquelearnernumber"],
            "surname": person["surname"],
            "forename": person["forename"],
            "birth_date": person["personbirthdate"],
        }
    )
    _check_upns(person, who["upn"], problems)
    shared = _of_two(who)
    what = "Records that share a UPN with another person, told apart by ULN or name instead"
    remedy = "Find out whose UPN it is, and mend the other."
    rule: Rule = ("person", "sen2.upn_shared", "warning", what, remedy)
    problems.count(person[shared], rule, "UPN")
    linked = pseudonyms.of_frame(who.assign(upn=who["upn"].mask(shared)))
    _report_links(person, linked, problems)
    alone = linked["linked_by"] == ""
    own = [pseudonyms.id_of(f"unlinked:{census.date()}:{n}") for n in range(len(person))]
    return linked.assign(person_id=linked["person_id"].where(~alone, pd.Series(own, person.index)))


def _of_two(who: pd.DataFrame) -> pd.Series[bool]:
    """Return which records share a UPN with a record of another person.

    Another person: another birth date, or a forename with another initial. A record that stands
    twice with a name spelt differently remains one person.
    """
    key = (
        who["birth_date"].astype(TEXT).fillna("")
        + "|"
        + who["forename"].str.casefold().str.slice(0, 1).fillna("")
    )
    different = key.groupby(who["upn"]).transform("nunique")
    return (different > 1) & who["upn"].fillna("").ne("")


def _check_upns(person: pd.DataFrame, upn: pd.Series[Any], problems: Problems) -> None:
    """Report UPNs of the wrong form or check letter by count: no value leaves here."""
    given = person["upn"].notna()
    misshapen = given & upn.fillna("").eq("")
    wrong = upn.fillna("").map(_wrong_letter).astype(bool)
    remedy = "Look them up in the case system or the school census."
    what = "UPNs that do not have the form of one, and were passed over"
    rule: Rule = ("person", "sen2.upn_form", "warning", what, remedy)
    problems.count(person[misshapen], rule, "UPN")
    what = "UPNs whose check letter does not fit, so that something in them is wrong"
    problems.count(person[wrong], ("person", "sen2.upn_letter", "warning", what, remedy), "UPN")


def _wrong_letter(text: str) -> bool:
    """Return whether the first letter of a well-formed UPN is not what its digits give."""
    try:
        return bool(text) and str(gb_upn.calc_check_digit(text[1:])) != text[0]
    except ValueError:  # a letter at the end that no UPN has
        return True


def _report_links(person: pd.DataFrame, linked: pd.DataFrame, problems: Problems) -> None:
    """Report records that are linked by name only, or not at all, and records of one person."""
    by = linked["linked_by"]
    remedy = "Fill in UPN or ULN where there is one."
    what = "Records without UPN or ULN, linked by name and birth date"
    named: Rule = ("person", "sen2.linked_by_name", "note", what, remedy)
    problems.count(person[by == "name"], named)
    what = "Records that identify nobody, so that they cannot be followed between years"
    problems.count(person[by == ""], ("person", "sen2.unlinked", "warning", what, remedy))
    twice = linked["person_id"].duplicated() & by.ne("")
    what = "Further records of a person who has one already; what hangs off them counts as theirs"
    remedy = "Merge the records in the case system."
    problems.count(person[twice], ("person", "sen2.person_twice", "warning", what, remedy))


def _check_ages(person: pd.DataFrame, census: pd.Timestamp, problems: Problems) -> None:
    """Report birth dates that are missing, after the census, or of people beyond 25."""
    born = person["personbirthdate"]
    august = pd.Timestamp(census.year - 1, 8, 31)
    before = (born.dt.month > august.month) | (
        (born.dt.month == august.month) & (born.dt.day > august.day)
    )
    age = august.year - born.dt.year - before.astype("int64")
    for rows, code, severity, what in (
        (born > census, "sen2.born_later", "warning", "The birth date lies after the census"),
        (age > OLDEST, "sen2.over_25", "warning", "The person was over 25 on 31 August"),
    ):
        end = ". It was read as blank." if code == "sen2.born_later" else "; the record was used."
        problems.each(
            person[rows],
            ("person", code, severity, what + end, "Check the birth date."),  # type: ignore[arg-type]
            "PersonBirthDate",
        )


def _places(person: pd.DataFrame, postcodes: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    """Return locality and deprivation decile of each record, by its postcode."""
    names = ["locality", "deprivation_decile"]
    empty = pd.DataFrame(
        {
            "locality": pd.Series(pd.NA, index=person.index, dtype=TEXT),
            "deprivation_decile": pd.Series(pd.NA, index=person.index, dtype="Int64"),
        }
    )
    if postcodes.empty:
        return empty
    known = postcodes.assign(postcode=_plain(postcodes["postcode"])).drop_duplicates("postcode")
    known = known.set_index("postcode").reindex(columns=names)
    wanted = _plain(person["postcode"])
    lost = wanted.notna() & ~wanted.isin(known.index)
    what = "Homes whose postcode is not in postcode_lookup, and which have no locality"
    remedy = "Complete the lookup. Homes outside the area may stay without."
    rule: Rule = ("person", "sen2.postcode_unknown", "note", what, remedy)
    problems.count(person[lost], rule, "PostCode")
    found = known.reindex(wanted).set_axis(person.index)
    return found.astype({"locality": TEXT, "deprivation_decile": "Int64"})


def _plain(postcode: pd.Series[Any]) -> pd.Series[Any]:
    """Return postcodes upper-case, letters and digits only; blank is missing."""
    made = postcode.astype(TEXT).str.upper().str.replace(r"[^A-Z0-9]", "", regex=True)
    return made.where(made != "")

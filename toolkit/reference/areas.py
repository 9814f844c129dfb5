"""Local authorities: found by name or code, their statistical neighbours, their region."""

from __future__ import annotations

import difflib
import re

import pandas as pd

from toolkit import reference
from toolkit.errors import InputError

ENGLAND = "E92000001"


def area_lookup(code_or_name: str) -> pd.Series:
    """Return the row of `local_authorities` for a three-digit code, an E-code or a name.

    Names are compared without case, punctuation and "City of": "bristol" finds "Bristol, City
    of". An authority that was replaced is found too; its `current` is "0".

    Raises:
        InputError: There is none; the message names the closest.
    """
    las = reference.table("local_authorities")
    wanted = str(code_or_name).strip()
    found = las[las["code"] == wanted]
    if found.empty:
        e_codes = las["new_code"] + " " + las["other_codes"]
        found = las[[wanted.upper() in codes.split() for codes in e_codes]]
    if found.empty:
        found = las[las["name"].map(plain_name) == plain_name(wanted)]
    if not found.empty:
        return found.sort_values("current", ascending=False).iloc[0]
    names = {
        plain_name(name): f"{name} ({code})"
        for name, code in zip(las["name"], las["code"], strict=True)
    }
    close = [names[n] for n in difflib.get_close_matches(plain_name(wanted), list(names), 3, 0.6)]
    raise InputError(
        f"there is no local authority '{wanted[:60]}'.",
        remedy=f"Did you mean {' or '.join(close)}?"
        if close
        else 'Give its three-digit code or its name, as in "867" or "Bracknell Forest".',
    )


def plain_name(name: str) -> str:
    """Return a name for comparing: lower case, letters only, no "City of" or "County of"."""
    letters = re.sub(r"[^a-z]+", " ", name.lower().replace("&", " and ").replace("saint ", "st "))
    return re.sub(
        r"\b(city|county) of\b|^royal borough of\b|^london borough of\b", " ", letters
    ).replace(" ", "")


def codes_by_name() -> dict[str, str]:
    """Return plain name -> code, for authorities, regions and England; the current one wins."""
    las = reference.table("local_authorities").sort_values("current")
    made = dict(zip(las["name"].map(plain_name), las["code"], strict=True))
    regions = las.drop_duplicates("region_code")
    made |= dict(zip(regions["region"].map(plain_name), regions["region_code"], strict=True))
    # Parts of London, as Explore Education Statistics and ONS code them.
    return made | {
        "england": ENGLAND,
        "innerlondon": "E13000001",
        "londoninner": "E13000001",
        "outerlondon": "E13000002",
        "londonouter": "E13000002",
    }


def codes_by_e_code() -> dict[str, str]:
    """Return E-code -> three-digit code, former E-codes of the same authority included."""
    las = reference.table("local_authorities")
    former = {
        e_code: code
        for code, others in zip(las["code"], las["other_codes"], strict=True)
        for e_code in others.split()
    }
    return former | dict(zip(las["new_code"], las["code"], strict=True))


def level_of(code: str) -> str:
    """Return "england", "region" or "la" for a code as the published frames have it."""
    if code == ENGLAND:
        return "england"
    return "region" if re.fullmatch(r"E1[23]\d{6}", code) else "la"


def statistical_neighbours(code: str) -> list[str]:
    """Return the codes of an authority's ten statistical neighbours, the closest first.

    Empty where the list has none for it, as for fictional areas.
    """
    rows = reference.table("neighbours")
    rows = rows[rows["code"] == code]
    return rows.sort_values("rank", key=lambda rank: rank.astype(int))["neighbour_code"].tolist()


def predecessors(code: str) -> pd.DataFrame:
    """Return the authorities that one replaced: code, name, last_census. Often empty.

    Their figures are never joined to its own: the areas are not the same. A notebook that shows
    a short series says so, and names them.
    """
    changes = reference.table("area_changes")
    former = changes.loc[changes["successor"] == code, "predecessor"]
    las = reference.table("local_authorities")
    return las.loc[las["code"].isin(former), ["code", "name", "last_census"]].reset_index(drop=True)


def region_members(region_code: str, census_year: int | None = None) -> list[str]:
    """Return the codes of a region's authorities: today's, or those of a January."""
    las = reference.table("local_authorities")
    if census_year is None:
        there = las["current"] == "1"
    else:
        first, last = las["first_census"].astype(int), las["last_census"].astype(int)
        latest = max(last)
        there = (first <= census_year) & ((last >= census_year) | (last == latest))
    return las.loc[there & (las["region_code"] == region_code), "code"].tolist()

"""The years before the person-level return: an extract of the case system of January 2022."""

from __future__ import annotations

import pandas as pd

from toolkit.intake.fiction.flows import FIRST
from toolkit.intake.fiction.plans import FIRST_RETURN, census_days
from toolkit.intake.fiction.return_rows import iso
from toolkit.intake.fiction.world import World

LAST_HISTORY = FIRST_RETURN - 1  # the census that the extract was made for
COMPLETE_FROM = FIRST + 1  # plans open then and later are all there


def history(world: World) -> dict[str, pd.DataFrame]:
    """Return plans, placements, requests and reviews as text, with `upn` for person_id."""
    day = pd.Timestamp(census_days()[LAST_HISTORY - FIRST])
    known = world.held["arrived"].le(day)
    return {
        "plans": _plans(world, known, day),
        "placements": _placements(world, known, day),
        "requests": _requests(world, day),
        "reviews": _reviews(world, known, day),
    }


def _plans(world: World, known: pd.Series[bool], day: pd.Timestamp) -> pd.DataFrame:
    held = world.held[known]
    who = world.people.loc[held.index]
    home = world.postcodes.iloc[who["home"]].set_index(who.index)
    ceased = held["plan_cease"].le(day)
    need = pd.Series(world.need_at(LAST_HISTORY), index=world.held.index)[known]
    second = held["second_need"].where(held["second_need"].ne(need) & need.ne(""), "")
    return pd.DataFrame(
        {
            "upn": who["upn"],
            "plan_start": iso(held["plan_start"]),
            "plan_cease": iso(held["plan_cease"].where(ceased)),
            "cease_reason": held["cease_reason"].where(ceased, ""),
            "birth_month": who["birth_date"].dt.strftime("%Y-%m"),
            "sex": who["sex"],
            "ethnicity": who["ethnicity"],
            "locality": home["locality"],
            "deprivation_decile": home["deprivation_decile"].astype(str),
            "primary_need": need,
            "secondary_need": second,
            "personal_budget": held["personal_budget"].astype(str),
        }
    ).reset_index(drop=True)


def _placements(world: World, known: pd.Series[bool], day: pd.Timestamp) -> pd.DataFrame:
    rows = world.placements
    rows = rows[rows["person"].isin(known.index[known]) & rows["entry_date"].le(day)]
    return pd.DataFrame(
        {
            "upn": world.people["upn"].loc[rows["person"]].to_numpy(),
            "entry_date": iso(rows["entry_date"]),
            "leaving_date": iso(rows["leaving_date"].where(rows["leaving_date"].le(day))),
            "rank": rows["rank"].astype(str),
            "urn": rows["urn"],
            "ukprn": rows["ukprn"],
            "sen_setting": rows["sen_setting"],
            "sen_unit": rows["sen_unit"].astype(str),
            "resourced_provision": rows["resourced_provision"].astype(str),
            "residential": rows["residential"],
            "provision_group": rows["provision"],
        }
    ).reset_index(drop=True)


def _requests(world: World, day: pd.Timestamp) -> pd.DataFrame:
    """Return requests of the calendar years before the first return, as known on the day."""
    rows = world.requests
    years = rows["request_date"].dt.year
    rows = rows[years.ge(FIRST) & years.lt(LAST_HISTORY)]
    decided = rows["request_outcome_date"].le(day)
    agreed = decided & rows["request_outcome"].eq("Y")
    settled = agreed & rows["assessment_outcome_date"].le(day)
    return pd.DataFrame(
        {
            "upn": world.people["upn"].loc[rows["person"]].to_numpy(),
            "request_date": iso(rows["request_date"]),
            "request_source": rows["request_source"],
            "request_outcome": rows["request_outcome"].where(decided, "A"),
            "request_outcome_date": iso(rows["request_outcome_date"].where(decided)),
            "assessment_outcome": rows["assessment_outcome"].where(settled, "A").where(agreed, ""),
            "assessment_outcome_date": iso(rows["assessment_outcome_date"].where(settled)),
            "week20_exception": rows["week20_exception"].astype(str),
            "mediation": rows["mediation"].astype(str),
            "tribunal": rows["tribunal"].astype(str),
        }
    ).reset_index(drop=True)


def _reviews(world: World, known: pd.Series[bool], day: pd.Timestamp) -> pd.DataFrame:
    rows = world.reviews
    rows = rows[rows["person"].isin(known.index[known]) & rows["review_date"].le(day)]
    told = rows["notified_date"].le(day)
    return pd.DataFrame(
        {
            "upn": world.people["upn"].loc[rows["person"]].to_numpy(),
            "review_date": iso(rows["review_date"]),
            "outcome": rows["outcome"].where(told, ""),
            "notified_date": iso(rows["notified_date"].where(told)),
        }
    ).reset_index(drop=True)

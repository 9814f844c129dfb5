"""The rows of a SEN2 return, module by module, as text."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.intake.fiction.flows import FIRST
from toolkit.intake.fiction.plans import FIRST_RETURN
from toolkit.intake.fiction.world import World

HISTORICAL = "H"
PHASE_AGES = (4, 11, 16)  # ages at 31 August at which people have changed phase
TO_POST_16_DUE, OTHERS_DUE = "03-31", "02-15"  # SEND Regulations 2014, reg. 18


def request_rows(requests: pd.DataFrame) -> pd.DataFrame:
    """Return the requests; of a placeholder only its outcome."""
    known = requests["request_outcome"].ne(HISTORICAL)
    return pd.DataFrame(
        {
            "requeststableid": text(requests["number"]),
            "persontableid": text(requests["person"] + 1),
            "receiveddate": iso(requests["request_date"]),
            "requestsource": requests["request_source"].fillna(""),
            "rya": flags(requests["rya"], known),
            "requestoutcomedate": iso(requests["request_outcome_date"]),
            "requestoutcome": requests["request_outcome"],
            "requestmediation": flags(requests["mediation"], known),
            "requesttribunal": flags(requests["tribunal"], known),
        }
    )


def assessment_rows(requests: pd.DataFrame) -> pd.DataFrame:
    """Return the assessments; there is none where none was agreed."""
    rows = requests[requests["assessment_outcome"].ne("")]
    known = rows["assessment_outcome"].ne(HISTORICAL)
    return pd.DataFrame(
        {
            "assessmenttableid": text(rows["number"]),
            "requeststableid": text(rows["number"]),
            "assessmentoutcome": rows["assessment_outcome"],
            "assessmentoutcomedate": iso(rows["assessment_outcome_date"]),
            "assessmentmediation": flags(rows["mediation"] * 0, known),
            "assessmenttribunal": flags(rows["tribunal"] * 0, known),
            "othermediation": flags(rows["mediation"] * 0, known),
            "othertribunal": flags(rows["tribunal"] * 0, known),
            "week20": flags(rows["week20_exception"], known),
        }
    )


def named_plan_rows(world: World, named: pd.DataFrame, day: np.datetime64) -> pd.DataFrame:
    """Return the plans, with their end where it had come."""
    held = world.held.loc[named["plan"]].reset_index(drop=True)
    ceased = held["plan_cease"].le(day)
    return pd.DataFrame(
        {
            "namedplantableid": text(named["number"]).to_numpy(),
            "assessmenttableid": text(named["number"]).to_numpy(),
            "startdate": iso(held["plan_start"]),
            "pb": text(held["personal_budget"]),
            "oa": "0",
            "ceasedate": iso(held["plan_cease"].where(ceased)),
            "ceasereason": held["cease_reason"].where(ceased, ""),
        }
    )


def active_plan_rows(
    world: World, named: pd.DataFrame, day: np.datetime64, census_year: int
) -> pd.DataFrame:
    """Return the plans with their latest review; from version 1.3 with a phase transfer."""
    held = world.held.loc[named["plan"]].reset_index(drop=True)
    met = world.reviews[world.reviews["review_date"].le(day)].drop_duplicates("person", keep="last")
    met = met.set_index("person").reindex(named["plan"]).reset_index(drop=True)
    told = met["notified_date"].le(day)
    due, final = _phase_transfers(world, named["plan"].to_numpy(), census_year)
    return pd.DataFrame(
        {
            "activeplanstableid": text(named["number"]).to_numpy(),
            "requeststableid": text(named["number"]).to_numpy(),
            "transferla": held["came_from"].where(held["arrived"].dt.year >= FIRST_RETURN - 1, ""),
            "reviewmeeting": iso(met["review_date"]),
            "reviewoutcome": met["outcome"].where(told, "").fillna(""),
            "lastreview": iso(met["notified_date"].where(told)),
            "reviewdraft": iso(met["draft_date"].where(told)),
            "phasetransferduedate": iso(pd.Series(due)),
            "phasetransferfinaldate": iso(pd.Series(final)),
        }
    )


def _phase_transfers(
    world: World, plan: npt.NDArray[np.int64], census_year: int
) -> tuple[npt.NDArray[np.datetime64], npt.NDArray[np.datetime64]]:
    """Return the dates by which a change of phase in the year before was due, and was named."""
    age = world.stock.age[plan] + census_year - FIRST
    nothing = np.datetime64("NaT", "D")
    year = census_year - 1
    to_16 = np.datetime64(f"{year}-{TO_POST_16_DUE}")
    due = np.where(age == PHASE_AGES[-1], to_16, np.datetime64(f"{year}-{OTHERS_DUE}"))
    arrived = world.held["arrived"].to_numpy().astype("datetime64[D]")[plan]
    due = np.where(np.isin(age, PHASE_AGES) & (arrived < due - 60), due, nothing)
    # Seven in eight by the date that is due: spread by the person's number, not by chance,
    # so that one return does not disturb another.
    return due, due + np.where(plan % 8 == 0, 12 + plan % 40, -(plan % 21))


def placement_rows(placed: pd.DataFrame, day: np.datetime64) -> pd.DataFrame:
    """Return the placements, with their end where it had come."""
    return pd.DataFrame(
        {
            "placementdetailtableid": text(pd.Series(np.arange(1, len(placed) + 1))),
            "activeplanstableid": text(placed["number"]),
            **_setting(placed),
            "entrydate": iso(placed["entry_date"]),
            "leavingdate": iso(placed["leaving_date"].where(placed["leaving_date"].le(day))),
            "res": placed["residential"],
        }
    )


def plan_detail_rows(placed: pd.DataFrame) -> pd.DataFrame:
    """Return the setting that each plan names: that of its latest main placement."""
    main = placed[placed["rank"].eq(1)].drop_duplicates("number", keep="last")
    return pd.DataFrame(
        {
            "plandetailtableid": text(pd.Series(np.arange(1, len(main) + 1))).to_numpy(),
            "namedplantableid": text(main["number"]),
            **_setting(main),
        }
    )


def _setting(placed: pd.DataFrame) -> dict[str, pd.Series[str]]:
    school = placed["sen_setting"].eq("")
    return {
        "urn": placed["urn"],
        "ukprn": placed["ukprn"],
        "sensetting": placed["sen_setting"],
        "placementrank": text(placed["rank"]),
        "senunitindicator": flags(placed["sen_unit"], school),
        "resourcedprovisionindicator": flags(placed["resourced_provision"], school),
    }


def need_rows(world: World, named: pd.DataFrame, census_year: int) -> pd.DataFrame:
    """Return the needs of the plans, the primary one first; none where it is not recorded."""
    first = world.need_at(census_year)[named["plan"]]
    second = world.held["second_need"].to_numpy()[named["plan"]]
    number = named["number"].to_numpy()
    has_first, has_second = first != "", (second != "") & (first != "") & (second != first)
    rows = pd.DataFrame(
        {
            "number": np.r_[number[has_first], number[has_second]],
            "rank": np.r_[np.ones(has_first.sum(), int), np.full(has_second.sum(), 2)],
            "need": np.r_[first[has_first], second[has_second]],
        }
    ).sort_values(["number", "rank"], ignore_index=True)
    return pd.DataFrame(
        {
            "senneedtableid": text(pd.Series(np.arange(1, len(rows) + 1))),
            "activeplanstableid": text(rows["number"]),
            "sentype": rows["need"],
            "sentyperank": text(rows["rank"]),
        }
    )


def person_rows(world: World, requests: pd.DataFrame) -> pd.DataFrame:
    """Return the people whom the requests are about."""
    number = np.unique(requests["person"].to_numpy())
    who = world.people.loc[number].reset_index(drop=True)
    return pd.DataFrame(
        {
            "persontableid": text(pd.Series(number + 1)),
            "sen2tableid": "1",
            "surname": who["surname"],
            "forename": who["forename"],
            "personbirthdate": iso(who["birth_date"]),
            "sex": who["sex"],
            "ethnicity": who["ethnicity"],
            "postcode": world.postcodes["postcode"].to_numpy()[who["home"]],
            "upn": who["upn"],
            "uniquelearnernumber": who["uln"],
            "upnunknown": who["upn_unknown"],
        }
    )


def iso(days: pd.Series[pd.Timestamp]) -> pd.Series[str]:
    """Return days as 2024-03-28, "" where missing."""
    return days.dt.strftime("%Y-%m-%d").fillna("")


def text(numbers: pd.Series[int]) -> pd.Series[str]:
    """Return whole numbers as text."""
    return numbers.astype("Int64").astype(str)


def flags(values: pd.Series[float], known: pd.Series[bool]) -> pd.Series[str]:
    """Return 0 and 1 as text, "" where it is not known."""
    return values.fillna(0).astype(int).astype(str).where(known, "")

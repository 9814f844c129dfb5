"""The SEN2 return of one January, as the area's case system would have written it that day."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.intake.fiction.flows import FIRST
from toolkit.intake.fiction.plans import census_days
from toolkit.intake.fiction.return_rows import (
    HISTORICAL,
    active_plan_rows,
    assessment_rows,
    named_plan_rows,
    need_rows,
    person_rows,
    placement_rows,
    plan_detail_rows,
    request_rows,
)
from toolkit.intake.fiction.world import World
from toolkit.intake.sen2_modules import Modules

VERSIONS = {2023: "1.1", 2024: "1.2", 2025: "1.3", 2026: "1.3"}


def sen2_return(world: World, census_year: int) -> Modules:
    """Return the nine modules of a return: what was known on the census day of that year.

    Held: plans open on the day or ceased since 1 January of the year before; requests received
    or decided in that year, or undecided at its end. Of a plan issued before that year, request
    and assessment are placeholders with outcome H.
    """
    day = census_days()[census_year - FIRST]
    since = np.datetime64(f"{census_year - 1}-01-01")
    plans = _plans(world, day, since)
    requests = _requests(world, plans, day, since, census_year)
    frames = {"requests": request_rows(requests)}
    frames["assessment"] = assessment_rows(requests)
    named = requests[requests["plan"].ge(0)]
    frames["namedplan"] = named_plan_rows(world, named, day)
    frames["activeplans"] = active_plan_rows(world, named, day, census_year)
    placed = _placed(world, named, day, since)
    frames["placementdetail"] = placement_rows(placed, day)
    frames["plandetail"] = plan_detail_rows(placed)
    frames["senneed"] = need_rows(world, named, census_year)
    frames["person"] = person_rows(world, requests)
    return Modules(header=_header(world, census_year, day), frames=frames)


def _plans(world: World, day: np.datetime64, since: np.datetime64) -> npt.NDArray[np.int64]:
    """Return the persons whose plan is in the return."""
    arrived = world.held["arrived"].to_numpy().astype("datetime64[D]")
    cease = world.held["plan_cease"].to_numpy().astype("datetime64[D]")
    return np.flatnonzero((arrived <= day) & ~(cease < since))


def _requests(
    world: World,
    plans: npt.NDArray[np.int64],
    day: np.datetime64,
    since: np.datetime64,
    census_year: int,
) -> pd.DataFrame:
    """Return the requests of the return, as known on the day; `plan` is its holder, or -1."""
    asked = world.requests
    led = asked["assessment_outcome"].eq("Y") & asked["person"].isin(plans)
    led &= asked["assessment_outcome_date"].le(day)
    last = asked["assessment_outcome_date"].fillna(asked["request_outcome_date"])
    due = asked["request_date"].lt(f"{census_year}-01-01") & last.ge(since)
    own = asked[(led & asked["assessment_outcome_date"].ge(since)) | (due & ~led)]
    own = own.assign(plan=np.where(led.loc[own.index], own["person"], -1))
    before = np.setdiff1d(plans, own.loc[own["plan"].ge(0), "plan"])
    placeholders = pd.DataFrame(
        {
            "person": before,
            "plan": before,
            "request_outcome": HISTORICAL,
            "assessment_outcome": HISTORICAL,
        }
    )
    rows = pd.concat([own, placeholders], ignore_index=True)
    rows = rows.sort_values(["person", "request_date"], na_position="first", ignore_index=True)
    return _as_known(rows, day).assign(number=np.arange(1, len(rows) + 1))


def _as_known(rows: pd.DataFrame, day: np.datetime64) -> pd.DataFrame:
    """Return the requests with decisions after a day taken back to "not yet decided"."""
    asked_later = rows["request_outcome_date"].gt(day)
    later = rows["assessment_outcome_date"].gt(day)
    agreed = rows["request_outcome"].eq("Y") & ~asked_later
    outcome = rows["request_outcome"].where(~asked_later, "A")
    assessed = rows["assessment_outcome"].fillna("").where(~later, "A")
    assessed = assessed.where(agreed | rows["request_outcome"].eq(HISTORICAL), "")
    return rows.assign(
        request_outcome=outcome,
        request_outcome_date=rows["request_outcome_date"].where(outcome.isin(["Y", "N"])),
        assessment_outcome=assessed,
        assessment_outcome_date=rows["assessment_outcome_date"].where(assessed.isin(["Y", "N"])),
    )


def _placed(
    world: World, named: pd.DataFrame, day: np.datetime64, since: np.datetime64
) -> pd.DataFrame:
    """Return the placements of the plans that were running at some time since a day."""
    rows = world.placements
    number = named.set_index("plan")["number"]
    rows = rows[rows["person"].isin(number.index)]
    rows = rows[rows["entry_date"].le(day) & ~rows["leaving_date"].lt(since)]
    return rows.assign(number=rows["person"].map(number)).reset_index(drop=True)


def _header(world: World, census_year: int, day: np.datetime64) -> dict[str, str]:
    return {
        "Collection": "SEN2",
        "Year": str(census_year),
        "ReferenceDate": str(day),
        "SourceLevel": "L",
        "LEA": world.la_code,
        "SoftwareCode": "Fictional area",
        "Release": "1",
        "SerialNo": "1",
        "DateTime": f"{day + 14}T09:00:00",
        "DMO": "1",
        "DCO": "1",
        "DSCO": "1",
    }

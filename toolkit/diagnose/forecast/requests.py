"""Requests, assessments and plans issued: the flow that feeds new plans, carried forward.

Plans issued follow a driver that the forecast already holds: the new plans of the local tier, or
the plans held on the published tier, which has no flows. Assessments and requests stand behind
them in the shares that led to a plan and to an assessment of late. In words: issued = driver x
rate; assessed = issued / share issued; requested = assessed / share assessed.

Age at request is not age at 31 August. Ages are of the day of the request or, on the published
tier, as published; one age mix, pooled over the years that are held, stands for all years to come.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from toolkit.diagnose.caseload import AGE_GROUPS
from toolkit.diagnose.forecast.paths import Array

STEPS = ("requests", "assessments", "issued")
TITLES = {
    "requests": "Requests for an EHC needs assessment",
    "assessments": "EHC needs assessments",
    "issued": "Assessments that resulted in a plan",
}
WEIGHT = 0.7  # of each year against the one after it: the model's own weight of recent years
PRIOR_PEOPLE = 100  # weight of England's age mix beside the area's own. Ours
LEAST_SPREAD = 0.05  # sd of a log rate: three years of history cannot show less than this. Ours


@dataclass(frozen=True)
class Flow:
    """Requests, assessments and plans issued, by year.

    Attributes:
        counts: `year` (the calendar year, or the year to the January after it), `step`,
            `people`; a step may lack a year.
        ages: `age_group`, `step`, `people`: pooled over the years that hold ages.
    """

    counts: pd.DataFrame = field(repr=False)
    ages: pd.DataFrame = field(repr=False)


def local_flow(requests: pd.DataFrame, plans: pd.DataFrame, censuses: pd.DataFrame) -> Flow:
    """Return the flow between January censuses from an area's own requests.

    A request counts by the day it was received, an assessment by the day it was agreed to, a
    plan issued by the day of the outcome, each between one census and the next.

    Args:
        requests: Table `requests`.
        plans: Table `plans`, for `birth_month`.
        censuses: `census_year` and `census_date`.
    """
    dated = {
        "requests": requests["request_date"],
        "assessments": requests["request_outcome_date"].where(requests["request_outcome"].eq("Y")),
        "issued": requests["assessment_outcome_date"].where(requests["assessment_outcome"].eq("Y")),
    }
    born = plans.drop_duplicates("person_id").set_index("person_id")["birth_month"]
    age = _age_on(requests["request_date"], requests["person_id"].map(born))
    parts = [
        pd.DataFrame({"step": step, "year": _year_of(day, censuses), "age_group": _group(age)})
        for step, day in dated.items()
    ]
    rows = pd.concat(parts).dropna(subset=["year"]).astype({"year": int})
    counts = rows.groupby(["year", "step"]).size().rename("people").reset_index()
    known = rows[rows["age_group"].ne("unknown")]
    ages = known.groupby(["age_group", "step"]).size().rename("people").reset_index()
    return Flow(counts, ages)


def published_flow(requests: pd.DataFrame, assessments: pd.DataFrame, code: str) -> Flow:
    """Return the flow by calendar year as published, with England behind a small area's ages.

    The area's own counts by age, pooled over the years, are joined by England's mix with the
    weight of 100 people.

    Args:
        requests: Published `ees_requests`.
        assessments: Published `ees_assessments`.
        code: Code of the area.
    """
    sources = {
        "requests": (requests, "requests_received_in_year"),
        "assessments": (assessments, "assess_in_year"),
        "issued": (assessments, "assess_issued"),
    }
    counts, ages = [], []
    for step, (frame, column) in sources.items():
        rows = frame[frame["code"].eq(code)]
        total = rows[rows["topic"].eq("total")].dropna(subset=[column])
        counts.append(pd.DataFrame({"year": total["year"], "step": step, "people": total[column]}))
        own = _published_ages(rows, column)
        england = _published_ages(frame[frame["level"].eq("england")], column)
        if england.sum() > 0:
            own = own + PRIOR_PEOPLE * england / england.sum()
        ages.append(own.rename("people").rename_axis("age_group").reset_index().assign(step=step))
    return Flow(pd.concat(counts, ignore_index=True), pd.concat(ages, ignore_index=True))


def _published_ages(rows: pd.DataFrame, column: str) -> pd.Series:
    """Return people by age group over all years; "0-2" and "20+" are as published."""
    of_age = rows[rows["topic"].eq("age")]
    first = pd.to_numeric(of_age["breakdown"].str.extract(r"^(\d+)", expand=False))
    summed: pd.Series = of_age[column].fillna(0).groupby(_group(first)).sum()
    every: pd.Series = summed.reindex(list(AGE_GROUPS))
    return every.fillna(0.0)


def _year_of(day: pd.Series, censuses: pd.DataFrame) -> pd.Series:
    """Return the calendar year whose censuses a day lies between; missing outside of them."""
    ends = censuses.sort_values("census_date")
    dates = pd.to_datetime(ends["census_date"]).tolist()
    years = [int(y) - 1 for y in ends["census_year"].iloc[1:]]
    if len(dates) < 2:
        return pd.Series(np.nan, index=day.index)
    cut: pd.Series = pd.cut(pd.to_datetime(day), dates, labels=years, right=True)
    found: pd.Series = cut.astype("float64")
    return found


def _age_on(day: pd.Series, birth_month: pd.Series) -> pd.Series:
    months = (day.dt.year - birth_month.dt.year) * 12 + day.dt.month - birth_month.dt.month
    age: pd.Series = months // 12
    return age


def _group(age: pd.Series) -> pd.Series:
    """Return the age group; people asked for who never had a plan have no birth month here."""
    groups = pd.Series("unknown", index=age.index)
    for name, (low, high) in AGE_GROUPS.items():
        groups = groups.mask(age.between(low, high).fillna(False).astype(bool), name)
    return groups


def project(
    flow: Flow,
    driver: Array,
    driver_before: Mapping[int, float],
    seed: int,
) -> dict[str, Array]:
    """Return people by [simulation, year] for each step, to the years of the driver.

    The rate of plans issued to the driver and the two shares are drawn once in each simulation:
    log-normal for the rate, with the spread that it had from year to year, and beta for the
    shares, with the weight of the recent years behind them.

    Args:
        flow: What was recorded.
        driver: People by [simulation, year ahead]: new plans, or plans held.
        driver_before: The same by year of `flow`, as recorded.
        seed: The same seed gives the same figures.

    Raises:
        ValueError: No year has both plans issued and the driver.
    """
    source = np.random.Generator(np.random.Philox(key=seed))
    wide = flow.counts.pivot_table(index="year", columns="step", values="people", aggfunc="sum")
    wide = wide.reindex(columns=list(STEPS))
    many = driver.shape[0]
    normal = np.asarray(source.standard_normal(many))
    rate = _rate(wide["issued"], driver_before, normal)
    issued = driver * rate[:, None]
    assessed = issued / _share(wide, "issued", "assessments", source, many)[:, None]
    requested = assessed / _share(wide, "assessments", "requests", source, many)[:, None]
    return {"requests": requested, "assessments": assessed, "issued": issued}


def _rate(issued: pd.Series, before: Mapping[int, float], normal: Array) -> Array:
    """Return a rate for each simulation: recent years weigh more, and it varies as it did."""
    base = pd.Series(before, dtype=float).reindex(issued.index)
    logs = np.log((issued / base).where((issued > 0) & (base > 0))).dropna()
    if logs.empty:
        raise ValueError("no year has both plans issued and what they are forecast from.")
    weight = WEIGHT ** (logs.index.max() - logs.index.to_numpy())
    middle = float(np.average(logs, weights=weight))
    spread = float(np.sqrt(np.average(np.square(logs - middle), weights=weight)))
    return np.asarray(np.exp(middle + normal * max(spread, LEAST_SPREAD)))


def _share(
    wide: pd.DataFrame, part: str, whole: str, source: np.random.Generator, many: int
) -> Array:
    both = wide[[part, whole]].dropna()
    if both.empty or not (both[whole] > 0).any():
        raise ValueError(f"no year has both {TITLES[part].lower()} and {TITLES[whole].lower()}.")
    weight = WEIGHT ** (both.index.max() - both.index.to_numpy())
    yes = float((both[part].clip(upper=both[whole]) * weight).sum())
    no = float(((both[whole] - both[part]).clip(lower=0) * weight).sum())
    return np.asarray(source.beta(yes + 0.5, no + 0.5, many))


def by_age(flow: Flow, projected: Mapping[str, Array]) -> dict[str, Array]:
    """Return people by [simulation, year, age group], in the order of `AGE_GROUPS`.

    Each step is shared out by its own pooled age mix; assessments take that of requests, and
    plans issued that of assessments, where they have none of their own.
    """
    mix: Array | None = None
    made: dict[str, Array] = {}
    for step in STEPS:
        own = age_mix(flow.ages, step)
        mix = own if own is not None else mix
        if mix is not None:
            made[step] = projected[step][..., None] * mix
    return made


def age_mix(ages: pd.DataFrame, step: str) -> Array | None:
    """Return the share of each age group in a step, adding up to 1; None where none is known."""
    counted = ages[ages["step"].eq(step)].groupby("age_group")["people"].sum()
    people = counted.reindex(list(AGE_GROUPS)).fillna(0).to_numpy(dtype=float)
    return people / people.sum() if people.sum() > 0 else None

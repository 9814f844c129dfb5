"""Requests, assessments and plans issued: the flow that feeds new plans, carried forward.

Plans issued and requests each follow a driver that the forecast already holds: the new plans of
the local tier, or the plans held on the published tier, which has no flows. In logs, h years
ahead: log people = log driver + log rate + s sqrt(h) z, where the rate is that of recent years and
z is drawn once in each simulation, with a part that both share. Assessments stand behind plans
issued in the share that led to one; requests are never fewer than assessments.

Age at request is not age at 31 August. Ages are of the day of the request or, on the published
tier, as published; one age mix, pooled over the years that are held, stands for all years to come.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from toolkit.diagnose.forecast.paths import Array
from toolkit.diagnose.january import AGE_GROUPS, age_group

STEPS = ("requests", "assessments", "issued")
TITLES = {
    "requests": "Requests for an EHC needs assessment",
    "assessments": "EHC needs assessments",
    "issued": "Assessments that resulted in a plan",
}
PRIOR_PEOPLE = 100  # weight of England's age mix beside the area's own. Ours
# Weight of each year against the one after it: of 0, 0.2, 0.4, 0.5, 0.7 and 1 the one with the
# smallest errors of requests and plans issued, one year ahead, all LAs, outcomes 2020 to 2023.
WEIGHT = 0.2
# Standard deviation of the error of a log rate one year ahead, all LAs, outcomes 2020 to 2023.
ON_PLANS_HELD = {"requests": 0.22, "issued": 0.26}
ON_NEW_PLANS = {"requests": 0.20, "issued": 0.05}
PRIOR_YEARS = 4  # of an area's own years weigh as much as that; ours
SHARED = {"requests": 0.55, "issued": 0.92}  # loadings: requests and issued correlate by half
MOST_BEHIND = 60.0  # people behind a share: it moves from year to year by some 3 points, not by
# chance alone


@dataclass(frozen=True)
class Flow:
    """Requests, assessments and plans issued, by year.

    Attributes:
        counts: `year` (the calendar year, or the year to the January after it), `step`,
            `people`; a step may lack a year.
        ages: `age_group`, `step`, `people`: pooled over the years that hold ages.
        known: `year`, `age_group`, `step`, `people`: recorded ages, where a year holds them.
        spread: For requests and plans issued, the standard deviation of the error of their log
            rate one year ahead, before the area's own years are looked at.
    """

    counts: pd.DataFrame = field(repr=False)
    ages: pd.DataFrame = field(repr=False)
    known: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["year", "age_group", "step", "people"]),
        repr=False,
    )
    spread: Mapping[str, float] = field(default_factory=lambda: dict(ON_NEW_PLANS))


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
        pd.DataFrame({"step": step, "year": _year_of(day, censuses), "age_group": age_group(age)})
        for step, day in dated.items()
    ]
    rows = pd.concat(parts).dropna(subset=["year"]).astype({"year": int})
    counts = rows.groupby(["year", "step"]).size().rename("people").reset_index()
    aged = rows[rows["age_group"].ne("unknown")]
    known = aged.groupby(["year", "age_group", "step"]).size().rename("people").reset_index()
    ages = known.groupby(["age_group", "step"])["people"].sum().reset_index()
    return Flow(counts, ages, known)


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
    counts, ages, known = [], [], []
    for step, (frame, column) in sources.items():
        rows = frame[frame["code"].eq(code)]
        total = rows[rows["topic"].eq("total")].dropna(subset=[column])
        counts.append(pd.DataFrame({"year": total["year"], "step": step, "people": total[column]}))
        by_year = _published_ages(rows, column)
        known.append(by_year.rename("people").reset_index().assign(step=step))
        own = by_year.groupby("age_group").sum().reindex(list(AGE_GROUPS)).fillna(0.0)
        country = _published_ages(frame[frame["level"].eq("england")], column)
        england = country.groupby("age_group").sum().reindex(list(AGE_GROUPS)).fillna(0.0)
        if england.sum() > 0:
            own = own + PRIOR_PEOPLE * england / england.sum()
        ages.append(own.rename("people").rename_axis("age_group").reset_index().assign(step=step))
    return Flow(
        pd.concat(counts, ignore_index=True),
        pd.concat(ages, ignore_index=True),
        pd.concat(known, ignore_index=True),
        dict(ON_PLANS_HELD),
    )


def _published_ages(rows: pd.DataFrame, column: str) -> pd.Series:
    """Return people by `year` and `age_group`; "0-2" and "20+" are as published."""
    of_age = rows[rows["topic"].eq("age")].dropna(subset=[column])
    first = pd.to_numeric(of_age["breakdown"].str.extract(r"^(\d+)", expand=False))
    keys = [of_age["year"], age_group(first).rename("age_group")]
    summed: pd.Series = of_age[column].groupby(keys).sum()
    return summed


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


def can_project(flow: Flow, driver_before: Mapping[int, float]) -> bool:
    """Return whether some year holds requests, plans issued and what they are forecast from."""
    wide = _wide(flow)
    rates = [_log_rates(wide[step], driver_before) for step in flow.spread]
    return all(len(r) > 0 for r in rates) and bool(_both(wide)["assessments"].gt(0).any())


def project(
    flow: Flow,
    driver: Array,
    driver_before: Mapping[int, float],
    seed: int,
) -> dict[str, Array]:
    """Return people by [simulation, year] for each step, to the years of the driver.

    Args:
        flow: What was recorded.
        driver: People by [simulation, year ahead]: new plans, or plans held.
        driver_before: The same by year of `flow`, as recorded.
        seed: The same seed gives the same figures.

    Raises:
        ValueError: No year has what is needed; see `can_project`.
    """
    if not can_project(flow, driver_before):
        raise ValueError("no year has both the flow and what it is forecast from.")
    source = np.random.Generator(np.random.Philox(key=seed))
    wide, (many, ahead) = _wide(flow), driver.shape
    shared = source.standard_normal(many)
    drawn = {}
    for step in ("requests", "issued"):
        middle, spread = _rate(_log_rates(wide[step], driver_before), flow.spread[step])
        load = SHARED[step]
        normal = load * shared + np.sqrt(1 - load**2) * source.standard_normal(many)
        grows = np.sqrt(np.arange(1, ahead + 1))
        drawn[step] = driver * np.exp(middle + spread * grows * normal[:, None])
    assessed = drawn["issued"] / _share(_both(wide), source, many)[:, None]
    requested = np.maximum(drawn["requests"], assessed)
    return {"requests": requested, "assessments": assessed, "issued": drawn["issued"]}


def _wide(flow: Flow) -> pd.DataFrame:
    counts = flow.counts.assign(people=flow.counts["people"].astype(float))
    wide = counts.pivot_table(index="year", columns="step", values="people", aggfunc="sum")
    return wide.reindex(columns=list(STEPS))


def _log_rates(people: pd.Series, before: Mapping[int, float]) -> pd.Series:
    """Return the log of people over the driver, by year, where both are held."""
    base = pd.Series(before, dtype=float).reindex(people.index)
    known = (people > 0) & (base > 0)
    rates: pd.Series = np.log(people[known] / base[known])
    return rates


def _rate(logs: pd.Series, prior: float) -> tuple[float, float]:
    """Return the middle of a log rate, and its spread: the area's own years beside all LAs'."""
    weight = WEIGHT ** (logs.index.max() - logs.index.to_numpy())
    middle = float(np.average(logs, weights=weight))
    steps = logs.sort_index().diff().dropna()
    own = float(np.square(steps).sum())
    return middle, float(np.sqrt((PRIOR_YEARS * prior**2 + own) / (PRIOR_YEARS + len(steps))))


def _both(wide: pd.DataFrame) -> pd.DataFrame:
    return wide[["issued", "assessments"]].dropna()


def _share(both: pd.DataFrame, source: np.random.Generator, many: int) -> Array:
    """Return the share of assessments that led to a plan, for each simulation."""
    weight = WEIGHT ** (both.index.max() - both.index.to_numpy())
    whole = float((both["assessments"] * weight).sum())
    issued = float((both["issued"].clip(upper=both["assessments"]) * weight).sum())
    kept = min(1.0, MOST_BEHIND / whole)
    return np.asarray(source.beta(issued * kept + 0.5, (whole - issued) * kept + 0.5, many))


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

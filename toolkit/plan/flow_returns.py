"""Tables 10 to 12 of the Local SEND Reform Plan: requests, assessments, and plans issued."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from toolkit.diagnose.forecast.paths import Array, Paths
from toolkit.diagnose.forecast.requests import (
    TITLES,
    Flow,
    age_mix,
    by_age,
    can_project,
    local_flow,
    project,
    published_flow,
)
from toolkit.diagnose.january import AGE_GROUPS
from toolkit.plan.return_lines import AGES
from toolkit.plan.returns import Forecast, Table, table

CODES = {"requests": "LSRP 10", "assessments": "LSRP 11", "issued": "LSRP 12"}
METHOD = (
    "Plans issued and requests follow the plans that the forecast expects, at the rates of recent "
    "years; assessments stand behind plans issued in the share that led to one. The further "
    "ahead, the wider the range.",
    "Ages are those at the request, not at 31 August. Recorded years count ages as recorded; "
    "those whose age is not held, as of people who never had a plan, are shared out by one age "
    "mix, pooled over the years that are held. The same mix stands for the years to come.",
)
NOT_FORECAST = (
    "No forecast: no year holds requests, assessments, plans issued and the plans that they would "
    "be forecast from, all together."
)
STOCK_DRIVEN = (
    "Published figures hold no flows that add up with the plans held. So plans issued follow the "
    "number of plans held at the start of the year."
)


def flow_tables(
    flow: Flow,
    simulated: Mapping[str, Mapping[str, Array]],
    years: Sequence[int],
    assumptions: Sequence[str],
) -> list[Table]:
    """Return tables 10, 11 and 12 by age group and calendar year.

    Args:
        flow: What was recorded.
        simulated: For a scenario, people by [simulation, year, age group] for each step, as
            `requests.by_age` returns them.
        years: The calendar years that are forecast.
        assumptions: What the forecast assumes, in sentences.
    """
    made = []
    for step, code in CODES.items():
        mix = age_mix(flow.ages, step)
        if mix is None or not flow.counts["step"].eq(step).any():
            continue
        futures = {name: steps[step] for name, steps in simulated.items() if step in steps}
        forecast = Forecast(tuple(years), futures) if futures else None
        notes = (*assumptions, *METHOD) if futures else (*assumptions, *METHOD, NOT_FORECAST)
        title = f"{TITLES[step]}, by age"
        made.append(table(code, title, _recorded(flow, step, mix), forecast, notes))
    return made


def _recorded(flow: Flow, step: str, mix: Array) -> pd.DataFrame:
    """Return recorded people by age group and year.

    Whoever's age was recorded is counted as recorded; the rest of the year's total is shared
    out by the pooled mix, the largest remainders rounded up, so that each year adds up.
    """
    counts = flow.counts[flow.counts["step"].eq(step)].set_index("year")["people"].sort_index()
    known = flow.known[flow.known["step"].eq(step)]
    shared = {}
    for year, people in zip(counts.index.astype(int), counts.to_numpy(float), strict=True):
        aged = known[known["year"].eq(year)].groupby("age_group")["people"].sum()
        own = aged.reindex(list(AGE_GROUPS)).fillna(0).to_numpy(dtype=float)
        shared[year] = own + _whole(max(people - own.sum(), 0.0) * mix)
    lines = [next(line for line, groups in AGES.items() if g in groups) for g in AGE_GROUPS]
    return pd.DataFrame(shared, index=lines, dtype=float)


def _whole(parts: Array) -> Array:
    """Return whole numbers that add up to the rounded sum of the parts."""
    down = pd.Series(parts).floordiv(1)
    short = round(float(parts.sum())) - int(down.sum())
    up = (pd.Series(parts) - down).sort_values(ascending=False, kind="stable").index[:short]
    down.loc[up] += 1
    return np.asarray(down, dtype=np.float64)


def local_flow_tables(
    requests: pd.DataFrame,
    plans: pd.DataFrame,
    censuses: pd.DataFrame,
    scenarios: Mapping[str, Paths],
    joined: Mapping[int, float],
    assumptions: Sequence[str],
    seed: int = 1,
) -> list[Table]:
    """Return tables 10 to 12 from an area's own records: new plans drive them.

    Args:
        requests: Table `requests`.
        plans: Table `plans`.
        censuses: Table `censuses`.
        scenarios: Futures by scenario.
        joined: New plans between the January of a year and the next, by year.
        assumptions: What the forecast assumes, in sentences.
        seed: The same seed gives the same figures.
    """
    flow = local_flow(requests, plans, censuses)
    first = next(iter(scenarios.values()))
    simulated = {
        name: by_age(flow, project(flow, paths.by(of="joined"), joined, seed))
        for name, paths in scenarios.items()
        if can_project(flow, joined)
    }
    return flow_tables(flow, simulated, first.years[:-1], assumptions)


def published_flow_tables(
    requests: pd.DataFrame,
    assessments: pd.DataFrame,
    code: str,
    paths: Paths,
    plans: Mapping[int, float],
    assumptions: Sequence[str],
    seed: int = 1,
) -> list[Table]:
    """Return tables 10 to 12 from published figures: the plans held drive them.

    Args:
        requests: Published `ees_requests`.
        assessments: Published `ees_assessments`.
        code: Code of the area.
        paths: Futures of the area.
        plans: Plans published for each January.
        assumptions: What the forecast assumes, in sentences.
        seed: The same seed gives the same figures.
    """
    flow = published_flow(requests, assessments, code)
    futures = {"unmitigated": paths.by()[:, :-1]} if can_project(flow, plans) else {}
    simulated = {
        name: by_age(flow, project(flow, held, plans, seed)) for name, held in futures.items()
    }
    return flow_tables(flow, simulated, paths.years[:-1], (*assumptions, STOCK_DRIVEN))

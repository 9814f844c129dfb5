"""Tables 10 to 12 of the Local SEND Reform Plan: requests, assessments, and plans issued."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from toolkit.diagnose.caseload import AGE_GROUPS
from toolkit.diagnose.forecast.paths import Array, Paths
from toolkit.diagnose.forecast.requests import (
    TITLES,
    Flow,
    age_mix,
    by_age,
    local_flow,
    project,
    published_flow,
)
from toolkit.plan.return_lines import AGES
from toolkit.plan.returns import Forecast, Table, table

CODES = {"requests": "LSRP 10", "assessments": "LSRP 11", "issued": "LSRP 12"}
METHOD = (
    "Plans issued follow the plans that the forecast expects; assessments and requests stand "
    "behind them in the shares that led to a plan, and to an assessment, in recent years.",
    "Ages are those at the request, not at 31 August. One age mix, pooled over the years that "
    "are held, stands for every year, the recorded ones included, unless ages were recorded.",
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
        futures = {name: steps[step] for name, steps in simulated.items() if step in steps}
        mix = age_mix(flow.ages, step)
        if mix is None or not futures:
            continue
        forecast = Forecast(tuple(years), futures)
        notes = (*assumptions, *METHOD)
        made.append(
            table(code, f"{TITLES[step]}, by age", _recorded(flow, step, mix), forecast, notes)
        )
    return made


def _recorded(flow: Flow, step: str, mix: Array) -> pd.DataFrame:
    """Return recorded people by age group and year: the year's total shared out by the mix.

    The largest remainders are rounded up, so that each year adds up to what was recorded.
    """
    counts = flow.counts[flow.counts["step"].eq(step)].set_index("year")["people"].sort_index()
    shared = {
        year: _whole(people * mix)
        for year, people in zip(counts.index.astype(int), counts.to_numpy(float), strict=True)
    }
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
    held = paths.by()[:, :-1]
    simulated = {"unmitigated": by_age(flow, project(flow, held, plans, seed))}
    return flow_tables(flow, simulated, paths.years[:-1], (*assumptions, STOCK_DRIVEN))

"""The tables of the returns from an area's own records, and a forecast by age, need, provision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from toolkit.diagnose.forecast.paths import Array, Paths
from toolkit.plan.return_lines import (
    AGES,
    AGES_POST16,
    DSG_NEEDS,
    DSG_PROVISIONS,
    LSRP_NEED_TABLES,
    LSRP_PROVISION_NOTES,
    LSRP_PROVISIONS,
    NEEDS,
    NO_SPECIALIST_ASSESSMENT,
    Rows,
    ages_by_group,
)
from toolkit.plan.returns import Forecast, Table, left_out, lines_of, recorded, table

# The return's figure "for calendar year Y" is the January census of Y + 1.
CENSUS_AFTER = 1
Scenarios = Mapping[str, Paths]


def local_tables(
    people: pd.DataFrame, scenarios: Scenarios, assumptions: Sequence[str]
) -> list[Table]:
    """Return tables 5.1, 6, 7 and 7.1 to 7.7 of the LSRP, then the DSG grids.

    Args:
        people: As `caseload.stock` returns it: one row a plan and January.
        scenarios: Futures by age, need and provision; "unmitigated" and perhaps "mitigated".
        assumptions: What the forecast assumes, in sentences; they stand under each table.
    """
    return [*_lsrp(people, scenarios, assumptions), *_dsg(people, scenarios, assumptions)]


def _lsrp(people: pd.DataFrame, scenarios: Scenarios, assumptions: Sequence[str]) -> list[Table]:
    by_calendar = people.assign(year=people["year"] - CENSUS_AFTER)
    first = next(iter(scenarios.values()))
    years = tuple(y - CENSUS_AFTER for y in first.years[1:])
    said = ("Years are calendar years: a year's figure is that of the January census after it.",)

    def made(code: str, title: str, axis: str, rows: Rows, notes: Sequence[str] = ()) -> Table:
        column = {"age": "age_group", "need": "primary_need", "provision": "provision"}[axis]
        return table(
            code,
            title,
            recorded(by_calendar, column, AGES if axis == "age" else rows),
            Forecast(years, {n: _by_line(p, axis, rows) for n, p in scenarios.items()}),
            (*assumptions, *said, *notes, *_uncounted(by_calendar, column, axis, rows)),
        )

    return [
        made("LSRP 5.1", "EHC plans by age group", "age", ages_by_group(first.ages)),
        made("LSRP 6", "EHC plans by provision", "provision", LSRP_PROVISIONS,
             LSRP_PROVISION_NOTES),
        made("LSRP 7", "EHC plans by primary need", "need", NEEDS),
        *(
            _need_within(code, where, provisions, by_calendar, scenarios, (*assumptions, *said))
            for code, (where, provisions) in LSRP_NEED_TABLES.items()
        ),
    ]  # fmt: skip


def _uncounted(people: pd.DataFrame, column: str, axis: str, rows: Rows) -> tuple[str, ...]:
    missing = left_out(people, column, AGES if axis == "age" else rows)
    return (f"Records over all years that no line counts: {missing}.",) if missing else ()


def _by_line(paths: Paths, axis: str, rows: Rows) -> Array:
    codes = {"age": paths.ages, "need": paths.needs, "provision": paths.provisions}[axis]
    return lines_of(paths.by(axis)[:, 1:], codes, rows)


def _need_within(
    code: str,
    where: str,
    provisions: tuple[str, ...],
    people: pd.DataFrame,
    scenarios: Scenarios,
    notes: Sequence[str],
) -> Table:
    """Return plans by primary need within some provisions."""
    there = people[people["provision"].isin(provisions)]
    counted = recorded(there, "primary_need", NEEDS)
    every = sorted(people["year"].unique())
    years = tuple(y - CENSUS_AFTER for y in next(iter(scenarios.values())).years[1:])
    simulated = {
        name: lines_of(_in_provisions(paths, "need", provisions), paths.needs, NEEDS)
        for name, paths in scenarios.items()
    }
    return table(
        code,
        f"EHC plans by primary need: {where}",
        counted.reindex(columns=every, fill_value=0),
        Forecast(years, simulated),
        notes,
    )


def _in_provisions(paths: Paths, axis: str, provisions: Sequence[str]) -> Array:
    """Return people by [simulation, year of the forecast, axis] in some provisions."""
    at = [i for i, code in enumerate(paths.provisions) if code in provisions]
    both: Array = paths.by(axis, "provision")[:, 1:]
    return np.asarray(both[..., at].sum(axis=-1))


def _dsg(people: pd.DataFrame, scenarios: Scenarios, assumptions: Sequence[str]) -> list[Table]:
    """Return the two grids of the DSG management plan, by January."""
    first = next(iter(scenarios.values()))
    said = ("Years are January censuses.",)
    return [
        _grid("DSG by age", "EHC plans by provision and age group", "age", people, scenarios,
              ages_by_group(first.ages), (*assumptions, *said)),
        _grid("DSG by need", "EHC plans by provision and primary need", "need", people, scenarios,
              DSG_NEEDS, (*assumptions, *said, NO_SPECIALIST_ASSESSMENT)),
    ]  # fmt: skip


def _grid(
    code: str,
    title: str,
    axis: str,
    people: pd.DataFrame,
    scenarios: Scenarios,
    rows: Rows,
    notes: Sequence[str],
) -> Table:
    """Return plans by provision, each split along an axis."""
    column = {"age": "age_group", "need": "primary_need"}[axis]
    every = sorted(people["year"].unique())
    counted: list[pd.DataFrame] = []
    simulated: dict[str, list[Array]] = {name: [] for name in scenarios}
    for name, provisions in DSG_PROVISIONS.items():
        wanted = _wanted(axis, provisions, rows)
        there = people[people["provision"].isin(provisions)]
        lines = AGES if axis == "age" else wanted
        if axis == "age" and provisions == ("post16",):
            lines = AGES_POST16
        part = recorded(there, column, lines).reindex(columns=every, fill_value=0)
        counted.append(part.set_axis([f"{name}: {line}" for line in part.index]))
        for scenario, paths in scenarios.items():
            codes = paths.ages if axis == "age" else paths.needs
            futures = lines_of(_in_provisions(paths, axis, provisions), codes, wanted)
            simulated[scenario].append(futures)
    joined = {name: np.concatenate(parts, axis=2) for name, parts in simulated.items()}
    return table(code, title, pd.concat(counted), Forecast(first_years(scenarios), joined), notes)


def _wanted(axis: str, provisions: tuple[str, ...], rows: Rows) -> Rows:
    """Return the lines of a provision: post-16 has only the two upper age groups."""
    if axis == "age" and provisions == ("post16",):
        return {name: rows[name] for name in AGES_POST16}
    return rows


def first_years(scenarios: Scenarios) -> tuple[int, ...]:
    """Return the Januaries that are forecast."""
    return tuple(next(iter(scenarios.values())).years[1:])

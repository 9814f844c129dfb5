"""The tables of the returns from an area's own records, and a forecast by age, need, provision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from toolkit.diagnose.forecast.paths import Array, Paths
from toolkit.plan.return_lines import (
    AGES,
    AGES_POST16,
    BASE_16,
    DSG_NEEDS,
    DSG_PROVISIONS,
    LSRP_NEED_TABLES,
    LSRP_PROVISION_NOTES,
    LSRP_PROVISIONS_BY_AGE,
    NEEDS,
    NO_SPECIALIST_ASSESSMENT,
    SPECIALIST_ASSESSMENT,
    Rows,
    ages_by_group,
)
from toolkit.plan.returns import Forecast, Table, blanked, left_out, lines_of, recorded, table

# The return's figure "for calendar year Y" is the January census of Y + 1.
CENSUS_AFTER = 1
POST_16 = 16  # completed years at 31 August: a year 12 pupil
CALENDAR = "Years are calendar years: a year's figure is that of the January census after it."
JANUARY = "Years are January censuses."
COLUMN = {"age": "age_group", "need": "primary_need"}
Scenarios = Mapping[str, Paths]


@dataclass(frozen=True)
class Future:
    """What one scenario says of the forecast years.

    Attributes:
        ages: Ages, needs and provisions as the scenario's paths have them.
        needs: See `ages`.
        provisions: See `ages`.
        by_age: People by [simulation, year, age, provision].
        by_need: People by [simulation, year, need, provision].
    """

    ages: tuple[str, ...]
    needs: tuple[str, ...]
    provisions: tuple[str, ...]
    by_age: Array = field(repr=False)
    by_need: Array = field(repr=False)

    @classmethod
    def of(cls, paths: Paths) -> Future:
        """Return the forecast years of some paths, without the census that they start from."""
        split = (paths.by(axis, "provision")[:, 1:] for axis in ("age", "need"))
        return cls(paths.ages, paths.needs, paths.provisions, *split)

    def lines(self, axis: str, rows: Rows, provisions: Sequence[str] | None = None) -> Array:
        """Return people by [simulation, year, line] in some provisions; None is all."""
        at = [i for i, p in enumerate(self.provisions) if provisions is None or p in provisions]
        people = (self.by_age if axis == "age" else self.by_need)[..., at].sum(axis=-1)
        return lines_of(people, self.ages if axis == "age" else self.needs, rows)

    def by_setting(self, rows: Rows) -> Array:
        """Return people by [simulation, year, line], units from 16 on apart."""
        older = np.array([int(age) >= POST_16 for age in self.ages])
        bases = np.array([p == "rp_unit" for p in self.provisions])
        people = self.by_age.sum(axis=2)
        upper = self.by_age[:, :, older].sum(axis=2) * bases
        every = np.concatenate([people - upper, upper.sum(axis=-1, keepdims=True)], axis=-1)
        return lines_of(every, (*self.provisions, BASE_16), rows)


def local_tables(
    people: pd.DataFrame, scenarios: Scenarios, assumptions: Sequence[str]
) -> list[Table]:
    """Return tables 5.1, 6, 7 and 7.1 to 7.7 of the LSRP, then the DSG grids.

    Args:
        people: As `january.stock` returns it: one row a plan and January.
        scenarios: Futures by age, need and provision; "unmitigated" and perhaps "mitigated".
        assumptions: What the forecast assumes, in sentences; they stand under each table.
    """
    futures = {name: Future.of(paths) for name, paths in scenarios.items()}
    januaries = tuple(next(iter(scenarios.values())).years[1:])
    return [
        *_lsrp(people, futures, januaries, (*assumptions, CALENDAR)),
        *_dsg(people, futures, januaries, (*assumptions, JANUARY)),
    ]


def _lsrp(
    people: pd.DataFrame,
    futures: Mapping[str, Future],
    januaries: Sequence[int],
    notes: Sequence[str],
) -> list[Table]:
    rows = people.assign(year=people["year"] - CENSUS_AFTER)
    older = rows["provision"].eq("rp_unit") & rows["age_group"].isin(["16-19", "20-25"])
    rows = rows.assign(setting=rows["provision"].mask(older, BASE_16))
    years = tuple(y - CENSUS_AFTER for y in januaries)
    ages = ages_by_group(next(iter(futures.values())).ages)
    settings = LSRP_PROVISIONS_BY_AGE

    def made(code: str, title: str, counted: pd.DataFrame, simulated: Mapping[str, Array],
             said: Sequence[str]) -> Table:  # fmt: skip
        return table(code, title, counted, Forecast(years, simulated), (*notes, *said))

    return [
        made("LSRP 5.1", "EHC plans by age group", recorded(rows, "age_group", AGES),
             {n: f.lines("age", ages) for n, f in futures.items()},
             _uncounted(rows, "age_group", AGES)),
        made("LSRP 6", "EHC plans by provision", recorded(rows, "setting", settings),
             {n: f.by_setting(settings) for n, f in futures.items()},
             (*LSRP_PROVISION_NOTES, *_uncounted(rows, "setting", settings))),
        made("LSRP 7", "EHC plans by primary need", recorded(rows, "primary_need", NEEDS),
             {n: f.lines("need", NEEDS) for n, f in futures.items()},
             _uncounted(rows, "primary_need", NEEDS)),
        *(
            made(code, f"EHC plans by primary need: {where}",
                 _within(rows, "primary_need", NEEDS, provisions),
                 {n: f.lines("need", NEEDS, provisions) for n, f in futures.items()}, ())
            for code, (where, provisions) in LSRP_NEED_TABLES.items()
        ),
    ]  # fmt: skip


def _within(
    people: pd.DataFrame, column: str, rows: Rows, provisions: Sequence[str]
) -> pd.DataFrame:
    """Return recorded people by line in some provisions, for every year that is held."""
    there = people[people["provision"].isin(provisions)]
    every = sorted(people["year"].unique())
    return recorded(there, column, rows).reindex(columns=every, fill_value=0)


def _uncounted(people: pd.DataFrame, column: str, rows: Rows) -> tuple[str, ...]:
    missing = left_out(people, column, rows)
    return (f"Records over all years that no line counts: {missing}.",) if missing else ()


def _dsg(
    people: pd.DataFrame,
    futures: Mapping[str, Future],
    januaries: tuple[int, ...],
    notes: Sequence[str],
) -> list[Table]:
    """Return the two grids of the DSG management plan, by January."""
    grids = (
        ("DSG by age", "EHC plans by provision and age group", "age"),
        ("DSG by need", "EHC plans by provision and primary need", "need"),
    )
    by_age, by_need = (
        table(code, title, *_grid(axis, people, futures, januaries),
              (*notes, *(_age_notes(people) if axis == "age" else (NO_SPECIALIST_ASSESSMENT,))))
        for code, title, axis in grids
    )  # fmt: skip
    blank = [line for line in by_need.frame.index if line.endswith(SPECIALIST_ASSESSMENT)]
    return [by_age, blanked(by_need, blank)]


def _grid(
    axis: str,
    people: pd.DataFrame,
    futures: Mapping[str, Future],
    januaries: tuple[int, ...],
) -> tuple[pd.DataFrame, Forecast]:
    """Return plans by provision, each split along an axis: as recorded, and as forecast."""
    ages = ages_by_group(next(iter(futures.values())).ages)
    counted: list[pd.DataFrame] = []
    simulated: dict[str, list[Array]] = {name: [] for name in futures}
    for name, provisions in DSG_PROVISIONS.items():
        lines = _lines(provisions) if axis == "age" else DSG_NEEDS
        part = _within(people, COLUMN[axis], lines, provisions)
        counted.append(part.set_axis([f"{name}: {line}" for line in part.index]))
        wanted = {line: ages[line] for line in lines} if axis == "age" else DSG_NEEDS
        for scenario, future in futures.items():
            simulated[scenario].append(future.lines(axis, wanted, provisions))
    joined = {name: np.concatenate(parts, axis=2) for name, parts in simulated.items()}
    return pd.concat(counted), Forecast(januaries, joined)


def _lines(provisions: tuple[str, ...]) -> Rows:
    """Return the age groups of a provision: post-16 has only the two upper ones."""
    return AGES_POST16 if provisions == ("post16",) else AGES


def _age_notes(people: pd.DataFrame) -> tuple[str, ...]:
    """Say how many plans of the records no line of the grid by age counts."""
    post16 = people["provision"].eq("post16")
    upper = {code for codes in AGES_POST16.values() for code in codes}
    younger = int((post16 & ~people["age_group"].isin(upper)).sum())
    missing = left_out(people[~post16], "age_group", AGES)
    said = "Plans in post-16 provision of people under 16, or of unknown age, over all years, which"
    return (
        *((f"{said} the grid has no line for: {younger}.",) if younger else ()),
        *((f"Records over all years that no line counts: {missing}.",) if missing else ()),
    )

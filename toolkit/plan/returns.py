"""The tables of the returns that an area fills in: counts so far, then a forecast with its range.

Two returns are served: the grids of the DSG management plan, and the tables of the Local SEND
Reform Plan (LSRP). Every figure is summed inside each simulation before its median or range is
read, so that a total is the total of the same futures, and not a sum of medians.

Source of the tables: DSG management plan template, version 10, March 2025; Local SEND Reform
Plan template, 2026.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose.forecast.assumed import Assumption
from toolkit.diagnose.forecast.paths import Array, ranges

SCENARIOS = {"unmitigated": "Without changes", "mitigated": "With changes"}
STATISTICS = {
    "median": "median",
    "p10": "80% range, from",
    "p90": "80% range, to",
    "p2_5": "95% range, from",
    "p97_5": "95% range, to",
}
ACTUAL = "Recorded"
DIFFERENCE = "Difference that the changes make"
DIFFERENCES = ("median", "p10", "p90")
TOTAL = "Total"
NOT_SUMMED = (
    "Each figure of the forecast is the median of its own simulations. A sum of medians is not "
    "the median of the sum, so the rows need not add up to the total."
)
NOT_SUBTRACTED = (
    "The difference that the changes make is taken within each simulation first: it need not be "
    "the difference of the two medians."
)
Rows = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Table:
    """One table of a return, ready to be pasted.

    Attributes:
        code: Its number in the return, as in "LSRP 5.1".
        title: What it holds.
        frame: A row for each line of the return, then the total; columns are pairs of a block
            ("Recorded", "Without changes, median", ...) and a year. Whole people; NaN where a
            figure cannot be given.
        notes: Assumptions and limits, in sentences.
    """

    code: str
    title: str
    frame: pd.DataFrame = field(repr=False)
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Forecast:
    """What is forecast for the lines of one table.

    Attributes:
        years: The years of the forecast, as the return counts them.
        simulated: For a scenario, people by [simulation, year, line].
    """

    years: tuple[int, ...]
    simulated: Mapping[str, Array] = field(repr=False)


def table(
    code: str,
    title: str,
    recorded: pd.DataFrame,
    forecast: Forecast | None,
    notes: Sequence[str] = (),
) -> Table:
    """Return one table: what was recorded, then each scenario's median and ranges, with totals.

    Args:
        code: Its number in the return.
        title: What it holds.
        recorded: People, a row for each line in the order of the return, a column a year.
        forecast: Its lines are those of `recorded`, in the same order; None where the table
            cannot be forecast.
        notes: Assumptions and limits, in sentences.
    """
    whole = recorded.sum(axis=0, min_count=1).rename(TOTAL)
    blocks = {ACTUAL: pd.concat([recorded, whole.to_frame().T])}
    if forecast is not None:
        blocks |= _blocks(code, [*recorded.index, TOTAL], forecast)
    said = [*notes]
    if forecast is not None:
        both = set(SCENARIOS) <= set(forecast.simulated)
        said += [*([NOT_SUBTRACTED] if both else []), NOT_SUMMED]
    return Table(code, title, pd.concat(blocks, axis=1), tuple(said))


def _blocks(code: str, lines: Sequence[str], forecast: Forecast) -> dict[str, pd.DataFrame]:
    """Return median and ranges of each scenario, and of their difference where there are two."""
    simulated = {name: _with_total(people) for name, people in forecast.simulated.items()}
    for people in simulated.values():
        if people.shape[1:] != (len(forecast.years), len(lines)):
            raise ValueError(f"{code}: the forecast has other lines or years than the table.")
    named = {SCENARIOS[name]: (people, tuple(STATISTICS)) for name, people in simulated.items()}
    if set(SCENARIOS) <= set(simulated):
        made = simulated["mitigated"] - simulated["unmitigated"]
        named[DIFFERENCE] = (made, DIFFERENCES)
    blocks = {}
    for name, (people, statistics) in named.items():
        found = ranges(people)
        for statistic in statistics:
            figures = np.rint(found[statistic]).T + 0.0  # no minus before a nought
            frame = pd.DataFrame(figures, index=list(lines), columns=list(forecast.years))
            blocks[f"{name}, {STATISTICS[statistic]}"] = frame
    return blocks


def _with_total(simulated: Array) -> Array:
    return np.concatenate([simulated, simulated.sum(axis=2, keepdims=True)], axis=2)


def lines_of(simulated: Array, codes: Sequence[str], rows: Rows) -> Array:
    """Return people by the lines of a return, from people by code: the last axis is summed.

    Args:
        simulated: People, the codes along the last axis.
        codes: What stands along it.
        rows: For a line of the return, the codes that it counts.
    """
    at = {code: i for i, code in enumerate(codes)}
    made = [
        simulated[..., [at[c] for c in wanted if c in at]].sum(axis=-1) for wanted in rows.values()
    ]
    return np.stack(made, axis=-1)


def recorded(people: pd.DataFrame, column: str, rows: Rows, year: str = "year") -> pd.DataFrame:
    """Return people by the lines of a return and year, from one row a person or plan.

    Args:
        people: One row a plan and year, as `january.stock` returns it.
        column: The column that holds the codes.
        rows: For a line of the return, the codes that it counts.
        year: The column of the year.
    """
    line = {code: name for name, codes in rows.items() for code in codes}
    counted = people.groupby([people[column].map(line), people[year]]).size().unstack(fill_value=0)
    every = sorted(people[year].unique())
    return counted.reindex(index=list(rows), columns=every, fill_value=0).rename_axis(
        index=None, columns=None
    )


def blanked(made: Table, lines: Sequence[str]) -> Table:
    """Return a table in which some lines are blank: what they ask for is not recorded."""
    frame = made.frame.copy()
    frame.loc[list(lines)] = np.nan
    return replace(made, frame=frame)


def left_out(people: pd.DataFrame, column: str, rows: Rows) -> int:
    """Return how many rows no line of the return counts; the notes have to say so."""
    counted = {code for codes in rows.values() for code in codes}
    return int((~people[column].isin(counted)).sum())


def shared_out(simulated: Array, shares: Array) -> Array:
    """Return people by line, each code's people shared out by fixed shares.

    Args:
        simulated: People by [simulation, year, code].
        shares: By [code, line]; each row adds up to 1.
    """
    if not np.allclose(shares.sum(axis=1), 1.0):
        raise ValueError("the shares of a code do not add up to 1.")
    return np.asarray(simulated @ shares)


def contents(tables: Sequence[Table]) -> Aggregate:
    """Return what the tables hold, one row a `table`: `title`, `recorded` and `forecast` years.

    It names no figure: the tables themselves hold small counts.
    """
    rows = [
        {
            "table": one.code,
            "title": one.title,
            "recorded": _span(one.frame, ACTUAL),
            "forecast": _span(one.frame, f"{SCENARIOS['unmitigated']}, {STATISTICS['median']}"),
        }
        for one in tables
    ]
    return Aggregate(
        frame=pd.DataFrame(rows, columns=["table", "title", "recorded", "forecast"]),
        universe="Tables of the returns",
        dimensions=("table",),
        measures=(
            Measure("title", "What it holds", "text"),
            Measure("recorded", "Recorded", "text"),
            Measure("forecast", "Forecast", "text"),
        ),
        source="plan",
        sources=("DSG management plan, version 10", "Local SEND Reform Plan, 2026"),
        method="LSRP tables count calendar years; the DSG grids count Januaries.",
    )


def _span(frame: pd.DataFrame, block: str) -> str:
    if block not in frame.columns.get_level_values(0):
        return "None"
    years = [int(y) for y in frame[block].columns]
    return f"{min(years)} to {max(years)}"


def in_words(assumptions: Sequence[Assumption]) -> list[str]:
    """Return each assumption as one sentence, with its range and where it comes from."""
    return [_in_words(one) for one in assumptions]


def _in_words(one: Assumption) -> str:
    if one.value is None:
        return f"{one.meaning}: none. {one.source}."
    ends = "" if one.low is None or one.high is None else f" ({one.low:.1f} to {one.high:.1f})"
    return f"{one.meaning}: {one.value:.1f}{ends} {one.unit}. {one.source}."

"""Forecasts kept and compared: gaps, cumulative balances, and the bridge from one to the next.

Deficits are negative; every figure carries its financial year. Needs the table
`forecast_versions`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose import years
from toolkit.diagnose.forecast import fans
from toolkit.diagnose.forecast.deficit import Balance
from toolkit.diagnose.forecast.paths import Paths
from toolkit.errors import InputError

THIS = "this forecast"
ROUNDING = 2  # £: by so much figures that were rounded to the pound may not add up
STEPS = ("old", "opening", "savings", "other", "new")
STEP_LABELS = {
    "old": "{old}",
    "opening": "Where it starts from",
    "savings": "Savings counted",
    "other": "Spend and income",
    "new": "{new}",
}
COLUMNS = (
    *("version", "made_on", "scenario", "financial_year", "plans"),
    *("in_year_balance", "carried_forward", "savings"),
)


def as_version(
    scenarios: Mapping[str, tuple[Paths, Balance]],
    saved: pd.Series[float] | None,
    made_on: pd.Timestamp,
    version: str = THIS,
) -> pd.DataFrame:
    """Return this forecast as rows of `forecast_versions`, to be kept and held against later.

    The balance carried forward is the median of the simulations, and the in-year balance what it
    changes by (less what is written off), so that the kept forecast adds up: medians of in-year
    balances would not.

    Args:
        scenarios: For each scenario its plans and its balance.
        saved: £ that the planned changes save, by financial year; None where there are none.
        made_on: The day on which it was made.
        version: Its name.
    """
    rows = []
    for name, (paths, balance) in scenarios.items():
        at = dict(zip(paths.years, np.median(paths.by(), axis=0), strict=True))
        carried = np.round(np.median(balance.carried, axis=0))
        written = np.round(np.median(balance.written_off, axis=0))
        in_year = np.diff(carried, prepend=balance.opening) - written
        for f, year in enumerate(balance.financial_years):
            january = at.get(years.start_of(year) + 1)
            counted = saved.get(year, 0.0) if saved is not None and name == fans.MITIGATED else 0.0
            plans = None if january is None else round(float(january))
            money = (int(in_year[f]), int(carried[f]), round(counted))
            rows.append((version, made_on, name, year, plans, *money))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def compared(versions: pd.DataFrame, scenario: str, sources: tuple[str, ...]) -> Aggregate:
    """Return every forecast of one scenario beside the others, by financial year.

    Returns:
        One row a `version` and `financial_year`: `plans` (number), `in_year_balance` (spend
        below funding is positive, £), `carried_forward` (£), `savings` (£), and `difference`:
        what was carried forward less the running sum of the in-year balances (£; 0 where it
        adds up; missing in a version's first year).

    Raises:
        InputError: A version has two rows for one year.
    """
    own = _of(versions, scenario)
    own = own.sort_values(["made_on", "version", "financial_year"]).reset_index(drop=True)
    before = own.groupby("version")["carried_forward"].shift(1)
    follows = own["financial_year"].map(years.start_of).groupby(own["version"]).diff().eq(1)
    moved = own["carried_forward"] - before - own["in_year_balance"]
    moved = moved.mask(moved.abs().le(ROUNDING), 0.0)
    frame = own.assign(difference=moved.where(follows))
    return Aggregate(
        frame=frame,
        universe="Forecasts made",
        dimensions=("version", "financial_year"),
        measures=(
            Measure("plans", "EHC plans, January in the year", "number", decimals=0),
            Measure("in_year_balance", "In-year balance", "£"),
            Measure("carried_forward", "Carried forward", "£"),
            Measure("savings", "Savings counted in it", "£"),
            Measure("difference", "Does not add up by", "£"),
        ),
        source="plan",
        sources=sources,
        method=f"{fans.SCENARIOS[scenario]}. Deficits are negative. The cumulative balance is the "
        "running sum of the in-year balances; a difference is a write-off, or a slip.",
        period=years.period(frame["financial_year"]),
        not_summed=("version", "financial_year"),
        labels={"version": {str(v): _named(str(v)) for v in frame["version"]}},
    )


def _of(versions: pd.DataFrame, scenario: str) -> pd.DataFrame:
    """Return the rows of one scenario; InputError where a version has two for one year."""
    own = versions[versions["scenario"].eq(scenario)]
    twice = own[own.duplicated(["version", "financial_year"])]
    if len(twice):
        row = twice.iloc[0]
        raise InputError(
            f"'{row['version']}' has two rows for {years.label(int(row['financial_year']))}.",
            where="forecast_versions",
            remedy="Keep one, or give the second forecast a name of its own.",
        )
    return own.assign(financial_year=own["financial_year"].astype(int))


def latest_two(versions: pd.DataFrame, scenario: str) -> tuple[str, str] | None:
    """Return the last two forecasts of a scenario, the older first; None with fewer than two."""
    own = versions[versions["scenario"].eq(scenario)]
    made = own.groupby("version")["made_on"].max().sort_values(kind="stable")
    return (str(made.index[-2]), str(made.index[-1])) if len(made) > 1 else None


def last_common_year(versions: pd.DataFrame, scenario: str, old: str, new: str) -> int | None:
    """Return the last financial year that both forecasts hold; None where they share none."""
    own = _of(versions, scenario)
    held = [set(own.loc[own["version"].eq(v), "financial_year"]) for v in (old, new)]
    return max(held[0] & held[1], default=None)


def bridge(
    versions: pd.DataFrame,
    old: str,
    new: str,
    financial_year: int,
    sources: tuple[str, ...],
    scenario: str = fans.MITIGATED,
) -> Aggregate:
    """Return how the balance carried forward moved from an old forecast to a new one.

    Args:
        versions: Table `forecast_versions`.
        old: The older forecast.
        new: The newer forecast.
        financial_year: At the end of which both are compared.
        sources: Where they come from.
        scenario: Which scenario; savings are counted in the mitigated one.

    Returns:
        One row a `step`: "old", "opening" (they start from another balance), "savings" (fewer
        counted is negative), "other" (the rest of spend and income), "new". `value` (£; the
        steps add up to the new) and `of_year` (the year that the figure is of).

    Raises:
        InputError: One of them does not hold that year.
    """
    own = _of(versions, scenario)
    two = {v: own[own["version"].eq(v)].set_index("financial_year").sort_index()
           for v in (old, new)}  # fmt: skip
    for name, rows in two.items():
        if financial_year not in rows.index:
            raise InputError(
                f"'{name}' holds no {years.label(financial_year)}.",
                where="forecast_versions",
                remedy="Compare a year that both forecasts hold.",
            )
    frame, span = _steps(two[old], two[new], financial_year)
    return Aggregate(
        frame=frame,
        universe="Bridge between two forecasts",
        dimensions=("step",),
        measures=(Measure("value", "DSG balance carried forward", "£"),
                  Measure("of_year", "Of", "text")),
        source="plan",
        sources=sources,
        method=f"{fans.SCENARIOS[scenario]}. Deficits are negative. Savings: the difference of "
        f"those counted in {span}, year by year. What is left is spend and income.",
        period=years.label(financial_year),
        not_summed=("step",),
        labels={"step": {s: t.format(old=_named(old), new=_named(new))
                         for s, t in STEP_LABELS.items()}},
    )  # fmt: skip


def _steps(old: pd.DataFrame, new: pd.DataFrame, last: int) -> tuple[pd.DataFrame, str]:
    """Return the steps between two forecasts of one year, and the years that they share."""
    first = max(int(rows.index.min()) for rows in (old, new))
    shared = [y for y in old.index if first <= y <= last]
    ends = [_held(rows, last, "carried_forward") for rows in (old, new)]
    opened = [_opening(rows, first) for rows in (old, new)]
    saved = [float(rows["savings"].reindex(shared).fillna(0).sum()) for rows in (old, new)]
    opening, savings = opened[1] - opened[0], saved[1] - saved[0]
    other = ends[1] - ends[0] - opening - savings
    span, at = _span(first, last), f"31 March {years.start_of(last) + 1}"
    starts = f"31 March {years.start_of(first)}"
    values = (ends[0], opening, savings, other, ends[1])
    rows = list(zip(STEPS, values, (at, starts, span, span, at), strict=True))
    return pd.DataFrame(rows, columns=["step", "value", "of_year"]), span


def _named(version: str) -> str:
    """Return the name of a forecast for a reader: "2024_autumn" is "2024 autumn"."""
    return version.replace("_", " ")


def _opening(rows: pd.DataFrame, first: int) -> float:
    """Return the balance that a forecast has at the start of a year."""
    return _held(rows, first, "carried_forward") - _held(rows, first, "in_year_balance")


def _held(rows: pd.DataFrame, year: int, column: str) -> float:
    return float(rows[column].loc[[year]].iloc[0])


def _span(first: int, last: int) -> str:
    return years.label(last) if first == last else f"{years.label(first)} to {years.label(last)}"


def told_bridge(shown: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on what moved a forecast, each figure with its year, and its cells."""
    named = shown.labels["step"]
    dated = shown.frame.set_index("step")["of_year"]
    sentence = (
        "For {year}, {before} had {old} and {after} has {new}: savings counted for {span} change "
        "it by {savings:signed}."
    )
    return sentence, {
        "year": str(dated["old"]),
        "before": named["old"],
        "old": shown.cell("value", step="old"),
        "after": named["new"],
        "new": shown.cell("value", step="new"),
        "span": str(dated["savings"]),
        "savings": shown.cell("value", step="savings"),
    }

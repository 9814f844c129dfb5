"""Back-test of the local mode: what it would have said of years that have since been counted.

From each census with enough before it, the model is fitted to what was known then and carried
forward; the censuses that followed are the judge. Naive forecasts from the same data stand
beside it. Nothing after the origin reaches the model: `known_at` cuts it off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose.caseload import NO_LABELS, PROVISIONS, UNIVERSE, Labels
from toolkit.diagnose.forecast import growth, local_mode
from toolkit.diagnose.forecast.parameters import Priors
from toolkit.diagnose.forecast.paths import ranges
from toolkit.errors import InputError

FEWEST = 4  # censuses up to an origin: three years of flows, so that growth can be told at all
HORIZON = 3
ALL = "All"
NAIVE = ("last_growth", "mean_growth", "half_national")


class Known(NamedTuple):
    """What an area held on the day of one census."""

    stock: pd.DataFrame
    plans: pd.DataFrame
    population: pd.DataFrame


def known_at(known: Known, origin: int) -> Known:
    """Return what of an area's data was there at a January census.

    Plans that began later are gone, ends that came later are open, and the population stops at
    the mid-year before. A need recorded since stands, since no earlier one is held.
    """
    day = pd.Timestamp(origin, 1, 31)
    stock, plans, population = known
    begun = plans[plans["plan_start"].le(day)] if len(plans) else plans
    if len(begun):
        begun = begun.assign(plan_cease=begun["plan_cease"].where(begun["plan_cease"].le(day)))
    if len(population):
        population = population[population["year"].lt(origin)]
    return Known(stock[stock["year"].le(origin)], begun, population)


def origins(stock: pd.DataFrame) -> list[int]:
    """Return the censuses that can be forecast from and judged by a later one."""
    years = sorted(int(y) for y in stock["year"].unique())
    return [y for at, y in enumerate(years) if at + 1 >= FEWEST and y < years[-1]]


def backtest(
    known: Known,
    priors: Mapping[int, Priors] | None = None,
    national: Mapping[int, float] | None = None,
    provisions: Sequence[str] = PROVISIONS,
    simulations: int = 400,
    seed: int = 1,
) -> pd.DataFrame:
    """Return past forecasts beside what came, one row an origin, year and provision.

    Args:
        known: All that the area holds.
        priors: For each origin, the national rates known then; None pools the area's own.
        national: England's plans at each January, for the naive forecast that uses them.
        provisions: Codes of provision.
        simulations: Futures from each origin.
        seed: Seed of the simulations.

    Returns:
        `origin`, `year`, `ahead` (years), `provision` ("All" for the total), `actual`, `median`,
        `p2_5`, `p10`, `p90`, `p97_5`, and the naive forecasts: `last_growth` (the growth of the
        year before goes on), `mean_growth` (that of all years held) and `half_national` (half
        the area's, half England's, of two years; missing without England's).

    Raises:
        InputError: There are too few censuses.
    """
    starts = origins(known.stock)
    if not starts:
        raise InputError(
            f"a back-test needs {FEWEST + 1} censuses.",
            where="SEN2 returns",
            remedy="Add earlier returns, or an extract of earlier years, to 'inputs'.",
        )
    parts = []
    for origin in starts:
        prior = (priors or {}).get(origin)
        parts.append(_from(known, origin, prior, national, provisions, simulations, seed))
    return pd.concat(parts, ignore_index=True)


def _from(
    known: Known,
    origin: int,
    priors: Priors | None,
    national: Mapping[int, float] | None,
    provisions: Sequence[str],
    simulations: int,
    seed: int,
) -> pd.DataFrame:
    """Return the forecasts from one census, with what came."""
    counts = _counts(known.stock)
    last = min(origin + HORIZON, int(counts.index.max()))
    model = local_mode.fit(*known_at(known, origin), priors, provisions)
    paths = local_mode.simulate(model, last - origin, simulations, seed)
    by_provision = paths.by("provision")
    then = {year: value for year, value in (national or {}).items() if year <= origin}
    naive = _naive(counts.loc[:origin], then, last - origin)
    rows = []
    for ahead in range(1, last - origin + 1):
        if origin + ahead not in counts.index:
            continue
        came = counts.loc[origin + ahead].to_dict()
        told = {ALL: by_provision[:, ahead].sum(axis=1)}
        told |= {p: by_provision[:, ahead, at] for at, p in enumerate(paths.provisions)}
        for provision, simulated in told.items():
            row: dict[str, object] = {"origin": origin, "year": origin + ahead, "ahead": ahead}
            row |= {"provision": provision, "actual": came.get(provision, 0.0)}
            row |= {name: float(value) for name, value in ranges(simulated).items()}
            row |= {n: naive[n].at[ahead, provision] for n in NAIVE}
            rows.append(row)
    return pd.DataFrame(rows)


def _counts(stock: pd.DataFrame) -> pd.DataFrame:
    """Return plans by January (rows) and provision, with their total."""
    table = pd.crosstab(stock["year"].astype(int), stock["provision"]).astype(float)
    return table.assign(**{ALL: table.sum(axis=1)})


def _naive(
    past: pd.DataFrame, national: Mapping[int, float], years: int
) -> dict[str, pd.DataFrame]:
    """Return the naive forecasts by years ahead (rows) and provision."""
    now = past.iloc[-1].to_numpy(dtype=np.float64)
    log = np.nan_to_num(growth.log_growth(past.to_numpy(dtype=np.float64).T))
    origin = int(past.index[-1])
    england = float("nan")
    if {origin, origin - 2} <= set(national):
        england = float(np.log(national[origin] / national[origin - 2]) / 2)
    yearly = {
        "last_growth": log[:, -1],
        "mean_growth": log.mean(axis=1),
        "half_national": (log[:, -2:].mean(axis=1) + england) / 2,
    }
    ahead = np.arange(1, years + 1)
    return {
        name: pd.DataFrame(now * np.exp(np.outer(ahead, g)), index=ahead, columns=past.columns)
        for name, g in yearly.items()
    }


def errors(tested: pd.DataFrame) -> pd.DataFrame:
    """Return the errors of past forecasts, one row a number of years ahead and provision.

    Returns:
        `ahead`, `provision`, `forecasts` (how many), `error` (%: the sum of the departures over
        the sum of what came; for a total the mean percentage error is within a few hundredths
        of it), `bias` (%: above 0 where the forecast was too high), the error of each naive
        forecast, `inside80` and `inside95` (% of what came that lay inside the range).
    """
    made = tested.assign(
        inside80=tested["actual"].between(tested["p10"], tested["p90"]),
        inside95=tested["actual"].between(tested["p2_5"], tested["p97_5"]),
        bias=tested["median"] - tested["actual"],
        **{n: (tested[n] - tested["actual"]).abs() for n in NAIVE},
    )
    made["error"] = made["bias"].abs()
    groups = made.groupby(["ahead", "provision"], sort=False)
    came = groups["actual"].sum()
    table = groups[["error", "bias", *NAIVE]].sum(min_count=1).mul(100).div(came, axis=0)
    table = table.where(np.isfinite(table))
    inside = groups[["inside80", "inside95"]].mean().mul(100)
    return pd.concat([groups.size().rename("forecasts"), table, inside], axis=1).reset_index()


def shown(tested: pd.DataFrame, sources: tuple[str, ...], labels: Labels = NO_LABELS) -> Aggregate:
    """Return the area's own past errors beside the naive ones, for a reader.

    Args:
        tested: As `backtest` returns it.
        sources: Where the plans come from.
        labels: For a dimension, what its codes are called.

    Returns:
        As `errors`, with `count`: plans at the last census, that the errors are to be read
        against.
    """
    last = int(tested["year"].max())
    now = tested[tested["year"].eq(last)].drop_duplicates("provision").set_index("provision")
    frame = errors(tested)
    frame["counted_in"] = last
    frame["count"] = frame["provision"].map(now["actual"]).fillna(0).astype(int)
    rests = ("count",)
    return Aggregate(
        frame=frame,
        universe=UNIVERSE,
        dimensions=("ahead", "provision"),
        measures=(
            Measure(
                "count",
                f"EHC plans, January {last}",
                "people",
                where_column={"year": "counted_in"},
                without=("ahead",),
            ),
            Measure("forecasts", "Past forecasts", "number", decimals=0),
            Measure("error", "Error", "%", rests, decimals=1),
            Measure("bias", "Bias (above 0: too high)", "%", rests, decimals=1),
            Measure("last_growth", "Error of last year's growth", "%", rests, decimals=1),
            Measure("mean_growth", "Error of mean growth", "%", rests, decimals=1),
            Measure("half_national", "Error of half national growth", "%", rests, decimals=1),
            Measure("inside80", "Inside the 80% range", "%", rests, decimals=0),
            Measure("inside95", "Inside the 95% range", "%", rests, decimals=0),
        ),
        source="local",
        sources=sources,
        method="Each census with three years of flows before it is forecast from as it was known "
        "then. Error = sum of departures of the median / sum of what came. Forecasts of two and "
        "three years from censuses that follow each other overlap, and are few: the shares "
        "inside a range are told, not judged.",
        period=f"January {int(tested['origin'].min())} to January {last}",
        not_summed=("ahead", "year"),
        labels=labels,
    )

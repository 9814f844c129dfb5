"""What it costs if no place is added: the forecast supposes that places are.

Needs what `money_run` needs, and `places`. Where a place is missing, the child goes to the next
provision on the list, at its price; places that are held and not filled are paid for in both.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose import years
from toolkit.diagnose.caseload import UNIVERSE
from toolkit.diagnose.forecast import budget, deficit, fans
from toolkit.diagnose.forecast.money_run import Money
from toolkit.diagnose.forecast.paths import Array, Paths
from toolkit.evidence import Finding

INDEPENDENT = "nmiss"  # where the list ends
METHOD = (
    "The same simulated futures, once with a place for everybody and once with the places of "
    "today: more spend = spend of the block with the places of today - spend with places added, "
    "at the same prices. What it costs to build places is capital, and not in it. The balance is "
    "worse by the sum of the years, less what central government takes of a deficit."
)
SHOWN = ("children", "value", "low80", "high80", "carried", "carried_low", "carried_high")


@dataclass(frozen=True)
class _Limited:
    """What differs with the places of today: [simulation, financial year]."""

    children: Array = field(repr=False)
    spend: Array = field(repr=False)
    carried: Array = field(repr=False)


def if_none_is_added(money: Money, limited: Paths, sources: tuple[str, ...]) -> Aggregate:
    """Return what the places of today cost beside enough places, one row a financial year.

    Args:
        money: The forecast, with a place for everybody.
        limited: The same futures with the places of today, without planned changes.
        sources: Where the money and the places come from.

    Returns:
        `children` (more in independent and non-maintained schools, in the January within the
        year), `value`, `low80` and `high80` (£ more that the block spends), and `carried`,
        `carried_low` and `carried_high` (£ by which the DSG balance at its end is worse).
    """
    found = _compared(money, limited)
    after = money.budgets[fans.UNMITIGATED].financial_years
    made = fans.forecast_rows(found.spend, [after], ["financial_year"])
    ends = fans.columns_of(found.carried)
    made = made.assign(
        children=np.median(found.children, axis=0),
        carried=ends["value"],
        carried_low=ends["low80"],
        carried_high=ends["high80"],
    )
    rests = ("count",)
    return Aggregate(
        frame=fans.with_counts(made, fans.plans_in(money.plans), money.start),
        universe=UNIVERSE,
        dimensions=("financial_year",),
        measures=(
            *fans.measures("More spend in the year", "£", ("financial_year",)),
            Measure("children", "More in independent schools", "number", rests, decimals=0),
            Measure("carried", "Balance worse by", "£", rests),
            Measure("carried_low", "Worse by, low end of 80%", "£", rests),
            Measure("carried_high", "Worse by, high end of 80%", "£", rests),
        ),
        source="local",
        sources=sources,
        method=f"{METHOD} {fans.QUANTILES}",
        period=years.period(made["financial_year"]),
        not_summed=fans.NOT_SUMMED,
    )


def _compared(money: Money, limited: Paths) -> _Limited:
    """Return what differs, simulation by simulation."""
    free = money.paths[fans.UNMITIGATED]
    spent = budget.project(limited, money.on, money.seed)
    balance = deficit.balance(spent, money.came_in, money.on.assumed)
    within = [years.start_of(year) + 1 for year in spent.financial_years]
    at = [free.years.index(january) for january in within if january in free.years]
    recorded = len(within) - len(at)  # Januaries that were counted: nothing is short in them
    place = free.provisions.index(INDEPENDENT) if INDEPENDENT in free.provisions else None
    more = np.zeros((len(spent.total), len(within)))
    if place is not None:
        each = limited.by("provision")[:, at, place] - free.by("provision")[:, at, place]
        more[:, recorded:] = each
    return _Limited(
        children=more,
        spend=spent.total - money.budgets[fans.UNMITIGATED].total,
        carried=money.balances[fans.UNMITIGATED].carried - balance.carried,
    )


def finding(made: Aggregate) -> Finding | None:
    """Return the finding on the last year; None where nobody more goes to independent schools.

    Args:
        made: As `if_none_is_added` returns it.
    """
    last = int(made.frame["financial_year"].max())
    row, at = made.frame.set_index("financial_year").loc[last], {"financial_year": last}
    if row["value"] <= 0 or row["children"] < 1:
        return None
    names = ("children", "value", "low80", "high80", "carried", "carried_low", "carried_high")
    cells = {name: made.cell(name, **at) for name in names}
    return Finding(
        id="13.places.cost",
        stage="Module 1",
        sentence="Beside the forecast, which supposes a place for everybody: if none is added, "
        "{children} more children are in independent schools in January "
        f"{years.start_of(last) + 1}, the block spends {{value}} more in {years.label(last)} "
        "({low80} to {high80}), and by its end the DSG balance is worse by {carried} "
        "({carried_low} to {carried_high}; 80% of simulations).",
        cells=cells,
        value=cells["value"],
        low=cells["low80"],
        high=cells["high80"],
        base=made.cell("count", **at),
        outcome="Children who could go to a school near home, with their peers, would be sent "
        "further away.",
        criterion=2,
        priority=84,
    )

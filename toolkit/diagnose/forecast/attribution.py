"""What each lever is worth in money, and how much of it is cash.

A lever's own effect is the run without changes less the run with that lever alone; what all
levers together save beyond or below the sum of these is the interaction. So nothing is counted
twice: the parts and the interaction add up to the total in every simulation.

Needs the table `mitigations`, and what a budget needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate, Cell
from toolkit.diagnose import years
from toolkit.diagnose.forecast import fans, lines
from toolkit.diagnose.forecast.budget import Budget
from toolkit.diagnose.forecast.paths import Array, ranges

INTERACTION, TOTAL = "interaction", "total"
CASH, AVOIDED, COST, NET = "cash", "avoided", "cost", "net"
KINDS = {
    CASH: "Cash released: money that leaves the budget",
    AVOIDED: "Cost avoided: a rise that does not come",
    INTERACTION: "Counted by two levers at once",
    COST: "Cost of the planned changes",
    NET: "Net effect on the balance",
}
METHOD = (
    "Each lever alone against no lever, in the same simulations; what all together save beyond "
    "or below the sum stands apart. A lever is cash where the money leaves the budget; where it "
    "only keeps a cost from coming, or nobody said, it is cost avoided."
)


@dataclass(frozen=True)
class Effects:
    """What levers save in each simulation (£, before the cost of the change).

    Attributes:
        financial_years: The years.
        by_lever: For each lever by itself: [simulation, financial year]; positive is a saving.
        total: All levers together, same shape.
        cost: What the changes cost, same shape.
    """

    financial_years: tuple[int, ...]
    by_lever: Mapping[str, Array] = field(repr=False)
    total: Array = field(repr=False)
    cost: Array = field(repr=False)

    @property
    def interaction(self) -> Array:
        """The total less the levers by themselves; below 0 where they get in each other's way."""
        return self.total - sum(self.by_lever.values(), np.zeros_like(self.total))


def effects(without: Budget, alone: Mapping[str, Budget], together: Budget) -> Effects:
    """Return what levers save, from runs that share their random numbers.

    Args:
        without: The budget without planned changes.
        alone: For each lever, the budget with that lever alone.
        together: The budget with all levers.
    """
    base = _before_change(without)
    return Effects(
        financial_years=without.financial_years,
        by_lever={name: base - _before_change(b) for name, b in alone.items()},
        total=base - _before_change(together),
        cost=together.amounts[:, :, together.codes.index(lines.CHANGE)],
    )


def _before_change(budget: Budget) -> Array:
    return budget.total - budget.amounts[:, :, budget.codes.index(lines.CHANGE)]


def table(found: Effects) -> pd.DataFrame:
    """Return what each lever, the interaction and all together save, by financial year.

    Returns:
        `mitigation_id` (a lever, "interaction" or "total"), `financial_year`, and `low`,
        `median` and `high` (£, the ends being those of the 80% range).
    """
    rows = []
    for name, amount in {**found.by_lever, INTERACTION: found.interaction,
                         TOTAL: found.total}.items():  # fmt: skip
        ends = ranges(amount)
        for f, year in enumerate(found.financial_years):
            low, middle, high = (float(ends[q][f]) for q in ("p10", "median", "p90"))
            rows.append((name, year, low, middle, high))
    return pd.DataFrame(rows, columns=["mitigation_id", "financial_year", "low", "median", "high"])


def cash_and_avoided(
    found: Effects,
    mitigations: pd.DataFrame,
    plans: Aggregate,
    sources: tuple[str, ...],
    start: int,
) -> Aggregate:
    """Return cash released apart from cost avoided, the cost of the change, and the net effect.

    Args:
        found: As `effects` returns it.
        mitigations: Table `mitigations`; `cashable` is 1 where the money leaves the budget.
        plans: Recorded plans by year, which the £ stand for.
        sources: Where it comes from.
        start: The January that the forecast starts from.

    Returns:
        One row a financial year and `kind` of `KINDS`: £ with ranges. A saving is positive, a
        cost negative; the kinds add up to the net effect in every simulation.
    """
    cashable = mitigations["cashable"].fillna(0).eq(1)
    is_cash = dict(zip(mitigations["mitigation_id"].astype(str), cashable, strict=True))
    empty = np.zeros_like(found.total)
    cash = sum((a for n, a in found.by_lever.items() if is_cash.get(n)), empty)
    avoided = sum((a for n, a in found.by_lever.items() if not is_cash.get(n)), empty)
    parts = {
        CASH: cash,
        AVOIDED: avoided,
        INTERACTION: found.interaction,
        COST: 0.0 - found.cost,
        NET: found.total - found.cost,
    }
    stacked = np.stack(list(parts.values()), axis=2)
    made = fans.forecast_rows(stacked, [found.financial_years, list(parts)], ["financial_year",
                                                                              "kind"])  # fmt: skip
    frame = fans.with_counts(made, fans.plans_in(plans), start)
    return fans.money(frame, "Effect", ("financial_year", "kind"), METHOD, sources, {"kind": KINDS})


def told(shown: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on cash and avoided cost in the last year, and its cells."""
    last = int(shown.frame["financial_year"].max())
    sentence = (
        "In {year} the planned changes release {cash} of cash and avoid {avoided} of cost; after "
        "what they cost, the balance is better by {net} ({low} to {high})."
    )
    cell = shown.cell
    return sentence, {
        "year": years.label(last),
        "cash": cell("value", financial_year=last, kind=CASH),
        "avoided": cell("value", financial_year=last, kind=AVOIDED),
        "net": cell("value", financial_year=last, kind=NET),
        "low": cell("low80", financial_year=last, kind=NET),
        "high": cell("high80", financial_year=last, kind=NET),
    }

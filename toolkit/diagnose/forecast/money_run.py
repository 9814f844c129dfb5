"""The money of a forecast in one go: plans, budget, income and balance of both scenarios.

Needs `plans`, `placements`, `censuses`, `placement_costs`, `spend_lines` and `dsg_position`;
`assumptions`, `mitigations`, `places` and `deflators` where they are held.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate
from toolkit.diagnose.forecast import (
    attribution,
    budget,
    deficit,
    fans,
    income,
    inflation,
    money_tables,
    register,
    versions,
)
from toolkit.diagnose.forecast.assumed import Assumption
from toolkit.diagnose.forecast.attribution import Effects
from toolkit.diagnose.forecast.budget import Base, Budget
from toolkit.diagnose.forecast.deficit import Balance
from toolkit.diagnose.forecast.income import Income
from toolkit.diagnose.forecast.levers import Lever, levers_of
from toolkit.diagnose.forecast.paths import Array, Paths

Simulate = Callable[[Sequence[Lever]], Paths]
NEEDED = budget.NEEDED
TABLES = (*budget.TABLES, "mitigations")


@dataclass(frozen=True)
class Money:
    """Both scenarios of a forecast, in plans and in money.

    Attributes:
        on: What the money rests on.
        paths: Simulated plans by scenario; the mitigated one only where changes are planned.
        budgets: The same for what the block will spend.
        balances: The same for how the DSG will stand.
        came_in: Income, the same in all scenarios.
        position: Table `dsg_position`.
        plans: Recorded plans by year, which the £ stand for.
        deflator: GDP deflator of each year over that of the base year.
        mitigations: Table `mitigations`.
        effects: What each planned change saves; None where none is planned.
        seed: Seed of the run.
    """

    on: Base
    paths: Mapping[str, Paths] = field(repr=False)
    budgets: Mapping[str, Budget] = field(repr=False)
    balances: Mapping[str, Balance] = field(repr=False)
    came_in: Income = field(repr=False)
    position: pd.DataFrame = field(repr=False)
    plans: Aggregate = field(repr=False)
    deflator: Array = field(repr=False)
    mitigations: pd.DataFrame = field(repr=False)
    effects: Effects | None = field(repr=False)
    seed: int

    @property
    def start(self) -> int:
        """The January that the forecast starts from."""
        return next(iter(self.paths.values())).years[0]

    @property
    def horizon(self) -> int:
        """The last financial year of the forecast."""
        return self.came_in.financial_years[-1]

    @property
    def last(self) -> str:
        """The scenario with the planned changes, or the only one."""
        return list(self.paths)[-1]

    @cached_property
    def at_base_prices(self) -> Budget:
        """The budget without planned changes and without any rise of prices."""
        return budget.project(self.paths[fans.UNMITIGATED], self.on, self.seed, at_base_prices=True)

    @property
    def saved(self) -> pd.Series[float] | None:
        """What the planned changes save (£, median), by financial year; None without any."""
        if self.effects is None:
            return None
        years = list(self.effects.financial_years)
        return pd.Series(np.median(self.effects.total, axis=0), index=years)

    def balance(self, column: str, is_real: bool = False) -> Aggregate:
        """Return the balance "carried" or "in_year", recorded and forecast, by scenario."""
        return money_tables.balances(
            self.balances, self.position, self.plans, column, self.on.sources, self.start,
            self.deflator if is_real else None,
        )  # fmt: skip

    def probability(self) -> Aggregate:
        """Return how likely each year ends without an in-year deficit, by scenario."""
        return money_tables.probability(self.balances, self.plans, self.on.sources, self.start)

    def lines(self) -> Aggregate:
        """Return spend by Section 251 line, financial year and scenario."""
        return money_tables.lines(self.budgets, self.on, self.plans, self.start)

    def by_provision(self, plans: Aggregate) -> Aggregate:
        """Return spend on placements by provision; `plans` are recorded ones by provision."""
        return money_tables.by_provision(self.budgets, self.on, plans, self.start, plans.labels)

    def real_and_nominal(self) -> Aggregate:
        """Return the spend of the block in cash, in real terms and at unchanged prices."""
        return money_tables.real_and_nominal(
            self.budgets[fans.UNMITIGATED], self.at_base_prices, self.deflator, self.on,
            self.plans, self.start,
        )  # fmt: skip

    def transport(self) -> Aggregate:
        """Return transport, which is paid outside the block, by scenario."""
        return money_tables.transport(self.budgets, self.on, self.plans, self.start)

    def as_version(self, made_on: pd.Timestamp) -> pd.DataFrame:
        """Return this forecast as rows of `forecast_versions`, made on that day."""
        both = {name: (self.paths[name], found) for name, found in self.balances.items()}
        return versions.as_version(both, self.saved, made_on)

    def cash_and_avoided(self) -> Aggregate:
        """Return cash apart from avoided cost; ValueError where no change is planned."""
        if self.effects is None:
            raise ValueError("no change is planned, so there is nothing to attribute.")
        found, sources = self.effects, self.on.sources
        return attribution.cash_and_avoided(
            found, self.mitigations, self.plans, sources, self.start
        )


def run(  # noqa: PLR0913  (each is a table or a choice of the run)
    simulate: Simulate,
    tables: Mapping[str, pd.DataFrame],
    people: pd.DataFrame,
    s251: pd.DataFrame,
    plans: Aggregate,
    sources: tuple[str, ...],
    *,
    seed: int = 1,
    fitted: Sequence[Assumption] = (),
) -> Money:
    """Return the money of a forecast, without and with the planned changes.

    Args:
        simulate: Futures with some levers, as `futures.Futures(model, 5)` gives them; all
            runs share their random numbers.
        tables: Tables of the schedule by name, as in `TABLES`; those that are not needed may
            be empty.
        people: As `january.stock` returns it.
        s251: Reference table of Section 251 lines.
        plans: Recorded plans by year.
        sources: Where the tables come from.
        seed: Seed of prices and income.
        fitted: Assumptions that the model of plans was fitted with.
    """
    changes = tables["mitigations"]
    without = simulate(())
    axes, named = (without.needs, without.provisions), register.of_mitigations(changes)
    on = budget.base(tables, people, s251, axes, sources, [*fitted, *named])
    paths, budgets = {fans.UNMITIGATED: without}, {}
    budgets[fans.UNMITIGATED] = budget.project(without, on, seed)
    effects = None
    if len(changes):
        planned = levers_of(changes, without.years[0])
        paths[fans.MITIGATED] = simulate(planned)
        budgets[fans.MITIGATED] = budget.project(
            paths[fans.MITIGATED], on, seed, mitigations=changes
        )
        alone = {n.id: _alone(n, simulate, without, on, changes, seed) for n in planned}
        effects = attribution.effects(budgets[fans.UNMITIGATED], alone, budgets[fans.MITIGATED])
    after = budgets[fans.UNMITIGATED].financial_years
    position = tables["dsg_position"]
    came_in = income.income(
        position, on.assumed, on.financial_year, after, without.simulations, seed
    )
    balances = {n: deficit.balance(b, came_in, on.assumed) for n, b in budgets.items()}
    index = inflation.deflator(tables["deflators"], on.assumed, on.financial_year, after)
    return Money(
        on, paths, budgets, balances, came_in, position, plans, index, changes, effects, seed
    )


def _alone(
    lever: Lever, simulate: Simulate, without: Paths, on: Base, changes: pd.DataFrame, seed: int
) -> Budget:
    """Return the budget with one lever by itself."""
    own = changes[changes["mitigation_id"].astype(str).eq(lever.id)]
    # A lever on prices leaves the plans as they are: they need no run of their own.
    paths = without if lever.flow == "unit_cost" else simulate((lever,))
    return budget.project(paths, on, seed, mitigations=own)

"""Unit costs: what one plan cost in the last closed financial year, component by component.

Needs the tables `placement_costs`, `plans`, `placements` and `censuses`; the year is closed
where `spend_lines` holds its outturn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose import spend, years
from toolkit.diagnose.forecast.assumed import MEASURED, Assumed, Assumption
from toolkit.diagnose.forecast.paths import ALL, Array

COMPONENTS = (*spend.COMPONENTS, "transport")
LABELS = {
    "place_funding": "Place funding",
    "top_up": "Top-up",
    "fee": "Fees",
    "therapy": "Therapy",
    "transport": "Transport, outside the block",
}
STEADY = 30  # people: with so many a need's own price and its provision's weigh the same. Ours
SHOWN = ("caseload", *COMPONENTS[:4], "unit_cost", "spend")


@dataclass(frozen=True)
class Prices:
    """What one plan cost in a closed financial year.

    Attributes:
        financial_year: That year.
        needs: Codes of primary need; ("All",) where prices do not differ by need.
        provisions: Codes of the provisions.
        per_plan: £ a plan: [component, need, provision]; 0 where nothing was recorded as spent.
        caseload: Plans of the year (people, weighed): [need, provision].
    """

    financial_year: int
    needs: tuple[str, ...]
    provisions: tuple[str, ...]
    per_plan: Array = field(repr=False)
    caseload: Array = field(repr=False)

    @property
    def spend(self) -> Array:
        """What was spent (£): [component, provision]; caseload times price."""
        return np.asarray((self.per_plan * self.caseload).sum(axis=1))

    @property
    def by_provision(self) -> Array:
        """£ a plan without transport: [provision]; 0 where nobody had a plan."""
        held: Array = self.caseload.sum(axis=0)
        spent: Array = self.spend[:-1].sum(axis=0)
        return divided(spent, held)

    @property
    def by_cell(self) -> Array:
        """£ a plan without transport: [need, provision]."""
        return np.asarray(self.per_plan[:-1].sum(axis=0))


def closed_years(
    costs: pd.DataFrame, lines: pd.DataFrame, position: pd.DataFrame, census_years: Iterable[int]
) -> list[int]:
    """Return the financial years that a forecast can start from, oldest first.

    Such a year has placement costs, an outturn of its lines and of the DSG, and every January
    from the one before it to the last that is held.
    """
    held = {int(y) for y in census_years}
    both = {int(y) for y in costs["financial_year"].dropna()}
    for table in (lines, position):
        outturn = table.loc[table["basis"].eq("outturn"), "financial_year"]
        both &= {int(y) for y in outturn}
    last = max(held, default=0)
    return sorted(
        year
        for year in both & set(years.financial_years_between(held))
        if set(range(years.start_of(year), last + 1)) <= held
    )


def prices(
    costs: pd.DataFrame,
    people: pd.DataFrame,
    financial_year: int,
    needs: Sequence[str],
    provisions: Sequence[str],
) -> Prices:
    """Return what one plan cost in a financial year, so that caseload x price = spend.

    A need's own price is drawn towards that of its provision where few people stand behind it
    (weight n / (n + 30)), and all are scaled so that each provision's spend comes out exactly.

    Args:
        costs: Table `placement_costs`.
        people: As `january.stock` returns it.
        financial_year: A year with a January on either side in `people`.
        needs: Codes of primary need, or ("All",).
        provisions: Codes of the provisions.
    """
    own = costs[costs["financial_year"].eq(financial_year)]
    spent = spend.placement_spend(own, people).set_index("provision")
    amounts = spent.reindex(list(provisions))[list(COMPONENTS)].fillna(0).to_numpy().T
    held = caseload_of_year(people, financial_year, needs, provisions)
    weight = _relative_prices(own, people, needs, provisions) * held
    scale = weight.sum(axis=0)
    cost = amounts[:, None, :] * divided(weight, scale)[None]
    # A need that nobody had there takes the price of its provision, should somebody come to.
    plain = divided(amounts, held.sum(axis=0))[:, None, :]
    per_plan = np.where(held > 0, divided(cost, held), plain)
    return Prices(financial_year, tuple(needs), tuple(provisions), per_plan, held)


def divided(amount: Array, base: Array) -> Array:
    """Return one over the other, and 0 where the base is 0."""
    shape = np.broadcast_shapes(amount.shape, base.shape)
    return np.divide(amount, base, out=np.zeros(shape), where=np.broadcast_to(base > 0, shape))


def caseload_of_year(
    people: pd.DataFrame, financial_year: int, needs: Sequence[str], provisions: Sequence[str]
) -> Array:
    """Return the caseload of a financial year (people, weighed): [need, provision]."""
    start = years.start_of(financial_year)
    before, after = (counted(people, y, needs, provisions) for y in (start, start + 1))
    return before * (1 - years.WEIGHT_OF_LATER_CENSUS) + after * years.WEIGHT_OF_LATER_CENSUS


def counted(
    people: pd.DataFrame, year: int, needs: Sequence[str], provisions: Sequence[str]
) -> Array:
    """Return the plans of one January (people): [need, provision]."""
    there = people[people["year"].eq(year)]
    need = there["primary_need"] if tuple(needs) != ALL else pd.Series("All", index=there.index)
    table = pd.crosstab(need, there["provision"])
    table = table.reindex(index=list(needs), columns=list(provisions)).fillna(0)
    return np.asarray(table.to_numpy(), dtype=np.float64)


def _relative_prices(
    costs: pd.DataFrame, people: pd.DataFrame, needs: Sequence[str], provisions: Sequence[str]
) -> Array:
    """Return each need's price over that of its provision, steadied: [need, provision]."""
    named = costs[costs["person_id"].notna()]
    if tuple(needs) == ALL or named.empty:
        return np.ones((len(needs), len(provisions)))
    latest = people.sort_values("year").drop_duplicates("person_id", keep="last")
    need = named["person_id"].map(latest.set_index("person_id")["primary_need"]).fillna("unknown")
    rows = pd.DataFrame(
        {
            "need": need,
            "provision": named["provision_group"].fillna("unknown"),
            "amount": named[list(spend.COMPONENTS)].sum(axis=1),
        }
    )
    rows["usual"] = rows.groupby("provision")["amount"].transform("mean")
    cells = rows.groupby(["need", "provision"])[["amount", "usual"]].agg(["mean", "size"])
    relative = cells["amount"]["mean"] / cells["usual"]["mean"]
    people_there = cells["amount"]["size"]
    steadied = 1 + people_there / (people_there + STEADY) * (relative.fillna(1) - 1)
    wide = steadied.unstack("provision")
    steadied = wide.reindex(index=list(needs), columns=list(provisions)).fillna(1.0)
    return np.asarray(steadied.to_numpy(), dtype=np.float64)


def by_component(unit: Aggregate, spent: pd.DataFrame, financial_year: int) -> Aggregate:
    """Return the unit cost of each provision in one year, by component.

    Args:
        unit: As `spend.unit_costs` returns it.
        spent: As `spend.placement_spend` returns it.
        financial_year: The year.

    Returns:
        One row a provision, "All" last: plans in the Januaries around, `caseload`, each of
        `COMPONENTS` and `unit_cost` (£ per plan, gross, transport apart), `spend` (£).
    """
    table = spend.in_year(unit, financial_year)
    own = spent[spent["financial_year"].eq(financial_year)].set_index("provision")
    own = own[list(COMPONENTS)]
    own.loc["All"] = own.sum()
    caseload = table.frame["caseload"].where(table.frame["caseload"] > 0)
    frame = table.frame.copy()
    for name in COMPONENTS:
        frame[name] = frame["provision"].map(own[name]).fillna(0) / caseload
    rests = ("costed", "plans_before", "plans_after")
    parts = tuple(Measure(c, LABELS[c], "£ per plan", rests) for c in COMPONENTS)
    return replace(
        table,
        frame=frame,
        measures=(*table.measures, *parts),
        method=f"{unit.method} A plan in a provision without any spend has no price.",
    )


def with_assumed(found: Prices, assumed: Assumed) -> Prices:
    """Return the prices, with the unit cost that an area has agreed where it differs."""
    known = [f"unit_cost.{p}" for p in found.provisions]
    measured = found.by_provision
    stated = [
        (assumed.value(name) or 0.0) if name in assumed.by_id else price
        for name, price in zip(known, measured, strict=True)
    ]
    ratio = np.where(measured > 0, divided(np.round(stated, 2), np.round(measured, 2)), 1.0)
    return replace(found, per_plan=found.per_plan * ratio)


def as_assumptions(found: Prices, sources: Sequence[str]) -> list[Assumption]:
    """Return the unit cost of each provision as an assumption that the area has measured."""
    label = years.label(found.financial_year)
    return [
        Assumption(
            f"unit_cost.{provision}",
            f"Unit cost of {label}, before transport",
            round(float(price), 2),
            unit="£ per plan",
            source="; ".join(sources),
            agreed_by=MEASURED,
            moves="Spend on placements, and both balances",
        )
        for provision, price in zip(found.provisions, found.by_provision, strict=True)
        if price > 0
    ]

"""The budget: from simulated plans to the lines of the high needs block, year by year.

Inside each simulation: caseload of the financial year x unit cost x rise of prices, component by
component, shared out over Section 251 lines; then the lines that plans do not move, and the cost
of the change. Every line is a whole number of pounds, and the total is the sum of the lines.

Needs the tables of `TABLES` that are not optional, and `plans`, `placements` and `censuses`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from toolkit.diagnose import dsg, years
from toolkit.diagnose.forecast import commissioned, inflation, lines, price_levers, unit_costs
from toolkit.diagnose.forecast.assumed import Assumed, Assumption, assumed
from toolkit.diagnose.forecast.paths import Array, Paths
from toolkit.diagnose.forecast.unit_costs import COMPONENTS, Prices
from toolkit.errors import InputError

NEEDED = ("placement_costs", "spend_lines", "dsg_position")
OPTIONAL = ("assumptions", "deflators", "places")
TABLES = (*NEEDED, *OPTIONAL)
NOT_CLOSED = (
    "no financial year has placement costs, an outturn of its lines and of the DSG, and every "
    "January from the one before it on."
)
CLOSE_IT = (
    "Add the outturn of the last closed year, its placement costs, or the SEN2 returns of the "
    "Januaries around it."
)
NO_CHANGES = pd.DataFrame(columns=["mitigation_id", "flow", "start", "cost"])
METHOD = (
    "In each simulation: caseload of the financial year x unit cost of {base} x rise of prices "
    "by component, shared over Section 251 lines as the ledger of {base} had them, with "
    "placement costs reconciled to it; lines that plans do not move rise with prices. "
)


@dataclass(frozen=True)
class Base:
    """All that the money of a forecast rests on, whatever the plans turn out to be.

    Attributes:
        prices: Unit costs of the base year, as measured or as agreed.
        lines: The lines of the base year.
        assumed: The assumptions.
        known: Plans (people) of recorded Januaries after the start of the base year, by year:
            [need, provision].
        places: Commissioned places, by financial year: [provision]; empty where not used.
        sources: Where it all comes from.
    """

    prices: Prices
    lines: lines.Lines
    assumed: Assumed
    known: Mapping[int, Array] = field(repr=False)
    places: Mapping[int, Array] = field(repr=False)
    sources: tuple[str, ...]

    @property
    def financial_year(self) -> int:
        """The last closed year, whose prices the forecast starts from."""
        return self.prices.financial_year


@dataclass(frozen=True)
class Budget:
    """What the high needs block will spend, in each simulation.

    Attributes:
        base_year: The last closed financial year.
        financial_years: The years after it.
        codes: Lines of the block, `lines.CHANGE` the last.
        labels: What each is called.
        amounts: Whole £, net, before deductions: [simulation, financial year, line].
        transport: Whole £, outside the block: [simulation, financial year].
        caseload: Plans (people, weighed): [simulation, financial year, provision].
        placements: £ of placements before they are tied to the ledger:
            [simulation, financial year, provision].
        components: The same: [simulation, financial year, component].
    """

    base_year: int
    financial_years: tuple[int, ...]
    codes: tuple[str, ...]
    labels: Mapping[str, str]
    amounts: Array = field(repr=False)
    transport: Array = field(repr=False)
    caseload: Array = field(repr=False)
    placements: Array = field(repr=False)
    components: Array = field(repr=False)

    @property
    def total(self) -> Array:
        """Spend of the block (whole £): [simulation, financial year]; the sum of its lines."""
        return np.asarray(self.amounts.sum(axis=2))

    @property
    def method(self) -> str:
        """How it was computed, in words."""
        return METHOD.format(base=years.label(self.base_year)) + years.ALIGNMENT


def base(
    tables: Mapping[str, pd.DataFrame],
    people: pd.DataFrame,
    s251: pd.DataFrame,
    axes: tuple[Sequence[str], Sequence[str]],
    sources: tuple[str, ...],
    fitted: Sequence[Assumption] = (),
) -> Base:
    """Return what the money of a forecast rests on.

    Args:
        tables: Tables of the schedule by name, as in `TABLES`; optional ones may be empty.
            With `places`, places that are commissioned and not filled are paid for as well.
        people: As `january.stock` returns it.
        s251: Reference table of Section 251 lines.
        axes: Codes of needs and of provisions, as the paths have them.
        sources: Where the tables come from.
        fitted: Assumptions that the model of plans was fitted with.

    Raises:
        InputError: No closed year has costs, an outturn and both its Januaries.
    """
    spend_lines, held = tables["spend_lines"], sorted(int(y) for y in people["year"].unique())
    year = base_year(tables, people)
    prices = unit_costs.prices(tables["placement_costs"], people, year, *axes)
    places = commissioned.by_financial_year(tables.get("places"), axes[1], year)
    empty = commissioned.empty(places, year, prices.caseload.sum(axis=0))
    rate = commissioned.rate(prices)
    taken = dsg.recoupment(tables["dsg_position"], "outturn").get(year, 0.0)
    tied = lines.of_block(spend_lines, s251, taken, prices, empty * rate if places else None)
    measured = [
        *unit_costs.as_assumptions(prices, sources),
        lines.as_assumption(tied, sources),
        *fitted,
    ]
    known = assumed(tables.get("assumptions", pd.DataFrame()), *measured)
    start = years.start_of(year)
    return Base(
        prices=unit_costs.with_assumed(prices, known),
        lines=_tied_as_assumed(tied, known),
        assumed=known,
        known={y: unit_costs.counted(people, y, *axes) for y in held if y > start},
        places=places,
        sources=sources,
    )


def has_base_year(tables: Mapping[str, pd.DataFrame], people: pd.DataFrame) -> bool:
    """Return whether there is a closed year to start from; see `unit_costs.closed_years`."""
    return bool(_closed_years(tables, people))


def base_year(tables: Mapping[str, pd.DataFrame], people: pd.DataFrame) -> int:
    """Return the last closed year to start from; InputError where there is none."""
    found = _closed_years(tables, people)
    if not found:
        raise InputError(NOT_CLOSED, where=", ".join(NEEDED), remedy=CLOSE_IT)
    return found[-1]


def _closed_years(tables: Mapping[str, pd.DataFrame], people: pd.DataFrame) -> list[int]:
    costs, spend_lines, position = (tables[name] for name in NEEDED)
    held = {int(y) for y in people["year"]}
    return unit_costs.closed_years(costs, spend_lines, position, held)


def _tied_as_assumed(tied: lines.Lines, known: Assumed) -> lines.Lines:
    """Return the lines with the unmatched share that an area has agreed, where it differs."""
    measured, stated = lines.unmatched(tied), known.value(lines.UNMATCHED)
    if stated is None or abs(stated - measured) < 1e-5:
        return tied
    return replace(tied, weights=tied.weights * (100 + stated) / (100 + measured))


def project(
    paths: Paths,
    on: Base,
    seed: int,
    *,
    mitigations: pd.DataFrame = NO_CHANGES,
    strength: Mapping[str, float] = price_levers.FULL,
    added: float = 0.0,
    at_base_prices: bool = False,
) -> Budget:
    """Return what the block will spend, from simulated plans.

    Args:
        paths: Simulated plans.
        on: What the money rests on.
        seed: Seed of the run. The same seed gives the same prices with and without changes.
        mitigations: Table `mitigations` for the run with the planned changes; its levers on
            plans are already in `paths`, those on prices and all costs come in here.
        strength: For a lever's id, how much of it is put in place (0 to 1).
        added: Percentage points added to every yearly rise of prices.
        at_base_prices: Whether to leave all rises out: the real line, plans alone.
    """
    held = caseload(paths, on)
    after = inflation.years_after(on.financial_year, paths.years[-1])
    rise = _Rise(on.assumed, after, paths.simulations, seed, added, at_base_prices)
    priced = held * price_levers.factor(mitigations, paths, after, seed, strength)
    cost = np.einsum("sfnp,cnp->sfcp", priced, on.prices.per_plan, optimize=True)
    cost[:, :, -1] = np.einsum("sfnp,np->sfp", held, on.prices.per_plan[-1])
    if on.places:
        cost[:, :, 0] += _empty_places(on, after, held.sum(axis=2))
    cost *= rise.of([f"inflation.{c}" for c in COMPONENTS])[..., None]
    amounts = np.einsum("sfcp,cpl->sfl", cost, on.lines.weights, optimize=True)
    for at, code in enumerate(on.lines.codes):
        if not on.lines.is_linked[at]:
            amounts[:, :, at] = _of_its_own(code, on, rise, float(on.lines.base[at]))
    change = price_levers.cost_of_change(mitigations, after, strength)
    changed = np.broadcast_to(change[None, :, None], (*amounts.shape[:2], 1))
    return Budget(
        base_year=on.financial_year,
        financial_years=after,
        codes=(*on.lines.codes, lines.CHANGE),
        labels={**on.lines.labels, lines.CHANGE: "Cost of the planned changes"},
        amounts=np.round(np.concatenate([amounts, changed], axis=2)),
        transport=np.round(_transport(on, cost, held)),
        caseload=held.sum(axis=2),
        placements=cost[:, :, :-1].sum(axis=2),
        components=cost.sum(axis=3),
    )


@dataclass(frozen=True)
class _Rise:
    """How prices rise in one run."""

    assumed: Assumed
    financial_years: tuple[int, ...]
    simulations: int
    seed: int
    added: float
    is_flat: bool

    def of(self, names: Sequence[str]) -> Array:
        """Return prices over those of the base year: [simulation, financial year, name]."""
        if self.is_flat:
            return np.ones((self.simulations, len(self.financial_years), len(names)))
        after, size = self.financial_years, self.simulations
        return inflation.index(self.assumed, names, after, size, self.seed, self.added)


def caseload(paths: Paths, on: Base) -> Array:
    """Return the caseload of the years after the base year, inside each simulation.

    Returns:
        People, weighed: [simulation, financial year, need, provision].

    Raises:
        InputError: A January between the base year and the forecast is not recorded.
    """
    start = years.start_of(on.financial_year) + 1
    before = range(start, paths.years[0])
    if missing := [y for y in before if y not in on.known] or paths.years[0] < start:
        raise InputError(
            f"the forecast starts in January {paths.years[0]} and costs close in "
            f"{years.label(on.financial_year)}, with a January missing between them ({missing}).",
            where="the area's SEN2 returns",
            remedy="Add the SEN2 return of that January, or the costs of a later year.",
        )
    plans = paths.by("need", "provision")
    recorded = [np.broadcast_to(on.known[y], (paths.simulations, 1, *on.known[y].shape))
                for y in before]  # fmt: skip
    every = np.concatenate([*recorded, plans], axis=1)
    later = years.WEIGHT_OF_LATER_CENSUS
    return np.asarray(every[:, :-1] * (1 - later) + every[:, 1:] * later)


def _empty_places(on: Base, after: Sequence[int], held: Array) -> Array:
    """Return the cost of places commissioned and not filled: [simulation, year, provision]."""
    unfilled = [commissioned.empty(on.places, y, held[:, f]) for f, y in enumerate(after)]
    return np.stack(unfilled, axis=1) * commissioned.rate(on.prices)


def _of_its_own(code: str, on: Base, rise: _Rise, amount: float) -> Array:
    """Return a line that plans do not move: [simulation, financial year]."""
    name = f"line.{code}"
    after, drawn = rise.financial_years, np.empty((rise.simulations, len(rise.financial_years)))
    if "£" not in on.assumed.get(name).unit:
        return amount * rise.of([name])[..., 0]
    for f, year in enumerate(after):
        drawn[:, f] = on.assumed.drawn(name, rise.simulations, rise.seed, year)
    return drawn


def _transport(on: Base, cost: Array, held: Array) -> Array:
    """Return transport outside the block: with its own costs, else with the number of plans."""
    if on.lines.transport_weight > 0:
        return np.asarray(cost[:, :, -1].sum(axis=2) * on.lines.transport_weight)
    plans = on.prices.caseload.sum()
    return np.asarray(held.sum(axis=(2, 3)) * (on.lines.transport / plans if plans else 0.0))

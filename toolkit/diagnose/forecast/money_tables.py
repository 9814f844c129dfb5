"""Money in tables and charts: balances, budget lines, provisions, real terms, reserves.

Everything here takes a finished `Budget` or `Balance`. Needs what these need: `placement_costs`,
`spend_lines` and `dsg_position`; `deflators` for real terms.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose import years
from toolkit.diagnose.caseload import UNIVERSE, Labels
from toolkit.diagnose.forecast import deficit, fans
from toolkit.diagnose.forecast.budget import Base, Budget
from toolkit.diagnose.forecast.deficit import Balance
from toolkit.diagnose.forecast.lines import CHANGE
from toolkit.diagnose.forecast.paths import Array
from toolkit.diagnose.forecast.unit_costs import COMPONENTS, LABELS

COLUMNS = {"carried": "carried_forward", "in_year": "in_year_balance"}
TITLES = {"carried": "DSG balance carried forward", "in_year": "DSG in-year balance"}


def balances(
    scenarios: Mapping[str, Balance],
    position: pd.DataFrame,
    plans: Aggregate,
    column: str,
    sources: tuple[str, ...],
    start: int,
    deflator: Array | None = None,
) -> Aggregate:
    """Return a balance of the DSG by financial year and scenario, recorded and forecast.

    Args:
        scenarios: Balances by scenario.
        position: Table `dsg_position`; its outturns are the recorded years.
        plans: Recorded plans by year, which the £ stand for.
        column: "carried" for the balance carried forward, "in_year" for the in-year balance.
        sources: Where it comes from.
        start: The January that the forecast starts from.
        deflator: As `inflation.deflator` returns it: forecast years at the prices of the base
            year, recorded ones left out. None leaves everything in cash.
    """
    counts = fans.plans_in(plans)
    outturn = position[position["basis"].eq("outturn")].set_index("financial_year")
    held = outturn[COLUMNS[column]].dropna().round()
    known = {int(y): float(v) for y, v in zip(held.index, held, strict=True)}
    before = fans.recorded(known if deflator is None else {}, list(scenarios), counts)
    rows = []
    for name, found in scenarios.items():
        amount = found.carried if column == "carried" else found.in_year
        shown = amount if deflator is None else deficit.in_real_terms(amount, deflator)
        made = fans.forecast_rows(shown, [found.financial_years], ["financial_year"])
        rows.append(fans.with_counts(made, counts, start).assign(scenario=name))
    base = years.label(years.financial_year(years.start_of(found.financial_years[0]) - 1))
    title = TITLES[column] + ("" if deflator is None else f", in prices of {base}")
    frame = pd.concat([f for f in (before, *rows) if len(f)], ignore_index=True)
    return fans.money(frame, title, ("financial_year", "scenario"), deficit.METHOD, sources)


def probability(
    scenarios: Mapping[str, Balance], plans: Aggregate, sources: tuple[str, ...], start: int
) -> Aggregate:
    """Return how likely each year ends without an in-year deficit, by scenario (%)."""
    counts = fans.plans_in(plans)
    rows = [
        {"financial_year": y, "scenario": name, "probability": p}
        for name, found in scenarios.items()
        for y, p in zip(found.financial_years, deficit.probability_of_balance(found), strict=True)
    ]
    frame = fans.with_counts(pd.DataFrame(rows), counts, start)
    size = len(next(iter(scenarios.values())).in_year)
    dimensions = ("financial_year", "scenario")
    return Aggregate(
        frame=frame,
        universe=UNIVERSE,
        dimensions=dimensions,
        measures=(
            fans.measures("", without=dimensions)[0],
            Measure("probability", "Probability of in-year balance", "%", ("count",)),
        ),
        source="local",
        sources=sources,
        method=f"Share of {size:,} simulations whose in-year balance is 0 or above.",
        period=years.period(frame["financial_year"]),
        not_summed=fans.NOT_SUMMED,
        labels={"scenario": fans.called(scenarios)},
    )


def lines(scenarios: Mapping[str, Budget], on: Base, plans: Aggregate, start: int) -> Aggregate:
    """Return spend by Section 251 line, financial year and scenario: the base year, then forecast.

    Returns:
        One row a line, year and scenario, "All" being the total of the block: the base year is
        the outturn; a forecast year has the median and ranges of its own simulations, so that
        the lines add up to the total in every simulation and their medians nearly do.
    """
    counts = fans.plans_in(plans)
    base = dict(zip(on.lines.codes, on.lines.base, strict=True))
    rows = []
    for name, found in scenarios.items():
        known = [*((c, base.get(c, 0.0)) for c in found.codes), ("All", sum(base.values()))]
        was = pd.DataFrame(known, columns=["line", "value"])
        rows.append(was.assign(financial_year=on.financial_year, scenario=name,
                               **dict.fromkeys(fans.ENDS, np.nan)))  # fmt: skip
        every = np.concatenate([found.amounts, found.total[:, :, None]], axis=2)
        labels = [found.financial_years, (*found.codes, "All")]
        made = fans.forecast_rows(every, labels, ["financial_year", "line"])
        rows.append(made.assign(scenario=name))
    frame = fans.with_counts(_without_no_change(pd.concat(rows, ignore_index=True)), counts, start)
    named = {**next(iter(scenarios.values())).labels, "All": "High needs block"}
    return fans.money(
        frame,
        "Spend, net, before deductions",
        ("financial_year", "line", "scenario"),
        f"{years.label(on.financial_year)} is the outturn. {found.method}",
        on.sources,
        {"line": named},
    )


def _without_no_change(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the lines without the cost of the change in a scenario that plans none."""
    change = frame["line"].eq(CHANGE)
    costs = frame[change].groupby("scenario")["value"].sum()
    is_none = change & frame["scenario"].map(costs).eq(0)
    return frame[~is_none].reset_index(drop=True)


def by_provision(
    scenarios: Mapping[str, Budget],
    on: Base,
    plans: Aggregate,
    start: int,
    labels: Labels,
) -> Aggregate:
    """Return what placements will cost by provision, financial year and scenario.

    Args:
        scenarios: Budgets by scenario.
        on: What the money rests on.
        plans: Recorded plans by year and provision.
        start: The January that the forecast starts from.
        labels: What the codes of provision are called.
    """
    last = plans.frame[plans.frame["year"].eq(start)].groupby("provision")["plans"].sum()
    provisions = [p for p in on.prices.provisions if p in last.index]
    keep = [on.prices.provisions.index(p) for p in provisions]
    rows = []
    for name, found in scenarios.items():
        axes = [found.financial_years, provisions]
        kept = found.placements[:, :, keep]
        made = fans.forecast_rows(kept, axes, ["financial_year", "provision"])
        rows.append(made.assign(scenario=name))
    frame = pd.concat(rows, ignore_index=True)
    frame = frame.assign(count=frame["provision"].map(last), counted_in=start)
    dimensions = ("financial_year", "provision", "scenario")
    return Aggregate(
        frame=frame,
        universe=UNIVERSE,
        dimensions=dimensions,
        measures=fans.measures("Spend on placements", "£", ("financial_year", "scenario")),
        source="local",
        sources=on.sources,
        method=f"Placement costs, gross, before they are tied to the ledger. {found.method} "
        f"{fans.QUANTILES}",
        period=years.period(frame["financial_year"]),
        not_summed=fans.NOT_SUMMED,
        labels={**labels, "scenario": fans.called(frame["scenario"])},
    )


def by_component(spent: Budget, on: Base, plans: Aggregate, start: int) -> Aggregate:
    """Return what placements will cost by component and financial year, transport apart."""
    counts = fans.plans_in(plans)
    axes = [spent.financial_years, COMPONENTS]
    made = fans.forecast_rows(spent.components, axes, ["financial_year", "component"])
    frame = fans.with_counts(made, counts, start)
    return fans.money(
        frame,
        "Spend on placements",
        ("financial_year", "component"),
        f"Placement costs, gross, before they are tied to the ledger. {spent.method}",
        on.sources,
        {"component": LABELS},
    )


def transport(scenarios: Mapping[str, Budget], on: Base, plans: Aggregate, start: int) -> Aggregate:
    """Return transport by financial year and scenario: paid outside the block, shown apart."""
    counts = fans.plans_in(plans)
    rows = [
        fans.forecast_rows(b.transport, [b.financial_years], ["financial_year"]).assign(scenario=s)
        for s, b in scenarios.items()
    ]
    known = {on.financial_year: on.lines.transport}
    before = fans.recorded(known, list(scenarios), counts)
    after = fans.with_counts(pd.concat(rows, ignore_index=True), counts, start)
    return fans.money(
        pd.concat([f for f in (before, after) if len(f)], ignore_index=True),
        "SEN transport, outside the block",
        ("financial_year", "scenario"),
        "Transport of placements, reconciled to its Section 251 lines, with its own rise of "
        "prices. The council pays it from its own funds.",
        on.sources,
    )


def real_and_nominal(
    in_cash: Budget, at_base_prices: Budget, deflator: Array, on: Base, plans: Aggregate, start: int
) -> Aggregate:
    """Return the spend of the block in cash, in real terms and at unchanged prices.

    Args:
        in_cash: The budget with its rise of prices.
        at_base_prices: The budget of the same plans without any.
        deflator: As `inflation.deflator` returns it.
        on: What the money rests on.
        plans: Recorded plans by year.
        start: The January that the forecast starts from.

    Returns:
        One row a financial year: `value` (cash, £), `low80`, `high80`, `real` (cash over the
        GDP deflator, £) and `plain` (£ at unchanged prices: plans alone). With 0% everywhere
        the three are one.
    """
    counts = fans.plans_in(plans)
    made = fans.forecast_rows(in_cash.total, [in_cash.financial_years], ["financial_year"])
    real = np.median(deficit.in_real_terms(in_cash.total, deflator), axis=0)
    made = made.assign(real=real, plain=np.median(at_base_prices.total, axis=0))
    total = float(on.lines.base.sum())
    was = {"financial_year": on.financial_year, "value": total, "real": total, "plain": total}
    frame = pd.concat([pd.DataFrame([was]), made], ignore_index=True)
    frame = fans.with_counts(frame, counts, start)
    base, rests = years.label(on.financial_year), ("count",)
    named = fans.measures("In cash", "£", ("financial_year",))
    return Aggregate(
        frame=frame,
        universe=UNIVERSE,
        dimensions=("financial_year",),
        measures=(
            *named,
            Measure("real", f"In real terms, {base} prices", "£", rests),
            Measure("plain", f"At the unit costs of {base}: plans alone", "£", rests),
        ),
        source="local",
        sources=on.sources,
        method="Spend of the high needs block, medians. Real terms = cash over the GDP deflator. "
        f"{in_cash.method}",
        period=years.period(frame["financial_year"]),
        not_summed=fans.NOT_SUMMED,
    )

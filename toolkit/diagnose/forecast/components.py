"""What a finance director asks of the caseload: who comes, who goes, and what is already bound.

Unit costs of the base year stand behind every £ here: they say what a child's kind of provision
cost, not what that child did. Each function names the tables that it needs beside
`placement_costs` and `spend_lines`, from which the unit costs come.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose import years
from toolkit.diagnose.caseload import UNIVERSE
from toolkit.diagnose.forecast import fans
from toolkit.diagnose.forecast.budget import Base, Budget, caseload
from toolkit.diagnose.forecast.paths import ALL, Array, Paths
from toolkit.diagnose.forecast.unit_costs import Prices, divided

TURNOVER = "People who came to the caseload, or left it, between two January censuses"
# Age at the 31 August before the census at which a stage begins in the September after it.
PHASES = {"Reception": 3, "Year 7": 10, "Post-16": 15, "Post-18": 17}
SEPTEMBER_ON = 7 / 12  # of a financial year lies after 1 September
COHORTS = 3  # of earlier Septembers that the range of a phase transfer is taken from


def priced(people: pd.DataFrame, prices: Prices) -> pd.Series:
    """Return what one plan of each row's provision and need cost in the base year (£).

    Missing where nothing was recorded as spent on its provision.
    """
    needs = pd.Series("All", index=people.index) if prices.needs == ALL else people["primary_need"]
    row = needs.map({n: i for i, n in enumerate(prices.needs)})
    column = people["provision"].map({p: i for i, p in enumerate(prices.provisions)})
    known = row.notna() & column.notna()
    found = pd.Series(np.nan, index=people.index)
    found[known] = prices.by_cell[row[known].astype(int), column[known].astype(int)]
    return found.where(found > 0)


def turnover(people: pd.DataFrame, prices: Prices, sources: tuple[str, ...]) -> Aggregate:
    """Return what those who came and those who left cost, between each two Januaries.

    Needs `plans`, `placements` and `censuses`.

    Args:
        people: As `january.stock` returns it.
        prices: As `unit_costs.prices` returns them.
        sources: Where both come from.

    Returns:
        One row a later January: `joined`, `left` (people), `cost_joined`, `cost_left` (£ per
        plan) and `difference` (£ per plan: what a place in the caseload costs more when a new
        plan takes it over). Somebody without a price is counted and not costed.
    """
    held = sorted(int(y) for y in people["year"].unique())
    cost = people.assign(cost=priced(people, prices))
    by_year = {y: cost[cost["year"].eq(y)].drop_duplicates("person_id") for y in held}
    rows = []
    for year in [y for y in held if y - 1 in held]:
        before, after = by_year[year - 1], by_year[year]
        came = after[~after["person_id"].isin(before["person_id"])]
        went = before[~before["person_id"].isin(after["person_id"])]
        rows.append((year, len(came), len(went), came["cost"].mean(), went["cost"].mean()))
    columns = ["year", "joined", "left", "cost_joined", "cost_left"]
    frame = pd.DataFrame(rows, columns=columns)
    base = years.label(prices.financial_year)
    both = ("joined", "left")
    return Aggregate(
        frame=frame.assign(difference=frame["cost_joined"] - frame["cost_left"]),
        universe=TURNOVER,
        dimensions=("year",),
        measures=(
            Measure("joined", "Joined", "people", where={"flow": "joined"}),
            Measure("left", "Left", "people", where={"flow": "left"}),
            Measure("cost_joined", "One who joined costs a year", "£ per plan", ("joined",)),
            Measure("cost_left", "One who left cost a year", "£ per plan", ("left",)),
            Measure("difference", "Difference", "£ per plan", both),
        ),
        source="local",
        sources=sources,
        method="Joined: a plan at the January census and none at the one before. Left: the other "
        f"way round, with the provision last held. Cost: unit cost of {base} by provision and "
        "need, before transport.",
        period=f"January {held[0]} to January {held[-1]}",
        not_summed=("year", "flow"),
    )


def told_turnover(shown: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on what a joiner costs against a leaver, and its cells."""
    last = int(shown.frame["year"].max())
    sentence = (
        "In the year to January {year}, those who joined cost {joined} a year on average, and "
        "those who left had cost {left}."
    )
    return sentence, {
        "year": str(last),
        "joined": shown.cell("cost_joined", year=last),
        "left": shown.cell("cost_left", year=last),
    }


def latest_joined(shown: Aggregate) -> float:
    """Return what one who joined before the last January cost a year (£), to compute with."""
    return float(shown.frame.sort_values("year")["cost_joined"].iloc[-1])


def phase_transfers(
    people: pd.DataFrame, prices: Prices, start: int, sources: tuple[str, ...]
) -> Aggregate:
    """Return who changes phase next September, and what that is bound to add, at base prices.

    Needs `plans`, `placements` and `censuses`.

    Returns:
        One row a `phase`: `due` (people with a plan in January `start` who begin it in the
        September after), `each` (£ a person and year, the change of unit cost of the last
        three cohorts who kept their plan), `full_year` (£) with `low` and `high`, the lowest
        and the highest of these cohorts, and `part_year` (£ in the financial year of the move,
        7/12). Phases without an earlier cohort are left out.
    """
    cost = people.assign(cost=priced(people, prices))
    rows = []
    for phase, age in PHASES.items():
        due = int(((people["year"] == start) & (people["age"] == age)).sum())
        found = [_change(cost, y, age) for y in range(start - COHORTS, start)]
        changes = [(c, n) for c, n in found if n]
        if not due or not changes:
            continue
        each = sum(c * n for c, n in changes) / sum(n for _, n in changes)
        low, high = (f(c for c, _ in changes) for f in (min, max))
        money = (each, due * each, due * low, due * high, due * each * SEPTEMBER_ON)
        rows.append((phase, str(age), due, *money))
    columns = ["phase", "age", "due", "each", "full_year", "low", "high", "part_year"]
    rests = ("due",)
    return Aggregate(
        frame=pd.DataFrame(rows, columns=columns),
        universe=UNIVERSE,
        dimensions=("phase",),
        measures=(
            Measure("due", "Due to change phase", "people", where={"year": str(start)},
                    where_column={"age": "age"}, without=("phase",)),
            Measure("each", "Change for each a year", "£ per plan", rests),
            Measure("part_year", "In the year of the move", "£", rests),
            Measure("full_year", "In a full year", "£", rests),
            Measure("low", "Lowest of earlier cohorts", "£", rests),
            Measure("high", "Highest of earlier cohorts", "£", rests),
        ),
        source="local",
        sources=sources,
        method="Due: the age at the last census after which the phase begins. The change of unit "
        f"cost is that of up to {COHORTS} earlier cohorts who kept their plan, at the prices of "
        f"{years.label(prices.financial_year)}; those who leave are not in it.",
        period=f"September {start}",
        not_summed=("year", "phase"),
    )  # fmt: skip


def _change(cost: pd.DataFrame, year: int, age: int) -> tuple[float, int]:
    """Return the mean change of cost (£) of those of an age in one January, and their number."""
    before = cost[cost["year"].eq(year) & cost["age"].eq(age)].set_index("person_id")["cost"]
    after = cost[cost["year"].eq(year + 1)].drop_duplicates("person_id").set_index("person_id")
    both = pd.DataFrame({"was": before, "now": after["cost"].reindex(before.index)}).dropna()
    return float((both["now"] - both["was"]).mean()) if len(both) else 0.0, len(both)


def part_year(paths: Paths, on: Base, spent: Budget, plans: Aggregate) -> Aggregate:
    """Return what each financial year adds to the next by itself: the full-year effect.

    Plans that started within a year cost part of it; in the next they cost all of it. Needs
    what a budget needs.

    Returns:
        One row a financial year with ranges: £ by which the plans of the January in it would
        cost more in a whole year than the year's own caseload did, at its prices.
    """
    cost, start = on.prices.by_cell, paths.years[0]
    during: Array = (caseload(paths, on) * cost).sum(axis=(2, 3))
    at_january: Array = (paths.by("need", "provision")[:, 1:] * cost).sum(axis=(2, 3))
    ahead = [f for f, y in enumerate(spent.financial_years) if years.start_of(y) >= start]
    ratio = divided(at_january, during[:, ahead]) - 1
    effect = spent.placements.sum(axis=2)[:, ahead] * ratio
    labels = [spent.financial_years[f] for f in ahead]
    made = fans.forecast_rows(effect, [labels], ["financial_year"])
    return fans.money(
        fans.with_counts(made, fans.plans_in(plans), start),
        "Full-year effect of the plans held in January",
        ("financial_year",),
        "Cost of the plans of the January within the year over a whole year, less that of the "
        f"year's caseload, at its prices. {years.ALIGNMENT}",
        on.sources,
    )


def turnover_ahead(paths: Paths, on: Base, plans: Aggregate) -> Aggregate:
    """Return what one who joins and one who leaves will cost, by year, at base prices.

    Returns:
        One row a January and `flow` ("joined", "left", "difference"): £ per plan with ranges.
    """
    cost = on.prices.by_cell
    by_flow = []
    for flow in ("joined", "left"):
        number = paths.by("need", "provision", of=flow) * (cost > 0)
        by_flow.append(divided((number * cost).sum(axis=(2, 3)), number.sum(axis=(2, 3))))
    stacked = np.stack([*by_flow, by_flow[0] - by_flow[1]], axis=2)
    flows = {"joined": "One who joins", "left": "One who leaves", "difference": "Difference"}
    made = fans.forecast_rows(stacked, [paths.years[1:], list(flows)], ["year", "flow"])
    start = paths.years[0]
    frame = made.assign(count=fans.plans_in(plans)[start], counted_in=start)
    return Aggregate(
        frame=frame,
        universe=UNIVERSE,
        dimensions=("year", "flow"),
        measures=fans.measures("Cost a year", "£ per plan", ("flow",)),
        source="local",
        sources=on.sources,
        method="Unit cost by provision and need of "
        f"{years.label(on.financial_year)}, before transport. {fans.QUANTILES}",
        period=f"January {paths.years[1]} to January {paths.years[-1]}",
        not_summed=(*fans.NOT_SUMMED, "flow"),
        labels={"flow": flows},
    )

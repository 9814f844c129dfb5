"""Budget lines: which Section 251 line pays for which part of a placement.

A component of spend in a provision belongs to a pool of lines, as top-ups of state schools belong
to 1.2.1 and 1.2.2. Within a pool, spend is shared out as the ledger of the base year had it; what
the ledger holds above or below the placement costs is kept as a share of them.

Needs the tables `spend_lines`, `dsg_position` and `placement_costs`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose import ledger, years
from toolkit.diagnose.forecast.assumed import MEASURED, Assumption
from toolkit.diagnose.forecast.paths import Array
from toolkit.diagnose.forecast.unit_costs import COMPONENTS, Prices, divided

RECOUPMENT = "recoupment"
CHANGE = "change"
STATE = ("mainstream", "rp_unit", "state_special", "ap_hospital", "post16")
POOLS = {
    "places": ("1.0.2", RECOUPMENT),
    "state": ("1.2.1", "1.2.2"),
    "independent": ("1.2.3", "1.2.11"),
    "transport": ("2.1.4", "2.1.6", "2.1.7", "1.4.11"),
}
POOL_LABELS = {
    "places": "Places: 1.0.2, and those that the ESFA funds directly",
    "state": "Top-ups of state schools and colleges: 1.2.1 and 1.2.2",
    "independent": "Independent and other providers: 1.2.3 and 1.2.11",
    "transport": "Transport, outside the block: 2.1.4, 2.1.6, 2.1.7 and 1.4.11",
}
OUTSIDE = "transport"
DIRECT, FEES, OTHERWISE = "1.2.11", "1.2.3", "other"
UNMATCHED = "spend.unmatched"


@dataclass(frozen=True)
class Lines:
    """The lines of the high needs block in the base year, and what moves them.

    Attributes:
        financial_year: The base year.
        codes: Section 251 lines; `RECOUPMENT` stands for places that the ESFA funds directly.
        labels: What each is called.
        base: Net spend of the base year (whole £): [line].
        weights: £ of a line for each £ of placement cost: [component, provision, line].
        is_linked: Whether plans move the line: [line]. The others move with prices alone.
        transport: Transport outside the block in the base year (whole £).
        transport_weight: £ of it for each £ of transport of placements; 0 where none is held.
        pools: Ledger and placement costs (£) of each pool.
    """

    financial_year: int
    codes: tuple[str, ...]
    labels: dict[str, str]
    base: Array = field(repr=False)
    weights: Array = field(repr=False)
    is_linked: tuple[bool, ...]
    transport: float
    transport_weight: float
    pools: dict[str, tuple[float, float]] = field(repr=False)


def pool_of(component: str, provision: str) -> str:
    """Return the pool of lines that pays for a component of spend in a provision."""
    if component == "place_funding":
        return "places"
    if component == "transport":
        return OUTSIDE
    return "state" if component == "top_up" and provision in STATE else "independent"


def of_block(
    spend_lines: pd.DataFrame,
    s251: pd.DataFrame,
    recoupment: float,
    prices: Prices,
    empty: Array | None = None,
) -> Lines:
    """Return the lines of the high needs block in the year of the prices.

    Args:
        spend_lines: Table `spend_lines`.
        s251: Reference table of Section 251 lines: `line`, `label`, `funding`, `plan_linked`.
        recoupment: Places that the ESFA funded directly in that year (£, positive).
        prices: As `unit_costs.prices` returns them.
        empty: Cost of places commissioned and not filled (£): [provision]; None leaves it out.
    """
    year = prices.financial_year
    kinds = ledger.kind_of_line(s251)
    net = _net(spend_lines, year)
    inside = (ledger.LINKED, ledger.OTHER_HNB)
    codes = [c for c in net.index if kinds.get(c) in inside]
    amounts = {c: float(net[c]) for c in codes}
    if recoupment:
        codes, amounts = [*codes, RECOUPMENT], {**amounts, RECOUPMENT: round(recoupment)}
    outside = sum(float(net[c]) for c in net.index if kinds.get(c) == ledger.TRANSPORT)
    cost = prices.spend.copy()
    if empty is not None:
        cost[0] += empty
    weights, linked, pools = _weights(codes, amounts, cost, prices.provisions)
    moved = float(cost[-1].sum())
    pools[OUTSIDE] = (outside, moved)
    names = dict(zip(s251["line"], s251["label"], strict=True))
    names[RECOUPMENT] = "Places that the ESFA funds directly"
    return Lines(
        financial_year=year,
        codes=tuple(codes),
        labels={c: c if c not in names else _name(c, names[c]) for c in codes},
        base=np.array([amounts[c] for c in codes]),
        weights=weights,
        is_linked=linked,
        transport=outside,
        transport_weight=outside / moved if moved > 0 else 0.0,
        pools=pools,
    )


def _name(code: str, label: str) -> str:
    return label if code == RECOUPMENT else f"{code} {label}"


def _net(spend_lines: pd.DataFrame, year: int) -> pd.Series[float]:
    own = spend_lines[spend_lines["basis"].eq("outturn") & spend_lines["financial_year"].eq(year)]
    net = own["net"].fillna(own["gross"] - own["income"].fillna(0))
    summed: pd.Series[float] = net.groupby(own["line"]).sum().round()
    return summed.sort_index(key=lambda codes: codes.map(_order))


def _order(code: str) -> tuple[int, ...]:
    return tuple(int("".join(c for c in part if c.isdigit()) or 0) for part in code.split("."))


def _weights(
    codes: Sequence[str], amounts: dict[str, float], cost: Array, provisions: Sequence[str]
) -> tuple[Array, tuple[bool, ...], dict[str, tuple[float, float]]]:
    weights = np.zeros((len(COMPONENTS), len(provisions), len(codes)))
    linked = dict.fromkeys(codes, False)
    pools: dict[str, tuple[float, float]] = {}
    for pool, named in POOLS.items():
        if pool == OUTSIDE:
            continue
        there = np.array([[pool_of(c, p) == pool for p in provisions] for c in COMPONENTS])
        paid, present = float(cost[there].sum()), [c for c in named if c in codes]
        pools[pool] = (sum(amounts[c] for c in present), paid)
        for code in present if paid > 0 else []:
            weights[:, :, codes.index(code)] = there * (amounts[code] / paid)
            linked[code] = True
    _direct_payments(weights, codes, amounts, cost, provisions)
    return weights, tuple(linked.values()), pools


def _direct_payments(
    weights: Array,
    codes: Sequence[str],
    amounts: dict[str, float],
    cost: Array,
    provisions: Sequence[str],
) -> None:
    """Tie direct payments to the placements that they pay for, where these are held.

    They buy education otherwise than at school, so they grow with it and not with fees of
    independent schools; what is left of it is paid from 1.2.3, as the rest of the pool is.
    """
    if DIRECT not in codes or FEES not in codes or OTHERWISE not in provisions:
        return
    here, at = provisions.index(OTHERWISE), codes.index(DIRECT)
    rest = codes.index(FEES)
    inside = weights[:, :, at] > 0  # the pool's components and provisions
    own, every = float(cost[inside[:, here], here].sum()), float(cost[inside].sum())
    paid = amounts[DIRECT]
    if not 0 < paid <= own:
        return
    weights[:, :, at] = 0.0
    weights[inside[:, here], here, at] = paid / own
    weights[:, :, rest] = inside * (amounts[FEES] / (every - paid))
    weights[:, here, rest] *= 1 - paid / own


def unmatched(lines: Lines) -> float:
    """Return what the ledger holds beyond placement costs, in % of them, inside the block."""
    inside = [v for pool, v in lines.pools.items() if pool != OUTSIDE]
    total, paid = (sum(v[i] for v in inside) for i in (0, 1))
    return 100 * (total / paid - 1) if paid > 0 else 0.0


def as_assumption(lines: Lines, sources: Sequence[str]) -> Assumption:
    """Return the share that placement costs do not explain, as a measured assumption."""
    return Assumption(
        UNMATCHED,
        "Plan-linked spend of the ledger, net, above placement costs",
        round(unmatched(lines), 6),
        unit="% of placement costs",
        source="; ".join(sources),
        agreed_by=MEASURED,
        moves="Lines linked to plans, and both balances",
    )


def reconciled(lines: Lines, sources: tuple[str, ...]) -> Aggregate:
    """Return placement costs beside the ledger in each pool of lines, in the base year.

    Returns:
        One row a pool: `ledger` (net, with recoupment), `matched` (placement costs),
        `difference` (£) and `share` (difference in % of placement costs). The forecast keeps
        each pool's share.
    """
    rows = [
        (POOL_LABELS[pool], total, round(paid), total - round(paid), 100 * divide(total, paid))
        for pool, (total, paid) in lines.pools.items()
    ]
    return Aggregate(
        frame=pd.DataFrame(rows, columns=["pool", "ledger", "matched", "difference", "share"]),
        universe="Spend linked to plans, by pool of lines",
        dimensions=("pool",),
        measures=(
            Measure("ledger", "Ledger, net", "£"),
            Measure("matched", "Placement costs", "£"),
            Measure("difference", "Difference", "£"),
            Measure("share", "Difference over placement costs", "%", ("ledger",), decimals=1),
        ),
        source="local",
        sources=sources,
        method="The ledger net of income, with places that the ESFA funds directly, beside "
        "placement costs (gross). The forecast keeps each pool's difference in proportion.",
        period=years.label(lines.financial_year),
        not_summed=("pool",),
    )


def divide(total: float, paid: float) -> float:
    """Return by how much a total exceeds what was paid; missing where nothing was."""
    return float("nan") if paid <= 0 else float(divided(np.array(total - paid), np.array(paid)))

"""Baseline methods side by side, and who has agreed which.

Needs the history that `baselines` makes, and the table `assumptions` for who agreed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import pandas as pd

from toolkit.aggregate import Aggregate, Measure, Source
from toolkit.diagnose import baselines
from toolkit.diagnose.baselines import LONGEST, VARIABLES

WEIGHT = 0.7  # of a year beside the one after it: the forecast's own weight of recent years
METHODS = {
    "latest": "Latest year",
    "mean": "Mean of the years",
    "trend": "Trend",
    "weighted": "Weighted mean",
}


def by_method(values: Sequence[float]) -> dict[str, float]:
    """Return the baseline of yearly values, oldest first, by each of `METHODS`.

    Trend is the value of a straight line through the years at the last of them; the weighted
    mean gives each year 0.7 of the weight of the year after it.
    """
    weights = [WEIGHT**age for age in range(len(values) - 1, -1, -1)]
    summed = sum(v * w for v, w in zip(values, weights, strict=True))
    own = list(values)
    return {
        "latest": baselines.baseline(own, "latest year"),
        "mean": baselines.baseline(own, "mean of the years"),
        "trend": baselines.baseline(own, "trend"),
        "weighted": summed / sum(weights),
    }


def compare(
    history: pd.DataFrame,
    agreed: pd.DataFrame,
    source: Source,
    sources: tuple[str, ...],
    since: Mapping[str, int] = MappingProxyType({}),
) -> Aggregate:
    """Return the baseline of each key variable by each method, and what was signed off.

    Args:
        history: `variable`, `year`, `value`.
        agreed: Table `assumptions`: in a row "baseline.plans", `unit` or `source` may name the
            method, `agreed_by` who agreed it, and `value` the baseline that was agreed.
        source: Whether the history is local or published.
        sources: Where it comes from.
        since: For a variable, the first year after a break in its series.

    Returns:
        One row a `variable`: `last` (people), a column a method (people), `spread` (% between
        the lowest and the highest), `years`, `signed_value` and `signed_off` (who). A variable
        with a gap between its years is left without baselines, and `years` names the gap.
    """
    signed = agreed.set_index("assumption_id")
    rows = []
    for variable, (label, _) in VARIABLES.items():
        own = history[history["variable"].eq(variable)].sort_values("year").tail(LONGEST)
        own = own[own["year"].ge(since.get(variable, 0))]
        if len(own):
            rows.append({"variable": label, **_row(own), **_signed(signed, variable)})
    columns = ["variable", "last", "last_year", *METHODS, "spread", "years", "signed_value",
               "signed_off"]  # fmt: skip
    return Aggregate(
        frame=pd.DataFrame(rows, columns=columns),
        universe="Key variables",
        dimensions=("variable",),
        measures=(
            Measure("last", "Last year", "people", where_column={"year": "last_year"}),
            *(Measure(c, text, "number", ("last",), decimals=0) for c, text in METHODS.items()),
            Measure("spread", "Highest above lowest", "%", ("last",), decimals=1),
            Measure("years", "Years", "text"),
            Measure("signed_value", "Agreed baseline", "number", ("last",), decimals=0),
            Measure("signed_off", "Agreed by", "text"),
        ),
        source=source,
        sources=sources,
        method=f"Each method over the same years, at most {LONGEST}. Weighted: each year counts "
        f"{WEIGHT:g} of the year after it. Where they lie far apart, the choice matters: agree it.",
        not_summed=("variable", "year"),
    )


def _row(own: pd.DataFrame) -> dict[str, object]:
    found, values = [int(y) for y in own["year"]], [float(v) for v in own["value"]]
    row: dict[str, object] = {"last": values[-1], "last_year": found[-1]}
    missing = sorted(set(range(found[0], found[-1] + 1)) - set(found))
    if missing:
        named = ", ".join(str(y) for y in missing)
        return {**row, "years": f"No baseline: {named} missing"}
    each = by_method(values)
    lowest = min(each.values())
    spread = 100 * (max(each.values()) / lowest - 1) if lowest > 0 else None
    span = f"{found[0]} to {found[-1]}" if len(found) > 1 else str(found[0])
    return {**row, **each, "spread": spread, "years": span}


def _signed(signed: pd.DataFrame, variable: str) -> dict[str, object]:
    name = f"baseline.{variable}"
    if name not in signed.index:
        return {"signed_value": None, "signed_off": "Not yet"}
    by = signed["agreed_by"].loc[[name]].iloc[0]
    value = signed["value"].loc[[name]].iloc[0]
    return {"signed_value": value, "signed_off": by if isinstance(by, str) and by else "Not yet"}

"""The deficit beside the council's reserves, and beside its own forecast.

While the statutory override lasts, a DSG deficit stays off the council's general fund. Needs the
tables `dsg_position` and `assumptions` (`reserves.general`, `override.end`).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose import years
from toolkit.diagnose.caseload import UNIVERSE
from toolkit.diagnose.forecast import deficit, fans
from toolkit.diagnose.forecast.assumed import Assumed
from toolkit.diagnose.forecast.deficit import Balance


def override_end(assumed: Assumed, found: Balance) -> int:
    """Return the last year of the override, or the last of the forecast where that is earlier."""
    stated = assumed.value("override.end")
    inside = [y for y in found.financial_years if stated is None or y <= stated]
    return max(inside, default=found.financial_years[0])


def are_known(assumed: Assumed) -> bool:
    """Return whether the council's general reserves are stated."""
    return assumed.value("reserves.general") is not None


def beside_deficit(
    scenarios: Mapping[str, Balance],
    assumed: Assumed,
    plans: Aggregate,
    sources: tuple[str, ...],
    start: int,
) -> Aggregate:
    """Return the balance at the end of the override beside the general reserves, by scenario.

    Returns:
        One row a scenario: `value` (DSG balance carried forward, £) with its ranges,
        `reserves` (£), `left` (what would be left of them if they had to cover it, £) and
        `share` (deficit in % of the reserves). Without stated reserves these three are missing.
    """
    first = next(iter(scenarios.values()))
    year = override_end(assumed, first)
    at = first.financial_years.index(year)
    held = assumed.value("reserves.general")
    rows = []
    for name, found in scenarios.items():
        made = {c: float(v) for c, v in fans.columns_of(found.carried[:, at]).items()}
        known = held is not None and held > 0
        rows.append({
            "scenario": name,
            **made,
            "reserves": held,
            "left": held + made["value"] if held is not None else np.nan,
            "share": 100 * max(-made["value"], 0.0) / held if known and held else np.nan,
        })  # fmt: skip
    frame = pd.DataFrame(rows).astype({"reserves": float})
    frame = fans.with_counts(frame.assign(financial_year=year), fans.plans_in(plans), start)
    label = f"DSG balance at the end of {years.label(year)}"
    rests = ("count",)
    return Aggregate(
        frame=frame,
        universe=UNIVERSE,
        dimensions=("scenario",),
        measures=(
            *fans.measures(label, "£", ("scenario",)),
            Measure("reserves", "General reserves", "£"),
            Measure("left", "Reserves less the deficit", "£", rests),
            Measure("share", "Deficit over reserves", "%", rests),
        ),
        source="local",
        sources=sources,
        method=f"{deficit.METHOD} {fans.QUANTILES} The override: "
        f"{assumed.get('override.end').source}. The deficit does not fall on the reserves while "
        "it lasts.",
        period=years.label(year),
        not_summed=fans.NOT_SUMMED,
        labels={"scenario": fans.called(scenarios)},
    )


def told(shown: Aggregate, scenario: str = fans.UNMITIGATED) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on deficit and reserves, and its cells."""
    cell, known = shown.cell, bool(shown.frame["reserves"].notna().all())
    sentence = "At the end of {year}, the last year of the statutory override in this forecast, "
    sentence += "the DSG stands at {carried} ({low} to {high})"
    sentence += ", beside general reserves of {reserves}." if known else "."
    cells: dict[str, Cell | str] = {
        "year": shown.period,
        "carried": cell("value", scenario=scenario),
        "low": cell("low80", scenario=scenario),
        "high": cell("high80", scenario=scenario),
    }
    return sentence, {**cells, "reserves": cell("reserves", scenario=scenario)} if known else cells


def beside_own_forecast(
    found: Balance, position: pd.DataFrame, plans: Aggregate, sources: tuple[str, ...], start: int
) -> Aggregate:
    """Return this forecast beside the council's own for the years that it has one of.

    Returns:
        One row a financial year: `value` (in-year balance of this forecast, £) with its ranges,
        `own` (the council's) and `difference` (£). Empty where the council has none.
    """
    wanted = position[position["basis"].isin(["budget", "forecast"])]
    latest = wanted.sort_values("basis").drop_duplicates("financial_year", keep="last")
    own = latest.set_index("financial_year")["in_year_balance"]
    made = fans.forecast_rows(found.in_year, [found.financial_years], ["financial_year"])
    made = made[made["financial_year"].isin(own.index)]
    frame = made.assign(own=made["financial_year"].map(own).astype(float))
    frame = frame.assign(difference=frame["value"] - frame["own"])
    frame = fans.with_counts(frame, fans.plans_in(plans), start).reset_index(drop=True)
    rests = ("count",)
    return Aggregate(
        frame=frame,
        universe=UNIVERSE,
        dimensions=("financial_year",),
        measures=(
            *fans.measures("In-year balance, this forecast", "£", ("financial_year",)),
            Measure("own", "In-year balance, the council's own", "£"),
            Measure("difference", "Difference", "£", rests),
        ),
        source="local",
        sources=sources,
        method=f"{deficit.METHOD} The council's own is its forecast, or its budget where there "
        "is no forecast.",
        period=years.period(frame["financial_year"]),
        not_summed=fans.NOT_SUMMED,
    )

"""Earlier forecasts held against what happened: error and bias, by years ahead.

Needs the tables `forecast_versions`, `dsg_position` and `plans`.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose import years
from toolkit.diagnose.forecast import fans

COMPONENTS = {
    "plans": "EHC plans in January",
    "in_year_balance": "In-year balance",
    "carried_forward": "Balance carried forward",
}
MONEY = tuple(c for c in COMPONENTS if c != "plans")


def actuals(position: pd.DataFrame, plans: Mapping[int, float]) -> pd.DataFrame:
    """Return what happened: `financial_year`, `component` and `actual`.

    Args:
        position: Table `dsg_position`; its outturns count.
        plans: All plans of each January; that of the year y closes in its financial year.
    """
    outturn = position[position["basis"].eq("outturn")]
    rows = [
        (int(y), column, float(v))
        for column in MONEY
        for y, v in zip(outturn["financial_year"], outturn[column], strict=True)
        if pd.notna(v)
    ]
    rows += [(years.financial_year(y - 1), "plans", n) for y, n in plans.items()]
    return pd.DataFrame(rows, columns=["financial_year", "component", "actual"])


def compared(versions: pd.DataFrame, happened: pd.DataFrame, scenario: str) -> pd.DataFrame:
    """Return each forecast figure beside what happened.

    Returns:
        `version`, `made_on`, `financial_year`, `years_ahead` (1 for the financial year in which it
        was made), `component`, `forecast`, `actual`, `error` (forecast - actual) and
        `percent` (error in % of the size of the actual; missing where that is 0).
    """
    own = versions[versions["scenario"].eq(scenario)]
    long = own.melt(
        id_vars=["version", "made_on", "financial_year"],
        value_vars=list(COMPONENTS),
        var_name="component",
        value_name="forecast",
    ).dropna(subset="forecast")
    both = long.merge(happened, on=["financial_year", "component"], how="inner")
    made = pd.to_datetime(both["made_on"])
    made_in = made.dt.year - (made.dt.month < 4)  # a financial year starts in April
    starts = both["financial_year"].astype(int) // 100
    error = both["forecast"].astype(float) - both["actual"]
    size = both["actual"].abs()
    both = both.assign(
        years_ahead=starts - made_in + 1, error=error, percent=100 * error / size.where(size > 0)
    )
    order = ["version", "component", "financial_year"]
    return both[both["years_ahead"].ge(1)].sort_values(order).reset_index(drop=True)


def errors(
    versions: pd.DataFrame, happened: pd.DataFrame, scenario: str, sources: tuple[str, ...]
) -> Aggregate:
    """Return how far earlier forecasts were out, by what they forecast and years ahead.

    Returns:
        One row a `component` and `years_ahead`: `figures` (how many), `mape` (mean absolute
        error, %) and `bias` (mean error, %; above 0: forecast too high, for a balance too
        favourable). A perfect forecast has 0% in both. Empty where nothing forecast has
        happened yet.
    """
    each = compared(versions, happened, scenario).dropna(subset="percent")
    grouped = each.groupby(["component", "years_ahead"])["percent"]
    frame = pd.DataFrame(
        {
            "figures": grouped.size(),
            "mape": grouped.agg(lambda p: p.abs().mean()),
            "bias": grouped.mean(),
        }
    ).reset_index()
    return Aggregate(
        frame=frame,
        universe="Forecasts held against what happened",
        dimensions=("component", "years_ahead"),
        measures=(
            Measure("figures", "Figures compared", "number", decimals=0),
            Measure("mape", "Mean absolute error (MAPE)", "%", ("figures",), decimals=1),
            Measure("bias", "Bias", "%", ("figures",), decimals=1),
        ),
        source="plan",
        sources=sources,
        method=f"{fans.SCENARIOS[scenario]}. Error = forecast - actual, in % of the size of the "
        "actual. Above 0 a number of plans was forecast too high, or a balance too favourable. "
        "Year 1 is the financial year in which the forecast was made.",
        period=years.period(each["financial_year"].astype(int)),
        not_summed=("component", "years_ahead"),
        labels={"component": COMPONENTS},
    )


def each_figure(
    versions: pd.DataFrame, happened: pd.DataFrame, scenario: str, sources: tuple[str, ...]
) -> Aggregate:
    """Return the money of each earlier forecast beside the outturn, figure by figure.

    Returns:
        One row a `version`, `component` and `financial_year`: `forecast`, `actual` and `error`
        (£). Plans are in `errors`, as percentages.
    """
    each = compared(versions, happened, scenario)
    frame = each[each["component"].isin(MONEY)].reset_index(drop=True)
    return Aggregate(
        frame=frame,
        universe="Forecasts held against what happened",
        dimensions=("version", "component", "financial_year"),
        measures=(
            Measure("forecast", "Forecast", "£"),
            Measure("actual", "Outturn", "£"),
            Measure("error", "Forecast less outturn", "£"),
        ),
        source="plan",
        sources=sources,
        method=f"{fans.SCENARIOS[scenario]}. Deficits are negative: an error above 0 was too "
        "favourable.",
        period=years.period(frame["financial_year"].astype(int)),
        not_summed=("version", "component", "financial_year"),
        labels={
            "component": COMPONENTS,
            "version": {str(v): str(v).replace("_", " ") for v in frame["version"]},
        },
    )


def reviewed_on(versions: pd.DataFrame) -> str:
    """Return the day of the last forecast kept, in words; "" where there is none."""
    if versions.empty:
        return ""
    last = pd.to_datetime(versions["made_on"]).max()
    return f"{last.day} {last:%B %Y}"


def told(shown: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on the error of plans one year ahead, or that there is none yet."""
    frame = shown.frame
    nearest = frame[frame["component"].eq("plans")]["years_ahead"]
    if nearest.empty:
        return "No year that was forecast has closed yet, so there is no error to print.", {}
    ahead = int(nearest.min())
    sentence = (
        "Earlier forecasts of the number of plans, {ahead} year{s} ahead, were out by {mape} on "
        "average, with a bias of {bias:signed}."
    )
    at = {"component": "plans", "years_ahead": ahead}
    return sentence, {
        "ahead": str(ahead),
        "s": "" if ahead == 1 else "s",
        "mape": shown.cell("mape", **at),
        "bias": shown.cell("bias", **at),
    }

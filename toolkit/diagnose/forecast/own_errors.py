"""An area's own past errors: what the published-tier forecast would have said, and what came."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose.forecast import backtest
from toolkit.diagnose.forecast.history import Panel
from toolkit.diagnose.forecast.published_parameters import Tuned
from toolkit.evidence import Finding

SIMULATIONS = 400
COLUMNS = ("origin", "year", "forecast", "low80", "high80", "actual", "out", "half")
SHOWN = ("forecast", "low80", "high80", "actual", "out", "half")


def own_errors(panel: Panel, code: str, tuned: Tuned, sources: tuple[str, ...]) -> Aggregate:
    """Return past forecasts of all plans of an area beside what came, one row a forecast.

    Args:
        panel: The published history.
        code: Code of the area.
        tuned: Parameters. They were tuned on past outcomes of all areas, this one among them,
            so errors of the years up to the tuning cut-off look a little better than they are.
        sources: The release.

    Returns:
        `origin` and `year` (Januaries), `forecast`, `low80`, `high80` and `actual` (plans),
        `out` (%, forecast over actual) and `half` (%, the same for the simple rule of half own,
        half national growth). No rows where no forecast can be judged.
    """
    model = backtest.published_model(tuned)
    starts = [o for o in backtest.origins(panel) if backtest.held(panel, o, [code])]
    frame = pd.DataFrame(columns=list(COLUMNS))
    if starts:
        rows = backtest.replay(panel, model, starts, SIMULATIONS, [code])
        frame = _frame(rows[rows["provision"].eq(backtest.TOTAL)])
    return Aggregate(
        frame=frame,
        universe="Past forecasts of EHC plans, put back to what was known then",
        dimensions=("origin", "year"),
        measures=(
            Measure("forecast", "Forecast", "number", decimals=0),
            Measure("low80", "Low end of 80%", "number", decimals=0),
            Measure("high80", "High end of 80%", "number", decimals=0),
            Measure("actual", "What came", "number", decimals=0),
            Measure("out", "Forecast out by", "%", decimals=1),
            Measure("half", "Half own, half national growth out by", "%", decimals=1),
        ),
        source="published",
        sources=sources,
        method="The forecast is made anew from what was published by each January. Starts or "
        "outcomes that cannot be right are left out.",
        labels={"origin": {str(y): f"January {y}" for y in panel.years}},
        not_summed=("origin", "year"),
    )


def _frame(rows: pd.DataFrame) -> pd.DataFrame:
    def out(column: str) -> pd.Series:
        return 100 * (rows[column] / rows["actual"] - 1)

    made = rows.assign(
        forecast=rows["median"], low80=rows["p10"], high80=rows["p90"], out=out("median")
    )
    made = made.assign(half=out("half"))
    return made.sort_values(["origin", "year"])[list(COLUMNS)].reset_index(drop=True)


def careful(found: Finding, errors: Aggregate) -> Finding:
    """Return a finding on an area's forecast with the record of its past ones beside it.

    Args:
        found: The finding.
        errors: As `own_errors` returns it.
    """
    rows = errors.frame
    if rows.empty:
        return found
    record = (
        f"Of {len(rows)} past forecasts of this area, {int(_within(rows).sum())} had what came "
        f"within their 80% range; {int(rows['out'].gt(0).sum())} were too high."
    )
    return replace(found, caution=f"{found.caution} {record}".strip())


def _within(rows: pd.DataFrame) -> pd.Series:
    return rows["actual"].between(rows["low80"], rows["high80"])


def told(errors: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return sentences on all past forecasts, how many held and the worst, and their cells.

    Args:
        errors: As `own_errors` returns it.
    """
    rows = errors.frame
    if rows.empty:
        return "No past forecast of this area can be judged.", {}
    worst = int(rows["out"].abs().to_numpy().argmax())
    at = {name: int(rows[name].iloc[worst]) for name in ("origin", "year")}
    nearer = rows["out"].abs() < rows["half"].abs()
    sentence = (
        "Of {all} past forecasts of this area, {within} had what came within their 80% range; "
        "{above} were too high, {below} too low. {nearer} came nearer than the simple rule of half "
        "own, half national growth, {further} did not. The furthest out was that from January "
        "{start} for January {year}: {forecast} plans, and {actual} came ({out:signed})."
    )
    return sentence, {
        "all": str(len(rows)),
        "within": str(int(_within(rows).sum())),
        "above": str(int(rows["out"].gt(0).sum())),
        "below": str(int(rows["out"].lt(0).sum())),
        "nearer": str(int(nearer.sum())),
        "further": str(int((~nearer).sum())),
        "start": str(at["origin"]),
        "year": str(at["year"]),
        **{c: errors.cell(c, **at) for c in ("forecast", "actual", "out")},
    }

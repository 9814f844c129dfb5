"""Scores of a back-test: how far forecasts were out, how often ranges held, what simple rules did.

Three measures of error, in %: MAPE is the mean over rows of |forecast - actual| / actual; WAPE is
the sum of |forecast - actual| over the sum of actual, which is defined for small provisions too;
bias is the sum of forecast - actual over the sum of actual. Coverage is the share of rows whose
outcome lies in the range, its ends included.

The total is judged by MAPE and a provision by WAPE: a provision with one child here and none
there has no MAPE.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toolkit.diagnose.forecast.backtest import TOTAL
from toolkit.diagnose.forecast.simple_rules import RULES

WANTED = {"cover80": (75.0, 85.0), "cover95": (90.0, 98.0)}
NO_MARK = (
    "Forecasts two and three years ahead overlap, and all areas share the country's shocks: from "
    "{origins} there are {n2} and {n3} of them to learn from, not hundreds. Their coverage is "
    "printed without a mark."
)
MARKED = 1  # horizon up to which coverage gets a mark; see NO_MARK
SCORES = ("n", "mape", "wape", "bias", "cover80", "cover95")


def scores(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the scores of every provision and horizon, one row each, "total" first.

    Args:
        rows: As `backtest.replay` returns them.

    Returns:
        `provision`, `horizon`, `n`, `mape` (missing for a provision), `wape`, `bias`, `cover80`,
        `cover95` (%), the error of each simple rule, `error` and `rule_error` (the forecast's
        and the best rule's, of the measure that is judged), `rule` (which that is), `beats`, and
        `holds80` and `holds95` (missing where coverage has no mark).
    """
    made = [
        {"provision": name, "horizon": horizon, **_of(group, str(name), int(str(horizon)))}
        for (name, horizon), group in rows.groupby(["provision", "horizon"], sort=False)
    ]
    frame = pd.DataFrame(made)
    first = frame["provision"].ne(TOTAL)
    return (
        frame.assign(first=first)
        .sort_values("first", kind="stable")
        .drop(columns="first")
        .reset_index(drop=True)
    )


def _of(rows: pd.DataFrame, provision: str, horizon: int) -> dict[str, object]:
    """Return the scores of rows of one provision and horizon."""
    is_total = provision == TOTAL
    errors = {name: _error(rows, name, is_total) for name in RULES}
    rule = min(errors, key=lambda name: errors[name])
    error = _error(rows, "median", is_total)
    actual = rows["actual"]
    covered = {
        "cover80": 100 * actual.between(rows["p10"], rows["p90"]).mean(),
        "cover95": 100 * actual.between(rows["p2_5"], rows["p97_5"]).mean(),
    }
    holds = {
        f"holds{column[-2:]}": WANTED[column][0] <= value <= WANTED[column][1]
        if horizon <= MARKED
        else None
        for column, value in covered.items()
    }
    return {
        "n": len(rows),
        "mape": error if is_total else np.nan,
        "wape": _error(rows, "median", False),
        "bias": 100 * (rows["median"] - actual).sum() / actual.sum(),
        **covered,
        **errors,
        "error": error,
        "rule": rule,
        "rule_error": errors[rule],
        "beats": error < errors[rule] if is_total else error <= errors[rule],
        **holds,
    }


def _error(rows: pd.DataFrame, column: str, is_total: bool) -> float:
    """Return the MAPE of a total, the WAPE of a provision (%)."""
    out = (rows[column] - rows["actual"]).abs()
    if is_total:
        return float(100 * (out / rows["actual"]).mean())
    return float(100 * out.sum() / rows["actual"].sum())


def by_origin(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the total's scores from each origin, `origin`, `horizon`, `n` and the others."""
    total = rows[rows["provision"].eq(TOTAL)]
    made = [
        {"origin": origin, "horizon": horizon, **_of(group, TOTAL, int(str(horizon)))}
        for (horizon, origin), group in total.groupby(["horizon", "origin"])
    ]
    return pd.DataFrame(made)[["origin", "horizon", *SCORES, "rule", "rule_error"]]


def held_out(rows: pd.DataFrame, cut_off: int) -> pd.DataFrame:
    """Return the rows whose outcome no tuning has read: those after the cut-off."""
    return rows[rows["year"] > cut_off]


def why_no_mark(origins: Sequence[int]) -> str:
    """Return the sentence that says why coverage beyond a year has no pass mark."""
    said = f"January {min(origins)} to {max(origins)}"
    return NO_MARK.format(origins=said, n2=len(origins) - 1, n3=len(origins) - 2)


def missed(scored: pd.DataFrame) -> list[str]:
    """Return in words where the forecast does not meet its aims; empty where it meets all."""
    said = []
    for row in scored.to_dict("records"):
        where = f"{row['provision']}, {row['horizon']} year{'s' * (row['horizon'] > 1)}"
        if not row["beats"]:
            said.append(
                f"{where}: error {row['error']:.2f}%, {row['rule']} {row['rule_error']:.2f}%"
            )
        for column, (low, high) in WANTED.items():
            if row[f"holds{column[-2:]}"] is False:
                said.append(
                    f"{where}: the {column[-2:]}% range covers {row[column]:.1f}%, "
                    f"not {low:.0f} to {high:.0f}%"
                )
    return said

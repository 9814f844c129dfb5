"""Forecasts and back-tests over all local authorities, from the published files alone.

What a region or a researcher runs: `toolkit backtest` and `toolkit forecast` call these.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from toolkit import reference
from toolkit.diagnose.forecast import backtest, backtest_scores, history
from toolkit.diagnose.forecast import published_mode as mode
from toolkit.diagnose.forecast.backtest import TOTAL
from toolkit.diagnose.forecast.history import Panel
from toolkit.diagnose.forecast.paths import QUANTILES, ranges
from toolkit.diagnose.forecast.published_parameters import Tuned, read
from toolkit.errors import InputError, OutputError, SettingsError
from toolkit.intake import published
from toolkit.intake.opened import cache_folder

# The two groups that stand apart from the seven of the DSG management plan are in the total alone.
PROVISIONS = ("mainstream", "rp_unit", "state_special", "nmiss", "ap_hospital", "post16", "other")
COLUMNS = ("old_la_code", "la_name", "census_year", "provision", *QUANTILES)
CUT_OFF = 2024  # the last January whose outcomes the parameters were tuned on
Lines = list[tuple[str, ...]]


@dataclass(frozen=True)
class Released:
    """The published history, with the names of the local authorities."""

    panel: Panel
    names: dict[str, str]


def released(paths: Sequence[Path]) -> Released:
    """Return the history that the published files hold.

    Raises:
        InputError: A file is not there, or none holds the caseload.
    """
    held = published.load(paths, cache_folder())
    if "caseload" not in held.names:
        raise InputError(
            "it holds no caseload of EHC plans.",
            where=", ".join(p.name for p in paths),
            remedy="Give the DfE's zip 'Education, health and care plans', as downloaded.",
        )
    caseload = held.table("caseload")
    flows = held.table("flows") if "flows" in held.names else published.empty("flows")
    newest = caseload[caseload["level"].eq("la")].sort_values("year")
    names = dict(zip(newest["code"], newest["name"], strict=True))
    return Released(history.panel(caseload, flows), names)


def tuned() -> Tuned:
    """Return the parameters of the published mode, as they were tuned."""
    return read(reference.table("forecast_parameters"))


def forecast(
    held: Released, codes: Sequence[str], years: int, simulations: int = 1000, seed: int = 1
) -> pd.DataFrame:
    """Return the forecast of some local authorities, one row an area, January and provision.

    Args:
        held: The published history.
        codes: Codes; none for all that have a total in the last January.
        years: How many years ahead, 1 to 5.
        simulations: How many futures.
        seed: The same seed gives the same rows.

    Returns:
        `COLUMNS`, whole plans: the median and the ends of the 80% and 95% ranges.

    Raises:
        SettingsError: A code has no total in the last January.
    """
    panel = held.panel
    chosen = tuple(codes) or panel.current()
    for code in chosen:
        if code not in panel.current():
            raise SettingsError(
                f"the area {code} has no plans in January {panel.years[-1]}.",
                remedy="Give a three-digit code of today's local authorities, or --all.",
            )
    start = panel.years[-1]
    made = mode.forecast(panel, chosen, start, years, simulations, seed, tuned())
    parts = [_rows(made[code].by("provision"), panel, code, held.names[code]) for code in chosen]
    return pd.concat(parts, ignore_index=True)


def _rows(plans: np.ndarray, panel: Panel, code: str, name: str) -> pd.DataFrame:
    """Return the rows of one area from [simulation, year, provision]; year 0 is the start."""
    whole = plans.sum(axis=2, keepdims=True)
    at = [panel.provisions.index(p) for p in PROVISIONS]
    found = ranges(np.concatenate([plans[..., at], whole], axis=2)[:, 1:])
    years = [panel.years[-1] + 1 + i for i in range(plans.shape[1] - 1)]
    index = pd.MultiIndex.from_product(
        [[code], [name], years, [*PROVISIONS, TOTAL]], names=list(COLUMNS[:4])
    )
    figures = {q: np.rint(v).astype(int).reshape(-1) for q, v in found.items()}
    return pd.DataFrame(figures, index=index).reset_index()


def notes(held: Released, codes: Sequence[str] = ()) -> list[str]:
    """Return in words which points are missing or not used as published."""
    rows = held.panel.excluded
    if codes:
        rows = rows[rows["code"].isin(list(codes))]
    return [
        f"{held.names.get(str(r.code), r.code)} ({r.code}), January {r.year}: {r.why}"
        for r in rows.itertuples(index=False)
    ]


def scored(held: Released, simulations: int = 1000, seed: int = 1) -> pd.DataFrame:
    """Return every past forecast beside what came, as `backtest.replay` does."""
    model = backtest.published_model(tuned(), seed)
    return backtest.replay(held.panel, model, simulations=simulations)


def held_out(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose outcomes the parameters were not tuned on."""
    return backtest_scores.held_out(rows, CUT_OFF)


def write(frame: pd.DataFrame, path: Path) -> None:
    """Write a forecast as CSV, beside and renamed; OutputError where it cannot be written."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        frame.to_csv(beside, index=False, columns=list(COLUMNS), lineterminator="\n")
        beside.replace(path)
    except OSError as error:
        raise OutputError(
            f"it cannot be written ({error.strerror}).",
            where=path.name,
            remedy="Check the folder, and close the file if it is open.",
        ) from None


RULE_COLUMNS = ("last", "national", "national2", "half", "none")
SCORE_HEADS = (
    *("Plans", "Years", "MAPE", "WAPE", "Bias", "In 80%", "In 95%", "Best rule", "Beaten"),
)
RULE_HEADS = ("Plans", "Years", "Rows", "Last", "National", "2 years", "Half", "None")
ORIGIN_HEADS = (*("From", "Years", "Rows", "MAPE", "Bias", "In 80%", "In 95%", "Best rule"),)
RULES = (
    "Last: last year's own growth goes on. National, 2 years: the country's, of one year or two. "
    "Half: half of each, over two years. None: no change. MAPE for the total, WAPE for a provision."
)


def score_lines(rows: pd.DataFrame) -> Lines:
    """Return the scores of the forecast as a table, headings first; all in %."""
    columns = ("mape", "wape", "bias", "cover80", "cover95", "rule_error")
    return [
        SCORE_HEADS,
        *(
            (
                *(str(row["provision"]), str(row["horizon"])),
                *(_number(row[c]) for c in columns),
                "yes" if row["beats"] else "no",
            )
            for row in backtest_scores.scores(rows).to_dict("records")
        ),
    ]


def rule_lines(rows: pd.DataFrame) -> Lines:
    """Return the errors of the simple rules on the same rows as a table, headings first; in %."""
    return [
        RULE_HEADS,
        *(
            (
                *(str(row["provision"]), str(row["horizon"]), f"{row['n']:,}"),
                *(_number(row[c]) for c in RULE_COLUMNS),
            )
            for row in backtest_scores.scores(rows).to_dict("records")
        ),
    ]


def origin_lines(rows: pd.DataFrame) -> Lines:
    """Return the total's scores from each January as a table, headings first; in %."""
    columns = ("mape", "bias", "cover80", "cover95", "rule_error")
    return [
        ORIGIN_HEADS,
        *(
            (
                *(str(row["origin"]), str(row["horizon"]), f"{row['n']:,}"),
                *(_number(row[c]) for c in columns),
            )
            for row in backtest_scores.by_origin(rows).to_dict("records")
        ),
    ]


def _number(value: float) -> str:
    return "" if pd.isna(value) else f"{value:.2f}"


def summary(rows: pd.DataFrame, held: Released) -> list[str]:
    """Return what a reader of the scores has to know, in sentences."""
    last = held.panel.years[-1]
    starts = sorted({int(o) for o in rows["origin"]})
    aims = backtest_scores.missed(backtest_scores.scores(rows))
    return [
        "The total is judged by MAPE, a provision by WAPE; simple rules are computed anew on the "
        "same rows.",
        f"Parameters and widths were set on outcomes to January {CUT_OFF}: those are in-sample. "
        f"Later ones, to January {last}, are held out, though January 2025 had been seen when the "
        "form of the model was settled."
        if last > CUT_OFF
        else f"Parameters were tuned on outcomes to January {CUT_OFF}: all of this is in-sample.",
        backtest_scores.why_no_mark(starts),
        without_odd(rows),
        *(f"Misses its aim: {one}." for one in aims),
    ]


def without_odd(rows: pd.DataFrame) -> str:
    """Return how the total scores without the points that are flagged as implausible."""
    total = rows[rows["provision"].eq(TOTAL)]
    kept = backtest_scores.scores(total[~total["odd"]])
    said = ", ".join(
        f"{row['error']:.2f}% (best rule {row['rule_error']:.2f}%)"
        for row in kept.to_dict("records")
    )
    return f"Without {int(total['odd'].sum())} rows that touch a flagged point, the MAPE is {said}."

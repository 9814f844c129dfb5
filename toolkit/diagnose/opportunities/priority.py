"""Priority: value, feasibility and evidence side by side, and how far the order can be trusted."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.evidence import Finding

# Value first, since an opportunity is there to be large; the other two weigh the same. The
# choice is the Toolkit's own, and the table says what another choice would change.
WEIGHTS: Mapping[str, float] = MappingProxyType(
    {"value": 0.5, "feasibility": 0.25, "evidence": 0.25}
)
GRADES = {"strong": 1.0, "some": 0.5, "weak": 0.0}
GRADE_WORDS = {"strong": "Strong", "some": "Some", "weak": "Weak"}
TENTHS = 10
SHOWN = ("rank", "outcome", "low", "high", "feasibility", "evidence")
SENSITIVITY = ("rank", "best", "worst", "leading", "standing")
LEADING = 3
FIRM, OPEN, NEVER = (
    "First three whatever the weights",
    "Depends on the weights",
    "Not in the first three",
)


def ranked(
    opportunities: pd.DataFrame,
    sources: tuple[str, ...],
    weights: Mapping[str, float] = WEIGHTS,
) -> Aggregate:
    """Return the opportunities in order of priority, with their place under other weights.

    Args:
        opportunities: As `rows.ready` returns it.
        sources: Where they come from.
        weights: Of "value", "feasibility" and "evidence"; they add up to 1.

    Returns:
        `rank` (1 is first), `low`, `high` (£), `feasibility` and `evidence` in words,
        `best` and `worst` (the rank under any weighting in tenths that leaves each at least
        one), `leading` (% of those weightings that put it in the first three), `standing` and
        `outcome`. What is not rated counts as the lowest grade. Ties go by opportunity_id, so
        that the order of the rows never matters.
    """
    rows = opportunities.sort_values("opportunity_id", ignore_index=True)
    marks = scores(rows)
    rank = _ranks(marks @ _vector(weights))
    others = np.array([_ranks(marks @ np.array(w)) for w in weightings()])
    frame = rows.assign(
        rank=rank.astype(float),
        middle=(rows["low"] + rows["high"]) / 2,
        best=others.min(axis=0).astype(float),
        worst=others.max(axis=0).astype(float),
        leading=100 * (others <= LEADING).mean(axis=0),
        evidence=rows["evidence_grade"].map(GRADE_WORDS).fillna("Not rated"),
        feasibility=rows["feasibility"].map(_out_of_five),
    )
    frame["standing"] = np.select(
        [frame["worst"] <= LEADING, frame["best"] > LEADING], [FIRM, NEVER], OPEN
    )
    shares = ", ".join(f"{name} {100 * w:.0f}%" for name, w in weights.items())
    return Aggregate(
        frame=frame.sort_values("rank", ignore_index=True),
        universe="Opportunities in order of priority",
        dimensions=("opportunity",),
        measures=_measures(),
        source="plan",
        sources=sources,
        method=f"Weights: {shares}. Value is the middle of low and high over the largest such; "
        "feasibility 1 to 5 and evidence weak to strong run from 0 to 1; what is not rated counts "
        f"as the lowest. Tried again under {len(weightings())} weightings in tenths.",
        not_summed=("opportunity",),
    )


def _measures() -> tuple[Measure, ...]:
    return (
        Measure("rank", "Rank", "number", decimals=0),
        Measure("low", "Low value a year", "£"),
        Measure("high", "High value a year", "£"),
        Measure("middle", "Middle of low and high", "£"),
        Measure("feasibility", "Feasibility", "text"),
        Measure("evidence", "Evidence", "text"),
        Measure("best", "Best rank", "number", decimals=0),
        Measure("worst", "Worst rank", "number", decimals=0),
        Measure("leading", "Weightings with it in the first three", "%"),
        Measure("standing", "What that means", "text"),
        Measure("outcome", "What it does for children", "text"),
    )


def scores(rows: pd.DataFrame) -> np.ndarray:
    """Return value, feasibility and evidence of each row, each from 0 to 1."""
    middle = ((rows["low"] + rows["high"]) / 2).fillna(0.0).clip(lower=0.0)
    largest = float(middle.max()) if len(middle) else 0.0
    value = middle / largest if largest > 0 else middle
    feasible = ((rows["feasibility"] - 1) / 4).fillna(0.0)
    evidence = rows["evidence_grade"].map(GRADES).fillna(0.0)
    return np.column_stack([value, feasible, evidence])


def weightings() -> list[tuple[float, float, float]]:
    """Return every way to part ten tenths among the three, each having at least one."""
    parts = itertools.product(range(1, TENTHS), repeat=2)
    return [(a / TENTHS, b / TENTHS, (TENTHS - a - b) / TENTHS) for a, b in parts if a + b < TENTHS]


def _vector(weights: Mapping[str, float]) -> np.ndarray:
    made = np.array([weights[name] for name in WEIGHTS])
    if abs(made.sum() - 1) > 1e-9 or (made < 0).any():
        raise ValueError("weights of value, feasibility and evidence must add up to 1.")
    return made


def _ranks(score: np.ndarray) -> np.ndarray:
    """Return the rank of each score, largest first; rows that tie keep their order."""
    order = np.argsort(-np.round(score, 9), kind="stable")
    ranks = np.empty(len(score), dtype=int)
    ranks[order] = np.arange(1, len(score) + 1)
    return ranks


def _out_of_five(grade: float) -> str:
    return "Not rated" if pd.isna(grade) else f"{grade:.0f} of 5"


def finding(made: Aggregate) -> Finding:
    """Return the finding on what comes first.

    Args:
        made: As `ranked` returns it, with at least one row.
    """
    first = made.frame.iloc[0]
    opportunity = str(first["opportunity"])
    cells = {end: made.cell(end, opportunity=opportunity) for end in ("low", "high")}
    name = opportunity.replace("{", "(").replace("}", ")")
    return Finding(
        id="14.priority.first",
        stage="Module 1",
        sentence=f"First in order of value, feasibility and evidence: {name}, worth "
        "{low} to {high} a year in full.",
        cells=cells,
        value=made.cell("middle", opportunity=opportunity),
        low=cells["low"],
        high=cells["high"],
        outcome=str(first["outcome"]),
        criterion=3,
        priority=60,
    )

"""The shortlist: the cohorts that case reviews and surveys should look into first."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose.cohorts import FEWEST, OTHER
from toolkit.evidence import Finding

TOP = 5  # cohorts taken from each ranking
RANKED: Mapping[str, str] = {
    "change": "most growth",
    "spend": "highest spend",
    "scope": "most spend above the same need and age elsewhere",
}
NONE_STANDS_OUT = (
    f"No cohort can be named: none of {FEWEST} plans or more stands alone and grew, or has costs."
)


def of(cohorts: Aggregate, top: int = TOP) -> Aggregate:
    """Return the cohorts that are among the first in growth, spend or scope, with the reason.

    Args:
        cohorts: As `cohorts.found` returns it.
        top: How many cohorts each ranking gives.

    Returns:
        The rows of `cohorts` that stand alone and are on at least one list, with `reason` in
        words, in the order of ages, needs and provisions: the list is no ranking.
    """
    alone = cohorts.frame[~cohorts.frame["cohort"].isin([OTHER, "All"])]
    said: dict[str, list[str]] = {}
    known = {m.column for m in cohorts.measures}
    for column, words in RANKED.items():
        if column not in known:
            continue
        grew = alone[alone[column].gt(0)]
        ranked = grew.sort_values([column, "cohort"], ascending=[False, True])
        for code in ranked["cohort"].head(top):
            said.setdefault(code, []).append(words)
    chosen = alone[alone["cohort"].isin(list(said))]
    each = [[f"the {top} with {words}" for words in said[c]] for c in chosen["cohort"]]
    reason = [f"Among {' and '.join(lists)}." for lists in each]
    kept = Measure("reason", "Why look here", "text", ("plans_last",))
    frame = chosen.assign(reason=reason).reset_index(drop=True)
    return Aggregate(
        **{
            **{k: getattr(cohorts, k) for k in cohorts.__dataclass_fields__},
            "frame": frame,
            "measures": (*cohorts.measures, kept),
            "method": f"{cohorts.method}The list holds the first {top} in growth (plans), in "
            "spend and in spend above elsewhere.",
        }
    )


def coverage(cohorts: Aggregate, chosen: Aggregate) -> Aggregate:
    """Return how many of all plans, and how much of all spend, the shortlist holds.

    Returns:
        One row: `cohorts` (number), `plans` and `base` (people), `share` (%), and where costs
        are held `spend_share` (%).
    """
    whole = cohorts.frame[cohorts.frame["cohort"].eq("All")].iloc[0]
    row = {
        "cohorts": float(len(chosen.frame)),
        "plans": float(chosen.frame["plans_last"].sum()),
        "base": float(whole["plans_last"]),
    }
    row["share"] = 100 * row["plans"] / row["base"]
    last = cohorts.measure("plans_last").where
    both = ("plans", "base")
    measures = [
        Measure("cohorts", "Cohorts on the list", "number", decimals=0),
        Measure("plans", "Plans in them", "people", where={**last, "shortlist": "on it"}),
        Measure("base", "All plans", "people", where=last),
        Measure("share", "Share of all plans", "%", both),
    ]
    if "spend" in {m.column for m in cohorts.measures}:
        spent = float(whole["spend"]) or float("nan")
        row["spend_share"] = 100 * float(chosen.frame["spend"].sum()) / spent
        measures.append(Measure("spend_share", "Share of spend", "%", both))
    return Aggregate(
        frame=pd.DataFrame([row]),
        universe=cohorts.universe,
        dimensions=(),
        measures=tuple(measures),
        source="local",
        sources=cohorts.sources,
        method=chosen.method,
        period=cohorts.period,
        not_summed=cohorts.not_summed,
    )


def told(covered: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on what the shortlist holds, and its cells."""
    count = int(covered.frame["cohorts"].iloc[0])
    if not count:
        return NONE_STANDS_OUT, {}
    start = "The one cohort to look into first holds"
    cells: dict[str, Cell | str] = {"share": covered.cell("share")}
    if count > 1:
        start = "The {cohorts} cohorts to look into first hold"
        cells["cohorts"] = covered.cell("cohorts")
    sentence = f"{start} {{share}} of all plans"
    if "spend_share" in covered.frame:
        sentence += " and {spend_share} of the spend on placements"
        cells["spend_share"] = covered.cell("spend_share")
    return f"{sentence}.", cells


def finding(covered: Aggregate) -> Finding | None:
    """Return the finding on the cohorts that case reviews and surveys should look into.

    None where there is no such cohort.
    """
    if not covered.frame["cohorts"].iloc[0]:
        return None
    sentence, cells = told(covered)
    return Finding(
        id="11.cohorts.shortlist",
        stage="Module 1",
        sentence=sentence,
        cells={name: c for name, c in cells.items() if isinstance(c, Cell)},
        value=covered.cell("share"),
        base=covered.cell("plans"),
        outcome="The list says whose support to look at first; whether their needs are met is "
        "asked of the children, their families and those who work with them.",
        criterion=2,
        priority=70,
    )

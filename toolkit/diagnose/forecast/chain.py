"""The chain of demand: pupils, SEN Support, plans, and plans supported in mainstream.

Four links, each needed twice: as it is, and an up-to-date view of how it will change. Needs the
table `chain`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose import years
from toolkit.errors import InputError

COMPONENTS = {
    "total_pupils": "Total pupil cohort",
    "sen_support_rate": "% of pupils that require SEN Support",
    "ehcp_rate": "% of pupils with SEN Support that require an EHC plan",
    "mainstream_rate": "% of pupils with a plan that can be supported in mainstream",
}
RATES = tuple(COMPONENTS)[1:]
VIEWS = {"current": "As it is", "future": "As it will be"}
STEPS = {
    "pupils": "Pupils",
    "sen_support": "With SEN Support",
    "ehcp": "With a plan",
    "mainstream": "Of them in mainstream",
    "elsewhere": "Of them elsewhere",
}
WHOLE = 100.0


def multiplied(values: Mapping[str, float]) -> dict[str, float]:
    """Return the people at each step of the chain, from its four components.

    50,000 pupils x 10% x 20% x 40% are 400 in mainstream, and 600 elsewhere.
    """
    pupils = values["total_pupils"]
    support = pupils * values["sen_support_rate"] / WHOLE
    plans = support * values["ehcp_rate"] / WHOLE
    inside = plans * values["mainstream_rate"] / WHOLE
    return dict(zip(STEPS, (pupils, support, plans, inside, plans - inside), strict=True))


def _latest(chain: pd.DataFrame) -> pd.DataFrame:
    """Return the latest value of each view and component; InputError where a rate cannot be."""
    known = chain.dropna(subset="value").sort_values("academic_year")
    rates = known[known["component"].isin(RATES)]
    wrong = rates[~rates["value"].between(0, WHOLE)]
    if len(wrong):
        row = wrong.iloc[0]
        raise InputError(
            f"'{row['component']}' is {row['value']:g}, which is no percentage.",
            where="chain, column value",
            remedy="Write a share of the link before in %, from 0 to 100.",
        )
    return known.drop_duplicates(["view", "component"], keep="last")


def steps(chain: pd.DataFrame, sources: tuple[str, ...]) -> Aggregate:
    """Return the people at each step of the chain, as it is and as it will be.

    Returns:
        One row a `step`: `current`, `future` and `change` (people, as estimates). A view that
        lacks a link is missing from there on: nothing is filled in for it.
    """
    latest = _latest(chain)
    made = {}
    for view in VIEWS:
        own = latest[latest["view"].eq(view)].set_index("component")["value"].astype(float)
        values = {c: float(own.get(c, np.nan)) for c in COMPONENTS}
        made[view] = multiplied(values)
    frame = pd.DataFrame(made).rename_axis("step").reset_index()
    at = {v: _year(latest[latest["view"].eq(v)]) for v in VIEWS}
    return Aggregate(
        frame=frame.assign(change=frame["future"] - frame["current"]),
        universe="Chain of demand",
        dimensions=("step",),
        measures=(
            Measure("current", f"As it is{at['current']}", "number", decimals=0),
            Measure("future", f"As it will be{at['future']}", "number", decimals=0),
            Measure("change", "Change", "number", decimals=0),
        ),
        source="plan",
        sources=sources,
        method="Pupils x % with SEN Support x % of these that need a plan x % of these supported "
        "in mainstream. Estimates from the links, and no count of records.",
        not_summed=("step",),
        labels={"step": STEPS},
    )


def _year(rows: pd.DataFrame) -> str:
    if rows.empty:
        return ""
    return f", {years.label(int(rows['academic_year'].max()), '/')}"


def completeness(chain: pd.DataFrame, sources: tuple[str, ...]) -> Aggregate:
    """Return which of the eight cells are known: four components, two views.

    Returns:
        One row a `component`: `current` and `future` in words ("Missing" where unknown), with
        `current_source` and `future_source`.
    """
    latest = _latest(chain)
    keys = list(zip(latest["view"], latest["component"], strict=True))
    values = dict(zip(keys, latest["value"].astype(float), strict=True))
    origins = dict(zip(keys, latest["source"], strict=True))
    rows = []
    for component in COMPONENTS:
        row: dict[str, object] = {"component": component}
        for view in VIEWS:
            value, origin = (held.get((view, component)) for held in (values, origins))
            row[view] = "Missing" if value is None else _said(component, value)
            row[f"{view}_source"] = origin if isinstance(origin, str) else "Not stated"
        rows.append(row)
    return Aggregate(
        frame=pd.DataFrame(rows),
        universe="Chain of demand, what is known",
        dimensions=("component",),
        measures=(
            Measure("current", VIEWS["current"], "text"),
            Measure("current_source", "Source", "text"),
            Measure("future", VIEWS["future"], "text"),
            Measure("future_source", "Source of it", "text"),
        ),
        source="plan",
        sources=sources,
        method="Each component needs the current picture and an up-to-date view of how it will "
        "change. The latest value counts.",
        not_summed=("component",),
        labels={"component": COMPONENTS},
    )


def _said(component: str, value: float) -> str:
    return f"{value:g}%" if component in RATES else f"{value:,.0f}"


def missing(known: Aggregate) -> list[str]:
    """Return the cells of the completeness table that are missing, in words."""
    return [
        f"{COMPONENTS[str(c)]}: {VIEWS[view].lower()}"
        for c, *cells in known.frame[["component", *VIEWS]].itertuples(index=False, name=None)
        for view, said in zip(VIEWS, cells, strict=True)
        if said == "Missing"
    ]


def told(shown: Aggregate, known: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on the chain, and on what is missing of it, and its cells.

    Args:
        shown: As `steps` returns it.
        known: As `completeness` returns it.
    """
    gone = missing(known)
    held = f"{len(COMPONENTS) * len(VIEWS) - len(gone)} of {len(COMPONENTS) * len(VIEWS)}"
    if shown.frame["current"].isna().any():
        return "The chain of demand is not complete: {held} of its cells are known.", {"held": held}
    sentence = (
        "By the chain, {plans} pupils need a plan: {inside} in mainstream, {outside} elsewhere. "
        "{held} of its cells are known."
    )
    return sentence, {
        "plans": shown.cell("current", step="ehcp"),
        "inside": shown.cell("current", step="mainstream"),
        "outside": shown.cell("current", step="elsewhere"),
        "held": held,
    }

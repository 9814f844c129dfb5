"""The opportunity matrix: value by setting and area of opportunity, and its total.

Totals are computed here, never copied: where somebody has typed one, it is held against the sum.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose.opportunities.base import EVERY
from toolkit.diagnose.opportunities.legend import marked, marks_of
from toolkit.diagnose.opportunities.rows import setting_labels
from toolkit.evidence import Finding

TYPED_TOTAL = "opportunities.total"  # the assumption that holds a total typed elsewhere
VALUE = ("outcome", "low", "high")
NEEDS = ("enablers", "workstream")
BY_SETTING = ("opportunities", "outcome", "low", "high")
ALL_OUTCOMES = "All of the outcomes above"
SUMMED = (
    "The total adds up the low values and the high values. What two opportunities have in common "
    "is not taken out of it."
)
AGREES, DIFFERS = "Agrees with the rows", "Does not agree with the rows"
LOW, HIGH = Measure("low", "Low value a year", "£"), Measure("high", "High value a year", "£")
MIDDLE = Measure("middle", "Middle of low and high", "£")
OUTCOME = Measure("outcome", "What it does for children", "text")


def matrix(
    opportunities: pd.DataFrame,
    settings: pd.DataFrame,
    enablers: pd.DataFrame,
    sources: tuple[str, ...],
) -> Aggregate:
    """Return the matrix, one row an area of opportunity within its setting, and the total.

    Args:
        opportunities: As `rows.ready` returns it.
        settings: Reference table `opportunity_settings`.
        enablers: Reference table `enablers`.
        sources: Where the opportunities come from.

    Returns:
        `low`, `high` and their `middle` (£ a year, in full), `enablers` (their marks),
        `workstream` and `outcome`. The row "All" is the total.
    """
    marks = marks_of(enablers)
    rows = opportunities.assign(
        enablers=[" ".join(marked(named, marks)) for named in opportunities["enablers"]]
    )
    total = {
        **{"setting": EVERY, "opportunity": EVERY, "outcome": ALL_OUTCOMES},
        **{"enablers": "", "workstream": ""},
        **{name: rows[name].sum() for name in ("low", "high")},
    }
    frame = pd.concat([rows, pd.DataFrame([total])], ignore_index=True) if len(rows) else rows
    named = (Measure("enablers", "Enablers", "text"), Measure("workstream", "Workstream", "text"))
    measures = (LOW, HIGH, MIDDLE, *named, OUTCOME)
    return _values(frame, ("setting", "opportunity"), measures, settings, sources)


def needs(made: Aggregate) -> Aggregate:
    """Return what each opportunity of a matrix needs: its enablers, and its workstream.

    Args:
        made: As `matrix` returns it.
    """
    return replace(
        made,
        frame=made.frame[made.frame["setting"].ne(EVERY)].reset_index(drop=True),
        universe="What the opportunities need",
        dimensions=("opportunity",),
        measures=tuple(made.measure(name) for name in NEEDS),
        method="The marks are those of the enablers above.",
        labels={},
    )


def by_setting(
    opportunities: pd.DataFrame, settings: pd.DataFrame, sources: tuple[str, ...]
) -> Aggregate:
    """Return the value by setting, and the total.

    Returns:
        `opportunities` (how many), `low`, `high` and their `middle` (£ a year), and `outcome`.
        A setting without an opportunity has a row of noughts.
    """
    rows = []
    for setting in settings["setting"]:
        own = opportunities[opportunities["setting"].eq(setting)]
        said = "; ".join(dict.fromkeys(o for o in own["outcome"] if o)) or "No opportunity yet"
        rows.append(_summed(own, setting, said))
    frame = pd.DataFrame([*rows, _summed(opportunities, EVERY, ALL_OUTCOMES)])
    count = Measure("opportunities", "Opportunities", "number")
    return _values(frame, ("setting",), (count, LOW, HIGH, MIDDLE, OUTCOME), settings, sources)


def _summed(own: pd.DataFrame, setting: str, outcome: str) -> dict[str, object]:
    sums = {name: float(own[name].sum()) for name in ("low", "high")}
    return {"setting": setting, "opportunities": float(len(own)), **sums, "outcome": outcome}


def _values(
    frame: pd.DataFrame,
    dimensions: tuple[str, ...],
    measures: tuple[Measure, ...],
    settings: pd.DataFrame,
    sources: tuple[str, ...],
) -> Aggregate:
    frame = frame.assign(middle=(frame["low"] + frame["high"]) / 2)
    return Aggregate(
        frame=frame.reset_index(drop=True),
        universe="Opportunities",
        dimensions=dimensions,
        measures=measures,
        source="plan",
        sources=sources,
        method=f"Value a year once it works in full, as agreed. {SUMMED}",
        not_summed=dimensions,
        labels={"setting": setting_labels(settings)},
    )


def typed_total(assumptions: pd.DataFrame) -> tuple[float, float] | None:
    """Return the total that somebody typed (low, high; £), or None.

    Args:
        assumptions: Table `assumptions`; the row "opportunities.total" holds it.
    """
    rows = assumptions[assumptions["assumption_id"].eq(TYPED_TOTAL)]
    if rows.empty:
        return None
    row = rows.iloc[0]
    ends = [row[c] if pd.notna(row[c]) else row["value"] for c in ("low", "high")]
    return None if pd.isna(ends).any() else (float(ends[0]), float(ends[1]))


def checked_total(
    opportunities: pd.DataFrame, typed: tuple[float, float], sources: tuple[str, ...]
) -> Aggregate:
    """Return the computed total beside the typed one, low and high, and whether they agree."""
    rows = [
        (end, float(opportunities[end].sum()), given)
        for end, given in zip(("low", "high"), typed, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["end", "computed", "typed"])
    frame["difference"] = frame["typed"] - frame["computed"]
    wrong = frame["difference"].abs() >= 0.5  # half a pound: what rounding may leave
    frame["verdict"] = wrong.map({True: DIFFERS, False: AGREES})
    return Aggregate(
        frame=frame,
        universe="Total of the opportunity matrix",
        dimensions=("end",),
        measures=(
            Measure("computed", "Sum of the rows", "£"),
            Measure("typed", "Total that was typed", "£"),
            Measure("difference", "Typed less computed", "£"),
            Measure("verdict", "Verdict", "text"),
        ),
        source="plan",
        sources=sources,
        method="The sum of the rows is used everywhere; a typed total is only held against it.",
        not_summed=("end",),
        labels={"end": {"low": "Low", "high": "High"}},
    )


def told(made: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on the total of the matrix, and its cells."""
    cells: dict[str, Cell | str] = {end: made.cell(end, setting=EVERY) for end in ("low", "high")}
    cells["count"] = made.cell("opportunities", setting=EVERY)
    return (
        "Opportunities listed: {count}. Together they come to {low} to {high} a year once all work "
        "in full, before what they have in common is taken out.",
        cells,
    )


def finding(made: Aggregate) -> Finding:
    """Return the finding on the total of the matrix, with the outcomes beside it.

    Args:
        made: As `by_setting` returns it.
    """
    sentence, _ = told(made)
    cells = {end: made.cell(end, setting=EVERY) for end in ("low", "high")}
    outcomes = [o for o in made.frame.loc[made.frame["low"].gt(0), "outcome"] if o != ALL_OUTCOMES]
    return Finding(
        id="14.matrix.total",
        stage="Module 1",
        sentence=sentence,
        cells={**cells, "count": made.cell("opportunities", setting=EVERY)},
        value=made.cell("middle", setting=EVERY),
        base=made.cell("opportunities", setting=EVERY),
        low=cells["low"],
        high=cells["high"],
        outcome="; ".join(outcomes),
        criterion=2,
        priority=70,
    )

"""The opportunity matrix: value by setting and area of opportunity, its share of spend, enablers.

Totals are computed here, never copied: where somebody has typed one, it is held against the sum.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose.opportunities.base import EVERY, Base
from toolkit.diagnose.opportunities.rows import listed, setting_labels, text
from toolkit.evidence import Finding

TYPED_TOTAL = "opportunities.total"  # the assumption that holds a total typed elsewhere
VALUE = ("low", "high", "outcome")
NEEDS = ("enablers", "workstream")
SHARE = ("low", "high", "base", "share_low", "share_high")
BY_SETTING = ("opportunities", "low", "high", "outcome")
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
    marks = _marks(enablers)
    rows = opportunities.assign(
        enablers=[" ".join(_marked(named, marks)) for named in opportunities["enablers"]]
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


def shares(
    opportunities: pd.DataFrame, settings: pd.DataFrame, on: Base, sources: tuple[str, ...]
) -> Aggregate:
    """Return value as a share of spend: each opportunity, then its setting, then all of them.

    Args:
        opportunities: As `rows.ready` returns it.
        settings: Reference table `opportunity_settings`.
        on: Spend by setting.
        sources: Where the opportunities come from.

    Returns:
        `low` and `high` (£ a year), `base` (£), `share_low` and `share_high` (% of the base).
        The base of an opportunity is the spend that it states, else that of its setting; of a
        setting ("All" opportunities) and of all settings, what is recorded.
    """
    ends = ["low", "high"]
    summed = opportunities.groupby("setting", sort=False)[ends].sum().reset_index()
    every = {"setting": EVERY, **opportunities[ends].sum().to_dict()}
    totals = pd.concat([summed, pd.DataFrame([every])]).assign(
        opportunity=EVERY, base_spend=float("nan")
    )
    columns = ["setting", "opportunity", *ends, "base_spend"]
    frame = on.beside(pd.concat([opportunities[columns], totals[columns]], ignore_index=True))
    frame["base"] = frame["base_spend"].fillna(frame["spend"])
    known = frame["base"].where(frame["base"] > 0)
    for end in ends:
        frame[f"share_{end}"] = 100 * frame[end] / known
    rests = (*on.rests_on, "base")
    return Aggregate(
        frame=frame,
        universe=on.universe,
        dimensions=("setting", "opportunity"),
        measures=(
            LOW,
            HIGH,
            Measure("base", "Spend that it is a share of", "£", on.rests_on),
            Measure("share_low", "Low, share of it", "%", rests),
            Measure("share_high", "High, share of it", "%", rests),
            *on.people,
        ),
        source="local" if on.is_local else "plan",
        sources=tuple(dict.fromkeys((*sources, *on.sources))),
        method=f"Base of a setting: {on.said}. Base of an opportunity: the spend that it states, "
        "else that of its setting. Reviews reach every plan, so that the bases do not add up.",
        not_summed=("financial_year", "year", "area", "setting", "opportunity"),
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


def _marks(enablers: pd.DataFrame) -> dict[str, str]:
    """Return the mark of each enabler, by every way that it may be written."""
    named = zip(enablers["enabler"], enablers["label"], enablers["mark"], strict=True)
    return {_plain(name): mark for key, label, mark in named for name in (key, label)}


def _plain(name: str) -> str:
    return " ".join(
        name.casefold().replace("&", " and ").replace("behavioral", "behavioural").split()
    )


def _marked(named: str, marks: dict[str, str]) -> list[str]:
    """Return the marks of the enablers in a text; one that is not known stands in its own words."""
    return list(dict.fromkeys(marks.get(_plain(name), name) for name in listed(named)))


def enabler_count(
    opportunities: pd.DataFrame, enablers: pd.DataFrame, sources: tuple[str, ...]
) -> Aggregate:
    """Return the legend: each of the five enablers, and how many opportunities need it.

    A name that is none of the five has a row of its own, so that it can be mended.
    """
    marks = _marks(enablers)
    marked = [_marked(named, marks) for named in text(opportunities["enablers"])]
    rows = [
        (row.label, row.mark, sum(row.mark in own for own in marked), row.means)
        for row in enablers.itertuples(index=False)
    ]
    known = set(enablers["mark"])
    others = dict.fromkeys(mark for own in marked for mark in own if mark not in known)
    rows += [(o, "", sum(o in own for own in marked), "None of the five") for o in others]
    frame = pd.DataFrame(rows, columns=["enabler", "mark", "opportunities", "means"])
    return Aggregate(
        frame=frame.astype({"opportunities": float}),
        universe="Enablers",
        dimensions=("enabler",),
        measures=(
            Measure("mark", "Mark", "text"),
            Measure("opportunities", "Opportunities that need it", "number"),
            Measure("means", "What it means", "text"),
        ),
        source="plan",
        sources=(*sources, "DBV opportunity matrix"),
        method="An opportunity can need several enablers.",
        not_summed=("enabler",),
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
        value=cells["high"],
        low=cells["low"],
        high=cells["high"],
        outcome="; ".join(outcomes),
        criterion=2,
        priority=70,
    )

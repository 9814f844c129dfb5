"""Variation: by school, locality, need, age, referrer and time, against chance.

Three things are compared, since each can be acted on: new plans in mainstream schools, children
with a plan who leave them, and requests for an assessment that are refused. Each function takes
the cases that `variation_cases` makes and returns an `Aggregate`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose import funnel
from toolkit.diagnose.caseload import NO_LABELS, Labels

LIMITS = tuple(funnel.LIMITS)
FUNNEL = {"low": "low998", "high": "high998", "inner": ("low95", "high95"), "middle": "par"}
SHOWN = ("base", "events", "rate", "expected", "ratio", "verdict")
UNKNOWN = "unknown"
RECENT = 3  # years since the start of a plan that is called new: in one, most schools have few
REFERRERS = {  # SEN2 RequestSource
    "1": "Young person or parent",
    "2": "School or other education setting",
    "3": "Health",
    "4": "Social care",
    "5": "Other",
}


@dataclass(frozen=True)
class Occurrence:
    """What is compared.

    Attributes:
        universe: What is counted, as an `Aggregate` has it.
        base: To whom it could happen, as a heading.
        event: What happened, as a heading.
        who: Those to whom it happened, as a sentence has them.
        where: The filters of the count of those.
        method: What counts as having happened.
        when: What stands before a year of the period.
    """

    universe: str
    base: str
    event: str
    who: str = ""
    where: Mapping[str, str] = field(default_factory=dict)
    method: str = ""
    when: str = ""


MOVED = Occurrence(
    universe="Plans in mainstream schools at a January census, followed for a year",
    base="Plans in mainstream, each January",
    event="Moved out within a year",
    who="those who moved out of mainstream",
    where={"then": "moved_out"},
    when="January ",
    method="A plan that was in a mainstream school at a January census has moved out if its "
    "main placement at the next is a special, independent or alternative one. A move to "
    "resourced provision, to college, or a plan that ceased is no move out.",
)
NEW = Occurrence(
    universe="Plans in mainstream schools at the latest January census, new or not",
    base="Plans in mainstream",
    event=f"Started in the last {RECENT} years",
    who="the new plans in mainstream schools",
    where={"started": "lately"},
    method=f"A plan in a mainstream school at the latest January census is new if it started in "
    f"the {RECENT} years before. How many pupils a school has is not held, so that new plans "
    "stand beside all plans of the school, not beside its pupils.",
    when="January ",
)
REFUSED = Occurrence(
    universe="Requests for an assessment that were agreed or refused",
    base="Requests decided",
    event="Assessment refused",
    who="those who were refused",
    where={"decision": "refused"},
    method="Requests with a decision; those withdrawn or not yet decided stay out.",
)


def compare(
    cases: pd.DataFrame,
    by: str,
    what: Occurrence,
    sources: tuple[str, ...],
    labels: Labels = NO_LABELS,
    adjust: tuple[str, ...] = (),
) -> Aggregate:
    """Return how often it happened in each unit, against what was to be expected.

    Args:
        cases: One row a case, with `event` and the columns named.
        by: The column that names the units, as in "school".
        what: What is compared.
        sources: Where the cases come from.
        labels: For a dimension, what its codes are called.
        adjust: Columns that the expected number is adjusted for, as in ("age",).

    Returns:
        One row a unit and "All": `base` and `events` (people), `rate` (%), `expected`
        (number), `ratio` (events over expected, 100 being as expected), the four limits of
        `funnel.LIMITS` on that scale, `par`, which is 100, and `verdict` in words; "" for
        the unit "unknown".
    """
    rows = cases.assign(base=1.0, events=cases["event"].astype(float))
    rows = rows.assign(expected=expected(rows, adjust))
    table = rows.groupby(by)[["base", "events", "expected"]].sum().reset_index()
    judged = funnel.judge(table["events"], table["base"], table["expected"], "binomial")
    table = pd.concat([table, judged], axis=1)
    table.loc[table[by].eq(UNKNOWN), "verdict"] = ""
    table = table.astype({by: object})  # a year's column takes "All" as well
    table.loc[len(table)] = {by: "All", **table[["base", "events", "expected"]].sum()}
    table["rate"] = 100 * table["events"] / table["base"]
    of = table["expected"].where(table["expected"] > 0)
    table["ratio"] = 100 * table["events"] / of
    table[list(LIMITS)] = 100 * table[list(LIMITS)].div(of, axis=0)
    table["par"] = 100.0
    table["verdict"] = table["verdict"].map(funnel.VERDICTS).fillna("")
    return Aggregate(
        frame=table,
        universe=what.universe,
        dimensions=(by,),
        measures=measures(what),
        source="local",
        sources=sources,
        method=_method(what, adjust),
        period=_period(cases["year"], what.when),
        not_summed=("area",),
        labels=_named(labels, by),
    )


def compare_all(
    cases: pd.DataFrame, what: Occurrence, sources: tuple[str, ...], labels: Labels = NO_LABELS
) -> dict[str, Aggregate]:
    """Return plans in mainstream schools compared by each cut, by its name.

    Schools, localities and referrers are adjusted for age and need; needs, age groups and years
    stand beside the rate of all. New plans are not compared by referrer: who asked is recorded
    for newer plans more often, so that the known ones are new by that alone.
    """
    fair = ("school", "locality", *(() if what is NEW else ("request_source",)))
    adjust = ("age", "primary_need")
    adjusted = {cut: compare(cases, cut, what, sources, labels, adjust) for cut in fair}
    plain = ["primary_need", "age_group", *(["year"] if cases["year"].nunique() > 1 else [])]
    return {**adjusted, **{cut: compare(cases, cut, what, sources, labels) for cut in plain}}


def expected(rows: pd.DataFrame, adjust: tuple[str, ...]) -> pd.Series:
    """Return how likely the event was for each case; the sum over all is what happened.

    The rate of all, times for each column adjusted for the rate of the case's own value over
    the rate of all, as if the columns acted independently; then scaled to the events.
    """
    overall = float(rows["events"].mean()) if len(rows) else 0.0
    made = pd.Series(overall, index=rows.index)
    for column in adjust:
        own = rows.groupby(rows[column].astype("string").fillna(UNKNOWN))["events"]
        made = made * own.transform("mean") / overall if overall else made
    total = float(made.sum())
    return made * float(rows["events"].sum()) / total if total else made


def measures(what: Occurrence, base: Measure | None = None) -> tuple[Measure, ...]:
    """Return the measures of a comparison; `base` where it is not a count of people."""
    both = ("events", "base") if base is None else ("events",)
    names = {"low95": "95% limit, low", "high95": "95% limit, high"}
    names |= {"low998": "99.8% limit, low", "high998": "99.8% limit, high"}
    return (
        base or Measure("base", what.base, "people"),
        Measure("events", what.event, "people", where=what.where),
        Measure("rate", "Rate", "%" if base is None else "number", both, decimals=1),
        Measure("expected", "Number expected", "number", both, decimals=1),
        Measure("ratio", "Per 100 expected", "number", both, decimals=0),
        *(Measure(name, label, "number", both, decimals=0) for name, label in names.items()),
        Measure("par", "As expected", "number", decimals=0),
        Measure("verdict", "Against chance", "text", both),
    )


def _method(what: Occurrence, adjust: tuple[str, ...]) -> str:
    named = {"age": "age", "primary_need": "primary need"}
    how = (
        f"as the same mix of {' and '.join(named.get(a, a) for a in adjust)} would bring at the "
        "area's own rates"
        if adjust
        else "at the rate of all together"
    )
    return (
        f"{what.method} Expected = {how}. Limits: exact binomial, 95% and 99.8%. By chance alone "
        "1 unit in 20 lies outside the first and 1 in 500 outside the second. Outside means: "
        "ask, not blame."
    )


def _named(labels: Labels, *dimensions: str) -> Labels:
    known = {"request_source": REFERRERS, **labels}
    return {**known, **{d: {**known.get(d, {}), UNKNOWN: "Not recorded"} for d in dimensions}}


def _period(years: pd.Series, when: str) -> str:
    if not len(years):
        return ""
    first, last = f"{when}{years.min()}", f"{when}{years.max()}"
    return first if first == last else f"{first} to {last}"


def rates(
    cases: pd.DataFrame,
    *dimensions: str,
    what: Occurrence,
    sources: tuple[str, ...],
    labels: Labels = NO_LABELS,
) -> Aggregate:
    """Return base, events and rate by two dimensions, for a heat map."""
    rows = cases.assign(base=1.0, events=cases["event"].astype(float))
    table = rows.groupby(list(dimensions))[["base", "events"]].sum().reset_index()
    table["rate"] = 100 * table["events"] / table["base"]
    return Aggregate(
        frame=table,
        universe=what.universe,
        dimensions=dimensions,
        measures=measures(what)[:3],
        source="local",
        sources=sources,
        method=f"{what.method} Rate = those to whom it happened / all of the cell.",
        period=_period(cases["year"], what.when),
        not_summed=("area",),
        labels=_named(labels, *dimensions),
    )

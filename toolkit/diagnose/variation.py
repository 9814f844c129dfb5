"""Variation: by school, locality, need, age, referrer and time, against chance.

Two things are compared, since both can be acted on: children with a plan who leave mainstream
schools, and requests for an assessment that are refused. Each function takes DataFrames of the
data schedule and returns a new one or an `Aggregate`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose import funnel
from toolkit.diagnose.caseload import NO_LABELS, Labels

OUT = ("state_special", "nmiss", "ap_hospital")
YEARS = 5  # pooled: in one year most schools see too few moves to tell chance from pattern
LIMITS = tuple(funnel.LIMITS)
FUNNEL = {"low": "low998", "high": "high998", "inner": ("low95", "high95"), "middle": "par"}
SHOWN = ("base", "events", "rate", "expected", "ratio", "verdict")
UNKNOWN = "unknown"
REFERRERS = {  # SEN2 RequestSource
    "1": "Young person or parent",
    "2": "School or other education setting",
    "3": "Health",
    "4": "Social care",
    "5": "Other",
}


@dataclass(frozen=True)
class Occurrence:
    """What is compared: to whom it could happen, what happened, and how a count is keyed."""

    universe: str
    base: str
    event: str
    where: Mapping[str, str] = field(default_factory=dict)
    method: str = ""
    when: str = ""


MOVED = Occurrence(
    universe="Plans in mainstream schools at a January census, followed for a year",
    base="Plans in mainstream, each January",
    event="Moved out within a year",
    where={"then": "moved_out"},
    when="January ",
    method="A plan that was in a mainstream school at a January census has moved out if its "
    "main placement at the next is a special, independent or alternative one. A move to "
    "resourced provision, to college, or a plan that ceased is no move out.",
)
REFUSED = Occurrence(
    universe="Requests for an assessment that were agreed or refused",
    base="Requests decided",
    event="Assessment refused",
    where={"decision": "refused"},
    method="Requests with a decision; those withdrawn or not yet decided stay out.",
)


def moves(
    people: pd.DataFrame,
    placements: pd.DataFrame,
    censuses: pd.DataFrame,
    requests: pd.DataFrame,
    most_years: int = YEARS,
) -> pd.DataFrame:
    """Return every plan in a mainstream school at a January that has a next one, with its end.

    Args:
        people: As `caseload.stock` returns it.
        placements: Table `placements`.
        censuses: `census_year` and `census_date`.
        requests: Table `requests`, for who asked; may be empty.
        most_years: How many of the latest Januaries are pooled.

    Returns:
        `year`, `person_id`, `school` (URN), `locality`, `primary_need`, `age`, `age_group`,
        `request_source` ("unknown" where blank) and `event`, whether it moved out.
    """
    dates = dict(zip(censuses["census_year"], censuses["census_date"], strict=True))
    years = [int(y) for y in sorted(dates) if y + 1 in dates][-most_years:]
    asked = requests[requests["assessment_outcome"].eq("Y")].sort_values("request_date")
    source = asked.drop_duplicates("person_id", keep="last").set_index("person_id")
    parts = []
    for year in years:
        here = people[people["year"].eq(year) & people["provision"].eq("mainstream")]
        later = people[people["year"].eq(year + 1)].set_index("person_id")["provision"]
        later = later[~later.index.duplicated()]
        school = schools_on(placements, dates[year])
        parts.append(
            here.assign(
                school=here["person_id"].map(school),
                request_source=here["person_id"].map(source["request_source"]),
                event=here["person_id"].map(later).isin(OUT),
            )
        )
    columns = ["year", "person_id", "school", "locality", "primary_need", "age", "age_group"]
    columns += ["request_source", "event"]
    made = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    texts = ["school", "locality", "primary_need", "request_source"]
    return made[columns].assign(**{c: made[c].fillna(UNKNOWN) for c in texts})


def schools_on(placements: pd.DataFrame, date: pd.Timestamp) -> pd.Series:
    """Return the URN of each person's main placement on a date, by `person_id`."""
    there = (placements["entry_date"] <= date) & ~(placements["leaving_date"] < date)
    current = placements[there].sort_values(["rank", "entry_date"], ascending=[True, False])
    main = current.drop_duplicates("person_id")
    urn: pd.Series = main.set_index("person_id")["urn"]
    return urn


def school_names(establishments: pd.DataFrame) -> dict[str, str]:
    """Return the name of each school by URN; two of one name have their URN beside it."""
    known = establishments.dropna(subset=["urn", "name"])
    double = known["name"].duplicated(keep=False)
    named = known["name"].where(~double, known["name"] + " (" + known["urn"] + ")")
    return dict(zip(known["urn"].astype(str), named.astype(str), strict=True))


def refusals(requests: pd.DataFrame) -> pd.DataFrame:
    """Return every request that was decided: `year`, `request_source` and `event`, refused."""
    decided = requests[requests["request_outcome"].isin(["Y", "N"])]
    return pd.DataFrame(
        {
            "year": decided["request_date"].dt.year,
            "request_source": decided["request_source"].fillna(UNKNOWN),
            "event": decided["request_outcome"].eq("N"),
        }
    ).reset_index(drop=True)


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
    kind: funnel.Kind = "poisson" if adjust else "binomial"
    rows = cases.assign(base=1.0, events=cases["event"].astype(float))
    rows = rows.assign(expected=expected(rows, adjust))
    table = rows.groupby(by)[["base", "events", "expected"]].sum().reset_index()
    judged = funnel.judge(table["events"], table["base"], table["expected"], kind)
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
        method=_method(what, kind, adjust),
        period=_period(cases["year"], what.when),
        not_summed=("area",),
        labels=_named(labels, by),
    )


def compare_all(
    cases: pd.DataFrame, sources: tuple[str, ...], labels: Labels = NO_LABELS
) -> dict[str, Aggregate]:
    """Return moves out of mainstream compared by each cut, by its name.

    Schools, localities and referrers are adjusted for age and need; needs, age groups and years
    stand beside the rate of all.
    """
    adjusted = {
        cut: compare(cases, cut, MOVED, sources, labels, ("age", "primary_need"))
        for cut in ("school", "locality", "request_source")
    }
    plain = ("primary_need", "age_group", "year")
    return {**adjusted, **{cut: compare(cases, cut, MOVED, sources, labels) for cut in plain}}


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
    own = ("base",) if base is None else ()
    return (
        base or Measure("base", what.base, "people"),
        Measure("events", what.event, "people", where=what.where),
        Measure("rate", "Rate", "%" if base is None else "number", both, decimals=1),
        Measure("expected", "Number expected", "number", own, decimals=1),
        Measure("ratio", "Per 100 expected", "number", both, decimals=0),
        *(Measure(name, label, "number", own, decimals=0) for name, label in names.items()),
        Measure("par", "As expected", "number", decimals=0),
        Measure("verdict", "Against chance", "text", both),
    )


def _method(what: Occurrence, kind: funnel.Kind, adjust: tuple[str, ...]) -> str:
    law = {"binomial": "binomial", "poisson": "Poisson"}[kind]
    named = {"age": "age", "primary_need": "primary need"}
    how = (
        f" Expected = as the same mix of {' and '.join(named.get(a, a) for a in adjust)} would "
        "bring at the area's own rates."
        if adjust
        else " Expected = at the rate of all together."
    )
    return (
        f"{what.method}{how} Limits: exact {law}, 95% and 99.8%. By chance alone 1 unit in 20 "
        "lies outside the first and 1 in 500 outside the second. Outside means: ask, not blame."
    )


def _named(labels: Labels, *dimensions: str) -> Labels:
    known = {"request_source": REFERRERS, **labels}
    return {**known, **{d: {**known.get(d, {}), UNKNOWN: "Not recorded"} for d in dimensions}}


def _period(years: pd.Series, when: str) -> str:
    return f"{when}{years.min()} to {when}{years.max()}" if len(years) else ""


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

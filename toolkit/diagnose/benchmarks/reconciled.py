"""Whether an area's published flows account for the change in its caseload, and for each other."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose import topics
from toolkit.diagnose.benchmarks import rows
from toolkit.diagnose.benchmarks.plans import KEYS
from toolkit.diagnose.benchmarks.tables import LOW_RELIABILITY

FLOWS = ("new", "ceased")
BESIDE = {  # where the release counts plans that are new a second and a third time
    "assessed": ("ees_assessments", "assess_issued"),
    "timed": ("ees_timeliness", "plans_issued_den"),
}
COUNTS = ["new", *BESIDE]
METHOD = (
    "Unexplained = change of the caseload from January to January, less new plans, plus plans "
    "that ceased. Transfers between areas, plans that were recorded late, and what one table "
    "counts and the other does not all go into it: no published figure tells which."
)


def reconciled(
    flows: pd.DataFrame, totals: pd.DataFrame, code: str, sources: tuple[str, ...]
) -> Aggregate:
    """Return an area's flows beside the change of its caseload, one row a calendar year.

    Args:
        flows: The published `flows`: `year`, `code`, `flow` ("new" and "ceased"), `people`.
        totals: As `plans.totals` returns it.
        code: Code of the area.
        sources: The releases.

    Returns:
        `opening` (plans in the January that the `year` begins with), `new`, `ceased`, `closing`
        (plans in the next), `change` and `unexplained` (plans), and `share` (% of the opening).
        Years that lack one of them are left out; a year beside a January that looks wrong is
        marked.
    """
    own = flows[flows["code"].eq(code) & flows["flow"].isin(FLOWS)]
    wide = own.pivot_table(index=KEYS, columns="flow", values="people").reset_index()
    ends = totals.rename(columns={"plans": "closing", "doubt": "then"})
    ends = ends.assign(year=ends["year"] - 1)
    both = wide.merge(totals, on=KEYS).merge(ends, on=KEYS).reindex(
        columns=[*KEYS, "plans", *FLOWS, "closing", "doubt", "then"]
    )  # fmt: skip
    both = both.rename(columns={"plans": "opening"}).dropna(subset=["opening", *FLOWS, "closing"])
    both["change"] = both["closing"] - both["opening"]
    both["unexplained"] = both["change"] - both["new"] + both["ceased"]
    both["share"] = 100 * both["unexplained"] / both["opening"].where(both["opening"] > 0)
    is_doubtful = rows.listed(both["doubt"], both["then"]).ne("")
    named = both["year"].astype(int).astype(str)
    marks = {y: f"{y} {LOW_RELIABILITY}" for y in named[is_doubtful]}
    return Aggregate(
        frame=both.assign(year=named).sort_values("year").reset_index(drop=True),
        universe="Published flows of EHC plans beside the published caseload",
        dimensions=("year",),
        measures=(
            Measure("opening", "Plans in January", "number", decimals=0),
            Measure("new", "New plans", "number", decimals=0),
            Measure("ceased", "Plans ceased", "number", decimals=0),
            Measure("closing", "Plans a year on", "number", decimals=0),
            Measure("unexplained", "Unexplained", "number", decimals=0),
            Measure("share", "Unexplained, of plans in January", "%"),
        ),
        source="published",
        sources=sources,
        method=METHOD,
        not_summed=("year",),
        labels={"year": marks},
    )


def told(made: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on the latest year of `reconciled`, and its cells; "" for no year."""
    if made.frame.empty:
        return "", {}
    year = str(made.frame["year"].max())
    cells = {c: made.cell(c, year=year) for c in ("new", "ceased", "opening", "closing")}
    sentence = (
        "In {year}, {new} plans were new and {ceased} ceased; the caseload went from {opening} to "
        "{closing}. {gap:signed} plans are explained by neither."
    )
    return sentence, {"year": year, "gap": made.cell("unexplained", year=year), **cells}


def new_plans(
    released: Mapping[str, pd.DataFrame], code: str, sources: tuple[str, ...]
) -> Aggregate:
    """Return how many plans a release says are new, in each table that counts them.

    Args:
        released: Tables of the release: "flows", "ees_assessments" and "ees_timeliness", those
            that there are.
        code: Code of the area.
        sources: The release.

    Returns:
        One row a calendar `year` that two of the tables have: `new` (plans that started),
        `assessed` (assessments of the year that ended with a plan) and `timed` (plans that the
        20 weeks were counted of, exceptions included).
    """
    flows = released["flows"]
    wide = flows[flows["code"].eq(code) & flows["flow"].eq("new")][["year", "people"]]
    wide = wide.rename(columns={"people": "new"})
    for name, (table, column) in BESIDE.items():
        found = topics.rows(released.get(table), code, topics.TOTAL, [column])
        found = found[["year", column]].rename(columns={column: name})
        wide = wide.merge(found, how="outer", on="year")
    told_twice = wide[COUNTS].notna().sum(axis=1).ge(2)
    kept = wide[told_twice].sort_values("year", ignore_index=True)
    return Aggregate(
        frame=kept.assign(year=kept["year"].astype(int).astype(str)),
        universe="New EHC plans, in the tables of the release that count them",
        dimensions=("year",),
        measures=(
            Measure("new", "Plans that started", "number", decimals=0),
            Measure("assessed", "Assessments that ended with a plan", "number", decimals=0),
            Measure("timed", "Plans held against the 20 weeks", "number", decimals=0),
        ),
        source="published",
        sources=sources,
        method="Each as its table of the release has it, exceptions to the 20 weeks included. "
        "The release does not say how one becomes another.",
        not_summed=("year",),
    )


def told_new(made: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on the latest year that all tables have, and its cells; "" for none.

    Args:
        made: As `new_plans` returns it.
    """
    whole = made.frame.dropna(subset=COUNTS)
    if whole.empty or whole.iloc[-1][COUNTS].nunique() == 1:
        return "", {}
    year = str(whole["year"].max())
    sentence = (
        "For {year} the release counts {new} plans that started, {assessed} assessments that "
        "ended with a plan, and {timed} plans held against the 20 weeks. They differ, so each "
        "figure of these reports stays with the base of its own table."
    )
    return sentence, {"year": year, **{name: made.cell(name, year=year) for name in COUNTS}}

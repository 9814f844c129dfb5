"""Whether an area's published flows account for the change in its published caseload."""

from __future__ import annotations

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose.benchmarks import rows
from toolkit.diagnose.benchmarks.plans import KEYS
from toolkit.diagnose.benchmarks.tables import LOW_RELIABILITY

FLOWS = ("new", "ceased")
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

"""Baselines of the key variables: one agreed value each, with its method, period and owner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

import pandas as pd

from toolkit.aggregate import Aggregate, Measure, Source
from toolkit.diagnose import flows, topics
from toolkit.diagnose.caseload import UNIVERSE
from toolkit.diagnose.comparators import doubtful_years, sound_until

Method = Literal["latest year", "mean of the years", "trend"]
LONGEST = 5  # years of history, as the diagnostic has it

FLOWS = ("new", "ceased", "requests")
PERSON_LEVEL = 2023  # the first year of the DfE's person-level collection: a break in the flows
SHOWN = ("latest", "baseline", "yearly", "period", "owner", "agreed")

MEASURES = (
    Measure("latest", "Latest year", "people", where_column={"year": "year"}),
    Measure("baseline", "Baseline", "number", ("latest",), decimals=0),
    Measure("first", "First year", "people", where_column={"year": "first_year"}),
    Measure("yearly", "Growth a year", "%", ("first", "latest"), decimals=1),
    Measure("period", "Period", "text"),
    Measure("owner", "Owner", "text"),
    Measure("agreed", "Agreed", "text"),
)
VARIABLES = {
    "plans": ("EHC plans in January", UNIVERSE),
    "new": ("New EHC plans in the year", "EHC plans that started in the calendar year"),
    "moved_in": (
        "EHC plans moved in from another area in the year",
        "EHC plans that moved in from another area in the calendar year",
    ),
    "ceased": ("EHC plans ceased in the year", "EHC plans that ceased in the calendar year"),
    "requests": ("Requests for an assessment in the year", "Requests in the calendar year"),
}


def local_history(
    people: pd.DataFrame, plans: pd.DataFrame, requests: pd.DataFrame, censuses: pd.DataFrame
) -> pd.DataFrame:
    """Return the key variables by year, counted from the area's own records.

    Calendar years are those in which nobody can have come and gone unseen
    (`flows.whole_years`). A plan that came from another area is no new plan: it stands apart,
    in the years whose January before is held too.

    Returns:
        `variable` (a key of `VARIABLES`), `year` and `value` (people).
    """
    asked = requests["request_date"].dropna().dt.year
    counted = {
        "plans": people["year"].astype(int),
        "new": flows.started(plans, censuses)["calendar_year"],
        "moved_in": flows.moved_in(plans, censuses)["calendar_year"],
        "ceased": flows.ceased(plans, censuses)["calendar_year"],
        "requests": asked[asked.isin(flows.whole_years(censuses))],
    }
    found = {name: years.value_counts().sort_index() for name, years in counted.items()}
    # A year in which nobody moved in is a zero, not a gap.
    found["moved_in"] = found["moved_in"].reindex(flows.years_between(censuses), fill_value=0)
    rows = [(name, int(y), float(n)) for name, s in found.items() for y, n in s.items()]
    return pd.DataFrame(rows, columns=["variable", "year", "value"])


def published_history(
    totals: pd.DataFrame, flows: pd.DataFrame, code: str, doubtful: Sequence[int] = ()
) -> pd.DataFrame:
    """Return the key variables of one area by year, as published: `variable`, `year`, `value`.

    Args:
        totals: Published totals, as `comparators.totals` returns it.
        flows: Published `flows`.
        code: Code of the area.
        doubtful: Januaries that look wrong: no series ends with one of them, nor with the
            calendar year before it, which came in the same return.
    """
    stock = totals[totals["code"].eq(code)].assign(variable="plans", value=lambda f: f["plans"])
    moves = flows[flows["code"].eq(code)].assign(
        variable=lambda f: f["flow"], value=lambda f: f["people"]
    )
    columns = ["variable", "year", "value"]
    both = pd.concat([stock[columns], moves[columns]], ignore_index=True)
    both = both[both["variable"].isin(VARIABLES) & both["value"].notna()]
    januaries = both["year"] + both["variable"].ne("plans")
    if len(both):
        both = both[januaries.le(sound_until(januaries, doubtful))]
    return both.reset_index(drop=True)


def note(history: pd.DataFrame, totals: pd.DataFrame, code: str) -> str:
    """Return what has to be said of published Januaries that look wrong; "" for nothing.

    Args:
        history: As `published_history` returns it.
        totals: Published totals.
        code: Code of the area.
    """
    held = history.loc[history["variable"].eq("plans"), "year"]
    if held.empty:
        return ""
    last, odd = int(held.max()), doubtful_years(totals, code)
    left = topics.left_out(totals.loc[totals["code"].eq(code), "year"], last)
    within = [year for year in odd if last - LONGEST < year <= last]
    return f"{left} {topics.caution(within) if within else ''}".strip()


def baselines(
    history: pd.DataFrame,
    agreed: pd.DataFrame,
    source: Source,
    sources: tuple[str, ...],
    method: Method = "latest year",
    since: Mapping[str, int] = MappingProxyType({}),
) -> Aggregate:
    """Return the baseline of each key variable, over at most five years.

    Args:
        history: `variable`, `year`, `value`.
        agreed: Table `assumptions`; a row "baseline.plans" says who agreed that baseline.
        source: Whether the history is local or published.
        sources: Where it comes from.
        method: "latest year"; "mean of the years"; or "trend", the value of a straight line
            through the years at the latest of them.
        since: For a variable, the first year after a break in its series; years before it are
            not compared with.

    Returns:
        One row a `variable`: `latest` (people), `baseline` (people), `yearly` (% a year,
        compound, first to latest), `period`, `owner` and `agreed`. A variable with a gap
        between its years has no baseline, and `period` names the missing years.
    """
    owners = agreed.set_index("assumption_id")["agreed_by"]
    rows = []
    for variable, (label, _) in VARIABLES.items():
        own = history[history["variable"].eq(variable)].sort_values("year").tail(LONGEST)
        own = own[own["year"].ge(since.get(variable, 0))]
        if own.empty:
            continue
        rows.append({"variable": label, **_row(own, method), **_owner(owners, variable)})
    frame = pd.DataFrame(
        rows,
        columns=[
            "variable",
            "latest",
            "baseline",
            "yearly",
            "period",
            "owner",
            "agreed",
            "year",
            "first",
            "first_year",
        ],
    )
    return Aggregate(
        frame=frame,
        universe="Key variables",
        dimensions=("variable",),
        measures=MEASURES,
        source=source,
        sources=sources,
        method=f"Baseline method: {method}, over at most {LONGEST} years. Growth a year is "
        "compound. A gap in the years is named, never bridged.",
        not_summed=("variable", "year"),
    )


def _row(own: pd.DataFrame, method: Method) -> dict[str, object]:
    found = [int(y) for y in own["year"]]
    values = [float(v) for v in own["value"]]
    missing = sorted(set(range(found[0], found[-1] + 1)) - set(found))
    row: dict[str, object] = {"latest": values[-1], "year": found[-1]}
    row |= {"first": values[0], "first_year": found[0]}
    if missing:
        named = ", ".join(str(y) for y in missing)
        return {**row, "baseline": None, "yearly": None, "period": f"No baseline: {named} missing"}
    span = found[-1] - found[0]
    growth = 100 * ((values[-1] / values[0]) ** (1 / span) - 1) if span and values[0] else None
    period = f"{found[0]} to {found[-1]}" if span else str(found[0])
    return {**row, "baseline": baseline(values, method), "yearly": growth, "period": period}


def baseline(values: list[float], method: Method) -> float:
    """Return the baseline of yearly values, oldest first, by the method named."""
    if method == "latest year" or len(values) == 1:
        return values[-1]
    mean = sum(values) / len(values)
    if method == "mean of the years":
        return mean
    middle = (len(values) - 1) / 2
    spread = sum((i - middle) ** 2 for i in range(len(values)))
    slope = sum((i - middle) * v for i, v in enumerate(values)) / spread
    return mean + slope * (len(values) - 1 - middle)


def _owner(owners: pd.Series, variable: str) -> dict[str, object]:
    by = owners.get(f"baseline.{variable}")
    named = isinstance(by, str) and bool(by)
    return {"owner": by if named else "Not named", "agreed": "Yes" if named else "Not yet"}

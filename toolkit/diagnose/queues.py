"""Who is still waiting: requests for an EHC needs assessment without a decision.

Each function takes DataFrames and returns an `Aggregate`. Nothing here opens a file, draws a
chart or knows which local area it is looking at.
"""

from __future__ import annotations

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose import topics
from toolkit.diagnose.flows import period
from toolkit.diagnose.timeliness import LIMIT_WEEKS

DECISION_WEEKS = 6  # whether to assess: SEND Regulations 2014, reg. 5(1)
UNIVERSE = "Requests for an EHC needs assessment still open at the January census"
WAITING = {
    "to_6": "Up to 6 weeks",
    "to_20": "6 to 20 weeks",
    "over_20": "Over 20 weeks",
}


def at_census(
    requests: pd.DataFrame, censuses: pd.DataFrame, sources: tuple[str, ...]
) -> Aggregate:
    """Return the requests still open at each January census, by how long they had waited.

    Args:
        requests: Table `requests`.
        censuses: `census_year` and `census_date`.
        sources: Where they come from.

    Returns:
        One row a `year` and `waiting` (a code of `WAITING`): `people`, `base` (all open) and
        `share` (%). A request is open from the day it came until the decision not to assess,
        its withdrawal, or the decision on a plan. One that was closed on an unknown day is
        left out.
    """
    dates = censuses[["census_year", "census_date"]].itertuples(index=False, name=None)
    closed = _closed(requests)
    rows = []
    for year, date in dates:
        waits = (date - requests["request_date"]).dt.days / 7
        bands = _band(waits[(waits >= 0) & ~(closed <= date)])
        rows += [(int(year), code, int(bands.eq(code).sum())) for code in WAITING]
    frame = pd.DataFrame(rows, columns=["year", "waiting", "people"])
    frame["base"] = frame.groupby("year")["people"].transform("sum")
    frame["share"] = 100 * frame["people"] / frame["base"].where(frame["base"] > 0)
    return Aggregate(
        frame=frame,
        universe=UNIVERSE,
        dimensions=("year", "waiting"),
        measures=(
            Measure("people", "Waiting", "people"),
            Measure("base", "All who wait", "people", without=("waiting",)),
            Measure("share", "Share of those who wait", "%", ("people", "base"), decimals=0),
        ),
        source="local",
        sources=sources,
        method="A request is open until the decision not to assess, its withdrawal, or the "
        "decision on a plan. Requests that no return closes stay open.",
        period=period(frame["year"]),
        not_summed=("year", "area"),
        labels={"waiting": WAITING},
    )


def _closed(requests: pd.DataFrame) -> pd.Series:
    """Return the day on which each request was closed; missing while it is open."""
    assessed = requests["assessment_outcome"].isin(["Y", "N", "W", "H"])
    refused = requests["request_outcome"].isin(["N", "W"])
    closed = requests["assessment_outcome_date"].where(assessed)
    closed = closed.fillna(requests["request_outcome_date"].where(refused))
    # Closed, but nobody wrote down when: it cannot be told from which census on.
    return closed.mask(closed.isna() & (assessed | refused), requests["request_date"])


def _band(weeks: pd.Series) -> pd.Series:
    edges = [0, DECISION_WEEKS, LIMIT_WEEKS, float("inf")]
    return pd.cut(weeks, edges, labels=list(WAITING), include_lowest=True).astype("string")


def told(made: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on the latest queue, and its cells."""
    year = int(made.frame["year"].max())
    sentence = (
        "In January {year}, {all} requests were still open; {late} of them had waited for more "
        "than 20 weeks."
    )
    return sentence, {
        "year": str(year),
        "all": made.cell("base", year=year, waiting="over_20"),
        "late": made.cell("people", year=year, waiting="over_20"),
    }


def published(
    requests: pd.DataFrame | None,
    assessments: pd.DataFrame | None,
    code: str,
    sources: tuple[str, ...],
) -> Aggregate:
    """Return the published requests and assessments of each year still without a decision.

    Args:
        requests: The published `ees_requests`.
        assessments: The published `ees_assessments`.
        code: Code of the area.
        sources: The release.

    Returns:
        One row a calendar year: `requests`, `undecided`, `assessments`, `unfinished` (people),
        and the shares of the second and the fourth (%).
    """
    asked = _totals(requests, code, "requests_received_in_year", "requests_decision_not_made")
    assessed = _totals(assessments, code, "assess_in_year", "assess_not_made")
    both = asked.join(assessed, how="outer").sort_index()
    table = both.rename(columns=dict(zip(both.columns, _QUEUE_COUNTS, strict=True)))
    told = table[["undecided", "unfinished"]].notna().any(axis=1)
    table = table[told].rename_axis("calendar_year").reset_index()
    table["share_undecided"] = 100 * table["undecided"] / table["requests"]
    table["share_unfinished"] = 100 * table["unfinished"] / table["assessments"]
    return Aggregate(
        frame=table,
        universe="Requests for an EHC needs assessment in the calendar year",
        dimensions=("calendar_year",),
        measures=(
            Measure("requests", "Requests", "people"),
            Measure("undecided", "No decision yet whether to assess", "people",
                    where={"stage": "undecided"}),
            Measure("share_undecided", "Share of requests", "%", ("undecided", "requests")),
            Measure("assessments", "Assessments", "people", where={"stage": "assessments"}),
            Measure("unfinished", "No decision yet on a plan", "people",
                    where={"stage": "unfinished"}),
            Measure("share_unfinished", "Share of assessments", "%",
                    ("unfinished", "assessments")),
        ),
        source="published",
        sources=sources,
        method=f"As published, at the end of each calendar year's collection. {_open(assessments)}"
        .rstrip(),
        period=period(table["calendar_year"]),
        not_summed=("calendar_year", "area", "stage"),
    )  # fmt: skip


def _open(assessments: pd.DataFrame | None) -> str:
    """Return how many authorities report an open assessment at all: mostly, few do."""
    if assessments is None or assessments.empty:
        return ""
    las = assessments[assessments["level"].eq("la") & assessments["topic"].eq(topics.TOTAL)]
    latest = las[las["year"].eq(las["year"].max())]["assess_not_made"].dropna()
    if latest.empty:
        return ""
    return (
        f"Of {len(latest)} authorities, {int(latest.gt(0).sum())} reported any assessment without "
        f"a decision in {int(las['year'].max())}; where few do, none says little."
    )


_QUEUE_COUNTS = ("requests", "undecided", "assessments", "unfinished")


def _totals(frame: pd.DataFrame | None, code: str, *columns: str) -> pd.DataFrame:
    return topics.rows(frame, code, topics.TOTAL, [], columns).set_index("year")[list(columns)]

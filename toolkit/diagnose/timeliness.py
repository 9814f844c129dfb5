"""How long an EHC needs assessment takes, from the request to the plan.

Each function takes a DataFrame and returns a new one or an `Aggregate`. Nothing here opens a
file, draws a chart or knows which local area it is looking at.
"""

from __future__ import annotations

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure, Source
from toolkit.diagnose import topics
from toolkit.diagnose.benchmarks.intervals import wilson
from toolkit.diagnose.flows import period, whole_years
from toolkit.evidence import Finding

LIMIT_WEEKS = 20  # SEND Regulations 2014, reg. 13(2); exceptions: reg. 10(4)
YEAR_WEEKS = 52
FEWEST = 10  # plans: a share of fewer tells of single children
UNIVERSE = (
    "EHC plans first issued in the calendar year, from a request, without a statutory exception"
)
METHOD = {
    "local": "Weeks from the request to the day the plan was issued, by calendar year of issue. "
    "An exception that is not recorded counts as none. Cases that are still open are in the "
    "queue, not here.",
    "published": "As published, by calendar year of issue. Cases that are still open are in the "
    "queue, not here.",
}
RANGE = " The 95% range is what chance gives a share of so many plans (Wilson)."
LAW = (
    "The law asks for every plan within 20 weeks but for the exceptions that it names (SEND "
    "Regulations 2014, reg. 13): to be like other areas is not to be on time."
)
OUTCOME = "Children whose plan comes late wait for the support that it names."


def issued(requests: pd.DataFrame, censuses: pd.DataFrame) -> pd.DataFrame:
    """Return the plans issued in each whole calendar year, one row a request.

    Args:
        requests: Table `requests`.
        censuses: `census_year` of each January census that is held.

    Returns:
        `calendar_year`, `person_id`, `weeks` (request to plan), `on_time` ("yes" or "no") and
        `exception` ("yes" or "no").
    """
    rows = requests[requests["assessment_outcome"].eq("Y").fillna(False).astype(bool)]
    rows = rows[rows["assessment_outcome_date"].dt.year.isin(whole_years(censuses))]
    days = (rows["assessment_outcome_date"] - rows["request_date"]).dt.days
    excepted = rows["week20_exception"].fillna(0).astype(int).eq(1)
    return pd.DataFrame(
        {
            "calendar_year": rows["assessment_outcome_date"].dt.year.astype("int64"),
            "person_id": rows["person_id"],
            "weeks": days / 7,
            "on_time": days.le(LIMIT_WEEKS * 7).map({True: "yes", False: "no"}),
            "exception": excepted.map({True: "yes", False: "no"}),
        }
    )


def counted(issued: pd.DataFrame) -> pd.DataFrame:
    """Return one row a calendar year with the columns of `COUNTS`.

    Args:
        issued: As `issued` returns it.
    """
    without, on_time = issued["exception"].eq("no"), issued["on_time"].eq("yes")
    rows = issued.assign(
        all=1,
        all_on_time=on_time,
        without=without,
        without_on_time=on_time & without,
        over=issued["weeks"].gt(YEAR_WEEKS) & without,
    )
    return rows.groupby("calendar_year")[list(COUNTS)].sum().astype("float64").reset_index()


COUNTS = {  # our columns (`without` leaves the exceptions out), and those of the release
    "all": "plans_issued_den",
    "all_on_time": "plans_issued_within_20_weeks",
    "without": "plans_issued_den_ex",
    "without_on_time": "plans_issued_20_weeks_ex",
    "over": "plans_issued_gt_1_year_ex",
}


def published(timeliness: pd.DataFrame | None, code: str) -> pd.DataFrame:
    """Return the published counts of one area by year: as `counted` does.

    Args:
        timeliness: The published `ees_timeliness`; None where it is not held.
        code: Code of the area. `over` is missing before 2023.
    """
    needed, since_2023 = list(COUNTS.values())[:-1], [COUNTS["over"]]
    rows = topics.rows(timeliness, code, topics.TOTAL, needed, since_2023)
    named = rows.rename(columns={c: name for name, c in COUNTS.items()} | {"year": "calendar_year"})
    return named[["calendar_year", *COUNTS]].reset_index(drop=True)


def by_year(
    counts: pd.DataFrame, england: pd.DataFrame, source: Source, sources: tuple[str, ...]
) -> Aggregate:
    """Return the share of plans issued within 20 weeks, without and with the exceptions.

    Args:
        counts: As `counted` or `published` returns it.
        england: The same of England, as published; it may be empty.
        source: Of the area's own counts.
        sources: Where the figures come from.

    Returns:
        One row a calendar year. Exceptions left out: `without`, `without_on_time`, `over`
        (people), `share_without` with its 95% range `low` to `high`, `share_over`, and
        `england` (%). With them: `all`, `share_all` (%), `excepted` (people).
    """
    frame = counts.sort_values("calendar_year").reset_index(drop=True)
    frame["excepted"] = frame["all"] - frame["without"]
    frame["excepted_on_time"] = frame["all_on_time"] - frame["without_on_time"]
    frame["excepted_late"] = frame["excepted"] - frame["excepted_on_time"]
    frame = frame.rename(columns={"all": "issued"})
    bases = {"all_on_time": "issued", "without_on_time": "without", "over": "without"}
    for part, base in bases.items():
        frame[f"share_{part}"] = 100 * frame[part] / frame[base].where(frame[base] > 0)
    low, high = wilson(frame["without_on_time"], frame["without"])
    frame["low"], frame["high"] = 100 * low, 100 * high
    national = england.set_index("calendar_year")
    shares = 100 * national["without_on_time"] / national["without"]
    frame["england"] = frame["calendar_year"].map(shares)
    return Aggregate(
        frame=frame,
        universe=UNIVERSE,
        dimensions=("calendar_year",),
        measures=_MEASURES,
        source=source,
        sources=sources,
        method=METHOD[source] + RANGE,
        period=period(frame["calendar_year"]),
        not_summed=("calendar_year", "area", "waited", "exceptions"),
    )


_EX = ("without_on_time", "without")
# The few plans with an exception are hidden where they are few, and then so is all that would
# give them away: what leaves them out is what the area is judged by, and is to stay.
_WITH = ("excepted", "excepted_on_time", "excepted_late")
_MEASURES = (
    Measure("without", "Plans issued, exceptions left out", "people"),
    Measure("without_on_time", "Of these, within 20 weeks", "people", where={"on_time": "yes"}),
    Measure("share_without_on_time", "On time, exceptions left out", "%", _EX, decimals=0),
    Measure("low", "95% range, low", "%", _EX, decimals=0),
    Measure("high", "95% range, high", "%", _EX, decimals=0),
    Measure("england", "England, exceptions left out", "%", ("without",), decimals=0),
    Measure("over", "After more than a year", "people", where={"waited": "over a year"}),
    Measure("share_over", "After more than a year", "%", ("over", "without")),
    Measure("excepted", "Statutory exceptions", "people", where={"exceptions": "all"}),
    Measure("excepted_on_time", "Exceptions, on time", "people", where={"exceptions": "on time"}),
    Measure("excepted_late", "Exceptions, late", "people", where={"exceptions": "late"}),
    Measure("issued", "All plans issued", "number", _WITH[:1], decimals=0),
    Measure("share_all_on_time", "On time, with exceptions", "%", (*_WITH, "issued"), decimals=0),
)
SHOWN = (
    "calendar_year",
    "without",
    "share_without_on_time",
    "england",
    "share_over",
    "issued",
    "share_all_on_time",
)


def told(made: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on the latest year, beside England, and its cells."""
    frame = made.frame.set_index("calendar_year")
    year = int(frame.index.max())
    cells: dict[str, Cell | str] = {"year": str(year)}
    cells["base"] = made.cell("without", calendar_year=year)
    if frame["without"][year] < FEWEST:
        said = "Plans issued without an exception in {year}: {base}, too few for a share."
        return said, cells
    sentence = (
        "In {year}, {share} of {base} plans were issued within 20 weeks, statutory exceptions "
        "left out"
    )
    cells["share"] = made.cell("share_without_on_time", calendar_year=year)
    national = frame.index[frame["england"].notna()]
    if len(national):
        latest = int(national.max())
        sentence += "; in England {england}" + ("" if latest == year else f" in {latest}")
        cells["england"] = made.cell("england", calendar_year=latest)
    return f"{sentence}.", cells


def finding(made: Aggregate) -> Finding | None:
    """Return the finding on timeliness, with its range; None where plans are too few."""
    sentence, cells = told(made)
    share = cells.get("share")
    if not isinstance(share, Cell):
        return None
    year = str(cells["year"])
    at = {"calendar_year": year}
    return Finding(
        id="11.timeliness.weeks",
        stage="Module 1",
        sentence=f"{sentence.replace('{year}', year)} {OUTCOME}",
        cells={n: c for n, c in cells.items() if isinstance(c, Cell)},
        value=share,
        low=made.cell("low", **at),
        high=made.cell("high", **at),
        base=made.cell("without", **at),
        criterion=3,
        priority=68,
    )

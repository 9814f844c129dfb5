"""Annual reviews: how many plans were reviewed within twelve months, and decided within four weeks.

Each function takes DataFrames and returns a new one or an `Aggregate`. Nothing here opens a
file, draws a chart or knows which local area it is looking at.
"""

from __future__ import annotations

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose.benchmarks.intervals import wilson
from toolkit.diagnose.flows import period, whole_years
from toolkit.evidence import Finding

MONTHS = 12  # Children and Families Act 2014, s. 44(1)
DECISION_DAYS = 28  # four weeks: SEND Regulations 2014, reg. 20(10)
DUE_UNIVERSE = "EHC plans open at the January census and started 12 months or more before"
HELD_UNIVERSE = "Annual review meetings in the calendar year whose decision was due"
FEW = 0.5  # of the median year: with fewer, reviews are more likely missing than not held
NOTE = "Few reviews on record: are they complete?"
YEARLY = ("year", "due", "reviewed", "share", "note")
DECIDED = ("calendar_year", "due", "decided", "share", "note")
YEARLY_METHOD = (
    "A review counts if its meeting was in the 12 months to the census. A plan of less than "
    "12 months is not yet due one."
)
RANGE = "The 95% range is what chance gives a share of so many (Wilson)."


def due(
    people: pd.DataFrame, plans: pd.DataFrame, reviews: pd.DataFrame, censuses: pd.DataFrame
) -> pd.DataFrame:
    """Return the plans due a review by each January, one row a plan.

    Args:
        people: As `january.stock` returns it.
        plans: Table `plans`.
        reviews: Table `reviews`.
        censuses: `census_year` and `census_date`.

    Returns:
        `year`, `person_id` and `reviewed`: whether it had one in the 12 months before.
    """
    parts = [pd.DataFrame({"year": [], "person_id": [], "reviewed": []})]
    for year, date in zip(censuses["census_year"], censuses["census_date"], strict=True):
        before = date - pd.DateOffset(months=MONTHS)
        there = set(people.loc[people["year"].eq(year), "person_id"])
        # A plan counts from the latest start before the census: an earlier plan has ceased.
        known = plans[plans["person_id"].isin(there) & plans["plan_start"].le(date)]
        latest = known.groupby("person_id")["plan_start"].max()
        persons = latest.index[latest <= before]
        held = reviews[reviews["review_date"].gt(before) & reviews["review_date"].le(date)]
        reviewed = persons.isin(set(held["person_id"]))
        parts.append(pd.DataFrame({"year": int(year), "person_id": persons, "reviewed": reviewed}))
    types = {"year": "int64", "person_id": "string", "reviewed": "bool"}
    return pd.concat([p.astype(types) for p in parts], ignore_index=True)


def within_year(
    people: pd.DataFrame,
    plans: pd.DataFrame,
    reviews: pd.DataFrame,
    censuses: pd.DataFrame,
    sources: tuple[str, ...],
) -> Aggregate:
    """Return the plans due a review by each January, and how many had one within 12 months.

    Args:
        people: As `january.stock` returns it.
        plans: Table `plans`.
        reviews: Table `reviews`.
        censuses: `census_year` and `census_date`.
        sources: Where they come from.

    Returns:
        One row a `year` from the first with a review: `due`, `reviewed` (people), `share`,
        `low` and `high` (%, 95% range).
    """
    rows = due(people, plans, reviews, censuses)
    flags = rows.assign(due=1, reviewed=rows["reviewed"].astype("int64"))
    summed = flags.groupby("year")[["due", "reviewed"]].sum()
    frame = summed.reindex(censuses["census_year"].astype("int64"), fill_value=0)
    frame = frame.rename_axis("year").reset_index()
    frame = frame[frame["reviewed"].gt(0).cummax()].reset_index(drop=True)
    return _shares(
        frame,
        ("year", "due", "reviewed"),
        DUE_UNIVERSE,
        sources,
        ("Plans due a review", "Reviewed within 12 months", {"reviewed": "yes"}),
        YEARLY_METHOD,
    )


def decided_in_time(
    reviews: pd.DataFrame, censuses: pd.DataFrame, sources: tuple[str, ...]
) -> Aggregate:
    """Return the review meetings of each whole year, and how many were decided in four weeks.

    Args:
        reviews: Table `reviews`.
        censuses: `census_year` and `census_date`.
        sources: Where they come from.

    Returns:
        One row a `calendar_year`: `due`, `decided` (people), `share`, `low` and `high` (%). A
        decision that is not yet due at the last census is left out; one that is overdue and
        still open counts as late.
    """
    last = censuses["census_date"].max()
    days = (reviews["notified_date"] - reviews["review_date"]).dt.days
    rows = pd.DataFrame(
        {
            "calendar_year": reviews["review_date"].dt.year,
            "due": (reviews["review_date"] + pd.Timedelta(days=DECISION_DAYS)).le(last),
            "decided": days.between(0, DECISION_DAYS),
        }
    )
    rows = rows[rows["calendar_year"].isin(whole_years(censuses)) & rows["due"]]
    counts = rows.groupby("calendar_year")[["due", "decided"]].sum().reset_index()
    return _shares(
        counts.astype("int64"),
        ("calendar_year", "due", "decided"),
        HELD_UNIVERSE,
        sources,
        ("Reviews whose decision was due", "Decided within 4 weeks", {"decided": "yes"}),
        "From the meeting to the day the decision was notified. A decision that is overdue and "
        "still open counts as late.",
    )


def _shares(
    frame: pd.DataFrame,
    columns: tuple[str, str, str],
    universe: str,
    sources: tuple[str, ...],
    words: tuple[str, str, dict[str, str]],
    method: str,
) -> Aggregate:
    """Return counts with the share of the third column in the second, and its range."""
    year, base, part = columns
    low, high = wilson(frame[part], frame[base])
    share = 100 * frame[part] / frame[base].where(frame[base] > 0)
    note = notes(frame[part if year == "year" else base])
    both = (part, base)
    return Aggregate(
        frame=frame.assign(share=share, low=100 * low, high=100 * high, note=note),
        universe=universe,
        dimensions=(year,),
        measures=(
            Measure(base, words[0], "people"),
            Measure(part, words[1], "people", where=words[2]),
            Measure("share", "Share in time", "%", both, decimals=0),
            Measure("low", "95% range, low", "%", both, decimals=0),
            Measure("high", "95% range, high", "%", both, decimals=0),
            Measure("note", "Note", "text", both),
        ),
        source="local",
        sources=sources,
        method=f"{method} {RANGE}",
        period=period(frame[year]),
        not_summed=("year", "calendar_year", "area"),
    )


def notes(held: pd.Series) -> pd.Series:
    """Return `NOTE` for each year whose reviews may be missing, "" for the others.

    The 2023 return had no date of the meeting: in many areas a year of reviews is missing.

    Args:
        held: The reviews of each year.
    """
    return held.lt(FEW * held.median()).map({True: NOTE, False: ""})


def told(yearly: Aggregate, decided: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on the latest year of both, and its cells.

    Args:
        yearly: As `within_year` returns it, with one row at least.
        decided: As `decided_in_time` returns it.
    """
    january = int(yearly.frame["year"].max())
    sentence = "By January {january}, {share} of plans due a review had one within 12 months"
    cells: dict[str, Cell | str] = {"january": str(january)}
    cells["share"] = yearly.cell("share", year=january)
    if len(decided.frame):
        year = int(decided.frame["calendar_year"].max())
        sentence += "; {decided} of the decisions due in {year} came within 4 weeks"
        cells |= {"decided": decided.cell("share", calendar_year=year), "year": str(year)}
    return f"{sentence}.", cells


def finding(yearly: Aggregate) -> Finding:
    """Return the finding on reviews within 12 months, with its range."""
    january = int(yearly.frame["year"].max())
    cells = {n: yearly.cell(n, year=january) for n in ("share", "due")}
    doubt = " " + NOTE if yearly.frame["note"].iloc[-1] else ""
    return Finding(
        id="11.timeliness.reviews",
        stage="Module 1",
        sentence=f"By January {january}, {{share}} of the {{due}} plans due an annual review had "
        f"one within 12 months. A plan that is not reviewed may no longer fit the child.{doubt}",
        cells=cells,
        value=cells["share"],
        low=yearly.cell("low", year=january),
        high=yearly.cell("high", year=january),
        base=cells["due"],
        criterion=3,
        priority=60,
    )


def published(
    reviews: pd.DataFrame, code: str, england: str, sources: tuple[str, ...]
) -> Aggregate:
    """Return the published annual reviews of the latest year, here and in England.

    Args:
        reviews: The published `ees_reviews`.
        code: Code of the area.
        england: Code of England.
        sources: The release.

    Returns:
        One row a `part` ("held", "decided"): `due`, `done` (people), `share` and `england` (%).
    """
    rows = reviews[reviews["topic"].eq("total")]
    year = int(rows["year"].max()) if len(rows) else 0
    latest = rows[rows["year"].eq(year)].set_index("code")
    made = pd.concat([_held(latest, year), _decided(latest)], keys=["held", "decided"])
    made["share"] = 100 * made["done"] / made["due"].where(made["due"] > 0)
    made.index.names = ["part", "code"]
    shares = made["share"].unstack("code")
    own = made.reset_index().query("code == @code").dropna(subset=["share"])
    named = own.assign(england=own["part"].map(shares.get(england, pd.Series(dtype=float))))
    return Aggregate(
        frame=named[["part", "due", "done", "share", "england"]].reset_index(drop=True),
        universe=f"Annual reviews in {year}",
        dimensions=("part",),
        measures=(
            Measure("due", "Of", "people"),
            Measure("done", "In time", "people", where={"in_time": "yes"}),
            Measure("share", "Share here", "%", ("done", "due"), decimals=0),
            Measure("england", "Share in England", "%", ("due",), decimals=0),
        ),
        source="published",
        sources=sources,
        method="As published. A review is expected of each plan held for a year. A meeting that "
        "was last recorded before the year does not count. Decisions are those on each plan's "
        "last meeting, whenever that was.",
        period=str(year),
        not_summed=("area", "part", "in_time"),
        labels={
            "part": {
                "held": f"Review meeting in {year} or since, of the reviews expected",
                "decided": "Decision within 4 weeks, of the decisions made",
            }
        },
    )


def _held(latest: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return `due` and `done` by area: the release has a column of meetings for each year."""
    ends = [f"review_meeting_{y % 100:02d}" for y in (year, year + 1)]
    meetings = latest[[c for c in ends if c in latest]]
    done = meetings.sum(axis=1, min_count=1)
    return pd.DataFrame({"due": latest["review_expected"], "done": done})


def _decided(latest: pd.DataFrame) -> pd.DataFrame:
    both = latest[["number_decsion_4weeks", "number_decision_gt_4weeks"]]
    return pd.DataFrame(
        {"due": both.sum(axis=1, min_count=2), "done": latest["number_decsion_4weeks"]}
    )


def told_published(made: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on the published reviews, and its cells."""
    held = set(made.frame["part"])
    if "held" not in held:
        return "No annual reviews are published for this area.", {}
    sentence = (
        "Of the plans due a review, {held} had a review meeting in {year} or since; in England "
        "{england}."
    )
    cells: dict[str, Cell | str] = {"year": made.period}
    cells |= {"held": made.cell("share", part="held"), "england": made.cell("england", part="held")}
    if "decided" in held:
        sentence += " {decided} of the decisions came within 4 weeks; in England {decided_there}."
        cells["decided"] = made.cell("share", part="decided")
        cells["decided_there"] = made.cell("england", part="decided")
    return sentence, cells

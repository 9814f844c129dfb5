"""What the DfE would count in an area: plans at each January, and what happened in each year.

The area itself is counted from its own people. The others are made up of people too, but
without dates, names or schools: enough for the counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.intake.fiction import national
from toolkit.intake.fiction.flows import FIRST, NONE, Stock, need_codes, simulate, weighted
from toolkit.intake.fiction.national import PROVISIONS
from toolkit.intake.fiction.surroundings import at_census
from toolkit.intake.fiction.world import World

JANUARIES = range(2019, 2026)
CALENDAR_YEARS = range(2019, 2025)
SETTING_COLUMNS = {
    "OLA": "other_arrangements_la", "OPA": "other_arrangements_parents",
    "EHE": "elective_home_education", "OTH": "other_placement_settings", "NEET": "neet",
    "NIEC": "neet_other_csa", "NIEO": "neet_other", "EYP": "nm_early_years",
}  # fmt: skip
REASONS = {
    "1": "max_age", "2": "needs_met", "3": "he", "4": "employ", "5": "transfer",
    "6": "no_engage", "7": "moved_outside_eng", "8": "deceased", "9": "other",
}  # fmt: skip
MALE = 0.706  # England, January 2025


@dataclass(frozen=True)
class Counted:
    """What is counted in one area.

    Attributes:
        plans: Census year -> one row a plan: age, need, sex, column of the release.
        new: Calendar year -> the same for plans issued in it.
        ceased: Calendar year -> plans that ceased, by column of the release.
        asked: Calendar year -> requests, by column of the release.
        assessed: Calendar year -> assessments that ended, by column of the release.
        timed: Calendar year -> plans issued by how long they took, by column of the release.
    """

    plans: Mapping[int, pd.DataFrame]
    new: Mapping[int, pd.DataFrame]
    ceased: Mapping[int, dict[str, int]]
    asked: Mapping[int, dict[str, int]]
    assessed: Mapping[int, dict[str, int]]
    timed: Mapping[int, dict[str, int]]


def columns_in(year: int) -> set[str]:
    """Return the columns that the release fills for a January."""
    return {c for columns, _ in national.ees_share(year).values() for c in columns}


def own(world: World) -> Counted:
    """Return the counts of the area itself."""
    plans = {y: _own_plans(world, y) for y in JANUARIES}
    arrived = world.held["arrived"].dt.year.to_numpy()
    issued = ~world.stock.moved_in
    first = world.stock.first + FIRST
    new = {}
    for year in CALENDAR_YEARS:
        rows = np.flatnonzero(issued & (arrived == year))
        at = {c: _placed(world, c) for c in (year, year + 1)}
        seen = zip(rows.tolist(), first[rows].tolist(), strict=True)
        column = [at[census].get(person, unplaced(year + 1)) for person, census in seen]
        new[year] = _people(world, rows, year + 1, pd.Series(column, dtype=object), year + 1)
    return Counted(
        plans=plans,
        new=new,
        ceased={y: _own_ceased(world, y) for y in CALENDAR_YEARS},
        asked={y: _own_asked(world, y) for y in CALENDAR_YEARS},
        assessed={y: _own_assessed(world, y) for y in CALENDAR_YEARS},
        timed={y: _own_timed(world, y) for y in CALENDAR_YEARS},
    )


def _own_plans(world: World, year: int) -> pd.DataFrame:
    rows = np.flatnonzero(world.stock.provision[:, year - FIRST] != NONE)
    column = pd.Series(rows).map(_placed(world, year)).fillna(unplaced(year))
    return _people(world, rows, year, column, year)


def _placed(world: World, year: int) -> dict[int, str]:
    """Return the column of the release for everyone with a placement at a January."""
    placed = at_census(world, year)
    column = placed["ees_column"].where(
        placed["sen_setting"].eq(""), placed["sen_setting"].map(SETTING_COLUMNS)
    )
    return dict(zip(placed["person"], column, strict=True))


def _people(
    world: World, rows: np.ndarray, year: int, column: pd.Series[str], need_year: int
) -> pd.DataFrame:
    known = columns_in(min(year, max(JANUARIES)))
    need = need_codes(world.stock.need[rows, min(need_year, max(JANUARIES)) - FIRST])
    return pd.DataFrame(
        {
            "age": world.stock.age[rows] + year - FIRST,
            "need": need,
            "sex": world.people["sex"].to_numpy()[rows],
            "column": column.where(column.isin(known), "other_placement_settings").to_numpy(),
        }
    )


def unplaced(year: int) -> str:
    """Return the column of those whose placement is not recorded."""
    return "placement_unknown" if year >= 2023 else "await_prov_2022"


def _own_ceased(world: World, year: int) -> dict[str, int]:
    reasons = world.held.loc[world.held["plan_cease"].dt.year.eq(year), "cease_reason"]
    made = {column: int(reasons.eq(code).sum()) for code, column in REASONS.items()}
    return {**made, "not_rec": 0, "total_ceased": len(reasons)}


def _own_asked(world: World, year: int) -> dict[str, int]:
    """Return the year's requests as the return of the next January has them."""
    rows = world.requests[world.requests["request_date"].dt.year.eq(year)]
    census = pd.Timestamp(f"{year + 1}-01-01") + pd.offsets.WeekOfMonth(week=2, weekday=3)
    decided = rows["request_outcome_date"].le(census)
    outcome = rows["request_outcome"].where(decided, "A")
    days = (rows["request_outcome_date"] - rows["request_date"]).dt.days[decided]
    return {
        "requests_received_in_year": len(rows),
        "requests_rya": int(rows["rya"].sum()),
        "requests_decided_to_assess": int(outcome.eq("Y").sum()),
        "requests_decided_not_to_assess": int(outcome.eq("N").sum()),
        "requests_decision_not_made": int(outcome.eq("A").sum()),
        "requests_withdrawn": int(outcome.eq("W").sum()),
        "request_outcome_six_weeks": int(days.le(42).sum()),
        "request_outcome_over_6_weeks": int(days.gt(42).sum()),
        "mediation_related_request": int(rows["mediation"].sum()),
        "tribunal_related_request": int(rows["tribunal"].sum()),
    }


def _own_assessed(world: World, year: int) -> dict[str, int]:
    rows = world.requests[world.requests["assessment_outcome_date"].dt.year.eq(year)]
    issued = int(rows["assessment_outcome"].eq("Y").sum())
    return {
        "assess_in_year": len(rows),
        "assess_issued": issued,
        "assess_not_issued": len(rows) - issued,
    }


def _own_timed(world: World, year: int) -> dict[str, int]:
    rows = world.requests[world.requests["assessment_outcome"].eq("Y")]
    rows = rows[rows["assessment_outcome_date"].dt.year.eq(year)]
    days = (rows["assessment_outcome_date"] - rows["request_date"]).dt.days
    usual = rows["week20_exception"].eq(0)
    return {
        "plans_issued_den": len(rows),
        "plans_issued_den_ex": int(usual.sum()),
        "plans_issued_within_20_weeks": int(days.le(140).sum()),
        "plans_issued_20_weeks_ex": int((days.le(140) & usual).sum()),
    }


def other(plans: int, growth: float, rng: np.random.Generator) -> Counted:
    """Return the counts of another fictional area of so many plans in January 2026."""
    stock, _ = simulate(plans, rng, growth)
    held = stock.provision != NONE
    first, last = stock.first + FIRST, stock.last + FIRST
    new, ceased = {}, {}
    for year in CALENDAR_YEARS:
        rows = np.flatnonzero((first == year + 1) & ~stock.moved_in)
        new[year] = _drawn(stock, rows, year + 1, rng)
        gone = int((held[:, year - FIRST] & (last == year)).sum())
        ceased[year] = _split_ceased(gone, rng)
    issued = {y: len(new[y]) for y in CALENDAR_YEARS}
    return Counted(
        plans={y: _drawn(stock, np.flatnonzero(held[:, y - FIRST]), y, rng) for y in JANUARIES},
        new=new,
        ceased=ceased,
        asked={y: _split_asked(issued[y], y, rng) for y in CALENDAR_YEARS},
        assessed={y: _split_assessed(issued[y], y, rng) for y in CALENDAR_YEARS},
        timed={y: _split_timed(issued[y], y, rng) for y in CALENDAR_YEARS},
    )


def _drawn(stock: Stock, rows: np.ndarray, year: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return plans with the release's columns drawn within each provision, as in England."""
    provision = stock.provision[rows, year - FIRST]
    column = np.empty(len(rows), dtype=object)
    shares = national.ees_share(min(year, max(JANUARIES)))
    for at, name in enumerate(PROVISIONS):
        place = np.flatnonzero(provision == at)
        columns, share = shares[name]
        column[place] = np.array(columns, dtype=object)[weighted(share, len(place), rng)]
    return pd.DataFrame(
        {
            "age": stock.age[rows] + year - FIRST,
            "need": need_codes(stock.need[rows, min(year, max(JANUARIES)) - FIRST]),
            "sex": np.where(rng.random(len(rows)) < MALE, "M", "F"),
            "column": column,
        }
    )


def _split_ceased(gone: int, rng: np.random.Generator) -> dict[str, int]:
    codes, shares = national.cease_reasons_of_all()
    counts = rng.multinomial(gone, shares)
    made = {REASONS[c]: int(n) for c, n in zip(codes, counts, strict=True)}
    return {**made, "not_rec": 0, "total_ceased": gone}


def _split_asked(issued: int, year: int, rng: np.random.Generator) -> dict[str, int]:
    total = round(
        issued
        * national.flow("requests")[year]
        / national.flow("new")[year]
        * float(rng.normal(1, 0.04))
    )
    names = ("agreed", "refused", "undecided", "withdrawn")
    shares = np.array([national.flow(n)[2024] for n in names])
    agreed, refused, undecided, withdrawn = (
        int(n) for n in rng.multinomial(total, shares / shares.sum())
    )
    in_time = int(rng.binomial(total - undecided, 0.848))
    return {
        "requests_received_in_year": total,
        "requests_rya": int(rng.poisson(0.002 * total)),
        "requests_decided_to_assess": agreed,
        "requests_decided_not_to_assess": refused,
        "requests_decision_not_made": undecided,
        "requests_withdrawn": withdrawn,
        "request_outcome_six_weeks": in_time,
        "request_outcome_over_6_weeks": total - undecided - in_time,
        "mediation_related_request": int(rng.binomial(total, 0.068)),
        "tribunal_related_request": int(rng.binomial(total, 0.030)),
    }


def _split_assessed(issued: int, year: int, rng: np.random.Generator) -> dict[str, int]:
    refused = int(
        rng.poisson(issued * national.flow("plans_refused")[year] / national.flow("new")[year])
    )
    return {
        "assess_in_year": issued + refused,
        "assess_issued": issued,
        "assess_not_issued": refused,
    }


def _split_timed(issued: int, year: int, rng: np.random.Generator) -> dict[str, int]:
    ways = ("within_20_weeks_without_exceptions", "timed_without_exceptions")
    rate = national.flow(ways[0])[year] / national.flow(ways[1])[year]
    usual = int(rng.binomial(issued, 0.94))
    on_time = int(rng.binomial(usual, np.clip(rng.normal(rate, 0.12), 0.05, 0.98)))
    late = int(rng.binomial(issued - usual, rate / 2))
    return {
        "plans_issued_den": issued,
        "plans_issued_den_ex": usual,
        "plans_issued_within_20_weeks": on_time + late,
        "plans_issued_20_weeks_ex": on_time,
    }

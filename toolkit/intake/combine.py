"""Several returns and history files, put together as one set of tables.

A SEN2 return is a snapshot: the later one knows better. A plan that comes from a return counts
in the Januaries whose returns hold it; one from plans.csv counts in the Januaries before.
"""

from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from toolkit.area import Area
from toolkit.intake import checks, schedule
from toolkit.intake.loaded import Loaded, Problem
from toolkit.intake.rules import Place, problem

PERSON_TABLES = ("plans", "requests", "placements", "reviews")
NEVER_STORED = ("postcode_lookup",)
EARLIER_NEEDS = ["person_id", "plan_start", "census_year", "primary_need"]


def combine(history: Loaded, returns: Sequence[Loaded]) -> Loaded:
    """Return one set of tables from the schedule's files and the SEN2 returns.

    Of two rows with the same key the one of the latest return stands; rows of plans.csv and
    the like stand where no return has that key. A primary need that an earlier return (or,
    without a census year, plans.csv) recorded otherwise is in `earlier_needs`. Nothing of
    `NEVER_STORED` is kept.
    """
    parts = [history, *returns]
    tables = {n: t for n, t in history.tables.items() if n not in (*PERSON_TABLES, *NEVER_STORED)}
    for name in PERSON_TABLES:
        frames = [part.tables[name] for part in parts if name in part.tables]
        if frames:
            together = _together(name, frames)
            tables[name] = _latest(name, together)
        if frames and name == "plans":
            tables["earlier_needs"] = _earlier_needs(together, tables[name])
    return Loaded(
        tables=tables,
        problems=[p for part in parts for p in part.problems],
        accounts=[a for part in parts for a in part.accounts],
        sources=[s for part in parts for s in part.sources],
        names=functools.reduce(operator.or_, (part.names for part in parts)),
        typed=[one for part in parts for one in part.typed],
    )


def _together(name: str, frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of all files in the order of their key, the latest return's last."""
    key = list(schedule.TABLES[name].key)
    dated = [
        f if "census_year" in f else f.assign(census_year=pd.array([pd.NA] * len(f), dtype="Int64"))
        for f in frames
    ]
    together = pd.concat(dated, ignore_index=True)
    together["census_year"] = together["census_year"].astype("Int64")
    seen = together.groupby(key, dropna=False)["census_year"]
    together["first_census"] = seen.transform("min").astype("Int64")
    together["last_census"] = seen.transform("max").astype("Int64")
    from_history = together["census_year"].isna()
    together["in_history"] = from_history.groupby(
        [together[k] for k in key], dropna=False
    ).transform("any")
    ordered = together.sort_values([*key, "census_year"], na_position="first", kind="stable")
    if name == "requests":
        return _keep_decisions(ordered, key)
    return _keep_needs(ordered, key) if name == "plans" else ordered


def _latest(name: str, together: pd.DataFrame) -> pd.DataFrame:
    key = list(schedule.TABLES[name].key)
    latest = together.drop_duplicates(key, keep="last").drop(columns="census_year")
    if name != "plans":
        latest = latest.drop(columns=["first_census", "last_census", "in_history"])
    return latest.reset_index(drop=True)


def _keep_decisions(requests: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Return requests in which an "H" of a later return does not hide what was decided before.

    H says "decided before this collection": the return of that time has the decision itself.
    """
    kept = requests.copy()
    for name in ("request", "assessment"):
        outcome, date = f"{name}_outcome", f"{name}_outcome_date"
        old = kept[outcome].eq("H").fillna(False).astype(bool)
        kept[outcome] = kept[outcome].mask(old)
        by_request = kept.groupby(key, dropna=False, sort=False)
        kept[[outcome, date]] = by_request[[outcome, date]].ffill()
        kept[outcome] = kept[outcome].mask(kept[outcome].isna() & old, "H")
    return kept


def _keep_needs(plans: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Return plans in which one that has ceased keeps the needs it had.

    A plan that ceased in the year is still in the return, without an active plan and so
    without needs: the return before has them.
    """
    kept = plans.copy()
    bare = kept["plan_cease"].notna() & kept["primary_need"].isna()
    for name in ("primary_need", "secondary_need"):
        before = kept.groupby(key, dropna=False, sort=False)[name].ffill()
        kept[name] = kept[name].mask(bare, before)
    return kept


def _earlier_needs(together: pd.DataFrame, latest: pd.DataFrame) -> pd.DataFrame:
    """Return the primary needs that were recorded otherwise than in the latest return."""
    key = list(schedule.TABLES["plans"].key)
    last = latest[[*key, "primary_need"]].rename(columns={"primary_need": "last"})
    both = together[EARLIER_NEEDS].merge(last, on=key, how="left")
    other = both["primary_need"].fillna("").ne(both["last"].fillna(""))
    return both.loc[other, EARLIER_NEEDS].reset_index(drop=True)


def empty(name: str) -> pd.DataFrame:
    """Return a table without rows, with the columns that the stored one has."""
    if name == "censuses":
        return _census_frame([], pd.DataFrame({"census_year": [], "census_date": []}))
    if name == "earlier_needs":
        plans = schedule.empty("plans").assign(census_year=pd.Series(dtype="Int64"))
        return plans[EARLIER_NEEDS]
    table = schedule.empty(name)
    if name == "plans":
        years = {c: pd.Series(dtype="Int64") for c in ("first_census", "last_census")}
        table = table.assign(**years, in_history=pd.Series(dtype="bool"))
    return table


def censuses(tables: Mapping[str, pd.DataFrame], area: Area, dates: pd.DataFrame) -> pd.DataFrame:
    """Return the January censuses that the plans cover: `census_year`, `census_date`, `origin`.

    A return covers its own January. plans.csv covers each January from
    `plans_complete_from`, or else from the first January after the earliest plan that it says
    has ceased, up to the one before the first return (or, without returns, up to the last
    January before its latest start or end of a plan). An extract of open plans covers that last
    January alone. Where no plan was open at any of these Januaries, none is covered.

    Args:
        tables: As `combine` returns them.
        area: The settings.
        dates: Reference table of census dates.
    """
    plans = tables.get("plans")
    if plans is None or plans.empty:
        return _census_frame([], dates)
    spans = plans[["first_census", "last_census"]].dropna()
    returned = sorted({int(y) for column in spans for y in spans[column].unique()})
    kept = plans[plans["in_history"]]
    years = _history_years(kept, area, returned)
    history = years if _any_open(years, kept, dates) else []
    rows = [(y, "history") for y in history if y not in returned]
    return _census_frame(rows + [(y, "return") for y in returned], dates)


def _history_years(plans: pd.DataFrame, area: Area, returned: Sequence[int]) -> list[int]:
    latest = plans[["plan_start", "plan_cease"]].max().max()
    if pd.isna(latest):
        return []
    last = returned[0] - 1 if returned else int(latest.year)
    first = area.plans_complete_from or _after_the_first_end(plans)
    if _is_extract(plans, area, returned):
        first = last
    return [] if first is None else list(range(first, last + 1))


def _after_the_first_end(plans: pd.DataFrame) -> int | None:
    """Return the first January after the earliest end of a plan; None where none has ceased."""
    ceased = plans["plan_cease"].dropna()
    return None if ceased.empty else int(ceased.min().year) + 1


def _is_extract(plans: pd.DataFrame, area: Area, returned: Sequence[int]) -> bool:
    """Return whether plans.csv, alone, holds the plans of today: too few ends to go back by.

    Besides returns it is no extract: they hold the plans of today themselves.
    """
    if area.plans_complete_from is not None or returned:
        return False
    first = _after_the_first_end(plans)
    return first is None or first > int(plans[["plan_start", "plan_cease"]].max().max().year)


def _any_open(years: Sequence[int], plans: pd.DataFrame, dates: pd.DataFrame) -> bool:
    """Return whether some plan was open at the January census of one of some years."""
    days = _census_frame([(y, "history") for y in years], dates)["census_date"]
    return any(((plans["plan_start"] <= day) & ~(plans["plan_cease"] <= day)).any() for day in days)


def _census_frame(rows: Sequence[tuple[int, str]], dates: pd.DataFrame) -> pd.DataFrame:
    known = {
        int(y): pd.Timestamp(d)
        for y, d in zip(dates["census_year"], dates["census_date"], strict=True)
    }
    return pd.DataFrame(
        {
            "census_year": pd.Series([y for y, _ in rows], dtype="Int64"),
            "census_date": pd.Series(
                [known.get(y, third_thursday(y)) for y, _ in rows], dtype="datetime64[us]"
            ),
            "origin": pd.Series([o for _, o in rows], dtype="str"),
        }
    ).sort_values("census_year", ignore_index=True)


def third_thursday(year: int) -> pd.Timestamp:
    """Return the third Thursday of a January, on which the census stands by default."""
    return pd.date_range(f"{year}-01-01", periods=3, freq="W-THU")[2]


def vanished(tables: Mapping[str, pd.DataFrame], covered: pd.DataFrame) -> list[Problem]:
    """Return a warning for each return that drops open plans without saying that they ceased."""
    plans = tables.get("plans")
    returned = covered.loc[covered["origin"].eq("return"), "census_year"].tolist()
    if plans is None or len(returned) < 2:
        return []
    found = []
    for year, after in itertools.pairwise(returned):
        lost = plans["last_census"].eq(year) & plans["plan_cease"].isna()
        count = int(lost.fillna(False).sum())
        if count:
            found.append(_vanished(count, year, after))
    return found


def extract(tables: Mapping[str, pd.DataFrame], area: Area, covered: pd.DataFrame) -> list[Problem]:
    """Return a warning where plans.csv is an extract of open plans, which tells one January."""
    plans = tables.get("plans")
    returned = covered.loc[covered["origin"].eq("return"), "census_year"].tolist()
    if plans is None or covered.empty or not _is_extract(plans, area, returned):
        return []
    return [problem("plans.open_only", Place(table="plans"))]


def without_uncounted(loaded: Loaded, covered: pd.DataFrame) -> Loaded:
    """Return tables without plans that can be counted at no January, and with the reason.

    All that a notebook says of plans starts from a January census, so that without one the
    area is as one that holds no plans.
    """
    if "plans" not in loaded.tables or loaded.tables["plans"].empty or len(covered):
        return loaded
    aside = [
        replace(a, rows_used=0, rows_set_aside=a.rows_read) if a.table == "plans" else a
        for a in loaded.accounts
    ]
    return replace(
        loaded,
        tables={n: t for n, t in loaded.tables.items() if n not in ("plans", "earlier_needs")},
        accounts=aside,
        problems=[*loaded.problems, problem("plans.no_january", Place(table="plans"))],
    )


def between_tables(tables: Mapping[str, pd.DataFrame]) -> list[Problem]:
    """Return what does not fit between the tables, once returns and history are one."""
    across = {check.code for check in checks.CHECKS if check.across}
    known = {name: table for name, table in tables.items() if name in schedule.TABLES}
    return [p for p in checks.check(known).problems if p.code in across]


def _vanished(count: int, year: int, after: int) -> Problem:
    return Problem(
        code="plans.vanished",
        severity="warning",
        table="plans",
        message=f"{count} plans open in the {year} return are not in the {after} return, and no "
        "end date was given.",
        remedy="Check that the UPN did not change, and add the end date where the plan ceased.",
    )

"""The published release that the fictional areas stand in: areas, regions and an England."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from toolkit import reference
from toolkit.intake.ees_write import write_ees_zip
from toolkit.intake.fiction import snapshots
from toolkit.intake.fiction.snapshots import CALENDAR_YEARS, JANUARIES, Counted, columns_in
from toolkit.intake.fiction.world import World

NEIGHBOURS = 12
AGED_JANUARIES = (2024, 2025)  # the release has ages of these Januaries only
AGED_YEARS = (2022, 2023, 2024)
LEAST = 60  # plans of the smallest other area
ELSEWHERE = (
    "elective_home_education",
    "other_arrangements_la",
    "other_arrangements_parents",
    "online_provider",
    "w_settings",
    "other_schools",
    "neet",
    "neet_ntci",
    "neet_other",
    "neet_other_csa",
)
# First year for which the release has a figure, where that is not the first of its file.
SINCE = {
    "ees_requests": (
        2023,
        {"requests_received_in_year", "requests_rya", "requests_decided_not_to_assess"},
    ),
    "ees_assessments": (2022, {"assess_issued", "assess_not_issued"}),
}


def areas(la_code: str, name: str) -> pd.DataFrame:
    """Return the fictional areas, this one first and under its own name."""
    known = reference.table("fictional_areas")
    mine = known[known["code"].eq(la_code)]
    if mine.empty:
        mine = known.head(1).assign(code=la_code, size="1.0", growth="0.0")
    others = known[known["code"].ne(la_code)]
    both = pd.concat([mine.assign(name=name), others], ignore_index=True)
    return both.assign(
        new_code="E99000" + both["code"],
        size=both["size"].astype(float),
        growth=both["growth"].astype(float),
    )


def growth_of(la_code: str) -> float:
    """Return what a fictional area adds to England's log growth a year."""
    return float(areas(la_code, "")["growth"].iloc[0])


def neighbours(la_code: str, name: str) -> list[str]:
    """Return the codes of the area's statistical neighbours, nearest first."""
    known = areas(la_code, name)
    same = known["region_code"].eq(known["region_code"].iloc[0])
    ordered = pd.concat([known[same], known[~same]])["code"].tolist()
    return ordered[1 : NEIGHBOURS + 1]


def write_release(path: Path, world: World, name: str, plans: int) -> Path:
    """Write the release's zip with this area as its people say and the others as drawn."""
    known = areas(world.la_code, name)
    counted = {world.la_code: snapshots.own(world)}
    rng = world.streams["others"]
    sizes = (plans * known["size"] / known["size"].iloc[0]).round().clip(lower=LEAST).astype(int)
    for code, size, growth in list(zip(known["code"], sizes, known["growth"], strict=True))[1:]:
        counted[code] = snapshots.other(size, growth, rng)
    caseload = _stocks(counted, known)
    others = {
        "ees_new_plans": _new_plans(counted, known),
        "ees_need_stock": _needs(counted, known, dict.fromkeys((2025,), "plans")),
        "ees_need_new": _needs(counted, known, dict.fromkeys((2024,), "new")),
        "ees_ceased": _yearly(counted, known, "ceased", range(2022, 2025), "ees_ceased"),
        "ees_requests": _yearly(counted, known, "asked", CALENDAR_YEARS, "ees_requests"),
        "ees_assessments": _yearly(counted, known, "assessed", CALENDAR_YEARS, "ees_assessments"),
        "ees_timeliness": _yearly(counted, known, "timed", CALENDAR_YEARS, "ees_timeliness"),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_ees_zip(path, caseload, others=others)


def _stocks(counted: dict[str, Counted], known: pd.DataFrame) -> pd.DataFrame:
    """Return plans at each January by column of the release; by age where the release has it."""
    parts = []
    for year in JANUARIES:
        people = _together(counted, "plans", year)
        wide = _by_column(people, ["code"], columns_in(year)).assign(
            topic="total", breakdown="total"
        )
        made = [wide]
        if year in AGED_JANUARIES:
            made += [
                _broken_down(people, "age", columns_in(year)),
                _broken_down(people, "sex", columns_in(year)),
            ]
        parts.append(pd.concat(made).assign(year=year))
    frame = _with_levels(pd.concat(parts, ignore_index=True), known)
    return _totals(frame, "ehcplans")


def _new_plans(counted: dict[str, Counted], known: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for year in CALENDAR_YEARS:
        people = _together(counted, "new", year)
        columns = columns_in(year + 1) | set(people["column"])
        made = [_by_column(people, ["code"], columns).assign(topic="total", breakdown="total")]
        if year in AGED_YEARS:
            made.append(_broken_down(people, "age", columns).assign(topic="age_at_start"))
        parts.append(pd.concat(made).assign(year=year))
    frame = _with_levels(pd.concat(parts, ignore_index=True), known)
    return _totals(frame, "new_ehc_plans")


def _together(counted: dict[str, Counted], what: str, year: int) -> pd.DataFrame:
    parts: list[pd.DataFrame] = [
        getattr(c, what)[year].assign(code=code) for code, c in counted.items()
    ]
    return pd.concat(parts, ignore_index=True)


def _by_column(people: pd.DataFrame, keys: list[str], columns: set[str]) -> pd.DataFrame:
    wide = pd.crosstab([people[k] for k in keys], people["column"])
    made: pd.DataFrame = wide.reindex(columns=sorted(columns), fill_value=0).reset_index()
    return made


def _broken_down(people: pd.DataFrame, by: str, columns: set[str]) -> pd.DataFrame:
    value = _age_labels(people["age"]) if by == "age" else people[by]
    made = _by_column(people.assign(breakdown=value), ["code", "breakdown"], columns)
    return made.assign(topic=by)


def _age_labels(age: pd.Series[int]) -> pd.Series[str]:
    return age.astype(str).where(age > 2, "0-2")


def _totals(frame: pd.DataFrame, total: str) -> pd.DataFrame:
    """Return the frame with its total and the subtotal of those educated elsewhere."""
    identity = {
        "year",
        "level",
        "code",
        "name",
        "region_code",
        "region_name",
        "new_code",
        "topic",
        "breakdown",
    }
    columns = [c for c in frame.columns if c not in identity]
    academic = frame["year"] + (total == "new_ehc_plans")
    inside = [c for c in ELSEWHERE if c in frame]
    elsewhere = frame[inside].sum(axis=1)
    elsewhere += frame["other_placement_settings"].fillna(0).where(academic >= 2023, 0)
    return frame.assign(**{total: frame[columns].sum(axis=1), "ed_elsewhere": elsewhere})


def _needs(counted: dict[str, Counted], known: pd.DataFrame, years: dict[int, str]) -> pd.DataFrame:
    """Return plans by primary need: in all, by age and by placement. DS counts as other."""
    parts = []
    for year, what in years.items():
        people = _together(counted, what, year)
        need = people["need"].str.lower().replace("", "need_unknown")
        people = people.assign(column="number_" + need)
        columns = set(people["column"])
        made = [_by_column(people, ["code"], columns).assign(topic="total", breakdown="total")]
        made.append(_broken_down(people, "age", columns))
        if what == "plans":
            made.append(_by_placement(people, counted, year, columns))
        parts.append(pd.concat(made).assign(year=year))
    frame = _with_levels(pd.concat(parts, ignore_index=True), known)
    counts = [c for c in frame.columns if c.startswith("number_")]
    total = frame[counts].sum(axis=1)
    shares = {
        c.removeprefix("number_").removeprefix("need_") + "_pc": (100 * frame[c] / total).round(1)
        for c in counts
    }
    return frame.assign(ehc_plans=total, **shares)


def _by_placement(
    people: pd.DataFrame, counted: dict[str, Counted], year: int, columns: set[str]
) -> pd.DataFrame:
    placement = _together(counted, "plans", year)["column"]
    made = _by_column(people.assign(breakdown=placement), ["code", "breakdown"], columns)
    return made.assign(topic="placement")


def _yearly(
    counted: dict[str, Counted], known: pd.DataFrame, what: str, years: Sequence[int], table: str
) -> pd.DataFrame:
    """Return a file of counts by calendar year; "x" for what the release does not have."""
    rows = [
        {
            "code": code,
            "year": year,
            "topic": "total",
            "breakdown": "total",
            **getattr(c, what)[year],
        }
        for code, c in counted.items()
        for year in years
    ]
    frame = _with_levels(pd.DataFrame(rows), known)
    since, always = SINCE.get(table, (0, set()))
    counts = [c for c in rows[0] if c not in ("code", "year", "topic", "breakdown", *always)]
    held = frame["year"].ge(since)
    return frame.assign(**{c: frame[c].astype(float).where(held) for c in counts})


def _with_levels(frame: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Return the LAs' rows with the sums of regions and of England, and all identifiers.

    A column that the release does not fill in some year is missing there, at every level.
    """
    keys = ["year", "topic", "breakdown"]
    identity = known.rename(columns={"region": "region_name"})
    las = frame.merge(
        identity[["code", "name", "region_code", "region_name", "new_code"]], on="code"
    )
    counts = [c for c in frame.columns if c not in (*keys, "code")]
    regions = las.groupby(["region_code", "region_name", *keys], as_index=False)[counts].sum(
        min_count=1
    )
    england = las.groupby(keys, as_index=False)[counts].sum(min_count=1)
    regions = regions.assign(
        code=regions["region_code"], name=regions["region_name"], level="region", new_code=""
    )
    england = england.assign(
        code="E92000001",
        name="England",
        level="england",
        region_code="",
        region_name="",
        new_code="",
    )
    return pd.concat([england, regions, las.assign(level="la")], ignore_index=True)

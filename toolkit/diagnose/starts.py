"""How old children and young people are when their plan starts, year by year.

Each function takes DataFrames or an `Aggregate` and returns a new one. Nothing here opens a
file, draws a chart or knows which local area it is looking at.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure, Source
from toolkit.diagnose import topics
from toolkit.diagnose.flows import period

UNIVERSE = "EHC plans that started in the calendar year"
# The ages of the DfE's release: single years between two open ends.
AGES = ("0-2", *(str(a) for a in range(3, 20)), "20+", "unknown")
# The ages that are shown: fewer at both ends, where so few plans start that all would be hidden.
YOUNGEST, OLDEST = "0-3", "17+"
SHOWN = (YOUNGEST, *(str(a) for a in range(4, 17)), OLDEST, "unknown")
# Where fewer own plans start in a year, single ages would hide almost all: broad bands instead.
ENOUGH = 200
BROAD = {"0-4": (0, 4), "5-7": (5, 7), "8-10": (8, 10), "11-15": (11, 15), "16+": (16, 25)}
STAGES = {"under_5": "Under 5", "5_to_15": "5 to 15", "from_16": "16 and over"}
LABELS = {
    "age": {
        YOUNGEST: "3 and under",
        **{str(a): str(a) for a in range(4, 17)},
        OLDEST: "17 and over",
        "0-4": "Under 5",
        **{b: b.replace("-", " to ") for b in list(BROAD)[1:-1]},
        "16+": "16 and over",
        "unknown": "Age not recorded",
    },
    "stage": {**STAGES, "unknown": "Age not recorded"},
}
POOLED = 3  # years that a peak is looked for in: one year alone is mostly chance
Z = 1.959964  # two-sided 95% of the normal distribution
# The stages are sums of ages: disclosure control must know it.
STARTS = Measure("starts", "New plans", "people", where_column={"stage": "stage"})
METHOD = {
    "local": "Age in completed years on the day the plan started, from the month of birth. A "
    "calendar year counts where a SEN2 return, or two January censuses, hold all of it.",
    "published": "Age when the plan started, as published by the DfE by calendar year.",
}
RATE = (
    "Rate = new plans / people of that age in the middle of the year x 1,000; the oldest "
    "group is set against ages 17 to 25."
)


def counted(started: pd.DataFrame) -> pd.DataFrame:
    """Return new plans by year and age, a row for every age: `calendar_year`, `age`, `starts`.

    Args:
        started: As `flows.started` returns it.
    """
    years, ages = started["calendar_year"], started["age"]
    codes = [band(age) for age in ages]
    counts = pd.Series(1, index=pd.MultiIndex.from_arrays([years, codes]), dtype="int64")
    return _every_age(counts.groupby(level=[0, 1]).sum())


def published(new_plans: pd.DataFrame | None, code: str) -> pd.DataFrame:
    """Return the published new plans of one area by year and age: as `counted` does.

    Args:
        new_plans: The published `ees_new_plans`; None where it is not held.
        code: Code of the area.
    """
    # The release leaves out an age at which no plan started, and marks what it cannot say.
    rows = topics.rows(new_plans, code, "age_at_start", ["new_ehc_plans"])
    counts = rows.groupby(["year", "breakdown"])["new_ehc_plans"].sum().astype("int64")
    return _every_age(counts)


def band(age: Any) -> str:
    """Return the code in `AGES` of an age in years; "unknown" where it is missing."""
    if pd.isna(age):
        return "unknown"
    years = int(age)
    return "0-2" if years < 3 else str(years) if years < 20 else "20+"


def _every_age(counts: pd.Series) -> pd.DataFrame:
    names = ["calendar_year", "age"]
    years = sorted(int(y) for y in set(counts.index.get_level_values(0)))
    ages = [a for a in AGES if a != "unknown" or "unknown" in counts.index.get_level_values(1)]
    every = pd.MultiIndex.from_product([years, ages], names=names)
    return counts.rename_axis(names).reindex(every, fill_value=0).rename("starts").reset_index()


def _single(age: str) -> str:
    """Return the code in `SHOWN` of an age in `AGES`."""
    if age in ("0-2", "3"):
        return YOUNGEST
    return age if age in SHOWN else OLDEST


def _in_band(age: str) -> str:
    """Return the band in `BROAD` of an age in `AGES`."""
    if age == "unknown":
        return age
    years = int(age.partition("-")[0].rstrip("+"))
    return next(b for b, (low, high) in BROAD.items() if low <= years <= high)


def stage(ages: pd.Series) -> pd.Series:
    """Return the stage of each age: before school, of compulsory school age, after it."""
    named = {**dict.fromkeys(("0-2", "3", "4"), "under_5"), "20+": "from_16"}
    named |= {str(a): "5_to_15" if a < 16 else "from_16" for a in range(5, 20)}
    return ages.map(named).fillna("unknown")


def by_age(
    counts: pd.DataFrame, population: pd.DataFrame, source: Source, sources: tuple[str, ...]
) -> Aggregate:
    """Return new plans by year and age, with their share of the year and their rate.

    Args:
        counts: As `counted` or `published` returns it.
        population: `year` (mid-year), `age` (0 to 25) and `persons`; it may be empty.
        source: "local" or "published".
        sources: Where the figures come from.

    Returns:
        One row a `calendar_year` and `age`, a single year of age or, where fewer than 200 own
        plans start in a year, a band: `starts` and `base` (people), `share` (% of the year's
        new plans), `persons`, `rate` (per 1,000 people of that age). The `starts` of a year
        add up to its `base`.
    """
    yearly = counts.groupby("calendar_year")["starts"].sum().mean()
    shown_as = _in_band if source == "local" and yearly < ENOUGH else _single
    named = counts.assign(stage=stage(counts["age"]), age=counts["age"].map(shown_as))
    frame = named.groupby(["calendar_year", "stage", "age"], as_index=False)["starts"].sum()
    frame["base"] = frame.groupby("calendar_year")["starts"].transform("sum")
    frame["share"] = 100 * frame["starts"] / frame["base"].where(frame["base"] > 0)
    frame = frame.merge(_persons(population, shown_as), on=["calendar_year", "age"], how="left")
    frame["rate"] = 1000 * frame["starts"] / frame["persons"].where(frame["persons"] > 0)
    return Aggregate(
        frame=frame,
        universe=UNIVERSE,
        dimensions=("calendar_year", "age"),
        measures=(
            STARTS,
            Measure("base", "All new plans", "people", without=("age",)),
            Measure("share", "Share of the year's new plans", "%", ("starts", "base")),
            Measure("persons", "People of that age", "number", decimals=0),
            Measure("rate", "New plans per 1,000 people of that age", "per 1,000", ("starts",)),
        ),
        source=source,
        sources=sources,
        method=f"{METHOD[source]} {RATE}" if frame["rate"].notna().any() else METHOD[source],
        period=period(frame["calendar_year"]),
        not_summed=("calendar_year", "area"),
        labels=LABELS,
    )


def _persons(population: pd.DataFrame, shown_as: Callable[[str], str]) -> pd.DataFrame:
    banded = population.assign(
        calendar_year=population["year"].astype("int64"),
        age=[shown_as(band(a)) for a in population["age"]],
    )
    persons = banded.groupby(["calendar_year", "age"])["persons"].sum().astype("float64")
    return persons.reset_index()


def has_rates(made: Aggregate) -> bool:
    """Return whether `by_age` could set the new plans against a population."""
    return bool(made.frame["rate"].notna().any())


def peaks(made: Aggregate) -> list[str]:
    """Return the ages at which clearly more plans start than at the ages beside them.

    Args:
        made: As `by_age` returns it.

    Returns:
        Codes of single ages, in order; none where ages are in bands. Over the last three years
        together, a peak has more new plans than either neighbour, more than the mean of all
        ages, and more than the mean of its two neighbours by what chance gives one time in 40
        (Poisson counts, 95%).
    """
    years = sorted(made.frame["calendar_year"].unique())[-POOLED:]
    recent = made.frame[made.frame["calendar_year"].isin(years)]
    if not set(recent["age"]) <= set(SHOWN):
        return []
    counts = recent.groupby("age")["starts"].sum()
    ages = [a for a in SHOWN if a != "unknown"]
    values = [float(counts.get(a, 0)) for a in ages]
    mean = sum(values) / len(values)
    found = []
    for i in range(1, len(ages) - 1):  # the open ends span several years of age
        before, here, after = values[i - 1 : i + 2]
        chance = Z * math.sqrt(here + (before + after) / 4)
        is_above = here >= before and here > after and here > mean
        if is_above and here - (before + after) / 2 > chance:
            found.append(ages[i])
    return found


def told_peaks(made: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on the ages at which most plans start, and its cells."""
    last = int(made.frame["calendar_year"].max())
    largest = sorted(
        peaks(made),
        key=lambda a: -float(made.cell("starts", calendar_year=last, age=a).value),
    )[:2]
    if not set(made.frame["age"]) <= set(SHOWN):
        return "New plans by age: too few start in a year to look at single ages.", {}
    if not largest:
        return "No single age stands out as the start of a plan beyond what chance gives.", {}
    first = max(last - POOLED + 1, int(made.frame["calendar_year"].min()))
    cells: dict[str, Cell | str] = {"years": period(pd.Series([first, last]))}
    cells |= {f"age{i}": age for i, age in enumerate(sorted(largest, key=int))}
    said = " and at ".join(f"age {{age{i}}}" for i in range(len(largest)))
    return f"In {{years}}, taken together, new plans peak at {said}.", cells


def beside(
    own: pd.DataFrame, england: pd.DataFrame, source: Source, sources: tuple[str, ...]
) -> Aggregate:
    """Return how the new plans of a year spread over the stages, beside England's.

    Args:
        own: As `counted` or `published` returns it.
        england: The same of England, as published.
        source: Of the area's own figures.
        sources: Where both come from.

    Returns:
        One row a `stage`, of the latest year that both hold: `starts`, `base` (people),
        `share`, `england` (%) and `difference` (pp).
    """
    both = set(own["calendar_year"]) & set(england["calendar_year"])
    year = max(both, default=0)
    table = pd.DataFrame({"starts": _stages(own, year), "all": _stages(england, year)})
    table["base"], whole = table["starts"].sum(), table["all"].sum()
    table["share"] = 100 * table["starts"] / table["base"].where(table["base"] > 0)
    table["england"] = 100 * table["all"] / whole if whole else float("nan")
    table["difference"] = table["share"] - table["england"]
    at = {"calendar_year": str(year)}
    return Aggregate(
        frame=table.rename_axis("stage").reset_index() if both else table.iloc[:0].assign(stage=""),
        universe=UNIVERSE,
        dimensions=("stage",),
        measures=(
            Measure("starts", "New plans", "people", where=at),
            Measure("base", "All new plans", "people", where=at, without=("stage",)),
            Measure("share", "Share here", "%", ("starts", "base"), decimals=0),
            Measure("england", "Share in England", "%", ("base",), decimals=0),
            Measure("difference", "Difference", "pp", ("starts", "base"), decimals=0),
        ),
        source=source,
        sources=sources,
        method=f"{METHOD[source]} England as published.",
        period=str(year),
        not_summed=("calendar_year", "area"),
        labels={"stage": LABELS["stage"]},
    )


def _stages(counts: pd.DataFrame, year: int) -> pd.Series:
    rows = counts[counts["calendar_year"].eq(year)]
    summed = rows.groupby(stage(rows["age"]))["starts"].sum()
    return summed.reindex([*STAGES, *(["unknown"] if "unknown" in summed else [])], fill_value=0)

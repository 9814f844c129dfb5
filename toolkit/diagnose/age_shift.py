"""Whether children and young people are older or younger when their plan starts than before.

A difference between two years is called a shift only where chance alone would rarely make it:
the 95% range of the change in mean age must leave out 0, and a Mann-Whitney test must agree.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure, Source
from toolkit.diagnose.flows import period
from toolkit.diagnose.starts import AGES, STAGES, UNIVERSE, Z, stage
from toolkit.diagnose.starts import METHOD as OF_STARTS
from toolkit.evidence import Finding

FEWEST = 20  # new plans in a year: with fewer, no test can tell a shift from chance
LIMIT = 0.05  # p-values below it are called more than chance
LEAST = 0.001  # p-values below it are given as it: nobody needs them closer
MEAN_OF = {"0-2": 2.0, "20+": 20.0}  # plans before 2 and from 21 on are few
NO_SHIFT = 30  # priority: that nothing changed is worth knowing, and no headline
SAME = "No more than chance gives"
METHOD = (
    "Mean age counts 2 and under as 2, and 20 and over as 20. Range of the change: 95%, from the "
    "spread of ages in both years (Welch). The Mann-Whitney test asks whether ages as a whole "
    "are higher in one year, the chi-squared test whether the three age groups have other "
    "shares. p is how often chance alone would give as large a difference; below 0.001 it is given "
    "as 0.001."
)


def by_year(counts: pd.DataFrame, source: Source, sources: tuple[str, ...]) -> Aggregate:
    """Return the ages at the start of a plan in one row a calendar year.

    Args:
        counts: As `starts.counted` or `starts.published` returns it.
        source: "local" or "published".
        sources: Where the figures come from.

    Returns:
        `starts`, `under_5`, `to_15`, `from_16` (people), `mean` and `median` (years), and
        `share_under_5`, `share_to_15`, `share_from_16` (%). Ages that are not recorded count
        in `starts` alone.
    """
    rows = [_year(int(str(y)), rows) for y, rows in counts.groupby("calendar_year")]
    columns = ["calendar_year", "starts", *STAGE_COLUMNS, "mean", "median"]
    frame = pd.DataFrame(rows, columns=columns)
    for count in STAGE_COLUMNS:
        frame[f"share_{count}"] = 100 * frame[count] / frame["starts"].where(frame["starts"] > 0)
    people = tuple(
        Measure(c, f"New plans, {STAGES[s].lower()}", "people", where={"stage": s})
        for c, s in STAGE_COLUMNS.items()
    )
    shares = tuple(
        Measure(f"share_{c}", STAGES[s], "%", (c, "starts"), decimals=0)
        for c, s in STAGE_COLUMNS.items()
    )
    return Aggregate(
        frame=frame,
        universe=UNIVERSE,
        dimensions=("calendar_year",),
        measures=(
            Measure("starts", "New plans", "people"),
            *people,
            Measure("mean", "Mean age, years", "number", ("starts",), decimals=1),
            Measure("median", "Median age, years", "number", ("starts",), decimals=0),
            *shares,
        ),
        source=source,
        sources=sources,
        method=f"{OF_STARTS[source]} Mean age counts 2 and under as 2, and 20 and over as 20.",
        period=period(counts["calendar_year"]),
        not_summed=("calendar_year", "area"),
    )


STAGE_COLUMNS = {"under_5": "under_5", "to_15": "5_to_15", "from_16": "from_16"}
SHOWN = (
    "calendar_year",
    "starts",
    "mean",
    "median",
    "share_under_5",
    "share_to_15",
    "share_from_16",
)


def _year(year: int, rows: pd.DataFrame) -> dict[str, object]:
    counts = rows.groupby(stage(rows["age"]))["starts"].sum()
    ages = _ages(rows)
    return {
        "calendar_year": year,
        "starts": int(rows["starts"].sum()),
        **{column: int(counts.get(s, 0)) for column, s in STAGE_COLUMNS.items()},
        "mean": float(ages.mean()) if len(ages) else float("nan"),
        "median": float(np.median(ages)) if len(ages) else float("nan"),
    }


def _ages(rows: pd.DataFrame) -> np.ndarray:
    """Return one age for each new plan whose age is recorded."""
    known = rows[rows["age"].isin([a for a in AGES if a != "unknown"])]
    ages = known["age"].map(lambda a: MEAN_OF.get(a) or float(a)).to_numpy(float)
    return np.repeat(ages, known["starts"].to_numpy(int))


def shift(counts: pd.DataFrame, source: Source, sources: tuple[str, ...]) -> Aggregate:
    """Return the change in age at the start of a plan from the first year to the last: one row.

    Args:
        counts: As `starts.counted` or `starts.published` returns it.
        source: "local" or "published".
        sources: Where the figures come from.

    Returns:
        `first_year`, `last_year`; `starts_first`, `starts_last` (people); `mean_first`,
        `mean_last`, `change` with its 95% range `low` to `high` (years); `p_ages` and
        `p_groups`; `verdict` (text). No test is made where a year has fewer than 20 new plans.
    """
    years = counts["calendar_year"]
    first, last = int(years.min()), int(years.max())
    frames = [counts[years.eq(y)] for y in (first, last)]
    ages = [_ages(f) for f in frames]
    row: dict[str, object] = {"first_year": first, "last_year": last}
    row |= {"starts_first": int(frames[0]["starts"].sum())}
    row |= {"starts_last": int(frames[1]["starts"].sum())}
    row |= _means(*ages) | _tests(frames, *ages)
    both = ("starts_first", "starts_last")
    return Aggregate(
        frame=pd.DataFrame([{**row, "verdict": verdict(row)}]),
        universe=UNIVERSE,
        dimensions=(),
        measures=(
            _count("starts_first", first),
            _count("starts_last", last),
            Measure("mean_first", f"Mean age, {first}, years", "number", both, decimals=1),
            Measure("mean_last", f"Mean age, {last}, years", "number", both, decimals=1),
            Measure("change", "Change in mean age, years", "number", both, decimals=1),
            Measure("low", "95% range, low", "number", both, decimals=1),
            Measure("high", "95% range, high", "number", both, decimals=1),
            Measure("p_ages", "Mann-Whitney test, p", "number", both, decimals=3),
            Measure("p_groups", "Chi-squared test of the age groups, p", "number", both,
                    decimals=3),
            Measure("verdict", "More than chance?", "text"),
        ),
        source=source,
        sources=sources,
        method=METHOD,
        period=period(years),
        not_summed=("calendar_year", "area"),
    )  # fmt: skip


TEST = ("starts_first", "starts_last", "change", "low", "high", "p_ages", "p_groups", "verdict")


def _count(column: str, year: int) -> Measure:
    return Measure(column, f"New plans, {year}", "people", where={"calendar_year": str(year)})


def _means(then: np.ndarray, now: np.ndarray) -> dict[str, object]:
    if min(len(then), len(now)) < 2:
        return dict.fromkeys(("mean_first", "mean_last", "change", "low", "high"), float("nan"))
    change = float(now.mean() - then.mean())
    error = math.sqrt(then.var(ddof=1) / len(then) + now.var(ddof=1) / len(now))
    return {
        "mean_first": float(then.mean()),
        "mean_last": float(now.mean()),
        "change": change,
        "low": change - Z * error,
        "high": change + Z * error,
    }


def _tests(frames: list[pd.DataFrame], then: np.ndarray, now: np.ndarray) -> dict[str, object]:
    """Return both p-values; missing where there are too few plans, or all ages are one."""
    missing: dict[str, object] = {"p_ages": float("nan"), "p_groups": float("nan")}
    if min(len(then), len(now)) < FEWEST or len(set(then) | set(now)) < 2:
        return missing
    from scipy import stats  # noqa: PLC0415  (0.6 s, and few notebooks need it)

    groups = [f.groupby(stage(f["age"]))["starts"].sum() for f in frames]
    table = pd.concat(groups, axis=1).reindex(list(STAGES)).fillna(0)
    table = table[table.sum(axis=1) > 0]
    p_ages = float(stats.mannwhitneyu(then, now).pvalue)
    p_groups = float(stats.chi2_contingency(table.to_numpy()).pvalue) if len(table) > 1 else 1.0
    return {"p_ages": max(p_ages, LEAST), "p_groups": max(p_groups, LEAST)}


def verdict(row: dict[str, object]) -> str:
    """Return in words whether the ages shifted by more than chance."""
    p, low, high = (float(str(row[c])) for c in ("p_ages", "low", "high"))
    if math.isnan(p):
        return "Too few new plans to tell"
    if p < LIMIT and (low > 0 or high < 0):
        return "Older, by more than chance" if low > 0 else "Younger, by more than chance"
    return SAME


def told(shifted: Aggregate) -> tuple[str, dict[str, Cell]]:
    """Return one sentence on the shift with the numbers it rests on, and its cells.

    Args:
        shifted: As `shift` returns it.
    """
    row = shifted.frame.iloc[0]
    first, last, said = int(row["first_year"]), int(row["last_year"]), str(row["verdict"])
    names = ["starts_first", "starts_last"]
    if pd.isna(row["change"]):
        sentence = (
            "Too few plans started to say whether the age at the start shifted: "
            f"{{starts_first}} in {first} and {{starts_last}} in {last}."
        )
        return sentence, {n: shifted.cell(n) for n in names}
    ends = {
        "Older, by more than chance": "Plans start later in life, by more than chance gives.",
        "Younger, by more than chance": "Plans start earlier in life, by more than chance gives.",
        "Too few new plans to tell": "That is too few to tell from chance.",
    }
    tail = ends.get(said, "That is no more difference than chance gives.")
    if said == SAME and row["p_groups"] < LIMIT:
        tail += " But the shares of the three age groups changed by more than chance gives."
    sentence = (
        f"The mean age at the start of a plan was {{mean_first}} years in {first} (of "
        f"{{starts_first}} plans) and {{mean_last}} in {last} (of {{starts_last}}). {tail}"
    )
    names += ["mean_first", "mean_last"]
    return sentence, {n: shifted.cell(n) for n in names}


def finding(shifted: Aggregate) -> Finding | None:
    """Return the finding on the age at the start of a plan, with the range of its change.

    None where too few plans started to compare two years.
    """
    sentence, cells = told(shifted)
    if pd.isna(shifted.frame["p_ages"].iloc[0]):
        return None
    return Finding(
        id="11.age.shift",
        stage="Module 1",
        sentence=sentence,
        cells=cells,
        value=shifted.cell("change"),
        low=shifted.cell("low"),
        high=shifted.cell("high"),
        base=shifted.cell("starts_last"),
        criterion=3,
        priority=75 if shifted.frame["verdict"].iloc[0] != SAME else NO_SHIFT,
    )

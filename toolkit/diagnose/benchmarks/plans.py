"""Plans open each January, of every area: per 1,000 people, by provision, by need."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from toolkit.diagnose import comparators
from toolkit.diagnose.benchmarks import rows
from toolkit.diagnose.benchmarks.rows import MARK, REPLACED, Tables

KEYS = ["year", "code"]
OLDEST = 25  # a plan can last until 25
JANUARY = "January {year}"


def known(caseload: pd.DataFrame, replaced: Sequence[tuple[str, int, float]] = ()) -> pd.DataFrame:
    """Return published plans with the analyst's replacements, and each doubt that is left.

    Args:
        caseload: The published `caseload`.
        replaced: Code, year and the total to use instead; missing leaves the point out.

    Returns:
        `year`, `code`, `provision` ("total" among them), `plans` and `doubt`: the January
        whose total looks wrong in the release, or "". Where a total was replaced by another
        figure, or left out, its provisions go too: nobody knows what the right ones are.
    """
    after = comparators.replace_points(comparators.totals(caseload), replaced)
    parts = without(caseload[caseload["provision"].ne("total")], gone(caseload, replaced))
    both = pd.concat([after.assign(provision="total"), parts], ignore_index=True)
    wrong = after["note"].fillna("").str.startswith(MARK)
    changed = after["note"].fillna("").str.startswith(REPLACED)
    kept = after[wrong | changed][KEYS].assign(
        doubt=[f"January {y}{' (replaced)' if c else ''}" for y, c in zip(
            after.loc[wrong | changed, "year"], changed[wrong | changed], strict=True)]
    )  # fmt: skip
    marked = both[[*KEYS, "provision", "plans"]].merge(kept, on=KEYS, how="left")
    return marked.assign(doubt=marked["doubt"].fillna(""))


def gone(caseload: pd.DataFrame, replaced: Sequence[tuple[str, int, float]] = ()) -> pd.DataFrame:
    """Return the `year` and `code` whose total was replaced by another figure, or left out."""
    before = comparators.totals(caseload)
    after = comparators.replace_points(before, replaced)
    return without(before, after.merge(before[[*KEYS, "plans"]], on=[*KEYS, "plans"]))[KEYS]


def without(frame: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a frame whose year and code do not stand among the keys."""
    there = pd.MultiIndex.from_frame(frame[KEYS]).isin(pd.MultiIndex.from_frame(keys[KEYS]))
    return frame[~there]


def doubtful(
    caseload: pd.DataFrame, replaced: Sequence[tuple[str, int, float]] = ()
) -> pd.DataFrame:
    """Return the published totals that look wrong or were replaced, as `comparators.totals`."""
    points = comparators.replace_points(comparators.totals(caseload), replaced)
    return points[points["note"].fillna("").str.startswith((MARK, REPLACED))]


def totals(plans: pd.DataFrame) -> pd.DataFrame:
    """Return the totals of `known`: `year`, `code`, `plans`, `doubt`."""
    held = plans[plans["provision"].eq("total") & plans["plans"].notna()]
    return held[[*KEYS, "plans", "doubt"]].reset_index(drop=True)


def people(tables: Tables) -> pd.DataFrame:
    """Return the population that rates rest on: `mid_year`, `code`, `persons`, `ages`.

    Aged 0 to 25 where the ONS estimates are held, with every year of age; else aged 2 to 18 at
    mid-2021, from the DfE's high needs benchmarking tool.
    """
    if "population" in tables:
        held = tables["population"]
        held = held[held["age"].between(0, OLDEST) & held["persons"].notna()]
        by_area = held.groupby(["year", "code"])
        summed = by_area.agg(persons=("persons", "sum"), found=("age", "nunique")).reset_index()
        whole = summed[summed["found"].eq(OLDEST + 1)].drop(columns="found")
        return whole.rename(columns={"year": "mid_year"}).assign(ages="aged 0 to 25")
    if "population_2_18" in tables:
        held = tables["population_2_18"].rename(columns={"year": "mid_year"})
        return held[["mid_year", "code", "persons"]].assign(ages="aged 2 to 18")
    return pd.DataFrame(columns=["mid_year", "code", "persons", "ages"])


def with_people(frame: pd.DataFrame, population: pd.DataFrame, before: int) -> pd.DataFrame:
    """Return a frame with `base`, the population, and `base_name`, which says its year.

    The mid-year estimate is that of `before` years before the figure's year; where none is
    held for it, the nearest one before it, else the first there is.
    """
    if population.empty or frame.empty:
        return frame.assign(base=float("nan"), base_name="")
    held = sorted(population["mid_year"].unique())
    wanted = {y: max((m for m in held if m <= y - before), default=held[0])
              for y in frame["year"].unique()}  # fmt: skip
    placed = frame.assign(mid_year=frame["year"].map(wanted))
    found = placed.merge(population, on=["mid_year", "code"], how="left")
    ages = str(population["ages"].iloc[0])
    name = f"{ages} (mid-" + found["mid_year"].astype(str) + ")"
    return found.assign(base=found["persons"], base_name=name)


def rates(plans: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    """Return plans per 1,000 people, in total and by provision, each January."""
    based = with_people(plans, population, before=1)
    return rows.rows(
        based,
        "rate." + based["provision"],
        "plans",
        "base",
        period=JANUARY,
        base_name=based["base_name"],
    )


def mix(plans: pd.DataFrame) -> pd.DataFrame:
    """Return each provision's share of the plans of its January; the shares add up to 100%.

    The base is the sum of the provisions. An area with a provision missing that others have
    is left out for that January: its shares would rest on too little.
    """
    parts = plans[plans["provision"].ne("total") & plans["plans"].notna()]
    by_area = parts.groupby(KEYS)["plans"]
    base, found = by_area.transform("sum"), by_area.transform("count")
    whole = found.eq(found.groupby(parts["year"]).transform("max"))
    based = parts.assign(base=base)[whole]
    return rows.rows(based, "mix." + based["provision"], "plans", "base", period=JANUARY)


def needs(tables: Tables, plans: pd.DataFrame, gone: pd.DataFrame) -> pd.DataFrame:
    """Return each primary need's share of the plans of its January, not recorded included.

    Args:
        tables: Published tables by name.
        plans: As `known` returns it.
        gone: As the function `gone` returns it: nobody knows the needs behind another total.
    """
    frame = without(rows.totals_of(tables, "ees_need_stock"), gone)
    columns = [str(c) for c in frame if str(c).startswith("number_")]
    if frame.empty or not columns:
        return rows.none()
    doubts = totals(plans)[[*KEYS, "doubt"]]
    held = frame.dropna(subset=columns, how="all").merge(doubts, on=KEYS, how="left")
    held = held.assign(base=held[columns].sum(axis=1), doubt=held["doubt"].fillna(""))
    return rows.joined(
        rows.rows(held, f"need.{_need(c)}", c, "base", period=JANUARY) for c in columns
    )


def _need(column: str) -> str:
    code = column.removeprefix("number_").upper()
    return "unknown" if code == "NEED_UNKNOWN" else code

"""Whether the caseload grew because there are more children, or because more have a plan.

Each function takes DataFrames or an `Aggregate` and returns a new one. Nothing here opens a
file, draws a chart or knows which local area it is looking at.
"""

from __future__ import annotations

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure, Source
from toolkit.diagnose import caseload, january, topics
from toolkit.diagnose.caseload import UNIVERSE
from toolkit.diagnose.flows import OLDEST
from toolkit.evidence import Finding

GROUPS = (*january.AGE_GROUPS, "unknown")
GROUP_LABELS = {"0-4": "Under 5"} | {
    g: f"{low} to {'25' if high > OLDEST else high}"
    for g, (low, high) in list(january.AGE_GROUPS.items())[1:]
}
METHOD = (
    "At each age, plans = people x plans per person. The change that goes with the number of "
    "people is taken at the mean of both rates, and the change that goes with the rate at the "
    "mean of both populations, so that the two add up to all of it (Kitagawa 1955). The range is "
    "what the first and the last rate would give. An association, not a cause."
)
RATE = "Plans at the January census, per 1,000 people of that age in the middle of the year before."


def own_ages(people: pd.DataFrame) -> pd.DataFrame:
    """Return the area's own plans by January and single age: `year`, `age` (text), `plans`.

    Args:
        people: As `january.stock` returns it. Ages above 25 count as 25.
    """
    ages = people["age"].clip(upper=OLDEST).astype("string").fillna("unknown")
    counts = people.groupby(["year", ages.rename("age")]).size().rename("plans")
    return counts.reset_index().astype({"year": "int64", "age": str})


def published_ages(caseload_by: pd.DataFrame | None, code: str) -> pd.DataFrame:
    """Return the published plans of one area by January and age: as `own_ages` does.

    Args:
        caseload_by: The published `ees_caseload`; None where it is not held.
        code: Code of the area. A January in which an age is withheld is left out.
    """
    rows = topics.rows(caseload_by, code, "age", ["ehcplans"])
    named = rows.rename(columns={"breakdown": "age", "ehcplans": "plans"})
    return named[["year", "age", "plans"]].astype({"year": "int64", "plans": "int64"})


def by_group(counts: pd.DataFrame, source: Source, sources: tuple[str, ...]) -> Aggregate:
    """Return plans by January and age group, as `caseload.plans_by` does.

    Args:
        counts: `year`, `age` and `plans`, as `own_ages` or `published_ages` returns it.
        source: "local" or "published".
        sources: Where the figures come from.
    """
    summed = counts.assign(age_group=[group_of(a) for a in counts["age"]])
    wide = summed.pivot_table(
        index="year", columns="age_group", values="plans", aggfunc="sum", fill_value=0
    )
    frame = wide.reset_index().melt("year", var_name="age_group", value_name="plans")
    years = frame["year"]
    return Aggregate(
        frame=frame,
        universe=UNIVERSE,
        dimensions=("year", "age_group"),
        measures=(caseload.PLANS,),
        source=source,
        sources=sources,
        method="Age in completed years at the 31 August before the census.",
        period=f"January {years.min()} to January {years.max()}" if len(frame) else "",
        not_summed=("year", "area"),
        labels={"age_group": GROUP_LABELS},
    )


def people_of(population: pd.DataFrame, code: str) -> pd.DataFrame:
    """Return the published population of one area: `year`, `age` and `persons`."""
    return population.loc[population["code"].eq(code), ["year", "age", "persons"]]


def years_with_people(counts: pd.DataFrame, population: pd.DataFrame) -> list[int]:
    """Return the Januaries with plans by age and a population in the middle of the year before."""
    known = {int(y) + 1 for y in population["year"]}
    return sorted({int(y) for y in counts["year"]} & known)


def group_of(age: str) -> str:
    """Return the age group of the DSG management plan of an age, or of "0-2"."""
    first = age.partition("-")[0]
    if not first.isdigit():
        return "unknown"
    years = int(first)
    return next(g for g, (low, high) in january.AGE_GROUPS.items() if low <= years <= high)


def _with_people(counts: pd.DataFrame, population: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return `plans` and `persons` of each age at one January; `persons` missing where unknown."""
    plans = counts[counts["year"].eq(year)].groupby("age")["plans"].sum()
    people = population[population["year"].eq(year - 1)]
    is_banded = counts["age"].eq("0-2").any()
    named = ["0-2" if is_banded and int(a) < 3 else str(a) for a in people["age"]]
    persons = people.groupby(named)["persons"].sum().astype(float)
    every = sorted({*persons.index, *plans.index})
    return pd.DataFrame(
        {"plans": plans.reindex(every, fill_value=0), "persons": persons.reindex(every)}
    )


def split(
    counts: pd.DataFrame, population: pd.DataFrame, source: Source, sources: tuple[str, ...]
) -> Aggregate:
    """Return how much of the growth goes with more people, and how much with a higher rate.

    Args:
        counts: `year`, `age` and `plans`, as `own_ages` or `published_ages` returns it.
        population: `year` (mid-year), `age` (0 to 25) and `persons`.
        source: "local" or "published".
        sources: Where the figures come from.

    Returns:
        One row an `age_group`, and "All": `plans_first`, `plans_last` (people), `change`,
        `from_population`, `from_rate` and `unsplit` (plans; they add up to `change`; the last
        is that of ages without a population), `at_first` and `at_last` (the ends of the range
        of `from_population`), `rate_first` and `rate_last` (per 1,000).

    Raises:
        ValueError: Fewer than two Januaries have both plans by age and a population.
    """
    held = years_with_people(counts, population)
    if len(held) < 2:
        raise ValueError("Plans by age and population of two years are needed.")
    first, last = held[0], held[-1]
    then, now = (_with_people(counts, population, y) for y in (first, last))
    both = then.join(now, how="outer", lsuffix="_first", rsuffix="_last")
    both[["plans_first", "plans_last"]] = both[["plans_first", "plans_last"]].fillna(0)
    effects = _effects(both)
    grouped = effects.groupby([group_of(a) for a in effects.index]).sum()
    table = grouped.reindex([g for g in GROUPS if g in grouped.index])
    table.loc["All"] = table.sum()
    table["change"] = table["plans_last"] - table["plans_first"]
    for end in ("first", "last"):
        table[f"rate_{end}"] = 1000 * table[f"plans_{end}"] / table[f"persons_{end}"]
    return Aggregate(
        frame=table.rename_axis("age_group").reset_index(),
        universe=UNIVERSE,
        dimensions=("age_group",),
        measures=_split_measures(first, last),
        source=source,
        sources=sources,
        method=METHOD,
        period=f"January {first} to January {last}",
        not_summed=("year", "area"),
        labels={"age_group": GROUP_LABELS},
    )


def _effects(both: pd.DataFrame) -> pd.DataFrame:
    """Return the two effects at each age, with the ends of the range of the first."""
    p0, p1 = (both[c].where(both[c] > 0) for c in ("persons_first", "persons_last"))
    was, now = both["plans_first"], both["plans_last"]
    at_first, at_last = (p1 - p0) * was / p0, (p1 - p0) * now / p1
    return both.assign(
        from_population=((at_first + at_last) / 2).fillna(0),
        from_rate=((now / p1 - was / p0) * (p0 + p1) / 2).fillna(0),
        at_first=at_first.fillna(0),
        at_last=at_last.fillna(0),
        unsplit=(now - was).where((p0 * p1).isna(), 0.0),
    )


GROWTH = ("plans_first", "plans_last", "change", "yearly", "contribution", "share_last")
STEPS = ("plans_first", "from_population", "from_rate", "plans_last")
SHOWN = (
    "age_group",
    "plans_first",
    "plans_last",
    "change",
    "from_population",
    "from_rate",
    "rate_first",
    "rate_last",
)


def _split_measures(first: int, last: int) -> tuple[Measure, ...]:
    ends = ("plans_first", "plans_last")
    return (
        Measure("plans_first", f"Plans, January {first}", "people", where={"year": str(first)}),
        Measure("plans_last", f"Plans, January {last}", "people", where={"year": str(last)}),
        Measure("change", "Change", "number", ends, decimals=0),
        Measure("from_population", "More or fewer people", "number", ends, decimals=0),
        Measure("from_rate", "Higher or lower rate", "number", ends, decimals=0),
        Measure("unsplit", "No population known", "number", ends, decimals=0),
        Measure("at_first", "More or fewer people, at the first rate", "number", ends, decimals=0),
        Measure("at_last", "More or fewer people, at the last rate", "number", ends, decimals=0),
        Measure("persons_first", f"People, mid-{first - 1}", "number", decimals=0),
        Measure("persons_last", f"People, mid-{last - 1}", "number", decimals=0),
        Measure("rate_first", f"Per 1,000, {first}", "per 1,000", ends),
        Measure("rate_last", f"Per 1,000, {last}", "per 1,000", ends),
    )


def told(parts: Aggregate) -> tuple[str, dict[str, Cell]]:
    """Return one sentence on what the growth goes with, and its cells.

    Args:
        parts: As `split` returns it.
    """
    sentence = (
        f"From {parts.period}, plans went from {{first}} to {{last}}. Of the change of "
        "{change:signed}, {from_population:signed} goes with the number of children and young "
        "people at each age, and {from_rate:signed} with the share of them who have a plan."
    )
    names = {"first": "plans_first", "last": "plans_last", "change": "change"}
    if parts.cell("unsplit", age_group="All").value:
        sentence += " {unsplit:signed} could not be split: no population of those ages is held."
        names["unsplit"] = "unsplit"
    names |= {"from_population": "from_population", "from_rate": "from_rate"}
    return sentence, {n: parts.cell(c, age_group="All") for n, c in names.items()}


def finding(parts: Aggregate) -> Finding:
    """Return the finding on population against rate, with the range that the method leaves."""
    sentence, cells = told(parts)
    ends = [parts.cell(c, age_group="All") for c in ("at_first", "at_last")]
    low, high = sorted(ends, key=lambda cell: cell.value)
    return Finding(
        id="11.growth.population",
        stage="Module 1",
        sentence=sentence,
        cells=cells,
        value=cells["from_population"],
        low=low,
        high=high,
        base=cells["last"],
        criterion=3,
        priority=72,
    )


def rates(
    counts: pd.DataFrame, population: pd.DataFrame, source: Source, sources: tuple[str, ...]
) -> Aggregate:
    """Return plans per 1,000 people of each age group, each January.

    Args:
        counts: `year`, `age` and `plans`, as `own_ages` or `published_ages` returns it.
        population: `year` (mid-year), `age` (0 to 25) and `persons`.
        source: "local" or "published".
        sources: Where the figures come from.

    Returns:
        One row a `year` and `age_group`: `plans` (people), `persons` and `rate` (per 1,000).
    """
    frames = []
    for year in years_with_people(counts, population):
        rows = _with_people(counts, population, year)
        summed = rows.groupby([group_of(a) for a in rows.index]).sum(min_count=1)
        frames.append(summed.rename_axis("age_group").reset_index().assign(year=year))
    columns = ["age_group", "plans", "persons", "year"]
    table = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
    table["rate"] = 1000 * table["plans"] / table["persons"].where(table["persons"] > 0)
    years = table["year"]
    return Aggregate(
        frame=table,
        universe=UNIVERSE,
        dimensions=("year", "age_group"),
        measures=(
            Measure("plans", "EHC plans", "people"),
            Measure("persons", "People", "number", decimals=0),
            Measure("rate", "Plans per 1,000 people", "per 1,000", ("plans",)),
        ),
        source=source,
        sources=sources,
        method=RATE,
        period=f"January {years.min()} to January {years.max()}" if frames else "",
        not_summed=("year", "area"),
        labels={"age_group": GROUP_LABELS},
    )

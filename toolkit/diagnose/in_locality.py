"""One locality beside the rest of its area, in one release with the area's own figures.

How the three sides are counted, and why there are three: `locality_sides`.

Each function takes DataFrames and returns an `Aggregate`. Nothing here opens a file, draws a
chart or knows which local area it is looking at.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose import caseload, demography, localities, reviews, starts, timeliness
from toolkit.diagnose.benchmarks.intervals import ratio_of_ratios
from toolkit.diagnose.caseload import Labels
from toolkit.diagnose.flows import period
from toolkit.diagnose.locality_sides import (
    METHOD,
    NOT_SUMMED,
    SIDES,
    UNRECORDED,
    Count,
    counts,
    heading,
    in_time,
)

TRAITS = {"primary_need": "primary need", "provision": "provision", "age_group": "age"}
SHOWN = (*SIDES, "share")
RATIO = {
    "ratio": "Plans per plan of the first January, here over elsewhere",
    "ratio_low": "95% range, low",
    "ratio_high": "95% range, high",
}
RATIO_METHOD = (
    "Growth here over growth elsewhere has a 95% range by the log-normal approximation, as if each "
    "number of plans were a Poisson count of its own; since many children are in both Januaries, "
    "it is rather too wide than too narrow."
)
MORE_GROWTH = (
    "more difference than chance gives. What a family is offered should follow from need, and not "
    "from where it lives."
)
NO_MORE_GROWTH = "no more difference than chance gives."
PLANS, NEW = Count("plans"), Count("new plans")


def held(people: pd.DataFrame) -> dict[str, str]:
    """Return what the latest January's plans can be split by, and what to call it.

    Args:
        people: As `january.stock` returns it.
    """
    latest = people[people["year"].eq(people["year"].max())]
    return {t: name for t, name in TRAITS.items() if latest[t].ne(UNRECORDED).any()}


def by_year(people: pd.DataFrame, name: str, sources: tuple[str, ...]) -> Aggregate:
    """Return the plans open each January in the locality, elsewhere and in the area.

    Args:
        people: As `january.stock` returns it.
        name: The locality.
        sources: Where the plans come from.

    Returns:
        One row a `year`: `here`, `elsewhere`, `area` (people), `share` (% of the area's that
        are here); `first_here`, `first_elsewhere` (people, the first January);
        `growth_here`, `growth_elsewhere` (% since then; missing from 0); and how many times as
        many plans there are as then, here over elsewhere: `ratio`, with its 95% range
        `ratio_low` to `ratio_high` and, in words, the `verdict` on chance.
    """
    frame = counts(people["locality"], people["year"], name, PLANS)
    frame = frame.rename_axis("year").reset_index()
    frame, more = _with_growth(frame, name)
    when = f"January {frame['year'].min()} to January {frame['year'].max()}"
    about = (caseload.UNIVERSE, when, sources)
    made = _made(frame, "year", PLANS, name, about, more)
    return replace(made, method=f"{made.method} {RATIO_METHOD}")


def _with_growth(frame: pd.DataFrame, name: str) -> tuple[pd.DataFrame, tuple[Measure, ...]]:
    """Return plans by year with their growth since the first January, and its measures."""
    first = str(frame["year"].min())
    more: list[Measure] = []
    for side in ("here", "elsewhere"):
        start = frame[side].iloc[0]
        frame[f"first_{side}"] = start
        frame[f"growth_{side}"] = 100 * (frame[side] / start - 1) if start else float("nan")
        then = Count(f"plans, January {first}", "first", {"year": first}).measure(side, name)
        label = f"{heading(side, name)}, growth since January {first}"
        more += [then, Measure(f"growth_{side}", label, "%", (then.column, side))]
    rests = ("here", "first_here", "elsewhere", "first_elsewhere")
    frame = frame.join(ratio_of_ratios(*(frame[column] for column in rests)))
    more += [Measure(c, label, "number", rests, decimals=2) for c, label in RATIO.items()]
    # A verdict follows from the counts, and is hidden with them.
    is_more = frame["ratio_low"].gt(1) | frame["ratio_high"].lt(1)
    verdict = is_more.map({True: MORE_GROWTH, False: NO_MORE_GROWTH})
    more.append(Measure("verdict", "More than chance?", "text", rests))
    return frame.assign(verdict=verdict), tuple(more)


def plans_by(
    people: pd.DataFrame, dimension: str, name: str, sources: tuple[str, ...], labels: Labels
) -> Aggregate:
    """Return the latest January's plans by one characteristic, here, elsewhere and in the area.

    Args:
        people: As `january.stock` returns it.
        dimension: "primary_need", "provision" or "age_group".
        name: The locality.
        sources: Where the plans come from.
        labels: What needs and provisions are called.

    Returns:
        One row a part of the area's plans, and "All": `here`, `elsewhere`, `area` (people),
        `share` (% of the area's that are here) and `group`, what the part is called: a sentence
        that picks a part by its counts must not name it where they are hidden.
    """
    year = int(people["year"].max())
    rows = people[people["year"].eq(year)]
    at = replace(PLANS, where={"year": str(year)})
    frame = counts(rows["locality"], rows[dimension], name, at)
    frame.loc[localities.WHOLE] = frame.sum()
    frame = frame.rename_axis(dimension).reset_index()
    every = {"age_group": demography.GROUP_LABELS, **labels}
    named = every.get(dimension, {})
    frame["group"] = [named.get(part, part) for part in frame[dimension]]
    group = Measure("group", "Group", "text", ("here", "elsewhere", "area"))
    about = (caseload.UNIVERSE, f"January {year}", sources)
    return replace(_made(frame, dimension, at, name, about, (group,)), labels=every)


def new_plans(started: pd.DataFrame, name: str, sources: tuple[str, ...]) -> Aggregate:
    """Return the new plans of each calendar year in the locality, elsewhere and in the area.

    Args:
        started: As `flows.started` returns it.
        name: The locality.
        sources: Where they come from.

    Returns:
        One row a `calendar_year`: `here`, `elsewhere`, `area` (people) and `share` (% of the
        area's that are here).
    """
    frame = counts(started["locality"], started["calendar_year"], name, NEW)
    frame = frame.rename_axis("calendar_year").reset_index()
    about = (starts.UNIVERSE, period(frame["calendar_year"]), sources)
    return _made(frame, "calendar_year", NEW, name, about)


def on_time(
    issued: pd.DataFrame, plans: pd.DataFrame, name: str, sources: tuple[str, ...]
) -> Aggregate:
    """Return the plans issued each calendar year, and how many on time, on each side.

    Args:
        issued: As `timeliness.issued` returns it.
        plans: Table `plans`, which holds the locality.
        name: The locality.
        sources: Where they come from.

    Returns:
        One row a `calendar_year`. For each side, as in `without_here`: `without` (plans issued,
        statutory exceptions left out), `on_time` (people) and `share` (%). Besides, `gap` and
        the rest that `in_time` adds.
    """
    rows = issued[issued["exception"].eq("no")]
    where = localities.place_of(rows["person_id"], plans)
    every = Count("plans issued", "without")
    prompt = Count("within 20 weeks", "on_time", {"on_time": "yes"})
    rows = rows.assign(locality=where, in_time=rows["on_time"].eq("yes"))
    about = (timeliness.UNIVERSE, timeliness.METHOD["local"], sources)
    return in_time(rows, "calendar_year", name, (every, prompt, "on time"), about)


def reviewed(
    due: pd.DataFrame, people: pd.DataFrame, name: str, sources: tuple[str, ...]
) -> Aggregate:
    """Return the plans due a review by each January, and how many had one, on each side.

    Args:
        due: As `reviews.due` returns it.
        people: As `january.stock` returns it; it holds the locality.
        name: The locality.
        sources: Where they come from.

    Returns:
        One row a `year` from the first with a review. For each side, as in `due_here`: `due`,
        `reviewed` (people) and `share` (%). `note` says where reviews may be missing.
    """
    keys = ["year", "person_id"]  # a person counts once, in whichever plan of several comes first
    places = people.drop_duplicates(keys)[[*keys, "locality"]]
    rows = due.merge(places, on=keys, how="left", validate="1:1")
    rows = rows.rename(columns={"reviewed": "in_time"})
    rows = rows[rows["year"].ge(rows.loc[rows["in_time"], "year"].min())]
    every = Count("plans due a review", "due")
    prompt = Count("reviewed within 12 months", "reviewed", {"reviewed": "yes"})
    about = (reviews.DUE_UNIVERSE, reviews.YEARLY_METHOD, sources)
    made = in_time(rows, "year", name, (every, prompt, "reviewed in time"), about)
    both = (prompt.of("area"), every.of("area"))
    noted = made.frame.assign(note=reviews.notes(made.frame[prompt.of("area")]))
    note = Measure("note", "Note", "text", both)
    return replace(made, frame=noted, measures=(*made.measures, note))


def _made(
    frame: pd.DataFrame,
    dimension: str,
    count: Count,
    name: str,
    about: tuple[str, str, tuple[str, ...]],
    more: tuple[Measure, ...] = (),
) -> Aggregate:
    """Return the sides of one count with the share of the area's that is here."""
    universe, when, sources = about
    frame["share"] = 100 * frame["here"] / frame["area"].where(frame["area"] > 0)
    sides = (count.measure(side, name) for side in SIDES)
    share = Measure("share", f"{name}, share of the area", "%", ("here", "area"), decimals=0)
    return Aggregate(
        frame=frame,
        universe=universe,
        dimensions=(dimension,),
        measures=(*sides, share, *more),
        source="local",
        sources=sources,
        method=METHOD,
        period=when,
        not_summed=NOT_SUMMED,
    )

"""One locality beside the rest of its area, in one release with the area's own figures.

A report on one locality alone could be subtracted from the area's. Here each count of the
locality stands beside that of everywhere else and that of the area, under filters that say so,
so that disclosure control sees all three at once.

Each function takes DataFrames and returns an `Aggregate`. Nothing here opens a file, draws a
chart or knows which local area it is looking at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from toolkit.aggregate import OTHER_THAN, Aggregate, Measure
from toolkit.diagnose import caseload, demography, localities, starts, timeliness
from toolkit.diagnose.caseload import Labels
from toolkit.diagnose.flows import period

SIDES = ("here", "elsewhere", "area")
NOT_SUMMED = ("year", "calendar_year", "area")
TRAITS = {"primary_need": "primary need", "provision": "provision", "age_group": "age"}
UNRECORDED = "unknown"
METHOD = (
    "Elsewhere in the area is every other locality, with what has no locality recorded. The two "
    "add up to the area."
)
SHOWN = (*SIDES, "share")
SHARES = tuple(f"share_{side}" for side in SIDES)


@dataclass(frozen=True)
class _Count:
    """What is counted on each side: what it is called, the start of its columns, its filters."""

    label: str
    column: str = ""
    where: Mapping[str, str] = field(default_factory=dict)

    def of(self, side: str) -> str:
        """The column of one side."""
        return f"{self.column}_{side}" if self.column else side

    def measure(self, side: str, name: str) -> Measure:
        """The count of one side, under the filters that tell it from the others."""
        place = {"here": {"locality": name}, "elsewhere": {f"{OTHER_THAN}locality": name}}
        filters = {**self.where, **place.get(side, {})}
        label = f"{_heading(side, name)}, {self.label}"
        return Measure(self.of(side), label, "people", where=filters)


PLANS, NEW = _Count("plans"), _Count("new plans")


def _heading(side: str, name: str) -> str:
    """Return what a side is called."""
    return {"here": name, "elsewhere": "Elsewhere in the area", "area": "The area"}[side]


def _sides(locality: pd.Series, part: pd.Series, name: str, count: _Count) -> pd.DataFrame:
    """Return how many rows of each part are in the locality, elsewhere, and in the area."""
    is_here = locality.eq(name).fillna(False).to_numpy(bool)
    flags = {"here": is_here, "elsewhere": ~is_here, "area": True}
    rows = pd.DataFrame(flags, index=part.index).astype(int)
    table = rows.groupby(part.to_numpy()).sum()
    return table.rename(columns={side: count.of(side) for side in SIDES})


def held(people: pd.DataFrame) -> dict[str, str]:
    """Return what the latest January's plans can be split by, and what to call it.

    Args:
        people: As `caseload.stock` returns it.
    """
    latest = people[people["year"].eq(people["year"].max())]
    return {t: name for t, name in TRAITS.items() if latest[t].ne(UNRECORDED).any()}


def by_year(people: pd.DataFrame, name: str, sources: tuple[str, ...]) -> Aggregate:
    """Return the plans open each January in the locality, elsewhere and in the area.

    Args:
        people: As `caseload.stock` returns it.
        name: The locality.
        sources: Where the plans come from.

    Returns:
        One row a `year`: `here`, `elsewhere`, `area` (people), `share` (% of the area's that
        are here); `first_here`, `first_elsewhere` (people, the first January) and
        `growth_here`, `growth_elsewhere` (% since then; missing from 0).
    """
    frame = _sides(people["locality"], people["year"], name, PLANS)
    frame = frame.rename_axis("year").reset_index()
    first, last = str(frame["year"].min()), str(frame["year"].max())
    more: list[Measure] = []
    for side in ("here", "elsewhere"):
        start = frame[side].iloc[0]
        frame[f"first_{side}"] = start
        frame[f"growth_{side}"] = 100 * (frame[side] / start - 1) if start else float("nan")
        then = _Count(f"plans, January {first}", "first", {"year": first}).measure(side, name)
        label = f"{_heading(side, name)}, growth since January {first}"
        more += [then, Measure(f"growth_{side}", label, "%", (then.column, side))]
    when = f"January {first} to January {last}"
    about = (caseload.UNIVERSE, when, sources)
    return _made(frame, "year", PLANS, name, about, tuple(more))


def plans_by(
    people: pd.DataFrame, dimension: str, name: str, sources: tuple[str, ...], labels: Labels
) -> Aggregate:
    """Return the latest January's plans by one characteristic, here, elsewhere and in the area.

    Args:
        people: As `caseload.stock` returns it.
        dimension: "primary_need", "provision" or "age_group".
        name: The locality.
        sources: Where the plans come from.
        labels: What needs and provisions are called.

    Returns:
        One row a part of the area's plans, and "All": `here`, `elsewhere`, `area` (people) and
        `share` (% of the area's that are here).
    """
    year = int(people["year"].max())
    rows = people[people["year"].eq(year)]
    at = replace(PLANS, where={"year": str(year)})
    frame = _sides(rows["locality"], rows[dimension], name, at)
    frame.loc[localities.WHOLE] = frame.sum()
    frame = frame.rename_axis(dimension).reset_index()
    about = (caseload.UNIVERSE, f"January {year}", sources)
    made = _made(frame, dimension, at, name, about)
    return replace(made, labels={"age_group": demography.GROUP_LABELS, **labels})


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
    frame = _sides(started["locality"], started["calendar_year"], name, NEW)
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
        statutory exceptions left out), `on_time` (people) and `share` (%).
    """
    rows = issued[issued["exception"].eq("no")]
    where = localities.place_of(rows["person_id"], plans)
    every = _Count("plans issued", "without")
    prompt = _Count("within 20 weeks", "on_time", {"on_time": "yes"})
    prompt_rows = rows[rows["on_time"].eq("yes")]
    frame = _sides(where, rows["calendar_year"], name, every).join(
        _sides(where[prompt_rows.index], prompt_rows["calendar_year"], name, prompt)
    )
    frame = frame.fillna(0).rename_axis("calendar_year").reset_index()
    shares: list[Measure] = []
    for side in SIDES:
        part, base = prompt.of(side), every.of(side)
        frame[f"share_{side}"] = 100 * frame[part] / frame[base].where(frame[base] > 0)
        label = f"{_heading(side, name)}, on time"
        shares.append(Measure(f"share_{side}", label, "%", (part, base), decimals=0))
    return Aggregate(
        frame=frame,
        universe=timeliness.UNIVERSE,
        dimensions=("calendar_year",),
        measures=(*(c.measure(side, name) for c in (every, prompt) for side in SIDES), *shares),
        source="local",
        sources=sources,
        method=f"{timeliness.METHOD['local']} {METHOD}",
        period=period(frame["calendar_year"]),
        not_summed=NOT_SUMMED,
    )


def _made(
    frame: pd.DataFrame,
    dimension: str,
    count: _Count,
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

"""Capacity: places held against the people who would take them, and where the others go.

Who has no place in one provision goes to the next of a preference list that has room. Those who
have just come, by joining or by a move, give way before those who are there already. Nobody is
lost: when the list is at its end, people stay, above the number of places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose.caseload import NO_LABELS, UNIVERSE, Labels
from toolkit.diagnose.forecast.paths import Array, Counts, Paths, ranges
from toolkit.errors import InputError

OVERFLOW = ("state_special", "rp_unit", "nmiss")  # preference list (specification of the model)
Groups = tuple[Counts, Counts, Counts]  # who stayed, who moved, who joined


def places_ahead(
    places: pd.DataFrame, provisions: Sequence[str], years: Sequence[int], column: str = "capacity"
) -> Array:
    """Return places by January and provision, infinite where none are recorded.

    Args:
        places: Table `places`: `academic_year`, `provision_group` and the column of places.
        provisions: Codes of the provisions.
        years: The Januaries; each falls into the academic year that began before it. A January
            beyond the table has the places of its last year.
        column: "capacity", or "commissioned".
    """
    january = places["academic_year"].astype(int) // 100 + 1
    known = places.assign(january=january).pivot_table(
        index="january", columns="provision_group", values=column, aggfunc="sum", min_count=1
    )
    if known.empty:
        return np.full((len(years), len(provisions)), np.inf)
    wanted = known.reindex(sorted({*known.index, *years})).ffill().reindex(list(years))
    made: Array = wanted.reindex(columns=list(provisions)).to_numpy(dtype=np.float64)
    return np.where(np.isnan(made), np.inf, made)


def check(places: Array, years: int, provisions: int) -> Array:
    """Return places by year and provision if they can be used; InputError if not."""
    if places.shape != (years, provisions):
        raise InputError(
            f"places have the shape {places.shape}; {years} years and {provisions} provisions "
            "are forecast.",
            where="places",
        )
    if np.isnan(places).any() or (places < 0).any():
        raise InputError(
            "a number of places is missing or below 0.",
            where="places",
            remedy="Leave the provision out if there is no limit to it.",
        )
    return places


def place(groups: Groups, places: Array, overflow: Sequence[int], drawn: Array) -> Groups:
    """Return people where there is a place for them.

    Args:
        groups: Who stayed, moved and joined, each [simulation, age, need, provision].
        places: By provision, infinite where there is no limit.
        overflow: The preference list, as places of the provision axis. A provision that is not
            in it keeps its people, whatever its places.
        drawn: One uniform a simulation and pair of provisions, [simulation, from, to].
    """
    made = tuple(group.copy() for group in groups)
    for rank, full in enumerate(overflow[:-1]):
        for to in overflow[rank + 1 :]:
            held = _held(made)
            excess = np.maximum(held[:, full] - places[full], 0.0)
            number = np.minimum(excess, np.maximum(places[to] - held[:, to], 0.0)).astype(np.int64)
            if number.any():
                _displace(made, number, full, to, drawn[:, full, to])
    return made[0], made[1], made[2]


def _held(groups: Sequence[Counts]) -> Array:
    """Return people by simulation and provision."""
    return np.asarray(sum(g.sum(axis=(1, 2), dtype=np.float64) for g in groups))


def _displace(
    groups: Sequence[Counts], number: np.ndarray, full: int, to: int, drawn: Array
) -> None:
    """Move so many people of each simulation from a full provision, newcomers first."""
    stayed, moved, joined = groups
    cells = stayed.shape[1] * stayed.shape[2]
    new = np.concatenate([g[..., full].reshape(-1, cells) for g in (moved, joined)], axis=1)
    old = stayed[..., full].reshape(-1, cells)
    first = np.minimum(number, new.sum(axis=1))
    out_new, out_old = pick(new, first, drawn), pick(old, number - first, drawn)
    parts = (out_old, out_new[:, :cells], out_new[:, cells:])
    for group, part in zip(groups, parts, strict=True):
        change = part.reshape(group.shape[:3]).astype(group.dtype)
        group[..., full] -= change
        group[..., to] += change


def pick(people: Counts, number: np.ndarray, drawn: Array) -> np.ndarray:
    """Return so many people of each row, as evenly over its cells as whole people can be.

    Systematic sampling from a random start: a cell of n people among N gives n * number / N,
    rounded down or up, and each person has the same chance.

    Args:
        people: People by row and cell.
        number: How many to pick in each row, at most the row's people.
        drawn: One uniform a row: the start.
    """
    up_to = people.cumsum(axis=1, dtype=np.int64)
    total = np.maximum(up_to[:, -1:], 1)
    start = (drawn[:, None] * total).astype(np.int64)
    picked = (up_to * number[:, None] + start) // total
    return np.diff(picked, axis=1, prepend=start // total)


def gap(
    demand: Paths, places: Array, sources: tuple[str, ...], labels: Labels = NO_LABELS
) -> Aggregate:
    """Return places against the plans that would take them, by January and provision.

    Args:
        demand: Futures without a limit of places: what would be needed.
        places: Places by year ahead and provision, infinite where there is no limit.
        sources: Where plans and places come from.
        labels: For a dimension, what its codes are called.

    Returns:
        One row a `year` and `provision` with places: `count` (plans at the last census),
        `places`, and `needed` and `short` (places missing; below 0 to spare) with the ends of
        their 80% and 95% ranges.
    """
    plans = demand.by("provision")
    rows = []
    for at, provision in enumerate(demand.provisions):
        for year in range(1, len(demand.years)):
            if np.isinf(places[year - 1, at]):
                continue
            needed = ranges(plans[:, year, at])
            row: dict[str, object] = {
                "year": demand.years[year],
                "provision": provision,
                "counted_in": demand.years[0],
                "count": int(plans[0, 0, at]),
                "places": places[year - 1, at],
            }
            row |= _row("needed", needed, 0.0) | _row("short", needed, places[year - 1, at])
            rows.append(row)
    return _gap_aggregate(pd.DataFrame(rows), sources, labels)


ENDS: Mapping[str, str] = {
    "": "median",
    "_low80": "p10",
    "_high80": "p90",
    "_low95": "p2_5",
    "_high95": "p97_5",
}


def _row(name: str, found: Mapping[str, Array], less: float) -> dict[str, object]:
    return {f"{name}{end}": float(found[quantile]) - less for end, quantile in ENDS.items()}


def _gap_aggregate(frame: pd.DataFrame, sources: tuple[str, ...], labels: Labels) -> Aggregate:
    called = {"needed": "Places needed", "short": "Places short (below 0: to spare)"}
    ends = {"": "", "_low80": ", low of 80% range", "_high80": ", high of 80% range",
            "_low95": ", low of 95% range", "_high95": ", high of 95% range"}  # fmt: skip
    rests = ("count",)
    figures = tuple(
        Measure(f"{name}{end}", f"{called[name]}{said}", "number", rests, decimals=0)
        for name in called
        for end, said in ends.items()
    )
    columns = ["year", "provision", "counted_in", "count", "places", *(m.column for m in figures)]
    return Aggregate(
        frame=frame.reindex(columns=columns),
        universe=UNIVERSE,
        dimensions=("year", "provision"),
        measures=(
            Measure(
                "count",
                "EHC plans at the last census",
                "people",
                where_column={"year": "counted_in"},
            ),
            Measure("places", "Places", "number", decimals=0),
            *figures,
        ),
        source="local",
        sources=sources,
        method="Places needed = plans forecast for the provision if there were a place for all; "
        "short = needed less places, in each simulation before the range is taken.",
        period=f"January {frame['year'].min()} to January {frame['year'].max()}"
        if len(frame)
        else "",
        not_summed=("year",),
        labels=labels,
    )

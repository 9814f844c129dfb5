"""Here, elsewhere and the whole area: how each count of one locality is set beside the rest.

A report on one locality alone could be subtracted from the area's. Here each count of the
locality stands beside that of everywhere else and that of the area, under filters that say so,
so that disclosure control sees all three at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from toolkit.aggregate import OTHER_THAN, Aggregate, Measure
from toolkit.diagnose.benchmarks.intervals import newcombe
from toolkit.diagnose.flows import period

SIDES = ("here", "elsewhere", "area")
IN_TIME_SHOWN = (*(f"share_{side}" for side in SIDES), "note")
NOT_SUMMED = ("year", "calendar_year", "area")
UNRECORDED = "unknown"
METHOD = (
    "Elsewhere in the area is every other locality, with what has no locality recorded. The two "
    "add up to the area."
)

GAP = {
    "gap": "Here less elsewhere",
    "gap_low": "95% range, low",
    "gap_high": "95% range, high",
}
GAP_METHOD = (
    "The difference of the two shares is more than chance gives where its 95% range (Newcombe's "
    "score interval of two proportions) leaves 0 out."
)
FEWEST = 10  # people on either side: a share of fewer tells of single children
BEYOND_CHANCE = "more than chance gives"
WITHIN_CHANCE = "no more than chance gives"
TOO_FEW = "too few to tell from chance"


@dataclass(frozen=True)
class Count:
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
        label = f"{heading(side, name)}, {self.label}"
        return Measure(self.of(side), label, "people", where=filters)


def heading(side: str, name: str) -> str:
    """Return what a side is called."""
    return {"here": name, "elsewhere": "Elsewhere in the area", "area": "The area"}[side]


def sums(locality: pd.Series, part: pd.Series, values: pd.Series, name: str) -> pd.DataFrame:
    """Return the sum of values over the rows of each part: here, elsewhere and in the area.

    Args:
        locality: Of each row.
        part: What each row belongs to, one row of the result each.
        values: Of each row.
        name: The locality.
    """
    is_here = locality.eq(name).fillna(False).to_numpy(bool)
    here = values.where(is_here, 0)
    rows = pd.DataFrame({"here": here, "elsewhere": values - here, "area": values})
    return rows.groupby(part.to_numpy()).sum()


def counts(locality: pd.Series, part: pd.Series, name: str, count: Count) -> pd.DataFrame:
    """Return how many rows of each part are in the locality, elsewhere, and in the area."""
    table = sums(locality, part, pd.Series(1, index=part.index), name)
    return table.rename(columns={side: count.of(side) for side in SIDES})


def in_time(
    rows: pd.DataFrame,
    year: str,
    name: str,
    measured: tuple[Count, Count, str],
    about: tuple[str, str, tuple[str, ...]],
) -> Aggregate:
    """Return, for each year, a count and the part of it that came in time, on each side.

    Args:
        rows: One row a person: `locality`, the year, and whether it came `in_time`.
        year: The column of the year.
        name: The locality.
        measured: What is counted, the part of it in time, and what its share is called.
        about: The universe, the method, and where the figures come from.

    Returns:
        One row a year. For each side, as in `without_here`: both counts (people) and
        `share` (%). And of the shares, `gap` (here less elsewhere), with its 95% range `gap_low`
        to `gap_high` (percentage points), and `verdict` in words.
    """
    every, prompt, share = measured
    universe, method, sources = about
    met = rows[rows["in_time"]]
    frame = counts(rows["locality"], rows[year], name, every).join(
        counts(met["locality"], met[year], name, prompt)
    )
    frame = frame.fillna(0).rename_axis(year).reset_index()
    shares: list[Measure] = []
    for side in SIDES:
        part, base = prompt.of(side), every.of(side)
        frame[f"share_{side}"] = 100 * frame[part] / frame[base].where(frame[base] > 0)
        label = f"{heading(side, name)}, {share}"
        shares.append(Measure(f"share_{side}", label, "%", (part, base), decimals=0))
    four = tuple(count.of(side) for side in ("here", "elsewhere") for count in (prompt, every))
    frame = frame.join(_gaps(frame, four))
    gaps = [Measure(c, label, "pp", four, decimals=0) for c, label in GAP.items()]
    gaps.append(Measure("verdict", "More than chance?", "text", four))
    return Aggregate(
        frame=frame,
        universe=universe,
        dimensions=(year,),
        measures=(
            *(c.measure(side, name) for c in (every, prompt) for side in SIDES),
            *shares,
            *gaps,
        ),
        source="local",
        sources=sources,
        method=f"{method} {METHOD} {GAP_METHOD}",
        period=period(frame[year]),
        not_summed=NOT_SUMMED,
    )


def _gaps(frame: pd.DataFrame, four: tuple[str, ...]) -> pd.DataFrame:
    """Return the difference of two shares with its range, and whether chance may give it.

    Args:
        frame: Has the four counts.
        four: Their columns: the part and the base here, the part and the base elsewhere.
    """
    part, base, other_part, other_base = (frame[column] for column in four)
    low, high = newcombe(part, base, other_part, other_base)
    gap = frame["share_here"] - frame["share_elsewhere"]
    said = pd.Series(WITHIN_CHANCE, index=frame.index)
    said = said.mask(low.gt(0) | high.lt(0), BEYOND_CHANCE)
    said = said.mask(pd.concat([base, other_base], axis=1).min(axis=1).lt(FEWEST), TOO_FEW)
    found = {"gap": gap, "gap_low": 100 * low, "gap_high": 100 * high, "verdict": said}
    return pd.DataFrame(found)

"""The published history: plans of every local authority each January, and requests before it.

A `Panel` holds arrays: local authority x January x provision. It can be cut at a January, and
then nothing later is in it: what a back-test hands to a model. What is missing or cannot be used
stands in `excluded`, one row each, with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.diagnose.caseload import PROVISIONS
from toolkit.diagnose.forecast import growth
from toolkit.diagnose.forecast.paths import Array

Flags = npt.NDArray[np.bool_]
BROKEN = 2023  # first January of the collection by person; toolkit/reference/series_breaks.csv
# About 8% of plans cease in a year (44,862 of 576,474 in England, 2024): without one new plan a
# caseload would fall by that much. A fall of more than a quarter is none of children.
DEEPEST_FALL = 0.25
FEWEST_PLANS = 100  # below it a few children make such a fall
ODD = "Implausible"  # how the note of a published point that looks wrong begins
EXCLUDED = ("code", "year", "kind", "why")
TABLES = ("caseload", "flows")  # published; only the first has to be held
FLOWS = ("year", "level", "code", "flow", "people")
Replaced = Sequence[tuple[str, int, float]]


@dataclass(frozen=True)
class Panel:
    """Plans of every local authority at each January, and what was known of requests by then.

    Attributes:
        codes: Local authorities, in alphabetical order of their codes.
        years: Januaries, one after the other.
        provisions: Codes of the provisions.
        plans: People, [local authority, January, provision]; missing where not recorded.
        total: People, [local authority, January]; missing where there was no such authority.
        requests: Requests for an EHC needs assessment in the calendar year before the January,
            [local authority, January]; missing where not recorded.
        carried: Where the mix of provision is the one before, since the release has none.
        repaired: Where the plans are not those of the release: they cannot be right, or the
            analyst replaced them.
        odd: Where the published total is flagged as implausible; it is used all the same.
        excluded: One row a point that is missing or not used as published: `EXCLUDED`.
    """

    codes: tuple[str, ...]
    years: tuple[int, ...]
    provisions: tuple[str, ...]
    plans: Array = field(repr=False)
    total: Array = field(repr=False)
    requests: Array = field(repr=False)
    carried: Flags = field(repr=False)
    repaired: Flags = field(repr=False)
    odd: Flags = field(repr=False)
    excluded: pd.DataFrame = field(repr=False)

    def __post_init__(self) -> None:
        """Check that the arrays have the shape of the labels."""
        shape = (len(self.codes), len(self.years))
        if self.plans.shape != (*shape, len(self.provisions)):
            raise ValueError(f"plans have the shape {self.plans.shape}, not that of the labels.")
        for name in ("total", "requests", "carried", "repaired", "odd"):
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name} has another shape than the labels say.")

    def at(self, year: int) -> int:
        """Return the place of a January; KeyError where it is not held."""
        if year not in self.years:
            raise KeyError(f"January {year} is not held: {self.years[0]} to {self.years[-1]}.")
        return self.years.index(year)

    def rows(self, codes: Sequence[str]) -> npt.NDArray[np.int64]:
        """Return the places of local authorities; KeyError names those that are not held."""
        place = {code: i for i, code in enumerate(self.codes)}
        unknown = [code for code in codes if code not in place]
        if unknown:
            raise KeyError(f"no published caseload of {', '.join(unknown)}.")
        return np.array([place[code] for code in codes], dtype=np.int64)

    def current(self) -> tuple[str, ...]:
        """Return the local authorities that have a total at the last January."""
        there = np.isfinite(self.total[:, -1])
        return tuple(code for code, here in zip(self.codes, there, strict=True) if here)

    def until(self, origin: int) -> Panel:
        """Return what was known at a January. Every array is a copy: nothing later is within.

        Requests of the year before the January were published with it. Figures that the DfE
        corrected later are the corrected ones: earlier releases are not held.
        """
        upto = slice(0, self.at(origin) + 1)
        return Panel(
            codes=self.codes,
            years=self.years[upto],
            provisions=self.provisions,
            plans=self.plans[:, upto].copy(),
            total=self.total[:, upto].copy(),
            requests=self.requests[:, upto].copy(),
            carried=self.carried[:, upto].copy(),
            repaired=self.repaired[:, upto].copy(),
            odd=self.odd[:, upto].copy(),
            excluded=self.excluded[self.excluded["year"] <= origin].reset_index(drop=True),
        )


def of_published(tables: Mapping[str, pd.DataFrame], replaced: Replaced = ()) -> Panel:
    """Return the panel of the published tables by name; `flows` may be lacking.

    Args:
        tables: `TABLES` as far as they are held.
        replaced: As `panel` takes it.
    """
    none = pd.DataFrame(columns=list(FLOWS))
    return panel(tables["caseload"], tables.get("flows", none), replaced=replaced)


def panel(
    caseload: pd.DataFrame,
    flows: pd.DataFrame,
    merged: Mapping[str, int] | None = None,
    replaced: Replaced = (),
) -> Panel:
    """Return the panel of the published tables.

    Args:
        caseload: Published `caseload`: year, level, code, provision, plans, note.
        flows: Published `flows`: year (calendar), level, code, flow, people. May be empty.
        merged: Local authorities that are no more, with their last January.
        replaced: Code, January and the total to use instead, from the analyst; a missing value
            leaves the point out, and it is repaired as an impossible one is.
    """
    las = caseload[caseload["level"].eq("la")]
    codes = tuple(sorted(las["code"].unique()))
    years = tuple(range(int(las["year"].min()), int(las["year"].max()) + 1))
    parts = [_wide(las[las["provision"].eq(p)], "plans", codes, years) for p in PROVISIONS]
    totals = las[las["provision"].eq("total")]
    total = _wide(totals, "plans", codes, years)
    asked = flows[flows["level"].eq("la") & flows["flow"].eq("requests")] if len(flows) else flows
    asked = asked.assign(year=asked["year"].astype("int64") + 1)
    notes = totals.assign(odd=totals["note"].fillna("").str.startswith(ODD).astype(float))
    odd = _wide(notes, "odd", codes, years) == 1.0
    made = _used(np.stack(parts, axis=-1), total, codes, years, replaced)
    requests = _wide(asked, "people", codes, years)
    listed = _excluded(made, codes, years, requests, odd, merged or {})
    return Panel(
        codes, years, PROVISIONS, made.plans, made.total, requests,
        made.carried, made.repaired, odd, listed,
    )  # fmt: skip


@dataclass(frozen=True)
class _Used:
    """The plans as they are used, and which of them are not those of the release."""

    plans: Array
    total: Array
    published: Array
    carried: Flags
    repaired: Flags
    by_analyst: Flags


def _wide(rows: pd.DataFrame, column: str, codes: Sequence[str], years: Sequence[int]) -> Array:
    """Return a column as an array, [local authority, January]; missing where there is no row."""
    if rows.empty:
        return np.full((len(codes), len(years)), np.nan)
    wide = rows.pivot_table(index="code", columns="year", values=column, aggfunc="first")
    wide = wide.reindex(index=list(codes), columns=list(years))
    return np.array(wide, dtype=np.float64)


def _used(
    plans: Array, total: Array, codes: Sequence[str], years: Sequence[int], replaced: Replaced
) -> _Used:
    """Return plans with impossible totals repaired and missing mixes carried, year by year.

    Each year looks at itself and at the year before it alone, so that cutting the panel at a
    January and then repairing it would give the same.
    """
    published, plans, total = total.copy(), plans.copy(), total.copy()
    by_analyst = np.zeros(total.shape, dtype=bool)
    for code, year, value in replaced:
        if code in codes and year in years:
            at = codes.index(code), years.index(year)
            total[at], by_analyst[at] = value, True
    repaired, carried = by_analyst.copy(), np.zeros(total.shape, dtype=bool)
    for j in range(1, len(years)):
        before, now = total[:, j - 1], total[:, j]
        fell = (now < before * (1.0 - DEEPEST_FALL)) & (before >= FEWEST_PLANS)
        # Two Januaries that agree with each other are believed, however odd the first one was.
        fell &= ~(repaired[:, j - 1] & (now >= published[:, j - 1] * (1.0 - DEEPEST_FALL)))
        gone = by_analyst[:, j] & np.isnan(now)
        again = (fell & ~by_analyst[:, j]) | gone
        sound = ~(fell | gone)
        national = growth.national(np.stack([before, now], axis=1)[sound], 1.0)
        total[again, j] = np.round(before[again] * np.exp(national))
        repaired[:, j] |= again
        lost = np.isfinite(total[:, j]) & ~np.isfinite(plans[:, j]).all(axis=1)
        carried[:, j] = (lost | again) & np.isfinite(plans[:, j - 1]).all(axis=1)
        plans[carried[:, j], j] = plans[carried[:, j], j - 1]
    return _Used(_scaled(plans, total), total, published, carried, repaired, by_analyst)


def _scaled(plans: Array, total: Array) -> Array:
    """Return plans that add up to the total, in the same mix."""
    held = np.nansum(plans, axis=2)
    scale = np.where(held > 0, total / np.where(held > 0, held, 1.0), np.nan)
    # The release adds up; what does not was carried or repaired, or the analyst changed it.
    return np.where(np.isclose(scale, 1.0)[..., None], plans, plans * scale[..., None])


def _excluded(
    made: _Used,
    codes: Sequence[str],
    years: Sequence[int],
    requests: Array,
    odd: Flags,
    merged: Mapping[str, int],
) -> pd.DataFrame:
    """Return every point that is missing or not as published, one row each, with the reason."""
    collected = np.isfinite(requests).any(axis=0)
    silent = ~np.isfinite(requests) & collected
    rows: list[tuple[str, int, str, str]] = []
    for i, code in enumerate(codes):
        there = [y for j, y in enumerate(years) if np.isfinite(made.total[i, j])]
        if code in merged or max(there) < years[-1]:
            last = merged.get(code, max(there))
            rows.append((code, last, "abolished", f"Abolished or merged: last January {last}."))
        if min(there) > years[0]:
            why = f"New: its first January is {min(there)}. No predecessor is joined to it."
            rows.append((code, min(there), "new", why))
        for j, year in enumerate(years):
            rows += [(code, year, *said) for said in _point(made, silent, odd, i, j)]
    return pd.DataFrame(rows, columns=list(EXCLUDED))


def _point(made: _Used, silent: Flags, odd: Flags, i: int, j: int) -> list[tuple[str, str]]:
    """Return what has to be said of one local authority at one January."""
    said = []
    if made.by_analyst[i, j]:
        said.append(("replaced", "Replaced or left out in area.toml, with a reason."))
    elif made.repaired[i, j]:
        said.append(("impossible", (
            f"Published {made.published[i, j]:,.0f} after {made.total[i, j - 1]:,.0f}: no caseload "
            f"falls by more than {DEEPEST_FALL:.0%} in a year. {made.total[i, j]:,.0f} is used, "
            "the January before with the growth of all other authorities."
        )))  # fmt: skip
    elif odd[i, j]:
        said.append(("odd", f"Flagged as implausible and used: {made.total[i, j]:,.0f}."))
    if made.carried[i, j] and not made.repaired[i, j]:
        said.append(("mix", "No provision in the release: the mix of the January before is used."))
    if np.isfinite(made.total[i, j]) and silent[i, j]:
        said.append(("requests", "No requests in the release: their lead counts as usual."))
    return said

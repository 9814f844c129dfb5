"""The caseload by provision and the flows, made from the files of the EHC plans release.

Which columns make a provision group stands, with the reasons, in
`toolkit/reference/provision_map.csv`. Figures are never made up: where a part of a group is
missing for an area, the group is missing, and a note says why.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit import reference
from toolkit.intake.loaded import Problem

AREA = ["year", "level", "code", "name", "region_code"]
FLOWS = {
    "ees_new_plans": ("new", "new_ehc_plans"),
    "ees_ceased": ("ceased", "total_ceased"),
    "ees_requests": ("requests", "requests_received_in_year"),
    "ees_assessments": ("assessments", "assess_in_year"),
}
PROVISIONS = [
    *("mainstream", "rp_unit", "state_special", "nmiss", "ap_hospital", "post16", "other"),
    *("early_years", "unknown"),
]
NOT_AVAILABLE = "Not available in the release (x)."

# An LA's growth in a year is implausible where it lies more than three robust standard
# deviations (1.4826 x the median absolute deviation, which is one standard deviation where
# growth is normal) from the median LA's in the same year. On the 2025 release this flags 22 of
# 900 LA-years, Newham's and Medway's fall of 2025 and Nottingham's rise of 54% among them.
# Below 100 plans a few children make such a change, and below 30 LAs there is no median.
DEVIATIONS = 3.0
MAD_TO_SD = 1.4826
FEWEST_PLANS = 100
FEWEST_AREAS = 30


def caseload(plans: pd.DataFrame) -> pd.DataFrame:
    """Return plans by provision: year, level, code, name, region_code, provision, plans, note.

    Args:
        plans: The table `ees_caseload`.

    `provision` is one of the nine groups or "total". The nine add up to the total wherever
    none is missing, but where the note says that the release itself does not add up.
    """
    totals = plans[plans["topic"] == "total"].reset_index(drop=True)
    groups = _groups(totals)
    wide = totals[AREA].join(groups).assign(total=totals["ehcplans"])
    long = wide.melt(AREA, [*PROVISIONS, "total"], "provision", "plans")
    long["provision"] = long["provision"].astype("str")
    notes = pd.concat([_gap_notes(wide), _growth_notes(wide)], axis=1)
    long["note"] = _notes(long, wide, notes)
    order = {name: place for place, name in enumerate([*PROVISIONS, "total"])}
    place = long["provision"].map(order)
    return (
        long.assign(place=place)
        .sort_values([*AREA[:3], "place"], kind="stable")
        .drop(columns="place")
        .reset_index(drop=True)
    )


def flows(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the total of one flow file: year, level, code, name, region_code, flow, people."""
    flow, column = FLOWS[table]
    totals = frame[frame["topic"] == "total"]
    return totals[AREA].assign(flow=flow, people=totals[column]).reset_index(drop=True)


def _groups(totals: pd.DataFrame) -> pd.DataFrame:
    """Return plans by provision group; missing where an item collected that year is missing.

    An item that no area has in a year was not collected then, and counts nothing.
    """
    mapping = reference.table("provision_map")
    items = [c for c in mapping["ees_column"] if c in totals]
    collected = totals[items].notna().groupby(totals["year"]).transform("any")
    counted = totals[items].where(collected, 0.0)
    made = {}
    for provision in PROVISIONS:
        own = [
            c for c in mapping.loc[mapping["provision"] == provision, "ees_column"] if c in items
        ]
        if own:
            known = collected[own].any(axis=1)
            made[provision] = counted[own].sum(axis=1, skipna=False).where(known)
        else:
            made[provision] = pd.Series(np.nan, index=totals.index)
    return pd.DataFrame(made)


def _gap_notes(wide: pd.DataFrame) -> pd.Series:
    """Return, for each area and year whose groups are all there but do not add up, how far off."""
    gaps = wide["total"] - wide[PROVISIONS].sum(axis=1, skipna=False)
    notes = [
        f"The provisions add up to {abs(gap):,.0f} {'fewer' if gap > 0 else 'more'} than the "
        "total: for some plans the release has a total only."
        if abs(gap) > 0
        else ""
        for gap in gaps
    ]
    return pd.Series(notes, index=wide.index, dtype="object", name="gap")


def _growth_notes(wide: pd.DataFrame) -> pd.Series:
    """Return, for each LA and year of implausible growth, a sentence that says what is odd."""
    las = wide[wide["level"] == "la"].sort_values(["code", "year"])
    before = las.groupby("code")["total"].shift()
    consecutive = las.groupby("code")["year"].diff() == 1
    usable = consecutive & (before > 0) & (las["total"] > 0)
    growth = (las["total"].where(usable) / before).map(np.log)
    by_year = growth.groupby(las["year"])
    median = by_year.transform("median")
    spread = MAD_TO_SD * (growth - median).abs().groupby(las["year"]).transform("median")
    judged = (by_year.transform("count") >= FEWEST_AREAS) & (before >= FEWEST_PLANS) & (spread > 0)
    odd = judged & ((growth - median).abs() > DEVIATIONS * spread)
    notes = pd.Series("", index=wide.index, dtype="object", name="growth")
    for row in las.index[odd]:
        notes[row] = (
            f"Implausible: {np.expm1(growth[row]):+.0%} since the January before, "
            f"when the median LA changed by {np.expm1(median[row]):+.0%}. Check before use."
        )
    return notes


def _notes(long: pd.DataFrame, wide: pd.DataFrame, notes: pd.DataFrame) -> pd.Series:
    """Return the note of each row: why it is missing, that it does not add up, or both kinds."""
    keys = ["year", "level", "code"]
    joined = long[keys].merge(wide[keys].join(notes), on=keys, how="left")
    missing = pd.Series(np.where(long["plans"].isna(), NOT_AVAILABLE, ""), index=long.index)
    is_total = (long["provision"] == "total").to_numpy()
    parts = (missing, joined["gap"], joined["growth"].where(is_total, ""))
    rows = zip(*(part.to_numpy() for part in parts), strict=True)
    return pd.Series([" ".join(p for p in row if p) for row in rows], index=long.index)


def problems(frame: pd.DataFrame, file: str, member: str) -> list[Problem]:
    """Return a note for each kind of doubt in a caseload frame, naming the areas and years."""
    las = frame[frame["level"] == "la"]
    found = []
    missing = las[las["plans"].isna() & (las["provision"] != "total")]
    if len(missing):
        found.append(("published.missing", "Provision is not available", missing))
    odd = las[las["note"].str.startswith("Implausible")]
    if len(odd):
        found.append(("published.implausible", "The number of plans looks implausible", odd))
    gaps = frame[frame["note"].str.startswith("The provisions") & (frame["provision"] == "total")]
    if len(gaps):
        found.append(("published.sum", "Provisions do not add up to the total", gaps))
    return [
        Problem(
            code=code,
            severity="note",
            message=f"{what}: {_where(rows)}.",
            remedy="It is so in the release. To leave a figure out, or replace it, write it under "
            "'replaced' in area.toml, with the reason.",
            table="caseload",
            file=file,
            sheet=member,
        )
        for code, what, rows in found
    ]


def _where(rows: pd.DataFrame) -> str:
    distinct = rows.drop_duplicates(["year", "name"]).sort_values(["year", "name"])
    return ", ".join(f"{name} {year}" for name, year in zip(distinct["name"], distinct["year"]))  # noqa: B905

"""Whom an area is set beside: published totals, the groups of comparators, doubtful points.

Each function takes DataFrames and returns a new one or an `Aggregate`. Nothing here opens a
file, draws a chart or knows which local area it is looking at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose.caseload import UNIVERSE
from toolkit.evidence import Finding

ENGLAND = "E92000001"
AREA, COUNTRY = "This area", "England"
NONE_IN_COMMON = (
    "Own records and the published figures have no January in common, so they cannot be compared."
)
APART = 0.1  # of the published figure: from here on own records may be a part, or hold doubles
FIND_OUT = "Find out why before using this."
REGION, NEIGHBOURS = "Rest of the region", "Statistical neighbours"


def totals(caseload: pd.DataFrame) -> pd.DataFrame:
    """Return published totals: `year`, `level`, `code`, `region_code`, `plans`, `note`."""
    rows = caseload[caseload["provision"].eq("total") & caseload["plans"].notna()]
    return rows[["year", "level", "code", "region_code", "plans", "note"]].reset_index(drop=True)


def comparators(caseload: pd.DataFrame, code: str, neighbours: Sequence[str]) -> pd.DataFrame:
    """Return which areas stand in each group, one row a pair: `group` and `code`.

    The region is the other local authorities of the area's region; an area is never among its
    own comparators.
    """
    las = caseload[caseload["level"].eq("la")].drop_duplicates("code").set_index("code")
    region = str(las["region_code"].get(code, ""))
    others = [str(c) for c in las.index[las["region_code"].eq(region)] if c != code]
    groups = {
        AREA: [code],
        COUNTRY: [ENGLAND],
        REGION: others,
        NEIGHBOURS: [n for n in neighbours if n != code],
    }
    pairs = [(group, c) for group, codes in groups.items() for c in codes]
    return pd.DataFrame(pairs, columns=["group", "code"])


def with_local(totals: pd.DataFrame, people: pd.DataFrame, code: str) -> pd.DataFrame:
    """Return published totals with this area's own counts in their place, where it has them.

    Args:
        totals: As `totals` returns it.
        people: As `january.stock` returns it.
        code: Code of the area.
    """
    own = people["year"].value_counts().rename("plans").rename_axis("year").reset_index()
    others = totals[totals["code"].ne(code)]
    return pd.concat([others, own.assign(code=code, level="la", note="")], ignore_index=True)


def own_covers(totals: pd.DataFrame, people: pd.DataFrame) -> bool:
    """Return whether own records hold two Januaries or more that England's figures have too.

    With fewer, growth beside England can only be told from published figures of the area.

    Args:
        totals: As `totals` returns it.
        people: As `january.stock` returns it.
    """
    england = {int(y) for y in totals.loc[totals["code"].eq(ENGLAND), "year"]}
    return len(england & {int(y) for y in people["year"]}) > 1


def replace_points(
    totals: pd.DataFrame, replaced: Sequence[tuple[str, int, float]]
) -> pd.DataFrame:
    """Return totals with the points that the analyst replaced or left out, each marked.

    Args:
        totals: As `totals` returns it.
        replaced: Code, year and the plans to use instead; a missing value leaves the point out.
    """
    changed = totals.copy()
    for code, year, plans in replaced:
        here = changed["code"].eq(code) & changed["year"].eq(year)
        changed.loc[here, "plans"] = plans
        changed.loc[here, "note"] = "Replaced in area.toml, with a reason."
    return changed[changed["plans"].notna()].reset_index(drop=True)


def doubtful(
    totals: pd.DataFrame,
    groups: pd.DataFrame,
    names: Mapping[str, str],
    sources: tuple[str, ...],
) -> Aggregate:
    """Return the published totals among the area and its comparators that look wrong, and why.

    Args:
        totals: As `totals` returns it; `note` says what is odd about a point.
        groups: As `comparators` returns it.
        names: For a code, the area's name.
        sources: The release.

    Returns:
        One row an `area` and `year`: `plans` as published, and `note`.
    """
    told = totals[totals["note"].fillna("").ne("") & totals["code"].isin(groups["code"])]
    frame = told.assign(area=told["code"].map(names))[["area", "year", "plans", "note"]]
    return Aggregate(
        frame=frame.sort_values(["area", "year"]).reset_index(drop=True),
        universe=UNIVERSE,
        dimensions=("area", "year"),
        measures=(
            Measure("plans", "EHC plans", "people"),
            Measure("note", "Why it looks doubtful", "text"),
        ),
        source="published",
        sources=sources,
        method="Flagged by rule and shown as published. No change of this area is measured to a "
        "last January that looks wrong. Leave a point out or replace it, with a reason, under "
        "[[replaced]] in area.toml.",
    )


def beside_published(people: pd.DataFrame, totals: pd.DataFrame, code: str) -> Aggregate:
    """Return the area's own totals beside those that the DfE published for it.

    Returns:
        One row a January that both hold: `own`, `published` and `difference` (people).
    """
    own = people["year"].value_counts().rename("own")
    shown = totals[totals["code"].eq(code)].set_index("year")["plans"].rename("published")
    table = pd.concat([own, shown], axis=1).dropna().sort_index().rename_axis("year").reset_index()
    table["difference"] = table["own"] - table["published"]
    return Aggregate(
        frame=table,
        universe=UNIVERSE,
        dimensions=("year",),
        measures=(
            Measure("own", "Own records", "people"),
            Measure("published", "Published by the DfE", "number", decimals=0),
            Measure("difference", "Difference", "number", ("own",), decimals=0),
        ),
        source="local",
        sources=("The area's own records", "Education, health and care plans, DfE"),
        method="A difference is named, never spread out: the DfE's figure may hold corrections.",
        not_summed=("year",),
    )


def doubtful_years(totals: pd.DataFrame, code: str) -> list[int]:
    """Return the Januaries for which the published total of one area carries a warning."""
    own = totals[totals["code"].eq(code) & totals["note"].fillna("").str.startswith("Implausible")]
    return sorted(int(year) for year in own["year"])


def sound_until(years: Iterable[int], doubtful: Sequence[int]) -> int:
    """Return the last January that a change can be measured to: the last that looks right.

    Args:
        years: Januaries with a figure of the area.
        doubtful: As `doubtful_years` returns it. Where nothing looks right, the last January
            stands, with the caution that is told of it.
    """
    held = sorted(int(y) for y in set(years))
    sound = [year for year in held if year not in doubtful]
    return sound[-1] if sound else held[-1]


def told(beside: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on the latest January that own records and the DfE both have."""
    if beside.frame.empty:
        return NONE_IN_COMMON, {}
    year = int(beside.frame["year"].max())
    sentence = (
        "In January {year}, own records hold {own} plans and the DfE published {published}: "
        "{difference:more}."
    )
    if are_apart(beside):
        sentence += " Find out why before using either."
    return sentence, {
        "year": str(year),
        "own": beside.cell("own", year=year),
        "published": beside.cell("published", year=year),
        "difference": beside.cell("difference", year=year),
    }


def are_apart(beside: Aggregate) -> bool:
    """Return whether own records differ by more than a tenth from the published figure.

    Of the latest January that both have; where they have none in common, nothing says so.

    Args:
        beside: As `beside_published` returns it.
    """
    if beside.frame.empty:
        return False
    year = int(beside.frame["year"].max())
    off, published = (beside.cell(c, year=year).value for c in ("difference", "published"))
    return abs(off) > APART * published


def apart_finding(beside: Aggregate) -> Finding | None:
    """Return the finding that own records are far from the published figure; None where not.

    It comes before every other: nothing that rests on these records can be better than they are.

    Args:
        beside: As `beside_published` returns it.
    """
    if not are_apart(beside):
        return None
    sentence, cells = told(beside)
    named = {name: c for name, c in cells.items() if isinstance(c, Cell)}
    return Finding(
        id="10.records.apart",
        stage="Module 1",
        sentence=sentence.replace("{year}", str(cells["year"])),
        cells=named,
        value=named["difference"],
        base=named["own"],
        criterion=2,
        priority=120,
    )


def careful(found: Finding, beside: Aggregate) -> Finding:
    """Return a finding that rests on own records with a caution, where they are far from published.

    Args:
        found: The finding.
        beside: As `beside_published` returns it.
    """
    if not are_apart(beside):
        return found
    year = int(beside.frame["year"].max())
    cells = {"held_own": beside.cell("own", year=year)}
    cells["held_published"] = beside.cell("published", year=year)
    is_part = cells["held_own"].value < cells["held_published"].value
    both = (
        "{held_own} of the {held_published} plans published"
        if is_part
        else "{held_own} plans, more than the {held_published} published"
    )
    said = f"Own records hold {both} for January {year}."
    return replace(
        found,
        sentence=f"{found.sentence} {said}",
        cells={**found.cells, **cells},
        caution=f"{found.caution} {FIND_OUT}".strip(),
    )

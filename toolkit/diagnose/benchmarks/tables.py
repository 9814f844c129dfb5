"""Tables of one area among the others, as aggregates of published figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from toolkit.aggregate import Aggregate, Measure, Unit
from toolkit.diagnose.benchmarks import catalogue, outliers, verdict
from toolkit.diagnose.benchmarks.groups import Company

UNIVERSE = "Published figures, compared between areas"
SUMMARY = ("area", "median", "england", "rank_text", "short_verdict")
COMPARED = ("area", "median", "england", "region", "rank_text", "short_verdict")
METHOD = (
    "Range and median: the statistical neighbours with a figure. Region: its other areas, or as "
    "published where counts are not. Rank 1 is the highest, of all authorities with a figure for "
    "the period: some have none, so that their number differs between measures. A joint rank is "
    "shared."
)
IN_FULL = (
    f"{METHOD} England is as published, or all authorities with both figures together. "
    f"{verdict.METHOD}"
)
LOW_RELIABILITY = "[u]"  # the mark of the Government Analysis Function for low reliability
RESTS = "it uses published points that look wrong, or that were replaced."
YEARLY = {"new": "New plans", "ceased": "Plans ceased"}


def of_measures(judged: pd.DataFrame, sources: tuple[str, ...], wanted: Sequence[str]) -> Aggregate:
    """Return some measures of one area among the others, one row a measure.

    Args:
        judged: As `position.judge` returns it.
        sources: The releases, as a reader should cite them.
        wanted: Ids of measures; those without a row are left out.

    Returns:
        `area`, `low`, `high`, `numerator`, `base`, `england`, `region`, `median`, `lowest`,
        `highest`, `distance`, `rank_text`, `verdict` and `care`, which names published points
        that look wrong. Figures are in the unit that all of them share; where they share none,
        in plain numbers whose labels say the unit.
    """
    frame = judged[judged["measure"].isin(wanted)].reset_index(drop=True)
    unit = _shared(frame["unit"])
    names = "label" if unit is None or frame["theme"].nunique() > 1 else "short"
    frame["rank_text"] = [ranked(*row) for row in frame[["rank", "tied", "areas"]].to_numpy()]
    frame["care"] = [care(*row) for row in frame[["doubt", "doubt_others"]].to_numpy()]
    said = frame[["measure", names, "unit", "care"]].to_numpy()
    labels = {m: _named(name, own, unit, bool(warn)) for m, name, own, warn in said}
    return Aggregate(
        frame=frame,
        universe=UNIVERSE,
        dimensions=("measure",),
        measures=_measures(unit),
        source="published",
        sources=sources,
        method=METHOD,
        period="; ".join(dict.fromkeys(frame["period"])),
        not_summed=("measure",),
        labels={"measure": labels},
    )


def of_theme(judged: pd.DataFrame, sources: tuple[str, ...], *themes: str) -> Aggregate:
    """Return the measures of one theme or of several; see `of_measures`."""
    wanted = judged.loc[judged["theme"].isin(themes), "measure"].tolist()
    return of_measures(judged, sources, wanted)


def summary(judged: pd.DataFrame, sources: tuple[str, ...]) -> Aggregate:
    """Return the headline measures, money apart, with the method in full; see `of_measures`."""
    return replace(of_measures(judged, sources, catalogue.HEADLINES), method=IN_FULL)


def alone(made: Aggregate, measure: str) -> Aggregate:
    """Return one measure by itself, its base named, with the method in full."""
    frame = made.frame[made.frame["measure"].eq(measure)].reset_index(drop=True)
    named = tuple(
        replace(m, label=str(frame["of"].iloc[0])) if m.column == "base" else m
        for m in made.measures
    )
    period = str(frame["period"].iloc[0])
    return replace(made, frame=frame, measures=named, method=IN_FULL, period=period)


def note(made: Aggregate) -> str:
    """Return the note under a table: its low reliability, and how few neighbours it rests on."""
    said = list(dict.fromkeys(text for text in made.frame["care"] if text))
    start = f"{LOW_RELIABILITY} low reliability: {RESTS}"
    parts = [start, *said] if said else []
    fewest, listed = made.frame["neighbours"].min(), made.frame["listed"].max()
    if len(made.frame) and fewest < listed:
        parts.append(f"Not every neighbour has a figure: at least {fewest} of {listed} do.")
    return " ".join(parts)


def outlying(judged: pd.DataFrame, sources: tuple[str, ...], money: bool = False) -> Aggregate:
    """Return the measures in which the area is an outlier, the furthest from its kind first.

    Args:
        judged: As `position.judge` returns it.
        sources: The releases.
        money: Whether those in £, or all the others.

    Returns:
        `area`, `median`, `england`, `z` (robust standard deviations from the neighbours'
        median), `z_england` (from the median authority's) and `kind`, which test flags it.
    """
    flagged = judged[judged["outlier"].astype(bool) | judged["outlier_england"].astype(bool)]
    flagged = flagged[flagged["unit"].eq(catalogue.MONEY) == money]
    both = flagged["outlier"] & flagged["outlier_england"]
    kind = both.map({True: "Both", False: "All authorities"}).astype("object")
    kind = kind.mask(flagged["outlier"].astype(bool) & ~both, "Its neighbours")
    size = flagged["z"].astype(float).abs().fillna(0)
    flagged = flagged.assign(kind=kind, size=size).sort_values("size", ascending=False)
    made = of_measures(judged, sources, flagged["measure"].tolist())
    frame = flagged.reset_index(drop=True)
    said = frame[["measure", "label", "unit"]].to_numpy()
    unit: Unit | None = catalogue.MONEY if money else None
    labels = {m: _named(name, own, unit, False) for m, name, own in said}
    return replace(
        made,
        frame=frame,
        measures=(
            *(m for m in _measures(unit) if m.column in ("area", "median", "england")),
            Measure("z", "Robust z, neighbours", "number", decimals=1),
            Measure("z_england", "Robust z, all", "number", decimals=1),
            Measure("kind", "Outlier among", "text"),
        ),
        method=outliers.METHOD,
        labels={"measure": labels},
    )


def by_year(figures: pd.DataFrame, company: Company, sources: tuple[str, ...]) -> Aggregate:
    """Return the area's new and ceased plans of each year, and their mean over the years stated.

    Returns:
        One row a `year`, the last one the mean: `new` and `ceased` (plans), `new_rate` and
        `ceased_rate` (per 1,000 plans open in the January that the year begins with).
    """
    own = figures[figures["code"].eq(company.code)]
    parts: list[pd.DataFrame] = []
    for flow in YEARLY:
        each = own[own["measure"].eq(f"{flow}.rate")].sort_values("year")
        mean = own[own["measure"].eq(f"{flow}.mean")]
        length = [int(p[-4:]) - int(p[:4]) + 1 for p in mean["period"]]
        mean = mean.assign(numerator=mean["numerator"] / length, period="Mean of " + mean["period"])
        both = pd.concat([each, mean]).set_index("period")[["numerator", "value"]]
        parts.append(both.set_axis([flow, f"{flow}_rate"], axis=1))
    joined = pd.concat(parts, axis=1)
    is_mean = joined.index.str.startswith("Mean")
    ordered = pd.concat([joined[~is_mean].sort_index(), joined[is_mean]])
    ordered = ordered.rename_axis("year").reset_index()
    return Aggregate(
        frame=ordered,
        universe=UNIVERSE,
        dimensions=("year",),
        measures=tuple(
            m
            for flow, name in YEARLY.items()
            for m in (
                Measure(flow, name, "number", decimals=0),
                Measure(f"{flow}_rate", f"{name} per 1,000 plans", "per 1,000"),
            )
        ),
        source="published",
        sources=sources,
        method="Rate = plans of the calendar year / plans open in the January that it begins "
        "with. The mean is over the years that it states, and no other.",
        not_summed=("year",),
    )


def ranked(rank: float, tied: float, areas: float) -> str:
    """Return a rank in words: "5 of 151", "joint 5 of 151" where shared; "" where there is none."""
    if pd.isna(rank):
        return ""
    space = "\N{NO-BREAK SPACE}"
    return f"{f'joint{space}' if tied > 1 else ''}{int(rank)}{space}of{space}{int(areas)}"


def care(doubt: str, others: str) -> str:
    """Return which published points a row uses that look wrong; "" where none does."""
    own = f"This area's own number of plans: {doubt}." if doubt else ""
    theirs = f"Its neighbours': {others}." if others else ""
    return " ".join(text for text in (own, theirs) if text)


def _shared(units: pd.Series) -> Unit | None:
    found: list[Unit] = list(dict.fromkeys(units))
    return found[0] if len(found) == 1 and found[0] != "number" else None


def _named(name: str, unit: str, shared: Unit | None, in_doubt: bool) -> str:
    """Return a label that says its unit where the column does not, and marks a doubt."""
    said = f"{name} (%)" if shared is None and unit == "%" else name
    return f"{said} {LOW_RELIABILITY}" if in_doubt else said


def _measures(unit: Unit | None) -> tuple[Measure, ...]:
    of: Unit = unit or "number"
    gap: Unit = "pp" if unit == "%" else of
    places = 0 if unit == catalogue.MONEY else 1
    return (
        Measure("area", "This area", of, decimals=places),
        Measure("low", "Lower 95% limit", of, decimals=places),
        Measure("high", "Upper 95% limit", of, decimals=places),
        Measure("numerator", "Counted", "£" if unit == catalogue.MONEY else "number", decimals=0),
        Measure("base", "Base", "number", decimals=0),
        Measure("england", "England", of, decimals=places),
        Measure("region", "Rest of the region", of, decimals=places),
        Measure("median", "Neighbours' median", of, decimals=places),
        Measure("lowest", "Lowest neighbour", of, decimals=places),
        Measure("highest", "Highest neighbour", of, decimals=places),
        Measure("distance", "Distance from the median", gap, decimals=places),
        Measure("rank_text", "Rank", "text"),
        Measure("short_verdict", "Verdict", "text"),
        Measure("verdict", "Verdict in full", "text"),
        Measure("care", "Take care", "text"),
    )

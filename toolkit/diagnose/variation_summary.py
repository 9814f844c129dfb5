"""Variation in one table: how many units lie outside, how concentrated it is, where to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose import funnel
from toolkit.diagnose.variation import UNKNOWN, Occurrence
from toolkit.evidence import Finding

CUTS: Mapping[str, str] = {
    "school": "School",
    "locality": "Locality",
    "primary_need": "Primary need",
    "age_group": "Age group",
    "request_source": "Who asked",
    "year": "Year",
}
CONCENTRATED = ("school", "locality")  # cuts with units enough for a fifth of them to mean much
FEWEST = 10  # events and cases: below this a unit is not named in the shared list
LEAST = 6.0  # events to be expected: from here on a school is likely to have some to show
FEWEST_UNITS = 5  # of fewer, a fifth is no unit
SMALLER = "smaller"
NOTHING_TO_TELL = (
    "{Name} cannot be told apart from chance here: it takes {few} of them by name, with something "
    "to count in them."
)
WIDE = 2.0  # standard errors of the dispersion above 1 from which it is said
SHOWN = ("units", "outside95", "outside998", "dispersion")
PARETO_SHOWN = ("units", "top_units", "events_top", "events", "share", "low", "high")
WORDS: Mapping[str, str] = {
    funnel.VERDICTS["far_above"]: "Much more often than expected: outside the 99.8% limit",
    funnel.VERDICTS["above"]: "More often than expected: outside the 95% limit, to be watched",
    funnel.VERDICTS["below"]: "Less often than expected: outside the 95% limit, to be watched",
    funnel.VERDICTS["far_below"]: "Much less often than expected: outside the 99.8% limit",
}


def summary(compared: Mapping[str, Aggregate], what: Occurrence, seed: int) -> Aggregate:
    """Return, for each cut, how many units lie outside their limits, and how concentrated it is.

    Args:
        compared: As `variation.compare` returns it, by cut, as in {"school": ...}.
        what: What was compared.
        seed: Makes the draws behind the range by chance the same each time.

    Returns:
        One row a `cut`: `units` (with their name recorded), `outside95`, `outside998` (of
        those), `dispersion` (1 is chance), and for the fifth of the units with the most events
        (`top_units`) their `events_top`, `events` of all cases (people), the `share` (%) and
        the range of that share by chance alone, `low` to `high` (%); the last for the cuts of
        `CONCENTRATED` alone.
    """
    rows = [_cut(cut, aggregate, seed) for cut, aggregate in compared.items()]
    frame = pd.DataFrame(rows, columns=["cut", *SHOWN, *PARETO_SHOWN[1:]])
    both = ("events_top", "events")
    first = next(iter(compared.values()))
    top = {**what.where, "among": "top_fifth"}
    return Aggregate(
        frame=frame,
        universe=what.universe,
        dimensions=("cut",),
        measures=(
            Measure("units", "Units", "number", decimals=0),
            Measure("outside95", "Outside the 95% limits", "number", ("events",), decimals=0),
            Measure("outside998", "of those, outside 99.8%", "number", ("events",), decimals=0),
            Measure("dispersion", "Scatter (1 = chance)", "number", ("events",), decimals=1),
            Measure("top_units", "A fifth of the units", "number", decimals=0),
            Measure("events_top", f"{what.event}, in that fifth", "people", where=top),
            Measure("events", f"{what.event}, all", "people", where=what.where, without=("cut",)),
            Measure("share", "Share in that fifth", "%", both),
            Measure("low", "By chance, low", "%", both),
            Measure("high", "By chance, high", "%", both),
        ),
        source="local",
        sources=first.sources,
        method="Units outside their limits, of all units whose name is recorded. Scatter = mean "
        "squared standardised difference from expected, the outer tenths pulled in; well above "
        "1, units differ for reasons beyond chance and the limits are too narrow. The share by "
        "chance (95% range) is what the fifth with the most would have if units differed by "
        "size, mix and chance alone: 1,000 draws.",
        period=first.period,
        not_summed=("area", "cut"),
        labels={"cut": CUTS},
    )


def concentrated(made: Aggregate) -> Aggregate:
    """Return the rows of a summary whose units are many enough for a fifth of them to be told."""
    frame = made.frame[made.frame["cut"].isin(CONCENTRATED)]
    return replace(made, frame=frame.reset_index(drop=True))


def fold(aggregate: Aggregate, least: float = LEAST) -> Aggregate:
    """Return a comparison with its smaller units as one, "smaller", for a chart.

    A unit of which few events are to be expected tells nothing by itself: it has none, or its
    few are hidden. Units are folded by what is expected, never by what happened.

    Args:
        aggregate: As `variation.compare` returns it.
        least: The number expected from which a unit stands alone.
    """
    by = aggregate.dimensions[0]
    frame, counts = aggregate.frame, ["base", "events", "expected"]
    alone = frame["expected"].ge(least) | frame[by].astype(str).isin(["All", UNKNOWN])
    rest = frame.loc[~alone, counts].sum()
    if not (~alone).any():
        return aggregate
    row = {by: SMALLER, **rest, "rate": 100 * rest["events"] / rest["base"], "verdict": ""}
    row["ratio"] = 100 * rest["events"] / rest["expected"] if rest["expected"] else float("nan")
    kept = frame[alone].reset_index(drop=True)
    kept.loc[len(kept)] = {**dict.fromkeys(frame.columns, float("nan")), **row}
    named = {**aggregate.labels.get(by, {}), SMALLER: "Smaller ones together"}
    return replace(aggregate, frame=kept, labels={**aggregate.labels, by: named})


def drawn(aggregate: Aggregate) -> list[str]:
    """Return the units of a comparison that a funnel draws."""
    by = aggregate.dimensions[0]
    codes = aggregate.frame[by].astype(str)
    return [code for code in codes if code not in ("All", UNKNOWN, SMALLER)]


def _cut(cut: str, aggregate: Aggregate, seed: int) -> dict[str, object]:
    units = units_of(aggregate)
    seen, base, expected = units["events"], units["base"], units["expected"]
    far = units["verdict"].isin([funnel.VERDICTS["far_above"], funnel.VERDICTS["far_below"]])
    total = aggregate.cell("events", **{aggregate.dimensions[0]: "All"}).value
    found: dict[str, object] = {
        "cut": cut,
        "units": len(units),
        "outside95": int(units["verdict"].ne(funnel.VERDICTS["within"]).sum()),
        "outside998": int(far.sum()),
        "dispersion": funnel.dispersion(seen, base, expected, "binomial"),
        "events": total,
    }
    if cut not in CONCENTRATED:
        return found
    top, most = funnel.pareto(seen)
    low, high = funnel.pareto_by_chance(expected, base, seed)
    share = 100 * most / total if total else float("nan")
    return {**found, "top_units": top, "events_top": most, "share": share, "low": low, "high": high}


def units_of(aggregate: Aggregate) -> pd.DataFrame:
    """Return the rows of a comparison that are units with a name."""
    by = aggregate.dimensions[0]
    named = ~aggregate.frame[by].astype(str).isin(["All", UNKNOWN])
    return aggregate.frame[named].reset_index(drop=True)


def listed(aggregate: Aggregate) -> pd.DataFrame:
    """Return every unit of a comparison with its name: for the analyst alone, never to be shown."""
    by = aggregate.dimensions[0]
    names = aggregate.labels.get(by, {})
    columns = ["base", "events", "rate", "expected", "ratio", *funnel.LIMITS, "verdict"]
    rows = aggregate.frame[aggregate.frame[by].astype(str).ne("All")]
    codes = rows[by].astype(str)
    made = rows[columns].round(1)
    made.insert(0, "name", codes.map(names).fillna(codes))
    made.insert(0, by, codes)
    return made.sort_values(["ratio", by], ascending=[False, True]).reset_index(drop=True)


def interest(compared: Mapping[str, Mapping[str, Aggregate]]) -> Aggregate:
    """Return the areas of interest: every unit outside its limits, with the reason in words.

    Args:
        compared: Comparisons by cut, as `summary` takes them, by what is compared in words.

    Only units with at least `FEWEST` cases and events are named, so that nothing is told of
    few children. The order is that of the cuts and of the units' names, not of the figures.
    """
    rows = [
        (what, cut, *row)
        for what, cuts in compared.items()
        for cut, aggregate in cuts.items()
        for row in _outside(aggregate)
    ]
    frame = pd.DataFrame(rows, columns=["what", "cut", "unit", "reason"])
    firsts = [next(iter(cuts.values())) for cuts in compared.values()]
    return Aggregate(
        frame=frame,
        universe="Areas of interest",
        dimensions=("what", "cut", "unit"),
        measures=(Measure("reason", "Why look here", "text"),),
        source="local",
        sources=tuple(dict.fromkeys(s for a in firsts for s in a.sources)),
        method=f"Units outside the 95% or 99.8% limits, with at least {FEWEST} cases and "
        f"{FEWEST} events. A name on this list is a question for the people there, not a verdict.",
        period="; ".join(dict.fromkeys(a.period for a in firsts)),
        labels={"cut": CUTS},
    )


def _outside(aggregate: Aggregate) -> list[tuple[str, str]]:
    """Return the units with enough cases that lie outside, by name, with the reason."""
    by, units = aggregate.dimensions[0], units_of(aggregate)
    names = aggregate.labels.get(by, {})
    enough = units["events"].ge(FEWEST) & units["base"].ge(FEWEST)
    rows = units[enough & units["verdict"].isin(list(WORDS))]
    named = [names.get(str(code), str(code)) for code in rows[by]]
    return sorted(zip(named, rows["verdict"].map(WORDS), strict=True))


def is_told(made: Aggregate, cut: str) -> bool:
    """Return whether a cut has units and events enough to say how concentrated they are."""
    row = made.frame[made.frame["cut"].eq(cut)].iloc[0]
    known = row[["dispersion", "share", "low", "high"]].notna().all()
    return bool(known) and row["units"] >= FEWEST_UNITS and row["events_top"] > 0


def told_scatter(made: Aggregate, cut: str) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on whether the units of a cut differ by more than chance; "" for none."""
    row = made.frame[made.frame["cut"].eq(cut)].iloc[0]
    if not is_told(made, cut):
        return "", {}
    sure = WIDE * np.sqrt(2 / max(float(row["units"]), 1.0))
    cells: dict[str, Cell | str] = {"scatter": made.cell("dispersion", cut=cut)}
    start = "The scatter is {scatter} times what chance alone would bring"
    if float(row["dispersion"]) > 1 + sure:
        return (
            f"{start}: more lie outside than limits of pure chance allow for, so take those "
            "furthest out first, and ask what all have in common.",
            cells,
        )
    return f"{start}, so chance explains most of the differences.", cells


def told(made: Aggregate, cut: str, what: Occurrence) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on how concentrated the events are, and its cells."""
    names = {"school": "schools", "locality": "localities"}
    if not is_told(made, cut):
        name = names.get(cut, "units").capitalize()
        return NOTHING_TO_TELL, {"Name": name, "few": str(FEWEST_UNITS)}
    sentence = (
        "A fifth of the {units} {name} account for {share} of {who}; by size, mix and chance "
        "alone it would be {low} to {high}."
    )
    columns = ("units", "share", "low", "high")
    cells: dict[str, Cell | str] = {c: made.cell(c, cut=cut) for c in columns}
    return sentence, {"name": names.get(cut, "units"), "who": what.who, **cells}


def finding(made: Aggregate, what: Occurrence) -> Finding | None:
    """Return the finding on how concentrated new plans are among schools; None for too few."""
    if not is_told(made, "school"):
        return None
    sentence, cells = told(made, "school", what)
    return Finding(
        id="11.variation.schools",
        stage="Module 1",
        sentence=sentence.replace("{name}", "schools").replace("{who}", what.who),
        cells={name: c for name, c in cells.items() if isinstance(c, Cell)},
        value=made.cell("share", cut="school"),
        base=made.cell("events", cut="school"),
        outcome="Each new plan is a child whose needs were found to call for one; whether earlier "
        "support could have met them is asked in the case reviews.",
        criterion=2,
        priority=55,
    )

"""When would an area's rate pass its neighbours' median, at the present pace? An illustration.

Pace is compound growth over the last years. It is carried on as it is, which no pace is: so
the answer comes as several, one for each span of years that the pace is taken from.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose.benchmarks.groups import Company
from toolkit.diagnose.benchmarks.tables import UNIVERSE
from toolkit.evidence import Finding

SPANS = (2, 3, 4)  # years that a pace is taken from
MAIN = 3
HORIZON = 25  # years; beyond them a pace says nothing
FEWEST_NEIGHBOURS = 5
RATE = "rate.total"


def crossing(area: float, median: float, area_pace: float, median_pace: float) -> float:
    """Return in how many years the higher of two rates is passed by the lower; NaN for never.

    Args:
        area: The area's rate now.
        median: The neighbours' median rate now.
        area_pace: The area's yearly growth, as a factor: 1.05 is 5% a year.
        median_pace: The same of the neighbours' median.
    """
    if not all(math.isfinite(x) and x > 0 for x in (area, median, area_pace, median_pace)):
        return float("nan")
    if area == median:
        return 0.0
    gap, closing = math.log(median / area), math.log(area_pace / median_pace)
    return gap / closing if closing != 0 and gap / closing > 0 else float("nan")


def pace(figures: pd.DataFrame, company: Company, sources: tuple[str, ...]) -> Aggregate:
    """Return the crossing for each span, one row a `years_of_pace`.

    Returns:
        `rate` and `median` (per 1,000, latest January), `growth` and `median_growth` (% a
        year), `years_to` and `crosses` (the January by which one has passed the other, in
        words). The median is of the same neighbours at both ends. No row where the area's
        latest figure looks wrong, or where neighbours are too few.
    """
    held = figures[figures["measure"].eq(RATE)].drop_duplicates(["code", "year"])
    own = held[held["code"].eq(company.code)].set_index("year")
    rows = []
    last = int(held["year"].max()) if len(held) else 0
    is_sound = last in own.index and _is_sound(str(own["doubt"].get(last)))
    for span in SPANS if is_sound else ():
        made = _row(held, own, company, last, span)
        if made:
            rows.append(made)
    columns = ["years_of_pace", "first", *FIGURES]
    base = str(own["base_name"].get(last, "people")) if len(own) else "people"
    return Aggregate(
        frame=pd.DataFrame(rows, columns=columns),
        universe=UNIVERSE,
        dimensions=("years_of_pace",),
        measures=_measures(base, last),
        source="published",
        sources=sources,
        method="Illustration, no forecast: compound growth of the last years, carried on for both "
        f"without change. Rates rest on people {base}. The median is of the neighbours with a "
        f"figure at both ends. Nothing is said beyond {HORIZON} years.",
        period=f"January {last - max(SPANS)} to January {last}",
        filters={"measure": RATE, "base": base},
        not_summed=("years_of_pace", "measure", "base"),
    )


FIGURES = ("rate", "median", "growth", "median_growth", "neighbours", "years_to", "crosses")


def _row(
    held: pd.DataFrame, own: pd.DataFrame, company: Company, last: int, span: int
) -> dict[str, object] | None:
    beside = held[held["code"].isin(company.neighbours)]
    wide = beside.pivot(index="code", columns="year", values="value")
    first = last - span
    if first not in own.index or not {first, last} <= set(wide.columns):
        return None
    both = wide[[first, last]].dropna()
    if len(both) < FEWEST_NEIGHBOURS:
        return None
    was, now = float(both[first].median()), float(both[last].median())
    rate_was, rate = float(own["value"][first]), float(own["value"][last])
    if min(was, now, rate_was, rate) <= 0:
        return None
    own_pace, median_pace = (rate / rate_was) ** (1 / span), (now / was) ** (1 / span)
    to = crossing(rate, now, own_pace, median_pace)
    return {
        "years_of_pace": span,
        "first": first,
        "rate": rate,
        "median": now,
        "growth": 100 * (own_pace - 1),
        "median_growth": 100 * (median_pace - 1),
        "neighbours": len(both),
        "years_to": to,
        "crosses": in_words(to, last, rate < now),
    }


def in_words(years_to: float, last: int, is_below: bool) -> str:
    """Return by which January the area passes its neighbours' median, or that it does not."""
    if math.isnan(years_to) or years_to > HORIZON:
        return "does not pass it at this pace" if is_below else "stays above it"
    year = last + math.ceil(years_to)
    return f"passes it by January {year}" if is_below else f"falls below it by January {year}"


def _is_sound(doubt: str) -> bool:
    return "January" not in doubt or "(replaced)" in doubt


def _measures(base: str, last: int) -> tuple[Measure, ...]:
    return (
        Measure("rate", f"This area, January {last}", "per 1,000"),
        Measure("growth", "Its growth a year", "%", decimals=1),
        Measure("median", f"Neighbours' median, January {last}", "per 1,000"),
        Measure("median_growth", "Its growth a year", "%", decimals=1),
        Measure("neighbours", "Neighbours", "number", decimals=0),
        Measure("crosses", "This area's rate", "text"),
        Measure("years_to", "Years until then", "number", decimals=1),
    )


NOT_JUDGED = (
    "Not worked out: this area's latest published figure is missing or looks wrong, or fewer "
    "than five neighbours have a figure at both ends."
)
SHOWN = ("rate", "growth", "median", "median_growth", "neighbours", "crosses")


def told(made: Aggregate) -> tuple[str, dict[str, Cell]]:
    """Return the answer in a sentence, with the other spans as its range, and its cells."""
    base = made.filters["base"]
    rows = {int(r["years_of_pace"]): r for r in made.frame.to_dict("records")}
    main = MAIN if MAIN in rows else max(rows)
    way = "below" if rows[main]["rate"] < rows[main]["median"] else "above"
    others = {span: str(r["crosses"]) for span, r in rows.items() if span != main}
    tail = _other_paces(others, str(rows[main]["crosses"]))
    sentence = (
        f"EHC plans per 1,000 {base}: this area's {{rate:plain}} is {way} its neighbours' "
        f"median of {{median:plain}}. At the pace of the last {main} years, {{growth:signed}} a "
        f"year here and {{median_growth:signed}} there, it {{crosses}}{tail}. An illustration, "
        "no forecast."
    )
    columns = ("rate", "median", "growth", "median_growth", "crosses")
    return sentence, {c: made.cell(c, years_of_pace=main) for c in columns}


def _other_paces(others: Mapping[int, str], same: str) -> str:
    """Return what the paces of other spans give, as the rest of a sentence."""
    alike = [str(span) for span, crosses in others.items() if crosses == same]
    apart = [f"at that of the last {span} years it {c}" for span, c in others.items() if c != same]
    agree = [f"the pace of the last {' or '.join(alike)} years gives the same"] if alike else []
    return "".join(f"; {said}" for said in (*agree, *apart))


def finding(made: Aggregate) -> Finding:
    """Return the finding on when the area's rate passes its neighbours' median."""
    sentence, cells = told(made)
    return Finding(
        id="12.overtake.rate",
        stage="Module 1",
        sentence=sentence,
        cells=cells,
        value=cells["rate"],
        criterion=2,
        priority=50,
    )

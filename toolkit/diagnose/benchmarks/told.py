"""What the comparisons say: cautions, sentences and findings."""

from __future__ import annotations

import pandas as pd

from toolkit.aggregate import Aggregate, Cell
from toolkit.diagnose.benchmarks import tables, verdict
from toolkit.diagnose.benchmarks.catalogue import RATE, small
from toolkit.diagnose.benchmarks.groups import Company
from toolkit.diagnose.comparators import AREA, COUNTRY
from toolkit.evidence import Finding

WRONG = (
    "Take care: this area's own published figure for {doubt} looks wrong. This section shows it "
    "as published, judges nothing by it, and gives it no rank. Confirm it, or replace it under "
    "[[replaced]] in area.toml."
)
RESTS = (
    "Take care: what is marked [u] rests in part on this area's own published figure for {doubt}, "
    "or was returned with it. That figure looks wrong."
)
MISSING = (
    "This area has no figure in this section: the release holds none, or it was left out in "
    "area.toml."
)
REPLACED = " (replaced)"
Told = tuple[str, dict[str, Cell | str]]


def caution(judged: pd.DataFrame, *themes: str) -> str:
    """Return which published points look wrong that some themes use, and what is missing.

    "" where there is nothing to say.

    Args:
        judged: As `position.judge` returns it.
        themes: Themes of the catalogue; none for all.
    """
    rows = judged[judged["theme"].isin(themes)] if themes else judged
    said = [MISSING] if len(rows) and rows["area"].isna().all() else []
    wrong = rows["verdict"].eq(verdict.DOUBTFUL)
    for template, chosen in ((WRONG, wrong), (RESTS, ~wrong)):
        if points := _unsettled(_once(rows.loc[chosen, "doubt"], ", ")):
            said.append(template.format(doubt=points))
    if points := _settled(_once(rows["doubt"], ", ")):
        said.append(f"This area's figure for {points} is the analyst's, not the published one.")
    if others := _by_area(rows["doubt_others"]):
        said.append(
            f"Of its neighbours, these have a published figure to take with care: {others}. They "
            "are used as they stand."
        )
    return " ".join(said)


def _unsettled(points: str) -> str:
    return ", ".join(p for p in points.split(", ") if p and REPLACED not in p)


def _settled(points: str) -> str:
    return ", ".join(p.replace(REPLACED, "") for p in points.split(", ") if REPLACED in p)


def caution_over(figures: pd.DataFrame, company: Company, measure: str) -> str:
    """Return which points of a measure look wrong in any year, of the area and its neighbours."""
    rows = figures[figures["measure"].eq(measure)]
    rows = rows[rows["code"].isin([company.code, *company.neighbours]) & rows["doubt"].ne("")]
    by_area = rows.groupby("code")["doubt"].agg(lambda d: ", ".join(dict.fromkeys(d)))
    said = [f"{company.names.get(str(c), str(c))} ({d})" for c, d in by_area.items()]
    if not said:
        return ""
    return (
        "Take care: over these years, published figures of the area or its neighbours jump in a "
        f"way that looks wrong, or were replaced: {'; '.join(said)}."
    )


def _by_area(texts: pd.Series) -> str:
    """Return lists such as "Somerset (January 2022); ..." as one, each area once."""
    points: dict[str, dict[str, None]] = {}
    for said in (s for text in texts for s in str(text).split("; ") if s):
        name, _, doubts = said.partition(" (")
        points.setdefault(name, {}).update(dict.fromkeys(doubts.removesuffix(")").split(", ")))
    return "; ".join(f"{name} ({', '.join(sorted(held))})" for name, held in points.items())


def _once(texts: pd.Series, mark: str) -> str:
    """Return what stands in any of some lists of points, each point once."""
    points = [p for text in texts for p in str(text).split(mark) if p]
    return mark.join(dict.fromkeys(points))


def furthest(judged: pd.DataFrame, *themes: str) -> str:
    """Return the measure of some themes in which the area stands furthest from its neighbours.

    One outside their whole range comes before any within it; then the distance from the median
    counts, in robust standard deviations of the neighbours. "" where there is nothing to compare.
    """
    rows = judged[judged["theme"].isin(themes) & judged["is_judged"].astype(bool)]
    rows = rows[rows["distance"].notna()]
    if rows.empty:
        return ""
    outside = rows["neighbour_test"].isin(["above", "below"])
    # Where the neighbours all read the same there is no spread to measure by: those come last.
    order = pd.DataFrame({"outside": outside, "size": rows["z"].abs().fillna(0.0)}).sort_values(
        ["outside", "size"], ascending=False
    )
    return str(rows.loc[order.index[0], "measure"])


def title(made: Aggregate, judged: pd.DataFrame, *themes: str) -> Told:
    """Return the title of a chart of a theme: where the area stands furthest from its kind."""
    most = furthest(judged, *themes)
    if not most or most not in set(made.frame["measure"]):
        return "This area among its statistical neighbours", {}
    how = _how(made, most)
    sentence = (
        f"Furthest from its neighbours: {{what}}, {{area{how}}} here and {{median{how}}} for the "
        "median neighbour"
    )
    return sentence, {
        "what": small(_named(made, most)) if how else _short(made, most),
        "area": made.cell("area", measure=most),
        "median": made.cell("median", measure=most),
    }


def one(made: Aggregate, measure: str) -> Told:
    """Return one measure in words: the area, its rank, England, the neighbours, the verdict."""
    row = made.frame.set_index("measure").loc[measure]
    cells: dict[str, Cell | str] = {
        c: made.cell(c, measure=measure) for c in ("area", "england", "median", "verdict")
    }
    rank = ""
    if row["rank_text"]:
        cells["rank"], rank = made.cell("rank_text", measure=measure), " (rank {rank})"
    how = _how(made, measure)
    sentence = (
        f"{{what}}: {{area{how}}} here{rank}, {{england{how}}} in England, {{median{how}}} for "
        "the median neighbour. {verdict}."
    )
    return sentence, {"what": _named(made, measure), **cells}


def standing(made: Aggregate, measure: str) -> Told:
    """Return one measure of the area beside the median neighbour, as the title of a chart."""
    how = _how(made, measure)
    sentence = f"{{what}}: {{area{how}}} here, {{median{how}}} for the median neighbour"
    cells = {c: made.cell(c, measure=measure) for c in ("area", "median")}
    return sentence, {"what": _named(made, measure), **cells}


def trend(made: Aggregate) -> Told:
    """Return how the area's rate and England's went, as the title of a chart over the years."""
    years = made.frame.loc[made.frame["group"].eq(AREA), "year"]
    if years.empty:
        return "", {}
    first, last = int(years.min()), int(years.max())
    sentence = (
        f"From January {first} to January {last}: {{was:plain}} to {{now:plain}} here, "
        "{england_was:plain} to {england_now:plain} in England"
    )
    ends = {"was": (AREA, first), "now": (AREA, last)}
    ends |= {"england_was": (COUNTRY, first), "england_now": (COUNTRY, last)}
    return sentence, {n: made.cell("value", group=g, year=y) for n, (g, y) in ends.items()}


def _how(made: Aggregate, measure: str) -> str:
    """Return how a figure is written in a sentence: a rate's name says its unit already."""
    unit = made.frame.set_index("measure").loc[measure, "unit"]
    return ":plain" if unit == RATE else ""


def neighbours(company: Company, listed: bool) -> str:
    """Return who the statistical neighbours are, the closest first, in a sentence.

    Args:
        company: Whom the area is set beside.
        listed: Whether the analyst named them in `area.toml`.
    """
    names = [company.names.get(c, f"{c} (in no published file)") for c in company.neighbours]
    whose = "by the analyst's own list" if listed else "by the DfE's list, the closest first"
    if not names:
        return "No statistical neighbours are known. Name them in area.toml."
    said = "; ".join(names)  # a name may hold a comma
    return f"Statistical neighbours, {whose}: {said}. The area itself is never among them."


def base(made: Aggregate) -> str:
    """Return the population that the rates of a table rest on, as in "aged 2 to 18 (mid-2021)"."""
    return str(made.frame["base_name"].iloc[0])


def has(judged: pd.DataFrame, measure: str) -> bool:
    """Return whether the area has a figure of a measure."""
    row = judged[judged["measure"].eq(measure)]
    return bool(len(row)) and bool(row["area"].notna().iloc[0])


def finding(
    made: Aggregate, measure: str, name: str, priority: int, outcome: str = "", besides: str = ""
) -> Finding:
    """Return the finding on one measure: its verdict, its interval and its base.

    Args:
        made: As `tables.of_measures` returns it.
        measure: The measure's id.
        name: The end of the finding's id, as in "rate".
        priority: A larger number comes first on the area's page.
        outcome: For a £ figure, the outcome for children beside it.
        besides: What the verdict is not to be read without, as a sentence.
    """
    alone = tables.alone(made, measure)
    row = alone.frame.iloc[0]
    sentence, cells = one(alone, measure)
    what = str(cells.pop("what"))
    what = what if alone.period in what else f"{what}, {alone.period}"
    low, high, base = (
        alone.cell(c, measure=measure) if pd.notna(row[c]) else None
        for c in ("low", "high", "base")
    )
    return Finding(
        id=f"12.{name}",
        stage="Module 1",
        sentence=" ".join(filter(None, [sentence.replace("{what}", what), besides, _care(row)])),
        cells={n: c for n, c in cells.items() if isinstance(c, Cell)},
        value=alone.cell("area", measure=measure),
        low=low,
        high=high,
        base=base,
        outcome=outcome,
        criterion=2,
        priority=priority,
    )


def _care(row: pd.Series) -> str:
    """Return which doubtful point of the area's own a judged figure rests on; "" where none."""
    points = _unsettled(str(row["doubt"]))
    if not points or row["verdict"] == verdict.DOUBTFUL:
        return ""
    return (
        f"Take care: its published figure for {points}, behind this one or returned with it, looks "
        "wrong."
    )


def _short(made: Aggregate, measure: str) -> str:
    """Return a measure's name within its theme, with a small first letter."""
    return small(str(made.frame.set_index("measure").loc[measure, "short"]))


def _named(made: Aggregate, measure: str) -> str:
    """Return a measure's full name, with its base and year, as a sentence can go on from it."""
    label = str(made.frame.set_index("measure").loc[measure, "label"])
    return label.replace(": ", ", ", 1)

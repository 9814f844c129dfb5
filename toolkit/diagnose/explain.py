"""How much of the growth in plans goes with more pupils and more SEN Support.

An association is never called a cause: what is left is a list of questions.
"""

from __future__ import annotations

import math
from typing import Literal

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose import years
from toolkit.evidence import Finding

SHOWN = ("plans", "share")
Method = Literal["constant conversion", "log"]


def ends(pupils: pd.DataFrame, longest: int = 5) -> pd.DataFrame:
    """Return two rows of pupils, the latest academic year and the first of up to five before.

    Args:
        pupils: `academic_year`, `phase`, `headcount`, `sen_support`, `ehcp`. The total is the
            phase "all", or the sum of the phases where there is no such row.
        longest: Years between them at most.

    Returns:
        `year` (as in "2024/25"), `headcount`, `sen_support`, `ehcp`; fewer than two rows where
        fewer years hold all three.
    """
    columns = ["headcount", "sen_support", "ehcp"]
    whole = pupils[pupils["phase"].eq("all")]
    summed = whole if len(whole) else pupils
    by_year = summed.groupby("academic_year")[columns].sum(min_count=1).dropna().reset_index()
    recent = by_year.sort_values("academic_year").tail(longest + 1)
    chosen = recent.iloc[[0, -1]] if len(recent) > 1 else recent
    labels = [years.label(int(y), "/") for y in chosen["academic_year"]]
    return chosen[columns].assign(year=labels).reset_index(drop=True)


TOO_FEW = (
    "How much of the growth can be explained is left out: it takes two academic years with "
    "pupils, SEN Support and plans above 0, and more plans in the later one."
)


def comparable(pupils: pd.DataFrame) -> bool:
    """Return whether there is growth between two years, and every figure to explain it with."""
    figures = pupils[["headcount", "sen_support", "ehcp"]]
    whole = len(pupils) == 2 and bool((figures > 0).all().all())
    return whole and float(pupils["ehcp"].iloc[1]) > float(pupils["ehcp"].iloc[0])


def explained(
    pupils: pd.DataFrame, sources: tuple[str, ...], method: Method = "constant conversion"
) -> Aggregate:
    """Return how much of the growth in plans goes with more pupils and with more SEN Support.

    Args:
        pupils: Two rows, `year` ascending: `headcount`, `sen_support` and `ehcp` (pupils).
        sources: Where they come from.
        method: "constant conversion" keeps the plans per pupil with SEN Support of the first
            year; "log" shares the log growth out. They differ; the report names the one used.

    Returns:
        One row a `part` ("More pupils", "More pupils with SEN Support", "Other factors",
        "All growth"): `plans` and `share` (% of all growth). Other factors are what is left:
        they are questions for case reviews, not causes.

    Raises:
        ValueError: There are not two rows, or a figure is missing or 0.
    """
    if len(pupils) != 2 or not (pupils[["headcount", "sen_support", "ehcp"]] > 0).all().all():
        raise ValueError("Two years with pupils, SEN Support and EHC plans above 0 are needed.")
    figures = pupils[["headcount", "sen_support", "ehcp"]].astype(float)
    then, now = (figures.iloc[i] for i in (0, 1))
    change = now["ehcp"] - then["ehcp"]
    if method == "log":
        weight = change / math.log(now["ehcp"] / then["ehcp"])
        more_pupils = weight * math.log(now["headcount"] / then["headcount"])
        support = weight * math.log(now["sen_support"] / then["sen_support"])
    else:
        more_pupils = then["ehcp"] * (now["headcount"] / then["headcount"] - 1)
        support = then["ehcp"] * (now["sen_support"] / then["sen_support"] - 1)
    parts = {
        "More pupils": more_pupils,
        "More pupils with SEN Support": support - more_pupils,
        "Other factors": change - support,
        "All growth": change,
    }
    frame = pd.DataFrame({"part": list(parts), "plans": list(parts.values())})
    frame["share"] = 100 * frame["plans"] / change
    frame["explained"] = 100 * support / change
    first, last = (str(y) for y in pupils["year"])
    return Aggregate(
        frame=frame.assign(ehcp_first=then["ehcp"], ehcp_last=now["ehcp"]),
        universe="Pupils with an EHC plan",
        dimensions=("part",),
        measures=_explained_measures(first, last),
        source="local",
        sources=sources,
        method=_EXPLAINED[method],
        period=f"{first} to {last}",
        not_summed=("part", "year"),
    )


_EXPLAINED = {
    "constant conversion": "Constant-conversion method: plans that the first year's ratio of "
    "plans to pupils, then of plans to pupils with SEN Support, would give in the last year. "
    "What is left is other factors. An association, not a cause.",
    "log": "Log method: the logarithm of growth is shared out between pupils, pupils with SEN "
    "Support per pupil, and plans per pupil with SEN Support. An association, not a cause.",
}


def _explained_measures(first: str, last: str) -> tuple[Measure, ...]:
    ends = ("ehcp_first", "ehcp_last")
    return (
        Measure(
            "ehcp_first",
            f"Pupils with a plan, {first}",
            "people",
            where={"year": first, "part": "All"},
        ),
        Measure(
            "ehcp_last",
            f"Pupils with a plan, {last}",
            "people",
            where={"year": last, "part": "All"},
        ),
        Measure("plans", "Pupils with a plan", "number", ends, decimals=0),
        Measure("share", "Share of all growth", "%", ends),
        Measure("explained", "Explained", "%", ends),
    )


def told(parts: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on how much of the growth can be explained, and its cells."""
    sentence = (
        "From {period}, {explained} of the growth in pupils with a plan goes with changes in "
        "the number of pupils and in SEN Support; the other {rest} goes with other factors."
    )
    return sentence, {
        "period": parts.period,
        "explained": parts.cell("explained", part="All growth"),
        "rest": parts.cell("share", part="Other factors"),
    }


def finding(parts: Aggregate, by_other_method: Aggregate) -> Finding:
    """Return the finding on explained and unexplained growth, with the other method as its range.

    Args:
        parts: As `explained` returns it, by the method that the report uses.
        by_other_method: The same by the other method.
    """
    sentence, cells = told(parts)
    explained = parts.cell("explained", part="All growth")
    both = [explained, by_other_method.cell("explained", part="All growth")]
    low, high = sorted(both, key=lambda cell: cell.value)
    return Finding(
        id="10.growth.explained",
        stage="Module 1",
        sentence=sentence.replace("{period}", parts.period),
        cells={name: c for name, c in cells.items() if isinstance(c, Cell)},
        value=explained,
        low=low,
        high=high,
        base=parts.cell("ehcp_last", part="All growth"),
        criterion=3,
        priority=85,
    )

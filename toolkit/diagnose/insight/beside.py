"""Where one group of people differs from the others, area by area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from toolkit.aggregate import Aggregate
from toolkit.diagnose.insight import build, weigh
from toolkit.diagnose.insight.heard import answers
from toolkit.diagnose.insight.pick import MOST_HIDDEN
from toolkit.diagnose.insight.weigh import Weights

COLUMNS = ["factor", "other_group", "gap", "gap_low", "gap_high", "areas"]


def beside(
    findings: pd.DataFrame,
    code: str,
    groups: Mapping[str, str],
    factors: Mapping[str, str],
    weights: Weights,
    minimum: int,
    cited: Sequence[str],
) -> Aggregate:
    """Return how far one group's shares lie from those of each other group.

    Groups are compared within an area and then averaged, so that a group that other areas asked
    is not taken for one that thinks otherwise.

    Returns:
        One row a factor and other group that can be compared: areas (that show both), gap
        (percentage points by which the group names it more often) with gap_low and gap_high.
    """
    given = answers(findings, factors)
    others = [g for g in groups if g != code and given["respondent"].eq(g).any()]
    every = {(f, g): rows for (f, g), rows in given.groupby(["factor", "respondent"])}
    pairs = [(f, g) for f in factors for g in others if (f, code) in every and (f, g) in every]
    many = len({f for f, _ in pairs}) * (len(others) + 1) * len(others) // 2
    found = [
        {"factor": f, "other_group": g, **gap}
        for f, g in pairs
        if (gap := _gap(every[f, code], every[f, g], weights, minimum, many))
    ]
    return build.table(
        pd.DataFrame(found, columns=COLUMNS),
        ("factor", "other_group"),
        (
            build.measure("gap", "Named more or less often", "pp", decimals=0),
            build.measure("gap_low", "Range, low", "pp", decimals=0),
            build.measure("gap_high", "Range, high", "pp", decimals=0),
            build.areas(),
        ),
        called=f"{groups[code]} beside each other group",
        method="Share of the group less that of the other group, area by area, then averaged. "
        f"{_weighed(weights)} {weigh.BETWEEN} It is widened (Bonferroni) so that all {many} "
        f"comparisons of two groups hold together at 95%. {len(found)} of {len(pairs)} could be "
        "made here: a comparison needs areas with nine tenths of the people to show both groups.",
        cited=cited,
        labels={"factor": dict(factors), "other_group": dict(groups)},
    )


def clear(compared: Aggregate) -> Aggregate:
    """Return the comparisons whose range leaves out nought: where groups clearly differ."""
    frame = compared.frame
    return replace(
        compared,
        frame=frame[frame["gap_low"].gt(0) | frame["gap_high"].lt(0)].reset_index(drop=True),
        method=f"{compared.method} Only those are shown whose range leaves out nought.",
    )


def _gap(
    own: pd.DataFrame, other: pd.DataFrame, weights: Weights, minimum: int, many: int
) -> dict[str, object]:
    """Return one comparison; nothing where too few areas, or too few of their people, are seen."""
    both = own.merge(other, on="slug", suffixes=("", "_other"))
    people = both["base"] + both["base_other"]
    seen = both["value"].notna() & both["value_other"].notna()
    if seen.sum() < minimum or people[seen].sum() < (1 - MOST_HIDDEN) * people.sum():
        return {}
    gap = 100 * (both["value"] / both["base"] - both["value_other"] / both["base_other"])
    mean = weigh.mean(gap[seen], people[seen], weights, -100.0, 100.0, among=many)
    ends = {"gap_low": mean["low"], "gap_high": mean["high"]}
    return {"areas": int(seen.sum()), "gap": mean["mean"], **ends}


def _weighed(weights: Weights) -> str:
    by_people = "Areas weigh by the people of both groups who answered."
    return weigh.WEIGHTS["equal"] if weights == "equal" else by_people

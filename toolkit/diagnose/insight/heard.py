"""Who was heard, and which factors each group of people names most often.

A group is heard where enough areas asked it and hid little of its answers. One that is not heard
keeps its row, so that nobody takes silence for agreement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate
from toolkit.diagnose.insight import build, labels, shares
from toolkit.diagnose.insight.pick import pick

UNHEARD = (
    "Not heard here, since too few areas asked them or areas had to hide too many of their "
    "answers: {names}. Their silence is no agreement."
)
ALL_HEARD = "Every group is heard here, children and young people among them."


def heard(
    findings: pd.DataFrame, groups: Mapping[str, str], minimum: int, cited: Sequence[str]
) -> Aggregate:
    """Return who was heard, every group with a row: those too who were not.

    Returns:
        One row a group: joined_areas and joined (areas that count people who took part, and the
        people), areas and base (areas that asked them, and the people who answered), told (in
        words, whether they are heard here). People of fewer than `minimum` areas are missing.
    """
    factors = labels.labels("component")
    joined, given = pick(findings, "20.engaged.{group}"), answers(findings, factors)
    rows = []
    for code in groups:
        there, own = joined[joined["group"].eq(code)], given[given["respondent"].eq(code)]
        people = own.groupby("slug")["base"].max()
        is_told = len(named(findings, code, factors, minimum, cited).frame) > 0
        rows.append(
            {
                "group": code,
                "joined_areas": len(there),
                "joined": there["value"].sum() if len(there) >= minimum else np.nan,
                "areas": len(people),
                "base": people.sum() if len(people) >= minimum else np.nan,
                "told": _told(is_told, len(people), minimum),
            }
        )
    return build.table(
        pd.DataFrame(rows),
        ("group",),
        (
            build.measure("told", "Heard here", "text"),
            build.measure("areas", "Areas that asked them", "number"),
            build.measure("base", "Answered", "people"),
            build.measure("joined_areas", "Areas where they took part", "number"),
            build.measure("joined", "Took part", "people"),
        ),
        called="People who were asked",
        method=f"Counted in the ledgers. People of fewer than {minimum} areas are not counted. "
        f"{build.HIDDEN}",
        cited=cited,
        labels={"group": dict(groups)},
    )


def _told(is_told: bool, areas: int, minimum: int) -> str:
    if is_told:
        return "Yes"
    return "No: too much is hidden" if areas >= minimum else f"No: fewer than {minimum} areas"


def unheard(heard: Aggregate) -> tuple[str, Mapping[str, str]]:
    """Return a sentence on the groups that are not heard, by name, and its cells."""
    silent = heard.frame.loc[heard.frame["told"].ne("Yes"), "group"]
    names = [labels.plain(heard.labels["group"][code]) for code in silent]
    return (UNHEARD, {"names": "; ".join(names)}) if names else (ALL_HEARD, {})


def named(
    findings: pd.DataFrame,
    code: str,
    factors: Mapping[str, str],
    minimum: int,
    cited: Sequence[str],
) -> Aggregate:
    """Return the factors that one group names, those named most often first.

    Returns:
        One row a factor that may be told: areas, count, base, share, low, high (%; Wilson,
        reaching over all that hidden counts could be).
    """
    given = answers(findings, factors)
    own = given[given["respondent"].eq(code)]
    rows = [
        {"factor": factor, **shares.counted(mine)}
        for factor in factors
        if shares.is_told(mine := own[own["factor"].eq(factor)], minimum)
    ]
    frame = pd.DataFrame(rows, columns=["factor", *shares.COUNTED])
    return build.table(
        frame.sort_values("share", ascending=False, kind="stable"),
        ("factor",),
        (
            build.areas(),
            build.measure("count", "Name it", "people"),
            build.measure("base", "Answered", "people"),
            build.measure("share", "Share who name it", "%"),
            build.measure("low", "95% interval, low", "%"),
            build.measure("high", "95% interval, high", "%"),
        ),
        called=f"Factors that {labels.plain(labels.labels('respondent')[code])} name",
        method="All who answered, over all areas; they may name more than one. 95% interval of "
        "Wilson (1927), reaching over all that hidden counts could be; with more than 10% of "
        f"the people behind hidden counts, nothing is printed. {build.HIDDEN}",
        cited=cited,
        labels={"factor": dict(factors)},
    )


def answers(findings: pd.DataFrame, factors: Mapping[str, str]) -> pd.DataFrame:
    """Return what each group of people answered of each factor, hidden counts included."""
    picked = pick(findings, "22.factor.{respondent}.{factor}", hidden=True)
    return picked[picked["factor"].isin(factors) & picked["base"].gt(0)]

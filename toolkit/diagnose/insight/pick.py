"""Which findings of many areas speak of one thing, with what their ids and keys say."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

MOST_HIDDEN = 0.1  # of what a figure rests on; a choice: see `unknown`
# Figures that are put together only where areas speak of the same: of one time, and of plans on
# time with or without exceptions.
ALIKE: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            "10.growth.plans",
            "10.priority.plans",
            "11.age.shift",
            "11.leaving.post16",
            "11.need.{need}",
            "11.needs.growth",
            "12.mix.furthest",
            "13.plans.unmitigated",
        ),
        ("period",),
    ),
    "12.timeliness.verdict": ("period", "measure"),
}
FIGURES = ["value", "text", "low", "high", "base", "unit", "period"]


def pick(findings: pd.DataFrame, pattern: str, *, hidden: bool = False) -> pd.DataFrame:
    """Return the findings whose ids fit a pattern, those with a figure that is shown.

    Args:
        findings: One row a finding: slug, id, keys and the columns of `FIGURES`.
        pattern: An id in which `{name}` stands for one part, as in "22.lever.{cohort}.{lever}".
        hidden: Whether those that an area hid come too, their value missing.

    Returns:
        One row a finding: `slug`, a column for each name of the pattern and for each key that a
        finding carries, and the figures. What an area hid is not there: a missing figure is
        never taken for 0.
    """
    parts = re.split(r"\{(\w+)\}", pattern)
    names = parts[1::2]
    fits = "".join(
        f"(?P<{part}>[^.]+)" if at % 2 else re.escape(part) for at, part in enumerate(parts)
    )
    is_shown = findings["value"].notna() | findings["text"].ne("")
    shown = findings[is_shown | findings["hidden"]] if hidden else findings[is_shown]
    matched = shown[shown["id"].str.fullmatch(fits)]
    named = matched["id"].str.extract(f"^{fits}$")[names] if names else matched[[]]
    keys = pd.DataFrame([*matched["keys"]], index=matched.index)
    keys = keys.drop(columns=[c for c in keys if c in names or c in FIGURES])
    return pd.concat([matched[["slug"]], named, keys, matched[FIGURES]], axis=1).reset_index(
        drop=True
    )


def unknown(rows: pd.DataFrame) -> float:
    """Return which part of what some findings rest on is behind figures that areas hid, 0 to 1.

    Areas hide small counts and show noughts and large ones, so the figures that they show are no
    fair sample. With more than `MOST_HIDDEN` unknown, nothing is said; with less, the range of a
    share reaches over all that the hidden counts could be.
    """
    whole = rows["base"].sum()
    return float(rows.loc[rows["value"].isna(), "base"].sum() / whole) if whole > 0 else 1.0


def alike(findings: pd.DataFrame, pattern: str, *, hidden: bool = False) -> pd.DataFrame:
    """Return the findings that fit a pattern of `ALIKE` and speak of what most areas speak of.

    Years are never put together. Which areas that leaves out, `context.apart` tells.
    """
    picked = pick(findings, pattern, hidden=hidden)
    for column in ALIKE[pattern]:
        picked = _of_most(picked, column)
    return picked


def _of_most(picked: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return the findings with the code that most areas have in a column, the later in a draw."""
    known = picked.reindex(columns=list(dict.fromkeys([*picked.columns, column])))
    counts = known[column].fillna("").value_counts()
    if counts.empty:
        return known
    code = max(counts[counts.eq(counts.max())].index)
    return known[known[column].fillna("").eq(code)].reset_index(drop=True)

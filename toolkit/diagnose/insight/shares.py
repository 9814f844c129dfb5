"""Shares of cases or people over many areas: the share of all together, and area by area.

The share of all has a Wilson interval, which takes each case as one draw. Cases of one area are
more alike than that, so the mean over areas stands beside it, with a range that comes from how
far areas lie apart.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose.benchmarks.intervals import wilson
from toolkit.diagnose.insight import build, weigh
from toolkit.diagnose.insight.pick import MOST_HIDDEN, unknown
from toolkit.diagnose.insight.weigh import Weights

COUNTED = ("areas", "count", "base", "share", "low", "high")
WILSON = (
    "Share of all together: 95% interval of Wilson (1927), reaching over all that hidden counts "
    "could be; with more than 10% of cases behind hidden counts, nothing is printed. Over "
    "areas: 95% range from how far areas lie apart, t interval."
)


def shares(  # noqa: PLR0913  (what is counted, of whom, and how it is told)
    picked: pd.DataFrame,
    key: str,
    labels: dict[str, str],
    weights: Weights,
    minimum: int,
    *,
    called: str,
    counted: tuple[str, str],
    cited: Sequence[str],
    plans: pd.Series | None = None,
) -> Aggregate:
    """Return the share of each code over all areas.

    Args:
        picked: Findings with a count as value and what it is out of as base, hidden ones too.
        key: The column of the code, as in "need".
        labels: What each code is called, in order; a code without a label is left out.
        weights: "plans" or "equal".
        minimum: A code that fewer areas show is left out, and so is one that areas hid too much
            of (`pick.MOST_HIDDEN`).
        called: What the share is, in words.
        counted: What the count and its base are, in words.
        cited: The sources.
        plans: EHC plans by area (slug); an area weighs by them where areas weigh by plans. None,
            or an area without: it weighs by its base.

    Returns:
        One row a code: areas, count, base, share with low and high (%), and over areas mean with
        mean_low and mean_high, and the quartiles lower and upper of the areas' shares.
    """
    known = picked[picked[key].isin(labels) & picked["base"].gt(0)]
    known = known.assign(share=rates(known)["value"], size=_sizes(known, plans))
    rows = [
        {key: code, **_row(known[known[key].eq(code)], weights)}
        for code in labels
        if is_told(known[known[key].eq(code)], minimum)
    ]
    columns = [key, "areas", "count", "base", "share", "low", "high", "mean", "mean_low",
               "mean_high", "lower", "upper"]  # fmt: skip
    by = "their EHC plans" if plans is not None and len(plans) else "the number they looked at"
    how = weigh.WEIGHTS["equal"] if weights == "equal" else f"Areas weigh by {by}."
    return build.table(
        pd.DataFrame(rows, columns=columns),
        (key,),
        _measures(called, counted),
        called=called,
        method=f"{WILSON} {how} {build.HIDDEN}",
        cited=cited,
        period=build.periods(known),
        labels={key: labels},
    )


def _measures(called: str, counted: tuple[str, str]) -> list[Measure]:
    percents = (
        ("share", called),
        ("low", "95% interval, low"),
        ("high", "95% interval, high"),
        ("mean", "Mean over areas"),
        ("mean_low", "95% range over areas, low"),
        ("mean_high", "95% range over areas, high"),
        ("lower", "Half of areas, from"),
        ("upper", "Half of areas, to"),
    )
    return [
        build.areas(),
        build.measure("count", counted[0], "people"),
        build.measure("base", counted[1], "people"),
        *(build.measure(column, text, "%") for column, text in percents),
    ]


def _sizes(known: pd.DataFrame, plans: pd.Series | None) -> pd.Series:
    if plans is None:
        return known["base"]
    return known["slug"].map(plans.to_dict()).astype(float).fillna(known["base"])


def rates(picked: pd.DataFrame) -> pd.DataFrame:
    """Return findings with a count as value with their share of the base (%) as value instead."""
    known = picked[picked["base"].gt(0)]
    return known.assign(value=100 * known["value"] / known["base"])


def is_told(rows: pd.DataFrame, minimum: int) -> bool:
    """Return whether enough areas show a figure, and areas hid little enough of it."""
    return bool(rows["value"].notna().sum() >= minimum and unknown(rows) <= MOST_HIDDEN)


def ends(rows: pd.DataFrame) -> tuple[float, float]:
    """Return the 95% interval of a share of counts (%), whatever the hidden counts are.

    The low end is that with every hidden count at nought, the high end that with each at its
    base: what Manski calls worst-case bounds (Partial Identification, 2003), around which
    Wilson's interval is drawn.
    """
    least, base = rows["value"].sum(), rows["base"].sum()
    most = least + rows.loc[rows["value"].isna(), "base"].sum()
    low, high = wilson(pd.Series([least, most]), pd.Series([base, base]))
    return 100 * float(low.iloc[0]), 100 * float(high.iloc[1])


def counted(rows: pd.DataFrame) -> dict[str, float]:
    """Return what the shown counts of a code add up to: the figures of `COUNTED`."""
    low, high = ends(rows)
    seen = rows.dropna(subset=["value"])
    count, base = float(seen["value"].sum()), float(seen["base"].sum())
    figures = (seen["slug"].nunique(), count, base, 100 * count / base, low, high)
    return dict(zip(COUNTED, figures, strict=True))


def _row(rows: pd.DataFrame, weights: Weights) -> dict[str, float]:
    whole = counted(rows)
    rows = rows.dropna(subset=["value"])
    over = weigh.mean(rows["share"], rows["size"], weights, 0.0, 100.0)
    return {
        **whole,
        "mean": over["mean"],
        "mean_low": over["low"],
        "mean_high": over["high"],
        "lower": float(rows["share"].quantile(0.25)),
        "upper": float(rows["share"].quantile(0.75)),
    }

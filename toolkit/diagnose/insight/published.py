"""What every area can know from published statistics alone, over many areas.

Growth, where it comes from, the needs of new plans, how long they take, and what is ahead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose import funnel
from toolkit.diagnose.insight import build
from toolkit.diagnose.insight.pick import FIGURES, alike

ROUNDED = "Shares are those of the ledgers, rounded there to what a reader sees."


def growth(findings: pd.DataFrame) -> pd.DataFrame:
    """Return each area's growth of plans, with `first`: the plans that it grew from.

    An average that areas enter by their first plans is the growth of all their plans together.
    """
    picked = alike(findings, "10.growth.plans")
    return picked.assign(first=picked["base"] / (1 + picked["value"] / 100))


def ahead(findings: pd.DataFrame) -> pd.DataFrame:
    """Return each area's forecast as growth in %, with its 80% range; base is the plans now."""
    picked = alike(findings, "13.plans.unmitigated")
    picked = picked[picked["base"].gt(0)].reset_index(drop=True)
    ends = {c: 100 * (picked[c] / picked["base"] - 1) for c in ("value", "low", "high")}
    return picked.assign(**{f"plans_{c}": picked[c] for c in ends}, **ends)


def together(forecast: pd.DataFrame, minimum: int, cited: Sequence[str]) -> Aggregate:
    """Return the plans of all areas now and at the end of the forecast, with two ranges.

    Args:
        forecast: As `ahead` returns it.
        minimum: With fewer areas there is no row.
        cited: The sources.

    Returns:
        One row: areas, now, later, its range if every area errs the same way (low, high: the
        sums of the areas' ends) and if each errs by itself (low_apart, high_apart: the reaches
        added as squares). The truth lies between the two.
    """
    made = forecast.dropna(subset=["plans_low", "plans_high"])
    later = made["plans_value"].sum()
    down = np.sqrt(((made["plans_value"] - made["plans_low"]) ** 2).sum())
    up = np.sqrt(((made["plans_high"] - made["plans_value"]) ** 2).sum())
    row = {
        "group": "All",
        "areas": len(made),
        "now": made["base"].sum(),
        "later": later,
        "low": made["plans_low"].sum(),
        "high": made["plans_high"].sum(),
        "low_apart": later - down,
        "high_apart": later + up,
        "growth": 100 * (later / made["base"].sum() - 1) if len(made) else float("nan"),
    }
    plans = (
        ("now", "Plans now"),
        ("later", "Plans at the end of the forecast"),
        ("low", "If all areas err alike, from"),
        ("high", "If all areas err alike, to"),
        ("low_apart", "If each errs by itself, from"),
        ("high_apart", "If each errs by itself, to"),
    )
    return build.table(
        pd.DataFrame([row] if len(made) >= minimum else [], columns=list(row)),
        ("group",),
        (
            Measure("areas", "Areas", "number"),
            *(Measure(c, text, "number", decimals=0) for c, text in plans),
            Measure("growth", "Growth", "%"),
        ),
        called="EHC plans of all areas, without the planned changes",
        cited=cited,
        method="Medians of the areas' forecasts, added up. Of their 80% ranges the ends are "
        "added up (if all areas err alike), or the reaches as squares (if each errs by itself).",
        period=build.periods(made),
        labels={"group": {"All": "All areas"}},
    )


def leading(
    picked: pd.DataFrame,
    key: str,
    labels: Mapping[str, str],
    *,
    called: str,
    figure: tuple[str, str],
    cited: Sequence[str],
) -> Aggregate:
    """Return in how many areas each code leads, and the median figure there.

    Args:
        picked: One finding an area, with its code in the column `key`.
        key: The key that says which code leads, as in "provision".
        labels: What each code is called.
        called: What is counted, in words.
        figure: Label and unit of the areas' own figure.
        cited: The sources.

    Returns:
        One row a code: areas, share (% of the areas with a figure), median.
    """
    picked = picked.reindex(columns=[*FIGURES, key]).dropna(subset=[key])
    by = picked.groupby(key)["value"].agg(["size", "median"]).reset_index()
    frame = by.rename(columns={"size": "areas"}).assign(
        share=lambda f: 100 * f["areas"] / len(picked)
    )
    frame = frame.sort_values("areas", ascending=False, ignore_index=True)
    frame = frame.assign(of=len(picked))
    return build.table(
        frame,
        (key,),
        (
            Measure("areas", "Areas", "number"),
            Measure("of", "Areas with a figure", "number"),
            Measure("share", "Share of areas", "%"),
            Measure("median", figure[0], figure[1]),  # type: ignore[arg-type]
        ),
        called=called,
        cited=cited,
        method=f"Areas counted by what leads in each; {len(picked)} areas have a figure. The "
        "figure beside it is that of the median area of those.",
        period=build.periods(picked),
        labels={key: {c: labels.get(c, c) for c in frame[key]}},
    )


def leaning(lean: pd.DataFrame, code: str, areas: pd.DataFrame, cited: Sequence[str]) -> Aggregate:
    """Return the areas whose new plans lean most to one need, in order of name.

    Returns:
        One row an area: value, low, high (percentage points by which the need's share of new
        plans is above its share of all plans; 95% interval as the area has it).
    """
    known = lean.reindex(columns=["slug", *FIGURES, "primary_need"])  # where no area has it
    own = known[known["primary_need"].eq(code)]
    names = own["slug"].map(areas.set_index("slug")["name"].to_dict())
    frame = own.assign(area=names).sort_values("area")
    return build.table(
        frame,
        ("area",),
        (
            build.measure("value", "New plans over all plans", "pp", decimals=1),
            build.measure("low", "95% interval, low", "pp", decimals=1),
            build.measure("high", "95% interval, high", "pp", decimals=1),
        ),
        called="Areas whose new plans lean most to this need",
        method="As each area found it, in order of name: where intervals overlap, no order means "
        "anything.",
        cited=cited,
        period=build.periods(own),
        labels={"area": {str(a): str(a) for a in frame["area"]}},
    )


def funnel_of(
    picked: pd.DataFrame,
    areas: pd.DataFrame,
    *,
    called: str,
    based: str,
    cited: Sequence[str],
    noted: str = ROUNDED,
) -> Aggregate:
    """Return each area's share beside what it rests on, between the limits of chance.

    Args:
        picked: One finding an area: value (%) and base.
        areas: The areas, for their names.
        called: What the share is, in words.
        based: What it rests on, in words.
        cited: The sources.
        noted: What the method says of the shares.

    Returns:
        One row an area by name: value, base, limits low, high (99.8%) and low95, high95, and
        overall, the share of all areas together, and verdict, a code of `funnel.VERDICTS`.
    """
    made = picked[picked["base"].gt(0)].reset_index(drop=True)
    frame, scatter = _judged(made, areas.set_index("slug")["name"])
    told = (
        ("value", called),
        ("low", "99.8% limits, low"),
        ("high", "99.8% limits, high"),
        ("low95", "95% limits, low"),
        ("high95", "95% limits, high"),
        ("overall", "All areas together"),
    )
    return build.table(
        frame,
        ("area",),
        (
            Measure("base", based, "number"),
            *(Measure(c, text, "%", decimals=1) for c, text in told),
            Measure("verdict", "Beside chance", "text"),
        ),
        called=called,
        cited=cited,
        method="Limits within which an area of its size would lie if it were like all areas "
        f"together: exact binomial, set beside the share before they are rounded. {noted} The "
        f"variance of areas is {scatter:.0f} times that of chance alone, the tenth of areas at "
        "either end pulled in to the next.",
        period=build.periods(made),
    )


def _judged(made: pd.DataFrame, names: pd.Series) -> tuple[pd.DataFrame, float]:
    """Return each area's share with its limits and verdict, by name; and how widely they scatter.

    The scatter is the variance of areas in multiples of that of chance (`funnel.dispersion`).
    """
    events, base = made["value"] * made["base"] / 100, made["base"]
    overall = float(events.sum() / base.sum()) if len(made) else float("nan")
    judged = funnel.judge(events, base, overall * base, "binomial")
    limits = {"low": "low998", "high": "high998", "low95": "low95", "high95": "high95"}
    frame = pd.DataFrame(
        {
            "area": made["slug"].map(names),
            "value": made["value"],
            "base": base,
            **{end: 100 * judged[name] / base for end, name in limits.items()},
            "overall": 100 * overall,
            "verdict": judged["verdict"].map(dict(funnel.VERDICTS)),
        }
    )
    scatter = funnel.dispersion(events, base, overall * base, "binomial")
    return frame.sort_values("area", ignore_index=True), scatter


def verdicts(drawn: Aggregate) -> Aggregate:
    """Return how many areas lie within the limits of chance and beyond them.

    Args:
        drawn: As `funnel_of` returns it.

    Returns:
        One row: areas, within (95% limits), beyond (99.8% limits).
    """
    verdict = drawn.frame["verdict"]
    far = [funnel.VERDICTS["far_above"], funnel.VERDICTS["far_below"]]
    row = {
        "all": "All",
        "areas": len(verdict),
        "within": int(verdict.eq(funnel.VERDICTS["within"]).sum()),
        "beyond": int(verdict.isin(far).sum()),
    }
    return build.table(
        pd.DataFrame([row]),
        ("all",),
        (
            Measure("areas", "Areas", "number"),
            Measure("within", "Within the 95% limits", "number"),
            Measure("beyond", "Beyond the 99.8% limits", "number"),
        ),
        called=f"Areas by {drawn.universe}",
        cited=drawn.sources,
        method=drawn.method,
        period=drawn.period,
    )

"""From the provision that children have to the one that reviewers think best, over many areas.

Potential shifts are what reviewers of cases thought possible in an improved system. They are no
forecast, and two of them may be about the same child: they are never added up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate
from toolkit.diagnose.insight import build, rounded, weigh
from toolkit.diagnose.insight.pick import MOST_HIDDEN, pick, unknown
from toolkit.diagnose.insight.weigh import Weights

SPECIALIST = ("state_special", "nmiss", "ap_hospital")
PLANNED = ("mainstream", "rp_unit", *SPECIALIST, "post16", "other", "early_years")
UNSHOWN = "hidden"  # cases that are in a row's base and in no cell that is told
TIMES = {"now": "Now", "ideal": "Where reviewers think best"}
SHIFTS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "sen_support": ("Plan to SEN Support", PLANNED, ("sen_support",)),
    "mainstream": (
        "Specialist to mainstream, units included",
        SPECIALIST,
        ("mainstream", "rp_unit"),
    ),
    "rp_unit": ("Of those, to resourced provision and units", SPECIALIST, ("rp_unit",)),
}


def matrix(findings: pd.DataFrame, labels: dict[str, str], cited: Sequence[str]) -> Aggregate:
    """Return the cases of all areas by provision now and the best one, with both margins.

    A cell that more than `MOST_HIDDEN` of the areas hid is not told: what the others show of it
    would be taken for the whole.

    Returns:
        One row a pair (provision, ideal), "All" being a margin: cases. What is not told stands
        in the column `hidden`, so that every row adds up to the cases reviewed of it; the margin
        of a column with such a cell is missing. No row where no case can be told.
    """
    picked = pick(findings, "21.shift.{provision}.{ideal}", hidden=True)
    by = picked.groupby(["provision", "ideal"])["value"].agg(["sum", "count", "size"])
    cells = by.loc[by["count"].ge((1 - MOST_HIDDEN) * by["size"]) & by["count"].gt(0), "sum"]
    unshown = (bases(findings).groupby("provision").sum() - cells.groupby("provision").sum()).clip(
        0
    )
    unshown = unshown[unshown.gt(0)]
    unshown.index = pd.MultiIndex.from_product([unshown.index, [UNSHOWN]], names=cells.index.names)
    whole = pd.concat([cells, unshown]).rename("cases").reset_index()
    rows = whole.groupby("provision", as_index=False)["cases"].sum().assign(ideal="All")
    in_part = set(by.index.difference(cells.index).get_level_values("ideal"))
    sums = whole[~whole["ideal"].isin(in_part)].groupby("ideal")["cases"].sum()
    columns = sums.reindex([*sums.index, *sorted(in_part)]).reset_index().assign(provision="All")
    total = pd.DataFrame([{"provision": "All", "ideal": "All", "cases": whole["cases"].sum()}])
    frame = pd.concat([whole, rows, columns, total], ignore_index=True)
    frame = frame if cells.sum() > 0 else frame.iloc[:0]
    ideals = {**labels, UNSHOWN: "Not told", "All": "All"}
    return build.table(
        frame,
        ("provision", "ideal"),
        (build.measure("cases", "Cases", "people"),),
        called="Cases by provision now and the one that reviewers think best",
        method="Cases of all areas, added up. Cells that more than a tenth of the areas hid, and "
        "what other areas hid, are not told; they are in the margins of the rows. A column with "
        "such a cell has no margin.",
        cited=cited,
        period=build.periods(picked),
        labels={"provision": {**labels, "All": "All"}, "ideal": ideals},
    )


def bases(findings: pd.DataFrame) -> pd.Series:
    """Return the cases reviewed of each provision, area by area, hidden cells included."""
    shifts = findings[findings["id"].str.startswith("21.shift.") & findings["base"].notna()]
    provision = shifts["id"].str.split(".").str[2].rename("provision")
    return shifts.groupby([shifts["slug"], provision])["base"].max()


def scaled(
    findings: pd.DataFrame, weights: Weights, minimum: int, cited: Sequence[str]
) -> Aggregate:
    """Return what the shares of the case reviews would mean for all children of those areas.

    Each provision's share over areas (weighed by their children there, or equally) is applied to
    the children in that provision in the areas that reviewed such cases; then provisions are
    added up. The ends of their 95% ranges are put together by the MOVER method (Zou and Donner,
    Statistics in Medicine 27, 2008), which takes the provisions as independent.

    Returns:
        One row a shift of `SHIFTS` that enough areas show, and hid little enough of:
        areas, children (in the provisions it starts from), more, low, high (people).
    """
    picked = pick(findings, "21.shift.{provision}.{ideal}")
    held = pick(findings, "10.caseload.{provision}").set_index(["slug", "provision"])["value"]
    rows = [
        {"shift": code, **row}
        for code, (_, starts, ends) in SHIFTS.items()
        if (row := _scaled(_told(findings, ends), held, starts, weights))["areas"] >= minimum
    ]
    people = (("more", "More children"), ("low", "95% range, low"), ("high", "95% range, high"))
    return build.table(
        _with_words(rows, ["shift", "areas", "children", "more", "low", "high"]),
        ("shift",),
        (
            build.areas(),
            build.measure("children", "Children in the provision it starts from", "people"),
            *(build.measure(c, text, "people") for c, text in people),
            build.measure("words", "In round figures", "text"),
        ),
        called="Children whose needs could be met elsewhere, if the system worked better",
        method="Share of the reviewed cases of each provision, applied to the children there and "
        f"added up. {_weighed(weights)} Ranges: spread between areas, put together "
        "by the MOVER method (Zou and Donner, 2008). Shifts may be of the same children: they "
        f"are never added up. {build.HIDDEN}",
        cited=cited,
        period=build.periods(picked),
        labels={"shift": {code: told[0] for code, told in SHIFTS.items()}},
    )


def _weighed(weights: Weights) -> str:
    if weights == "equal":
        return weigh.WEIGHTS["equal"]
    return "Areas weigh by the children whom they have in that provision."


def _told(findings: pd.DataFrame, ends: Sequence[str]) -> pd.DataFrame:
    """Return the cases that would move to some provisions, by area and provision, with the base.

    Where an area hid one of the cells, what it shows is too small a sum: the value is missing,
    and a share that cannot be told is never taken for a smaller one.
    """
    shifts = findings[findings["id"].str.fullmatch(r"21\.shift\.[^.]+\.[^.]+")]
    parts = shifts["id"].str.split(".", expand=True)
    parts = parts if len(shifts) else pd.DataFrame(columns=range(4))
    told = shifts.assign(provision=parts[2], ideal=parts[3])[lambda f: f["ideal"].isin(ends)]
    summed = told.groupby(["slug", "provision"])["value"].agg(["sum", "count", "size"])
    whole = summed["sum"].where(summed["count"].eq(summed["size"])).rename("value")
    return pd.DataFrame(whole).join(bases(findings).rename("base"))


def _scaled(
    told: pd.DataFrame, held: pd.Series, starts: Sequence[str], weights: Weights
) -> dict[str, float]:
    """Return one shift scaled up over the provisions it starts from."""
    made = told.join(held.rename("children")).reset_index()
    made = made[made["provision"].isin(starts) & made["base"].gt(0) & made["children"].gt(0)]
    if unknown(made) > MOST_HIDDEN:
        return {"areas": 0.0, "children": 0.0, "more": 0.0, "low": 0.0, "high": 0.0}
    parts = [_part(rows, weights) for _, rows in made.groupby("provision")]
    more = sum(part["mean"] for part in parts)
    down = np.sqrt(sum((p["mean"] - p["low"]) ** 2 for p in parts))
    up = np.sqrt(sum((p["high"] - p["mean"]) ** 2 for p in parts))
    return {
        "areas": made.dropna(subset=["value"])["slug"].nunique(),
        "children": made["children"].sum(),
        "more": more,
        "low": max(more - down, 0.0),
        "high": more + up,
    }


def increase(scaled: Aggregate, findings: pd.DataFrame, cited: Sequence[str]) -> Aggregate:
    """Return what more places in resourced provision would be beside those that there are.

    Returns:
        One row: now, more, later (people), growth (%), areas; none where either is missing.
    """
    held = pick(findings, "10.caseload.{provision}")
    now = held.loc[held["provision"].eq("rp_unit"), "value"]
    rows = scaled.frame[scaled.frame["shift"].eq("rp_unit")]
    made = [
        {"shift": "rp_unit", "areas": float(areas), **grown(more, float(now.sum()))}
        for areas, more in rows[["areas", "more"]].itertuples(index=False)
        if now.sum() > 0
    ]
    people = (("now", "Children there now"), ("more", "More children"), ("later", "Then"))
    return build.table(
        _with_words(made, ["shift", "areas", "now", "more", "later", "growth"]),
        ("shift",),
        (
            build.areas(),
            *(build.measure(c, text, "people") for c, text in people),
            build.measure("growth", "Increase", "%"),
            build.measure("words", "In round figures", "text"),
        ),
        called="Children in resourced provision and SEN units",
        method="More children over those there now, in the areas that give both.",
        cited=cited,
        labels={"shift": {"rp_unit": "Resourced provision and SEN units"}},
    )


def _part(rows: pd.DataFrame, weights: Weights) -> dict[str, float]:
    """Return the children of one provision who would move, mean, low and high.

    The mean is that of the areas that show theirs. The low end takes every hidden count for
    nought and the high end for its base, so that the range holds whatever they are.
    """
    low, mean, high = (
        weigh.mean(counts / rows["base"], rows["children"], weights, 0.0, 1.0)
        for counts in (rows["value"].fillna(0), rows["value"], rows["value"].fillna(rows["base"]))
    )
    children = rows["children"].sum()
    return {
        "mean": mean["mean"] * children,
        "low": min(low["low"], mean["low"]) * children,
        "high": max(high["high"], mean["high"]) * children,
    }


def _with_words(rows: Sequence[Mapping[str, object]], columns: list[str]) -> pd.DataFrame:
    """Return rows with `words`: `more` in round figures, "over" only where it is more."""
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(words=[rounded.over(more) for more in frame["more"]])


def grown(more: float, now: float) -> dict[str, float]:
    """Return now, more, later and growth (%), as 15,000 on 4,054 is 370% and gives 19,054."""
    return {"now": now, "more": more, "later": now + more, "growth": 100 * more / now}


def sectors(matrix: Aggregate, cited: Sequence[str]) -> Aggregate:
    """Return how the cases in special schools split between sectors, now and at best.

    Returns:
        One row a sector (state_special, nmiss): now, ideal (cases), share_now, share_ideal (% of
        the cases in special schools); no row where areas hid any of them.
    """
    cells = matrix.frame.set_index(["provision", "ideal"])["cases"]
    codes = ("state_special", "nmiss")
    now = [float(cells.get((code, "All"), 0.0)) for code in codes]
    best = [float(cells.get(("All", code), 0.0)) for code in codes]
    special = matrix.frame[matrix.frame["provision"].isin(codes) & matrix.frame["ideal"].ne("All")]
    out_of_sight = special.loc[special["ideal"].eq(UNSHOWN), "cases"].sum()
    told = sum(now) > 0 and sum(best) >= 0 and not out_of_sight  # a missing margin is not told
    frame = pd.DataFrame(
        {
            "provision": codes,
            "now": now,
            "ideal": best,
            "share_now": [100 * n / sum(now) if sum(now) else float("nan") for n in now],
            "share_ideal": [100 * n / sum(best) if sum(best) else float("nan") for n in best],
        }
    )
    return build.table(
        frame if told else frame.iloc[:0],
        ("provision",),
        (
            build.measure("now", "Cases now", "people"),
            build.measure("ideal", "Cases at best", "people"),
            build.measure("share_now", "Share of special school cases now", "%"),
            build.measure("share_ideal", "Share at best", "%"),
        ),
        called="Cases in special schools, state and independent",
        method="Margins of the from-to matrix; not told where an area hid any of these cases, or "
        "too many of those that would be best there.",
        cited=cited,
        period=matrix.period,
        labels={"provision": dict(matrix.labels["provision"])},
    )


def by_time(sectors: Aggregate) -> Aggregate:
    """Return the split between sectors for a chart: time ("now" or "ideal"), provision, share."""
    parts = [
        sectors.frame[["provision", f"share_{time}"]].set_axis(["provision", "share"], axis=1)
        for time in TIMES
    ]
    frame = pd.concat(parts, keys=list(TIMES), names=["time", None]).reset_index(level="time")
    return build.table(
        frame,
        ("time", "provision"),
        (build.measure("share", "Share of special school cases", "%"),),
        called=sectors.universe,
        method=sectors.method,
        cited=sectors.sources,
        period=sectors.period,
        labels={"time": TIMES, "provision": sectors.labels["provision"]},
    )

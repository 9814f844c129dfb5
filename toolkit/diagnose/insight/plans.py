"""What areas plan: themes, principles, changes, risks, what it would avoid, and the grant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from toolkit.aggregate import Aggregate
from toolkit.diagnose.insight import build, groups
from toolkit.diagnose.insight.pick import pick

COUNTED = "Areas that say so, over the areas that say yes or no."


def said_by(
    findings: pd.DataFrame,
    pattern: str,
    key: str,
    labels: Mapping[str, str],
    minimum: int,
    *,
    called: str,
    cited: Sequence[str],
) -> Aggregate:
    """Return how many areas say yes to each code: areas, count, share (%).

    An area may have none of them. Findings are 1 or 0; a code that fewer than `minimum` areas
    answer is left out.
    """
    picked = pick(findings, pattern)
    rows = []
    for code in labels:
        own = picked.loc[picked[key].eq(code), "value"]
        if len(own) >= minimum:
            yes = float(own.sum())
            rows.append({key: code, "areas": len(own), "count": yes, "share": 100 * yes / len(own)})
    return build.table(
        pd.DataFrame(rows, columns=[key, "areas", "count", "share"]),
        (key,),
        (
            build.measure("areas", "Areas that say", "number"),
            build.measure("count", "Areas that have it", "number"),
            build.measure("share", "Share", "%"),
        ),
        called=called,
        method=COUNTED,
        cited=cited,
        labels={key: dict(labels)},
    )


def said_in(  # noqa: PLR0913  (what is said, by whom, and how it is told)
    findings: pd.DataFrame,
    areas: pd.DataFrame,
    pattern: str,
    key: str,
    labels: Mapping[str, str],
    minimum: int,
    *,
    called: str,
    cited: Sequence[str],
) -> Aggregate:
    """Return how many areas of each tranche, wave or region say yes to each code.

    Returns:
        One row a group and code: areas (that answer), count (that say yes), share (%). A group
        of which fewer than `minimum` areas answer has no row.
    """
    column = groups.grouping(areas)
    slugs = areas.groupby(column)["slug"].agg(set)
    names = {str(group): groups.label(column, str(group)) for group in slugs.index}
    parts = [
        said_by(findings[findings["slug"].isin(own)], pattern, key, labels, minimum,
                called=called, cited=cited).frame.assign(group=str(group))
        for group, own in slugs.items()
    ]  # fmt: skip
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["group", key])
    return build.table(
        frame.reindex(columns=["group", key, "areas", "count", "share"]),
        (key, "group"),
        (
            build.measure("areas", "Areas that say", "number"),
            build.measure("count", "Areas that have it", "number"),
            build.measure("share", "Share of areas", "%"),
        ),
        called=called,
        method=f"{COUNTED} Groups of which fewer than {minimum} areas answer are left out.",
        cited=cited,
        labels={key: dict(labels), "group": names},
    )


def principles(
    findings: pd.DataFrame,
    themes: Mapping[str, str],
    labels: Mapping[str, str],
    minimum: int,
    cited: Sequence[str],
) -> Aggregate:
    """Return whether each theme serves the principles, by the areas that tested it.

    Returns:
        One row a theme: areas, a column for each principle (share of areas, %), and check: "Serves
        both", "Serves one" or "Serves none", where most areas say so.
    """
    picked = pick(findings, "23.principle.{theme}.{principle}")
    rows = []
    for theme in themes:
        own = picked[picked["theme"].eq(theme) & picked["principle"].isin(labels)]
        shares = 100 * own.groupby("principle")["value"].mean().reindex(list(labels))
        if own["slug"].nunique() >= minimum:
            serves = int(shares.gt(50).sum())
            words = {0: "Serves none", len(labels): "Serves both"}.get(serves, "Serves one")
            rows.append({"theme": theme, "areas": own["slug"].nunique(), **shares, "check": words})
    return build.table(
        pd.DataFrame(rows, columns=["theme", "areas", *labels, "check"]),
        ("theme",),
        (
            build.areas(),
            *(build.measure(code, label, "%") for code, label in labels.items()),
            build.measure("check", "Check", "text"),
        ),
        called="Themes beside the principles of the programme",
        method="Share of the areas with the theme that say it serves the principle; it serves it "
        "where more than half say so.",
        cited=cited,
        labels={"theme": dict(themes)},
    )


def risks(
    findings: pd.DataFrame, labels: Mapping[str, str], minimum: int, cited: Sequence[str]
) -> Aggregate:
    """Return each risk to delivery over all areas: areas, mean (1 to 5), high (areas at 4 or 5)."""
    picked = pick(findings, "31.risk.{risk}")
    rows = [
        {"risk": code, "areas": len(own), "mean": own["value"].mean(),
         "high": int(own["value"].ge(4).sum())}
        for code in labels
        if len(own := picked[picked["risk"].eq(code)]) >= minimum
    ]  # fmt: skip
    return build.table(
        pd.DataFrame(rows, columns=["risk", "areas", "mean", "high"]),
        ("risk",),
        (
            build.areas(),
            build.measure("mean", "Mean level, 1 to 5", "number", decimals=1),
            build.measure("high", "Areas at 4 or 5", "number"),
        ),
        called="Risks to delivery",
        method="Mean over areas, each weighing the same.",
        cited=cited,
        labels={"risk": dict(labels)},
    )


def avoided(findings: pd.DataFrame, minimum: int, cited: Sequence[str]) -> Aggregate:
    """Return the growth of spend avoided a year over all areas: areas, value, low, high (£).

    It is cost that does not arise. It is no cash that leaves a ledger.
    """
    picked = pick(findings, "32.growth_avoided").dropna(subset=["low", "high"])
    row = {
        "all": "All",
        "areas": len(picked),
        **{c: picked[c].sum() for c in ("value", "low", "high")},
    }
    return build.table(
        pd.DataFrame([row] if len(picked) >= minimum else [], columns=list(row)),
        ("all",),
        (
            build.areas(),
            build.measure("value", "Growth of spend avoided a year", "£"),
            build.measure("low", "If all areas err alike, from", "£"),
            build.measure("high", "If all areas err alike, to", "£"),
        ),
        called="Growth of spend avoided",
        method="Added up over areas; so are the ends of their ranges, as if all erred alike.",
        cited=cited,
        period=build.periods(picked),
        labels={"all": {"All": "All areas"}},
    )


def grants(
    findings: pd.DataFrame, catalogue: pd.DataFrame, minimum: int, cited: Sequence[str]
) -> Aggregate:
    """Return what the grant is spent on, in the final six categories and the interim five.

    An area enters with all of its categories or not at all, so that shares add up to 100%.

    Args:
        findings: The findings of all areas.
        catalogue: The categories: code, label, group ("interim": in both; "final": added), note.
        minimum: With fewer areas there is no row.
        cited: The sources.

    Returns:
        One row a category, and "All": areas, amount (£), share of all (%), interim_share (% of
        the interim five; missing for a category added later), crosswalk and note in words.
    """
    codes = list(catalogue["code"])
    picked = pick(findings, "40.grant.{category}")
    picked = picked[picked["category"].isin(codes)]
    whole = picked.groupby("slug")["category"].transform("nunique").eq(len(codes))
    amounts = picked[whole].groupby("category")["value"].sum().reindex(codes)
    areas = picked[whole]["slug"].nunique()
    early = catalogue.set_index("code")["group"].eq("interim")
    frame = pd.DataFrame(
        {
            "category": codes,
            "areas": areas,
            "amount": amounts.to_numpy(),
            "share": (100 * amounts / amounts.sum()).to_numpy(),
            "interim_share": (100 * amounts / amounts[early].sum()).where(early).to_numpy(),
            "crosswalk": ["In both views" if e else "Added in the final view" for e in early],
            "note": catalogue["note"].to_numpy(),
        }
    )
    total = {"category": "All", "areas": areas, "amount": amounts.sum(), "share": 100.0,
             "interim_share": 100.0, "crosswalk": "", "note": ""}  # fmt: skip
    frame = pd.concat([frame, pd.DataFrame([total])], ignore_index=True)
    frame = frame if areas >= minimum else frame.iloc[:0]
    labels = dict(zip(codes, catalogue["label"], strict=True))
    return build.table(
        frame,
        ("category",),
        (
            build.areas(),
            build.measure("amount", "Grant", "£"),
            build.measure("share", "Share of grants", "%", decimals=1),
            build.measure("interim_share", "Share in the interim view", "%", decimals=1),
            build.measure("crosswalk", "Interim and final view", "text"),
            build.measure("note", "Note", "text"),
        ),
        called="One-off grants by what they are spent on",
        method="Pounds of the areas that give all categories, added up. The interim view has five "
        "categories and no capital.",
        cited=cited,
        labels={"category": {**labels, "All": "All"}},
    )

"""What would make the difference: enablers, levers of confidence, components, and who says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import pandas as pd

from toolkit.aggregate import Aggregate
from toolkit.diagnose.insight import build, shares, weigh
from toolkit.diagnose.insight.labels import plain
from toolkit.diagnose.insight.pick import pick
from toolkit.diagnose.insight.weigh import Weights

GROUPS = {"mainstream": "Mainstream schools", "wider": "LA and health", "capital": "Capital"}
WHOLE = 0.5  # weights that add up to 100 within this are whole: they are rounded in the ledger


def first_in(findings: pd.DataFrame, labels: Mapping[str, str], cited: Sequence[str]) -> Aggregate:
    """Return in how many areas each enabler comes first: areas; a draw counts for each."""
    picked = pick(findings, "22.enabler.{enabler}")
    picked = picked[picked["enabler"].isin(labels) & picked["base"].gt(0)]
    share = picked["value"] / picked["base"]
    first = picked[share.eq(share.groupby(picked["slug"]).transform("max"))]
    counts = first["enabler"].value_counts()
    rows = [{"enabler": code, "areas": int(n)} for code, n in counts.items()]
    return build.table(
        pd.DataFrame(rows, columns=["enabler", "areas"]),
        ("enabler",),
        (build.areas(),),
        called="Areas by the enabler that comes first",
        method="The enabler named in most reviewed cases of an area; a draw counts for each.",
        cited=cited,
        labels={"enabler": dict(labels)},
    )


def levers(
    findings: pd.DataFrame,
    labels: Mapping[str, str],
    cohorts: Mapping[str, str],
    weights: Weights,
    minimum: int,
    cited: Sequence[str],
) -> Aggregate:
    """Return the weight of each lever of parental confidence, cohort by cohort.

    An area enters a cohort with all of its levers or not at all, so that weights stay 100%.

    Returns:
        One row a cohort and lever: areas, weight, low, high (%).
    """
    picked = pick(findings, "22.lever.{cohort}.{lever}")
    picked = picked[picked["lever"].isin(labels)]
    by = picked.groupby(["slug", "cohort"])["value"]
    whole = by.transform("count").eq(len(labels)) & (by.transform("sum") - 100).abs().le(WHOLE)
    kept = picked[whole]
    rows = []
    for cohort in cohorts:
        own = kept[kept["cohort"].eq(cohort)]
        if own["slug"].nunique() >= minimum:
            size = own.groupby("slug")["base"].transform("max")
            rows += [_lever(cohort, lever, own, size, weights) for lever in labels]
    return build.table(
        pd.DataFrame(rows, columns=["cohort", "lever", "areas", "weight", "low", "high"]),
        ("cohort", "lever"),
        (
            build.areas(),
            build.measure("weight", "Weight", "%"),
            build.measure("low", "95% range, low", "%"),
            build.measure("high", "95% range, high", "%"),
        ),
        called="Weights of the levers of parental confidence",
        method="Mean of the areas' weights, those of a cohort adding up to 100%. "
        f"{weigh.WEIGHTS[weights]} {weigh.BETWEEN} An area that hid one lever of a cohort is not "
        "in that cohort.",
        cited=cited,
        labels={"cohort": dict(cohorts), "lever": dict(labels)},
    )


def _lever(
    cohort: str, lever: str, own: pd.DataFrame, size: pd.Series, weights: Weights
) -> dict[str, object]:
    rows = own["lever"].eq(lever)
    found = weigh.mean(own.loc[rows, "value"], size[rows], weights, 0.0, 100.0)
    told = {"weight": found["mean"], "low": found["low"], "high": found["high"]}
    return {"cohort": cohort, "lever": lever, "areas": int(rows.sum()), **told}


def components(
    findings: pd.DataFrame,
    catalogue: pd.DataFrame,
    cohort: str,
    minimum: int,
    cited: Sequence[str],
) -> Aggregate:
    """Return how often each component of the local system mattered, and what it would change.

    Args:
        findings: The findings of all areas.
        catalogue: The components: code, label, group, note.
        cohort: "all", or the code of a need.
        minimum: A component that fewer areas scored is left out.
        cited: The sources.

    Returns:
        One row a component: group, areas, count, base, prevalence with low and high (%; Wilson),
        impact (1 to 5; mean over all who scored it).
    """
    mattered = pick(findings, "23.prevalence.{cohort}.{component}", hidden=True)
    mattered = mattered[mattered["cohort"].eq(cohort) & mattered["base"].gt(0)]
    counted = _counted(mattered, "component", minimum).rename(columns={"share": "prevalence"})
    known = catalogue.set_index("code")[["group"]].replace({"group": GROUPS})
    frame = known.join(counted, how="inner").join(_impact(findings))
    labels = {c: f"{c}. {name}" for c, name in catalogue[["code", "label"]].to_numpy()}
    frame = frame.rename_axis("component").reset_index()
    return build.table(
        frame,
        ("component",),
        (
            build.areas(),
            build.measure("count", "Cases in which it mattered", "people"),
            build.measure("base", "Cases", "people"),
            build.measure("prevalence", "Prevalence", "%"),
            build.measure("low", "95% interval, low", "%"),
            build.measure("high", "95% interval, high", "%"),
            build.measure("impact", "Impact, 1 to 5", "number", decimals=1),
            build.measure("group", "Group", "text"),
        ),
        called=f"Components of the local system: {cohort}",
        method="Prevalence: cases of all areas in which reviewers said that it mattered, over the "
        "cases reviewed; interval of Wilson (1927). Impact: mean over all who scored it. "
        f"{build.HIDDEN}",
        cited=cited,
        labels={"component": labels},
    )


def _counted(rows: pd.DataFrame, key: str, minimum: int) -> pd.DataFrame:
    """Return areas, count, base, share, low and high (%) of each code that may be told."""
    made = {
        str(code): shares.counted(own)
        for code, own in rows.groupby(key)
        if shares.is_told(own, minimum)
    }
    return pd.DataFrame.from_dict(made, orient="index", columns=list(shares.COUNTED))


def by_code(components: Aggregate) -> Aggregate:
    """Return components called by their ids alone, for a chart that has no room for more."""
    return replace(components, labels={"component": {c: c for c in components.frame["component"]}})


def _impact(findings: pd.DataFrame) -> pd.Series:
    scored = pick(findings, "23.impact.{component}")
    scored = scored[scored["base"].gt(0)]
    summed = (scored["value"] * scored["base"]).groupby(scored["component"]).sum()
    return (summed / scored.groupby("component")["base"].sum()).rename("impact")


def groups_of(
    catalogue: pd.DataFrame, labels: Mapping[str, str], cited: Sequence[str]
) -> Aggregate:
    """Return how many components there are in each group, by id: two ids may say the same."""
    counts = catalogue["group"].value_counts()
    rows = [{"group": code, "components": int(counts.get(code, 0))} for code in labels]
    rows.append({"group": "All", "components": len(catalogue)})
    return build.table(
        pd.DataFrame(rows),
        ("group",),
        (build.measure("components", "Components", "number"),),
        called="Components of local systems",
        method="Counted by id. M7 and L6 have one wording in the source; both are kept.",
        cited=cited,
        labels={"group": {**labels, "All": "All"}},
    )


def listed(catalogue: pd.DataFrame) -> Aggregate:
    """Return every component by its id, whether or not any area scored it: name, group, note."""
    made = build.table(
        catalogue.rename(columns={"code": "component", "label": "name"}).replace({"group": GROUPS}),
        ("component",),
        (
            build.measure("name", "Name", "text"),
            build.measure("group", "Group", "text"),
            build.measure("note", "Note", "text"),
        ),
        called="Catalogue of components of local systems",
        method="Listed by id, as the programme named them. M7 and L6 have one wording in the "
        "source; both are kept.",
        cited=("DBV programme, interim insights",),
    )
    return replace(made, source="reference")


def factors(
    findings: pd.DataFrame,
    labels: Mapping[str, str],
    respondents: Mapping[str, str],
    minimum: int,
    cited: Sequence[str],
) -> Aggregate:
    """Return how many of each group name each factor: the same factors for every group.

    A factor that one of the groups was not asked about is left out for all of them.

    Returns:
        One row a factor and group of people: areas, count, base, share (%).
    """
    picked = pick(findings, "22.factor.{respondent}.{factor}", hidden=True)
    known = picked[picked["respondent"].isin(respondents) & picked["factor"].isin(labels)]
    both = known.assign(pair=known["factor"] + "|" + known["respondent"])
    by = _counted(both[both["base"].gt(0)], "pair", minimum).rename_axis("pair").reset_index()
    pair = by["pair"].astype(str).str.partition("|").reindex(columns=range(3))
    by = by.assign(factor=pair[0], respondent=pair[2])
    asked = by["respondent"].nunique()
    same = by.groupby("factor")["respondent"].transform("nunique").eq(asked)
    return build.table(
        by[same],
        ("factor", "respondent"),
        (
            build.areas(),
            build.measure("count", "Name it", "people"),
            build.measure("base", "Answered", "people"),
            build.measure("share", "Share", "%"),
        ),
        called="Factors that people name",
        method=f"All who answered, over all areas. {build.HIDDEN}",
        cited=cited,
        labels={"factor": dict(labels), "respondent": dict(respondents)},
    )


def agreement(factors: Aggregate, cited: Sequence[str]) -> Aggregate:
    """Return how alike two groups of people rank the factors: Spearman's rank correlation.

    Returns:
        One row a pair of groups: factors (how many), rho (-1 to 1).
    """
    shares = factors.frame.pivot(index="factor", columns="respondent", values="share")
    ranks = shares.rank()
    names = factors.labels.get("respondent", {})
    rows = [
        {"pair": f"{names[a]} and {plain(names[b])}", "factors": len(shares),
         "rho": ranks[a].corr(ranks[b])}
        for a, b in combinations([c for c in names if c in shares], 2)
    ]  # fmt: skip
    return build.table(
        pd.DataFrame(rows, columns=["pair", "factors", "rho"]),
        ("pair",),
        (
            build.measure("factors", "Factors", "number"),
            build.measure("rho", "Rank correlation, −1 to 1", "number", decimals=2),
        ),
        called="How alike two groups rank the factors",
        method="Spearman's rank correlation of the shares; draws have their mean rank.",
        cited=cited,
    )

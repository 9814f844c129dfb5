"""What areas find of the children with one primary need: a chapter of the insight report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from toolkit.aggregate import Aggregate
from toolkit.diagnose.insight import build, labels, published, said, shares, views
from toolkit.diagnose.insight.weigh import Weights
from toolkit.evidence import Finding

SHORT = {"ASD": "autism"}  # in the title of a section; others are known by their code
# How each section is drawn; a page has one title once, so each names its need.
DRAWN: Mapping[str, Mapping[str, Any]] = {
    "Plans": {
        **{"mark": "funnel", "x": "base", "y": "value", "colour": "area", "middle": "overall"},
        **{"low": "low", "high": "high", "inner": ("low95", "high95")},
    },
    "New plans": {
        "title": "How far new plans lean to {need}",
        **{"mark": "dot", "x": "area", "y": "value", "low": "low", "high": "high"},
        "order": "labels",
    },
    "Levers": {
        "title": "The weight of each lever: {need}",
        **{"mark": "bar", "x": "lever", "y": "weight", "order": "labels"},
    },
    "Components": {
        "caption": "Components, by prevalence: {need}",
        "columns": ["component", "prevalence", "low", "high", "base", "areas"],
        "sort": "prevalence",
    },
}
NEEDS = {  # what each section needs; `{need}` is the code of the need
    "Plans": "11.need.{need}",
    "New plans": "11.needs.growth={need}",
    "Cases": "21.different.need.{need}",
    "Levers": "22.lever.{need}",
    "Components": "23.prevalence.{need}",
}


@dataclass(frozen=True)
class Need:
    """What the areas find of the children with one primary need.

    Attributes:
        code: The code of the need, as in "ASD".
        of_plans: Plans by need, as `shares.shares` has it.
        funnel: Each area's share of plans, as `published.funnel_of` has it.
        leaning: In how many areas new plans lean to each need, as `published.leading` has it.
        leans: The areas whose new plans lean to this one, as `published.leaning` has it.
        by_need: Reviewed cases by need, as `shares.shares` has it.
        levers: Levers of parental confidence for this need alone, as `views.levers` has it.
        components: Components in these cases, as `views.components` has it.
    """

    code: str
    of_plans: Aggregate
    funnel: Aggregate
    leaning: Aggregate
    leans: Aggregate
    by_need: Aggregate
    levers: Aggregate
    components: Aggregate

    @property
    def plans(self) -> pd.DataFrame:
        """The row of the plans with this need; none where it cannot be told."""
        return self.of_plans.frame[self.of_plans.frame["need"].eq(self.code)]

    @property
    def cases(self) -> pd.DataFrame:
        """The row of the reviewed cases with this need; none where it cannot be told."""
        return self.by_need.frame[self.by_need.frame["need"].eq(self.code)]

    def section(self, part: str) -> Mapping[str, Any]:
        """Return the title of a section and what it needs, by its name in `NEEDS`."""
        title = f"{part}: {SHORT.get(self.code, self.code)}"
        return {"title": title, "needs": (NEEDS[part].format(need=self.code),)}

    def drawn(self, part: str) -> Mapping[str, Any]:
        """Return how the chart or table of a section is drawn, by its name in `DRAWN`."""
        name = labels.plain(labels.labels("need")[self.code])
        how = DRAWN[part]
        return {**how, **{k: how[k].format(need=name) for k in ("title", "caption") if k in how}}

    def plans_finding(self) -> Finding:
        """Return the finding on the plans with this need."""
        return labels.plans_of_need(self.of_plans, self.code)

    def beyond(self) -> Mapping[str, Any]:
        """Return the title of the funnel, which tells how many areas lie beyond it, and its cells.

        A page has one title once, so each names its need.
        """
        count = published.verdicts(self.funnel)
        title = labels.BEYOND_NEED.format(name=labels.labels("need")[self.code])
        return {"title": title, "cells": said.row(count, title, all="All")}

    def lean_finding(self) -> Finding:
        """Return the finding on the areas whose new plans lean most to this need."""
        return labels.lean_of(self.leaning, self.code)

    def case_finding(self) -> Finding:
        """Return the finding on the reviewed cases with this need."""
        return labels.for_need(self.by_need, self.code)


def need(  # noqa: PLR0913  (what the chapter is made of)
    code: str,
    findings: pd.DataFrame,
    areas: pd.DataFrame,
    weights: Weights,
    minimum: int,
    *,
    held: pd.DataFrame,
    of_plans: Aggregate,
    lean: pd.DataFrame,
    leaning: Aggregate,
    by_need: Aggregate,
    cited: Sequence[str],
) -> Need:
    """Return what areas find of the children with one primary need.

    Args:
        code: The code of the need, as in "ASD".
        findings: The findings of all areas.
        areas: The areas that are in, for their names.
        weights: "plans" or "equal".
        minimum: With fewer areas, a figure is left out.
        held: The findings on how many plans are for each need, one an area and need.
        of_plans: The same for all areas together, as `shares.shares` returns it.
        lean: The findings on the need that new plans lean to, one an area.
        leaning: The same for all needs together, as `published.leading` returns it.
        by_need: Reviewed cases by need, as `shares.shares` returns it.
        cited: The sources.
    """
    cohort = {code: labels.cohorts()[code]}
    known = labels.catalogue("component")
    own = shares.rates(held[held["need"].eq(code)].dropna(subset=["value"]))
    name = labels.plain(labels.labels("need")[code])
    return Need(
        code,
        of_plans,
        published.funnel_of(
            own,
            areas,
            called=f"Share of EHC plans: {name}",
            based="EHC plans",
            cited=cited,
            noted=build.HIDDEN,
        ),
        leaning,
        published.leaning(lean, code, areas, cited),
        by_need,
        views.levers(findings, labels.labels("lever"), cohort, weights, minimum, cited),
        views.components(findings, known, code, minimum, cited),
    )

"""Aggregates for the tests of show: small, readable, fictional."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from toolkit import show
from toolkit.aggregate import Aggregate, Measure
from toolkit.show.disclosure import Mask, Register, protect

PLANS = Measure("plans", "EHC plans", "people")
UNIVERSE = "EHC plans at the January census"
LABELS = {
    "need": {
        "ASD": "Autistic spectrum disorder",
        "SEMH": "Social, emotional and mental health",
        "VI": "Vision impairment",
        "MSI": "Multi-sensory impairment",
    }
}


def aggregate(
    rows: Mapping[str, Sequence[Any]] | pd.DataFrame,
    dimensions: Sequence[str],
    measures: Sequence[Measure] = (PLANS,),
    **more: Any,
) -> Aggregate:
    """Return an aggregate of local counts of plans in Exampleshire, unless told otherwise."""
    told = {
        "universe": UNIVERSE,
        "source": "local",
        "sources": ("SEN2 return of Exampleshire",),
        "method": "Plans open on census day.",
        "period": "January 2025",
        "filters": {"area": "Exampleshire"},
        "labels": LABELS,
        **more,
    }
    return Aggregate(
        frame=pd.DataFrame(rows), dimensions=tuple(dimensions), measures=tuple(measures), **told
    )


def by_need(counts: Mapping[str, int] | None = None, year: int = 2025, **more: Any) -> Aggregate:
    """Return plans by need in one year; a small count and its complement among them."""
    counts = counts or {"ASD": 520, "SEMH": 300, "VI": 11, "MSI": 3}
    rows = {"year": [year] * len(counts), "need": list(counts), "plans": list(counts.values())}
    return aggregate(rows, ["year", "need"], **more)


def trend(**more: Any) -> Aggregate:
    """Return plans by year and need, with small counts in the rarer needs."""
    counts = {
        "ASD": [300, 340, 390, 450, 520],
        "SEMH": [180, 210, 230, 260, 300],
        "VI": [9, 8, 7, 8, 11],
        "MSI": [2, 3, 0, 1, 4],
    }
    rows = [(2021 + i, n, v) for n, values in counts.items() for i, v in enumerate(values)]
    return aggregate(
        pd.DataFrame(rows, columns=["year", "need", "plans"]), ["year", "need"], **more
    )


def published(
    rows: Mapping[str, Sequence[Any]], dimensions: Sequence[str], **more: Any
) -> Aggregate:
    """Return an aggregate of published figures."""
    told = {"source": "published", "sources": ("DfE, Education, health and care plans",), **more}
    return aggregate(rows, dimensions, **told)


def growth(value: float, *, local_base: int = 1000) -> Aggregate:
    """Return one growth that rests on two local counts."""
    measures = (
        Measure("growth", "Growth", "%", ("first", "last")),
        Measure("first", "Plans in 2020", "people", where={"year": "2020"}),
        Measure("last", "Plans in 2025", "people", where={"year": "2025"}),
    )
    rows = {"need": ["ASD"], "growth": [value], "first": [local_base], "last": [local_base + 540]}
    return aggregate(rows, ["need"], measures, universe="EHC plans, first and last")


def mask_of(*aggregates: Aggregate, profile: Any = "dfe") -> Mask:
    """Return the mask of a release of these aggregates."""
    register = Register()
    for one in aggregates:
        register.add(one)
    return register.solve(profile)


def drawn(view: show.View, ids: str = "t", profile: Any = "dfe") -> str:
    """Return a view as its own release would draw it."""
    return show.draw(view, mask_of(*view.aggregates, profile=profile), ids)


def shown(table: Aggregate, mask: Mask, column: str = "plans") -> list[Any]:
    """Return a column as a reader sees it: None where it is hidden."""
    protected = protect(table, mask)
    pairs = zip(protected.frame[column], protected.hidden[column], strict=True)
    return [None if hidden else value for value, hidden in pairs]

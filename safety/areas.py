"""Fictional areas, and a report of eight linked tables on each: what disclosure is tried on."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from markupsafe import escape

from toolkit import show
from toolkit.aggregate import Aggregate, Measure
from toolkit.evidence import Finding
from toolkit.publish.manifest import as_bytes
from toolkit.show.disclosure import Mask

FEWEST, MOST = 150, 5000  # plans of an area
PLANS = "EHC plans at the January census"
YEAR = "2025"
# Codes with how common they are: the long tails are where small counts come from.
CODES: Mapping[str, Mapping[str, float]] = {
    "need": {"Autism": 33, "Social and emotional": 21, "Speech": 20, "Moderate learning": 9,
             "Severe learning": 5, "Physical": 3.4, "Specific learning": 3, "Profound": 2,
             "Hearing": 1.6, "Other difficulty": 1.2, "Vision": 0.9, "Multi-sensory": 0.3},
    "provision": {"Mainstream school": 41, "Special school": 33, "Resourced provision": 6,
                  "Further education": 12, "Independent special": 5, "Alternative": 1.6,
                  "Home educated": 1, "Elsewhere": 0.4},
    "age": {"Under 5": 4, "5 to 10": 34, "11 to 15": 38, "16 to 19": 19, "20 to 25": 5},
    "sex": {"Boys": 72, "Girls": 28},
    "locality": {"North": 30, "East": 24, "South": 20, "West": 14, "Coast": 8, "Islands": 4},
}  # fmt: skip
SPLITS: Sequence[tuple[str, ...]] = (
    ("need",), ("need", "sex"), ("provision",), ("provision", "age"), ("locality",),
    ("locality", "sex"), ("age", "sex"), ("need", "age"),
)  # fmt: skip
COUNT = Measure("plans", "EHC plans", "people")
TOTAL = Measure("all", "All EHC plans", "people", without=tuple(CODES))
SHARE = Measure("share", "Share of all plans", "%", ("plans", "all"), decimals=1)
TOP_UP = Measure("top_up", "Mean top-up", "£ per plan", ("plans",))


def children(seed: int, plans: int) -> pd.DataFrame:
    """Return one row a child with a plan, every code drawn by how common it is."""
    random = np.random.default_rng(seed)
    frame = {}
    for name, codes in CODES.items():
        weights = np.array(list(codes.values())) * random.uniform(0.6, 1.5, len(codes))
        frame[name] = random.choice(list(codes), plans, p=weights / weights.sum())
    return pd.DataFrame(frame).assign(top_up=random.lognormal(9.2, 0.6, plans).round())


def sizes(areas: int) -> list[int]:
    """Return how many plans each area has, spread evenly over the orders of size."""
    return [round(s) for s in np.geomspace(FEWEST, MOST, areas)]


def split(people: pd.DataFrame, dimensions: Sequence[str], area: str) -> Aggregate:
    """Return plans by some dimensions, with totals, shares and the mean top-up."""
    rows = [_cells(people, [d for d in dimensions if d not in left], dimensions)
            for left in _subsets(dimensions)]  # fmt: skip
    frame = pd.DataFrame({name: np.concatenate([r[name] for r in rows]) for name in rows[0]})
    frame = frame.assign(all=len(people), share=100 * frame["plans"] / len(people))
    labels = {d: {**{c: c for c in CODES[d]}, "All": "All"} for d in dimensions}
    return Aggregate(
        frame=frame,
        universe=PLANS,
        dimensions=tuple(dimensions),
        measures=(COUNT, TOTAL, SHARE, TOP_UP),
        source="local",
        sources=("SEN2 return",),
        method="Plans open on census day.",
        period="January 2025",
        filters={"area": area, "year": YEAR},
        labels=labels,
    )


def _subsets(dimensions: Sequence[str]) -> list[set[str]]:
    """Return which dimensions to take together: none, each, all of them."""
    found: list[set[str]] = [set()]
    for dimension in dimensions:
        found += [left | {dimension} for left in found]
    return found


def _cells(
    people: pd.DataFrame, by: Sequence[str], dimensions: Sequence[str]
) -> dict[str, npt.NDArray[Any]]:
    """Return counts and means by some dimensions, zeros among them, "All" for the others."""
    codes = [list(CODES[d]) for d in by]
    count, at = math.prod(map(len, codes)), np.zeros(len(people), dtype=int)
    for dimension, known in zip(by, codes, strict=True):
        at = at * len(known) + pd.Categorical(people[dimension], known).codes
    plans = np.bincount(at, minlength=count)
    spent = np.bincount(at, people["top_up"], minlength=count)
    places = dict(zip(by, np.indices([*map(len, codes)]).reshape(len(by), count), strict=True))
    named = {d: np.array(list(CODES[d]), dtype=object)[places[d]] if d in by
             else np.full(count, "All", dtype=object) for d in dimensions}  # fmt: skip
    mean = np.divide(spent, plans, out=np.full(count, np.nan), where=plans > 0)
    return {**named, "plans": plans, "top_up": mean}


def margins(people: pd.DataFrame, area: str, by: Sequence[str] = ("provision",)) -> Aggregate:
    """Return plans by some dimensions as the DfE publishes them: a reader knows these."""
    made = split(people, by, area)
    values = {k: getattr(made, k) for k in made.__dataclass_fields__}
    return Aggregate(**{**values, "measures": (COUNT,), "source": "published",
                        "sources": ("DfE, Education, health and care plans",)})  # fmt: skip


def write_release(published: Sequence[Aggregate], path: Path) -> Path:
    """Return a zip of published counts of one year, a CSV file each, as the DfE has them."""
    with zipfile.ZipFile(path, "w") as packed:
        for made in published:
            named = {d: made.frame[d].replace("All", "Total") for d in made.dimensions}
            frame = pd.DataFrame({**named, "ehc_plans": made.frame["plans"]})
            frame = frame.assign(la_name=made.filters["area"])
            packed.writestr(f"data/{'_'.join(named)}.csv", frame.to_csv(index=False))
    return path


@dataclass(frozen=True)
class Report:
    """A report of one area: its aggregates, and the views that show them."""

    area: str
    aggregates: tuple[Aggregate, ...]
    views: tuple[show.View, ...]


def report(
    people: pd.DataFrame,
    area: str,
    splits: Sequence[tuple[str, ...]] = SPLITS,
    *,
    published: pd.DataFrame | None = None,
    chart: bool = True,
) -> Report:
    """Return a report of an area: tables, a chart, a sentence and a finding.

    Args:
        people: Its children.
        area: Its name.
        splits: What to split them by, a table each.
        published: The children whom the DfE counted, where they are others.
        chart: Whether to draw one; it takes most of the time.
    """
    made = [split(people, by, area) for by in splits]
    known = margins(people if published is None else published, area)
    views = [show.table_view(known, "Plans by provision, as published")]
    for one in made:
        name = f"EHC plans by {' and '.join(one.dimensions)}"
        if len(one.dimensions) == 2:
            views.append(show.table_view(one, name, ["plans"], across=one.dimensions[1]))
        else:
            views.append(show.table_view(one, name))
    needs, largest = made[0], next(iter(CODES["need"]))
    rarest = list(CODES["need"])[-1]
    cells = {n: needs.cell("plans", need=c) for n, c in (("a", largest), ("b", rarest))}
    if chart:
        views.append(show.chart_view(needs, mark="bar", x="need", y="plans", title="Plans by need"))
    words = f"{{a:plain}} plans are for {largest}, {{b:plain}} for {rarest}."
    views.append(show.sentence_view(words, cells))
    views.append(show.finding_view(Finding(
        "10.rarest", "Module 1", f"{{s}} of plans are for {rarest}.",
        {"s": needs.cell("share", need=rarest)}, needs.cell("share", need=rarest),
        base=needs.cell("plans", need=rarest))))  # fmt: skip
    return Report(area, (*made, known), tuple(views))


def write(made: Report, masks: Sequence[Mask], folder: Path) -> None:
    """Write a report as it would be published: a page, and the ledger of its findings.

    Args:
        made: The report.
        masks: The mask of each view.
        folder: Where to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    drawn = [show.draw(v, m, f"v{i}") for i, (v, m) in enumerate(zip(made.views, masks,
                                                                     strict=True))]  # fmt: skip
    page = f"<!DOCTYPE html><title>{escape(made.area)}</title>{''.join(drawn)}"
    (folder / "report.html").write_text(page, encoding="utf-8")
    found = [show.ledger_entry(v, m) for v, m in zip(made.views, masks, strict=True)
             if v.kind == "finding"]  # fmt: skip
    (folder / "findings.json").write_bytes(as_bytes({"findings": found}))

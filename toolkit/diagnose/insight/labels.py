"""What the insight report calls things: labels of codes, and sentences with places for figures."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from toolkit import reference
from toolkit.aggregate import Aggregate, Cell
from toolkit.diagnose.insight import said
from toolkit.diagnose.insight.pick import pick
from toolkit.evidence import Finding

GROWTH = (
    "The number of EHC plans grew by {mean} over {areas} areas; half of the areas lie between "
    "{lower} and {upper}."
)
ON_TIME = (
    "{mean} of new plans were issued within 20 weeks, over {areas} areas; half of the areas lie "
    "between {lower} and {upper}. Children whose plan comes late wait for its support."
)
AHEAD = (
    "Without the planned changes, {now} EHC plans of {areas} areas become {later}, {growth} more; "
    "between {low_apart} and {high_apart} if each area's forecast errs by itself, between {low} "
    "and {high} if all err alike."
)
AGE = (
    "The mean age at the start of a plan changed by {mean:signed} years over {areas} areas; half "
    "of the areas lie between {lower:signed} and {upper:signed}."
)
LEFT = (
    "Of young people whose plan ceased at 16 or over, {mean} went on to higher education or paid "
    "employment, over {areas} areas; half of the areas lie between {lower} and {upper}."
)
BEYOND = "{beyond} of {areas} areas differ by more than chance would ever make them"
ADDED_MOST = "In {areas} areas, {name} added most plans"
LEAN_MOST = "In {areas} areas, new plans lean most to {name}"
MINIMUM = "A figure is printed where at least {areas} areas have found it."

ADDED = {
    "called": "Areas by the provision that added most plans",
    "figure": ("Share of the change, median area", "%"),
}
DIFFERS = {
    "called": "Areas by the provision that differs most from neighbours",
    "figure": ("Share of plans there, median area", "%"),
}
LEANS = {
    "called": "Areas by the need to which new plans lean most",
    "figure": ("New plans over all plans, median area", "pp"),
}
FUNNEL_TIME = {"called": "New plans within 20 weeks", "based": "New plans in the year"}
FUNNEL_LEFT = {
    "called": "Went on to education or work",
    "based": "Young people whose plan ceased at 16 or over",
}


def labels(kind: str) -> dict[str, str]:
    """Return what each code of a kind is called, in the order of the catalogue."""
    known = reference.table("insight_catalogue")
    of = known[known["kind"].eq(kind)]
    return dict(zip(of["code"], of["label"], strict=True))


def measures() -> dict[str, str]:
    """Return what each measure of the provision mix is called."""
    return {f"mix.{code}": name for code, name in labels("provision").items()}


def first(leading: Aggregate, key: str) -> Mapping[str, Cell | str]:
    """Return the cells of a sentence on the code that leads in most areas: areas, name."""
    top = str(leading.frame[key].iloc[0])
    name = leading.labels[key][top]
    return {"areas": leading.cell("areas", **{key: top}), "name": plain(name)}


def plain(name: str) -> str:
    """Return a label as it stands within a sentence; an abbreviation keeps its capitals."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def led(leading: Aggregate, key: str, name: str, sentence: str, priority: int) -> Finding:
    """Return the finding on the code that leads in most areas."""
    top = first(leading, key)
    told = sentence.replace("{name}", str(top["name"]))
    return said.made(
        leading, name, f"{told}.", priority, "areas", **{key: leading.frame[key].iloc[0]}
    )


def too_few(findings: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """Return what a report can hold and too few areas have found: what, areas, notebook."""
    known = reference.table("insight_findings")
    counts = [int(pick(findings, name)["slug"].nunique()) for name in known["id"]]
    made = known.assign(areas=counts)[["what", "areas", "notebook"]]
    return made[made["areas"].lt(minimum)].reset_index(drop=True)

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
    "{mean} of new plans were issued within 20 weeks{left_out}, over {areas} areas; half of the "
    "areas lie between {lower} and {upper}. Children whose plan comes late wait for its support."
)
LEFT_OUT = {"time.plans": "", "time.plans_ex": ", statutory exceptions left out"}
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
BEYOND = "{beyond} of {areas} areas differ by more than chance explains"
ADDED_MOST = "In {areas} of {of} areas, {name} added most plans"
LEAN_MOST = "In {areas} of {of} areas, new plans lean most to {name}"
NEAR_HOME = "More children have their needs met near home, with their peers."
LEAN_OF = (
    "In {areas} of {of} areas, new plans lean most to {name}: in the median area of those, its "
    "share of new plans is {median} above its share of all plans."
)
DIFFERENT = (
    "{share} of the {base} children and young people whose cases were reviewed in {areas} areas "
    "could have had their needs met in a different provision, if the system worked better; half "
    "of the areas lie between {lower} and {upper}."
)
PLANS_OF_NEED = (
    "{count} of the {base} EHC plans of {areas} areas are for children and young people with the "
    "primary need {name}: {share}. Half of the areas lie between {lower} and {upper}."
)
BEYOND_NEED = "{name}: {{beyond}} of {{areas}} areas differ by more than chance explains"
DIFFERENT_NEED = (
    "Of {base} reviewed cases with the primary need {name}, {share} could have had their needs met "
    "in a different provision, if the system worked better ({areas} areas)."
)
SCALED = (
    "If the reviewed cases stand for all children there, the needs of {words} more of them could "
    "be met through SEN Support, between {low} and {high}."
)
TO_MAINSTREAM = (
    "The needs of {words} more children could be met in a mainstream setting rather than a "
    "specialist placement, between {low} and {high}. Some may be the same children as those of "
    "other shifts: shifts are never added up."
)
RESOURCED = (
    "Of those, {words} more children could be supported through resourced provision and units: "
    "{growth} more than the {now} there now."
)
SECTORS = (
    "Of the reviewed cases in special schools, {share_now} are in independent and non-maintained "
    "schools; of those whose best place is a special school, {share_ideal} would be."
)
ENABLER = (
    "What would make the difference in most of the {base} reviewed cases is {name}: it is named "
    "in {share} of them."
)
GRANT = "{share} of the one-off grants, {amount}, is for delivering support to schools."
AVOIDED = (
    "Together, {areas} areas expect to avoid {value} of growth in spend a year. It is cost "
    "avoided: spend that does not arise, and no cash that leaves a budget."
)
RATED = "On every measure, people rated the support at least 4.5 of 5 on average."
MINIMUM = "A figure is printed where at least {areas} areas have found it."

SHARES = ["areas", "base", "share", "low", "high", "mean", "mean_low", "mean_high"]
COMPONENTS = ["component", "areas", "base", "prevalence", "low", "high", "impact", "group"]
GRANT_NOTE = (
    "It pays for help that schools get to support children; it is no money in their budgets."
)
SHIFTS = (  # a shift of shift.SHIFTS, what is said of it, its place among the key findings
    ("sen_support", SCALED, 98),
    ("mainstream", TO_MAINSTREAM, 97),
)

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
FUNNEL_LEFT = {
    "called": "Went on to education or work",
    "based": "Young people whose plan ceased at 16 or over",
}


def labels(kind: str) -> dict[str, str]:
    """Return what each code of a kind is called, in the order of the catalogue."""
    known = reference.table("insight_catalogue")
    of = known[known["kind"].eq(kind)]
    return dict(zip(of["code"], of["label"], strict=True))


def time_of(picked: pd.DataFrame) -> dict[str, str]:
    """Return what timeliness is called, by the measure that areas give: called, sentence, based."""
    codes = [str(code) for code in picked["measure"]]
    left_out = LEFT_OUT.get(codes[0], "") if codes else ""
    return {
        "called": f"New plans within 20 weeks{left_out}",
        "sentence": ON_TIME.replace("{left_out}", left_out),
        "based": "New plans in the year",
    }


def measures() -> dict[str, str]:
    """Return what each measure of the provision mix is called."""
    return {f"mix.{code}": name for code, name in labels("provision").items()}


def first(leading: Aggregate, key: str) -> Mapping[str, Cell | str]:
    """Return the cells of a sentence on what leads in most areas: areas, of, name; draws named."""
    most = leading.frame[leading.frame["areas"].eq(leading.frame["areas"].max())]
    codes = [str(code) for code in most[key]]
    names = [plain(leading.labels[key][code]) for code in codes]
    name = f"{names[0]} (and as often {' and '.join(names[1:])})" if names[1:] else names[0]
    cells = {column: leading.cell(column, **{key: codes[0]}) for column in ("areas", "of")}
    return {**cells, "name": name}


def plain(name: str) -> str:
    """Return a label as it stands within a sentence; an abbreviation keeps its capitals."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def led(leading: Aggregate, key: str, name: str, sentence: str, priority: int) -> Finding:
    """Return the finding on the code that leads in most areas."""
    told = sentence.replace("{name}", str(first(leading, key)["name"]))
    top = {key: str(leading.frame[key].iloc[0])}
    return said.made(leading, name, f"{told}.", priority, "areas", **top)


def top(shares: Aggregate, key: str, name: str, sentence: str, priority: int) -> Finding:
    """Return the finding on the code with the largest share; `{name}` is what it is called."""
    code = str(shares.frame.sort_values("share", ascending=False, kind="stable")[key].iloc[0])
    told = sentence.replace("{name}", plain(shares.labels[key][code]))
    return said.made(shares, name, told, priority, "share", **{key: code})


def lean_of(leading: Aggregate, need: str) -> Finding:
    """Return the finding on the areas whose new plans lean most to one need."""
    told = LEAN_OF.replace("{name}", plain(leading.labels["primary_need"][need]))
    where = {"primary_need": need}
    return said.made(leading, f"lean.{need}", told, 65, "areas", **where)


def plans_of_need(of_plans: Aggregate, need: str) -> Finding:
    """Return the finding on how many plans are for one primary need."""
    told = PLANS_OF_NEED.replace("{name}", plain(of_plans.labels["need"][need]))
    return said.made(of_plans, f"plans.{need}", told, 66, "share", need=need)


def for_need(by_need: Aggregate, need: str) -> Finding:
    """Return the finding on the reviewed cases of one primary need."""
    told = DIFFERENT_NEED.replace("{name}", plain(by_need.labels["need"][need]))
    name, where = f"different.{need}", {"need": need}
    return said.made(by_need, name, told, 70, "share", NEAR_HOME, **where)


def notes(kind: str) -> str:
    """Return what the catalogue remarks on the entries of a kind, as one footnote."""
    known = catalogue(kind)
    remarked = known[known["note"].ne("")]
    return " ".join(f"{code}: {note}." for code, note in remarked[["code", "note"]].to_numpy())


def cohorts() -> dict[str, str]:
    """Return the cohorts that levers and components are told for: all, and the common needs."""
    return {"all": "All cases", **labels("need")}


def catalogue(kind: str) -> pd.DataFrame:
    """Return a part of the catalogue: code, label, group, note."""
    known = reference.table("insight_catalogue")
    return known.loc[known["kind"].eq(kind), ["code", "label", "group", "note"]].reset_index(
        drop=True
    )


def plans_of(findings: pd.DataFrame) -> pd.Series:
    """Return the EHC plans of each area (by slug) in the last January."""
    return pick(findings, "10.growth.plans").set_index("slug")["base"].dropna()


def too_few(findings: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """Return what a report can hold and too few areas have found: what, areas, notebook."""
    known = reference.table("insight_findings")
    counts = [int(pick(findings, name)["slug"].nunique()) for name in known["id"]]
    made = known.assign(areas=counts)[["what", "areas", "notebook"]]
    return made[made["areas"].lt(minimum)].reset_index(drop=True)

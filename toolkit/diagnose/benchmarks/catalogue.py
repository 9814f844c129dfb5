"""What is compared: every measure, its theme, its unit, and how chance enters it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from toolkit.aggregate import Unit
from toolkit.diagnose.caseload import PROVISIONS

# share: the numerator is part of the base (Wilson). events: it is not (Byar). none: no interval,
# since the base is not published or the figure is money.
Chance = Literal["share", "events", "none"]
SCALE: dict[Unit, float] = {"%": 100.0, "per 1,000": 1000.0}
PERCENT: Unit = "%"
RATE: Unit = "per 1,000"
MONEY: Unit = "£"
SCORE: Unit = "number"


@dataclass(frozen=True)
class Comparable:
    """One measure that areas can be compared by.

    Attributes:
        id: Its stable name, as in "mix.nmiss".
        theme: The section of the report it stands in.
        label: What a reader sees; `{base}` and `{period}` are filled in with its own.
        unit: What it is measured in.
        chance: How chance enters it.
        base: What its base counts; "" where that is the population.
        short: Its name where the theme is already said; "" for the label.
    """

    id: str
    theme: str
    label: str
    unit: Unit
    chance: Chance
    base: str = ""
    short: str = ""


REASONS = {  # columns of the release, in the words of the SEN2 guide
    "max_age": "Reached the maximum age",
    "needs_met": "Needs met without a plan",
    "he": "Moved to higher education",
    "employ": "Moved to paid employment",
    "transfer": "Transferred to another LA",
    "no_engage": "No longer wishes to engage",
    "moved_outside_eng": "Left England",
    "deceased": "Died",
    "other": "Other reason",
    "not_rec": "Reason not recorded",
}
COSTED = {  # our group of provisions -> its plans, its name
    "mainstream": (("mainstream", "rp_unit", "early_years"), "Mainstream, units included"),
    "special": (("state_special",), "Maintained special schools or academies"),
    "nmiss": (("nmiss",), "Non-maintained or independent"),
    "post16": (("post16",), "Post-16 and further education"),
}
JANUARY, CASELOAD = "Plans open in January", "Caseload of the year"
TOTAL = Comparable("rate.total", "rate", "EHC plans per 1,000 {base}", RATE, "share")
# fmt: off
FLOWS = (
    Comparable("new.rate", "flows", "New plans, {period}, per 1,000 plans", RATE, "events",
               JANUARY),
    Comparable("new.mean", "flows", "New plans a year, {period}, per 1,000 plans", RATE, "events",
               JANUARY),
    Comparable("ceased.rate", "flows", "Plans ceased, {period}, per 1,000 plans", RATE, "share",
               JANUARY),
    Comparable("ceased.mean", "flows", "Plans ceased a year, {period}, per 1,000 plans", RATE,
               "share", JANUARY),
)
WORK = (
    Comparable("requests.people", "requests", "Requests per 1,000 {base}, {period}", RATE,
               "events"),
    Comparable("requests.plans", "requests", "Requests per 1,000 plans, {period}", RATE, "events",
               JANUARY),
    Comparable("requests.refused", "work", "Requests refused an assessment", PERCENT, "share",
               "Requests"),
    Comparable("assessed.no_plan", "work", "Assessments that gave no plan", PERCENT, "share",
               "Assessments"),
    Comparable("appeals.rate", "work", "Appeals, of decisions open to appeal", PERCENT, "none"),
    Comparable("time.requests", "work", "Requests decided in six weeks", PERCENT, "share",
               "Requests decided"),
    Comparable("time.plans", "work", "New plans within 20 weeks, all", PERCENT, "share",
               "New plans"),
    Comparable("time.plans_ex", "work", "New plans within 20 weeks, without exceptions", PERCENT,
               "share", "New plans without an exception"),
    Comparable("pupils.ehcp", "pupils", "Pupils in its schools with a plan", PERCENT, "share",
               "Pupils"),
    Comparable("pupils.support", "pupils", "Pupils in its schools on SEN Support", PERCENT,
               "share", "Pupils"),
    Comparable("outcome.attainment8", "pupils", "Attainment 8 score, pupils with a plan", SCORE,
               "none"),
)
FUNDING = (
    Comparable("funding.plan", "funding", "High needs block for each plan, {period}", MONEY,
               "none", CASELOAD),
    Comparable("funding.head", "funding", "High needs block for each person {base}, {period}",
               MONEY, "none"),
)
# fmt: on
# What the summary shows: one line for each question that a director is asked first.
HEADLINES = (
    *("rate.total", "mix.mainstream", "mix.state_special", "mix.nmiss", "new.mean", "ceased.mean"),
    *("requests.people", "requests.refused", "time.plans", "time.plans_ex", "appeals.rate"),
    *("pupils.ehcp", "pupils.support", "outcome.attainment8"),
)


def catalogue(labels: Mapping[str, Mapping[str, str]]) -> dict[str, Comparable]:
    """Return every measure by its id, in the order to show them.

    Args:
        labels: What the codes of `provision` and `primary_need` are called.
    """
    called = labels.get("provision", {})
    provisions = {p: called.get(p, p) for p in PROVISIONS}
    costed = {group: name for group, (_, name) in COSTED.items()}
    rate = Comparable("rate", "rates", "Plans per 1,000 {base}: {name}", RATE, "share")
    mix = Comparable("mix", "mix", "Share of plans: {name}", PERCENT, "share", "EHC plans")
    need = Comparable("need", "needs", "Share of plans: {name}", PERCENT, "share", "EHC plans")
    reason = Comparable(
        "reason", "reasons", "Share of ceased plans: {name}", PERCENT, "share", "Ceased plans"
    )
    price = "Top-up and fees for each plan, {name}, {period}"
    cost = Comparable("cost", "cost", price, MONEY, "none", CASELOAD)
    made = (
        TOTAL,
        *_parts(rate, provisions),
        *_parts(mix, provisions),
        *_parts(need, labels.get("primary_need", {})),
        *FLOWS,
        *_parts(reason, REASONS),
        *WORK,
        *_parts(cost, costed),
        *FUNDING,
    )
    return {m.id: m for m in made}


def _parts(whole: Comparable, names: Mapping[str, str]) -> list[Comparable]:
    """Return a measure for each part of a whole, as for each provision."""
    return [
        replace(
            whole,
            id=f"{whole.id}.{code}",
            label=whole.label.replace("{name}", small(name)),
            short=name,
        )
        for code, name in names.items()
    ]


def small(name: str) -> str:
    """Return a name with its first letter small, unless it is an abbreviation."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]

"""The figures of fictional ledgers: area by area, adding up to what the programme printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from toolkit import reference

# Printed in the Phase One insight report and in the interim insights: all areas, and the first
# two tranches. "Over 1,550" and "800+" are met by a few more.
ENGAGED = {
    "practitioner": (1216, 1553),
    "case": (1212, 1650),
    "parent_carer": (5034, 7412),
    "provider": (2308, 2506),
    "cyp": (806, 1203),
}
DIFFERENT = 1073  # of 1,650: 65%
POINTS = 9_120_000  # "nine million data points"
GRANT = 1_000_000
GRANT_SHARES = {"partnership": 83, "schools": 549, "assessment": 104, "targeted": 128,
                "intelligence": 61, "capital": 75}  # fmt: skip
TRAINING = {("module_1", "delivery"): 92, ("module_1", "engagement"): 94,
            ("module_2", "delivery"): 92, ("module_2", "engagement"): 97}  # fmt: skip
CASELOAD = {"sen_support": 420_000, "mainstream": 75_000, "rp_unit": 4_054,
            "state_special": 55_000, "nmiss": 14_000, "post16": 30_000}  # fmt: skip
# Everything below is invented: shares of cases, levers, prevalence.
NEEDS = {"ASD": 0.38, "SEMH": 0.30, "SLCN": 0.22, "MLD": 0.10}
OF_PLANS = {"ASD": 0.32, "SEMH": 0.21, "SLCN": 0.21}  # of all plans: about as in England
PHASES = {"early_years": 0.14, "primary": 0.36, "secondary": 0.30, "post16": 0.12,
          "transition": 0.08}  # fmt: skip
NOW = {"mainstream": 0.44, "rp_unit": 0.06, "state_special": 0.30, "nmiss": 0.10, "post16": 0.10}
BEST = {
    "mainstream": {"sen_support": 0.30, "mainstream": 0.56, "rp_unit": 0.09, "state_special": 0.05},
    "rp_unit": {"sen_support": 0.18, "mainstream": 0.20, "rp_unit": 0.62},
    "state_special": {"sen_support": 0.10, "mainstream": 0.30, "rp_unit": 0.20,
                      "state_special": 0.40},
    "nmiss": {"mainstream": 0.20, "rp_unit": 0.30, "state_special": 0.32, "nmiss": 0.18},
    "post16": {"sen_support": 0.14, "post16": 0.86},
}  # fmt: skip
IDEALS = ("sen_support", "mainstream", "rp_unit", "state_special", "nmiss", "post16")
LEVERS = {
    "all": (46, 22, 17, 15),
    "ASD": (50, 22, 15, 13),
    "SEMH": (44, 29, 14, 13),
    "SLCN": (41, 31, 17, 11),
}
ENABLERS = {"parent_confidence": 0.58, "staff_skills": 0.49, "specialist_advice": 0.41,
            "early_support": 0.36, "places_nearby": 0.28}  # fmt: skip
QUOTES = {
    "assistant_director": "We now talk about children's needs before we talk about places.",
    "programme_manager": "One set of figures for everybody ended a long argument.",
    "dcs": "It showed us what to stop, which is harder than what to start.",
    "send_lead": "Parents told us in one evening what we had asked reports for.",
}
# What groups that were asked say, and how much more or less often they name a factor.
WORDS = {
    "cyp": ("Ask me before you ask about me.", "I like the club, because nobody counts me there.",
            "It helps when my teacher has time to listen.", "I want to go where my friends go."),
    "parent_carer": ("We do not want more meetings. We want one that ends in something.",
                     "When school rings to say what went well, I sleep."),
    "provider": ("We can do this with training; we cannot do it with leaflets.",
                 "Give us somebody to ring before it is too late."),
    "practitioner": ("I see the child twice a year and write what others do daily.",
                     "The best advice is the one that is still followed in June."),
}  # fmt: skip
TILTS = {
    ("cyp", "M1"): -0.16, ("cyp", "M7"): 0.16, ("cyp", "M8"): 0.18, ("parent_carer", "M5"): 0.12,
    ("provider", "M2"): 0.10, ("provider", "M5"): -0.08, ("practitioner", "M6"): 0.08,
}  # fmt: skip


@dataclass(frozen=True)
class Area:
    """A fictional area."""

    name: str
    la_code: str
    tranche: str


@dataclass(frozen=True)
class Figure:
    """One figure of a fictional ledger."""

    id: str
    value: float | str
    unit: str
    base: float | None = None
    low: float | None = None
    high: float | None = None
    period: str = ""
    outcome: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)


def split(total: int, weights: Sequence[float] | np.ndarray) -> list[int]:
    """Return a whole number in whole parts, by the largest remainders; they add up to it."""
    exact = total * np.asarray(weights, float) / float(np.sum(weights))
    parts = np.floor(exact).astype(int)
    for at in np.argsort(-(exact - parts), kind="stable")[: total - int(parts.sum())]:
        parts[at] += 1
    return [int(part) for part in parts]


def figures(areas: Sequence[Area], rng: np.random.Generator) -> dict[str, list[Figure]]:
    """Return the figures of each area by its name."""
    size = rng.lognormal(0.0, 0.45, len(areas))
    engaged = {g: _in_two(areas, size, *totals) for g, totals in ENGAGED.items()}
    different = split(DIFFERENT, engaged["case"])
    held = {p: split(total, size) for p, total in CASELOAD.items()}
    points = split(POINTS, size)
    made: dict[str, list[Figure]] = {}
    for at, area in enumerate(areas):
        counts = {g: parts[at] for g, parts in engaged.items()}
        own = {p: parts[at] for p, parts in held.items()}
        made[area.name] = [
            *_from_published(sum(own.values()) - own["sen_support"], rng),
            Figure("01.data_points", float(points[at]), "number"),
            *(Figure(f"20.engaged.{g}", float(n), "people") for g, n in counts.items()),
            *(Figure(f"10.caseload.{p}", float(n), "people") for p, n in own.items()),
            *_reviews(counts["case"], different[at], rng),
            *_views(counts, rng),
            *_plans(at, rng),
        ]
    return made


def _in_two(areas: Sequence[Area], size: np.ndarray, first: int, both: int) -> list[int]:
    """Return a total in parts: so much in the first two tranches, the rest in the last."""
    early = np.array([a.tranche != "3" for a in areas])
    parts = np.zeros(len(areas), int)
    parts[early] = split(first, size[early])
    parts[~early] = split(both - first, size[~early])
    return [int(part) for part in parts]


def _from_published(plans: int, rng: np.random.Generator) -> list[Figure]:
    """Return what an area finds in published statistics alone."""
    new, left = max(int(plans * 0.12), 30), max(int(plans * 0.03), 20)
    ahead, lean = plans * float(rng.normal(1.4, 0.08)), str(rng.choice(["ASD", "SEMH", "SLCN"]))
    years = "January 2019 to January 2025"
    share = float(np.clip(rng.normal(45, 18), 3, 98))
    pp, shift = float(rng.uniform(2, 9)), float(rng.normal(0.2, 0.3))
    most = str(rng.choice(["mainstream", "state_special"], p=[0.8, 0.2]))
    mix = f"mix.{rng.choice(['nmiss', 'rp_unit', 'state_special'])}"
    went = float(np.clip(rng.normal(27, 7), 5, 60))
    return [
        Figure("10.growth.plans", round(float(rng.normal(80, 22))), "%", plans, period=years),
        Figure("10.priority.plans", round(float(rng.uniform(35, 60))), "%", plans * 0.45,
               period=years, keys={"provision": most}),
        Figure("11.age.shift", round(shift, 1), "number", new, round(shift - 0.5, 1),
               round(shift + 0.5, 1), "2022 to 2024"),
        Figure("11.needs.growth", round(pp, 1), "pp", new, round(pp - 3, 1), round(pp + 3, 1),
               "All plans: January 2025. New plans: 2024", keys={"primary_need": lean}),
        *_of_needs(plans, rng),
        Figure("11.leaving.post16", round(went), "%", left, period="2023 to 2024"),
        Figure("12.mix.furthest", round(float(rng.uniform(4, 30)), 1), "%", plans,
               period="January 2025", keys={"measure": mix}),
        Figure("12.timeliness.verdict", round(share, 1), "%", new, period="2024",
               keys={"measure": "time.plans_ex"}),
        Figure("13.plans.unmitigated", round(ahead), "number", plans, round(ahead * 0.88),
               round(ahead * 1.14), "January 2019 to January 2030"),
    ]  # fmt: skip


def _of_needs(plans: int, rng: np.random.Generator) -> list[Figure]:
    """Return how many plans are for each of the needs that have a chapter, about as in England."""
    shares = rng.normal(1.0, 0.15, len(OF_PLANS)) * np.array(list(OF_PLANS.values()))
    return [
        Figure(f"11.need.{need}", float(round(plans * share)), "people", plans,
               period="January 2025")
        for need, share in zip(OF_PLANS, shares, strict=True)
    ]  # fmt: skip


def _reviews(cases: int, different: int, rng: np.random.Generator) -> list[Figure]:
    """Return the case reviews: whose needs could have been met elsewhere, and where."""
    made = [Figure("21.different.all.all", float(different), "people", cases)]
    for cut, shares in (("need", NEEDS), ("phase", PHASES)):
        bases = split(cases, rng.dirichlet(200 * np.array(list(shares.values()))))
        counts = _within(different, bases, rng)
        made += [
            Figure(f"21.different.{cut}.{code}", float(n), "people", base)
            for code, n, base in zip(shares, counts, bases, strict=True)
        ]
    for now, base in zip(NOW, split(cases, list(NOW.values())), strict=True):
        cells = split(base, [BEST[now].get(ideal, 0.0) for ideal in IDEALS])
        made += [
            Figure(f"21.shift.{now}.{ideal}", float(n), "people", base)
            for ideal, n in zip(IDEALS, cells, strict=True)
        ]
    return made


def _within(total: int, bases: Sequence[int], rng: np.random.Generator) -> list[int]:
    """Return a total in parts of which none is larger than its base."""
    return [int(n) for n in rng.multivariate_hypergeometric(bases, total)]


def _views(counts: Mapping[str, int], rng: np.random.Generator) -> list[Figure]:
    """Return what people say: enablers, levers, factors and components, and a quotation."""
    cases = counts["case"]
    made = [Figure(f"22.enabler.{e}", float(rng.binomial(cases, p)), "people", cases)
            for e, p in ENABLERS.items()]  # fmt: skip
    for cohort, weights in LEVERS.items():
        base = cases if cohort == "all" else max(round(NEEDS[cohort] * cases), 1)
        parts = split(100, rng.dirichlet(80 * np.array(weights) / 100))
        made += [Figure(f"22.lever.{cohort}.{lever}", float(part), "%", base)
                 for lever, part in zip(_codes("lever"), parts, strict=True)]  # fmt: skip
    for at, code in enumerate(_codes("component")):
        for cohort in LEVERS:
            base = cases if cohort == "all" else max(round(NEEDS[cohort] * cases), 1)
            n = float(rng.binomial(base, 0.62 - 0.025 * at))
            made.append(Figure(f"23.prevalence.{cohort}.{code}", n, "people", base))
        score = round(float(np.clip(rng.normal(4.2 - 0.08 * at, 0.3), 1, 5)), 1)
        made.append(Figure(f"23.impact.{code}", score, "number", counts["practitioner"]))
        if code.startswith("M"):
            made += [_factor(who, code, at, counts[who], rng) for who in _codes("respondent")]
    role = str(rng.choice(list(QUOTES)))
    quoted = {role: QUOTES[role], **{who: str(rng.choice(said)) for who, said in WORDS.items()}}
    return [*made, *(Figure(f"22.quote.{who}.1", said, "text") for who, said in quoted.items())]


def _factor(who: str, code: str, at: int, asked: int, rng: np.random.Generator) -> Figure:
    likely = 0.66 - 0.04 * at + TILTS.get((who, code), 0.0)
    return Figure(f"22.factor.{who}.{code}", float(rng.binomial(asked, likely)), "people", asked)


def _plans(at: int, rng: np.random.Generator) -> list[Figure]:
    """Return what an area plans, what it is worth, and what it thought of the support."""
    themes = [t for t in _codes("theme") if rng.random() < 0.85]
    worth = round(float(rng.uniform(1.5, 6.0)), 1) * 1_000_000
    outcome = "More children have their needs met in their local school."
    return [
        *(Figure(f"23.theme.{t}", float(t in themes), "number") for t in _codes("theme")),
        *(Figure(f"23.principle.{t}.{p}", float(rng.random() < 0.9), "number")
          for t in themes for p in _codes("principle")),
        *(Figure(f"31.change.{c}", float(rng.random() < 0.4), "number") for c in _codes("change")),
        *(Figure(f"31.risk.{r}", float(rng.integers(2, 6)), "number") for r in _codes("risk")),
        Figure("32.growth_avoided", worth, "£", None, 0.6 * worth, 1.3 * worth,
               "2026-27 to 2030-31", outcome),
        *(Figure(f"40.grant.{c}", float(a), "£", outcome=outcome)
          for c, a in _grant(at).items()),
        *(Figure(f"40.satisfaction.{m}", round(float(rng.uniform(4.5, 4.9)), 1), "number", 12)
          for m in _codes("satisfaction")),
        *(Figure(f"00.training.{module}.{measure}", float(good), "people", 100)
          for (module, measure), good in TRAINING.items()),
    ]  # fmt: skip


def _grant(at: int) -> dict[str, int]:
    """Return an area's grant by category; two neighbours in the list differ, and even out."""
    moved = np.random.default_rng(at // 2).integers(-8, 9, len(GRANT_SHARES) - 1)
    moves = np.append(moved, -moved.sum()) * (1 if at % 2 else -1)
    shares = zip(GRANT_SHARES.items(), moves, strict=True)
    return {code: int(share + move) * GRANT // 1000 for (code, share), move in shares}


def _codes(kind: str) -> list[str]:
    known = reference.table("insight_catalogue")
    return list(known.loc[known["kind"].eq(kind), "code"])

"""Services, case reviews and surveys, as the workshops and forms of Module 2 would record them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit import reference
from toolkit.intake.fiction.flows import SHOWN_LAST
from toolkit.intake.fiction.surroundings import at_census, years
from toolkit.intake.fiction.world import World

# Name, referrals in 2024-25 per 100 plans, capacity over referrals (None: not known), outcome rate.
SERVICES = (
    ("Educational psychology advice", 16.0, None, 61),
    ("Speech and language therapy", 24.0, None, 66),
    ("Occupational therapy", 9.0, None, 64),
    ("Outreach from special schools", 10.7, 1.08, 72),
    ("Autism advisory team", 1.3, 0.75, 70),
    ("Early years inclusion team", 12.0, None, 78),
    ("Mainstream inclusion panel", 13.5, 0.94, 58),
    ("Emotional wellbeing in schools", 19.0, None, 55),
    ("Specialist teachers, sensory needs", None, None, 81),
    ("Parent advice service", 15.0, None, 74),
)
SERVICE_YEARS = (2022, 2023, 2024)
REFERRALS_GROW = 0.07
CASES = 67
CASE_RESULTS = (0.63, 0.07, 0.30)  # met and a plan right; met without need of a plan; not met
REASONS = (
    "missed_services",
    "partnership",
    "parental_choice",
    "provider_pressure",
    "provider_capacity",
    "decision_skills",
    "no_guarantee",
    "",
)
REASON_SHARES = np.array([0.40, 0.20, 0.10, 0.10, 0.05, 0.05, 0.05, 0.05])
IDEAL = {
    "nmiss": "state_special",
    "state_special": "rp_unit",
    "rp_unit": "mainstream",
    "mainstream": "mainstream",
    "other": "mainstream",
    "ap_hospital": "mainstream",
}
DISCIPLINES = (
    "SEND officer",
    "SENCO",
    "Educational psychologist",
    "Health",
    "Parent carer representative",
    "Social care",
    "Headteacher",
)
AGREEMENT = ("Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree")
RESPONDENTS = {"parent_carer": 127, "provider": 32, "cyp": 48, "practitioner": 61, "partner": 24}
LEANING = {  # share of each answer, from strongly disagree to strongly agree
    "needs_understood": (0.42, 0.30, 0.17, 0.08, 0.03),
    "needs_met": (0.45, 0.32, 0.12, 0.08, 0.03),
    "know_where_to_go": (0.40, 0.34, 0.12, 0.10, 0.04),
    "offer_simple": (0.38, 0.38, 0.14, 0.08, 0.02),
    "belong": (0.10, 0.18, 0.22, 0.33, 0.17),
    "listened_to": (0.14, 0.24, 0.24, 0.26, 0.12),
    "inclusion_skills": (0.12, 0.33, 0.25, 0.24, 0.06),
    "joined_up": (0.20, 0.36, 0.22, 0.18, 0.04),
    "joined_up_partner": (0.24, 0.34, 0.20, 0.18, 0.04),
}
NO_ANSWER = 0.03


def services(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Return the table `services`; demand or capacity that nobody knows is blank."""
    plans = len(at_census(world, SHOWN_LAST - 1))
    rows = []
    for begins in SERVICE_YEARS:
        growth = (1 + REFERRALS_GROW) ** (begins - SERVICE_YEARS[-1])
        for at, (name, per_100, room, outcome) in enumerate(SERVICES, 1):
            demand = None if per_100 is None else max(round(plans / 100 * per_100 * growth), 1)
            rows.append(_service(begins, at, name, demand, room, outcome, rng))
    made = pd.DataFrame(rows)
    whole = ["demand", "capacity", "expected_change_low", "expected_change_high", "waiting"]
    whole += ["conversion_rate", "conversion_base", "survey_base"]
    return made.astype(dict.fromkeys(whole, "Int64"))


def _service(
    begins: int, at: int, name: str, demand: int | None, room: float | None, outcome: int,
    rng: np.random.Generator,
) -> dict[str, object]:  # fmt: skip
    known = demand is not None
    size = demand or 1
    return {
        "financial_year": years(begins),
        "service_id": f"S{at}",
        "service": name,
        "demand": demand,
        "capacity": round(size * room) if room and known else None,
        "expected_change_low": -round(size * 0.06) if known else None,
        "expected_change_high": round(size * 0.11) if known else None,
        "waiting": round(size * float(rng.uniform(0.08, 0.30))) if known else None,
        "staffing": round(max(size / 55, 0.5), 1) if known else None,
        "outcome_rate": outcome + int(rng.integers(-3, 4)),
        "outcome_base": max(round(size * 0.6), 3),
        "conversion_rate": round(60 - outcome / 2) if known else None,
        "conversion_base": round(size * 0.45) if known else None,
        "survey_score": round(1.2 + outcome / 25, 1) if known else None,
        "survey_base": round(size * 0.2) if known else None,
    }


def case_reviews(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Return the table `case_reviews`: a sample of the plans of January 2025, reviewed."""
    placed = at_census(world, SHOWN_LAST - 1)
    cases = placed.sample(min(CASES, len(placed)), random_state=rng)
    number = len(cases)
    result = rng.choice(3, number, p=CASE_RESULTS)
    actual = cases["provision"].to_numpy()
    ideal = np.where(result == 0, actual, pd.Series(actual).map(IDEAL).fillna(pd.Series(actual)))
    reason = np.array(REASONS)[rng.choice(len(REASONS), number, p=REASON_SHARES)]
    age = world.stock.age[cases["person"]] + SHOWN_LAST - 1 - 2018
    groups = np.array(["0-4", "5-10", "11-15", "16-19", "20-25"])
    return pd.DataFrame(
        {
            "review_id": [f"CR{i:03d}" for i in range(1, number + 1)],
            "age_group": groups[np.searchsorted([5, 11, 16, 20], age, side="right")],
            "need": world.need_at(SHOWN_LAST - 1)[cases["person"]],
            "actual_provision": actual,
            "ideal_provision": ideal,
            "needs_met": (result < 2).astype(int),
            "ehcp_best": (result != 1).astype(int),
            "reason_code": np.where(result == 2, reason, ""),
            "roles_present": ["; ".join(_disciplines(rng)) for _ in range(number)],
        }
    )


def _disciplines(rng: np.random.Generator) -> list[str]:
    number = int(rng.integers(3, 6))
    chosen = rng.choice(len(DISCIPLINES), number, replace=False)
    return [DISCIPLINES[i] for i in sorted(chosen)]


def survey_responses(rng: np.random.Generator) -> pd.DataFrame:
    """Return the table `survey_responses`: statements, and providers' awareness of each service.

    Awareness runs from 1 (not aware of the service) to 5 (knows it, and finds it effective).
    """
    asked = reference.table("survey_questions")
    parts = []
    for question, group, scale in asked[["question", "respondent_group", "scale"]].to_numpy():
        number = RESPONDENTS[group]
        if scale == "agreement":
            parts.append(_answers(group, question, AGREEMENT, LEANING[question], number, rng))
        else:
            for at in range(1, len(SERVICES) + 1):
                shares = rng.dirichlet([2.0, 2.0, 1.5, 3.0, 2.5])
                parts.append(_answers(group, f"{question}.S{at}", "12345", shares, number, rng))
    return pd.concat(parts, ignore_index=True)


def _answers(
    group: str, question: str, scale: object, shares: object, number: int, rng: np.random.Generator
) -> pd.DataFrame:
    answers = np.array(list(scale))[rng.choice(5, number, p=shares)]  # type: ignore[call-overload]
    answers = np.where(rng.random(number) < NO_ANSWER, "", answers)
    prefix = {
        "parent_carer": "PC",
        "provider": "PR",
        "cyp": "CY",
        "practitioner": "PT",
        "partner": "PA",
    }
    return pd.DataFrame(
        {
            "respondent_id": [f"{prefix[group]}{i:03d}" for i in range(1, number + 1)],
            "question": question,
            "group": group,
            "response": answers,
            "weight": "",
        }
    )

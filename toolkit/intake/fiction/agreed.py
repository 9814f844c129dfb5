"""What service and finance have agreed: assumptions, planned changes, earlier forecasts, checks.

All of it is scaled to what the fictional area spends. One cohort of the early years is missing
from the forecast, one earlier forecast counted savings that were later taken back, and a few
postings of the ledger stand where they do not belong: planted, so that the notebooks can be
held against them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.intake.fiction.grant import LAST_OUTTURN
from toolkit.intake.fiction.surroundings import years

ASSUMPTIONS = (
    (
        *("inflation.place_funding", "Yearly rise of place funding", 0.0, 0.0, 2.0),
        *("% a year", "Place rates, unchanged in recent years"),
    ),
    (
        *("inflation.top_up", "Yearly rise of top-ups for the same support", 3.0, 2.0, 5.0),
        *("% a year", "Pay awards of school staff"),
    ),
    (
        *("inflation.fee", "Yearly rise of fees of independent placements", 5.0, 3.5, 7.0),
        *("% a year", "Contract register, last three years"),
    ),
    (
        *("inflation.therapy", "Yearly rise of therapies", 3.5, 2.0, 5.0),
        *("% a year", "Contracts with the community trust"),
    ),
    (
        *("income.hnb", "Yearly rise of the high needs block", 3.0, 1.0, 6.0),
        *("% a year", "Provisional allocation, and the national settlement after it"),
    ),
)
# Amounts as shares of the high needs block: choices, near what an English council has.
AMOUNTS = (
    ("reserves.general", "General reserves of the council", 0.55, "Statement of accounts"),
    ("dsg.schools_block", "Schools block of the latest year", 3.9, "Funding statement"),
)
# Levers: what is changed, for whom, low and high in %, start, ramp and delay in months, chance.
MITIGATIONS = (
    (
        *("early_help", "Support before a request: outreach in every primary school", "join"),
        *("4-10", "SLCN;SEMH", "", -14, -4, "2027-09-01", 24, 6, 70, 0.004, 0),
        "More children have their needs met early, without waiting for a plan",
    ),
    (
        *("rp_places", "More places in resourced provision near home", "move"),
        *("11-15", "ASD;SEMH;SLCN", "nmiss", -30, -10, "2028-09-01", 24, 0, 80, 0.006, 0),
        "More children go to a school near home, with their peers",
    ),
    (
        *("fees", "One framework for independent fees in the region", "unit_cost"),
        *("", "", "nmiss", -5, -2, "2027-04-01", 12, 3, 75, 0.0005, 1),
        "Every placement has agreed outcomes that are reviewed each year",
    ),
    (
        *("moving_on", "Supported internships and planning for adulthood from 14", "leave"),
        *("18-24", "", "post16", 4, 15, "2027-09-01", 36, 0, 60, 0.002, 0),
        "Young people move on to work or training when their outcomes are met",
    ),
)
# Matrix: setting, what could be better, low and high as shares of the setting's spend, people
# as a share of its plans, outcome, feasibility, enablers, workstream, the lever that carries it.
# Low, high and people are near what that lever does to a caseload of such an area.
OPPORTUNITIES = (
    (
        *("mainstream", "Support before a request, so that fewer plans are needed", 0.012, 0.04),
        *(0.02, "More children have their needs met early, without waiting for a plan", 4, "some"),
        "Improved relationships with parents and carers;Right capacity in key services",
        *("Early help in schools", "early_help"),
    ),
    (
        *("mainstream", "Top-ups that follow the child's need", 0.01, 0.02),
        *(0.03, "Support changes when the child's needs change", 3, "weak"),
        *("Enhanced digital and data usage", "Funding that fits", ""),
    ),
    (
        *("units", "Places in units instead of placements far from home", 0.12, 0.35),
        *(0.10, "Children go to school near home, with their peers", 3, "some"),
        "Aligned system vision;Right capacity in key services",
        *("Provision near home", "rp_places"),
    ),
    (
        *("specialist", "Independent fees agreed with other authorities", 0.008, 0.021),
        *(0.13, "Every placement has agreed outcomes that are reviewed each year", 4, "strong"),
        *("Aligned system vision;Enhanced digital and data usage", "Commissioning", "fees"),
    ),
    (
        *("reviews", "Reviews that plan for adulthood from 14", 0.0015, 0.004),
        *(0.008, "Young people move on to work or training when outcomes are met", 3, "some"),
        "Performance culture and behavioural change;Right capacity in key services",
        *("Preparing for adulthood", "moving_on"),
    ),
)
SETTINGS = {  # as in the reference table opportunity_settings
    "mainstream": ("mainstream", "early_years"),
    "units": ("rp_unit",),
    "specialist": ("state_special", "nmiss", "ap_hospital"),
    "reviews": (
        "mainstream",
        "early_years",
        "rp_unit",
        "state_special",
        "nmiss",
        "ap_hospital",
        "post16",
        "other",
        "unknown",
    ),
}
VERSIONS = {"2024_autumn": ("2024-10-15", 0.86), "2025_autumn": ("2025-10-14", 1.0)}
MADE_IN = {"2024_autumn": 2024, "2025_autumn": 2025}
SAVINGS = {"2024_autumn": 0.030, "2025_autumn": 0.012}  # of spend, a year, growing with the years
HORIZON = 5
PUPILS_A_PLAN = 14.5  # pupils for each plan that is paid for
PLANS_GROWTH = 0.05  # a year, in the later forecast
CHECKS = (
    ("place_funding", "amber", "Place return compared with the funding statement",
     "Reconcile the places of two new academies", "Finance business partner"),
    ("recoupment", "green", "Deductions agreed with the funding statement", "", ""),
    ("block_transfer", "green", "Minutes of the Schools Forum, January 2025", "", ""),
    ("capital", "red", "One item of building work found in a revenue line",
     "Move it to capital before the accounts close", "Finance business partner"),
)  # fmt: skip
# A posting in the wrong place: line, nature, share of the line's spend, text.
MISPOSTED = (
    ("1.2.3", "transport", 0.004, "Taxis, spring term"),
    ("1.2.5", "capital", 0.060, "Conversion of a sensory room"),
    ("1.2.1", "reserve", 0.010, "Transfer to earmarked reserve"),
)
TERMS = ("summer term", "autumn term", "spring term")


def agreed_tables(
    lines: pd.DataFrame, position: pd.DataFrame, paid: pd.DataFrame, rng: np.random.Generator
) -> dict[str, pd.DataFrame]:
    """Return the tables that people agree, by name.

    Args:
        lines: The table `spend_lines`.
        position: The table `dsg_position`.
        paid: Costs of placements: `year`, `provision`, `person` and the amounts.
        rng: The source of chance.
    """
    latest = paid[paid["year"].eq(LAST_OUTTURN)]
    spend = latest[["place_funding", "top_up", "fee", "therapy"]].sum(axis=1)
    by_provision = spend.groupby(latest["provision"]).sum()
    people = latest.groupby("provision")["person"].nunique()
    plans = int(latest["person"].nunique())
    return {
        "assumptions": _assumptions(float(position["hnb_before_deductions"].max())),
        "mitigations": _mitigations(float(spend.sum())),
        "opportunities": _opportunities(by_provision, people),
        "forecast_versions": _versions(position, float(spend.sum()), plans),
        "pipeline": _pipeline(plans),
        "chain": _chain(plans),
        "accounting_checks": _checks(),
        "accounting_reviews": _reviews(),
        "sign_offs": _sign_offs(),
        "ledger_postings": postings(lines, rng),
    }


def _assumptions(block: float) -> pd.DataFrame:
    """Return the table `assumptions`; amounts follow the high needs block."""
    columns = ["assumption_id", "meaning", "value", "low", "high", "unit", "source"]
    amounts = [
        (name, meaning, round(share * block, -3), "", "", "£", source)
        for name, meaning, share, source in AMOUNTS
    ]
    rows = [dict(zip(columns, row, strict=True)) for row in (*ASSUMPTIONS, *amounts)]
    return pd.DataFrame(rows).assign(agreed_by="SEND and finance steering group")


def _mitigations(spend: float) -> pd.DataFrame:
    columns = [
        *("mitigation_id", "meaning", "flow", "ages", "needs", "provisions", "low", "high"),
        *("start", "ramp_months", "delay_months", "probability", "cost", "cashable", "outcome"),
    ]
    made = pd.DataFrame([dict(zip(columns, row, strict=True)) for row in MITIGATIONS])
    return made.assign(cost=(made["cost"] * spend).round(-3).astype(int))


def _opportunities(by_provision: pd.Series[float], people: pd.Series[int]) -> pd.DataFrame:
    rows = []
    for at, row in enumerate(OPPORTUNITIES, 1):
        setting, what, low, high, reached, outcome, feasible, grade, enablers, stream, lever = row
        provisions = [p for p in SETTINGS[setting] if p in by_provision.index]
        base = float(by_provision[provisions].sum())
        volume = max(1, round(reached * int(people[provisions].sum())))
        rows.append(
            {
                "opportunity_id": f"{setting}.{at}",
                "setting": setting,
                "area_of_opportunity": what,
                "low": round(low * base, -3),
                "high": round(high * base, -3),
                "base_spend": round(base),
                "volume": volume,
                "unit_value": round((low + high) / 2 * base / volume, -1),
                "ramp_months": 24,
                "outcome": outcome,
                "feasibility": feasible,
                "evidence_ids": "10.growth.plans",
                "evidence_grade": grade,
                "enablers": enablers,
                "workstream": stream,
                "mitigation_id": lever,
            }
        )
    made = pd.DataFrame(rows)
    return made.astype({"low": int, "high": int, "unit_value": int})


def _versions(position: pd.DataFrame, spend: float, plans: int) -> pd.DataFrame:
    """Return two forecasts: the later one starts lower and takes savings back."""
    actual = position[position["basis"].ne("budget")].set_index("financial_year")
    rows = []
    for version, (made_on, pace) in VERSIONS.items():
        begins = MADE_IN[version]
        for scenario in ("unmitigated", "mitigated"):
            carried = float(actual["carried_forward"][years(begins - 1)])
            in_year = float(actual["in_year_balance"][years(begins - 1)])
            grown = 1 + pace * PLANS_GROWTH
            for ahead in range(1, HORIZON + 1):
                saved = SAVINGS[version] * ahead * spend if scenario == "mitigated" else 0.0
                gap = in_year - pace * 0.018 * ahead * spend + saved
                carried += gap
                rows.append(
                    {
                        "version": version,
                        "made_on": made_on,
                        "scenario": scenario,
                        "financial_year": years(begins - 1 + ahead),
                        "plans": round(plans * grown ** (begins - LAST_OUTTURN + ahead)),
                        "in_year_balance": round(gap),
                        "carried_forward": round(carried),
                        "savings": round(saved),
                    }
                )
    return pd.DataFrame(rows)


def _pipeline(plans: int) -> pd.DataFrame:
    early = max(6, round(0.04 * plans))
    moving = max(6, round(0.02 * plans))
    return pd.DataFrame(
        [
            ("early_years_2027", "Children in early years who are due a special school place",
             2027, "state_special", early, 0, "Early years panel, September 2026"),
            ("post16_2027", "Young people in year 11 who are due a college place",
             2027, "post16", moving, 1, "Transition list, year 11"),
        ],
        columns=["cohort_id", "meaning", "entry_year", "provision_group", "people",
                 "in_forecast", "source"],
    )  # fmt: skip


def _chain(plans: int) -> pd.DataFrame:
    """Return the four links as they are and will be; one is still unknown.

    They are near what the table `pupils` of an area with so many plans holds.
    """
    now, later = years(2025), years(2028)
    pupils = round(PUPILS_A_PLAN * plans, -2)
    current = {"total_pupils": pupils, "sen_support_rate": 13.4, "ehcp_rate": 38.0,
               "mainstream_rate": 55.0}  # fmt: skip
    future = {"total_pupils": round(0.97 * pupils, -2), "sen_support_rate": 14.4, "ehcp_rate": 37.0}
    sources = {"current": "School census and SEN2 return", "future": "Pupil forecast, 2026"}
    rows = [
        (year, view, name, value, sources[view])
        for year, view, values in ((now, "current", current), (later, "future", future))
        for name, value in values.items()
    ]
    columns = ["academic_year", "view", "component", "value", "source"]
    return pd.DataFrame(rows, columns=columns)


def _checks() -> pd.DataFrame:
    columns = ["check_id", "rating", "evidence", "action", "owner"]
    made = pd.DataFrame(CHECKS, columns=columns)
    return made.assign(reviewer="External accountancy reviewer", reviewed_on="2025-11-05")


def _reviews() -> pd.DataFrame:
    return pd.DataFrame(
        [
            ("1", "2025-11-05", "External accountancy reviewer", 4, "Four checks rated, one red"),
            ("2", "2025-11-19", "External accountancy reviewer", 4, "Actions of the first agreed"),
        ],
        columns=["review_id", "held_on", "organisation", "hours", "outcome"],
    )


def _sign_offs() -> pd.DataFrame:
    return pd.DataFrame(
        [("module_1", "dcs", "agreed", "2026-02-24", ""),
         ("module_1", "section_151", "agreed_with_changes", "2026-02-26",
          "Show the reserves beside the deficit")],
        columns=["module", "role", "decision", "signed_on", "note"],
    )  # fmt: skip


def postings(lines: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return three postings a high needs line of the last outturn, and those planted wrongly.

    The postings of a line add up to its net spend, the planted ones included.
    """
    year = years(LAST_OUTTURN)
    rows = lines[lines["financial_year"].eq(year) & lines["basis"].eq("outturn")]
    rows = rows[rows["line"].str.startswith(("1.0.2", "1.2."))]
    made = []
    for line, net in zip(rows["line"], rows["net"], strict=True):
        wrong = [
            (line, round(share * net), nature, text)
            for at, nature, share, text in MISPOSTED
            if at == line
        ]
        left = int(net) - sum(amount for _, amount, _, _ in wrong)
        parts = [round(left * share) for share in rng.dirichlet((20, 20, 20))[:2]]
        amounts = [*parts, left - sum(parts)]
        nature = "place_funding" if line == "1.0.2" else "revenue"
        usual = [
            (line, amount, nature, f"Payments, {term}")
            for amount, term in zip(amounts, TERMS, strict=True)
        ]
        made += [*usual, *wrong]
    table = pd.DataFrame(made, columns=["line", "amount", "nature", "description"])
    table.insert(0, "posting_id", [f"J{1000 + at}" for at in range(len(table))])
    table.insert(0, "financial_year", year)
    return table

"""The ledger: Section 251 lines, the Dedicated Schools Grant, and what does not reconcile.

Lines that are linked to plans are the sums of the placements' costs and an amount that no
placement explains, which `unreconciled` gives: it is planted, so that a reconciliation can be
held against it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.intake.fiction.costs import YEARS
from toolkit.intake.fiction.grant import HNB_LINES, LAST_OUTTURN, positions
from toolkit.intake.fiction.surroundings import years

Texts = npt.NDArray[np.object_]
PHASES = ("early_years", "primary", "secondary", "special", "ap_pru", "post_school")

# Share of a line that no placement explains, and why.
UNEXPLAINED = {
    "1.0.2": (0.020, "Places that were commissioned and not filled"),
    "1.2.1": (0.018, "Top-up for pupils without a plan"),
    "1.2.2": (-0.004, "Top-up agreed and not yet paid at year end"),
    "1.2.3": (0.024, "Invoices not matched to a person"),
    "recoupment": (0.025, "Places at academies and colleges that were not filled"),
    "2.1.4": (0.040, "Passenger assistants and contracts of vehicles, not recorded by person"),
    "2.1.6": (0.040, "Contracts of vehicles, not recorded by person"),
    "2.1.7": (0.040, "Contracts of vehicles, not recorded by person"),
}
SPREAD = 0.25  # sd of those shares from year to year, of themselves
# Lines that are not linked to plans: share of the linked spend of 2018-19, and growth a year.
OTHER_LINES = {
    "1.2.4": (0.020, 0.03), "1.2.5": (0.045, 0.035), "1.2.6": (0.008, 0.03),
    "1.2.7": (0.040, 0.06), "1.2.8": (0.025, 0.03), "1.2.13": (0.012, 0.04),
    "2.1.1": (0.020, 0.035), "2.1.2": (0.035, 0.075),
}  # fmt: skip
INCOME = {"1.2.1": 0.006, "1.2.3": 0.010, "1.2.5": 0.05, "2.1.1": 0.12}  # of gross: a choice
BUDGETED = (0.93, 0.97)  # of what linked lines came to: budgets are set too low
TRANSPORT = {"2.1.4": (0, 15), "2.1.6": (16, 18), "2.1.7": (19, 26)}


@dataclass(frozen=True)
class Ledger:
    """Tables of the schedule, and the planted differences.

    Attributes:
        spend_lines: One row a line, year and basis.
        dsg_position: One row a year and basis; the arithmetic is exact.
        unreconciled: financial_year, line ("recoupment" for the deduction), amount, why.
    """

    spend_lines: pd.DataFrame
    dsg_position: pd.DataFrame
    unreconciled: pd.DataFrame


def ledger(costs: pd.DataFrame, rng: np.random.Generator) -> Ledger:
    """Return the ledger that goes with the costs of placements."""
    explained = _explained(costs)
    unreconciled = _unreconciled(explained, rng)
    actual = pd.concat([_with_unexplained(explained, unreconciled), _others(explained)])
    actual = _finished(actual.reset_index(drop=True))
    recoupment = _recoupment(explained, unreconciled)
    budget = _budget(actual, rng)
    lines = pd.concat([actual[actual["line"].ne("recoupment")], budget], ignore_index=True)
    lines = lines.sort_values(["financial_year", "basis", "line"], ignore_index=True)
    position = positions(lines, recoupment, rng)
    planted = unreconciled.assign(year=unreconciled["year"].map(years))
    return Ledger(lines, position, planted.rename(columns={"year": "financial_year"}))


def _explained(costs: pd.DataFrame) -> pd.DataFrame:
    """Return year, line, phase column and amount that the placements explain."""
    column = costs["ees_column"]
    maintained = column.str.contains("la_maintained")
    college = column.isin(["general_fe_tertiary_colleges"])
    state = maintained | column.str.contains("academy|free_school") | college
    fee_line = np.where(costs["sen_setting"].eq("OPA"), "1.2.11", "1.2.3").astype(object)
    top_line = np.where(maintained, "1.2.1", np.where(state, "1.2.2", "1.2.3")).astype(object)
    place_line = np.where(maintained, "1.0.2", "recoupment").astype(object)
    phase = _phase(costs)
    parts = [
        _lines(costs, place_line, phase, "place_funding"),
        _lines(costs, top_line, phase, "top_up"),
        _lines(costs, fee_line, phase, "fee"),
        _lines(costs, np.full(len(costs), "1.2.3", dtype=object), phase, "therapy"),
    ]
    for line, (youngest, oldest) in TRANSPORT.items():
        rows = costs[costs["age"].between(youngest, oldest)]
        parts.append(
            _lines(
                rows,
                np.full(len(rows), line, dtype=object),
                np.full(len(rows), "", dtype=object),
                "transport",
            )
        )
    together = pd.concat(parts, ignore_index=True)
    return together.groupby(["year", "line", "phase"])["amount"].sum().reset_index()


def _lines(costs: pd.DataFrame, line: Texts, phase: Texts, column: str) -> pd.DataFrame:
    made = pd.DataFrame(
        {
            "year": costs["year"].to_numpy(),
            "line": line,
            "phase": phase,
            "amount": costs[column].to_numpy(),
        }
    )
    kept: pd.DataFrame = made[made["amount"].gt(0)]
    return kept


def _phase(costs: pd.DataFrame) -> Texts:
    """Return the Section 251 phase column of each placement."""
    by_provision = {
        "state_special": "special", "nmiss": "special", "ap_hospital": "ap_pru",
        "post16": "post_school", "early_years": "early_years",
    }  # fmt: skip
    age = costs["age"].to_numpy()
    by_age = np.where(age < 11, "primary", np.where(age < 19, "secondary", "post_school"))
    at_school = costs["provision"].isin(["mainstream", "rp_unit"]).to_numpy()
    schooled = np.where(at_school, costs["phase"].to_numpy(dtype=object), by_age)
    fixed = costs["provision"].map(by_provision).to_numpy(dtype=object)
    return np.where(costs["provision"].isin(list(by_provision)).to_numpy(), fixed, schooled)


def _unreconciled(explained: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the planted differences: year, line, amount in whole pounds, why."""
    totals = explained.groupby(["year", "line"], as_index=False)["amount"].sum()
    rows = totals[totals["line"].isin(list(UNEXPLAINED))].reset_index(drop=True)
    share = rows["line"].map({line: share for line, (share, _) in UNEXPLAINED.items()})
    varied = rows["amount"] * share * np.exp(rng.normal(0, SPREAD, len(rows)))
    why = rows["line"].map({line: why for line, (_, why) in UNEXPLAINED.items()})
    made: pd.DataFrame = rows.assign(amount=varied.round().astype("int64"), why=why)
    return made


def _with_unexplained(explained: pd.DataFrame, unreconciled: pd.DataFrame) -> pd.DataFrame:
    """Return linked lines, wide by phase; the planted amount stands in the largest phase."""
    largest = explained.sort_values("amount", kind="stable").drop_duplicates(
        ["year", "line"], keep="last"
    )
    planted = unreconciled.merge(largest[["year", "line", "phase"]], on=["year", "line"])
    both = pd.concat([explained, planted[["year", "line", "phase", "amount"]]])
    wide = both.pivot_table(
        index=["year", "line"], columns="phase", values="amount", aggfunc="sum", fill_value=0
    )
    wide = wide.reset_index()
    made = wide[["year", "line"]].copy()
    for phase in PHASES:
        made[phase] = wide.get(phase, 0)
    made["gross"] = wide.drop(columns=["year", "line"]).sum(axis=1)
    outside = made["line"].isin(list(TRANSPORT))
    made[list(PHASES)] = made[list(PHASES)].astype("Int64").mask(outside)
    return made[made["line"].ne("recoupment")]


def _others(explained: pd.DataFrame) -> pd.DataFrame:
    """Return the lines that pay for services, with and without plans."""
    hnb = explained[explained["line"].isin(HNB_LINES) & explained["year"].eq(YEARS[0])]
    base = float(hnb["amount"].sum())
    rows = [
        {"year": y, "line": line, "gross": round(base * share * (1 + growth) ** (y - YEARS[0]))}
        for line, (share, growth) in OTHER_LINES.items()
        for y in YEARS
    ]
    return pd.DataFrame(rows)


def _finished(lines: pd.DataFrame) -> pd.DataFrame:
    """Return the lines with year, basis, income and net."""
    share = lines["line"].map(INCOME).fillna(0.0)
    income = (lines["gross"] * share).round().astype("int64")
    basis = np.where(lines["year"] > LAST_OUTTURN, "forecast", "outturn")
    made = pd.DataFrame(
        {"financial_year": lines["year"].map(years), "basis": basis, "line": lines["line"]}
    )
    for phase in PHASES:
        made[phase] = lines[phase].astype("Int64")
    gross = lines["gross"].astype("int64")
    return made.assign(gross=gross, income=income, net=gross - income)


def _budget(actual: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the budget of each line: what it came to, less what had not been foreseen."""
    linked = actual["line"].isin(["1.2.1", "1.2.2", "1.2.3", *TRANSPORT])
    short = np.where(linked, rng.uniform(*BUDGETED, len(actual)), 1.0)
    made = actual.assign(basis="budget", income=(actual["income"] * short).round().astype("int64"))
    for phase in PHASES:
        made[phase] = (actual[phase].astype("Float64") * short).round().astype("Int64")
    summed = made[list(PHASES)].sum(axis=1, min_count=1)
    gross = summed.fillna((actual["gross"] * short).round()).astype("int64")
    return made.assign(gross=gross, net=gross - made["income"])


def _recoupment(explained: pd.DataFrame, unreconciled: pd.DataFrame) -> dict[int, int]:
    """Return deductions for places at academies and colleges, by year."""
    parts = [f[f["line"].eq("recoupment")][["year", "amount"]] for f in (explained, unreconciled)]
    sums = pd.concat(parts).groupby("year")["amount"].sum()
    return {y: int(sums.get(y, 0)) for y in YEARS}

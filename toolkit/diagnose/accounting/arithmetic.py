"""The arithmetic of the accounts: balances that add up and carry over, signs, lines, and ties."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from toolkit.aggregate import Aggregate
from toolkit.diagnose import years
from toolkit.diagnose.accounting.hits import ASK, BASES, WRONG, Hit

POUND = 1.0  # what rounding to whole pounds may leave in a sum of four
LINE = 2.0  # the same in gross - income = net
PHASES = ("early_years", "primary", "secondary", "special", "ap_pru", "post_school")
TIES = (1_000.0, 0.001)  # £, and share of the block: below both, rounding of a return in £000
NEVER_NEGATIVE = {
    "hnb_before_deductions": "The block is negative",
    "recoupment": "The deduction is negative: it should be a positive amount",
    "write_off": "The write-off is negative: it should be a positive amount",
}


def balances(dsg: pd.DataFrame) -> list[Hit]:
    """Return hits on the DSG's balances: sums, signs, and what one year hands to the next.

    A balance of the right size with the wrong sign is a hit of `signs`, any other that does not
    add up one of `deficit_arithmetic`. A year that opens with what the year before should have
    closed with is right, even where the closing that was entered is wrong.

    Args:
        dsg: Table `dsg_position`.
    """
    money = ["brought_forward", "in_year_balance", "carried_forward", "write_off"]
    rows = dsg.assign(**{c: dsg[c].fillna(0.0) for c in money})
    made: list[Hit] = []
    for row in rows.to_dict("records"):
        year, where = int(row["financial_year"]), BASES[str(row["basis"])]
        for column, said in NEVER_NEGATIVE.items():
            if pd.notna(row[column]) and row[column] < 0:
                made.append(Hit("signs", year, where, float(row[column]), WRONG, said))
        opened, own, closed, off = (float(row[c]) for c in money)
        made += _sum(year, where, opened, own, closed, abs(off))
    return made + _handed_on(rows)


def _sum(year: int, where: str, opened: float, own: float, closed: float, off: float) -> list[Hit]:
    gap = closed - (opened + own + off)
    if abs(gap) <= POUND:
        return []
    flipped = {  # what the gap would be, were one of the three the other way round
        "The in-year balance has the wrong sign": closed - (opened - own + off),
        "The balance carried forward has the wrong sign": -closed - (opened + own + off),
        OPENED_FLIPPED: closed - (-opened + own + off),
    }
    for said, left in flipped.items():
        if abs(left) <= POUND:
            return [Hit("signs", year, where, gap, WRONG, said)]
    said = "Brought forward, in-year balance and write-off do not add up to carried forward"
    return [Hit("deficit_arithmetic", year, where, gap, WRONG, said)]


def _handed_on(rows: pd.DataFrame) -> list[Hit]:
    """Return a hit for each year that opens with something else than the year before closed with.

    A year is its outturn, or its forecast where there is none yet. Budgets open with an estimate.
    """
    actual = rows[rows["basis"].isin(["outturn", "forecast"])]
    actual = actual.sort_values(["financial_year", "basis"], ascending=[True, False])
    actual = actual.drop_duplicates("financial_year")
    made = []
    for before, after in itertools.pairwise(actual.to_dict("records")):
        year = int(after["financial_year"])
        if years.start_of(year) != years.start_of(int(before["financial_year"])) + 1:
            continue
        closed = float(before["carried_forward"])
        due = sum(float(before[c]) for c in ("brought_forward", "in_year_balance"))
        due += abs(float(before["write_off"]))
        opened = float(after["brought_forward"])
        if min(abs(opened - closed), abs(opened - due)) <= POUND or _opens_flipped(after):
            continue
        is_sign = min(abs(opened + closed), abs(opened + due)) <= POUND
        check, said = (
            ("signs", OPENED_FLIPPED) if is_sign else ("brought_forward", OPENED_ELSEWHERE)
        )
        made.append(Hit(check, year, BASES[str(after["basis"])], opened - closed, WRONG, said))
    return made


OPENED_FLIPPED = "The balance brought forward has the wrong sign"
OPENED_ELSEWHERE = "The year opens with something else than the year before closed with"


def _opens_flipped(row: Mapping[Hashable, Any]) -> bool:
    """Return whether `_sum` has said already that a year's opening has the wrong sign."""
    names = ("brought_forward", "in_year_balance", "carried_forward", "write_off")
    opened, own, closed, off = (float(row[c]) for c in names)
    found = _sum(int(row["financial_year"]), "", opened, own, closed, abs(off))
    return any(hit.said == OPENED_FLIPPED for hit in found)


def ties(block: Aggregate, basis: str) -> list[Hit]:
    """Return hits where the block's income less its spend does not give the DSG's balance.

    Args:
        block: As `dsg.high_needs` returns it.
        basis: Its basis.
    """
    made = []
    for row in block.frame.to_dict("records"):
        year, gap = int(row["financial_year"]), float(row["unreconciled"])
        allowed = max(TIES[0], TIES[1] * abs(float(row["before_deductions"])))
        if abs(gap) <= allowed:
            continue
        entered = float(row["dsg_in_year"])
        if abs(2 * entered - gap) <= allowed:  # the other way round it would tie
            said = "The in-year balance has the wrong sign"
            made.append(Hit("signs", year, BASES[basis], gap, WRONG, said))
        else:
            said = "The block's income less its spend is not the DSG's in-year balance"
            made.append(Hit("block_ties", year, BASES[basis], gap, ASK, said))
    return made


def lines(spend: pd.DataFrame) -> list[Hit]:
    """Return hits on the lines: signs, gross less income, and the phases of a line.

    Args:
        spend: Table `spend_lines`.
    """
    made: list[Hit] = []
    for row in spend.to_dict("records"):
        year = int(row["financial_year"])
        where = f"{row['line']}, {BASES[str(row['basis'])].lower()}"
        gross, income = float(row["gross"]), _or_nought(row["income"])
        if gross < 0:
            made.append(Hit("signs", year, where, gross, ASK, "Gross spend is negative"))
        if income < 0:
            said = "Income is negative: it should be a positive amount"
            made.append(Hit("signs", year, where, income, WRONG, said))
        made += _net(row, year, where, gross, abs(income)) + _phases(row, year, where, gross)
    return made + _opposite(spend)


def _or_nought(value: Any) -> float:
    return 0.0 if pd.isna(value) else float(value)


def _net(
    row: Mapping[Hashable, Any], year: int, where: str, gross: float, income: float
) -> list[Hit]:
    if pd.isna(row["net"]):
        return []
    gap = float(row["net"]) - (gross - income)
    if abs(gap) <= LINE:
        return []
    if abs(float(row["net"]) - (gross + income)) <= LINE:
        return [Hit("signs", year, where, gap, WRONG, "Income was added to spend, not taken off")]
    return [Hit("line_arithmetic", year, where, gap, WRONG, "Net is not gross less income")]


def _phases(row: Mapping[Hashable, Any], year: int, where: str, gross: float) -> list[Hit]:
    given = [float(row[phase]) for phase in PHASES if pd.notna(row[phase])]
    gap = gross - sum(given)
    if not given or abs(gap) <= len(PHASES) * POUND:
        return []
    return [Hit("line_arithmetic", year, where, gap, WRONG, "The phases do not add up to gross")]


def _opposite(spend: pd.DataFrame) -> list[Hit]:
    """Return a hit for each line whose budget and outturn have opposite signs."""
    net = spend["net"].fillna(spend["gross"] - spend["income"].fillna(0))
    wide = spend.assign(net=net).pivot_table(
        index=["financial_year", "line"], columns="basis", values="net", aggfunc="sum"
    )
    if not {"budget", "outturn"} <= set(wide.columns):
        return []
    against = wide[wide["budget"] * wide["outturn"] < 0].reset_index()
    said = "Budget and outturn have opposite signs"
    return [
        Hit("signs", int(r["financial_year"]), str(r["line"]), float(r["outturn"]), WRONG, said)
        for r in against.to_dict("records")
    ]

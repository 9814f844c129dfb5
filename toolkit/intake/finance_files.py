"""Published finance: DSG allocations, Section 251, high needs benchmarking, DSG balances.

Every amount is in £. Basis and year stand in every row: an allocation is funding, a budget is
a plan, and only outturn is spend.
"""

from __future__ import annotations

import re

import pandas as pd

from toolkit.intake.loaded import Loaded, Problem
from toolkit.intake.published_csv import Sheet
from toolkit.intake.published_reader import (
    Reader,
    financial_year,
    gives,
    loaded,
    numbers,
    rows_of,
    unread,
    without,
)
from toolkit.reference.areas import ENGLAND, codes_by_name, level_of, plain_name

ALLOCATIONS = ("high_needs_block", "high_needs_block_after_deductions", "total_dsg")
SOMETIMES = ("schools_block",)  # not every extract has it
PHASES = {  # our column -> heading of the Section 251 files
    "early_years": "early_years_establishments",
    "primary": "primary_schools",
    "secondary": "secondary_schools",
    "special": "sen_and_special_schools",
    "ap_pru": "pupil_referral_units_and_alt_provision",
    "post_school": "post_16",
}
LINE = r"^\s*(\d+\.\d+\.\d+[a-z]?)(?=\D|$)"  # "1.2.3 Top-up ...": never matched on the words

# Older outturn is in £m. In £m the largest amount of all, England's schools budget, is some
# 60,000; in £ even the smallest LA's grant is above a million. So a year whose largest amount
# is below one million is in £m.
MILLIONS_BELOW = 1_000_000
BALANCE = "dsg cumulative balance as a % of the total income"


def read_allocations(sheet: Sheet) -> Loaded:
    """Return `dsg_allocations`: financial_year, code, name and the amounts in £."""
    rows, problems, read = rows_of(sheet)
    is_england = rows["la_code"].str.upper() == "ENGLAND"
    frame = pd.DataFrame(
        {
            "financial_year": financial_year(rows["financial_year"]),
            "code": rows["la_code"].str.zfill(3).mask(is_england, ENGLAND),
            "name": rows["la_name"].mask(is_england, "England"),
        }
    )
    for column in (*ALLOCATIONS, *(c for c in SOMETIMES if c in rows)):
        frame[column] = numbers(rows[column])
        problems += unread(sheet, rows[column], frame[column], column)
    frame, more = _known(sheet, frame, ["financial_year", "code"])
    return loaded(sheet, {"dsg_allocations": frame}, problems + more, read, len(frame))


def read_section251(sheet: Sheet) -> Loaded:
    """Return `section251`: one row a line, year, basis and area, amounts in £.

    Columns: financial_year, basis (budget or outturn), code, level, line, label, the phases,
    gross, income (positive), net. Rows that are totals, without a line number, are set aside.
    """
    rows, problems, read = rows_of(sheet)
    budget = "category_of_planned_expenditure" in rows
    kind = "planned_expenditure" if budget else "expenditure"
    label = rows[f"category_of_{kind}"]
    frame = _section251_keys(rows, label, "budget" if budget else "outturn")
    amounts = {**PHASES, "gross": f"gross_{kind}", "income": "income", "net": f"net_{kind}"}
    for column, heading in amounts.items():
        values = rows[heading] if heading in rows else pd.Series("", index=rows.index)
        frame[column] = numbers(values)
        problems += unread(sheet, values, frame[column], heading)
    frame = frame[frame["line"].notna()]
    frame, more = _known(sheet, frame, ["financial_year", "basis", "code", "line"])
    frame, scaled = _in_pounds(sheet, frame, list(amounts))
    frame = _positive_income(frame)
    return loaded(sheet, {"section251": frame}, problems + more + scaled, read, len(frame))


def _section251_keys(rows: pd.DataFrame, label: pd.Series, basis: str) -> pd.DataFrame:
    england = rows["geographic_level"].str.lower() == "national"
    region = rows["geographic_level"].str.lower() == "regional"
    code = rows["old_la_code"].str.replace(r"\.0$", "", regex=True).str.zfill(3)
    code = code.mask(england, ENGLAND).mask(region, rows["region_code"])
    return pd.DataFrame(
        {
            "financial_year": financial_year(rows["time_period"]),
            "basis": basis,
            "code": code,
            "level": code.map(level_of),
            "line": label.str.extract(LINE, expand=False),
            "label": label.str.replace(LINE, "", regex=True).str.strip(),
        }
    )


def _in_pounds(
    sheet: Sheet, frame: pd.DataFrame, amounts: list[str]
) -> tuple[pd.DataFrame, list[Problem]]:
    """Return amounts in £, and a note that names the years that were in £m."""
    largest = frame[amounts].abs().max(axis=1).groupby(frame["financial_year"]).transform("max")
    in_millions = largest < MILLIONS_BELOW
    if not in_millions.any():
        return frame, []
    factor = in_millions.map({True: 1e6, False: 1.0})
    years = ", ".join(str(y) for y in sorted(frame.loc[in_millions, "financial_year"].unique()))
    note = Problem(
        code="published.millions",
        severity="note",
        message=f"The amounts of {years} are in £ million; they were multiplied by 1,000,000.",
        remedy="Nothing to do. They are exact to the rounding of the file.",
        table="section251",
        file=sheet.file,
        sheet=sheet.member,
    )
    return frame.assign(**frame[amounts].mul(factor, axis=0)), [note]


def _positive_income(frame: pd.DataFrame) -> pd.DataFrame:
    """Return income as a positive amount, also where a release gives it as negative."""
    flip = (frame["income"] < 0) & ((frame["gross"] + frame["income"] - frame["net"]).abs() < 1)
    return frame.assign(income=frame["income"].mask(flip, -frame["income"]))


def read_benchmarking(sheet: Sheet) -> Loaded:
    """Return `high_needs_benchmarking`, and from it `population_2_18`.

    The first has financial_year, code, name, row_note and the file's figures as floats. The
    second has year (mid-year), code, name, persons and source; a row for an authority that no
    longer existed has no persons and is left out.
    """
    rows, problems, read = rows_of(sheet)
    keys = {"financial_year", "region", "old_la_code", "la_name", "row_note"}
    figures = {c: numbers(rows[c]) for c in rows if c not in keys}
    for column, values in figures.items():
        problems += unread(sheet, rows[column], values, str(column))
    note = rows.get("row_note", "")
    frame = pd.DataFrame(
        {
            "financial_year": financial_year(rows["financial_year"]),
            "code": rows["old_la_code"].str.zfill(3),
            "name": rows["la_name"],
            "row_note": note,
            **figures,
        }
    )
    frame, more = _known(sheet, frame, ["financial_year", "code"])
    tables = {"high_needs_benchmarking": frame, "population_2_18": _population_2_18(frame)}
    return loaded(sheet, tables, problems + more, read, len(frame))


def _population_2_18(frame: pd.DataFrame) -> pd.DataFrame:
    column = next(c for c in frame if str(c).startswith("pop_2_18_mid"))
    people = frame[frame[column] > 0]
    return pd.DataFrame(
        {
            "year": int(str(column)[-4:]),
            "code": people["code"],
            "name": people["name"],
            "persons": people[column],
            "source": "DfE high needs benchmarking tool, ONS mid-year population aged 2 to 18",
        }
    )


def read_balances(sheet: Sheet) -> Loaded:
    """Return `dsg_balance`: financial_year, level, code, name, balance_pct (deficit negative).

    The file has names and no codes; a name that is not known is set aside and named.
    """
    rows, problems, read = rows_of(sheet)
    england = rows["geographic_level"].str.lower() == "national"
    region = rows["geographic_level"].str.lower() == "regional"
    name = rows["la_name"].mask(england, "England").mask(region, rows["region_name"])
    code = name.map(plain_name).map(codes_by_name()).fillna("")
    frame = pd.DataFrame(
        {
            "financial_year": financial_year(rows["time_period"]),
            "level": code.map(level_of),
            "code": code,
            "name": name,
            "balance_pct": numbers(rows[BALANCE]),
        }
    )
    problems += unread(sheet, rows[BALANCE], frame["balance_pct"], BALANCE)
    frame, more = _known(sheet, frame, ["financial_year", "code"])
    return loaded(sheet, {"dsg_balance": frame}, problems + more, read, len(frame))


def _known(sheet: Sheet, frame: pd.DataFrame, key: list[str]) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the rows that have a year and an area and stand once; say what was set aside."""
    again = "Compare the file with the publisher's; download it again."
    bad = frame["financial_year"].isna() | ~frame["code"].map(_is_code)
    frame, first = without(
        sheet, frame, bad, "published.no_area", "name no area or year that is known", again
    )
    frame, second = without(
        sheet,
        frame,
        frame.duplicated(key),
        "published.repeated_row",
        "repeat an area and year",
        again,
    )
    return frame.astype({"financial_year": "int64"}), first + second


def _is_code(code: str) -> bool:
    return bool(re.fullmatch(r"(?!000)\d{3}|E\d{8}", str(code)))  # a blank code is filled to 000


READERS = (
    Reader(
        "DSG allocations (ESFA)",
        gives(
            "financial_year|la_code|la_name|high_needs_block|"
            "high_needs_block_after_deductions|total_dsg",
            "dsg_allocations",
        ),
        read_allocations,
    ),
    Reader(
        "Section 251 outturn (DfE)",
        gives("time_period|old_la_code|category_of_expenditure|gross_expenditure", "section251"),
        read_section251,
    ),
    Reader(
        "Section 251 budget (DfE)",
        gives(
            "time_period|old_la_code|category_of_planned_expenditure|gross_planned_expenditure",
            "section251",
        ),
        read_section251,
    ),
    Reader(
        "High needs benchmarking tool (DfE)",
        gives(
            "financial_year|old_la_code|pop_2_18_mid2021|ehcp_total_to_25",
            "high_needs_benchmarking",
            "population_2_18",
        ),
        read_benchmarking,
    ),
    Reader(
        "DSG cumulative balance (DfE)",
        gives(f"time_period|geographic_level|la_name|{BALANCE}", "dsg_balance"),
        read_balances,
    ),
)

"""Claims about the readers of published finance."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.intake.published import load

IDS = (
    "time_period,time_identifier,geographic_level,country_name,country_code,region_name,"
    "region_code,la_name,old_la_code,new_la_code"
)
PHASES = (
    "early_years_establishments,primary_schools,secondary_schools,sen_and_special_schools,"
    "pupil_referral_units_and_alt_provision,post_16"
)
OUTTURN = (
    f"{IDS},main_category,category_of_expenditure,{PHASES},gross_expenditure,income,"
    "net_expenditure,net_per_capita_expenditure\n"
)
BUDGET = OUTTURN.replace("expenditure", "planned_expenditure")
KENT = "Financial year,Local authority,England,E92000001,South East,E12000008,Kent,886,E10000016"
ENGLAND = "Financial year,National,England,E92000001,,,,,"


def put(tmp_path, text, name="s251.csv", encoding="cp1252"):
    path = tmp_path / name
    path.write_text(text, encoding=encoding)
    return path


def line(year, area, label, *amounts):
    return f"{year},{area},High needs,{label},{','.join(map(str, amounts))}\n"


TOP_UP = "1.2.3 Top-up and other funding – non-maintained and independent providers"


def test_outturn_with_dashes_in_windows_encoding_is_matched_on_its_line_number(tmp_path):
    text = OUTTURN + line(202324, KENT, TOP_UP, 1, 2, 3, 4, 5, 6, 21000000, 1000000, 20000000, 9)
    row = load([put(tmp_path, text)]).table("section251").iloc[0]
    keys = ["financial_year", "basis", "code", "level", "line"]
    assert row[keys].tolist() == [202324, "outturn", "886", "la", "1.2.3"]
    assert row["label"] == TOP_UP.removeprefix("1.2.3 ")
    phases = ["early_years", "primary", "secondary", "special", "ap_pru", "post_school"]
    assert row[phases].tolist() == [1, 2, 3, 4, 5, 6]
    assert row[["gross", "income", "net"]].tolist() == [21000000, 1000000, 20000000]


def test_a_budget_is_told_from_an_outturn_by_its_headings(tmp_path):
    text = BUDGET + line(202526, KENT, TOP_UP, 1, 2, 3, 4, 5, 6, 5000000, 0, 5000000, 9)
    frame = load([put(tmp_path, text, encoding="utf-8-sig")]).table("section251")
    assert frame[["basis", "line", "gross"]].to_numpy().tolist() == [["budget", "1.2.3", 5000000]]


@pytest.mark.parametrize(
    ("label", "number"),
    [
        ("1.0.2 High needs place funding", "1.0.2"),
        ("1.2.11 Direct payments (SEN and disability)", "1.2.11"),
        ("1.9.1a Dedicated Schools Grant in year adjustments", "1.9.1a"),
        (" 2.1.4  Home to school transport", "2.1.4"),
    ],
)
def test_the_line_is_the_number_that_a_label_starts_with(tmp_path, label, number):
    text = OUTTURN + line(202324, KENT, label, 0, 0, 0, 0, 0, 0, 2000000, 0, 2000000, 1)
    assert load([put(tmp_path, text)]).table("section251")["line"].tolist() == [number]


def test_totals_without_a_line_number_are_set_aside_and_counted(tmp_path):
    rows = [
        line(202324, KENT, label, 0, 0, 0, 0, 0, 0, 2000000, 0, 2000000, 1)
        for label in (TOP_UP, "Total schools budget")
    ]
    published = load([put(tmp_path, OUTTURN + "".join(rows))])
    assert len(published.table("section251")) == 1
    assert (published.accounts[0].rows_read, published.accounts[0].rows_set_aside) == (2, 1)


def test_outturn_in_millions_becomes_pounds_and_says_so(tmp_path):
    text = OUTTURN + "".join(
        [
            line(201516, ENGLAND, TOP_UP, 0, 0, 0, 0, 0, 0, 1100.5, 0.5, 1100, 1),
            line(201516, KENT, TOP_UP, 0, 0, 0, 0, 0, 0, 25.25, 0.25, 25, 1),
            line(202324, KENT, TOP_UP, 0, 0, 0, 0, 0, 0, 41000000, 0, 41000000, 1),
        ]
    )
    published = load([put(tmp_path, text)])
    frame = published.table("section251").set_index(["financial_year", "code"])["gross"]
    assert frame[201516, "886"] == 25_250_000
    assert frame[201516, "E92000001"] == 1_100_500_000
    assert frame[202324, "886"] == 41_000_000
    (note,) = published.problems
    assert (note.code, note.severity) == ("published.millions", "note")
    assert "201516" in note.message
    assert "202324" not in note.message


def test_income_is_positive_however_it_was_published(tmp_path):
    text = OUTTURN + "".join(
        line(year, KENT, TOP_UP, 0, 0, 0, 0, 0, 0, 5000000, income, 4000000, 1)
        for year, income in ((202223, 1000000), (202324, -1000000))
    )
    assert load([put(tmp_path, text)]).table("section251")["income"].tolist() == [1e6, 1e6]


@pytest.mark.parametrize("symbol", ["c", "x", "z", ":"])
def test_a_symbol_in_a_finance_file_is_missing_without_a_warning(tmp_path, symbol):
    text = OUTTURN + line(202324, KENT, TOP_UP, symbol, 0, 0, 0, 0, 0, 5000000, 0, 5000000, 1)
    published = load([put(tmp_path, text)])
    assert np.isnan(published.table("section251")["early_years"].iloc[0])
    assert published.problems == []


ALLOCATIONS = (
    "financial_year,la_code,la_name,schools_block,high_needs_block,"
    "high_needs_block_after_deductions,total_dsg\n"
)


def test_allocations_have_england_under_its_code(tmp_path):
    text = ALLOCATIONS + "2022-23,ENGLAND,,9,8,7,30\n2022-23,886,Kent,4,3,2,10\n"
    frame = load([put(tmp_path, text)]).table("dsg_allocations")
    assert frame.to_numpy().tolist() == [
        [202223, "E92000001", "England", 8, 7, 30, 9],
        [202223, "886", "Kent", 3, 2, 10, 4],
    ]


@pytest.mark.parametrize("row", ["2022-24,886,Kent,4,3,2,10", "2022-23,,Kent,4,3,2,10"])
def test_an_allocation_without_year_or_area_is_set_aside_and_named(tmp_path, row):
    text = ALLOCATIONS + "2022-23,887,Medway,4,3,2,10\n" + row + "\n"
    published = load([put(tmp_path, text)])
    assert published.table("dsg_allocations")["code"].tolist() == ["887"]
    (problem,) = published.problems
    assert (problem.code, problem.row) == ("published.no_area", 3)


def test_balances_find_their_authority_by_name(tmp_path):
    head = (
        "time_period,geographic_level,region_name,la_name,deficit,"
        "DSG cumulative balance as a % of the total income,financial_year\n"
    )
    rows = (
        "202122,National,England,,2,-2.26,2021-22\n"
        "202122,Regional,South East,,2,-3,2021-22\n"
        '202122,Local authority,South West,"Bristol, City of",2,-5.5,2021-22\n'
        "202122,Local authority,South West,Nowhere,2,1,2021-22\n"
    )
    published = load([put(tmp_path, head + rows)])
    assert published.table("dsg_balance")[["level", "code", "balance_pct"]].to_numpy().tolist() == [
        ["england", "E92000001", -2.26],
        ["region", "E12000008", -3.0],
        ["la", "801", -5.5],
    ]
    assert [p.row for p in published.problems] == [5]


def test_benchmarking_gives_a_population_that_names_its_base(tmp_path):
    text = (
        "financial_year,region,old_la_code,la_name,pop_2_18_mid2021,ehcp_total_to_25,row_note\n"
        "2021-22,South East,886,Kent,310000.5,17000,\n"
        "2021-22,South West,836,Poole,0,,empty legacy\n"
    )
    published = load([put(tmp_path, text)])
    people = published.table("population_2_18")
    assert people[["year", "code", "persons"]].to_numpy().tolist() == [[2021, "886", 310000.5]]
    assert len(published.table("high_needs_benchmarking")) == 2

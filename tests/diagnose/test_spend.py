import pandas as pd
import pytest

from toolkit.diagnose import caseload, dsg, ledger, spend, years

S251 = pd.DataFrame(
    [
        ("1.0.2", "HNB place", "1"),
        ("1.2.1", "HNB", "1"),
        ("1.2.5", "HNB", "0"),
        ("2.1.4", "General fund", "0"),
        ("2.1.2", "General fund", "0"),
        ("1.9.1", "DSG", "0"),
    ],
    columns=["line", "funding", "plan_linked"],
)


def lines(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["line", "basis", "gross", "income"])
    return frame.assign(financial_year=202324, net=frame["gross"] - frame["income"])


LEDGER = lines(
    ("1.0.2", "outturn", 4_000_000, 0),
    ("1.2.1", "outturn", 3_000_000, 100_000),
    ("1.2.5", "outturn", 700_000, 0),
    ("2.1.4", "outturn", 900_000, 0),
    ("2.1.2", "outturn", 400_000, 0),
    ("1.9.1", "outturn", 9_999_999, 0),
    ("1.2.1", "budget", 2_500_000, 0),
)


def costs(**changes: object) -> pd.DataFrame:
    row = {
        "financial_year": 202324,
        "person_id": "p1",
        "provision_group": "nmiss",
        "primary_need": None,
        "age_group": None,
        "place_funding": 10_000.0,
        "top_up": 5_000.0,
        "fee": 40_000.0,
        "therapy": 1_000.0,
        "transport": 7_000.0,
    }
    return pd.DataFrame([{**row, **changes}])


def people(year: int, n: int) -> pd.DataFrame:
    return pd.DataFrame(
        {"year": [year] * n, "provision": "nmiss", "primary_need": "ASD", "age_group": "5-10"}
    )


def test_transport_stands_beside_spend_and_never_in_it() -> None:
    found = spend.placement_spend(costs(), people(2023, 0)).iloc[0]
    assert found["spend"] == 56_000
    assert found["transport"] == 7_000


def test_an_average_row_is_multiplied_by_the_plans_of_the_financial_year() -> None:
    there = pd.concat([people(2023, 100), people(2024, 200)])
    average = costs(person_id=None, primary_need="ASD")
    assert spend.placement_spend(average, there)["spend"].iloc[0] == pytest.approx(56_000 * 171)


def test_the_ledger_parts_plan_linked_from_other_high_needs_spend() -> None:
    net = ledger.by_kind(LEDGER, S251, "outturn", ("Ledger",)).frame.set_index("kind")["net"]
    assert net.to_dict() == {
        ledger.LINKED: 6_900_000,
        ledger.OTHER_HNB: 700_000,
        ledger.TRANSPORT: 900_000,
        ledger.ADMINISTRATION: 400_000,
    }


def test_a_basis_is_never_mixed_with_another() -> None:
    net = ledger.by_kind(LEDGER, S251, "budget", ("Ledger",)).frame["net"]
    assert net.tolist() == [2_500_000]


def test_matched_and_unreconciled_make_up_the_ledger_and_recoupment() -> None:
    spent = pd.DataFrame(
        {"financial_year": [202324], "provision": ["nmiss"], "spend": [7_000_000.0]}
    )
    lines_by_kind = ledger.by_kind(LEDGER, S251, "outturn", ("Ledger",))
    row = ledger.reconciliation(spent, lines_by_kind, {202324: 500_000}, ()).frame.iloc[0]
    assert row["total"] == 7_500_000  # gross to gross: income is no saving on placements
    assert row["matched"] + row["unreconciled"] == row["total"]


@pytest.mark.parametrize(
    ("before", "after", "expected"), [(100, 100, 100), (100, 200, 171), (0, 100, 71)]
)
def test_a_financial_years_caseload_is_29_and_71_percent_of_its_januaries(
    before, after, expected
) -> None:
    assert years.weigh(float(before), float(after)) == pytest.approx(expected)


def test_financial_years_need_a_january_on_either_side() -> None:
    assert years.financial_years_between([2021, 2022, 2024, 2025]) == [202122, 202425]
    assert years.label(202425) == "2024-25"
    assert years.label(199900, "/") == "1999/00"


def unit_costs(money: pd.DataFrame, counted):
    return spend.unit_costs(spend.placement_spend(money, people(2023, 0)), counted, ())


def test_the_area_row_of_unit_costs_is_the_sum_of_its_provisions() -> None:
    counted = caseload.plans_by(
        pd.concat([people(2023, 10), people(2024, 20)]), "provision", sources=()
    )
    unit = unit_costs(costs(), counted)
    frame = unit.frame.set_index("provision")
    assert frame.loc["All", "spend"] == frame.loc["nmiss", "spend"] == 56_000
    assert frame.loc["All", "caseload"] == pytest.approx(17.1)


def test_real_terms_are_in_the_prices_of_the_latest_year() -> None:
    counted = caseload.plans_by(
        pd.concat([people(y, 100) for y in (2023, 2024, 2025)]), "provision", sources=()
    )
    money = pd.concat([costs(financial_year=y) for y in (202324, 202425)])
    unit = unit_costs(money, counted)
    deflators = pd.DataFrame({"financial_year": [202324, 202425], "index_value": [100.0, 104.0]})
    real = spend.real_terms(unit, deflators).frame.set_index("financial_year")["real"]
    assert real[202324] == pytest.approx(560 * 1.04)
    assert real[202425] == pytest.approx(560)


def position(**changes: object) -> pd.DataFrame:
    row = {
        "financial_year": 202324,
        "basis": "outturn",
        "hnb_before_deductions": 9_000_000.0,
        "recoupment": 500_000.0,
        "block_transfer_in": 200_000.0,
        "other_income": float("nan"),
        "other_blocks_balance": 50_000.0,
        "brought_forward": -4_000_000.0,
        "in_year_balance": 1_150_000.0,
        "carried_forward": -2_850_000.0,
        "write_off": float("nan"),
    }
    return pd.DataFrame([{**row, **changes}])


def test_closing_is_opening_and_in_year_and_a_difference_is_named() -> None:
    assert dsg.position(position(), "outturn", ()).frame["difference"].tolist() == [0]
    wrong = dsg.position(position(carried_forward=-2_800_000.0), "outturn", ()).frame
    assert wrong["difference"].tolist() == [50_000]


def test_the_high_needs_block_ties_to_the_dsg_and_names_what_does_not() -> None:
    lines_by_kind = ledger.by_kind(LEDGER, S251, "outturn", ("Ledger",))
    row = dsg.high_needs(position(), lines_by_kind, "outturn", ()).frame.iloc[0]
    assert row["available"] == 8_700_000
    assert row["spent"] == 7_600_000
    assert row["in_year"] == 1_100_000
    assert row["unreconciled"] == 0


def test_an_allocation_per_plan_is_called_funding_and_never_spend() -> None:
    allocations = pd.DataFrame(
        {"financial_year": [202324], "code": ["990"], "high_needs_block": [1_710_000.0]}
    )
    totals = pd.DataFrame({"year": [2023, 2024], "code": ["990"] * 2, "plans": [100, 200]})
    found = dsg.allocation_per_plan(allocations, totals, "990", ())
    assert found.frame["per_plan"].tolist() == [pytest.approx(10_000)]
    assert "funding, not spend" in found.method

"""The budget: whole pounds by line that add up to the block in every simulation."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from money_cases import (
    FLAT,
    NEEDS,
    PROVISIONS,
    SEED,
    base,
    fixture,
    mitigations,
    paths,
    people,
    s251,
    tables,
)

from toolkit.diagnose import dsg, ledger
from toolkit.diagnose.forecast import budget, commissioned, lines
from toolkit.diagnose.forecast.unit_costs import Prices
from toolkit.errors import InputError

STEADY = paths(growth=0.0, simulations=3)


def test_the_base_year_comes_out_as_the_ledger_has_it() -> None:
    made = budget.project(STEADY, base(**FLAT), SEED)
    named = dict(zip(made.codes, made.amounts[0, 0], strict=True))
    assert named == {
        "1.0.2": 300_000, "1.2.1": 600_000, "1.2.2": 320_000, "1.2.3": 620_000,
        "1.2.5": 200_000, "1.2.7": 100_000, "recoupment": 210_000, "change": 0,
    }  # fmt: skip
    assert made.total.tolist() == [[2_350_000] * 4] * 3
    assert made.transport[0].tolist() == [210_000] * 4


def test_the_base_year_is_the_outturn_of_the_block() -> None:
    kinds = ledger.by_kind(fixture("money/spend_lines.csv"), s251(), "outturn", ())
    block = dsg.high_needs(fixture("money/dsg_position.csv"), kinds, "outturn", ()).frame
    spent = float(block["spent"].iloc[-1]) + 210_000  # the block after deductions, and these
    assert base().lines.base.sum() == spent


@settings(max_examples=15)
@given(growth=st.floats(0, 0.2), fee=st.floats(-2, 12), seed=st.integers(0, 10_000))
def test_lines_are_whole_pounds_that_add_up_to_the_block_in_every_simulation(
    growth: float, fee: float, seed: int
) -> None:
    made = budget.project(paths(growth, 12, seed), base(inflation__fee=fee), seed)
    assert (made.amounts == np.round(made.amounts)).all()
    assert (made.amounts.sum(axis=2) == made.total).all()


def test_without_mitigations_both_scenarios_are_equal_to_the_pound() -> None:
    without = budget.project(paths(), base(), SEED)
    planned = budget.project(paths(), base(), SEED, mitigations=mitigations())
    assert np.array_equal(without.amounts, planned.amounts)


def test_nought_percent_inflation_reproduces_the_real_line() -> None:
    in_cash = budget.project(paths(), base(**FLAT), SEED)
    real = budget.project(paths(), base(inflation__general=9.0), SEED, at_base_prices=True)
    assert np.array_equal(in_cash.amounts, real.amounts)


def test_a_financial_year_takes_29_and_71_percent_of_the_januaries_around_it() -> None:
    futures = paths(growth=0.3, simulations=5)
    held = budget.caseload(futures, base())
    plans = futures.by("need", "provision")
    assert held[:, 0].sum() == pytest.approx(5 * 160)  # 2025-26: January 2025 and 2026, as known
    assert np.allclose(held[:, 1], 0.29 * plans[:, 0] + 0.71 * plans[:, 1])


@pytest.mark.parametrize(
    ("name", "moved"),
    [
        ("inflation__fee", {"1.2.3"}),
        ("inflation__top_up", {"1.2.1", "1.2.2"}),
        ("inflation__place_funding", {"1.0.2", "recoupment"}),
        ("line__1.2.7", {"1.2.7"}),
        ("unit_cost__nmiss", {"1.2.3"}),
        ("spend__unmatched", {"1.0.2", "1.2.1", "1.2.2", "1.2.3", "recoupment"}),
    ],
)
def test_one_assumption_moves_the_lines_that_rest_on_it_and_no_other(
    name: str, moved: set[str]
) -> None:
    was = budget.project(STEADY, base(**FLAT), SEED)
    now = budget.project(STEADY, base(**{**FLAT, name: 66_000.0 if "cost" in name else 8.0}), SEED)
    changed = (was.amounts != now.amounts).any(axis=(0, 1))
    assert {c for c, has in zip(now.codes, changed, strict=True) if has} == moved


def test_a_line_stated_in_pounds_is_taken_as_it_is() -> None:
    own = tables(line__1__2__7=1.0)["assumptions"]
    own = own.assign(assumption_id="line.1.2.7", value=123_456.0, unit="£ a year")
    held = {**tables(), "assumptions": own}
    on = budget.base(held, people(), s251(), (NEEDS, PROVISIONS), ())
    made = budget.project(STEADY, on, SEED)
    assert (made.amounts[:, :, made.codes.index("1.2.7")] == 123_456).all()


def test_a_lever_on_fees_acts_from_its_start_on_the_line_that_pays_them() -> None:
    fees = mitigations({})
    made = budget.project(STEADY, base(**FLAT), SEED, mitigations=fees)
    was = budget.project(STEADY, base(**FLAT), SEED)
    saved = (was.amounts - made.amounts)[0, :, made.codes.index("1.2.3")]
    paid = 620_000 * 600_000 / 610_000  # the part of the line that independent schools are paid
    assert saved.tolist() == pytest.approx([0, paid / 10, paid / 10, paid / 10], abs=1)
    assert np.array_equal(was.amounts[..., 0], made.amounts[..., 0])


def test_half_of_a_lever_saves_half() -> None:
    half = budget.project(
        STEADY, base(**FLAT), SEED, mitigations=mitigations({}), strength={"fees": 0.5}
    )
    full = budget.project(STEADY, base(**FLAT), SEED, mitigations=mitigations({}))
    was = budget.project(STEADY, base(**FLAT), SEED)
    assert (was.total - half.total)[0, 1] == pytest.approx(
        (was.total - full.total)[0, 1] / 2, abs=1
    )


def test_a_lever_for_some_ages_acts_on_their_share_of_the_plans() -> None:
    young = budget.project(STEADY, base(**FLAT), SEED, mitigations=mitigations({"ages": "4-10"}))
    every = budget.project(STEADY, base(**FLAT), SEED, mitigations=mitigations({}))
    was = budget.project(STEADY, base(**FLAT), SEED)
    share = ((was.total - young.total) / np.maximum(was.total - every.total, 1))[0, 2]
    aged_5 = STEADY.counts[0, 0, 0, :, 2].sum() / STEADY.counts[0, 0, :, :, 2].sum()
    assert share == pytest.approx(aged_5, rel=0.01)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-04-01", [0, 120_000, 120_000]),
        ("2026-09-01", [0, 70_000, 120_000]),
        ("2028-04-01", [0, 0, 0]),
        ("2020-01-01", [120_000, 120_000, 120_000]),
    ],
)
def test_a_change_costs_the_months_that_are_left_of_its_first_year(
    start: str, expected: list[float]
) -> None:
    planned = mitigations({"start": pd.Timestamp(start), "cost": 120_000.0})
    made = budget.project(STEADY, base(**FLAT), SEED, mitigations=planned)
    assert made.amounts[0, :3, made.codes.index(lines.CHANGE)].tolist() == expected


def test_a_place_that_is_commissioned_and_empty_is_paid_for() -> None:
    places = pd.DataFrame(
        {"academic_year": [202324, 202425, 202627], "provision_group": "state_special",
         "commissioned": [60, 60, 80]}
    )  # fmt: skip
    made = budget.project(STEADY, base(places, **FLAT), SEED)
    assert made.total[0, 0] == 2_350_000  # the base year still comes out as the ledger has it
    held = 0.29 * 50 + 0.71 * 50
    empty = 5 / 12 * 60 + 7 / 12 * 80 - held
    rate = 510_000 / (held + 60 - held)  # what a place costs, empty ones counted, as ledgered
    assert made.total[0, 1] - 2_350_000 == pytest.approx((empty - 10) * rate, abs=3)


def test_plans_beyond_the_places_commissioned_are_paid_for_as_plans() -> None:
    found = commissioned.empty({202425: np.array([40.0])}, 202425, np.array([50.0]))
    assert found.tolist() == [0.0]


def test_a_january_that_is_missing_between_base_and_forecast_is_named() -> None:
    on = base()
    gone = budget.Base(on.prices, on.lines, on.assumed, {2026: on.known[2026]}, {}, ())
    with pytest.raises(InputError, match=r"January missing between them \(\[2025\]\)"):
        budget.project(paths(), gone, SEED)


def test_what_the_ledger_holds_beyond_placements_is_kept_in_proportion() -> None:
    tied = lines.reconciled(base().lines, ()).frame.set_index("pool")
    assert tied["difference"].tolist() == [10_000, 20_000, 10_000, 10_000]
    assert lines.unmatched(base().lines) == pytest.approx(100 * 40_000 / 2_010_000)


def test_direct_payments_grow_with_education_otherwise_and_not_with_independent_fees() -> None:
    costs = np.zeros((5, 2))
    costs[2] = 600_000.0, 100_000.0  # fees of independent schools, and education otherwise
    prices = Prices(
        202425, ("All",), ("nmiss", "other"), costs[:, None, :] / 10.0, np.full((1, 2), 10.0)
    )
    paid = fixture("money/spend_lines.csv").query("line == '1.2.3' and basis == 'outturn'")
    paid = pd.concat([paid.assign(net=680_000), paid.assign(line="1.2.11", net=30_000)])
    s251_lines = pd.concat(
        [s251(), s251().tail(1).assign(line="1.2.11", funding="HNB", plan_linked="1")]
    )
    tied = lines.of_block(paid, s251_lines, 0.0, prices)
    base_year = np.einsum("cp,cpl->l", costs, tied.weights)
    assert dict(zip(tied.codes, base_year, strict=True)) == pytest.approx(
        {"1.2.3": 680_000, "1.2.11": 30_000}
    )
    dearer = np.einsum("cp,cpl->l", costs * [2.0, 1.0], tied.weights)
    assert dearer[tied.codes.index("1.2.11")] == pytest.approx(30_000)

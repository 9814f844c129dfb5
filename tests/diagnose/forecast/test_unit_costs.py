"""Unit costs: caseload times price is spend, whatever the need."""

import numpy as np
import pandas as pd
import pytest
from money_cases import NEEDS, PLANS, PROVISIONS, base, fixture, people, plans, tables

from toolkit.diagnose import spend
from toolkit.diagnose.forecast import budget, unit_costs
from toolkit.diagnose.forecast.paths import ALL
from toolkit.errors import InputError

COSTS = fixture("money/placement_costs.csv")
LINES = fixture("money/spend_lines.csv")


@pytest.mark.parametrize("needs", [NEEDS, ALL])
def test_caseload_times_price_is_spend(needs: tuple[str, ...]) -> None:
    found = unit_costs.prices(COSTS, people(), 202425, needs, PROVISIONS)
    assert found.spend.sum(axis=1).tolist() == pytest.approx(
        [500_000, 900_000, 600_000, 10_000, 200_000]
    )
    assert found.by_provision.tolist() == pytest.approx([5_100, 18_000, 60_000])


def by_person(semh: float) -> pd.DataFrame:
    """Each of the ten in independent schools with a fee of their own, by need."""
    there = people()[people()["year"].eq(2025) & people()["provision"].eq("nmiss")]
    fee = there["primary_need"].map({"ASD": 50_000.0, "SEMH": semh})
    return pd.DataFrame(
        {"financial_year": 202425, "person_id": there["person_id"], "provision_group": "nmiss",
         "primary_need": None, "age_group": None, "place_funding": 0.0, "top_up": 0.0,
         "fee": fee, "therapy": 0.0, "transport": 0.0}
    )  # fmt: skip


def test_a_need_has_a_price_of_its_own_drawn_towards_that_of_its_provision() -> None:
    found = unit_costs.prices(by_person(70_000.0), people(), 202425, NEEDS, PROVISIONS)
    asd, semh = found.by_cell[:, PROVISIONS.index("nmiss")]
    assert 50_000 < asd < 60_000 < semh < 70_000  # five people each: mostly the provision's
    assert found.spend.sum() == pytest.approx(600_000)


def test_a_provision_without_spend_has_no_price() -> None:
    found = unit_costs.prices(COSTS, people(), 202425, NEEDS, (*PROVISIONS, "post16"))
    assert found.by_provision[-1] == 0


@pytest.mark.parametrize(
    ("lines", "position", "januaries", "found"),
    [
        ("outturn", "outturn", [2024, 2025, 2026], [202425]),
        ("budget", "outturn", [2024, 2025, 2026], []),
        ("outturn", "forecast", [2024, 2025, 2026], []),
        ("outturn", "outturn", [2025, 2026], []),
        ("outturn", "outturn", [2024, 2025, 2027], []),  # a January is missing on the way
    ],
)
def test_a_closed_year_has_costs_outturns_and_every_january_since(
    lines: str, position: str, januaries: list[int], found: list[int]
) -> None:
    dsg = fixture("money/dsg_position.csv").query("financial_year == 202425")
    years = unit_costs.closed_years(
        COSTS, LINES.assign(basis=lines), dsg.assign(basis=position), januaries
    )
    assert years == found


def test_an_area_without_a_closed_year_is_told_what_to_add() -> None:
    bare = tables() | {"spend_lines": LINES.assign(basis="budget")}
    assert budget.has_base_year(tables(), people())
    assert not budget.has_base_year(bare, people())
    with pytest.raises(InputError, match="Add the outturn of the last closed year"):
        budget.base_year(bare, people())


def test_the_components_of_a_unit_cost_add_up_to_it() -> None:
    spent = spend.placement_spend(COSTS, people())
    unit = spend.unit_costs(spent, plans("provision"), ("Test",))
    frame = unit_costs.by_component(unit, spent, 202425).frame.set_index("provision")
    parts = frame[list(spend.COMPONENTS)].sum(axis=1)
    assert parts.tolist() == pytest.approx(frame["unit_cost"].tolist())
    assert frame.at["nmiss", "fee"] == 60_000
    assert frame.at["nmiss", "transport"] == 5_000  # beside the unit cost, never in it


def test_a_unit_cost_that_was_agreed_goes_before_the_measured_one() -> None:
    found = base(unit_cost__nmiss=66_000.0).prices
    assert found.by_provision.tolist() == pytest.approx([5_100, 18_000, 66_000])
    assert base().prices.by_provision.tolist() == pytest.approx([5_100, 18_000, 60_000])


def test_plans_are_counted_by_need_and_provision() -> None:
    held = unit_costs.counted(people(), 2025, NEEDS, PROVISIONS)
    assert held.sum(axis=0).tolist() == list(PLANS.values())
    assert np.array_equal(held[0], held[1])

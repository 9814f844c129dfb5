from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.diagnose import caseload, cost_parts, spend

FIXTURES = Path(__file__).parent / "fixtures" / "cost_parts"
COSTS = pd.read_csv(FIXTURES / "placement_costs.csv")
pounds = st.floats(0, 90_000, allow_nan=False)
row = st.tuples(
    st.sampled_from(["mainstream", "state_special", "nmiss"]), pounds, pounds, pounds, pounds
)


def stock(**counts: tuple[int, int, int]) -> pd.DataFrame:
    """Return so many people a provision in the Januaries 2022 to 2024."""
    rows = [
        (year, provision)
        for provision, numbers in counts.items()
        for year, n in zip((2022, 2023, 2024), numbers, strict=True)
        for _ in range(n)
    ]
    return pd.DataFrame(rows, columns=["year", "provision"])


def parts(costs: pd.DataFrame, people: pd.DataFrame):
    spent = spend.placement_spend(costs, people)
    plans = caseload.plans_by(people, "provision", sources=())
    return cost_parts.parts(spend.unit_costs(spent, plans, ()), spent)


PEOPLE = stock(state_special=(3, 3, 5), nmiss=(1, 1, 1))


def test_core_top_up_and_other_are_the_unit_cost() -> None:
    frame = parts(COSTS, PEOPLE).frame.set_index(["financial_year", "provision"])
    special = frame.loc[(202223, "state_special")]
    assert special["core"] == pytest.approx(30_000 / 3)
    assert special["top_up"] == pytest.approx(16_000 / 3)
    assert special["other"] == pytest.approx(500 / 3)
    independent = frame.loc[(202324, "nmiss")]
    assert (independent["core"], independent["top_up"]) == (0, 0)
    assert independent["other"] == independent["unit_cost"] == pytest.approx(56_000)


@given(st.lists(row, min_size=1, max_size=12))
def test_the_parts_add_up_in_every_row_and_over_the_provisions(rows) -> None:
    columns = ["provision_group", "place_funding", "top_up", "fee", "therapy"]
    costs = pd.DataFrame(rows, columns=columns).assign(
        person_id=[f"p{i}" for i in range(len(rows))], financial_year=202324, transport=0.0
    )
    people = stock(mainstream=(0, 7, 9), state_special=(0, 3, 4), nmiss=(0, 2, 1))
    frame = parts(costs, people).frame
    money = frame[["core_spend", "top_up_spend", "other_spend"]]
    assert (money.sum(axis=1) == frame["spend"]).all()
    priced = frame[frame["unit_cost"].notna()]
    together = priced["core"] + priced["top_up"] + priced["other"]
    assert together.tolist() == pytest.approx(priced["unit_cost"].tolist())
    by_provision = frame[frame["provision"].ne("All")]["spend"].sum()
    assert by_provision == frame.loc[frame["provision"].eq("All"), "spend"].iloc[0]


def test_a_stack_counts_the_same_people_as_its_parts() -> None:
    made = parts(COSTS, PEOPLE)
    counted, stacked = ({(k, v) for k, v, _ in a.counts()} for a in (made, cost_parts.stack(made)))
    assert stacked == counted


def test_place_funding_is_told_for_each_place_and_for_each_child() -> None:
    table = pd.DataFrame(
        [
            (202223, "a", "state_special", 90, 90, 10_000.0),
            (202324, "a", "state_special", 100, 80, 10_000.0),
            (202324, "b", "state_special", 50, 60, 10_000.0),
            (202324, "c", "rp_unit", 10, None, 6_000.0),
        ],
        columns=[
            *("academic_year", "place_id", "provision_group"),
            *("commissioned", "on_roll", "place_rate"),
        ],
    )
    made = cost_parts.places(table, ())
    assert made.filters == {"academic_year": "202324"}
    found = made.frame.iloc[0]
    assert len(made.frame) == 1  # a provider without people on roll stays out
    assert found["funding"] == 1_500_000
    assert found["per_place"] == 10_000
    assert found["per_child"] == pytest.approx(1_500_000 / 140)
    assert (found["empty"], found["unfilled"]) == (20, 200_000)  # b's are no places of a


def test_no_places_give_an_empty_table() -> None:
    columns = ["academic_year", "place_id", "provision_group", "commissioned", "on_roll"]
    empty = pd.DataFrame(columns=[*columns, "place_rate"])
    assert cost_parts.places(empty, ()).frame.empty

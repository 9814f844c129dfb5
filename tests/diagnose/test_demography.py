from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.diagnose import demography

FIXTURES = Path(__file__).parent / "fixtures" / "patterns"


@pytest.fixture
def ages() -> pd.DataFrame:
    return pd.read_csv(FIXTURES / "ages.csv", dtype={"age": str})


@pytest.fixture
def population() -> pd.DataFrame:
    return pd.read_csv(FIXTURES / "population.csv")


def split(ages: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    made = demography.split(ages, population, "local", ("Fixture",))
    return made.frame.set_index("age_group")


def test_growth_is_split_at_each_age_and_adds_up(ages, population) -> None:
    frame = split(ages, population)
    # Age 10: 100 more people at the mean of 10% and 10%. All ten plans go with them.
    assert frame.loc["5-10", ["from_population", "from_rate"]].tolist() == pytest.approx([10, 0])
    # Age 17: as many people, so all 30 go with the rate.
    assert frame.loc["16-19", ["from_population", "from_rate"]].tolist() == pytest.approx([0, 30])
    # Age 4: 100 fewer people at the mean of 1% and 3.33%.
    assert frame.loc["0-4", "from_population"] == pytest.approx(-100 * (0.01 + 1 / 30) / 2)
    assert frame.loc["All", "change"] == 60


counts = st.lists(
    st.tuples(st.integers(0, 300), st.integers(0, 300), st.integers(0, 4000), st.integers(0, 4000)),
    min_size=1,
    max_size=26,
)


@given(counts)
def test_the_parts_always_add_up_to_the_change(rows) -> None:
    plans = [(y, str(a), r[i]) for a, r in enumerate(rows) for i, y in enumerate((2020, 2025))]
    people = [(y, a, r[i + 2]) for a, r in enumerate(rows) for i, y in enumerate((2019, 2024))]
    frame = split(
        pd.DataFrame(plans, columns=["year", "age", "plans"]),
        pd.DataFrame(people, columns=["year", "age", "persons"]),
    )
    parts = frame[["from_population", "from_rate", "unsplit"]].sum(axis=1)
    assert parts.tolist() == pytest.approx(frame["change"].tolist(), abs=1e-6)
    assert frame["change"].drop("All").sum() == pytest.approx(frame["change"]["All"])


@pytest.mark.parametrize("age", ["unknown", "25"])
def test_the_change_at_an_age_without_a_population_is_named_and_not_split(
    ages, population, age
) -> None:
    more = pd.concat([ages, pd.DataFrame({"year": [2025], "age": [age], "plans": [7]})])
    made = demography.split(more, population, "local", ("Fixture",))
    assert made.frame.set_index("age_group")["unsplit"]["All"] == 7
    sentence, cells = demography.told(made)
    assert "could not be split" in sentence
    assert cells["unsplit"].value == 7


def test_one_year_cannot_be_split(ages, population) -> None:
    with pytest.raises(ValueError, match="two years"):
        split(ages[ages["year"].eq(2020)], population)


def test_the_population_of_the_middle_of_the_year_before_is_taken(ages, population) -> None:
    assert demography.years_with_people(ages, population) == [2020, 2025]
    assert demography.years_with_people(ages, population.assign(year=2025)) == []


def test_the_range_is_what_the_first_and_the_last_rate_would_give(ages, population) -> None:
    found = demography.finding(demography.split(ages, population, "local", ("Fixture",)))
    assert found.low.value == pytest.approx(-100 / 30 + 10)
    assert found.high.value == pytest.approx(-1 + 10)
    assert found.low.value < found.value.value < found.high.value


def test_published_ages_under_3_stand_together_and_so_does_their_population() -> None:
    ages = pd.DataFrame({"year": [2024, 2025], "age": "0-2", "plans": [10, 20]})
    people = [(y, a, 100) for y in (2023, 2024) for a in (0, 1, 2)]
    frame = split(ages, pd.DataFrame(people, columns=["year", "age", "persons"]))
    assert frame.loc["0-4", "rate_last"] == pytest.approx(1000 * 20 / 300)


@pytest.mark.parametrize(
    ("age", "group"),
    [("0-2", "0-4"), ("4", "0-4"), ("5", "5-10"), ("25", "20-25"), ("unknown", "unknown")],
)
def test_age_groups_are_those_of_the_dsg_management_plan(age, group) -> None:
    assert demography.group_of(age) == group


def test_rates_are_per_1000_of_the_age_group(ages, population) -> None:
    frame = demography.rates(ages, population, "local", ("Fixture",)).frame
    of = frame.set_index(["year", "age_group"])["rate"]
    assert of[2020, "5-10"] == 100
    assert of[2025, "16-19"] == 100


def test_own_ages_above_25_count_as_25_and_all_plans_are_in() -> None:
    people = pd.DataFrame({"year": 2025, "age": pd.array([3, 25, 27, None], dtype="Int64")})
    counts = demography.own_ages(people).set_index("age")["plans"]
    assert counts.to_dict() == {"3": 1, "25": 2, "unknown": 1}


def test_groups_add_up_to_the_plans(ages) -> None:
    frame = demography.by_group(ages, "local", ("Fixture",)).frame
    assert frame.groupby("year")["plans"].sum().to_dict() == {2020: 160, 2025: 220}

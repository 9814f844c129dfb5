from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.diagnose import starts

FIXTURES = Path(__file__).parent / "fixtures" / "patterns"
NOBODY = pd.DataFrame({"year": [], "age": [], "persons": []})


@pytest.fixture
def planted() -> pd.DataFrame:
    return pd.read_csv(FIXTURES / "starts.csv")


def made(counts: pd.DataFrame, population: pd.DataFrame = NOBODY, source: str = "published"):
    return starts.by_age(counts, population, source, ("Fixture",))


def people(ages: list[int | None], year: int = 2024) -> pd.DataFrame:
    return pd.DataFrame({"calendar_year": year, "age": pd.array(ages, dtype="Int64")})


ages = st.lists(st.integers(0, 25) | st.none(), min_size=1, max_size=60)


@given(ages, st.sampled_from(["local", "published"]))
def test_every_new_plan_is_counted_once_at_its_age(values, source) -> None:
    frame = made(starts.counted(people(values)), source=source).frame
    assert frame["starts"].sum() == len(values)
    assert frame["base"].eq(len(values)).all()
    assert frame["share"].sum() == pytest.approx(100)


def test_ages_at_both_ends_are_shown_together_and_single_years_between() -> None:
    frame = made(starts.counted(people([0, 2, 3, 4, 16, 17, 25]))).frame.set_index("age")
    counted = frame.loc[frame["starts"] > 0, "starts"].to_dict()
    assert counted == {"0-3": 3, "4": 1, "16": 1, "17+": 2}


@pytest.mark.parametrize(("plans", "is_single"), [(199, False), (200, True)])
def test_few_own_plans_are_shown_in_broad_bands(plans, is_single) -> None:
    by_age = made(starts.counted(people([4] * plans)), source="local")
    assert ("4" in set(by_age.frame["age"])) is is_single
    assert is_single or starts.peaks(by_age) == []
    assert is_single or "too few" in starts.told_peaks(by_age)[0]


@pytest.mark.parametrize(
    ("age", "band"), [(0, "0-4"), (4, "0-4"), (5, "5-7"), (10, "8-10"), (16, "16+"), (25, "16+")]
)
def test_the_broad_bands_hold_every_age(age, band) -> None:
    frame = made(starts.counted(people([age])), source="local").frame
    assert frame.loc[frame["starts"] > 0, "age"].tolist() == [band]


def test_an_age_at_which_no_plan_started_is_a_zero() -> None:
    assert set(starts.counted(people([4]))["age"]) == set(starts.AGES) - {"unknown"}


def test_a_rate_sets_the_new_plans_against_the_people_of_that_age_and_year() -> None:
    population = pd.DataFrame(
        {"year": [2024, 2024, 2024, 2023], "age": [4, 0, 3, 4], "persons": [500, 100, 150, 9]}
    )
    frame = made(starts.counted(people([4, 4, 1])), population).frame.set_index("age")
    assert frame["rate"]["4"] == 4.0  # 2 of 500
    assert frame["rate"]["0-3"] == 4.0  # 1 of 250
    assert pd.isna(frame["rate"]["5"])  # no such population is held


def test_without_a_population_there_are_no_rates(planted) -> None:
    assert not starts.has_rates(made(planted))


def test_the_planted_peaks_are_found_and_no_others(planted) -> None:
    assert starts.peaks(made(planted)) == ["4", "11"]


@pytest.mark.parametrize("level", [1, 3, 40])
def test_ages_that_are_all_alike_have_no_peak(planted, level) -> None:
    assert starts.peaks(made(planted.assign(starts=level))) == []


def test_a_bump_that_chance_explains_is_no_peak(planted) -> None:
    flat = planted.assign(starts=10)
    bump = flat.mask(flat["age"].eq("8"), flat.assign(starts=13))
    assert starts.peaks(made(bump)) == []
    clear = flat.mask(flat["age"].eq("8"), flat.assign(starts=20))
    assert starts.peaks(made(clear)) == ["8"]


def test_the_sentence_names_the_peaks_and_the_years_they_are_of(planted) -> None:
    sentence, cells = starts.told_peaks(made(planted))
    assert sentence.format(**cells) == (
        "In 2022 to 2024, taken together, new plans peak at age 4 and at age 11."
    )


def test_published_plans_are_those_of_the_area_and_of_whole_years() -> None:
    released = pd.read_csv(FIXTURES / "ees_new_plans.csv", dtype={"code": str})
    counts = starts.published(released, "867")
    assert counts["calendar_year"].unique().tolist() == [2023]
    found = counts[counts["starts"] > 0].set_index("age")["starts"].to_dict()
    assert found == {"4": 10, "11": 20, "20+": 2}


def test_the_stages_stand_beside_englands_in_the_latest_year_of_both(planted) -> None:
    england = planted.assign(starts=1)
    own = pd.concat([planted, planted.assign(calendar_year=2025)])
    beside = starts.beside(own, england, "local", ("Fixture",))
    frame = beside.frame.set_index("stage")
    assert beside.period == "2024"
    assert frame["starts"].to_dict() == {"under_5": 72, "5_to_15": 292, "from_16": 23}
    assert frame["england"].to_dict() == pytest.approx(
        {"under_5": 100 * 3 / 19, "5_to_15": 100 * 11 / 19, "from_16": 100 * 5 / 19}
    )
    assert frame["share"].sum() == pytest.approx(100)

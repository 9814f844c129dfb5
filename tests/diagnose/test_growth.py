from pathlib import Path

import pandas as pd
import pytest

from toolkit.diagnose import comparators, growth, topics

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture
def caseload() -> pd.DataFrame:
    return pd.read_csv(FIXTURES / "growth.csv", dtype={"code": str}).fillna({"note": ""})


@pytest.fixture
def grown(caseload: pd.DataFrame):
    totals = comparators.totals(caseload)
    groups = comparators.comparators(caseload, "990", ["991", "993", "990"])
    return growth.growth_of_groups(growth.index_by_group(totals, groups, ("Fixture",)))


@pytest.mark.parametrize(
    ("group", "expected"),
    [("This area", 54), ("England", 38), ("Rest of the region", 32)],
)
def test_growth_reads_54_38_and_32_percent(grown, group: str, expected: float) -> None:
    assert grown.cell("growth", group=group).value == pytest.approx(expected)


def test_an_area_is_never_its_own_neighbour_nor_in_the_rest_of_its_region(caseload) -> None:
    groups = comparators.comparators(caseload, "990", ["991", "993", "990"])
    others = groups[groups["group"].isin(["Rest of the region", "Statistical neighbours"])]
    assert "990" not in set(others["code"])
    assert set(groups.loc[groups["group"].eq("Statistical neighbours"), "code"]) == {"991", "993"}


def test_the_sentence_sets_the_area_beside_every_group(grown) -> None:
    sentence, cells = growth.compared(grown)
    assert sentence.count("{") == len(cells) == 4
    assert "for England" in sentence
    assert "for the rest of the region" in sentence
    assert "for its statistical neighbours" in sentence


@pytest.mark.parametrize(
    ("doubtful", "until"),
    [([], 2024), ([2024], 2023), ([2023], 2024), ([2023, 2024], 2019), ([2019, 2023, 2024], 2024)],
)
def test_a_change_is_measured_to_the_last_january_that_looks_right(doubtful, until) -> None:
    assert comparators.sound_until([2019, 2023, 2024, 2024], doubtful) == until
    assert bool(topics.left_out([2019, 2023, 2024], until)) == (until < 2024)


def test_a_caseload_between_januaries_that_look_wrong_says_so() -> None:
    said = topics.caution_of_years([2019, 2023], [201819, 201920, 202223, 202324])
    assert "2018-19, 2019-20, 2022-23 and 2023-24 rests in part on January 2019 and 2023" in said
    assert topics.caution_of_years([2020], [201819, 202122]) == ""


def test_growth_to_an_earlier_january_holds_for_every_group(caseload) -> None:
    later = pd.concat([caseload, caseload[caseload["year"].eq(2024)].assign(year=2025, plans=1.0)])
    groups = comparators.comparators(later, "990", ["991", "993"])
    index = growth.index_by_group(comparators.totals(later), groups, ("Fixture",))
    shorter = growth.index_by_group(comparators.totals(caseload), groups, ("Fixture",))
    made, whole = growth.growth_of_groups(index, 2024), growth.growth_of_groups(shorter)
    assert made.frame.equals(whole.frame)
    assert made.period == "January 2019 to January 2024"


def test_a_comparator_without_a_figure_for_every_january_is_left_out(caseload) -> None:
    gap = caseload[~(caseload["code"].eq("992") & caseload["year"].eq(2019))]
    groups = comparators.comparators(gap, "990", [])
    index = growth.index_by_group(comparators.totals(gap), groups, ("Fixture",))
    region = index.frame[index.frame["group"].eq("Rest of the region")]
    assert region["areas"].tolist() == [1, 1]
    assert region["plans"].tolist() == [6000, 7920]


def test_local_counts_take_the_place_of_the_areas_published_ones(caseload) -> None:
    people = pd.DataFrame({"year": [2024] * 1541})
    totals = comparators.with_local(comparators.totals(caseload), people, "990")
    own = totals[totals["code"].eq("990")]
    assert dict(zip(own["year"], own["plans"], strict=True)) == {2024: 1541}
    assert len(totals[totals["code"].eq("991")]) == 2


def test_a_point_is_replaced_or_left_out_only_where_the_analyst_says_so(caseload) -> None:
    totals = comparators.totals(caseload)
    changed = comparators.replace_points(totals, [("991", 2024, 8000), ("992", 2024, float("nan"))])
    at = changed.set_index(["code", "year"])["plans"]
    assert at["991", 2024] == 8000
    assert ("992", 2024) not in at.index
    assert len(changed) == len(totals) - 1
    assert totals.set_index(["code", "year"])["plans"]["991", 2024] == 7920


def test_own_records_stand_beside_the_published_figure_with_the_difference(caseload) -> None:
    people = pd.DataFrame({"year": [2024] * 1538 + [2025] * 3})
    beside = growth_beside(people, caseload)
    assert beside.to_dict("records") == [
        {"year": 2024, "own": 1538.0, "published": 1540.0, "difference": -2.0}
    ]


def growth_beside(people: pd.DataFrame, caseload: pd.DataFrame) -> pd.DataFrame:
    return comparators.beside_published(people, comparators.totals(caseload), "990").frame


@pytest.mark.parametrize(("years", "covers"), [([], False), ([2024], False), ([2019, 2024], True)])
def test_own_records_stand_for_the_area_only_with_two_januaries_of_englands(
    caseload, years: list[int], covers: bool
) -> None:
    people = pd.DataFrame({"year": [*years, 2031, 2032]})
    totals = comparators.totals(caseload)
    assert set(totals.loc[totals["code"].eq(comparators.ENGLAND), "year"]) == {2019, 2024}
    assert comparators.own_covers(totals, people) is covers


@pytest.mark.parametrize("kept", [[], [2024]])
def test_growth_of_an_area_without_two_januaries_is_not_told(caseload, kept: list[int]) -> None:
    totals = comparators.totals(caseload)
    groups = comparators.comparators(caseload, "990", ["991", "993"])
    short = totals[totals["code"].ne("990") | totals["year"].isin(kept)]
    assert not growth.is_told(growth.index_by_group(short, groups, ("Fixture",)))
    assert growth.is_told(growth.index_by_group(totals, groups, ("Fixture",)))


def test_records_and_a_release_without_a_common_january_are_said_not_to_compare(caseload) -> None:
    people = pd.DataFrame({"year": [2026] * 3})
    beside = comparators.beside_published(people, comparators.totals(caseload), "990")
    assert comparators.told(beside) == (comparators.NONE_IN_COMMON, {})


@pytest.mark.parametrize(
    ("held", "cautioned"),
    [(89, "{held_own} of the"), (90, ""), (110, ""), (111, "{held_own} plans, more than")],
)
def test_a_finding_on_own_records_far_from_the_published_count_says_so(
    held: int, cautioned: str, grown
) -> None:
    people = pd.DataFrame({"year": [2025] * held})
    totals = pd.DataFrame({"code": ["990"], "year": [2025], "plans": [100.0]})
    beside = comparators.beside_published(people, totals, "990")
    plain = growth.growth_finding(grown)
    found = comparators.careful(plain, beside)
    assert (found is not plain) == bool(cautioned)
    assert cautioned in found.sentence
    assert (found.caution == comparators.FIND_OUT) == bool(cautioned)
    apart = comparators.apart_finding(beside)
    assert (apart is not None) == bool(cautioned)
    assert apart is None or apart.priority > plain.priority

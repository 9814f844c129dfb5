from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from toolkit.diagnose import caseload, need_growth, need_mix, needs

FIXTURES = Path(__file__).parent / "fixtures" / "patterns"
LABELS = {"primary_need": {"ASD": "Autism", "SEMH": "Mental health", "unknown": "Not recorded"}}


def released(name: str) -> pd.DataFrame:
    return pd.read_csv(FIXTURES / f"{name}.csv", dtype={"code": str})


STOCK, NEW = "ees_need_stock", "ees_need_new"


@pytest.fixture
def mixes():
    here = [needs.published_mix(released(n), "867") for n in (STOCK, NEW)]
    england = needs.published_mix(released(STOCK), "E92000001")
    return need_mix.beside(*here, england, ("Fixture",), LABELS)


def test_a_missing_need_has_a_row_of_its_own_and_the_needs_add_up_to_all_plans() -> None:
    mix = needs.published_mix(released(STOCK), "867").set_index("primary_need")["plans"]
    assert mix.to_dict() == {"ASD": 100, "SEMH": 90, "unknown": 10}
    assert mix.sum() == 200


def test_a_year_in_which_a_need_is_withheld_is_left_out() -> None:
    assert needs.published_mix(released(STOCK), "886").empty


def test_new_plans_lean_where_their_share_is_above_that_of_all_plans(mixes) -> None:
    frame = mixes.frame.set_index("primary_need")
    assert frame.loc["SEMH", ["share", "england", "new_share", "lean"]].tolist() == [45, 68, 70, 25]
    assert frame.loc["ASD", "lean"] == -30
    assert frame.loc["All", ["plans", "new"]].tolist() == [200, 100]


def test_the_finding_names_the_need_with_its_range_on_all_new_plans(mixes) -> None:
    (found,) = need_mix.leaning(mixes)
    assert "mental health" in found.sentence
    assert found.low.value < found.value.value == 25 < found.high.value
    assert found.base.value == 100
    assert "Chance" not in found.sentence


def test_a_need_with_few_new_plans_is_not_named() -> None:
    new = needs.published_mix(released(NEW), "867")
    few = new.assign(plans=[9, 9, 1])
    stock = needs.published_mix(released(STOCK), "867")
    assert need_mix.leaning(need_mix.beside(stock, few, stock, ("Fixture",), LABELS)) == []


def test_each_common_need_is_counted_of_all_plans_beside_england(mixes) -> None:
    made = {found.id: found for found in needs.counted(mixes)}
    assert list(made) == ["11.need.ASD", "11.need.SEMH"]  # nobody has SLCN in the fixture
    semh = made["11.need.SEMH"]
    assert (semh.value.value, semh.base.value, semh.cells["share"].value) == (90, 200, 45)
    assert semh.cells["england"].value == 68
    assert semh.sentence.startswith("{plans} of {base} plans ({share}) have mental health as")
    assert semh.cells["england_base"].value == 1000
    assert semh.sentence.endswith("; in England {england} of {england_base}.")


def test_where_needs_of_new_plans_are_withheld_those_of_all_plans_are_told() -> None:
    stock = needs.published_mix(released(STOCK), "867")
    made = need_mix.beside(stock, stock.iloc[:0], stock, ("Fixture",), LABELS)
    assert need_mix.shown(made) == ("primary_need", "plans", "share", "england")
    assert made.frame.set_index("primary_need").loc["All", "plans"] == 200
    assert need_mix.leaning(made) == []
    assert "withholds" in need_mix.note(made)
    assert need_mix.told(made) == ("", {})
    (asd, _) = needs.counted(made)
    assert (asd.value.value, asd.value.aggregate.period) == (100, made.period)


def test_own_records_are_counted_in_the_january_asked_for_without_england() -> None:
    rows = [(2024, "ASD", 3), (2024, "SEMH", 5), (2025, "ASD", 6), (2025, "SEMH", 2)]
    frame = pd.DataFrame(rows, columns=["year", "primary_need", "plans"])
    people = frame.loc[frame.index.repeat(frame["plans"])]
    plans = caseload.plans_by(people, "primary_need", sources=("Fixture",), labels=LABELS)
    made = needs.counted(needs.shares(plans), year=2025)
    assert [(f.value.value, f.base.value) for f in made] == [(6, 8), (2, 8)]
    assert not any("England" in f.sentence for f in made)


def test_a_reader_is_told_where_many_new_plans_have_no_need(mixes) -> None:
    sentence, cells = need_mix.told(mixes)
    assert "no need is recorded" in sentence
    assert cells["blank"].value == 10
    assert "need" not in cells  # autism leads: its finding tells of it


def test_a_leading_need_that_has_no_finding_is_told_beside_england(mixes) -> None:
    other = mixes.frame.replace({"primary_need": {"ASD": "MLD"}})
    sentence, cells = need_mix.told(replace(mixes, frame=other))
    assert sentence.startswith("{need} is the primary need of {share}")
    assert (cells["need"], cells["share"].value) == ("MLD", 50)


def grown(**plans: tuple[int, int]):
    rows = [(y, n, p) for n, both in plans.items() for y, p in zip((2020, 2025), both, strict=True)]
    frame = pd.DataFrame(rows, columns=["year", "primary_need", "plans"])
    people = frame.loc[frame.index.repeat(frame["plans"])]
    made = caseload.plans_by(people, "primary_need", sources=("Fixture",), labels=LABELS)
    return caseload.change_by(made, "primary_need", 2020, 2025)


def test_the_need_that_adds_most_and_the_one_that_grows_fastest_are_told_apart() -> None:
    sentence, cells = need_growth.told_growth(
        grown(ASD=(200, 300), SEMH=(30, 90), unknown=(5, 200))
    )
    assert (cells["most"], cells["fastest"]) == ("Autism", "Mental health")
    assert cells["yearly"].value == pytest.approx(100 * (3**0.2 - 1))
    assert "grew fastest" in sentence


def test_a_need_with_under_30_plans_is_not_called_the_fastest() -> None:
    (found,) = need_growth.growth_finding(grown(ASD=(200, 300), SEMH=(29, 90)))
    assert "autism" in found.sentence
    assert found.base.value == 300


def test_where_no_need_has_30_plans_none_is_called_the_fastest() -> None:
    assert need_growth.growth_finding(grown(ASD=(20, 45), SEMH=(5, 29))) == []


def test_own_needs_add_up_each_year_with_zeros_for_those_that_nobody_has() -> None:
    rows = pd.DataFrame(
        {"calendar_year": [2023, 2024, 2024], "primary_need": ["ASD", "ASD", "unknown"]}
    )
    made = needs.new_plans(needs.own_mix(rows, "calendar_year"), "local", ("Fixture",), LABELS)
    frame = made.frame
    assert len(frame) == 4
    assert frame.groupby("calendar_year")["plans"].sum().to_dict() == {2023: 1, 2024: 2}
    assert frame.groupby("calendar_year")["share"].sum().tolist() == [100, 100]


def test_needs_of_few_new_plans_stand_together_and_those_not_recorded_apart() -> None:
    mix = pd.DataFrame(
        {
            "year": [2023] * 4 + [2024] * 4,
            "primary_need": ["ASD", "HI", "VI", "unknown"] * 2,
            "plans": [50, 12, 1, 2, 60, 7, 3, 4],
        }
    )
    folded = needs.folded(mix)
    of_2024 = folded[folded["year"].eq(2024)].set_index("primary_need")["plans"].to_dict()
    assert of_2024 == {"ASD": 60, "others": 10, "unknown": 4}
    made = needs.new_plans(folded, "local", ("Fixture",), LABELS)
    assert list(made.labels["primary_need"])[-2:] == ["others", "unknown"]
    assert folded["plans"].sum() == mix["plans"].sum()


def test_shares_of_a_january_add_up_to_100() -> None:
    people = pd.DataFrame({"year": [2024] * 3, "primary_need": ["ASD", "ASD", "unknown"]})
    made = needs.shares(caseload.plans_by(people, "primary_need", sources=("Fixture",)))
    assert made.frame["share"].sum() == pytest.approx(100)
    keys = {key for key, value, _ in made.counts() if value == 3}
    assert keys == {(caseload.UNIVERSE, frozenset({("year", "2024")}))}

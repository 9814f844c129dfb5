from pathlib import Path

import pandas as pd
import pytest

from toolkit.diagnose import characteristics

FIXTURES = Path(__file__).parent / "fixtures" / "patterns"


@pytest.fixture
def plans() -> pd.DataFrame:
    return pd.read_csv(FIXTURES / "plans.csv", parse_dates=["plan_start"])


@pytest.mark.parametrize(
    ("code", "group"),
    [
        ("WBRI", "White"),
        ("WIRT", "White"),
        ("MWBC", "Mixed"),
        ("CHNE", "Asian"),
        ("BOTH", "Black"),
        ("OOTH", "Other"),
        ("REFU", "unknown"),
        ("NOBT", "unknown"),
    ],
)
def test_each_code_is_in_its_main_group(code, group) -> None:
    assert characteristics.ethnic_group(code) == group


def test_each_person_has_a_fifth_of_deprivation_and_a_main_group(plans) -> None:
    people = pd.DataFrame({"person_id": ["p01", "p02", "p03", "p04", "p05", "p09"], "sex": "M"})
    made = characteristics.described(people, plans)
    assert made["deprivation"].tolist() == ["1", "1", "5", "unknown", "3", "unknown"]
    assert made["ethnic_group"].tolist() == ["White", "Black", "Asian", *["unknown"] * 1, "White",
                                             "unknown"]  # fmt: skip
    assert len(made) == len(people)


def test_of_several_plans_of_a_person_the_last_one_tells(plans) -> None:
    twice = pd.concat(
        [plans.assign(plan_start=pd.Timestamp("2010-01-01"), ethnicity="OOTH"), plans]
    )
    people = pd.DataFrame({"person_id": ["p01"]})
    assert characteristics.described(people, twice)["ethnic_group"].tolist() == ["White"]


def test_a_characteristic_that_most_records_lack_is_left_out() -> None:
    frame = pd.DataFrame(
        {"sex": ["F", "M", "unknown"], "ethnic_group": "unknown", "deprivation": ["1", "1", "1"]}
    )
    assert characteristics.held(frame) == ["sex", "deprivation"]
    assert characteristics.held(frame.iloc[:0]) == []


def released() -> pd.DataFrame:
    rows = [
        (2025, "867", "sex", "F", 30),
        (2025, "867", "sex", "M", 70),
        (2025, "867", "ethnicity", "Asian - Indian", 10),
        (2025, "867", "ethnicity", "Asian - Chinese", 5),
        (2025, "867", "ethnicity", "Any other ethnic group", 5),
        (2025, "867", "ethnicity", "Unclassified", 5),
        (2025, "867", "ethnicity", "White - White British", 75),
        (2025, "E92000001", "sex", "F", 2899),
        (2025, "E92000001", "sex", "M", 7100),
        (2025, "E92000001", "sex", "unknown", 1),
    ]
    return pd.DataFrame(rows, columns=["year", "code", "topic", "breakdown", "ehcplans"])


def test_published_ethnicities_are_summed_to_their_main_groups() -> None:
    found = characteristics.published(released(), "867", "ethnicity").set_index("value")["plans"]
    assert found.to_dict() == {"Asian": 15, "Other": 5, "White": 75, "unknown": 5}


def test_shares_stand_beside_englands_and_a_row_that_nobody_is_in_is_left_out() -> None:
    here, england = (characteristics.published(released(), c, "sex") for c in ("867", "E92000001"))
    made = characteristics.beside(here, england, "sex", ("Fixture",))
    frame = made.frame.set_index("sex")
    assert list(frame.index) == ["F", "M"]
    assert frame["share"].to_dict() == {"F": 30, "M": 70}
    assert frame.loc["F", "difference"] == pytest.approx(30 - 28.99)

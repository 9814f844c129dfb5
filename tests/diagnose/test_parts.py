import pandas as pd
import pytest

from toolkit.diagnose import caseload, parts


def plans(*rows: tuple[int, str, int]):
    frame = pd.DataFrame(rows, columns=["year", "primary_need", "plans"])
    people = frame.loc[frame.index.repeat(frame["plans"])]
    return caseload.plans_by(people, "primary_need", sources=("Fixture",))


def test_two_januaries_tell_growth() -> None:
    made = parts.over_time(plans((2024, "ASD", 10), (2025, "ASD", 15)), "primary_need")
    assert parts.grows(made)
    assert made.frame.set_index("primary_need")["change"].to_dict() == {"ASD": 5, "All": 5}


def test_one_january_tells_its_mix_and_no_growth() -> None:
    made = parts.over_time(plans((2025, "ASD", 30), (2025, "SEMH", 10)), "primary_need")
    assert not parts.grows(made)
    frame = made.frame.set_index("primary_need")
    assert frame["share_last"].to_dict() == {"ASD": 75, "SEMH": 25, "All": 100}
    assert made.period == "January 2025"
    assert {key[1] for key, _, _ in made.counts()} == {
        frozenset({("year", "2025"), ("primary_need", "ASD")}),
        frozenset({("year", "2025"), ("primary_need", "SEMH")}),
        frozenset({("year", "2025")}),
    }


@pytest.mark.parametrize(
    ("years", "columns"), [((2025,), ["plans_last"]), ((2024, 2025), ["plans_last", "change"])]
)
def test_only_columns_that_there_are_are_shown(years, columns) -> None:
    made = parts.over_time(plans(*((y, "ASD", 3) for y in years)), "primary_need")
    assert parts.shown(made, ("plans_last", "change")) == columns

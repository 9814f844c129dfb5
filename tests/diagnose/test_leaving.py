from pathlib import Path

import pandas as pd
import pytest

from toolkit.diagnose import leaving

FIXTURES = Path(__file__).parent / "fixtures" / "patterns"


def ceased(*rows: tuple[int, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["age", "cease_reason"])
    return frame.assign(calendar_year=2024).astype({"age": "Int64"})


@pytest.mark.parametrize(
    ("age", "group"), [(15, None), (16, "16-19"), (19, "16-19"), (20, "20-25"), (25, "20-25")]
)
def test_plans_count_from_16_on(age, group) -> None:
    counts = leaving.own(ceased((age, "3"), (18, "9")))
    found = counts[counts["destination"].eq("higher_education") & counts["plans"].gt(0)]
    assert found["age_group"].tolist() == ([group] if group else [])


@pytest.mark.parametrize("reason", ["5", "7", "8"])
def test_who_moved_away_or_died_is_in_no_base(reason) -> None:
    assert leaving.own(ceased((18, reason), (18, "4")))["plans"].sum() == 1


def test_a_reason_that_is_not_recorded_has_a_row_of_its_own() -> None:
    counts = leaving.own(ceased((18, "unknown"), (18, "77")))
    assert counts.set_index("destination")["plans"].groupby(level=0).sum()["unknown"] == 2


@pytest.fixture
def released() -> pd.DataFrame:
    return pd.read_csv(FIXTURES / "ees_ceased.csv", dtype={"code": str})


def test_the_destinations_add_up_to_the_base_and_the_shares_to_100(released) -> None:
    here, england = (leaving.published(released, c) for c in ("867", "E92000001"))
    frame = leaving.by_destination(here, england, "published", ("Fixture",)).frame
    assert frame["plans"].sum() == 33 == frame["base"].iloc[0]
    assert frame["share"].sum() == pytest.approx(100)
    at = frame.set_index("destination")
    assert at.loc["employment", ["young", "older", "plans"]].tolist() == [4, 4, 8]
    assert at.loc["no_engage", "england"] == 40


@pytest.mark.parametrize(("plans", "has_ages"), [(99, False), (100, True)])
def test_few_own_plans_are_not_split_by_age(plans, has_ages) -> None:
    counts = leaving.own(ceased(*[(18, "3")] * plans))
    made = leaving.by_destination(counts, counts, "local", ("Fixture",))
    assert ("young" in {m.column for m in made.measures}) is has_ages


def test_moving_on_is_higher_education_or_paid_employment(released) -> None:
    made = leaving.moved_on(leaving.published(released, "867"), "published", ("Fixture",))
    found = leaving.finding(made)
    assert found.value.value == pytest.approx(100 * 12 / 33)
    assert found.base.value == 33
    assert found.low.value < found.value.value < found.high.value


@pytest.mark.parametrize(
    ("reasons", "source", "named"),
    [
        ("9" * 31, "published", "higher education or paid employment"),
        ("9" * 30, "published", ""),  # 0.8 to the power of 30 is 0.0012
        ("9" * 30 + "4", "published", "higher education"),
        ("9" * 31, "local", ""),
    ],
)
def test_nobody_gone_where_many_go_in_england_bears_a_caution(
    released, reasons, source, named
) -> None:
    england = leaving.published(released, "E92000001")  # a fifth to each of the two
    counts = leaving.own(ceased(*[(20, reason) for reason in reasons]))
    ends = leaving.by_destination(counts, england, source, ("Fixture",))
    said = leaving.doubt(ends)
    assert (
        said.startswith(f"The return records nobody as gone into {named}, ")
        if named
        else (said == "")
    )
    found = leaving.finding(leaving.moved_on(counts, source, ("Fixture",)), said)
    assert found.caution == said


@pytest.mark.parametrize(("plans", "is_found"), [(9, False), (10, True)])
def test_a_share_of_fewer_than_10_is_not_told(plans, is_found) -> None:
    counts = leaving.own(ceased(*[(18, "3")] * plans))
    shares = leaving.by_destination(counts, counts.iloc[:0], "local", ("Fixture",)).frame["share"]
    assert shares.notna().any() == is_found
    made = leaving.moved_on(counts, "local", ("Fixture",))
    assert (leaving.finding(made) is not None) is is_found
    assert ("share" in leaving.told(made)[1]) is is_found

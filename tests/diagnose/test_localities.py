import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.diagnose import caseload, localities

names = st.sampled_from(["North", "South", None])
people_of = st.lists(
    st.tuples(st.sampled_from([2024, 2025]), names, st.sampled_from(["ASD", "SEMH"])),
    min_size=4,
    max_size=40,
)


def people(rows) -> pd.DataFrame:
    ends = [(2024, "North", "ASD"), (2025, "North", "ASD")]
    return pd.DataFrame([*rows, *ends], columns=["year", "locality", "primary_need"])


@given(people_of)
def test_localities_with_those_not_recorded_add_up_to_the_area(rows) -> None:
    frame = localities.plans_in(people(rows), ("Fixture",)).frame.set_index("locality")
    parts, whole = frame.drop("All"), frame.loc["All"]
    for column in ("plans_first", "plans_last", "change"):
        assert parts[column].sum() == whole[column]
    total = caseload.plans_by(people(rows), sources=("Fixture",)).frame.set_index("year")["plans"]
    assert whole["plans_last"] == total[2025]


@given(people_of)
def test_the_needs_of_a_locality_add_up_to_it(rows) -> None:
    frame = localities.needs_in(people(rows), ("Fixture",), {}).frame
    assert (
        frame.groupby("locality")["plans"].sum().eq(frame.groupby("locality")["base"].first()).all()
    )
    assert frame["plans"].sum() == sum(1 for row in people(rows)["year"] if row == 2025)


def started(*rows: tuple[int, str | None, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["calendar_year", "locality", "age"])


def test_new_plans_of_the_latest_year_add_up_over_localities() -> None:
    of_2024 = [(2024, "North", 4), (2024, "South", 17), (2024, "unknown", 9)]
    made = localities.starts_in(started((2023, "North", 3), *of_2024), ("Fixture",))
    frame = made.frame.set_index("locality")
    assert frame["starts"].to_dict() == {"North": 1, "South": 1, "unknown": 1, "All": 3}


@pytest.mark.parametrize(("plans", "has_ages"), [(29, False), (30, True)])
def test_ages_by_locality_need_30_new_plans_for_each(plans, has_ages) -> None:
    rows = started(*[(2024, "North", 4)] * plans, *[(2024, "South", 9)] * 30)
    frame = localities.starts_in(rows, ("Fixture",)).frame.set_index("locality")
    assert ("under_5" in frame) is has_ages
    assert not has_ages or frame["share_under_5"].to_dict() == {"North": 100, "South": 0, "All": 50}


def test_plans_on_time_leave_exceptions_out_and_keep_those_without_a_locality() -> None:
    issued = pd.DataFrame(
        {
            "calendar_year": 2024,
            "person_id": ["a", "b", "c", "d"],
            "on_time": ["yes", "no", "yes", "yes"],
            "exception": ["no", "no", "no", "yes"],
        }
    )
    plans = pd.DataFrame(
        {
            **{c: pd.Series(["x"] * 2) for c in ("primary_need", "sex", "ethnicity")},
            "deprivation_decile": [1, 1],
            "person_id": ["a", "b"],
            "plan_start": pd.Timestamp("2024-05-01"),
            "locality": ["North", None],
        }
    )
    made = localities.on_time_in(issued, plans, ("Fixture",))
    frame = made.frame.set_index("locality")
    assert frame["without"].to_dict() == {"North": 1, "unknown": 2, "All": 3}
    assert frame.loc["All", "on_time"] == 2


def test_the_locality_that_adds_most_is_named_with_its_size() -> None:
    rows = [*[(2025, "South", "ASD")] * 5, *[(2025, "North", "ASD")] * 2]
    sentence, cells = localities.told(localities.plans_in(people(rows), ("Fixture",)))
    assert cells["locality"] == "South"
    assert cells["share"].value == pytest.approx(100 * 5 / 7)
    assert "{size}" in sentence


@pytest.mark.parametrize(("held", "expected"), [(["North", None], False), (["N", "S"], True)])
def test_one_locality_is_no_reason_to_compare(held, expected) -> None:
    assert localities.are_held(pd.DataFrame({"locality": held})) is expected

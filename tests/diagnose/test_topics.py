from pathlib import Path

import pandas as pd
import pytest

from toolkit.diagnose import topics

FIXTURES = Path(__file__).parent / "fixtures" / "patterns"


def released(name: str) -> pd.DataFrame:
    return pd.read_csv(FIXTURES / f"{name}.csv")


def test_a_year_with_a_withheld_figure_is_left_out_and_never_taken_for_0() -> None:
    rows = topics.rows(released("ees_new_plans"), "867", "age_at_start", ["new_ehc_plans"])
    assert rows.empty  # codes are text in the store
    rows = topics.rows(
        released("ees_new_plans").astype({"code": str}), "867", "age_at_start", ["new_ehc_plans"]
    )
    assert set(rows["year"]) == {2023}
    assert rows["new_ehc_plans"].sum() == 32


def test_a_figure_that_the_release_lacks_for_a_year_may_be_optional() -> None:
    frame = released("ees_timeliness").astype({"code": str})
    columns = ["plans_issued_den"], ["plans_issued_gt_1_year_ex"]
    rows = topics.rows(frame, "867", topics.TOTAL, *columns)
    assert rows["year"].tolist() == [2022, 2024]
    assert topics.rows(frame, "867", topics.TOTAL, [*columns[0], *columns[1]])["year"].tolist() == [
        2024
    ]


def test_a_release_that_is_not_held_gives_no_rows() -> None:
    rows = topics.rows(None, "867", "age", ["ehcplans"])
    assert rows.empty
    assert list(rows.columns) == ["year", "breakdown", "ehcplans"]


@pytest.mark.parametrize(
    ("doubtful", "januaries", "said"),
    [
        ([], [], ""),
        ([2020], [2025], ""),
        ([2020, 2025], [2025], "January 2025 looks wrong"),
        ([2020, 2023, 2025], [], "January 2020, 2023 and 2025 looks wrong"),
    ],
)
def test_the_caution_names_the_doubtful_januaries_that_a_figure_rests_on(
    doubtful, januaries, said
) -> None:
    found = topics.caution(doubtful, *januaries)
    assert said in found
    assert bool(said) == bool(found)


@pytest.mark.parametrize(("last", "said"), [(2024, "January 2025"), (2025, "")])
def test_a_mix_that_ends_before_the_totals_is_told(last: int, said: str) -> None:
    totals = pd.DataFrame({"code": ["873", "873", "101"], "year": [2024, 2025, 2026]})
    found = topics.without_mix(totals, "873", last)
    assert said in found
    assert bool(said) == bool(found)

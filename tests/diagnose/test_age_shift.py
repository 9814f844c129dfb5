import pandas as pd
import pytest
from scipy import stats

from toolkit.diagnose import age_shift, starts


def counts(**years: list[int]) -> pd.DataFrame:
    rows = [(int(y[1:]), a) for y, ages in years.items() for a in ages]
    frame = pd.DataFrame(rows, columns=["calendar_year", "age"])
    return starts.counted(frame.astype({"age": "Int64"}))


YOUNG, OLD = [4] * 30 + [6] * 30, [8] * 30 + [12] * 30


def shifted(**years: list[int]):
    return age_shift.shift(counts(**years), "local", ("Fixture",))


@pytest.mark.parametrize(
    ("then", "now", "verdict"),
    [
        (YOUNG, OLD, "Older, by more than chance"),
        (OLD, YOUNG, "Younger, by more than chance"),
        (YOUNG, YOUNG, "No more than chance gives"),
        (YOUNG[:19], OLD, "Too few new plans to tell"),
        (YOUNG[20:40], OLD[20:40], "Older, by more than chance"),  # 20 are enough
        ([7] * 40, [7] * 40, "Too few new plans to tell"),  # one age: nothing can be tested
    ],
)
def test_a_shift_is_called_one_only_where_chance_would_rarely_make_it(then, now, verdict) -> None:
    assert shifted(y2022=then, y2024=now).frame["verdict"].item() == verdict


def test_the_test_is_scipys_on_the_ages_of_the_first_and_the_last_year() -> None:
    then, now = [4, 5, 6, 7, 8] * 6, [5, 6, 7, 8, 9] * 6
    row = shifted(y2022=then, y2023=[19] * 50, y2024=now).frame.iloc[0]
    assert (row["first_year"], row["last_year"]) == (2022, 2024)
    assert row["p_ages"] == pytest.approx(stats.mannwhitneyu(then, now).pvalue)
    assert row["change"] == pytest.approx(1.0)
    welch = stats.ttest_ind(now, then, equal_var=False).confidence_interval(0.95)
    assert (row["low"], row["high"]) == pytest.approx((welch.low, welch.high), abs=0.03)


def test_both_ends_can_grow_while_the_mean_stays() -> None:
    middle, ends = [10] * 100, [4] * 50 + [16] * 50
    made = shifted(y2022=middle, y2024=ends)
    assert made.frame["verdict"].item() == age_shift.SAME
    assert made.frame["p_groups"].item() == age_shift.LEAST
    assert "changed by more" in age_shift.told(made)[0]


def test_a_year_is_told_by_its_mean_median_and_stages() -> None:
    frame = age_shift.by_year(
        counts(y2023=[4, 4, 10, 18], y2024=[1, 22]), "local", ("Fixture",)
    ).frame.set_index("calendar_year")
    assert frame.loc[2023, ["mean", "median", "under_5", "from_16"]].tolist() == [9.0, 7.0, 2, 1]
    assert frame.loc[2023, "share_under_5"] == 50
    assert frame.loc[2024, "mean"] == 11.0  # 2 and under counts as 2, 20 and over as 20


def test_a_finding_has_the_change_with_its_range_and_too_few_make_none() -> None:
    found = age_shift.finding(shifted(y2022=YOUNG, y2024=OLD))
    assert found.value.value == 5.0
    assert found.low.value < 5.0 < found.high.value
    assert found.base.value == 60
    assert age_shift.finding(shifted(y2022=YOUNG[:10], y2024=OLD)) is None

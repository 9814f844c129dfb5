"""When one rate passes another: the arithmetic, and when nothing is said."""

import math
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.diagnose.benchmarks import overtake
from toolkit.diagnose.benchmarks.groups import Company

FIXTURES = Path(__file__).parents[1] / "fixtures" / "benchmarks"
COMPANY = Company("101", "", (), ("102", "103", "104", "105", "106"))


def rates() -> pd.DataFrame:
    """Return rates that grow by 10% a year here and by 5% there, from January 2022."""
    wide = pd.read_csv(FIXTURES / "rates.csv", dtype={"code": str})
    long = wide.melt("code", var_name="year").astype({"year": int})
    return long.assign(measure="rate.total", base_name="aged 0 to 25 (mid-2024)", doubt="")


def row(frame: pd.DataFrame, years: int, company: Company = COMPANY) -> pd.Series:
    made = overtake.pace(frame, company, ("source",)).frame.set_index("years_of_pace")
    return made.loc[years]


def test_forty_at_ten_per_cent_passes_fifty_at_five_in_the_fifth_year() -> None:
    found = row(rates(), 3)
    assert found["growth"] == pytest.approx(10, abs=0.01)
    assert found["median_growth"] == pytest.approx(5, abs=0.01)
    assert found["years_to"] == pytest.approx(math.log(50 / 40) / math.log(1.10 / 1.05), abs=0.01)
    assert found["crosses"] == "passes it by January 2030"


def test_each_span_has_its_own_answer() -> None:
    assert row(rates(), 2)["crosses"] == "passes it by January 2030"
    assert row(rates(), 4)["crosses"] == "does not pass it at this pace"


@pytest.mark.parametrize(
    ("years", "is_below", "words"),
    [
        (4.8, True, "passes it by January 2030"),
        (25.0, True, "passes it by January 2050"),
        (25.1, True, "does not pass it at this pace"),
        (float("nan"), True, "does not pass it at this pace"),
        (1.2, False, "falls below it by January 2027"),
        (float("nan"), False, "stays above it"),
    ],
)
def test_the_answer_in_words(years, is_below, words) -> None:
    assert overtake.in_words(years, 2025, is_below) == words


@given(*[st.floats(1, 200)] * 2, *[st.floats(0.8, 1.4)] * 2)
def test_at_the_crossing_the_rates_are_the_same(area, median, area_pace, median_pace) -> None:
    years = overtake.crossing(area, median, area_pace, median_pace)
    if math.isnan(years):
        gap, closing = median - area, area_pace - median_pace
        assert gap * closing <= 0  # they move apart, or keep their distance
    elif years < 200:
        assert area * area_pace**years == pytest.approx(median * median_pace**years, rel=1e-6)


def test_a_latest_figure_that_looks_wrong_gives_no_answer() -> None:
    frame = rates()
    wrong = frame["code"].eq("101") & frame["year"].eq(2025)
    doubtful = frame.assign(doubt=frame["doubt"].mask(wrong, "January 2025"))
    assert overtake.pace(doubtful, COMPANY, ()).frame.empty
    replaced = frame.assign(doubt=frame["doubt"].mask(wrong, "January 2025 (replaced)"))
    assert len(overtake.pace(replaced, COMPANY, ()).frame) == 3


def test_four_neighbours_give_no_answer() -> None:
    few = Company("101", "", (), ("102", "103", "104", "105"))
    assert overtake.pace(rates(), few, ()).frame.empty


def test_an_area_without_a_rate_gives_no_answer() -> None:
    nobody = Company("999", "", (), COMPANY.neighbours)
    assert overtake.pace(rates(), nobody, ()).frame.empty


def test_the_sentence_tells_every_span_and_that_it_is_no_forecast() -> None:
    sentence, cells = overtake.told(overtake.pace(rates(), COMPANY, ()))
    assert "At the pace of the last 3 years" in sentence
    assert "the pace of the last 2 years gives the same" in sentence
    assert "of the last 4 years it does not pass it at this pace" in sentence
    assert sentence.endswith("An illustration, no forecast.")
    assert cells["rate"].value == 40


def test_paces_that_give_the_same_are_told_together() -> None:
    same, other = "stays above it", "falls below it by January 2030"
    assert overtake._other_paces({2: same, 4: same}, same) == (
        "; the pace of the last 2 or 4 years gives the same"
    )
    assert overtake._other_paces({2: other, 4: same}, same) == (
        "; the pace of the last 4 years gives the same; at that of the last 2 years it falls below "
        "it by January 2030"
    )

import pandas as pd
import pytest

from toolkit.aggregate import Measure
from toolkit.show import words


def measure(unit, decimals=None):
    return Measure("m", "Label", unit, decimals=decimals)


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (1234, "people", "1,234"),
        (0, "people", "0"),
        (54.4, "%", "54%"),
        (54.5, "%", "55%"),
        (9.94, "%", "9.9%"),
        (9.95, "%", "10%"),
        (3.0, "%", "3%"),
        (-3.2, "%", "−3.2%"),
        (0.04, "%", "0%"),
        (-0.04, "%", "0%"),
        (3.25, "pp", "3.3 percentage points"),
        (1, "pp", "1 percentage point"),
        (49.25, "per 1,000", "49.3 per 1,000"),
        (12345.4, "£", "£12,345"),
        (99_999.4, "£", "£99,999"),
        (949_600, "£", "£950,000"),
        (949_999.9, "£", "£950,000"),
        (949_000_000, "£", "£949 million"),
        (1_249_999, "£", "£1.2 million"),
        (1_250_000, "£", "£1.3 million"),
        (-1_200_000, "£", "−£1.2 million"),
        (2_300_000_000, "£", "£2.3 billion"),
        (-0.4, "£", "£0"),
        (109_565.2, "£ per plan", "£109,565 per plan"),
        (7.5, "hours", "7.5 hours"),
        (20, "days", "20 days"),
        (None, "people", "[x]"),
        (float("inf"), "%", "[x]"),
        ("red", "text", "red"),
    ],
)
def test_each_unit_is_written_as_a_reader_expects(value, unit, written):
    assert words.figure(value, measure(unit)) == written


def test_a_measure_may_ask_for_its_own_decimals():
    assert words.figure(54.86, measure("%", decimals=1)) == "54.9%"


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [(0.5, 0, "1"), (1.5, 0, "2"), (2.5, 0, "3"), (-2.5, 0, "-3"), (28.499999999999996, 0, "29")],
)
def test_halves_are_rounded_away_from_zero(value, decimals, rounded):
    assert str(words.half_up(value, decimals)) == rounded


@pytest.mark.parametrize(
    ("value", "rounded"), [(0, 0), (2, 0), (3, 5), (7.5, 10), (12, 10), (13, 15)]
)
def test_the_nhs_profile_rounds_to_the_nearest_five(value, rounded):
    assert words.to_five(value) == rounded


@pytest.mark.parametrize(
    ("value", "dimension", "written"),
    [
        (202223, "academic_year", "2022/23"),
        (202223, "financial_year", "2022-23"),
        (2025, "year", "2025"),
        (2025, "census_year", "January 2025"),
        ("All", "year", "All"),
    ],
)
def test_years_are_written_as_their_kind_is(value, dimension, written):
    assert words.year(value, dimension) == written


def test_a_code_that_is_missing_reads_as_not_recorded():
    assert words.code(None, "need") == "Not recorded"
    assert words.code(float("nan"), "need") == "Not recorded"
    assert words.code(pd.Timestamp("2025-01-16"), "day") == "16 January 2025"


def test_a_column_of_large_sums_is_written_in_millions_throughout():
    column = words.scale([61_200_000, -800_000, None], measure("£"))
    assert column.unit == "£ million"
    assert [column.text(v) for v in (61_200_000, -800_000, None)] == ["61.2", "−0.8", "[x]"]
    assert words.in_scale(-800_000, column, measure("£")) == "−£0.8 million"


def test_a_column_has_one_number_of_decimals():
    column = words.scale([54.0, 9.3], measure("%"))
    assert [column.text(v) for v in (54.0, 9.3)] == ["54.0", "9.3"]


def test_lists_and_ranges_read_as_english():
    assert words.listed(["a"]) == "a"
    assert words.listed(["a", "b", "c"]) == "a, b and c"
    assert words.between("1,200", "1,500") == "1,200 to 1,500"
    assert words.between("5%", "5%") == "5%"

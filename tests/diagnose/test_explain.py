from pathlib import Path

import pandas as pd
import pytest

from toolkit.diagnose import explain

FIXTURE = Path(__file__).parent / "fixtures" / "pupils.csv"


@pytest.fixture
def two_ends() -> pd.DataFrame:
    return explain.ends(pd.read_csv(FIXTURE))


def share(result, part: str) -> float:
    return result.cell("share", part=part).value


def test_constant_conversion_explains_30_percent_and_leaves_70(two_ends) -> None:
    result = explain.explained(two_ends, ("Fixture",))
    assert share(result, "More pupils") == pytest.approx(3.7, abs=0.05)
    assert share(result, "More pupils with SEN Support") == pytest.approx(26.3, abs=0.05)
    assert share(result, "Other factors") == pytest.approx(70)
    assert "Constant-conversion method" in result.method


def test_the_log_method_gives_another_share_and_says_its_name(two_ends) -> None:
    result = explain.explained(two_ends, ("Fixture",), "log")
    explained = share(result, "More pupils") + share(result, "More pupils with SEN Support")
    assert explained == pytest.approx(34.8, abs=0.05)
    assert "Log method" in result.method


@pytest.mark.parametrize("method", ["constant conversion", "log"])
def test_the_parts_add_up_to_all_growth(two_ends, method) -> None:
    frame = explain.explained(two_ends, ("Fixture",), method).frame.set_index("part")
    assert frame["plans"].drop("All growth").sum() == pytest.approx(frame["plans"]["All growth"])
    assert frame["share"]["All growth"] == pytest.approx(100)


def test_other_factors_are_never_called_a_cause(two_ends) -> None:
    result = explain.explained(two_ends, ("Fixture",))
    assert "not a cause" in result.method
    assert "cause" not in " ".join(result.frame["part"]).lower()


@pytest.mark.parametrize("column", ["headcount", "sen_support", "ehcp"])
def test_a_missing_or_zero_figure_is_refused(two_ends, column: str) -> None:
    with pytest.raises(ValueError, match="Two years"):
        explain.explained(two_ends.assign(**{column: 0}), ("Fixture",))


def test_the_ends_are_at_most_five_years_apart() -> None:
    years = [201718 + 101 * i for i in range(8)]
    pupils = pd.DataFrame(
        {"academic_year": years, "phase": "all", "headcount": 1, "sen_support": 1, "ehcp": 1}
    )
    assert explain.ends(pupils)["year"].tolist() == ["2019/20", "2024/25"]


@pytest.mark.parametrize(
    ("ehcp", "can"), [([100, 120], True), ([120, 100], False), ([100], False), ([0, 9], False)]
)
def test_only_growth_between_two_years_can_be_explained(ehcp: list[int], can: bool) -> None:
    rows = [{"year": "", "headcount": 900, "sen_support": 90, "ehcp": n} for n in ehcp]
    assert explain.comparable(pd.DataFrame(rows)) is can

import pandas as pd
import pytest

from toolkit.diagnose import baselines

AGREED = pd.DataFrame({"assumption_id": ["baseline.plans"], "agreed_by": ["Head of SEND"]})


def found(values: dict[int, float], method: baselines.Method = "latest year"):
    history = pd.DataFrame(
        {"variable": "plans", "year": list(values), "value": list(values.values())}
    )
    return baselines.baselines(history, AGREED, "local", ("Fixture",), method).frame.iloc[0]


@pytest.mark.parametrize(
    ("method", "expected"), [("latest year", 130), ("mean of the years", 110), ("trend", 130)]
)
def test_each_method_gives_its_stated_value(method, expected) -> None:
    assert (
        found({2021: 90, 2022: 100, 2023: 110, 2024: 120, 2025: 130}, method)["baseline"]
        == expected
    )


def test_at_most_five_years_are_used() -> None:
    assert found({y: y for y in range(2015, 2026)})["period"] == "2021 to 2025"


def test_a_gap_is_named_and_never_bridged() -> None:
    row = found({2021: 90, 2023: 110})
    assert pd.isna(row["baseline"])
    assert row["period"] == "No baseline: 2022 missing"


def test_a_baseline_is_agreed_only_where_somebody_is_named() -> None:
    assert found({2024: 1, 2025: 2})["agreed"] == "Yes"
    nobody = pd.DataFrame(
        {"assumption_id": pd.Series(dtype=str), "agreed_by": pd.Series(dtype=str)}
    )
    history = pd.DataFrame({"variable": ["plans"], "year": [2025], "value": [5.0]})
    row = baselines.baselines(history, nobody, "local", ()).frame.iloc[0]
    assert (row["owner"], row["agreed"]) == ("Not named", "Not yet")

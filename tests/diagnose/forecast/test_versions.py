"""Forecasts kept: gaps, running sums, the bridge between two, and error against what happened."""

import pandas as pd
import pytest
from money_cases import fixture

from toolkit.diagnose.forecast import accuracy, versions
from toolkit.errors import InputError

SOURCES = ("Kept forecasts",)


def bridge() -> pd.DataFrame:
    shown = versions.bridge(fixture("bridge.csv"), "original", "reforecast", 202526, SOURCES)
    return shown.frame.set_index("step")


def test_fewer_savings_take_a_deficit_of_59_to_77_million() -> None:
    found = bridge()
    assert found["value"].tolist() == [-59e6, 0, -18e6, 0, -77e6]  # 59 + 18 = 77


def test_the_steps_of_a_bridge_add_up_to_the_new_forecast() -> None:
    kept = fixture("versions.csv").assign(scenario="mitigated")
    steps = versions.bridge(kept, "spring", "autumn", 202526, SOURCES).frame.set_index("step")
    parts = steps["value"]
    assert parts["old"] + parts["opening"] + parts["savings"] + parts["other"] == parts["new"]
    assert parts["opening"] == 0  # both start from 3.0 million at the end of 2023-24
    assert parts["other"] == -500_000


def test_every_figure_of_a_bridge_carries_its_own_year() -> None:
    assert bridge()["of_year"].to_dict() == {
        "old": "31 March 2026",
        "opening": "31 March 2024",
        "savings": "2024-25 to 2025-26",
        "other": "2024-25 to 2025-26",
        "new": "31 March 2026",
    }
    shown = versions.bridge(fixture("bridge.csv"), "original", "reforecast", 202526, SOURCES)
    sentence, cells = versions.told_bridge(shown)
    assert "{span}" in sentence
    assert "{year}" in sentence
    assert cells["year"] == "31 March 2026"


def test_a_bridge_over_a_year_that_one_forecast_lacks_is_refused() -> None:
    with pytest.raises(InputError, match="'original' holds no 2026-27"):
        versions.bridge(fixture("bridge.csv"), "original", "reforecast", 202627, SOURCES)


def test_the_cumulative_gap_is_the_running_sum_and_a_slip_is_shown() -> None:
    found = versions.compared(fixture("versions.csv"), "unmitigated", SOURCES).frame
    by_year = found.set_index(["version", "financial_year"])["difference"]
    assert by_year["spring", 202425] == 0
    assert by_year["spring", 202526] == -500_000  # 5.0 and 3.0 are not 8.5
    assert by_year["autumn", 202526] == 0
    assert pd.isna(by_year["spring", 202324])


def test_two_rows_of_one_forecast_for_one_year_are_refused() -> None:
    kept = fixture("versions.csv")
    with pytest.raises(InputError, match="'spring' has two rows for 2023-24"):
        versions.compared(pd.concat([kept, kept.head(1)]), "unmitigated", SOURCES)


def test_the_last_two_forecasts_are_found_by_the_day_they_were_made() -> None:
    kept = fixture("versions.csv")
    assert versions.latest_two(kept, "unmitigated") == ("spring", "autumn")
    assert versions.last_common_year(kept, "unmitigated", "spring", "autumn") == 202526
    assert versions.latest_two(kept, "mitigated") is None


HAPPENED = pd.DataFrame(
    [(202324, "plans", 1000.0), (202425, "plans", 1000.0), (202425, "in_year_balance", -4e6)],
    columns=["financial_year", "component", "actual"],
)


def test_a_perfect_forecast_has_no_error() -> None:
    perfect = fixture("versions.csv").assign(plans=1000, in_year_balance=-4_000_000)
    found = accuracy.errors(perfect, HAPPENED, "unmitigated", SOURCES).frame
    assert found[["mape", "bias"]].to_numpy().tolist() == [[0, 0]] * len(found)
    assert len(found) == 4


def test_error_and_bias_stand_by_component_and_years_ahead() -> None:
    found = accuracy.errors(fixture("versions.csv"), HAPPENED, "unmitigated", SOURCES).frame
    rows = found.set_index(["component", "years_ahead"])
    assert rows.loc[("plans", 1)].tolist() == [2, 7.5, 7.5]  # 0% in spring, 15% in autumn
    assert rows.loc[("plans", 2)].tolist() == [1, 10, 10]
    # A deficit of 2.0 was forecast where 4.0 came: half of it, and too favourable.
    assert rows.at[("in_year_balance", 2), "bias"] == 50


def test_what_was_forecast_after_the_year_had_closed_is_no_forecast() -> None:
    late = fixture("versions.csv").assign(made_on="2026-05-01")
    assert accuracy.compared(late, HAPPENED, "unmitigated").empty
    shown = accuracy.errors(late, HAPPENED, "unmitigated", SOURCES)
    assert accuracy.told(shown)[0].startswith("No year that was forecast has closed")


def test_what_happened_is_the_outturn_and_the_january_in_the_year() -> None:
    position = fixture("money/dsg_position.csv")
    found = accuracy.actuals(position, {2025: 160.0}).set_index(["component", "financial_year"])
    assert found.at[("plans", 202425), "actual"] == 160
    assert found.at[("in_year_balance", 202425), "actual"] == -120_000
    assert ("in_year_balance", 202526) not in found.index  # a budget is nothing that happened

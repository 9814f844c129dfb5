import numpy as np
import pandas as pd
import pytest

from tests.diagnose.forecast import small_area
from toolkit.diagnose.forecast import local_backtest
from toolkit.diagnose.forecast.local_backtest import ALL, Known
from toolkit.errors import InputError

KNOWN = Known(*small_area.frames())
NATIONAL = {year: 300_000 * 1.1 ** (year - 2018) for year in range(2018, 2026)}


def run(known: Known) -> pd.DataFrame:
    return local_backtest.backtest(known, None, NATIONAL, small_area.PROVISIONS, 60)


@pytest.fixture(scope="module")
def tested() -> pd.DataFrame:
    return run(KNOWN)


def test_each_census_with_three_years_of_flows_is_an_origin(tested: pd.DataFrame) -> None:
    assert tested["origin"].unique().tolist() == [2022, 2023, 2024]
    assert tested.groupby("origin")["ahead"].max().tolist() == [3, 2, 1]


def test_nothing_after_an_origin_reaches_its_forecast(tested: pd.DataFrame) -> None:
    stock, plans, population = KNOWN
    later = stock["year"].gt(2022)
    spoilt = stock.assign(
        provision=stock["provision"].mask(later, "nmiss"), age=stock["age"].mask(later, 20)
    )
    spoilt = pd.concat([spoilt, stock[later].assign(person_id=stock["person_id"] + "again")])
    people = population.assign(
        persons=population["persons"].mask(population["year"].ge(2022), 90_000)
    )
    ends = plans.assign(plan_cease=pd.Timestamp(2023, 6, 1))
    again = run(Known(spoilt, ends, people))
    forecast = ["ahead", "provision", "median", "p2_5", "p10", "p90", "p97_5", "last_growth"]
    first, second = (x[x["origin"].eq(2022)].reset_index(drop=True) for x in (tested, again))
    held = first["provision"].isin(second["provision"])
    pd.testing.assert_frame_equal(first.loc[held, forecast], second[forecast])
    assert (second["actual"].to_numpy() != first.loc[held, "actual"].to_numpy()).any()


def test_what_was_known_at_a_census_ends_there() -> None:
    known = local_backtest.known_at(KNOWN, 2022)
    assert known.stock["year"].max() == 2022
    assert known.plans["plan_start"].max() < pd.Timestamp(2022, 2, 1)
    assert known.population["year"].max() == 2021


def test_a_perfect_forecast_has_no_error(tested: pd.DataFrame) -> None:
    columns = ("median", "p2_5", "p10", "p90", "p97_5", "last_growth")
    perfect = tested.assign(**dict.fromkeys(columns, tested["actual"]))
    errors = local_backtest.errors(perfect)
    known = errors[errors["error"].notna()]
    assert (known[["error", "bias", "last_growth"]] == 0).all(axis=None)
    assert (known[["inside80", "inside95"]] == 100).all(axis=None)


def test_errors_are_departures_over_what_came() -> None:
    rows = pd.DataFrame(
        {"origin": [1, 2], "year": [2, 3], "ahead": 1, "provision": ALL, "actual": [100.0, 300.0],
         "median": [110.0, 280.0], "p2_5": [80.0, 200.0], "p10": [90.0, 260.0],
         "p90": [99.0, 310.0], "p97_5": [130.0, 320.0], "last_growth": [100.0, 260.0],
         "mean_growth": [100.0, 300.0], "half_national": [np.nan, np.nan]}
    )  # fmt: skip
    made = local_backtest.errors(rows).iloc[0]
    assert made["error"] == pytest.approx(100 * 30 / 400)
    assert made["bias"] == pytest.approx(100 * -10 / 400)
    assert made["last_growth"] == 10
    assert (made["inside80"], made["inside95"]) == (50, 100)
    assert np.isnan(made["half_national"])


def test_naive_forecasts_carry_growth_on(tested: pd.DataFrame) -> None:
    counts = KNOWN.stock["year"].value_counts()
    row = tested[tested["origin"].eq(2024) & tested["provision"].eq(ALL)].iloc[0]
    assert row["last_growth"] == pytest.approx(counts[2024] ** 2 / counts[2023])
    own = np.log(counts[2024] / counts[2022]) / 2
    assert row["half_national"] == pytest.approx(counts[2024] * np.exp((own + np.log(1.1)) / 2))


def test_too_few_censuses_are_said() -> None:
    stock = KNOWN.stock[KNOWN.stock["year"].ge(2022)]
    with pytest.raises(InputError, match="needs 5 censuses"):
        local_backtest.backtest(Known(stock, KNOWN.plans, KNOWN.population))


def test_what_is_shown_rests_on_people(tested: pd.DataFrame) -> None:
    table = local_backtest.shown(tested, ("test",))
    total = table.frame[table.frame["provision"].eq(ALL)]
    assert (total["count"] == KNOWN.stock["year"].eq(2025).sum()).all()
    assert all(m.rests_on == ("count",) for m in table.measures if m.unit == "%")

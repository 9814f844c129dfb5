"""The opportunity matrix, against the two that the diagnostic pack prints."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit import reference
from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose.caseload import UNIVERSE
from toolkit.diagnose.opportunities import base, legend, matrix, shares
from toolkit.diagnose.opportunities.rows import ready

FIXTURES = Path(__file__).parents[1] / "fixtures" / "opportunities"
SETTINGS, ENABLERS = (reference.table(n) for n in ("opportunity_settings", "enablers"))
CITED = ("Fixture",)
MILLION = 1e6


def read(name: str) -> pd.DataFrame:
    return ready(pd.read_csv(FIXTURES / f"{name}.csv"), SETTINGS)


def printed(name: str) -> tuple[float, float]:
    row = pd.read_csv(FIXTURES / "printed_totals.csv").set_index("matrix").loc[name]
    return float(row["low"]), float(row["high"])


def made(name: str) -> Aggregate:
    return matrix.matrix(read(name), SETTINGS, ENABLERS, CITED)


def settings_of(name: str) -> Aggregate:
    return matrix.by_setting(read(name), SETTINGS, CITED)


def shares_of(name: str) -> Aggregate:
    rows = read(name)
    return shares.shares(rows, SETTINGS, base.stated(rows, SETTINGS), CITED)


@pytest.mark.parametrize(("name", "low", "high"), [("matrix_a", 17, 25), ("matrix_b", 15.5, 22.5)])
def test_the_total_is_the_sum_of_the_rows(name, low, high) -> None:
    for found in (made(name), settings_of(name), shares_of(name)):
        where = dict.fromkeys(found.dimensions, "All")
        assert found.cell("low", **where).value == low * MILLION
        assert found.cell("high", **where).value == high * MILLION


def test_a_printed_total_that_agrees_is_not_flagged() -> None:
    found = matrix.checked_total(read("matrix_a"), printed("a"), CITED).frame
    assert found["verdict"].tolist() == [matrix.AGREES, matrix.AGREES]


def test_a_printed_total_that_differs_is_flagged_by_how_much_and_never_used() -> None:
    found = matrix.checked_total(read("matrix_b"), printed("b"), CITED).frame.set_index("end")
    assert found["verdict"].to_dict() == {"low": matrix.AGREES, "high": matrix.DIFFERS}
    assert found.loc["high", "difference"] == 3 * MILLION
    assert settings_of("matrix_b").cell("high", setting="All").value == 22.5 * MILLION


@pytest.mark.parametrize(
    ("setting", "share"), [("mainstream", 10), ("units", 30), ("specialist", 30), ("reviews", 3)]
)
def test_share_of_spend_is_value_over_the_spend_of_the_setting(setting, share) -> None:
    frame = shares_of("matrix_a").frame
    row = frame[frame["opportunity"].eq("All")].set_index("setting").loc[setting]
    assert (row["share_low"] + row["share_high"]) / 2 == pytest.approx(share, abs=0.8)
    assert row["share_low"] == pytest.approx(100 * row["low"] / row["base"])


def test_an_opportunity_that_states_its_own_base_is_a_share_of_that() -> None:
    rows = read("matrix_a")
    rows.loc[0, "base_spend"] = 10 * MILLION
    frame = shares.shares(rows, SETTINGS, base.stated(rows, SETTINGS), CITED).frame
    assert frame.loc[0, "share_low"] == 20
    mixed = frame[frame["opportunity"].eq("All")].set_index("setting")
    assert pd.isna(mixed.loc["mainstream", "base"]), "two bases in one setting are no base"


def test_every_pound_has_an_outcome_for_children_beside_it() -> None:
    for found in (made("matrix_a"), settings_of("matrix_a")):
        assert found.frame["outcome"].str.len().gt(10).all()


def test_the_ratio_of_places_and_their_unit_cost_are_rows_of_their_own() -> None:
    rows = made("matrix_a").frame.query("setting == 'specialist'")
    assert rows["high"].tolist() == [12 * MILLION, 5 * MILLION, 0.5 * MILLION]


def test_a_setting_without_opportunities_stays_in_the_matrix_with_noughts() -> None:
    rows = read("matrix_a").query("setting != 'units'")
    found = matrix.by_setting(rows, SETTINGS, CITED)
    units = found.frame.set_index("setting").loc["units"]
    assert units["high"] == 0
    assert units["outcome"] == "No opportunity yet"


def test_there_are_five_enablers_each_with_a_mark_and_a_count() -> None:
    found = legend.count(read("matrix_a"), ENABLERS, CITED).frame.set_index("mark")
    assert found["opportunities"].to_dict() == {"V": 1, "P": 2, "C": 1, "B": 1, "D": 1}
    row = (
        made("matrix_a")
        .frame.set_index("opportunity")
        .loc["The right children in specialist settings"]
    )
    assert row["enablers"] == "P V"


def test_an_enabler_that_is_none_of_the_five_is_shown_to_be_mended() -> None:
    rows = read("matrix_a").assign(enablers="More money")
    found = legend.count(rows, ENABLERS, CITED).frame
    assert found["enabler"].tolist()[-1] == "More money"
    assert found["means"].tolist()[-1] == "None of the five"


OURS = ["opportunity_settings", "enablers", "lever_kpis", "storyline"]


@pytest.mark.parametrize("name", [*OURS, "accounting_checks", "posting_rules"])
def test_every_row_of_the_reference_tables_has_its_source(name) -> None:
    table = reference.table(name)
    assert table["source"].str.len().gt(10).all()
    assert not table.duplicated().any()


def test_two_areas_of_one_name_are_two_rows() -> None:
    twice = pd.concat([pd.read_csv(FIXTURES / "matrix_a.csv").head(1)] * 2)
    assert ready(twice, SETTINGS)["opportunity"].tolist() == [
        "The right children in mainstream",
        "The right children in mainstream (2)",
    ]


def test_what_is_given_is_never_changed() -> None:
    given_rows = pd.read_csv(FIXTURES / "matrix_a.csv")
    before = given_rows.copy(deep=True)
    made("matrix_a")
    ready(given_rows, SETTINGS)
    pd.testing.assert_frame_equal(given_rows, before)


def test_the_typed_total_comes_from_the_assumptions() -> None:
    rows = pd.DataFrame(
        {"assumption_id": ["opportunities.total"], "value": [None], "low": [1.0], "high": [2.0]}
    )
    assert matrix.typed_total(rows) == (1.0, 2.0)
    assert matrix.typed_total(rows.iloc[:0]) is None


@given(st.lists(st.tuples(st.integers(0, 10**8), st.integers(0, 10**8)), min_size=1, max_size=8))
def test_settings_and_rows_add_up_to_one_total(values) -> None:
    rows = pd.DataFrame(
        {
            "opportunity_id": [str(i) for i in range(len(values))],
            "setting": [SETTINGS["setting"][i % 4] for i in range(len(values))],
            "area_of_opportunity": [f"Area {i}" for i in range(len(values))],
            "low": [min(v) for v in values],
            "high": [max(v) for v in values],
            "outcome": "Better for children",
        }
    )
    own = ready(rows, SETTINGS)
    by_row = matrix.matrix(own, SETTINGS, ENABLERS, CITED)
    by_setting = matrix.by_setting(own, SETTINGS, CITED)
    for end in ("low", "high"):
        total = by_row.cell(end, setting="All", opportunity="All").value
        assert total == by_setting.cell(end, setting="All").value == sum(rows[end])
        assert by_setting.frame.query("setting != 'All'")[end].sum() == total


def unit_costs(costed: dict[str, int]) -> Aggregate:
    every = {**costed, "All": sum(costed.values())}
    frame = pd.DataFrame(
        [(202425, p, n, 10_000.0 * n) for p, n in every.items()],
        columns=["financial_year", "provision", "costed", "spend"],
    )
    measures = (
        Measure("costed", "People with a cost in the year", "people"),
        Measure("spend", "Spend", "£", ("costed",)),
    )
    return Aggregate(
        frame,
        UNIVERSE,
        ("financial_year", "provision"),
        measures,
        "local",
        CITED,
        "",
        not_summed=("financial_year", "year", "opportunity"),
    )


def test_without_a_closed_year_there_is_no_base_and_the_matrix_still_stands() -> None:
    none = base.recorded(replace(unit_costs({}), frame=unit_costs({}).frame.iloc[:0]), SETTINGS)
    rows = read("matrix_a").assign(base_spend=float("nan"))
    found = shares.shares(rows, SETTINGS, none, CITED)
    assert found.frame["base"].isna().all()
    assert found.cell("high", setting="All", opportunity="All").value == 25 * MILLION


def test_the_recorded_base_is_the_spend_on_the_provisions_of_the_setting() -> None:
    unit = unit_costs({"mainstream": 90, "early_years": 10, "rp_unit": 20, "nmiss": 30})
    found = base.recorded(unit, SETTINGS).frame.set_index("setting")["spend"]
    assert found["mainstream"] == 1_000_000
    assert found["specialist"] == 300_000
    assert found["reviews"] == found["All"] == 1_500_000

"""The returns: every recorded cell is a count, every forecast cell a quantile of a sum."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from toolkit.diagnose import caseload, january
from toolkit.diagnose.forecast.paths import Paths
from toolkit.diagnose.forecast.requests import Flow, by_age, local_flow, project, published_flow
from toolkit.plan.flow_returns import flow_tables
from toolkit.plan.local_returns import local_tables
from toolkit.plan.published_returns import age_shares, published_tables
from toolkit.plan.return_lines import (
    AGES,
    BASE_16,
    DSG_PROVISIONS,
    LSRP_PROVISIONS_BY_AGE,
    NEEDS,
    SPECIALIST_ASSESSMENT,
)
from toolkit.plan.returns import DIFFERENCE, NOT_SUBTRACTED, NOT_SUMMED, Table
from toolkit.publish.returns_workbook import PRIVATE, workbook

AGE = tuple(str(a) for a in range(26))
NEED = ("ASD", "DS", "OTH", "SEMH", "unknown")
PLACE = caseload.PROVISIONS


def futures(seed: int, simulations: int = 30) -> Paths:
    rng = np.random.default_rng(seed)
    shape = (len(AGE), len(NEED), len(PLACE))
    return Paths(
        counts=rng.poisson(0.8, (simulations, 3, *shape)).astype(np.int32),
        joined=rng.poisson(0.1, (simulations, 2, *shape)).astype(np.int32),
        left=rng.poisson(0.1, (simulations, 2, *shape)).astype(np.int32),
        years=(2026, 2027, 2028),
        ages=AGE,
        needs=NEED,
        provisions=PLACE,
    )


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    ages = rng.integers(0, 26, 600)
    return pd.DataFrame(
        {
            "year": rng.choice([2024, 2025, 2026], 600),
            "age": ages,
            "age_group": january.age_group(pd.Series(ages)),
            "primary_need": rng.choice(NEED, 600),
            "provision": rng.choice(PLACE, 600),
        }
    )


@pytest.fixture(scope="module")
def scenarios() -> dict[str, Paths]:
    return {"unmitigated": futures(1), "mitigated": futures(2)}


@pytest.fixture(scope="module")
def tables(people: pd.DataFrame, scenarios: dict[str, Paths]) -> dict[str, Table]:
    return {t.code: t for t in local_tables(people, scenarios, ["Growth is damped."])}


def test_every_table_of_both_returns_is_there(tables: dict[str, Table]) -> None:
    numbers = [f"7.{n}" for n in range(1, 8)]
    assert list(tables) == [
        *(f"LSRP {n}" for n in ("5.1", "6", "7", *numbers)),
        "DSG by age",
        "DSG by need",
    ]


@pytest.mark.parametrize(
    ("code", "column", "rows"),
    [
        ("LSRP 5.1", "age_group", AGES),
        ("LSRP 7", "primary_need", NEEDS),
    ],
)
def test_a_recorded_cell_is_a_count_of_the_january_after_the_calendar_year(
    tables: dict[str, Table], people: pd.DataFrame, code: str, column: str, rows: dict
) -> None:
    for line, codes in rows.items():
        for year in (2023, 2024, 2025):
            there = people["year"].eq(year + 1) & people[column].isin(codes)
            assert tables[code].frame.loc[line, ("Recorded", year)] == there.sum()


def setting(people: pd.DataFrame) -> pd.Series:
    upper = people["provision"].eq("rp_unit") & people["age"].ge(16)
    return people["provision"].mask(upper, BASE_16)


def test_a_specialist_base_counts_as_post_16_from_16_on(
    tables: dict[str, Table], people: pd.DataFrame, scenarios: dict[str, Paths]
) -> None:
    frame = tables["LSRP 6"].frame
    for line, codes in LSRP_PROVISIONS_BY_AGE.items():
        there = people["year"].eq(2026) & setting(people).isin(codes)
        assert frame.loc[line, ("Recorded", 2025)] == there.sum()
    line = "Mainstream post-16 specialist provision (specialist base, aged 16 to 25)"
    at = PLACE.index("rp_unit")
    sums = scenarios["unmitigated"].counts[:, 2, 16:, :, at].sum(axis=(1, 2))
    assert frame.loc[line, ("Without changes, median", 2027)] == np.rint(np.median(sums))


def test_the_difference_is_taken_within_each_simulation(
    tables: dict[str, Table], scenarios: dict[str, Paths]
) -> None:
    sums = [scenarios[s].counts[:, 1].sum(axis=(1, 2, 3)) for s in ("mitigated", "unmitigated")]
    made = sums[0].astype(float) - sums[1]
    row = tables["LSRP 7"].frame.loc["Total"]
    assert row[(f"{DIFFERENCE}, median", 2026)] == np.rint(np.median(made))
    assert row[(f"{DIFFERENCE}, 80% range, to", 2026)] == np.rint(np.quantile(made, 0.9))
    assert NOT_SUBTRACTED in tables["LSRP 7"].notes


def test_equal_scenarios_differ_by_nothing(people: pd.DataFrame) -> None:
    same = {"unmitigated": futures(1), "mitigated": futures(1)}
    frame = local_tables(people, same, [])[0].frame
    difference = frame[[c for c in frame.columns if c[0].startswith(DIFFERENCE)]]
    assert difference.eq(0).all(axis=None)


def test_what_sen2_does_not_record_is_blank_and_changes_no_total(
    tables: dict[str, Table], people: pd.DataFrame
) -> None:
    frame = tables["DSG by need"].frame
    blank = [line for line in frame.index if line.endswith(SPECIALIST_ASSESSMENT)]
    assert len(blank) == len(DSG_PROVISIONS)
    assert frame.loc[blank].isna().all(axis=None)
    assert frame.loc["Total", ("Recorded", 2026)] == people["year"].eq(2026).sum()


def test_the_grid_by_age_says_whom_it_has_no_line_for(
    tables: dict[str, Table], people: pd.DataFrame
) -> None:
    young = (people["provision"].eq("post16") & people["age"].lt(16)).sum()
    assert any(f"no line for: {young}." in note for note in tables["DSG by age"].notes)
    grid = tables["DSG by age"].frame.loc["Total", "Recorded"]
    assert grid.sum() == len(people) - young


def test_the_recorded_total_is_everybody(tables: dict[str, Table], people: pd.DataFrame) -> None:
    for code in ("LSRP 5.1", "LSRP 6", "LSRP 7", "DSG by need"):
        total = tables[code].frame.loc["Total", "Recorded"]
        assert total.tolist() == people.groupby("year").size().tolist()


@pytest.mark.parametrize(("scenario", "name"), [("unmitigated", "Without"), ("mitigated", "With")])
def test_a_forecast_cell_is_a_quantile_of_sums_within_simulations(
    tables: dict[str, Table], scenarios: dict[str, Paths], scenario: str, name: str
) -> None:
    at = PLACE.index("nmiss"), NEED.index("SEMH")
    one_by_one = [
        sum(int(sim[2, age, at[1], at[0]]) for age in range(26))
        for sim in scenarios[scenario].counts
    ]
    frame = tables["LSRP 7.5"].frame
    line = "Social, emotional and mental health"
    found = {q: frame.loc[line, (f"{name} changes, {q}", 2027)] for q in ("median",)}
    found["from"] = frame.loc[line, (f"{name} changes, 95% range, from", 2027)]
    assert found["median"] == np.rint(np.median(one_by_one))
    assert found["from"] == np.rint(np.quantile(one_by_one, 0.025))


def test_down_syndrome_counts_with_other_in_the_dsg_grid(
    tables: dict[str, Table], people: pd.DataFrame
) -> None:
    line = "Maintained special schools or special academies: Other difficulty or disability"
    there = people[people["provision"].eq("state_special") & people["year"].eq(2026)]
    recorded = tables["DSG by need"].frame.loc[line, ("Recorded", 2026)]
    assert recorded == there["primary_need"].isin(["OTH", "DS"]).sum()


def test_post_16_has_only_the_two_upper_age_groups(tables: dict[str, Table]) -> None:
    lines = [n for n in tables["DSG by age"].frame.index if n.startswith("Post-16")]
    assert [n.split(": ")[1] for n in lines] == ["16 to 19", "20 to 25"]
    assert len(tables["DSG by age"].frame) == 5 * (len(DSG_PROVISIONS) - 1) + 2 + 1


def test_each_forecast_table_says_its_assumptions_and_that_medians_do_not_add_up(
    tables: dict[str, Table],
) -> None:
    for table in tables.values():
        assert table.notes[0] == "Growth is damped."
        assert table.notes[-1] == NOT_SUMMED


def test_without_a_second_scenario_there_are_no_blocks_for_it(people: pd.DataFrame) -> None:
    made = local_tables(people, {"unmitigated": futures(1)}, [])
    blocks = set(made[0].frame.columns.get_level_values(0))
    assert not any(block.startswith("With changes") for block in blocks)


# Requests, assessments, plans issued --------------------------------------------------------


@pytest.fixture(scope="module")
def flow() -> Flow:
    counts = [
        (year, step, people)
        for year in (2022, 2023, 2024)
        for step, people in (("requests", 200), ("assessments", 150), ("issued", 120))
    ]
    ages = [("0-4", "requests", 30), ("5-10", "requests", 70), ("5-10", "issued", 10)]
    return Flow(
        pd.DataFrame(counts, columns=["year", "step", "people"]),
        pd.DataFrame(ages, columns=["age_group", "step", "people"]),
    )


def test_a_steady_flow_goes_on_as_it_was(flow: Flow) -> None:
    driver = np.full((4000, 2), 240.0)
    made = project(flow, driver, {2022: 240, 2023: 240, 2024: 240}, seed=1)
    assert np.median(made["issued"]) == pytest.approx(120, rel=0.02)
    assert np.median(made["assessments"]) == pytest.approx(150, rel=0.03)
    assert np.median(made["requests"]) == pytest.approx(200, rel=0.03)


def test_more_new_plans_mean_more_requests_in_the_same_simulation(flow: Flow) -> None:
    driver = np.array([[100.0], [200.0]])
    made = project(flow, driver, {2024: 240}, seed=1)
    twice = project(flow, 2 * driver, {2024: 240}, seed=1)
    assert twice["requests"] == pytest.approx(2 * made["requests"])


def test_no_more_assessments_than_requests_and_no_more_plans_than_assessments(flow: Flow) -> None:
    made = project(flow, np.full((500, 3), 99.0), {2023: 240, 2024: 240}, seed=3)
    assert (made["issued"] <= made["assessments"]).all()
    assert (made["assessments"] <= made["requests"]).all()


def test_age_groups_of_a_simulation_add_up_to_its_total(flow: Flow) -> None:
    made = project(flow, np.full((50, 2), 99.0), {2024: 240}, seed=3)
    split = by_age(flow, made)
    for step in made:
        assert split[step].sum(axis=2) == pytest.approx(made[step])


def test_recorded_flows_add_up_to_what_was_recorded(flow: Flow) -> None:
    split = by_age(flow, project(flow, np.full((50, 2), 99.0), {2024: 240}, seed=3))
    for made in flow_tables(flow, {"unmitigated": split}, (2025, 2026), []):
        expected = {"LSRP 10": 200, "LSRP 11": 150, "LSRP 12": 120}[made.code]
        assert made.frame.loc["Total", ("Recorded", 2024)] == expected


def test_recorded_ages_stand_as_recorded_and_the_rest_is_shared_out(flow: Flow) -> None:
    known = [(2024, "11-15", "requests", 190), (2023, "5-10", "issued", 120)]
    columns = ["year", "age_group", "step", "people"]
    aged = replace(flow, known=pd.DataFrame(known, columns=columns))
    made = {t.code: t.frame["Recorded"] for t in flow_tables(aged, {}, (), [])}
    assert made["LSRP 10"][2024].to_dict() == {
        **{"Under 5": 3, "5 to 10": 7, "11 to 15": 190, "16 to 19": 0, "20 to 25": 0},
        "Total": 200,
    }
    assert made["LSRP 12"].loc["5 to 10", 2023] == 120


def test_a_flow_that_cannot_be_forecast_is_still_recorded(flow: Flow) -> None:
    for made in flow_tables(flow, {}, (2025,), []):
        assert set(made.frame.columns.get_level_values(0)) == {"Recorded"}
        assert any(note.startswith("No forecast") for note in made.notes)
        assert NOT_SUMMED not in made.notes


def test_a_flow_without_its_driver_is_refused(flow: Flow) -> None:
    with pytest.raises(ValueError, match="no year has both"):
        project(flow, np.ones((3, 1)), {2010: 5}, seed=1)


def test_local_requests_count_between_the_censuses() -> None:
    day = pd.Timestamp
    requests = pd.DataFrame(
        {
            "person_id": ["p1", "p2", "p3", "p4"],
            "request_date": [day(d) for d in ("2024-01-18", "2024-01-19", "2025-01-16",
                                              "2025-02-01")],
            "request_outcome": ["Y", "Y", "N", "Y"],
            "request_outcome_date": [day(d) for d in ("2024-02-20", "2024-03-01", "2025-02-20",
                                                      "2025-03-01")],
            "assessment_outcome": ["Y", "N", None, None],
            "assessment_outcome_date": [day("2024-06-01"), day("2024-07-01"), pd.NaT, pd.NaT],
        }
    )  # fmt: skip
    plans = pd.DataFrame({"person_id": ["p1"], "birth_month": [day("2018-09-01")]})
    censuses = pd.DataFrame(
        {"census_year": [2024, 2025], "census_date": [day("2024-01-18"), day("2025-01-16")]}
    )
    found = local_flow(requests, plans, censuses)
    counts = found.counts.set_index(["year", "step"])["people"].to_dict()
    assert counts == {(2024, "requests"): 2, (2024, "assessments"): 2, (2024, "issued"): 1}
    assert found.ages.values.tolist() == [["5-10", "assessments", 1], ["5-10", "issued", 1]]


def test_a_small_area_takes_its_ages_in_part_from_england() -> None:
    rows = [
        ("990", "la", "total", "total", 10), ("990", "la", "age", "0-2", 10),
        ("E92000001", "england", "age", "7", 900), ("E92000001", "england", "age", "20+", 100),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["code", "level", "topic", "breakdown", "n"]).assign(
        year=2024
    )
    requests = frame.rename(columns={"n": "requests_received_in_year"})
    assessed = frame.assign(assess_in_year=frame["n"], assess_issued=frame["n"])
    ages = published_flow(requests, assessed, "990").ages
    found = ages[ages["step"].eq("requests")].set_index("age_group")["people"].to_dict()
    assert found == {"0-4": 10, "5-10": 90, "11-15": 0, "16-19": 0, "20-25": 10}


# Published figures alone --------------------------------------------------------------------


def test_published_tables_share_the_forecast_out_by_the_latest_ages() -> None:
    caseload_rows = pd.DataFrame(
        {"year": [2025, 2025], "provision": ["mainstream", "nmiss"], "plans": [30.0, 10.0]}
    )
    ages = pd.DataFrame(
        {
            "year": 2025,
            "provision": ["mainstream", "mainstream", "nmiss"],
            "age_group": ["5-10", "11-15", "11-15"],
            "plans": [20.0, 10.0, 10.0],
        }
    )
    counts = np.array([[[30, 10], [36, 20]]], dtype=np.int32)[:, :, None, None, :]
    none = np.zeros((1, 1, 1, 1, 2), dtype=np.int32)
    paths = Paths(counts, none, none, (2025, 2026), ("All",), ("All",), ("mainstream", "nmiss"))
    by_age_table, by_provision = published_tables(caseload_rows, ages, paths, [])
    block = "Without changes, median"
    assert by_age_table.frame.loc["5 to 10", (block, 2025)] == 24
    assert by_age_table.frame.loc["11 to 15", (block, 2025)] == 32
    assert by_provision.frame.loc["Total", (block, 2025)] == 56
    assert age_shares(ages, ["mainstream", "post16"]).sum(axis=1).tolist() == [1.0, 1.0]


# The workbook -------------------------------------------------------------------------------


def test_the_workbook_holds_what_the_tables_hold_and_no_formula(tables: dict[str, Table]) -> None:
    made = workbook(list(tables.values()), "Exampleshire", fictional=True)
    book = CalamineWorkbook.from_filelike(io.BytesIO(made))
    assert book.sheet_names == ["Contents", *tables]
    for code, table in tables.items():
        rows = book.get_sheet_by_name(code).to_python()
        assert PRIVATE in rows[1][0]
        assert "Mock data" in rows[1][0]
        read = [row[1 : 1 + table.frame.shape[1]] for row in rows[4 : 4 + len(table.frame)]]
        blank = table.frame.astype(object).where(table.frame.notna(), "")
        assert read == blank.to_numpy().tolist()
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        sheets = [parts.read(n) for n in parts.namelist() if "/worksheets/" in n]
    assert len(sheets) == len(tables) + 1
    assert not any(b"<f>" in sheet for sheet in sheets)


def test_the_same_tables_give_the_same_bytes(tables: dict[str, Table]) -> None:
    first, second = (workbook(list(tables.values()), "Exampleshire") for _ in range(2))
    assert first == second


def test_a_line_that_looks_like_a_formula_stays_text() -> None:
    frame = pd.DataFrame([[1.0]], index=["=1+1"], columns=pd.MultiIndex.from_tuples([("=A1", 1)]))
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook([Table("a", "=b", frame, ())], "X")))
    rows = book.get_sheet_by_name("a").to_python()
    assert rows[4][0] == "=1+1"
    assert rows[2][1] == "=A1"

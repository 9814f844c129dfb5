"""Figures of every area: each is its numerator over its base, and the base is the one named."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.diagnose.benchmarks import catalogue, flows, measures, money, plans, ready_made
from toolkit.diagnose.caseload import PROVISIONS
from toolkit.diagnose.comparators import ENGLAND

FIXTURES = Path(__file__).parents[1] / "fixtures" / "benchmarks"
LABELS = {"primary_need": {"ASD": "Autism", "unknown": "Not recorded"}}
KNOWN = catalogue.catalogue(LABELS)


def fixture(name: str) -> pd.DataFrame:
    return pd.read_csv(FIXTURES / f"{name}.csv", dtype={"code": str}, keep_default_na=True)


def caseload() -> pd.DataFrame:
    """Return the two readable fixtures as the published table `caseload`."""
    wide = fixture("plans")
    parts = wide.melt(["year", "code", "name", "region_code"], list(PROVISIONS), "provision",
                      "plans")  # fmt: skip
    names = wide.drop_duplicates("code")[["code", "name", "region_code"]]
    totals = fixture("totals").rename(columns={"total": "plans"}).merge(names, on="code")
    both = pd.concat([parts, totals.assign(provision="total")], ignore_index=True)
    level = both["code"].map(lambda c: "england" if c == ENGLAND else "la")
    return both.assign(level=level, note=both["note"].fillna(""),
                       region_code=both["region_code"].fillna(""))  # fmt: skip


def population(ages: int = 26, year: int = 2024) -> pd.DataFrame:
    rows = [(year, c, age, 400.0) for c in ("101", "102", "103") for age in range(ages)]
    return pd.DataFrame(rows, columns=["year", "code", "age", "persons"])


def januaries() -> pd.DataFrame:
    return fixture("januaries").fillna({"doubt": ""})


def figures(replaced=(), **tables: pd.DataFrame) -> pd.DataFrame:
    return measures.figures({"caseload": caseload(), **tables}, KNOWN, replaced)


def of(frame: pd.DataFrame, measure: str, code: str, year: int = 2025) -> pd.Series:
    at = frame["measure"].eq(measure) & frame["code"].eq(code) & frame["year"].eq(year)
    assert at.sum() == 1, f"{measure} of {code} in {year} stands {at.sum()} times"
    return frame[at].iloc[0]


def test_a_rate_is_its_plans_over_its_population_and_names_it() -> None:
    found = of(figures(population=population()), "rate.total", "101")
    assert found["value"] == pytest.approx(1000 * 600 / (26 * 400))
    assert found["base_name"] == "aged 0 to 25 (mid-2024)"
    assert found["period"] == "January 2025"
    assert found["low"] < found["value"] < found["high"]


def test_the_population_aged_2_to_18_is_used_where_no_other_is_held() -> None:
    held = pd.DataFrame({"year": [2021], "code": ["101"], "persons": [8000.0]})
    found = of(figures(population_2_18=held), "rate.nmiss", "101")
    assert found["value"] == pytest.approx(1000 * 33 / 8000)
    assert found["base_name"] == "aged 2 to 18 (mid-2021)"


@pytest.mark.parametrize(
    ("held", "used"), [((2023, 2024, 2025), 2024), ((2021, 2022), 2022), ((2026, 2027), 2026)]
)
def test_a_january_rests_on_the_mid_year_before_it_or_the_nearest_held(held, used) -> None:
    many = pd.concat([population(year=y).assign(persons=y - 2000.0) for y in held])
    found = of(figures(population=many), "rate.total", "101")
    assert found["base"] == 26 * (used - 2000)
    assert found["base_name"] == f"aged 0 to 25 (mid-{used})"


def test_a_population_that_lacks_an_age_is_no_base() -> None:
    made = figures(population=population(ages=25))
    assert not made["measure"].str.startswith("rate.").any()


def test_england_is_the_areas_with_both_figures_where_its_base_is_not_published() -> None:
    found = of(figures(population=population()), "rate.total", ENGLAND)
    assert found["value"] == pytest.approx(1000 * (600 + 590 + 620) / (3 * 26 * 400))


def test_england_is_as_published_where_it_is() -> None:
    found = of(figures(), "mix.nmiss", ENGLAND)
    assert found["value"] == pytest.approx(100 * 109 / 2090)


@pytest.mark.parametrize("code", ["101", "102", "103", ENGLAND])
@pytest.mark.parametrize("year", [2024, 2025])
def test_the_shares_of_the_provisions_add_up_to_all(code, year) -> None:
    made = figures()
    own = made[made["measure"].str.startswith("mix.") & made["code"].eq(code)]
    assert own.loc[own["year"].eq(year), "value"].sum() == pytest.approx(100)


@given(st.lists(st.integers(0, 9000), min_size=9, max_size=9).filter(any))
def test_shares_add_up_whatever_the_plans(counts) -> None:
    frame = pd.DataFrame(
        {"year": 2025, "code": "101", "provision": PROVISIONS, "plans": counts, "doubt": ""}
    )
    made = plans.mix(frame)
    assert (made["numerator"] / made["base"]).sum() == pytest.approx(1)


def test_an_area_with_a_provision_missing_has_no_mix_of_that_january() -> None:
    made = figures()
    own = made[made["measure"].str.startswith("mix.") & made["code"].eq("104")]
    assert set(own["year"]) == {2024}


def test_a_point_that_looks_wrong_says_so_in_every_figure_it_is_in() -> None:
    made = figures(population=population())
    doubtful = made[made["code"].eq("104") & made["year"].eq(2025)]
    assert set(doubtful["doubt"]) <= {"January 2025"}
    assert made.loc[made["code"].ne("104"), "doubt"].eq("").all()


def test_a_replaced_total_is_used_and_its_provisions_are_left_out() -> None:
    made = plans.known(caseload(), [("101", 2025, 640.0)])
    own = made[made["code"].eq("101") & made["year"].eq(2025)]
    assert own[["provision", "plans", "doubt"]].to_numpy().tolist() == [
        ["total", 640.0, "January 2025 (replaced)"]
    ]


def test_a_total_confirmed_as_it_is_keeps_its_provisions() -> None:
    made = plans.known(caseload(), [("104", 2025, 200.0)])
    own = made[made["code"].eq("104") & made["year"].eq(2025)]
    assert len(own) == 10
    assert set(own["doubt"]) == {"January 2025 (replaced)"}


def test_a_total_left_out_leaves_the_whole_january_out() -> None:
    made = plans.known(caseload(), [("101", 2025, float("nan"))])
    assert made[made["code"].eq("101") & made["year"].eq(2025)].empty


def test_the_mean_is_over_the_years_it_states_and_no_other() -> None:
    made = flows.per_plan({"flows": fixture("flows")}, januaries())
    mean = made[made["measure"].eq("ceased.mean")]
    assert mean[["code", "period", "numerator", "base"]].to_numpy().tolist() == [
        ["101", "2022 to 2024", 90.0, 1500.0]  # not 2021; and 102 lacks 2023
    ]


def test_two_years_make_no_mean() -> None:
    made = flows.per_plan({"flows": fixture("flows")}, januaries())
    assert "new.mean" not in set(made["measure"])
    assert "new.rate" in set(made["measure"])


def test_a_rate_of_ceased_plans_rests_on_the_january_its_year_begins_with() -> None:
    made = flows.per_plan({"flows": fixture("flows")}, januaries())
    own = made[made["measure"].eq("ceased.rate") & made["code"].eq("101") & made["year"].eq(2024)]
    assert own[["numerator", "base"]].to_numpy().tolist() == [[40.0, 600.0]]


def test_what_was_returned_with_a_doubtful_january_shares_its_doubt() -> None:
    held = caseload()
    asked = {"requests_received_in_year": 200, "requests_decided_not_to_assess": 50,
             "request_outcome_six_weeks": 90, "request_outcome_over_6_weeks": 60}  # fmt: skip
    wrong = held.loc[held["note"].str.startswith("Implausible"), ["code", "year"]].to_numpy()
    assert wrong.tolist() == [["104", 2025]]
    both = [ees(**asked, code=c) for c in ("101", "104")]
    made = figures(ees_requests=pd.concat(both))
    assert of(made, "requests.refused", "104", 2024)["doubt"] == "January 2025"
    assert of(made, "requests.refused", "101", 2024)["doubt"] == ""


def ees(**columns: object) -> pd.DataFrame:
    row = {"year": 2024, "level": "la", "code": "101", "name": "Alderby", "topic": "total"}
    return pd.DataFrame([{**row, **columns}, {**row, **columns, "topic": "age"}])


def test_refusals_are_of_all_requests_and_decisions_of_those_decided() -> None:
    asked = ees(
        requests_received_in_year=200,
        requests_decided_not_to_assess=50,
        request_outcome_six_weeks=90,
        request_outcome_over_6_weeks=60,
    )
    made = figures(ees_requests=asked)
    assert of(made, "requests.refused", "101", 2024)["value"] == 25
    assert of(made, "time.requests", "101", 2024)["value"] == 60
    assert of(made, "requests.plans", "101", 2024)["value"] == pytest.approx(1000 * 200 / 550)


def test_timeliness_is_told_with_and_without_exceptions() -> None:
    issued = ees(
        plans_issued_den=200,
        plans_issued_within_20_weeks=80,
        plans_issued_den_ex=150,
        plans_issued_20_weeks_ex=75,
    )
    made = figures(ees_timeliness=issued)
    assert of(made, "time.plans", "101", 2024)["value"] == 40
    assert of(made, "time.plans_ex", "101", 2024)["value"] == 50


def test_the_shares_of_needs_hold_those_not_recorded() -> None:
    stock = ees(number_asd=60, number_need_unknown=40).assign(year=2025)
    made = figures(ees_need_stock=stock)
    assert of(made, "need.ASD", "101")["value"] == 60
    assert of(made, "need.unknown", "101")["value"] == 40


@pytest.mark.parametrize(
    ("total", "are_there"), [(640.0, False), (float("nan"), False), (600.0, True)]
)
def test_needs_of_a_january_go_with_its_total_where_that_is_changed_or_left_out(
    total, are_there
) -> None:
    stock = ees(number_asd=60, number_need_unknown=40).assign(year=2025)
    made = figures([("101", 2025, total)], ees_need_stock=stock)
    assert made["measure"].str.startswith("need.").any() == are_there


def tool() -> pd.DataFrame:
    frame = fixture("outturn")
    keys = ["financial_year", "code"]
    return frame.rename(columns={c: f"outturn_topup_{c}" for c in frame if c not in keys})


@pytest.mark.parametrize(
    ("group", "amount", "before", "after"),
    [
        ("mainstream", 1_800_000, 325, 357),
        ("special", 1_100_000, 100, 110),
        ("nmiss", 1_500_000, 30, 33),
        ("post16", 260_000, 60, 65),
    ],
)
def test_a_unit_cost_is_top_up_and_fees_over_the_caseload_of_the_year(
    group, amount, before, after
) -> None:
    found = of(figures(high_needs_benchmarking=tool()), f"cost.{group}", "101", 202425)
    assert found["value"] == pytest.approx(amount / (0.29 * before + 0.71 * after))
    assert found["period"] == "2024-25"


def test_where_nothing_is_booked_there_is_no_price() -> None:
    made = figures(high_needs_benchmarking=tool())
    assert "102" not in set(made.loc[made["measure"].eq("cost.special"), "code"])


@pytest.mark.parametrize("empty", ["maint_special", "maint_primary maint_secondary"])
def test_an_area_that_books_one_kind_of_school_under_the_other_has_a_price_of_neither(
    empty,
) -> None:
    booked = tool()
    nothing = [f"outturn_topup_{c}" for c in [*empty.split(), "maint_early_years"]]
    booked.loc[booked["code"].eq("101"), nothing] = 0.0
    made = figures(high_needs_benchmarking=booked)
    own = set(made.loc[made["code"].eq("101"), "measure"])
    assert not {"cost.mainstream", "cost.special"} & own
    assert {"cost.nmiss", "cost.post16"} <= own


def test_the_lines_of_section_251_give_the_same_unit_costs_as_the_tool() -> None:
    by_line, by_tool = (
        money.outturn(t).query("code == '101'").set_index("group")["amount"].sort_index()
        for t in ({"section251": fixture("section251")}, {"high_needs_benchmarking": tool()})
    )
    assert by_line.to_dict() == by_tool.to_dict()


def test_few_plans_have_no_unit_cost() -> None:
    few = caseload()
    few.loc[few["provision"].eq("nmiss") & few["code"].eq("101"), "plans"] = 9
    made = measures.figures({"caseload": few, "high_needs_benchmarking": tool()}, KNOWN)
    assert "101" not in set(made.loc[made["measure"].eq("cost.nmiss"), "code"])


def test_funding_rests_on_the_caseload_and_is_never_a_cost() -> None:
    block = pd.DataFrame(
        {"financial_year": [202425], "code": ["101"], "high_needs_block": [5_855_000.0]}
    )
    made = figures(dsg_allocations=block, population=population())
    assert of(made, "funding.plan", "101", 202425)["value"] == pytest.approx(
        5_855_000 / (0.29 * 550 + 0.71 * 600)
    )
    assert of(made, "funding.head", "101", 202425)["base_name"] == "aged 0 to 25 (mid-2024)"
    assert not any(m.startswith("cost.") for m in made["measure"])


LAIT = pd.DataFrame(
    {
        "measure": ["SEN_AppealableDec", "SEN_TotStat", "SENFinance", "SEN_TotStat"],
        "year": ["2024", "2025", "2024-25 (OT)", "2025"],
        "code": ["101", "101", "101", ENGLAND],
        "value": [3.2, 5.1, 110.0, 5.3],
    }
)


def test_measures_published_without_a_base_have_no_interval() -> None:
    found = of(figures(measures=LAIT), "pupils.ehcp", "101")
    assert found["value"] == 5.1
    assert pd.isna(found["low"])
    assert pd.isna(found["base"])


def test_a_measure_whose_meaning_the_file_does_not_say_is_not_used() -> None:
    assert set(ready_made.measures({"measures": LAIT})["measure"]) == {
        "appeals.rate",
        "pupils.ehcp",
    }


def test_counts_of_pupils_are_used_before_ready_made_shares() -> None:
    pupils = pd.DataFrame(
        {"academic_year": [202425], "code": ["101"], "phase": ["all"], "headcount": [20_000.0],
         "ehcp": [1100.0], "sen_support": [2800.0]}
    )  # fmt: skip
    found = of(figures(measures=LAIT, sen_in_england=pupils), "pupils.ehcp", "101")
    assert found["value"] == 5.5
    assert found["low"] < 5.5 < found["high"]


def test_the_tables_that_are_given_are_not_changed() -> None:
    table = caseload()
    before = table.copy()
    measures.figures({"caseload": table}, KNOWN, [("101", 2025, 640.0)])
    pd.testing.assert_frame_equal(table, before)

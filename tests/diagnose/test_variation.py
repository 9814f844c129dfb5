from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.aggregate import Measure
from toolkit.diagnose import funnel, variation, variation_cases, variation_months
from toolkit.diagnose import variation_summary as summing

FIXTURES = Path(__file__).parent / "fixtures" / "variation"
SCHOOLS = pd.read_csv(FIXTURES / "schools.csv")
DAY = pd.Timestamp


def cases(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row a plan of a table of schools, with the age and need that all share."""
    rows = [
        {"school": s.school, "event": i < s.moved, "age": 9, "primary_need": "ASD", "year": 2024}
        for s in table.itertuples()
        for i in range(s.plans)
    ]
    return pd.DataFrame(rows)


def compare(rows: pd.DataFrame, by: str = "school", adjust: tuple[str, ...] = ()):
    return variation.compare(rows, by, variation.MOVED, (), adjust=adjust)


@pytest.mark.parametrize("adjust", [(), ("age", "primary_need")])
def test_the_planted_high_school_is_the_only_one_outside_the_outer_limit(adjust) -> None:
    made = compare(cases(SCHOOLS), adjust=adjust)
    verdicts = made.frame.set_index("school")["verdict"]
    far = [funnel.VERDICTS["far_above"], funnel.VERDICTS["far_below"]]
    assert verdicts[verdicts.isin(far)].index.tolist() == ["high"]
    summed = summing.summary({"school": made}, variation.MOVED, seed=1).frame.iloc[0]
    assert (summed["units"], summed["outside998"]) == (20, 1)
    assert summing.interest({"moves": {"school": made}}).frame["unit"].tolist() == ["high"]


def test_a_rate_is_events_over_base_and_all_is_the_sum() -> None:
    frame = compare(cases(SCHOOLS)).frame.set_index("school")
    assert frame.loc["high", "rate"] == pytest.approx(37.5)
    assert frame.loc["All", "base"] == SCHOOLS["plans"].sum()
    assert frame.loc["All", "events"] == SCHOOLS["moved"].sum()
    assert frame.loc["All", "ratio"] == pytest.approx(100)


def test_a_school_is_not_blamed_for_the_needs_of_its_children() -> None:
    # Of those with SLD half move, wherever they are; only one school has many of them.
    rows = [
        {"school": school, "primary_need": need, "age": 9, "year": 2024, "event": i % 2 < half}
        for school, numbers in {"many": (60, 20), "few": (6, 300), "none": (4, 250)}.items()
        for need, n, half in (("SLD", numbers[0], 1), ("SLCN", numbers[1], 0))
        for i in range(n)
    ]
    plain = compare(pd.DataFrame(rows)).frame.set_index("school")
    fair = compare(pd.DataFrame(rows), adjust=("primary_need",)).frame.set_index("school")
    assert plain.loc["many", "verdict"] == funnel.VERDICTS["far_above"]
    assert fair.loc["many", "verdict"] == funnel.VERDICTS["within"]
    assert fair.loc["many", "ratio"] == pytest.approx(100)


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.integers(4, 7),
            st.sampled_from(["ASD", "SLD"]),
            st.booleans(),
        ),
        min_size=1,
        max_size=40,
    )
)
def test_what_is_expected_adds_up_to_what_happened(rows) -> None:
    made = pd.DataFrame(rows, columns=["school", "age", "primary_need", "event"]).assign(year=2024)
    frame = compare(made, adjust=("age", "primary_need")).frame
    units = frame[frame["school"].ne("All")]
    assert units["expected"].sum() == pytest.approx(units["events"].sum())
    assert units["base"].sum() == len(made)


def test_a_unit_without_a_name_is_shown_and_not_judged() -> None:
    rows = cases(SCHOOLS).replace({"school": {"high": variation.UNKNOWN}})
    made = compare(rows)
    assert made.cell("verdict", school=variation.UNKNOWN).row["verdict"] == ""
    assert summing.interest({"moves": {"school": made}}).frame.empty
    assert made.labels["school"][variation.UNKNOWN] == "Not recorded"


def test_few_children_are_never_on_the_list() -> None:
    few = pd.concat([SCHOOLS[1:], pd.DataFrame([("tiny", 9, 9)], columns=SCHOOLS.columns)])
    made = compare(cases(few))
    assert made.cell("verdict", school="tiny").row["verdict"] == funnel.VERDICTS["far_above"]
    assert summing.interest({"moves": {"school": made}}).frame.empty


def test_a_list_of_nothing_is_empty_and_not_an_error() -> None:
    none = cases(SCHOOLS).iloc[:0]
    made = variation.compare(none, "school", variation.MOVED, ())
    summed = summing.summary({"school": made}, variation.MOVED, seed=1).frame
    assert summed["units"].tolist() == [0]


PLACEMENTS = pd.DataFrame(
    [
        ("stays", "2020-09-01", None, 1, "100"),
        ("moves", "2020-09-01", "2023-07-20", 1, "100"),
        ("moves", "2023-09-01", None, 1, "900"),
        ("unit", "2020-09-01", None, 1, "100"),
        ("gone", "2020-09-01", None, 1, None),
    ],
    columns=["person_id", "entry_date", "leaving_date", "rank", "urn"],
).assign(
    entry_date=lambda t: pd.to_datetime(t["entry_date"]),
    leaving_date=lambda t: pd.to_datetime(t["leaving_date"]),
)
CENSUSES = pd.DataFrame(
    {"census_year": [2023, 2024], "census_date": [DAY("2023-01-19"), DAY("2024-01-18")]}
)
STOCK = pd.DataFrame(
    [
        *((2023, p, "mainstream") for p in ("stays", "moves", "unit", "gone")),
        (2023, "special", "state_special"),
        (2024, "stays", "mainstream"),
        (2024, "moves", "nmiss"),
        (2024, "unit", "rp_unit"),
    ],
    columns=["year", "person_id", "provision"],
).assign(locality="North", primary_need="ASD", age=9, age_group="5-10")
ASKED = pd.DataFrame(
    [
        ("stays", DAY("2019-01-01"), "1", "Y", "Y"),
        ("moves", DAY("2018-01-01"), "2", "N", None),
        ("moves", DAY("2020-01-01"), "3", "Y", "Y"),
        ("unit", DAY("2020-03-01"), None, "A", None),
    ],
    columns=[
        *("person_id", "request_date", "request_source", "request_outcome"),
        "assessment_outcome",
    ],
)


def test_a_move_out_is_from_mainstream_to_a_special_or_independent_school() -> None:
    here = variation_cases.in_mainstream(STOCK, PLACEMENTS, CENSUSES, ASKED)
    found = variation_cases.moves(here, STOCK).set_index("person_id")
    assert found.index.tolist() == ["stays", "moves", "unit", "gone"]  # who could have moved
    assert found["event"].to_dict() == {
        "stays": False,
        "moves": True,
        "unit": False,
        "gone": False,
    }
    assert found["school"].tolist() == ["100", "100", "100", variation.UNKNOWN]
    assert found["request_source"].tolist()[:2] == ["1", "3"]  # the request that led to the plan


def test_a_plan_is_new_in_the_three_years_after_it_started() -> None:
    rows = STOCK.assign(provision="mainstream")
    here = variation_cases.in_mainstream(rows, PLACEMENTS, CENSUSES, ASKED)
    starts = [("stays", "2021-01-18"), ("moves", "2021-01-19"), ("unit", "2018-01-01")]
    plans = pd.DataFrame(starts, columns=["person_id", "plan_start"]).assign(plan_cease=pd.NaT)
    plans["plan_start"] = pd.to_datetime(plans["plan_start"])
    found = variation_cases.new_plans(here, plans, CENSUSES).set_index("person_id")
    assert set(found["year"]) == {2024}  # each plan once
    assert found["event"].to_dict() == {"stays": False, "moves": True, "unit": False}


def test_two_schools_of_one_name_are_told_apart() -> None:
    names = pd.DataFrame({"urn": ["1", "2", "3"], "name": ["Oak", "Oak", "Elm"]})
    assert variation_cases.school_names(names) == {"1": "Oak (1)", "2": "Oak (2)", "3": "Elm"}


def test_smaller_schools_are_folded_by_what_is_expected_and_nobody_is_lost() -> None:
    made = compare(cases(SCHOOLS))
    folded = summing.fold(made, least=6)
    frame = folded.frame.set_index("school")
    units = frame.drop(index="All")
    assert units[["base", "events"]].sum().tolist() == [SCHOOLS["plans"].sum(), 132]
    assert summing.SMALLER not in summing.drawn(folded)
    assert (frame.loc[summing.drawn(folded), "expected"] >= 6).all()
    assert summing.fold(made, least=0) is made


def test_refusals_are_of_requests_that_were_decided() -> None:
    found = variation_cases.refusals(ASKED)
    assert found["event"].tolist() == [False, True, False]


def test_months_are_weighed_by_their_days_and_only_whole_years_count() -> None:
    every = pd.date_range("2022-01-01", "2023-06-30", freq="D")
    made = variation_months.months(pd.DataFrame({"request_date": every}), ())
    assert made.frame["events"].sum() == 365
    assert made.frame["ratio"].tolist() == pytest.approx([100.0] * 12)
    assert made.period == "2022 to 2022"
    part = pd.DataFrame({"request_date": every[:90]})
    assert variation_months.months(part, ()).frame.empty


def test_every_count_of_a_summary_is_a_count_of_its_comparison() -> None:
    made = compare(cases(SCHOOLS))
    summed = summing.summary({"school": made}, variation.MOVED, seed=1)
    whole = {key: value for key, value, _ in made.counts()}
    for key, value, _ in summed.counts():
        if "among" not in dict(key[1]):
            assert whole[key] == value
    assert summed.frame["share"].iloc[0] == pytest.approx(100 * (30 + 10 + 9 + 9) / 132)


def test_where_too_few_schools_are_on_record_nothing_is_found() -> None:
    nobody = cases(SCHOOLS).assign(school=variation.UNKNOWN)
    for rows in (nobody, cases(SCHOOLS.head(4)), cases(SCHOOLS).assign(event=False)):
        made = summing.summary({"school": compare(rows)}, variation.NEW, seed=1)
        assert summing.finding(made, variation.NEW) is None
        assert summing.told_scatter(made, "school") == ("", {})
        assert "{share}" not in summing.told(made, "school", variation.NEW)[0]
    whole = summing.summary({"school": compare(cases(SCHOOLS))}, variation.NEW, seed=1)
    assert summing.finding(whole, variation.NEW) is not None


@pytest.mark.parametrize("base", [None, Measure("base", "Days", "days")])
def test_what_a_unit_expects_and_its_limits_are_hidden_with_its_count(base) -> None:
    # The limits are those of so many cases: with them a reader would have the range of a mark.
    figures = [m for m in variation.measures(variation.NEW, base) if m.column != "par"]
    assert all("events" in m.rests_on for m in figures if m.unit not in ("people", "days"))

"""Shares of cases over many areas, and what areas weigh."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diagnose.insight.insight_cases import CITED, FEW, made
from toolkit import reference
from toolkit.diagnose.insight import context, groups, labels, weigh
from toolkit.diagnose.insight.pick import ALIKE, alike, pick
from toolkit.diagnose.insight.shares import rates, shares

TOLD = {"called": "Best met elsewhere", "counted": ("Elsewhere", "Cases")}


def share_of(rows, weights="plans", **changes):
    picked = pick(made(rows), "21.different.need.{need}", hidden=True)
    given_ = {**TOLD, **FEW, **changes}
    return shares(picked, "need", labels.labels("need"), weights, **given_).frame


def case(slug, need, value, base):
    return {
        "slug": slug,
        "id": f"21.different.need.{need}",
        "value": value,
        "base": base,
        "unit": "people",
    }


def test_1073_of_1650_cases_are_65_percent_with_the_interval_of_wilson():
    row = share_of([case("a", "ASD", 1073, 1650)]).iloc[0]
    assert round(row["share"]) == 65
    assert (round(row["low"], 1), round(row["high"], 1)) == (62.7, 67.3)


@pytest.mark.parametrize(("weights", "mean"), [("plans", 30.0), ("equal", 50.0)])
def test_areas_weigh_by_plans_or_equally_as_asked(weights, mean):
    rows = [case("a", "ASD", 8, 10), case("b", "ASD", 2, 10)]
    plans = pd.Series({"a": 100.0, "b": 500.0})
    row = share_of(rows, weights, plans=plans).iloc[0]
    assert row["mean"] == pytest.approx(mean)
    assert row["mean_low"] <= row["mean"] <= row["mean_high"]
    assert row["share"] == pytest.approx(50)


def test_a_weight_that_is_none_is_refused_by_name():
    with pytest.raises(ValueError, match="it takes plans or equal"):
        weigh.checked("plan")


def test_a_need_that_fewer_areas_have_than_the_minimum_is_not_printed():
    rows = [case(f"a{n}", "ASD", 10, 20) for n in range(5)]
    rows += [case(f"a{n}", "SEMH", 10, 20) for n in range(4)]
    assert list(share_of(rows, minimum=5)["need"]) == ["ASD"]


def test_cases_of_a_need_are_never_more_than_all_cases():
    rows = [case("a", "ASD", 10, 30), case("a", "SEMH", 6, 20)]
    frame = share_of(rows)
    assert frame["base"].sum() <= 50
    assert (frame["count"] <= frame["base"]).all()


def test_the_range_reaches_over_all_that_a_hidden_count_could_be():
    shown = [case("a", "ASD", 60, 100)]
    row = share_of([*shown, case("b", "ASD", "hidden", 10)]).iloc[0]
    worst = share_of([*shown, case("b", "ASD", 0, 10)]).iloc[0]
    best = share_of([*shown, case("b", "ASD", 10, 10)]).iloc[0]
    assert (row["low"], row["high"]) == (worst["low"], best["high"])
    assert row["areas"] == 1
    assert row["base"] == 100


def test_with_much_behind_hidden_counts_nothing_is_said():
    rows = [case("a", "SLCN", 9, 10), case("b", "SLCN", "hidden", 10)]
    assert len(share_of(rows)) == 0


def test_a_count_becomes_a_share_where_there_is_a_base():
    picked = pick(made([case("a", "ASD", 3, 12), case("b", "ASD", 0, 0)]),
                  "21.different.need.{need}")  # fmt: skip
    assert rates(picked)["value"].tolist() == [25]


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=2, max_size=8))
def test_the_count_of_all_less_the_others_never_gives_a_hidden_count(counts):
    rows = [
        case(f"a{n}", "ASD", "hidden" if gone else count, 40)
        for n, (count, gone) in enumerate(counts)
    ]
    frame = share_of(rows)
    shown = sum(count for count, gone in counts if not gone)
    assert frame.empty or frame["count"].iloc[0] == shown


def test_findings_of_different_years_are_never_put_together():
    rows = [
        {"slug": s, "id": "10.growth.plans", "value": 1, "base": 9, "unit": "%", "period": p}
        for s, p in (("a", "2024"), ("b", "2025"), ("c", "2025"))
    ]
    kept = alike(made(rows), "10.growth.plans")
    assert list(kept["slug"]) == ["b", "c"]


def test_a_group_of_few_areas_has_no_row_and_all_areas_hold_it():
    rows = [
        {"slug": f"a{n}", "id": "10.growth.plans", "value": 10 * n, "base": 100, "unit": "%"}
        for n in range(7)
    ]
    areas = pd.DataFrame(
        {
            "slug": [f"a{n}" for n in range(7)],
            "tranche": ["1"] * 3 + ["2"] * 3 + ["3"],
            "wave": "",
            "region": "",
        }
    )
    made_ = groups.spread(
        pick(made(rows), "10.growth.plans"),
        areas,
        "equal",
        3,
        called="Growth",
        unit="%",
        cited=CITED,
    )
    assert list(made_.frame["group"]) == ["1", "2", "All"]
    assert made_.frame.set_index("group")["areas"].to_dict() == {"1": 3, "2": 3, "All": 7}
    assert made_.frame.set_index("group").loc["All", "mean"] == pytest.approx(30)


def test_figures_of_two_measures_are_never_put_together():
    rows = [{"slug": s, "id": "12.timeliness.verdict", "value": 1, "base": 9, "unit": "%",
             "keys": f"measure={m}"} for s, m in (("a", "x"), ("b", "y"), ("c", "y"))]  # fmt: skip
    assert list(alike(made(rows), "12.timeliness.verdict")["slug"]) == ["b", "c"]


def test_areas_that_a_figure_leaves_out_are_listed_by_name_with_the_reason():
    years = {"a": "2025", "b": "2025", "c": "2024"}
    rows = [
        {"slug": s, "id": "10.growth.plans", "value": 1, "base": 9, "unit": "%", "period": year}
        for s, year in years.items()
    ]
    rows += [{"slug": "a", "id": "11.age.shift", "value": 1, "unit": "number", "period": "2025"}]
    known = pd.DataFrame({"slug": list("dcba"), "name": ["Dee", "Cee", "Bee", "Ay"]})
    frame = context.apart(made(rows), known, 2, CITED).frame.set_index("area")
    assert list(frame.index) == ["Cee", "Dee"]  # of the age at the start only one area tells
    assert frame.loc["Cee", "other"].endswith("since the first January (2024)")
    assert frame.loc["Dee", "without"] == "Growth of EHC plans since the first January"
    assert frame.loc["Dee", "other"] == frame.loc["Cee", "without"] == ""


def test_an_area_without_one_of_several_needs_is_listed_for_that_need_alone():
    rows = [
        {"slug": s, "id": f"11.need.{n}", "value": 10, "base": 20, "unit": "people"}
        for s, n in (("a", "ASD"), ("b", "ASD"), ("a", "SEMH"))
    ]
    known = pd.DataFrame({"slug": ["a", "b"], "name": ["Ay", "Bee"]})
    frame = context.apart(made(rows), known, 1, CITED).frame.set_index("area")
    assert list(frame.index) == ["Bee"]
    assert frame.loc["Bee", "without"].endswith("(SEMH)")


def test_what_must_be_alike_is_what_areas_find_in_a_figure_with_a_period():
    known = reference.table("insight_findings").set_index("id")["written"]
    assert set(known.reindex(ALIKE)) == {"now"}

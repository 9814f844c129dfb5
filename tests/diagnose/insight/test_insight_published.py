"""What published statistics alone say over many areas."""

import pandas as pd
import pytest

from tests.diagnose.insight.insight_cases import CITED, made
from toolkit.diagnose.insight import groups, labels, published
from toolkit.diagnose.insight.pick import pick

AREAS = pd.DataFrame(
    {
        "slug": list("abcdef"),
        "name": [f"Area {c}" for c in "abcdef"],
        "tranche": "",
        "wave": "",
        "region": "Here",
    }
)


def finding(slug, name, value, base, **more):
    return {"slug": slug, "id": name, "value": value, "base": base, "unit": "%", **more}


def test_growth_of_areas_weighed_by_first_plans_is_the_growth_of_all_plans():
    rows = [finding("a", "10.growth.plans", 100, 2000), finding("b", "10.growth.plans", 50, 300)]
    grown = published.growth(made(rows))
    made_ = groups.spread(
        grown, AREAS, "plans", 1, called="Growth", unit="%", cited=CITED, size="first"
    )
    assert list(grown["first"]) == [1000, 200]
    assert made_.frame["mean"].iloc[0] == pytest.approx(100 * (2300 / 1200 - 1))


def test_forecasts_are_added_up_with_a_range_for_each_way_of_erring():
    rows = [finding(s, "13.plans.unmitigated", 140, 100, low=110, high=180) for s in "ab"]
    row = published.together(published.ahead(made(rows)), 1, CITED).frame.iloc[0]
    assert (row["now"], row["later"], row["low"], row["high"]) == (200, 280, 220, 360)
    assert row["low_apart"] == pytest.approx(280 - 30 * 2**0.5)
    assert row["growth"] == pytest.approx(40)


def test_codes_are_counted_by_the_areas_in_which_they_lead_and_draws_are_named():
    rows = [
        finding(s, "10.priority.plans", 50, 10, keys=f"provision={p}")
        for s, p in zip("abcd", ["nmiss", "nmiss", "rp_unit", "rp_unit"], strict=True)
    ]
    made_ = published.leading(
        pick(made(rows), "10.priority.plans"),
        "provision",
        labels.labels("provision"),
        **labels.ADDED,
        cited=CITED,
    )
    assert list(made_.frame["areas"]) == [2, 2]
    assert set(made_.frame["of"]) == {4}
    cells = labels.first(made_, "provision")
    assert "and as often" in cells["name"]


def test_only_an_area_beyond_chance_is_outside_the_funnel():
    rows = [
        finding(s, "12.timeliness.verdict", v, n)
        for s, v, n in zip("abcdef", [50, 52, 48, 51, 49, 90], [400] * 5 + [200], strict=True)
    ]
    drawn = published.funnel_of(
        pick(made(rows), "12.timeliness.verdict"),
        AREAS,
        called="On time",
        based="New plans",
        cited=CITED,
    )
    verdicts = drawn.frame.set_index("area")["verdict"]
    assert verdicts["Area f"] == "Above the 99.8% limit"
    assert published.verdicts(drawn).frame["beyond"].iloc[0] == 1
    assert list(drawn.frame["area"]) == sorted(drawn.frame["area"])  # by name, never by rank


def test_areas_that_lean_to_a_need_come_by_name():
    rows = [
        finding(s, "11.needs.growth", v, 100, low=v - 1, high=v + 1, keys=f"primary_need={n}")
        for s, v, n in (("b", 9, "ASD"), ("a", 3, "ASD"), ("c", 5, "SEMH"))
    ]
    frame = published.leaning(pick(made(rows), "11.needs.growth"), "ASD", AREAS, CITED).frame
    assert list(frame["area"]) == ["Area a", "Area b"]

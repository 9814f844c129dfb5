"""Claims about the caseload by provision: sums, what is missing, what is implausible."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit import reference
from toolkit.intake.ees_caseload import FEWEST_AREAS, NOT_AVAILABLE, PROVISIONS, caseload, problems

ITEMS = reference.table("provision_map")["ees_column"].tolist()


def frame(*rows: dict[str, object]) -> pd.DataFrame:
    base = {"level": "la", "region_code": "E1", "topic": "total", "breakdown": "total"}
    made = pd.DataFrame([{**base, "name": f"LA {row['code']}", **row} for row in rows])
    return made.reindex(columns=[*made.columns, *[c for c in ITEMS if c not in made]])


def wide(plans: pd.DataFrame) -> pd.DataFrame:
    return plans.pivot(index=["code", "year"], columns="provision", values="plans")


def test_units_are_added_beside_the_school_and_not_subtracted_from_it():
    made = wide(
        caseload(
            frame(
                {
                    "code": "001",
                    "year": 2025,
                    "ehcplans": 15,
                    "mainstream_academy": 10,
                    "mainstream_academy_senunit": 3,
                    "mainstream_academy_resourced_provision": 2,
                }
            )
        )
    ).iloc[0]
    assert (made["mainstream"], made["rp_unit"], made["total"]) == (10, 5, 15)


def test_independent_mainstream_counts_with_nmiss():
    made = wide(
        caseload(frame({"code": "001", "year": 2025, "ehcplans": 4, "mainstream_independent": 4}))
    )
    assert made["nmiss"].tolist() == [4]


def test_plans_awaiting_provision_are_unknown_and_the_excluded_are_other():
    made = wide(
        caseload(
            frame(
                {
                    "code": "001",
                    "year": 2021,
                    "ehcplans": 9,
                    "await_prov_2022": 5,
                    "perm_ex_2022": 4,
                }
            )
        )
    ).iloc[0]
    assert (made["unknown"], made["other"]) == (5, 4)


def test_an_item_that_no_area_has_in_a_year_counts_nothing_in_that_year():
    made = caseload(
        frame(
            {"code": "001", "year": 2021, "ehcplans": 9, "await_prov_2022": 9},
            {"code": "001", "year": 2025, "ehcplans": 7, "placement_unknown": 7},
        )
    )
    assert wide(made)["unknown"].tolist() == [9, 7]


def test_an_item_that_one_area_lacks_leaves_the_group_missing_and_the_total_standing():
    made = caseload(
        frame(
            {"code": "001", "year": 2025, "ehcplans": 9, "neet": np.nan, "online_provider": 2},
            {"code": "002", "year": 2025, "ehcplans": 8, "neet": 5, "online_provider": 3},
        )
    )
    both = wide(made)
    assert np.isnan(both.loc[("001", 2025), "other"])
    assert both.loc[("001", 2025), "total"] == 9
    assert both.loc[("002", 2025), "other"] == 8
    note = made[(made["code"] == "001") & (made["provision"] == "other")]["note"]
    assert note.tolist() == [NOT_AVAILABLE]
    assert (made[made["plans"].isna()]["note"] != "").all()


def test_a_gap_between_provisions_and_total_is_said_and_not_filled():
    items = dict.fromkeys(ITEMS, 1.0)
    made = caseload(frame({"code": "001", "year": 2024, "ehcplans": len(ITEMS) + 1000, **items}))
    assert wide(made)[PROVISIONS].sum(axis=1).tolist() == [len(ITEMS)]
    assert made["note"].str.contains("1,000 fewer than the total").all()


def growing(*odd: tuple[int, float], areas: int = FEWEST_AREAS + 10) -> pd.DataFrame:
    """Return areas that grow by 8 to 12% from 2024 to 2025, but for the odd ones."""
    rows = []
    for place in range(areas):
        factor = dict(odd).get(place, 1.08 + 0.04 * place / areas)
        for year, plans in ((2024, 1000.0), (2025, 1000 * factor)):
            rows.append({"code": f"{place:03d}", "year": year, "ehcplans": plans})
    return frame(*rows)


def flagged(plans: pd.DataFrame) -> set[str]:
    made = caseload(plans)
    return set(made[made["note"].str.startswith("Implausible")]["code"])


@pytest.mark.parametrize("factor", [0.44, 0.96, 1.54])
def test_a_change_far_from_the_median_area_is_flagged(factor):
    assert flagged(growing((5, factor))) == {"005"}


@pytest.mark.parametrize("factor", [1.07, 1.1, 1.13])
def test_a_change_near_the_median_area_is_not_flagged(factor):
    assert flagged(growing((5, factor))) == set()


def test_a_flag_stands_on_the_total_of_that_year_alone_and_says_by_how_much():
    made = caseload(growing((5, 1.54)))
    rows = made[made["note"] != ""].dropna(subset="plans")
    assert rows[["code", "year", "provision"]].to_numpy().tolist() == [["005", 2025, "total"]]
    assert "+54% since the January before" in rows["note"].iloc[0]


def test_nothing_is_flagged_where_there_are_too_few_areas_for_a_median():
    assert flagged(growing((5, 3.0), areas=FEWEST_AREAS - 1)) == set()


def test_nothing_is_flagged_in_a_small_area():
    plans = growing((5, 3.0))
    small = plans["code"] == "005"
    assert (
        flagged(plans.assign(ehcplans=plans["ehcplans"].mask(small, plans["ehcplans"] / 20)))
        == set()
    )


def test_years_that_do_not_follow_each_other_are_not_compared():
    plans = growing((5, 3.0))
    assert flagged(plans.assign(year=plans["year"].replace(2024, 2022))) == set()


def test_notes_of_the_frame_become_problems_that_name_area_and_year():
    made = caseload(growing((5, 1.54)))
    (odd,) = [p for p in problems(made, "a.zip", "data/c.csv") if p.code == "published.implausible"]
    assert "LA 005 2025" in odd.message
    assert "area.toml" in odd.remedy


def test_a_release_without_totals_gives_an_empty_caseload():
    made = caseload(growing((5, 1.54)).assign(topic="age"))
    assert made.empty
    assert "note" in made


def test_the_frame_given_is_not_changed():
    plans = growing((5, 1.54))
    before = plans.copy()
    caseload(plans)
    pd.testing.assert_frame_equal(plans, before)

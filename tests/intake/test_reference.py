"""Claims about the reference tables: sources, codes, neighbours, the map of provision."""

from __future__ import annotations

import pandas as pd
import pytest

from toolkit import reference
from toolkit.errors import InputError
from toolkit.intake.ees_caseload import PROVISIONS
from toolkit.reference.areas import (
    area_lookup,
    predecessors,
    region_members,
    statistical_neighbours,
)

OURS = [
    *("area_changes", "census_dates", "ees_aliases", "ees_columns", "ees_files", "england_ages"),
    *("england_caseload", "hnb_england", "interventions", "local_authorities", "neighbours"),
    *(
        "insight_catalogue",
        "insight_findings",
        "provision_map",
        "s251_lines",
        "school_phases",
        "series_breaks",
        "unit_costs",
    ),
]


@pytest.mark.parametrize("name", OURS)
def test_every_row_has_its_source(name):
    table = reference.table(name)
    assert len(table) > 0
    assert (table["source"].str.len() > 10).all()


@pytest.mark.parametrize("name", OURS)
def test_no_row_stands_twice(name):
    assert not reference.table(name).duplicated().any()


def test_a_table_that_is_not_there_names_those_that_are():
    with pytest.raises(KeyError, match="neighbours"):
        reference.table("neighbors")


def test_a_table_is_a_copy():
    frame = reference.table("neighbours")
    frame["code"] = "0"
    assert "0" not in set(reference.table("neighbours")["code"])


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ("867", "867"),
        ("Bracknell Forest", "867"),
        ("bracknell forest ", "867"),
        ("E06000036", "867"),
        ("e06000036", "867"),
        ("Bristol", "801"),
        ("Bristol, City of", "801"),
        ("city of bristol", "801"),
        ("St Helens", "342"),
        ("St. Helens", "342"),
        ("Kingston upon Hull", "810"),
        ("Isles Of Scilly", "420"),
        ("Bournemouth, Christchurch & Poole", "839"),
        ("E10000002", "825"),
        ("E06000060", "825"),
        ("Cumbria", "909"),
    ],
)
def test_an_area_is_found_by_code_or_name(wanted, code):
    assert area_lookup(wanted)["code"] == code


def test_dorset_is_the_authority_of_today_and_not_its_predecessor():
    assert area_lookup("Dorset")["code"] == "838"


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [
        ("Braknell Forest", "Bracknell Forest"),
        ("Nottingam", "Nottingham"),
        ("xyzzy", "three-digit code"),
    ],
)
def test_a_name_that_is_not_known_says_what_was_perhaps_meant(wanted, hint):
    with pytest.raises(InputError) as error:
        area_lookup(wanted)
    assert hint in error.value.remedy


def test_there_are_153_authorities_and_each_code_stands_once():
    las = reference.table("local_authorities")
    assert (las["current"] == "1").sum() == 153
    assert not las["code"].duplicated().any()


def test_every_authority_has_ten_neighbours_that_exist_today():
    las = reference.table("local_authorities")
    current = set(las.loc[las["current"] == "1", "code"])
    for code in current:
        neighbours = statistical_neighbours(code)
        assert len(set(neighbours)) == 10
        assert set(neighbours) <= current - {code}


def test_neighbours_come_in_the_order_of_their_rank():
    ranks = reference.table("neighbours").query("code == '301'").set_index("neighbour_code")["rank"]
    assert [int(ranks[n]) for n in statistical_neighbours("301")] == list(range(1, 11))


def test_a_fictional_area_has_no_neighbours():
    assert statistical_neighbours("991") == []


def test_members_of_a_region_are_those_of_the_year():
    assert "909" in region_members("E12000002", 2023)
    assert not {"942", "943"} & set(region_members("E12000002", 2023))
    assert {"942", "943"} <= set(region_members("E12000002", 2024))
    assert "909" not in region_members("E12000002")


def test_a_later_january_than_the_lookup_knows_has_the_members_of_today():
    assert region_members("E12000002", 2030) == region_members("E12000002")


def test_predecessors_are_named_and_not_joined():
    assert predecessors("942")["name"].tolist() == ["Cumbria"]
    assert predecessors("886").empty


def test_every_change_of_areas_follows_the_last_january_of_the_predecessor():
    las = reference.table("local_authorities").set_index("code")
    for _, change in reference.table("area_changes").iterrows():
        first = int(change["first_census"])
        assert int(las.loc[change["successor"], "first_census"]) == first
        assert int(las.loc[change["predecessor"], "last_census"]) == first - 1


def test_every_provision_has_its_columns_and_every_column_one_provision():
    mapping = reference.table("provision_map")
    assert set(mapping["provision"]) == set(PROVISIONS)
    assert not mapping["ees_column"].duplicated().any()
    assert (mapping["reason"].str.len() > 10).all()


def test_every_column_of_the_map_is_a_column_of_the_caseload_or_made_from_two():
    columns = reference.table("ees_columns")
    caseload = set(columns.loc[columns["table"] == "ees_caseload", "column"])
    assert set(reference.table("provision_map")["ees_column"]) <= caseload


def test_no_total_of_the_release_is_mapped_to_a_provision():
    mapped = reference.table("provision_map")["ees_column"]
    assert not mapped.str.contains("total|_pc|^ed_elsewhere$|^ehcplans$").any()


def test_census_dates_are_thursdays_in_january():
    dates = pd.to_datetime(reference.table("census_dates")["census_date"])
    assert set(dates.dt.day_name()) == {"Thursday"}
    assert set(dates.dt.month) == {1}
    years = reference.table("census_dates")["census_year"].astype(int)
    assert (years == dates.dt.year).all()
    assert dates.between("2025-01-01", "2025-12-31").sum() == 1


def test_only_place_funding_top_ups_and_direct_payments_are_linked_to_plans():
    lines = reference.table("s251_lines")
    linked = lines.loc[lines["plan_linked"] == "1", "line"].tolist()
    assert linked == ["1.0.2", "1.2.1", "1.2.2", "1.2.3", "1.2.11"]
    assert set(lines.loc[lines["plan_linked"] == "1", "funding"]) == {"HNB"}


def test_transport_and_administration_are_outside_the_high_needs_block():
    lines = reference.table("s251_lines").set_index("line")["funding"]
    outside = ["1.4.11", "2.1.1", "2.1.2", "2.1.4", "2.1.6", "2.1.7"]
    assert "HNB" not in set(lines[outside])


def test_nothing_from_memory_is_among_the_interventions():
    table = reference.table("interventions")
    assert set(table["confidence"]) == {"secondary", "seen"}
    assert not table["source"].str.contains("memory", case=False).any()
    assert set(table["programme"]) == {"DBV", "Safety Valve"}
    assert set(table["code"]) <= set(reference.table("local_authorities")["code"])


def test_the_seven_groups_and_two_others_of_england_add_up_but_for_hackney_and_peterborough():
    table = reference.table("england_caseload")
    wide = table.assign(plans=table["plans"].astype(int)).pivot(
        index="year", columns="provision", values="plans"
    )
    gap = wide["total"] - wide[PROVISIONS].sum(axis=1)
    assert gap[gap != 0].to_dict() == {"2024": 3645}

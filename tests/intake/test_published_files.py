"""Claims about the readers of measures, SEN in England, population and the school register."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.intake.published import load


def put(tmp_path, text, name="file.csv", encoding="utf-8-sig"):
    path = tmp_path / name
    path.write_text(text, encoding=encoding)
    return path


# --- LAIT -----------------------------------------------------------------------------------

LAIT = (
    "Short Desc,Data item,Years,LA and Regions,Values,LA Number,Region\n"
    'SEN_TotStat,"% of pupils\n with a plan",2024,Kent,4.5,886.0,South East\n'
    "SEN_TotStat,,2024,England,4.8,970.0,\n"
    "SEN_TotStat,,2024,Yorkshire and the Humber,-,982.0,\n"
    "SEN_TotStat,,2024,London (Inner),5.1,987.0,\n"
    "SEN_TotStat,,2024,South West,4.1,990.0,\n"
    "SENFinance,SEN Finance,2016-17 (OT),Kent,25,886.0,South East\n"
)


def test_measures_have_codes_for_authorities_regions_and_england(tmp_path):
    frame = load([put(tmp_path, LAIT)]).table("measures")
    assert frame[["level", "code"]].to_numpy().tolist() == [
        ["la", "886"],
        ["england", "E92000001"],
        ["region", "E12000003"],
        ["region", "E13000001"],
        ["region", "E12000009"],
        ["la", "886"],
    ]


def test_a_dash_in_a_measure_is_missing_and_the_year_stays_text(tmp_path):
    published = load([put(tmp_path, LAIT)])
    frame = published.table("measures")
    assert np.isnan(frame["value"].iloc[2])
    assert frame["year"].iloc[-1] == "2016-17 (OT)"
    assert published.problems == []


def test_titles_of_measures_are_taken_where_the_file_has_them(tmp_path):
    titles = load([put(tmp_path, LAIT)]).table("measure_titles").set_index("measure")["title"]
    assert titles.to_dict() == {
        "SENFinance": "SEN Finance",
        "SEN_TotStat": "% of pupils with a plan",
    }


def test_a_measure_that_is_no_number_is_named(tmp_path):
    published = load([put(tmp_path, LAIT.replace(",25,", ",abc,"))])
    assert np.isnan(published.table("measures")["value"].iloc[-1])
    (problem,) = published.problems
    assert (problem.row, problem.value) == (7, "abc")


# --- SEN in England -------------------------------------------------------------------------

IDS = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_name,"
    "region_code,old_la_code,la_name,new_la_code"
)
SEN = (
    f"{IDS},phase_type_grouping,type_of_establishment,hospital_school,total_pupils,sen_support,"
    "ehc_plan,sen_support_percent,ehc_plan_percent\n"
)
KENT = (
    "202425,Academic year,Local authority,E92000001,England,South East,E12000008,886,Kent,E10000016"
)


def test_sen_in_england_takes_the_rows_for_all_schools(tmp_path):
    text = SEN + "".join(
        f"{KENT},{row}\n"
        for row in (
            "Total,Total,Total,1000,130,50,13,5",
            "Total,Total,No,990,128,45,13,5",
            "Total,Community school,No,100,10,2,10,2",
            "State-funded primary,Total,Total,500,70,20,14,4",
            "Independent school,Total,Total,80,5,c,6,z",
        )
    )
    frame = load([put(tmp_path, text)]).table("sen_in_england").set_index("phase")
    assert frame["headcount"].to_dict() == {"all": 1000, "primary": 500, "independent": 80}
    assert np.isnan(frame.loc["independent", "ehcp"])
    assert frame.loc["all", ["academic_year", "level", "code"]].tolist() == [202425, "la", "886"]


def test_hospital_and_other_schools_are_added_where_no_row_holds_both(tmp_path):
    rows = ("Special,Total,No,90,1,80,1,89", "Special,Total,Yes,10,2,5,20,50")
    text = SEN + "".join(f"{KENT},{row}\n" for row in rows)
    frame = load([put(tmp_path, text)]).table("sen_in_england")
    assert frame[["phase", "headcount", "ehcp"]].to_numpy().tolist() == [["Special", 100, 85]]


# --- population -----------------------------------------------------------------------------


def projections(years, rows):
    head = ",".join(["AREA_CODE", "AREA_NAME", "COMPONENT", "SEX", "AGE_GROUP", *map(str, years)])
    return head + "\n" + "\n".join(rows) + "\n"


def population(tmp_path, text):
    published = load([put(tmp_path, text)])
    return published.table("population"), published


def test_projections_with_a_column_a_year_become_one_row_a_year(tmp_path):
    rows = [
        "E10000016,Kent,Population,persons,0,100.5,101",
        "E10000016,Kent,Population,persons,25,90,91",
        "E10000016,Kent,Population,persons,26,80,81",
        "E10000016,Kent,Population,persons,90 and over,8,9",
        "E10000016,Kent,Population,persons,All ages,900,910",
        "E10000016,Kent,Births,persons,0,7,7",
    ]
    frame, _ = population(tmp_path, projections([2022, 2047], rows))
    assert frame[["year", "code", "age", "persons"]].to_numpy().tolist() == [
        [2022, "886", 0, 100.5],
        [2022, "886", 25, 90],
        [2047, "886", 0, 101],
        [2047, "886", 25, 91],
    ]
    assert set(frame["source"]) == {"ONS subnational population projections, 2022-based"}


def test_sexes_are_added_where_there_are_no_persons(tmp_path):
    rows = ["E10000016,Kent,Population,males,5,60", "E10000016,Kent,Population,females,5,50"]
    frame, _ = population(tmp_path, projections([2023], rows))
    assert frame["persons"].tolist() == [110]
    assert frame["source"].tolist() == ["ONS mid-year population estimates, mid-2023 release"]


def test_estimates_in_long_form_are_read(tmp_path):
    text = "ladcode23,laname23,country,sex,age,year,population\n" + (
        "E10000016,Kent,E,M,5,2022,60\nE10000016,Kent,E,F,5,2022,50\n"
    )
    frame, _ = population(tmp_path, text)
    assert frame[["year", "code", "age", "persons"]].to_numpy().tolist() == [[2022, "886", 5, 110]]


def test_districts_are_never_added_up_to_a_county(tmp_path):
    rows = [
        "E07000105,Ashford,Population,persons,5,10",
        "E07000106,Canterbury,Population,persons,5,20",
        "E06000035,Medway,Population,persons,5,30",
    ]
    frame, _ = population(tmp_path, projections([2023], rows))
    assert frame[["code", "persons"]].to_numpy().tolist() == [["887", 30]]


def test_england_and_regions_keep_their_codes_and_other_countries_are_named(tmp_path):
    rows = [
        "E92000001,England,Population,persons,5,600",
        "E12000008,South East,Population,persons,5,90",
        "W06000015,Cardiff,Population,persons,5,40",
    ]
    frame, published = population(tmp_path, projections([2023], rows))
    assert frame["code"].tolist() == ["E12000008", "E92000001"]
    assert "W06000015" in published.problems[0].message


def test_an_authority_with_two_e_codes_is_counted_once(tmp_path):
    rows = [
        "E10000002,Buckinghamshire,Population,persons,5,70",
        "E06000060,Buckinghamshire,Population,persons,5,70",
    ]
    frame, _ = population(tmp_path, projections([2023], rows))
    assert frame[["code", "persons"]].to_numpy().tolist() == [["825", 70]]


def test_an_estimate_wins_over_a_projection_of_the_same_year(tmp_path):
    row = "E10000016,Kent,Population,persons,5,"
    projected = put(tmp_path, projections([2022, 2023, 2047], [row + "100,101,120"]), "p.csv")
    estimated = put(tmp_path, projections([2022, 2023], [row + "99,98"]), "e.csv")
    frame = load([projected, estimated]).table("population").set_index("year")["persons"]
    assert frame.to_dict() == {2022: 99, 2023: 98, 2047: 120}


# --- the school register --------------------------------------------------------------------

GIAS = (
    "URN,LA (code),EstablishmentName,TypeOfEstablishment (name),EstablishmentStatus (name),"
    "PhaseOfEducation (name),UKPRN,TypeOfResourcedProvision (name),ResourcedProvisionOnRoll,"
    "ResourcedProvisionCapacity,SenUnitOnRoll,SenUnitCapacity\n"
    "118001,886,St Márý’s School,Community school,Open,Primary,10012345,SEN unit,,,8,12\n"
    "118002,886,Old School,Community special school,Closed,Not applicable,,,,,,\n"
)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig"])
def test_the_school_register_is_read_in_its_own_encoding(tmp_path, encoding):
    path = put(tmp_path, GIAS.replace("ý", "y"), "edubasealldata20250101.csv", encoding)
    frame = load([path]).table("establishments").set_index("urn")
    assert frame.loc["118001", "name"] == "St Máry’s School"
    assert frame.loc["118001", ["type", "phase"]].tolist() == ["Community school", "Primary"]
    assert frame.loc["118001", "sen_unit_capacity"] == 12
    assert np.isnan(frame.loc["118001", "resourced_provision_on_roll"])


def test_closed_schools_stay_in_the_register(tmp_path):
    frame = load([put(tmp_path, GIAS, encoding="cp1252")]).table("establishments")
    assert frame["status"].tolist() == ["Open", "Closed"]


def test_rows_without_a_urn_of_their_own_are_set_aside(tmp_path):
    published = load([put(tmp_path, GIAS + GIAS.splitlines()[1] + "\n")])
    assert len(published.table("establishments")) == 2
    assert [p.code for p in published.problems] == ["published.no_urn"]


def test_a_register_without_the_columns_of_units_is_read(tmp_path):
    text = (
        "URN,EstablishmentName,TypeOfEstablishment (name),PhaseOfEducation (name)\n100000,A,B,C\n"
    )
    frame = load([put(tmp_path, text)]).table("establishments")
    assert frame["sen_unit_capacity"].isna().all()

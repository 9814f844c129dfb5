"""What becomes a plan, a request, a placement and a review."""

from __future__ import annotations

import pandas as pd
import pytest
from sen2_samples import LA, PSEUDONYMS, changed, good_upn, load, rows, sample

from toolkit import reference
from toolkit.intake import schedule
from toolkit.intake.sen2_provision import establishment_groups, provision_groups


def of(number: int) -> str:
    """Return the pseudonym of the person with a made-up UPN."""
    return PSEUDONYMS.of(good_upn(number), None, None, None, None)[0]


def one(table: pd.DataFrame, person: str) -> dict[str, object]:
    """Return the one row of a person."""
    (row,) = table[table["person_id"] == person].to_dict("records")
    return row


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    return load(sample(), tmp_path_factory.mktemp("sample"))


def test_a_clean_return_has_no_errors_and_no_warnings(loaded):
    assert [p for p in loaded.problems if p.severity != "note"] == []


def test_tables_have_the_columns_and_types_of_the_schedule_and_a_census_year(loaded):
    assert list(loaded.tables) == ["plans", "requests", "placements", "reviews"]
    for name, table in loaded.tables.items():
        assert table.columns.tolist() == [*schedule.TABLES[name].names, "census_year"]
        for column in schedule.TABLES[name].columns:
            assert table[column.name].dtype == schedule.empty(name)[column.name].dtype
        assert str(table["census_year"].dtype) == "Int64"
        assert set(table["census_year"]) == {2025}


def test_start_and_end_of_a_plan_are_those_of_the_named_plan(loaded):
    plan = one(loaded.tables["plans"], of(5))
    assert plan["plan_start"] == pd.Timestamp("2014-09-15")
    assert plan["plan_cease"] == pd.Timestamp("2024-08-31")
    assert plan["cease_reason"] == "3"


def test_needs_are_those_of_rank_1_and_2(loaded):
    plan = one(loaded.tables["plans"], of(1))
    assert (plan["primary_need"], plan["secondary_need"]) == ("ASD", "SEMH")


def test_a_birth_date_becomes_the_first_of_its_month(loaded):
    assert one(loaded.tables["plans"], of(2))["birth_month"] == pd.Timestamp("2020-08-01")


def test_locality_and_decile_come_from_the_postcode_however_it_is_spaced(loaded):
    plans = loaded.tables["plans"]
    assert [one(plans, of(n))["locality"] for n in (1, 2)] == ["North", "South"]
    assert [one(plans, of(n))["deprivation_decile"] for n in (1, 2)] == [2, 9]
    assert pd.isna(one(plans, of(4))["locality"])


def test_a_refused_request_is_not_a_plan(loaded):
    assert one(loaded.tables["requests"], of(3))["request_outcome"] == "N"
    assert of(3) not in set(loaded.tables["plans"]["person_id"])


def test_a_historical_request_carries_its_plan_and_is_no_request(loaded):
    assert of(1) in set(loaded.tables["plans"]["person_id"])
    assert of(1) not in set(loaded.tables["requests"]["person_id"])


def test_a_request_decided_before_and_assessed_within_the_collection_stays(loaded):
    request = one(loaded.tables["requests"], of(4))
    assert request["request_outcome"] == "H"
    assert request["assessment_outcome"] == "Y"
    assert request["week20_exception"] == 1


def test_an_open_request_stays(loaded):
    assert loaded.tables["requests"]["request_outcome"].tolist() == ["Y", "N", "H", "A"]


def test_a_plan_that_was_transferred_in_starts_when_it_was_first_issued(loaded):
    starts = loaded.tables["plans"].set_index("primary_need")["plan_start"]
    assert starts["PMLD"] == pd.Timestamp("2016-07-01")


@pytest.mark.parametrize(
    ("flags", "mediation", "tribunal"),
    [
        ({}, 0, 1),
        ({"othermediation": "1"}, 1, 1),
        ({"assessmentmediation": "1", "assessmenttribunal": "0"}, 1, 0),
        ({"othertribunal": "1", "assessmenttribunal": None}, 0, 1),
    ],
)
def test_a_mediation_or_appeal_anywhere_counts(tmp_path, flags, mediation, tribunal):
    tables = load(changed(sample(), "assessment", 1, **flags), tmp_path).tables
    request = one(tables["requests"], of(2))
    assert (request["mediation"], request["tribunal"]) == (mediation, tribunal)


def test_flags_that_nobody_filled_in_stay_missing(loaded, tmp_path):
    blank = changed(sample(), "requests", 6, requestmediation=None, requesttribunal=None)
    request = load(blank, tmp_path).tables["requests"].iloc[-1]
    assert pd.isna(request["mediation"])
    assert pd.isna(request["tribunal"])


def test_a_review_is_a_meeting_and_its_outcome_is_ours(loaded):
    assert loaded.tables["reviews"]["outcome"].tolist() == ["R", "C", "A"]


def test_a_plan_issued_after_another_areas_assessment_is_a_plan_issued(tmp_path):
    tables = load(changed(sample(), "assessment", 1, assessmentoutcome="S"), tmp_path).tables
    assert one(tables["requests"], of(2))["assessment_outcome"] == "Y"


@pytest.mark.parametrize(
    ("given", "ours"), [("WBRI", "WBRI"), ("WENG", "WBRI"), ("aopk", "APKN"), ("BSOM", "BAFR")]
)
def test_extended_ethnicity_codes_become_main_ones(tmp_path, given, ours):
    tables = load(changed(sample(), "person", 0, ethnicity=given), tmp_path).tables
    assert one(tables["plans"], of(1))["ethnicity"] == ours


def test_a_placement_that_names_no_setting_takes_the_one_of_the_plan(loaded):
    place = one(loaded.tables["placements"], of(4))
    assert (place["urn"], place["provision_group"]) == ("100003", "rp_unit")
    assert "sen2.setting_from_plan" in {p.code for p in loaded.problems}


def test_an_active_plan_without_a_named_plan_is_reported_and_its_placement_kept(tmp_path):
    modules = sample()
    for table in ("namedplan", "plandetail"):
        modules.frames[table] = modules.frames[table].iloc[1:].reset_index(drop=True)
    loaded = load(modules, tmp_path)
    assert of(1) not in set(loaded.tables["plans"]["person_id"])
    assert of(1) in set(loaded.tables["placements"]["person_id"])
    assert [p.code for p in loaded.problems if p.severity == "error"] == ["sen2.plan_without_start"]


@pytest.mark.parametrize(
    ("place", "group", "by"),
    [
        ({"urn": "1", "sen_unit": 1}, "rp_unit", "unit"),
        ({"urn": "2", "resourced_provision": 1}, "rp_unit", "unit"),
        ({"urn": "1"}, "mainstream", "urn"),
        ({"urn": "1.0"}, "mainstream", "urn"),
        ({"urn": "2"}, "state_special", "urn"),
        ({"urn": "3"}, "nmiss", "urn"),
        ({"urn": "4"}, "post16", "urn"),
        ({"urn": "5"}, "unknown", ""),
        ({"urn": "9"}, "unknown", ""),
        ({"urn": "9", "sen_setting": "EHE"}, "other", "setting"),
        ({"sen_setting": "EYP"}, "early_years", "setting"),
        ({"sen_setting": "NEET", "ukprn": "10000001"}, "other", "setting"),
        ({"ukprn": "10000001", "age": 16}, "post16", "ukprn"),
        ({"ukprn": "10000001", "age": 15}, "unknown", ""),
        ({"ukprn": "10000001", "urn": "9", "age": 18}, "unknown", ""),
        ({"ukprn": "10000001", "age": None}, "unknown", ""),
        ({}, "unknown", ""),
    ],
)
def test_provision_is_settled_by_unit_then_urn_then_setting_then_age(place, group, by):
    schools = pd.DataFrame(
        {
            "urn": ["1", "2", "3", "4", "5"],
            "type": ["community school", " Academy special converter", "Community school",
                     "Academy converter", "Miscellaneous"],
            "phase": ["Primary", None, None, "16 plus", None],
            "provision_group": [None, None, "nmiss", None, None],
        }
    ).astype(schedule.TEXT)  # fmt: skip
    blank = {"urn": None, "ukprn": None, "sen_setting": None, "sen_unit": 0,
             "resourced_provision": None, "age": 12}  # fmt: skip
    frame = pd.DataFrame([{**blank, **place}])
    frame = frame.astype(dict.fromkeys(("urn", "ukprn", "sen_setting"), schedule.TEXT))
    frame = frame.astype(dict.fromkeys(("sen_unit", "resourced_provision", "age"), "Int64"))
    made = provision_groups(frame, schools).iloc[0]
    assert (made["provision_group"], made["settled_by"]) == (group, by)


def test_every_setting_and_every_type_has_a_known_provision_and_a_reason():
    known = set(schedule.codes("provision_group"))
    for name in ("sen_settings", "establishment_types"):
        table = reference.table(name)
        assert set(table["provision"]) <= known
        assert (table[["reason", "source"]] != "").all(axis=None)
    assert set(reference.table("sen_settings")["sen_setting"]) == set(schedule.codes("sen_setting"))
    mains = set(reference.table("ethnicity_codes")["main_code"])
    assert mains <= set(schedule.codes("ethnicity"))


def test_no_establishments_at_all_is_no_error():
    made = establishment_groups(schedule.empty("establishments"))
    assert made.empty


def test_every_row_read_is_used_or_set_aside(loaded):
    assert len(loaded.accounts) == 8
    assert sum(a.rows_set_aside for a in loaded.accounts) == 0
    assert {a.sheet: a.rows_read for a in loaded.accounts}["Placement Detail"] == 6


def test_sources_name_the_file_its_kind_and_its_census(loaded):
    (source,) = loaded.sources
    assert (source.name, source.release) == (f"SEN2_2025_{LA}.xml", "January 2025")
    assert source.kind == "SEN2 return (XML)"
    assert len(source.sha256) == 64


def test_a_second_need_of_rank_1_is_reported_and_the_first_counts(tmp_path):
    modules = sample()
    more = rows("senneed", "id=9; of=1; sentype=HI; sentyperank=1")
    modules.frames["senneed"] = pd.concat([modules.frames["senneed"], more], ignore_index=True)
    loaded = load(modules, tmp_path)
    assert one(loaded.tables["plans"], of(1))["primary_need"] == "ASD"
    assert "sen2.rank_twice" in {p.code for p in loaded.problems}

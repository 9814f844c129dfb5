"""Every planted error is reported once, at its row, and nothing is lost without a word."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from sen2_samples import (
    HEADER,
    LA,
    PSEUDONYMS,
    changed,
    good_upn,
    load,
    load_folder,
    lookup,
    rows,
    sample,
)

from toolkit import reference
from toolkit.intake import schedule, sen2
from toolkit.intake.sen2_fields import PARENTS, SHEETS, TABLES, Modules
from toolkit.intake.sen2_header import census_date
from toolkit.intake.sen2_modules import write_modules

# The code of a rule, the sheet that it is about, and its row in the CSV files.
PLANTED = [
    ("requests", 1, {"receiveddate": "31/02/2024"}, {"date.impossible"}),
    ("requests", 1, {"receiveddate": "soon"}, {"date.not_a_date"}),
    ("requests", 1, {"receiveddate": None}, {"value.missing"}),
    ("requests", 1, {"receiveddate": "2025-03-01"}, {"sen2.after_census", "request.outcome_early"}),
    ("requests", 1, {"requestoutcomedate": "2024-01-01"}, {"request.outcome_early"}),
    ("requests", 1, {"requestoutcome": "Z"}, {"code.unknown", "sen2.no_outcome"}),
    ("requests", 1, {"requestsource": "9"}, {"code.unknown"}),
    ("requests", 1, {"requestmediation": "perhaps"}, {"flag.unknown"}),
    ("requests", 1, {"requestoutcomedate": "9999-12-31"}, {"date.placeholder"}),
    ("requests", 1, {"requestoutcomedate": "45352"}, {"date.serial"}),
    ("namedplan", 0, {"startdate": None}, {"value.missing"}),
    ("namedplan", 3, {"ceasedate": "2013-01-01"}, {"plan.cease_before_start"}),
    ("namedplan", 3, {"ceasereason": "10"}, {"code.unknown", "sen2.no_cease_reason"}),
    ("namedplan", 3, {"ceasedate": None}, {"plan.reason_without_date"}),
    ("namedplan", 3, {"ceasedate": "2026-01-01"}, {"sen2.after_census"}),
    ("senneed", 0, {"sentype": "ADHD"}, {"code.unknown"}),
    ("senneed", 0, {"sentyperank": "first"}, {"number.not_a_number"}),
    ("placementdetail", 0, {"entrydate": None}, {"value.missing"}),
    ("placementdetail", 4, {"leavingdate": "2020-01-01"}, {"placement.leaving_before_entry"}),
    ("placementdetail", 1, {"placementrank": "1"}, {"row.duplicate"}),
    ("placementdetail", 0, {"placementrank": None}, {"sen2.no_rank"}),
    ("placementdetail", 0, {"urn": "12"}, {"text.form"}),
    ("placementdetail", 2, {"sensetting": "EYX"}, {"code.unknown"}),
    ("placementdetail", 0, {"urn": "999999"}, {"sen2.provision_unknown"}),
    ("activeplans", 0, {"lastreview": "2024-03-01"}, {"review.notified_early"}),
    ("activeplans", 0, {"reviewmeeting": None}, {"sen2.review_undated"}),
    ("activeplans", 0, {"reviewoutcome": "Q"}, {"code.unknown"}),
    ("person", 0, {"sex": "Q"}, {"code.unknown"}),
    ("person", 0, {"ethnicity": "QQQQ"}, {"code.unknown"}),
    ("person", 0, {"personbirthdate": "2012-13-01"}, {"date.impossible"}),
    ("person", 0, {"personbirthdate": "2030-01-01"}, {"sen2.born_later"}),
    ("person", 0, {"personbirthdate": "1990-01-01"}, {"sen2.over_25"}),
    ("person", 0, {"upn": "A801200005001"}, {"sen2.upn_letter"}),
    ("person", 0, {"upn": "E8012"}, {"sen2.upn_form"}),
    ("person", 0, {"postcode": "AB1 2CD"}, {"sen2.postcode_unknown"}),
]
# What follows from a planted error elsewhere, and is said there.
FOLLOWS = {
    "sen2.no_birth_date", "sen2.no_primary_need", "sen2.linked_by_name", "sen2.no_active_plan",
    "sen2.plan_without_start", "sen2.setting_from_plan", "sen2.provision_by_ukprn",
    "sen2.carries_nothing", "sen2.provision_unknown", "request.assessment_early",
}  # fmt: skip


@pytest.mark.parametrize(("table", "at", "cells", "codes"), PLANTED)
def test_a_planted_error_is_reported_once_at_its_row(tmp_path, table, at, cells, codes):
    loaded = load(changed(sample(), table, at, **cells), tmp_path, "csv")
    here = [p for p in loaded.problems if p.code in codes]
    assert sorted(p.code for p in here) == sorted(codes)
    assert {(p.sheet, p.row) for p in here if p.code != "sen2.provision_unknown"} <= {
        (SHEETS[table], at + 2)
    }
    assert {p.file for p in here} == {f"Blade-Export_03-02-2025_{table}.csv"}
    assert all(p.message and (p.remedy or p.code == "code.unknown") for p in here)
    others = {p.code for p in loaded.problems} - codes - FOLLOWS
    assert others == set()


@pytest.mark.parametrize(("table", "at", "cells", "codes"), PLANTED)
def test_no_row_is_lost_without_a_word(tmp_path, table, at, cells, codes):
    loaded = load(changed(sample(), table, at, **cells), tmp_path)
    assert [a.rows_read for a in loaded.accounts] == [len(sample().frames[t]) for t in TABLES]
    aside = sum(a.rows_set_aside for a in loaded.accounts)
    said = [p for p in loaded.problems if p.severity == "error"]
    assert bool(aside) == bool(said)


def test_an_unknown_code_comes_with_a_suggestion(tmp_path):
    loaded = load(changed(sample(), "senneed", 0, sentype="ASC"), tmp_path)
    (found,) = [p for p in loaded.problems if p.code == "code.unknown"]
    assert found.value == "ASC"
    assert "ASD" in found.remedy


@pytest.mark.parametrize(("year", "warned"), [("2024", True), ("2025", False)])
def test_down_syndrome_before_2025_is_doubtful_and_kept(tmp_path, year, warned):
    modules = sample()
    modules.header |= {"Year": year, "ReferenceDate": census_date(int(year)).isoformat()}
    loaded = load(modules, tmp_path)
    assert ("sen2.ds_early" in {p.code for p in loaded.problems}) is warned
    assert "DS" in set(loaded.tables["plans"]["primary_need"])


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"LEA": "330"}, "sen2.other_la"),
        ({"Collection": "CIN"}, "sen2.collection"),
        ({"Year": "2022", "ReferenceDate": "2022-01-20"}, "sen2.year"),
        ({"ReferenceDate": "2024-01-18"}, "sen2.year"),
    ],
)
@pytest.mark.parametrize("form", ["xml", "csv", "workbook"])
def test_a_return_that_is_not_ours_is_not_used(tmp_path, form, header, code):
    modules = sample()
    modules.header |= header
    loaded = load(modules, tmp_path, form)
    assert [p.code for p in loaded.problems if p.severity == "error"] == [code]
    assert all(table.empty for table in loaded.tables.values())
    assert sum(a.rows_read for a in loaded.accounts) == 43
    assert sum(a.rows_used for a in loaded.accounts) == 0


def test_a_reference_date_that_is_not_the_census_is_doubtful_and_the_return_is_used(tmp_path):
    modules = sample()
    modules.header |= {"ReferenceDate": "2025-01-17"}
    loaded = load(modules, tmp_path)
    assert [p.code for p in loaded.problems if p.severity == "warning"] == ["sen2.reference_date"]
    assert len(loaded.tables["plans"]) == 5


@pytest.mark.parametrize("year", range(2023, 2028))
def test_returns_of_every_year_are_read(tmp_path, year):
    modules = sample()
    modules.header |= {"Year": str(year), "ReferenceDate": census_date(year).isoformat()}
    loaded = load(modules, tmp_path)
    assert set(loaded.tables["plans"]["census_year"]) == {year}


def test_census_dates_are_those_listed_and_third_thursdays_beyond():
    listed = reference.table("census_dates").set_index("census_year")["census_date"]
    assert census_date(2026).isoformat() == listed["2026"] == "2026-01-15"
    assert census_date(2045) == dt.date(2045, 1, 19)


def test_a_person_who_stands_twice_is_one_person_and_reported(tmp_path):
    loaded = load(changed(sample(), "person", 2, upn=good_upn(1), forename="Zoe",
                          personbirthdate="2012-03-14"), tmp_path)  # fmt: skip
    (found,) = [p for p in loaded.problems if p.code == "sen2.person_twice"]
    assert ": 1 (" in found.message
    assert "sen2.upn_shared" not in {p.code for p in loaded.problems}


@pytest.mark.parametrize(
    "other",
    [{"personbirthdate": "2013-03-14"}, {"personbirthdate": "2012-03-14", "forename": "Max"}],
)
def test_two_people_with_one_upn_stay_two_and_are_reported(tmp_path, other):
    loaded = load(changed(sample(), "person", 3, upn=good_upn(1), **other), tmp_path)
    (found,) = [p for p in loaded.problems if p.code == "sen2.upn_shared"]
    assert ": 2 (" in found.message
    assert loaded.tables["plans"]["person_id"].nunique() == 5


def test_people_whom_nothing_identifies_still_count_and_stay_apart(tmp_path):
    modules = sample()
    for at in (0, 1):
        modules = changed(modules, "person", at, upn=None, surname=None)
    loaded = load(modules, tmp_path)
    (found,) = [p for p in loaded.problems if p.code == "sen2.unlinked"]
    assert ": 2 (" in found.message
    assert loaded.tables["plans"]["person_id"].nunique() == 5


def test_two_open_plans_of_one_person_are_reported(tmp_path):
    modules = changed(sample(), "person", 3, upn=good_upn(1), forename="Zoe",
                      personbirthdate="2012-03-14")  # fmt: skip
    loaded = load(modules, tmp_path)
    (found,) = [p for p in loaded.problems if p.code == "plan.overlap"]
    assert ": 1 (" in found.message


@pytest.mark.parametrize("table", [t for t, parent in PARENTS.items() if parent != "sen2"])
def test_a_row_without_its_parent_is_set_aside_and_reported(tmp_path, table):
    parent = f"{PARENTS[table]}tableid"
    loaded = load(changed(sample(), table, 0, **{parent: "77"}), tmp_path, "csv")
    found = [p for p in loaded.problems if p.code == "sen2.orphan" and p.sheet == SHEETS[table]]
    assert [(p.row, p.severity) for p in found] == [(2, "error")]
    (account,) = [a for a in loaded.accounts if a.sheet == SHEETS[table]]
    assert account.rows_set_aside >= 1


def test_an_id_that_another_row_has_is_reported(tmp_path):
    loaded = load(changed(sample(), "requests", 1, requeststableid="1"), tmp_path, "csv")
    found = [(p.sheet, p.row) for p in loaded.problems if p.code == "sen2.id_shared"]
    assert found == [("Requests", 3)]


@pytest.mark.parametrize("table", [t for t in TABLES if t != "person"])
def test_a_file_of_the_nine_that_is_missing_is_named(tmp_path, table):
    for path in write_modules(sample(), tmp_path, "csv", "1.3"):
        if path.name.endswith(f"_{table}.csv"):
            path.unlink()
    loaded = load_folder(tmp_path)
    (found,) = [p for p in loaded.problems if p.code == "sen2.module_missing"]
    assert f"_{table}.csv" in found.message
    assert found.severity == "error"


def test_without_the_persons_nothing_can_be_read(tmp_path):
    for path in write_modules(sample(), tmp_path, "csv", "1.3"):
        if path.name.endswith("_person.csv"):
            path.unlink()
    loaded = load_folder(tmp_path)
    assert [p.code for p in loaded.problems] == ["sen2.unusable"]
    assert "Person" in loaded.problems[0].message


def test_a_column_that_is_missing_is_named_once(tmp_path):
    path = write_modules(sample(), tmp_path, "csv", "1.3")[4]
    path.write_text(path.read_text(encoding="utf-8").replace("startdate", "began"), "utf-8")
    loaded = load_folder(tmp_path)
    missing = [p for p in loaded.problems if p.code == "sen2.column_missing"]
    assert [(p.column, p.sheet) for p in missing] == [("startdate", "Named Plan")]
    assert "began" in "".join(p.message for p in loaded.problems if p.code == "heading.unused")
    assert loaded.tables["plans"].empty


def test_a_workbook_without_a_header_takes_the_year_from_its_name(tmp_path):
    loaded = load_folder(_headless(tmp_path, "our SEN2 2024 final.xlsx"))
    assert set(loaded.tables["plans"]["census_year"]) == {2024}
    assert "sen2.no_la" in {p.code for p in loaded.problems}


def test_a_workbook_without_any_year_says_what_to_add(tmp_path):
    loaded = load_folder(_headless(tmp_path, "our SEN2.xlsx"))
    (found,) = [p for p in loaded.problems if p.severity == "error"]
    assert found.code == "sen2.no_year"
    assert "'Header'" in found.remedy
    assert loaded.tables["plans"].empty


def test_the_year_that_is_given_stands_in_for_a_header(tmp_path):
    path = next(_headless(tmp_path, "our SEN2.xlsx").iterdir())
    given = sen2.Return("workbook", (path,), census_year=2025)
    loaded = sen2.read_return(given, PSEUDONYMS, LA, schedule.empty("establishments"), lookup())
    assert set(loaded.tables["plans"]["census_year"]) == {2025}


def test_a_workbook_that_joins_by_request_alone_is_read(tmp_path):
    """Case systems write requeststableid everywhere, and no other parent id."""
    whole = load(sample(), tmp_path / "whole", "workbook")
    frames = {t: _by_request(t) for t in TABLES}
    folder = tmp_path / "joined"
    folder.mkdir()
    with pd.ExcelWriter(folder / "SEN2 2025.xlsx", engine="xlsxwriter") as book:
        for table, frame in frames.items():
            frame.to_excel(book, sheet_name=SHEETS[table], index=False)
    loaded = load_folder(folder)
    assert [p.code for p in loaded.problems if p.severity == "error"] == []
    for name, table in whole.tables.items():
        pd.testing.assert_frame_equal(loaded.tables[name], table)


def test_a_sheet_whose_heading_is_missing_is_refused_without_repeating_its_first_row(tmp_path):
    path = write_modules(sample(), tmp_path, "workbook", "1.3")[0]
    with pd.ExcelWriter(path, engine="xlsxwriter") as book:
        for table in TABLES:
            data = pd.DataFrame([["Canaryson", "2012-03-14"], ["Ng", "2014-01-01"]])
            data.to_excel(book, sheet_name=SHEETS[table], index=False, header=False)
    loaded = load_folder(tmp_path)
    assert [p.code for p in loaded.problems] == ["sen2.unusable"]
    assert "Canaryson" not in repr(loaded.problems)


def test_many_problems_of_a_kind_end_in_one_that_counts_the_rest(tmp_path):
    person = rows("person", "id=1; of=1; surname=Ng; forename=Li; personbirthdate=2014-01-01")
    count = 1203
    asked = pd.DataFrame({"requeststableid": [str(n) for n in range(count)], "persontableid": "1",
                          "requestoutcome": "A"})  # fmt: skip
    loaded = load(Modules(dict(HEADER), {"person": person, "requests": asked}), tmp_path, "csv")
    found = [p for p in loaded.problems if p.code == "value.missing"]
    assert len(found) == 1001
    assert found[-1].message.startswith("203 more rows")


def _headless(folder, name):
    (path,) = write_modules(Modules({}, sample().frames), folder, "workbook", "1.3")
    path.rename(folder / name)
    return folder


def _by_request(table: str) -> pd.DataFrame:
    """Return a table as case systems export it: joined by request, without ids of its own."""
    frames = sample().frames
    frame = frames[table].drop(columns="row").dropna(axis="columns", how="all")
    request = frames["assessment"].set_index("assessmenttableid")["requeststableid"]
    active = frames["activeplans"].set_index("activeplanstableid")["requeststableid"]
    named = frames["namedplan"].set_index("namedplantableid")["assessmenttableid"].map(request)
    above = {
        "namedplan": request,
        "plandetail": named,
        "placementdetail": active,
        "senneed": active,
    }
    if table in above:
        parent = f"{PARENTS[table]}tableid"
        frame = frame.assign(requeststableid=frame[parent].map(above[table])).drop(columns=parent)
    if table in ("person", "requests"):
        return frame.drop(columns="sen2tableid", errors="ignore")
    return frame.drop(columns=f"{table}tableid")

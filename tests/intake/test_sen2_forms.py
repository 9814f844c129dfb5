"""The three forms and the four versions of a SEN2 return hold the same data."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sen2_samples import HEADER, load, rows, sample

from toolkit import reference
from toolkit.errors import InputError
from toolkit.intake import schedule
from toolkit.intake.sen2_fields import TABLES, VERSIONS, Modules, fields, order_column, own_id, tidy
from toolkit.intake.sen2_modules import read_modules, to_version, write_modules

FORMS = ("xml", "csv", "workbook")


def assert_same_tables(one, other):
    assert one.tables.keys() == other.tables.keys()
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, other.tables[name])


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("form", ["csv", "workbook"])
def test_every_form_of_a_version_gives_the_same_tables(tmp_path, form, version):
    xml = load(sample(), tmp_path / "xml", "xml", version)
    other = load(sample(), tmp_path / form, form, version)
    assert len(xml.tables["plans"]) == 5
    assert_same_tables(xml, other)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_old_versions_give_the_same_plans_and_placements(tmp_path, form, version):
    new = load(sample(), tmp_path / "new", form, "1.3")
    old = load(sample(), tmp_path / "old", form, version)
    for name in ("plans", "placements"):
        pd.testing.assert_frame_equal(old.tables[name], new.tables[name])
    assert old.tables["requests"]["request_source"].isna().all()
    assert old.tables["reviews"].empty  # they held no date of the meeting


@pytest.mark.parametrize("version", VERSIONS)
def test_xml_written_and_read_back_is_the_same_to_the_cell(tmp_path, version):
    wanted = to_version(sample(), version)
    paths = write_modules(sample(), tmp_path, "xml", version)
    got = read_modules(paths)
    assert {k: v for k, v in got.header.items() if v} == HEADER
    for table in TABLES:
        names = [f.column for f in fields(table)]
        pd.testing.assert_frame_equal(got.frames[table][names], wanted.frames[table][names])


@pytest.mark.parametrize("form", ["csv", "workbook"])
def test_ids_survive_forms_that_have_them(tmp_path, form):
    got = read_modules(write_modules(sample(), tmp_path, form, "1.3"))
    for table in TABLES:
        ids = [c for c in got.frames[table] if c.endswith("tableid") and c != "sen2tableid"]
        pd.testing.assert_frame_equal(
            got.frames[table][ids], tidy(table, sample().frames[table])[ids]
        )


@pytest.mark.parametrize(
    ("version", "there", "not_there"),
    [
        ("1.1", ["<GenderCurrent>F<"], ["<Sex>", "<ReviewMeeting>", "<RequestSource>"]),
        ("1.2", ["<Sex>F<", "<ReviewMeeting>"], ["GenderCurrent", "<RequestSource>"]),
        ("1.3", ["<Sex>F<", "<ReviewMeeting>", "<RequestSource>2<"], ["GenderCurrent"]),
    ],
)
def test_each_version_has_its_own_elements(tmp_path, version, there, not_there):
    (path,) = write_modules(sample(), tmp_path, "xml", version)
    text = path.read_text(encoding="utf-8")
    assert [t for t in there if t not in text] == []
    assert [t for t in not_there if t in text] == []


@pytest.mark.parametrize(
    ("version", "holder"), [("1.1", "activeplans"), ("1.2", "placementdetail")]
)
def test_res_stands_on_the_active_plan_before_1_2_and_on_the_placement_since(
    tmp_path, version, holder
):
    got = read_modules(write_modules(sample(), tmp_path, "xml", version))
    held = {t for t in ("activeplans", "placementdetail") if got.frames[t]["res"].notna().any()}
    assert held == {holder}


def test_res_of_an_old_plan_goes_to_its_current_main_placement():
    frames = {
        "activeplans": rows("activeplans", "id=1; of=1; res=B"),
        "placementdetail": rows(
            "placementdetail",
            "id=1; of=1; placementrank=1; leavingdate=2023-07-21",
            "id=2; of=1; placementrank=2",
            "id=3; of=1; placementrank=1",
        ),
    }
    moved = to_version(Modules({}, frames), "1.3").frames["placementdetail"]["res"]
    assert moved.isna().tolist() == [True, True, False]


def test_collect_files_look_as_collect_writes_them(tmp_path):
    paths = write_modules(sample(), tmp_path, "csv", "1.3")
    assert [p.name for p in paths] == [
        f"Blade-Export_03-02-2025_{t}.csv" for t in ("sen2", *TABLES)
    ]
    head, first = paths[2].read_text(encoding="utf-8").splitlines()[:2]
    assert head.startswith(
        "requeststableid,NativeId,requestsorderseqcolumn,sourceid,persontableid,"
    )
    assert first.startswith("1,991,1,,1,2017-Jan-10 00:00:00,")


def test_the_writer_changes_nothing_that_it_is_given(tmp_path):
    modules = sample()
    before = {t: f.copy() for t, f in modules.frames.items()}
    write_modules(modules, tmp_path, "xml", "1.1")
    for table, frame in before.items():
        pd.testing.assert_frame_equal(modules.frames[table], frame)


@pytest.mark.parametrize("form", FORMS)
def test_the_same_return_gives_the_same_bytes(tmp_path, form):
    one = write_modules(sample(), tmp_path / "one", form, "1.3")
    two = write_modules(sample(), tmp_path / "two", form, "1.3")
    assert [p.read_bytes() for p in one] == [p.read_bytes() for p in two]


@pytest.mark.parametrize(("form", "version"), [("pdf", "1.3"), ("xml", "2.0")])
def test_an_unknown_form_or_version_is_refused(tmp_path, form, version):
    with pytest.raises(InputError):
        write_modules(sample(), tmp_path, form, version)


def test_a_character_that_xml_cannot_hold_is_refused_without_repeating_the_value(tmp_path):
    frames = {"person": rows("person", "id=1; of=1; surname=Bell\x07canary")}
    with pytest.raises(InputError, match="Person, Surname") as caught:
        write_modules(Modules(HEADER, frames), tmp_path, "xml", "1.3")
    assert "canary" not in str(caught.value)


def test_the_table_of_fields_has_74_each_with_a_source_and_a_known_code_list():
    table = reference.table("sen2_fields")
    assert len(table) == 74
    assert (table["source"] != "").all()
    assert (table["meaning"] != "").all()
    for name in set(table["codes"]) - {""}:
        assert schedule.codes(name)


def test_every_frame_has_its_order_and_row_columns(tmp_path):
    got = read_modules(write_modules(sample(), tmp_path, "csv", "1.3"))
    for table, frame in got.frames.items():
        assert {own_id(table), order_column(table), "row"} <= set(frame.columns)
    assert got.frames["person"]["row"].tolist() == [2, 3, 4, 5, 6, 7, 8]


NAME = st.text(st.sampled_from("aé'<&>\"=+@-,;\n{}|“İß "), min_size=1, max_size=6)
DAY = st.dates(pd.Timestamp("2015-01-01").date(), pd.Timestamp("2025-01-16").date()).map(str)


@st.composite
def modules(draw):
    """Draw a return of up to five persons, with gaps and doubles."""
    person, asked, judged, named, active, placed, needed = ([] for _ in range(7))
    for _ in range(draw(st.integers(1, 5))):
        own = str(len(person) + 1)
        born = draw(DAY)
        person.append(
            {"persontableid": own, "surname": draw(NAME), "forename": draw(NAME),
             "personbirthdate": born, "sex": draw(st.sampled_from(["M", "F", "", "X"]))}
        )  # fmt: skip
        for _ in range(draw(st.integers(0, 2))):
            request = str(len(asked) + 1)
            asked.append(
                {"requeststableid": request, "persontableid": own,
                 "receiveddate": draw(st.one_of(DAY, st.just(""))),
                 "requestoutcome": draw(st.sampled_from(["Y", "N", "H", "A", "?"]))}
            )  # fmt: skip
            if draw(st.booleans()):
                judged.append({"assessmenttableid": request, "requeststableid": request,
                               "assessmentoutcome": draw(st.sampled_from(["Y", "H"]))})  # fmt: skip
                named.append({"namedplantableid": request, "assessmenttableid": request,
                              "startdate": draw(st.one_of(DAY, st.just(""))),
                              "ceasedate": draw(st.one_of(DAY, st.just("")))})  # fmt: skip
            if draw(st.booleans()):
                active.append({"activeplanstableid": request, "requeststableid": request,
                               "reviewmeeting": draw(DAY)})  # fmt: skip
                for rank in range(draw(st.integers(0, 3))):
                    row = str(len(placed) + 1)
                    placed.append({"placementdetailtableid": row, "activeplanstableid": request,
                                   "entrydate": draw(DAY), "placementrank": str(rank),
                                   "urn": draw(st.sampled_from(["100001", "", "7"]))})  # fmt: skip
                    needed.append({"senneedtableid": row, "activeplanstableid": request,
                                   "sentype": "ASD", "sentyperank": str(rank)})  # fmt: skip
    drawn = {"person": person, "requests": asked, "assessment": judged, "namedplan": named,
             "activeplans": active, "placementdetail": placed, "senneed": needed}  # fmt: skip
    return Modules(dict(HEADER), {t: tidy(t, pd.DataFrame(r)) for t, r in drawn.items()})


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(modules())
def test_any_return_gives_the_same_tables_in_every_form(drawn):
    with tempfile.TemporaryDirectory() as folder:
        xml, csv, book = (load(drawn, Path(folder) / form, form) for form in FORMS)
    assert_same_tables(xml, csv)
    assert_same_tables(xml, book)
    for loaded in (xml, csv, book):
        assert {a.sheet: a.rows_read for a in loaded.accounts} == {
            a.sheet: a.rows_read for a in xml.accounts
        }
        assert [a.rows_set_aside for a in loaded.accounts] == [
            a.rows_set_aside for a in xml.accounts
        ]

"""Forms, driven as a person would through their fields, over a real area's folder."""

import csv
from datetime import date
from pathlib import Path

import pytest

from toolkit import show
from toolkit.area import Area, area_toml
from toolkit.errors import InputError
from toolkit.intake import entry, opened, schedule, store
from toolkit.show.forms import Form

AS_OF = date(2026, 9, 1)


@pytest.fixture
def area(tmp_path: Path) -> opened.OpenArea:
    (tmp_path / "inputs").mkdir()
    settings = Area(name="Exampleshire", la_code="990", fictional=True)
    (tmp_path / "area.toml").write_text(area_toml(settings), encoding="utf-8")
    return store.open_area(tmp_path, AS_OF)


def test_a_form_starts_with_a_row_for_each_key_that_has_none(area) -> None:
    form = Form(area, "checklist", keys=["S4", "M1.1"])
    assert [row["activity_id"] for row in form.rows] == ["S4", "M1.1"]


def test_what_is_filled_in_is_saved_read_back_and_checked(area) -> None:
    form = Form(area, "checklist", keys=["S4"])
    form.fields[0]["status"].value = "done"
    form.fields[0]["owner"].value = "SEND lead, Exampleshire"
    form.fields[0]["due"].value = "2026-09-10"
    form.save()
    assert "inputs/checklist.csv" in form.said.value
    again = store.open_area(area.folder, AS_OF)
    assert again.problems == []
    assert again.rows_to_fill("checklist") == [
        {
            "activity_id": "S4",
            "status": "done",
            "owner": "SEND lead, Exampleshire",
            "due": "2026-09-10",
        }
    ]


def test_an_added_row_without_a_key_is_not_saved(area) -> None:
    form = Form(area, "checklist", keys=["S4"])
    form.add_row()
    form.fields[0]["status"].value = "done"
    form.save()
    assert len((area.folder / "inputs" / "checklist.csv").read_text().splitlines()) == 2


def test_a_form_says_in_words_why_it_could_not_save(area) -> None:
    (area.folder / "inputs" / "checklist.csv").mkdir()
    form = Form(area, "checklist", keys=["S4"])
    form.fields[0]["status"].value = "done"
    form.save()
    assert "cannot be saved" in form.said.value


def test_a_flag_is_a_box_and_a_code_a_list(area) -> None:
    row = Form(area, "attendance").fields[0]
    assert type(row["attended"]).__name__ == "Checkbox"
    assert type(row["session_id"]).__name__ == "Dropdown"
    assert ("Health", "health") in row["stakeholder_group"].options


RECORDS = ["plans", "spend_lines", "dsg_position", "survey_responses", "case_reviews"]


@pytest.mark.parametrize("table", [*RECORDS, "ledger_postings", "services", "places"])
def test_records_are_never_shown_in_a_form(area, table: str) -> None:
    with pytest.raises(InputError, match="cannot be filled in on the screen"):
        Form(area, table)


@pytest.mark.parametrize("table", sorted(entry.AGREED))
def test_what_people_agree_can_be_filled_in(area, table: str) -> None:
    assert list(Form(area, table).rows[0]) == list(schedule.TABLES[table].names)


def test_no_table_of_people_is_among_those_that_are_agreed() -> None:
    assert {schedule.TABLES[name].level for name in entry.AGREED} == {"area"}


def button(form: Form, name: str):
    """Return a button of a form as it stands on the screen."""
    below = form.widget.children[1].children
    return next(b for b in below if b.description == name)


def fill(row: dict, **values: str) -> None:
    for name, value in values.items():
        row[name].value = value


OPPORTUNITY = {
    "opportunity_id": "units.1",
    "setting": "units",
    "area_of_opportunity": "Places near home",
    "low": "300000",
    "high": "700,000",
    "outcome": "Children go to school with their peers",
    "feasibility": "4",
    "evidence_grade": "some",
}


def test_an_opportunity_is_set_saved_with_a_click_and_seen_again(area) -> None:
    form = Form(area, "opportunities")
    fill(form.fields[0], **OPPORTUNITY)
    button(form, "Save").click()
    assert "inputs/opportunities.csv" in form.said.value
    again = store.open_area(area.folder, AS_OF)
    assert again.problems == []
    assert again.table("opportunities")["high"].tolist() == [700_000.0]
    seen = Form(again, "opportunities")
    assert seen.rows[0]["high"] == "700000"
    fill(seen.fields[0], high="900000")
    button(seen, "Save").click()
    assert store.open_area(area.folder, AS_OF).table("opportunities")["high"].tolist() == [9e5]


def test_a_row_added_with_a_click_is_saved_beside_the_first(area) -> None:
    form = Form(area, "opportunities")
    fill(form.fields[0], **OPPORTUNITY)
    button(form, "Add a row").click()
    fill(form.fields[1], **{**OPPORTUNITY, "opportunity_id": "units.2", "low": "0"})
    button(form, "Save").click()
    again = store.open_area(area.folder, AS_OF)
    assert again.table("opportunities")["opportunity_id"].tolist() == ["units.1", "units.2"]


def test_a_check_of_the_accounts_is_rated_in_its_form(area) -> None:
    form = Form(area, "accounting_checks", keys=["place_funding", "capital"])
    fill(form.fields[1], rating="red", action="Move it to capital", reviewed_on="2026-08-03")
    button(form, "Save").click()
    again = store.open_area(area.folder, AS_OF)
    assert again.problems == [], "the check that nobody rated is not saved half empty"
    rated = again.table("accounting_checks").set_index("check_id")
    assert rated.index.tolist() == ["capital"]
    assert rated.loc["capital", "rating"] == "red"
    assert rated.loc["capital", "reviewed_on"].date() == date(2026, 8, 3)


def test_a_table_that_stands_in_another_file_is_not_saved_twice(area) -> None:
    given = area.folder / "inputs" / "agreed_matrix.csv"
    with given.open("w", newline="") as handle:
        writer = csv.DictWriter(handle, list(schedule.TABLES["opportunities"].names))
        writer.writeheader()
        writer.writerow({**OPPORTUNITY, "high": "700000"})
    again = store.open_area(area.folder, AS_OF)
    form = Form(again, "opportunities")
    assert form.rows[0]["opportunity_id"] == "units.1"
    button(form, "Save").click()
    assert "also stands in another file" in form.said.value
    assert not (area.folder / "inputs" / "opportunities.csv").exists()


@pytest.mark.parametrize(
    ("value", "text"),
    [(128000.0, "128000"), (4.5, "4.5"), (0.0, "0"), (-7.25, "-7.25"), (None, "")],
)
def test_a_number_reads_as_somebody_would_type_it(value, text) -> None:
    frame = schedule.empty("assumptions").reindex(range(2))
    frame["value"] = [value, 0.125]
    assert entry.rows_of(schedule.TABLES["assumptions"], frame)[0]["value"] == text


def test_a_run_shows_no_form(area, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.show.forms.Form", lambda *_: pytest.fail("a form was made"))
    show.form(area, "checklist", interactive=False)

"""Forms, driven as a person would through their fields, over a real area's folder."""

from datetime import date
from pathlib import Path

import pytest

from toolkit import show
from toolkit.area import Area, area_toml
from toolkit.errors import InputError
from toolkit.intake import store
from toolkit.show.forms import Form

AS_OF = date(2026, 9, 1)


@pytest.fixture
def area(tmp_path: Path) -> store.OpenArea:
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


@pytest.mark.parametrize("table", ["plans", "spend_lines", "survey_responses"])
def test_records_are_never_shown_in_a_form(area, table: str) -> None:
    with pytest.raises(InputError, match="cannot be filled in on the screen"):
        Form(area, table)


def test_a_run_shows_no_form(area, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.show.forms.Form", lambda *_: pytest.fail("a form was made"))
    show.form(area, "checklist", interactive=False)

"""A child's full name among typed words is seen in any form; half of one is not."""

import json
from datetime import date

import pandas as pd
import pytest

from toolkit.area import Area, area_toml
from toolkit.errors import LeakError
from toolkit.intake import names, store
from toolkit.publish import run

CHILDREN = names.of_people(
    ["Zoë Anne", "Jean-Luc", "Jordan", "Mary", "Not"],
    ["O'Hara", "de la Cruz", "Hampton", "Ní Dhúill-Smith", "Known"],
)
PLANS = "upn,Surname,Forename,plan_start,birth_month,primary_need,locality\n"
CHILD = "H801200001001,Hampton,Jordan,2019-03-01,2010-05,ASD,{}\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Zoë O'Hara", (1, 2)),
        ("ZOE OHARA", (1, 2)),
        ("ask zoe o’hara today", (2, 3)),
        ("Zoe O Hara", (1, 3)),
        ("O'Hara, Zoë Anne", (1, 2)),
        ("Jean Luc De La Cruz", (1, 5)),
        ("JeanLuc delaCruz", (1, 2)),
        ("SEND lead / Jordan  Hampton", (3, 4)),
        ("Hampton_Jordan", (1, 2)),
        ("mary ni dhuill smith", (1, 4)),
    ],
)
def test_a_full_name_is_seen_in_any_form(text, words):
    assert CHILDREN.found_in(text) == words


@pytest.mark.parametrize(
    "text",
    ["Jordan", "Hampton", "Jordan Park School, Hampton", "Zoe Hampton", "not known", "", "O'Hara 7",
     "Maryni Dhuill", "Jordan Hamptons"],
)  # fmt: skip
def test_half_a_name_or_the_halves_of_two_raise_no_alarm(text):
    assert CHILDREN.found_in(text) is None


@pytest.mark.parametrize("whole", ["Hampton, Jordan", "Jordan Hampton"])
def test_a_column_of_whole_names_is_known_too(whole):
    known = names.of_frame(pd.DataFrame({"Pupil name": [whole, None], "Owner": ["Ann Lee", ""]}))
    assert known.found_in("jordan hampton") == (1, 2)
    assert known.found_in("Ann Lee") is None


def test_a_name_is_in_no_text_that_names_say_of_themselves():
    assert "jordan" not in repr(CHILDREN)


@pytest.fixture
def area(tmp_path):
    """Return a function that opens an area with one child, whose settings and words are given."""

    def opened(locality="North", lead="Head of SEND", service="Outreach"):
        settings = Area(name="Exampleshire", la_code="990", people={"send_lead": lead})
        (tmp_path / "inputs").mkdir(exist_ok=True)
        (tmp_path / "area.toml").write_text(area_toml(settings), encoding="utf-8")
        plans = PLANS + CHILD.format(locality)
        (tmp_path / "inputs" / "plans.csv").write_text(plans, encoding="utf-8")
        services = f'financial_year,service_id,service\n202425,OUT,"{service}"\n'
        (tmp_path / "inputs" / "services.csv").write_text(services, encoding="utf-8")
        return store.open_area(tmp_path, date(2026, 9, 1))

    return opened


def places(area):
    return [p.where for p in area.problems if p.code == names.CODE]


def test_a_name_is_told_at_its_file_row_and_column(area):
    assert places(area(locality="jordan hampton")) == ["plans.csv, row 2, locality"]
    assert places(area(service="Mentor (Hampton, Jordan)")) == ["services.csv, row 2, service"]
    assert places(area(lead="Jordan Hampton")) == ["area.toml, people.send_lead"]


def test_words_without_a_name_are_told_nothing_of(area):
    assert places(area(locality="Jordan Hill", lead="Head of Hampton team")) == []


def test_no_name_of_a_child_is_stored(area, tmp_path):
    area(locality="Jordan Hampton")
    index = json.loads((tmp_path / "private/store/index.json").read_text(encoding="utf-8"))
    assert "hampton" not in json.dumps(index).casefold()


def test_a_release_is_refused_and_the_name_is_not_repeated(area, tmp_path):
    area(service="Jordan Hampton", lead="Hampton, Jordan")
    with pytest.raises(LeakError, match="Write the post") as caught:
        run.publish_area(tmp_path, tmp_path / "out", run_date=date(2026, 9, 1))
    assert "hampton" not in caught.value.message.casefold()
    assert "services.csv" in caught.value.message or "area.toml" in caught.value.message
    assert not (tmp_path / "out").exists()

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from toolkit.area import Area, area_toml
from toolkit.errors import InputError, SettingsError
from toolkit.intake import needs, store
from toolkit.intake.loaded import Account
from toolkit.intake.opened import Held
from toolkit.publish.playbook import read_playbook

AS_OF = date(2026, 9, 1)
PLANS = "person_id,plan_start,birth_month,primary_need,plan_cease\n"
ROWS = "a1,2019-03-01,2010-05,ASD,2020-02-01\na2,2021-01-04,2012-01,SLCN,\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "exampleshire"
    (place / "inputs").mkdir(parents=True)
    settings = Area(name="Exampleshire", la_code="990", fictional=True)
    (place / "area.toml").write_text(area_toml(settings), encoding="utf-8")
    return place


def put(folder: Path, name: str, text: str) -> None:
    (folder / "inputs" / name).write_text(text, encoding="utf-8")


def test_an_area_without_files_is_on_the_published_tier(folder: Path) -> None:
    area = store.open_area(folder, AS_OF)
    assert area.tier == "published"
    assert area.lacks("plans", "published:caseload") == ["plans", "published:caseload"]
    with pytest.raises(InputError, match=r"the SEN2 return, or plans\.csv"):
        area.table("plans")


def test_files_are_read_once_and_again_only_when_they_change(folder: Path) -> None:
    put(folder, "plans.csv", PLANS + ROWS)
    store.open_area(folder, AS_OF)
    index = folder / "private" / "store" / "index.json"
    first = index.stat().st_mtime_ns
    assert store.open_area(folder, AS_OF).tier == "local"
    assert index.stat().st_mtime_ns == first
    put(folder, "plans.csv", PLANS + ROWS + "a3,2022-04-01,2013-01,SLCN,\n")
    assert len(store.open_area(folder, AS_OF).table("plans")) == 3


def test_files_are_read_again_once_the_code_that_reads_them_has_changed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, "plans.csv", PLANS + ROWS)
    index = store.open_area(folder, AS_OF).store / "index.json"
    first = index.stat().st_mtime_ns
    monkeypatch.setattr(store, "code_sha256", lambda: "other code")
    store.open_area(folder, AS_OF)
    assert index.stat().st_mtime_ns != first


def test_a_store_that_was_cut_short_is_made_again(folder: Path) -> None:
    put(folder, "plans.csv", PLANS + ROWS)
    store.open_area(folder, AS_OF)
    (folder / "private" / "store" / "index.json").write_text('{"mark": "', encoding="utf-8")
    assert len(store.open_area(folder, AS_OF).table("plans")) == 2


def test_an_unknown_file_is_named_and_stops_nothing(folder: Path) -> None:
    put(folder, "plans.csv", PLANS + ROWS)
    put(folder, "holiday.csv", "beach,days\nBlackpool,3\n")
    area = store.open_area(folder, AS_OF)
    assert area.has("plans")
    assert [p.file for p in area.problems if p.severity != "note"] == ["holiday.csv"]


def test_empty_tables_have_the_columns_of_full_ones(folder: Path) -> None:
    empty = store.open_area(folder, AS_OF)
    bare = {name: empty.table_or_empty(name) for name in ("plans", "censuses")}
    put(folder, "plans.csv", PLANS + ROWS)
    full = store.open_area(folder, AS_OF)
    for name, frame in bare.items():
        assert list(frame.columns) == list(full.table(name).columns)


@pytest.mark.parametrize(("table", "held"), [("postcode_lookup", True), ("reviews", False)])
def test_a_table_whose_rows_were_read_and_came_to_nothing_is_not_held(
    folder: Path, table: str, held: bool
) -> None:
    area = store.open_area(folder, AS_OF)
    area.held = Held(accounts=[Account(table, "return.xml", "", 1, 1, 0)])
    assert area.has(table) is held


def test_a_need_that_is_no_table_has_nothing_to_cite(folder: Path) -> None:
    put(folder, "plans.csv", PLANS + ROWS)
    placed = "person_id,entry_date,rank,provision_group\na1,2019-03-01,1,mainstream\n"
    put(folder, "placements.csv", placed + "a2,2021-04-01,1,state_special\n")
    area = store.open_area(folder, AS_OF)
    assert area.has("provisions")
    assert area.cited("plans", "provisions") == area.cited("plans")


def test_sources_are_cited_by_kind_and_never_by_file_name(folder: Path) -> None:
    put(folder, "plans John Smith.csv", PLANS + ROWS)
    area = store.open_area(folder, AS_OF)
    assert area.has("plans")
    assert "Smith" not in json.dumps(area.cited("plans"))
    assert "Smith" not in needs.accounts(area).to_json()
    assert "Smith" not in needs.shared_problems(area).to_json()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no folder 'nowhere'"):
        store.open_area(tmp_path / "nowhere")


def test_readiness_knows_the_needs_by_which_a_run_decides() -> None:
    frame = needs.of_notebooks()
    steps = [step for step in read_playbook() if step.number in set(frame["number"])]
    assert {step.number for step in steps} == set(frame["number"])
    for step in steps:
        own = frame[frame["number"].eq(step.number)]
        assert set(own.loc[own["must"], "need"]) == set(step.about.needs), step.name
        assert set(own.loc[own["one_of"], "need"]) == set(step.about.needs_any), step.name


@pytest.mark.parametrize("code", ["date.impossible", "sen2.upn_form", "nobody.knows"])
def test_a_problem_in_general_words_names_no_value(code: str) -> None:
    rule, remedy = needs.in_general(code)
    assert "{" not in rule + remedy
    assert rule[0].isupper()


def test_tables_come_back_with_the_types_they_were_kept_with(folder: Path) -> None:
    put(folder, "plans.csv", PLANS + ROWS)
    plans = store.open_area(folder, AS_OF).table("plans")
    assert plans["plan_start"].tolist() == [pd.Timestamp("2019-03-01"), pd.Timestamp("2021-01-04")]
    assert str(plans["last_census"].dtype) == "Int64"


def test_data_points_are_the_cells_of_all_files_that_hold_something(folder: Path) -> None:
    people = "year,age,persons,source\n2025,4,90,ONS\n2025,5,,ONS\n"
    put(folder, "plans.csv", PLANS + ROWS)  # 10 cells, of which one is empty
    put(folder, "deflators.csv", "financial_year,index_value,source\n202425,100,HMT\n")
    area = store.open_area(folder, AS_OF)
    assert needs.data_points(area) == 9 + 3
    put(folder, "population.csv", people)  # its second row lacks its figure, and is set aside
    assert needs.data_points(store.open_area(folder, AS_OF)) == 9 + 3 + 4

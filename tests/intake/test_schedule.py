"""The schedule is whole: every table, column and list of codes is what it says."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.intake import schedule
from toolkit.intake.schedule import REFERENCE_LISTS, TABLES, Type, codes, empty
from toolkit.intake.templates import example_rows


@pytest.mark.parametrize("name", TABLES)
def test_the_key_of_a_table_is_among_its_columns(name: str) -> None:
    table = TABLES[name]
    assert set(table.key) <= set(table.names)
    assert table.key


@pytest.mark.parametrize("name", TABLES)
def test_no_column_comes_twice(name: str) -> None:
    assert len(set(TABLES[name].names)) == len(TABLES[name].names) > 1


@pytest.mark.parametrize("name", TABLES)
def test_every_column_has_a_meaning_and_a_type(name: str) -> None:
    for column in TABLES[name].columns:
        assert column.meaning
        assert column.type in get_args(Type)
        assert (column.type == "code") <= bool(column.codes)


@pytest.mark.parametrize("name", TABLES)
def test_every_required_column_has_an_example_in_every_row(name: str) -> None:
    rows = example_rows(TABLES[name])
    assert len(rows) > 1
    assert all(row[column] for row in rows for column in TABLES[name].required)


def test_every_column_of_the_csv_belongs_to_a_table() -> None:
    named = {row["table"] for row in schedule._rows("schedule_columns.csv")}
    assert named == set(TABLES)


@pytest.mark.parametrize("name", schedule.code_lists())
def test_every_list_of_codes_has_codes_with_labels(name: str) -> None:
    assert codes(name)
    assert all(code and label for code, label in codes(name).items())


def test_the_list_of_tables_is_the_schedule_itself() -> None:
    assert list(codes("table")) == list(TABLES)


def test_provisions_and_needs_stand_in_the_order_of_the_dsg_management_plan() -> None:
    assert list(codes("provision_group"))[:3] == ["mainstream", "rp_unit", "state_special"]
    assert len(codes("primary_need")) == 13


def test_changing_a_list_of_codes_changes_no_other_reader() -> None:
    codes("sex").clear()
    assert set(codes("sex")) == {"M", "F"}


def test_an_unknown_list_is_a_fault_of_the_caller() -> None:
    with pytest.raises(KeyError, match="no list of codes"):
        codes("colours")


def test_a_missing_reference_table_is_an_error_only_when_it_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(REFERENCE_LISTS, "planets", ("planets", "id", "name"))
    with pytest.raises(InputError, match=r"planets\.csv: the file is missing"):
        codes("planets")


def test_a_reference_table_without_the_columns_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(REFERENCE_LISTS, "planets", ("activities", "planet", "name"))
    with pytest.raises(InputError, match="it has no columns 'planet'"):
        codes("planets")


def test_tables_about_people_are_those_with_a_person_id() -> None:
    assert schedule.person_tables() == [
        "plans",
        "requests",
        "placements",
        "reviews",
        "placement_costs",
    ]
    assert all(TABLES[name].level == "person" for name in schedule.person_tables())


def test_an_empty_table_has_the_stored_types() -> None:
    types = {name: str(kind) for name, kind in empty("plans").dtypes.items()}
    assert types["person_id"] == types["sex"] == str(schedule.TEXT)
    assert types["plan_start"] == types["birth_month"] == "datetime64[us]"
    assert types["deprivation_decile"] == types["personal_budget"] == "Int64"
    assert str(empty("spend_lines").dtypes["gross"]) == "float64"
    assert str(empty("spend_lines").dtypes["financial_year"]) == "Int64"


@pytest.mark.parametrize("name", TABLES)
def test_an_empty_table_survives_parquet(name: str, tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    empty(name).to_parquet(path, index=False)
    assert list(pd.read_parquet(path).columns) == TABLES[name].names


def test_a_column_that_is_not_there_is_a_fault_of_the_caller() -> None:
    with pytest.raises(KeyError, match="no column 'planet'"):
        TABLES["plans"].column("planet")

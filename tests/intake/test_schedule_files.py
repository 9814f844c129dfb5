"""The files of an LA are recognised, read, accounted for, and hold nobody's name afterwards."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.intake.corpus import (
    AS_OF,
    CORPUS,
    LA_CODE,
    as_csv,
    changed,
    clean,
    lines,
    put,
    put_lines,
)
from toolkit.errors import SettingsError
from toolkit.intake import rules, schedule_files
from toolkit.intake.loaded import Loaded, file_sha256
from toolkit.intake.pseudonym import Pseudonyms
from toolkit.intake.schedule import TABLES, empty

PSEUDONYMS = Pseudonyms(b"a key for tests, not for children")


def read(folder: Path, columns: dict[str, dict[str, str]] | None = None) -> Loaded:
    paths = sorted(folder.iterdir())
    return schedule_files.read(paths, columns or {}, PSEUDONYMS, LA_CODE, AS_OF)


@pytest.mark.parametrize(
    "name",
    ["plans", "Plans", "plans 2024", "plans_2023-24", "PLANS (2)", "plans final v2", "EHC plans",
     "plans to March 2025"],
)  # fmt: skip
def test_a_file_is_known_by_its_name(name: str, tmp_path: Path) -> None:
    put_lines(tmp_path, "plans", ["a,b", "1,2"])
    path = (tmp_path / "plans.csv").rename(tmp_path / f"{name}.csv")
    assert schedule_files.recognise(path) == ["plans"]


@pytest.mark.parametrize("name", TABLES)
def test_a_file_is_known_by_its_headings(name: str, tmp_path: Path) -> None:
    path = tmp_path / "export from the case system.csv"
    path.write_text(as_csv(clean(name)), encoding="utf-8")
    assert schedule_files.recognise(path) == [name]


def test_a_longer_table_name_is_not_taken_for_a_shorter(tmp_path: Path) -> None:
    path = tmp_path / "placement_costs 2024.csv"
    path.write_text(as_csv(clean("placement_costs")), encoding="utf-8")
    assert schedule_files.recognise(path) == ["placement_costs"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Blade-Export_01-02-2024_requests.csv", "requeststableid,nativeid,receiveddate\n1,2,3\n"),
        ("requests.csv", "requeststableid,persontableid,receiveddate\n1,2,3\n"),
        ("caseload.csv", "time_period,geographic_level,old_la_code\n202425,National,\n"),
        ("plans for next year's party.csv", "cake,candles\n1,2\n"),
        (
            "edubasealldata20250101.csv",
            "URN,EstablishmentName,TypeOfEstablishment (code),PhaseOfEducation (name)\n1,2,3,4\n",
        ),
        ("notes.txt", "nothing here\n"),
        ("area.toml", "name = 'x'\n"),
    ],
)
def test_files_of_other_readers_are_left_to_them(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert schedule_files.recognise(tmp_path / name) == []


def test_a_workbook_holds_the_tables_of_its_sheets(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "data.xlsx")) as book:
        for sheet, table in (("Plans", "plans"), ("DSG", "dsg_position"), ("Notes", "")):
            rows = clean(table) if table else [{"Note": "x", "Day": "y"}]
            made = book.add_worksheet(sheet)
            made.write_row(0, 0, list(rows[0]))
            for i, row in enumerate(rows, start=1):
                made.write_row(i, 0, list(row.values()))
    assert schedule_files.recognise(tmp_path / "data.xlsx") == ["plans", "dsg_position"]


@pytest.mark.parametrize("name", ["plans.csv", "anything.xlsx"])
def test_a_file_of_ours_that_cannot_be_opened_is_not_passed_over(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"")
    assert schedule_files.recognise(tmp_path / name) == [schedule_files.UNREADABLE]
    assert [p.code for p in read(tmp_path).problems] == ["file.empty"]


def test_local_headings_are_read_through_the_settings(tmp_path: Path) -> None:
    head, *rest = lines("plans")
    put_lines(tmp_path, "plans", [head.replace("plan_start", "First issued"), *rest])
    loaded = read(tmp_path, {"plans": {"plan_start": "first issued"}})
    assert loaded.problems == []
    assert loaded.tables["plans"]["plan_start"].notna().all()


def test_a_problem_names_the_heading_of_the_file(tmp_path: Path) -> None:
    rows = changed("plans", 3, plan_start="31/02/2019")
    put_lines(tmp_path, "plans", as_csv(rows).replace("plan_start", "First issued").splitlines())
    (problem,) = read(tmp_path, {"plans": {"plan_start": "First issued"}}).problems
    assert problem.column == "First issued"
    assert problem.where == "plans.csv, row 3, First issued"
    assert problem.value == "31/02/2019"


def test_a_local_heading_that_is_not_in_the_file_is_an_error(tmp_path: Path) -> None:
    head, *rest = lines("plans")
    put_lines(tmp_path, "plans", [head.replace("plan_start", "x"), *rest])
    loaded = read(tmp_path, {"plans": {"plan_start": "First issued"}})
    assert "heading.mapped_missing" in [p.code for p in loaded.problems]
    assert loaded.tables["plans"].empty


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"plan": {}}, "Did you mean plans?"),
        ({"plans": {"plan_strat": "x"}}, "Did you mean plan_start?"),
        ({"plans": {"locality": "Postcode"}}, "identifies a person"),
        ({"plans": {"locality": "Surname"}}, "identifies a person"),
    ],
)
def test_settings_that_cannot_be_right_stop_the_run(
    columns: dict[str, dict[str, str]], message: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match=message.replace("?", r"\?")):
        read(tmp_path, columns)


def test_one_bad_file_stops_no_other(tmp_path: Path) -> None:
    put(tmp_path, "plans", clean("plans"))
    (tmp_path / "requests.csv").write_bytes(b"\x80\x04")
    loaded = read(tmp_path)
    assert len(loaded.tables["plans"]) == 4
    assert [p.code for p in loaded.problems] == ["file.binary"]


def test_of_two_extracts_the_later_row_stands(tmp_path: Path) -> None:
    CORPUS["extracts_of_two_years"](tmp_path)
    rows = changed("plans", 2, primary_need="MLD")[:2]
    (tmp_path / "plans 2024.csv").write_text(as_csv(rows), encoding="utf-8")
    loaded = read(tmp_path)
    plans = loaded.tables["plans"].set_index("person_id")
    assert len(plans) == 4
    assert plans.loc[rows[0]["person_id"], "primary_need"] == "MLD"
    accounts = {a.file: (a.rows_read, a.rows_used) for a in loaded.accounts}
    assert accounts == {"plans 2023.csv": (4, 2), "plans 2024.csv": (2, 2)}


def test_files_of_one_name_in_two_folders_are_each_accounted_for(tmp_path: Path) -> None:
    for folder, rows in (("a", clean("plans")[:2]), ("b", clean("plans")[2:])):
        (tmp_path / folder).mkdir()
        put(tmp_path / folder, "plans", rows)
    paths = sorted(tmp_path.rglob("*.csv"))
    loaded = schedule_files.read(paths, {}, PSEUDONYMS, LA_CODE, AS_OF)
    assert [(a.rows_read, a.rows_used) for a in loaded.accounts] == [(2, 2), (2, 2)]


def test_stored_columns_have_the_types_of_the_schedule(tmp_path: Path) -> None:
    for name in TABLES:
        put(tmp_path, name, clean(name))
    for name, table in read(tmp_path).tables.items():
        assert table.dtypes.to_dict() == empty(name).dtypes.to_dict()


def test_a_source_is_cited_with_its_hash(tmp_path: Path) -> None:
    put(tmp_path, "plans", clean("plans"))
    (source,) = read(tmp_path).sources
    assert (source.name, source.kind) == ("plans.csv", "Data schedule: plans")
    assert source.sha256 == file_sha256(tmp_path / "plans.csv")


def test_a_upn_gives_the_same_pseudonym_in_every_table(tmp_path: Path) -> None:
    put(tmp_path, "plans", [{**changed("plans", 2, person_id="")[0], "UPN": "b801200005001"}])
    text = as_csv([{"UPN": "B801200005001 ", **clean("reviews")[0]}])
    (tmp_path / "reviews.csv").write_text(text.replace("person_id", "their id"), encoding="utf-8")
    (tmp_path / "plans.csv").write_text(
        (tmp_path / "plans.csv").read_text(encoding="utf-8").replace("person_id", "their id"),
        encoding="utf-8",
    )
    loaded = read(tmp_path)
    expected = PSEUDONYMS.of("B801200005001", "", "", "", None)[0]
    assert loaded.tables["plans"]["person_id"].tolist() == [expected]
    assert loaded.tables["reviews"]["person_id"].tolist() == [expected]
    assert not [p for p in loaded.problems if p.severity != "note"]


def test_a_name_and_a_birth_date_give_the_pseudonym_and_the_month(tmp_path: Path) -> None:
    row = {**clean("plans")[0], "Surname": "Ó Néill", "First name": "Zoë", "DOB": "05/03/2011"}
    del row["person_id"], row["birth_month"]
    put(tmp_path, "plans", [row])
    plans = read(tmp_path).tables["plans"]
    expected = PSEUDONYMS.of("", "", "Ó NÉILL", " zoë ", pd.Timestamp("2011-03-05"))[0]
    assert plans["person_id"].tolist() == [expected]
    assert plans["birth_month"].tolist() == [pd.Timestamp("2011-03-01")]


CANARIES = {
    "UPN": "Z987654321001", "Unique Learner Number": "9876543210", "Surname": "O'Canary-Ñandú",
    "Forename": "Çedilla", "Postcode": "ZZ99 9ZZ", "Date of birth": "29/02/2012",
    "NHS number": "943 476 5919", "Email": "canary@example.org", "Address line 1": "1 Canary Row",
    "Parent name": "Mrs Canary", "Telephone": "01632 960001", "Name": "Canary, C",
    "Former UPN": "Y987654321002",
}  # fmt: skip


def traces(loaded: Loaded) -> str:
    """Return everything that comes out of reading, as one text."""
    tables = [frame.to_csv() + repr(frame) for frame in loaded.tables.values()]
    return "\n".join([*tables, repr(loaded.problems), repr(loaded.accounts), repr(loaded.sources)])


@pytest.mark.parametrize("person_id", [True, False])
@pytest.mark.parametrize("spoilt", ["", "plan_start", "birth_month"])
def test_nothing_that_identifies_a_person_comes_out_of_reading(
    person_id: bool, spoilt: str, tmp_path: Path
) -> None:
    rows = [{**row, **CANARIES} for row in clean("plans")[:1]]
    if not person_id:
        del rows[0]["person_id"]
    if spoilt:
        rows[0][spoilt] = "31/02/2019"
    put(tmp_path, "plans", rows)
    text = traces(read(tmp_path))
    assert not [value for value in CANARIES.values() if value.casefold() in text.casefold()]
    assert "2012-02-29" not in text


@pytest.mark.parametrize("column", TABLES["plans"].names)
@pytest.mark.parametrize(
    "canary", ["Z987654321001", "ZZ99 9ZZ", "canary@example.org", "943 476 5919"]
)
def test_an_identifier_in_the_wrong_column_is_withheld(
    column: str, canary: str, tmp_path: Path
) -> None:
    put(tmp_path, "plans", changed("plans", 2, **{column: canary}))
    loaded = read(tmp_path)
    assert canary not in repr(loaded.problems)
    if canary != "943 476 5919":  # digits alone may be the LA's own number
        assert not any(canary in frame.to_csv() for frame in loaded.tables.values())


def test_a_birth_date_that_cannot_be_read_is_not_repeated(tmp_path: Path) -> None:
    row = {**clean("plans")[0], "DOB": "31/02/2012"}
    del row["birth_month"]
    put(tmp_path, "plans", [row])
    loaded = read(tmp_path)
    assert [p.code for p in loaded.problems if p.severity == "error"] == ["date.impossible"]
    assert "31/02/2012" not in traces(loaded)


def test_postcode_lookup_is_given_to_the_reader_of_returns(tmp_path: Path) -> None:
    put(tmp_path, "postcode_lookup", clean("postcode_lookup"))
    assert read(tmp_path).tables["postcode_lookup"]["postcode"].tolist() == ["ZZ1 1AA", "ZZ1 1AB"]


def test_from_the_thousandth_on_problems_of_one_kind_are_told_as_one(tmp_path: Path) -> None:
    base = {**clean("plans")[0], "primary_need": "SEHM"}
    put(tmp_path, "plans", [{**base, "person_id": f"x{i}"} for i in range(rules.LIMIT + 5)])
    problems = read(tmp_path).problems
    assert len(problems) == rules.LIMIT + 1
    assert problems[-1].message.startswith("5 more rows, from this one on")


CELLS = st.one_of(
    st.just(""),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=10),
    st.sampled_from(
        ["2019-03-04", "31/02/2019", "1,200", "-", "=1+1", "Total", "#N/A", "SEMH", "\x00"]
    ),
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
@given(data=st.data())
def test_whatever_stands_in_the_cells_every_row_is_used_or_set_aside(
    data: st.DataObject, tmp_path: Path
) -> None:
    table = TABLES[data.draw(st.sampled_from(["plans", "placement_costs", "dsg_position"]))]
    row = st.fixed_dictionaries(dict.fromkeys(table.names, CELLS))
    rows = data.draw(st.lists(row, min_size=1, max_size=5)) + clean(table.name)
    for old in tmp_path.iterdir():
        old.unlink()
    text = as_csv(rows)
    (tmp_path / f"{table.name}.csv").write_bytes(text.encode("utf-8"))
    loaded = read(tmp_path)
    (account,) = loaded.accounts
    assert account.rows_read == account.rows_used + account.rows_set_aside
    assert account.rows_used == len(loaded.tables[table.name])
    used = loaded.tables[table.name]
    key = [k for k in table.key if k in table.required]
    assert used[key].notna().all().all()
    clean_rows = pd.DataFrame(clean(table.name))
    if not any(p.code == "row.duplicate" for p in loaded.problems):
        assert len(used) >= len(clean_rows)

"""Every planted error is reported once, at the right row, and nothing else is."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.intake.corpus import AS_OF, CORPUS, LA_CODE, changed, clean, put
from toolkit.intake import checks, schedule_files
from toolkit.intake.loaded import Loaded
from toolkit.intake.pseudonym import Pseudonyms
from toolkit.intake.rules import RULES
from toolkit.intake.schedule import TABLES, empty

PSEUDONYMS = Pseudonyms(b"a key for tests, not for children")


def read(folder: Path, **options: object) -> Loaded:
    paths = sorted(folder.iterdir())
    return schedule_files.read(paths, {}, PSEUDONYMS, LA_CODE, AS_OF, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", CORPUS)
def test_a_planted_error_is_reported_once_at_its_row(name: str, tmp_path: Path) -> None:
    expected = CORPUS[name](tmp_path)
    loaded = read(tmp_path)
    assert Counter((p.code, p.row) for p in loaded.problems) == Counter(expected)


@pytest.mark.parametrize("name", CORPUS)
def test_every_row_of_a_bad_file_is_accounted_for(name: str, tmp_path: Path) -> None:
    CORPUS[name](tmp_path)
    loaded = read(tmp_path)
    used = Counter[str]()
    for account in loaded.accounts:
        used[account.table] += account.rows_used
    assert used == Counter({t: len(f) for t, f in loaded.tables.items()})
    lost = sum(account.rows_set_aside for account in loaded.accounts)
    if any(p.code.startswith("heading.") and p.severity == "error" for p in loaded.problems):
        assert not used.total()
    elif name != "extracts_of_two_years":  # told once, with its count
        named = {p.row for p in loaded.problems if p.severity == "error" or p.code == "row.total"}
        assert lost == len(named - {None})


@pytest.mark.parametrize("name", CORPUS)
def test_every_problem_says_what_to_do(name: str, tmp_path: Path) -> None:
    CORPUS[name](tmp_path)
    for problem in read(tmp_path).problems:
        assert problem.message.endswith((".", "?"))
        assert problem.remedy
        assert "{" not in problem.message + problem.remedy
        assert problem.file


def test_clean_files_of_every_table_raise_no_alarm(tmp_path: Path) -> None:
    for table in TABLES:
        put(tmp_path, table, clean(table))
    loaded = read(tmp_path)
    assert loaded.problems == []
    assert set(loaded.tables) == set(TABLES)
    assert all(account.rows_set_aside == 0 for account in loaded.accounts)


def test_a_bad_value_of_an_optional_column_leaves_the_row_in(tmp_path: Path) -> None:
    put(tmp_path, "plans", changed("plans", 3, primary_need="SEHM"))
    loaded = read(tmp_path)
    assert [p.severity for p in loaded.problems] == ["warning"]
    assert loaded.tables["plans"]["primary_need"].isna().tolist() == [False, True, False, False]
    assert "Did you mean SEMH" in loaded.problems[0].remedy


def test_a_bad_value_of_a_required_column_sets_the_row_aside(tmp_path: Path) -> None:
    put(tmp_path, "plans", changed("plans", 3, plan_start="31/02/2019"))
    loaded = read(tmp_path)
    assert [p.severity for p in loaded.problems] == ["error"]
    assert len(loaded.tables["plans"]) == 3
    assert loaded.accounts[0].rows_set_aside == 1


@pytest.mark.parametrize(
    ("birth", "cease", "alarm"),
    [
        ("1998-09", "2024-08-31", False),  # 25 years and 11 months
        ("1998-08", "2024-08-31", True),  # 26 that month
    ],
)
def test_a_plan_may_last_until_just_before_26(
    birth: str, cease: str, alarm: bool, tmp_path: Path
) -> None:
    put(tmp_path, "plans", changed("plans", 3, birth_month=birth, plan_cease=cease))
    assert [p.code for p in read(tmp_path).problems] == ["plan.over_25"] * alarm


@pytest.mark.parametrize(("net", "alarm"), [("8700002", False), ("8700003", True)])
def test_net_may_differ_by_rounding_alone(net: str, alarm: bool, tmp_path: Path) -> None:
    put(tmp_path, "spend_lines", changed("spend_lines", 3, net=net))
    assert [p.code for p in read(tmp_path).problems] == ["spend.net_differs"] * alarm


def test_beside_a_sen2_return_tables_are_not_checked_against_each_other(tmp_path: Path) -> None:
    CORPUS["placement_without_plan"](tmp_path)
    assert read(tmp_path, alone=False).problems == []


def test_stored_tables_can_be_checked_again_without_rows(tmp_path: Path) -> None:
    CORPUS["placement_without_plan"](tmp_path)
    stored = read(tmp_path, alone=False).tables
    found = checks.check(stored).problems
    assert [(p.code, p.row) for p in found] == [("placement.no_plan", None)]
    assert "1 rows" in found[0].remedy


def test_checking_changes_no_argument(tmp_path: Path) -> None:
    put(tmp_path, "plans", [*clean("plans"), clean("plans")[0]])
    tables = {"plans": pd.concat([read(tmp_path).tables["plans"]] * 2, ignore_index=True)}
    before = tables["plans"].copy()
    checks.check(tables)
    pd.testing.assert_frame_equal(tables["plans"], before)


def test_empty_tables_raise_no_alarm() -> None:
    assert checks.check({name: empty(name) for name in TABLES}).problems == []


def test_every_check_has_its_rule_and_every_rule_a_remedy() -> None:
    assert {check.code for check in checks.CHECKS} <= set(RULES)
    hinted = {"code.unknown", "text.form"}  # their remedy depends on the list and the column
    assert {code for code, rule in RULES.items() if not rule.remedy} == hinted


def test_checks_point_at_columns_of_their_table() -> None:
    for check in checks.CHECKS:
        assert check.column in ("", *TABLES[check.table].names)


def test_fifty_thousand_rows_are_checked_well_under_two_seconds() -> None:
    plans = _many_plans(50_000)
    began = time.perf_counter()
    checked = checks.check({"plans": plans})
    assert time.perf_counter() - began < 2
    assert checked.problems == []


def _many_plans(count: int) -> pd.DataFrame:
    random = np.random.default_rng(1)
    start = pd.Timestamp("2015-01-01") + pd.to_timedelta(random.integers(0, 3600, count), "D")
    birth = (start - pd.to_timedelta(random.integers(1500, 6000, count), "D")).to_period("M")
    made = empty("plans").reindex(range(count))
    made["person_id"] = [f"p{i:016x}" for i in range(count)]
    made["plan_start"], made["birth_month"] = start, birth.to_timestamp()
    return made.astype(empty("plans").dtypes.to_dict())

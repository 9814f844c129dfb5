"""The lines of `make safety`, on fewer areas."""

import html
import importlib
import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest

from safety import accessibility as reading
from safety import areas, canaries, disclosure, injection, leaks
from safety.rows import Row, measured
from tests.browser import chrome
from toolkit.publish.playbook import read_playbook
from toolkit.show.disclosure import Register


@pytest.fixture(scope="module")
def lines():
    return list(disclosure.rows(short=True))


def test_every_line_of_disclosure_holds_on_a_few_areas(lines):
    assert fails(lines) == []


def test_each_way_to_break_the_protection_was_tried(lines):
    assert sum(row.line.startswith("broken on purpose") for row in lines) == 5


def test_a_line_that_measured_nothing_does_not_pass():
    assert not any(row.passed for row in disclosure._broken_rows(disclosure.Counter()))


def test_a_section_that_cannot_be_measured_does_not_hold(monkeypatch, capsys):
    def cut_short(short):
        yield Row("a line", "0", passed=True)
        raise OSError("no browser")

    monkeypatch.setattr(injection, "rows", cut_short)
    rows = measured("injection", short=True)
    assert [row.passed for row in rows] == [True, False]
    assert "no browser" in capsys.readouterr().err


def test_generated_tables_add_up():
    people = areas.children(1, 400)
    register = Register()
    for by in areas.SPLITS:  # two values of one count would be refused
        register.add(areas.split(people, by, "A"))
    whole = areas.split(people, ("need", "sex"), "A").frame
    total = whole.query("need == 'All' and sex == 'All'")["plans"].item()
    parts = whole.query("need != 'All' and sex != 'All'")["plans"].sum()
    assert total == parts == 400


# Other sections, in short: what fails is named with its figure. Kills and pages are tried in
# tests/publish/test_soak.py and tests/browser.
def fails(rows) -> list[str]:
    return [f"{row.line}: {row.figure}" for row in rows if not (row.passed or row.timed)]


@pytest.mark.slow
@pytest.mark.parametrize("section", ["leaks", "bad_input"])
def test_every_line_of_a_section_holds_in_short(section):
    rows = list(importlib.import_module(f"safety.{section}").rows(short=True))
    assert len(rows) >= 6
    assert fails(rows) == []


@pytest.mark.slow
@pytest.mark.browser
def test_every_line_of_injection_holds_in_short():
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not chrome.CHROMIUM.exists():
        pytest.skip(f"there is no {chrome.CHROMIUM}")
    # In a thread of its own: the browser of other tests holds this one's event loop.
    with ThreadPoolExecutor(1) as thread:
        rows = thread.submit(lambda: list(injection.rows(short=True))).result()
    assert fails(rows) == []


def test_the_search_for_canaries_can_find_them_and_only_them():
    for child in canaries.CHILDREN:
        assert canaries.found("x", f"<td>{html.escape(child.surname)}</td>".encode())
        assert canaries.found_in(quote(child.forename)) == {child.forename}
    assert canaries.found("x", b"<p>Plans of 2012-03, Quarry Road, B801200005</p>") == set()


def test_canaries_are_found_inside_a_workbook_in_a_zip():
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w") as book:
        book.writestr("xl/sharedStrings.xml", canaries.CHILDREN[0].upn)
    with zipfile.ZipFile(outer, "w") as packed:
        packed.writestr("plan.xlsx", inner.getvalue())
    assert canaries.found("x.zip", outer.getvalue()) == {canaries.CHILDREN[0].upn}


def test_a_cell_that_raises_is_put_at_each_place_but_the_parameters():
    step = next(s for s in read_playbook() if s.number == "01")
    assert len(leaks._code(step)) == sum(c.cell_type == "code" for c in step.node.cells) - 1
    spoilt = leaks._failing_at(step, 2, emptied=True)
    sources = [c.source for c in spoilt.node.cells if c.cell_type == "code"]
    assert sources[1:3] == ["pass", "pass"]
    assert "raise ValueError" in sources[3]


@pytest.mark.parametrize(
    ("alt", "table", "missing"),
    [
        ("177 in 2025", "2025 | 177", []),
        ("178 in 2025", "2025 | 177", ["178"]),
        ("£1.3 million", "1,299,470", []),
        ("£1.5 million", "1,299,470", ["1.5 million"]),
        ("2024: £1.3 million", "Figure (£ million) | 2024 | 1.3", []),
        ("2024: £1.5 million", "Figure (£ million) | 2024 | 1.3", ["1.5 million"]),
        ("9 panels, 95% range 3 to 4", "3.4 | 3.9", []),
    ],
)
def test_a_figure_that_only_the_text_has_is_noticed(alt, table, missing):
    assert reading._untold(alt, table) == missing


def test_two_colours_of_one_grey_need_a_label_or_a_dash():
    one_grey = ["rgb(18, 67, 109)", "rgb(128, 22, 80)"]
    assert reading._alike({"colours": one_grey, "dashes": 1, "labels": 0})
    assert not reading._alike({"colours": one_grey, "dashes": 1, "labels": 2})
    assert not reading._alike({"colours": ["rgb(18, 67, 109)"], "dashes": 1, "labels": 0})


@pytest.mark.parametrize(("cell", "live"), [("=1+1", 1), ("＝1", 1), ("'=1", 0), ("-4", 0)])
def test_a_cell_that_a_spreadsheet_would_run_is_noticed(tmp_path, cell, live):
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "a.csv").write_text(f"a,b\n1,{cell}\n", encoding="utf-8")
    *_, row = injection._formulas(tmp_path)
    assert row.figure.startswith(f"{live} of 4 ")
    assert row.passed == (live == 0)

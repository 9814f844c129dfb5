"""The area's index page."""

import re
from html import unescape

import pytest

from tests.publish import sample
from tests.publish.making import COUNTS, finding, notebook
from toolkit.errors import SettingsError
from toolkit.intake.loaded import SourceFile
from toolkit.publish.index import MOST_FINDINGS


@pytest.fixture
def page(publish, playbook):
    sample.write(playbook)
    return (publish().folder / "index.html").read_text()


def test_each_notebook_has_a_line_with_its_question_and_status(page):
    lines = re.findall(r'<li class="report is-(\w+)">(.*?)</li>', page, re.DOTALL)
    assert [kind for kind, _ in lines] == ["executed", "executed", "failed", "skipped"]
    assert "How have the number of EHC plans" in lines[0][1]
    assert 'href="10_high_level_trends.html"' in lines[0][1]
    assert "href" not in lines[2][1]
    assert "It stopped at code cell 2 (ZeroDivisionError)." in lines[2][1]
    assert "It needs annual reviews." in lines[3][1]


def test_key_findings_of_all_reports_come_by_priority_each_with_its_outcome(page):
    summary = page[page.index('id="key-findings"') : page.index("</section>")]
    found = [summary.index(text) for text in ("£61,902", "11: 842", "10: 842")]
    assert found == sorted(found)
    assert summary.count("For children:") == 3


def test_what_could_be_added_is_listed_once_a_file(page):
    rows = page[page.index('id="left-out"') : page.index('id="readiness"')]
    assert rows.count("<tr>") == 4
    assert "High-level trends: Deficit and recovery" in rows
    assert "Case reviews: the whole report" in rows


def test_the_areas_own_files_are_one_row_by_their_titles(area, publish, playbook):
    kinds = {"a.csv": "Data schedule: reviews", "b.xlsx": "Data schedule: plans, dsg_position"}
    area.sources += [SourceFile(name, kind, "cd" * 32) for name, kind in kinds.items()]
    notebook(playbook, "10_a", COUNTS)
    page = unescape((publish().folder / "index.html").read_text())
    own = "Annual reviews, Dedicated Schools Grant position, EHC plans"
    assert page.count("The area's own files") == 1
    assert f'<th scope="row">The area\'s own files: {own}</th>' in page
    assert "Data schedule: " not in page


def test_the_index_holds_no_more_findings_than_fit_a_page(publish, playbook):
    cells = [finding("10").replace('id="10.plans"', f'id="10.{n}"') for n in range(12)]
    notebook(playbook, "10_a", COUNTS, *cells)
    page = (publish().folder / "index.html").read_text()
    assert page.count("For children:") == MOST_FINDINGS


def test_two_findings_with_one_id_are_refused(publish, playbook):
    other = finding("10").replace("were open", "stood open")
    notebook(playbook, "10_a", COUNTS, finding("10"), other)
    with pytest.raises(SettingsError, match=r"two findings have the id '10\.plans'"):
        publish()

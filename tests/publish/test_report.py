"""What a finished report holds beside its views."""

import re

import nbformat
import pandas as pd
import pytest

from tests.publish import sample
from tests.publish.making import COUNTS, TABLE, notebook
from toolkit.publish import glossary


@pytest.fixture
def page(publish, playbook):
    sample.write(playbook)
    release = publish(notebooks=["10", "11"])
    assert [outcome.message for outcome in release.failures] == []
    return (release.folder / "10_high_level_trends.html").read_text()


def test_a_report_holds_all_that_a_reader_needs_to_weigh_it(page):
    for text in (
        '<html lang="en-GB">',
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
        "Skip to main content",
        "<h1>High-level trends</h1>",
        "How have the number of EHC plans and their cost grown, and where?",
        "Module 1",
        "22 November 2026",
        "Key findings",
        "What was left out and what would fill it",
        "dsg_position.csv",
        "How this was made",
        "Plans open on census day.",
        "Counts of 1 to 5 children",
        f"pandas {pd.__version__}",
        "Glossary",
    ):
        assert text in page


def test_key_findings_come_first_by_priority_and_lead_to_their_evidence(page):
    summary = page[page.index('id="key-findings"') : page.index("</section>")]
    assert summary.index("£61,902") < summary.index("842 EHC plans")
    for anchor in re.findall(r'href="#(v\d+)"', summary):
        assert f'id="{anchor}"' in page


def test_every_entry_of_the_contents_leads_somewhere_once(page):
    contents = page[page.index('id="contents"') : page.index("</nav>", page.index('id="contents"'))]
    targets = re.findall(r'href="#([\w-]+)"', contents)
    assert len(targets) == len(set(targets)) == 7
    assert all(page.count(f'id="{target}"') == 1 for target in targets)


def test_no_id_stands_twice(page):
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_tables_and_figures_are_numbered_in_the_order_of_the_page(page):
    numbers = re.findall(r'class="number"><span>(\w+ \d+)</span>', page)
    assert numbers == ["Figure 1", "Table 1", "Figure 2", "Table 2"]


def test_no_code_of_the_notebook_is_in_the_page(page):
    assert "pd.DataFrame" not in page
    assert "show.table" not in page


def test_only_terms_that_the_page_uses_are_explained(page):
    listed = page[page.index('id="glossary"') :]
    assert "<dt>HNB</dt>" in listed
    assert "<dt>EHC plan</dt>" in listed
    assert "<dt>SLCN</dt>" not in listed
    assert "<dt>LAIT</dt>" not in listed


@pytest.mark.parametrize(
    ("words", "used"),
    [("the HNB is", True), ("HNBX", False), ("high needs block", True), ("hnb", False)],
)
def test_a_term_is_found_as_a_whole_word(words, used):
    assert ("HNB" in [term.term for term in glossary.used_in(words)]) is used


def test_every_term_says_what_it_means_in_a_sentence():
    for term in glossary.terms():
        assert term.means.endswith(".")


def test_a_cell_for_the_analyst_stays_in_the_private_folder(publish, playbook):
    path = notebook(playbook, "10_a", COUNTS, "frame", TABLE, words=["For the analyst."])
    node = nbformat.read(path, as_version=4)
    for cell in node.cells:
        if cell.source in ("frame", "For the analyst."):
            cell.metadata["tags"] = ["analyst"]
    nbformat.write(node, path)
    made = (publish().folder / "10_a.html").read_text()
    assert "For the analyst." not in made
    assert "EHC plans by primary need" in made


def test_a_notebook_with_nothing_to_show_makes_a_whole_page(publish, playbook):
    notebook(playbook, "10_a", "x = 1")
    made = (publish().folder / "10_a.html").read_text()
    assert made.count("<div") == made.count("</div>")
    assert made.count("<section") == made.count("</section>")


def test_sections_and_boxes_close_as_they_open(page):
    for name in ("div", "section", "main", "nav", "table", "figure", "dl", "ul", "ol"):
        assert len(re.findall(f"<{name}[ >]", page)) == page.count(f"</{name}>"), name


def test_a_release_of_published_figures_alone_says_so(publish, playbook, area):
    area.tables = ()
    published = COUNTS.replace('source="local"', 'source="published"')
    notebook(playbook, "10_a", published, TABLE)
    made = (publish().folder / "10_a.html").read_text()
    assert "Published statistics alone" in made
    assert "No records of children were used." in made
    assert ">3<" in made


def test_one_line_says_what_a_section_leaves_out_and_leads_to_the_files(page):
    assert page.count("Left out here: Mix of bands.") == 1
    assert '<a href="#left-out">What would fill this</a>' in page


def test_a_section_that_leaves_out_all_of_it_goes_and_the_end_names_it(page):
    body, end = page.split('id="left-out"')
    assert "Deficit and recovery" not in body
    assert "What the DSG carries" not in body
    assert "Deficit and recovery" in end
    assert "dsg_position.csv" in end


def test_a_sub_heading_under_which_nothing_is_shown_goes_and_a_section_says_so(publish, playbook):
    silent = ("## Whole", "x = 1", "### Part", "x = 2", "## Next", "x = 3", "### Shown")
    notebook(playbook, "10_a", COUNTS, *silent, TABLE, "## Last", "x = 4", "## End")
    made = (publish().folder / "10_a.html").read_text()
    assert "Part" not in made
    assert "Shown" in made
    parts = {name: made.split(f"{name}</h2>")[1].split("<h2")[0] for name in ("Whole", "Last")}
    assert all("Nothing is shown here" in part for part in parts.values())
    assert made.count("Nothing is shown here") == len(parts)

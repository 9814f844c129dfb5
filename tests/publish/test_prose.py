"""A notebook's words become HTML that holds no live thing."""

import pytest

from toolkit.publish import live, prose

PAGES = ["12_benchmarking.html"]


def html(source: str) -> str:
    return prose.renderer(prose.Ids(), PAGES)(source)


@pytest.mark.parametrize(
    "source",
    [
        "<script>window.__pwn=1</script>",
        "<img src=x onerror=window.__pwn=1>",
        "<svg onload=window.__pwn=1>",
        "[x](javascript:window.__pwn=1)",
        "[x](JaVaScRiPt:window.__pwn=1)",
        "[x](data:text/html,<script>1</script>)",
        "![x](https://example.org/x.png)",
        "![x](javascript:1)",
        "<javascript:alert(1)>",
        "[x]: javascript:alert(1)\n[x]",
        "| a |\n|---|\n| <img src=x onerror=1> |",
        "```html\n</code></pre><script>1</script>\n```",
        "`</code><script>1</script>`",
        "# <script>1</script>",
        "[<script>1</script>](#x)",
        '[x](#"onmouseover="1)',
    ],
)
def test_nothing_in_markdown_becomes_live(source):
    assert list(live.found_in(f"<html>{html(source)}</html>")) == []


def test_a_link_to_another_notebook_leads_to_its_report():
    assert 'href="12_benchmarking.html#x"' in html("[B](12_benchmarking.ipynb#x)")


def test_a_link_to_a_notebook_outside_the_release_is_words_alone():
    assert html("[B](13_forecast.ipynb)") == "<p>B</p>\n"


def test_an_outside_address_is_printed_for_readers_who_are_offline():
    assert html("[EES](https://example.gov.uk/a)") == "<p>EES (example.gov.uk/a)</p>\n"


def test_headings_have_ids_of_their_own_and_no_noise():
    made = html("### Costs\n\n### Costs")
    assert 'id="costs"' in made
    assert 'id="costs-2"' in made
    assert "¶" not in made


def test_a_cell_is_cut_at_its_sections_and_not_inside_code():
    found = prose.parts("intro\n## One\ntext\n```\n## code\n```\n# Two\n### Deeper")
    assert [part.title for part in found] == ["", "One", "Two"]
    assert "## code" in found[1].text
    assert found[2].text == "### Deeper"


def test_the_first_cell_loses_only_what_the_header_says():
    source = "# 10. Trends\n**Question.** Q?\n**Needs** `plans`. **Gives** x.\n\nWords stay."
    assert prose.without_header(source) == "Words stay."


def test_tables_in_the_words_scroll_by_keyboard_each_under_its_own_name():
    made = html("| a |\n|---|\n| 1 |\n\ntext\n\n| b |\n|---|\n| 2 |")
    assert made.count('tabindex="0"') == 2
    assert "Table 1 in the text" in made
    assert "Table 2 in the text" in made

from dataclasses import replace

import pytest

from tests.show.making import aggregate, by_need, drawn, growth, mask_of
from toolkit import show
from toolkit.aggregate import Measure
from toolkit.errors import DisclosureError
from toolkit.evidence import Finding


def sentence(template, **cells):
    return drawn(show.sentence_view(template, cells))


def change(value, unit="%"):
    measures = (Measure("d", "Difference", unit),)
    return aggregate({"k": ["a"], "d": [value]}, ["k"], measures, source="published").cell(
        "d", k="a"
    )


@pytest.mark.parametrize(
    ("value", "unit", "spec", "written"),
    [
        (54.0, "%", "change", "grew by 54%"),
        (-3.0, "%", "change", "fell by 3%"),
        (0.0, "%", "change", "did not change"),
        (0.04, "%", "change", "did not change"),
        (-1_200_000, "£", "change", "fell by £1.2 million"),
        (16, "pp", "than_by", "16 percentage points higher than"),
        (-2, "pp", "than", "lower than"),
        (0, "pp", "than", "the same as"),
        (-54, "%", "plain", "54"),
        (-54, "%", "size", "54%"),
        (54, "%", "signed", "+54%"),
        (-54, "%", "signed", "−54%"),
        (54, "%", "direction", "up"),
        (-12, "number", "more", "12 fewer"),
        (12, "number", "more", "12 more"),
        (54, "%", "", "54%"),
    ],
)
def test_a_format_says_what_a_figure_did(value, unit, spec, written):
    template = "Plans {x:" + spec + "} here." if spec else "Plans {x} here."
    assert f"Plans {written} here." in sentence(template, x=change(value, unit))


@pytest.mark.parametrize("spec", ["", "plain", "size", "signed", "direction", "more"])
def test_a_hidden_cell_prints_its_mark_alone(spec):
    small = growth(-54.0, local_base=3).cell("growth", need="ASD")
    html = sentence("Plans {x:" + spec + "} since 2020.", x=small)
    assert "Plans [c] since 2020." in html
    assert "hidden, so that no child can be identified" in html


@pytest.mark.parametrize("spec", ["change", "than", "than_by", "direction", "signed", "more"])
def test_a_hidden_change_tells_neither_its_sign_nor_its_size(spec):
    template = "Plans {x:" + spec + "} since 2020."
    texts = {
        sentence(template, x=growth(v, local_base=3).cell("growth", need="ASD"))
        for v in (-54.0, 0.0, 54.0)
    }
    assert len(texts) == 1
    assert "[c]" in texts.pop()


def test_a_template_that_names_no_cell_of_its_own_is_refused():
    with pytest.raises(ValueError, match="names \\['growth'\\], which were not given"):
        show.sentence_view("Plans {growth:change}.", {})
    with pytest.raises(ValueError, match="does not name \\['x'\\]"):
        show.sentence_view("Plans grew.", {"x": change(1)})
    with pytest.raises(ValueError, match="'grow' is no format"):
        show.sentence_view("Plans {x:grow}.", {"x": change(1)})
    with pytest.raises(ValueError, match="not the plain name"):
        show.sentence_view("Plans {x.aggregate}.", {"x": change(1)})


def test_a_bare_number_in_a_sentence_is_refused():
    with pytest.raises(DisclosureError, match="a float stands where a cell should"):
        show.sentence_view("Plans {x}.", {"x": 3.0})


def finding(aggregate_, column="growth"):
    cell = aggregate_.cell(column, need="ASD")
    return Finding(
        id="10.growth",
        stage="Module 1",
        sentence="EHC plans {g:change} in five years",
        cells={"g": cell},
        value=cell,
        low=aggregate_.cell("first", need="ASD"),
        high=aggregate_.cell("last", need="ASD"),
        base=aggregate_.cell("last", need="ASD"),
        outcome="More children have their needs set out in a plan.",
        criterion=1,
        priority=3,
    )


def test_a_finding_shows_its_range_base_source_method_and_outcome():
    html = drawn(show.finding_view(finding(growth(54.0))))
    for expected in (
        "EHC plans grew by 54% in five years",
        "1,000 to 1,540",
        "1,540 (Plans in 2025)",
        "SEN2 return of Exampleshire",
        "Plans open on census day.",
        "More children have their needs set out in a plan.",
        "End-of-phase criterion 1",
    ):
        assert expected in html


def test_a_range_whose_ends_round_to_one_figure_says_so():
    found = finding(growth(54.0))
    html = drawn(show.finding_view(replace(found, low=found.value, high=found.value)))
    assert "54% at either end, as rounded here" in html


def test_the_ledger_holds_protected_figures_and_null_where_hidden():
    view = show.finding_view(finding(growth(54.0)))
    entry = show.ledger_entry(view, mask_of(*view.aggregates))
    assert (entry["value"], entry["low"], entry["base"]) == (54.0, 1000.0, 1540.0)
    assert entry["sentence"] == "EHC plans grew by 54% in five years"
    assert entry["hidden"] == []

    view = show.finding_view(finding(growth(54.0, local_base=3)))
    entry = show.ledger_entry(view, mask_of(*view.aggregates))
    assert (entry["value"], entry["low"]) == (None, None)
    assert entry["sentence"] == "This finding is hidden, so that no child can be identified."
    assert {"value", "low"} <= set(entry["hidden"])


def test_only_a_finding_goes_into_the_ledger():
    view = show.table_view(by_need(), "Plans")
    with pytest.raises(ValueError, match="a table is no finding"):
        show.ledger_entry(view, mask_of(*view.aggregates))


def test_a_left_out_note_names_what_is_missing_and_what_would_fill_it():
    html = drawn(show.left_out_view("Timeliness", ["the table 'requests'"], ["requests.csv"]))
    assert "Left out: Timeliness" in html
    assert "It needs the table &#39;requests&#39;. What would fill it: requests.csv." in html

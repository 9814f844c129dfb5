"""No drawing tells what is hidden: not by place, size, order or colour, nor in its alt text."""

import functools

import pytest
from bs4 import BeautifulSoup

from tests.show.making import drawn
from tests.show.marks import COUNTS, MARKS, OTHERS

EACH = pytest.mark.parametrize("name", MARKS)


@functools.cache
def as_told(name):
    return drawn(MARKS[name](COUNTS))


@EACH
def test_areas_that_differ_in_hidden_counts_alone_are_drawn_alike(name):
    assert as_told(name) == drawn(MARKS[name](OTHERS))
    assert as_told(name) != drawn(MARKS[name]({**COUNTS, "SLCN": 150}))  # which is shown


@EACH
def test_a_chart_says_that_something_is_hidden(name):
    soup = BeautifulSoup(as_told(name), "html.parser")
    assert "[c] hidden, so that no child can be identified" in soup.get_text()
    assert "hidden" in soup.find("desc").get_text().lower()


@EACH
def test_a_chart_of_hidden_figures_alone_is_not_drawn(name):
    soup = BeautifulSoup(drawn(MARKS[name](dict.fromkeys(COUNTS, 2))), "html.parser")
    assert soup.find("svg") is None
    assert "No chart: every figure is hidden or not available." in soup.get_text()

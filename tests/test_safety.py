"""The lines of `make safety`, on fewer areas."""

import pytest

from safety import areas, disclosure
from toolkit.show.disclosure import Register


@pytest.fixture(scope="module")
def lines():
    return list(disclosure.rows(short=True))


def test_every_line_of_disclosure_holds_on_a_few_areas(lines):
    assert [f"{row.line}: {row.figure}" for row in lines if not row.passed] == []


def test_each_way_to_break_the_protection_was_tried(lines):
    assert sum(row.line.startswith("broken on purpose") for row in lines) == 4


def test_a_line_that_measured_nothing_does_not_pass():
    assert not any(row.passed for row in disclosure._broken_rows(disclosure.Counter()))


def test_generated_tables_add_up():
    people = areas.children(1, 400)
    register = Register()
    for by in areas.SPLITS:  # two values of one count would be refused
        register.add(areas.split(people, by, "A"))
    whole = areas.split(people, ("need", "sex"), "A").frame
    total = whole.query("need == 'All' and sex == 'All'")["plans"].item()
    parts = whole.query("need != 'All' and sex != 'All'")["plans"].sum()
    assert total == parts == 400

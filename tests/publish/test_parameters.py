"""Names and types of parameters are checked before anything runs."""

import datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from tests.publish.making import PARAMETERS, notebook
from toolkit.errors import SettingsError
from toolkit.publish.parameters import checked, declared, for_step, from_text
from toolkit.publish.playbook import read_step

EXTRA = """
years: int = 5
share: float = 0.5
name: str | None = None
codes: list[str] = ["A"]
rates: dict[str, float] = {}
label = "x"
"""


@pytest.fixture
def steps(tmp_path):
    one = notebook(tmp_path, "10_one", parameters=PARAMETERS + EXTRA)
    two = notebook(tmp_path, "11_two", parameters=PARAMETERS + "\nhorizon: int = 6")
    return [read_step(one), read_step(two)]


def test_a_misspelt_name_is_refused_and_the_known_ones_are_named(steps):
    with pytest.raises(SettingsError, match=r"Did you mean horizon.*codes, horizon, label"):
        checked({"horizn": 6}, steps)


@pytest.mark.parametrize("name", ["area_folder", "interactive"])
def test_what_the_run_itself_sets_cannot_be_given(steps, name):
    with pytest.raises(SettingsError, match="set by the run itself"):
        checked({name: "x"}, steps)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("years", "5"),
        ("years", 5.0),
        ("years", True),
        ("years", np.int64(5)),
        ("years", None),
        ("share", "0.5"),
        ("share", float("nan")),
        ("share", Decimal("0.5")),
        ("name", datetime.date(2026, 1, 1)),
        ("name", Path("x")),
        ("codes", ("A",)),
        ("codes", {"A"}),
        ("codes", [1]),
        ("rates", {"a": "b"}),
        ("label", 5),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(steps, name, value):
    with pytest.raises(SettingsError, match=f"'{name}' takes"):
        checked({name: value}, steps)


@pytest.mark.parametrize(
    ("name", "value"),
    [("years", 5), ("share", 1), ("share", 0.5), ("name", None), ("name", "x"), ("codes", []),
     ("codes", ["B"]), ("rates", {"a": 1}), ("label", "y")],
)  # fmt: skip
def test_a_value_of_the_right_kind_passes_unchanged(steps, name, value):
    assert checked({name: value}, steps) == {name: value}


@pytest.mark.parametrize(
    ("typed", "value"),
    [("years=4", 4), ("share = 0.5", 0.5), ("label=5", "5"), ("label=a=b", "a=b"), ("label=", ""),
     ('codes=["B"]', ["B"]), ("name=Moor End", "Moor End")],
)  # fmt: skip
def test_what_is_typed_becomes_the_kind_that_is_declared(steps, typed, value):
    assert list(from_text([typed], steps).values()) == [value]


@pytest.mark.parametrize(
    ("typed", "what"),
    [(["years"], "no parameter"), (["years=1", "years=2"], "given twice"),
     (["years=x"], "takes int"), (["yaers=4"], "Did you mean years"),
     (["area_folder=x"], "set by the run itself")],
)  # fmt: skip
def test_what_is_typed_wrong_is_refused(steps, typed, what):
    with pytest.raises(SettingsError, match=what):
        from_text(typed, steps)


def test_each_notebook_is_given_only_what_it_declares(steps):
    given = checked({"years": 3, "horizon": 9}, steps)
    always = {"area_folder": ".", "interactive": False}
    assert for_step(given, steps[0]) == {"years": 3, **always}
    assert for_step(given, steps[1]) == {"horizon": 9, **always}


@pytest.mark.parametrize(
    ("parameters", "what"),
    [
        (None, "0 cells are tagged"),
        ('area_folder: str = "demo"', "does not set 'interactive'"),
        (PARAMETERS + "\nimport os", "sets no plain value"),
        (PARAMETERS + "\nx = (", "not Python"),
    ],
)
def test_a_notebook_without_a_plain_parameters_cell_is_refused(tmp_path, parameters, what):
    step = read_step(notebook(tmp_path, "10_one", parameters=parameters))
    with pytest.raises(SettingsError, match=what):
        declared(step)

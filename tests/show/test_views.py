import json

import numpy as np
import pandas as pd
import pytest

from tests.show.making import aggregate, by_need, drawn, growth, mask_of, trend
from toolkit import show
from toolkit.aggregate import Measure
from toolkit.errors import DisclosureError
from toolkit.show import wire


def every_view():
    cell = growth(54.0).cell("growth", need="ASD")
    yield show.table_view(trend(), "Plans", across="year")
    yield show.chart_view(
        trend(), mark="line", x="year", y="plans", colour="need",
        title="Plans {g:change}", cells={"g": cell},
    )  # fmt: skip
    yield show.sentence_view("Plans {g:change} in {area}.", {"g": cell, "area": "Exampleshire"})
    yield show.left_out_view("Timeliness", ["requests"], ["requests.csv"])


@pytest.mark.parametrize("view", list(every_view()), ids=lambda v: v.kind)
def test_a_view_survives_its_json_form(view):
    text = json.dumps(view.to_json(), allow_nan=False)
    again = show.View.from_json(json.loads(text))
    assert again.to_json() == view.to_json()
    assert drawn(again) == drawn(view)


@pytest.mark.parametrize(
    "values",
    [
        [1, 2],
        [1.5, np.nan],
        ["a", None],
        pd.array([1, None], dtype="Int64"),
        pd.to_datetime(["2025-01-16", None]),
        pd.Series([2025, "All"], dtype="object"),
        [True, False],
    ],
    ids=["int", "float", "text", "Int64", "date", "mixed", "bool"],
)
def test_a_column_keeps_its_type_and_its_gaps(values):
    frame = pd.DataFrame({"k": ["a", "b"], "v": values})
    measure = Measure("v", "Value", "number")
    told = aggregate(frame, ["k"], [measure])
    again = wire.aggregate_from_json(json.loads(json.dumps(wire.aggregate_to_json(told))))
    pd.testing.assert_frame_equal(again.frame, told.frame)


def test_a_category_comes_back_as_its_text_and_an_endless_figure_as_missing():
    frame = pd.DataFrame({"k": pd.Categorical(["a", "b"]), "v": [np.inf, 1.0]})
    told = aggregate(frame, ["k"], [Measure("v", "Value", "number")])
    again = wire.aggregate_from_json(wire.aggregate_to_json(told))
    assert again.frame["k"].tolist() == ["a", "b"]
    assert again.frame["v"].isna().tolist() == [True, False]


def test_the_json_form_leaves_undeclared_columns_behind():
    rows = {"need": ["ASD"], "plans": [500], "surname": ["Canary"]}
    assert "Canary" not in json.dumps(wire.aggregate_to_json(aggregate(rows, ["need"])))


def test_a_bare_frame_is_refused_with_what_to_do():
    with pytest.raises(DisclosureError, match=r"a DataFrame cannot be shown.*Show the Aggregate"):
        show.table_view(pd.DataFrame({"n": [1]}), "Plans")


@pytest.mark.parametrize(
    "data", [{}, {"version": 99, "kind": "table"}, {"version": 1, "kind": "x"}]
)
def test_json_that_is_no_view_is_refused(data):
    with pytest.raises(DisclosureError, match="no view of this version"):
        show.View.from_json(data)


def test_a_column_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(ValueError, match="'plan' is no column here; known: year, need, plans"):
        show.table_view(by_need(), "Plans", ["plan"])
    with pytest.raises(ValueError, match="'pie' is no mark"):
        show.chart_view(by_need(), mark="pie", x="need", y="plans")
    with pytest.raises(ValueError, match="needs x and y"):
        show.chart_view(by_need(), mark="bar", x="need")


def test_a_working_view_hides_small_counts_and_says_that_it_is_not_for_sharing():
    view = show.table_view(by_need({"ASD": 520, "MSI": 3}), "Plans")
    bundle = view._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain", show.MIME}
    assert "Working view, not for sharing" in bundle["text/html"]
    assert "[c]" in bundle["text/html"]
    assert bundle["text/plain"] == "[table]"
    assert bundle[show.MIME]["aggregates"][0]["columns"]["plans"]["values"] == [520, 3]


def test_two_working_views_share_no_id():
    view = show.table_view(by_need(), "Plans")
    first, second = (view._repr_mimebundle_()["text/html"] for _ in range(2))
    assert first != second


def test_every_call_of_a_notebook_displays_and_returns_nothing(capsys):
    cell = growth(54.0).cell("growth", need="ASD")
    assert show.table(by_need(), caption="Plans") is None
    assert show.sentence("Plans {g:change}.", g=cell) is None
    printed = capsys.readouterr().out
    assert "View(kind='table')" in printed
    assert "520" not in printed  # a view printed outside Jupyter, or in a traceback, tells nothing


class Area:
    def __init__(self, *held):
        self.held = held

    def has(self, *needs):
        return not self.lacks(*needs)

    def lacks(self, *needs):
        return [n for n in needs if n not in self.held]

    def called(self, need):
        return f"the {need}"

    def filled_by(self, need):
        return f"{need}.csv"


def test_a_section_runs_where_its_needs_are_met():
    assert show.section(Area("requests"), "Timeliness", needs=("requests",)) is True


def test_a_section_without_its_needs_is_left_out_with_the_file_that_would_fill_it(monkeypatch):
    seen = []
    monkeypatch.setattr("toolkit.show.calls.display", seen.append)
    area = Area("plans")
    needs = ("plans", "requests", "published:caseload")
    assert show.section(area, "Timeliness", needs=needs) is False
    html = drawn(seen[0])
    assert "It needs the requests and the published:caseload." in html
    assert "What would fill it: requests.csv and published:caseload.csv." in html


def test_drawing_a_release_twice_gives_the_same_bytes():
    for view in every_view():
        mask = mask_of(*view.aggregates)
        assert show.draw(view, mask, "a") == show.draw(view, mask, "a")

from dataclasses import replace

import pandas as pd
import pytest

from toolkit.aggregate import Aggregate, Measure


def aggregate(**changes: object) -> Aggregate:
    frame = pd.DataFrame(
        {"provision": ["mainstream", "All"], "plans": [40, 50], "before": [2023, 2023]}
    )
    made = Aggregate(
        frame=frame,
        universe="EHC plans",
        dimensions=("provision",),
        measures=(Measure("plans", "Plans", "people"),),
        source="local",
        sources=("Fixture",),
        method="Counted.",
    )
    return replace(made, **changes)


def test_a_total_has_the_key_of_its_other_filters_alone() -> None:
    keys = [key for key, _, _ in aggregate(filters={"year": "2024"}).counts()]
    assert keys[0] == ("EHC plans", frozenset({("provision", "mainstream"), ("year", "2024")}))
    assert keys[1] == ("EHC plans", frozenset({("year", "2024")}))


def test_a_filter_may_stand_in_a_column_of_the_row() -> None:
    measure = Measure("plans", "Plans", "people", where_column={"year": "before"})
    keys = [key for key, _, _ in aggregate(measures=(measure,)).counts()]
    assert keys[1] == ("EHC plans", frozenset({("year", "2023")}))


def test_a_dimension_that_does_not_apply_is_left_out_of_the_key() -> None:
    measure = Measure("plans", "Plans", "people", without=("provision",))
    assert {key for key, _, _ in aggregate(measures=(measure,)).counts()} == {
        ("EHC plans", frozenset())
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"measures": (Measure("missing", "Missing", "people"),)},
        {"measures": (Measure("plans", "Plans", "%", ("missing",)),)},
        {"frame": pd.DataFrame({"provision": ["a", "a"], "plans": [1, 2]})},
    ],
)
def test_an_aggregate_that_does_not_hold_what_it_says_is_refused(changes) -> None:
    with pytest.raises(ValueError, match=r"EHC plans|rests on"):
        aggregate(**changes)


def test_a_cell_singles_out_one_figure_or_none() -> None:
    assert aggregate().cell("plans", provision="mainstream").value == 40
    with pytest.raises(KeyError, match="fits 0 rows"):
        aggregate().cell("plans", provision="nmiss")
    with pytest.raises(KeyError, match="no measure"):
        aggregate().cell("spend", provision="mainstream")


def test_a_table_may_hold_local_and_published_rows() -> None:
    frame = aggregate().frame.assign(source=["local", "published"])
    counts = aggregate(frame=frame, source_column="source").counts()
    assert [local for _, _, local in counts] == [True, False]

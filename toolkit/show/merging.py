"""Tables, charts and sentences with merged categories, as if they had been counted so.

Counts and sums of money are added, which holds because a merge is of a dimension whose values
add up. Every other figure is made anew from those of its row. Where one cannot be, nothing is
merged: None comes back, and the release is refused as it would have been.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from toolkit.aggregate import Aggregate, Key, Measure
from toolkit.show.merges import Merge, is_ordered, names
from toolkit.show.recomputing import ADDS_UP, Made, is_mean_over, recipe
from toolkit.show.views import View

Row = Mapping[str, Any]
REFERENCES = ("value", "low", "high", "base")


def merged_view(view: View, merges: Sequence[Merge]) -> View | None:
    """Return a view with merged categories; None where a figure cannot be made anew."""
    aggregates: list[Aggregate] = []
    spec = dict(view.spec)
    for at, aggregate in enumerate(view.aggregates):
        made: Aggregate | None = aggregate
        for merge in merges:
            changed = made if made is None else merged(made, merge)
            if changed is not None and changed is not made:
                kept = _merged_spec(spec, merge, at, aggregate)
                if kept is None:
                    return None
                spec = kept
            made = changed
        if made is None:
            return None
        aggregates.append(made)
    return replace(view, aggregates=tuple(aggregates), spec=spec)


def named(view: View, merges: Sequence[Merge]) -> set[Key]:
    """Return the counts behind figures of merged categories that a view names one by one.

    A sentence holds the mark of a hidden figure for them, which says that there is a count.
    """
    found: set[Key] = set()
    for reference in _references(view.spec):
        if "filters" not in reference:
            continue
        aggregate = view.aggregates[reference["aggregate"]]
        if any(_is_part(reference, m, aggregate) for m in merges):
            fits = aggregate.frame
            for dimension, value in reference["filters"]:
                fits = fits[fits[dimension].astype(str) == value]
            row = {str(k): v for k, v in fits.iloc[0].to_dict().items()}
            measure = aggregate.measure(reference["column"])
            counts = [measure, *(aggregate.measure(c) for c in measure.rests_on)]
            found |= {aggregate.key(row, c) for c in counts if c.unit == "people"}
    return found


def merged(aggregate: Aggregate, merge: Merge) -> Aggregate | None:
    """Return an aggregate with merged categories; None where it cannot be made.

    It comes back as it is where it holds none of them: another universe, a plan, a published
    table. A table that has published rows among those to be merged cannot be merged.
    """
    if aggregate.universe != merge.universe or aggregate.source not in ("local", "published"):
        return aggregate
    if _filters_by(aggregate, merge):
        return None
    if merge.dimension not in aggregate.dimensions:
        return aggregate
    frame = aggregate.frame.reset_index(drop=True)
    is_part = frame[merge.dimension].astype(str).isin(merge.values)
    is_local = frame.apply(lambda row: aggregate.is_local(row.to_dict()), axis=1)
    if not (is_part & is_local).any():
        return aggregate
    recipes = _recipes(aggregate, merge.dimension)
    if recipes is None or not is_local[is_part].all() or merge.dimension in aggregate.not_summed:
        return None
    return _with_rows(aggregate, merge, frame, is_part, recipes)


def _with_rows(
    aggregate: Aggregate,
    merge: Merge,
    frame: pd.DataFrame,
    is_part: pd.Series,
    recipes: Mapping[str, Made],
) -> Aggregate | None:
    """Return the aggregate with a row for each set of rows that is merged, at the last of them."""
    others = [d for d in aggregate.dimensions if d != merge.dimension]
    parts = frame[is_part]
    sets = [g for _, g in parts.groupby(others, sort=False, dropna=False)] if others else [parts]
    rows: dict[int, dict[str, Any]] = {}
    for rows_of in sets:
        row = _merged_row(aggregate, merge, rows_of, recipes)
        if row is None:
            return None
        rows[int(rows_of.index[-1])] = row
    records = frame.to_dict("records")
    kept = [rows.get(i, r) for i, r in enumerate(records) if i in rows or not is_part[i]]
    made = pd.DataFrame(kept, columns=frame.columns)
    for column in made:
        if column != merge.dimension and made[column].dtype != frame[column].dtype:
            made[column] = made[column].astype(frame[column].dtype)
    labels = {**aggregate.labels, merge.dimension: _labels(aggregate, merge)}
    return replace(aggregate, frame=made, labels=labels)


def _merged_row(
    aggregate: Aggregate, merge: Merge, rows: pd.DataFrame, recipes: Mapping[str, Made]
) -> dict[str, Any] | None:
    """Return one row for several; None where they differ in what cannot be added."""
    made = {str(k): v for k, v in rows.iloc[0].to_dict().items()}
    own = {m.column for m in aggregate.measures} | {m.largest for m in aggregate.measures}
    if any(rows[c].nunique(dropna=False) > 1 for c in set(made) - own - {merge.dimension}):
        return None
    made[merge.dimension] = merge.code
    for measure in _in_turn(aggregate):
        values = rows[measure.column]
        if measure.unit == "text" or merge.dimension in measure.without:
            if values.nunique(dropna=False) > 1:
                return None
        elif measure.unit in ADDS_UP:
            if values.isna().any() and not values.isna().all():
                return None
            made[measure.column] = values.sum(min_count=1)
        elif measure.column in recipes:
            made[measure.column] = recipes[measure.column](made)
        else:
            made[measure.column] = _mean(rows, measure, aggregate)
        if measure.largest:
            made[measure.largest] = _largest(rows, measure)
    return made


def _recipes(aggregate: Aggregate, dimension: str) -> dict[str, Made] | None:
    """Return how to make each figure that does not add up; None where one cannot be made.

    A mean over a count has no entry: it is made from the rows that are merged.
    """
    found: dict[str, Made] = {}
    known: list[Measure] = []
    others = [d for d in aggregate.dimensions if d != dimension]
    for measure in _in_turn(aggregate):
        if measure.unit not in (*ADDS_UP, "text") and dimension not in measure.without:
            made = recipe(aggregate.frame, measure, known)
            count = _count_of(aggregate, measure)
            if made is not None:
                found[measure.column] = made
            elif not count or not is_mean_over(aggregate.frame, measure, count, dimension, others):
                return None
        known.append(measure)
    return found


def _in_turn(aggregate: Aggregate) -> list[Measure]:
    """Return the measures in the order of making: those that add up first."""
    return sorted(aggregate.measures, key=lambda m: m.unit not in ADDS_UP)


def _count_of(aggregate: Aggregate, measure: Measure) -> str:
    """Return the one count that a figure rests on; "" where it is not one alone."""
    counts = [c for c in measure.rests_on if aggregate.measure(c).unit == "people"]
    return counts[0] if len(counts) == len(measure.rests_on) == 1 else ""


def _mean(rows: pd.DataFrame, measure: Measure, aggregate: Aggregate) -> float:
    """Return the mean over all of some rows: their sums, over how many there are."""
    count = _count_of(aggregate, measure)
    counted = rows[rows[count].gt(0)]
    sums = counted[measure.column] * counted[count]
    return float(sums.sum(skipna=False) / counted[count].sum()) if len(counted) else float("nan")


def _largest(rows: pd.DataFrame, measure: Measure) -> float:
    """Return the share that one child has of a sum over several rows."""
    most = (rows[measure.largest] * rows[measure.column]).max()
    whole = rows[measure.column].sum()
    return float(most / whole) if whole else float("nan")


def _filters_by(aggregate: Aggregate, merge: Merge) -> bool:
    """Return whether a filter, of the whole or of a column, singles out a merged category."""
    columns = [pair for m in aggregate.measures for pair in m.where.items()]
    by_column = any(merge.dimension in m.where_column for m in aggregate.measures)
    return by_column or merge.holds([*aggregate.filters.items(), *columns])


def _labels(aggregate: Aggregate, merge: Merge) -> dict[str, str]:
    """Return the labels of a dimension, that of the merged category in the place of its last."""
    labels = aggregate.labels.get(merge.dimension, {})
    last = max((at for at, c in enumerate(labels) if c in merge.values), default=len(labels))
    own = [(c, text) for c, text in labels.items() if c not in merge.values]
    place = sum(c not in merge.values for c in list(labels)[:last])
    return dict([*own[:place], (merge.code, label(merge, labels)), *own[place:]])


def label(merge: Merge, labels: Mapping[str, str]) -> str:
    """Return what a reader sees for a merged category: the names of all that it holds."""
    start = "Merged" if is_ordered(merge.dimension) else "Other, merged"
    return f"{start}: {'; '.join(names(merge, labels))}"


def _merged_spec(
    spec: Mapping[str, Any], merge: Merge, at: int, aggregate: Aggregate
) -> dict[str, Any] | None:
    """Return how to draw a view once an aggregate is merged; None where it picks one category."""
    made = {k: _retold(v, merge, at, aggregate) for k, v in spec.items()}
    if "cells" in spec:
        made["cells"] = {k: _retold(v, merge, at, aggregate) for k, v in spec["cells"].items()}
    if at:
        return made  # only the first is drawn
    picked = (spec.get("where") or {}).get(merge.dimension)
    if picked is not None:
        several = [picked] if isinstance(picked, str) else list(picked)
        inside = [v for v in several if v in merge.values]
        if inside and len(inside) < len(merge.values):
            return None
        rest = [v for v in several if v not in merge.values]
        where = {**spec["where"], merge.dimension: [*rest, merge.code] if inside else picked}
        made["where"] = where
    if set(spec.get("levels") or ()) & set(merge.values):
        return None
    if spec.get("highlight") and merge.dimension in (spec.get("colour"), spec.get("x")):
        made["highlight"] = [c for c in spec["highlight"] if c not in merge.values]
    return made


def _retold(value: Any, merge: Merge, at: int, aggregate: Aggregate) -> Any:
    """Return a reference; one to a merged category is to a figure that nobody shows."""
    if not (isinstance(value, Mapping) and "filters" in value) or value["aggregate"] != at:
        return value
    return {**value, "unseen": True} if _is_part(value, merge, aggregate) else value


def _is_part(reference: Mapping[str, Any], merge: Merge, aggregate: Aggregate) -> bool:
    pairs = [(d, v) for d, v in reference["filters"]]
    return aggregate.universe == merge.universe and merge.holds(pairs)


def _references(spec: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the references of a view to figures."""
    every = [*(spec.get("cells") or {}).values(), *(spec.get(n) for n in REFERENCES)]
    return [r for r in every if isinstance(r, Mapping) and "filters" in r]

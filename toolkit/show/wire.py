"""Aggregates as JSON and back, without loss: how an executed notebook keeps them in private."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate, Measure


def aggregate_to_json(aggregate: Aggregate) -> dict[str, Any]:
    """Return an aggregate as plain JSON values; columns it does not declare are left behind."""
    frame = trimmed(aggregate).frame
    return {
        "columns": {str(c): _column_to_json(frame[c]) for c in frame.columns},
        "universe": aggregate.universe,
        "dimensions": list(aggregate.dimensions),
        "measures": [_measure_to_json(m) for m in aggregate.measures],
        "source": aggregate.source,
        "sources": list(aggregate.sources),
        "method": aggregate.method,
        "period": aggregate.period,
        "filters": dict(aggregate.filters),
        "not_summed": list(aggregate.not_summed),
        "labels": [[d, [[str(k), str(v)] for k, v in m.items()]] for d, m in _labels(aggregate)],
        "source_column": aggregate.source_column,
    }


def aggregate_from_json(data: Mapping[str, Any]) -> Aggregate:
    """Return the aggregate that `aggregate_to_json` wrote."""
    frame = pd.DataFrame({c: _column_from_json(column) for c, column in data["columns"].items()})
    return Aggregate(
        frame=frame,
        universe=data["universe"],
        dimensions=tuple(data["dimensions"]),
        measures=tuple(_measure_from_json(m) for m in data["measures"]),
        source=data["source"],
        sources=tuple(data["sources"]),
        method=data["method"],
        period=data["period"],
        filters=dict(data["filters"]),
        not_summed=tuple(data["not_summed"]),
        labels={d: dict(pairs) for d, pairs in data["labels"]},
        source_column=data["source_column"],
    )


def trimmed(aggregate: Aggregate) -> Aggregate:
    """Return the aggregate with only the columns that it declares, its rows numbered from 0.

    What nobody declared nobody protects, so it does not travel.
    """
    columns = [*aggregate.dimensions, *(m.column for m in aggregate.measures)]
    columns += [c for m in aggregate.measures for c in (*m.where_column.values(), m.largest) if c]
    if aggregate.source_column:
        columns.append(aggregate.source_column)
    kept, frame = list(dict.fromkeys(columns)), aggregate.frame
    if list(frame.columns) == kept and frame.index.equals(pd.RangeIndex(len(frame))):
        return aggregate  # as every one is that has travelled
    frame = frame[kept].reset_index(drop=True)
    values = {k: getattr(aggregate, k) for k in aggregate.__dataclass_fields__}
    return Aggregate(**{**values, "frame": frame})


def _labels(aggregate: Aggregate) -> list[tuple[str, Mapping[str, str]]]:
    return [(str(dimension), mapping) for dimension, mapping in aggregate.labels.items()]


def _measure_to_json(measure: Measure) -> dict[str, Any]:
    return {
        "column": measure.column,
        "label": measure.label,
        "unit": measure.unit,
        "rests_on": list(measure.rests_on),
        "where": dict(measure.where),
        "where_column": dict(measure.where_column),
        "without": list(measure.without),
        "decimals": measure.decimals,
        "largest": measure.largest,
    }


def _measure_from_json(data: Mapping[str, Any]) -> Measure:
    filters = {name: dict(data[name]) for name in ("where", "where_column")}
    lists = {name: tuple(data[name]) for name in ("rests_on", "without")}
    return Measure(**{**data, **filters, **lists})


def _column_to_json(column: pd.Series) -> dict[str, Any]:
    dtype = "object" if isinstance(column.dtype, pd.CategoricalDtype) else str(column.dtype)
    return {"dtype": dtype, "values": [_plain(v) for v in column.tolist()]}


def _column_from_json(data: Mapping[str, Any]) -> Any:
    if data["dtype"] == "float64":
        return np.array([math.nan if v is None else v for v in data["values"]], dtype=np.float64)
    # Through object: pandas would turn a column of whole numbers with gaps into floats.
    if data["dtype"] == "object":
        return pd.Series(data["values"], dtype="object")
    return pd.array(data["values"], dtype=data["dtype"])


def _plain(value: Any) -> Any:
    """Return one value as JSON holds it; missing and infinite become null."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, (pd.Timestamp, np.datetime64)):
        return pd.Timestamp(value).isoformat()
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, (bool, int, str)) else str(value)

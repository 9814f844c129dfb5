"""Where the publisher's symbols stood, so that a report can say why a figure is missing."""

from __future__ import annotations

import numpy as np
import pandas as pd

LEADING = ["year", "level", "code", "name", "region_code", "topic", "breakdown"]
SYMBOL_COLUMNS = [
    *("table", "year", "level", "code", "name", "topic", "breakdown"),
    *("column", "symbol", "cells"),
]


def symbol_rows(table: str, frame: pd.DataFrame, symbols: np.ndarray) -> pd.DataFrame:
    """Return where symbols stood: an item that a whole year lacks once, else one row a row.

    Columns: table, year, level, code, name, topic, breakdown, column ("" where the row is
    about several), symbol, cells. For an item that a whole year lacks, code is "*".
    """
    columns = list(frame.columns[len(LEADING) :])
    stood = symbols != ""
    years = frame["year"].to_numpy()
    found = []
    for year in np.unique(years):
        rows = np.flatnonzero(years == year)
        everywhere = stood[rows].all(axis=0)
        for place in np.flatnonzero(everywhere):
            symbol = str(symbols[rows[0], place])
            found.append(_whole_year(table, int(year), columns[int(place)], symbol, len(rows)))
        found.append(_single_rows(table, frame, symbols, rows, stood[rows] & ~everywhere))
    found = [rows for rows in found if len(rows)]
    made = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=SYMBOL_COLUMNS)
    return made.astype({"year": "int64", "cells": "int64"})


def _single_rows(
    table: str, frame: pd.DataFrame, symbols: np.ndarray, rows: np.ndarray, part: np.ndarray
) -> pd.DataFrame:
    """Return one row for each row of the frame in which some, not all, years' items are missing."""
    hit = part.any(axis=1)
    made = frame.loc[rows[hit], ["year", "level", "code", "name", "topic", "breakdown"]].copy()
    made.insert(0, "table", table)
    made["column"] = ""
    made["symbol"] = symbols[rows[hit], part[hit].argmax(axis=1)]
    made["cells"] = part[hit].sum(axis=1)
    return made


def _whole_year(table: str, year: int, column: str, symbol: str, rows: int) -> pd.DataFrame:
    values = [table, year, "", "*", "", "", "", column, symbol, rows]
    return pd.DataFrame([values], columns=SYMBOL_COLUMNS)

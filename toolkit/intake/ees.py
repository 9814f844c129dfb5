"""Reads one file of "Education, health and care plans" into a canonical frame.

A figure that the publisher replaced by a symbol is missing, never 0. Where a symbol stood is
kept in a small frame, so that a report can say why a figure is missing.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from toolkit.errors import InputError
from toolkit.intake.ees_checks import (
    KEY,
    label_problems,
    not_a_figure,
    percentage_problems,
    row_problems,
)
from toolkit.intake.ees_layout import IDENTIFIERS, Layout, breakdowns, layout_of, topics
from toolkit.intake.ees_symbols import symbol_rows
from toolkit.intake.loaded import Account, Loaded, Problem
from toolkit.intake.published_csv import Sheet, text_table

SYMBOLS = ("z", "x", "c", "low", "k", "u", ":", "~")  # Explore Education Statistics, conventions
LEVELS = {"national": "england", "regional": "region", "local authority": "la"}
SUMS = {"special_academy_free": ("special_academy", "special_free_school")}  # split in 2026


def read(sheet: Sheet) -> Loaded:
    """Return the sheet's canonical table and `ees_symbols`, with problems and an account.

    The table has year (int: a census January for an academic year, else the calendar year),
    level, code, name, region_code, topic, breakdown, then the indicators as float64.

    Raises:
        InputError: The sheet is no file of the publication, or its layout is not known.
    """
    layout = layout_of(sheet)
    if layout is None:
        raise InputError("it is no file of the EHC plans release.", where=sheet.name)
    raw, problems, account = text_table(sheet)
    areas, unplaced = _areas(raw)
    labels = _labels(raw)
    figures, symbols, unread = _figures(raw, layout, sheet)
    frame = pd.concat([areas, labels, figures], axis=1)
    keep = ~unplaced & ~frame.duplicated(KEY)
    problems += unread + row_problems(sheet, frame, unplaced) + label_problems(sheet, labels)
    frame = frame[keep].reset_index(drop=True)
    problems += percentage_problems(sheet, frame)
    used = int(keep.sum())
    total = account.rows_read
    return Loaded(
        tables={
            layout.table: _with_sums(frame),
            "ees_symbols": symbol_rows(layout.table, frame, symbols[keep.to_numpy()]),
        },
        problems=problems,
        accounts=[Account(layout.table, sheet.file, sheet.member, total, used, total - used)],
    )


def _areas(raw: pa.Table) -> tuple[pd.DataFrame, pd.Series]:
    """Return year, level, code, name and region_code, and which rows have no area or year."""
    blank = pd.Series([""] * raw.num_rows)
    text = {
        name: raw[name].to_pandas().str.strip() if name in raw.column_names else blank
        for name in IDENTIFIERS
    }
    level = text["geographic_level"].str.lower().map(LEVELS)
    has_code = text["old_la_code"].str.fullmatch(r"\d{1,3}")
    la_code = text["old_la_code"].str.zfill(3).where(has_code, text["new_la_code"])
    england, region = level == "england", level == "region"
    code = la_code.mask(england, "E92000001").mask(region, text["region_code"])
    name = text["la_name"].mask(england, "England").mask(region, text["region_name"])
    period = pd.to_numeric(text["time_period"], errors="coerce").fillna(0).astype(int)
    year = (period // 100 + 1).where(period > 9999, period)
    unplaced = level.isna() | ~code.str.fullmatch(r"\d{3}|E\d{8}") | (year < 2000)
    return (
        pd.DataFrame(
            {
                "year": year.astype("int64"),
                "level": level.fillna(""),
                "code": code,
                "name": name,
                "region_code": text["region_code"].mask(england, ""),
            }
        ),
        unplaced,
    )


def _labels(raw: pa.Table) -> pd.DataFrame:
    """Return topic and breakdown in our words; a label that is not known as it was published."""
    topic = raw["breakdown_topic"].to_pandas().str.strip()
    breakdown = raw["breakdown"].to_pandas().str.strip()
    ours = topic.str.lower().map(topics()).fillna(topic)
    pairs = pd.DataFrame({"topic": ours, "label": breakdown})
    distinct = pairs.drop_duplicates()
    known = breakdowns()
    mapped = {
        (t, b): "total" if t == "total" else known.get((t, b.lower()), b)
        for t, b in zip(distinct["topic"], distinct["label"], strict=True)
    }
    canonical = [mapped[pair] for pair in zip(ours, breakdown, strict=True)]
    return pd.DataFrame({"topic": ours, "breakdown": canonical})


def _figures(
    raw: pa.Table, layout: Layout, sheet: Sheet
) -> tuple[pd.DataFrame, np.ndarray, list[Problem]]:
    """Return the indicators as floats, the symbol of each cell, and what could not be read."""
    figures, symbols, problems = {}, [], []
    for heading, column in layout.columns.items():
        if heading not in raw.column_names:
            continue
        values = pc.utf8_lower(pc.utf8_trim_whitespace(raw[heading]))
        missing = pc.or_(pc.is_in(values, pa.array(SYMBOLS)), pc.equal(values, ""))
        numeric = pc.if_else(missing, pa.scalar(None, pa.string()), values)
        try:
            figures[column] = numeric.cast(pa.float64()).to_numpy()
        except pa.ArrowInvalid:
            read = pd.to_numeric(numeric.to_pandas(), errors="coerce")
            unread = read.isna().to_numpy() & ~missing.to_numpy()
            problems.append(not_a_figure(sheet, heading, raw, unread))
            figures[column] = read.to_numpy(dtype="float64")
        symbols.append(pc.if_else(missing, values, "").to_numpy())
    matrix = np.array(symbols, dtype=object).T.reshape(raw.num_rows, len(symbols))
    return pd.DataFrame(figures), matrix, problems


def _with_sums(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with the columns that a later release split, summed again."""
    sums = {
        whole: frame[list(parts)].sum(axis=1, skipna=False)
        for whole, parts in SUMS.items()
        if whole not in frame and set(parts) <= set(frame.columns)
    }
    return frame.assign(**sums)

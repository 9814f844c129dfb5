"""The evidence base: every figure that areas share, as one table for research and policy.

One row a finding of an area. It holds what the ledgers hold and nothing behind them: no record
of a child, no sentence and no quotation, and nothing where an area hid a figure.
"""

from __future__ import annotations

import pandas as pd

from toolkit.publish.private import harmless

NAME = "evidence_base.csv"
COLUMNS = [
    *("la_code", "name", "region", "tranche", "wave", "tier", "fictional", "run_date"),
    *("id", "notebook", "keys", "value", "low", "high", "base", "unit", "period", "hidden"),
]


def evidence_base(areas: pd.DataFrame, findings: pd.DataFrame) -> bytes:
    """Return the evidence base as CSV with a BOM for Excel: `COLUMNS`, by area and id.

    Args:
        areas: The areas, as the ledgers have them.
        findings: Their findings.
    """
    figures = findings[findings["unit"].ne("text")]
    keys = figures["keys"].map(lambda held: "; ".join(f"{k}={v}" for k, v in sorted(held.items())))
    made = figures.assign(keys=keys).merge(areas, on="slug", how="left")
    made = made.sort_values(["la_code", "id"])[COLUMNS]
    plain = made.apply(lambda c: c if pd.api.types.is_numeric_dtype(c) else c.map(harmless))
    text: str = plain.to_csv(index=False, lineterminator="\n")
    return text.encode("utf-8-sig")

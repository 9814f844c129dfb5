"""Findings of many areas, from small files that a person can read."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from toolkit.intake.ledger_areas import AREA_COLUMNS
from toolkit.intake.ledgers import FINDING_COLUMNS

HERE = Path(__file__).parent / "fixtures"
CITED = ("Evidence ledgers of some areas",)
FEW = {"minimum": 1, "cited": CITED}


def findings(name: str) -> pd.DataFrame:
    """Return a file of findings as the ledgers give them; a value "hidden" is one that is."""
    told = pd.read_csv(HERE / f"{name}.csv", dtype=str, keep_default_na=False)
    return made(told.to_dict("records"))


def made(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Return findings from rows that say only what a test needs."""
    frame = pd.DataFrame(rows).reindex(columns=[*FINDING_COLUMNS])
    hidden = frame["value"].astype(str).eq("hidden")
    text = frame["unit"].eq("text")
    figures = {
        c: pd.to_numeric(frame[c], errors="coerce") for c in ("value", "low", "high", "base")
    }
    told = {c: frame[c].fillna("") for c in ("unit", "period", "sentence", "notebook")}
    return frame.assign(
        text=frame["value"].where(text, ""),
        hidden=hidden,
        keys=frame["keys"].map(keys),
        **figures,
        **told,
    )


def keys(text: object) -> dict[str, str]:
    """Return "need=ASD" as a dictionary."""
    pairs = [part.split("=") for part in str(text).split(";") if "=" in part]
    return dict(pairs)


def areas(counts: dict[str, int], done: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return so many areas of each tranche; in, where it is done, else missing."""
    rows = [
        {"slug": f"t{t}a{at}", "la_code": f"{t}{at:02d}", "name": f"Area {t}-{at}", "tranche": t,
         "status": "in" if t in (done or counts) else "missing"}
        for t, count in counts.items() for at in range(count)
    ]  # fmt: skip
    frame = pd.DataFrame(rows).reindex(columns=list(AREA_COLUMNS)).fillna("")
    return frame.assign(fictional=False, reason=frame["status"].map({"missing": "There is none."}))

"""Which areas a report over many areas is of: those that are in, that failed, or are missing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit import reference
from toolkit.area import slug
from toolkit.errors import InputError
from toolkit.intake import tabular
from toolkit.intake.ledger_file import Read

BATCH = "batch.json"
AREA_COLUMNS = ("slug", "la_code", "name", "region", "tranche", "wave", "status", "reason", "tier",
                "fictional", "run_date")  # fmt: skip
EXPECTED = ("la_code", "name", "tranche", "wave", "expected")
NO = ("0", "no", "false", "n")


def expected(path: Path, *, is_named: bool) -> pd.DataFrame:
    """Return the areas that are expected; none where there is no such file and none was named."""
    if not path.is_file() and not is_named:
        return pd.DataFrame(columns=list(EXPECTED))
    found = tabular.read(path, EXPECTED)
    if not found.tables:
        problem = found.problems[0]
        raise InputError(problem.message, where=path.name, remedy=problem.remedy)
    frame = found.tables[0].frame
    if "la_code" not in frame.columns:
        raise InputError(
            "there is no column 'la_code'.",
            where=path.name,
            remedy="Head the columns: la_code, name, tranche, wave, expected.",
        )
    table = frame.reindex(columns=list(EXPECTED)).fillna("").astype(str)
    table["la_code"] = table["la_code"].str.strip().str.zfill(3)
    twice = table.loc[table["la_code"].duplicated(), "la_code"]
    if len(twice):
        raise InputError(
            f"the area {twice.iloc[0]} stands there twice.",
            where=path.name,
            remedy="Keep one row an area.",
        )
    return table


def batch_told(path: Path) -> tuple[list[Mapping[str, str]], list[tuple[str, str]]]:
    """Return what the batch says of each area, and what is wrong with its file."""
    if not path.is_file():
        return [], []
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))["areas"]
        wanted = ("slug", "name", "la_code", "status", "reason")
        return [{name: str(area[name] or "")[:300] for name in wanted} for area in listed], []
    except (OSError, ValueError, KeyError, TypeError):
        return [], [(BATCH, "It cannot be read, so areas that failed in the batch are not listed.")]


def areas_of(
    read: Mapping[str, Read],
    wanted: pd.DataFrame,
    batch: Iterable[Mapping[str, str]],
    refused: set[str],
) -> pd.DataFrame:
    """Return one row an area: those that are in, then those that failed or are missing."""
    rows: dict[str, dict[str, Any]] = {}
    for folder, one in read.items():
        area, tier = one.ledger.area, one.ledger.tier
        rows[area.la_code] = _area(folder, area.la_code, area.name, "in", "", tier, area.fictional)
        rows[area.la_code]["run_date"] = one.ledger.run_date
    for told in batch:
        code = told["la_code"]
        if told["status"] == "failed" and code not in rows:
            name, why = told["name"], told["reason"] or "The batch gives no reason."
            rows[code] = _area(told["slug"], code, name, "failed", why)
    marks = wanted.set_index("la_code")
    for listed in wanted.to_dict("records"):
        if listed["la_code"] not in rows and listed["expected"].strip().lower() not in NO:
            rows[listed["la_code"]] = _missing(listed["la_code"], listed["name"], refused)
    made = pd.DataFrame(list(rows.values()), columns=list(AREA_COLUMNS))
    regions = reference.table("local_authorities").set_index("code")["region"].to_dict()
    regions |= reference.table("fictional_areas").set_index("code")["region"].to_dict()
    made["region"] = made["la_code"].map(regions).fillna("")
    for column in ("tranche", "wave"):
        made[column] = made["la_code"].map(marks[column].to_dict()).fillna("")
    made["fictional"] = made["fictional"].astype(bool)
    return made.sort_values(["status", "name"], ignore_index=True)


def _missing(code: str, name: str, refused: set[str]) -> dict[str, Any]:
    why = "There is no ledger of it."
    if name and slug(name) in refused:
        why = "Its ledger could not be used; see what was set aside."
    return _area("", code, name or code, "missing", why)


def _area(
    folder: str,
    code: str,
    name: str,
    status: str,
    reason: str,
    tier: str = "",
    fictional: bool = False,
) -> dict[str, Any]:
    values: Sequence[Any] = (folder, code, name, "", "", "", status, reason, tier, fictional, "")
    return dict(zip(AREA_COLUMNS, values, strict=True))

"""The evidence ledgers of many areas, read from a folder of outputs: never a record of a child.

One broken or foreign folder never stops the others, and none is dropped in silence: each is
named with what is wrong. A figure that an area's release hid is missing here, and stays so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit import reference
from toolkit.errors import InputError
from toolkit.intake import tabular
from toolkit.intake.ledger_file import LEDGER, MANIFEST, Read, read_ledger
from toolkit.intake.loaded import SourceFile

AREAS, BATCH = "areas.csv", "batch.json"
SCOPE = "insight"  # what the manifest of a report over many areas says of itself
AREA_COLUMNS = ("slug", "la_code", "name", "region", "tranche", "wave", "status", "reason", "tier",
                "fictional", "run_date")  # fmt: skip
FINDING_COLUMNS = ("slug", "id", "notebook", "value", "text", "low", "high", "base", "unit",
                   "period", "keys", "sentence", "hidden")  # fmt: skip
EXPECTED = ("la_code", "name", "tranche", "wave", "expected")
NO = ("0", "no", "false", "n")


@dataclass(frozen=True)
class Ledgers:
    """The ledgers of many areas.

    Attributes:
        areas: One row an area, those that are expected and missing or that failed included:
            `AREA_COLUMNS`; status is "in", "missing" or "failed"; fictional is a boolean.
        findings: One row a finding of an area that is in: `FINDING_COLUMNS`; figures are
            missing where the area's release hid them; `keys` is a dictionary.
        set_aside: Folders and rows that could not be used: what, why.
        sources: The ledgers that were read.
        minimum: With fewer areas than this nothing is printed of a finding.
        rows: How many rows the table has that is asked about; see `with_rows`.
    """

    areas: pd.DataFrame
    findings: pd.DataFrame = field(repr=False)
    set_aside: pd.DataFrame
    sources: list[SourceFile]
    minimum: int
    rows: int | None = None

    @property
    def fictional(self) -> int:
        """How many of the areas that are in are fictional."""
        return int((self.areas["status"].eq("in") & self.areas["fictional"]).sum())

    @property
    def count(self) -> int:
        """How many areas are in."""
        return int(self.areas["status"].eq("in").sum())

    @property
    def cited(self) -> tuple[str, ...]:
        """How a reader should cite the ledgers."""
        dates = self.areas.loc[self.areas["status"].eq("in"), "run_date"]
        spans = sorted({min(dates), max(dates)}) if len(dates) else []
        areas = "area" if self.count == 1 else "areas"
        return (f"Evidence ledgers of {self.count} {areas}, run {' to '.join(spans)}",)

    def has(self, *needs: str) -> bool:
        """Return whether enough areas have each need: a notebook's number, or the start of ids."""
        return not self.lacks(*needs)

    def lacks(self, *needs: str) -> list[str]:
        """Return the needs of which too few areas have a figure that is shown."""
        if self.rows == 0:
            return list(needs)
        shown = self.findings[self.findings["value"].notna() | self.findings["text"].ne("")]
        return [
            need for need in needs if shown.loc[_fits(shown, need), "slug"].nunique() < self.minimum
        ]

    def with_rows(self, frame: pd.DataFrame) -> Ledgers:
        """Return the same ledgers, which lack every need where a table made of them is empty."""
        return replace(self, rows=len(frame))

    def called(self, need: str) -> str:
        """Return what a need is called for a reader."""
        known = reference.table("insight_findings")
        name = need.partition("=")[0]
        fits = known["id"].map(lambda pattern: _begins_alike(pattern, name))
        what = str(known.loc[fits, "what"].iloc[0]) if fits.any() else name
        return what[:1].lower() + what[1:] if what[1:2].islower() else what

    def filled_by(self, need: str) -> str:
        """Return what would meet a need, in words."""
        number = need.partition(".")[0]
        return (
            f"ledgers of at least {self.minimum} areas in which notebook {number} found this, and "
            "which hide little of it"
        )


def open_ledgers(outputs: str | Path, areas: str | Path = "", minimum: int = 5) -> Ledgers:
    """Return the ledgers in a folder of outputs, one sub-folder an area.

    Args:
        outputs: The folder; `areas.csv` and `batch.json` in it are read too.
        areas: A file of expected areas in place of `areas.csv`: la_code, name, tranche, wave,
            expected (blank means yes).
        minimum: With fewer areas than this nothing is printed of a finding.

    Raises:
        InputError: The folder is not there, or the file of areas cannot be used.
    """
    home = Path(outputs)
    if not home.is_dir():
        raise InputError(
            f"there is no folder '{home.name}'.",
            remedy="Name the folder of outputs, with one folder an area in it.",
        )
    read, refused = _read_all(home)
    wanted = _expected(Path(areas) if areas else home / AREAS, is_named=bool(areas))
    batch, problems = _batch(home / BATCH)
    table = _areas(read, wanted, batch, {what for what, _ in refused})
    rows = [_row(slug, entry) for slug, one in read.items() for entry in one.ledger.findings]
    return Ledgers(
        areas=table,
        findings=pd.DataFrame(rows, columns=list(FINDING_COLUMNS)),
        set_aside=pd.DataFrame([*refused, *problems], columns=["what", "why"]),
        sources=[SourceFile("", f"Evidence ledger: {one.ledger.area.name}", one.sha256,
                            f"run of {one.ledger.run_date}") for one in read.values()],
        minimum=minimum,
    )  # fmt: skip


def _begins_alike(pattern: str, need: str) -> bool:
    """Return whether a need is a finding of a pattern, or the start of one."""
    return all(
        part == wanted or part.startswith("{")
        for part, wanted in zip(pattern.split("."), need.split("."), strict=False)
    )


def _starts(ids: pd.Series, need: str) -> pd.Series:
    return ids.eq(need) | ids.str.startswith(f"{need}.")


def _fits(findings: pd.DataFrame, need: str) -> pd.Series:
    """Return which findings meet a need; "11.needs.growth=ASD" wants a key of that code as well."""
    name, _, code = need.partition("=")
    fits = _starts(findings["id"], name)
    return fits & findings["keys"].map(lambda k: code in k.values()) if code else fits


def _read_all(home: Path) -> tuple[dict[str, Read], list[tuple[str, str]]]:
    """Return the ledgers by folder, and the folders that were set aside with the reason."""
    read: dict[str, Read] = {}
    refused: list[tuple[str, str]] = []
    seen: dict[str, str] = {}
    for folder in sorted(p for p in home.iterdir() if p.is_dir() and not _is_ours(p)):
        try:
            one = read_ledger(folder)
        except InputError as error:
            refused.append((folder.name, error.message))
            continue
        before = seen.setdefault(one.ledger.area.la_code, folder.name)
        if before != folder.name:
            refused.append((folder.name, f"It speaks of the same area as '{before}'."))
        else:
            read[folder.name] = one
    return read, refused


def _is_ours(folder: Path) -> bool:
    """Return whether a folder is none of an area: hidden, empty, of inputs, or of this report."""
    if folder.name.startswith(".") or (folder.name == "areas" and _holds_areas(folder)):
        return True
    if not any(folder.iterdir()):  # as that of this report is, before its first run
        return True
    try:
        return bool(json.loads((folder / MANIFEST).read_bytes()).get("scope") == SCOPE)
    except (OSError, ValueError, AttributeError):
        return False


def _holds_areas(folder: Path) -> bool:
    return not (folder / LEDGER).exists() and any(folder.glob("*/area.toml"))


def _row(slug: str, entry: Any) -> dict[str, Any]:
    """Return a finding as a row; a text is no figure, and a figure no text."""
    figures = {
        name: value if isinstance(value := getattr(entry, name), float) else None
        for name in ("value", "low", "high", "base")
    }
    told = ("id", "notebook", "unit", "period", "keys", "sentence")
    return {
        "slug": slug,
        **{name: getattr(entry, name) for name in told},
        **figures,
        "text": entry.value if isinstance(entry.value, str) else "",
        "hidden": "value" in entry.hidden,
    }


def _expected(path: Path, *, is_named: bool) -> pd.DataFrame:
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


def _batch(path: Path) -> tuple[list[Mapping[str, str]], list[tuple[str, str]]]:
    """Return what the batch says of each area, and what is wrong with its file."""
    if not path.is_file():
        return [], []
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))["areas"]
        wanted = ("slug", "name", "la_code", "status", "reason")
        return [{name: str(area[name] or "")[:300] for name in wanted} for area in listed], []
    except (OSError, ValueError, KeyError, TypeError):
        return [], [(BATCH, "It cannot be read, so areas that failed in the batch are not listed.")]


def _areas(
    read: Mapping[str, Read],
    wanted: pd.DataFrame,
    batch: Iterable[Mapping[str, str]],
    refused: set[str],
) -> pd.DataFrame:
    """Return one row an area: those that are in, then those that failed or are missing."""
    rows: dict[str, dict[str, Any]] = {}
    for slug, one in read.items():
        area, tier = one.ledger.area, one.ledger.tier
        rows[area.la_code] = _area(slug, area.la_code, area.name, "in", "", tier, area.fictional)
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
    from toolkit.area import slug  # noqa: PLC0415  (only where an area is missing)

    why = "There is no ledger of it."
    if name and slug(name) in refused:
        why = "Its ledger could not be used; see what was set aside."
    return _area("", code, name or code, "missing", why)


def _area(
    slug: str,
    code: str,
    name: str,
    status: str,
    reason: str,
    tier: str = "",
    fictional: bool = False,
) -> dict[str, Any]:
    values: Sequence[Any] = (slug, code, name, "", "", "", status, reason, tier, fictional, "")
    return dict(zip(AREA_COLUMNS, values, strict=True))

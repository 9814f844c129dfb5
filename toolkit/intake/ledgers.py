"""The evidence ledgers of many areas, read from a folder of outputs: never a record of a child.

One broken or foreign folder never stops the others, and none is dropped in silence: each is
named with what is wrong. A figure that an area's release hid is missing here, and stays so.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit import reference
from toolkit.diagnose.insight.pick import MOST_HIDDEN
from toolkit.errors import InputError
from toolkit.intake.ledger_areas import BATCH, areas_of, batch_told, expected
from toolkit.intake.ledger_file import LEDGER, MANIFEST, Read, read_ledger
from toolkit.intake.loaded import SourceFile

AREAS = "areas.csv"
SCOPE = "insight"  # what the manifest of a report over many areas says of itself
FINDING_COLUMNS = ("slug", "id", "notebook", "value", "text", "low", "high", "base", "unit",
                   "period", "keys", "sentence", "hidden")  # fmt: skip


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
        """Return the needs of which too few areas show a figure, or too many hide theirs."""
        return [need for need in needs if self.rows == 0 or not self._enough(need)]

    def _enough(self, need: str) -> bool:
        """Return whether enough areas show a figure; of one finding, few enough may hide it.

        Areas hide small counts, so those that show theirs are no fair sample of all.
        """
        rows = self.findings[_fits(self.findings, need)]
        shown = rows[rows["value"].notna() | rows["text"].ne("")]
        is_one = rows["id"].nunique() == 1
        fair = not is_one or rows["hidden"].mean() <= MOST_HIDDEN
        return bool(shown["slug"].nunique() >= self.minimum and fair)

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
        stages = reference.table("stages")
        held = stages["notebooks"].str.split("; ").map(lambda numbers: number in numbers)
        stage = f"{stages.loc[held, 'label'].iloc[0]}, " if held.any() else ""
        return (
            f"at least {self.minimum} areas that have worked through {stage}notebook {number}, "
            "and could show this without hiding much of it"
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
    wanted = expected(Path(areas) if areas else home / AREAS, is_named=bool(areas))
    batch, problems = batch_told(home / BATCH)
    table = areas_of(read, wanted, batch, {what for what, _ in refused})
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

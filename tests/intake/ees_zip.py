"""Small releases of the EHC plans statistics, generated for tests, and where the real one is."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from toolkit.intake.ees_write import write_ees_zip

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
REAL_ZIP = DATA / "ees_ehcp_2025" / "education-health-and-care-plans_2025.zip"

KENT = {
    "level": "la",
    "code": "886",
    "name": "Kent",
    "region_code": "E12000008",
    "region_name": "South East",
    "new_code": "E10000016",
}
ENGLAND = {
    "level": "england",
    "code": "E92000001",
    "name": "England",
    "region_code": "",
    "region_name": "",
    "new_code": "",
}
TOTAL = {"topic": "total", "breakdown": "total"}


def real_zip() -> Path:
    """Return the real release of 2025, or skip the test with the reason."""
    if not REAL_ZIP.is_file():
        pytest.skip("the published files are not beside the repository (../shared/data)")
    return REAL_ZIP


def plans(year: int = 2025, area: dict[str, str] = KENT, **columns: object) -> dict[str, object]:
    """Return one total row of a caseload frame."""
    return {"year": year, **area, **TOTAL, **columns}


def write(path: Path, rows: list[dict[str, object]], release: int = 2025, **more: object) -> Path:
    """Write a release of these caseload rows, and return its path."""
    return write_ees_zip(path, pd.DataFrame(rows), release=release, **more)  # type: ignore[arg-type]


def edit(path: Path, member: str, change: object, to: Path | None = None) -> Path:
    """Rewrite one member of a zip, `change` given its rows of values and returning them."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    rows = list(csv.reader(io.StringIO(members[member].decode("utf-8-sig"), newline="")))
    buffer = io.StringIO()
    csv.writer(buffer).writerows(change(rows))  # type: ignore[operator]
    members[member] = buffer.getvalue().encode("utf-8-sig")
    with zipfile.ZipFile(to or path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return to or path

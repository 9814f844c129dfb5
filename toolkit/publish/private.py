"""Files for the analyst alone: sampling frames, and returns that hold small counts.

They stay in the area's private folder and never enter a release.
"""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from toolkit.errors import OutputError
from toolkit.intake.opened import OpenArea

FOLDER = "work"
# What a spreadsheet takes for a formula; full-width signs too, as those of East Asia do.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def keep_table(area: OpenArea, name: str, frame: pd.DataFrame) -> str:
    """Return where a table was kept, in words, once it is written as CSV with a BOM for Excel.

    Args:
        area: An open area.
        name: The name of the file, as in "case_review_sample.csv".
        frame: What to write. Text that a spreadsheet would take for a formula gets a quote.

    Raises:
        OutputError: The folder cannot be written to.
    """
    plain = frame.apply(lambda c: c if pd.api.types.is_numeric_dtype(c) else c.map(harmless))
    plain.columns = [harmless(str(name)) for name in plain.columns]
    return keep_bytes(area, name, plain.to_csv(index=False).encode("utf-8-sig"))


def keep_bytes(area: OpenArea, name: str, data: bytes) -> str:
    """Return where a file was kept, in words, once it is written beside and renamed."""
    if Path(name).name != name:
        raise ValueError(f"'{name}' is no plain file name.")
    folder = area.folder / "private" / FOLDER
    beside = folder / f".{name}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(data)
        beside.replace(folder / name)
    except OSError as error:
        raise OutputError(
            f"it cannot be written ({error.strerror}).",
            where=name,
            remedy="Close it if it is open in Excel, and check that there is room on the disk.",
        ) from None
    return f"Kept in private/{FOLDER}/{name}, for the analyst alone: it is not for sharing."


def harmless(value: object) -> object:
    """Return a value, with a quote before a text that a spreadsheet would take for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value

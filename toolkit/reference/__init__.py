"""Facts as small tables, each row with its source.

Every table is a CSV file beside this one. Codes are text: a leading zero, or an E-code, is
never turned into a number.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import pandas as pd


def names() -> list[str]:
    """Return the names of the reference tables, in alphabetical order."""
    return sorted(
        entry.name.removesuffix(".csv")
        for entry in files(__name__).iterdir()
        if entry.name.endswith(".csv")
    )


def table(name: str) -> pd.DataFrame:
    """Return a reference table as text, a blank cell as "". A copy: the caller may change it.

    Raises:
        KeyError: There is no such table; the message lists those that there are.
    """
    return _read(name).copy()


@cache
def _read(name: str) -> pd.DataFrame:
    source = files(__name__).joinpath(f"{name}.csv")
    if not source.is_file():
        raise KeyError(f"no reference table '{name}'; there are: {', '.join(names())}")
    with source.open("rb") as handle:
        return pd.read_csv(handle, dtype=str, keep_default_na=False)

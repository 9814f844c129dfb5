"""A small published history for the tests of the published mode."""

from __future__ import annotations

import pandas as pd

from toolkit import reference
from toolkit.diagnose import caseload
from toolkit.diagnose.forecast import history, published_parameters

SHARES = dict.fromkeys(caseload.PROVISIONS, 0.05) | {"mainstream": 0.4, "state_special": 0.25}
YEARS = range(2019, 2026)


def released(areas: int = 12) -> pd.DataFrame:
    """Return a caseload in which each area grows at its own steady pace."""
    rows = []
    for at in range(areas):
        for year in YEARS:
            total = round((800 + 150 * at) * (1.06 + 0.004 * at) ** (year - 2019))
            parts = {name: round(share * total) for name, share in SHARES.items()}
            for provision, plans in {**parts, "total": sum(parts.values())}.items():
                rows.append((year, "la", f"{900 + at}", provision, float(plans), ""))
    columns = ["year", "level", "code", "provision", "plans", "note"]
    return pd.DataFrame(rows, columns=columns)


def requests(areas: int = 12) -> pd.DataFrame:
    """Return requests of each calendar year."""
    rows = [
        (year, "la", f"{900 + at}", "requests", 150.0 + 10 * at + year - 2018)
        for at in range(areas)
        for year in range(2018, 2025)
    ]
    return pd.DataFrame(rows, columns=["year", "level", "code", "flow", "people"])


def panel() -> history.Panel:
    """Return the panel of both."""
    return history.panel(released(), requests())


def tuned() -> published_parameters.Tuned:
    """Return the parameters that the Toolkit ships with."""
    return published_parameters.read(reference.table("forecast_parameters"))

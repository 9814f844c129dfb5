"""The four principles of a forecast, checked for this run.

From the DBV module: the forecast is continuous rather than a snapshot; informed by the wider SEN
service; regularly reviewed against current performance; and reflects national thinking and
legislation.
"""

from __future__ import annotations

import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose import years
from toolkit.diagnose.forecast.assumed import DEFAULT, Assumed

MET, PARTLY, NOT_MET = "Met", "Partly", "Not yet"
YEARLY = 12  # months: a forecast older than this is a snapshot. Ours
PRINCIPLES = {
    "continuous": "Forecast is continuous rather than a snapshot",
    "informed": "Forecast is informed by the wider SEN service",
    "reviewed": "Forecast is regularly reviewed against current performance",
    "national": "Reflects national thinking and legislation",
}
SERVICE = {  # what tells that the service, and not finance alone, stands behind a forecast
    "pipeline": "a list of children on their way",
    "mitigations": "planned changes",
    "services": "demand and capacity of services",
    "chain": "the chain of demand",
}
NATIONAL = ("income.hnb", "override.end", "inflation.general", "government.share")
ENOUGH_SERVICE, ENOUGH_NATIONAL = 3, 3  # of four each, to be met. Ours


def checked(
    versions: pd.DataFrame,
    compared: int,
    tables: frozenset[str],
    assumed: Assumed,
    today: pd.Timestamp,
    sources: tuple[str, ...],
) -> Aggregate:
    """Return the four principles: whether each is met in this run, why, and what is next.

    Args:
        versions: Table `forecast_versions`; may be empty.
        compared: How many earlier figures stand beside what happened.
        tables: Names of the tables that the area has filled.
        assumed: The assumptions.
        today: The day of this run.
        sources: Where these come from.
    """
    found = {
        "continuous": _continuous(versions, today),
        "informed": _informed(tables),
        "reviewed": _reviewed(versions, compared),
        "national": _national(assumed),
    }
    rows = [(name, *found[name]) for name in PRINCIPLES]
    return Aggregate(
        frame=pd.DataFrame(rows, columns=["principle", "met", "why", "next_step"]),
        universe="Principles of a forecast",
        dimensions=("principle",),
        measures=(
            Measure("met", "In this run", "text"),
            Measure("why", "Why", "text"),
            Measure("next_step", "What to do", "text"),
        ),
        source="plan",
        sources=sources,
        method="The four principles of the diagnostic's forecasting module, checked against the "
        "tables that the area has filled.",
        not_summed=("principle",),
        labels={"principle": PRINCIPLES},
    )


def _continuous(versions: pd.DataFrame, today: pd.Timestamp) -> tuple[str, str, str]:
    kept = versions["version"].nunique() if len(versions) else 0
    keep = "Keep this forecast in forecast_versions, with its date."
    if not kept:
        return NOT_MET, "No earlier forecast is kept.", keep
    last = pd.to_datetime(versions["made_on"]).max()
    months = (today.year - last.year) * 12 + today.month - last.month
    said = f"{kept} earlier forecast{'s' if kept > 1 else ''} kept, the last of {last:%B %Y}."
    if kept > 1 and months <= YEARLY:
        return MET, said, keep
    return PARTLY, said, f"Make one at least every {YEARLY} months. {keep}"


def _informed(tables: frozenset[str]) -> tuple[str, str, str]:
    held = [text for name, text in SERVICE.items() if name in tables]
    lacking = [text for name, text in SERVICE.items() if name not in tables]
    said = f"It holds {_listed(held)}." if held else "It holds finance figures alone."
    add = f"Add {_listed(lacking)}." if lacking else "Ask the service to confirm them."
    state = MET if len(held) >= ENOUGH_SERVICE else PARTLY if held else NOT_MET
    return state, said, add


def _reviewed(versions: pd.DataFrame, compared: int) -> tuple[str, str, str]:
    hold = "Hold each closed year against what was forecast."
    if compared:
        return MET, f"{compared} forecast figures stand beside what happened.", hold
    if len(versions):
        return PARTLY, "Earlier forecasts are kept; no year of them has closed.", hold
    return NOT_MET, "Nothing forecast earlier can be held against what happened.", hold


def _national(assumed: Assumed) -> tuple[str, str, str]:
    own = [n for n in NATIONAL if not assumed.get(n).source.startswith(DEFAULT)]
    end = assumed.value("override.end")
    said = f"{len(own)} of {len(NATIONAL)} national assumptions are the area's own."
    if end is not None:
        said += f" The statutory override ends with {years.label(int(end))}."
    lacking = [f"{assumed.get(n).meaning.lower()} ({n})" for n in NATIONAL if n not in own]
    add = f"Agree: {_listed(lacking)}." if lacking else "Look at them again at the settlement."
    state = MET if len(own) >= ENOUGH_NATIONAL else PARTLY
    return state, said, add


def _listed(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"

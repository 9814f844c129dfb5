"""The locality that a run asks for: whether the records hold it, and hold enough of it."""

from __future__ import annotations

import difflib

import pandas as pd

from toolkit.diagnose import localities
from toolkit.diagnose.locality_sides import UNRECORDED
from toolkit.errors import SettingsError

TOO_FEW = (
    "{locality} is left out here: too few plans are open in it, or in the rest of the area, to set "
    f"the two side by side. It takes {localities.FEWEST} in each."
)


def chosen(plans: pd.DataFrame, name: str) -> str:
    """Return the locality that a run asks for as the records spell it; "" where it asks for none.

    Args:
        plans: Table `plans`; it may be empty.
        name: The parameter `locality`.

    Raises:
        SettingsError: No plan is in a locality of this name.
    """
    if not name.strip():
        return ""
    names = sorted({str(n) for n in plans["locality"].dropna()} - {UNRECORDED})
    if name.strip() in names:
        return name.strip()
    raise _unknown(name.strip(), names)


def _unknown(name: str, names: list[str]) -> SettingsError:
    """Return the error that lists what could have been asked for."""
    if not names:
        return SettingsError(
            f"'{name}' cannot be shown: no plan of this area has a locality.",
            where="locality",
            remedy="Fill the column 'locality' of plans.csv, or add postcode_lookup.csv.",
        )
    folded = {n.casefold(): n for n in names}
    close = difflib.get_close_matches(name.casefold(), folded, 1)
    hint = f"Did you mean '{folded[close[0]]}'? " if close else ""
    return SettingsError(
        f"'{name}' is none of the area's localities.",
        where="locality",
        remedy=f"{hint}They are: {'; '.join(names)}.",
    )


def has_enough(people: pd.DataFrame, name: str) -> bool:
    """Return whether the locality and the rest each have 30 plans in the latest January.

    Without a name, no plan is in the locality.
    """
    latest = people[people["year"].eq(people["year"].max())]
    here = int(latest["locality"].eq(name).sum())
    return min(here, len(latest) - here) >= localities.FEWEST

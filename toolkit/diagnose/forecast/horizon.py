"""How far a forecast looks ahead: one to five years, as the diagnostic has it."""

from __future__ import annotations

from toolkit.errors import SettingsError

LONGEST = 5  # "over up to a 5 year historical and forecast period"


def check_horizon(years: int) -> int:
    """Return the number of years to forecast; SettingsError where it is not 1 to 5."""
    if isinstance(years, bool) or not isinstance(years, int) or not 1 <= years <= LONGEST:
        raise SettingsError(
            f"a forecast of {years} years was asked for.",
            where="years",
            remedy=f"Choose a whole number from 1 to {LONGEST}: past errors grow each year, and "
            f"beyond {LONGEST} years there is nothing to test a forecast against.",
        )
    return years

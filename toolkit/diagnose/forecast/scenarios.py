"""Scenarios: the futures without and with the planned changes, on the same random numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from toolkit.diagnose.forecast import fans
from toolkit.diagnose.forecast.levers import Lever, levers_of
from toolkit.diagnose.forecast.paths import Paths


def scenarios(
    simulate: Callable[[Sequence[Lever]], Paths], mitigations: pd.DataFrame, last: int
) -> dict[str, Paths]:
    """Return the futures by scenario; the mitigated one only where changes are planned.

    Args:
        simulate: Futures with some levers, as `futures.Futures(model, 5)` gives them.
        mitigations: Table `mitigations`.
        last: The January that the forecast starts from.
    """
    made = {fans.UNMITIGATED: simulate(())}
    if len(mitigations):
        made[fans.MITIGATED] = simulate(levers_of(mitigations, last))
    return made

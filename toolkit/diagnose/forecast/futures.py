"""Many scenarios of one model: what none of them changes is drawn once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from toolkit.diagnose.forecast import local_mode
from toolkit.diagnose.forecast.horizon import check_horizon
from toolkit.diagnose.forecast.levers import Lever
from toolkit.diagnose.forecast.local_mode import Model, Run
from toolkit.diagnose.forecast.parameters import Parameters, Posterior
from toolkit.diagnose.forecast.paths import Array, Paths


@dataclass
class DrawnOnce:
    """Draws the parameters of a block of simulations once; they depend on no scenario.

    They are a third of the work, and take 90 MB for 1,000 simulations of seven provisions.
    """

    _held: dict[tuple[int, int, int], Parameters] = field(default_factory=dict, repr=False)
    _known: Posterior | None = field(default=None, repr=False)

    def __call__(self, known: Posterior, seed: int, block: int, size: int) -> Parameters:
        """Return the parameters of a block; those of another model take the place of these."""
        if known is not self._known:
            self._known, self._held = known, {}
        if (seed, block, size) not in self._held:
            self._held[seed, block, size] = local_mode.drawn(known, seed, block, size)
        return self._held[seed, block, size]


@dataclass(frozen=True)
class Futures:
    """The futures of a model, one scenario after another.

    They are those of `local_mode.simulate` for the same arguments, byte for byte.

    Attributes:
        model: As `local_mode.fit` returns it.
        years: How many years ahead, 1 to 5.
        simulations: How many futures.
        seed: Another seed gives other random numbers, the same in every scenario.
    """

    model: Model
    years: int
    simulations: int = 1000
    seed: int = 1
    _draw: DrawnOnce = field(default_factory=DrawnOnce, init=False, repr=False, compare=False)

    def __call__(self, levers: Sequence[Lever] = (), places: Array | None = None) -> Paths:
        """Return the futures with some planned changes, and with limited places or without.

        Args:
            levers: Planned changes; with none, or none that acts, the futures are the same.
            places: Places by year ahead and provision, infinite where there is no limit; None
                where places do not matter.

        Raises:
            SettingsError: The years or simulations cannot be used.
        """
        run = Run(self.model, check_horizon(self.years), self.seed, tuple(levers), places)
        return local_mode.paths_of(run, self.simulations, draw=self._draw)

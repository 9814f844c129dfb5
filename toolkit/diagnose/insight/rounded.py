"""Round figures as the programme printed them: rounded down, and "over" only where more is."""

from __future__ import annotations

STEPS = ((100_000, 5_000), (20_000, 5_000), (10_000, 1_000), (1_000, 50), (100, 10), (0, 1))


def down(value: float) -> tuple[int, bool]:
    """Return a figure rounded down to a round one, and whether it lies above that.

    Steps of 50 from 1,000, of 1,000 from 10,000 and of 5,000 from 20,000: choices, after
    "1,550", "7,400" and "30,000" of the Phase One insight report.
    """
    step = next(step for least, step in STEPS if value >= least)
    floor = int(value // step * step)
    return floor, value > floor


def tile(value: float) -> str:
    """Return a figure as a tile has it: "1,550+" for 1,553, "1,650" for 1,650."""
    floor, more = down(value)
    return f"{floor:,}{'+' if more else ''}"


def over(value: float) -> str:
    """Return a figure as a sentence has it: "over 30,000" only where it is more than 30,000."""
    floor, more = down(value)
    return f"over {floor:,}" if more else f"{floor:,}"

"""Places needed and held at the end of a forecast, for a reader."""

from __future__ import annotations

from dataclasses import replace

from toolkit.aggregate import Aggregate, Cell

SHOWN = ("count", "needed", "places", "short", "short_low80", "short_high80")


def at_the_end(gap: Aggregate) -> Aggregate:
    """Return the last January of a gap of places, one row a provision.

    Args:
        gap: As `capacity.gap` returns it.
    """
    frame, last = gap.frame, gap.frame["year"].max()
    own = frame[frame["year"].eq(last)].reset_index(drop=True)
    return replace(gap, frame=own, period=f"January {last}")


def told(gap: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return a sentence on state special schools, which overflow first, and its cells.

    Args:
        gap: As `capacity.gap` returns it.
    """
    last = int(gap.frame["year"].max())
    here = {"year": last, "provision": "state_special"}
    if not gap.frame["provision"].eq("state_special").any():
        return "No places in state special schools are recorded.", {}
    sentence = (
        "In January {year} state special schools are forecast to be short of {short} places "
        "({low} to {high}); a number below zero means places to spare."
    )
    return sentence, {
        "year": str(last),
        "short": gap.cell("short", **here),
        "low": gap.cell("short_low80", **here),
        "high": gap.cell("short_high80", **here),
    }

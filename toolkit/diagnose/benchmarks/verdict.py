"""The verdict in words: high against England, and high against areas like it?

An area can lie far from England and be like every area of its kind. So there are two tests,
and neither calls a difference what chance explains.
"""

from __future__ import annotations

import math

FEWEST_NEIGHBOURS = 5  # fewer have no range to speak of
ABOVE, BELOW, SAME, WITHIN = "above", "below", "same", "within"
FEW, EDGE, MISSING = "few", "edge", "missing"
UNJUDGED = "Not judged"
DOUBTFUL = "Not judged: this area's own published figure looks wrong"
TOO_SMALL = "Not judged: too few plans, and no base is published"
NOT_AVAILABLE = "No figure for this area"
METHOD = (
    "Verdict: first against England, then against the lowest and the highest of the statistical "
    "neighbours. A figure is above or below only if its whole 95% interval is (Wilson for "
    "shares, Byar for events); figures published without a base, and money, are compared as "
    "they are."
)
RANGE = "within the range of its statistical neighbours"
SHORT = {ABOVE: "Above", BELOW: "Below", SAME: "As England", MISSING: "No England"}
ENDINGS = {WITHIN: "aligned", EDGE: "edge of range", FEW: "few neighbours"}
ALIGNED = f"{RANGE}: aligned with statistical neighbours"


def against_england(value: float, low: float, high: float, england: float) -> str:
    """Return "above", "below", "same" or "missing": `same` where chance explains the gap."""
    if math.isnan(value) or math.isnan(england):
        return MISSING
    bottom, top = (value, value) if math.isnan(low) else (low, high)
    if bottom > england:
        return ABOVE
    return BELOW if top < england else SAME


def against_neighbours(
    value: float, low: float, high: float, lowest: float, highest: float, count: int
) -> str:
    """Return where a figure lies among its neighbours.

    "above" or "below" their range; "within" it; "edge" where it lies outside and chance
    explains by how much; "few" with fewer than five neighbours; "missing" without a figure.
    """
    if math.isnan(value):
        return MISSING
    if count < FEWEST_NEIGHBOURS:
        return FEW
    bottom, top = (value, value) if math.isnan(low) else (low, high)
    if bottom > highest:
        return ABOVE
    if top < lowest:
        return BELOW
    return WITHIN if lowest <= value <= highest else EDGE


FIRST = {
    ABOVE: "Above England",
    BELOW: "Below England",
    SAME: "Not clearly different from England",
    MISSING: "No figure for England",
}


def in_words(england: str, neighbours: str) -> str:
    """Return the verdict of the two tests in words.

    Above England and within the neighbours' range is "Above England, but within the range of
    its statistical neighbours: aligned with statistical neighbours".
    """
    if neighbours == MISSING:
        return NOT_AVAILABLE
    return FIRST[england] + _second(england, neighbours)


def in_short(england: str, neighbours: str) -> str:
    """Return the verdict of the two tests in a few words."""
    if neighbours in (ABOVE, BELOW):
        kind = "High" if neighbours == ABOVE else "Low"
        return f"{kind} on both tests" if england == neighbours else f"{kind} for its kind"
    return f"{SHORT[england]}, {ENDINGS[neighbours]}" if neighbours in ENDINGS else "No figure"


def _second(england: str, neighbours: str) -> str:
    """Return the second test in words, as the end of a sentence."""
    if neighbours == FEW:
        return "; too few neighbours with a figure for the second test"
    if neighbours == EDGE:
        return "; outside the neighbours' range by no more than chance explains"
    if neighbours == WITHIN:
        return f", but {ALIGNED}" if england in (ABOVE, BELOW) else f", and {RANGE}"
    word, kind = ("above", "high") if neighbours == ABOVE else ("below", "low")
    if england == neighbours:
        return f" and {word} every statistical neighbour: {kind} on both tests"
    return f", but {word} every statistical neighbour: {kind} for an area of its kind"

"""What became of each notebook of each area: which were published, and why others were not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from toolkit.publish.batch.jobs import Done
from toolkit.publish.pages import finished
from toolkit.show import words

NAME = "notebooks.html"
STATUSES = ("published", "left out", "stopped", "failed")
QUESTION = "Which notebooks ran on which areas, which were left out, and why?"


def render(done: Sequence[Done], frame: Mapping[str, Any]) -> bytes:
    """Return the finished page.

    Args:
        done: What became of each area.
        frame: What all pages of a batch share.
    """
    numbers = sorted({number for d in done for number, _, _ in d.notebooks})
    areas = sorted(done, key=lambda d: d.name.casefold())
    page = {
        **frame,
        "title": "Notebooks of many areas",
        "question": QUESTION,
        "statuses": [status.capitalize() for status in STATUSES],
        "counts": [_counts(number, done) for number in numbers],
        "areas": [{"name": d.name, "statuses": _statuses(d, numbers)} for d in areas],
    }
    return finished(page, "batch_notebooks.html.j2")


def _counts(number: str, done: Sequence[Done]) -> dict[str, Any]:
    """Return in how many areas a notebook came to what, and why where it did not run."""
    own = [(status, why) for d in done for n, status, why in d.notebooks if n == number]
    counts = Counter(status for status, _ in own)
    reasons = Counter(why for _, why in own if why)
    told = [f"{reason} ({count})" for reason, count in reasons.most_common()]
    return {"number": number, "counts": [counts[s] for s in STATUSES], "why": " ".join(told)}


def _statuses(done: Done, numbers: Sequence[str]) -> list[str]:
    found = {number: status.capitalize() for number, status, _ in done.notebooks}
    return [found.get(number, words.MISSING) for number in numbers]

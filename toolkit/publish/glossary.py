"""The glossary of a page: only the terms that it uses."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "template" / "glossary.csv"


@dataclass(frozen=True)
class Term:
    """A term, the other forms in which pages use it, and what it means."""

    term: str
    also: tuple[str, ...]
    means: str

    def used_in(self, words: str) -> bool:
        """Return whether a text uses the term, as a whole word and in this very case."""
        here = [form for form in (self.term, *self.also) if form in words]
        if not here:  # most terms: nothing then looks at every word of the page
            return False
        forms = "|".join(re.escape(form) for form in here)
        return bool(re.search(rf"(?<![\w-])(?:{forms})(?!\w)", words))


@cache
def terms() -> tuple[Term, ...]:
    """Return every term, in the order of the alphabet."""
    with FILE.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    made = [
        Term(row["term"], tuple(form for form in row["also"].split(";") if form), row["means"])
        for row in rows
    ]
    return tuple(sorted(made, key=lambda t: t.term.casefold()))


def used_in(words: str) -> list[Term]:
    """Return the terms that a text uses, in the order of the alphabet."""
    return [term for term in terms() if term.used_in(words)]

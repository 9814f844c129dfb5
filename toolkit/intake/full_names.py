"""Names: the full names of some people, and whether one of them stands in a text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MOST_WORDS = 8  # that a full name may have
# Letters that are not made of a plain one and an accent.
LETTERS = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "þ": "th", "ð": "d", "đ": "d", "ħ": "h", "ı": "i"}
)
APOSTROPHES = re.compile("['’‘`ʼ´]")
WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Names:
    """The full names of some people, folded: plain small letters, forename and surname joined.

    Attributes:
        full: Each name in both orders. What stands between its words does not matter.
        starts: What the first word of a name may be.
    """

    full: frozenset[str] = frozenset()
    starts: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        """Return a text without a name."""
        return f"Names({len(self.full)} withheld)"

    def __or__(self, other: Names) -> Names:
        """Return the names of both."""
        return Names(self.full | other.full, self.starts | other.starts)

    def found_in(self, text: str) -> tuple[int, int] | None:
        """Return the first and the last word of a text that are a full name, counted from 1."""
        said = folded(text)
        for at, word in enumerate(said):
            if word in self.starts or len(word) == 1:
                for end in range(at + 1, min(at + MOST_WORDS, len(said))):
                    if "".join(said[at : end + 1]) in self.full:
                        return at + 1, end + 1
        return None


def folded(text: str) -> list[str]:
    """Return the words of a text in plain small letters: no accents, apostrophes or hyphens."""
    small = APOSTROPHES.sub("", text.casefold()).translate(LETTERS)
    bare = "".join(c for c in unicodedata.normalize("NFKD", small) if not unicodedata.combining(c))
    return WORD.findall(bare)

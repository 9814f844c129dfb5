"""Dates and months, as people and systems write them, read only where they are certain.

03/04/2022 alone may be April or March. Whether a column is written day first is decided for
the whole column: a day above 12 in it settles the matter.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from toolkit.intake.schedule import Column
from toolkit.intake.values_cells import Cells, Note, Texts

TIME = r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp][Mm])?(?:Z|\+00:00)?)?"
NAMES = {
    name.lower(): number
    for names in (calendar.month_name, calendar.month_abbr, [*[""] * 9, "Sept"])
    for number, name in enumerate(names)
    if name
}
ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})" + TIME)
COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
SLASHED = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})" + TIME)
DAY_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-/. ]+([A-Za-z]{3,9})[-/., ]+(\d{4})" + TIME)
YEAR_NAMED = re.compile(r"(\d{4})[-/. ]([A-Za-z]{3,9})[-/. ](\d{1,2})" + TIME)
MONTH_NAMED = re.compile(r"([A-Za-z]{3,9})[-. ]+(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})" + TIME)
SHORT_YEAR = re.compile(r"\d{1,2}[-/. ](?:\d{1,2}|[A-Za-z]{3,9})[-/. ]'?\d{2}" + TIME)
SERIAL = re.compile(r"[1-6]\d{4}(?:\.\d+)?")  # 10000 is in 1927, 69999 in 2091
YEAR_MONTH = re.compile(r"(\d{4})[-/. ](\d{1,2})|((?:19|20)\d{2})(\d{2})")
MONTH_YEAR = re.compile(r"(\d{1,2})[-/. ](\d{4})")
NAME_YEAR = re.compile(r"([A-Za-z]{3,9})[-/. ]*(\d{4})")
YEAR_NAME = re.compile(r"(\d{4})[-/. ]*([A-Za-z]{3,9})")
NAME_SHORT_YEAR = re.compile(r"([A-Za-z]{3,9})[-/. ]'?(\d{2})")

# What systems store where there is no date.
PLACEHOLDERS = {
    dt.date(1, 1, 1), dt.date(1753, 1, 1), dt.date(1899, 12, 30), dt.date(1899, 12, 31),
    dt.date(1900, 1, 1), dt.date(1901, 1, 1), dt.date(1970, 1, 1), dt.date(9999, 12, 31),
    dt.date(9999, 1, 1), dt.date(2999, 12, 31), dt.date(2099, 12, 31), dt.date(2100, 1, 1),
}  # fmt: skip
EARLIEST, LATEST = 1980, 2099  # nobody in the schedule was born before 1980: plans end at 25
OLDEST_YEARS = 30  # "Mar-14" can only be 2014 where nobody is older
TYPING_SLIP = 0.1  # month-first dates that are so few beside day-first ones are slips

Style = Literal["iso", "named", "slashed", "month", ""]
Order = Literal["day first", "unsettled", "ambiguous"]


@dataclass(frozen=True)
class Written:
    """A text taken apart: how it is written, its parts, and the rule that it breaks, or ""."""

    style: Style
    year: int = 0
    month: int = 0
    day: int = 0
    code: str = ""

    @property
    def day_first(self) -> bool:
        """Whether it can only be read day first."""
        return self.style == "slashed" and self.day > 12 and self.month <= 12

    @property
    def month_first(self) -> bool:
        """Whether it can only be read month first, as Americans write."""
        return self.style == "slashed" and self.month > 12 and self.day <= 12

    @property
    def ambiguous(self) -> bool:
        """Whether it can be read both ways, and it matters."""
        return self.style == "slashed" and max(self.day, self.month) <= 12

    @property
    def iso_or_named(self) -> bool:
        """Whether it says by itself what is the day and what is the month."""
        return self.style in ("iso", "named")


def dates(texts: Texts, column: Column, as_of: dt.date | None) -> Cells:
    """Return texts as dates."""
    written = [take_apart(text) for text in texts.texts]
    order = settle_order(written, texts.counts.tolist())
    pairs = [_date(w, order) for w in written]
    values, codes = _checked(pairs, column, as_of)
    return Cells(values, codes, _hints(codes, as_of), _notes(written, codes, order, texts))


def months(texts: Texts, column: Column, as_of: dt.date | None) -> Cells:
    """Return texts as the first day of a month; the day of a full date is dropped, and said."""
    taken = [_take_month(text, as_of) for text in texts.texts]
    written = [m or take_apart(t) for t, m in zip(texts.texts, taken, strict=True)]
    order = settle_order(written, texts.counts.tolist())
    pairs = [_date(w, order) for w in written]
    full = [i for i, (day, _) in enumerate(pairs) if day and day.day > 1]
    pairs = [(day.replace(day=1) if day else None, code) for day, code in pairs]
    values, codes = _checked(pairs, column, as_of)
    notes = _notes(written, codes, order, texts)
    short = [i for i, t in enumerate(texts.texts) if NAME_SHORT_YEAR.fullmatch(t) and values[i]]
    for code, places in (("month.full_date", full), ("month.two_digit_year", short)):
        if places:
            notes.append(Note(code, places[0], {"count": int(texts.counts[places].sum())}))
    return Cells(values, codes, _hints(codes, as_of), notes)


def _hints(codes: Sequence[str], as_of: dt.date | None) -> dict[int, str]:
    """Return the day of the data beside each date that lies after it."""
    late = [i for i, code in enumerate(codes) if code == "date.future"]
    return dict.fromkeys(late, f"The data is of {as_of}.")


def take_apart(text: str) -> Written:
    """Return how a date is written, with its parts; a slashed one is taken as day first."""
    if match := ISO.fullmatch(text) or COMPACT.fullmatch(text):
        year, month, day = map(int, match.groups())
        return Written("iso", year, month, day)
    if match := SLASHED.fullmatch(text):
        day, month, year = map(int, match.groups())
        return Written("slashed", year, month, day)
    for pattern, (y, m, d) in (
        (DAY_NAMED, (3, 2, 1)),
        (YEAR_NAMED, (1, 2, 3)),
        (MONTH_NAMED, (3, 1, 2)),
    ):
        if (match := pattern.fullmatch(text)) and match[m].lower() in NAMES:
            return Written("named", int(match[y]), NAMES[match[m].lower()], int(match[d]))
    if SHORT_YEAR.fullmatch(text):
        return Written("", code="date.two_digit_year")
    return Written("", code="date.serial" if SERIAL.fullmatch(text) else "date.not_a_date")


def _take_month(text: str, as_of: dt.date | None) -> Written | None:
    """Return a text that holds a year and a month and no day, taken apart; None for others."""
    if match := YEAR_MONTH.fullmatch(text):
        year, month = (int(part) for part in match.groups() if part)
        return Written("month", year, month, 1)
    if match := MONTH_YEAR.fullmatch(text):
        return Written("month", int(match[2]), int(match[1]), 1)
    if (match := NAME_YEAR.fullmatch(text)) and match[1].lower() in NAMES:
        return Written("month", int(match[2]), NAMES[match[1].lower()], 1)
    if (match := YEAR_NAME.fullmatch(text)) and match[2].lower() in NAMES:
        return Written("month", int(match[1]), NAMES[match[2].lower()], 1)
    if (match := NAME_SHORT_YEAR.fullmatch(text)) and match[1].lower() in NAMES:
        return _short_year(NAMES[match[1].lower()], int(match[2]), as_of)
    return None


def _short_year(month: int, year: int, as_of: dt.date | None) -> Written:
    """Return Excel's "Mar-14" as 2014 where only that can be meant of a person of up to 25."""
    if as_of is None:
        return Written("", code="date.two_digit_year")
    full = as_of.year - (as_of.year - year) % 100
    if (full, month) > (as_of.year, as_of.month):
        full -= 100
    if as_of.year - full > OLDEST_YEARS:
        return Written("", code="date.two_digit_year")
    return Written("month", full, month, 1)


def settle_order(written: Sequence[Written], counts: Sequence[int]) -> Order:
    """Return how dates that can be read both ways are to be read in this column.

    `day first` where a date with a day above 12 shows it; `ambiguous` where nothing does;
    `unsettled` where some dates are day first and some month first, or all are month first.

    Args:
        written: The different dates of the column.
        counts: How many cells hold each.
    """
    day_first = sum(n for w, n in zip(written, counts, strict=True) if w.day_first)
    month_first = sum(n for w, n in zip(written, counts, strict=True) if w.month_first)
    if not day_first and not month_first:
        return "ambiguous"
    return "day first" if month_first <= TYPING_SLIP * day_first else "unsettled"


def _date(written: Written, order: Order) -> tuple[dt.date | None, str]:
    """Return a date, or None and the rule that it breaks."""
    if written.code:
        return None, written.code
    if written.month_first and order != "day first":
        return None, "date.month_first"
    if written.ambiguous and order == "unsettled" and written.day != written.month:
        return None, "date.ambiguous"
    try:
        return dt.date(written.year, written.month, written.day), ""
    except ValueError:
        return None, "date.impossible"


def _checked(
    pairs: Sequence[tuple[dt.date | None, str]], column: Column, as_of: dt.date | None
) -> tuple[list[dt.date | None], list[str]]:
    """Return values and rules, dates that no record can hold taken out."""
    limit = as_of if column.at_most == "as_of" else None
    codes = [code or _doubt(day, limit) for day, code in pairs]
    return [None if code else day for (day, _), code in zip(pairs, codes, strict=True)], codes


def _doubt(day: dt.date | None, limit: dt.date | None) -> str:
    """Return the rule that a date on the calendar breaks nevertheless, or ""."""
    if day is None:
        return ""
    if day in PLACEHOLDERS:
        return "date.placeholder"
    if not EARLIEST <= day.year <= LATEST:
        return "date.implausible"
    return "date.future" if limit and day > limit else ""


def _notes(
    written: Sequence[Written], codes: Sequence[str], order: Order, texts: Texts
) -> list[Note]:
    """Return what is to be said once about how the dates of a column are written."""
    good = [i for i, code in enumerate(codes) if not code]
    slashed = [i for i in good if written[i].style == "slashed"]
    iso = [i for i in good if written[i].iso_or_named]
    if not slashed:
        return []
    counts = {"count": int(texts.counts[slashed].sum()), "others": int(texts.counts[iso].sum())}
    if order == "ambiguous" and any(written[i].day != written[i].month for i in slashed):
        return [Note("date.ambiguous_column", slashed[0], counts)]
    if not iso:
        return []
    fewer = slashed if counts["count"] <= counts["others"] else iso
    swapped = _looks_swapped([written[i] for i in iso], [written[i] for i in slashed])
    return [Note("date.swapped" if swapped else "date.mixed", fewer[0], counts)]


def _looks_swapped(iso: Sequence[Written], slashed: Sequence[Written]) -> bool:
    """Whether a spreadsheet set to American dates has been at a column of British ones.

    It turns every date that it can read month first into a true date, day and month swapped,
    and leaves those with a day above 12 as text.
    """
    if min(len(iso), len(slashed)) < 3:
        return False
    return all(w.style == "iso" and w.day <= 12 for w in iso) and all(w.day > 12 for w in slashed)

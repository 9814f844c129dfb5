"""Identifiers, texts, codes and flags."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Sequence

from toolkit.intake import schedule
from toolkit.intake.schedule import TABLES, Column
from toolkit.intake.values_cells import Cells, Note, Texts
from toolkit.intake.values_numbers import EXPONENT

WHOLE_AS_FLOAT = re.compile(r"(\d+)\.0+")
# Two words of letters, or an e-mail address: somebody's name where a pseudonym should be.
NAME = re.compile(
    r"[^\W\d_]['’\-]?[^\W\d_]+(?:['’\-][^\W\d_]+)*,? +[^\W\d_][\w'’\- ]*|\S+@\S+\.\S+"
)
DATE_LIKE = re.compile(r"\d{4}-\d{2}-\d{2}.*|\d{1,2}[-/ ][A-Za-z]{3}.*|[A-Za-z]{3}[-/ ]\d{1,4}")
FLAGS = {
    "1": 1, "yes": 1, "y": 1, "true": 1, "t": 1,
    "0": 0, "no": 0, "n": 0, "false": 0, "f": 0,
}  # fmt: skip
# Texts of a fixed form: how they look, and how to say so.
FORMS = {
    "urn": (re.compile(r"[1-9]\d{5}"), "A URN has six digits."),
    "ukprn": (re.compile(r"1\d{7}"), "A UKPRN has eight digits, the first of them 1."),
    "line": (re.compile(r"\d\.\d+(?:\.\d+)?[a-z]?"), "Give the line's number, as in 1.2.3."),
}
LINE = re.compile(r"(\d\.\d+(?:\.\d+)?[a-z]?)[ :.\-–].*")  # "1.2.3 Top-up funding": as published
UPN = r"\b[A-Z]\d{11}[0-9A-Z]\b"
# A UPN, a postcode, an e-mail address or a phone number, wherever it stands in a text.
IDENTIFIES = re.compile(
    rf"{UPN}|\b[A-Z]{{1,2}}\d[A-Z\d]? ?\d[A-Z]{{2}}\b|\S+@\S+\.\S+"
    r"|(?<![\w.,+£-])(?:\+44 ?(?:\(0\))?|0)\d{2,4}[ -]?\d{3,4}[ -]?\d{3,4}(?!\w)",
    re.IGNORECASE,
)
ONLY_UPN = re.compile(UPN, re.IGNORECASE)  # what no identifier of a place or posting looks like
CLOSE = 0.6  # difflib's own default


def texts(given: Texts, column: Column, as_of: dt.date | None) -> Cells:
    """Return texts as they are, trimmed; those of a fixed form are checked against it.

    What is not in the column's list of codes is kept, and said once for each such text. "NA",
    "None" and "Null" are texts like any other. A text that identifies somebody is refused,
    but for the lookup's postcodes, which are never stored.
    """
    if column.name not in FORMS:
        free = column.name != "postcode"
        told = [free and IDENTIFIES.search(text) for text in given.texts]
        broken = ["text.identifies" if found else "" for found in told]
        return Cells([None if t else v for t, v in zip(told, given.texts, strict=True)], broken)
    form, hint = FORMS[column.name]
    bare = [_bare(text, column) for text in given.texts]
    codes = [_form_code(text, form) for text in bare]
    values = [None if code else text for text, code in zip(bare, codes, strict=True)]
    hints = {i: hint for i, code in enumerate(codes) if code}
    return Cells(values, codes, hints, _unlisted(given, values, column))


def _unlisted(given: Texts, values: Sequence[str | None], column: Column) -> list[Note]:
    """Return a note for each text that the column's list of codes, where it has one, lacks."""
    listed = schedule.codes(column.codes) if column.codes else {}
    strange = [i for i, v in enumerate(values) if listed and v is not None and v not in listed]
    return [
        Note(
            "code.unlisted",
            i,
            {"count": int(given.counts[i]), "hint": _hint(str(values[i]), listed)},
        )
        for i in strange
    ]


def _of_people(column: Column) -> bool:
    return column.table in TABLES and TABLES[column.table].level == "person"


def _bare(text: str, column: Column) -> str:
    """Return a text of a fixed form without what spreadsheets and labels add to it."""
    if FORMS[column.name][0].fullmatch(text):
        return text
    match = (LINE if column.name == "line" else WHOLE_AS_FLOAT).fullmatch(text)
    return match[1] if match else text


def _form_code(text: str, form: re.Pattern[str]) -> str:
    if form.fullmatch(text):
        return ""
    return "id.exponent" if EXPONENT.fullmatch(text) else "text.form"


def ids(given: Texts, column: Column, as_of: dt.date | None) -> Cells:
    """Return identifiers as text; "1234.0", as workbooks give them, is 1234, and that is said."""
    values: list[str | None] = []
    codes: list[str] = []
    of_people = _of_people(column)
    identifies = IDENTIFIES if of_people else ONLY_UPN
    for text in given.texts:
        code = "id.exponent" if EXPONENT.fullmatch(text) else ""
        if identifies.search(text):
            code = "text.identifies"
        if of_people:
            code = "id.name" if NAME.fullmatch(text) else code
        match = WHOLE_AS_FLOAT.fullmatch(text)
        values.append(None if code else match[1] if match else text)
        codes.append(code)
    floats = [i for i, text in enumerate(given.texts) if WHOLE_AS_FLOAT.fullmatch(text)]
    count = int(given.counts[floats].sum())
    notes = [Note("id.float", floats[0], {"count": count})] if floats else []
    return Cells(values, codes, notes=notes)


def flags(given: Texts, column: Column, as_of: dt.date | None) -> Cells:
    """Return texts as 1 or 0."""
    values = [FLAGS.get(re.sub(r"\.0+$", "", text.casefold())) for text in given.texts]
    return Cells(list(values), ["flag.unknown" if value is None else "" for value in values])


def codes_of(given: Texts, column: Column, as_of: dt.date | None) -> Cells:
    """Return texts as codes of the column's list; case does not matter, and labels are read."""
    listed = schedule.codes(column.codes)
    known = {_plain(label): code for code, label in listed.items()}
    known |= {_plain(code): code for code in listed}
    values: list[str | None] = []
    broken: list[str] = []
    hints: dict[int, str] = {}
    for i, text in enumerate(given.texts):
        code = known.get(_plain(text)) or known.get(_plain(re.sub(r"\.0+$", "", text)))
        values.append(code)
        broken.append("" if code else "code.unknown")
        if code is None:
            hints[i] = _hint(text, listed)
            if DATE_LIKE.fullmatch(text) and column.codes == "age_group":
                broken[i] = "code.became_a_date"
    return Cells(values, broken, hints)


def _plain(text: str) -> str:
    """Return a text for comparison: no case, no marks but those that tell codes apart."""
    return " ".join(re.sub(r"[^\w.\-]+", " ", text.casefold().replace("&", " and ")).split())


def _hint(text: str, listed: dict[str, str]) -> str:
    """Return what may have been meant, or what there is to choose from."""
    names = {_plain(name): code for code, label in listed.items() for name in (label, code)}
    plain = _plain(text)
    close = difflib.get_close_matches(plain, names, 1, CLOSE) if len(plain) >= 3 else []
    if not close and len(plain) >= 5:
        close = [name for name in names if plain[:5] in name][:1]
    if close:
        code = names[close[0]]
        return f"Did you mean {code} ({listed[code]})?"
    return _known(listed)


def in_plain_words(code: str, list_name: str) -> str:
    """Return what is wrong with a value that is not in a list, without it; "" for other rules."""
    if code != "code.unknown":
        return ""
    return f"A value is not a code of the list. {_known(schedule.codes(list_name))}"


def _known(listed: dict[str, str]) -> str:
    shown = list(listed)[:15]
    more = "" if len(listed) == len(shown) else f" and {len(listed) - len(shown)} more"
    return f"Known: {', '.join(shown)}{more}."

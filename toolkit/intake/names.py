"""Full names of the children in an area's records, looked for in the words that people type.

Reports print the owner of an action, a post or a locality as it was typed, and nothing about
a word tells a name from a post. The records can: names stand in them until they are dropped on
reading. They are held in memory for as long as one reading lasts, and are written nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from toolkit.area import FILE, Area
from toolkit.intake import identity
from toolkit.intake.full_names import Names, folded
from toolkit.intake.loaded import Problem, Typed
from toolkit.intake.rules import Place, limited, problem
from toolkit.intake.tabular_grid import plain

CODE = "text.child_name"
TWO_WORDS = re.compile(r"[^\W\d_][\W_]+[^\W\d_]")
WHOLE = re.compile(r"(pupil|child|student|learner|person|full|serviceuser)s?(full)?name")
# What stands in columns of names where nobody's is known.
NOBODY = {"unknown", "not", "known", "none", "na", "tbc", "test", "no", "name", "baby", "unborn"}


def of_people(forenames: Iterable[Any], surnames: Iterable[Any]) -> Names:
    """Return the full names of people, with all of their forenames and with the first alone."""
    full, starts = set[str](), set[str]()
    for forename, surname in set(zip(forenames, surnames, strict=True)):
        if not (isinstance(forename, str) and isinstance(surname, str)):
            continue
        last = folded(surname)
        for first in (folded(forename), folded(forename.strip().partition(" ")[0])):
            if len("".join(first)) < 2 or len("".join(last)) < 2 or {*first, *last} <= NOBODY:
                continue
            for one, other in ((first, last), (last, first)):
                full.add("".join((*one, *other)))
                starts |= {one[0], "".join(one)}
    return Names(frozenset(full), frozenset(starts))


def of_frame(frame: pd.DataFrame) -> Names:
    """Return the full names in a frame of raw text: of forename beside surname, or in one column.

    A name in one column is "Surname, Forename", or its last word is the surname.
    """
    parts = {identity.part(str(c)): c for c in reversed(list(frame.columns))}
    found = Names()
    if "forename" in parts and "surname" in parts:
        found = of_people(frame[parts["forename"]], frame[parts["surname"]])
    for column in (c for c in frame.columns if WHOLE.fullmatch(plain(str(c)))):
        found |= of_people(*zip(*(_split(v) for v in frame[column].dropna().unique()), strict=True))
    return found


def _split(name: str) -> tuple[str, str]:
    """Return the forenames and the surname of a whole name."""
    last, comma, first = name.partition(",")
    if comma:
        return first, last
    first, _, last = name.strip().rpartition(" ")
    return first, last


def typed_in(frame: pd.DataFrame, headings: Mapping[str, str], place: Place) -> list[Typed]:
    """Return the texts of a table's columns that hold more than one word, each once.

    Args:
        frame: Typed columns under our names, with `_row`.
        headings: Our text columns, and what they are called in the file.
        place: The file and the sheet.
    """
    found = []
    for ours, heading in headings.items():
        texts = frame[[ours, "_row"]].dropna().drop_duplicates(ours)
        texts = texts[texts[ours].astype(str).str.contains(TWO_WORDS)]
        for text, row in texts.itertuples(index=False):
            found.append(Typed(str(text), place.table, place.file, place.sheet, int(row), heading))
    return found


def typed_in_settings(area: Area) -> list[Typed]:
    """Return the texts of an area's settings, each with the setting as its column."""
    return [Typed(v, file=FILE, column=k) for k, v in _texts(area.model_dump())]


def _texts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _texts(one, f"{name}.{key}".lstrip("."))
    elif isinstance(value, Sequence):
        for one in value:
            yield from _texts(one, name)


def problems(known: Names, typed: Iterable[Typed]) -> list[Problem]:
    """Return a problem for each text that holds a full name; the name is not repeated."""
    held = [(one, known.found_in(one.text)) for one in typed] if known.full else []
    return limited(
        problem(CODE, _place(one), first=words[0], last=words[1])
        for one, words in held
        if words is not None
    )


def _place(one: Typed) -> Place:
    return Place(one.table, one.file, one.sheet, one.row, one.column)

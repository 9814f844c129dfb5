"""Made-up children, and the search for anything of them in whatever leaves an area.

The search shares no code with `toolkit.publish.scan`, which guards a release: it judges it.
"""

from __future__ import annotations

import base64
import datetime as dt
import html
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus, unquote_plus

from stdnum.gb import upn

SHORTEST = 10  # characters of base64 that are no chance


@dataclass(frozen=True)
class Child:
    """A child who does not exist, with all that a return may say of who somebody is."""

    surname: str
    forename: str
    born: dt.date
    number: int
    postcode: str
    email: str
    phone: str  # of the numbers that Ofcom keeps for drama

    @property
    def upn(self) -> str:
        """A unique pupil number whose check letter fits."""
        digits = f"801200005{self.number:03d}"
        return str(upn.calc_check_digit(digits) + digits)

    @property
    def uln(self) -> str:
        """A unique learner number."""
        return f"8887776{self.number:03d}"

    @property
    def dates(self) -> tuple[str, ...]:
        """The birth date in four formats."""
        return tuple(self.born.strftime(f) for f in ("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%Y%m%d"))

    @property
    def canaries(self) -> tuple[str, ...]:
        """Every text that gives the child away."""
        return (self.surname, self.forename, self.upn, self.uln, self.postcode,
                self.postcode.replace(" ", ""), self.email, self.phone, *self.dates)  # fmt: skip


CHILDREN = (
    Child("O'Canaryson", "Zéphyrine", dt.date(2012, 3, 14), 77, "QX9 7ZZ",
          "z.o'canaryson@example.org", "07700 900123"),
    Child("Ní Dhúill-Plånted", "Ælfgifu", dt.date(2013, 11, 27), 78, "QX8 6ZY",
          "aelfgifu+home@example.org", "07700 900456"),
    Child("D’Quarry & <Sons>", "Łucja", dt.date(2011, 10, 23), 79, "QX7 5ZX",
          "l.quarry@mail.example.org", "+44 7700 900789"),
)  # fmt: skip
TYPED = ("Þorbjörg", "Mc'Typedson")  # a name that is only ever typed into words
CANARIES = tuple(c for child in CHILDREN for c in child.canaries)


def forms(value: str) -> set[str]:
    """Return the forms in which a text may stand in a file, in lower case."""
    coded = {quote(value), quote_plus(value), quote(value, safe="")}
    read = {value, html.escape(value), html.escape(value, quote=False)}
    escaped = {json.dumps(value)[1:-1], repr(value)[1:-1], ascii(value)[1:-1]}
    return {form.casefold() for form in (*coded, *read, *escaped)} | set(_in_base64(value))


def _in_base64(value: str) -> Iterator[str]:
    """Yield the base64 that a text has wherever in a longer one it begins, without its edges."""
    for before in range(3):
        packed = base64.b64encode(bytes(before) + value.encode()).decode()
        core = packed[(0, 2, 3)[before] :].rstrip("=")[:-1]
        if len(core) >= SHORTEST:
            yield core.casefold()


FORMS = {canary: forms(canary) for canary in (*CANARIES, *TYPED)}


def found(name: str, data: bytes) -> set[str]:
    """Return the canaries in a file, looked for in each of its parts and in several readings."""
    return {c for _, content in parts(name, data) for c in found_in(_text(content))}


def found_in(text: str) -> set[str]:
    """Return the canaries in a text, however it is escaped."""
    read = html.unescape(html.unescape(text))
    unescaped = re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m.group(1), 16)), read)
    readings = {text, read, unescaped, unquote_plus(read), re.sub(r"<[^>]*>", "", text)}
    whole = "\n".join(re.sub(r"[\u00a0\u202f\s]+", " ", r).casefold() for r in readings)
    return {canary for canary, looks in FORMS.items() if any(form in whole for form in looks)}


def parts(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield a file, and where it is packed, whatever is in it, packed again or not."""
    yield name, data
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for inner in packed.namelist():
            yield from parts(f"{name}/{inner}", packed.read(inner))


def _text(data: bytes) -> str:
    """Return bytes as text in each of the encodings that they may be in."""
    return "\n".join(data.decode(code, errors="ignore") for code in ("utf-8", "cp1252"))


def searched(folder: Path, without: tuple[str, ...] = ()) -> dict[str, set[str]]:
    """Return the canaries of each file under a folder, names of files among what is searched.

    Args:
        folder: What is shared, or an area's folder.
        without: Names of folders right under it that are left out.
    """
    told = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder)
        if name.parts[0] not in without:
            told[str(name)] = found(path.name, path.read_bytes()) | found_in(str(name))
    return told

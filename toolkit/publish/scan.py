"""The last look at every file before it leaves: anything personal or live blocks the release.

It knows nothing of how the files were made. A message names the file and the kind of thing
that was found, never the thing itself.
"""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from urllib.parse import quote, quote_plus

from stdnum.gb import nhs, upn

from toolkit.errors import LeakError
from toolkit.publish import live

PACKED = (".xlsx", ".docx", ".zip")
NEAR = 40  # characters before a ten-digit figure in which a name makes a number of it

# The letters with which postcodes begin, from Royal Mail's list of postcode areas.
_AREAS = (
    "AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY "
    "E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE "
    "LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL "
    "SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE"
)
POSTCODE_AREAS = frozenset(_AREAS.split())
# Each begins with what is rare in a page, and looks back from there: many times as quick.
# The last two letters of a postcode are never C, I, K, M, O or V. In small letters it has a space.
POSTCODE = re.compile(
    r"([A-Z](?<![\w#&.][A-Z])[A-Z]?)\d[A-Z\d]?[ +]?\d[ABD-HJLNP-UW-Z]{2}(?![\w;])"
)
INWARD = re.compile(r"[ +]\d[ABD-HJLNP-UW-Zabd-hjlnp-uw-z]{2}(?![\w;])")
OUTWARD = re.compile(r"(?:^|[^\w#&.])([A-Z]{1,2})\d[A-Z\d]?$", re.IGNORECASE)
_LETTER = "[A-HJ-NP-RT-Za-hj-np-rt-z]"  # of a UPN: never I, O or S
UPN = re.compile(rf"\d\d{{10}}(?<={_LETTER}\d{{11}})(?<!\w.\d{{11}})(?:\d|{_LETTER})(?!\w)")
TEN_DIGITS = re.compile(r"(\d(?<![\w.,£-]\d)\d{2})([ -]?)(\d{3})\2(\d{4})(?![\w,-]|\.\d)")
EMAIL = re.compile(r"@(?<=[\w.+-]@)[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", re.IGNORECASE)
USER_PATHS = (
    re.compile(r"/(?<![\w.]/)(?:home|Users|root|tmp|mnt|var/folders|private/var)/[\w.-]"),
    re.compile(r":\\(?<=[A-Za-z]:\\)(?<![A-Za-z]{2}:\\)\\?[\w.$ -]"),
    re.compile(r"\\\\(?<![\\\w]\\\\)\\{0,2}[\w.-]+\\{1,2}[\w.$-]"),
    re.compile(r"file://"),
)


def scan(files: Mapping[str, bytes], canaries: Sequence[str] = ()) -> None:
    """Return where nothing was found.

    Args:
        files: Contents by name. Parts of workbooks and documents are looked into one by one.
        canaries: Values that must be in no file in any form; for tests and for audits.

    Raises:
        LeakError: A file holds something that must not leave.
    """
    for name, data in files.items():
        for part, content in _parts(name, data):
            text = content.decode("utf-8", errors="replace")
            for kind in found_in(part, text, canaries):
                raise LeakError(
                    f"it holds {kind}, so nothing was published.",
                    where=part,
                    remedy="Find which notebook or setting brings it in, and take it out.",
                )


def found_in(name: str, text: str, canaries: Sequence[str] = ()) -> Iterator[str]:
    """Yield the kinds of thing found in one text that must not leave, as in "a postcode"."""
    read = _as_read(text)
    for kind, finds in PERSONAL.items():
        if finds(read):
            yield kind
    if name.endswith((".html", ".svg", ".xml")):
        yield from live.found_in(text)
    if canaries:
        both = text.casefold() + "\n" + read.casefold()
        if any(form in both for canary in canaries for form in _forms(canary)):
            yield "something that was planted to test this"


def _as_read(text: str) -> str:
    """Return a text as a reader or a program would see it: entities and odd spaces resolved."""
    return re.sub(r"[\u00a0\u2000-\u200a\u202f]|\\u00a0", " ", html.unescape(text))


def _has_upn(text: str) -> bool:
    """Return whether there is a UPN with its right check letter, of any LA, real or fictional."""
    numbers = (text[m.start() - 1 : m.end()].upper() for m in UPN.finditer(text))
    return any(upn.calc_check_digit(number[1:]) == number[0] for number in numbers)


@lru_cache(maxsize=1)
def _ten_digits(text: str) -> tuple[tuple[str, str, str], ...]:
    """Return what stands before each figure of ten digits, what parts its groups, its digits."""
    return tuple(
        (text[max(0, m.start() - NEAR) : m.start()], m.group(2), "".join(m.group(1, 3, 4)))
        for m in TEN_DIGITS.finditer(text)
    )


def _has_nhs_number(text: str) -> bool:
    """Return whether there is an NHS number: grouped 3-3-4, or plain beside the word NHS.

    One in eleven figures of ten digits has a valid check digit, so a plain one needs the word.
    """
    return any(
        (parted or re.search(r"nhs", before, re.IGNORECASE)) and nhs.is_valid(digits)
        for before, parted, digits in _ten_digits(text)
    )


def _has_uln(text: str) -> bool:
    """Return whether a ten-digit figure stands beside the words ULN or learner number."""
    return any(
        re.search(r"\buln|learner.?number", before, re.IGNORECASE)
        for before, _, _ in _ten_digits(text)
    )


def _has_postcode(text: str) -> bool:
    """Return whether there is a full postcode of an area that there is."""
    outward = [match.group(1) for match in POSTCODE.finditer(text)]
    for match in INWARD.finditer(text):
        before = OUTWARD.search(text[max(0, match.start() - 5) : match.start()])
        outward += [before.group(1)] if before else []
    return any(area.upper() in POSTCODE_AREAS for area in outward)


PERSONAL: Mapping[str, Callable[[str], bool]] = {
    "a unique pupil number (UPN)": _has_upn,
    "an NHS number": _has_nhs_number,
    "a unique learner number (ULN)": _has_uln,
    "a full postcode": _has_postcode,
    "an e-mail address": lambda t: "@" in t and bool(EMAIL.search(t)),
    "a folder of a person's computer": lambda t: any(p.search(t) for p in USER_PATHS),
}


def _forms(value: str) -> set[str]:
    """Return the forms in which a value may stand in a file, in lower case."""
    plain = [value, html.escape(value), html.escape(value, quote=False), json.dumps(value)[1:-1]]
    coded = [quote(value), quote_plus(value), b64encode(value.encode()).decode()]
    return {form.casefold() for form in (*plain, *coded)}


def _parts(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield a file, or what a workbook or document is packed from."""
    if not name.endswith(PACKED):
        yield name, data
        return
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for part in packed.namelist():
            yield f"{name}/{part}", packed.read(part)

"""Who is who, without saying who: one pseudonymous id for a person in every table and year.

The id is an HMAC of the person's UPN, else ULN, else name and birth date, under a key that
only the area holds. The same person has the same id in every file of the area, nobody without
the key can try UPNs out against it, and the ids of two areas cannot be joined.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hmac
import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from toolkit.errors import InputError, OutputError

LinkedBy = Literal["upn", "uln", "name", ""]
KEY_FILE = "key"
KEY_BYTES = 32
# UPN: a check letter, eleven digits, then a digit, or a letter where it is temporary
# (Unique pupil numbers: guidance, DfE). ULN: ten digits (Learning Records Service).
UPN = re.compile(r"[A-Z]\d{11}[0-9A-Z]")
ULN = re.compile(r"[1-9]\d{9}")
PARTS = ("upn", "uln", "surname", "forename", "birth_date")


class Pseudonyms:
    """Makes the ids of one area. Its repr and its errors never show the key."""

    def __init__(self, key: bytes) -> None:
        """Keep the area's key; a short key would let ids be guessed and is refused."""
        if len(key) < KEY_BYTES:
            raise InputError(
                f"the area's key has {len(key)} bytes; it needs {KEY_BYTES}.",
                where=f"private/{KEY_FILE}",
                remedy="Restore the key from a copy of the area's private folder.",
            )
        self._key = key

    def __repr__(self) -> str:
        """Return a text without the key."""
        return "Pseudonyms(key withheld)"

    def id_of(self, text: str) -> str:
        """Return "p" and the first 16 hex digits of the HMAC-SHA256 of a text."""
        return (
            "p" + hmac.digest(self._key, text.encode("utf-8", "surrogatepass"), "sha256").hex()[:16]
        )

    def of(
        self, upn: Any, uln: Any, surname: Any, forename: Any, birth_date: Any
    ) -> tuple[str, LinkedBy]:
        """Return a person's id and what it rests on, or ("", "") where nothing identifies them.

        What is not shaped like a UPN or ULN ("UNKNOWN", "0") identifies nobody and is passed
        over. A name counts only with surname, forename and birth date: with less, twins would
        become one person.

        Args:
            upn: UPN as text; any case; blank or missing where there is none.
            uln: ULN as text or number; "1234567890.0", as workbooks give it, is understood.
            surname: Surname.
            forename: Forename.
            birth_date: A date or Timestamp; missing, or any text, is no birth date.
        """
        for kind, text in (("upn", upn_text(upn)), ("uln", uln_text(uln))):
            if text:
                return self.id_of(f"{kind}:{text}"), kind  # type: ignore[return-value]
        name = _name_text(surname), _name_text(forename)
        born = _iso(birth_date)
        if all(name) and born:
            return self.id_of(f"name:{name[0]}|{name[1]}|{born}"), "name"
        return "", ""

    def of_frame(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return `person_id` and `linked_by` for each row, on the frame's own index.

        Args:
            frame: Any of the columns upn, uln, surname, forename (text) and birth_date (dates);
                a column that is not there counts as blank.
        """
        blank = [None] * len(frame)
        parts: list[Iterable[Any]] = [
            frame[p].tolist() if p in frame.columns else blank for p in PARTS
        ]
        made = [self.of(*row) for row in zip(*parts, strict=True)]
        return pd.DataFrame(made, columns=["person_id", "linked_by"], index=frame.index).astype(
            "str"
        )


def upn_text(value: Any) -> str:
    """Return a UPN upper-case without spaces, or "" where the value is not shaped like one."""
    text = "".join(_text(value).split()).upper()
    return text if UPN.fullmatch(text) else ""


def uln_text(value: Any) -> str:
    """Return a ULN as ten digits, or "" where the value is not shaped like one."""
    text = re.sub(r"\.0+$", "", re.sub(r"\s+", "", _text(value)))
    # 9999999999 stands for "no ULN" in DfE collections: it would make one person of many.
    return text if ULN.fullmatch(text) and text != "9999999999" else ""


def read_or_make_key(private_folder: Path) -> bytes:
    """Return the area's key, made at first use: 32 random bytes, kept as hex in `key`.

    The file is readable by its owner only and is never overwritten: with another key, people
    could no longer be followed from year to year.

    Raises:
        InputError: The key file holds something else than a key.
        OutputError: The folder cannot be written to.
    """
    path = private_folder / KEY_FILE
    if not path.exists():
        _make_key(path)
    try:
        text = path.read_text(encoding="ascii", errors="replace").strip()
    except OSError as error:
        raise InputError(
            f"the key cannot be read ({error.strerror}).",
            where=f"private/{KEY_FILE}",
            remedy="Check that it is a file and that you may read it.",
        ) from None
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise InputError(
            "it is not a key of 64 hex digits.",
            where=f"private/{KEY_FILE}",
            remedy="Restore it from a copy. To begin afresh instead, move the private folder away.",
        )
    return bytes.fromhex(text)


def _make_key(path: Path) -> None:
    """Write a new key under its final name in one step, unless one has appeared meanwhile."""
    beside = path.with_name(f"{KEY_FILE}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_bytes(KEY_BYTES).hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        _give_name(beside, path)
    except OSError as error:
        raise OutputError(
            f"the area's key cannot be written ({error.strerror}).",
            where=f"private/{KEY_FILE}",
            remedy="Use a folder for the area that you may write to.",
        ) from None
    finally:
        with contextlib.suppress(OSError):  # it was never made, or has got its final name
            beside.unlink()


def _give_name(beside: Path, path: Path) -> None:
    """Give the new file its final name; where another run was first, its key stands."""
    try:
        os.link(beside, path)  # unlike a rename, never replaces a key that is there
    except FileExistsError:
        return
    except OSError:
        if not path.exists():  # a drive without hard links
            beside.rename(path)


def _text(value: Any) -> str:
    """Return a value as trimmed text; missing is ""."""
    if isinstance(value, str):
        return value.strip()
    return "" if value is None or pd.isna(value) else str(value).strip()


def _name_text(value: Any) -> str:
    """Return a name trimmed, case-folded, inner spaces collapsed; accents are kept."""
    return " ".join(_text(value).casefold().split())


def _iso(value: Any) -> str:
    """Return a date as 2014-03-28, or "" where it is none."""
    if value is None or value is pd.NaT or not isinstance(value, dt.date):
        return ""
    return f"{value.year:04d}-{value.month:02d}-{value.day:02d}"

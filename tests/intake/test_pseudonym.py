"""Pseudonyms: the same person gives the same id, nobody else does, and the key stays put."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import stat
import sys

import pandas as pd
import pytest

from toolkit.errors import InputError, OutputError
from toolkit.intake.pseudonym import Pseudonyms, read_or_make_key

KEY = b"0123456789abcdef0123456789abcdef"
BORN = dt.date(2014, 3, 28)


def test_an_id_is_the_start_of_an_hmac_of_the_upn():
    made, linked_by = Pseudonyms(KEY).of(" e801200005001", None, "Ng", "Li", BORN)
    wanted = hmac.new(KEY, b"upn:E801200005001", hashlib.sha256).hexdigest()[:16]
    assert (made, linked_by) == ("p" + wanted, "upn")


@pytest.mark.parametrize(
    ("upn", "uln", "surname", "birth_date", "linked_by"),
    [
        ("E801200005001", "1234567890", "Ng", BORN, "upn"),
        ("E80120000500A", None, None, None, "upn"),
        ("UNKNOWN", "1234567890", "Ng", BORN, "uln"),
        ("E8012000050011", "1234567890.0", "Ng", BORN, "uln"),
        (None, 1234567890, "Ng", BORN, "uln"),
        (None, "9999999999", "Ng", BORN, "name"),
        (None, "123456789", "Ng", BORN, "name"),
        (None, None, "Ng", BORN, "name"),
        (None, None, "Ng", None, ""),
        (None, None, "Ng", "28/03/2014", ""),
        (None, None, " ", BORN, ""),
        (float("nan"), pd.NA, None, pd.NaT, ""),
    ],
)
def test_the_best_identifier_that_is_one_counts(upn, uln, surname, birth_date, linked_by):
    made = Pseudonyms(KEY).of(upn, uln, surname, "Li", birth_date)
    assert made[1] == linked_by
    assert bool(made[0]) == bool(linked_by)


@pytest.mark.parametrize(
    ("surname", "forename", "same"),
    [
        ("O'NEILL ", " zoë", True),
        ("o'neill", "Zoë", True),
        ("O'Neill", "Zoe", False),
        ("O'Neill  Smith", "Zoë", False),
    ],
)
def test_case_and_spaces_of_a_name_do_not_matter_and_accents_do(surname, forename, same):
    one = Pseudonyms(KEY).of(None, None, "O'Neill", "Zoë", BORN)
    other = Pseudonyms(KEY).of(None, None, surname, forename, pd.Timestamp(BORN))
    assert (one == other) is same


def test_two_inner_spaces_are_one():
    of = Pseudonyms(KEY).of
    assert of(None, None, "De  La Cruz", "A", BORN) == of(None, None, "de la cruz", "a", BORN)


def test_a_name_without_a_forename_identifies_nobody_so_that_twins_stay_two():
    assert Pseudonyms(KEY).of(None, None, "Ng", None, BORN) == ("", "")


def test_another_area_gives_another_id():
    other = Pseudonyms(b"x" * 32)
    one = Pseudonyms(KEY)
    assert one.of("E801200005001", "", "", "", None) != other.of("E801200005001", "", "", "", None)


def test_a_frame_gives_what_its_rows_give_and_keeps_its_index():
    frame = pd.DataFrame(
        {"upn": ["E801200005001", None], "surname": ["Ng", "Ng"], "forename": ["Li", "Li"],
         "birth_date": pd.to_datetime(["2014-03-28", "2014-03-28"])},
        index=[7, 3],
    )  # fmt: skip
    before = frame.copy()
    made = Pseudonyms(KEY).of_frame(frame)
    rows = [Pseudonyms(KEY).of(u, None, "Ng", "Li", BORN) for u in ("E801200005001", None)]
    assert made.index.tolist() == [7, 3]
    assert list(made.itertuples(index=False, name=None)) == rows
    pd.testing.assert_frame_equal(frame, before)


def test_an_empty_frame_gives_an_empty_one():
    made = Pseudonyms(KEY).of_frame(pd.DataFrame({"upn": []}))
    assert made.columns.tolist() == ["person_id", "linked_by"]
    assert made.empty


def test_neither_repr_nor_errors_show_the_key():
    assert KEY.decode() not in repr(Pseudonyms(KEY))
    with pytest.raises(InputError) as caught:
        Pseudonyms(b"short-secret")
    assert "short-secret" not in str(caught.value)


def test_a_key_is_made_once_and_read_ever_after(tmp_path):
    made = read_or_make_key(tmp_path / "private")
    assert len(made) == 32
    assert read_or_make_key(tmp_path / "private") == made
    assert [p.name for p in (tmp_path / "private").iterdir()] == ["key"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_only_the_owner_can_read_the_key(tmp_path):
    read_or_make_key(tmp_path)
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "abc", "g" * 64, "a" * 63])
def test_a_damaged_key_is_named_and_left_as_it_is(tmp_path, text):
    (tmp_path / "key").write_text(text)
    with pytest.raises(InputError, match="not a key of 64 hex digits"):
        read_or_make_key(tmp_path)
    assert (tmp_path / "key").read_text() == text


def test_a_key_that_cannot_be_written_is_an_output_error(tmp_path):
    (tmp_path / "private").write_text("a file where the folder should be")
    with pytest.raises(OutputError, match="cannot be written"):
        read_or_make_key(tmp_path / "private")

"""Nothing that says who a person is comes out of the reader, whatever goes wrong.

Planted persons go through every form and every kind of damage; tables, problems, accounts,
sources, errors and logs are then searched for them, in several spellings.
"""

from __future__ import annotations

import base64
import html
import logging
import traceback
import urllib.parse
import warnings
from dataclasses import asdict

import pandas as pd
import pytest
from sen2_samples import (
    HEADER,
    LA,
    PSEUDONYMS,
    changed,
    establishments,
    good_upn,
    lookup,
    rows,
    sample,
)

from toolkit.intake import sen2
from toolkit.intake.sen2_fields import Modules
from toolkit.intake.sen2_modules import read_modules, write_modules

PLANTED = {
    "surname": "O'Canaryson",
    "forename": "Zéphyrine",
    "personbirthdate": "2012-03-14",
    "postcode": "QX9 7ZZ",
    "upn": good_upn(77),
    "uniquelearnernumber": "8887776665",
}
DATES = ["2012-03-14", "14/03/2012", "14-03-2012", "2012-Mar-14", "14 March 2012", "20120314"]
FORMS = ("xml", "csv", "workbook")


def spellings() -> list[str]:
    """Return every planted text as it may turn up: plain, escaped, encoded."""
    plain = [v for k, v in PLANTED.items() if k != "personbirthdate"]
    plain += [PLANTED["postcode"].replace(" ", ""), *DATES]
    made = set(plain)
    for text in plain:
        made |= {html.escape(text), urllib.parse.quote(text), repr(text)[1:-1]}
        made.add(base64.b64encode(text.encode()).decode())
    return sorted(made | {"Canaryson", "phyrine"})


def planted() -> Modules:
    """Return the sample with the planted person as its first, and in the lookup's reach."""
    return changed(sample(), "person", 0, **PLANTED)


def leaks(said: str) -> list[str]:
    """Return the planted texts in what was said."""
    folded = said.casefold()
    return [text for text in spellings() if text.casefold() in folded]


def everything_said(path_or_folder, caplog) -> str:
    """Return all that comes out of reading: tables, problems, accounts, errors, warnings, logs."""
    said = []
    with warnings.catch_warnings(record=True) as caught, caplog.at_level(logging.DEBUG):
        warnings.simplefilter("always")
        for found in sen2.recognise([path_or_folder]):
            try:
                loaded = sen2.read_return(found, PSEUDONYMS, LA, establishments(), lookup())
            except Exception as error:
                said += [repr(error), "".join(traceback.format_exception(error))]
                continue
            said += [t.to_csv() + t.to_json() + repr(t) for t in loaded.tables.values()]
            said += [repr(asdict(p)) + p.where for p in loaded.problems]
            said += [repr(a) for a in (*loaded.accounts, *loaded.sources)]
    said += [str(w.message) for w in caught] + [caplog.text]
    return "\n".join(said)


@pytest.mark.parametrize("form", FORMS)
def test_the_search_itself_finds_what_is_planted(tmp_path, form):
    modules = read_modules(write_modules(planted(), tmp_path, form, "1.3"))
    assert len(leaks(modules.frames["person"].to_csv())) >= len(PLANTED)


@pytest.mark.parametrize("form", FORMS)
def test_a_clean_return_gives_nobody_away(tmp_path, caplog, form):
    write_modules(planted(), tmp_path, form, "1.3")
    said = everything_said(tmp_path, caplog)
    assert "plan_start" in said
    assert leaks(said) == []


SPOILT = {
    "birth date": {"personbirthdate": "14/03/2012x"},
    "impossible birth date": {"personbirthdate": "2012-02-31"},
    "short year": {"personbirthdate": "14/03/12"},
    "birth date as a number": {"personbirthdate": "40982"},
    "upn form": {"upn": PLANTED["upn"] + "9"},
    "upn letter": {"upn": "A" + PLANTED["upn"][1:]},
    "uln form": {"uniquelearnernumber": "888777666"},
    "name in sex": {"sex": PLANTED["surname"]},
    "name in ethnicity": {"ethnicity": PLANTED["forename"]},
    "upn in sex": {"sex": PLANTED["upn"]},
    "postcode in ethnicity": {"ethnicity": PLANTED["postcode"]},
    "birth date in sex": {"sex": PLANTED["personbirthdate"]},
}


@pytest.mark.parametrize("form", ["csv", "workbook"])
@pytest.mark.parametrize("cells", SPOILT.values(), ids=SPOILT)
def test_a_spoilt_record_gives_nobody_away(tmp_path, caplog, form, cells):
    write_modules(changed(planted(), "person", 0, **cells), tmp_path, form, "1.3")
    said = everything_said(tmp_path, caplog)
    assert [t for t in leaks(said) if t not in ("2012", "")] == []
    assert all(v not in said for v in cells.values() if v and len(v) > 5)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("requests", "requestoutcome"),
        ("requests", "receiveddate"),
        ("requests", "requestmediation"),
        ("namedplan", "ceasereason"),
        ("activeplans", "reviewoutcome"),
        ("placementdetail", "urn"),
        ("placementdetail", "placementrank"),
        ("placementdetail", "sensettingother"),
        ("senneed", "sentype"),
        ("senneed", "sentyperank"),
    ],
)
@pytest.mark.parametrize("what", ["surname", "upn", "postcode", "uniquelearnernumber"])
def test_an_identity_in_the_wrong_column_is_not_repeated(tmp_path, caplog, table, column, what):
    write_modules(changed(planted(), table, 0, **{column: PLANTED[what]}), tmp_path, "csv", "1.3")
    assert leaks(everything_said(tmp_path, caplog)) == []


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.95])
@pytest.mark.parametrize("form", FORMS)
def test_a_file_cut_anywhere_gives_nobody_away(tmp_path, caplog, form, share):
    for path in write_modules(planted(), tmp_path, form, "1.3"):
        whole = path.read_bytes()
        path.write_bytes(whole[: int(len(whole) * share)])
    assert leaks(everything_said(tmp_path, caplog)) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda t: t.replace(PLANTED["surname"], "&" + "OCanaryson" + ";"),
        lambda t: t.replace(PLANTED["surname"], PLANTED["surname"] + "\0"),
        lambda t: t.replace("<Surname>O'Canaryson</Surname>", "<Surname>O'Canaryson</Forename>"),
        lambda t: t.replace("<Surname>O", "<Surname><b>O").replace("son</", "son</b></"),
        lambda t: t.replace("<Message>", '<!DOCTYPE m [<!ENTITY x "O\'Canaryson">]><Message>'),
        lambda t: t.replace("<Sex>F</Sex>", "<Sex>F</Sex><Alias>O'Canaryson</Alias>"),
        lambda t: t.replace("<Surname>", "<Surname>O'Canaryson</Surname><Surname>"),
    ],
)
def test_broken_xml_gives_nobody_away(tmp_path, caplog, spoil):
    (path,) = write_modules(planted(), tmp_path, "xml", "1.3")
    path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8")
    assert leaks(everything_said(tmp_path, caplog)) == []


@pytest.mark.parametrize("table", ["person", "requests"])
@pytest.mark.parametrize(
    "spoil",
    [
        lambda lines: lines[1:],
        lambda lines: [lines[0], *(line + ",,O'Canaryson" for line in lines[1:])],
        lambda lines: [lines[0], '"' + lines[1], *lines[2:]],
        lambda lines: [lines[0].upper().replace("TABLEID", "tableid"), *lines[1:]],
        lambda lines: [lines[0] + "," + lines[0], *lines[1:]],
        lambda lines: [line.replace(",", ";") for line in lines],
        lambda lines: [lines[0], *(line.replace("é", "Ã©") for line in lines[1:])],
    ],
)
def test_broken_csv_gives_nobody_away(tmp_path, caplog, table, spoil):
    for path in write_modules(planted(), tmp_path, "csv", "1.3"):
        if path.name.endswith(f"_{table}.csv"):
            lines = path.read_text(encoding="utf-8").splitlines()
            path.write_text("\n".join(spoil(lines)), encoding="utf-8")
    assert leaks(everything_said(tmp_path, caplog)) == []


@pytest.mark.parametrize("form", FORMS)
def test_twins_doubles_and_strangers_are_not_named(tmp_path, caplog, form):
    again = rows(
        "person",
        "id=8; of=1; surname=O'Canaryson; forename=Max; personbirthdate=2012-03-14; "
        f"upn={PLANTED['upn']}",
        "id=9; of=1; surname=O'Canaryson; postcode=QX9 7ZZ",
        "id=9; of=1; surname=O'Canaryson; forename=Zéphyrine; personbirthdate=2012-03-14",
    )
    modules = planted()
    modules.frames["person"] = pd.concat([modules.frames["person"], again], ignore_index=True)
    write_modules(modules, tmp_path, form, "1.3")
    assert leaks(everything_said(tmp_path, caplog)) == []


@pytest.mark.parametrize("form", FORMS)
def test_another_areas_return_gives_nobody_away(tmp_path, caplog, form):
    write_modules(Modules({**HEADER, "LEA": "330"}, planted().frames), tmp_path, form, "1.3")
    said = everything_said(tmp_path, caplog)
    assert "sen2.other_la" in said
    assert leaks(said) == []


def test_no_table_has_a_column_for_an_identity(tmp_path):
    write_modules(planted(), tmp_path, "xml", "1.3")
    (found,) = sen2.recognise([tmp_path])
    tables = sen2.read_return(found, PSEUDONYMS, LA, establishments(), lookup()).tables
    columns = {c for table in tables.values() for c in table.columns}
    assert columns.isdisjoint(
        {"upn", "uln", "surname", "forename", "postcode", "birth_date", "personbirthdate"}
    )
    assert {d.day for d in tables["plans"]["birth_month"]} == {1}

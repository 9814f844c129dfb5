"""Which files of a folder are SEN2 returns."""

from __future__ import annotations

import zipfile

import pandas as pd
import pytest
from sen2_samples import sample

from toolkit.intake import sen2
from toolkit.intake.sen2_modules import write_modules


def test_a_folder_with_every_form_gives_one_return_each(tmp_path):
    for form in ("xml", "csv", "workbook"):
        write_modules(sample(), tmp_path, form, "1.3")
    found = sen2.recognise([tmp_path])
    assert sorted((r.form, len(r.paths)) for r in found) == [
        ("csv", 9),
        ("workbook", 1),
        ("xml", 1),
    ]


def test_two_exports_in_one_folder_are_two_returns(tmp_path):
    for year in ("2024", "2025"):
        modules = sample()
        modules.header |= {"DateTime": f"{year}-02-03T10:00:00"}
        write_modules(modules, tmp_path, "csv", "1.2")
    found = sen2.recognise(sorted(tmp_path.iterdir()))
    assert [(r.form, len(r.paths)) for r in found] == [("csv", 9), ("csv", 9)]
    assert [r.name[13:23] for r in found] == ["03-02-2024", "03-02-2025"]


def test_the_same_export_in_two_folders_is_two_returns(tmp_path):
    for name in ("a", "b"):
        write_modules(sample(), tmp_path / name, "csv", "1.3")
    assert [len(r.paths) for r in sen2.recognise([tmp_path / "a", tmp_path / "b"])] == [9, 9]


def test_files_renamed_by_hand_are_still_found(tmp_path):
    for path in write_modules(sample(), tmp_path, "csv", "1.3"):
        table = path.stem.rpartition("_")[2]
        path.rename(tmp_path / f"SEN2 2025 {table.upper()}.CSV")
    (found,) = sen2.recognise([tmp_path])
    assert len(found.paths) == 9


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("requests.csv", b"person_id,request_date\np1,2024-01-01\n"),
        ("person.csv", b"surname,forename\nNg,Li\n"),
        ("pupils.xml", b"<Message><Header><CollectionDetails><Collection>SC</Collection>"
                       b"</CollectionDetails></Header><Pupils/></Message>"),
        ("empty.xml", b""),
        ("empty.xlsx", b""),
        ("empty.csv", b""),
        ("notes.txt", b"SEN2"),
        ("not really.xlsx", b"PK\x03\x04 broken"),
        ("pickle.xls", b"\x80\x04\x95"),
        ("page.html", b"<Persons>"),
    ],
)  # fmt: skip
def test_other_files_are_no_returns(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    assert sen2.recognise([tmp_path]) == []


def test_other_workbooks_are_no_returns(tmp_path):
    with pd.ExcelWriter(tmp_path / "data.xlsx", engine="xlsxwriter") as book:
        for sheet in ("plans", "requests", "placements", "Person"):
            pd.DataFrame({"person_id": ["p1"]}).to_excel(book, sheet_name=sheet, index=False)
    assert sen2.recognise([tmp_path]) == []


def test_a_zip_bomb_named_as_a_workbook_is_not_unzipped_to_be_recognised(tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook>" + b" " * 50_000_000)
    assert sen2.recognise([tmp_path]) == []


def test_sheet_names_in_any_spelling_are_known(tmp_path):
    (path,) = write_modules(sample(), tmp_path, "workbook", "1.3")
    content = {}
    with zipfile.ZipFile(path) as archive:
        content = {n: archive.read(n) for n in archive.namelist()}
    book = content["xl/workbook.xml"].replace(b"Active Plan", b"ACTIVE PLANS")
    content["xl/workbook.xml"] = book.replace(b"Person", b"person records")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    assert [r.form for r in sen2.recognise([tmp_path])] == ["workbook"]


def test_a_damaged_return_is_still_recognised_so_that_it_can_be_reported(tmp_path):
    (path,) = write_modules(sample(), tmp_path, "xml", "1.3")
    path.write_bytes(path.read_bytes()[:700])
    assert [r.form for r in sen2.recognise([path])] == ["xml"]

"""Claims about loading published files: what is recognised, refused, combined and kept."""

from __future__ import annotations

import os
import zipfile

import pandas as pd
import pytest
from ees_zip import KENT, plans, write

from toolkit.errors import InputError, OutputError
from toolkit.intake import published_cache, published_csv
from toolkit.intake.published import load

HEADINGS = "time_period,time_identifier,geographic_level,country_code"


@pytest.fixture
def release(tmp_path):
    return write(tmp_path / "release.zip", [plans(ehcplans=9, mainstream_academy=9)])


def codes(published):
    return [p.code for p in published.problems]


def test_a_zip_is_read_without_unpacking_it(release):
    load([release]).table("caseload")
    assert [p.name for p in release.parent.iterdir()] == ["release.zip"]


def test_a_file_is_recognised_by_its_headings_and_not_by_its_name(release, tmp_path):
    with zipfile.ZipFile(release) as archive:
        (tmp_path / "holiday.dat").write_bytes(archive.read("data/caseload.csv"))
    published = load([tmp_path / "holiday.dat"])
    assert published.table("ees_caseload")["ehcplans"].tolist() == [9]
    assert published.sources[0].kind == "Education, health and care plans (DfE)"


def test_an_unpacked_folder_gives_what_the_zip_gives(release, tmp_path):
    with zipfile.ZipFile(release) as archive:
        archive.extractall(tmp_path / "unpacked")
    (tmp_path / "unpacked" / "data-guidance.txt").write_text("guidance")
    published = load([tmp_path / "unpacked"])
    assert published.problems == []
    pd.testing.assert_frame_equal(published.table("caseload"), load([release]).table("caseload"))


@pytest.mark.parametrize(
    "content",
    [b"name,colour\nred,1\n", b"", b"\x00\x01\x02", b"PK\x03\x04 not a zip", b'"unclosed\n' * 10],
)
def test_an_unknown_file_is_a_problem_that_says_what_would_be_recognised(tmp_path, content):
    path = tmp_path / "mystery.csv"
    path.write_bytes(content)
    published = load([path])
    (problem,) = published.problems
    assert (problem.code, problem.severity) == ("published.unknown_file", "warning")
    assert problem.file == "mystery.csv"
    assert "EHC plans release" in problem.remedy
    assert published.names == []


def test_an_unknown_file_in_a_folder_is_only_a_note(tmp_path):
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    assert [p.severity for p in load([tmp_path]).problems] == ["note"]


def test_unused_files_inside_a_zip_are_named(release):
    with zipfile.ZipFile(release, "a") as archive:
        archive.writestr("supporting-files/extra.csv", "a,b\n1,2\n")
    (problem,) = load([release]).problems
    assert "supporting-files/extra.csv" in problem.message


def test_a_path_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(InputError, match=r"missing\.zip"):
        load([tmp_path / "missing.zip"])


def test_a_table_that_no_file_gives_names_those_there_are(release):
    with pytest.raises(KeyError, match="caseload"):
        load([release]).table("section251")


@pytest.mark.parametrize(
    "name", ["/etc/passwd.csv", "../outside.csv", "data/../../x.csv", "C:\\x.csv", "..\\x.csv"]
)
def test_a_zip_that_names_files_outside_itself_is_refused(tmp_path, name):
    path = tmp_path / "bad.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "a,b\n")
    with pytest.raises(InputError, match="outside itself"):
        load([path])


def test_a_zip_bomb_is_refused_before_it_is_opened(tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data/caseload.csv", b"0" * (published_csv.SMALL + 1))
    with pytest.raises(InputError, match="unzips to"):
        load([path])


def test_a_zip_that_unzips_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(published_csv, "MAX_UNZIPPED", 1_000)
    path = tmp_path / "large.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", os.urandom(1_001))
    with pytest.raises(InputError, match="unzips to"):
        load([path])


def test_a_damaged_zip_is_an_error_in_plain_words(release, tmp_path):
    content = bytearray(release.read_bytes())
    content[60:90] = b"#" * 30
    path = tmp_path / "torn.zip"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"torn\.zip"):
        load([path]).table("caseload")


def test_tables_are_read_only_when_they_are_asked_for(tmp_path):
    flows = pd.DataFrame([{**plans(year=2024), "flow": "new", "people": 12}])
    path = write(tmp_path / "a.zip", [plans(ehcplans=9)], flows=flows)
    published = load([path])
    assert published.accounts == []
    published.table("ees_new_plans")
    assert [a.table for a in published.accounts] == ["ees_new_plans"]


def test_a_table_is_a_copy(release):
    published = load([release])
    frame = published.table("caseload")
    frame["plans"] = 0
    assert published.table("caseload")["plans"].max() == 9


# --- several files --------------------------------------------------------------------------


def test_a_newer_release_wins_and_says_so(tmp_path):
    old = write(tmp_path / "old.zip", [plans(2024, ehcplans=7), plans(2025, ehcplans=9)])
    new = write(tmp_path / "new.zip", [plans(2025, ehcplans=10), plans(2026, ehcplans=12)], 2026)
    published = load([old, new])
    totals = published.table("caseload").query("provision == 'total'").set_index("year")["plans"]
    assert totals.sort_index().to_dict() == {2024: 7, 2025: 10, 2026: 12}
    twice = [p for p in published.problems if p.code == "published.two_files"]
    assert [p.file for p in twice] == ["old.zip"]


def test_two_releases_together_give_need_in_two_years(tmp_path):
    made = [
        write(
            tmp_path / f"{year}.zip",
            [plans(year, ehcplans=10)],
            year,
            need_stock=pd.DataFrame([plans(year, ehc_plans=10, number_asd=year - 2020)]),
        )
        for year in (2025, 2026)
    ]
    need = load(made).table("ees_need_stock").set_index("year")["number_asd"]
    assert need.to_dict() == {2025: 5, 2026: 6}


def test_fictional_areas_stand_beside_real_ones(tmp_path):
    area = {**KENT, "code": "991", "name": "Exampleshire", "new_code": "E06000991"}
    real = write(tmp_path / "real.zip", [plans(ehcplans=9)])
    made_up = write(tmp_path / "made_up.zip", [plans(area=area, ehcplans=5)])
    published = load([real, made_up])
    assert set(published.table("caseload")["code"]) == {"886", "991"}
    assert "published.two_files" not in codes(published)


def test_the_same_file_twice_is_read_once(release, tmp_path):
    (tmp_path / "again.zip").write_bytes(release.read_bytes())
    published = load([release, tmp_path / "again.zip"])
    assert len(published.table("ees_caseload")) == 1
    assert len(published.sources) == 1


# --- the cache ------------------------------------------------------------------------------


def parquet(folder):
    return sorted(folder.rglob("*.parquet"))


def test_a_second_load_reads_only_the_cache(release, tmp_path, monkeypatch):
    first = load([release], tmp_path / "cache")
    frame = first.table("caseload")

    def refuse(sheet):
        raise AssertionError(f"{sheet.name} was read again")

    monkeypatch.setattr("toolkit.intake.ees.text_table", refuse)
    second = load([release], tmp_path / "cache")
    pd.testing.assert_frame_equal(second.table("caseload"), frame)
    assert codes(second) == codes(first)
    assert second.accounts == first.accounts


def test_what_is_kept_beforehand_is_read_once_and_not_opened_again(release, tmp_path, monkeypatch):
    cache = tmp_path / "cache"
    load([release], cache).keep()
    kept = {path.stem for path in parquet(cache)}
    assert kept == set(load([release], cache).names)
    monkeypatch.setattr(published_cache.pq, "read_table", None)
    load([release], cache).keep()
    monkeypatch.undo()
    gone = parquet(cache)[0]
    gone.unlink()
    load([release], cache).keep()
    assert gone.is_file()


def test_the_cache_lies_under_the_hash_of_the_file_and_the_version(release, tmp_path):
    published = load([release], tmp_path / "cache")
    published.table("caseload")
    path = parquet(tmp_path / "cache")[0]
    parts = path.relative_to(tmp_path / "cache").parts
    assert parts[:2] == (published.sources[0].sha256, published_cache.version())


@pytest.mark.parametrize("damage", ["torn", "flipped", "empty", "gone", "no notes"])
def test_a_damaged_cache_is_built_again(release, tmp_path, damage):
    cache = tmp_path / "cache"
    frame = load([release], cache).table("caseload")
    (path,) = [p for p in parquet(cache) if p.stem == "caseload"]
    content = bytearray(path.read_bytes())
    if damage == "torn":
        path.write_bytes(content[: len(content) // 2])
    elif damage == "flipped":
        content[40] ^= 0xFF
        path.write_bytes(content)
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "gone":
        path.unlink()
    else:
        (path.parent / published_cache.READ).write_text("{")
    pd.testing.assert_frame_equal(load([release], cache).table("caseload"), frame)
    assert parquet(cache)[0].stat().st_size > 0
    pd.testing.assert_frame_equal(load([release], cache).table("caseload"), frame)


def test_nothing_half_written_is_left_beside_the_cache(release, tmp_path):
    load([release], tmp_path / "cache").table("caseload")
    assert list((tmp_path / "cache").rglob(".*")) == []


def test_another_version_of_the_readers_reads_again(release, tmp_path, monkeypatch):
    load([release], tmp_path / "cache").table("caseload")
    monkeypatch.setattr(published_cache, "version", lambda: "another")
    load([release], tmp_path / "cache").table("caseload")
    assert {p.parts[-3] for p in parquet(tmp_path / "cache")} >= {"another"}


def test_a_cache_that_cannot_be_written_says_so(release, tmp_path):
    (tmp_path / "cache").write_text("a file stands where the folder should be")
    with pytest.raises(OutputError, match="cache"):
        load([release], tmp_path / "cache").table("caseload")

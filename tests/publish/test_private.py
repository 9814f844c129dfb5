"""Files for the analyst alone stay in the private folder, whole or not at all."""

from pathlib import Path

import pandas as pd
import pytest

from tests.publish import making
from toolkit.errors import OutputError
from toolkit.publish import private


def test_a_table_is_kept_in_the_private_folder_and_said_to_be(tmp_path: Path) -> None:
    area = making.area(tmp_path)
    said = private.keep_table(area, "sample.csv", pd.DataFrame({"person_id": ["p1"], "n": [3]}))
    kept = area.folder / "private" / "work" / "sample.csv"
    assert kept.read_text(encoding="utf-8-sig").splitlines() == ["person_id,n", "p1,3"]
    assert "not for sharing" in said


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1"])
def test_text_is_never_a_formula_in_a_spreadsheet(tmp_path: Path, text: str) -> None:
    area = making.area(tmp_path)
    private.keep_table(area, "a.csv", pd.DataFrame({"name": [text], "change": [-4]}))
    read = pd.read_csv(area.folder / "private" / "work" / "a.csv", dtype=str)
    assert read.loc[0, "name"] == f"'{text}"
    assert read.loc[0, "change"] == "-4"
    private.keep_table(area, "b.csv", pd.DataFrame({text: [1]}))
    assert (area.folder / "private" / "work" / "b.csv").read_text("utf-8-sig")[0] in "'\""


@pytest.mark.parametrize("name", ["../out.csv", "a/b.csv"])
def test_a_name_leads_out_of_no_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="file name"):
        private.keep_bytes(making.area(tmp_path), name, b"")


def test_a_folder_that_cannot_be_written_to_is_told_in_words(tmp_path: Path) -> None:
    area = making.area(tmp_path)
    (area.folder / "private").mkdir(exist_ok=True)
    (area.folder / "private" / "work").write_text("a file where a folder should be")
    with pytest.raises(OutputError, match=r"a\.csv"):
        private.keep_bytes(area, "a.csv", b"x")

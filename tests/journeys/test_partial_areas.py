"""`toolkit run` on areas that hold a part of what can be held: every report that it allows."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.journeys.conftest import FEW_FUTURES, Said, new_area, toolkit
from tests.notebooks import running
from toolkit import cli
from toolkit.diagnose import parts
from toolkit.intake import fictional

pytestmark = pytest.mark.slow
FROM_RETURNS = ("plans.csv", "placements.csv", "requests.csv", "reviews.csv")
ALWAYS, ON_PLANS = {"00", "01"}, {"10", "11", "13"}
RELEASE = fictional.RELEASE


@pytest.fixture(scope="module", autouse=True)
def _one_warm_process() -> Iterator[None]:
    """Let all these runs share a warm process; `test_run_command` starts one a run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cli, "quickest", lambda _: nullcontext(running.way()))
        yield


def is_return(name: str, year: str = "") -> bool:
    return name.lower().startswith("sen2") and year in name


def part_of(whole: Path, place: Path, keep: Callable[[str], bool], published: bool) -> Path:
    """Return a new area with those inputs of a whole one whose names are kept."""
    area = new_area(place, published=(RELEASE,) if published else ())
    (area / "private").mkdir()
    shutil.copy(whole / "private" / "key", area / "private" / "key")
    for path in (whole / "inputs").iterdir():
        if keep(path.name):
            copy = shutil.copytree if path.is_dir() else shutil.copy
            copy(path, area / "inputs" / path.name)
    if published:
        (area / RELEASE).parent.mkdir()
        shutil.copy(whole / RELEASE, area / RELEASE)
    return area


def became(said: Said) -> dict[str, str]:
    """Return what became of each notebook, by its number."""
    return dict(re.findall(r"^(\d\d) .+?: (executed|skipped|failed)", said.text, re.MULTILINE))


@pytest.mark.parametrize("form", ["xml", "csv", "workbook"])
def test_one_return_alone_gets_every_report_that_it_allows(form: str, tmp_path: Path) -> None:
    whole = fictional.write_fictional_area(tmp_path / "whole", plans=150, form=form)  # type: ignore[arg-type]
    area = part_of(whole, tmp_path / "a", lambda name: is_return(name, "2026"), published=False)
    said = toolkit("run", area, "--out", tmp_path / "out", *FEW_FUTURES)
    assert said.code == 0, said.text
    done = {number for number, what in became(said).items() if what == "executed"}
    assert done == ALWAYS | ON_PLANS


@pytest.mark.parametrize(
    ("keep", "published", "reports"),
    [
        pytest.param(
            lambda name: is_return(name, "2026") or not (is_return(name) or name in FROM_RETURNS),
            True,
            {"10", "11", "12", "13", "14", "15"},
            id="one return beside every other file",
        ),
        pytest.param(
            lambda name: is_return(name) or name == "establishments.csv",
            False,
            ON_PLANS,
            id="returns and no finance",
        ),
        pytest.param(
            lambda name: name in ("spend_lines.csv", "dsg_position.csv"),
            False,
            {"10", "15"},
            id="finance alone",
        ),
        pytest.param(lambda _: False, True, {"10", "11", "12", "13"}, id="published alone"),
    ],
)
def test_an_area_gets_every_report_that_its_files_allow(
    keep: Callable[[str], bool], published: bool, reports: set[str], clean: Path, tmp_path: Path
) -> None:
    area = part_of(clean, tmp_path / "a", keep, published)
    said = toolkit("run", area, "--out", tmp_path / "out", *FEW_FUTURES)
    assert said.code == 0, said.text
    done = {number for number, what in became(said).items() if what == "executed"}
    assert done == ALWAYS | reports


def test_one_january_is_said_to_tell_no_growth(clean: Path, tmp_path: Path) -> None:
    kept = "SEN2_2026_990.xml", "establishments.csv"
    area = part_of(clean, tmp_path / "a", lambda name: name in kept, published=False)
    said = toolkit("run", area, "--out", tmp_path / "out", "--only", "10")
    assert said.code == 0, said.text
    page = (tmp_path / "out" / "exampleshire" / "10_high_level_trends.html").read_text("utf-8")
    assert parts.ONE_JANUARY.split(".")[0] in page
    assert "nan" not in re.sub(r"<[^>]+>", " ", page).lower().split()

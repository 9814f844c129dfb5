"""`toolkit run` on the file that most areas have first: plans.csv alone, of open plans."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pandas as pd
import pytest

from tests.journeys.conftest import FEW_FUTURES, toolkit
from tests.journeys.test_partial_areas import ALWAYS, ON_PLANS, became, is_return, part_of
from tests.notebooks import running
from toolkit import cli
from toolkit.intake import fictional, needs, schedule
from toolkit.intake.store import open_area

pytestmark = pytest.mark.slow
MOST = 400


@pytest.fixture(scope="module", autouse=True)
def _one_warm_process() -> Iterator[None]:
    """Let all these runs share a warm process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cli, "quickest", lambda _: nullcontext(running.way()))
        yield


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a fictional area with more open plans than any case takes."""
    return fictional.write_fictional_area(tmp_path_factory.mktemp("open") / "a", plans=600)


def plans_alone(whole: Path, place: Path, still_open: int, ceased: int, published: bool) -> Path:
    """Return an area with plans.csv alone: so many open plans, and the last few that ceased."""
    area = part_of(whole, place, lambda _: False, published)
    plans = open_area(whole).table("plans")[list(schedule.TABLES["plans"].names)]
    plans = plans.assign(birth_month=plans["birth_month"].dt.strftime("%Y-%m"))
    rows = [
        plans[plans["plan_cease"].isna()].sample(still_open, random_state=1),
        plans.dropna(subset="plan_cease").sort_values("plan_cease").tail(ceased),
    ]
    pd.concat(rows).to_csv(area / "inputs" / "plans.csv", index=False, date_format="%Y-%m-%d")
    return area


@pytest.mark.parametrize(
    ("still_open", "ceased", "published"),
    [
        (0, 0, False),
        (8, 0, False),
        (49, 0, False),
        (60, 0, True),
        (MOST, 0, False),
        (MOST, 6, False),
        (MOST, 0, True),
    ],
)
def test_open_plans_alone_get_every_report_on_plans(
    still_open: int, ceased: int, published: bool, whole: Path, tmp_path: Path
) -> None:
    area = plans_alone(whole, tmp_path / "a", still_open, ceased, published)
    said = toolkit("run", area, "--out", tmp_path / "out", *FEW_FUTURES)
    assert said.code == 0, said.text
    done = {number for number, what in became(said).items() if what == "executed"}
    assert done == ALWAYS | (ON_PLANS if still_open else set()) | ({"12"} if published else set())
    for page in (tmp_path / "out" / "exampleshire").glob("*.html"):
        words = re.sub(r"<[^>]+>", " ", page.read_text("utf-8")).split()
        assert "nan" not in words, page.name


def test_open_plans_beside_every_other_file_stop_no_notebook(whole: Path, tmp_path: Path) -> None:
    area = plans_alone(whole, tmp_path / "a", MOST, 0, published=False)
    for path in (whole / "inputs").glob("*.csv"):
        if not is_return(path.name) and path.name != "plans.csv":
            shutil.copy(path, area / "inputs")
    said = toolkit("run", area, "--out", tmp_path / "out", *FEW_FUTURES)
    assert said.code == 0, said.text
    assert became(said)["13"] == became(said)["15"] == "executed"


@pytest.mark.parametrize(
    ("still_open", "said_of_them"),
    [(0, "It has headings but no rows"), (MOST, "read as an extract of open plans")],
)
def test_check_says_what_can_be_told_from_them(
    still_open: int, said_of_them: str, whole: Path, tmp_path: Path
) -> None:
    area = plans_alone(whole, tmp_path / "a", still_open, 0, published=False)
    assert said_of_them in toolkit("check", area).text


@pytest.mark.parametrize("still_open", [0, MOST])
def test_check_says_which_notebooks_the_run_will_make(
    still_open: int, whole: Path, tmp_path: Path
) -> None:
    area = plans_alone(whole, tmp_path / "a", still_open, 0, published=False)
    shutil.copy(whole / "inputs" / "deflators.csv", area / "inputs")  # enough for none by itself
    ready = needs.readiness(open_area(area)).frame.set_index("notebook")
    can_run = {name[:2] for name in ready.index[ready["state"].ne("Cannot run yet")]}
    assert can_run == ALWAYS | (ON_PLANS if still_open else set())
    assert ("plans.csv" in ready.loc["11 Patterns", "missing"]) == (not still_open)

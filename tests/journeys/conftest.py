"""Areas and a command line that the journeys share; the command runs within the tests."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from toolkit import cli
from toolkit.area import Area, area_toml
from toolkit.intake import fictional
from toolkit.intake.fiction.errors import KINDS

PLANS = 150
FEW_FUTURES = ("--parameter", "simulations=60")  # enough where no figure of them is asked for


@dataclass(frozen=True)
class Said:
    """What a command answered: its exit code, and all that it wrote on the screen."""

    code: int
    text: str

    @property
    def problems(self) -> list[tuple[str, str, str]]:
        """Each problem as `toolkit check` prints it: what was done, where, and what it says."""
        lines = self.text.splitlines()
        told = ("Left out: ", "Not used: ", "Used, with care: ", "To know: ")
        return [
            (*line.split(": ", 1), lines[i + 1].strip())
            for i, line in enumerate(lines)
            if line.startswith(told)
        ]


def toolkit(*words: object) -> Said:
    """Return what `toolkit` with these words answers; it runs in this process."""
    screen = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    before = sys.argv
    sys.argv = ["toolkit", *map(str, words)]
    code = 0
    try:
        with contextlib.redirect_stdout(screen), contextlib.redirect_stderr(screen):
            cli.main()
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        sys.argv = before
    return Said(code, screen.buffer.getvalue().decode("utf-8"))


def new_area(place: Path, **settings: object) -> Path:
    """Return an area's folder with its settings and an empty folder for files."""
    (place / "inputs").mkdir(parents=True)
    made = Area(name="Exampleshire", la_code="990", fictional=True, **settings)  # type: ignore[arg-type]
    (place / "area.toml").write_text(area_toml(made), encoding="utf-8")
    return place


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what is read of published files apart from the machine's own cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEND_TOOLKIT_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a fictional area in which nothing is wrong."""
    return fictional.write_fictional_area(tmp_path_factory.mktemp("clean") / "a", plans=PLANS)


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return, for each form of the SEN2 returns, an area with every kind of error planted."""
    return {
        form: fictional.write_fictional_area(
            tmp_path_factory.mktemp("planted") / form,
            plans=PLANS,
            form=form,  # type: ignore[arg-type]
            errors=list(KINDS),
        )
        for form in ("xml", "csv", "workbook")
    }


def shown(area: Path, *options: str) -> Said:
    """Return what `toolkit check` says of an area, all of it."""
    return toolkit("check", area, "--limit", 1000, *options)

"""What a batch has to do: one job an area, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

from toolkit import reference
from toolkit.area import FILE, read_area
from toolkit.errors import SettingsError, ToolkitError
from toolkit.start import own_files_refusal, published_area, published_home

Status = Literal["done", "kept", "failed"]


@dataclass(frozen=True)
class Order:
    """What is the same for every area of a batch.

    Attributes:
        out: The folder that holds one folder of outputs an area.
        run_date: The date that the reports print.
        notebooks: Numbers of the notebooks to run; all where None.
        fresh: Whether everything is run, even what is done and unchanged.
        plain: Whether each notebook gets a kernel of its own, even where forks are to be had.
        playbook: The folder of notebooks; the shipped one where None.
    """

    out: Path
    run_date: date
    notebooks: tuple[str, ...] | None = None
    fresh: bool = False
    plain: bool = False
    playbook: Path | None = None


@dataclass(frozen=True)
class Job:
    """One area of a batch.

    Attributes:
        slug: The name of its folder of outputs.
        name: Its name.
        la_code: Its code.
        folder: Its folder with settings and inputs.
        refused: Why it cannot be run, in words for the keyboard; "" where it can.
    """

    slug: str
    name: str
    la_code: str
    folder: Path
    refused: str = field(default="", repr=False)


@dataclass(frozen=True)
class Done:
    """What became of an area.

    Attributes:
        slug: The name of its folder of outputs.
        name: Its name.
        la_code: Its code.
        status: `done`; `kept`, where it was done before and nothing has changed; or `failed`.
        reason: Why it failed, in words that hold no figure and may be shared.
        message: The same for the person at the keyboard; may quote a value of their files.
        notebooks: Number, status and reason of each notebook, as the manifest has them.
        seconds: How long it took.
        peak_mb: The most memory that the process which did it has held so far, in MB.
    """

    slug: str
    name: str
    la_code: str
    status: Status
    reason: str = ""
    message: str = field(default="", repr=False)
    notebooks: tuple[tuple[str, str, str], ...] = ()
    seconds: float = 0.0
    peak_mb: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values, without what is for the keyboard alone."""
        return {name: value for name, value in asdict(self).items() if name != "message"}


def published_jobs(
    paths: Sequence[Path], codes: Sequence[str], home: Path, own: Path | None = None
) -> list[Job]:
    """Return a job for each area with these codes or names, on published files alone.

    An area that has files of its own, in either folder, is refused when its turn comes, and
    stops no other.

    Args:
        paths: The published files.
        codes: Codes or names; none means every local authority that there is today.
        home: The folder in which each area gets its own.
        own: The folder of the areas whose reports from their own data go to the same place.

    Raises:
        SettingsError: A file is not there, or an area is none.
    """
    las = reference.table("local_authorities")
    wanted = list(codes) or list(las.loc[las["current"].eq("1"), "code"])
    homes = [home, own] if own else [home]
    return [_published_job(paths, code, homes) for code in wanted]


def _published_job(paths: Sequence[Path], code: str, homes: Sequence[Path]) -> Job:
    for folder in (published_home(code, home) for home in homes):
        refusal = own_files_refusal(folder)
        if refusal:
            return replace(job_of(folder), refused=refusal.message)
    return job_of(published_area(paths, code, homes[0]))


def folder_jobs(folders: Sequence[Path]) -> list[Job]:
    """Return a job for each area of some folders: an area's own, or one that holds areas.

    Raises:
        SettingsError: A folder holds no area, or two areas would write to one place.
    """
    jobs = [job_of(place) for folder in folders for place in _areas(folder)]
    slugs = [job.slug for job in jobs]
    twice = next((slug for slug in slugs if slugs.count(slug) > 1), None)
    if twice:
        raise SettingsError(
            f"two areas would write to '{twice}'.", remedy="Leave one out, or rename it."
        )
    return jobs


def job_of(folder: Path) -> Job:
    """Return the job of an area's folder; where its settings cannot be read, one that says so.

    Such an area fails when its turn comes, and stops no other.
    """
    try:
        settings = read_area(folder)
    except ToolkitError:
        return Job(folder.name, folder.name, "", folder.resolve())
    return Job(settings.slug, settings.name, settings.la_code, folder.resolve())


def _areas(folder: Path) -> Iterator[Path]:
    if (folder / FILE).is_file():
        yield folder
        return
    inside = sorted(p.parent for p in folder.glob(f"*/{FILE}")) if folder.is_dir() else []
    if not inside:
        raise SettingsError(
            f"there is no area in '{folder.name}'.",
            remedy=f"Name a folder that holds {FILE}, or one of such folders.",
        )
    yield from inside

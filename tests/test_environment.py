"""The two ways to install ask for the same packages, and the lock names no host."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from rattler import MatchSpec

ROOT = Path(__file__).parents[1]


def declared() -> dict[str, SpecifierSet]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = [Requirement(text) for text in project["dependencies"]]
    return {canonicalize_name(r.name): r.specifier for r in found}


def conda_lines() -> list[str]:
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    return re.findall(r"^  - ([a-z][^:\n]*)$", text.split("dependencies:")[1], re.MULTILINE)


def test_conda_and_pip_ask_for_the_same_versions() -> None:
    conda = {}
    for line in conda_lines():
        spec = MatchSpec(line)
        assert spec.name is not None
        conda[canonicalize_name(str(spec.name.normalized))] = SpecifierSet(str(spec.version or ""))
    python, _ = conda.pop("python"), conda.pop("pip")
    assert conda == declared()
    assert "3.11.0" in python


def test_conda_takes_packages_from_conda_forge_alone() -> None:
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    channels = text.split("channels:")[1].split("dependencies:")[0]
    assert re.findall(r"- (\S+)", channels) == ["conda-forge", "nodefaults"]
    assert re.findall(r"^      - (.*)$", text, re.MULTILINE) == ["--editable ."]


def test_the_lock_names_no_host_and_hashes_every_package() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert "--index" not in lock
    packages = re.findall(r"^[a-z0-9][^\s=]*==", lock, re.MULTILINE)
    assert len(packages) > 100
    blocks = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)
    assert all("--hash=sha256:" in block for block in blocks if "==" in block)


@pytest.mark.parametrize("name", sorted(declared()))
def test_every_dependency_is_locked_within_its_range(name: str) -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = re.findall(rf"^{re.escape(name)}==([^\s;\\]+)", lock, re.MULTILINE)
    assert locked
    assert all(version in declared()[name] for version in locked)


def test_every_dependency_says_in_one_line_what_it_is_for() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = text.split("dependencies = [")[1].split("]\n")[0]
    lines = [line for line in block.splitlines() if line.strip().startswith('"')]
    assert len(lines) == len(declared())
    assert all(re.search(r"#\s+\S+ \S+", line) for line in lines)

"""The floors of the house: who may import whom."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "toolkit"
MAY_NOT = {
    "diagnose": ("intake", "show", "publish"),
    "plan": ("intake", "show", "publish"),
    "show": ("publish",),
    "intake": ("show", "publish"),
    # The audit shares no code with what it attacks.
    "audit": ("intake", "diagnose", "plan", "show", "publish", "aggregate", "evidence"),
    "reference": ("intake", "diagnose", "plan", "show", "publish"),
}


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("room", MAY_NOT)
def test_no_floor_is_crossed(room: str) -> None:
    crossed = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in sorted((PACKAGE / room).rglob("*.py"))
        for name in imported(path)
        for other in MAY_NOT[room]
        if name.startswith(f"toolkit.{other}")
    ]
    assert crossed == []


@pytest.mark.parametrize("room", ["diagnose", "plan"])
def test_pure_rooms_open_no_file_and_ask_no_clock(room: str) -> None:
    calls = [
        f"{path.name}: {ast.unparse(node.func)}"
        for path in sorted((PACKAGE / room).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).split(".")[-1]
        in {"open", "read_csv", "read_parquet", "today", "now"}
    ]
    assert calls == []


def test_modules_stay_small() -> None:
    long = {
        str(path.relative_to(PACKAGE)): lines
        for path in sorted(PACKAGE.rglob("*.py"))
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 350
    }
    assert long == {}


def test_no_function_is_longer_than_sixty_lines() -> None:
    long = [
        f"{path.relative_to(PACKAGE)}: {node.name}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 60
    ]
    assert long == []

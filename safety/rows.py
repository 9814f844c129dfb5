"""One line of the table of safety."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What must hold, what was measured, and whether it holds.

    A line that is timed depends on what else the machine does: tests leave it out.
    """

    line: str
    figure: str
    passed: bool
    timed: bool = False


def measured(section: str, short: bool) -> list[Row]:
    """Return the lines of a section, by the name of its module; a process of its own may ask."""
    return list(importlib.import_module(f"safety.{section}").rows(short=short))


def table(section: str, rows: Iterable[Row]) -> list[Row]:
    """Return the rows of a section, printed."""
    print(f"\n{section}")
    done = list(rows)
    for row in done:
        print(f"{'pass' if row.passed else 'FAIL'}  {row.line}: {row.figure}", flush=True)
    return done

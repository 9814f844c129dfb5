"""One line of the table of safety."""

from __future__ import annotations

import importlib
import traceback
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
    """Return the lines of a section, by the name of its module; a process of its own may ask.

    Where one cannot be measured, that is a line which does not hold, after those before it.
    """
    found: list[Row] = []
    try:
        for row in importlib.import_module(f"safety.{section}").rows(short=short):
            found.append(row)
    except Exception as error:  # so that the other sections are told all the same
        traceback.print_exc()
        found.append(Row(f"{section} is measured to its end", type(error).__name__, passed=False))
    return found


def table(section: str, rows: Iterable[Row]) -> list[Row]:
    """Return the rows of a section, printed."""
    print(f"\n{section}")
    done = list(rows)
    for row in done:
        print(f"{'pass' if row.passed else 'FAIL'}  {row.line}: {row.figure}", flush=True)
    return done

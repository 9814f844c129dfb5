"""`python -m safety [section ...] [--short]`: measure the lines of safety, and print them."""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor

from safety.rows import Row, measured, table

SECTIONS = {  # module, and what it is called
    "disclosure": "1. Disclosure",
    "leaks": "2. Leaks",
    "injection": "3. Injection",
    "bad_input": "4. Bad input",
    "crashes": "5. Crashes",
    "accessibility": "6. Accessibility",
}
LONGEST = ("crashes", "accessibility", "disclosure")  # first, so that neither core is idle at last


def main() -> int:
    """Return 0 where every line holds; two sections are measured at a time."""
    parser = argparse.ArgumentParser(prog="python -m safety", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="section", help=", ".join(SECTIONS))
    parser.add_argument("--short", action="store_true", help="fewer areas, for every change")
    given = parser.parse_args()
    if unknown := set(given.sections) - set(SECTIONS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(SECTIONS)}")
    chosen = given.sections or list(SECTIONS)
    rows: list[Row] = []
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        in_turn = sorted(chosen, key=lambda name: name not in LONGEST)
        jobs = {name: pool.submit(measured, name, given.short) for name in in_turn}
        for name in chosen:
            rows += table(SECTIONS[name], jobs[name].result())
    failed = sum(not row.passed for row in rows)
    print(f"\n{len(rows) - failed} of {len(rows)} lines hold.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

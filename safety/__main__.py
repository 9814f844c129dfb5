"""`python -m safety [section ...] [--short]`: measure the lines of safety, and print them."""

from __future__ import annotations

import argparse
import importlib
import sys

from safety.rows import table

SECTIONS = {  # module, and what it is called
    "disclosure": "1. Disclosure",
    "leaks": "2. Leaks",
    "injection": "3. Injection",
    "bad_input": "4. Bad input",
    "crashes": "5. Crashes",
    "accessibility": "6. Accessibility",
}


def main() -> int:
    """Return 0 where every line holds."""
    parser = argparse.ArgumentParser(prog="python -m safety", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="section", help=", ".join(SECTIONS))
    parser.add_argument("--short", action="store_true", help="fewer areas, for every change")
    given = parser.parse_args()
    if unknown := set(given.sections) - set(SECTIONS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(SECTIONS)}")
    rows = []
    for name in given.sections or SECTIONS:
        module = importlib.import_module(f"safety.{name}")
        rows += table(SECTIONS[name], module.rows(short=given.short))
    failed = sum(not row.passed for row in rows)
    print(f"\n{len(rows) - failed} of {len(rows)} lines hold.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

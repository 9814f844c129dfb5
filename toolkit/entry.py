"""The command `toolkit`, and a head start for a batch.

The process that workers are forked from imports all that notebooks need, and the command all
that it needs itself: side by side, not one after the other.
"""

import sys

from toolkit.publish import forking

ELSEWHERE = ("--cluster", "--dry-run", "--help", "-h")  # with these nothing is run in this machine


def main() -> None:
    """Run the command line."""
    words = sys.argv[1:]
    if words[:1] == ["batch"] and not any(w.startswith(ELSEWHERE) for w in words):
        forking.context()
    from toolkit import cli  # noqa: PLC0415  (after what it would keep waiting)

    cli.main()

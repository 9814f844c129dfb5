"""What keeps a release safe, line by line, with the figure that was measured.

Each section is a module that yields rows: what must hold, what was measured, whether it holds.
`make safety` prints them as one table and fails where a line fails.
"""

import os

# Two sections are measured at once: threads of theirs would wait for each other's cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

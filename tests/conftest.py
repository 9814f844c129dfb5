"""What every test rests on."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# The suite runs in as many processes as there are cores: threads would wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# A shared machine is sometimes slow: how long an example takes says nothing about the code.
settings.register_profile("toolkit", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "toolkit"))

# Where whole runs, processes and browsers are started: files that take a minute and more.
LONG = {"publish", "notebooks", "journeys", "browser", "test_safety.py", "test_fictional.py"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put long files first, so that no worker is left alone with one at the end."""
    here = Path(__file__).parent
    items.sort(key=lambda item: LONG.isdisjoint(item.path.relative_to(here).parts))

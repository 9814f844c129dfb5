"""What every test rests on."""

import os

from hypothesis import settings

# A shared machine is sometimes slow: how long an example takes says nothing about the code.
settings.register_profile("toolkit", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "toolkit"))

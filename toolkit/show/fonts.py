"""The fonts that drawings are measured in: those that vl-convert carries, none of the machine's."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path

import vl_convert

OWN = "Liberation Sans"  # as wide as Arial, letter by letter; vl-convert carries it
VARIABLE = "FONTCONFIG_FILE"  # names the settings by which Linux finds its fonts
NOWHERE = '<?xml version="1.0"?><fontconfig><dir>{folder}</dir></fontconfig>'


@cache
def use_own() -> None:
    """Let this process measure texts in the fonts that vl-convert carries, and look for no others.

    It opens a font of the machine anew for every letter, which takes eight times as long as
    to draw; and a drawing would be another one where the machine has another Arial. On Windows
    and macOS, where the fonts of the machine are always found, charts ask for `OWN` by name.
    """
    before = os.environ.get(VARIABLE)
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder, "fonts.conf")
        settings.write_text(NOWHERE.format(folder=folder), encoding="utf-8")
        os.environ[VARIABLE] = str(settings)
        try:
            vl_convert.register_font_directory(folder)  # the first call to want fonts finds all
        finally:
            del os.environ[VARIABLE]
            if before is not None:
                os.environ[VARIABLE] = before

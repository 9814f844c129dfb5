"""Drawings are measured in the fonts that vl-convert carries, on every machine."""

import os
import subprocess
import sys

import pytest

from toolkit.show import fonts

PICTURES = """
import sys, vl_convert
from toolkit.show import fonts
if "own" in sys.argv:
    fonts.use_own()
for family in ("DejaVu Sans", "Liberation Serif", "Arial", "Segoe UI", "no such font"):
    text = f'<text y="20" font-family="{family}">gWi1</text>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30">{text}</svg>'
    print(hash(vl_convert.svg_to_png(svg)))
"""


def pictures(*arguments):
    command = [sys.executable, "-c", PICTURES, *arguments]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return done.stdout.split()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the fonts of the machine are found")
def test_no_font_of_the_machine_is_found():
    if len(set(pictures())) == 1:
        pytest.skip("this machine has none of these fonts")
    assert len(set(pictures("own"))) == 1


@pytest.mark.parametrize("before", [None, "/etc/fonts/fonts.conf"])
def test_the_settings_that_a_person_made_for_fonts_stay(before, monkeypatch):
    if before is None:
        monkeypatch.delenv(fonts.VARIABLE, raising=False)
    else:
        monkeypatch.setenv(fonts.VARIABLE, before)
    fonts.use_own.__wrapped__()
    assert os.environ.get(fonts.VARIABLE) == before

"""One control of a what-if question as a slider, drawn by the browser in JupyterLab.

The slider of ipywidgets has no name for a screen reader; this one is a plain form field with its
label. Its script and style come from this package: nothing is fetched.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import anywidget
import traitlets

from toolkit.show import layout
from toolkit.what_if import Control

PLACE = files("toolkit.show")


class Slider(anywidget.AnyWidget):
    """A slider; `value` changes when it is let go, or moved by a key."""

    _esm = PLACE.joinpath("slider.js").read_text(encoding="utf-8")
    _css = PLACE.joinpath("slider.css").read_text(encoding="utf-8")
    label = traitlets.Unicode().tag(sync=True)
    unit = traitlets.Unicode().tag(sync=True)
    min = traitlets.Float().tag(sync=True)
    max = traitlets.Float().tag(sync=True)
    step = traitlets.Float().tag(sync=True)
    decimals = traitlets.Int().tag(sync=True)
    value = traitlets.Float().tag(sync=True)


def slider(control: Control) -> Any:
    """Return a slider for a control, at its starting value."""
    return Slider(
        label=control.label,
        unit=control.unit,
        min=control.low,
        max=control.high,
        step=control.step,
        decimals=layout.tick_decimals([control.low, control.low + control.step]),
        value=control.value,
    )

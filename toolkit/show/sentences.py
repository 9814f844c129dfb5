"""Sentences, findings and notes on what is left out, as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from toolkit.show import words
from toolkit.show.markup import join, tag
from toolkit.show.shown import Figure, Shown
from toolkit.show.tables import legend


def draw_sentence(shown: Shown, ids: str) -> Markup:
    """Return a sentence view as a paragraph, with the meaning of any mark in it."""
    text = shown.fill(shown.spec["template"], shown.spec["cells"])
    return join([tag("p", text, class_="st-sentence"), marks_in(text)])


def marks_in(text: str) -> Markup | None:
    """Return a note on the marks that a text holds; None where it holds none."""
    found = legend(mark for mark in words.LEGEND if mark in text)
    return tag("p", "; ".join(found), class_="st-note") if found else None


def draw_finding(shown: Shown, ids: str) -> Markup:
    """Return a finding as a box: the sentence, then all that a reader weighs it by."""
    spec = shown.spec
    sentence = sentence_of(shown)
    rows = [
        ("Likely range", range_of(shown)),
        ("Rests on", base_of(shown)),
        ("For children", spec["outcome"]),
        ("Period", _joined(a.period for a in shown.view.aggregates)),
        ("Source", _joined(s for a in shown.view.aggregates for s in a.sources)),
        ("Method", _joined((a.method for a in shown.view.aggregates), " ")),
        ("Criterion", f"End-of-phase criterion {spec['criterion']}" if spec["criterion"] else ""),
    ]
    facts = [
        tag("div", tag("dt", name), tag("dd", text), class_="st-fact")
        for name, text in rows
        if text
    ]
    return tag(
        "div",
        tag("p", "Finding", class_="st-kicker", id=f"{ids}-kicker"),
        tag("p", sentence, class_="st-finding-sentence"),
        tag("dl", *facts) if facts else None,
        marks_in(sentence + range_of(shown) + base_of(shown)),
        class_="st-finding",
        role="group",
        aria_labelledby=f"{ids}-kicker",
    )


def range_of(shown: Shown) -> str:
    """Return a finding's range in words; "" where it has none.

    Ends that round to one figure are called so: that alone would read as no range at all.
    """
    low, high = shown.figure(shown.spec["low"]), shown.figure(shown.spec["high"])
    if not (low and high):
        return ""
    if low.text == high.text and not low.hidden:
        return f"{low.text} at either end, as rounded here"
    return words.between(low.text, high.text)


def base_of(shown: Shown) -> str:
    """Return what a finding rests on: the count and what it counts."""
    base = shown.figure(shown.spec["base"])
    if base is None or base.measure is None:
        return ""
    return f"{base.text} ({base.measure.label})"


def ledger_entry(shown: Shown) -> dict[str, Any]:
    """Return a finding as the ledger holds it: protected figures, and null where hidden.

    Keys: id, stage, sentence, value, low, high, unit, base, keys, hidden, period, sources, method,
    caution, outcome, criterion, priority. `keys` says which cell the value is, by dimension and
    code, as in `{"primary_need": "SEMH"}`, so that nobody has to read it from the sentence.
    """
    spec = shown.spec
    named = {n: shown.figure(spec[n]) for n in ("value", "low", "high", "base")}
    value = named["value"]
    return {
        **{n: spec[n] for n in LEDGER_WORDS},
        "sentence": sentence_of(shown),
        **{name: _number(found) for name, found in named.items()},
        "unit": value.measure.unit if value and value.measure else "",
        "keys": {} if value is None or value.hidden else dict(spec["value"]["filters"]),
        "hidden": sorted(name for name, found in named.items() if found and found.hidden),
        "period": _joined(a.period for a in shown.view.aggregates),
        "sources": list(dict.fromkeys(s for a in shown.view.aggregates for s in a.sources)),
        "method": _joined((a.method for a in shown.view.aggregates), " "),
    }


LEDGER_WORDS = ("id", "stage", "caution", "outcome", "criterion", "priority")
HIDDEN_FINDING = "This finding is hidden, so that no child can be identified."
MONEY = ("£", "£ per plan")


def sentence_of(shown: Shown) -> str:
    """Return a finding's sentence; where its figure is hidden, what it names would tell too."""
    value = shown.figure(shown.spec["value"])
    if value is not None and value.hidden:
        return HIDDEN_FINDING
    sentence = shown.fill(shown.spec["sentence"], shown.spec["cells"])
    return f"{sentence} {shown.spec['caution']}".rstrip()


def _number(found: Figure | None) -> Any:
    """Return a figure for a file: a number, a text, or None."""
    if found is None or found.value is None:
        return None
    measure = found.measure
    if measure is None or measure.unit == "text":
        return str(found.value)
    # Rounded as a page shows it: the digits behind would let a reader work counts out.
    places = 0 if measure.unit in MONEY else words.places(float(found.value), measure)
    return float(words.half_up(float(found.value), places)) + 0.0  # -0.0 is written as 0.0


def draw_left_out(shown: Shown, ids: str) -> Markup:
    """Return a note that a section is left out, and which files would fill it."""
    spec: Mapping[str, Any] = shown.spec
    missing, files = words.listed(spec["missing"]), words.listed(spec["files"])
    return tag(
        "div",
        tag("p", tag("b", f"Left out: {spec['title']}")),
        tag("p", f"It needs {missing}. What would fill it: {files}."),
        class_="st-left-out",
        role="note",
    )


def _joined(texts: Any, mark: str = "; ") -> str:
    return mark.join(t for t in dict.fromkeys(texts) if t)

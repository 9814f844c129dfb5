"""What every page of a release shares, and the exporter that turns a notebook into one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import nbconvert

import toolkit
from toolkit.publish.glossary import Term, used_in
from toolkit.publish.manifest import Areas, Facts, versions
from toolkit.publish.prose import plain_text
from toolkit.show import drawing, words
from toolkit.show.disclosure import Mask

FOLDER = Path(__file__).parent / "template"
TIERS = {
    "local": "The area's own records and published statistics",
    "published": "Published statistics alone",
    "ledgers": "Evidence ledgers of local areas",
}
INTERIM = "Interim: further areas are still to come"
FROM_LEDGERS = (
    "Every figure comes from the evidence ledgers that areas share. Each area protected its own "
    "figures before it shared them: counts of few children, and what would give them away, are "
    "hidden there. A hidden figure is missing here. It is never guessed, and a total says of how "
    "many areas it is the total. No record of a child was read."
)


class ReportExporter(nbconvert.TemplateExporter):
    """Turns a notebook into our page: outputs alone, every text escaped unless drawn by us.

    Not nbconvert's HTMLExporter: that parses the finished page once more and writes it anew,
    which changes SVG, and it gives pictures an alternative text that says nothing.
    """

    file_extension = ".html"
    output_mimetype = "text/html"

    def _template_name_default(self) -> str:
        return FOLDER.name

    def _create_environment(self) -> jinja2.Environment:
        environment: jinja2.Environment = super()._create_environment()  # type: ignore[no-untyped-call]
        environment.autoescape = True
        environment.undefined = jinja2.StrictUndefined
        return environment


@cache
def exporter() -> ReportExporter:
    """Return the exporter, with its templates read once."""
    return ReportExporter(  # type: ignore[no-untyped-call]
        extra_template_basedirs=[str(FOLDER.parent)],
        exclude_input=True,
        optimistic_validation=True,  # once, not after each of eleven steps
    )


@cache
def style() -> str:
    """Return the style sheet of a page: that of the views, then that of the page around them."""
    return drawing.style() + "\n" + (FOLDER / "page.css").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Common:
    """What every page of one release says alike.

    Attributes:
        facts: What the release was made from.
        mask: What of it is hidden.
        is_local: Whether any figure comes from records of people.
        pages: File names of the reports that are published.
    """

    facts: Facts
    mask: Mask
    is_local: bool
    pages: Sequence[str]

    @property
    def protection(self) -> str:
        """What was hidden and why, for a reader."""
        if self.facts.tier == "ledgers":
            return FROM_LEDGERS
        if self.is_local:
            return self.mask.explanation
        return (
            "Every figure of this release comes from published statistics, shown as published. "
            "No records of children were used."
        )

    def page(self, title: str, question: str) -> dict[str, Any]:
        """Return what a template needs for the frame of any page."""
        facts = self.facts
        return {
            "title": title,
            "question": question,
            "area": facts.area,
            "banner": _banner(facts),
            "window": f"{title} – {facts.area.name}",
            "footer": f"{facts.area.name}: {title}",
            "facts": _facts(facts),
            "style": style(),
            "inputs": facts.inputs,
            "protection": self.protection,
            "hidden_in": self.mask.hidden_in,
            "version": toolkit.__version__,
            "versions": versions(),
            "run_id": facts.run_id,
            "run_date": day(facts),
        }


def _banner(facts: Facts) -> str:
    """Return what the banner of a page says after the words "Fictional data."."""
    if isinstance(facts.area, Areas):
        return facts.area.banner
    return (
        f"{facts.area.name} is not a real place. Every figure on this page is made up, to show "
        "how the diagnostic works."
    )


def _facts(facts: Facts) -> list[tuple[str, str]]:
    """Return what stands below a page's title: whose it is, what it rests on, its day."""
    whose = ("Local area", facts.area.name)
    if isinstance(facts.area, Areas):
        real, made_up = facts.area.count - facts.area.made_up, facts.area.made_up
        whose = ("Local areas", f"{real} real, {made_up} fictional" if made_up else f"{real}")
    status = [("Status", INTERIM)] if facts.parameters.get("interim") else []
    return [whose, ("Evidence", TIERS[facts.tier]), *status, ("Run on", day(facts))]


def day(facts: Facts) -> str:
    """Return the run date in words, as in "22 November 2026"."""
    date = facts.run_date
    return f"{date.day} {words.MONTHS[date.month - 1]} {date.year}"


def glossary(*texts: str) -> list[Term]:
    """Return the terms that a page's texts use."""
    return used_in(plain_text(" ".join(texts)))


def finished(page: Mapping[str, Any], template: str) -> bytes:
    """Return a page that no notebook stands behind, from one of our templates."""
    made: str = exporter().environment.get_template(template).render(page=page)
    return made.encode("utf-8")

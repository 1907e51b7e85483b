"""The report as HTML: the body's parts for any page, and one self-contained page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kg.analyze import Evidence
from kg.report.content import LARGE, Report, own_terms, read_first
from kg.report.pictures import evolution_picture, sparkline, thematic_picture, year_bars
from kg.report.words import brief, excerpt, happened
from kg.view import shell

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["Body", "Section", "body", "render", "style"]

_TEMPLATES = Path(__file__).parent / "templates"
# Years of a sparkline.
_SPARK = 12


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the report: its name in the address, one word for a menu, its heading, its HTML without that."""

    id: str
    word: str
    heading: str
    html: str


@dataclass(frozen=True, slots=True)
class Body:
    """The parts of the report's page: title, a line under it, sections in reading order. All are HTML."""

    title: str
    lead: str
    sections: tuple[Section, ...]


def body(report: Report, link: Callable[[str], str | None] = lambda iri: None) -> Body:
    """The parts of the page, to stand in any page that has :func:`style`.

    :param link: where the page of an entity or a paper is, by IRI; None where there is none
    """
    from markupsafe import escape

    environment = _environment()
    numbers = {theme.cluster: i for i, theme in enumerate(report.map.themes, 1)}
    papers = {paper.iri: paper.number for paper in report.papers}
    spark_years = report.figures.years[-_SPARK:]
    by_id = {cluster.id: cluster for cluster in report.clusters}
    module = environment.get_template("sections.html.j2").make_module(
        {
            "report": report,
            "mapped_fields": [(numbers[t.cluster], t, by_id[t.cluster]) for t in report.map.themes],
            "numbers": numbers,
            "cited": papers,
            "link": link,
            "large": LARGE,
            "recent": f"{spark_years[0][0]}–{spark_years[-1][0]}" if spark_years else "",
            "happened": happened,
            "mapped": lambda wide: thematic_picture(report.map, numbers, wide=wide),
            "evolved": evolution_picture,
            "bars": year_bars,
            "spark": lambda years: sparkline(years, spark_years),
        }
    )
    sections = tuple(
        Section(name, word, heading, html)
        for name, word, heading in _headings(report)
        if (html := str(getattr(module, name)()).strip())
    )
    return Body(str(escape(report.title)), str(module.lead()).strip(), sections)  # type: ignore[attr-defined]


def render(report: Report) -> str:
    """One self-contained page: the same report gives the same text, to the letter.

    Nothing in it is fetched: its style and its one script, for the choice of colours, are allowed by their hash, and
    everything else is forbidden by its content security policy. Texts are data, never markup.
    """
    inline = shell.inline([], [_TEMPLATES / "report.css", _TEMPLATES / "page.css"])
    html = _environment().get_template("page.html.j2").render(body=body(report), inline=inline)
    # A lone surrogate, as broken sources hold them, has no place in UTF-8.
    return html.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def style() -> str:
    """The style of the sections, which goes after that of :mod:`kg.view.shell`."""
    return shell.asset(_TEMPLATES / "report.css")


def _headings(report: Report) -> list[tuple[str, str, str]]:
    """The sections by name: those of the template, in reading order."""
    several = len(report.clusters) > 1
    return [
        ("short", "Summary", "In short"),
        ("named", "Names", "What the papers name" if report.figures.papers > 1 else "What the paper names"),
        ("fields", "Fields", "The fields" if several else "The field"),
        ("bridges", "Bridges", "What joins the fields"),
        ("gaps", "Gaps", "What is missing"),
        ("change", "Change", "New and rising"),
        ("method", "Method", "Method and limits"),
        ("sources", "Papers", "Papers and sentences"),
    ]


@cache
def _environment() -> Environment:
    environment = shell.environment(_TEMPLATES)
    environment.filters["number"] = lambda value: f"{value:,}"
    environment.filters["marked"] = _marked
    environment.filters["read"] = read_first
    environment.filters["own"] = own_terms
    environment.filters["brief"] = brief
    environment.filters["excerpt"] = excerpt
    return environment


def _marked(proof: Evidence) -> dict[str, str]:
    """A sentence before, in and after the mention."""
    return {
        "before": proof.sentence[: proof.start],
        "mention": proof.sentence[proof.start : proof.end],
        "after": proof.sentence[proof.end :],
    }

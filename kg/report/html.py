"""The report as HTML: the body's parts for any page, and one self-contained page."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.analyze import Cluster, Evidence
from kg.report.content import Report
from kg.report.pictures import evolution_picture, sparkline, thematic_picture, year_bars

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["Body", "Section", "body", "render", "style"]

_TEMPLATES = Path(__file__).parent / "templates"
_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the report: its name in the address, its heading, its HTML without the heading."""

    id: str
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
    by_id = {cluster.id: cluster for cluster in report.clusters}
    module = environment.get_template("sections.html.j2").make_module(
        {
            "report": report,
            "mapped_fields": [(numbers[t.cluster], t, by_id[t.cluster]) for t in report.map.themes],
            "numbers": numbers,
            "cited": papers,
            "link": link,
            "examples": _EXAMPLES,
            "mapped": lambda wide: thematic_picture(report.map, numbers, wide=wide),
            "evolved": evolution_picture,
            "bars": year_bars,
            "spark": lambda years: sparkline(years, report.figures.years),
        }
    )
    sections = tuple(
        Section(name, heading, html)
        for name, heading in _headings(report)
        if (html := str(getattr(module, name)()).strip())
    )
    return Body(str(escape(report.title)), str(module.lead()).strip(), sections)  # type: ignore[attr-defined]


def render(report: Report) -> str:
    """One self-contained page: the same report gives the same text, to the letter.

    Nothing in it is fetched and nothing in it runs: its only style is allowed by its hash, everything else is forbidden
    by its content security policy. Texts are data, never markup.
    """
    sheet = _asset("page.css") + _asset("report.css")
    html = _environment().get_template("page.html.j2").render(body=body(report), style=sheet, style_hash=_hash(sheet))
    # A lone surrogate, as broken sources hold them, has no place in UTF-8.
    return html.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def style() -> str:
    """The style of the sections; the page gives the colours, as the custom properties of :mod:`kg.view`."""
    return _asset("report.css")


def _headings(report: Report) -> list[tuple[str, str]]:
    """The sections by name: those of the template, in reading order."""
    several = len(report.clusters) > 1
    return [
        ("short", "In short"),
        ("named", "What the papers name" if report.figures.papers > 1 else "What the paper names"),
        ("fields", "The fields" if several else "The field"),
        ("bridges", "What joins the fields"),
        ("gaps", "What is missing"),
        ("change", "New and rising"),
        ("method", "Method and limits"),
        ("sources", "Papers and sentences"),
    ]


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = lambda value: f"{value:,}"
    environment.filters["marked"] = _marked
    environment.filters["read"] = read_first
    return environment


def read_first(cluster: Cluster) -> list[Any]:
    """The papers of a field that the report names."""
    return [e for e in cluster.examples[:_EXAMPLES] if e.evidence]


def _marked(proof: Evidence) -> dict[str, str]:
    """A sentence before, in and after the mention."""
    return {
        "before": proof.sentence[: proof.start],
        "mention": proof.sentence[proof.start : proof.end],
        "after": proof.sentence[proof.end :],
    }


@cache
def _asset(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

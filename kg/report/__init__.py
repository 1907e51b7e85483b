"""What a corpus is about, on one page: content gathered once, written as HTML, Markdown or JSON.

:func:`report` gathers; :data:`FORMATS` writes. :func:`kg.report.html.body` gives the page's parts to another page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kg.report.content import Report
from kg.report.gather import report
from kg.report.html import Body, Section, body, render, style
from kg.report.markdown import to_markdown

__all__ = ["FORMATS", "Body", "Report", "Section", "body", "render", "report", "style", "to_json", "to_markdown"]


def to_json(made: Report) -> str:
    """The report as JSON: all of :class:`Report`, with every IRI, figure and sentence."""
    import orjson

    return orjson.dumps(made, option=orjson.OPT_INDENT_2).decode() + "\n"


#: A report -> text, by the name of the format.
FORMATS: Mapping[str, Callable[[Report], str]] = {"html": render, "markdown": to_markdown, "json": to_json}

"""The templates, and how one becomes a page."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import kg
from kg.iri import CONCEPT
from kg.model import ROLES, TYPES
from kg.pages.addresses import Addresses
from kg.query import printable
from kg.query.formats import shorten
from kg.view.shell import FOLDER

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["STATIC", "card", "render"]

#: The styles and scripts that the pages ask for: name -> file. Two of them all pages of kg share.
STATIC = {place.name: place for place in sorted((Path(__file__).parent / "static").iterdir())} | {
    name: FOLDER / name for name in ("shell.css", "theme.js")
}


def render(name: str, at: Addresses, **values: Any) -> str:
    """The page of a template.

    :param at: the addresses that it leads to
    """
    html = _environment().get_template(f"{name}.html.j2").render(at=at, **values)
    # A lone surrogate, as broken sources hold them, has no place in UTF-8.
    return html if html.isascii() else html.encode("utf-8", "replace").decode()


def card(name: str, view: object) -> str:
    """A card for a notebook: HTML with its own style, dark or light as what is around it.

    :param name: ``entity`` or ``paper``
    """
    return _environment().get_template("card.html.j2").render(name=name, view=view)


def _span(years: tuple[tuple[int, int], ...]) -> str:
    """The first and the last of some years.

    >>> _span(((2019, 3), (2021, 1))), _span(((2021, 1),)), _span(())
    ('2019–2021', '2021', '')
    """
    ends = dict.fromkeys(str(year) for year, _ in (*years[:1], *years[-1:]))
    return "–".join(ends)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    made.globals.update(version=kg.__version__, types=TYPES, roles=ROLES)
    made.filters.update(
        short=shorten, slug=lambda iri: iri.removeprefix(CONCEPT), number=lambda n: f"{n:,}", span=_span,
        words=lambda text: str(text).replace("_", " "), shown=printable, query_string=urlencode, lines=str.splitlines,
        counted=lambda n, noun: f"{n:,} {noun if n == 1 else noun[:-1] + 'ies' if noun.endswith('ty') else noun + 's'}",
    )  # fmt: skip
    return made

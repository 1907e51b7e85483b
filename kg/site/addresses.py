"""Where the pages of a static site lead: always by the way from one file to the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.site.names import page_of

__all__ = ["SiteAddresses"]

_SCRIPTS = ("find-static.js", "find.js")
# A folder on disk is no origin of its own in every browser: there the scheme stands for it.
_SELF = "'self' file:"


@dataclass(frozen=True, slots=True)
class SiteAddresses:
    """As :class:`kg.pages.Addresses` says.

    :param root: the way from the page's folder to that of the site: ``""``, ``"../"``, ``"../../"``
    :param here: the entry of the menu that the page belongs to
    """

    root: str
    title: str
    here: str = ""

    @property
    def menu(self) -> tuple[tuple[str, str], ...]:
        """Address and name of each entry."""
        return (
            (f"{self.root}fields.html", "Fields"),
            (f"{self.root}entities/1.html", "Entities"),
            (f"{self.root}papers/1.html", "Papers"),
            (self.vocabulary("Method"), "Vocabulary"),
            (f"{self.root}map.html", "Map"),
        )

    @property
    def home(self) -> str:
        """The start page."""
        return f"{self.root}index.html"

    @property
    def search(self) -> str:
        """The page that searches."""
        return f"{self.root}search.html"

    @property
    def feed(self) -> str:
        """The feed of new entities."""
        return f"{self.root}feed.xml"

    @property
    def policy(self) -> str:
        """What a page may load: files of the site, nothing else."""
        return (
            f"default-src 'none'; script-src {_SELF}; style-src {_SELF}; img-src data:; form-action {_SELF}; "
            "base-uri 'none'"
        )

    @property
    def scripts(self) -> Sequence[str]:
        """The search."""
        return tuple(map(self.file, _SCRIPTS))

    def file(self, name: str) -> str:
        """A file that all pages ask for."""
        return f"{self.root}static/{name}"

    def thing(self, iri: str) -> str:
        """The page of an entity or a paper."""
        return self.data(iri, "html")

    def data(self, iri: str, suffix: str) -> str:
        """An entity or a paper as a file with that suffix."""
        found = None if suffix == "json" else page_of(iri)
        return f"{self.root}{found}.{suffix}" if found else ""

    def vocabulary(self, kind: str) -> str:
        """The tree of the vocabulary, of one type."""
        return f"{self.root}vocabulary/{kind.lower()}.html"

    def papers(self, iri: str, page: int = 1) -> str:
        """A page of the list of all papers that name an entity."""
        return f"{self.root}{page_of(iri)}_p{page}.html"

    def cluster(self, number: int) -> str:
        """The page of a cluster."""
        return f"{self.root}field/{number}.html"
